# SPDX-License-Identifier: Apache-2.0
"""Roots that came with the system: the value InitFile of a store names a .p7b, made here by openssl; and those of a .reg file of Windows."""
import hashlib
import http.client
import ssl
import struct

import pytest

from pki import openssl

SETTINGS = r'''
[HKEY_LOCAL_MACHINE\COMM\HTTPD\SSL]
"IsEnabled"=dword:1
"Port"=dword:0
"CertificateSubject"="InitServer"
"ClientCertificate"=dword:1
[HKEY_LOCAL_MACHINE\COMM\HTTPD\VROOTS\/]
@="\\windows\\www"
"P"=dword:61
'''

INIT_FILE = r'''
[HKEY_LOCAL_MACHINE\Comm\Security\SystemCertificates\Root]
"InitFile"="\\windows\\sysroots.p7b"
'''


@pytest.fixture(scope='module')
def made(pki):
    class Made:
        root = pki.authority('InitRoot')
        other = pki.authority('InitOther')
        server = pki.leaf('InitServer', root, usage='serverAuth', extra='subjectAltName = DNS:localhost\n')
        alice = pki.leaf('init-alice', root, serial='2001')
    return Made


@pytest.fixture
def device(cerium, made):
    cerium('cert', 'add', '--store', 'MY', made.server.pem, '--key', made.server.key, check=True)
    (cerium.root / 'windows' / 'www' / 'a.txt').write_text('there')
    return cerium


def p7b(device, form, *certificates):
    arguments = [word for certificate in certificates for word in ('-certfile', certificate.pem)]
    openssl('crl2pkcs7', '-nocrl', '-outform', form, '-out', device.root / 'windows' / 'SysRoots.p7b', *arguments)


def status(server, made):
    """Of a request with Alice's certificate."""
    context = ssl.create_default_context(cafile=made.root.pem)
    context.check_hostname = False
    context.load_cert_chain(made.alice.pem, made.alice.key)
    connection = http.client.HTTPSConnection(*server.https, context=context, timeout=60)
    try:
        connection.request('GET', '/a.txt')
        return connection.getresponse().status
    finally:
        connection.close()


@pytest.mark.parametrize('form', ['DER', 'PEM'])
def test_its_roots_are_trusted(device, made, server, form):
    p7b(device, form, made.other, made.root)
    running = server(SETTINGS + INIT_FILE)
    assert status(running, made) == 200
    assert [line for line in running.log if r'its InitFile \windows\sysroots.p7b holds 2 certificates' in line]


@pytest.mark.parametrize('damage', ['missing', 'cut'])
def test_a_file_that_cannot_be_read_brings_nothing(device, made, server, damage):
    p7b(device, 'DER', made.root)
    path = device.root / 'windows' / 'SysRoots.p7b'
    path.write_bytes(path.read_bytes()[:-1])
    if damage == 'missing':
        path.unlink()
    running = server(SETTINGS + INIT_FILE)
    assert status(running, made) == 403
    assert [line for line in running.log if 'warning' in line and r'InitFile \windows\sysroots.p7b of store ROOT' in line]


def test_explain_reads_it_too(device, made):
    p7b(device, 'DER', made.root)
    device.reg_import(SETTINGS + INIT_FILE)
    done = device('explain', '--path', '/a.txt', '--cert', made.alice.pem)
    assert done.returncode == 0, done.stdout + done.stderr
    (device.root / 'windows' / 'SysRoots.p7b').unlink()
    done = device('explain', '--path', '/a.txt', '--cert', made.alice.pem)
    assert done.returncode == 1
    assert 'InitFile' in done.stderr


def windows_reg(certificate):
    """What regedit exports of a root: several properties, then the certificate."""
    der = certificate.der.read_bytes()
    sha1 = hashlib.sha1(der).digest()
    properties = [(0x0b, 'Root\0'.encode('utf-16-le')), (3, sha1), (0x14, bytes(20)), (0x5c, bytes(4)), (0x20, der)]
    blob = b''.join(struct.pack('<III', number, 1, len(value)) + value for number, value in properties)
    lines = [','.join(f'{byte:02x}' for byte in blob[i:i + 25]) for i in range(0, len(blob), 25)]
    return ('Windows Registry Editor Version 5.00\r\n\r\n'
            rf'[HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\SystemCertificates\ROOT\Certificates\{sha1.hex().upper()}]' '\r\n'
            '"Blob"=hex:' + ',\\\r\n  '.join(lines) + '\r\n\r\n')


def test_what_windows_exports_is_trusted(device, made, server, tmp_path):
    path = tmp_path / 'root.reg'
    path.write_bytes(b'\xff\xfe' + windows_reg(made.root).encode('utf-16-le'))
    device('reg', 'import', path, check=True)
    assert status(server(SETTINGS), made) == 200
