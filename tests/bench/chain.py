#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The chain engine beside its peers, in one run: what build/bench chain shows.

usage: chain.py --build DIR --folder DIR [--arm DIR --counter FILE] [--rounds 7]

DIR of --build has bench/ with the programs of tests/bench, that of --arm those for ARM, whose instructions are counted under qemu-arm by the plugin --counter
(tests/support/count_instructions.c); the certificates are made in --folder, which is emptied first. What is compared
takes turns, round by round. Prints a table, written to FOLDER.md too. Speed is never asserted: the exit code is 0 whether targets are met or
not, and 1 when something could not be run or refused the chain.
"""
import argparse
import os
import platform
import shutil
import statistics
import subprocess
import sys

PEERS = {'cerium': 'Cerium', 'openssl': 'OpenSSL', 'bearssl': 'BearSSL'}
CHAINS = {'P-256': ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'], 'RSA-2048': ['-newkey', 'rsa:2048']}
CA = ['-addext', 'basicConstraints=critical,CA:TRUE', '-addext', 'keyUsage=critical,keyCertSign,cRLSign']
LEAF = ['-addext', 'basicConstraints=CA:FALSE', '-addext', 'keyUsage=digitalSignature', '-addext', 'extendedKeyUsage=clientAuth']


def run(*command):
    result = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120, check=False)
    if result.returncode:
        sys.exit(f'{" ".join(command)}: exit code {result.returncode}\n{result.stderr[-2000:]}')
    return result.stdout


def make_chain(folder, kind):
    """leaf.der, intermediate.der, root.der; the private keys are not kept."""
    os.makedirs(folder)
    issuer = None
    for name, extensions in (('root', CA), ('intermediate', CA), ('leaf', LEAF)):
        path = os.path.join(folder, name)
        signer = ['-CA', issuer + '.pem', '-CAkey', issuer + '.key'] if issuer else []
        run('openssl', 'req', '-x509', *CHAINS[kind], '-sha256', '-nodes', '-days', '365', '-subj', f'/O=Bench/CN={kind} {name}', *extensions,
            *signer, '-keyout', path + '.key', '-out', path + '.pem')
        run('openssl', 'x509', '-in', path + '.pem', '-outform', 'DER', '-out', path + '.der')
        issuer = path
    for name in ('root', 'intermediate', 'leaf'):
        os.remove(os.path.join(folder, name + '.key'))
    return [os.path.join(folder, name + '.der') for name in ('leaf', 'intermediate', 'root')]


def measure(programs, chain, rounds):
    """{(peer, figure): median}"""
    figures = {}
    for _ in range(rounds):
        for peer, program in programs.items():
            for line in run(program, *chain).splitlines():
                name, rate = line.split()
                figures.setdefault((peer, name), []).append(float(rate))
    return {key: statistics.median(rates) for key, rates in figures.items()}


def rows(kind, figures):
    for figure, work in (('whole', 'parse + verify'), ('parsed', 'verify, parsed before')):
        ours = figures['cerium', figure]
        for peer, title in PEERS.items():
            other = figures.get((peer, figure))
            if peer == 'cerium' or other is None:
                continue
            target, verdict = '', ''
            if (peer, figure) == ('openssl', 'whole'):
                target, verdict = '>= 1.0x', 'ok' if ours >= other else 'missed'
            yield f'{kind}: {work}', f'{ours:.0f}/s', f'{title} {other:.0f}/s', f'{ours / other:.2f}x', target, verdict


TIMES = 4


def count_instructions(options, peer, chain):
    """Of one "whole" and, where the peer has it, one "parsed" together: run TIMES + 1 times less once."""
    counts = []
    for times in (1, TIMES + 1):
        out = os.path.join(options.folder, 'instructions')
        run('qemu-arm', '-plugin', f'{options.counter},out={out}', '-L', '/usr/arm-linux-gnueabihf',
            os.path.join(options.arm, 'bench', 'bench_chain_' + peer), *chain, str(times))
        with open(out, encoding='ascii') as file:
            counts.append(int(file.read()))
        os.remove(out)
    return (counts[1] - counts[0]) / TIMES


def arm_rows(options, kind, chain):
    ours, bearssl = (count_instructions(options, peer, chain) for peer in ('cerium', 'bearssl'))
    # Cerium's program does "whole" and "parsed": three signatures each.
    yield (f'{kind}: parse + verify and verify, on ARM', f'{ours / 1e6:.1f} million instructions', f'BearSSL parse + verify {bearssl / 1e6:.1f} million',
           f'{bearssl / ours * 2:.2f}x', '', '')


BOMB_MS, BOMB_BYTES = 100, 1_000_000


def bomb_rows(program):
    for line in run(program).splitlines():
        name, milliseconds, size, word = line.split()
        ok = float(milliseconds) < BOMB_MS and int(size) < BOMB_BYTES
        yield (name.replace('-', ' ') + f': {word}', f'{milliseconds} ms, {int(size) / 1e3:.0f} KB', '', '', f'< {BOMB_MS} ms, < 1 MB', 'ok' if ok else 'missed')


LOOKUP_US = 50


def lookup_rows(program):
    for line in run(program).splitlines():
        name, nanoseconds = line.split()
        yield (f'one of 10,000 certificates by {name.replace("-", " ")}', f'{float(nanoseconds) / 1000:.2f} us', '', '', f'< {LOOKUP_US} us',
               'ok' if float(nanoseconds) < LOOKUP_US * 1000 else 'missed')


def processor():
    with open('/proc/cpuinfo', encoding='ascii') as file:
        return next((line.split(':')[1].strip() for line in file if line.startswith('model name')), platform.machine())


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--build', required=True)
    parser.add_argument('--folder', required=True)
    parser.add_argument('--arm')
    parser.add_argument('--counter')
    parser.add_argument('--rounds', type=int, default=7)
    options = parser.parse_args()
    folder = os.path.abspath(options.folder)
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    programs = {peer: os.path.join(options.build, 'bench', 'bench_chain_' + peer) for peer in PEERS}
    if not os.path.exists(programs['cerium']):
        sys.exit(programs['cerium'] + ' is missing: build it first')
    missing = [PEERS[peer] for peer, program in programs.items() if not os.path.exists(program)]
    programs = {peer: program for peer, program in programs.items() if os.path.exists(program)}
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    load = os.getloadavg()[0]
    lines = ['| three certificates | Cerium | beside it | ratio | target |  |', '|---|---|---|---|---|---|']

    def show(some):
        for row in some:
            lines.append('| ' + ' | '.join(row) + ' |')
            print('  ' + ' | '.join(part for part in row if part), flush=True)

    options.folder = folder
    for kind in CHAINS:
        chain = make_chain(os.path.join(folder, kind), kind)
        show(rows(kind, measure(programs, chain, options.rounds)))
        if options.arm:
            show(arm_rows(options, kind, chain))
    show(bomb_rows(os.path.join(options.build, 'bench', 'bench_chain_hostile')))
    show(lookup_rows(os.path.join(options.build, 'bench', 'bench_chain_lookup')))
    text = '\n'.join(lines) + f'\n\n{processor()}; {run("openssl", "version").strip()}; load before {load:.1f}, after {os.getloadavg()[0]:.1f}\n'
    if missing:
        text += f'Not built here, so not measured: {", ".join(missing)}\n'
    with open(folder + '.md', 'w', encoding='utf-8') as file:
        file.write(text)
    print('\n' + text, end='')


if __name__ == '__main__':
    main()
