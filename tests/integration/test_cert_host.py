# SPDX-License-Identifier: Apache-2.0
"""`cerium cert verify --host` (RFC 9525), --time, --json, and the sentences about what is missing."""
import json

import pytest

from pki import openssl

NAMES = 'DNS:Device.Example,DNS:*.wild.example,DNS:*.com,DNS:f*.part.example,DNS:a.*.inner.example,DNS:xn--bcher-kva.example,' \
        'IP:10.0.0.1,IP:2001:db8::1'


@pytest.fixture(scope='module')
def made(pki):
    class Made:
        root = pki.authority('host-root')
        ca = pki.authority('host-ca', issuer=root)
        server = pki.leaf('host-server', ca, subject='/CN=cn.example', usage='serverAuth', serial='9001', extra=f'subjectAltName={NAMES}\n')
        nameless = pki.leaf('host-nameless', ca, subject='/CN=cn.example', usage='serverAuth', serial='9002')
        mail = pki.leaf('host-mail', ca, subject='/CN=mail.example', serial='9003', extra='subjectAltName=email:a@mail.example\n')
    return Made


@pytest.fixture
def trusting(cerium, made):
    cerium('cert', 'trust', made.root.pem, '--yes', check=True)
    cerium('cert', 'add', 'CA', made.ca.pem, check=True)
    return cerium


# Every rule is a case of tests/unit/certstore/test_host.c; here is that the verb asks.
GOOD = ['DEVICE.example.', 'a.wild.example', '10.0.0.1', '[2001:db8::1]']
BAD = ['cn.example', 'a.b.wild.example', 'any.com', '10.0.0.2', 'b\u00fccher.example']


def test_hosts(trusting, made):
    for host in GOOD:
        done = trusting('cert', 'verify', made.server.pem, f'--host={host}', '--eku', 'server')
        assert done.returncode == 0 and f'it is for the server {host}\n' in done.stdout, (host, done)
    for host in BAD:
        done = trusting('cert', 'verify', made.server.pem, f'--host={host}', '--eku', 'server')
        assert done.returncode == 1 and 'it is NOT for the server' in done.stdout and 'NOT good' in done.stdout, (host, done)
    assert 'trust word 0x00000000' in done.stdout, 'the name is no part of the word'
    assert trusting('cert', 'verify', made.server.pem, '--host=').returncode == 2
    done = trusting('cert', 'verify', made.server.pem, '--host', 'other.example')
    assert 'but for Device.Example, *.wild.example' in done.stdout and '10.0.0.1, 2001:db8:0:0:0:0:0:1' in done.stdout


def test_a_common_name_is_no_server(trusting, made):
    for certificate in (made.nameless, made.mail):
        done = trusting('cert', 'verify', certificate.pem, '--host', 'cn.example')
        assert done.returncode == 1 and 'it names no server' in done.stdout
        assert trusting('cert', 'verify', certificate.pem).returncode == 0


def test_a_good_name_mends_no_chain(cerium, made):
    cerium('reg', 'add', r'HKLM\Nothing', check=True)
    done = cerium('cert', 'verify', made.server.pem, '--host', 'device.example')
    assert done.returncode == 1 and 'it is for the server' in done.stdout and 'NOT good' in done.stdout


def test_missing_issuer_is_named_with_its_key_id(cerium, made):
    cerium('cert', 'add', 'CA', made.ca.pem, check=True)
    done = cerium('cert', 'verify', made.server.pem)
    key_id = openssl('x509', '-in', made.root.pem, '-noout', '-ext', 'subjectKeyIdentifier').decode().split()[-1].replace(':', '').lower()
    assert f'issuer "CN=host-root" not found in the file, CA, ROOT or Privileged; looked for key id {key_id}. ' in done.stdout
    assert 'cerium cert trust FILE' in done.stdout
    cerium('cert', 'add', 'CA', made.root.pem, check=True)
    done = cerium('cert', 'verify', made.server.pem)
    assert 'IS_UNTRUSTED_ROOT' in done.stdout and 'root "CN=host-root"' in done.stdout and 'is not in ROOT' in done.stdout


def test_times(trusting, made):
    def valid_at(time):
        done = trusting('cert', 'verify', made.server.pem, '--time', time)
        assert done.returncode in (0, 1), done
        return done.returncode == 0
    now = openssl('x509', '-in', made.server.pem, '-noout', '-enddate', '-dateopt', 'iso_8601').decode().split('=')[1].strip()
    day, clock = now.rstrip('Z').split(' ')
    for good in (now, now.rstrip('Z'), f'{day}T{clock}Z', f'{day}T{clock}', f'{day} {clock} UTC', day, f'{day}T{clock[:5]}'):
        assert valid_at(good), good
    for bad in ('2000-01-01', '2000-01-01T00:00:00Z', '0', '4102444800', '2100-01-01'):
        assert not valid_at(bad), bad
    for none in ('now', '2026-1-1', '2026-01-01T', '2026-01-01T24:00', '2026-01-01T10:00:00+01:00', '2026-01-01Zx', '-', ''):
        assert trusting('cert', 'verify', made.server.pem, f'--time={none}').returncode == 2, none


def test_json(trusting, made):
    done = trusting('cert', 'verify', made.server.pem, '--host', 'device.example', '--json')
    answer = json.loads(done.stdout)
    assert done.returncode == 0 and answer['good'] is True and answer['error'] == 0 and answer['errors'] == [] and answer['host_fits'] is True
    assert [element['name'] for element in answer['elements']] == ['cn.example', 'host-ca', 'host-root'] and answer['missing'] is None
    done = trusting('cert', 'verify', made.server.pem, '--host', 'other.example', '--eku', 'client', '--json')
    answer = json.loads(done.stdout)
    assert done.returncode == 1 and answer['good'] is False and answer['errors'] == ['IS_NOT_VALID_FOR_USAGE'] and answer['host_fits'] is False
    trusting('cert', 'delete', 'CA', json.loads(trusting('cert', 'list', 'CA', '--json', check=True).stdout)['stores'][0]['certificates'][0]
             ['thumbprint'], check=True)
    answer = json.loads(trusting('cert', 'verify', made.server.pem, '--json').stdout)
    assert answer['errors'] == ['IS_PARTIAL_CHAIN'] and 'CN=host-ca' in answer['missing'] and len(answer['elements']) == 1


def test_people_are_trusted_in_themselves(cerium, made):
    cerium('cert', 'add', 'TrustedPeople', made.server.pem, check=True)
    assert cerium('cert', 'verify', made.server.pem).returncode == 0
    assert cerium('cert', 'verify', made.nameless.pem).returncode == 1


def test_what_goes_together(cerium, made):
    for args in (['--leaf', made.server.pem, '--host', 'a.example'], ['--leaf', made.server.pem, '--json'],
                 [made.server.pem, '--leaf', made.server.pem], [made.server.pem, '--root', made.root.pem]):
        assert cerium('cert', 'verify', *args).returncode == 2, args
    line = '\t'.join(map(str, ['--leaf', made.server.der, '--root', made.root.der, '--intermediate', made.ca.der]))
    done = cerium('cert', 'verify', '--batch', input=line + '\n' + line + '\t--host\ta.example\n' + line + '\tword\n')
    assert [answer.split()[0] for answer in done.stdout.splitlines()] == ['error=0x00000000', 'error=0x00010000', 'error=0x00010000']
