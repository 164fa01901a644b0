# SPDX-License-Identifier: Apache-2.0
"""`cerium cert find|export|import|trust|distrust|crl`, JSON, friendly names, the user's stores, undo."""
import hashlib
import json
import re
import stat
import subprocess

import pytest

import device as devices
from pki import openssl
from test_cert_stores import key_files, listed, thumbprint

VERBS = ['list', 'show', 'find', 'add', 'import', 'export', 'delete', 'trust', 'distrust', 'verify', 'map', 'crl add', 'crl list', 'crl show',
         'crl delete']


@pytest.fixture(scope='module')
def made(pki, tmp_path_factory):
    """A root, an authority, leaves, a revocation list."""
    class Made:
        folder = tmp_path_factory.mktemp('verbs')
        root = pki.authority('verbs-root', subject='/CN=verbs-root/O=Größe & Co')
        ca = pki.authority('verbs-ca', issuer=root)
        server = pki.leaf('verbs-server', ca, usage='serverAuth', serial='ABCDEF0123')
        alice = pki.leaf('verbs-alice', ca, serial='5001')
        old = pki.leaf('verbs-old', ca, start=-20, end=-10, serial='5002')
        soon = pki.leaf('verbs-soon', ca, end=9, serial='5003')
        crl = folder / 'ca.crl'
        password = folder / 'password'
    Made.password.write_text('open sesame\nsecond line\n')
    Made.password.chmod(0o600)
    (Made.folder / 'index.txt').write_text('')
    (Made.folder / 'number').write_text('07\n')
    config = Made.folder / 'crl.cnf'
    config.write_text(f'[ca]\ndefault_ca = this\n[this]\ndatabase = {Made.folder}/index.txt\ncrlnumber = {Made.folder}/number\n'
                      'default_md = sha256\ndefault_crl_days = 30\n')
    openssl('ca', '-config', config, '-gencrl', '-cert', Made.ca.pem, '-keyfile', Made.ca.key, '-out', Made.crl)
    return Made


@pytest.fixture
def filled(cerium, made):
    cerium('cert', 'add', 'MY', made.server.pem, '--key', made.server.key, '--name', 'Vordertür', check=True)
    cerium('cert', 'trust', made.root.pem, '--yes', check=True)
    cerium('cert', 'add', 'CA', made.ca.pem, made.old.pem, made.soon.pem, check=True)
    return cerium


def fails(done, code, *words):
    assert done.returncode == code, done
    for word in words:
        assert word in done.stderr, done.stderr


# ---- help ----

@pytest.mark.parametrize('verb', VERBS)
def test_every_verb_has_help(cerium, verb):
    done = cerium('cert', *verb.split(), '--help')
    assert done.returncode == 0 and done.stderr == ''
    assert done.stdout.startswith(f'usage: cerium cert {verb}') and 'Example' in done.stdout and 'Exit codes' in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 140
    assert cerium('cert', *verb.split(), 'x', '-h').stdout == done.stdout
    assert re.search(rf'^  {verb} ', cerium('cert', '--help').stdout, re.M)
    assert not cerium.registry.exists()


# ---- looking ----

def test_json_of_list_and_show(filled, made):
    stores = json.loads(filled('cert', 'list', '--json', check=True).stdout)
    assert stores['location'] == 'machine'
    by_name = {store['store']: store['certificates'] for store in stores['stores']}
    mine, = by_name['MY']
    assert mine['thumbprint'] == thumbprint(made.server) and mine['name'] == 'verbs-server' and mine['issuer'] == 'CN=verbs-ca'
    assert mine['serial'] == 'ab:cd:ef:01:23' and mine['private_key'] == 'yes' and mine['friendly_name'] == 'Vordertür'
    assert by_name['ROOT'][0]['subject'] == 'CN=verbs-root, O=Größe & Co'
    assert len(by_name['CA']) == 3 and 'Disallowed' not in by_name
    shown, = json.loads(filled('cert', 'show', thumbprint(made.server)[:6], '--json', check=True).stdout)
    assert shown['stores'] == ['MY'] and shown['private_key'] == 'yes'
    both = json.loads(filled('cert', 'show', made.ca.pem, '--json', check=True).stdout)
    assert len(both) == 1 and both[0]['stores'] == [] and 'private_key' not in both[0]


def test_show_pem_is_the_certificate(filled, made):
    pem = filled('cert', 'show', 'MY', thumbprint(made.server), '--pem', check=True).stdout
    assert pem.strip() == made.server.pem.read_text().strip()


def test_show_tells_stores_and_friendly_name(filled, made):
    filled('cert', 'add', 'CA', made.server.pem, check=True)
    text = filled('cert', 'show', thumbprint(made.server), check=True).stdout
    assert text.startswith('In stores MY (has its key), CA\n') and 'Vordertür' in text


def test_abbreviated_thumbprints(filled, made):
    full = thumbprint(made.ca)
    assert 'CN=verbs-ca' in filled('cert', 'show', full[:6].lower(), check=True).stdout
    fails(filled('cert', 'show', full[:5]), 2, '6 digits')
    missing = 'FFFFFF' if full[:6] != 'FFFFFF' else 'EEEEEE'
    fails(filled('cert', 'show', missing), 1, 'no certificate', 'cerium cert list')
    fails(filled('cert', 'show', 'ROOT', full[:8]), 1, 'store ROOT')


def test_an_abbreviation_of_several(cerium, pki, made):
    """Two certificates whose thumbprints begin alike are told, not guessed."""
    seen = {}
    base = pki.leaf('verbs-twin', made.ca, serial='6000')
    der = bytearray(base.der.read_bytes())
    for number in range(1 << 17):
        der[-1], der[-2], der[-3] = number & 255, number >> 8 & 255, number >> 16 & 255
        start = hashlib.sha1(der).hexdigest()[:6]
        if start in seen:
            break
        seen[start] = bytes(der)
    else:
        pytest.skip('no two alike')
    one, two = made.folder / 'one.der', made.folder / 'two.der'
    one.write_bytes(seen[start])
    two.write_bytes(der)
    cerium('cert', 'add', 'CA', one, two, check=True)
    fails(cerium('cert', 'show', start), 1, 'several', hashlib.sha1(der).hexdigest().upper(), ' in CA')
    fails(cerium('cert', 'delete', start), 1, 'several')
    assert len(listed(cerium)) == 2


def test_find(filled, made):
    def found(*args):
        return {entry['name'] for entry in json.loads(filled('cert', 'find', *args, '--json', check=True).stdout)}
    assert found('VERBS-CA') == {'verbs-ca', 'verbs-old', 'verbs-soon', 'verbs-server'}  # subject and issuer
    assert found('vordert') == {'verbs-server'}
    assert found('AB:CD:EF') == {'verbs-server'}
    assert found('verbs', '--store', 'ROOT') == {'verbs-root'}
    assert found(thumbprint(made.ca)[4:14]) == {'verbs-ca'}
    key_id = json.loads(filled('cert', 'show', thumbprint(made.ca), '--json', check=True).stdout)[0]['key_id']
    assert found(key_id) == {'verbs-ca', 'verbs-old', 'verbs-soon', 'verbs-server'}  # its own, and whom it issued
    assert found('--expired') == {'verbs-old'}
    assert found('--expires-within', '10') == {'verbs-soon'}
    assert found('--expired', '--expires-within', '10') == {'verbs-old', 'verbs-soon'}
    assert found('verbs-o', '--expired') == {'verbs-old'}
    done = filled('cert', 'find', 'nobody')
    fails(done, 1, 'nothing found')
    assert ' expired ' in filled('cert', 'find', '--expired', check=True).stdout


# ---- adding ----

def test_friendly_name_set_kept_and_taken_away(filled, made):
    def name():
        return json.loads(filled('cert', 'show', thumbprint(made.server), '--json', check=True).stdout)[0]['friendly_name']
    assert name() == 'Vordertür'
    filled('cert', 'add', 'MY', made.server.pem, check=True)
    assert name() == 'Vordertür'
    filled('cert', 'add', 'MY', made.server.pem, '--name', '', check=True)
    assert name() in (None, '')
    fails(filled('cert', 'add', 'CA', made.ca.pem, made.old.pem, '--name', 'x'), 1, '--name')


def test_an_encrypted_key(cerium, made):
    encrypted = made.folder / 'encrypted.pem'
    openssl('pkcs8', '-topk8', '-in', made.server.key, '-out', encrypted, '-passout', f'file:{made.password}')
    wrong = made.folder / 'wrong'
    wrong.write_text('closed sesame\n')
    wrong.chmod(0o600)
    add = ['cert', 'add', 'MY', made.server.pem, '--key', encrypted]
    fails(cerium(*add), 1, 'encrypted with a password', '--password-file')
    fails(cerium(*add, '--password-file', wrong), 1, 'not the password')
    fails(cerium(*add, '--password-file', made.folder / 'nowhere'), 1, 'password file')
    assert key_files(cerium) == [] and not cerium.registry.exists()
    assert 'with its key' in cerium(*add, '--password-file', made.password, check=True).stdout
    assert len(key_files(cerium)) == 1


def test_places_that_do_nothing_are_told(cerium, made):
    assert 'is a root; being in CA does not make it trusted' in cerium('cert', 'add', 'CA', made.root.pem, check=True).stderr
    assert 'it is no root' in cerium('cert', 'add', 'ROOT', made.ca.pem, check=True).stderr
    assert 'private key is not here' in cerium('cert', 'add', 'MY', made.server.pem, check=True).stderr


def test_what_is_no_root_is_not_trusted(cerium, made, pki):
    rollover = pki.authority('rollover', issuer=pki.authority('old-key', subject='/CN=Same name'), subject='/CN=Same name', serial='02')
    for certificate in (rollover, pki.tampered('damaged-root', made.root)):
        fails(cerium('cert', 'trust', certificate.pem, '--yes'), 1, 'has not signed itself', 'cerium cert verify')
    assert not cerium.registry.exists()
    assert 'being in CA' not in cerium('cert', 'add', 'CA', rollover.pem, check=True).stderr
    words = cerium('cert', 'verify', rollover.pem)
    assert words.returncode == 1 and 'issuer "CN=Same name" not found' in words.stdout


def test_the_stores_of_the_user_and_of_others(cerium, made):
    cerium('cert', 'add', 'CA', made.ca.pem, '--user', check=True)
    assert listed(cerium) == [] and listed(cerium, '--user') == [thumbprint(made.ca)]
    fails(cerium('cert', 'show', thumbprint(made.ca)), 1, 'any store')
    cerium('cert', 'delete', thumbprint(made.ca), '--user', check=True)
    assert listed(cerium, '--user') == []
    fails(cerium('cert', 'add', 'OEM', made.ca.pem), 2, 'no store "OEM"')
    cerium('reg', 'add', r'HKLM\Comm\Security\SystemCertificates\OEM', check=True)
    cerium('cert', 'add', 'oem', made.ca.pem, check=True)
    assert 'CN=verbs-ca' in cerium('cert', 'show', '--store', 'OEM', thumbprint(made.ca)[:7], check=True).stdout
    assert listed(cerium) == [thumbprint(made.ca)]


def test_undo(filled, made):
    before = listed(filled)
    filled('cert', 'delete', 'CA', thumbprint(made.ca), check=True)
    assert thumbprint(made.ca) not in listed(filled)
    filled('reg', 'undo', check=True)
    assert listed(filled) == before
    history = filled('reg', 'history', check=True).stdout
    assert f'cerium cert delete CA {thumbprint(made.ca)}' in history and 'cerium cert trust' in history


def test_delete_asks_for_the_store_when_there_are_several(filled, made):
    filled('cert', 'add', 'Trust', made.ca.pem, check=True)
    fails(filled('cert', 'delete', thumbprint(made.ca)), 1, 'CA and Trust', 'say which with --store')
    filled('cert', 'delete', thumbprint(made.ca), '--store', 'Trust', check=True)
    assert 'deleted from CA' in filled('cert', 'delete', thumbprint(made.ca)[:9], check=True).stdout


def test_delete_keeps_the_key_when_told(filled, made):
    assert 'its key stays' in filled('cert', 'delete', thumbprint(made.server), '--keep-key', check=True).stdout
    assert len(key_files(filled)) == 1
    filled('cert', 'add', 'MY', made.server.pem, check=True)
    assert ' yes  ' in filled('cert', 'list', 'MY', check=True).stdout, 'the key is found again'


# ---- trust ----

def test_trust_and_distrust(cerium, made):
    cerium('cert', 'add', 'CA', made.ca.pem, check=True)
    fails(cerium('cert', 'trust', made.ca.pem, '--yes'), 1, 'it is no root')
    fails(cerium('cert', 'trust', made.root.pem), 1, '--yes')
    assert listed(cerium, 'ROOT') == []
    done = cerium('cert', 'trust', made.root.pem, '--yes', check=True)
    assert thumbprint(made.root) in done.stdout and 'reg undo' in done.stdout
    assert 'already' in cerium('cert', 'trust', made.root.pem, '--yes', check=True).stdout
    cerium('cert', 'verify', made.alice.pem, check=True)
    fails(cerium('cert', 'distrust', made.alice.pem), 1, '--yes')
    done = cerium('cert', 'distrust', made.alice.pem, '--yes', check=True)
    assert 'Disallowed' in done.stdout
    assert 'IS_EXPLICIT_DISTRUST' in cerium('cert', 'verify', made.alice.pem).stdout
    cerium('reg', 'undo', check=True)
    cerium('cert', 'verify', made.alice.pem, check=True)
    cerium('cert', 'distrust', thumbprint(made.ca)[:8], '--yes', check=True)
    assert listed(cerium, 'CA') == listed(cerium, 'Disallowed') == [thumbprint(made.ca)]
    assert cerium('cert', 'verify', made.alice.pem).returncode == 1
    fails(cerium('cert', 'distrust', made.folder / 'nowhere', '--yes'), 1, 'cannot read')


# ---- files out and in ----

def test_export_forms(filled, made):
    out = filled.folder / 'out'
    full = thumbprint(made.ca)
    filled('cert', 'export', full, '--der', '-o', out, check=True)
    assert out.read_bytes() == made.ca.der.read_bytes()
    fails(filled('cert', 'export', full, '-o', out), 1, '--force')
    filled('cert', 'export', full, '-o', out, '--force', check=True)
    assert openssl('x509', '-in', out, '-outform', 'DER') == made.ca.der.read_bytes()
    done = filled('cert', 'export', 'CA', '--p7b', '-o', out, '--force', check=True)
    assert '3 certificates' in done.stdout
    assert openssl('pkcs7', '-inform', 'DER', '-in', out, '-print_certs').count(b'BEGIN CERTIFICATE') == 3
    assert filled('cert', 'export', 'CA', check=True).stdout.count('BEGIN CERTIFICATE') == 3
    fails(filled('cert', 'export', full, '-o', filled.registry, '--force'), 1, 'the registry itself')
    fails(filled('cert', 'export', full, '-o', filled.folder), 1, 'no regular file')
    fails(filled('cert', 'export', full, '-o', filled.folder / 'no' / 'where'), 1, 'cannot be written')
    fails(filled('cert', 'export', 'Trust'), 1, 'empty')


def test_a_key_leaves_only_when_asked_for(filled, made):
    full, out = thumbprint(made.server), filled.folder / 'server.pem'
    assert 'PRIVATE' not in filled('cert', 'export', full, check=True).stdout
    filled('cert', 'export', full, '--key', '-o', out, check=True)
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    public = openssl('x509', '-in', made.server.pem, '-noout', '-pubkey')
    assert openssl('pkey', '-in', out, '-pubout') == public
    filled('cert', 'export', full, '--key', '--password-file', made.password, '-o', out, '--force', check=True)
    assert 'ENCRYPTED PRIVATE KEY' in out.read_text()
    assert openssl('pkey', '-in', out, '-pubout', '-passin', f'file:{made.password}') == public
    fails(filled('cert', 'export', thumbprint(made.ca), '--key', '-o', filled.folder / 'x'), 1, 'not here')
    assert not (filled.folder / 'x').exists()


@pytest.mark.parametrize('strength', [[], ['--old']], ids=['new', 'old'])
def test_pfx_out_and_in(filled, made, tmp_path, strength):
    pfx = tmp_path / 'server.pfx'
    fails(filled('cert', 'export', thumbprint(made.server), '--pfx', '--key', '-o', pfx), 1, 'needs a password')
    filled('cert', 'export', thumbprint(made.server), '--pfx', '--key', *strength, '--password-file', made.password, '-o', pfx, check=True)
    assert stat.S_IMODE(pfx.stat().st_mode) == 0o600
    text = openssl('pkcs12', '-in', pfx, '-passin', f'file:{made.password}', '-nodes', '-legacy').decode(errors='replace')
    assert text.count('BEGIN CERTIFICATE') == 3 and text.count('PRIVATE KEY') == 2
    other = devices.Device(tmp_path / 'other')
    fails(other('cert', 'import', 'MY', pfx), 1, '--password-file')
    wrong = tmp_path / 'wrong'
    wrong.write_text('wrong\n')
    wrong.chmod(0o600)
    fails(other('cert', 'import', 'MY', pfx, '--password-file', wrong), 1, 'the password is not', 'nothing was imported')
    assert key_files(other) == [] and not other.registry.exists()
    done = other('cert', 'import', 'MY', pfx, '--password-file', made.password, check=True)
    assert done.stdout == 'MY: 1 added, 0 there already, 2 without a key put into CA, 1 private key, 0 files left out\n'
    assert 'is a root' in done.stderr
    assert listed(other, 'MY') == [thumbprint(made.server)] and len(listed(other, 'CA')) == 2 and len(key_files(other)) == 1
    assert 'Vordert' in other('cert', 'show', thumbprint(made.server), check=True).stdout


def test_a_pfx_of_openssl(cerium, made, tmp_path):
    pfx = tmp_path / 'openssl.p12'
    openssl('pkcs12', '-export', '-inkey', made.server.key, '-in', made.server.pem, '-certfile', made.ca.pem, '-name', 'from openssl',
            '-passout', f'file:{made.password}', '-out', pfx)
    done = cerium('cert', 'import', 'CA', pfx, '--password-file', made.password, check=True)
    assert 'private keys' in done.stderr and 'CA: 2 added' in done.stdout and key_files(cerium) == []
    done = cerium('cert', 'import', 'MY', pfx, '--password-file', made.password, check=True)
    assert '1 private key' in done.stdout and len(key_files(cerium)) == 1


def test_sst_brings_properties_and_lists(filled, made, tmp_path):
    filled('cert', 'crl', 'add', 'MY', made.crl, check=True)
    sst = tmp_path / 'my.sst'
    filled('cert', 'export', 'MY', '--sst', '-o', sst, check=True)
    other = devices.Device(tmp_path / 'other')
    assert '1 revocation list added' in other('cert', 'import', 'MY', sst, check=True).stdout
    assert 'Vordertür' in other('cert', 'show', thumbprint(made.server), check=True).stdout
    assert 'verbs-ca' in other('cert', 'crl', 'list', check=True).stdout


def test_import_of_a_directory(cerium, made, tmp_path):
    deep = tmp_path / 'in' / 'deep' / 'deeper'
    deep.mkdir(parents=True)
    top = tmp_path / 'in'
    (top / 'root.cer').write_bytes(made.root.der.read_bytes())
    (top / 'alice.pem').write_bytes(made.alice.both.read_bytes())
    (deep / 'chain.p7b').write_bytes(openssl('crl2pkcs7', '-nocrl', '-certfile', made.ca.pem, '-certfile', made.old.pem, '-outform', 'DER'))
    (deep / 'list.crl').write_bytes(made.crl.read_bytes())
    (deep / 'again').symlink_to(top)  # a circle
    (top / 'README').write_text('hello')
    (top / 'alice.key').write_bytes(made.alice.key.read_bytes())
    (top / 'cut.der').write_bytes(made.ca.der.read_bytes()[:-1])
    done = cerium('cert', 'import', 'CA', top, check=True)
    assert re.match(r'CA: 4 added, 0 there already, 1 revocation list added, 0 there already, \d+ files left out\n', done.stdout), done
    for name, why in (('README', 'no certificate'), ('alice.key', 'a private key'), ('cut.der', '')):
        assert re.search(rf'{name} is left out: .*{why}', done.stderr), done.stderr
    assert 'verbs-root' in done.stderr and 'is a root' in done.stderr
    assert sorted(listed(cerium, 'CA')) == sorted(thumbprint(c) for c in (made.root, made.ca, made.alice, made.old))
    assert cerium('cert', 'import', 'CA', top, check=True).stdout.startswith('CA: 0 added, 4 there already')
    assert listed(cerium, 'ROOT') == [], 'nothing is trusted by itself'
    cerium('reg', 'undo', check=True)
    assert listed(cerium) == [], 'one transaction'


def test_import_of_files_that_are_named(cerium, made, tmp_path):
    done = cerium('cert', 'import', 'CA', made.ca.pem, tmp_path / 'nowhere')
    assert done.returncode == 1 and 'nowhere is left out' in done.stderr and '1 added' in done.stdout and '1 file left out' in done.stdout
    garbage = tmp_path / 'garbage'
    garbage.write_bytes(b'\x30\x82\xff\xff')
    fails(cerium('cert', 'import', 'ROOT', garbage), 1, 'garbage is left out', 'nothing was imported')
    assert listed(cerium, 'ROOT') == []
    assert 'no root' in cerium('cert', 'import', 'ROOT', made.ca.pem, check=True).stderr


def test_many_files_without_certificates_are_counted(cerium, made, tmp_path):
    for number in range(30):
        (tmp_path / f'{number:02}.txt').write_text('x')
    (tmp_path / 'a.pem').write_bytes(made.ca.pem.read_bytes())
    done = cerium('cert', 'import', 'CA', tmp_path, check=True)
    assert done.stderr.count('is left out') == 10 and '... and 20 more' in done.stderr and '30 files left out' in done.stdout


# ---- revocation lists ----

def test_crls(cerium, made):
    added = cerium('cert', 'crl', 'add', 'CA', made.crl, check=True).stdout
    assert '1 added to CA, 0 there already' in added
    assert '0 added to CA, 1 there already' in cerium('cert', 'crl', 'add', 'CA', made.crl, check=True).stdout
    entry, = [crl for store in json.loads(cerium('cert', 'crl', 'list', '--json', check=True).stdout)['stores'] for crl in store['crls']]
    assert entry['issuer'] == 'CN=verbs-ca' and entry['entries'] == 0 and entry['delta'] is False
    assert entry['thumbprint'] in cerium('cert', 'list', '--crls', check=True).stdout
    assert entry['thumbprint'] not in cerium('cert', 'list', check=True).stdout
    assert 'verbs-ca' in cerium('cert', 'crl', 'show', entry['thumbprint'][:7], check=True).stdout
    assert 'verbs-ca' in cerium('cert', 'crl', 'show', made.crl, check=True).stdout
    assert 'BEGIN X509 CRL' in cerium('cert', 'crl', 'show', made.crl, '--pem', check=True).stdout
    fails(cerium('cert', 'crl', 'show', made.ca.pem), 1, 'no revocation list')
    fails(cerium('cert', 'crl', 'add', 'CA', made.ca.pem), 1, 'no revocation list')
    fails(cerium('cert', 'crl', 'delete', 'abcdef'), 1, 'no revocation list')
    cerium('cert', 'crl', 'delete', entry['thumbprint'][:6], check=True)
    assert 'no revocation lists yet' in cerium('cert', 'crl', 'list', check=True).stdout


def test_full_output_of_the_new_verbs(filled, made):
    for arguments in (['list', '--json'], ['find', 'verbs'], ['export', 'CA'], ['show', thumbprint(made.ca), '--pem'], ['crl', 'list'],
                      ['export', 'CA', '--sst']):
        with open('/dev/full', 'w', encoding='utf-8') as full:
            done = subprocess.run(filled.command('cert', *arguments), stdout=full, stderr=subprocess.PIPE, text=True, timeout=120, check=False)
        assert done.returncode == 1 and 'could not be written' in done.stderr, arguments


def test_verify_tells_what_the_lists_say(filled, made):
    ask = ['cert', 'verify', made.alice.pem, '--revocation', 'end']
    text = filled(*ask)
    assert text.returncode == 1 and 'revocation not known: no revocation list of its issuer is there' in text.stdout
    assert 'revocation' not in filled('cert', 'verify', made.alice.pem, check=True).stdout
    filled('cert', 'crl', 'add', 'CA', made.crl, check=True)
    assert re.search(r'revocation not revoked, says the list of CN=verbs-ca of 20\d\d-', filled(*ask, check=True).stdout)
    answer = json.loads(filled(*ask, '--json', check=True).stdout)
    assert answer['elements'][0]['revocation'].startswith('not revoked') and answer['elements'][1]['revocation'] is None
