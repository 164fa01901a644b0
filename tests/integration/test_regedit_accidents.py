# SPDX-License-Identifier: Apache-2.0
"""`cerium regedit` when things go wrong around it: tiny terminals, keys in haste, pastes, stops, a file that goes away, data that hide."""
import fcntl
import os
import shutil
import signal
import struct
import termios
import time

import pytest

from regedit_driver import editor, sample_registry  # noqa: F401

VALUES = 'HKLM\\SOFT\\Values'


def type_unseen(e, *keys):
    """Until the program has taken them, and z as well, which means nothing. On a busy machine what is typed reaches the terminal late:
    only a queue that stays empty is one."""
    end = time.monotonic() + 60
    e.keys(*keys)
    for key in ('', 'z', 'z'):
        e.keys(key)
        looks = 0
        while looks < 10:
            assert time.monotonic() < end and e.process.poll() is None
            e.read(0.02)
            looks = looks + 1 if struct.unpack('i', fcntl.ioctl(e.slave, termios.FIONREAD, bytes(4)))[0] == 0 else 0


def has_key(cerium, key):
    return cerium('reg', 'query', key).returncode == 0


def resize_and_wait(e, columns):
    """Until the program has drawn: signals that come too fast are one."""
    end, seen = time.monotonic() + 60, len(e.raw)
    e.resize(columns, 24)
    while len(e.raw) == seen:
        assert time.monotonic() < end and e.process.poll() is None
        e.read(0.1)
    e.settle(0.1)


@pytest.mark.parametrize('columns', [6, 4, 1])
def test_help_on_a_terminal_too_narrow_for_a_letter(editor, columns):
    e = editor(VALUES)
    e.wait('Text')
    e.keys('?')
    e.wait('MOVING')
    resize_and_wait(e, columns)
    e.keys('Down')
    resize_and_wait(e, 80)
    e.wait('Right and Left')  # whether the key came before or after the terminal was wide again
    resize_and_wait(e, columns)
    e.process.send_signal(signal.SIGTERM)
    assert e.wait_end() == 0


def test_escape_and_a_letter_in_haste_is_no_answer(cerium, editor):
    e = editor(VALUES)
    e.wait('Text')
    e.keys('d')
    e.wait('Delete the key Values')
    e.send('\x1by')
    e.wait('Text +REG_SZ', gone=['Delete the key'])
    e.keys('n')
    e.wait('─ New ')
    e.send('\x1bk')
    e.wait('Text +REG_SZ', gone=['─ New '])
    e.keys('Ctrl-R')
    e.wait('Read again', 'Text +REG_SZ')
    assert has_key(cerium, VALUES)


def test_unknown_sequences_are_no_keys(editor):
    e = editor(VALUES)
    e.wait('Text')
    e.send('\x1b[99;7d')
    e.keys('Ctrl-R')
    e.wait('Read again', 'Text +REG_SZ', gone=['Delete the key'])


def test_a_dialog_that_is_not_seen_does_nothing(cerium, editor):
    e = editor(VALUES)
    e.wait('Text')
    e.keys('d')
    e.wait('Delete the key Values')
    e.resize(70, 20)
    e.wait('70x20', 'q quits')
    type_unseen(e, 'y', 'Enter')
    e.resize(80, 24)
    e.wait('Delete the key Values')
    e.resize(70, 20)
    e.wait('70x20')
    type_unseen(e, 'Esc')
    e.resize(80, 24)
    e.wait('Text +REG_SZ', gone=['Delete the key'])
    e.keys('Tab', 'End', 'Enter')
    e.wait('─ Edit string ')
    e.resize(70, 20)
    e.wait('70x20')
    e.keys('x', 'Enter', 'q')
    assert e.wait_end() == 0
    assert has_key(cerium, VALUES) and 'some text' in cerium('reg', 'query', VALUES).stdout


def test_what_cannot_be_undone_is_said_before(cerium, editor):
    for i in range(3):
        cerium('reg', 'add', 'HKLM\\SOFT\\Large\\Below', '/v', f'v{i}', '/t', 'REG_BINARY', '/d', '5a' * 50000, '/f', check=True)
    cerium('reg', 'history', '/room', '100000', check=True)
    e = editor('HKLM\\SOFT\\Large')
    e.wait('▸ Large|Large$')
    e.keys('d')
    e.wait('Delete the key Large', 'This cannot be undone', '100000')
    e.keys('n')
    e.wait(gone=['Delete the key'])
    e.keys('g', VALUES, 'Enter')
    e.wait('Text +REG_SZ')
    e.keys('d')
    e.wait('Delete the key Values', gone=['cannot be undone'])
    e.keys('n')
    e.wait(gone=['Delete the key'])
    e.keys('g', 'HKLM\\SOFT\\Large', 'Enter')
    e.wait(r'^ HKEY_LOCAL_MACHINE\\SOFT\\Large$')
    e.keys('d')
    e.wait('This cannot be undone')
    e.keys('y')
    e.wait('Done, and cannot be undone: delete key Large')
    assert b'working' in e.raw


def test_help_promises_no_more_than_there_is(editor):
    e = editor()
    e.wait('SOFT')
    e.keys('?')
    e.wait('MOVING')
    e.keys('End')
    e.wait('can be undone, up to 1 MiB')


def test_file_removed_and_replaced(cerium, editor, sample_registry):
    e = editor(VALUES)
    e.wait('Text')
    kept = str(cerium.registry) + '.kept'
    os.rename(cerium.registry, kept)
    e.wait('The registry file was removed')
    e.keys('Enter')
    e.wait(gone=['─ Note '])
    e.keys('F5')
    e.wait('The registry file was removed')
    e.keys('Enter')
    e.wait(gone=['─ Note '])
    os.rename(kept, cerium.registry)
    e.keys('F5')
    e.wait('Read again', 'Text')
    os.rename(cerium.registry, kept)
    shutil.copy(sample_registry, cerium.registry)
    e.keys('F5')
    e.wait('The registry file was replaced')


def test_read_only_editors_say_so(editor):
    e = editor('--read-only', VALUES)
    e.wait('READ-ONLY', 'Text')
    e.keys('Tab', 'End', 'Enter')
    e.wait('─ View string ')
    e.keys('x')
    e.wait('The registry is open read-only', '│ some text')
    e.keys('Enter')
    e.wait(gone=['─ View '])
    e.keys('Ctrl-R')
    e.wait('Read again')
    e.keys('b')
    e.wait('─ View bytes ', '00000000  73 00 6f')
    e.keys('0')
    e.wait('The registry is open read-only', '00000000  73 00 6f')
    e.keys('Right', 'Down', 'Esc')
    e.wait(gone=['─ View '])
    e.keys('Home', 'Down', 'Down', 'Enter')
    e.wait('─ View strings ', '1  red')
    e.keys('Ctrl-K', 'Enter')
    e.wait('red green blue', gone=['─ View '])


def test_hex_editor_says_when_it_is_full(cerium, editor, tmp_path):
    source = tmp_path / 'full.reg'
    digits = ','.join(['41'] * (1 << 20))
    source.write_text(f'Windows Registry Editor Version 5.00\n\n[HKEY_LOCAL_MACHINE\\SOFT\\Full]\n"Most"=hex:{digits}\n')
    cerium('reg', 'import', str(source), check=True)
    e = editor('HKLM\\SOFT\\Full')
    e.wait('Most')
    e.keys('Tab', 'End', 'Enter')
    e.wait('─ Edit bytes ', '0 of 1048576 bytes')
    e.keys('Ctrl-T', '7')
    e.wait('1048576 bytes are the limit', '00000000  41 41')
    e.keys('Ctrl-D')
    e.wait('of 1048575 bytes', gone=['are the limit'])
    e.keys('7')
    e.wait('00000000  70 41', 'of 1048576 bytes')


def test_pastes_are_text_and_no_commands(cerium, editor):
    e = editor(VALUES)
    e.wait('Text')
    assert b'\x1b[?2004h' in e.raw
    e.send('\x1b[200~dy\rq\x1b[201~')
    e.keys('Ctrl-R')
    e.wait('Read again', 'Text +REG_SZ')
    e.keys('d')
    e.wait('Delete the key')
    e.send('\x1b[200~y\r\x1b[201~')
    e.keys('Esc')
    e.wait('Text +REG_SZ', gone=['Delete the key'])
    e.keys('Tab', 'End', 'Enter')
    e.wait('─ Edit string ')
    e.send('\x1b[200~one\rtwo\x1b[201~')
    e.wait('│ onetwo')
    e.keys('Enter')
    e.wait('Done: set Text', 'onetwo')
    e.keys('Up', 'Up', 'Enter')
    e.wait('─ Edit strings ')
    e.send('\x1b[200~a\rb\x1b[201~')
    e.wait('1  a', '2  bred')
    e.keys('Esc')
    e.wait(gone=['─ Edit strings '])
    e.keys('q')
    assert e.wait_end() == 0
    assert e.raw.rindex(b'\x1b[?2004l') > e.raw.rindex(b'\x1b[?2004h')
    assert has_key(cerium, VALUES)


def test_a_plain_terminal_is_not_asked_for_pastes(editor):
    e = editor(VALUES, term='vt100', lang='C')
    e.wait('Text')
    e.keys('q')
    assert e.wait_end() == 0
    assert b'2004' not in e.raw


def test_data_behind_a_nul_are_marked(cerium, editor, tmp_path):
    source = tmp_path / 'nul.reg'
    source.write_text('Windows Registry Editor Version 5.00\n\n[HKEY_LOCAL_MACHINE\\SOFT\\Nul]\n'
                      '"L"=hex(7):61,00,00,00,00,00,62,00,00,00,00,00\n"S"=hex(1):61,00,00,00,62,00,63,00,00,00\n')
    cerium('reg', 'import', str(source), check=True)
    e = editor('HKLM\\SOFT\\Nul')
    e.wait(r'S +REG_SZ +a \(\+2 characters', r'L +REG_MULTI_SZ +a \(\+1 char')
    e.keys('Tab', 'End', 'Enter')
    e.wait('─ Edit bytes ', 'a NUL ends the string before its data end')
    e.keys('Esc')
    e.wait(gone=['─ Edit bytes '])
    e.keys('Up', 'Enter')
    e.wait('─ Edit bytes ', 'an empty string ends the list')


def test_stopped_and_continued(editor):
    e = editor(VALUES)
    e.wait('Text +REG_SZ')
    modes = e.settings
    e.process.send_signal(signal.SIGSTOP)
    _, status = os.waitpid(e.process.pid, os.WUNTRACED)
    assert os.WIFSTOPPED(status)
    termios.tcsetattr(e.slave, termios.TCSANOW, e.before)  # as a shell does
    e.screen.reset()
    seen = len(e.raw)
    e.process.send_signal(signal.SIGCONT)
    e.wait('Text +REG_SZ', r'^ HKEY_LOCAL_MACHINE\\SOFT\\Values$', 'q Quit')
    end = time.monotonic() + 60
    while b'\x1b[?2004h' not in e.raw[seen:] and time.monotonic() < end:
        e.read(0.1)
    assert b'\x1b[?2004h' in e.raw[seen:] and e.settings == modes
    e.keys('q')
    assert e.wait_end() == 0
    assert e.settings == e.before
