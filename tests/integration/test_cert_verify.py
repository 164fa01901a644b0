# SPDX-License-Identifier: Apache-2.0
"""`cerium cert verify`: for programs (one line, --batch) and for people (against the stores of the registry)."""
import re
import subprocess
import time

import pytest

from pki import openssl

LINE = re.compile(r'error=0x([0-9a-f]{8}) info=0x([0-9a-f]{8}) elements=(\S*)\n')
PARTIAL_CHAIN, UNTRUSTED_ROOT, NOT_TIME_VALID, BAD_SIGNATURE, WRONG_USAGE, WEAK_SIGNATURE = 0x10000, 0x20, 1, 8, 0x10, 0x100000


def word(text):
    match = LINE.fullmatch(text)
    assert match, text
    return int(match.group(1), 16)


@pytest.fixture(scope='module')
def made(pki):
    class Made:
        root = pki.authority('verify-root', kind='P-384')
        ca = pki.authority('verify-ca', issuer=root)
        alice = pki.leaf('verify-alice', ca, serial='3001')
        expired = pki.leaf('verify-expired', ca, start=-20, end=-10, serial='3002')
        server = pki.leaf('verify-server', ca, usage='serverAuth', serial='3003')
        broken = pki.tampered('verify-broken', alice)
    return Made


def leaf_line(made, leaf, *more):
    return ['--root', made.root.der, '--intermediate', made.ca.der, '--leaf', leaf.der, *more]


def test_one_line(cerium, made):
    def verify(*args):
        done = cerium('cert', 'verify', *args)
        assert done.returncode == (0 if word(done.stdout) == 0 else 1)
        return done

    good = verify(*leaf_line(made, made.alice, '--eku', 'client'))
    assert word(good.stdout) == 0
    assert len(LINE.fullmatch(good.stdout).group(3).split(',')) == 3
    assert word(verify(*leaf_line(made, made.alice, '--eku=1.3.6.1.5.5.7.3.2')).stdout) == 0
    assert word(verify(*leaf_line(made, made.expired)).stdout) == NOT_TIME_VALID
    assert word(verify(*leaf_line(made, made.server, '--eku', 'client')).stdout) == WRONG_USAGE
    assert word(verify(*leaf_line(made, made.broken)).stdout) & BAD_SIGNATURE
    assert word(verify('--leaf', made.alice.der, '--intermediate', made.ca.der, '--root', made.ca.der).stdout) != 0
    assert word(verify('--leaf', made.alice.pem).stdout) == PARTIAL_CHAIN
    assert word(verify('--leaf', made.root.pem).stdout) == UNTRUSTED_ROOT
    past = int(time.time()) - 86400 * 15
    assert word(verify(*leaf_line(made, made.expired, '--time', str(past))).stdout) == 0


def test_files_in_pem_with_more_inside(cerium, made, tmp_path):
    chain = tmp_path / 'chain.pem'
    chain.write_bytes(made.alice.both.read_bytes() + made.ca.pem.read_bytes())
    done = cerium('cert', 'verify', '--leaf', chain, '--root', made.root.pem)
    assert word(done.stdout) == 0


def test_unreadable_files(cerium, made, tmp_path):
    garbage = tmp_path / 'garbage'
    garbage.write_bytes(b'\x30\x82\xff\xff')
    for leaf in (garbage, tmp_path / 'nowhere', tmp_path):
        done = cerium('cert', 'verify', '--root', made.root.der, '--leaf', leaf)
        assert done.stdout == 'error=0x00010000 info=0x00000000 elements=\n' and str(leaf) in done.stderr
    done = cerium('cert', 'verify', '--root', garbage, *leaf_line(made, made.alice))
    assert word(done.stdout) == 0 and str(garbage) in done.stderr, 'a root that cannot be read is left out, and told'


def test_batch_answers_each_line_at_once(cerium, made, tmp_path):
    lines = [
        (leaf_line(made, made.alice), 0),
        (leaf_line(made, made.expired), NOT_TIME_VALID),
        (['--leaf', tmp_path / 'nowhere'], PARTIAL_CHAIN),
        (['nonsense'], PARTIAL_CHAIN),
        ([], PARTIAL_CHAIN),
        (['--leaf'], PARTIAL_CHAIN),
        (['--leaf', '-'], PARTIAL_CHAIN),  # standard input is the batch's
        (['--time', 'x', *leaf_line(made, made.alice)], PARTIAL_CHAIN),
        (['--eku', 'x', *leaf_line(made, made.alice)], PARTIAL_CHAIN),
        (leaf_line(made, made.alice, '--eku', 'client'), 0),
    ]
    with subprocess.Popen(cerium.command('cert', 'verify', '--batch'), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, text=True) as process:
        for args, wanted in lines:
            process.stdin.write('\t'.join(map(str, args)) + '\n')
            process.stdin.flush()
            assert word(process.stdout.readline()) == wanted, args  # before the next line is written
        process.stdin.close()
        assert process.stdout.read() == ''
        assert process.wait(30) == 0
    assert not cerium.registry.exists(), 'no registry is touched'


def test_batch_survives_a_line_without_end(cerium, made):
    done = cerium('cert', 'verify', '--batch', input='\t'.join(map(str, leaf_line(made, made.alice))))
    assert (word(done.stdout), done.returncode) == (0, 0)


@pytest.mark.parametrize('kind', ['rsa1024', 'rsa2048', 'rsa3072', 'rsa4096', 'P-256', 'P-384', 'P-521'])
@pytest.mark.parametrize('digest', ['sha1', 'sha224', 'sha256', 'sha384', 'sha512'])
def test_signature_algorithms_of_openssl(cerium, tmp_path, kind, digest, keys):
    pem = tmp_path / 'self.pem'
    openssl('req', '-x509', '-new', '-key', keys(kind), '-subj', '/CN=self', f'-{digest}', '-days', '9', '-out', pem)
    done = cerium('cert', 'verify', '--root', pem, '--leaf', pem)
    assert word(done.stdout) & BAD_SIGNATURE == 0, done.stdout
    der = bytearray(openssl('x509', '-in', pem, '-outform', 'DER'))
    der[-1] ^= 1
    broken = tmp_path / 'broken.der'
    broken.write_bytes(der)
    done = cerium('cert', 'verify', '--root', broken, '--leaf', broken)
    assert word(done.stdout) & BAD_SIGNATURE, done.stdout


@pytest.fixture(scope='module')
def keys(tmp_path_factory):
    folder = tmp_path_factory.mktemp('keys')

    def key(kind):
        path = folder / kind
        if not path.exists():
            options = ['RSA', '-pkeyopt', f'rsa_keygen_bits:{kind[3:]}'] if kind.startswith('rsa') else \
                ['EC', '-pkeyopt', f'ec_paramgen_curve:{kind}']
            openssl('genpkey', '-algorithm', *options, '-out', path)
        return path
    return key


def test_md5_is_too_weak_even_for_a_root(cerium, tmp_path, keys):
    pem = tmp_path / 'self.pem'
    openssl('req', '-x509', '-new', '-key', keys('rsa2048'), '-subj', '/CN=self', '-md5', '-days', '9', '-out', pem)
    assert word(cerium('cert', 'verify', '--root', pem, '--leaf', pem).stdout) & WEAK_SIGNATURE


def test_unsupported_keys_never_verify(cerium, tmp_path):
    for name, options in (('ed25519', ['-newkey', 'ed25519']), ('secp256k1', ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:secp256k1']),
                          ('pss', ['-newkey', 'rsa-pss', '-pkeyopt', 'rsa_keygen_bits:2048'])):
        pem = tmp_path / f'{name}.pem'
        openssl('req', '-x509', '-nodes', '-subj', '/CN=self', '-keyout', tmp_path / 'key', '-out', pem, *options)
        done = cerium('cert', 'verify', '--root', pem, '--leaf', pem)
        assert word(done.stdout) != 0, name
        shown = cerium('cert', 'show', pem, check=True).stdout
        assert {'ed25519': 'Ed25519', 'secp256k1': 'EC', 'pss': 'RSA-PSS'}[name] + ' (not supported)' in shown, shown


def test_for_a_person(cerium, made):
    cerium('cert', 'add', '--store', 'CA', made.ca.pem, check=True)
    untrusted = cerium('cert', 'verify', made.alice.pem)
    assert untrusted.returncode == 1
    assert 'NOT good' in untrusted.stdout and 'IS_PARTIAL_CHAIN' in untrusted.stdout and '0x00010000' in untrusted.stdout

    cerium('cert', 'add', '--store', 'Privileged', made.root.pem, check=True)
    good = cerium('cert', 'verify', made.alice.pem, '--eku', 'client')
    assert good.returncode == 0 and 'the certificate is good' in good.stdout
    for name in ('verify-alice', 'verify-ca', 'verify-root'):
        assert name in good.stdout

    expired = cerium('cert', 'verify', made.expired.pem)
    assert expired.returncode == 1 and 'IS_NOT_TIME_VALID' in expired.stdout and 'validity period' in expired.stdout
    wrong = cerium('cert', 'verify', made.server.pem, '--eku', 'client')
    assert wrong.returncode == 1 and 'IS_NOT_VALID_FOR_USAGE' in wrong.stdout

    cerium('cert', 'add', '--store', 'Disallowed', made.alice.pem, check=True)
    distrusted = cerium('cert', 'verify', made.alice.pem)
    assert distrusted.returncode == 1 and 'IS_EXPLICIT_DISTRUST' in distrusted.stdout


def test_the_registry_does_not_serve_programs(cerium, made):
    cerium('cert', 'add', '--store', 'ROOT', made.root.pem, check=True)
    cerium('cert', 'add', '--store', 'CA', made.ca.pem, check=True)
    assert word(cerium('cert', 'verify', '--leaf', made.alice.pem).stdout) == PARTIAL_CHAIN
