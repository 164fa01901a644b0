# SPDX-License-Identifier: Apache-2.0
"""`cerium user`, and the Basic authentication that its users log in with."""
import base64
import http.client
import os
import select
import subprocess
import time

import pytest

SETTINGS = r'''
[HKEY_LOCAL_MACHINE\COMM\HTTPD]
"Basic"=dword:1
"BasicRealm"="the realm"
"AdminUsers"="Root"
[HKEY_LOCAL_MACHINE\COMM\HTTPD\VROOTS\/private]
@="\\windows\\www"
"A"=dword:1
[HKEY_LOCAL_MACHINE\COMM\HTTPD\VROOTS\/listed]
@="\\windows\\www"
"A"=dword:1
"UserList"="Dave"
[HKEY_LOCAL_MACHINE\COMM\HTTPD\VROOTS\/admin]
@="\\windows\\www"
"A"=dword:2
'''


def users(cerium):
    return cerium('user', 'list', check=True).stdout.splitlines()


def test_add_list_delete(cerium):
    for name in ('Dave', 'Zoë B.', 'dave'):
        done = cerium('user', 'add', name, input='a word\n')
        assert (done.returncode, done.stdout) == (0, ''), done.stderr
    assert users(cerium) == ['Dave', 'Zoë B.']
    assert cerium('user', 'delete', 'DAVE').returncode == 0
    assert users(cerium) == ['Zoë B.']
    done = cerium('user', 'delete', 'Dave')
    assert done.returncode == 1
    assert 'there is no user "Dave"' in done.stderr


def test_only_a_hash_is_kept(cerium, tmp_path):
    cerium('user', 'add', 'Dave', input='unmistakable\n', check=True)
    kept = b''.join(path.read_bytes() for path in cerium.folder.iterdir() if path.is_file())
    assert b'unmistakable' not in kept and 'unmistakable'.encode('utf-16-le') not in kept
    assert 'pbkdf2-sha256$'.encode('utf-16-le') in kept
    exported = tmp_path / 'all.reg'
    cerium('reg', 'export', 'HKLM', exported, check=True)
    assert b'pbkdf2'.decode().encode('utf-16-le') not in exported.read_bytes()


@pytest.mark.parametrize('name', ['a:b', 'a;b', '-Dave', '@Dave', '*', ' Dave', ''])
def test_bad_names(cerium, name):
    done = cerium('user', 'add', name, input='')
    assert done.returncode == 1
    assert "cannot be a user's name" in done.stderr
    assert not cerium.registry.exists()


def test_list_to_a_full_device(cerium):
    cerium('user', 'add', 'Dave', input='a word\n', check=True)
    with open('/dev/full', 'w', encoding='utf-8') as full:
        done = subprocess.run(cerium.command('user', 'list'), stdout=full, stderr=subprocess.PIPE, text=True, timeout=120, check=False)
    assert done.returncode == 1 and done.stderr == 'cerium: standard output could not be written\n'


@pytest.mark.parametrize('text, words', [
    ('', 'no password was read'),
    ('\n', 'an empty password'),
    ('x' * 257 + '\n', 'longer than 256 bytes'),
])
def test_bad_passwords(cerium, text, words):
    done = cerium('user', 'add', 'Dave', input=text)
    assert done.returncode == 1
    assert words in done.stderr
    assert not cerium.registry.exists()


def test_longest_password(cerium):
    assert cerium('user', 'add', 'Dave', input='x' * 256 + '\n').returncode == 0


@pytest.mark.parametrize('arguments', [[], ['add'], ['add', 'a', 'b'], ['list', 'x'], ['delete'], ['rename', 'a']])
def test_wrong_usage(cerium, arguments):
    done = cerium('user', *arguments)
    assert done.returncode == 2
    assert 'usage: cerium user add NAME' in done.stderr


def test_help(cerium):
    done = cerium('user', '--help')
    assert done.returncode == 0
    assert 'Examples:' in done.stdout


def on_terminal(cerium, answers):
    """Runs `cerium user add Dave` on a terminal of its own, answers each prompt; (exit code, what the terminal showed)."""
    import pty

    try:
        child, terminal = pty.fork()
    except OSError as problem:
        pytest.skip(f'no pseudo-terminal is to be had here (is /dev/pts mounted?): {problem}')
    if child == 0:
        command = cerium.command('user', 'add', 'Dave')
        try:
            os.execvp(command[0], command)
        finally:
            os._exit(127)
    shown, asked, end = b'', 0, time.monotonic() + 60
    while time.monotonic() < end:
        if not select.select([terminal], [], [], 1)[0]:
            continue
        try:
            data = os.read(terminal, 1024)
        except OSError:  # the other side is closed
            break
        if not data:
            break
        shown += data
        if asked < len(answers) and shown.count(b': ') > asked:
            os.write(terminal, answers[asked].encode() + b'\n')
            asked += 1
    os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), shown.decode(errors='replace')


def test_on_a_terminal(cerium):
    code, shown = on_terminal(cerium, ['hidden word', 'hidden word'])
    assert code == 0, shown
    assert 'Password: ' in shown and 'Once more: ' in shown
    assert 'hidden' not in shown
    assert users(cerium) == ['Dave']


def test_on_a_terminal_with_a_slip(cerium):
    code, shown = on_terminal(cerium, ['hidden word', 'hiden word'])
    assert code == 1
    assert 'the two passwords differ; nothing was changed' in shown
    assert not cerium.registry.exists()


class Client:
    def __init__(self, server):
        self.server = server

    def get(self, path, user=None, password=''):
        """(status, WWW-Authenticate) of a GET over plain HTTP."""
        connection = http.client.HTTPConnection(*self.server.http, timeout=60)
        headers = {}
        if user is not None:
            headers['Authorization'] = 'Basic ' + base64.b64encode(f'{user}:{password}'.encode()).decode()
        connection.request('GET', path, headers=headers)
        answer = connection.getresponse()
        answer.read()
        connection.close()
        return answer.status, answer.getheader('WWW-Authenticate')


def test_basic_authentication(server, cerium):
    (cerium.root / 'windows' / 'www' / 'a.htm').write_text('hello')
    for name in ('Dave', 'Eve', 'Root'):
        cerium('user', 'add', name, input=f'word of {name}\n', check=True)
    running = server(SETTINGS)
    client = Client(running)
    status, challenge = client.get('/private/a.htm')
    assert status == 401
    assert challenge.startswith('Basic realm="the realm"')
    assert client.get('/private/a.htm', 'Dave', 'word of Dave')[0] == 200
    assert client.get('/private/a.htm', 'Dave', 'word of Dave')[0] == 200  # now remembered
    assert client.get('/private/a.htm', 'Dave', 'word of Eve')[0] == 401
    assert client.get('/private/a.htm', 'Nobody', 'word of Dave')[0] == 401
    assert client.get('/private/a.htm', 'Eve', 'word of Eve')[0] == 200
    assert client.get('/listed/a.htm', 'dave', 'word of Dave')[0] == 200
    assert client.get('/listed/a.htm', 'Eve', 'word of Eve') == (403, None)
    assert client.get('/listed/a.htm', 'Root', 'word of Root')[0] == 200  # AdminUsers come before UserList
    assert client.get('/admin/a.htm', 'Dave', 'word of Dave')[0] == 403
    assert client.get('/admin/a.htm', 'Root', 'word of Root')[0] == 200


def test_changes_while_the_server_runs(server, cerium):
    (cerium.root / 'windows' / 'www' / 'a.htm').write_text('hello')
    cerium('user', 'add', 'Dave', input='one\n', check=True)
    running = server(SETTINGS)
    client = Client(running)
    assert client.get('/private/a.htm', 'Dave', 'one')[0] == 200
    since = len(running.log)
    cerium('user', 'add', 'Dave', input='two\n', check=True)
    assert running.wait_log('new settings are in force', since)
    assert client.get('/private/a.htm', 'Dave', 'one')[0] == 401
    assert client.get('/private/a.htm', 'Dave', 'two')[0] == 200
    since = len(running.log)
    cerium('user', 'delete', 'Dave', check=True)
    assert running.wait_log('new settings are in force', since)
    assert client.get('/private/a.htm', 'Dave', 'two')[0] == 401
