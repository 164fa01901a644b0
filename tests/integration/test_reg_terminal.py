# SPDX-License-Identifier: Apache-2.0
"""`cerium reg` on a terminal: colour, progress, and completion in a real bash."""
import os
import pathlib
import pty
import re
import select
import shlex
import shutil
import sqlite3
import subprocess
import time

import pytest

COMPLETION = pathlib.Path(__file__).resolve().parents[2] / 'tools' / 'completion' / 'cerium.bash'
TREE = r'''REGEDIT4
[HKEY_LOCAL_MACHINE\COMM\HTTPD]
"Port"=dword:50
"PostReadSize"=dword:1
"Admin"="x"
[HKEY_LOCAL_MACHINE\COMM\HTTPD\VROOTS\/Accounts]
[HKEY_LOCAL_MACHINE\COMM\HTTPD\SSL\Users\it's $5 a:b=c "q"\Deep]
[HKEY_LOCAL_MACHINE\Alpha]
[HKEY_LOCAL_MACHINE\Alpine]
'''

if not os.path.exists('/dev/pts/ptmx') and not os.path.exists('/dev/ptmx'):
    pytest.skip('this machine has no pseudo-terminals', allow_module_level=True)


class Terminal:
    """A program on a pseudo-terminal of its own."""

    def __init__(self, command, **env):
        self.master, slave = pty.openpty()
        base = {name: value for name, value in os.environ.items() if name not in ('NO_COLOR', 'TERM')}
        self.process = subprocess.Popen(command, stdin=slave, stdout=slave, stderr=slave, env={**base, **env}, start_new_session=True)
        os.close(slave)
        self.text = ''

    def read(self, until=None, seconds=30):
        """Reads until the text is there, or until the program ends; what was read since the last time."""
        end, got = time.monotonic() + seconds, b''
        while until is None or until not in got.decode(errors='replace'):
            left = end - time.monotonic()
            assert left > 0, f'{until!r} did not come: {got!r}'
            if select.select([self.master], [], [], left)[0]:
                try:
                    data = os.read(self.master, 65536)
                except OSError:
                    data = b''
                if not data:
                    break
                got += data
        return got.decode(errors='replace')

    def close(self):
        os.close(self.master)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def on_terminal(command, **env):
    terminal = Terminal(command, **env)
    text = terminal.read()
    terminal.close()
    return text


@pytest.fixture
def tree(cerium):
    cerium.reg_import(TREE)
    return cerium


# ---- colour ----

@pytest.mark.parametrize('env, coloured', [
    ({'TERM': 'xterm'}, True),
    ({'TERM': 'xterm', 'NO_COLOR': ''}, True),
    ({'TERM': 'xterm', 'NO_COLOR': '1'}, False),
    ({'TERM': 'dumb'}, False),
    ({}, False),
], ids=str)
def test_colour(tree, env, coloured):
    for args in (['query', r'HKLM\COMM\HTTPD'], ['compare', r'HKLM\COMM', r'HKLM\Alpha', '/s'], ['diff', tree.folder / 'other.reg']):
        (tree.folder / 'other.reg').write_text('REGEDIT4\n[HKEY_LOCAL_MACHINE\\New]\n')
        assert ('\x1b[' in on_terminal(tree.command('reg', *args), **env)) == coloured, args
        assert '\x1b' not in tree('reg', *args, env={**os.environ, **env}).stdout


def test_a_name_does_not_steer_the_terminal(tree):
    tree('reg', 'add', r'HKLM\Alpha', '/v', 'a\x1b]0;owned\x07\x9bb', '/d', 'x', check=True)
    for args in (['query', r'HKLM\Alpha'], ['compare', r'HKLM\Alpha', r'HKLM\Alpine'], ['find', 'owned'], ['history', '2']):
        text = on_terminal(tree.command('reg', *args), TERM='xterm', NO_COLOR='1')
        assert 'owned' in text and not set('\x1b\x07\x9b') & set(text), args


# ---- progress ----

def import_late(device, path, **env):
    """Imports while somebody else holds the write lock for a second: long enough for the progress to be shown."""
    with sqlite3.connect(device.registry, isolation_level=None) as other:
        other.execute('begin immediate')
        terminal = Terminal(device.command('reg', 'import', path), **env)
        quiet = select.select([terminal.master], [], [], 1)[0] == []
        other.execute('rollback')
    other.close()
    assert quiet
    text = terminal.read()
    terminal.close()
    return text


def test_progress(tree):
    path = tree.folder / 'big.reg'
    lines = ['REGEDIT4', r'[HKEY_LOCAL_MACHINE\Big]'] + [f'"value {i}"="some text that takes its room, number {i}"' for i in range(8000)]
    lines.insert(7000, '"bad"=dword:xyz')
    path.write_text('\n'.join(lines) + '\n')
    text = import_late(tree, path, TERM='xterm')
    shown = [int(percent) for percent in re.findall(r'\r\x1b\[K' + re.escape(str(path)) + r': (\d+) %', text)]
    assert len(shown) > 1 and shown == sorted(set(shown))
    assert text[text.rindex(' %'):].startswith(' %\r\x1b[K') and text.endswith('The operation completed successfully.\r\n')
    assert f'\r\x1b[K{path}:7001: a dword' in text  # on a line of its own
    plain = import_late(tree, path, TERM='dumb')
    assert '%' not in plain and '\x1b' not in plain


# ---- completion ----

class Bash(Terminal):
    """An interactive bash with the completion loaded and `cerium` on its path."""

    def __init__(self, device, folder):
        program = folder / 'cerium'
        program.write_text(f'#!/bin/sh\nexec {shlex.join(device.command())} "$@"\n')
        program.chmod(0o755)
        super().__init__(['bash', '--norc', '--noprofile', '-i'], TERM='xterm', LC_ALL='C.UTF-8', PS1='$ ', INPUTRC='/dev/null', HISTFILE='',
                         PATH=f'{folder}:{os.environ["PATH"]}')
        os.write(self.master, b"bind 'set enable-bracketed-paste off'; bind 'set bell-style none'; bind 'set page-completions off'; "
                              b"bind 'set completion-query-items 0'; set +o history; PS1='$ '; "
                              b'bind -x \'"\\C-xz": printf "%s" "<$READLINE_LINE>@@" >&2\'; '
                              + f'. {shlex.quote(str(COMPLETION))}; echo rea""dy\n'.encode())
        self.read('ready\r\n')

    def complete(self, line, tabs=1):
        """The line after Tab was pressed at its end."""
        os.write(self.master, line.encode() + b'\t' * tabs + b'\x18z')
        text = self.read('>@@')
        os.write(self.master, b'\x15')
        return re.search(r'<([^<]*)>@@', text).group(1)


@pytest.fixture(scope='module')
def bash(tmp_path_factory):
    import device as devices  # pylint: disable=import-outside-toplevel
    if not shutil.which('bash'):
        pytest.skip('bash is not here')
    folder = tmp_path_factory.mktemp('bash')
    device = devices.Device(folder / 'device')
    device.reg_import(TREE)
    instance = Bash(device, folder)
    yield instance
    instance.process.kill()
    instance.close()


AWKWARD = r'''HKLM\COMM\HTTPD\SSL\Users\it's $5 a:b=c "q"'''


@pytest.mark.parametrize('line, completed', [
    # commands, verbs, switches, words
    ('cerium us', 'cerium user '),
    ('cerium exp', 'cerium explain '),
    ('cerium cert ver', 'cerium cert verify '),
    ('cerium cert add --st', 'cerium cert add --store '),
    ('cerium cert add --store Dis', 'cerium cert add --store Disallowed '),
    ('cerium reg que', 'cerium reg query '),
    ('cerium reg hist', 'cerium reg history '),
    ('cerium reg __', 'cerium reg __'),
    (r"cerium reg query 'HKLM\COMM' /js", r"cerium reg query 'HKLM\COMM' /json "),
    (r"cerium reg query 'HKLM\COMM' --j", r"cerium reg query 'HKLM\COMM' --json "),
    ('cerium reg import --d', 'cerium reg import --dry-run '),
    (f"cerium reg import --dry-run {COMPLETION.parent}/ceri", f'cerium reg import --dry-run {COMPLETION} '),
    (r"cerium reg add 'HKLM\COMM' /t reg_q", r"cerium reg add 'HKLM\COMM' /t REG_QWORD "),
    (r"cerium reg flags 'HKLM\Software' s", r"cerium reg flags 'HKLM\Software' set "),
    # keys: in single quotes, in double quotes, without
    ("cerium reg query 'hkl", "cerium reg query 'HKLM"),
    (r"cerium reg query 'HKLM\COMM\H", "cerium reg query 'HKLM\\COMM\\HTTPD\\"),
    (r"cerium reg query 'hklm\comm\h", "cerium reg query 'hklm\\comm\\HTTPD\\"),
    (r'cerium reg query "HKLM\COMM\H', 'cerium reg query "HKLM\\\\COMM\\\\HTTPD\\\\'),
    (r'cerium reg query HKLM\COMM\H', 'cerium reg query HKLM\\\\COMM\\\\HTTPD\\\\'),
    (r'cerium reg query HKLM\\COMM\\H', 'cerium reg query HKLM\\\\COMM\\\\HTTPD\\\\'),
    (r"cerium reg query 'HKEY_LOCAL_MACHINE\COMM\H", "cerium reg query 'HKEY_LOCAL_MACHINE\\COMM\\HTTPD\\"),
    (r"cerium reg query 'HKLM\al", r"cerium reg query 'HKLM\alp"),
    (r"cerium reg query 'HKLM\alphA", r"cerium reg query 'HKLM\Alpha' "),
    (r"cerium reg query 'HKLM\nothing", r"cerium reg query 'HKLM\nothing"),
    (r"cerium reg query 'HKLM\COMM\HTTPD\VROOTS\/a", r"cerium reg query 'HKLM\COMM\HTTPD\VROOTS\/Accounts' "),
    (r"cerium reg copy 'HKLM\COMM' 'HKLM\Alph", r"cerium reg copy 'HKLM\COMM' 'HKLM\Alpha' "),
    (r"cerium reg find text 'HKLM\Alph", r"cerium reg find text 'HKLM\Alpha' "),
    # characters that mean something to the shell
    (r"cerium reg query 'HKLM\COMM\HTTPD\SSL\Users\i", 'cerium reg query \'' + AWKWARD.replace("'", r"'\''") + '\\'),
    (r'cerium reg query "HKLM\COMM\HTTPD\SSL\Users\i', 'cerium reg query "' + re.sub(r'([\\"$])', r'\\\1', AWKWARD + '\\')),
    (r'cerium reg query HKLM\\COMM\\HTTPD\\SSL\\Users\\i', 'cerium reg query ' + re.sub(r'''([\\"$' ])''', r'\\\1', AWKWARD + '\\')),
    (r'cerium reg query HKLM\\COMM\\HTTPD\\SSL\\Users\\it\'s\ \$5\ a:b=c\ \"q\"\\',
     'cerium reg query ' + re.sub(r'''([\\"$' ])''', r'\\\1', AWKWARD + r'\Deep') + ' '),
    # names of values
    (r"cerium reg query 'HKLM\COMM\HTTPD' /v Por", r"cerium reg query 'HKLM\COMM\HTTPD' /v Port "),
    (r"cerium reg add 'HKLM\COMM\HTTPD' /f /v po", r"cerium reg add 'HKLM\COMM\HTTPD' /f /v po"),
    (r"cerium reg delete HKLM\\COMM\\HTTPD /v ad", r"cerium reg delete HKLM\\COMM\\HTTPD /v Admin "),
    (r"cerium reg query 'HKLM\None' /v ad", r"cerium reg query 'HKLM\None' /v ad"),
    # files
    (f'cerium reg import {COMPLETION.parent}/ceri', f'cerium reg import {COMPLETION} '),
    (f"cerium reg export 'HKLM' {COMPLETION.parent}/ceri", f"cerium reg export 'HKLM' {COMPLETION} "),
    (f'cerium cert verify {COMPLETION.parent}/ceri', f'cerium cert verify {COMPLETION} '),
])
def test_completion(bash, line, completed):
    assert bash.complete(line) == completed


def test_completion_lists(bash):
    os.write(bash.master, rb"cerium reg query 'HKLM\COMM\HTTPD" + b'\\\t\t\x18z')
    text = bash.read('>@@')
    os.write(bash.master, b'\x15')
    assert r'HKLM\COMM\HTTPD\SSL' in text and r'HKLM\COMM\HTTPD\VROOTS' in text


def test_completion_of_names_that_steer(cerium):
    cerium('reg', 'add', r'HKLM\T', '/v', 'bad\x1b[31m\n', '/d', 'x', check=True)
    cerium('reg', 'add', r'HKLM\T', '/v', 'good', check=True)
    assert cerium('reg', '__complete', 'query', r'HKLM\T', '/v', '').stdout == 'words\ngood\n'


def test_completion_offers_what_is_taken(cerium):
    """Only long switches may follow two dashes."""
    words = cerium('reg', '__complete', 'query', r'HKLM\T', '--').stdout.splitlines()[1:]
    assert '--json' in words and '--ve' in words and not [word for word in words if len(word) == 3]
    assert '-s' in cerium('reg', '__complete', 'query', r'HKLM\T', '-').stdout.split()


def test_completion_without_a_registry(cerium):
    assert cerium('reg', '__complete', 'query', 'HK').stdout == 'words\n'
    assert not cerium.registry.exists()
