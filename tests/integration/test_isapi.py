# SPDX-License-Identifier: Apache-2.0
"""ISAPI extensions in the real server: the control block, variables, requests, streams, and extensions that misbehave."""
import http.client
import os
import re

import pytest

pytestmark = pytest.mark.skipif(not os.environ.get('CERIUM_EXTENSIONS'), reason='this build loads no extensions')

SETTINGS = r'''
[HKEY_LOCAL_MACHINE\COMM\HTTPD\VROOTS\/]
@="\\windows\\www"
[HKEY_LOCAL_MACHINE\COMM\HTTPD\VROOTS\/probe]
@="\\windows\\Probe.DLL"
[HKEY_LOCAL_MACHINE\COMM\HTTPD\VROOTS\/bin]
@="\\windows"
"P"=dword:4
[HKEY_LOCAL_MACHINE\COMM\HTTPD\VROOTS\/noexec]
@="\\windows"
"P"=dword:1
[HKEY_LOCAL_MACHINE\COMM\HTTPD\VROOTS\/missing]
@="\\windows\\missing.dll"
[HKEY_LOCAL_MACHINE\COMM\HTTPD\VROOTS\/refuses]
@="\\windows\\refuses.dll"
[HKEY_LOCAL_MACHINE\COMM\HTTPD\VROOTS\/damaged]
@="\\windows\\damaged.dll"
[HKEY_LOCAL_MACHINE\COMM\HTTPD\VROOTS\/scripts]
@="\\windows\\scripts"
"P"=dword:200
[HKEY_LOCAL_MACHINE\COMM\HTTPD\VROOTS\/readonly]
@="\\windows\\scripts"
"P"=dword:1
[HKEY_LOCAL_MACHINE\COMM\HTTPD\ScriptMap]
".fo1"="\\windows\\probe.dll"
'''


@pytest.fixture
def web(cerium, server):
    cerium.install_extension('probe')
    cerium.install_extension('refuses')
    (cerium.root / 'windows' / 'damaged.so').write_bytes(b'\x7fELF and nothing more')
    scripts = cerium.root / 'windows' / 'scripts'
    scripts.mkdir()
    (scripts / 'a.fo1').write_text('source that nobody may read')
    return Web(server(SETTINGS))


class Web:
    def __init__(self, server):
        self.server = server
        self.connection = http.client.HTTPConnection(*server.http, timeout=30)

    def get(self, path, method='GET', body=None, headers=None):
        self.connection.request(method, path, body=body, headers=headers or {})
        response = self.connection.getresponse()
        response.text = response.read()
        return response

    def kept(self):
        """Is the last connection still open on this side? http.client drops it when the server said so."""
        return self.connection.sock is not None


def test_control_block(web):
    answer = web.get('/probe/some/path?block&x=%20y', 'POST', b'0123456789', {'Content-Type': 'text/odd'})
    assert answer.status == 200
    assert dict(line.split('=', 1) for line in answer.text.decode().splitlines()) == {
        'method': 'POST', 'query': 'block&x=%20y', 'path_info': '/some/path', 'type': 'text/odd', 'total': '10', 'available': '10',
        'status': '200', 'path_translated': r'\windows\www\some\path'}
    assert web.kept()


@pytest.mark.parametrize('name, expected', [
    ('SCRIPT_NAME', '/probe'), ('PATH_INFO', '/x/y'), ('REQUEST_METHOD', 'GET'), ('SERVER_PROTOCOL', 'HTTP/1.1'), ('HTTPS', 'off'),
    ('REMOTE_ADDR', '127.0.0.1'), ('LOCAL_ADDR', '127.0.0.1'), ('HTTP_X_TEST', 'seen'), ('AUTH_TYPE', ''), ('CERT_FLAGS', '0'),
    ('SERVER_PORT_SECURE', '0'), ('URL', '/probe/x/y'), ('NO_SUCH', 'error 1413')])
def test_variables(web, name, expected):
    assert web.get(f'/probe/x/y?var={name}', headers={'X-Test': 'seen'}).text.decode() == expected


@pytest.mark.parametrize('size', [0, 1, 49151, 49152, 49153, 300000, 3000000])
def test_echo(web, size):
    body = bytes(i * 31 % 256 for i in range(1024)) * (size // 1024 + 1)
    body = body[:size]
    answer = web.get('/probe?echo', 'POST', body)
    assert answer.status == 200 and answer.text == body
    assert answer.getheader('Transfer-Encoding') == 'chunked'
    assert web.get('/probe?block').status == 200 and web.kept()


def test_echo_of_a_chunked_body(web):
    pieces = [b'a' * 10, b'b' * 70000, b'c']
    web.connection.request('POST', '/probe?echo', body=iter(pieces), encode_chunked=True,
                           headers={'Transfer-Encoding': 'chunked'})
    assert web.connection.getresponse().read() == b''.join(pieces)
    web.connection.request('POST', '/probe?block', body=iter([b'xyz']), encode_chunked=True,
                           headers={'Transfer-Encoding': 'chunked'})
    assert b'total=4294967295\navailable=3\n' in web.connection.getresponse().read()


def test_http_1_0_gets_no_chunks(web):
    import socket
    with socket.create_connection(web.server.http, 30) as sock:
        sock.sendall(b'GET /probe?large=100000 HTTP/1.0\r\n\r\n')
        data = b''
        while piece := sock.recv(65536):
            data += piece
    head, _, body = data.partition(b'\r\n\r\n')
    assert b'Transfer-Encoding' not in head and body == b'x' * 100000


def test_large_answer(web):
    answer = web.get('/probe?large=5000000')
    assert answer.text == b'x' * 5000000 and web.kept()


def test_head_has_no_body(web):
    answer = web.get('/probe?large=5000000', 'HEAD')
    assert answer.status == 200 and answer.text == b''
    assert web.get('/probe?block').status == 200


def test_map_url(web):
    answer = web.get('/probe?map=/scripts/b/c.htm').text.decode()
    assert answer == (r'error=0 path=\windows\scripts\b\c.htm ex=1 path=\windows\scripts\b\c.htm flags=0x200 matching_path=16 '
                      'matching_url=8')
    assert web.get('/probe?map=/../../etc/passwd').text.startswith(b'error=0 path=\\windows\\www\\etc\\passwd') or \
        not web.get('/probe?map=/../../etc/passwd').text.startswith(b'error=0')
    assert web.get('/probe?map=%2e%2e%00').status == 200


def test_redirect(web):
    answer = web.get('/probe?redirect=/elsewhere')
    assert answer.status == 302 and answer.getheader('Location') == '/elsewhere' and web.kept()


def test_log(web):
    since = len(web.server.log)
    assert web.get('/probe?log=word').status == 200
    line = web.server.wait_log('/probe', since)
    assert 'appended:word' in line and 'logdata:word' in line


def test_answers_that_do_not_hold_what_they_promise(web):
    with pytest.raises(http.client.IncompleteRead):
        web.get('/probe?short')
    web.connection.close()
    answer = web.get('/probe?long')
    assert answer.text == b'0123456789'
    web.connection.close()
    assert web.get('/probe?block').status == 200


def test_raw_and_bare_answers(web):
    answer = web.get('/probe?raw')
    assert (answer.status, answer.getheader('X-Raw'), answer.text) == (203, 'yes', b'raw\n')
    answer = web.get('/probe?bare')
    assert (answer.status, answer.getheader('Content-Type'), answer.text) == (200, 'text/html', b'<p>bare</p>')


def test_headers_of_the_server_stay_its_own(web):
    answer = web.get('/probe?split')
    assert answer.text == b'ok\n' and answer.getheader('X-Kept') == 'yes'
    assert answer.getheader('Transfer-Encoding') is None and answer.getheader('Connection') in (None, 'keep-alive')
    assert re.match(r'\w{3}, \d\d \w{3} \d{4} ', answer.getheader('Date'))


def test_header_ex_decides_about_keeping(web):
    assert web.get('/probe?ex=keep').text == b'ex\n' and web.kept()
    answer = web.get('/probe?ex=close')
    assert answer.status == 202 and answer.getheader('Connection') == 'close' and not web.kept()
    assert web.get('/probe?block').status == 200


@pytest.mark.parametrize('action', ['fail', 'nothing', 'pending'])
def test_no_answer_is_500(web, action):
    assert web.get(f'/probe?{action}').status == 500
    assert web.get('/probe?block').status == 200


def test_close_connection(web):
    with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
        web.get('/probe?close')
    web.connection.close()
    assert web.get('/probe?block').status == 200


def test_unread_body_does_not_become_a_request(web):
    body = b'GET /probe?log=smuggled HTTP/1.1\r\nHost: a\r\n\r\n' * 3000
    since = len(web.server.log)
    assert web.get('/probe?ignore', 'POST', body).text == b'not read\n'
    try:
        assert web.get('/probe?block').status == 200
    except (http.client.HTTPException, OSError):
        web.connection.close()  # closing is the other right answer
        assert web.get('/probe?block').status == 200
    assert not any('smuggled' in line for line in web.server.log[since:])


def test_module_in_a_directory(web):
    answer = web.get('/bin/PROBE.dll/info?block')
    assert answer.status == 200 and b'path_info=/info\n' in answer.text
    assert web.get('/bin/probe.dll?var=SCRIPT_NAME').text == b'/bin/probe.dll'
    assert web.get('/noexec/probe.dll?block').status == 403
    assert web.get('/bin/none.dll').status in (404, 500)
    assert web.get('/noexec/probe.so').status == 403, 'the file behind a .dll is not for downloading'
    assert web.get('/bin/probe.so?block').status == 200


@pytest.mark.parametrize('path, word', [('/missing', 'cannot load'), ('/refuses', 'GetExtensionVersion returned FALSE'),
                                        ('/damaged', 'cannot load')])
def test_modules_that_cannot_load_are_500(web, path, word):
    since = len(web.server.log)
    answer = web.get(path)
    assert answer.status == 500 and b'windows' not in answer.text.lower()
    assert web.server.wait_log(word, since)


def test_script_map(web):
    answer = web.get('/scripts/a.fo1?block')
    assert answer.status == 200 and b'path_translated=\\windows\\scripts\\a.fo1\n' in answer.text
    assert web.get('/readonly/a.fo1?block').status == 403, 'the source must not be shown, nor run, without SCRIPT or EXECUTE'


def test_parallel_requests_do_not_wait_for_each_other(web):
    """A client that stalls in the middle of its body holds one worker, not the server."""
    import socket
    stalled = [socket.create_connection(web.server.http, 30) for _ in range(3)]
    try:
        for sock in stalled:
            sock.sendall(b'POST /probe?echo HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n' + b'x' * 60000)
        for _ in range(5):
            assert web.get('/probe?block').status == 200
    finally:
        for sock in stalled:
            sock.close()


CERT_SETTINGS = SETTINGS + r'''
[HKEY_LOCAL_MACHINE\COMM\HTTPD\SSL]
"IsEnabled"=dword:1
"Port"=dword:0
"CertificateSubject"="isapi server"
[HKEY_LOCAL_MACHINE\COMM\HTTPD\VROOTS\/any]
@="\\windows\\probe.dll"
"P"=dword:24
[HKEY_LOCAL_MACHINE\COMM\HTTPD\VROOTS\/mapped]
@="\\windows\\probe.dll"
"P"=dword:C4
"A"=dword:1
"UserList"="Zoe"
[HKEY_LOCAL_MACHINE\COMM\HTTPD\SSL\Users\Zoe]
"SerialNumber"=hex:11,22,33
'''


@pytest.fixture(scope='module')
def people(pki):
    authority = pki.authority('isapi-authority')
    return {'authority': authority,
            'server': pki.leaf('isapi-server', authority, '/CN=isapi server', usage='serverAuth',
                               extra='subjectAltName = DNS:localhost, IP:127.0.0.1\n'),
            'zoe': pki.leaf('zoe', authority, '/O=Example/CN=Zoe', serial='112233')}


@pytest.fixture
def secure(cerium, server, people):
    cerium.install_extension('probe')
    cerium('cert', 'add', '--store', 'ROOT', people['authority'].pem, check=True)
    cerium('cert', 'add', '--store', 'MY', people['server'].pem, '--key', people['server'].key, check=True)
    import clients
    running = server(CERT_SETTINGS)

    def get(path, who=None):
        return clients.python(running.https, path, people['authority'], who).body
    return get


def test_certificate_info(secure, people):
    der = people['zoe'].der.read_bytes()
    assert secure('/any?cert', people['zoe']) == f'small=122 needed={len(der)} flags=1 encoding=1 der={der.hex()}'
    assert secure('/any?cert') == 'small=0 needed=0 flags=0 encoding=0 der='


@pytest.mark.parametrize('name, expected', [
    ('CERT_SUBJECT', 'CN=Zoe, O=Example'), ('CERT_ISSUER', 'CN=isapi-authority'), ('CERT_SERIALNUMBER', '11-22-33'),
    ('CERT_FLAGS', '1'), ('CERT_SERVER_SUBJECT', 'CN=isapi server'), ('HTTPS_SERVER_ISSUER', 'CN=isapi-authority'),
    ('CERT_SECRETKEYSIZE', '256'), ('HTTPS', 'on'), ('AUTH_USER', 'Zoe'), ('AUTH_TYPE', 'SSL/PCT'), ('SERVER_PORT_SECURE', '1')])
def test_certificate_variables(secure, people, name, expected):
    assert secure(f'/mapped?var={name}', people['zoe']) == expected


def test_key_size(secure, people):
    assert secure('/mapped?var=HTTPS_KEYSIZE', people['zoe']) in ('128', '256')
