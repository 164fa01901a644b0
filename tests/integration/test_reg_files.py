# SPDX-License-Identifier: Apache-2.0
"""`cerium reg import|export`: files, their dialects, what is reported."""
import os
import pathlib
import subprocess
import tempfile

import pytest

import device as devices

DONE = 'The operation completed successfully.\n'
SEED = r'''; SSL Client Authentication
[HKEY_LOCAL_MACHINE\COMM\HTTPD\SSL]
    "CertificateSubject"= "CE Server Certificate"
    CertTrustOverride=dword: 0x00010020
[HKEY_LOCAL_MACHINE\COMM\HTTPD\VROOTS\/Accounts]
    @="\\windows\\accounting.dll"
    "P"=dword: 0x000001C4
[HKEY_LOCAL_MACHINE\COMM\HTTPD\SSL\Users\Alice]
    "SerialNumber"=hex: 01,02,03,04,00,00,00,00,00,05
'''


def write(cerium, text, name='file.reg', encoding='utf-8'):
    path = pathlib.Path(cerium.folder) / name
    path.write_bytes(text.encode(encoding))
    return path


def test_the_pages_notation(cerium):
    done = cerium('reg', 'import', write(cerium, SEED))
    assert (done.returncode, done.stdout, done.stderr) == (0, DONE, '')
    assert cerium('reg', 'query', r'HKLM\COMM', '/s').stdout == r'''
HKEY_LOCAL_MACHINE\COMM
HKEY_LOCAL_MACHINE\COMM\HTTPD

HKEY_LOCAL_MACHINE\COMM\HTTPD\SSL
    CertificateSubject    REG_SZ    CE Server Certificate
    CertTrustOverride    REG_DWORD    0x10020

HKEY_LOCAL_MACHINE\COMM\HTTPD\SSL\Users

HKEY_LOCAL_MACHINE\COMM\HTTPD\SSL\Users\Alice
    SerialNumber    REG_BINARY    01020304000000000005

HKEY_LOCAL_MACHINE\COMM\HTTPD\VROOTS

HKEY_LOCAL_MACHINE\COMM\HTTPD\VROOTS\/Accounts
    (Default)    REG_SZ    \windows\accounting.dll
    P    REG_DWORD    0x1c4
'''


def test_bad_lines_are_reported(cerium):
    path = write(cerium, 'REGEDIT4\n[HKEY_LOCAL_MACHINE\\T]\n"a"=dword:xyz\n"b"=dword:1\n[HKEY_NOWHERE\\\x1b[31m]\n"c"=dword:1\n')
    done = cerium('reg', 'import', path)
    assert (done.returncode, done.stdout) == (0, DONE)
    lines = done.stderr.splitlines()
    assert lines[0].startswith(f'{path}:3: a dword has one to eight')
    assert lines[1].startswith(f'{path}:5: [HKEY_NOWHERE\\?[31m] begins with no root key')  # no escape sequences
    assert len(lines) == 2
    assert '    b    REG_DWORD    0x1\n' in cerium('reg', 'query', r'HKLM\T').stdout


@pytest.mark.parametrize('text, message', [
    ('regedit4\n[HKEY_LOCAL_MACHINE\\T]\n', 'no .reg file'),
    ('', 'no .reg file'),
    (None, 'cannot be read'),
])
def test_no_reg_file(cerium, text, message):
    path = cerium.folder / 'none.reg' if text is None else write(cerium, text)
    done = cerium('reg', 'import', path)
    assert done.returncode == 1 and done.stdout == ''
    assert done.stderr.startswith('ERROR: ') and message in done.stderr and str(path) in done.stderr


def test_two_files(cerium):
    path = write(cerium, SEED)
    assert cerium('reg', 'import', path, path).returncode == 1
    assert not cerium.registry.exists()


def test_standard_input_and_output(cerium):
    assert cerium('reg', 'import', '-', input=SEED).stdout == DONE
    done = cerium('reg', 'export', r'HKLM\COMM\HTTPD\SSL\Users\Alice', cerium.folder / 'out.reg')
    assert done.stdout == DONE
    assert (cerium.folder / 'out.reg').read_bytes() == (
        '\ufeffWindows Registry Editor Version 5.00\r\n\r\n[HKEY_LOCAL_MACHINE\\COMM\\HTTPD\\SSL\\Users\\Alice]\r\n'
        '"SerialNumber"=hex:01,02,03,04,00,00,00,00,00,05\r\n\r\n').encode('utf-16-le')


def test_there_and_back(cerium):
    first, second = cerium.folder / 'first.reg', cerium.folder / 'second.reg'
    cerium.reg_import(SEED + '"Long"=hex(7):' + ','.join(['61,00'] * 100) + ',00,00,00,00\n"\\n"="é€😀 \\"quoted\\" \\r\\n"\n')
    assert cerium('reg', 'export', 'HKLM', first).returncode == 0
    assert cerium('reg', 'delete', r'HKLM\COMM', '/f').returncode == 0
    assert cerium('reg', 'import', first).returncode == 0
    assert cerium('reg', 'export', 'HKLM', second).returncode == 0
    assert first.read_bytes() == second.read_bytes()
    assert all(len(line) <= 80 for line in first.read_bytes().decode('utf-16').splitlines() if line.endswith('\\'))


def test_export_asks_before_overwriting(cerium):
    cerium.reg_import(SEED)
    path = write(cerium, 'precious', 'out.reg')
    done = cerium('reg', 'export', 'HKLM', path)
    assert done.returncode == 1
    assert done.stdout.startswith(f'File {path} already exists. Overwrite (Yes/No)? ')
    assert path.read_text() == 'precious'
    assert cerium('reg', 'export', 'HKLM', path, input='y\n').returncode == 0
    assert path.read_bytes()[:2] == b'\xff\xfe'
    assert path.stat().st_mode & 0o777 == 0o600
    assert cerium('reg', 'export', 'HKLM', path, '/y').stdout == DONE


@pytest.mark.parametrize('args', [
    ['HKLM'], ['HKLM', '/y'], ['HKLM', '/y', 'file'], ['/y', 'HKLM', 'file'], ['HKLM', 'file', '/y', '/y'], ['HKLM', 'file', '/y', '/reg:64'],
    ['HKLM', 'file', '/y', '/ce'], ['HKLM', 'file', '/ce', '/4'], ['HKLM', '/ce', 'file'],
    ['HKLM', 'file', 'file'], ['HKLM', 'file', '/x'], [r'HKLM\None', 'file'], ['HKXX', 'file'],
], ids=' '.join)
def test_export_exit_1(cerium, args):
    cerium.reg_import(SEED)
    done = cerium('reg', 'export', *[str(cerium.folder / a) if a == 'file' else a for a in args])
    assert done.returncode == 1 and done.stderr.startswith('ERROR: ')
    assert not (cerium.folder / 'file').exists()


def test_unwritable_file(cerium):
    cerium.reg_import(SEED)
    done = cerium('reg', 'export', 'HKLM', cerium.folder / 'no' / 'folder')
    assert done.returncode == 1 and 'cannot be written' in done.stderr


def test_dialects(cerium):
    cerium.reg_import(SEED + '"Liste"=hex(7):61,00,00,00,62,00,00,00,00,00\n"Ä"="ö"\n')
    key = r'HKLM\COMM\HTTPD\SSL\Users\Alice'
    old = subprocess.run(cerium.command('reg', 'export', key, '-', '/4'), capture_output=True, timeout=120, check=True).stdout
    assert old.startswith(b'REGEDIT4\r\n') and '"Ä"="ö"'.encode('cp1252') in old and b'"Liste"=hex(7):61,00,62,00,00\r\n' in old
    ce = subprocess.run(cerium.command('reg', 'export', key, '-', '--ce'), capture_output=True, timeout=120, check=True).stdout.decode('utf-16')
    assert '[HKEY_LOCAL_MACHINE\\COMM\\HTTPD\\SSL\\Users\\Alice]' in ce and 'multi_sz:"a","b"' in ce and 'REGEDIT' not in ce
    before = cerium('reg', 'query', key, '/json', check=True).stdout
    for text, encoding in ((old.decode('cp1252'), 'cp1252'), (ce, 'utf-8')):
        cerium('reg', 'delete', key, '/f', check=True)
        cerium('reg', 'import', write(cerium, text, encoding=encoding), check=True)
        assert cerium('reg', 'query', key, '/json', check=True).stdout == before
    cerium('reg', 'add', key, '/v', 'x', '/d', '€ДЯ', check=True)
    assert cerium('reg', 'export', r'HKLM\COMM\HTTPD\VROOTS', '-', '/ce', check=True).stdout.startswith('[HKEY_LOCAL_MACHINE\\COMM')  # ASCII
    done = cerium('reg', 'export', key, cerium.folder / 'x.reg', '/4')
    assert done.returncode == 1 and done.stderr.startswith('ERROR: ') and not (cerium.folder / 'x.reg').exists()


def test_beyond_windows_ce(cerium):
    path = write(cerium, 'REGEDIT4\n[HKEY_LOCAL_MACHINE\\T]\n"a"="' + 'x' * 5000 + '"\n"' + 'n' * 300 + '"="1"\n')
    done = cerium('reg', 'import', path)
    assert (done.returncode, done.stdout) == (0, DONE)
    assert done.stderr.startswith('WARNING: 2 keys and values are more than Windows CE takes') and done.stderr.count('\n') == 1
    assert cerium('reg', 'import', write(cerium, SEED)).stderr == ''


def test_utf16_file(cerium):
    path = write(cerium, '\ufeffWindows Registry Editor Version 5.00\r\n\r\n[HKEY_CURRENT_USER\\é]\r\n"€"="😀"\r\n', encoding='utf-16-le')
    assert cerium('reg', 'import', path).returncode == 0
    assert '    €    REG_SZ    😀\n' in cerium('reg', 'query', r'HKCU\É').stdout


def test_condition(cerium):
    path = write(cerium, 'IF CERIUM_TEST_FLAG\n[HKEY_LOCAL_MACHINE\\on]\nELSE\n[HKEY_LOCAL_MACHINE\\off]\nENDIF\n')
    plain = {name: value for name, value in os.environ.items() if name != 'CERIUM_TEST_FLAG'}
    assert cerium('reg', 'import', path, env=plain).returncode == 0
    assert cerium('reg', 'query', 'HKLM').stdout == '\nHKEY_LOCAL_MACHINE\\off\n'
    assert cerium('reg', 'import', path, env={**plain, 'CERIUM_TEST_FLAG': '1'}).returncode == 0
    assert cerium('reg', 'query', 'HKLM').stdout == '\nHKEY_LOCAL_MACHINE\\off\nHKEY_LOCAL_MACHINE\\on\n'


def test_unreadable_registry(cerium):
    if os.geteuid() == 0:
        pytest.skip('root may read everything')
    cerium.reg_import(SEED)
    cerium.registry.chmod(0o400)
    done = cerium('reg', 'add', r'HKLM\x')
    assert done.returncode == 1 and 'may only be read' in done.stderr
    cerium.registry.chmod(0)
    done = cerium('reg', 'query', 'HKLM')
    assert done.returncode == 1 and 'cannot be opened' in done.stderr


def test_foreign_registry(cerium):
    cerium.registry.write_text('this is a letter, not a registry\n' * 10)
    for args in (['query', 'HKLM'], ['add', r'HKLM\x'], ['import', write(cerium, SEED)]):
        done = cerium('reg', *args)
        assert done.returncode == 1 and 'is not a registry file' in done.stderr
    assert cerium.registry.read_text().startswith('this is a letter')


def test_export_writes_regular_files_only(cerium):
    cerium.reg_import(SEED)
    pipe, link, target, dangling = (cerium.folder / name for name in ('pipe', 'link', 'target', 'dangling'))
    os.mkfifo(pipe)
    target.write_text('kept')
    link.symlink_to(target)
    dangling.symlink_to('nowhere')
    for path in (pipe, link, dangling, '/dev/null', '/dev/stdout', cerium.root):
        before = os.lstat(path)
        done = cerium('reg', 'export', 'HKLM', path, '/y')
        assert done.returncode == 1 and done.stderr.startswith(f'ERROR: {path} '), path
        assert 'no regular file' in done.stderr or 'a link is never replaced' in done.stderr
        after = os.lstat(path)
        assert (before.st_ino, before.st_mode) == (after.st_ino, after.st_mode)
    assert target.read_text() == 'kept'


def test_export_does_not_overwrite_the_registry(cerium):
    cerium.reg_import(SEED)
    linked = cerium.folder / 'linked.reg'
    os.link(cerium.registry, linked)
    names = [cerium.registry.name + suffix for suffix in ('', '-wal', '-shm', '-journal', '.bell')]
    paths = [cerium.folder / name for name in names] + [cerium.root / '..' / name for name in names] + [linked]
    for path in paths:
        done = cerium('reg', 'export', 'HKLM', path, '/y')
        assert done.returncode == 1 and 'belongs to the registry' in done.stderr, path
    done = subprocess.run(cerium.command('reg', 'export', 'HKLM', cerium.registry.name + '-journal', '/y'), cwd=cerium.folder,
                          capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 1 and 'belongs to the registry' in done.stderr
    assert not (cerium.folder / names[3]).exists()
    assert 'CertificateSubject' in cerium('reg', 'query', r'HKLM\COMM\HTTPD\SSL', check=True).stdout


def test_protected_keys(cerium, tmp_path):
    """Hashes are shown and written only when their key is named, and stay protected elsewhere."""
    for name in ('Dave', 'Eve'):
        cerium('user', 'add', name, input='a word\n', check=True)
    users = r'HKLM\COMM\HTTPD\PasswordUsers'
    for arguments in ((['HKLM', '/s']), ([users, '/s']), ['HKLM', '/s', '/f', 'pbkdf2'], ['HKLM', '/s', '/v', 'Hash']):
        done = cerium('reg', 'query', *arguments)
        assert 'pbkdf2' not in done.stdout and 'Dave' not in done.stdout
        assert done.stderr == ('2 protected keys were left out; query each by name.\n' if arguments[0] == users
                               else '1 protected key was left out; query it by name.\n')
    done = cerium('reg', 'query', users + r'\Dave', '/s')
    assert 'pbkdf2' in done.stdout and done.stderr == ''
    first, second = tmp_path / 'first.reg', tmp_path / 'second.reg'
    cerium('reg', 'export', users + r'\Dave', first, check=True)
    assert '\r\n; protected\r\n[' in first.read_bytes().decode('utf-16')
    cerium('reg', 'delete', users, '/f', check=True)
    cerium('reg', 'import', first, check=True)
    assert '1 protected key' in cerium('reg', 'query', 'HKLM', '/s').stderr
    cerium('reg', 'export', users + r'\Dave', second, check=True)
    assert first.read_bytes() == second.read_bytes()


def test_nothing_in_a_file_steers_the_terminal(cerium):
    cerium.reg_import('REGEDIT4\n')
    path = write(cerium, 'REGEDIT4\n[HKEY_NOWHERE\\\x1b[31m\x9b31m\x7fé€]\n', name='a\x1b[1mb\x9bc.reg')
    done = cerium('reg', 'import', path)
    assert done.returncode == 0 and 'a?[1mb?c.reg:2: [HKEY_NOWHERE\\?[31m?31m?é€] begins' in done.stderr
    assert '\x1b' not in done.stderr and '\x9b' not in done.stderr
    done = cerium('reg', 'import', cerium.folder / 'no\x1bne.reg')
    assert done.returncode == 1 and 'no?ne.reg cannot be read' in done.stderr


def test_a_locked_companion_is_named():
    """A -shm that a process left behind and nobody may write. As somebody who is not root, in a folder that he can get at."""
    with tempfile.TemporaryDirectory() as folder:
        device = devices.Device(folder)
        device.reg_import(SEED)
        shm = device.registry.with_name(device.registry.name + '-shm')
        shm.write_bytes(bytes(32768))
        shm.chmod(0o400)
        other = {}
        if os.geteuid() == 0:
            other = {'user': 65534, 'group': 65534, 'extra_groups': []}
            for path in [device.folder, *device.folder.glob('registry.db*')]:
                os.chown(path, 65534, 65534)
            if subprocess.run(['test', '-r', device.registry, '-a', '-x', device.program], check=False, **other).returncode:
                pytest.skip('another user cannot get at the files of this test')
        done = subprocess.run(device.command('reg', 'add', r'HKLM\x'), capture_output=True, text=True, timeout=120, check=False, **other)
        assert done.returncode == 1 and f'{shm}' in done.stderr and 'mode 0600 (chown, chmod)' in done.stderr


def test_a_link_that_leads_nowhere_is_no_registry(cerium):
    cerium.registry.symlink_to('elsewhere')
    done = cerium('reg', 'add', r'HKLM\x')
    assert done.returncode == 1 and str(cerium.registry) in done.stderr
    assert not (cerium.folder / 'elsewhere').exists()


# ---- bad lines, and who waits for them ----

def test_bad_lines_beyond_the_limit_are_counted(cerium):
    """LIMIT_REG_PROBLEMS lines are shown."""
    path = write(cerium, 'REGEDIT4\n[HKEY_LOCAL_MACHINE\\T]\n' + '"a"=dword:xyz\n' * 1003 + '"b"=dword:1\n')
    done = cerium('reg', 'import', path)
    lines = done.stderr.splitlines()
    assert (done.returncode, done.stdout, len(lines)) == (0, DONE, 1001)
    assert lines[999].startswith(f'{path}:1002: ') and lines[1000] == '... and 3 more lines like these.'
    assert 'REG_DWORD    0x1' in cerium('reg', 'query', r'HKLM\T').stdout


@pytest.mark.parametrize('stream, verb', [('stderr', ['import']), ('stdout', ['import', '--dry-run'])])
def test_nobody_waits_for_who_reads_slowly(cerium, stream, verb):
    """What an import says is more than a pipe takes, and nobody reads it: other programs write all the same."""
    line = '"{}"=dword:xyz\n' if stream == 'stderr' else '"{}"="' + 'x' * 100 + '"\n'
    path = write(cerium, 'REGEDIT4\n[HKEY_LOCAL_MACHINE\\T]\n' + ''.join(line.format(i) for i in range(2000)))
    assert cerium('reg', 'add', r'HKLM\Before').returncode == 0
    read, wrote = os.pipe()
    with subprocess.Popen(cerium.command('reg', *verb, path), stdin=subprocess.DEVNULL,
                          **{'stdout': subprocess.DEVNULL, 'stderr': subprocess.DEVNULL, stream: wrote}) as slow:
        os.close(wrote)
        try:
            assert os.read(read, 1)   # it speaks: from here on the pipe fills up
            done = cerium('reg', 'add', r'HKLM\Meanwhile')
            assert (done.returncode, done.stderr) == (0, '')
            assert slow.poll() is None
        finally:
            while os.read(read, 65536):
                pass
            os.close(read)
    assert slow.returncode == 0


def test_what_is_no_file(cerium):
    done = cerium('reg', 'import', cerium.folder)
    assert (done.returncode, done.stderr) == (1, f'ERROR: {cerium.folder} is a folder; name a file.\n')
    pipe = cerium.folder / 'pipe'
    os.mkfifo(pipe)
    done = cerium('reg', 'import', pipe)
    assert done.returncode == 1 and 'is a pipe or a device' in done.stderr and 'standard input' in done.stderr


def test_the_longest_path_goes_out_and_in(cerium):
    """Deep keys with the longest names: what can be made can be exported, and imported again."""
    name = '\u20ac' * 255
    half = '\\'.join([name] * 250)
    write(cerium, f'REGEDIT4\n[HKEY_CURRENT_USER\\A\\{half}]\n"x"="1"\n')
    path = cerium.folder / 'file.reg'
    assert cerium('reg', 'import', path).stderr.startswith('WARNING: ')
    assert cerium('reg', 'copy', r'HKCU\A', r'HKCU\B', '/s', '/f').returncode == 0
    assert cerium('reg', 'export', r'HKCU\B', cerium.folder / 'out.reg').returncode == 0
    assert cerium('reg', 'delete', r'HKCU\B', '/f').returncode == 0
    done = cerium('reg', 'import', cerium.folder / 'out.reg')
    assert done.returncode == 0 and done.stderr.startswith('WARNING: ')
    assert cerium('reg', 'compare', r'HKCU\A', r'HKCU\B', '/s').returncode == 0


# ---- hashes of passwords ----

@pytest.mark.parametrize('how', ['import', 'add', 'copy'])
def test_hashes_of_passwords_are_protected_however_they_come(cerium, how):
    users, hash_value = r'HKLM\COMM\HTTPD\PasswordUsers', 'pbkdf2-secret'
    if how == 'import':
        full = users.replace('HKLM', 'HKEY_LOCAL_MACHINE')
        path = write(cerium, f'REGEDIT4\n[{full}\\eve]\n"Hash"="{hash_value}"\n')
        shown = cerium('reg', 'diff', path).stdout if cerium('reg', 'add', r'HKLM\Any').returncode == 0 else ''
        assert '(protected)' in shown and hash_value not in shown
        assert cerium('reg', 'import', path).returncode == 0
    else:
        key = r'HKLM\Other\eve' if how == 'copy' else users + r'\eve'
        assert cerium('reg', 'add', key, '/v', 'Hash', '/d', hash_value).returncode == 0
        if how == 'copy':
            assert cerium('reg', 'copy', r'HKLM\Other', users, '/s', '/f').returncode == 0
    out = cerium.folder / 'out.reg'
    done = cerium('reg', 'export', r'HKLM\COMM', out)
    assert done.returncode == 0 and 'left out' in done.stderr
    assert hash_value.encode('utf-16-le') not in out.read_bytes()
    assert cerium('reg', 'export', users + r'\eve', out, '/y').returncode == 0
    assert '; protected'.encode('utf-16-le') in out.read_bytes()
