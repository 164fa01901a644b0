# SPDX-License-Identifier: Apache-2.0
"""`cerium cert` with what people and attackers give it: pipes, loops of links, names that steer a terminal, two users of one key, files in the way."""
import contextlib
import json
import os
import pathlib
import re
import signal
import sqlite3
import subprocess

import pytest

from device import wait_until
from pki import openssl
from test_cert_stores import key_files, listed, thumbprint
from test_cert_terminal import talk
from test_cert_verbs import VERBS, fails

EVIL = b'\x1b[31mA\nIn store MY\x1b]0;T\x07'


@pytest.fixture(scope='module')
def made(pki, tmp_path_factory):
    class Made:
        folder = tmp_path_factory.mktemp('odd')
        root = pki.authority('odd-root')
        leaf = pki.leaf('odd-leaf', root, usage='serverAuth', serial='6001')
        evil = folder / 'evil.der'
        pfx = folder / 'leaf.pfx'
    placeholder = 'Z' * len(EVIL)
    other = pki.leaf('odd-evil', Made.root, subject=f'/CN={placeholder}', extra=f'subjectAltName = DNS:{placeholder},URI:http://{placeholder},email:{placeholder}\n')
    der = other.der.read_bytes()
    assert der.count(placeholder.encode()) == 4
    Made.evil.write_bytes(der.replace(placeholder.encode(), EVIL))
    openssl('pkcs12', '-export', '-inkey', Made.leaf.key, '-in', Made.leaf.pem, '-passout', 'pass:pässwörd €', '-out', Made.pfx)
    return Made


# ---- passwords from elsewhere ----

def test_a_password_from_a_pipe(cerium, made):
    add = cerium.command('cert', 'import', 'MY', made.pfx, '--password-file', '/dev/fd/0')
    done = subprocess.run(add, input='pässwörd €\n', capture_output=True, text=True, encoding='utf-8', timeout=60)
    assert done.returncode == 0 and '1 added' in done.stdout, done
    assert len(key_files(cerium)) == 1
    done = cerium('cert', 'import', 'MY', made.pfx, '--password-file', '-', input='pässwörd €')
    assert done.returncode == 0 and '1 there already' in done.stdout, done


def test_a_password_that_others_can_read_is_refused(cerium, made, tmp_path):
    password = tmp_path / 'password'
    password.write_text('pässwörd €\n', encoding='utf-8')
    password.chmod(0o644)
    fails(cerium('cert', 'import', 'MY', made.pfx, '--password-file', password), 1, 'chmod 600')
    assert not cerium.registry.exists()
    password.chmod(0o600)
    cerium('cert', 'import', 'MY', made.pfx, '--password-file', password, check=True)


@pytest.mark.parametrize('words', [['import', 'MY', '-', '--password-file', '-'], ['add', 'CA', '-', '-'], ['add', 'MY', '-', '--key', '-'],
                                   ['verify', '-', '--crl', '-']], ids=' '.join)
def test_standard_input_is_read_once(cerium, words):
    fails(cerium('cert', *words, input=''), 2, 'only once')


# ---- a word that is no file ----

def test_a_name_where_a_file_is_wanted(cerium, made):
    cerium('cert', 'add', 'MY', made.leaf.pem, check=True)
    for verb in ('show', 'distrust'):
        fails(cerium('cert', verb, 'odd-leaf', '--yes') if verb == 'distrust' else cerium('cert', verb, 'odd-leaf'), 1, 'A FILE or a thumbprint', 'cerium cert find')
    for verb in ('verify', 'map', 'trust'):
        fails(cerium('cert', verb, 'odd-leaf'), 1, 'A FILE is wanted', 'cerium cert find')
    for verb in ('export', 'delete'):
        fails(cerium('cert', verb, 'odd-leaf'), 2, 'is no thumbprint', 'cerium cert find')
    fails(cerium('cert', 'crl', 'delete', 'odd-leaf'), 2, 'is no thumbprint', 'cerium cert crl list')
    full = thumbprint(made.leaf)
    fails(cerium('cert', 'verify', full), 1, f'cerium cert show {full} --pem')
    fails(cerium('cert', 'show', './nowhere.pem'), 1, 'there is no such file')


def test_pipes_and_devices_are_not_waited_for(cerium, made, tmp_path):
    pipe = tmp_path / 'pipe'
    os.mkfifo(pipe)
    for path in (pipe, '/dev/zero'):
        fails(cerium('cert', 'show', path), 1, 'give - for its name')
        fails(cerium('cert', 'import', 'CA', path), 1, 'give - for its name')
    done = cerium('cert', 'import', 'CA', '-', input=made.root.pem.read_text())
    assert done.returncode == 0 and '1 added' in done.stdout, done


# ---- directories ----

def test_links_that_lead_back(cerium, made, tmp_path):
    """With loops of links every directory is read once: not as deep as names go, and not in all combinations."""
    top = tmp_path / 'top'
    (top / 'a' / 'b').mkdir(parents=True)
    (top / 'a' / 'b' / 'root.pem').write_bytes(made.root.pem.read_bytes())
    for name in 'xyz':
        (top / name).symlink_to('.')
        (top / 'a' / name).symlink_to('..')
        (top / 'a' / 'b' / name).symlink_to(top)
    (top / 'dead').symlink_to('nowhere')
    (top / 'self').symlink_to('self')
    done = cerium('cert', 'import', 'CA', top, check=True)
    assert done.stderr.count('leads back to a directory above it') == 9, done.stderr
    assert 'CA: 1 added, 0 there already, 11 files left out' in done.stdout


def test_more_files_and_directories_than_an_import_looks_at(cerium, made, tmp_path):
    """LIMIT_IMPORT_FILES: directories count, and the one that goes over the limit does not lift it."""
    top = tmp_path / 'top'
    (top / 'real').mkdir(parents=True)
    for i in range(150):
        (top / 'real' / f'{i:03}').mkdir()
    for i in range(150):
        (top / f'link{i:03}').symlink_to('real')
    (top / 'zz.pem').write_bytes(made.root.pem.read_bytes())
    fails(cerium('cert', 'import', 'CA', top), 1, 'more than 20000 files and directories', 'nothing was imported')
    assert not cerium.registry.exists()


# ---- names that steer a terminal ----

def test_names_reach_no_terminal_raw(cerium, made):
    """Neither escapes nor made-up lines: a name is one line, whoever wrote it."""
    def shown(*args, **given):
        done = cerium('cert', *args, **given)
        for text in (done.stdout, done.stderr):
            assert not re.search(r'[\x00-\x09\x0b-\x1f\x7f-\x9f]', text), repr(text)
            assert not re.search(r'^In store MY', text, re.M), text
        return done.stdout

    shown('show', made.evil)
    shown('add', 'ROOT', made.evil)
    for args in (['list'], ['list', '--full'], ['find', 'In store'], ['verify', made.evil, '--host', 'a.example'], ['map', made.evil], ['distrust', made.evil, '--yes']):
        assert 'n store MY' in shown(*args) or args[0] in ('find', 'map'), args
    assert json.loads(cerium('cert', 'list', '--json', check=True).stdout)['stores'][0]['certificates'][0]['name'] == EVIL.decode()
    assert '\x1b' not in cerium('cert', 'list', '--json').stdout


def test_a_friendly_name_is_one_line(cerium, made):
    cerium('cert', 'add', 'CA', made.root.pem, '--name', 'one\nKey: two\x1b[1m', check=True)
    text = cerium('cert', 'show', thumbprint(made.root), check=True).stdout
    assert '  Friendly:    one?Key: two?[1m\n' in text


def test_the_prompt_shows_a_tame_file_name(cerium, made, tmp_path):
    path = tmp_path / 'a\x1b]0;T\x07\nb.pfx'
    path.write_bytes(made.pfx.read_bytes())
    text, code = talk(cerium.command('cert', 'import', 'MY', path), ('b.pfx: ', 'pässwörd €'))
    assert code == 0 and '\x1b' not in text and '\x07' not in text
    assert 'a?]0;T??b.pfx: ' in text


# ---- keys, files in the way ----

def test_the_users_copy_does_not_take_the_machines_key_away(cerium, made):
    """One key file serves HKLM's MY and HKCU's: it goes with the last certificate of both."""
    full = thumbprint(made.leaf)
    for words in ([], ['--user']):
        cerium('cert', 'add', 'MY', made.leaf.pem, '--key', made.leaf.key, *words, check=True)
    done = cerium('cert', 'delete', 'MY', full, '--user', check=True)
    assert 'its key stays' in done.stdout and len(key_files(cerium)) == 1
    assert 'has its key' in cerium('cert', 'show', full).stdout
    cerium('cert', 'add', 'MY', made.leaf.pem, '--user', check=True)
    assert 'its key stays' in cerium('cert', 'delete', 'MY', full, check=True).stdout
    assert 'its key was removed' in cerium('cert', 'delete', 'MY', full, '--user', check=True).stdout
    assert key_files(cerium) == []


@pytest.mark.parametrize('suffix', ['', '-wal', '-shm', '-journal', '.bell'])
def test_export_spares_the_registry(cerium, made, suffix):
    cerium('cert', 'add', 'CA', made.root.pem, check=True)
    place = cerium.registry.with_name(cerium.registry.name + suffix)
    before = place.read_bytes() if place.exists() else None
    fails(cerium('cert', 'export', 'CA', '-o', place, '--force'), 1, 'belongs to the registry')
    assert (place.read_bytes() if place.exists() else None) == before
    assert listed(cerium, 'CA') == [thumbprint(made.root)]


def test_an_empty_password_does_not_open_the_key_to_all(cerium, made, tmp_path):
    """Who names a password file wants the key encrypted."""
    cerium('cert', 'add', 'MY', made.leaf.pem, '--key', made.leaf.key, check=True)
    out = tmp_path / 'out.pem'
    for form in ('--pem', '--pfx'):
        done = cerium('cert', 'export', thumbprint(made.leaf), form, '--key', '--password-file', '-', '-o', out, input='\n')
        fails(done, 1, 'the password in standard input is empty')
        assert not out.exists() and 'PRIVATE' not in done.stdout


def test_odd_words(cerium, made):
    fails(cerium('cert', 'verify', made.leaf.pem, '--host', ''), 2, '--host wants')
    fails(cerium('cert', 'crl', 'frobnicate'), 2, 'there is no verb "crl frobnicate"', 'cerium cert crl add')
    cerium('cert', 'trust', made.root.pem, '--yes', check=True)
    for host in ('a b', '*.example', '10.0.0.300', '\x1b[31m', 'a..b', 'ü.example'):
        answer = json.loads(cerium('cert', 'verify', made.leaf.pem, '--host', host, '--json').stdout)
        assert answer['error'] == 0 and answer['host'] == host and answer['host_fits'] is False and answer['good'] is False


def test_a_list_that_cannot_be_read_is_not_overlooked(cerium, made, tmp_path):
    """Somebody may be on it: what the others say is not enough."""
    fails(cerium('cert', 'verify', made.leaf.pem, '--crl', tmp_path / 'nowhere.crl'), 1, 'nowhere.crl')
    done = cerium('cert', 'verify', '--leaf', made.leaf.pem, '--root', made.root.pem, '--revocation', 'end', '--crl', tmp_path / 'nowhere.crl')
    assert done.returncode == 1 and done.stdout.startswith('error=0x00000040 ')
    plain = ['cert', 'verify', '--leaf', made.leaf.pem, '--root', made.root.pem]
    assert cerium(*plain).returncode == 0
    done = cerium(*plain, '--intermediate', tmp_path / 'nowhere.pem')
    assert done.returncode == 1 and done.stdout.startswith('error=0x00000000 ')


def test_verify_does_not_overlook_a_damaged_entry_of_disallowed(cerium, made):
    """As the server, which takes no settings with one: it keeps somebody out."""
    cerium('cert', 'trust', made.root.pem, '--yes', check=True)
    cerium.reg_import('[HKEY_LOCAL_MACHINE\\Comm\\Security\\SystemCertificates\\Disallowed\\Certificates\\' + 'AB' * 20 + ']\n"Blob"=hex:21,00\n')
    fails(cerium('cert', 'verify', made.leaf.pem), 1, 'not judged: an entry of Disallowed', 'ABAB')
    cerium('reg', 'undo', check=True)
    cerium('cert', 'verify', made.leaf.pem, check=True)


def test_json_says_whether_all_was_judged(cerium, made):
    cerium('cert', 'trust', made.root.pem, '--yes', check=True)
    answer = json.loads(cerium('cert', 'verify', made.leaf.pem, '--json', check=True).stdout)
    assert answer['good'] is True and answer['finished'] is True and answer['error'] == 0


def holds(pid, path):
    for number in os.listdir(f'/proc/{pid}/fd'):
        with contextlib.suppress(FileNotFoundError):  # closed meanwhile
            if os.readlink(f'/proc/{pid}/fd/{number}') == path:
                return True
    return False


@pytest.mark.parametrize('words', [['add', 'leaf.pem', '--key', 'leaf.key'], ['import', 'leaf.pfx', '--password-file', '-']], ids=lambda words: words[0])
def test_an_interrupt_leaves_no_key_behind(cerium, made, words):
    """While another program writes, it waits for its turn; Ctrl-C then leaves neither a certificate nor a key."""
    files = {'leaf.pem': made.leaf.pem, 'leaf.key': made.leaf.key, 'leaf.pfx': made.pfx}
    cerium('cert', 'trust', made.root.pem, '--yes', check=True)
    writer = sqlite3.connect(cerium.registry, isolation_level=None)
    writer.execute('BEGIN IMMEDIATE')
    command = cerium.command('cert', words[0], 'MY', *[files.get(word, word) for word in words[1:]])
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        process.stdin.write('pässwörd €\n'.encode())
        process.stdin.close()
        assert wait_until(lambda: holds(process.pid, f'{cerium.registry}-shm'))
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=60) == -signal.SIGINT
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
        process.stderr.close()
        writer.close()
    assert key_files(cerium) == [] and listed(cerium, 'MY') == []


# ---- what the program says of itself ----

def offered(cerium, *words):
    done = cerium('cert', '__complete', *words, check=True).stdout.splitlines()
    return {line for line in done[1:]}


def options_in(text):
    return set(re.findall(r'(?<![\w-])(--?[a-z][a-z0-9-]*)(?![\w-])', text))


def man_sections():
    """Verb -> its paragraph of the manual page, as plain text."""
    page = pathlib.Path(__file__).parents[2] / 'tools' / 'man' / 'cerium-cert.1'
    text = page.read_text(encoding='utf-8').split('.SH VERBS')[1].split('.SH ENVIRONMENT')[0]
    sections = {}
    for paragraph in text.split('.TP\n')[1:]:
        plain = re.sub(r'\\f.', '', paragraph.replace('\\-', '-').replace('"', ''))
        for verb in VERBS:
            if re.match(rf'\.BR {verb}\b', plain):
                sections[verb] = sections.get(verb, '') + plain
    return sections


def test_help_and_completion_name_the_same_verbs(cerium):
    text = cerium('cert', '--help', check=True).stdout
    assert re.findall(r'^  ((?:crl )?[a-z]+) {2,}\S', text.split('Stores, in the registry')[0], re.M) == VERBS
    assert offered(cerium, '') == {verb.split()[0] for verb in VERBS}
    assert offered(cerium, 'crl', '') == {verb.split()[1] for verb in VERBS if verb.startswith('crl ')}


@pytest.mark.parametrize('verb', VERBS)
def test_help_man_and_completion_name_the_same_options(cerium, verb):
    """--store stands for the first word of every verb that takes a store: the manual page says so once, the help where it matters."""
    known = offered(cerium, *verb.split(), '-') - {'--help', '--store'}
    usage = cerium('cert', *verb.split(), '--help', check=True).stdout
    assert options_in(usage) - {'--store', '--help'} >= known, f'not in the help: {known - options_in(usage)}'
    own = re.sub(r'(?s)Examples?:.*', '', usage)
    strange = options_in(re.sub(r'`cerium .*?`', '', own)) - known - {'--store'}
    assert not strange, f'the help of {verb} names what is no option: {strange}'
    section = man_sections().get(verb, '')
    in_man = options_in(section) - {'--store'}
    assert in_man == known, f'not in the manual page: {known - in_man}; no options: {in_man - known}'
