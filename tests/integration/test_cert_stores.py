# SPDX-License-Identifier: Apache-2.0
"""`cerium cert add|list|show|delete`: stores, key files, refusals, exit codes."""
import os
import re
import sqlite3
import stat
import subprocess

import pytest

from pki import openssl

THUMBPRINT = re.compile(r'\b[0-9A-F]{40}\b')


@pytest.fixture(scope='module')
def made(pki):
    """A root, an intermediate, server certificates with every kind of key."""
    class Made:
        root = pki.authority('stores-root')
        ca = pki.authority('stores-ca', issuer=root)
        rsa = pki.leaf('stores-rsa', ca, usage='serverAuth', kind='rsa2048', serial='2001')
        rsa4096 = pki.leaf('stores-rsa4096', ca, usage='serverAuth', kind='rsa4096', serial='2002')
        p256 = pki.leaf('stores-p256', ca, usage='serverAuth', serial='2003')
        p384 = pki.leaf('stores-p384', ca, usage='serverAuth', kind='P-384', serial='2004')
        p521 = pki.leaf('stores-p521', ca, usage='serverAuth', kind='P-521', serial='2005')
    return Made


def thumbprint(certificate):
    text = openssl('x509', '-in', certificate.pem, '-noout', '-fingerprint', '-sha1').decode()
    return text.split('=')[1].strip().replace(':', '')


def key_files(cerium):
    folder = cerium.registry.with_name(cerium.registry.name + '.keys')
    return sorted(folder.iterdir()) if folder.exists() else []


def listed(cerium, *args):
    return THUMBPRINT.findall(cerium('cert', 'list', *args, check=True).stdout)


def test_add_makes_the_registry_and_list_shows_it(cerium, made):
    added = cerium('cert', 'add', '--store', 'root', made.root.pem)
    assert added.returncode == 0, added.stderr
    assert f'added to ROOT {thumbprint(made.root)}' in added.stdout
    assert cerium('cert', 'add', '--store=ROOT', made.root.der, check=True).stdout.startswith('already in ROOT')
    assert listed(cerium) == [thumbprint(made.root)]
    assert listed(cerium, '--store', 'ROOT') == [thumbprint(made.root)]
    assert listed(cerium, '--store', 'MY') == []
    assert re.search(r'^  stores-root +stores-root +20\d\d-\d\d-\d\d +[0-9A-F]{40}$', cerium('cert', 'list', check=True).stdout, re.M)


def test_one_file_with_many(cerium, made, tmp_path):
    bundle = tmp_path / 'bundle.pem'
    bundle.write_bytes(b'some words\n' + made.root.pem.read_bytes() + made.ca.both.read_bytes())
    cerium('cert', 'add', '--store', 'CA', bundle, made.root.der, check=True)
    assert sorted(listed(cerium, '--store', 'CA')) == sorted([thumbprint(made.root), thumbprint(made.ca)])


def test_each_store_apart(cerium, made):
    for store in ('MY', 'ROOT', 'CA', 'Privileged', 'Disallowed'):
        cerium('cert', 'add', '--store', store, made.ca.pem, check=True)
        assert listed(cerium, '--store', store) == [thumbprint(made.ca)]
    cerium('cert', 'delete', '--store', 'CA', thumbprint(made.ca), check=True)
    assert listed(cerium, '--store', 'CA') == []
    assert len(listed(cerium)) == 4


@pytest.mark.parametrize('kind', ['rsa', 'rsa4096', 'p256', 'p384', 'p521'])
def test_keys_of_every_kind_and_form(cerium, made, tmp_path, kind):
    certificate = getattr(made, kind)
    forms = {'pkcs8.pem': ['pkey'], 'pkcs8.der': ['pkcs8', '-topk8', '-nocrypt', '-outform', 'DER'],
             'old.pem': ['rsa', '-traditional'] if kind.startswith('rsa') else ['ec'],
             'old.der': (['rsa', '-traditional'] if kind.startswith('rsa') else ['ec']) + ['-outform', 'DER']}
    kept = set()
    for name, command in forms.items():
        path = tmp_path / name
        openssl(*command, '-in', certificate.key, '-out', path)
        done = cerium('cert', 'add', '--store', 'MY', certificate.pem, '--key', path)
        assert done.returncode == 0, f'{name}: {done.stderr}'
        (file,) = key_files(cerium)
        kept.add(file.read_bytes())
        if os.name == 'posix':
            assert stat.S_IMODE(file.stat().st_mode) == 0o600
            assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert len(kept) == 1, 'the same key is kept in the same words, whatever form it came in'
    public = openssl('x509', '-in', certificate.pem, '-noout', '-pubkey')
    assert openssl('pkey', '-in', file, '-pubout') == public
    openssl('pkey', '-in', file, '-check', '-noout')
    assert re.search(rf' yes  {thumbprint(certificate)}$', cerium('cert', 'list', 'MY', check=True).stdout, re.M)
    assert 'has its key' in cerium('cert', 'show', thumbprint(certificate), check=True).stdout


def test_the_key_goes_with_its_last_certificate(cerium, made, pki, tmp_path):
    renewed = pki.leaf('stores-renewed', made.ca, usage='serverAuth', serial='2010')
    again = tmp_path / 'again.pem'
    openssl('x509', '-in', renewed.pem, '-signkey', renewed.key, '-days', '9', '-out', again)
    cerium('cert', 'add', '--store', 'MY', renewed.pem, '--key', renewed.key, check=True)
    cerium('cert', 'add', '--store', 'MY', again, check=True)  # the key is there already
    assert len(key_files(cerium)) == 1
    assert cerium('cert', 'list', '--store', 'MY', check=True).stdout.count(' yes  ') == 2
    first = cerium('cert', 'delete', '--store', 'MY', thumbprint(renewed), check=True).stdout
    assert 'its key stays' in first and len(key_files(cerium)) == 1
    (left,) = listed(cerium, '--store', 'MY')
    assert 'its key was removed' in cerium('cert', 'delete', '--store', 'my', left, check=True).stdout
    assert key_files(cerium) == []
    gone = cerium('cert', 'delete', '--store', 'MY', left)
    assert gone.returncode == 1 and 'no certificate' in gone.stderr


def test_refused_keys(cerium, made, tmp_path):
    encrypted, old = tmp_path / 'encrypted.pem', tmp_path / 'old.pem'
    openssl('pkcs8', '-topk8', '-in', made.rsa.key, '-out', encrypted, '-passout', 'pass:x')
    openssl('rsa', '-in', made.rsa.key, '-aes128', '-traditional', '-passout', 'pass:x', '-out', old)
    ed25519 = tmp_path / 'ed25519.pem'
    openssl('genpkey', '-algorithm', 'ED25519', '-out', ed25519)
    bundle = tmp_path / 'bundle.pem'
    bundle.write_bytes(made.rsa.pem.read_bytes() + made.ca.pem.read_bytes())
    cases = [
        (['--store', 'MY', made.rsa.pem, '--key', made.rsa4096.key], 1, 'does not belong'),
        (['--store', 'MY', made.rsa.pem, '--key', made.p256.key], 1, 'does not belong'),
        (['--store', 'MY', made.p256.pem, '--key', made.p384.key], 1, 'does not belong'),
        (['--store', 'MY', made.rsa.pem, '--key', encrypted], 1, 'encrypted with a password'),
        (['--store', 'MY', made.rsa.pem, '--key', old], 1, 'encrypted with a password'),
        (['--store', 'MY', made.rsa.pem, '--key', ed25519], 1, 'no RSA key'),
        (['--store', 'MY', made.rsa.pem, '--key', made.rsa.pem], 1, 'no private key'),
        (['--store', 'MY', made.rsa.pem, '--key', tmp_path / 'nowhere'], 1, 'cannot read the key file'),
        (['--store', 'MY', bundle, '--key', made.rsa.key], 1, 'add the intermediates to CA'),
        (['--store', 'CA', made.rsa.pem, '--key', made.rsa.key], 2, 'belongs to a certificate in MY'),
    ]
    for args, code, words in cases:
        done = cerium('cert', 'add', *args)
        assert (done.returncode, words in done.stderr, done.stdout) == (code, True, ''), (args, done)
    assert not cerium.registry.exists() or listed(cerium) == []
    assert key_files(cerium) == []


def test_refused_files(cerium, made, tmp_path):
    garbage, cut = tmp_path / 'garbage', tmp_path / 'cut.der'
    garbage.write_bytes(b'hello')
    cut.write_bytes(made.ca.der.read_bytes()[:-1])
    for path, words in ((garbage, 'holds no certificate'), (cut, 'holds no certificate'), (tmp_path / 'nowhere', 'cannot read'),
                        (tmp_path, 'cannot read'), (made.ca.key, 'holds no certificate')):
        done = cerium('cert', 'add', '--store', 'CA', made.root.pem, path)
        assert done.returncode == 1 and words in done.stderr and str(path) in done.stderr, done
    assert not cerium.registry.exists() or listed(cerium) == [], 'all or nothing'


def test_others_may_not_write_the_key_folder(cerium, made):
    folder = cerium.registry.with_name(cerium.registry.name + '.keys')
    folder.mkdir()
    folder.chmod(0o777)
    done = cerium('cert', 'add', '--store', 'MY', made.p256.pem, '--key', made.p256.key)
    assert done.returncode == 1 and '0700' in done.stderr
    assert listed(cerium) == [] and key_files(cerium) == []


def test_a_key_that_others_may_read_is_no_key(cerium, made):
    cerium('cert', 'add', '--store', 'MY', made.p256.pem, '--key', made.p256.key, check=True)
    (file,) = key_files(cerium)
    def words():
        shown = cerium('cert', 'show', thumbprint(made.p256), check=True).stdout.splitlines()[0]
        return shown, cerium('cert', 'list', check=True).stdout
    assert 'has its key' in words()[0] and ' yes ' in words()[1]
    file.chmod(0o644)
    assert all('KEY REFUSED' in text and '0600' in text for text in words())
    file.chmod(0o600)
    file.parent.chmod(0o777)
    assert all('KEY REFUSED' in text for text in words())
    file.parent.chmod(0o700)
    content = file.read_bytes()
    file.write_bytes(b'no key')
    assert all('KEY DAMAGED' in text for text in words())
    file.write_bytes(content)
    if os.geteuid() == 0:
        os.chown(file, 1, 1)
        assert all('KEY REFUSED' in text for text in words())
    file.unlink()
    assert all('NO KEY' in text for text in words())


def test_show_tells_what_openssl_tells(cerium, made):
    shown = cerium('cert', 'show', made.ca.pem, check=True).stdout
    text = openssl('x509', '-in', made.ca.pem, '-noout', '-serial', '-fingerprint', '-sha256').decode()
    serial = re.search('serial=(.*)', text).group(1).lower()
    assert serial in re.search('Serial: *(.*)', shown).group(1).replace(':', '')
    assert re.search('Fingerprint=(.*)', text).group(1).replace(':', '').lower() in shown
    for words in ('CN=stores-ca', 'CN=stores-root', 'EC P-256', 'ECDSA with SHA-256', 'certification authority', 'keyCertSign'):
        assert words in shown
    both = cerium('cert', 'show', made.p256.both, check=True).stdout
    assert 'serverAuth' in both and 'Certificate 1 of 1' in both


def test_show_and_delete_by_any_spelling_of_the_thumbprint(cerium, made):
    cerium('cert', 'add', '--store', 'CA', made.ca.pem, check=True)
    plain = thumbprint(made.ca)
    spaced = ' '.join(plain[i:i + 2].lower() for i in range(0, 40, 2))
    assert 'In store CA' in cerium('cert', 'show', spaced, check=True).stdout
    assert 'In store CA' in cerium('cert', 'show', '--store', 'CA', plain, check=True).stdout
    assert cerium('cert', 'show', '--store', 'ROOT', plain).returncode == 1
    assert cerium('cert', 'show', '0' * 40).returncode == 1
    assert cerium('cert', 'delete', '--store', 'CA', spaced.replace(' ', ':')).returncode == 0


def test_wrong_usage(cerium, made):
    for args in (['add', made.ca.pem], ['add', '--store', 'CA'], ['add', '--store', 'NONE', made.ca.pem], ['add', '--store'],
                 ['add', '--store', 'CA', '--force', made.ca.pem], ['list', '--store'], ['list', 'x'], ['show'],
                 ['show', 'a', 'b'], ['show', '--store', 'CA', 'nothumbprint'], ['delete', '--store', 'CA'],
                 ['delete'], ['delete', '--store', 'CA', 'xyz'], ['delete', 'CA', 'abc12'], ['verify'], ['verify', '--eku', 'x', 'f'],
                 ['verify', '--time', 'now', 'f'], ['verify', '--time', '2026-13-01', 'f'], ['verify', '--time', '2026-02-30', 'f'], ['verify', '--leaf'], ['verify', '--batch', 'f'], ['frobnicate'], ['crl'], ['crl', 'x'], ['crl', 'add', 'CA'], ['find'],
                 ['find', '--expires-within', '-1'], ['export'], ['export', 'CA', '--pem', '--der'], ['export', 'CA', '--der'],
                 ['export', 'CA', '--sst', '--key'], ['export', 'abcdef', '--old'], ['import'], ['import', 'CA'], ['import', 'NONE', 'f'],
                 ['trust'], ['trust', 'a', 'b'], ['distrust'], ['map'], ['add', 'MY', 'f', '--password-file', 'p'], ['list', '--json=1'], []):
        done = cerium('cert', *args)
        assert done.returncode == 2 and done.stdout == '' and ('--help' in done.stderr or args in ([], ['crl'], ['crl', 'x'])), (args, done)
    assert not cerium.registry.exists()
    help_text = cerium('cert', '--help')
    assert help_text.returncode == 0 and 'Examples' in help_text.stdout and 'Exit codes' in help_text.stdout


def test_no_registry_is_said(cerium):
    done = cerium('cert', 'list')
    assert done.returncode == 1 and str(cerium.registry) in done.stderr
    assert not cerium.registry.exists()


@pytest.mark.parametrize('spoil', ['folder for everyone', 'file for the group', 'link', 'gone'])
def test_the_server_does_not_use_a_key_that_others_could_exchange(cerium, made, spoil):
    cerium('cert', 'add', '--store', 'MY', made.p256.pem, '--key', made.p256.key, check=True)
    cerium.reg_import(r'''
[HKEY_LOCAL_MACHINE\COMM\HTTPD]
"Address"="127.0.0.1"
"Port"=dword:0
[HKEY_LOCAL_MACHINE\COMM\HTTPD\SSL]
"IsEnabled"=dword:1
"Port"=dword:0
"CertificateSubject"="stores-p256"
''')
    cerium.start().stop()
    key, = key_files(cerium)
    if spoil == 'folder for everyone':
        key.parent.chmod(0o777)
    elif spoil == 'file for the group':
        key.chmod(0o640)
    elif spoil == 'link':
        key.rename(key.with_suffix('.away'))
        key.symlink_to(key.with_suffix('.away'))
    else:
        key.unlink()
    done = cerium('httpd')
    assert done.returncode == 1 and 'CertificateSubject' in done.stderr, done.stderr


@pytest.mark.parametrize('there_before', [False, True])
def test_a_failing_add_leaves_no_key(cerium, made, there_before):
    cerium('cert', 'add', '--store', 'ROOT', made.root.pem, check=True)
    if there_before:
        cerium('cert', 'add', '--store', 'MY', made.p256.pem, '--key', made.p256.key, check=True)
    before = key_files(cerium)
    writer = sqlite3.connect(cerium.registry, isolation_level=None)
    try:
        writer.execute('BEGIN IMMEDIATE')
        done = cerium('cert', 'add', '--store', 'MY', made.p256.pem, '--key', made.p256.key)
    finally:
        writer.close()
    assert done.returncode == 1 and 'nothing was added' in done.stderr
    assert key_files(cerium) == before and len(before) == there_before


@pytest.mark.parametrize('arguments', [
    ['add', '--store', 'MY', '--store', 'CA', 'FILE'], ['add', '--store', 'MY', 'FILE', '--key', 'a', '--key=b'],
    ['list', '--store', 'MY', '--store', 'MY'], ['show', '--store', 'MY', '--store', 'CA', '0' * 40],
    ['delete', '--store', 'MY', '--store', 'CA', '0' * 40], ['verify', '--leaf', 'FILE', '--leaf', 'FILE'],
    ['verify', 'FILE', '--time', '1', '--time', '2'], ['verify', 'FILE', '--eku', 'client', '--eku', 'server'],
    ['verify', '--batch', '--batch'],
], ids=' '.join)
def test_an_option_twice(cerium, made, arguments):
    done = cerium('cert', *[made.root.pem if word == 'FILE' else word for word in arguments])
    assert done.returncode == 2 and 'given twice' in done.stderr
    assert not cerium.registry.exists()


def test_full_output(cerium, made):
    cerium('cert', 'add', '--store', 'ROOT', made.root.pem, check=True)
    leaf = ['verify', '--leaf', made.root.pem, '--root', made.root.pem]
    for arguments, text in ((['list'], None), (['show', made.root.pem], None), (['show', thumbprint(made.root)], None), (leaf, None),
                            (['verify', made.root.pem], None), (['--help'], None),
                            (['verify', '--batch'], '\t'.join(map(str, leaf[1:])) + '\n')):
        assert cerium('cert', *arguments, input=text).returncode == 0
        with open('/dev/full', 'w', encoding='utf-8') as full:
            done = subprocess.run(cerium.command('cert', *arguments), stdout=full, stderr=subprocess.PIPE, input=text or '', text=True,
                                  timeout=120, check=False)
        assert done.returncode == 1 and done.stderr == 'cerium: standard output could not be written\n', arguments
