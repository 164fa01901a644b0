# SPDX-License-Identifier: Apache-2.0
"""Files, default pages, listings, conditional requests."""
import email.utils
import html.parser
import os
import socket
import time
import urllib.parse

import pytest

from raw_http import Raw, get, once

VROOTS = r'''
[HKEY_LOCAL_MACHINE\COMM\HTTPD\VROOTS\/]
@="\\windows\\www"
[HKEY_LOCAL_MACHINE\COMM\HTTPD\VROOTS\/list]
@="\\windows\\www\\list\\"
"DirBrowse"=dword:1
[HKEY_LOCAL_MACHINE\COMM\HTTPD\VROOTS\/page]
@="\\windows\\www\\one.htm"
[HKEY_LOCAL_MACHINE\COMM\HTTPD\VROOTS\/norun]
@="\\windows\\www"
"P"=dword:1
[HKEY_LOCAL_MACHINE\COMM\HTTPD\VROOTS\/noread]
@="\\windows\\www"
"P"=dword:204
[HKEY_LOCAL_MACHINE\COMM\HTTPD\VROOTS\/scripts]
@="\\windows\\scripts"
"DefaultPage"="missing.htm; start.abc ;index.htm"
[HKEY_LOCAL_MACHINE\COMM\HTTPD\ScriptMap]
".abc"="\\windows\\missing.dll"
'''


@pytest.fixture
def www(cerium):
    return cerium.root / 'windows' / 'www'


@pytest.fixture
def site(server, www):
    """A server with a page or two."""
    (www / 'default.htm').write_text('default')
    (www / 'one.htm').write_text('<p>one</p>')
    (www / 'list').mkdir()
    (www / 'empty').mkdir()
    return server(VROOTS)


def fetch(site, path, *fields):
    return once(site.http, get(path, *fields))


@pytest.mark.parametrize('size', [0, 1, 16383, 16384, 16385, 100000, 3000000])
def test_sizes(site, www, size):
    content = bytes(i * 31 % 256 for i in range(1000)) * (size // 1000) + b'z' * (size % 1000)
    (www / 'file.bin').write_bytes(content)
    with Raw(site.http) as raw:
        answer = raw.send(get('/file.bin')).response()
        assert (answer.status, answer.body, answer.framing) == (200, content, 'length')
        assert raw.is_open()


def test_a_reader_that_is_slow_gets_everything(site, www):
    content = os.urandom(8_000_000)
    (www / 'file.bin').write_bytes(content)
    with Raw(site.http, receive_buffer=4096) as slow:
        slow.send(get('/file.bin'))
        assert fetch(site, '/one.htm').status == 200  # others are served meanwhile
        assert slow.response().body == content


def test_fields(site, www):
    answer = fetch(site, '/one.htm')
    assert answer.fields['content-type'] == 'text/html'
    assert answer.fields['last-modified'] == email.utils.formatdate((www / 'one.htm').stat().st_mtime, usegmt=True)
    assert abs(email.utils.parsedate_to_datetime(answer.fields['date']).timestamp() - time.time()) < 60
    assert answer.fields['etag'].startswith('"')
    assert answer.fields['server'].startswith('Cerium/')
    assert 'connection' not in answer.fields


@pytest.mark.parametrize('name, kind', [
    ('a.css', 'text/css'), ('a.PNG', 'image/png'), ('a.js', 'text/javascript'), ('a', 'application/octet-stream')])
def test_content_types(site, www, name, kind):
    (www / name).write_text('x')
    assert fetch(site, f'/{name}').fields['content-type'] == kind


def test_head_is_a_get_without_its_body(site, www):
    (www / 'big.bin').write_bytes(b'x' * 100000)
    for path in ['/one.htm', '/', '/list/', '/big.bin', '/missing', '/empty', '/empty/']:
        with Raw(site.http) as raw:
            with_body = raw.send(get(path)).response()
            without = raw.send(get(path).replace(b'GET', b'HEAD', 1)).response(head_only=True)
            assert raw.is_open()
        with_body.fields.pop('date')
        without.fields.pop('date')
        assert (with_body.status, with_body.fields) == (without.status, without.fields)


# ---- default pages, redirects ----

def test_default_pages_in_order(site, www):
    folder = www / 'pages'
    folder.mkdir()
    assert fetch(site, '/pages/').status == 403
    (folder / 'index.htm').write_text('index')
    assert fetch(site, '/pages/').text == 'index'
    (folder / 'DEFAULT.HTM').write_text('default')
    answer = fetch(site, '/pages/')
    assert answer.text == 'default'
    assert answer.fields['content-type'] == 'text/html'


def test_a_folder_is_no_default_page(site, www):
    (www / 'pages' / 'default.htm').mkdir(parents=True)
    (www / 'pages' / 'index.htm').write_text('index')
    assert fetch(site, '/pages/').text == 'index'


def test_a_default_page_that_runs_is_not_shown(site, cerium):
    folder = cerium.root / 'windows' / 'scripts'
    folder.mkdir()
    (folder / 'index.htm').write_text('index')
    assert fetch(site, '/scripts/').text == 'index'
    (folder / 'start.abc').write_text('secret source')
    for path in ['/scripts/', '/scripts/start.abc', '/scripts/START.ABC', '/scripts/start.abc/more']:
        answer = fetch(site, path)
        assert answer.status == 500, path
        assert b'secret' not in answer.body


def test_scripts_and_modules_are_never_read(site, www):
    (www / 'a.abc').write_text('secret source')
    (www / 'a.dll').write_text('secret code')
    for path, status in [('/norun/a.abc', 403), ('/norun/a.dll', 403), ('/a.DLL', 500), ('/norun/a.dll/x', 403)]:
        answer = fetch(site, path)
        assert answer.status == status, path
        assert b'secret' not in answer.body


def test_a_vroot_that_is_one_file(site):
    answer = fetch(site, '/page')
    assert (answer.status, answer.text, answer.fields['content-type']) == (200, '<p>one</p>', 'text/html')
    assert fetch(site, '/page/').status == 404
    assert fetch(site, '/page/x').status == 404


@pytest.mark.parametrize('path, location', [
    ('/sub', '/sub/'), ('/sub?a=b&c', '/sub/?a=b&c'), ('/list', '/list/'), ('/list?x', '/list/?x'), ('//sub', '/sub/'),
    ('/x/../sub', '/sub/'), ('/%73ub', '/sub/'), ('/a%20b', '/a%20b/'), ('/%C3%A9', '/%C3%A9/')])
def test_a_folder_without_its_slash(site, www, path, location):
    for name in ['sub', 'a b', 'é']:
        (www / name).mkdir()
    answer = fetch(site, path)
    assert (answer.status, answer.fields['location']) == (301, location)


def test_names_in_another_case(site, www):
    (www / 'Mixed.Htm').write_text('mixed')
    assert fetch(site, '/mixed.HTM').text == 'mixed'
    (www / 'mixed.htm').write_text('exact')
    assert fetch(site, '/mixed.htm').text == 'exact'


# ---- what is not there, and what must not be ----

@pytest.mark.parametrize('path', [
    '/missing', '/missing/', '/one.htm/', '/one.htm/x', '/list/missing', '/one.htm.', '/one.htm%20', '/' + 'a' * 300,
    '/' + 'a/' * 100, '/' + 'a' * 5000])
def test_not_found(site, path):
    assert fetch(site, path).status == 404


def test_no_vroot(server):
    assert fetch(server(), '/').status == 404


def test_no_read_permission(site):
    answer = fetch(site, '/noread/one.htm')
    assert answer.status == 403
    assert b'one' not in answer.body


@pytest.mark.parametrize('method', ['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE', 'get', 'PROPFIND'])
def test_other_methods(site, method):
    with Raw(site.http) as raw:
        answer = raw.send(f'{method} /one.htm HTTP/1.1\r\nHost: test\r\nContent-Length: 3\r\n\r\nabc'.encode()).response()
        assert (answer.status, answer.fields['allow']) == (405, 'GET, HEAD')
        assert raw.is_open()


def test_nothing_outside_the_root(site, cerium, www):
    (cerium.folder / 'outside.txt').write_text('outside')
    (www / 'link.txt').symlink_to(cerium.folder / 'outside.txt')
    (www / 'up').symlink_to(cerium.folder)
    os.mkfifo(www / 'pipe')
    for path in ['/link.txt', '/up/outside.txt', '/up/', '/up', '/pipe']:
        answer = fetch(site, path)
        assert answer.status in (403, 404), path
        assert b'outside' not in answer.body


def test_a_path_of_a_protected_vroot_under_another_name(server, cerium, www):
    """//secret and the like must not reach through / what /secret protects."""
    site = server(r'''
[HKEY_LOCAL_MACHINE\COMM\HTTPD\VROOTS\/]
@="\\windows\\www"
[HKEY_LOCAL_MACHINE\COMM\HTTPD\VROOTS\/secret]
@="\\windows\\www\\secret"
"P"=dword:8
''')
    (www / 'secret').mkdir()
    (www / 'secret' / 'a.txt').write_text('secret')
    for path in ['/secret/a.txt', '//secret/a.txt', '/SECRET/a.txt', '/./secret/a.txt', '/x/../secret/a.txt',
                 '/%73ecret/a.txt', '/secret//a.txt', '/%2e/secret/a.txt']:
        assert fetch(site, path).status == 403, path


# ---- listings ----

class Links(html.parser.HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.links = []
        self.words = []
        self.stack = []
        self.feed(text)
        self.close()
        assert self.stack == [], self.stack

    def handle_starttag(self, tag, attrs):
        if tag == 'a':
            self.links.append(dict(attrs)['href'])
        if tag != 'meta':
            self.stack.append(tag)

    def handle_endtag(self, tag):
        assert self.stack.pop() == tag

    def handle_data(self, data):
        self.words.append(data)


def test_listing(site, www):
    folder = www / 'list'
    names = ['b.txt', 'A.txt', 'a&b <i>"\'.txt', 'é.txt', '100%.txt', 'a b#c?.txt', 'a;b.txt']
    for name in names:
        (folder / name).write_bytes(b'x' * 12345)
    for name in ['z', 'Folder']:
        (folder / name).mkdir()
    (folder / 'link').symlink_to('b.txt')
    for name in ['back\\slash', 'a:b', 'line\nend', b'\xff'.decode(errors='surrogateescape')]:
        (folder / name).write_text('no path can name this')
    answer = fetch(site, '/list/')
    assert (answer.status, answer.fields['content-type']) == (200, 'text/html; charset=utf-8')
    page = Links(answer.text)
    order = ['Folder/', 'z/', '100%.txt', 'a b#c?.txt', 'a&b <i>"\'.txt', 'A.txt', 'a;b.txt', 'b.txt', 'é.txt']
    assert [urllib.parse.unquote(link) for link in page.links] == ['../'] + order
    assert [word for word in page.words if word in order] == order
    assert page.words.count('12345') == len(names)
    for link in page.links[1:]:
        assert fetch(site, '/list/' + link).status == 200


def test_listing_of_the_root_has_no_way_up(server, www):
    site = server(r'''
[HKEY_LOCAL_MACHINE\COMM\HTTPD\VROOTS\/]
@="\\windows\\www"
"DirBrowse"=dword:1
''')
    assert Links(fetch(site, '/').text).links == []


def test_a_default_page_goes_before_the_listing(site, www):
    (www / 'list' / 'index.htm').write_text('index')
    assert fetch(site, '/list/').text == 'index'


def test_a_large_listing(site, www):
    for i in range(3000):
        (www / 'list' / f'file-{i:05}').touch()
    answer = fetch(site, '/list/')
    assert [urllib.parse.unquote(link) for link in Links(answer.text).links[1:]] == [f'file-{i:05}' for i in range(3000)]


# ---- conditional requests (the rules themselves: tests/unit/httpd/test_files.c) ----

def test_conditional(site, www):
    first = fetch(site, '/one.htm')
    tag, date = first.fields['etag'], first.fields['last-modified']
    with Raw(site.http) as raw:
        for fields, status in [
                ([f'If-None-Match: {tag}'], 304), (['If-None-Match: "other"'], 200), ([f'If-Modified-Since: {date}'], 304),
                (['If-Match: "other"'], 412), ([f'If-Match: {tag}'], 200),
                (['If-Unmodified-Since: Sun, 06 Nov 1994 08:49:37 GMT'], 412),
                ([f'If-None-Match: {tag}', 'If-Match: "other"'], 412)]:
            answer = raw.send(get('/one.htm', *fields)).response()
            assert answer.status == status, fields
            if status == 304:
                assert (answer.fields['etag'], answer.fields['last-modified']) == (tag, date)
                assert 'content-length' not in answer.fields
        assert raw.is_open()


def test_a_changed_file_has_another_tag(site, www):
    tag = fetch(site, '/one.htm').fields['etag']
    stat = (www / 'one.htm').stat()
    (www / 'one.htm').write_text('<p>two</p>')  # as long as before, and dated as before
    os.utime(www / 'one.htm', ns=(stat.st_atime_ns, stat.st_mtime_ns + 1))
    assert fetch(site, '/one.htm', f'If-None-Match: {tag}').status == 200


def test_a_range_is_not_obeyed(site):
    answer = fetch(site, '/one.htm', 'Range: bytes=0-1')
    assert (answer.status, answer.text) == (200, '<p>one</p>')


# ---- files that change while they are sent ----

def test_a_file_that_becomes_shorter(site, www):
    (www / 'file.bin').write_bytes(b'x' * 20_000_000)
    with Raw(site.http, receive_buffer=4096) as raw:
        raw.send(get('/file.bin'))
        raw._until(b'\r\n\r\n')
        os.truncate(www / 'file.bin', 1000)
        with pytest.raises((EOFError, ConnectionResetError)):
            raw._exactly(20_000_000)
    assert fetch(site, '/one.htm').status == 200


def test_a_file_that_grows(site, www):
    (www / 'file.bin').write_bytes(b'x' * 5_000_000)
    with Raw(site.http, receive_buffer=4096) as raw:
        raw.send(get('/file.bin'))
        raw._more()  # the head is there: its length is promised
        with open(www / 'file.bin', 'ab') as more:
            more.write(b'y' * 1000)
        assert raw.response().body == b'x' * 5_000_000
        assert raw.is_open()


def test_a_reader_that_goes_away(site, www):
    (www / 'file.bin').write_bytes(b'x' * 20_000_000)
    for _ in range(20):
        with Raw(site.http, receive_buffer=4096) as raw:
            raw.send(get('/file.bin'))
            raw.socket.recv(100)
            raw.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b'\1\0\0\0\0\0\0\0')
    assert fetch(site, '/one.htm').status == 200
