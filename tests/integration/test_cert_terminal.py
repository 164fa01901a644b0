# SPDX-License-Identifier: Apache-2.0
"""`cerium cert` on a terminal: questions, passwords without echo, progress, colour, width, and completion in a real bash."""
import os
import re
import select
import shutil
import sqlite3

import pytest

import device as devices
from pki import openssl
from test_cert_stores import key_files, listed, thumbprint
from test_reg_terminal import Bash, Terminal, on_terminal

PASSWORD = 'open sesame \u00fc'


@pytest.fixture(scope='module')
def made(pki, tmp_path_factory):
    class Made:
        folder = tmp_path_factory.mktemp('terminal')
        root = pki.authority('terminal-root')
        ca = pki.authority('terminal-ca', issuer=root)
        server = pki.leaf('terminal-server', ca, subject='/CN=A server with a name that is too long for a column',
                          usage='serverAuth', serial='7001')
        gone = pki.leaf('terminal-gone', ca, start=-20, end=-10, serial='7002')
        encrypted = folder / 'encrypted.pem'
        pfx = folder / 'server.pfx'
    secret = Made.folder / 'secret'
    secret.write_text(PASSWORD, encoding='utf-8')
    openssl('pkcs8', '-topk8', '-in', Made.server.key, '-out', Made.encrypted, '-passout', f'file:{secret}')
    openssl('pkcs12', '-export', '-inkey', Made.server.key, '-in', Made.server.pem, '-passout', f'file:{secret}', '-out', Made.pfx)
    return Made


def talk(command, *turns):
    """Runs it on a terminal; turns are (text to wait for, line to type). All that was shown, and the exit code."""
    terminal = Terminal(command, TERM='xterm', LC_ALL='C.UTF-8', NO_COLOR='1')
    text = ''
    for wanted, line in turns:
        text += terminal.read(wanted)
        os.write(terminal.master, line.encode() + b'\n')
    text += terminal.read()
    terminal.close()
    return text.replace('\r\n', '\n'), terminal.process.returncode


# ---- questions ----

@pytest.mark.parametrize('answers, trusted', [(['yes'], True), (['Y'], True), (['no'], False), (['', 'what', 'n'], False)], ids=str)
def test_trust_asks(cerium, made, answers, trusted):
    text, code = talk(cerium.command('cert', 'trust', made.root.pem), *[('Trust it (Yes/No)? ', answer) for answer in answers])
    assert code == (0 if trusted else 1)
    assert text.index(thumbprint(made.root)) < text.index('Trust it'), 'what it is comes before the question'
    assert ('trusted from now on' if trusted else 'nothing was changed') in text
    assert not cerium.registry.exists() or listed(cerium, 'ROOT') == ([thumbprint(made.root)] if trusted else [])
    assert cerium.registry.exists() == trusted


def test_the_end_of_the_input_is_a_no(cerium, made):
    terminal = Terminal(cerium.command('cert', 'trust', made.root.pem), TERM='xterm')
    terminal.read('Trust it (Yes/No)? ')
    os.write(terminal.master, b'\x04')
    assert 'nothing was changed' in terminal.read()
    terminal.close()
    assert terminal.process.returncode == 1 and not cerium.registry.exists()


def test_distrust_asks(cerium, made):
    cerium('cert', 'add', 'CA', made.ca.pem, check=True)
    command = cerium.command('cert', 'distrust', thumbprint(made.ca)[:8])
    assert talk(command, ('(Yes/No)? ', 'no'))[1] == 1 and listed(cerium, '--store', 'Trust') == []
    text, code = talk(command, ('(Yes/No)? ', 'yes'))
    assert code == 0 and 'IS_EXPLICIT_DISTRUST' in text and listed(cerium, 'Disallowed') == [thumbprint(made.ca)]


def test_delete_asks_before_a_key_is_lost(cerium, made):
    cerium('cert', 'add', 'MY', made.server.pem, '--key', made.server.key, check=True)
    command = cerium.command('cert', 'delete', thumbprint(made.server)[:6])
    text, code = talk(command, ('Delete (Yes/No)? ', 'no'))
    assert code == 1 and 'nothing was deleted' in text and listed(cerium) and key_files(cerium)
    text, code = talk(command, ('Delete (Yes/No)? ', 'yes'))
    assert code == 0 and 'its key was removed too' in text and not listed(cerium) and not key_files(cerium)
    cerium('cert', 'add', 'CA', made.ca.pem, check=True)
    text, code = talk(cerium.command('cert', 'delete', thumbprint(made.ca)))
    assert code == 0 and 'Yes/No' not in text, 'without a key undo is enough'


def test_map_asks_before_it_changes(cerium, made):
    cerium('cert', 'map', made.server.pem, '--user', 'Bob', check=True)
    command = cerium.command('cert', 'map', made.server.pem, '--user', 'Bob', '--issuer-only')
    text, code = talk(command, ('Change it (Yes/No)? ', 'n'))
    assert code == 1 and 'nothing was changed' in text
    text, code = talk(command, ('Change it (Yes/No)? ', 'y'))
    assert code == 0 and 'wrote' in text


# ---- passwords ----

def test_the_password_of_a_key_is_not_shown(cerium, made):
    command = cerium.command('cert', 'add', 'MY', made.server.pem, '--key', made.encrypted)
    text, code = talk(command, ('Password of the key: ', 'wrong'))
    assert code == 1 and 'not the password' in text and 'wrong' not in text and not key_files(cerium)
    text, code = talk(command, ('Password of the key: ', PASSWORD))
    assert code == 0 and 'with its key' in text and 'sesame' not in text and len(key_files(cerium)) == 1


def test_a_pfx_in_and_out(cerium, made, tmp_path):
    text, code = talk(cerium.command('cert', 'import', 'MY', made.pfx), (f'Password of {made.pfx}: ', PASSWORD))
    assert code == 0 and '1 private key' in text and 'sesame' not in text
    out = tmp_path / 'out.pfx'
    command = cerium.command('cert', 'export', thumbprint(made.server), '--pfx', '--key', '-o', out)
    text, code = talk(command, ('Password for the .pfx: ', 'one'), ('Once more: ', 'two'))
    assert code == 1 and 'differ' in text and not out.exists()
    text, code = talk(command, ('Password for the .pfx: ', ''), ('Once more: ', ''))
    assert code == 1 and 'needs a password' in text and not out.exists()
    text, code = talk(command, ('Password for the .pfx: ', 'three'), ('Once more: ', 'three'))
    assert code == 0 and 'three' not in text
    assert b'PRIVATE KEY' in openssl('pkcs12', '-in', out, '-passin', 'pass:three', '-nodes')
    pem = tmp_path / 'out.pem'
    text, code = talk(cerium.command('cert', 'export', thumbprint(made.server), '--key', '-o', pem), ('(empty: none): ', ''), ('Once more: ', ''))
    assert code == 0 and 'BEGIN PRIVATE KEY' in pem.read_text()


def test_no_binary_on_a_terminal(cerium, made):
    cerium('cert', 'add', 'CA', made.ca.pem, check=True)
    text, code = talk(cerium.command('cert', 'export', thumbprint(made.ca), '--der'))
    assert code == 2 and '-o FILE' in text
    text, code = talk(cerium.command('cert', 'export', thumbprint(made.ca)))
    assert code == 0 and 'BEGIN CERTIFICATE' in text


# ---- looks ----

def test_a_table_fits_and_has_colour(cerium, made):
    cerium('cert', 'add', 'MY', made.server.pem, made.gone.pem, check=True)
    plain = on_terminal(cerium.command('cert', 'list'), TERM='xterm', NO_COLOR='1').splitlines()
    assert max(map(len, plain)) <= 80 and any('A server with a name th...' in line for line in plain), plain
    assert thumbprint(made.server)[:10] in ''.join(plain) and thumbprint(made.server) not in ''.join(plain)
    assert thumbprint(made.server) in on_terminal(cerium.command('cert', 'list', '--full'), TERM='xterm')
    assert '\x1b[31m' in on_terminal(cerium.command('cert', 'list'), TERM='xterm')
    for env in ({'TERM': 'dumb'}, {}, {'TERM': 'xterm', 'NO_COLOR': '1'}):
        for args in (['list'], ['verify', made.gone.pem], ['map', made.gone.pem]):
            assert '\x1b' not in on_terminal(cerium.command('cert', *args), **env), (env, args)
    assert '\x1b' not in cerium('cert', 'list', env={**os.environ, 'TERM': 'xterm'}).stdout
    assert '\x1b[' in on_terminal(cerium.command('cert', 'verify', made.gone.pem), TERM='xterm')


def test_names_do_not_steer_the_terminal(cerium, made, tmp_path):
    evil = tmp_path / 'evil.pem'
    openssl('req', '-x509', '-new', '-key', made.server.key, '-subj', '/CN=a\x1b]0;owned\x07b\x9bc', '-days', '9', '-out', evil)
    cerium('cert', 'add', 'MY', evil, '--name', 'x\x1b[31my', check=True)
    (name,) = listed(cerium)
    for args in (['list'], ['show', name], ['show', evil], ['find', 'owned'], ['verify', evil], ['map', evil], ['add', 'CA', evil]):
        text = on_terminal(cerium.command('cert', *args), TERM='xterm', NO_COLOR='1')
        assert 'owned' in text and not set('\x1b\x07\x9b') & set(text), args


def import_late(device, path, **env):
    """Imports while somebody else holds the write lock for a second: long enough for the progress to be shown."""
    with sqlite3.connect(device.registry, isolation_level=None) as other:
        other.execute('begin immediate')
        terminal = Terminal(device.command('cert', 'import', 'CA', path), **env)
        quiet = select.select([terminal.master], [], [], 1)[0] == []
        other.execute('rollback')
    other.close()
    text = terminal.read()
    terminal.close()
    return text, quiet


def test_progress(cerium, made, tmp_path):
    der = bytearray(made.ca.der.read_bytes())
    folder = tmp_path / 'many'
    folder.mkdir()
    for number in range(300):
        der[-1], der[-2] = number & 255, number >> 8
        (folder / f'{number:03}.der').write_bytes(der)
    cerium('reg', 'add', r'HKLM\Made', check=True)
    text, _ = import_late(cerium, folder, TERM='xterm')
    shown = [int(percent) for percent in re.findall(r'\r\x1b\[Kimporting: (\d+) %', text)]
    assert len(shown) > 1 and shown == sorted(set(shown)), text[-500:]
    assert text.endswith('\r\x1b[KCA: 300 added, 0 there already, 0 files left out\r\n')
    text, quiet = import_late(cerium, folder, TERM='dumb')
    assert quiet and text == 'CA: 0 added, 300 there already, 0 files left out\r\n'


# ---- completion ----

@pytest.fixture(scope='module')
def bash(tmp_path_factory, made):
    if not shutil.which('bash'):
        pytest.skip('bash is not here')
    folder = tmp_path_factory.mktemp('bash')
    device = devices.Device(folder / 'device')
    device('cert', 'add', 'CA', made.ca.pem, check=True)
    device('cert', 'add', 'ROOT', made.root.pem, check=True)
    device('reg', 'add', r'HKLM\Comm\Security\SystemCertificates\OEM', check=True)
    device('reg', 'add', r'HKLM\COMM\HTTPD\SSL\Users\Alice B', check=True)
    instance = Bash(device, folder)
    yield instance
    instance.process.kill()
    instance.close()


def test_completion(bash, made):
    ca, root = thumbprint(made.ca), thumbprint(made.root)
    for line, completed in (
            ('cerium cert dele', 'cerium cert delete '), ('cerium cert cr', 'cerium cert crl '), ('cerium cert crl li', 'cerium cert crl list '),
            ('cerium cert list Priv', 'cerium cert list Privileged '), ('cerium cert list oe', 'cerium cert list OEM '),
            ('cerium cert add Dis', 'cerium cert add Disallowed '), ('cerium cert list --store TrustedP', 'cerium cert list --store TrustedPeople '),
            (f'cerium cert show {ca[:7]}', f'cerium cert show {ca} '), (f'cerium cert delete CA {ca[:7].lower()}', f'cerium cert delete CA {ca} '),
            (f'cerium cert delete ROOT {ca[:7]}', f'cerium cert delete ROOT {ca[:7]}'),
            (f'cerium cert export {root[:7]}', f'cerium cert export {root} '),
            ('cerium cert verify x --host y --js', 'cerium cert verify x --host y --json '), ('cerium cert verify x --eku cl', 'cerium cert verify x --eku client '),
            ('cerium cert verify x --revocation ex', 'cerium cert verify x --revocation exclude-root '),
            ('cerium cert map x --user Al', 'cerium cert map x --user Alice\\ B '), ('cerium cert find x --expired --exp', 'cerium cert find x --expired --expires-within '),
            (f'cerium cert add CA {made.folder}/encr', f'cerium cert add CA {made.encrypted} '),
            (f'cerium cert show {made.folder}/encr', f'cerium cert show {made.encrypted} '),
            (f'cerium cert add MY x --key {made.folder}/encr', f'cerium cert add MY x --key {made.encrypted} '), ('cerium cert __', 'cerium cert __')):
        assert bash.complete(line) == completed, line


def test_completion_without_a_registry(cerium):
    assert cerium('cert', '__complete', 'show', 'AB').stdout == 'both\n'
    assert 'MY\n' in cerium('cert', '__complete', 'list', '').stdout
    assert not cerium.registry.exists()
