# SPDX-License-Identifier: Apache-2.0
"""`cerium reg`, its command lines, and query, add, delete: reg.exe's syntax, output and exit codes."""
import json
import os
import re
import subprocess

import pytest

import device as devices

KEY = r'HKCU\Test'
FULL = r'HKEY_CURRENT_USER\Test'
DONE = 'The operation completed successfully.\n'
NOT_FOUND = 'ERROR: The system was unable to find the specified registry key or value.\n'


@pytest.fixture
def reg(cerium):
    """Callable: reg('query', KEY) -> CompletedProcess. reg.key is there already."""
    def run(*args, **options):
        return cerium('reg', *args, **options)
    run.cerium = cerium
    assert run('add', KEY).returncode == 0
    return run


def value_line(reg, name, key=KEY):
    """"TYPE    DATA" of a value, or None."""
    done = reg('query', key, '/v', name)
    if done.returncode:
        assert done.stderr == NOT_FOUND
        return None
    lines = done.stdout.split('\n')
    assert lines[0] == '' and lines[3:] == ['', ''], done.stdout
    assert lines[2].startswith(f'    {name}    ')
    return lines[2][len(name) + 8:]


# ---- exit codes ----

FAILS = [
    [],
    ['query'],
    ['add'],
    ['delete'],
    ['import'],
    ['export'],
    ['nonsense'],
    ['add', KEY, '/f', '/f'],
    ['add', KEY, '/v', 'a', '/t', 'REG_SZ', '/t', 'REG_SZ'],
    ['add', KEY, '/v', 'a', '/d', 'x', '/d', 'x'],
    ['add', KEY, '/v', 'a', '/v', 'b'],
    ['add', KEY, '/v', 'a', '/t', 'REG_MULTI_SZ', '/s', ',', '/s', ';', '/d', 'x'],
    ['add', KEY, '/ve', '/ve', '/d', 'x'],
    ['add', KEY, '/reg:32', '/reg:64'],
    ['add', KEY, '/reg:16'],
    ['add', KEY, '/v', 'a', '/ve'],
    ['add', KEY, '/a'],
    ['add', KEY, '/ae'],
    ['add', KEY, '/'],
    ['add', KEY, '-'],
    ['add', KEY, 'word'],
    ['add', KEY, '/v'],
    ['add', KEY, '/v', 'a', '/d'],
    ['add', KEY, '/v', 'a', '/t'],
    ['add', KEY, '/v', 'a', '/t', ''],
    ['add', KEY, '/v', 'a', '/t', 'REG_NONSENSE'],
    ['add', KEY, '/v', 'a', '/t', 'REG_RESOURCE_LIST', '/d', '01'],
    ['add', '/v', 'a', KEY],
    ['add', '\\' + KEY],
    ['add', KEY + '\\\\'],
    ['add', 'HKCU\\', '/v', 'a'],
    ['add', r'HKCU\\double'],
    ['add', r'\\machine\HKLM\x'],
    ['add', r'HKEY_DYN_DATA\x'],
    ['add', r'HKCC\x'],
    ['add', r'HKXX\x'],
    ['add', KEY, '/?', '/f'],
    ['add', '/?', '/f'],
    ['add', '/h', '/f'],
    ['query', '/?', '/s'],
    ['query', r'HKCU\None'],
    ['query', KEY, '/v', 'none'],
    ['query', KEY, '/v', 'a', '/ve'],
    ['query', KEY, '/s', '/s'],
    ['query', KEY, '/k'],
    ['query', KEY, '/d'],
    ['query', KEY, '/c'],
    ['query', KEY, '/e'],
    ['query', KEY, '/v'],
    ['query', KEY, '/f'],
    ['query', KEY, '/f', 'x', '/k', '/d'],
    ['query', KEY, '/t', 'REG_NONSENSE'],
    ['query', KEY, '/se', ''],
    ['query', KEY, '/se', 'ab'],
    ['query', KEY, '/x'],
    ['delete', r'HKCU\None', '/f'],
    ['delete', KEY, '/v', 'none', '/f'],
    ['delete', KEY, '/ve', '/f'],
    ['delete', KEY, '/v', 'a', '/va', '/f'],
    ['delete', KEY, '/v', 'a', '/ve', '/f'],
    ['delete', KEY, '/ve', '/va', '/f'],
    ['delete', KEY, '/f', '/f'],
    ['delete', 'HKCU', '/f'],
    ['delete', KEY, '/x'],
    ['add', KEY, '/v', 'a', '/s'],
    ['copy', KEY],
    ['copy', KEY, KEY, '/f'],
    ['copy', KEY, r'hkey_current_user\TEST', '/s', '/f'],
    ['copy', KEY, KEY + '\\', '/s', '/f'],
    ['copy', KEY, KEY + r'\Below', '/s', '/f'],
    ['copy', KEY, '/s', r'HKCU\Other'],
    ['copy', '/s', KEY, r'HKCU\Other'],
    ['copy', KEY, r'HKCU\Other', '/s', '/s'],
    ['copy', KEY, r'HKCU\Other', '/y'],
    ['copy', r'HKCU\None', r'HKCU\Other', '/f'],
    ['copy', KEY, r'\\machine\HKLM\x'],
    ['copy', KEY, r'HKCU\Other', r'HKCU\Third'],
    ['save', KEY],
    ['save', r'HKCU\None', 'file'],
    ['save', KEY, 'file', '/x'],
    ['restore', KEY],
    ['restore', KEY, 'no such file'],
    ['restore', r'HKCU\None', 'no such file'],
    ['load', r'HKLM\a\b', 'no such file'],
    ['load', r'HKCU\a', 'no such file'],
    ['load', 'HKLM', 'no such file'],
    ['load', r'HKLM\a', 'no such file'],
    ['load', r'HKLM\a'],
    ['unload', KEY],
    ['unload', r'HKLM\None'],
    ['unload'],
    ['compare', KEY],
    ['compare', KEY, KEY],
    ['compare', KEY, r'hkey_current_user\TEST\\'[:-1]],
    ['compare', KEY, r'HKCU\None'],
    ['compare', 'HKCU', KEY, '/oa', '/od'],
    ['compare', 'HKCU', KEY, '/v', 'a', '/ve'],
    ['compare', 'HKCU', KEY, '/v', 'none'],
    ['compare', 'HKCU', KEY, '/v'],
    ['compare', 'HKCU', KEY, '/s', '/s'],
    ['compare', '/s', 'HKCU', KEY],
    ['compare', 'HKCU', KEY, '/x'],
    ['flags'],
    ['flags', KEY],
    ['flags', r'HKLM\Software\None'],
    ['flags', r'HKLM\Software\None', 'set', 'RECURSE_FLAG'],
    ['flags', r'HKLM\SoftwareX'],
    ['flags', r'HKLM\Software', 'nonsense'],
    ['flags', r'HKLM\Software', 'query', 'RECURSE_FLAG'],
    ['flags', r'HKLM\Software', 'set', 'NONSENSE'],
    ['flags', r'HKLM\Software', 'set', 'RECURSE_FLAG', 'recurse_flag'],
    ['find'],
    ['find', '/k'],
    ['find', 'x', r'HKCU\None'],
    ['find', 'x', KEY, '/t', 'REG_NONSENSE'],
    ['find', 'x', KEY, 'y'],
    ['diff'],
    ['diff', 'no such file'],
    ['diff', 'a', 'b'],
    ['import', 'no such file', '/dry-run'],
    ['import', 'no such file', '--dry-run', '/dry-run'],
    ['import', 'no such file', '/y'],
    ['history', '0'],
    ['history', 'x'],
    ['history', '999'],
    ['history', '1', '/clear'],
    ['history', '/room'],
    ['history', '/room', '-1'],
    ['history', '/room', '999999999'],
    ['history', '/json', '/clear'],
    ['history', '/f'],
    ['history', '1', '2'],
    ['undo', 'x'],
    ['undo', '0'],
    ['undo', '999'],
    ['undo', '1', '2'],
    ['watch'],
    ['watch', r'HKCU\None'],
    ['watch', KEY, KEY],
    ['query', KEY, '/json', '--json'],
    ['query', KEY, '--v', 'a'],
    ['query', '/json', KEY],
    ['query', '--json', KEY, '--json'],
    ['add', '--ve', KEY, '/v', 'a'],
    ['export', KEY, 'no such file', '/4', '/ce'],
]


@pytest.fixture(scope='module')
def untouched(tmp_path_factory):
    """A registry for commands that fail: one for all, looked at in the end."""
    device = devices.Device(tmp_path_factory.mktemp('untouched') / 'device')
    device('reg', 'add', KEY, check=True)
    yield device
    assert json.loads(device('reg', 'query', 'HKCU', '/s', '/json').stdout)['keys'] == [
        {'key': 'HKEY_CURRENT_USER', 'values': []}, {'key': FULL, 'values': []}]
    assert device('reg', 'query', 'HKLM').stdout == '' and device('reg', 'history').stdout.count('\n') == 1


@pytest.mark.parametrize('args', FAILS, ids=' '.join)
def test_exit_1(untouched, args):
    done = untouched('reg', *args)
    assert done.returncode == 1
    assert done.stderr.startswith('ERROR: ')
    assert done.stdout == ''


DATA = [  # type, data, what query shows
    ('REG_SZ', 'text', 'REG_SZ    text'),
    ('reg_sz', '', 'REG_SZ    '),
    (None, 'text', 'REG_SZ    text'),
    (None, None, 'REG_SZ    '),
    ('REG_SZ', '/v', 'REG_SZ    /v'),
    ('REG_EXPAND_SZ', '%PATH%', 'REG_EXPAND_SZ    %PATH%'),
    ('REG_DWORD', '0', 'REG_DWORD    0x0'),
    ('reg_dword', '123', 'REG_DWORD    0x7b'),
    ('REG_DWORD', '0123', 'REG_DWORD    0x7b'),
    ('REG_DWORD', '0x123', 'REG_DWORD    0x123'),
    ('REG_DWORD', '0XaBc', 'REG_DWORD    0xabc'),
    ('REG_DWORD', '4294967295', 'REG_DWORD    0xffffffff'),
    ('REG_DWORD', '4294967296', None),
    ('REG_DWORD', '0x100000000', None),
    ('REG_DWORD', '-1', None),
    ('REG_DWORD', '+1', None),
    ('REG_DWORD', '12x', None),
    ('REG_DWORD', '0x', None),
    ('REG_DWORD', ' 1', None),
    ('REG_DWORD', '', None),
    ('REG_DWORD', None, None),
    ('REG_DWORD_LITTLE_ENDIAN', '1', 'REG_DWORD    0x1'),
    ('REG_DWORD_BIG_ENDIAN', '0x1234', 'REG_DWORD_BIG_ENDIAN    0x1234'),
    ('REG_DWORD_BIG_ENDIAN', None, None),
    ('REG_QWORD', '0x123456789abcdef0', 'REG_QWORD    0x123456789abcdef0'),
    ('REG_QWORD', '18446744073709551615', 'REG_QWORD    0xffffffffffffffff'),
    ('REG_QWORD', '18446744073709551616', None),
    ('REG_QWORD', None, 'REG_QWORD    0x0'),
    ('REG_QWORD', '-1', 'REG_QWORD    0xffffffffffffffff'),
    ('REG_QWORD', '-0x1', None),
    ('REG_QWORD', '', None),
    ('REG_BINARY', '0123aBcD', 'REG_BINARY    0123ABCD'),
    ('REG_BINARY', '123', 'REG_BINARY    0123'),
    ('REG_BINARY', '', 'REG_BINARY    '),
    ('REG_BINARY', None, 'REG_BINARY    '),
    ('REG_BINARY', '0x12', None),
    ('REG_BINARY', '1g', None),
    ('REG_NONE', None, 'REG_NONE    '),
    ('REG_NONE', 'a', 'REG_NONE    61000000'),
    ('REG_LINK', 'a', 'REG_LINK    61000000'),
    ('REG_FULL_RESOURCE_DESCRIPTOR', '0102', 'REG_FULL_RESOURCE_DESCRIPTOR    0102'),
    ('REG_MULTI_SZ', r'a\0b\0c', r'REG_MULTI_SZ    a\0b\0c'),
    ('REG_MULTI_SZ', r'a\0b\0', r'REG_MULTI_SZ    a\0b'),
    ('REG_MULTI_SZ', r'\0', 'REG_MULTI_SZ    '),
    ('REG_MULTI_SZ', '', 'REG_MULTI_SZ    '),
    ('REG_MULTI_SZ', None, 'REG_MULTI_SZ    '),
    ('REG_MULTI_SZ', r'\0a', None),
    ('REG_MULTI_SZ', r'a\0\0b', None),
    ('REG_MULTI_SZ', r'\0\0', None),
]


@pytest.mark.parametrize('kind, data, shown', DATA)
def test_data(reg, kind, data, shown):
    args = ['add', KEY, '/v', 'v', '/f']
    if kind is not None:
        args += ['/t', kind]
    if data is not None:
        args += ['/d', data]
    done = reg(*args)
    assert done.returncode == (1 if shown is None else 0), done.stderr
    assert value_line(reg, 'v') == shown
    if shown is None:
        assert done.stderr.startswith('ERROR: ')
    else:
        assert done.stdout == DONE


@pytest.mark.parametrize('separator, data, shown', [
    (',', 'a,b', r'REG_MULTI_SZ    a\0b'),
    (',', r'a\0b', 'REG_MULTI_SZ    a\\0b'),  # one string: \0 is two characters of it
    (',', ',', 'REG_MULTI_SZ    '),
    (',', 'a,', 'REG_MULTI_SZ    a'),
    (',', ',a', None),
    (',', 'a,,b', None),
    ('', 'a', None),
    (r'\0', 'a', None),
    ('ab', 'a', None),
])
def test_separator(reg, separator, data, shown):
    done = reg('add', KEY, '/v', 'v', '/t', 'REG_MULTI_SZ', '/s', separator, '/d', data)
    assert done.returncode == (1 if shown is None else 0)
    assert value_line(reg, 'v') == shown
    if data == r'a\0b':
        assert r'a\0b' in reg('query', KEY, '/v', 'v', '/se', ';').stdout
        assert ';' not in reg('query', KEY, '/v', 'v', '/se', ';').stdout


@pytest.mark.parametrize('name', ['count/up', r'\foo\bar', r'\0', '/v', '-f', 'a b', 'é€😀', '"'])
def test_names(reg, name):
    assert reg('add', KEY, '/v', name, '/d', 'x').returncode == 0
    assert f'\n    {name}    REG_SZ    x\n' in reg('query', KEY).stdout
    assert reg('delete', KEY, '/v', name, '/f').returncode == 0
    assert f'    {name}    ' not in reg('query', KEY).stdout


def test_default_value(reg):
    unset = reg('query', KEY, '/ve')
    assert (unset.returncode, unset.stdout) == (0, f'\n{FULL}\n    (Default)    REG_SZ    (value not set)\n\n')
    assert reg('add', KEY, '/ve', '/t', 'REG_DWORD').returncode == 1
    assert reg('add', KEY, '/t', 'REG_DWORD', '/d', '7').returncode == 0  # without a name: the default value
    assert '    (Default)    REG_DWORD    0x7\n' in reg('query', KEY, '/ve').stdout
    assert reg('add', KEY, '/d', 'x', '/f').returncode == 0
    assert '    (Default)    REG_SZ    x\n' in reg('query', KEY).stdout
    assert reg('delete', KEY, '/ve', '/f').stdout == DONE
    assert '(value not set)' in reg('query', KEY, '/ve').stdout


def test_switches_in_any_case_and_either_mark(reg):
    assert reg('ADD', KEY.lower() + '\\', '-V', 'a', '/T', 'reg_dword', '-D', '1', '/F', '/REG:64').returncode == 0
    assert value_line(reg, 'a') == 'REG_DWORD    0x1'


VERBS = ['query', 'add', 'delete', 'copy', 'save', 'restore', 'load', 'unload', 'compare', 'export', 'import', 'flags', 'find', 'diff',
         'history', 'undo', 'watch', 'check']


@pytest.mark.parametrize('args', [['/?'], ['/h'], ['-H'], ['--help'], ['add', '-?'], ['delete', '/H'], ['export', '-h']]
                         + [[verb, '/?'] for verb in VERBS], ids=' '.join)
def test_help(cerium, args):
    done = cerium('reg', *args)
    assert done.returncode == 0 and done.stderr == ''
    assert done.stdout.startswith('cerium reg ')
    if len(args) > 1:
        assert done.stdout.startswith(f'cerium reg {args[0].upper()}') and 'Example' in done.stdout and 'Exit code' in done.stdout
        assert cerium('reg', *args, '/f').returncode == 1
    else:
        assert re.findall(r'^  ([A-Z]+) ', done.stdout, re.MULTILINE) == [verb.upper() for verb in VERBS]
    assert max(map(len, done.stdout.splitlines())) <= 140
    assert not cerium.registry.exists()


# ---- output ----

@pytest.fixture
def tree(reg):
    for key, *values in [
        (KEY, ('b', 'REG_SZ', 'one'), ('a', 'REG_DWORD', '0x10')),
        (KEY + r'\Sub', ('x', 'REG_MULTI_SZ', r'p\0q')),
        (KEY + r'\Empty\Deep',),
        (KEY + r'\Zed', ('one more', 'REG_BINARY', '00ff')),
    ]:
        assert reg('add', key).returncode == 0
        for name, kind, data in values:
            assert reg('add', key, '/v', name, '/t', kind, '/d', data).returncode == 0
    return reg


def test_list(tree):
    assert tree('query', KEY).stdout == rf'''
{FULL}
    b    REG_SZ    one
    a    REG_DWORD    0x10

{FULL}\Empty
{FULL}\Sub
{FULL}\Zed
'''
    assert tree('query', KEY + r'\Empty').stdout == f'\n{FULL}\\Empty\\Deep\n'
    assert tree('query', 'hkcu').stdout == f'\n{FULL}\n'


def test_list_below(tree):
    assert tree('query', KEY, '/s').stdout == rf'''
{FULL}
    b    REG_SZ    one
    a    REG_DWORD    0x10

{FULL}\Empty
{FULL}\Empty\Deep

{FULL}\Sub
    x    REG_MULTI_SZ    p\0q

{FULL}\Zed
    one more    REG_BINARY    00FF
'''


def test_type_numbers_and_separator(tree):
    assert '    x    REG_MULTI_SZ (7)    p;q\n' in tree('query', KEY, '/s', '/z', '/se', ';').stdout


@pytest.mark.parametrize('args, found', [
    (['/f', 'ONE'], ['    b    REG_SZ    one']),
    (['/f', 'ONE', '/c'], []),
    (['/f', 'one', '/c'], ['    b    REG_SZ    one']),
    (['/s', '/f', 'one'], ['    b    REG_SZ    one', '    one more    REG_BINARY    00FF']),
    (['/s', '/f', 'one', '/d'], ['    b    REG_SZ    one']),
    (['/s', '/f', 'one', '/v'], ['    one more    REG_BINARY    00FF']),
    (['/s', '/f', 'one', '/e'], ['    b    REG_SZ    one']),
    (['/s', '/f', 'o?e*', '/e'], ['    b    REG_SZ    one', '    one more    REG_BINARY    00FF']),
    (['/s', '/f', 'e', '/k'], [rf'{FULL}\Empty', rf'{FULL}\Empty\Deep', rf'{FULL}\Zed']),
    (['/f', 'e', '/k'], [rf'{FULL}\Empty', rf'{FULL}\Zed']),
    (['/s', '/f', '*', '/k'], [rf'{FULL}\Empty', rf'{FULL}\Empty\Deep', rf'{FULL}\Sub', rf'{FULL}\Zed']),
    (['/s', '/t', 'REG_DWORD'], ['    a    REG_DWORD    0x10']),
    (['/s', '/v', 'X'], [r'    x    REG_MULTI_SZ    p\0q']),
    (['/s', '/v', 'x', '/f', 'q'], [r'    x    REG_MULTI_SZ    p\0q']),
    (['/s', '/v', 'x', '/f', 'z'], []),
    (['/s', '/v', 'none'], []),
    (['/s', '/ve'], []),
    (['/f', 'nothing'], []),
], ids=lambda value: ' '.join(value))
def test_search(tree, args, found):
    done = tree('query', KEY, *args)
    assert done.stdout.endswith(f'\nEnd of search: {len(found)} match(es) found.\n')
    assert done.returncode == (0 if found else 1)
    bare = '/k' in args
    assert [line for line in done.stdout.split('\n')[:-2] if line and (bare or line[0] == ' ')] == found


# ---- questions ----

@pytest.mark.parametrize('answer, overwritten', [('y\n', True), ('YES\n', True), ('maybe\n\nyes\n', True), ('n\n', False), ('No\n', False), ('', False)])
def test_overwrite(reg, answer, overwritten):
    assert reg('add', KEY, '/v', 'a', '/d', 'old').returncode == 0  # new: no question
    done = reg('add', KEY, '/v', 'a', '/d', 'new', input=answer)
    assert done.stdout.startswith('Value a exists, overwrite(Yes/No)? ')
    assert done.returncode == (0 if overwritten else 1)
    assert value_line(reg, 'a') == ('REG_SZ    new' if overwritten else 'REG_SZ    old')
    assert (DONE if overwritten else 'The operation was canceled by the user.\n') in done.stdout
    assert reg('add', KEY).returncode == 0  # the key is there: no question about it
    assert reg('add', KEY, '/v', 'a', '/d', 'forced', '/f').stdout == DONE


@pytest.mark.parametrize('args, question', [
    (['/v', 'a'], 'Delete the registry value a (Yes/No)? '),
    (['/va'], f'Delete all values under the registry key {FULL} (Yes/No)? '),
    ([], f'Permanently delete the registry key {FULL} (Yes/No)? '),
])
def test_delete(reg, args, question):
    for name in 'ab':
        reg('add', KEY, '/v', name, '/d', 'x')
    reg('add', KEY + r'\Sub')
    no = reg('delete', KEY, *args)
    assert no.returncode == 1 and no.stdout.startswith(question)
    assert value_line(reg, 'a') == 'REG_SZ    x'
    yes = reg('delete', KEY, *args, input='y\n')
    assert yes.returncode == 0 and yes.stdout == question + DONE
    left = reg('query', KEY)
    if not args:
        assert (left.returncode, left.stderr) == (1, NOT_FOUND)
        assert reg('query', 'HKCU').stdout == ''
    else:
        assert '    a    ' not in left.stdout
        assert ('    b    ' in left.stdout) == (args != ['/va'])
        assert FULL + r'\Sub' in left.stdout


def test_all_values_of_none(reg):
    assert reg('delete', KEY, '/va', '/f').stdout == DONE


# ---- larger than Windows CE takes ----

@pytest.mark.parametrize('args, warned', [
    ([KEY, '/v', 'x' * 256], 'names of values'),
    ([KEY, '/v', 'x' * 255], ''),
    ([KEY, '/v', '😀' * 128], 'names of values'),
    ([KEY, '/v', 'a', '/t', 'REG_BINARY', '/d', '00' * 4097], 'values larger than 4096'),
    ([KEY, '/v', 'a', '/t', 'REG_BINARY', '/d', '00' * 4096], ''),
    (['HKCU' + r'\k' * 17], 'levels of keys'),
    (['HKCU' + r'\k' * 16 + '\\'], ''),
], ids=lambda value: value if isinstance(value, str) else None)
def test_beyond_windows_ce(reg, args, warned):
    done = reg('add', *args)
    assert (done.returncode, done.stdout) == (0, DONE)
    assert done.stderr.count('\n') == (1 if warned else 0) and warned in done.stderr
    assert not warned or done.stderr.startswith('WARNING: Windows CE takes no ')


# ---- the registry file ----

def test_no_registry(cerium):
    for args in (['query', 'HKLM'], ['delete', r'HKLM\x', '/f'], ['export', 'HKLM', '-']):
        done = cerium('reg', *args)
        assert done.returncode == 1 and done.stdout == ''
        assert 'there is no registry file' in done.stderr and 'reg import' in done.stderr
    assert not list(cerium.registry.parent.glob('registry*'))


def test_private_file(reg):
    assert reg.cerium.registry.stat().st_mode & 0o777 == 0o600


def test_full_output(reg):
    """An answer that cannot be written is a failure."""
    with open('/dev/full', 'w', encoding='utf-8') as full:
        done = subprocess.run(reg.cerium.command('reg', 'query', 'HKCU'), stdout=full, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL,
                              text=True, timeout=120, check=False)
    assert done.returncode == 1 and 'could not be written' in done.stderr


def test_text_that_is_no_utf8(reg):
    for kind in ('REG_SZ', 'REG_EXPAND_SZ', 'REG_MULTI_SZ', 'REG_NONE'):
        done = subprocess.run([*reg.cerium.command('reg', 'add', KEY, '/v', 'v', '/t', kind, '/d'), b'a\xffb'], capture_output=True,
                              stdin=subprocess.DEVNULL, timeout=120, check=False)
        assert done.returncode == 1 and done.stderr.startswith(b'ERROR: ')
        assert value_line(reg, 'v') is None


def test_global_options(cerium):
    for option in ('--registry', '--root'):
        done = subprocess.run([*cerium.emulator, cerium.program, option, 'a', f'{option}=b', 'reg', 'query', 'HKLM'], capture_output=True,
                              text=True, timeout=120, check=False)
        assert done.returncode == 2 and f'{option} is given twice' in done.stderr


@pytest.mark.parametrize('args', [['--help'], ['help'], ['reg', '/?'], ['user', '--help'], ['httpd', '--help']], ids=' '.join)
def test_full_output_of_helps(cerium, args):
    with open('/dev/full', 'w', encoding='utf-8') as full:
        done = subprocess.run([*cerium.emulator, cerium.program, *args], stdout=full, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL,
                              text=True, timeout=120, check=False)
    assert done.returncode == 1 and done.stderr == 'cerium: standard output could not be written\n'


def test_query_of_a_registry_at_rest(reg):
    """A value by its name out of a file that nobody uses: the same answers, and nothing is made beside the file for them."""
    path = str(reg.cerium.registry)
    folder = os.path.dirname(path)

    def rest():
        then = os.stat(path).st_mtime - 100
        os.utime(path, (then, then))
        return os.stat(folder).st_mtime_ns

    assert reg('add', KEY, '/v', 'Port', '/t', 'REG_DWORD', '/d', '80', '/f').returncode == 0
    just_written = [reg('query', KEY, '/v', name) for name in ('port', 'None')]
    before = rest()
    done = reg('query', KEY, '/v', 'port')
    assert os.stat(folder).st_mtime_ns == before
    assert (done.returncode, done.stdout, done.stderr) == (0, f'\n{FULL}\n    Port    REG_DWORD    0x50\n\n', '')
    again = [reg('query', KEY, '/v', name) for name in ('port', 'None')]
    assert [(d.returncode, d.stdout, d.stderr) for d in again] == [(d.returncode, d.stdout, d.stderr) for d in just_written]
    assert reg('add', KEY, '/v', 'Port', '/t', 'REG_DWORD', '/d', '81', '/f').returncode == 0
    assert value_line(reg, 'Port') == 'REG_DWORD    0x51'
    rest()
    assert value_line(reg, 'Port') == 'REG_DWORD    0x51'
