# SPDX-License-Identifier: Apache-2.0
"""`cerium regedit` on a pseudo-terminal: keys in, screen compared. Looking, changing, finding, undoing."""
import pytest

from regedit_driver import editor, sample_registry  # noqa: F401


def query(cerium, key, name):
    """Type and data as `cerium reg query` prints them."""
    done = cerium('reg', 'query', key, '/v', name)
    line = next((text for text in done.stdout.splitlines() if text.strip().startswith(name)), '')
    return line.split(None, 2)[1:]


def test_first_screen_and_leaving(editor):
    e = editor()
    text = e.wait(r'^ HKEY_LOCAL_MACHINE$', r'^▾ HKEY_LOCAL_MACHINE', r'▸ SOFT', r'\(Default\) +REG_SZ +\(value not set\)',
                  r'\? Help')
    assert [line for line in text.splitlines() if 'HKEY_' in line][1].lstrip().startswith('HKEY_CLASSES_ROOT')
    e.keys('q')
    assert e.wait_end() == 0
    assert e.settings == e.before
    assert e.raw.rstrip().endswith((b'\x1b[?1049l\x1b[23;0;0t\r\x1b[?1l\x1b>', b'\x1b[?1049l\r\x1b[?1l\x1b>', b'\x1b>'))
    assert b'\x1b[?1049l' in e.raw


def test_moving_in_the_tree(editor):
    e = editor()
    e.wait('SOFT')
    e.keys('Down', 'Down', 'Right')
    e.wait(r'^ HKEY_LOCAL_MACHINE\\SOFT$', '▾ SOFT', '▸ Deep', 'Values')
    e.keys('Right')
    e.wait(r'^ HKEY_LOCAL_MACHINE\\SOFT\\Deep$')
    e.keys('l', 'l')
    e.wait(r'^ HKEY_LOCAL_MACHINE\\SOFT\\Deep\\Deeper$')
    e.keys('Left')
    e.wait(r'^ HKEY_LOCAL_MACHINE\\SOFT\\Deep$', 'Deeper')
    e.keys('h')
    e.wait('▸ Deep', gone=['Deeper'])
    e.keys('{')
    e.wait(r'^ HKEY_CLASSES_ROOT$')
    e.keys('}', 'k', 'Up')
    e.wait(r'^ HKEY_LOCAL_MACHINE\\SOFT\\[^\\]+$')
    e.keys('F1')
    e.wait('MOVING')
    e.keys('End')
    e.wait('DIALOGS', gone=['MOVING'])
    e.keys('Esc')
    e.wait(gone=['DIALOGS'])


def test_path_bar_completes(editor):
    e = editor()
    e.wait('SOFT')
    e.keys('Ctrl-L', 'hklm\\so', 'Tab')
    e.wait(r'^ hklm\\SOFT\\')
    e.keys('Tab')
    e.wait('─ Keys ', '│ Deep', '│ Values')
    e.keys('va', 'Tab', 'Enter')
    e.wait(r'^ HKEY_LOCAL_MACHINE\\SOFT\\Values$', 'Text +REG_SZ')
    e.keys('Alt-d', 'Computer\\HKEY_LOCAL_MACHINE\\soft\\none', 'Enter')
    e.wait('There is no such key')
    e.keys('Backspace', 'Backspace', 'Backspace', 'Backspace', 'Backspace', 'Enter')
    e.wait(r'^ HKEY_LOCAL_MACHINE\\SOFT$', gone=['There is no such key'])


NEW_VALUES = [
    ('s', 'S', ['Hello wörld'], ['REG_SZ', 'Hello wörld']),
    ('e', 'E', ['%TEMP%\\x'], ['REG_EXPAND_SZ', '%TEMP%\\x']),
    ('m', 'M', ['one', 'Enter', 'two', 'Tab'], ['REG_MULTI_SZ', 'one\\0two']),
    ('d', 'D', ['ff', 'Tab', 'Backspace', '6'], ['REG_DWORD', '0x100']),
    ('q', 'Q', ['123456789abcdef0'], ['REG_QWORD', '0x123456789abcdef0']),
    ('b', 'B', ['0aff'], ['REG_BINARY', '0AFF']),
]


def test_new_values_of_every_type(cerium, editor):
    e = editor('HKLM\\SOFT')
    e.wait('Deep')
    for letter, name, typed, _ in NEW_VALUES:
        e.keys('n')
        e.wait('─ New ')
        e.keys(letter)
        e.wait('─ New value ')
        e.keys(name, 'Enter')
        e.wait(r'─ Edit (string|strings|number|bytes) ', gone=['─ New value '])
        e.keys(*typed, 'Enter')
        e.wait(f'Done: new value {name}', rf'^.*│ {name} +REG_')
    e.keys('q')
    assert e.wait_end() == 0
    for _, name, _, expected in NEW_VALUES:
        assert query(cerium, 'HKLM\\SOFT', name) == expected


def test_keys_new_rename_delete_undo_redo(cerium, editor):
    e = editor('HKLM\\SOFT')
    e.wait('Deep')
    e.keys('n')
    e.wait('─ New ')
    e.keys('k')
    e.wait('─ New key ')
    e.keys('Fresh', 'Enter')
    e.wait('Done: new key Fresh', r'^ HKEY_LOCAL_MACHINE\\SOFT\\Fresh$')
    e.keys('F2')
    e.wait('─ Rename key ')
    e.keys('End', 'er', 'Enter')
    e.wait('Done: rename key Fresh to Fresher', r'^ HKEY_LOCAL_MACHINE\\SOFT\\Fresher$')
    e.keys('Ctrl-Z')
    e.wait('Undone: rename', r'^ HKEY_LOCAL_MACHINE\\SOFT\\Fresh$')
    e.keys('Ctrl-Z')
    e.wait('Undone: new key', r'^ HKEY_LOCAL_MACHINE\\SOFT$', gone=['Fresh *│'])
    e.keys('u')
    e.wait('nothing to undo')
    e.keys('Ctrl-Y', 'y')
    e.wait('Done again: rename', r'  Fresher')
    e.keys('y')
    e.wait('nothing to redo')
    e.keys('g', 'HKLM\\SOFT\\Deep', 'Enter')
    e.wait(r'^ HKEY_LOCAL_MACHINE\\SOFT\\Deep$')
    e.keys('Delete')
    e.wait('Delete the key Deep')
    e.keys('n')
    e.wait('▸ Deep', gone=['Delete the key Deep'])
    e.keys('d')
    e.wait('Delete the key Deep')
    e.keys('Enter')
    e.wait('Done: delete key Deep', r'^ HKEY_LOCAL_MACHINE\\SOFT$', gone=['▸ Deep'])
    e.keys('u')
    e.wait('Undone: delete key Deep', '▸ Deep')
    e.keys('q')
    assert e.wait_end() == 0
    listed = cerium('reg', 'query', 'HKLM\\SOFT', '/s').stdout
    assert '\\SOFT\\Deep\\Deeper' in listed and '\\SOFT\\Fresher' in listed
    assert 'cerium regedit' in cerium('reg', 'history').stdout


def test_values_rename_delete(cerium, editor):
    e = editor('HKLM\\SOFT\\Values')
    e.wait('Text')
    e.keys('Tab')
    e.wait('Tab Tree')
    e.keys('r')
    e.wait('default value has no name')
    e.keys('End', 'r')
    e.wait('─ Rename value ', r'│ Text')
    e.keys('number', 'Enter')
    e.wait('Not done: rename value Text to number', r'│ Text +REG_SZ')
    e.keys('r')
    e.wait('─ Rename value ')
    e.keys('TEXT', 'Enter')
    e.wait('Done: rename value Text to TEXT', r'│ TEXT +REG_SZ')
    e.keys('d')
    e.wait('Delete the value TEXT')
    e.keys('y')
    e.wait('Done: delete value TEXT', gone=[r'│ TEXT '])
    e.keys('u')
    e.wait('Undone', r'│ TEXT +REG_SZ')


def test_numbers_strings_lists(cerium, editor):
    e = editor('HKLM\\SOFT\\Values')
    e.wait('Text')
    e.keys('Tab', 'Home', 'Down', 'Down', 'Down')
    e.wait('Tab Tree')
    e.keys('Enter')
    e.wait('─ Edit number ', r'Number', r'Value 1c8 ', r'\(\*\) Hexadecimal')
    e.keys('Tab')
    e.wait(r'Value 456 ', r'\(\*\) Decimal')
    e.keys('fff', 'Enter')
    e.wait('Not a decimal number')
    e.keys('Ctrl-U', '4294967296', 'Enter')
    e.wait('Not a decimal number')
    e.keys('Ctrl-U', '77', 'Enter')
    e.wait('Done: set Number', r'0x0000004d \(77\)')
    e.keys('Up', 'Enter')
    e.wait('─ Edit strings ', '1  red', '2  green', '3  blue')
    e.keys('End', 'dish', 'Down', 'Home', 'Backspace', 'Ctrl-E', 'Enter', 'grey', 'BackTab')
    e.wait('1  reddishgreen', '2  grey', '3  blue')
    e.keys('Esc')
    e.wait(r'red green blue', gone=['Edit strings'])
    e.keys('Enter')
    e.wait('─ Edit strings ')
    e.keys('Down', 'Ctrl-K', 'Tab', 'Enter')
    e.wait('Done: set List', r'red blue')
    e.keys('End', 'Enter')
    e.wait('─ Edit string ', '│ some text')
    e.keys('End', ' more', 'Left', 'Left', 'Ctrl-W', 'no ', 'Enter')
    e.wait('Done: set Text', r'some text no re')
    assert query(cerium, 'HKLM\\SOFT\\Values', 'List') == ['REG_MULTI_SZ', 'red\\0blue']
    assert query(cerium, 'HKLM\\SOFT\\Values', 'Text') == ['REG_SZ', 'some text no re']


def test_hex_editor(cerium, editor):
    e = editor('HKLM\\SOFT\\Values')
    e.wait('Text')
    e.keys('Tab', 'Down')
    e.keys('b')
    e.wait('─ Edit bytes ', r'00000000  41 42 43 44', 'ABCD', '0 of 18 bytes, replacing', '00000010  51 52')
    e.keys('7a', 'Right', 'Ctrl-D', 'Ctrl-T', '0', '1')
    e.wait(r'00000000  7a 42 01 44 45', 'inserting', '3 of 18 bytes')
    e.keys('Tab', 'x', 'Backspace', 'y')
    e.wait(r'00000000  7a 42 01 79 44 45', 'zB.yDE', '4 of 19 bytes')
    e.keys('End', 'Right', 'Home', 'Down', 'Up', 'PgDn', 'PgUp', 'Enter')
    e.wait('Done: set Bytes', r'7a 42 01 79 44')
    assert query(cerium, 'HKLM\\SOFT\\Values', 'Bytes') == ['REG_BINARY', '7A42017944' + bytes(range(0x45, 0x53)).hex().upper()]
    e.keys('Enter')
    e.wait('─ Edit bytes ')
    e.keys('00')
    e.wait('00000000  00 42')
    e.keys('Esc')
    e.wait(r'7a 42 01 79 44', gone=['Edit bytes'])


def test_flags_by_name(cerium, editor):
    e = editor('HKLM\\COMM\\HTTPD\\VROOTS\\/Accounts')
    e.wait(r'P +REG_DWORD +0x000001c4 \(452\) EXECU')
    e.keys('Tab', 'End', 'Enter')
    e.wait('P: permissions', r'\[x\] EXECUTE', r'\[ \] READ', r'\[x\] SSL128', r'0x000001c4 \(452\)')
    e.keys('Space', 'Down', 'Down', 'x')
    e.wait(r'\[x\] READ', r'\[ \] EXECUTE', r'0x000001c1 \(449\)')
    e.keys('Tab')
    e.wait('─ Edit number ', 'Value 1c1')
    e.keys('Enter')
    e.wait('Done: set P', r'\(449\) READ')
    e.keys('Up', 'Enter')
    e.wait('CertTrustOverride', r'\[x\] IS_UNTRUSTED_ROOT', r'\[ \] IS_NOT_TIME_VALID', '1 of 25')
    e.keys('End', 'Space')
    e.wait(r'\[x\] HAS_NOT_SUPPORTED_CRITICAL_EXT', r'0x08000020')
    e.keys('Enter')
    e.wait('Done: set CertTrustOverride')
    assert query(cerium, 'HKLM\\COMM\\HTTPD\\VROOTS\\/Accounts', 'P') == ['REG_DWORD', '0x1c1']
    assert query(cerium, 'HKLM\\COMM\\HTTPD\\VROOTS\\/Accounts', 'CertTrustOverride') == ['REG_DWORD', '0x8000020']


def test_certificate_in_words(cerium, pki, editor):
    authority = pki.authority('Regedit CA')
    cerium('cert', 'add', '--store', 'ROOT', authority.pem, check=True)
    e = editor('HKLM\\Comm\\Security\\SystemCertificates\\ROOT\\Certificates')
    e.wait('Certificates$')
    e.keys('Right', 'Right', 'Tab', 'Down')
    e.wait('Blob +REG_BINARY +certificate CN=Regedit')
    e.keys('Enter')
    e.wait('─ Certificate ', r'Subject:? +CN=Regedit CA', 'Valid')
    e.keys('Esc')
    e.wait(gone=['─ Certificate '])
    e.keys('b')
    e.wait('─ Edit bytes ')


def test_copy_and_paste(cerium, editor):
    e = editor('HKLM\\SOFT\\Deep')
    e.wait('Deeper|▸ Deep')
    e.keys('Ctrl-C')
    e.wait('Copied the key Deep')
    e.keys('v')
    e.wait('cannot be pasted into itself')
    e.keys('g', 'HKCU', 'Enter')
    e.wait('^ HKEY_CURRENT_USER$')
    e.keys('Ctrl-V')
    e.wait('Done: paste key Deep', r'^ HKEY_CURRENT_USER\\Deep$')
    e.keys('Left', 'v')
    e.wait('That name is taken', 'Deep \\(copy\\)')
    e.keys('Enter')
    e.wait(r'^ HKEY_CURRENT_USER\\Deep \(copy\)$')
    e.keys('g', 'HKLM\\SOFT\\Values', 'Enter')
    e.wait('Text')
    e.keys('Tab', 'End', 'c')
    e.wait('Copied the value Text')
    e.keys('g', 'HKCU\\Deep\\Deeper', 'Enter')
    e.wait(r'^ HKEY_CURRENT_USER\\Deep\\Deeper$', 'Leaf')
    e.keys('v')
    e.wait('Done: paste value Text', 'Text +REG_SZ +some text')
    e.keys('q')
    assert e.wait_end() == 0
    listed = cerium('reg', 'query', 'HKCU', '/s').stdout
    assert listed.count('Leaf') == 2 and listed.count('some text') == 1


def test_find_and_find_next(editor):
    e = editor('HKCR')
    e.wait('^ HKEY_CLASSES_ROOT$')
    e.keys('/')
    e.wait('─ Find ', r'\[x\] Names of keys', r'\[x\] Data')
    e.keys('NEEDLE', 'Enter')
    e.wait(r'^ HKEY_LOCAL_MACHINE\\SOFT\\Find\\A needle key$', 'Found')
    e.keys('F3')
    e.wait(r'^ HKEY_LOCAL_MACHINE\\SOFT\\Find\\B$', 'Needle name')
    e.keys('F')
    e.wait(r'^ HKEY_LOCAL_MACHINE\\SOFT\\Find\\C$', 'the needle here')
    e.keys('.')
    e.wait('Nothing more was found')
    e.keys('F3')
    e.wait(r'^ HKEY_LOCAL_MACHINE\\SOFT\\Find\\A needle key$')
    e.keys('Ctrl-F')
    e.wait('─ Find ')
    e.keys('456', 'Tab', 'Space', 'Enter')
    e.wait(r'^ HKEY_LOCAL_MACHINE\\SOFT\\Values$', 'Found')
    e.keys('f')
    e.wait('─ Find ')
    e.keys('45 46 47', 'BackTab', 'Space')
    e.wait(r'\[x\] Only below')
    e.keys('Enter')
    e.wait(r'41 42 43', 'Found')
    e.keys('f')
    e.wait('─ Find ')
    e.keys('hidden', 'BackTab', 'Space', 'Enter')
    e.wait('Nothing more was found')


def test_undo_conflict_is_shown(cerium, editor):
    e = editor('HKLM\\SOFT\\Values')
    e.wait('Text')
    e.keys('Tab', 'End', 'Enter')
    e.wait('─ Edit string ')
    e.keys('mine', 'Enter')
    e.wait('Done: set Text')
    cerium('reg', 'add', 'HKLM\\SOFT\\Values', '/v', 'Text', '/d', 'theirs', '/f', check=True)
    e.wait('theirs')
    e.keys('u')
    e.wait('─ Conflict ', 'cannot be undone', 'Text')
    e.keys('Esc')
    e.wait('Not undone', 'theirs', gone=['─ Conflict '])


def test_export_and_import(cerium, editor, tmp_path):
    e = editor('HKLM\\SOFT\\Values')
    e.wait('Text')
    target = tmp_path / 'out.reg'
    e.keys('x')
    e.wait('─ Export ', 'Values.reg')
    e.keys(str(target), 'Enter')
    e.wait('Exported to')
    text = target.read_bytes().decode('utf-16')
    assert text.startswith('Windows Registry Editor Version 5.00\r\n') and '"Number"=dword:000001c8' in text
    assert target.stat().st_mode & 0o777 == 0o600
    e.keys('x')
    e.wait('─ Export ')
    e.keys(str(target), 'Enter')
    e.wait('Replace it')
    e.keys('n')
    e.wait(gone=['Replace it'])
    source = tmp_path / 'in.reg'
    source.write_text('REGEDIT4\n\n[HKEY_LOCAL_MACHINE\\SOFT\\Values]\n"Number"=dword:00000007\n"Bad"=dword:xyz\n')
    e.keys('i')
    e.wait('─ Import ')
    e.keys(str(source), 'Enter')
    e.wait('line 5', '1 of the file')
    e.keys('Enter')
    e.wait('Imported', '1 refused', r'0x00000007')
    e.keys('u')
    e.wait('Undone: import', r'0x000001c8')
    e.keys('i')
    e.wait('─ Import ')
    e.keys('/nowhere/at/all.reg', 'Enter')
    e.wait('cannot be read')
    source.write_text('this is a letter\n')
    e.keys('i')
    e.wait('─ Import ')
    e.keys(str(source), 'Enter')
    e.wait('─ Note ', 'Not done: import')  # too long for the status line
    e.keys('Enter')
    e.wait(gone=['─ Note '])


@pytest.mark.parametrize('change, shows, gone', [
    (['add', 'HKLM\\SOFT\\Values', '/v', 'Number', '/t', 'REG_DWORD', '/d', '9', '/f'], r'0x00000009', ()),
    (['add', 'HKLM\\SOFT\\Aaa\\Bbb', '/f'], '▸ Aaa', ()),
    (['delete', 'HKLM\\SOFT\\Values', '/f'], r'^ HKEY_LOCAL_MACHINE\\SOFT$', ('Text +REG_SZ',)),
])
def test_changes_of_others_show(cerium, editor, change, shows, gone):
    e = editor('HKLM\\SOFT\\Values')
    e.wait('Text +REG_SZ')
    cerium('reg', *change, check=True)
    e.wait(shows, gone=gone)
    if change[1] != 'HKLM\\SOFT\\Values' or change[0] != 'delete':
        e.wait(r'^ HKEY_LOCAL_MACHINE\\SOFT\\Values$')  # the selection has stayed
    else:
        e.wait('is gone')


def test_no_change_of_others_is_lost(cerium, editor):
    e = editor('HKLM\\SOFT\\Values')
    e.wait('Text')
    e.keys('Tab', 'End', 'Enter')
    e.wait('─ Edit string ')
    cerium('reg', 'add', 'HKLM\\SOFT\\Values', '/v', 'Text', '/d', 'theirs', '/f', check=True)
    e.keys('mine', 'Enter')
    e.wait('Not stored: another program has changed Text', 'theirs')


def test_protected_data_are_masked(editor):
    e = editor('HKLM\\SOFT\\Secrets')
    e.wait(r'Secrets \[protected\]', r'Password +REG_SZ +\*{8} \(p shows them\)', gone=['hidden'])
    e.keys('Tab', 'End', 'Enter')
    e.wait('These data are protected')
    e.keys('p')
    e.wait('hidden')
    e.keys('p')
    e.wait(gone=['hidden'])


def test_read_only(cerium, editor):
    e = editor('--read-only', 'HKLM\\SOFT\\Values')
    e.wait('READ-ONLY', 'Text')
    for key in 'nrdiu':
        e.keys(key)
        e.wait('open read-only')
        e.keys('Ctrl-R')
        e.wait('Read again')
    e.keys('Tab', 'End', 'Enter')
    e.wait('─ View string ', '│ some text')
    e.keys('x', 'Enter')
    e.wait('open read-only', 'Text +REG_SZ +some text', gone=['─ View string '])
