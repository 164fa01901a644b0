#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the multiples of P-256's generator that the engine keeps (12 KB), and proves that its comb may use the incomplete addition.

usage: p256_tables.py FILE.c
"""
import sys

P = 2**256 - 2**224 + 2**192 + 2**96 - 1
N = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551
B = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b
G = (0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296,
     0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5)
ODD_MULTIPLES = 64
TABLES, TEETH, SPACING = 4, 6, 44  # as in p256.h and p256_secret.c
STEPS = SPACING // TABLES


def add(a, b):
    if a is None or b is None:
        return a or b
    if a[0] == b[0]:
        if (a[1] + b[1]) % P == 0:
            return None
        slope = (3 * a[0] * a[0] - 3) * pow(2 * a[1], -1, P)
    else:
        slope = (b[1] - a[1]) * pow(b[0] - a[0], -1, P)
    x = (slope * slope - a[0] - b[0]) % P
    return x, (slope * (a[0] - x) - a[1]) % P


def times(k, a):
    total = None
    for bit in bin(k % N)[2:]:
        total = add(total, total)
        if bit == '1':
            total = add(total, a)
    return total


def comb(table):
    """Entry i: the last tooth's digit is 1, those of the others -1 where i has a 0."""
    for i in range(2 ** (TEETH - 1)):
        digits = [1 if i >> tooth & 1 else -1 for tooth in range(TEETH - 1)] + [1]
        k = sum(digit << SPACING * tooth for tooth, digit in enumerate(digits))
        yield times(k << STEPS * table, G)


def signed_digits(number, places):
    """The only way to write number as a sum of +-2^i, each i of places once; None if there is none."""
    digits = {}
    runs = sorted(places)
    while runs:
        start = runs[0]
        length = 1
        while length < len(runs) and runs[length] == start + length:
            length += 1
        # What stands above the run is divisible by the place of the next one: so the run's own sum is known from what is left.
        above = runs[length] if length < len(runs) else None
        if number % (1 << start):
            return None
        if above is None:
            part = number >> start
        else:
            part = (number >> start) % (1 << above - start)
            if part >= 1 << length:
                part -= 1 << above - start
        if part % 2 == 0 or abs(part) >= 1 << length:
            return None
        bits = (part + (1 << length) - 1) // 2
        for i in range(length):
            digits[start + i] = 1 if bits >> i & 1 else -1
        number -= part << start
        runs = runs[length:]
    return digits if number == 0 else None


def prove():
    """A sum and the point added to it are equal or opposite only if a sum of +-2^i over all their places is a multiple of n."""
    done = set()
    for step in reversed(range(STEPS)):
        for table in reversed(range(TABLES)):
            new = {STEPS * table + step + SPACING * tooth for tooth in range(TEETH)}
            places = done | new
            last = len(places) == TEETH * SPACING
            most = sum(1 << i for i in places)
            step_multiples = range(-(most // (N << step)), most // (N << step) + 1)
            for m in step_multiples if done else ():
                digits = signed_digits(m * N << step, places)
                if digits is None:
                    continue
                # Only at the very end: equal points mean k = m n + 2 (the last point), k odd from 1 to n.
                assert last, (step, table, m)
                opposite = m * N
                equal = m * N - 2 * sum(digits[i] << i for i in new)
                assert not 0 < equal < N, m
                assert m == 1 or not 0 < opposite <= N, m  # k = n is 0 in disguise: infinity is right
            done = places


def element(number):
    limbs = (number * 2**256 % P >> 64 * i & 2**64 - 1 for i in range(4))
    return '{{' + ', '.join(f'UINT64_C(0x{limb:016x})' for limb in limbs) + '}}'


def rows(points):
    for x, y in points:
        yield f'{{{element(x)}, {element(y)}}},'


def main():
    assert (G[1] * G[1] - G[0] ** 3 + 3 * G[0] - B) % P == 0 and times(N - 1, G) == (G[0], P - G[1])
    prove()
    lines = ['/* SPDX-License-Identifier: Apache-2.0 */', '/* Made by p256_tables.py. */', '#include "crypto/p256.h"', '']
    lines += ['const struct p256_affine p256_odd_multiples[P256_ODD_MULTIPLES] = {']
    lines += rows(times(2 * i + 1, G) for i in range(ODD_MULTIPLES))
    lines += ['};', '', 'const struct p256_affine p256_comb[P256_COMB_TABLES][P256_COMB_SIZE] = {']
    for table in range(TABLES):
        lines += ['{', *rows(comb(table)), '},']
    lines += ['};', '']
    with open(sys.argv[1], 'w', encoding='ascii') as file:
        file.write('\n'.join(lines))


if __name__ == '__main__':
    main()
