# SPDX-License-Identifier: Apache-2.0
"""`cerium explain`: its options, its words and its exit codes. What is decided is the unit tests' business (test_access.c)."""
import subprocess

import pytest

SETTINGS = r'''
[HKEY_LOCAL_MACHINE\COMM\HTTPD]
"AdminUsers"="Root"
"Basic"=dword:1
[HKEY_LOCAL_MACHINE\COMM\HTTPD\VROOTS\/]
@="\\windows\\www"
[HKEY_LOCAL_MACHINE\COMM\HTTPD\VROOTS\/Accounts]
@="\\windows\\accounting.dll"
"A"=dword:1
"P"=dword: 0x000001C4
"UserList"="Alice"
[HKEY_LOCAL_MACHINE\COMM\HTTPD\VROOTS\/private]
@="\\private"
"A"=dword:1
"P"=dword:9
[HKEY_LOCAL_MACHINE\COMM\HTTPD\SSL\Users\Alice]
"IssuerCN"="ExplainIssuer"
"SerialNumber"=hex: 01,02,03,04,00,00,00,00,00,05
'''


@pytest.fixture(scope='module')
def people(pki):
    root = pki.authority('ExplainRoot')
    issuer = pki.authority('ExplainIssuer', issuer=root)
    alice = pki.leaf('explain-alice', issuer, '/CN=Alice Example', serial='01020304000000000005')
    return root, issuer, alice


@pytest.fixture
def device(cerium, people):
    cerium.reg_import(SETTINGS)
    cerium('cert', 'add', '--store', 'ROOT', people[0].pem, check=True)
    return cerium


def last_line(done):
    return done.stdout.splitlines()[-1]


def test_allowed(device, people):
    _, issuer, alice = people
    done = device('explain', '--path', '/Accounts', '--cert', alice.pem, '--cert', issuer.pem)
    assert last_line(done) == 'allowed      as Alice', done.stdout + done.stderr
    assert done.returncode == 0
    words = [line.split()[0] for line in done.stdout.splitlines() if not line.startswith(' ')]
    assert words == ['request', 'vroot', 'flags', 'level', 'target', 'SSL', 'certificate', 'trust', 'override', 'user',
                     'AdminUsers', 'UserList', 'permission', 'note', 'allowed']
    assert 'CN=ExplainRoot: 0x00000000 NO_ERROR' in done.stdout


def test_der_and_one_file_with_all(device, people, tmp_path):
    _, issuer, alice = people
    both = tmp_path / 'both.pem'
    both.write_bytes(alice.pem.read_bytes() + issuer.pem.read_bytes())
    assert device('explain', '--path=/Accounts', f'--cert={both}').returncode == 0
    assert device('explain', '--path', '/Accounts', '--cert', alice.der, '--cert', issuer.der).returncode == 0


def test_refused(device, people):
    alice = people[2]
    done = device('explain', '--path', '/Accounts', '--cert', alice.pem)
    assert done.returncode == 1
    assert 'trust        0x00010000 IS_PARTIAL_CHAIN' in done.stdout
    assert last_line(done) == 'refused      403: the client certificate is not valid'
    done = device('explain', '--path', '/Accounts')
    assert (done.returncode, last_line(done)) == (1, 'refused      403: a client certificate is needed and there is none')
    done = device('explain', '--path', '/Accounts', '--plain')
    assert (done.returncode, last_line(done)) == (1, 'refused      403: the virtual root needs SSL')


def test_time(device, people):
    _, issuer, alice = people
    chain = ['--cert', alice.pem, '--cert', issuer.pem]
    done = device('explain', '--path', '/Accounts', *chain, '--time', '4000000000')
    assert done.returncode == 1
    assert ', at 2096-10-02 07:06:40 UTC' in done.stdout
    assert 'IS_NOT_TIME_VALID' in done.stdout
    assert device('explain', '--path', '/Accounts', *chain, '--time', '0').returncode == 1


def test_override(device, people):
    device('reg', 'add', r'HKLM\COMM\HTTPD\SSL', '/v', 'CertTrustOverride', '/t', 'REG_DWORD', '/d', '0x10020', '/f', check=True)
    done = device('explain', '--path', '/Accounts', '--cert', people[2].pem)
    assert last_line(done) == 'allowed      as Alice'
    assert 'CertTrustOverride ignores 0x00010020 IS_UNTRUSTED_ROOT|IS_PARTIAL_CHAIN; what is left is 0x00000000' in done.stdout
    assert r'HKLM\COMM\HTTPD\SSL\CertTrustOverride: lets in certificates of any issuer' in done.stderr


def test_password(device):
    done = device('explain', '--path', '/private/x', '--user', 'Dave')
    assert done.returncode == 1 and last_line(done).startswith('refused      401: ')
    assert 'there is no such password user' in done.stdout
    device('user', 'add', 'Dave', input='word\n', check=True)
    done = device('explain', '--path', '/private/x', '--user', 'Dave')
    assert (done.returncode, last_line(done)) == (0, 'allowed      as Dave')
    assert 'no such password user' not in done.stdout
    done = device('explain', '--path', '/private/x')
    assert (done.returncode, last_line(done)) == (1, 'refused      401: a user name and password are needed')


def test_method(device):
    done = device('explain', '--path', '/a.htm', '--plain', '--method', 'DELETE')
    assert 'DELETE gets 405' in done.stdout
    assert done.returncode == 0
    for method in ('', 'GET IT', 'G\x1b[31mT', 'GÉT', 'a:b'):
        done = device('explain', '--path', '/a.htm', '--plain', '--method', method)
        assert (done.returncode, last_line(done)) == (1, 'refused      400'), method
        assert '\x1b' not in done.stdout


def test_a_fragment_is_no_path(device):
    done = device('explain', '--path', '/a.htm#top', '--plain')
    assert (done.returncode, last_line(done)) == (1, 'refused      400')


def test_nothing_steers_the_terminal(device):
    """The path is refused and shown; a C1 control character in a path that is none either."""
    for bad in ('\x1b[31m', '\x9b31m', '\x7f', '\r'):
        done = device('explain', '--path', '/' + bad + 'x', '--plain')
        assert done.returncode == 1 and bad not in done.stdout and '"/?' in done.stdout
        done = device('explain', '--' + bad)
        assert done.returncode == 2 and bad not in done.stderr and 'there is no option --?' in done.stderr
    assert 'there is no option --é€😀;' in device('explain', '--é€😀').stderr


def test_full_output(device):
    for arguments, code in ((['--path', '/', '--plain'], 2), (['--help'], 1)):
        with open('/dev/full', 'w', encoding='utf-8') as full:
            done = subprocess.run(device.command('explain', *arguments), stdout=full, stderr=subprocess.PIPE,
                                  stdin=subprocess.DEVNULL, text=True, timeout=120, check=False)
        assert done.returncode == code and 'could not be written' in done.stderr


def test_the_server_agrees(server, cerium):
    """What explain says of plain requests is what the server does."""
    import urllib.error
    import urllib.request

    (cerium.root / 'windows' / 'www' / 'a.htm').write_text('hello')
    running = server(SETTINGS)
    for path, status in [('/a.htm', 200), ('/Accounts', 403), ('/private/', 403), ('/a%zz', 400)]:
        explained = cerium('explain', '--path', path, '--plain').stdout.splitlines()[-1].split()
        try:
            with urllib.request.urlopen(running.url(path, 'http'), timeout=30) as answer:
                got = answer.status
        except urllib.error.HTTPError as error:
            got = error.code
            error.close()
        assert got == status
        assert explained[0] == ('allowed' if status == 200 else 'refused')
        assert status == 200 or explained[1].rstrip(':') == str(status)


@pytest.mark.parametrize('arguments, words', [
    ([], 'usage: cerium explain'),
    (['--plain'], '--path is missing'),
    (['--path'], 'a value is missing behind --path'),
    (['--path', '/', '--time', 'noon'], '--time wants seconds since 1970, not noon'),
    (['--path', '/', '--colour'], 'there is no option --colour'),
    (['--path', '/', '--path', '/a'], 'given twice: --path'),
    (['--path', '/', '--path=/a'], 'given twice: --path=/a'),
    (['--path', '/', '--user', 'a', '--user', 'b'], 'given twice: --user'),
    (['--path', '/', '--method', 'GET', '--method', 'GET'], 'given twice: --method'),
    (['--path', '/', '--time', '1', '--time', '1'], 'given twice: --time'),
    (['--path', '/', '--plain', '--plain'], 'given twice: --plain'),
    (['--path', '/', 'more'], 'there is no option more'),
    (['--path', '/', '--cert', '/nonexistent.pem'], 'cannot read /nonexistent.pem'),
])
def test_wrong_usage(device, arguments, words):
    done = device('explain', *arguments)
    assert done.returncode == 2
    assert words in done.stderr
    assert done.stdout == ''


def test_no_answer(cerium, tmp_path):
    done = cerium('explain', '--path', '/')
    assert (done.returncode, done.stdout) == (2, '')
    assert str(cerium.registry) in done.stderr
    cerium.reg_import(r'[HKEY_LOCAL_MACHINE\COMM\HTTPD]' '\n"Port"="80"\n')
    done = cerium('explain', '--path', '/')
    assert (done.returncode, done.stdout) == (2, '')
    assert r'HKLM\COMM\HTTPD\Port: must be a REG_DWORD' in done.stderr
    rubbish = tmp_path / 'rubbish.pem'
    rubbish.write_text('no certificate')
    done = cerium('explain', '--path', '/', '--cert', rubbish)
    assert (done.returncode, done.stdout) == (2, '')
    assert 'holds no certificate that can be read' in done.stderr


def test_help(cerium):
    done = cerium('explain', '--help')
    assert done.returncode == 0
    assert 'Examples:' in done.stdout and 'Exit codes:' in done.stdout
