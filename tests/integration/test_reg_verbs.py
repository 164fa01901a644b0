# SPDX-License-Identifier: Apache-2.0
"""`cerium reg copy|compare|save|restore|load|unload|flags|find`, and JSON."""
import json
import os
import sqlite3
import subprocess

import pytest

DONE = 'The operation completed successfully.\n'
NOT_FOUND = 'ERROR: The system was unable to find the specified registry key or value.\n'
A, B = r'HKCU\A', r'HKCU\B'
FULL_A, FULL_B = r'HKEY_CURRENT_USER\A', r'HKEY_CURRENT_USER\B'
TREE = r'''REGEDIT4
[HKEY_CURRENT_USER\A]
"one"="1"
"two"=dword:2
"same"="s"
[HKEY_CURRENT_USER\A\Deep\Er]
"x"=hex:00,ff
[HKEY_CURRENT_USER\B]
"TWO"=dword:3
"same"="s"
"own"="o"
[HKEY_CURRENT_USER\B\Mine]
"m"="m"
'''


@pytest.fixture
def reg(cerium):
    """Callable: reg('query', KEY) -> CompletedProcess. The keys of TREE are there."""
    def run(*args, **options):
        return cerium('reg', *args, **options)
    run.cerium = cerium
    cerium.reg_import(TREE)
    return run


def values(reg, key):
    """{name: data} of a key, None when it is not there."""
    done = reg('query', key, '/json')
    if done.returncode:
        assert done.stderr == NOT_FOUND
        return None
    return {value['name']: value['data'] for value in json.loads(done.stdout)['keys'][0]['values']}


# ---- copy ----

def test_copy(reg):
    done = reg('copy', A, r'HKLM\New\Place')
    assert (done.returncode, done.stdout, done.stderr) == (0, DONE, '')
    assert values(reg, r'HKLM\New\Place') == {'one': '1', 'two': 2, 'same': 's'}
    assert values(reg, r'HKLM\New\Place\Deep') is None
    assert reg('copy', A, r'HKLM\New\Place', '/s', '/f').stdout == DONE
    assert values(reg, r'HKLM\New\Place\Deep\Er') == {'x': '00FF'}


@pytest.mark.parametrize('answers, code, two', [
    ('y\ny\n', 0, 2), ('All\n', 0, 2), ('n\nn\n', 0, 3), ('N\nA\n', 0, 2), ('nonsense\nYES\nno\n', 0, 3), ('', 1, 3), ('y\n', 1, 3), ('n\n', 1, 3),
])
def test_copy_asks(reg, answers, code, two):
    """"same" and "two" are on both sides, in this order. The end of the input is a No to all of it."""
    before = values(reg, B)
    done = reg('copy', A, B, input=answers)
    assert done.returncode == code
    assert done.stdout.startswith('Value ') and 'exists, overwrite(Yes/No/All)? ' in done.stdout
    assert done.stdout.endswith('canceled by the user.\n' if code else DONE)
    after = values(reg, B)
    if code:
        assert after == before
    else:
        assert [after.pop(name, None) for name in ('TWO', 'same', 'own', 'one')] == [two, 's', 'o', '1'] and not after


def test_copy_keeps_what_is_protected(reg):
    reg.cerium('user', 'add', 'Dave', input='a word\n', check=True)
    assert reg('copy', r'HKLM\COMM\HTTPD\PasswordUsers\Dave', r'HKLM\Copy\Dave').returncode == 0
    assert reg('copy', r'HKLM\COMM\HTTPD\PasswordUsers', r'HKLM\Copy2', '/s').returncode == 0
    done = reg('query', 'HKLM', '/s')
    assert 'pbkdf2' not in done.stdout and done.stderr.startswith('3 protected keys')


# ---- compare ----

HEAD = {A: FULL_A, B: FULL_B}
LINES = {
    'one': f'< Value: {FULL_A}  one  REG_SZ  1',
    'own': f'> Value: {FULL_B}  own  REG_SZ  o',
    'same': f'= Value: {FULL_A}  same  REG_SZ  s',
    'two': f'< Value: {FULL_A}  two  REG_DWORD  0x2',
    'TWO': f'> Value: {FULL_B}  TWO  REG_DWORD  0x3',
    'deep': rf'< Key: {FULL_A}\Deep',
    'mine': rf'> Key: {FULL_B}\Mine',
}


@pytest.mark.parametrize('args, shown, code', [
    ([], ['one', 'own', 'two', 'TWO'], 2),
    (['/od'], ['one', 'own', 'two', 'TWO'], 2),
    (['/oa'], ['one', 'own', 'same', 'two', 'TWO'], 2),
    (['/os'], ['same'], 2),
    (['/on'], [], 2),
    (['/s'], ['one', 'own', 'two', 'TWO', 'deep', 'mine'], 2),
    (['/v', 'SAME'], [], 0),
    (['/v', 'same', '/oa'], ['same'], 0),
    (['/v', 'two'], ['two', 'TWO'], 2),
    (['/v', 'own', '/s'], ['own'], 2),
], ids=lambda value: ' '.join(value) if isinstance(value, list) else None)
def test_compare(reg, args, shown, code):
    done = reg('compare', A, B, *args)
    assert (done.returncode, done.stderr) == (code, '')
    lines = done.stdout.split('\n')
    assert lines[-4:] == ['', 'Result Compared: ' + ('Different' if code else 'Identical'), DONE[:-1], '']
    assert lines[:-4] == [LINES[name] for name in shown]


def test_compare_identical(reg):
    reg('copy', A, r'HKLM\Copy', '/s')
    assert reg('compare', A, r'HKLM\Copy', '/s').stdout == f'\nResult Compared: Identical\n{DONE}'
    done = reg('compare', r'HKLM\Copy', A, '/s', '/json')
    assert done.returncode == 0 and json.loads(done.stdout)['identical'] is True
    reg('add', r'HKLM\Copy\Deep\Er', '/v', 'x', '/t', 'REG_NONE', '/f')
    assert reg('compare', A, r'HKLM\Copy', '/s', '/on').returncode == 2
    assert reg('compare', A, r'HKLM\Copy').returncode == 0
    assert 'Key:' not in reg('compare', A, r'HKLM\Copy', '/s', '/oa').stdout


def test_compare_default_value(reg):
    assert reg('compare', A, B, '/ve').stderr == NOT_FOUND
    reg('add', A, '/ve', '/d', 'x')
    assert reg('compare', A, B, '/ve').stdout.startswith(f'< Value: {FULL_A}  (Default)  REG_SZ  x\n')


def test_compare_json(reg):
    done = reg('compare', A, B, '/s', '--json')
    assert done.returncode == 2 and done.stderr == ''
    assert json.loads(done.stdout) == {
        'left': FULL_A, 'right': FULL_B, 'different': 5, 'same': 1, 'leftOut': 0, 'identical': False,
        'differences': [
            {'side': 'left', 'key': '', 'name': 'one', 'left': {'type': 'REG_SZ', 'data': '1'}, 'right': None},
            {'side': 'right', 'key': '', 'name': 'own', 'left': None, 'right': {'type': 'REG_SZ', 'data': 'o'}},
            {'side': 'different', 'key': '', 'name': 'two', 'left': {'type': 'REG_DWORD', 'data': 2}, 'right': {'type': 'REG_DWORD', 'data': 3}},
            {'side': 'left', 'key': 'Deep'},
            {'side': 'right', 'key': 'Mine'},
        ]}


def test_compare_passes_protected_keys_over(reg):
    reg.cerium('user', 'add', 'Dave', input='a word\n', check=True)
    reg('add', r'HKLM\Empty')
    done = reg('compare', r'HKLM\COMM\HTTPD\PasswordUsers', r'HKLM\Empty', '/s', '/oa')
    assert 'Dave' not in done.stdout and done.stderr == '1 protected key was left out; compare it by name.\n'


# ---- hives ----

def test_save_and_restore(reg):
    hive = reg.cerium.folder / 'a.hive'
    before = reg('query', A, '/s').stdout
    assert reg('save', A, hive).stdout == DONE
    assert hive.stat().st_mode & 0o777 == 0o600
    asked = reg('save', A, hive)
    assert asked.returncode == 1 and asked.stdout.startswith(f'File {hive} already exists. Overwrite (Yes/No)? ')
    assert reg('save', A, hive, input='y\n').returncode == 0 and reg('save', A, hive, '/y').stdout == DONE
    reg('delete', A + r'\Deep', '/f')
    reg('add', A + r'\Later', '/v', 'v')
    assert reg('restore', A, hive).stdout == DONE
    assert reg('query', A, '/s').stdout == before
    assert reg('restore', B, hive).stdout == DONE
    assert reg('compare', A, B, '/s').returncode == 0


def test_save_spares_other_files(reg):
    for path in (reg.cerium.registry, reg.cerium.folder / 'registry.db-wal', reg.cerium.root, '/dev/null'):
        done = reg('save', A, path, '/y')
        assert done.returncode == 1 and done.stderr.startswith('ERROR: '), path
    assert values(reg, A)['one'] == '1'


def test_restore_from_what_is_no_hive(reg):
    other = reg.cerium.folder / 'letter'
    other.write_text('this is a letter\n' * 100)
    for args in (['restore', A, other], ['load', r'HKLM\L', other], ['restore', A, reg.cerium.registry]):
        done = reg(*args)
        assert done.returncode == 1 and done.stderr.startswith('ERROR: ') and done.stdout == ''
    assert values(reg, A)['one'] == '1' and values(reg, r'HKLM\L') is None


def test_load_and_unload(reg):
    hive = reg.cerium.folder / 'a.hive'
    assert reg('save', A, hive).returncode == 0
    assert reg('load', r'HKLM\Loaded', hive).stdout == DONE
    assert reg('compare', A, r'HKLM\Loaded', '/s').returncode == 0
    again = reg('load', r'HKLM\Loaded', hive)
    assert again.returncode == 1 and again.stderr.startswith('ERROR: ')
    reg('add', r'HKLM\Loaded', '/v', 'added', '/d', 'x')
    assert reg('unload', r'HKLM\Loaded').stdout == DONE
    assert values(reg, r'HKLM\Loaded') is None
    assert reg('unload', r'HKLM\Loaded').stderr == NOT_FOUND
    assert reg('load', r'hku\Other', hive).stdout == DONE
    assert values(reg, r'HKU\Other')['added'] == 'x'
    assert reg('unload', A).returncode == 1 and values(reg, A)['one'] == '1'


def test_a_hive_by_other_names(reg):
    names = [reg.cerium.folder / name for name in ('a.hive', 'link', 'second')]
    assert reg('save', A, names[0]).returncode == 0
    names[1].symlink_to('a.hive')
    for name in names:
        names[2].unlink(missing_ok=True)
        os.link(names[0], names[2])
        assert reg('load', r'HKLM\Loaded', name).stdout == DONE
        for again in names:
            done = reg('load', r'HKU\Again', again)
            assert done.returncode == 1 and 'loaded already' in done.stderr
        assert reg('unload', r'HKLM\Loaded').stdout == DONE
    assert names[1].is_symlink()


def test_save_does_not_overwrite(reg):
    there, dangling = reg.cerium.folder / 'there', reg.cerium.folder / 'dangling'
    there.write_text('mine')
    dangling.symlink_to('nowhere')
    for name in (there, dangling):
        done = reg('save', A, name, input='n\n')
        assert done.returncode == 1
    assert there.read_text() == 'mine' and dangling.is_symlink()


# ---- what is protected ----

def shown(reg):
    """All that the commands print which are not given the names of protected keys."""
    text = ''.join(reg(*args).stdout for root in ('HKCU', 'HKLM', 'HKU')
                   for args in (['query', root, '/s'], ['query', root, '/s', '/json'], ['export', root, '-', '/ce'], ['export', root, '-', '/4'],
                                ['compare', root, A, '/s', '/od'], ['__complete', 'query', root + '\\']))
    text += reg('find', 'hush').stdout + reg('find', 'hush', '/json').stdout
    for entry in json.loads(reg('history', '/json').stdout)['entries']:
        text += reg('history', entry['id']).stdout + reg('history', entry['id'], '/json').stdout
    return text


def test_protected_data_stay_so(reg):
    """Whatever way they go: copied, saved, loaded, restored, exported from within, protected after they were set."""
    hive, out = reg.cerium.folder / 'u.hive', reg.cerium.folder / 'out.reg'
    reg.cerium.reg_import('REGEDIT4\n; protected\n[HKEY_LOCAL_MACHINE\\Users]\n[HKEY_LOCAL_MACHINE\\Users\\joe]\n"v"="hush1"\n'
                          '[HKEY_LOCAL_MACHINE\\Users\\joe\\deep]\n"v"="hush2"\n')
    for args in (['copy', r'HKLM\Users\joe', r'HKLM\Free', '/s'], ['save', r'HKLM\Users\joe', hive], ['load', r'HKU\L', hive],
                 ['restore', r'HKLM\Free', hive], ['add', r'HKLM\R', '/f'], ['restore', r'HKLM\R', hive],
                 ['export', r'HKLM\Users\joe', out], ['delete', r'HKLM\Users', '/f'], ['import', out],
                 ['unload', r'HKU\L']):
        done = reg(*args)
        assert done.returncode == 0, (args, done.stderr)
    assert 'hush' in reg('query', r'HKLM\Users\joe').stdout and 'hush' in reg('query', r'HKLM\R').stdout
    assert 'hush' not in shown(reg)
    reg('add', r'HKLM\Late', '/v', 'v', '/d', 'hush3')
    assert 'hush3' in shown(reg)
    reg.cerium.reg_import('REGEDIT4\n; protected\n[HKEY_LOCAL_MACHINE\\Late]\n')
    assert 'hush' not in shown(reg)
    reg('delete', r'HKLM\Late', '/f')
    assert 'hush' not in shown(reg)


# ---- flags ----

def test_flags(reg):
    reg('add', r'HKLM\Software\X')
    shown = '\n\tREG_KEY_DONT_VIRTUALIZE: CLEAR\n\tREG_KEY_DONT_SILENT_FAIL: CLEAR\n\tREG_KEY_RECURSE_FLAG: CLEAR\n\n'
    for args in ([], ['query'], ['QUERY']):
        done = reg('flags', r'hklm\software', *args)
        assert (done.returncode, done.stdout) == (0, '\nHKEY_LOCAL_MACHINE\\Software\n' + shown + DONE)
    assert '\nHKEY_LOCAL_MACHINE\\Software\\X\n' in reg('flags', r'HKLM\Software', 'query', '/s').stdout
    assert reg('flags', r'HKLM\Software', 'set').stdout == DONE
    done = reg('flags', r'HKLM\Software', 'set', 'DONT_VIRTUALIZE', 'Recurse_Flag')
    assert (done.returncode, done.stdout) == (1, '') and done.stderr.startswith('ERROR: Flags cannot be set')


# ---- find ----

@pytest.mark.parametrize('args, lines', [
    (['own'], ['    own    REG_SZ    o']),
    (['00FF'], ['    x    REG_BINARY    00FF']),
    (['deep'], [rf'{FULL_A}\Deep']),
    (['m', '/e'], ['    m    REG_SZ    m']),
    (['m', B, '/k'], [rf'{FULL_B}\Mine']),
    (['two', A, '/v'], ['    two    REG_DWORD    0x2']),
    (['TWO', '/v', '/c'], ['    TWO    REG_DWORD    0x3']),
    (['o*', '/d', '/e'], ['    own    REG_SZ    o']),
    (['0x', '/t', 'REG_DWORD', '/z'], ['    two    REG_DWORD (4)    0x2', '    TWO    REG_DWORD (4)    0x3']),
    (['/Accounts'], []),
], ids=lambda value: ' '.join(value))
def test_find(reg, args, lines):
    done = reg('find', *args)
    assert done.stdout.endswith(f'\nEnd of search: {len(lines)} match(es) found.\n')
    assert done.returncode == (0 if lines else 1)
    bare = lines and lines[0][0] != ' '
    assert [line for line in done.stdout.split('\n')[:-2] if line and (bare or line[0] == ' ')] == lines
    found = json.loads(reg('find', *args, '/json').stdout)
    assert found['matches'] == len(lines) and (found['keys'] != []) == (lines != [])


# ---- JSON ----

def hex16(text):
    return text.encode('utf-16-le', 'surrogatepass').hex(',')


STRANGE = [  # type, bytes, what "data" is, whether "raw" stands by
    (1, hex16('a\0'), 'a', False),
    (1, hex16('a'), 'a', False),  # the import adds the NUL
    (1, hex16('a\0b\0'), 'a', True),
    (1, hex16('\ud800x\udc00\0'), '\ud800x\udc00', False),
    (1, hex16('"\\\x01\x7f\x9b\r\n\t/é€😀\0'), '"\\\x01\x7f\x9b\r\n\t/é€😀', False),
    (2, hex16('%P%\0'), '%P%', False),
    (7, hex16('a\0\0'), ['a'], False),
    (7, hex16('\0'), [], False),
    (7, hex16('a\0\0b\0\0'), ['a'], True),
    (3, '', '', False),
    (3, '00,ff', '00FF', False),
    (4, '01,02,03,04', 0x04030201, False),
    (4, '01', '01', False),
    (5, '01,02,03,04', 0x01020304, False),
    (11, 'ff,ff,ff,ff,ff,ff,ff,ff', 2 ** 64 - 1, False),
    (0, '61', '61', False),
    (0x12345678, '01', '01', False),
]


def test_json_of_every_kind(reg):
    names = ['', 'plain', '"\\', '\x01\x7f', 'é€😀', '\ud83d', 'a\udc00b', '/'] + [f'v{i}' for i in range(len(STRANGE) - 8)]
    path = reg.cerium.folder / 'strange.reg'
    text = 'Windows Registry Editor Version 5.00\r\n\r\n[HKEY_CURRENT_USER\\Strange \ud800"]\r\n'
    for name, (kind, data, _, _) in zip(names, STRANGE):
        quoted = '"' + name.replace('\\', '\\\\').replace('"', '\\"') + '"' if name else '@'
        text += f'{quoted}=hex({kind:x}):{data}\r\n'
    path.write_bytes(b'\xff\xfe' + text.encode('utf-16-le', 'surrogatepass'))
    done = reg('import', path)
    assert (done.returncode, done.stderr) == (0, '')
    done = reg('query', 'HKCU', '/s', '/json')
    assert done.stdout.isascii()
    keys = {key['key']: key['values'] for key in json.loads(done.stdout)['keys']}
    got = keys['HKEY_CURRENT_USER\\Strange \ud800"']
    assert [value['name'] for value in got] == names
    for value, (kind, data, want, raw) in zip(got, STRANGE):
        assert value['data'] == want, value
        if raw:
            assert value['raw'] == data.replace(',', '').upper()
        elif kind != 1 or data != hex16('a'):
            assert 'raw' not in value, value
        if kind == 0x12345678:
            assert value['type'] == '0x12345678'


def test_json_of_a_list(reg):
    listed = json.loads(reg('query', A, '--json').stdout)
    assert listed == {'keys': [
        {'key': FULL_A, 'values': [{'name': 'one', 'type': 'REG_SZ', 'data': '1'}, {'name': 'two', 'type': 'REG_DWORD', 'data': 2},
                                   {'name': 'same', 'type': 'REG_SZ', 'data': 's'}]},
        {'key': FULL_A + r'\Deep'}], 'leftOut': 0}
    below = json.loads(reg('query', A, '/s', '/json').stdout)
    assert [key['key'] for key in below['keys']] == [FULL_A, FULL_A + r'\Deep', FULL_A + r'\Deep\Er']
    assert below['keys'][1]['values'] == []
    assert json.loads(reg('query', A, '/v', 'TWO', '/json').stdout)['keys'][0]['values'] == [{'name': 'two', 'type': 'REG_DWORD', 'data': 2}]
    assert json.loads(reg('query', A, '/ve', '/json').stdout)['keys'] == [{'key': FULL_A, 'values': []}]
    found = json.loads(reg('query', A, '/s', '/f', 'e', '/json').stdout)
    assert found['matches'] == 4
    none = reg('query', A, '/f', 'nothing', '/json')
    assert none.returncode == 1 and json.loads(none.stdout) == {'keys': [], 'matches': 0, 'leftOut': 0}
    assert json.loads(reg('query', '--json', A).stdout) == listed
    missing = reg('query', r'HKCU\None', '/json')
    assert (missing.returncode, missing.stdout, missing.stderr) == (1, '', NOT_FOUND)


def test_check(reg):
    done = reg('check')
    assert done.returncode == 0 and done.stderr == ''
    with sqlite3.connect(reg.cerium.registry) as db:
        db.execute('update key set parent = 987654 where name = ?', ('Deep',))
    done = reg('check')
    assert done.returncode == 1 and 'fault' in done.stdout


# ---- what a hive may be written to ----

def test_save_needs_a_file(reg, tmp_path):
    done = subprocess.run(reg.cerium.command('reg', 'save', A, '-'), cwd=tmp_path, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    assert done.returncode == 1 and 'name a file' in done.stderr
    assert not (tmp_path / '-').exists()


@pytest.mark.parametrize('root', ['HKLM', 'HKU'])
def test_save_over_a_loaded_hive(reg, tmp_path, root):
    hive, link = tmp_path / 'a.hive', tmp_path / 'link.hive'
    assert reg('save', A, hive).returncode == 0
    assert reg('load', root + r'\Loaded', hive).returncode == 0
    os.link(hive, link)
    before = hive.read_bytes()
    for name in (hive, link):
        done = reg('save', B, name, '/y')
        assert done.returncode == 1 and 'is loaded already' in done.stderr
    assert hive.read_bytes() == before
    assert reg('unload', root + r'\Loaded').returncode == 0
    assert reg('save', B, hive, '/y').returncode == 0


@pytest.mark.parametrize('verb', [['compare', A, B], ['compare', A, B, '/json'], ['diff', 'FILE']])
def test_output_that_cannot_be_written_is_a_failure(reg, tmp_path, verb):
    path = tmp_path / 'change.reg'
    path.write_text('REGEDIT4\n[HKEY_CURRENT_USER\\Z]\n')
    verb = [path if word == 'FILE' else word for word in verb]
    assert reg(*verb).returncode == 2
    with open('/dev/full', 'w') as full:
        done = subprocess.run(reg.cerium.command('reg', *verb), stdout=full, stderr=subprocess.PIPE, text=True)
    assert done.returncode == 1 and 'standard output could not be written' in done.stderr


def test_a_busy_registry_is_told_in_words(reg):
    db = sqlite3.connect(reg.cerium.registry, isolation_level=None)
    try:
        db.execute('begin immediate')
        done = reg('add', A, '/v', 'late')
        assert done.returncode == 1
        assert done.stderr.startswith('ERROR: another program has been writing to ') and 'locked' not in done.stderr
        assert '5 seconds' in done.stderr
    finally:
        db.close()


def test_copy_of_many_values_keeps_their_order(reg, tmp_path):
    """More than fits in one batch of a copy, more than once."""
    names = [f'{(i * 7919) % 10007:x}' for i in range(10007)]
    path = tmp_path / 'many.reg'
    path.write_text('REGEDIT4\n[HKEY_CURRENT_USER\\Many]\n' + ''.join(f'"{name}"=dword:1\n' for name in names))
    assert reg('import', path).returncode == 0
    assert reg('copy', r'HKCU\Many', r'HKCU\Copy').returncode == 0
    assert list(values(reg, r'HKCU\Copy')) == names
