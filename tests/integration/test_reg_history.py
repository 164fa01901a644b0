# SPDX-License-Identifier: Apache-2.0
"""`cerium reg history|undo|watch|diff` and `import /dry-run`."""
import json
import os
import pwd
import re
import signal
import sqlite3
import subprocess
import threading

import pytest

DONE = 'The operation completed successfully.\n'
KEY, FULL = r'HKCU\T', r'HKEY_CURRENT_USER\T'
TREE = r'''REGEDIT4
[HKEY_CURRENT_USER\T]
"a"="1"
"n"=dword:10
[HKEY_CURRENT_USER\T\Sub]
"b"="2"
'''
CHANGES = r'''REGEDIT4
[HKEY_CURRENT_USER\T]
"a"="new"
"n"=-
"fresh"=hex:01
[-HKEY_CURRENT_USER\T\Sub]
[HKEY_LOCAL_MACHINE\Added]
@="x"
'''
CHANGED = rf'''  {FULL}
- {'    '}a    REG_SZ    1
+ {'    '}a    REG_SZ    new
+ {'    '}fresh    REG_BINARY    01
- {'    '}n    REG_DWORD    0x10
- {FULL}\Sub
- {'    '}b    REG_SZ    2
+ HKEY_LOCAL_MACHINE\Added
+ {'    '}(Default)    REG_SZ    x
'''


@pytest.fixture
def reg(cerium):
    def run(*args, **options):
        return cerium('reg', *args, **options)
    run.cerium = cerium
    cerium.reg_import(TREE)
    return run


def entries(reg):
    return json.loads(reg('history', '/json', check=True).stdout)['entries']


def everything(reg):
    return [reg('query', root, '/s').stdout for root in ('HKCU', 'HKLM')]


def write(reg, text, name='changes.reg'):
    path = reg.cerium.folder / name
    path.write_text(text, encoding='utf-8')
    return path


# ---- diff, import /dry-run ----

def test_diff(reg):
    path = write(reg, CHANGES)
    before, history = everything(reg), len(entries(reg))
    done = reg('diff', path)
    assert (done.returncode, done.stderr) == (2, '')
    assert done.stdout == CHANGED + '\n1 key made, 1 key deleted, 2 values added, 1 value changed, 2 values deleted by this file; ' \
                                    'nothing was changed now.\n'
    dry = reg('import', path, '--dry-run')
    assert (dry.returncode, dry.stdout, dry.stderr) == (0, done.stdout, '')
    assert reg('import', '--dry-run', '-', input=CHANGES).stdout == done.stdout
    assert everything(reg) == before and len(entries(reg)) == history
    assert reg('import', path).returncode == 0
    same = reg('diff', path)
    assert (same.returncode, same.stdout) == (0, 'No difference.\n')
    assert reg('import', path, '/dry-run').stdout == 'No difference.\n'


def test_diff_reports_bad_lines(reg):
    path = write(reg, 'REGEDIT4\n[HKEY_CURRENT_USER\\T]\n"a"=dword:xyz\n')
    done = reg('diff', path)
    assert done.returncode == 0 and done.stderr.startswith(f'{path}:3: ')
    for verb in (['diff'], ['import', '/dry-run']):
        done = reg(verb[0], write(reg, 'no such thing'), *verb[1:])
        assert done.returncode == 1 and 'no .reg file' in done.stderr and done.stdout == ''


def test_diff_hides_what_is_protected(reg):
    reg.cerium('user', 'add', 'Dave', input='a word\n', check=True)
    key = r'HKEY_LOCAL_MACHINE\COMM\HTTPD\PasswordUsers\Dave'
    done = reg('diff', write(reg, f'REGEDIT4\n[{key}]\n"Hash"="stolen"\n'))
    assert done.returncode == 2 and done.stdout.count('Hash    REG_SZ    (protected)') == 2
    assert 'pbkdf2' not in done.stdout and 'stolen' not in done.stdout


def test_diff_without_a_registry(cerium):
    done = cerium('reg', 'import', '-', '/dry-run', input=TREE)
    assert done.returncode == 1 and 'there is no registry file' in done.stderr
    assert not cerium.registry.exists()


# ---- history ----

def test_history(reg):
    assert reg('add', KEY, '/v', 'a', '/d', 'secret', '/f').returncode == 0
    assert reg('delete', KEY + r'\Sub', '/f').returncode == 0
    lines = reg('history').stdout.splitlines()
    who = re.escape(pwd.getpwuid(os.geteuid()).pw_name)
    assert re.fullmatch(rf'\d+  \d{{4}}-\d\d-\d\d \d\d:\d\d:\d\dZ  {who}  0?.*value.*  cerium reg add HKCU\\T /v a', lines[-2]), lines
    assert 'secret' not in lines[-2] and lines[-1].endswith(r'  cerium reg delete HKCU\T\Sub')
    assert f'cerium reg import {reg.cerium.folder}' in lines[-3]
    listed = entries(reg)
    assert [entry['id'] for entry in listed] == [int(line.split()[0]) for line in lines]
    add, delete = listed[-2:]
    assert (add['keys'], add['values'], add['complete'], add['undoes'], add['undone']) == (0, 1, True, None, None)
    assert re.fullmatch(r'\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ', add['time']) and add['who'] == pwd.getpwuid(os.geteuid()).pw_name
    assert reg('history', add['id']).stdout == lines[-2] + f'\n  {FULL}\n-     a    REG_SZ    1\n+     a    REG_SZ    secret\n'
    detail = json.loads(reg('history', add['id'], '--json').stdout)
    assert detail == {**add, 'changes': [{'kind': 'value set', 'key': FULL, 'name': 'a', 'before': {'type': 'REG_SZ', 'data': '1'},
                                          'after': {'type': 'REG_SZ', 'data': 'secret'}}]}
    kinds = [change['kind'] for change in json.loads(reg('history', delete['id'], '/json').stdout)['changes']]
    assert kinds == ['value deleted', 'key deleted']


def test_history_hides_what_is_protected(reg):
    reg.cerium('user', 'add', 'Dave', input='a word\n', check=True)
    newest = entries(reg)[-1]['id']
    text, shape = reg('history', newest).stdout, reg('history', newest, '/json').stdout
    assert '(protected)' in text and 'pbkdf2' not in text
    assert '"protected": true' in shape and 'pbkdf2' not in shape


def test_history_clear_and_room(reg):
    assert reg('history', '/clear').returncode == 1 and entries(reg)
    assert reg('history', '/clear', input='y\n').stdout == 'Forget the whole history (Yes/No)? ' + DONE
    assert entries(reg) == [] and reg('history').stdout == 'The history is empty.\n'
    assert reg('history', '/room', '0').stdout == DONE
    assert reg('add', KEY, '/v', 'x').returncode == 0 and entries(reg) == []
    assert json.loads(reg('history', '/json').stdout)['room'] == 0
    assert reg('history', '/room', '100000').stdout == DONE
    assert reg('add', KEY, '/v', 'y').returncode == 0 and len(entries(reg)) == 1
    assert reg('history', '/clear', '/f').stdout == DONE


# ---- undo ----

def test_undo(reg):
    before = everything(reg)
    assert reg('import', write(reg, CHANGES)).returncode == 0
    after = everything(reg)
    done = reg('undo')
    assert done.returncode == 0 and done.stdout.endswith(DONE)
    assert done.stdout.startswith('Took back ') and 'cerium reg import' in done.stdout.splitlines()[0]
    assert '+     b    REG_SZ    2' in done.stdout and r'- HKEY_LOCAL_MACHINE\Added' in done.stdout
    assert everything(reg) == before
    changed, undo = entries(reg)[-2:]
    assert changed['undone'] == undo['id'] and undo['undoes'] == changed['id']
    assert f'(undone by {undo["id"]})' in reg('history').stdout
    assert 'is undone already' in reg('undo', changed['id']).stderr
    assert reg('undo', undo['id']).returncode == 0  # redo
    assert everything(reg) == after


def test_undo_says_no_more_than_fits_a_screen(reg):
    many = write(reg, 'REGEDIT4\n[HKEY_CURRENT_USER\\Many]\n' + ''.join(f'"{i}"=dword:{i}\n' for i in range(100)))
    assert reg('import', many).returncode == 0
    lines = reg('undo').stdout.splitlines()
    assert len(lines) < 25 and re.search(r'and \d+ more lines: cerium reg history \d+', lines[-2])


def test_undo_with_a_conflict(reg):
    reg('add', KEY, '/v', 'a', '/d', 'mine', '/f')
    mine = entries(reg)[-1]['id']
    reg('add', KEY, '/v', 'a', '/d', 'later', '/f')
    before = everything(reg)
    done = reg('undo', mine)
    assert (done.returncode, done.stdout) == (1, '')
    assert done.stderr.startswith('ERROR: Nothing was changed') and FULL in done.stderr
    assert everything(reg) == before


def test_undo_of_nothing(reg):
    reg('history', '/clear', '/f')
    done = reg('undo')
    assert (done.returncode, done.stderr) == (1, 'ERROR: There is nothing to undo.\n')


# ---- watch ----

class Watch:
    """A running `cerium reg watch`; wait(text) waits for output that holds the text."""

    def __init__(self, reg, key):
        self.process = subprocess.Popen(reg.cerium.command('reg', 'watch', key), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, text=True)
        self.text = ''
        self._changed = threading.Condition()
        assert self.process.stderr.readline() == 'Watching; Ctrl-C ends it.\n'
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self):
        for line in self.process.stdout:
            with self._changed:
                self.text += line
                self._changed.notify_all()

    def wait(self, text, seconds=20):
        with self._changed:
            assert self._changed.wait_for(lambda: text in self.text, seconds), self.text
            return self.text

    def end(self):
        self.process.send_signal(signal.SIGINT)
        code = self.process.wait(20)
        self._reader.join(5)
        self.process.stdout.close()
        self.process.stderr.close()
        return code


@pytest.fixture
def watch(reg):
    running = []

    def start(key):
        running.append(Watch(reg, key))
        return running[-1]

    yield start
    for one in running:
        if one.process.poll() is None:
            one.process.kill()
            one.process.wait()


def test_watch(reg, watch):
    seen = watch(r'hkcu\t')
    reg('add', KEY, '/v', 'a', '/d', 'now', '/f')
    text = seen.wait('+     a    REG_SZ    now')
    assert r'cerium reg add HKCU\T /v a' in text and '-     a    REG_SZ    1' in text
    reg('add', r'HKCU\Tother', '/v', 'elsewhere')
    reg('add', r'HKLM\T', '/v', 'elsewhere')
    reg('delete', KEY + r'\Sub', '/f')
    seen.wait(rf'- {FULL}\Sub')
    reg('delete', KEY, '/f')
    seen.wait(f'- {FULL}\n')
    reg('add', KEY, '/v', 'again')
    text = seen.wait('again    REG_SZ')
    assert seen.end() == 0
    assert 'elsewhere' not in seen.text and 'another program' not in seen.text


def test_watch_notices_other_programs(reg, watch):
    seen = watch(KEY)
    with sqlite3.connect(reg.cerium.registry) as db:
        db.execute('update val set data = ? where name = ?', (b'x\0\0\0', 'a'))
    db.close()
    seen.wait('changed by another program')
    assert seen.end() == 0


def test_watch_hides_what_is_protected(reg, watch):
    seen = watch('HKLM')
    reg.cerium('user', 'add', 'Dave', input='a word\n', check=True)
    text = seen.wait('(protected)')
    assert seen.end() == 0 and 'pbkdf2' not in text


def test_watch_without_history(reg, watch):
    reg('history', '/room', '0')
    seen = watch(KEY)
    reg('add', KEY, '/v', 'a', '/d', 'now', '/f')
    seen.wait('the history is off')
    assert seen.end() == 0


def test_changes_too_many_to_be_kept(reg, watch):
    """More than LIMIT_REG_HISTORY_ENTRY: counted, told, and not undone."""
    seen = watch(KEY)
    elsewhere = 'REGEDIT4\n[HKEY_LOCAL_MACHINE\\Big]\n' + ''.join(f'"{i}"="{"x" * 30000}"\n' for i in range(25))
    assert reg('import', write(reg, elsewhere, 'elsewhere.reg')).returncode == 0
    assert reg('import', write(reg, elsewhere.replace('HKEY_LOCAL_MACHINE\\Big', FULL), 'big.reg')).returncode == 0
    text = seen.wait('not listed')
    assert seen.end() == 0
    assert re.search(r'Z  \S+  cerium reg import \S*big\.reg\n  many changes: 0 keys, 25 values; not listed\n', text), text
    assert 'elsewhere' not in text and 'another program' not in text
    newest = entries(reg)[-1]
    assert (newest['complete'], newest['values']) == (False, 25)
    assert reg('history').stdout.endswith(' (too large: not kept, cannot be undone)\n')
    assert reg('history', newest['id']).stdout.endswith('Its changes were too large to be kept.\n')
    assert json.loads(reg('history', newest['id'], '/json').stdout)['changes'] == []
    done = reg('undo', newest['id'])
    assert (done.returncode, done.stdout) == (1, '') and 'too large to be kept' in done.stderr


# ---- what is forgotten, and what is not there ----

def test_what_is_cleared_is_in_no_file(reg):
    secret = 'pbkdf2-of-nobody-else'
    user = r'HKLM\COMM\HTTPD\PasswordUsers\eve'
    for i in range(40):
        assert reg('add', user, '/v', 'Hash', '/d', secret + str(i) * 500, '/f').returncode == 0
    assert reg('delete', user, '/v', 'Hash', '/f').returncode == 0

    def found():
        files = [path for path in reg.cerium.registry.parent.iterdir() if path.name.startswith(reg.cerium.registry.name)]
        return any(secret.encode('utf-16-le') in path.read_bytes() for path in files)
    assert found()
    assert reg('history', '/clear', '/f').returncode == 0
    assert not found()


def test_no_such_entry(reg):
    for switches in ([], ['/json']):
        done = reg('history', '999', *switches)
        assert (done.returncode, done.stdout, done.stderr) == (1, '', 'ERROR: The history has no entry 999.\n')
    assert json.loads(reg('history', str(entries(reg)[-1]['id']), '/json').stdout)['changes']


# ---- watch, and the file that it watches ----

def test_watch_says_that_the_file_is_gone(reg, watch):
    seen = watch(KEY)
    for path in list(reg.cerium.registry.parent.iterdir()):
        if path.name.startswith(reg.cerium.registry.name):
            path.unlink()
    assert seen.process.wait(20) == 1
    assert seen.process.stderr.read() == f'ERROR: The registry file {reg.cerium.registry} is gone.\n'
    seen.end()


def test_watch_goes_on_with_another_file(reg, watch, tmp_path):
    other = tmp_path / 'other.db'
    program = [*reg.cerium.emulator, reg.cerium.program]
    registry = str(reg.cerium.registry)
    assert subprocess.run([*program, '--registry', other, 'reg', 'import', write(reg, TREE)]).returncode == 0
    seen = watch(KEY)
    for ending in ('-wal', '-shm'):
        if os.path.exists(registry + ending):
            os.unlink(registry + ending)
    os.replace(other, registry)
    seen.wait('was replaced by another')
    assert reg('add', KEY, '/v', 'later').returncode == 0
    text = seen.wait('later    REG_SZ')
    assert seen.end() == 0 and 'another program' not in text


def test_watch_adds_up_what_the_history_tells(reg, watch):
    """A change that tells nothing of what it did comes after every kind that does: only what differs by then is told."""
    seen = watch(r'HKCU')
    for args in (['add', KEY, '/v', 'A', '/d', 'spelt otherwise', '/f'], ['add', KEY + r'\New\Er', '/v', 'z'], ['copy', KEY, r'HKCU\Copied', '/s'],
                 ['delete', KEY + r'\Sub', '/f'], ['undo'], ['delete', KEY, '/v', 'n', '/f'], ['add', r'HKLM\Elsewhere']):
        assert reg(*args).returncode == 0, args
    reg('add', KEY, '/v', 'last')
    seen.wait('last    REG_SZ')
    with sqlite3.connect(reg.cerium.registry) as db:
        db.execute("update val set type = type where name = 'last'")
    db.close()
    reg('add', KEY, '/v', 'end')
    text = seen.wait('end    REG_SZ')
    assert 'another program' not in text
    with sqlite3.connect(reg.cerium.registry) as db:
        db.execute("update val set type = 1, data = ? where name = 'last'", (b'y\0\0\0',))
    db.close()
    assert seen.wait('changed by another program').count('changed by another program') == 1
    assert seen.end() == 0
