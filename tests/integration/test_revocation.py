# SPDX-License-Identifier: Apache-2.0
"""Revocation with CRLs that OpenSSL has made: `cerium cert verify --crl`, the server's SSL\\RevocationCheck, `cerium explain`."""
import datetime
import json
import ssl

import pytest

from device import wait_until
from pki import openssl, stamp
from raw_http import Raw, get
from test_cert_vectors import ANSWER, answers, suites  # noqa: F401

UNKNOWN, OFFLINE, REVOKED = 0x40, 0x01000040, 0x4

CONFIG = """
[ca]
default_ca = this
[this]
database = {index}
crlnumber = {number}
default_md = sha256
crl_extensions = list
[list]
authorityKeyIdentifier = keyid
{extensions}
"""


def make_list(folder, name, issuer, revoked=(), number=1, days=30, extensions=''):
    """openssl ca -gencrl: `revoked` = (serial number in hex, reason or '')."""
    now = datetime.datetime.now(datetime.timezone.utc)
    index, numbers, config, path = (folder / f'{name}.{kind}' for kind in ('index', 'number', 'cnf', 'crl'))
    index.write_text(''.join(f'R\t{stamp(now + datetime.timedelta(days=99))[2:]}\t{stamp(now)[2:]}{"," if reason else ""}{reason}\t{serial}\tunknown\t/CN=x\n'
                             for serial, reason in revoked))
    numbers.write_text(f'{number:02X}\n')
    config.write_text(CONFIG.format(index=index, number=numbers, extensions=extensions))
    start = stamp(now - datetime.timedelta(days=60))
    openssl('ca', '-config', config, '-gencrl', '-cert', issuer.pem, '-keyfile', issuer.key, '-out', path, '-crl_lastupdate', start,
            '-crl_nextupdate', stamp(now + datetime.timedelta(days=days)))
    return path


@pytest.fixture(scope='module')
def made(pki, tmp_path_factory):
    class Made:
        folder = tmp_path_factory.mktemp('lists')
        root = pki.authority('revocation-root')
        ca = pki.authority('revocation-ca', issuer=root, kind='rsa2048', serial='0A')
        alice = pki.leaf('revocation-alice', ca, serial='00FF01')
        bob = pki.leaf('revocation-bob', ca, serial='02', extra='crlDistributionPoints = URI:http://127.0.0.1/ca.crl\n')
        server = pki.leaf('revocation-server', root, '/CN=Test Server', usage='serverAuth', extra='subjectAltName = DNS:localhost\n', serial='0B')
        root_list = make_list(folder, 'root', root)
        good = make_list(folder, 'good', ca, [('03', ''), ('7F000000000000000000', 'superseded')])
        revoked = make_list(folder, 'revoked', ca, [('03', ''), ('FF01', 'keyCompromise')], number=2)
        old = make_list(folder, 'old', ca, [('FF01', '')], days=-1)
        ca_revoked = make_list(folder, 'ca-revoked', root, [('0A', 'CACompromise')], number=2)
        for_users = make_list(folder, 'users', ca, [('02', 'certificateHold')],
                              extensions='issuingDistributionPoint = critical, @point\n[point]\nfullname = URI:http://127.0.0.1/ca.crl\nonlyuser = TRUE')
        delta = make_list(folder, 'delta', ca, [('FF01', 'keyCompromise')], number=9, extensions='2.5.29.27 = critical, DER:02:01:01')
    return Made


def word(cerium, made, leaf, *more):
    done = cerium('cert', 'verify', '--root', made.root.der, '--intermediate', made.ca.der, '--leaf', leaf.der, *more)
    match = ANSWER.fullmatch(done.stdout.strip())
    assert match, done.stdout + done.stderr
    return int(match.group(1), 16)


def crls(*paths):
    return [word for path in paths for word in ('--crl', path)]


def test_lists_of_openssl(cerium, made):
    def ask(leaf, *paths, how='exclude-root'):
        return word(cerium, made, leaf, *crls(*paths), '--revocation', how)

    assert ask(made.alice, made.root_list, made.good) == 0
    assert ask(made.alice, made.root_list, made.good, how='chain') == 0
    assert ask(made.alice, made.root_list, made.revoked) == REVOKED
    assert ask(made.alice, made.root_list, made.good, made.revoked) == REVOKED
    assert ask(made.alice, made.revoked, how='end') == REVOKED
    assert ask(made.alice, made.good, how='end') == 0
    assert ask(made.alice, made.good) == UNKNOWN
    assert ask(made.alice, made.root_list) == UNKNOWN
    assert ask(made.bob, made.root_list) == OFFLINE
    assert ask(made.bob, made.root_list, made.old) == OFFLINE
    assert ask(made.alice, made.root_list, made.old) == REVOKED, 'out of date, but it names her'
    assert ask(made.alice, made.ca_revoked, made.good) == REVOKED | OFFLINE
    assert ask(made.bob, made.root_list, made.for_users) == REVOKED
    assert ask(made.alice, made.root_list, made.for_users) == UNKNOWN, 'a list of another distribution point'
    assert ask(made.alice, made.root_list, made.delta) == UNKNOWN, 'a delta without its base'
    assert ask(made.alice, made.root_list, made.good, made.delta) == REVOKED
    assert ask(made.bob, made.root_list, made.good, made.delta) == 0
    assert word(cerium, made, made.alice) == 0, 'nobody asks'
    assert word(cerium, made, made.alice, *crls(made.root_list, made.revoked)) == REVOKED, '--crl alone'


def test_options(cerium, made):
    for bad in (['--revocation', 'all'], ['--revocation']):
        done = cerium('cert', 'verify', '--leaf', made.alice.der, *bad)
        assert done.returncode == 2 and '--revocation' in done.stderr, done.stderr
    done = cerium('cert', 'verify', '--leaf', made.alice.der, '--root', made.root.der, '--intermediate', made.ca.der, '--crl', made.alice.key)
    assert done.returncode == 1 and 'holds no revocation list' in done.stderr
    line = '\t'.join(map(str, ['--leaf', made.alice.der, '--root', made.root.der, '--intermediate', made.ca.der, *crls(made.root_list, made.revoked)]))
    done = cerium('cert', 'verify', '--batch', input=line + '\n')
    assert done.stdout.startswith('error=0x00000004 '), done.stdout


def test_lists_of_the_stores(cerium, made):
    cerium('cert', 'add', '--store', 'ROOT', made.root.pem, check=True)
    cerium('cert', 'add', '--store', 'CA', made.ca.pem, check=True)
    cerium('cert', 'crl', 'add', 'CA', made.revoked, check=True)
    assert cerium('cert', 'verify', made.alice.pem).returncode == 0
    done = cerium('cert', 'verify', made.alice.pem, '--revocation', 'end')
    assert done.returncode == 1 and 'IS_REVOKED' in done.stdout
    done = cerium('cert', 'verify', made.bob.pem, '--revocation', 'exclude-root')
    assert done.returncode == 1 and 'REVOCATION_STATUS_UNKNOWN' in done.stdout
    assert cerium('cert', 'verify', made.bob.pem, '--crl', made.root_list).returncode == 0
    cerium('cert', 'crl', 'add', 'MY', make_list(made.folder, 'newer', made.ca, [('02', '')], number=5), check=True)
    done = cerium('cert', 'verify', made.bob.pem, '--revocation', 'end')
    assert done.returncode == 1 and 'IS_REVOKED' in done.stdout, 'the server reads the lists in MY too'


def test_verify_does_not_overlook_a_damaged_list(cerium, made):
    cerium('cert', 'add', '--store', 'ROOT', made.root.pem, check=True)
    cerium('cert', 'add', '--store', 'CA', made.ca.pem, check=True)
    cerium('cert', 'crl', 'add', 'CA', made.good, check=True)
    assert cerium('cert', 'verify', made.alice.pem, '--revocation', 'end').returncode == 0
    cerium.reg_import('[HKEY_LOCAL_MACHINE\\Comm\\Security\\SystemCertificates\\MY\\CRLs\\' + 'AB' * 20 + ']\n"Blob"=hex:21,00\n', 'damaged.reg')
    done = cerium('cert', 'verify', made.alice.pem, '--revocation', 'end')
    assert done.returncode == 1 and 'not judged: a revocation list cannot be read' in done.stderr and 'ABAB' in done.stderr, done
    assert cerium('cert', 'verify', made.alice.pem).returncode == 0, 'nobody asks'


def test_published_cases_without_their_lists(cerium, suites):  # noqa: F811
    """Cases that are about CRLs, which the data does not have: the path says what it says, and the flag adds that nothing is known."""
    cases = [case for suite in ('pkits', 'limbo') for case in suites.cases[suite] if 'crl' in case['tags']]
    assert len(cases) == 84
    plain = answers(cerium, suites, cases)
    asked = answers(cerium, suites, [{**case, 'extra': case['extra'] + ['--revocation', 'exclude-root']} for case in cases])
    for case, without, flagged in zip(cases, plain, asked):
        assert without == 0 or not case['accept'], f'{case["id"]}: 0x{without:08x}'
        assert flagged & UNKNOWN, case['id']
        assert flagged & ~OFFLINE == without & ~OFFLINE, f'{case["id"]}: 0x{without:08x}, 0x{flagged:08x}'
    assert sum(without == 0 for without in plain) >= 80


SETTINGS = r'''
[HKEY_LOCAL_MACHINE\COMM\HTTPD\SSL]
"IsEnabled"=dword:1
"Port"=dword:0
"CertificateSubject"="Test Server"
"ClientCertificate"=dword:1
[HKEY_LOCAL_MACHINE\COMM\HTTPD\VROOTS\/]
@="\\windows\\www"
"P"=dword:61
'''


@pytest.fixture
def site(server, cerium, made):
    (cerium.root / 'windows' / 'www' / 'default.htm').write_text('default')
    cerium('cert', 'add', '--store', 'MY', made.server.pem, '--key', made.server.key, check=True)
    cerium('cert', 'add', '--store', 'ROOT', made.root.pem, check=True)
    cerium('cert', 'add', '--store', 'CA', made.ca.pem, check=True)
    return server(SETTINGS)


def check_mode(cerium, number):
    cerium('reg', 'add', r'HKLM\COMM\HTTPD\SSL', '/v', 'RevocationCheck', '/t', 'REG_DWORD', '/d', number, '/f', check=True)


def status(site, made, person):
    context = ssl.create_default_context(cafile=str(made.root.pem))
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(person.pem, person.key)
    with Raw(site.https, context) as raw:
        return raw.send(get('/')).response().status


def test_server(site, cerium, made):
    def becomes(person, wanted):
        assert wait_until(lambda: status(site, made, person) == wanted), f'{person.name} never got {wanted}'

    def add(path, how='add', store='CA'):
        cerium('cert', 'crl', how, store, path, check=True)

    def change(act):
        since = len(site.log)
        act()
        assert site.wait_log('new settings are in force', since)

    assert status(site, made, made.alice) == status(site, made, made.bob) == 200
    # 1: without a list everybody passes; who is on one that is put in does not, at once
    change(lambda: check_mode(cerium, 1))
    assert status(site, made, made.alice) == 200
    change(lambda: add(made.revoked))
    becomes(made.alice, 403)
    assert status(site, made, made.bob) == 200
    explained = cerium('explain', '--path', '/', '--cert', made.alice.pem, '--cert', made.ca.pem).stdout
    assert 'IS_REVOKED' in explained and 'refused      403' in explained
    assert 'revocation: revoked since 20' in explained and '(keyCompromise), says the CRL of CN=revocation-ca of 20' in explained
    assert 'revocation: no CRL of its issuer is in the stores' in explained
    # 2: all of the chain but its root needs a list
    change(lambda: check_mode(cerium, 2))
    becomes(made.bob, 403)
    change(lambda: add(made.root_list, store='ROOT'))
    becomes(made.bob, 200)
    assert status(site, made, made.alice) == 403
    # 0: nobody asks
    change(lambda: check_mode(cerium, 0))
    becomes(made.alice, 200)
    # what is no mode changes nothing
    since = len(site.log)
    check_mode(cerium, 3)
    line = site.wait_log('not used', since)
    assert line and 'RevocationCheck' in line
    assert status(site, made, made.alice) == 200


def test_server_requires_lists(site, cerium, made):
    check_mode(cerium, 2)
    assert wait_until(lambda: status(site, made, made.bob) == 403)
    assert site.wait_log('no CRL in the stores')


@pytest.mark.parametrize('mode', [1, 2])
def test_a_damaged_list_is_not_overlooked(site, cerium, made, mode):
    """A list that is left out would let in those whom it keeps out, though an older one of its issuer says "good": the settings before stay in force."""
    cerium('cert', 'crl', 'add', 'CA', made.revoked, check=True)
    cerium('cert', 'crl', 'add', 'ROOT', made.root_list, check=True)
    check_mode(cerium, mode)
    assert wait_until(lambda: status(site, made, made.alice) == 403)
    since = len(site.log)
    damaged = 'AB' * 20
    before = cerium('cert', 'crl', 'list', 'CA', '--json', check=True).stdout
    revoked = json.loads(before)['stores'][0]['crls'][0]['thumbprint']
    cerium.reg_import(f"""
[-HKEY_LOCAL_MACHINE\\Comm\\Security\\SystemCertificates\\CA\\CRLs\\{revoked}]
[HKEY_LOCAL_MACHINE\\Comm\\Security\\SystemCertificates\\CA\\CRLs\\{damaged}]
"Blob"=hex:21,00
""", 'damaged.reg')
    line = site.wait_log('not used', since)
    assert line and 'CRL ABAB' in line, line
    cerium('cert', 'crl', 'add', 'CA', made.good, check=True)
    assert status(site, made, made.alice) == 403
    check_mode(cerium, 0)
    assert site.wait_log('settings are good again', since)
    assert wait_until(lambda: status(site, made, made.alice) == 200), 'with 0 nobody asks'
