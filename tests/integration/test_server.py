# SPDX-License-Identifier: Apache-2.0
"""Connections, log lines, start and stop."""
import base64
import re
import signal
import socket
import subprocess
import threading
import time

import pytest

from raw_http import Raw, chunked, get, once, post, same_body

SETTINGS = r'''
[HKEY_LOCAL_MACHINE\COMM\HTTPD\VROOTS\/]
@="\\windows\\www"
[HKEY_LOCAL_MACHINE\COMM\HTTPD\VROOTS\/app]
@="\\windows\\accounting.dll"
[HKEY_LOCAL_MACHINE\COMM\HTTPD\VROOTS\/bin]
@="\\windows"
[HKEY_LOCAL_MACHINE\COMM\HTTPD\ScriptMap]
".acc"="\\windows\\accounting.dll"
'''


@pytest.fixture
def site(server, cerium):
    cerium.install_extension('accounting')
    www = cerium.root / 'windows' / 'www'
    (www / 'default.htm').write_text('default')
    for i in range(100):
        (www / f'{i}.txt').write_text(f'number {i}')
    return server(SETTINGS)


# ---- keep-alive and pipelining ----

def test_keep_alive(site):
    with Raw(site.http) as raw:
        for i in range(100):
            assert raw.send(get(f'/{i}.txt')).response().text == f'number {i}'


def test_pipelined_requests_are_answered_in_order(site):
    with Raw(site.http) as raw:
        raw.send(b''.join(get(f'/{i}.txt') for i in range(100)))
        for i in range(100):
            assert raw.response().text == f'number {i}'
        assert raw.is_open()


def test_pipelined_requests_of_all_kinds(site):
    with Raw(site.http) as raw:
        raw.send(post('/app', b'abc') + get('/1.txt') + chunked('/app', [b'x' * 70000, b'y']) + get('/missing')
                 + b'HEAD /2.txt HTTP/1.1\r\nHost: test\r\n\r\n' + post('/3.txt', b'no') + post('/app', b'') + get('/4.txt'))
        same_body(raw.response(), b'abc')
        assert raw.response().text == 'number 1'
        same_body(raw.response(), b'x' * 70000 + b'y')
        assert raw.response().status == 404
        assert raw.response(head_only=True).fields['content-length'] == '8'
        assert raw.response().status == 405
        same_body(raw.response(), b'')
        assert raw.response().text == 'number 4'
        assert raw.is_open()


def test_more_pipelined_than_a_buffer_holds(site):
    """A client that sends and never reads until it is done: the server must not take more than it answers, nor stop."""
    count = 20000
    with Raw(site.http) as raw:
        sender = threading.Thread(target=raw.send, args=(get('/7.txt') * count,))
        sender.start()
        for _ in range(count):
            assert raw.response().text == 'number 7'
        sender.join()
        assert raw.is_open()


def test_a_request_in_pieces(site):
    with Raw(site.http) as raw:
        for byte in get('/5.txt'):
            raw.send(bytes([byte]))
        assert raw.response().text == 'number 5'


@pytest.mark.parametrize('request_line, fields, keeps, says', [
    ('GET / HTTP/1.1', [], True, None),
    ('GET / HTTP/1.1', ['Connection: close'], False, 'close'),
    ('GET / HTTP/1.1', ['Connection: keep-alive'], True, None),
    ('GET / HTTP/1.0', [], False, 'close'),
    ('GET / HTTP/1.0', ['Connection: keep-alive'], True, 'keep-alive'),
    ('GET / HTTP/1.0', ['Connection: close, keep-alive'], False, 'close'),
    ('GET / HTTP/1.2', [], True, None)])
def test_who_closes(site, request_line, fields, keeps, says):
    with Raw(site.http) as raw:
        raw.send('\r\n'.join([request_line, 'Host: test', *fields, '', '']).encode())
        answer = raw.response()
        assert (answer.text, answer.fields.get('connection')) == ('default', says)
        assert raw.is_open() if keeps else raw.is_closed()


def test_http_1_0_without_a_host(site):
    assert once(site.http, b'GET /1.txt HTTP/1.0\r\n\r\n').text == 'number 1'


def test_absolute_form(site):
    assert once(site.http, b'GET http://test/1.txt?q HTTP/1.1\r\nHost: test\r\n\r\n').text == 'number 1'


def test_a_client_that_half_closes_gets_its_answers(site):
    with Raw(site.http) as raw:
        raw.send(get('/1.txt') + get('/2.txt') + post('/app', b'xyz') + get('/3.txt')).half_close()
        assert raw.response().text == 'number 1'
        assert raw.response().text == 'number 2'
        same_body(raw.response(), b'xyz')
        assert raw.response().text == 'number 3'
        assert raw.is_closed()


def test_a_client_that_half_closes_inside_a_request(site):
    for data in [b'GET / HT', post('/app', b'x' * 10)[:-1], chunked('/app', [b'abc'])[:-4]]:
        with Raw(site.http) as raw:
            assert raw.send(data).half_close().is_closed()


def test_head_and_body_come_together(site):
    """One segment for a small response: two cost 40 ms where the client acknowledges late."""
    with Raw(site.http) as raw:
        raw.send(get('/1.txt'))
        assert raw.socket.recv(65536).endswith(b'number 1')


# ---- 100-continue ----

def test_continue_is_said_before_the_body(site):
    with Raw(site.http) as raw:
        head, body = post('/app', b'x' * 200000, 'Expect: 100-continue').split(b'\r\n\r\n', 1)
        assert raw.send(head + b'\r\n\r\n').response().status == 100
        same_body(raw.send(body).response(), body)
        assert raw.is_open()


def test_continue_is_not_said_when_the_body_is_there(site):
    with Raw(site.http) as raw:
        same_body(raw.send(post('/app', b'xyz', 'Expect: 100-continue')).response(), b'xyz')


@pytest.mark.parametrize('path, status', [('/missing', 405), ('/missing.dll', 500), ('/bin/missing.dll', 500)])
def test_continue_is_not_said_to_be_refused(site, path, status):
    with Raw(site.http) as raw:
        head = post(path, b'x' * 1000, 'Expect: 100-continue').split(b'\r\n\r\n', 1)[0] + b'\r\n\r\n'
        answer = raw.send(head).response()
        if answer.status == 100:  # the module is looked for only when it is called
            answer = raw.send(b'x' * 1000).response()
        assert answer.status == status
        if status == 405:
            assert raw.is_closed()


# ---- bodies and extensions ----

@pytest.mark.parametrize('size', [0, 1, 1000, 49151, 49152, 49153, 100_000, 5_000_000])
def test_post(site, size):
    body = bytes(i * 17 % 253 for i in range(1000)) * (size // 1000) + b'q' * (size % 1000)
    with Raw(site.http) as raw:
        same_body(raw.send(post('/app', body)).response(), body)
        same_body(raw.send(chunked('/app', [body[i:i + 30011] for i in range(0, size, 30011)])).response(), body)
        assert raw.is_open()


def test_many_small_chunks(site):
    body = bytes(i % 256 for i in range(50000))
    with Raw(site.http) as raw:
        same_body(raw.send(chunked('/app', [body[i:i + 1] for i in range(len(body))])).response(), body)


@pytest.mark.parametrize('size', [1, 100, 65536])
def test_post_read_size(site, cerium, size):
    since = len(site.log)
    cerium('reg', 'add', r'HKLM\COMM\HTTPD', '/v', 'PostReadSize', '/t', 'REG_DWORD', '/d', size, '/f', check=True)
    assert site.wait_log('new settings are in force', since)
    body = b'abc' * 40000
    with Raw(site.http) as raw:
        same_body(raw.send(post('/app', body)).response(), body)
        same_body(raw.send(chunked('/app', [body, b'x'])).response(), body + b'x')


@pytest.mark.parametrize('path, info', [
    ('/app', ''), ('/app/', '/'), ('/app/a/b%20c', '/a/b c'), ('/bin/accounting.dll', ''), ('/bin/ACCOUNTING.DLL/x', '/x'),
    ('/www/page.acc', '/www/page.acc'), ('/page.acc/more', '/page.acc/more')])
def test_path_info(site, path, info):
    assert f'path info: {info}\n' in once(site.http, get(path)).text


def test_head_of_an_extension(site):
    with Raw(site.http) as raw:
        answer = raw.send(b'HEAD /app HTTP/1.1\r\nHost: test\r\n\r\n').response(head_only=True)
        assert answer.status == 200
        assert int(answer.fields['content-length']) > 0
        assert raw.is_open()


def test_many_at_once(site):
    """More requests for extensions than there are workers, files between them."""
    def work(number):
        with Raw(site.http) as raw:
            for i in range(10):
                body = bytes([number]) * (20000 * i)
                same_body(raw.send(post('/app', body)).response(), body)
                assert raw.send(get(f'/{number}.txt')).response().text == f'number {number}'
        done.append(number)
    done = []
    threads = [threading.Thread(target=work, args=(i,)) for i in range(24)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == list(range(24))


def test_clients_that_vanish_while_an_extension_reads(site):
    for _ in range(30):
        with Raw(site.http) as raw:
            raw.send(post('/app', b'x' * 200000)[:100000])
            raw.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b'\1\0\0\0\0\0\0\0')
    same_body(once(site.http, post('/app', b'still here')), b'still here')


def test_a_missing_module(site):
    since = len(site.log)
    assert once(site.http, get('/bin/missing.dll')).status == 500
    assert site.wait_log(r'cannot load \windows\missing.dll', since)


def test_a_vroot_without_execute(site, cerium):
    since = len(site.log)
    cerium('reg', 'add', r'HKLM\COMM\HTTPD\VROOTS\/app', '/v', 'P', '/t', 'REG_DWORD', '/d', 1, '/f', check=True)
    assert site.wait_log('new settings are in force', since)
    assert once(site.http, get('/app')).status == 403


# ---- the log ----

LINE = re.compile(r'(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} '
                  r'\d\d:\d\d:\d\d 127\.0\.0\.1 (\S+) (\S+) (\d{3}|0)( .*)?\n')


def test_log_lines(site):
    since = len(site.log)
    with Raw(site.http) as raw:
        raw.send(get('/1.txt?password=geheim') + b'HEAD /a%20b HTTP/1.1\r\nHost: test\r\n\r\n' + b'BAD\r\n\r\n').rest()
    assert site.wait_log(' 400', since)
    lines = [LINE.fullmatch(line) for line in site.log[since:]]
    assert [line.group(3, 4, 5) for line in lines] == [('GET', '/1.txt', '200'), ('HEAD', '/a%20b', '404'), ('-', '-', '400')]
    assert not any('geheim' in line for line in site.log)


def test_nothing_a_client_sends_forges_a_line(site):
    since = len(site.log)
    with Raw(site.http) as raw:
        raw.send(b'GET /\x1b[2J\nfake HTTP/1.1\r\nHost: test\r\n\r\n').rest()
    with Raw(site.http) as raw:
        raw.send(get('/%0afake')).rest()
    with Raw(site.http) as raw:
        raw.send(get('/' + 'x' * 3000)).response()
    assert site.wait_log(' 404', since)
    for line in site.log[since:]:
        assert LINE.fullmatch(line) and len(line) <= 1024 and '\x1b' not in line, line


def test_the_user_is_logged_but_no_password(site):
    since = len(site.log)
    assert once(site.http, get('/1.txt', 'Authorization: Basic QWxpY2U6Z2VoZWlt')).status == 200
    assert site.wait_log('/1.txt 200', since)
    assert not any('geheim' in line or 'Z2VoZWlt' in line for line in site.log)


# ---- server identity ----

@pytest.mark.parametrize('text, field', [('"Firmware 7"', 'Firmware 7'), ('""', None)])
def test_server_id(server, text, field):
    answer = once(server(f'[HKEY_LOCAL_MACHINE\\COMM\\HTTPD]\n"ServerID"={text}\n').http, get('/'))
    assert answer.fields.get('server') == field


# ---- start and stop ----

def test_ready_line(server):
    instance = server()
    assert re.fullmatch(r'ready http=127\.0\.0\.1:\d+\n', instance.ready_line)


def test_stop_with_idle_connections(server):
    instance = server(SETTINGS)
    with Raw(instance.http) as idle, Raw(instance.http) as half:
        half.send(b'GET / HT')
        assert idle.is_open()
        start = time.monotonic()
        idle_closed = threading.Thread(target=idle.is_closed)
        idle_closed.start()
        half.half_close()
        assert instance.stop() == 0
        idle_closed.join()
        assert time.monotonic() - start < 10


def test_a_running_request_is_finished(site):
    """SIGTERM while a body is on its way: the answer still comes, and the connection ends behind it."""
    body = b'x' * 300000
    with Raw(site.http) as raw:
        data = post('/app', body)
        raw.send(data[:200000])
        site.process.send_signal(signal.SIGTERM)
        assert wait_refused(site.http)
        answer = raw.send(data[200000:]).response()
        same_body(answer, body)
        assert raw.is_closed()
    assert site.process.wait(20) == 0


def wait_refused(address):
    end = time.monotonic() + 20
    while time.monotonic() < end:
        try:
            Raw(address).socket.close()
        except ConnectionRefusedError:
            return True
        time.sleep(0.02)
    return False


def test_sigint_stops_as_well(server):
    instance = server()
    instance.process.send_signal(signal.SIGINT)
    assert instance.process.wait(20) == 0


@pytest.mark.parametrize('text, words', [
    ('[HKEY_LOCAL_MACHINE\\COMM\\HTTPD]\n"Port"="eighty"\n', ['COMM\\HTTPD', 'Port']),
    ('[HKEY_LOCAL_MACHINE\\COMM\\HTTPD]\n"Address"="127.0.0.1;nowhere"\n', ['COMM\\HTTPD', 'Address']),
    ('[HKEY_LOCAL_MACHINE\\COMM\\HTTPD\\SSL]\n"IsEnabled"=dword:1\n', ['COMM\\HTTPD\\SSL', 'CertificateSubject'])])
def test_a_bad_setting_is_named(cerium, text, words):
    cerium.reg_import(text)
    done = cerium('httpd')
    assert (done.returncode, done.stdout) == (1, '')
    for word in words:
        assert word in done.stderr, done.stderr


def test_no_registry(cerium):
    done = cerium('httpd')
    assert done.returncode == 1
    assert str(cerium.registry) in done.stderr


def test_a_port_in_use_is_named(server, cerium, tmp_path):
    instance = server()
    port = instance.http[1]
    cerium.reg_import(f'[HKEY_LOCAL_MACHINE\\COMM\\HTTPD]\n"Port"=dword:{port:x}\n', 'port.reg')
    done = cerium('httpd')
    assert done.returncode == 1
    assert f'127.0.0.1:{port}' in done.stderr and 'Port' in done.stderr


def test_wrong_usage(cerium):
    assert cerium('httpd', 'now').returncode == 2
    assert cerium('httpd', '--help').returncode == 0


def test_stdout_closed(cerium):
    """Nobody reads the ready line: the server says so and does not run unseen."""
    cerium.reg_import('[HKEY_LOCAL_MACHINE\\COMM\\HTTPD]\n"Address"="127.0.0.1"\n"Port"=dword:0\n')
    with open('/dev/full', 'w', encoding='ascii') as full:
        done = subprocess.run(cerium.command('httpd'), stdout=full, stderr=subprocess.PIPE, timeout=60, check=False)
    assert done.returncode == 1
    assert b'standard output' in done.stderr


# ---- passwords: the server's part (the rules: tests/unit/httpd/test_access.c) ----

BASIC = SETTINGS + r'''
[HKEY_LOCAL_MACHINE\COMM\HTTPD]
"Basic"=dword:1
"BasicRealm"="say \"friend\""
[HKEY_LOCAL_MACHINE\COMM\HTTPD\VROOTS\/private]
@="\\windows\\www"
"A"=dword:1
'''


def basic(text):
    return 'Authorization: Basic ' + base64.b64encode(text.encode()).decode()


@pytest.fixture
def private(server, cerium):
    cerium.install_extension('accounting')
    www = cerium.root / 'windows' / 'www'
    (www / 'default.htm').write_text('default')
    (www / '1.txt').write_text('number 1')
    cerium('user', 'add', 'Dörte', input='geh:eim\n', check=True)
    return server(BASIC)


def test_basic(private):
    with Raw(private.http) as raw:
        answer = raw.send(get('/private/1.txt')).response()
        assert answer.status == 401
        assert answer.fields['www-authenticate'] == r'Basic realm="say \"friend\"", charset="UTF-8"'
        for credentials, status in [('Dörte:geh:eim', 200), ('Dörte:falsch', 401), ('dörte:', 401), ('Nobody:geh:eim', 401),
                                    ('Dörte:geh:eim', 200), ('Dörte', 401), (':', 401), ('Dörte:geh:eim\0', 401)]:
            answer = raw.send(get('/private/1.txt', basic(credentials))).response()
            assert answer.status == status, credentials
        for field in ['Authorization: Basic', 'Authorization: Basic !!!!', 'Authorization: Basic RMO2cnRl',
                      'Authorization: Bearer x', 'Authorization: Basic ' + 'QUFB' * 2000]:
            assert raw.send(get('/private/1.txt', field)).response().status == 401
        assert raw.is_open()


def test_the_slow_hash_holds_nobody_up(private):
    """Wrong passwords, each a slow hash on a worker, on many connections; files are served meanwhile."""
    guessers = [Raw(private.http).send(get('/private/1.txt', basic(f'Dörte:guess {i}'))) for i in range(12)]
    assert once(private.http, get('/1.txt')).text == 'number 1'
    for raw in guessers:
        assert raw.response().status == 401
        raw.socket.close()


def test_pipelined_behind_a_password(private):
    with Raw(private.http) as raw:
        raw.send(get('/private/1.txt', basic('Dörte:falsch')) + get('/1.txt') + get('/private/1.txt', basic('Dörte:geh:eim'))
                 + get('/'))
        assert [raw.response().status for _ in range(4)] == [401, 200, 200, 200]


def test_a_body_behind_a_password(private, cerium):
    cerium('reg', 'add', r'HKLM\COMM\HTTPD\VROOTS\/app', '/v', 'A', '/t', 'REG_DWORD', '/d', 1, '/f', check=True)
    with Raw(private.http) as raw:
        assert wait_status(private, '/app', 401)
        same_body(raw.send(post('/app', b'x' * 100000, basic('Dörte:geh:eim'))).response(), b'x' * 100000)
        answer = raw.send(post('/app', b'x' * 1000, basic('Dörte:falsch'))).response()
        assert answer.status == 401
        same_body(raw.send(post('/app', b'y', basic('Dörte:geh:eim'))).response(), b'y')


def wait_status(site, path, status):
    end = time.monotonic() + 20
    while once(site.http, get(path)).status != status:
        assert time.monotonic() < end
    return True


def test_no_password_in_the_log(private):
    since = len(private.log)
    once(private.http, get('/private/1.txt', basic('Dörte:geheimnis')))
    line = private.wait_log('/private/1.txt 401', since)
    assert 'user=Dörte' in line
    assert not any('geheimnis' in line for line in private.log)
