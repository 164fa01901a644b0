# SPDX-License-Identifier: Apache-2.0
"""
RSA keys above the 4096 bits that BearSSL takes, and above what Cerium takes. The keys are products of Mersenne primes: quickly made, of any size,
and Python can sign with them.
"""
import hashlib
import re
from math import prod

import pytest

SIGNED, UNSIGNED = 0, 8
# exponents p of primes 2^p - 1, whose product has the wanted size
KEYS = {2048: (1279, 607, 127, 19, 13, 3), 4423: (4423,), 8192: (4423, 3217, 521, 31), 8319: (4423, 3217, 521, 127, 31)}


def der(tag, *parts):
    body = b''.join(parts)
    size = len(body)
    head = bytes([size]) if size < 128 else bytes([0x80 | (size.bit_length() + 7) // 8]) + size.to_bytes((size.bit_length() + 7) // 8, 'big')
    return bytes([tag]) + head + body


def integer(number):
    return der(2, number.to_bytes(number.bit_length() // 8 + 1, 'big'))


def name(text):
    return der(0x30, der(0x31, der(0x30, bytes.fromhex('0603550403'), der(0x0c, text.encode()))))


SHA256_RSA = bytes.fromhex('300d06092a864886f70d01010b0500')


class Key:
    def __init__(self, bits, exponent=65537):
        self.primes = [2 ** p - 1 for p in KEYS[bits]]
        self.n, self.e = prod(self.primes), exponent

    def sign(self, message):
        size = (self.n.bit_length() + 7) // 8
        info = bytes.fromhex('3031300d060960864801650304020105000420') + hashlib.sha256(message).digest()
        number = int.from_bytes(b'\0\1' + b'\xff' * (size - 3 - len(info)) + b'\0' + info, 'big')
        answer = 0
        for p in self.primes:  # the Chinese remainder theorem
            rest = self.n // p
            answer += pow(number % p, pow(self.e, -1, p - 1), p) * rest * pow(rest, -1, p)
        return (answer % self.n).to_bytes(size, 'big')


def certificate(subject, issuer, key, signer, serial, ca, spoil=False):
    spki = der(0x30, bytes.fromhex('300d06092a864886f70d0101010500'), der(3, b'\0', der(0x30, integer(key.n), integer(key.e))))
    constraints = der(0xa3, der(0x30, der(0x30, bytes.fromhex('0603551d130101ff'), der(4, bytes.fromhex('30030101ff')))))
    tbs = der(0x30, der(0xa0, integer(2)), integer(serial), SHA256_RSA, name(issuer), der(0x30, der(0x17, b'200101000000Z'), der(0x17, b'400101000000Z')),
              name(subject), spki, constraints if ca else b'')
    signature = bytearray(signer.sign(tbs))
    if spoil:
        signature[len(signature) // 2] ^= 1
    return der(0x30, tbs, SHA256_RSA, der(3, b'\0', bytes(signature)))


@pytest.mark.parametrize('bits, exponent, spoil, word', [
    (4423, 65537, False, SIGNED),
    (8192, 65537, False, SIGNED),
    (8192, 65537, True, UNSIGNED),
    (8192, 2 ** 64 - 59, False, SIGNED),       # the longest exponent: the dearest signature there can be
    (2048, 2 ** 64 + 13, False, UNSIGNED),     # longer: such a key is unsupported
    (8319, 65537, False, UNSIGNED),
])
def test_signature(cerium, tmp_path, bits, exponent, spoil, word):
    root, leaf = Key(bits, exponent), Key(2048)
    assert root.n.bit_length() == bits
    (tmp_path / 'root.der').write_bytes(certificate('large', 'large', root, root, 1, True, spoil))
    (tmp_path / 'leaf.der').write_bytes(certificate('leaf', 'large', leaf, root, 2, False, spoil))
    done = cerium('cert', 'verify', '--time', '1700000000', '--root', tmp_path / 'root.der', '--leaf', tmp_path / 'leaf.der')
    found = re.match(r'error=0x([0-9a-f]{8}) .* elements=(\S*)', done.stdout)
    assert int(found.group(1), 16) == word, done.stdout
    assert len(found.group(2).split(',')) == 2, done.stdout
