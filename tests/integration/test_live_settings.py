# SPDX-License-Identifier: Apache-2.0
"""Changes of the registry while the server runs: in force within 100 ms, without a restart, and whole or not at all."""
import os
import pathlib
import socket
import time

import pytest

import device as devices
from conftest import LOOPBACK
from raw_http import Raw, get, once

KEY = r'HKLM\COMM\HTTPD'
WITHIN = 5  # seconds: far from what is promised (100 ms), for a machine that is busy with other tests
PAGE = r'''
[HKEY_LOCAL_MACHINE\COMM\HTTPD\VROOTS\/]
@="\\windows\\www"
'''


def set_value(cerium, name, value, key=KEY, kind='REG_DWORD'):
    cerium('reg', 'add', key, '/v', name, '/t', kind, '/d', value, '/f', check=True)


def in_force(site, since):
    assert site.wait_log('new settings are in force', since)


@pytest.fixture
def site(server, cerium):
    (cerium.root / 'windows' / 'www' / 'default.htm').write_text('default')
    return server(PAGE)


def seconds_until(condition):
    start = time.monotonic()
    while not condition():
        assert time.monotonic() - start < 20, 'the change never took effect'
    return time.monotonic() - start


def test_a_change_counts_at_once(site, cerium):
    """From the end of the command that made the change, on one connection that was open before, and on a new one each time."""
    with Raw(site.http) as kept:
        kept.send(get('/')).response()
        for round_ in range(10):
            for flags, status in [(1, 200), (4, 403)]:
                set_value(cerium, 'P', flags, KEY + r'\VROOTS\/')
                took = seconds_until(lambda: kept.send(get('/')).response().status == status)
                assert took <= WITHIN, f'round {round_}: {took:.3f} s'
                assert once(site.http, get('/')).status == status


def test_a_new_vroot_and_its_end(site, cerium):
    (cerium.root / 'windows' / 'other').mkdir()
    (cerium.root / 'windows' / 'other' / 'a.txt').write_text('other')
    assert once(site.http, get('/new/a.txt')).status == 404
    cerium.reg_import('[HKEY_LOCAL_MACHINE\\COMM\\HTTPD\\VROOTS\\/new]\n@="\\\\windows\\\\other"\n', 'new.reg')
    assert seconds_until(lambda: once(site.http, get('/new/a.txt')).status == 200) <= WITHIN
    cerium('reg', 'delete', KEY + r'\VROOTS\/new', '/f', check=True)
    assert seconds_until(lambda: once(site.http, get('/new/a.txt')).status == 404) <= WITHIN


def test_a_bad_setting_changes_nothing(site, cerium):
    since = len(site.log)
    set_value(cerium, 'Port', 'eighty', kind='REG_SZ')
    line = site.wait_log('not used', since)
    assert 'Port' in line and 'COMM\\HTTPD' in line and 'error' in line
    assert once(site.http, get('/')).text == 'default'
    # what is wrong stays wrong, whatever else changes, and is told once
    set_value(cerium, 'ServerID', 'other', kind='REG_SZ')
    time.sleep(1.5)
    assert once(site.http, get('/')).fields['server'].startswith('Cerium/')
    assert sum('not used' in line for line in site.log[since:]) == 1
    # mended: everything since is in force
    set_value(cerium, 'Port', 0)
    assert seconds_until(lambda: once(site.http, get('/')).fields['server'] == 'other') <= WITHIN
    assert site.wait_log('settings are good again', since)


def test_a_bad_setting_does_not_flood_the_log(site, cerium):
    """Warnings belong to settings that are used, and are told when they are other ones than before."""
    since = len(site.log)
    set_value(cerium, 'Unknown', 1)
    in_force(site, since)
    assert any('COMM\\HTTPD\\Unknown' in line for line in site.log[since:])
    since = len(site.log)
    set_value(cerium, 'Port', 'eighty', kind='REG_SZ')
    assert site.wait_log('not used', since)
    time.sleep(2.2)  # what is tested is what happens meanwhile: nothing
    assert len(site.log[since:]) == 1, site.log[since:]
    set_value(cerium, 'Port', 0)
    assert site.wait_log('good again', since)
    since = len(site.log)
    set_value(cerium, 'ServerID', 'other', kind='REG_SZ')
    in_force(site, since)
    assert not any('Unknown' in line for line in site.log[since:])


def test_an_import_is_seen_whole(site, cerium):
    """Two values that change together are never seen apart."""
    text = '[HKEY_LOCAL_MACHINE\\COMM\\HTTPD]\n"ServerID"="{0}"\n"BasicRealm"="{0}"\n"Basic"=dword:1\n' \
           '[HKEY_LOCAL_MACHINE\\COMM\\HTTPD\\VROOTS\\/]\n"A"=dword:1\n'
    for name in ['one', 'two', 'three']:
        cerium.reg_import(text.format(name), 'pair.reg')

        def both():
            answer = once(site.http, get('/'))
            if answer.status == 200:
                return False
            realm = answer.fields['www-authenticate']
            assert realm == f'Basic realm="{answer.fields["server"]}", charset="UTF-8"'
            return answer.fields['server'] == name
        assert seconds_until(both) <= WITHIN


def test_many_changes_at_once(site, cerium):
    cerium.reg_import(''.join(f'[HKEY_LOCAL_MACHINE\\COMM\\HTTPD\\VROOTS\\/v{i}]\n@="\\\\windows\\\\www"\n'
                              for i in range(2000)), 'many.reg')
    assert seconds_until(lambda: once(site.http, get('/v1999/')).status == 200) < 2
    assert once(site.http, get('/v0/')).text == 'default'


def put_in_place(cerium, other):
    """As the README tells: the old file's companions go, then the new one takes its name."""
    for ending in ('-wal', '-shm'):
        pathlib.Path(f'{cerium.registry}{ending}').unlink(missing_ok=True)
    other.rename(cerium.registry)


def test_another_registry_in_its_place(site, cerium):
    def server_id():
        return once(site.http, get('/')).fields['server']

    def prepared(name):
        other = devices.Device(cerium.folder / name)
        other.reg_import(LOOPBACK + PAGE + f'[{KEY.replace("HKLM", "HKEY_LOCAL_MACHINE")}]\n"ServerID"="{name}"\n')
        return other.registry

    before = server_id()
    since = len(site.log)
    put_in_place(cerium, prepared('second'))
    assert seconds_until(lambda: server_id() == 'second') <= WITHIN
    in_force(site, since)
    set_value(cerium, 'ServerID', 'changed', kind='REG_SZ')  # in the new one
    assert seconds_until(lambda: server_id() == 'changed') <= WITHIN
    # no registry, and none at all: the last good settings stay, and the log says why
    since = len(site.log)
    rubbish = cerium.folder / 'rubbish'
    rubbish.write_text('no registry\n')
    put_in_place(cerium, rubbish)
    line = site.wait_log('not used', since)
    assert line and 'not a registry file' in line
    since = len(site.log)
    cerium.registry.unlink()
    line = site.wait_log('not used', since)
    assert line and 'removed' in line
    assert server_id() == 'changed' != before
    since = len(site.log)
    put_in_place(cerium, prepared('third'))
    assert site.wait_log('settings are good again', since)
    assert seconds_until(lambda: server_id() == 'third') <= WITHIN
    # put there in haste, beside what is left of the one before: not touched until that is gone
    since = len(site.log)
    prepared('fourth').rename(cerium.registry)
    line = site.wait_log('not used', since)
    assert line and '-wal and -shm' in line
    assert server_id() == 'third'
    for ending in ('-wal', '-shm'):
        pathlib.Path(f'{cerium.registry}{ending}').unlink()
    assert seconds_until(lambda: server_id() == 'fourth') <= WITHIN
    assert cerium('reg', 'check').returncode == 0


# ---- listeners ----

def moved_to(site, since, scheme='http'):
    """Where the server listens now, as it says."""
    line = site.wait_log('listening on', since)
    words = dict(word.split('=') for word in line.split('listening on ')[1].split() if '=' in word)
    host, _, port = words[scheme].rpartition(':')
    return host, int(port)


def refused(address):
    try:
        with Raw(address) as raw:
            return raw.send(get('/')).rest() == b''
    except (ConnectionRefusedError, ConnectionResetError):
        return True


def test_port_0_stays_where_it_is(site, cerium):
    since = len(site.log)
    set_value(cerium, 'ServerID', 'again', kind='REG_SZ')
    in_force(site, since)
    assert once(site.http, get('/')).fields['server'] == 'again'
    assert not any('listening' in line for line in site.log)


def test_another_port(site, cerium):
    with Raw(('127.0.0.1', site.http[1])) as kept:
        kept.send(get('/')).response()
        with socket.socket() as probe:
            probe.bind(('127.0.0.1', 0))
            port = probe.getsockname()[1]  # free a moment ago
        since = len(site.log)
        set_value(cerium, 'Port', port)
        assert moved_to(site, since) == ('127.0.0.1', port)
        assert once(('127.0.0.1', port), get('/')).text == 'default'
        assert kept.is_closed()
    assert refused(site.http)
    since = len(site.log)
    set_value(cerium, 'Port', 0)
    assert once(moved_to(site, since), get('/')).text == 'default'


def test_another_address_and_back(site, cerium):
    since = len(site.log)
    set_value(cerium, 'Address', '127.0.0.2', kind='REG_SZ')
    other = moved_to(site, since)
    assert other[0] == '127.0.0.2'
    assert once(other, get('/')).text == 'default'
    since = len(site.log)
    set_value(cerium, 'Address', '127.0.0.2;127.0.0.3', kind='REG_SZ')
    line = site.wait_log('listening on', since)
    assert f'http={other[0]}:{other[1]}' in line and 'http=127.0.0.3:' in line
    assert once(('127.0.0.3', other[1]), get('/')).text == 'default'


def test_ipv6(site, cerium):
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(('::1', 0))
    except OSError as error:
        pytest.skip(f'no IPv6 here: {error}')
    since = len(site.log)
    set_value(cerium, 'Address', '127.0.0.1;::1', kind='REG_SZ')
    line = site.wait_log('listening on', since)
    assert f'http=[::1]:{site.http[1]}' in line
    since = len(site.log)
    assert once(('::1', site.http[1]), get('/')).text == 'default'
    assert site.wait_log(' ::1 GET / 200', since)


def test_an_address_that_is_not_ours(site, cerium):
    """192.0.2.1 is nobody's (RFC 5737). What listened goes on listening, and the settings are the old ones altogether."""
    with Raw(site.http) as kept:
        kept.send(get('/')).response()
        for address in ['192.0.2.1', '127.0.0.1;192.0.2.1']:
            since = len(site.log)
            cerium.reg_import(f'[HKEY_LOCAL_MACHINE\\COMM\\HTTPD]\n"Address"="{address}"\n"ServerID"="other"\n', 'bad.reg')
            line = site.wait_log('cannot listen on 192.0.2.1', since)
            assert 'Address' in line and 'not used' in line
            assert once(site.http, get('/')).fields['server'].startswith('Cerium/')
            assert kept.send(get('/')).response().text == 'default'
            assert not any('in force' in line for line in site.log[since:])
    since = len(site.log)
    set_value(cerium, 'Address', '127.0.0.1', kind='REG_SZ')
    in_force(site, since)
    assert once(site.http, get('/')).fields['server'] == 'other'


def test_a_port_that_is_taken(site, cerium):
    """Also when all addresses are wanted, for which the old listener must be closed for a moment."""
    with socket.socket() as taken:
        taken.bind(('127.0.0.1', 0))
        taken.listen()
        port = taken.getsockname()[1]
        since = len(site.log)
        set_value(cerium, 'Port', port)
        assert 'Port' in site.wait_log(f'cannot listen on 127.0.0.1:{port}', since)
        assert once(site.http, get('/')).text == 'default'
    since = len(site.log)
    set_value(cerium, 'ServerID', 'other', kind='REG_SZ')  # any change: what failed is tried again
    assert once(moved_to(site, since), get('/')).text == 'default'
    with socket.socket() as taken:
        taken.bind(('127.0.0.2', 0))
        taken.listen()
        second = taken.getsockname()[1]
        since = len(site.log)
        cerium.reg_import('[HKEY_LOCAL_MACHINE\\COMM\\HTTPD]\n"Address"="127.0.0.1;127.0.0.2"\n'
                          f'"Port"=dword:{second:x}\n', 'taken.reg')
        assert site.wait_log(f'cannot listen on 127.0.0.2:{second}', since)
        assert once(('127.0.0.1', port), get('/')).text == 'default'
        assert refused(('127.0.0.1', second))


def test_disabled_and_enabled(site, cerium):
    since = len(site.log)
    set_value(cerium, 'IsEnabled', 0)
    assert site.wait_log('listening on nothing', since)
    assert refused(site.http)
    since = len(site.log)
    set_value(cerium, 'IsEnabled', 1)
    assert once(moved_to(site, since), get('/')).text == 'default'


def test_a_request_that_runs_keeps_its_settings(site, cerium):
    """The response of a request that began before the change is finished as it began."""
    content = os.urandom(10_000_000)
    (cerium.root / 'windows' / 'www' / 'big.bin').write_bytes(content)
    with Raw(site.http, receive_buffer=4096) as raw:
        raw.send(get('/big.bin'))
        raw._more()
        since = len(site.log)
        set_value(cerium, 'IsEnabled', 0)
        assert site.wait_log('listening on nothing', since)
        assert raw.response().body == content
        assert raw.is_closed()


# ---- limits ----

def test_max_connections(site, cerium):
    since = len(site.log)
    set_value(cerium, 'MaxConnections', 3)
    in_force(site, since)
    held = [Raw(site.http) for _ in range(3)]
    for raw in held:
        assert raw.is_open()
    with Raw(site.http) as fourth:
        assert fourth.response().status == 503
        assert fourth.is_closed()
    for raw in held:
        assert raw.is_open()
        raw.socket.close()
    assert seconds_until(lambda: once(site.http, get('/')).status == 200) < 5


def test_connection_timeout(site, cerium):
    with Raw(site.http) as idle:
        assert idle.is_open()
        since = len(site.log)
        set_value(cerium, 'ConnectionTimeout', 1000)
        in_force(site, since)
        start = time.monotonic()
        assert idle.is_closed()
        assert time.monotonic() - start < 10
