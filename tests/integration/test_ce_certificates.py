# SPDX-License-Identifier: Apache-2.0
"""A program written for Windows CE (tests/conformance/wincrypt.c) with the wincrypt.h face, on certificates that OpenSSL made."""
import os
import pathlib
import shlex
import subprocess

import pytest

CERTS = pathlib.Path(os.environ['CERIUM']).parent / 'tests' / 'conformance_certs'


@pytest.fixture
def certs(cerium):
    environment = {**os.environ, 'CERIUM_REGISTRY': str(cerium.registry)}
    command = [*shlex.split(os.environ.get('CERIUM_EMULATOR', '')), str(CERTS)]

    def run(*args, expect=0):
        done = subprocess.run([*command, *map(str, args)], env=environment, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == expect, done.stdout + done.stderr
        return done.stdout

    return run


def openssl(*args):
    subprocess.run(['openssl', *map(str, args)], check=True, capture_output=True, timeout=60)


@pytest.fixture
def files(tmp_path):
    """root.der, and alice.der that it issued."""
    new_key = ('req', '-new', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes')
    root, alice = tmp_path / 'root', tmp_path / 'alice'
    openssl(*new_key, '-x509', '-days', 30, '-subj', '/O=Contoso/CN=Contoso Root', '-set_serial', '0x7f01',
            '-keyout', f'{root}.key', '-out', f'{root}.pem')
    openssl(*new_key, '-subj', '/C=DE/O=Company, Inc./CN=Alice', '-keyout', f'{alice}.key', '-out', f'{alice}.csr')
    openssl('x509', '-req', '-in', f'{alice}.csr', '-CA', f'{root}.pem', '-CAkey', f'{root}.key', '-days', 10,
            '-set_serial', '0xf1020304', '-out', f'{alice}.pem')
    for name in (root, alice):
        openssl('x509', '-in', f'{name}.pem', '-outform', 'DER', '-out', f'{name}.der')
    return tmp_path


def test_stores(certs, files):
    assert certs('list', 'MY') == '0 certificates\n'
    assert certs('add', 'MY', files / 'alice.der') == 'Alice from Contoso Root\n'
    assert certs('add', 'my', files / 'alice.der', expect=1) == 'CertAddEncodedCertificateToStore failed: 0x80092005\n'
    assert certs('add', 'MY', files / 'alice.key', expect=1).startswith('CertAddEncodedCertificateToStore failed: 0x800931')
    assert certs('find', 'MY', 'company, inc') == 'Alice from Contoso Root\n'
    assert certs('find', 'MY', 'Bob') == ''
    shown = certs('show', 'MY', 'alice')
    assert shown.startswith('subject: C=DE, O="Company, Inc.", CN=Alice\nissuer: O=Contoso, CN=Contoso Root\n'
                            'serial: 00 f1 02 03 04\nkey: 1.2.840.10045.2.1, 256 bits\ntime: valid\nthumbprint: ')
    assert certs('name', 'MY', 'Alice', 'Door card') == 'Door card from Contoso Root\n'
    assert certs('list', 'MY') == 'Door card from Contoso Root\n1 certificates\n'
    certs('delete', 'MY', 'Alice')
    assert certs('list', 'MY') == '0 certificates\n'
    assert certs('delete', 'MY', 'Alice', expect=1) == 'CertFindCertificateInStore failed: 0x80092004\n'


def test_chain(certs, files):
    certs('add', 'MY', files / 'alice.der')
    assert certs('verify', 'MY', 'Alice') == 'status 0x00010000\nAlice from Contoso Root\n'
    certs('add', 'Root', files / 'root.der')
    assert certs('verify', 'MY', 'Alice') == 'status 0x00000000\nAlice from Contoso Root\nContoso Root from Contoso Root\n'
