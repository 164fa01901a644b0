#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The registry beside its peers, in one run: what build/bench registry shows.

usage: registry.py --build DIR --folder DIR [--rounds 5] [--no-wine]

DIR of --build has the program and bench/ with the programs of tests/bench; everything else is made in --folder, which is emptied first.
What is compared takes turns, round by round. Prints a table, written to FOLDER.md too. Speed is never asserted: the exit code is 0
whether targets are met or not, and 1 when something could not be run or gave a wrong result.
"""
import argparse
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time

TOP = r'HKLM\SOFTWARE\Bench'
ONE = TOP + r'\Area 03\Group 1\Leaf 0123'
AREAS = 10           # 100,000 values
AREAS_MANY = 100     # 1,000,000 values
VALUES = 100000


class Table:
    def __init__(self):
        self.rows = []

    def add(self, work, measured, beside, ratio, target, good):
        """good: True, False, or None where there is no target."""
        verdict = {True: 'ok', False: 'missed', None: ''}[good]
        self.rows.append((work, measured, beside, ratio, target, verdict))
        print('  ' + ' | '.join(part for part in self.rows[-1] if part), flush=True)

    def text(self):
        head = ('work', 'measured', 'beside it', 'ratio', 'target', '')
        lines = ['| ' + ' | '.join(head) + ' |', '|' + '---|' * len(head)]
        lines += ['| ' + ' | '.join(row) + ' |' for row in self.rows]
        return '\n'.join(lines)


def pin():
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})


def run(command, environment=None, pinned=True, fails=False):
    """
    Runs it to its end; seconds, and what it printed. (Through a file: Wine's server would hold a pipe open. Without a time-out of
    wait(), which looks at the process every 50 ms only.)
    """
    with tempfile.TemporaryFile() as output:
        start = time.monotonic()
        with subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                              preexec_fn=pin if pinned else None) as process:
            guard = threading.Timer(600, process.kill)
            guard.start()
            code = process.wait()
            took = time.monotonic() - start
            guard.cancel()
        output.seek(0)
        text = output.read().decode(errors='replace')
    if code and not fails:
        sys.exit(f'{" ".join(command)}: exit code {code}\n{text[-2000:]}')
    return took, text


def figures(text):
    """Lines "name number"."""
    return {name: float(number) for name, number in (line.split() for line in text.splitlines())}


def ms(seconds):
    return f'{seconds * 1000:.0f} ms' if seconds >= 0.01 else f'{seconds * 1000:.2f} ms'


def values_in(path):
    with open(path, 'rb') as file:
        text = file.read().decode('utf-16')
    return sum(line.startswith('"') for line in text.splitlines())


class Cerium:
    def __init__(self, build, folder):
        self.program = os.path.join(build, 'cerium')
        self.tools = os.path.join(build, 'bench')
        self.folder = folder

    def path(self, name):
        return os.path.join(self.folder, name)

    def tool(self, name):
        return os.path.join(self.tools, 'bench_' + name)

    def command(self, registry, *words):
        return [self.program, '--registry', self.path(registry), 'reg', *words]

    def remove(self, registry):
        for suffix in ('', '-wal', '-shm', '-journal', '.bell', '.lock'):
            if os.path.exists(self.path(registry + suffix)):
                os.remove(self.path(registry + suffix))


class Wine:
    """Wine's reg in a session of its own; everything on one CPU, which is where it is fastest."""

    def __init__(self, folder):
        self.program = next((path for path in ('/usr/lib/wine/wine64', shutil.which('wine64'), shutil.which('wine'))
                             if path and os.path.exists(path)), None)
        self.environment = dict(os.environ, WINEPREFIX=os.path.join(folder, 'wine'), WINEDEBUG='-all', DISPLAY='',
                                WINEDLLOVERRIDES='mscoree,mshtml=')
        self.folder = folder

    def start(self):
        os.makedirs(self.environment['WINEPREFIX'])
        run(['wineserver', '-p'], self.environment)
        run([self.program, 'wineboot', '-i'], self.environment)

    def reg(self, *words, fails=False):
        return run([self.program, 'reg', *words], self.environment, fails=fails)[0]

    def stop(self):
        subprocess.run(['wineserver', '-k'], env=self.environment, check=False, stderr=subprocess.DEVNULL)
        subprocess.run(['wineserver', '-w'], env=self.environment, check=False, timeout=60)

    def version(self):
        return run([self.program, '--version'], self.environment)[1].strip()


def transfers(cerium, wine, rounds, table):
    """Import and export of the work unit."""
    took = {name: [] for name in ('import', 'rows', 'wine import', 'export', 'wine export')}
    work = cerium.path('work.reg')
    run([cerium.tool('registry_make'), '0', str(AREAS - 1), work])
    for _ in range(rounds):
        cerium.remove('registry')
        took['import'].append(run(cerium.command('registry', 'import', work))[0])
        took['rows'].append(float(run([cerium.tool('registry_rows'), cerium.path('registry'), cerium.path('rows')])[1]))
        if wine:
            wine.reg('delete', TOP, '/f', fails=True)
            took['wine import'].append(wine.reg('import', work))
        took['export'].append(run(cerium.command('registry', 'export', TOP, cerium.path('out.reg'), '/y'))[0])
        if wine:
            took['wine export'].append(wine.reg('export', TOP, cerium.path('wine.reg'), '/y'))
    median = {name: statistics.median(times) for name, times in took.items() if times}
    for name in ['out.reg'] + (['wine.reg'] if wine else []):
        if values_in(cerium.path(name)) != VALUES:
            sys.exit(f'{name} has {values_in(cerium.path(name))} values, not {VALUES}')

    ratio = median['import'] / median['rows']
    table.add('import 100,000 values', ms(median['import']), f'plain C program {ms(median["rows"])}', f'{ratio:.2f}x its time', '<= 1.3x',
              ratio <= 1.3)
    for name, least in (('import', 3), ('export', 8)):
        label = 'the same' if name == 'import' else 'export 100,000 values'
        if wine:
            ratio = median['wine ' + name] / median[name]
            table.add(label, ms(median[name]), f'Wine reg {ms(median["wine " + name])}', f'{ratio:.1f}x faster', f'>= {least}x', ratio >= least)
        else:
            table.add(label, ms(median[name]), 'skipped: no Wine', '', f'>= {least}x', None)


def starts(cerium, wine, rounds, table):
    """Of a registry at rest, and of one that was written just now, which is read with locks."""
    query = cerium.command('registry', 'query', ONE, '/v', 'Text 0')
    shutil.copy(cerium.path('registry'), cerium.path('fresh'))
    fresh = cerium.command('fresh', 'query', ONE, '/v', 'Text 0')
    medians = {'true': [], 'cerium': [], 'fresh': []}
    for _ in range(rounds):
        now = time.time()
        os.utime(cerium.path('registry'), (now, now - 60))
        os.utime(cerium.path('fresh'), (now, now))
        lines = run([cerium.tool('spawn'), '200', '/bin/true', '--', *query, '--', *fresh])[1].splitlines()
        for name, line in zip(medians, lines):
            medians[name].append(float(line.split()[0]) / 1e6)
    true, ours, with_locks = (statistics.median(medians[name]) for name in medians)
    cerium.remove('fresh')
    table.add('fresh process, one value', ms(ours), f'/bin/true {ms(true)}', f'{ours / true:.2f}x its time', '<= 2x', ours / true <= 2)
    table.add('the same, registry written less than 4 s ago', ms(with_locks), f'/bin/true {ms(true)}', f'{with_locks / true:.2f}x its time', '', None)
    if wine:
        theirs = statistics.median(wine.reg('query', ONE, '/v', 'Text 0') for _ in range(4 * rounds))
        table.add('the same', ms(ours), f'Wine reg, session running, {ms(theirs)}', f'{theirs / ours:.0f}x faster', '', None)


def calls(cerium, rounds, table):
    """Point queries in one process, at 100,000 and at 1,000,000 values."""
    cerium.remove('many')
    for part in range(0, AREAS_MANY, AREAS):
        run([cerium.tool('registry_make'), str(part), str(part + AREAS - 1), cerium.path('part.reg')])
        run(cerium.command('many', 'import', cerium.path('part.reg')))
    os.remove(cerium.path('part.reg'))
    results = {'registry': [], 'many': []}
    for _ in range(rounds):
        for registry, areas in (('registry', AREAS), ('many', AREAS_MANY)):
            results[registry].append(figures(run([cerium.tool('registry_calls'), cerium.path(registry), str(areas), '200000'])[1]))

    def median(registry, name):
        return statistics.median(result[name] for result in results[registry])

    for name, label, most in (('open_hot', 'open at depth 5 + query + close, in process', 2), ('held_hot', 'query, handle held', 1)):
        took = median('registry', name)
        everywhere = median('registry', name.replace('hot', 'all'))
        table.add(label + ' (working set of 100 values)', f'{took:.2f} us', f'at random over all 100,000: {everywhere:.2f} us', '', f'<= {most} us', took <= most)
    face = [figures(run([cerium.tool('registry_face'), '200000'], dict(os.environ, CERIUM_REGISTRY=cerium.path('registry')))[1])
            for _ in range(rounds)]
    for name, label, most in (('face_open', 'RegOpenKeyExW + RegQueryValueExW + RegCloseKey', 2), ('face_held', 'RegQueryValueExW, handle held', 1)):
        took = statistics.median(result[name] for result in face)
        table.add(label + ' (working set of 100 values)', f'{took:.2f} us', '', '', f'<= {most} us', took <= most)
    for name, label in (('open_all', 'open + query'), ('held_all', 'query, handle held')):
        few, many = median('registry', name), median('many', name)
        table.add(f'1,000,000 values: {label}, at random over all keys', f'{many:.2f} us', f'100,000 values {few:.2f} us', f'{many / few:.2f}x its time',
                  '<= 1.5x', many / few <= 1.5)
    few, many = median('registry', 'resident'), median('many', 'resident')
    table.add('1,000,000 values: memory of the process', f'{many:.0f} KiB', f'100,000 values {few:.0f} KiB', f'{many / few:.2f}x', 'flat (<= 1.1x)',
              many / few <= 1.1)


def sharing(cerium, rounds, table):
    results = [figures(run([cerium.tool('registry_share'), 'readers', cerium.path('registry'), str(AREAS), '3'], pinned=False)[1])
               for _ in range(rounds)]
    worst, own = (max(result[name] for result in results) for name in ('worst_read_ms', 'worst_without_cpu_wait_ms'))
    table.add(f'4 readers + 1 writer: the longest read of {rounds} runs', f'{worst:.1f} ms',
              '{:.0f} reads/s, {:.0f} commits/s'.format(*(statistics.median(result[name] for result in results)
                                                          for name in ('reads_per_s', 'commits_per_s'))), '', '<= 50 ms', worst <= 50)
    table.add('the same less what the reader waited for a CPU', f'{own:.2f} ms', '', '', '<= 50 ms', own <= 50)
    results = [figures(run([cerium.tool('registry_share'), 'notify', cerium.path('registry'), '60'], pinned=False)[1]) for _ in range(rounds)]
    median, p90 = (statistics.median(result[name] for result in results) for name in ('median_ms', 'p90_ms'))
    longest = max(result['max_ms'] for result in results)
    table.add('commit to the watcher\'s reading, two processes', f'median {median:.3f} ms', f'p90 {p90:.3f} ms, longest {longest:.2f} ms', '', '< 1 ms',
              median < 1)


def machine():
    model = ''
    with open('/proc/cpuinfo', encoding='utf-8') as file:
        for line in file:
            if line.startswith('model name'):
                model = line.split(':', 1)[1].strip()
                break
    return f'{platform.system()} {platform.release()}, {os.cpu_count()} CPUs ({model or platform.machine()})'


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--build', required=True)
    parser.add_argument('--folder', required=True)
    parser.add_argument('--rounds', type=int, default=5)
    parser.add_argument('--no-wine', action='store_true')
    options = parser.parse_args()
    folder = os.path.abspath(options.folder)
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    cerium = Cerium(os.path.abspath(options.build), folder)
    table = Table()
    load = os.getloadavg()[0]
    wine = Wine(folder)
    if options.no_wine or not wine.program:
        wine = None
    try:
        if wine:
            wine.start()
        transfers(cerium, wine, options.rounds, table)
        starts(cerium, wine, options.rounds, table)
    finally:
        if wine:
            wine.stop()
    calls(cerium, options.rounds, table)
    sharing(cerium, options.rounds, table)
    text = f'{table.text()}\n\n{machine()}; {wine.version() if wine else "no Wine"}; load before {load:.1f}, after {os.getloadavg()[0]:.1f}\n'
    with open(folder + '.md', 'w', encoding='utf-8') as file:
        file.write(text)
    print('\n' + text, end='')


if __name__ == '__main__':
    main()
