# SPDX-License-Identifier: Apache-2.0
"""
Requests that two servers could read in two ways, or no server should read at all: each is answered once, with an error, and the
connection is closed, so that what stands behind it is never taken for another request.
"""
import pytest

from raw_http import Raw, get

SETTINGS = r'''
[HKEY_LOCAL_MACHINE\COMM\HTTPD\VROOTS\/]
@="\\windows\\www"
[HKEY_LOCAL_MACHINE\COMM\HTTPD\VROOTS\/app]
@="\\windows\\accounting.dll"
'''
HOST = b'Host: test\r\n'
G = b'GET / HTTP/1.1\r\n' + HOST
P = b'POST /app HTTP/1.1\r\n' + HOST
CHUNKED = P + b'Transfer-Encoding: chunked\r\n\r\n'

HEADS = [
    # request line
    (400, b'GET /\r\n\r\n'),
    (400, b'GET  / HTTP/1.1\r\n' + HOST + b'\r\n'),
    (400, b'GET /  HTTP/1.1\r\n' + HOST + b'\r\n'),
    (400, b'GET / HTTP/1.1 \r\n' + HOST + b'\r\n'),
    (400, b' GET / HTTP/1.1\r\n' + HOST + b'\r\n'),
    (400, b'GET\t/\tHTTP/1.1\r\n' + HOST + b'\r\n'),
    (400, b'GET / HTTP/1.1 GET / HTTP/1.1\r\n' + HOST + b'\r\n'),
    (400, b'GET /a b HTTP/1.1\r\n' + HOST + b'\r\n'),
    (400, b'GET / HTTP/1,1\r\n' + HOST + b'\r\n'),
    (400, b'GET / HTTP/1.10\r\n' + HOST + b'\r\n'),
    (400, b'GET / Http/1.1\r\n' + HOST + b'\r\n'),
    (400, b'GET / \r\n' + HOST + b'\r\n'),
    (400, b'G@T / HTTP/1.1\r\n' + HOST + b'\r\n'),
    (400, b'\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03'),
    (505, b'GET / HTTP/2.0\r\n' + HOST + b'\r\n'),
    (505, b'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
    # line ends
    (400, b'GET / HTTP/1.1\n' + HOST + b'\r\n'),
    (400, b'GET / HTTP/1.1\r\nHost: test\n\r\n'),
    (400, b'GET / HTTP/1.1\r\nHost: test\r\n\n'),
    (400, b'GET / HTTP/1.1\nHost: test\n\n'),
    (400, G + b'X: a\rTransfer-Encoding: chunked\r\n\r\n'),
    (400, G + b'X: a\r\rTransfer-Encoding: chunked\r\n\r\n'),
    (400, G + b'X: a\nTransfer-Encoding: chunked\r\n\r\n'),
    (400, b'\r\n\r\n' + G + b'\r\n'),
    (400, b'\n' + G + b'\r\n'),
    # header lines
    (400, P + b'Content-Length : 5\r\n\r\n'),
    (400, P + b'Content-Length\t: 5\r\n\r\n'),
    (400, P + b' Content-Length: 5\r\n\r\n'),
    (400, P + b'X: a\r\n Content-Length: 5\r\n\r\n'),
    (400, P + b'X: a\r\n\tb\r\n\r\n'),
    (400, P + b'Content-Length:\r\n 5\r\n\r\n'),
    (400, P + b'Content-Length\r\n\r\n'),
    (400, P + b': 5\r\n\r\n'),
    (400, P + b'Content-Length\x00: 5\r\n\r\n'),
    (400, P + b'X: a\x00b\r\n\r\n'),
    (400, P + b'X: a\x08b\r\n\r\n'),
    (400, P + b'X\x7f: b\r\n\r\n'),
    (400, P + b'(X): b\r\n\r\n'),
    # Host
    (400, b'GET / HTTP/1.1\r\n\r\n'),
    (400, G + HOST + b'\r\n'),
    (400, G + b'HOST: other\r\n\r\n'),
    (400, b'GET / HTTP/1.1\r\nHost:\r\n\r\n'),
    (400, b'GET / HTTP/1.1\r\nHost: a@b\r\n\r\n'),
    (400, b'GET / HTTP/1.1\r\nHost: a b\r\n\r\n'),
    (400, b'GET / HTTP/1.1\r\nHost: a, b\r\n\r\n'),
    (400, b'GET / HTTP/1.1\r\nHost: a:port\r\n\r\n'),
    (400, b'GET http://other/ HTTP/1.1\r\n' + HOST + b'\r\n'),
    # Content-Length
    (400, P + b'Content-Length: 5\r\nContent-Length: 5\r\n\r\n'),
    (400, P + b'Content-Length: 5\r\nContent-Length: 0\r\n\r\n'),
    (400, P + b'Content-Length: 5, 5\r\n\r\n'),
    (400, P + b'Content-Length: +5\r\n\r\n'),
    (400, P + b'Content-Length: -5\r\n\r\n'),
    (400, P + b'Content-Length: 0x5\r\n\r\n'),
    (400, P + b'Content-Length: 5 0\r\n\r\n'),
    (400, P + b'Content-Length: five\r\n\r\n'),
    (400, P + b'Content-Length:\r\n\r\n'),
    (400, P + b'Content-Length: \x0b5\r\n\r\n'),
    (413, P + b'Content-Length: 18446744073709551621\r\n\r\n'),
    (413, P + b'Content-Length: 9999999999999999999999\r\n\r\n'),
    # Transfer-Encoding
    (400, P + b'Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n'),
    (400, P + b'Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n'),
    (400, P + b'Content-Length: 5\r\ntransfer-encoding:\tchunked\r\n\r\n'),
    (400, P + b'Transfer-Encoding: chunked, chunked\r\n\r\n'),
    (400, P + b'Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n'),
    (400, P + b'Transfer-Encoding: chunked\r\nTransfer-Encoding: cow\r\n\r\n'),
    (400, P + b'Transfer-Encoding: chunked, identity\r\n\r\n'),
    (400, P + b'Transfer-Encoding: chunked; x=y\r\n\r\n'),
    (400, P + b'Transfer-Encoding: ,chunked\r\n\r\n'),
    (400, P + b'Transfer-Encoding: "chunked"\r\n\r\n'),
    (400, P + b'Transfer-Encoding: chunked \x0b\r\n\r\n'),
    (400, P + b'Transfer-Encoding:\r\n\r\n'),
    (400, P + b'Transfer-Encoding : chunked\r\n\r\n'),
    (400, P + b'X: y\r\n Transfer-Encoding: chunked\r\n\r\n'),
    (400, b'POST /app HTTP/1.0\r\n' + HOST + b'Transfer-Encoding: chunked\r\n\r\n'),
    (501, P + b'Transfer-Encoding: gzip, chunked\r\n\r\n'),
    (501, P + b'Transfer-Encoding: xchunked\r\n\r\n'),
    (501, P + b'Transfer-Encoding: identity\r\n\r\n'),
    (501, b'CONNECT test:80 HTTP/1.1\r\n' + HOST + b'\r\n'),
    # targets
    (400, b'GET relative HTTP/1.1\r\n' + HOST + b'\r\n'),
    (400, b'GET * HTTP/1.1\r\n' + HOST + b'\r\n'),
    (400, b'GET /../etc/passwd HTTP/1.1\r\n' + HOST + b'\r\n'),
    (400, b'GET /%2e%2e/etc/passwd HTTP/1.1\r\n' + HOST + b'\r\n'),
    (400, b'GET /..%2fetc HTTP/1.1\r\n' + HOST + b'\r\n'),
    (400, b'GET /..%5cetc HTTP/1.1\r\n' + HOST + b'\r\n'),
    (400, b'GET /..\\etc HTTP/1.1\r\n' + HOST + b'\r\n'),
    (400, b'GET /a%00.htm HTTP/1.1\r\n' + HOST + b'\r\n'),
    (400, b'GET /a%0d%0aX:y HTTP/1.1\r\n' + HOST + b'\r\n'),
    (400, b'GET /%c0%ae%c0%ae/ HTTP/1.1\r\n' + HOST + b'\r\n'),
    (400, b'GET /%zz HTTP/1.1\r\n' + HOST + b'\r\n'),
    (400, b'GET /\xc3\xa9 HTTP/1.1\r\n' + HOST + b'\r\n'),
    (400, b'GET /a#b HTTP/1.1\r\n' + HOST + b'\r\n'),
]

BODIES = [
    (400, b'\r\n'),
    (400, b'5\nhello\r\n0\r\n\r\n'),
    (400, b'+5\r\nhello\r\n0\r\n\r\n'),
    (400, b'-1\r\nhello\r\n0\r\n\r\n'),
    (400, b'0x5\r\nhello\r\n0\r\n\r\n'),
    (400, b' 5\r\nhello\r\n0\r\n\r\n'),
    (400, b'5 \r\nhello\r\n0\r\n\r\n'),
    (400, b'5;\x00\r\nhello\r\n0\r\n\r\n'),
    (400, b'5\r\nhelloworld\r\n0\r\n\r\n'),
    (400, b'5\r\nhello0\r\n\r\n'),
    (400, b'5\r\nhello\n0\r\n\r\n'),
    (400, b'5\r\nhello\r\n0\r\n X: y\r\n\r\n'),
    (400, b'5\r\nhello\r\n0\r\nX y\r\n\r\n'),
    (400, b'5;' + b'x' * 300 + b'\r\nhello\r\n0\r\n\r\n'),
    (400, b'0' * 300 + b'5\r\nhello\r\n0\r\n\r\n'),
    (400, b'0\r\n' + b'X: y\r\n' * 200 + b'\r\n'),
    (413, b'fffffffffffffffe\r\nhello\r\n0\r\n\r\n'),
    (413, b'10000000000000005\r\nhello\r\n0\r\n\r\n'),
]

SMUGGLED = b'GET /secret.txt HTTP/1.1\r\n' + HOST + b'\r\n'


@pytest.fixture(scope='module')
def site(tmp_path_factory):
    import device as devices
    device = devices.Device(tmp_path_factory.mktemp('smuggling'))
    device.install_extension('accounting')
    (device.root / 'windows' / 'www' / 'secret.txt').write_text('secret')
    (device.root / 'windows' / 'www' / 'default.htm').write_text('default')
    device.reg_import('[HKEY_LOCAL_MACHINE\\COMM\\HTTPD]\n"Address"="127.0.0.1"\n"Port"=dword:0\n' + SETTINGS)
    server = device.start()
    yield server
    server.stop()


def expect_one_refusal(site, data, status, pieces=False):
    with Raw(site.http) as raw:
        if pieces:
            for i in range(len(data)):
                raw.send(data[i:i + 1])
        else:
            raw.send(data)
        answer = raw.response()
        assert answer.status == status, answer
        assert answer.fields['connection'] == 'close'
        assert b'secret' not in answer.body
        assert raw.is_closed()


@pytest.mark.parametrize('status, head', HEADS, ids=lambda value: repr(value)[:70])
def test_heads(site, status, head):
    expect_one_refusal(site, head + SMUGGLED, status)


@pytest.mark.parametrize('status, body', BODIES, ids=lambda value: repr(value)[:70])
def test_chunks(site, status, body):
    expect_one_refusal(site, CHUNKED + body + SMUGGLED, status)


@pytest.mark.parametrize('data', [
    P + b'Content-Length: 5\r\nContent-Length: 6\r\n\r\n', P + b'Transfer-Encoding: chunked, chunked\r\n\r\n',
    P + b'X : y\r\n\r\n', CHUNKED + b'5\r\nhelloX'], ids=repr)
def test_byte_by_byte(site, data):
    expect_one_refusal(site, data, 400, pieces=True)


@pytest.mark.parametrize('size', [1000, 100_000, 5_000_000])
def test_the_refusal_arrives_though_more_is_sent(site, size):
    """Closed at once, the client's unread bytes would reset the connection before it reads the answer."""
    with Raw(site.http) as raw:
        raw.send(P + b'Content-Length: 5\r\nContent-Length: 6\r\n\r\n' + b'x' * size)
        assert raw.response().status == 400
        assert raw.is_closed()


def test_a_body_is_not_a_request(site):
    """What stands in a body is body, whatever it looks like."""
    with Raw(site.http) as raw:
        raw.send(P + b'Content-Length: %d\r\n\r\n' % len(SMUGGLED) + SMUGGLED + get('/'))
        assert b'body bytes: %d\n' % len(SMUGGLED) in raw.response().body
        assert raw.response().text == 'default'
        raw.send(CHUNKED + b'%x;a=b\r\n' % len(SMUGGLED) + SMUGGLED + b'\r\n0\r\nX: y\r\n\r\n' + get('/'))
        assert b'body bytes: %d\n' % len(SMUGGLED) in raw.response().body
        assert raw.response().text == 'default'
        assert raw.is_open()


def test_a_body_that_nobody_reads(site):
    """The file handler reads no body: it is taken away before the next request, or the connection ends."""
    with Raw(site.http) as raw:
        for verb, status in [('GET', 200), ('POST', 405)]:
            raw.send(f'{verb} / HTTP/1.1\r\nHost: test\r\nContent-Length: {len(SMUGGLED)}\r\n\r\n'.encode() + SMUGGLED)
            assert raw.response().status == status
        assert raw.is_open()
    for head in [b'Transfer-Encoding: chunked\r\n\r\n' + b'%x\r\n' % len(SMUGGLED), b'Content-Length: 100000\r\n\r\n']:
        with Raw(site.http) as raw:
            answer = raw.send(G + head + SMUGGLED).response()
            assert (answer.status, answer.fields['connection']) == (200, 'close')
            assert raw.is_closed()


def test_the_log_says_why(site):
    since = len(site.log)
    expect_one_refusal(site, G + HOST + b'\r\n', 400)
    line = site.wait_log(' 400 ', since)
    assert line.endswith('127.0.0.1 GET / 400 reason="there must be exactly one valid Host line"\n')
