# SPDX-License-Identifier: Apache-2.0
"""What a client may not do, however patient or plentiful it is (platform/include/platform/limits.h)."""
import resource
import socket
import time

import pytest

from raw_http import Raw, get, once, post

SETTINGS = r'''
[HKEY_LOCAL_MACHINE\COMM\HTTPD\VROOTS\/]
@="\\windows\\www"
[HKEY_LOCAL_MACHINE\COMM\HTTPD\VROOTS\/app]
@="\\windows\\accounting.dll"
'''
HEAD_SECONDS = 20
HANDSHAKE_SECONDS = 20


@pytest.fixture
def site(server, cerium):
    cerium.install_extension('accounting')
    (cerium.root / 'windows' / 'www' / 'default.htm').write_text('default')
    return server(SETTINGS)


def with_setting(site, cerium, name, value):
    since = len(site.log)
    cerium('reg', 'add', r'HKLM\COMM\HTTPD', '/v', name, '/t', 'REG_DWORD', '/d', value, '/f', check=True)
    assert site.wait_log('new settings are in force', since)


# ---- sizes ----

def test_target(site):
    assert once(site.http, get('/' + 'a' * 8191)).status == 404
    with Raw(site.http) as raw:
        assert raw.send(get('/' + 'a' * 8192)).response().status == 414
        assert raw.is_closed()
    with Raw(site.http) as raw:
        assert raw.send(b'GET /' + b'a' * 20000).response().status == 414
        assert raw.is_closed()


def test_head(site):
    filler = 'X: ' + 'y' * 1000
    assert once(site.http, get('/', *[filler] * 48)).status == 200
    with Raw(site.http) as raw:
        assert raw.send(get('/', *[filler] * 49)).response().status == 431
        assert raw.is_closed()


def test_header_lines(site):
    assert once(site.http, get('/', *['X: y'] * 127)).status == 200
    with Raw(site.http) as raw:
        assert raw.send(get('/', *['X: y'] * 128)).response().status == 431
        assert raw.is_closed()


def test_max_header_read_size(site, cerium):
    with_setting(site, cerium, 'MaxHeaderReadSize', 2048)
    assert once(site.http, get('/', 'X: ' + 'y' * 1900)).status == 200
    for data in [get('/', 'X: ' + 'y' * 2100), get('/')[:-2] + b'X: ' + b'y' * 100000]:
        with Raw(site.http) as raw:
            try:
                raw.send(data)
            except (ConnectionResetError, BrokenPipeError):
                pass
            assert raw.response().status == 431
            assert raw.is_closed()


def test_endless_head(site):
    """A head that never ends is answered at its limit, and what follows is read away for a while, not for ever."""
    with Raw(site.http) as raw:
        raw.send(get('/')[:-2])
        sent = 0
        with pytest.raises((ConnectionResetError, BrokenPipeError)):
            while sent < 100_000_000:
                sent += raw.socket.send(b'X: ' + b'y' * 60000 + b'\r\n')
    assert once(site.http, get('/')).status == 200


# ---- time ----

def seconds_to_close(raw, since):
    rest = raw.rest()
    return time.monotonic() - since, rest


def test_patience(site, cerium):
    """Every kind of slow client at once, so that the test takes as long as the slowest."""
    with_setting(site, cerium, 'ConnectionTimeout', 30000)
    start = time.monotonic()
    half_head = Raw(site.http, seconds=60).send(get('/')[:-2])
    drip = Raw(site.http, seconds=60)
    drip.socket.settimeout(0.5)
    idle = Raw(site.http, seconds=60)
    answer = b''
    for byte in get('/', 'X: ' + 'y' * 1000):
        drip.send(bytes([byte]))
        try:
            data = drip.socket.recv(1000)
        except TimeoutError:
            continue
        answer += data
        break
    dripped = time.monotonic() - start
    took, rest = seconds_to_close(half_head, start)
    assert HEAD_SECONDS - 2 < took < HEAD_SECONDS + 30
    assert rest.startswith(b'HTTP/1.1 408 ') and b'connection: close' in rest.lower()
    assert HEAD_SECONDS - 2 < dripped < HEAD_SECONDS + 30
    assert answer.startswith(b'HTTP/1.1 408 ')
    assert idle.is_open()  # ConnectionTimeout is longer
    assert once(site.http, get('/')).status == 200


def test_idle_connections_go(site, cerium):
    with_setting(site, cerium, 'ConnectionTimeout', 1500)
    with Raw(site.http) as fresh, Raw(site.http) as used:
        start = time.monotonic()
        used.send(get('/')).response()
        took, rest = seconds_to_close(fresh, start)
        assert (1 < took < 10, rest) == (True, b'')
        assert used.is_closed()


def test_a_busy_connection_is_not_idle(site, cerium):
    with_setting(site, cerium, 'ConnectionTimeout', 1500)
    with Raw(site.http) as raw:
        for _ in range(8):
            time.sleep(0.4)  # what is tested is the pause itself
            assert raw.send(get('/')).response().status == 200


# ---- numbers ----

def test_many_connections(site, cerium):
    with_setting(site, cerium, 'MaxConnections', 500)
    held = [Raw(site.http) for _ in range(500)]
    try:
        for raw in held:
            raw.send(get('/'))
        for raw in held:
            assert raw.response().text == 'default'
        for _ in range(3):
            with Raw(site.http) as over:
                answer = over.response()
                assert (answer.status, answer.fields['connection']) == (503, 'close')
                assert over.is_closed()
        # those beyond what may linger are closed without a word; those inside stay
        crowd = [Raw(site.http) for _ in range(100)]
        for raw in held:
            assert raw.is_open()
        for raw in crowd:
            raw.socket.close()
    finally:
        for raw in held:
            raw.socket.close()
    end = time.monotonic() + 10
    while once(site.http, get('/')).status != 200:
        assert time.monotonic() < end


def cpu_seconds(pid):
    with open(f'/proc/{pid}/stat', encoding='ascii') as stat:
        fields = stat.read().rpartition(')')[2].split()
    return (int(fields[11]) + int(fields[12])) / 100


def test_no_free_file_number(site, cerium):
    """The server waits until it can accept again: it does not end, and does not spin."""
    with_setting(site, cerium, 'MaxConnections', 500)
    pid = site.process.pid
    resource.prlimit(pid, resource.RLIMIT_NOFILE, (48, 48))
    held = [Raw(site.http) for _ in range(80)]
    assert site.wait_log('accepting is paused')
    before = cpu_seconds(pid)
    time.sleep(1)  # what is tested is what happens meanwhile: nothing
    assert cpu_seconds(pid) - before < 0.5
    for raw in held:
        raw.socket.close()
    end = time.monotonic() + 20
    while True:
        try:
            if once(site.http, get('/'), seconds=2).status == 200:
                break
        except (OSError, EOFError):
            pass
        assert time.monotonic() < end
    assert sum('accepting is paused' in line for line in site.log) < 50


def test_idle_server_does_nothing(site):
    with Raw(site.http) as raw:
        raw.send(get('/')).response()
        before = cpu_seconds(site.process.pid)
        time.sleep(1)  # what is tested is what happens meanwhile: nothing
        assert cpu_seconds(site.process.pid) - before < 0.1


def test_slow_heads_do_not_hold_others_up(site, cerium):
    with_setting(site, cerium, 'MaxConnections', 400)
    slow = [Raw(site.http).send(get('/')[:-2 - i % 10]) for i in range(300)]
    start = time.monotonic()
    for _ in range(20):
        assert once(site.http, get('/')).status == 200
    assert time.monotonic() - start < 20 - 2  # their heads have not run out of time yet
    for raw in slow:
        raw.socket.close()


def test_slow_bodies_hold_no_worker(site):
    """32 workers; forty bodies that stop before PostReadSize is reached: others still run."""
    slow = [Raw(site.http).send(post('/app', b'x' * 10000)[:-1]) for _ in range(40)]
    assert b'body bytes: 3\n' in once(site.http, post('/app', b'abc')).body
    for raw in slow:
        assert b'body bytes: 10000\n' in raw.send(b'x').response().body
        raw.socket.close()


def test_resets(site):
    for i in range(200):
        with Raw(site.http) as raw:
            raw.send(get('/')[:i % 40] if i % 2 else get('/'))
            raw.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b'\1\0\0\0\0\0\0\0')
    assert once(site.http, get('/')).status == 200
