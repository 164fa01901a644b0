# SPDX-License-Identifier: Apache-2.0
"""`cerium regedit` and its terminal: sizes, mouse, old terminals, UTF-8, signals, what is said when it cannot run."""
import os
import pathlib
import re
import shutil
import signal
import tempfile

import pytest

from regedit_driver import editor, sample_registry  # noqa: F401
from terminal import Terminal


def columns_of(terminal):
    """Where the columns begin, by the heading."""
    _, head = terminal.line('Name +Type +Data')
    return [head.index(word) for word in ('│', 'Name', 'Type', 'Data')]


def test_columns_line_up_at_both_sizes(editor):
    for columns, rows in ((80, 24), (132, 43)):
        e = editor('HKLM\\SOFT\\Values', columns=columns, rows=rows)
        e.wait('Text +REG_SZ', 'q Quit')
        bar, name, type_, data = columns_of(e)
        for word, start in (('Number', name), ('REG_DWORD', type_), ('0x000001c8', data)):
            assert e.line('Number')[1].index(word) == start
        assert all(e.lines[y][bar] == '│' for y in range(1, rows - 2))
        assert re.search(r'4 values$', e.lines[rows - 2]) and 'q Quit' in e.lines[rows - 1]
        assert len(e.lines[0].strip()) > 0


def test_resize(editor):
    e = editor('HKLM\\SOFT\\Values')
    e.wait('Text', 'q Quit')
    e.resize(132, 43)
    e.wait(r'41 42 43 44 45 46 47 48 49 4a 4b 4c 4d 4e 4f 50 51 52', r'q Quit\Z', gone=[r'q Quit\n'])
    assert 'q Quit' in e.lines[42]
    e.resize(60, 20)
    e.wait(r'60x20', r'80x24')
    e.keys('d')
    e.resize(100, 30)
    e.wait('Text +REG_SZ', r'^ HKEY_LOCAL_MACHINE\\SOFT\\Values$', gone=['Delete', '60x20'])
    e.keys('?')
    e.wait('MOVING')
    e.resize(80, 24)
    e.wait('MOVING', 'scroll')


def test_mouse(editor):
    e = editor('HKLM\\SOFT')
    e.wait('▸ Deep', 'Values')
    y, line = e.line('▸ Deep')
    e.click(line.index('Deep'), y)
    e.wait(r'^ HKEY_LOCAL_MACHINE\\SOFT\\Deep$')
    y, line = e.line(r'^ +[▸ ]*Values')
    e.click(line.index('Values'), y)
    e.wait('Text +REG_SZ')
    y, line = e.line('Text +REG_SZ')
    e.click(line.index('Text'), y)
    e.click(line.index('Text'), y)
    e.wait('─ Edit string ')
    e.keys('Esc')
    e.wait('Tab Tree', gone=['─ Edit string '])
    y, line = e.line('▾ SOFT')
    e.click(line.index('SOFT'), y)
    e.wait(r'^ HKEY_LOCAL_MACHINE\\SOFT$')
    e.click(line.index('SOFT'), y)
    e.wait('▸ SOFT', gone=['▸ Deep'])
    e.click(5, 5, button=64)
    e.wait(r'^ HKEY_CURRENT_USER$')
    e.click(5, 5, button=65)
    e.wait(r'^ HKEY_LOCAL_MACHINE\\SOFT$')


def test_serial_line_vt100(cerium, editor):
    """No colour, no mouse, no UTF-8, and only plain keys."""
    e = editor('HKLM\\SOFT\\Values', term='vt100', lang='C')
    e.wait('Text +REG_SZ', r'^- HKEY_LOCAL_MACHINE', r'│')
    e.keys('\t', '}', 'e')
    e.wait('─ Edit string ')
    e.keys('over the wire', '\r')
    e.wait('Done: set Text', 'over the wire')
    e.keys('h', 'n')
    e.wait('─ New ')
    e.keys('k')
    e.wait('─ New key ')
    e.keys('Serial', '\n')
    e.wait('Done: new key Serial')
    e.keys('r')
    e.wait('─ Rename key ')
    e.keys('\x08', '\x08', 's', '\x15', 'Wire', '\r')
    e.wait('Done: rename key Serial to Wire')
    e.keys('d')
    e.wait('Delete the key')
    e.keys('y')
    e.wait('Done: delete key Wire')
    e.keys('u')
    e.wait('Undone: delete key Wire')
    e.keys('g', 'HKLM\\SOFT\\Unicode', '\r')
    e.wait(r'^ HKEY_LOCAL_MACHINE\\SOFT\\Unicode$')
    e.keys('+', 'j')
    e.wait(r'\?{4} \?', r'Gr\?\?e')
    e.keys('q')
    assert e.wait_end() == 0
    assert not re.search(rb'\x1b\[[0-9;]*[34][0-7]m|\x1b\[\?100\d[hl]|[\x80-\xff]', e.raw)
    assert e.settings == e.before


def test_utf8_names(cerium, editor):
    e = editor('HKLM\\SOFT\\Unicode')
    e.wait('Ключ 鍵|▸ Unicode|Unicode$')
    e.keys('Right', 'Right')
    e.wait(r'^ HKEY_LOCAL_MACHINE\\SOFT\\Unicode\\Ключ 鍵$', 'Größe +REG_SZ +数値 ok')
    bar = columns_of(e)[0]
    y, _ = e.line('Größe')
    assert e.screen.buffer[y][bar].data == '│'  # a wide character takes two cells
    e.keys('n')
    e.wait('─ New ')
    e.keys('s')
    e.wait('─ New value ')
    e.keys('Ünïcødé 漢', 'Backspace', '字', 'Enter')
    e.wait('─ Edit string ')
    e.keys('daten 値', 'Enter')
    e.wait('Ünïcødé 字 +REG_SZ +daten 値')
    e.keys('f')
    e.wait('─ Find ')
    e.keys('ÜNÏCØDÉ', 'Enter')
    e.wait('Found', r'^ HKEY_LOCAL_MACHINE\\SOFT\\Unicode\\Ключ 鍵$')
    assert 'Ünïcødé 字' in cerium('reg', 'query', 'HKLM\\SOFT\\Unicode', '/s').stdout


def test_control_characters_never_reach_the_terminal(cerium, editor):
    evil = '\x1b]0;evil\x07\x1b[31m\x9b5mA\u202eB'
    cerium('reg', 'add', 'HKLM\\SOFT\\Evil', '/v', 'Name' + evil, '/d', 'Data' + evil, '/f', check=True)
    cerium('reg', 'add', 'HKLM\\SOFT\\Evil\\Key' + evil, '/f', check=True)
    e = editor('HKLM\\SOFT\\Evil')
    e.wait('Name�', 'Data�')
    e.keys('Right', 'Right')
    e.wait(r'\\Key�')
    e.keys('Left', 'Tab', 'End', 'Enter')
    e.wait('─ Edit string ')
    e.keys('Esc')
    e.wait(gone=['─ Edit string '])
    e.keys('d')
    e.wait('Delete the value Name�')
    for raw in (b'evil\x07', b'\x1b]0;', b'\xc2\x9b', b'\xe2\x80\xae'):
        assert raw not in e.raw


@pytest.mark.parametrize('number', [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_signals_restore_the_terminal(editor, number):
    e = editor('HKLM\\SOFT\\Values')
    e.wait('Text')
    e.keys('Tab', 'End', 'Enter')
    e.wait('─ Edit string ')
    assert e.settings != e.before
    e.process.send_signal(number)
    assert e.wait_end() == 0
    assert e.settings == e.before
    assert b'\x1b[?1049l' in e.raw and e.raw.rindex(b'\x1b[?1049l') > e.raw.rindex(b'Edit string')


def test_unknown_terminal_is_taken_for_a_common_one(editor):
    e = editor(term='no-such-terminal')
    e.wait('─ Note ', 'nothing describes the terminal "no-such-terminal"', 'taken for xterm')
    e.keys('Enter')
    e.wait('▸ SOFT', gone=['─ Note '])
    e.keys('q')
    assert e.wait_end() == 0


def test_dumb_terminal_is_refused(editor):
    e = editor(term='dumb')
    assert e.wait_end() == 1
    assert b'cannot move its cursor' in e.raw and b'TERM' in e.raw
    assert e.settings == e.before


def test_words_that_are_wrong(cerium, editor):
    assert 'needs a terminal' in cerium('regedit').stderr
    assert cerium('regedit').returncode == 1
    assert cerium('regedit', '--frobnicate').returncode == 2
    assert cerium('regedit', 'HKLM', 'HKCU').returncode == 2
    done = cerium('regedit', '--help')
    assert done.returncode == 0 and '--read-only' in done.stdout
    e = editor('HKLM\\NoSuchKey')
    e.wait(r'There is no key HKLM\\NoSuchKey')


def test_read_only_by_itself_when_it_cannot_write(cerium, sample_registry):
    """As a user who may read the file and not write it."""
    if os.geteuid() != 0:
        pytest.skip('only root can become somebody else')
    folder = pathlib.Path(tempfile.mkdtemp())
    try:
        program = folder / 'cerium'
        shutil.copy(cerium.program, program)
        registry = folder / 'registry.db'
        shutil.copy(sample_registry, registry)
        registry.chmod(0o644)
        folder.chmod(0o777)  # SQLite wants its -shm there, for reading too
        program.chmod(0o755)
        command = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', *cerium.emulator, program, '--registry',
                   registry, 'regedit', 'HKLM\\SOFT\\Values']
        if shutil.which('setpriv') is None:
            pytest.skip('there is no setpriv')
        with Terminal(command) as e:
            e.wait('READ-ONLY', 'Read-only: ', '─ Note ')
            e.keys('Enter')
            e.wait('Text +REG_SZ +some text', gone=['─ Note '])
            e.keys('n')
            e.wait('open read-only')
    finally:
        shutil.rmtree(folder)
