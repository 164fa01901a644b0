# SPDX-License-Identifier: Apache-2.0
"""The server's connections over TLS: the same roads as test_server.py's, and what is TLS's own. Client certificates: test_scenario.py."""
import os
import socket
import ssl
import threading
import time

import pytest

import device as devices
import pki as pkis
from raw_http import Raw, chunked, get, post, same_body

SETTINGS = r'''
[HKEY_LOCAL_MACHINE\COMM\HTTPD]
"Address"="127.0.0.1"
"Port"=dword:0
[HKEY_LOCAL_MACHINE\COMM\HTTPD\SSL]
"IsEnabled"=dword:1
"Port"=dword:0
"CertificateSubject"="Test Server"
[HKEY_LOCAL_MACHINE\COMM\HTTPD\VROOTS\/]
@="\\windows\\www"
[HKEY_LOCAL_MACHINE\COMM\HTTPD\VROOTS\/app]
@="\\windows\\accounting.dll"
[HKEY_LOCAL_MACHINE\COMM\HTTPD\VROOTS\/secure]
@="\\windows\\www"
"P"=dword:9
[HKEY_LOCAL_MACHINE\COMM\HTTPD\VROOTS\/certificate]
@="\\windows\\www"
"P"=dword:61
[HKEY_LOCAL_MACHINE\COMM\HTTPD\VROOTS\/maybe]
@="\\windows\\accounting.dll"
"P"=dword:25
'''


class Site:
    """A server with a certificate, and what a client needs of it."""

    def __init__(self, folder):
        self.device = devices.Device(folder / 'device')
        self.pki = pkis.Pki(folder / 'pki')
        self.authority = self.pki.authority('TestAuthority')
        certificate = self.pki.leaf('server', self.authority, '/CN=Test Server', usage='serverAuth',
                                    extra='subjectAltName = DNS:localhost\n')
        self.device('cert', 'add', '--store', 'MY', certificate.pem, '--key', certificate.key, check=True)
        self.device('cert', 'add', '--store', 'ROOT', self.authority.pem, check=True)
        self.device.install_extension('accounting')
        www = self.device.root / 'windows' / 'www'
        (www / 'default.htm').write_text('default')
        for i in range(100):
            (www / f'{i}.txt').write_text(f'number {i}')
        self.big = os.urandom(5_000_000)
        (www / 'big.bin').write_bytes(self.big)
        self.device.reg_import(SETTINGS)
        self.server = self.device.start()

    def context(self, client=None):
        context = ssl.create_default_context(cafile=str(self.authority.pem))
        if client:
            context.load_cert_chain(client.pem, client.key)
        return context

    def connect(self, client=None, **options):
        return Raw(self.server.https, self.context(client), **options)

    def set_value(self, key, name, value, kind='REG_DWORD'):
        since = len(self.server.log)
        self.device('reg', 'add', rf'HKLM\COMM\HTTPD{key}', '/v', name, '/t', kind, '/d', value, '/f', check=True)
        assert self.server.wait_log('new settings are in force', since)


@pytest.fixture(scope='module')
def site(tmp_path_factory):
    made = Site(tmp_path_factory.mktemp('tls'))
    yield made
    made.server.stop()


@pytest.fixture(scope='module')
def client(site):
    return site.pki.leaf('client', site.authority, serial='0102')


def test_keep_alive(site):
    with site.connect() as raw:
        for i in range(100):
            assert raw.send(get(f'/{i}.txt')).response().text == f'number {i}'


def test_pipelining(site):
    with site.connect() as raw:
        raw.send(b''.join(get(f'/{i}.txt') for i in range(100)) + post('/app', b'x' * 100000) + get('/1.txt'))
        for i in range(100):
            assert raw.response().text == f'number {i}'
        same_body(raw.response(), b'x' * 100000)
        assert raw.response().text == 'number 1'
        assert raw.is_open()


def test_more_pipelined_than_a_buffer_holds(site):
    """Reader and writer of one Python TLS connection cannot run at the same time: what is sent must fit the socket buffers, no more."""
    with site.connect() as raw:
        for _ in range(20):
            raw.send(get('/7.txt') * 200)
            for _ in range(200):
                assert raw.response().text == 'number 7'


def test_a_large_file(site):
    with site.connect() as raw:
        assert raw.send(get('/big.bin')).response().body == site.big
        assert raw.is_open()


def test_a_slow_reader(site):
    with site.connect(receive_buffer=4096) as raw:
        raw.send(get('/big.bin'))
        with site.connect() as other:
            assert other.send(get('/1.txt')).response().text == 'number 1'
        assert raw.response().body == site.big


@pytest.mark.parametrize('size', [0, 1, 4096, 16384, 49152, 49153, 5_000_000])
def test_post(site, size):
    body = bytes(i * 17 % 253 for i in range(1000)) * (size // 1000) + b'q' * (size % 1000)
    with site.connect() as raw:
        same_body(raw.send(post('/app', body)).response(), body)
        same_body(raw.send(chunked('/app', [body[i:i + 30011] for i in range(0, size, 30011)])).response(), body)
        assert raw.is_open()


def test_a_request_in_pieces(site):
    with site.connect() as raw:
        for byte in get('/5.txt'):
            raw.send(bytes([byte]))
        assert raw.response().text == 'number 5'


def test_close_notify(site):
    """The end is told inside TLS as well, so that nobody can cut a response short unseen."""
    with site.connect() as raw:
        raw.socket.suppress_ragged_eofs = False
        raw.send(get('/1.txt', 'Connection: close'))
        assert raw.response().text == 'number 1'
        assert raw.is_closed()


def test_the_clients_close_notify(site):
    with site.connect() as raw:
        raw.send(get('/1.txt')).response()
        raw.socket.unwrap().close()


def test_plain_http_to_the_tls_port(site):
    since = len(site.server.log)
    with Raw(site.server.https) as raw:
        raw.send(get('/'))
        assert not raw.rest().startswith(b'HTTP')
    assert 'reason=' in site.server.wait_log('- - 0', since)


@pytest.mark.parametrize('data', [b'\x16\x03\x01\x00\x05hello', os.urandom(500), b'\x16\x03\x03\x40\x01' + b'x' * 16385,
                                  b'\x80\x2e\x01\x03\x01'], ids=['short', 'random', 'large', 'ssl2'])
def test_what_is_no_tls(site, data):
    with Raw(site.server.https) as raw:
        try:
            raw.send(data)
            raw.half_close()
            assert b'HTTP' not in raw.rest()
        except ConnectionResetError:
            pass
    with site.connect() as raw:
        assert raw.send(get('/1.txt')).response().status == 200


def test_secure_vroot(site):
    with Raw(site.server.http) as raw:
        assert raw.send(get('/secure/1.txt')).response().status == 403
    with site.connect() as raw:
        assert raw.send(get('/secure/1.txt')).response().text == 'number 1'


def test_resets_in_handshakes_and_requests(site):
    for i in range(60):
        raw = Raw(site.server.https)
        if i % 3:
            try:
                raw.socket = site.context().wrap_socket(raw.socket, server_hostname='localhost',
                                                        do_handshake_on_connect=i % 3 == 1)
                raw.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b'\1\0\0\0\0\0\0\0')
                if i % 3 == 1:
                    raw.send(get('/big.bin'))
            except OSError:
                pass
        raw.socket.close()
    with site.connect() as raw:
        assert raw.send(get('/1.txt')).response().status == 200


def test_many_connections_at_once(site):
    def work(number):
        with site.connect() as raw:
            for i in range(5):
                body = bytes([number]) * (20000 * i)
                same_body(raw.send(post('/app', body)).response(), body)
                assert raw.send(get(f'/{number}.txt')).response().text == f'number {number}'
        done.append(number)
    done = []
    threads = [threading.Thread(target=work, args=(i,)) for i in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == list(range(16))


# ---- certificates, as far as they are the connection's business ----

def test_refused_certificates_end_the_connection(site, client):
    with site.connect() as raw:
        answer = raw.send(get('/certificate/1.txt')).response()
        assert (answer.status, answer.fields['connection']) == (403, 'close')
        assert raw.is_closed()
    with site.connect(client) as raw:
        assert raw.send(get('/certificate/1.txt')).response().text == 'number 1'
        assert raw.is_open()


def test_asked_once(site, client):
    """The certificate stays with its connection; a vroot that may go on without asks only once as well."""
    for who in [client, None]:
        with site.connect(who) as raw:
            for _ in range(3):
                answer = raw.send(post('/maybe', b'x' * 1000)).response()
                assert ('certificate serial' in answer.text) == (who is not None)
            assert raw.is_open()


def test_pipelined_behind_the_question(site, client):
    """Requests that arrive while the certificate is awaited wait as well."""
    with site.connect(client) as raw:
        raw.send(get('/certificate/1.txt') + get('/2.txt') + post('/maybe', b'abc') + get('/3.txt'))
        assert raw.response().text == 'number 1'
        assert raw.response().text == 'number 2'
        same_body(raw.response(), b'abc')
        assert raw.response().text == 'number 3'


def test_continue_is_said_only_behind_the_certificate(site, client):
    head = b'POST /maybe HTTP/1.1\r\nHost: test\r\nContent-Length: 100000\r\nExpect: 100-continue\r\n\r\n'
    with site.connect(client) as raw:
        assert raw.send(head).response().status == 100
        same_body(raw.send(b'z' * 100000).response(), b'z' * 100000)
    with site.connect() as raw:
        answer = raw.send(head.replace(b'/maybe', b'/certificate/1.txt')).response()
        assert answer.status == 403
        assert raw.is_closed()


@pytest.mark.parametrize('size, status', [(49151, 200), (49152, 413), (49153, 413), (2_000_000, 413)])
def test_post_read_size_before_the_certificate(site, client, size, status):
    """All of the body is sent before the client reads, and with it the server's question."""
    with site.connect(client) as raw:
        raw.send(post('/maybe', b'x' * size))
        answer = raw.response()
        assert answer.status == status
        if status == 413:
            assert raw.is_closed()


def test_a_client_that_never_answers_the_question(site):
    """It keeps its body coming slowly instead; LIMIT_HANDSHAKE_MS ends that."""
    since = len(site.server.log)
    raw = Raw(site.server.https, seconds=60)
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    tls = site.context().wrap_bio(incoming, outgoing, server_hostname='localhost')
    while True:
        try:
            tls.do_handshake()
            break
        except ssl.SSLWantReadError:
            raw.socket.sendall(outgoing.read())
            incoming.write(raw.socket.recv(65536))
    tls.write(post('/certificate/1.txt', b'x' * 100)[:-1])
    raw.socket.sendall(outgoing.read())
    start = time.monotonic()
    raw.rest()
    assert 15 < time.monotonic() - start < 60
    raw.socket.close()
    assert site.server.wait_log('POST /certificate/1.txt 403', since)


# ---- changes ----

def test_https_goes_and_comes(site):
    with site.connect() as raw:
        raw.send(get('/1.txt')).response()
        site.set_value(r'\SSL', 'IsEnabled', 0)
        assert raw.is_closed()
        with pytest.raises(ConnectionRefusedError):
            Raw(site.server.https)
    since = len(site.server.log)
    site.set_value(r'\SSL', 'IsEnabled', 1)
    line = site.server.wait_log('listening on', since)
    host, _, port = line.rsplit('https=', 1)[1].strip().rpartition(':')
    site.server.https = (host, int(port))
    with site.connect() as raw:
        assert raw.send(get('/1.txt')).response().text == 'number 1'


def server_name(site):
    with site.connect() as raw:
        return dict(x[0] for x in raw.socket.getpeercert()['subject'])['commonName']


def test_another_server_certificate(site):
    other = site.pki.leaf('other', site.authority, '/CN=Other Server', usage='serverAuth', serial='99',
                          extra='subjectAltName = DNS:localhost\n')
    site.device('cert', 'add', '--store', 'MY', other.pem, '--key', other.key, check=True)
    with site.connect() as old:
        site.set_value(r'\SSL', 'CertificateSubject', 'Other Server', 'REG_SZ')
        assert devices.wait_until(lambda: server_name(site) == 'Other Server')
        assert old.send(get('/1.txt')).response().text == 'number 1'
    raw = Raw(site.server.https)
    context = site.context()
    first = context.wrap_socket(raw.socket, server_hostname='localhost')
    session = first.session
    first.close()
    site.set_value(r'\SSL', 'CertificateSubject', 'Test Server', 'REG_SZ')
    assert devices.wait_until(lambda: server_name(site) == 'Test Server')
    again = context.wrap_socket(Raw(site.server.https).socket, server_hostname='localhost', session=session)
    assert not again.session_reused
    again.close()


def test_distrust_counts_on_an_open_connection(site, client):
    with site.connect(client) as raw:
        assert raw.send(get('/certificate/1.txt')).response().status == 200
        since = len(site.server.log)
        site.device('cert', 'add', '--store', 'Disallowed', client.pem, check=True)
        assert devices.wait_until(lambda: raw.send(get('/certificate/1.txt')).response().status == 403)
        assert raw.is_closed()
    line = site.server.wait_log('/certificate/1.txt 403', since)
    assert 'IS_EXPLICIT_DISTRUST' in line and 'serial=0102' in line
