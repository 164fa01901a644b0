# SPDX-License-Identifier: Apache-2.0
"""A small PKI made with the openssl program: authorities, certificates with any serial, dates and usage. Nothing is kept but files."""
import datetime
import pathlib
import subprocess

CONFIG = """
[ca]
default_ca = this
[this]
database = {folder}/index.txt
serial = {folder}/serial
new_certs_dir = {folder}
default_md = sha256
policy = any
unique_subject = no
copy_extensions = none
[any]
organizationName = optional
commonName = supplied
"""

AUTHORITY = """
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
"""

LEAF = """
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
extendedKeyUsage = {usage}
"""


def openssl(*args, **options):
    """Runs openssl and returns what it prints; its words are in the exception when it fails."""
    done = subprocess.run(['openssl', *map(str, args)], stdin=subprocess.DEVNULL, capture_output=True, check=False,
                          **options)
    if done.returncode != 0:
        raise RuntimeError(f'openssl {args[0]} failed: {done.stderr.decode(errors="replace").strip()}')
    return done.stdout


def stamp(when):
    return when.strftime('%Y%m%d%H%M%SZ')


class Certificate:
    """A certificate and its key: .pem, .key, .both (certificate then key) and .der as paths."""

    def __init__(self, folder, name):
        self.name = name
        self.pem = folder / f'{name}.pem'
        self.key = folder / f'{name}.key'
        self.both = folder / f'{name}.both.pem'
        self.der = folder / f'{name}.der'

    def finish(self):
        openssl('x509', '-in', self.pem, '-outform', 'DER', '-out', self.der)
        self.both.touch(mode=0o600)
        self.both.write_bytes(self.pem.read_bytes() + self.key.read_bytes())
        return self


class Pki:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.config = self.folder / 'openssl.cnf'
        self.config.write_text(CONFIG.format(folder=self.folder))

    def _key(self, certificate, kind):
        certificate.key.touch(mode=0o600)
        if kind.startswith('rsa'):
            openssl('genpkey', '-algorithm', 'RSA', '-pkeyopt', f'rsa_keygen_bits:{kind[3:]}', '-out', certificate.key)
        else:
            openssl('genpkey', '-algorithm', 'EC', '-pkeyopt', f'ec_paramgen_curve:{kind}', '-out', certificate.key)

    def _sign(self, certificate, subject, extensions, serial, start, end, issuer):
        request = self.folder / f'{certificate.name}.csr'
        openssl('req', '-new', '-key', certificate.key, '-subj', subject, '-out', request, '-utf8')
        # An empty database each time: authorities are many here, and serial numbers belong to each of them.
        (self.folder / 'index.txt').write_text('')
        (self.folder / 'serial').write_text(serial + '\n')
        (self.folder / 'extensions').write_text(extensions)
        signer = ['-selfsign', '-keyfile', certificate.key] if issuer is None else \
            ['-cert', issuer.pem, '-keyfile', issuer.key]
        openssl('ca', '-config', self.config, '-batch', '-notext', '-in', request, '-out', certificate.pem, *signer,
                '-startdate', stamp(start), '-enddate', stamp(end), '-extfile', self.folder / 'extensions')
        return certificate.finish()

    def authority(self, name, issuer=None, subject=None, kind='P-256', serial='01', extensions=AUTHORITY, days=3650):
        """A certificate authority, self-signed unless it has an issuer."""
        certificate = Certificate(self.folder, name)
        self._key(certificate, kind)
        now = datetime.datetime.now(datetime.timezone.utc)
        return self._sign(certificate, subject or f'/CN={name}', extensions, serial, now - datetime.timedelta(days=30),
                          now + datetime.timedelta(days=days), issuer)

    def leaf(self, name, issuer, subject=None, serial='1001', usage='clientAuth', start=-1, end=365, extra='', kind='P-256'):
        """An end certificate; start and end are days from now."""
        certificate = Certificate(self.folder, name)
        self._key(certificate, kind)
        now = datetime.datetime.now(datetime.timezone.utc)
        return self._sign(certificate, subject or f'/CN={name}', LEAF.format(usage=usage) + extra, serial,
                          now + datetime.timedelta(days=start), now + datetime.timedelta(days=end), issuer)

    def tampered(self, name, original):
        """The original with one bit of its signature turned over; the key stays the same."""
        certificate = Certificate(self.folder, name)
        der = bytearray(original.der.read_bytes())
        der[-1] ^= 1
        broken = self.folder / f'{name}.broken'
        broken.write_bytes(der)
        openssl('x509', '-inform', 'DER', '-in', broken, '-out', certificate.pem)
        certificate.key.touch(mode=0o600)
        certificate.key.write_bytes(original.key.read_bytes())
        return certificate.finish()
