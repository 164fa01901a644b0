# SPDX-License-Identifier: Apache-2.0
"""`cerium cert map`: who a client certificate is, by the server's own rules, and writing it into SSL\\Users."""
import pytest

from pki import openssl

SETTINGS = r'''
[HKEY_LOCAL_MACHINE\COMM\HTTPD]
"AdminUsers"="Chief"
[HKEY_LOCAL_MACHINE\COMM\HTTPD\VROOTS\/Accounts]
@="\\windows\\accounting.dll"
"P"=dword:1C4
"UserList"="Alice;Bob"
[HKEY_LOCAL_MACHINE\COMM\HTTPD\VROOTS\/nobody]
@="\\windows\\www"
"P"=dword:C1
[HKEY_LOCAL_MACHINE\COMM\HTTPD\VROOTS\/admin]
@="\\windows\\www"
"A"=dword:2
"P"=dword:A1
[HKEY_LOCAL_MACHINE\COMM\HTTPD\VROOTS\/public]
@="\\windows\\www"
'''
USERS = r'HKLM\COMM\HTTPD\SSL\Users'


@pytest.fixture(scope='module')
def made(pki):
    class Made:
        company = pki.authority('map-company', subject='/CN=CompanyIssuer')
        accounting = pki.authority('map-accounting', subject='/CN=AccountingIssuer')
        alice = pki.leaf('map-alice', company, serial='01020304000000000005')
        bob = pki.leaf('map-bob', company, serial='01020304000000000006')
        carol = pki.leaf('map-carol', accounting, serial='7F')
        high = pki.leaf('map-high', company, serial='FF01')  # DER needs a sign byte
    return Made


@pytest.fixture
def site(cerium):
    cerium.reg_import(SETTINGS)
    return cerium


def values(cerium, user):
    done = cerium('reg', 'query', rf'{USERS}\{user}')
    return {line.split()[0]: line.split()[-1] for line in done.stdout.splitlines() if line.startswith('    ')}


def test_nobody_then_alice(site, made):
    done = site('cert', 'map', made.alice.pem)
    assert done.returncode == 1 and 'maps to      nobody' in done.stdout
    assert 'issuer       CN=CompanyIssuer' in done.stdout and 'serial       01,02,03,04,00,00,00,00,00,05' in done.stdout
    done = site('cert', 'map', made.alice.pem, '--user', 'Alice', check=True)
    assert rf'wrote {USERS}\Alice (IssuerCN, SerialNumber)' in done.stdout
    assert values(site, 'Alice') == {'IssuerCN': 'CompanyIssuer', 'SerialNumber': '01020304000000000005'}
    done = site('cert', 'map', made.alice.pem, check=True)
    assert rf'maps to      Alice   ({USERS}\Alice: IssuerCN and SerialNumber)' in done.stdout
    lines = [line.split(maxsplit=2) for line in done.stdout.splitlines() if line.startswith('  ')]
    assert ['lets', 'in', '/Accounts   (on its UserList)'] in lines
    assert any(line[:2] == ['refuses', '/nobody'] and 'no UserList' in line[2] for line in lines)
    assert any(line[:2] == ['refuses', '/admin'] and 'administrators' in line[2] for line in lines)
    assert '/public' not in done.stdout
    assert site('cert', 'map', made.bob.pem).returncode == 1, 'another serial number'
    assert 'says so already' in site('cert', 'map', made.alice.pem, '--user', 'alice', check=True).stdout
    assert '--user Alice' in site('reg', 'history', check=True).stdout
    site('reg', 'undo', check=True)
    assert site('cert', 'map', made.alice.pem).returncode == 1


def test_the_server_agrees(site, made):
    """What `map` writes is what the access decision reads."""
    site('cert', 'trust', made.company.pem, '--yes', check=True)
    question = ['explain', '--path', '/Accounts', '--cert', made.alice.pem]
    assert site(*question).returncode == 1
    site('cert', 'map', made.alice.pem, '--user', 'Alice', check=True)
    allowed = site(*question)
    assert allowed.returncode == 0 and 'Alice' in allowed.stdout
    site('cert', 'trust', made.company.pem, '--yes', check=True)
    site('cert', 'map', made.high.pem, '--user', 'Bob', check=True)
    assert values(site, 'Bob')['SerialNumber'] == 'FF01', 'as displayed, without the sign byte'
    assert site('explain', '--path', '/Accounts', '--cert', made.high.pem).returncode == 0


def test_issuer_only(site, made):
    site('cert', 'map', made.carol.pem, '--user', 'Carol', '--issuer-only', check=True)
    assert values(site, 'Carol') == {'IssuerCN': 'AccountingIssuer'}
    # from both values to one, and back, after saying so
    changed = site('cert', 'map', made.carol.pem, '--user', 'Carol')
    assert changed.returncode == 1 and '--yes' in changed.stderr and values(site, 'Carol') == {'IssuerCN': 'AccountingIssuer'}
    site('cert', 'map', made.carol.pem, '--user', 'Carol', '--yes', check=True)
    assert values(site, 'Carol') == {'IssuerCN': 'AccountingIssuer', 'SerialNumber': '7F'}
    site('cert', 'map', made.carol.pem, '--user', 'Carol', '--issuer-only', '--yes', check=True)
    assert values(site, 'Carol') == {'IssuerCN': 'AccountingIssuer'}


def test_conflicts_are_told(site, made):
    site('cert', 'map', made.alice.pem, '--user', 'Anybody', '--issuer-only', check=True)
    done = site('cert', 'map', made.bob.pem, '--user', 'Bob')
    assert done.returncode == 1 and 'as Anybody, not as Bob' in done.stderr and 'reg undo' in done.stderr
    assert 'Bob, too (IssuerCN and SerialNumber)' in done.stdout and 'Anybody comes first' in done.stdout
    done = site('cert', 'map', made.alice.pem, '--user', 'Aaron', check=True)
    assert 'maps to      Aaron' in done.stdout and 'Anybody, too (IssuerCN)' in done.stdout


def test_administrator(site, made):
    done = site('cert', 'map', made.bob.pem, '--user', 'Chief', check=True)
    assert done.stdout.count('an administrator (AdminUsers)') == 3


def test_refusals(site, made, tmp_path):
    for name in ('-x', 'a;b', 'a\\b', '@g', '*', ''):
        done = site('cert', 'map', made.alice.pem, f'--user={name}')
        assert done.returncode == 2 and 'name' in done.stderr, (name, done)
    nameless = tmp_path / 'nameless.pem'
    openssl('req', '-x509', '-new', '-key', made.alice.key, '-subj', '/O=No common name', '-days', '9', '-out', nameless)
    done = site('cert', 'map', nameless, '--user', 'X')
    assert done.returncode == 1 and 'no common name' in done.stderr
    assert site('cert', 'map', made.alice.pem, '--issuer-only').returncode == 2
    done = site('cert', 'map', tmp_path / 'nowhere')
    assert done.returncode == 1 and 'cannot read' in done.stderr
    assert values(site, '') == {}


def test_without_virtual_roots_that_map(cerium, made):
    done = cerium('cert', 'map', made.alice.pem, '--user', 'Alice', check=True)
    assert 'no virtual root maps certificates' in done.stdout and 'MAP_CERT' in done.stdout


def test_settings_that_do_not_load(site, made):
    site('reg', 'add', r'HKLM\COMM\HTTPD', '/v', 'Port', '/d', 'text', check=True)
    done = site('cert', 'map', made.alice.pem)
    assert done.returncode == 1 and 'could not load' in done.stderr and 'Port' in done.stderr
