# SPDX-License-Identifier: Apache-2.0
"""Writes upcase_table.h: the upcase table of plat_upcase, out of Python's Unicode data.

    python3 platform/common/upcase_table.py > platform/common/upcase_table.h

A pair (lower, upper) is in the table when each is the other's simple case mapping and both lie in the BMP. Asking for
both directions leaves out what Windows keeps apart: dotless i, long s, the micro sign, final sigma, the Greek symbol
letters, the title-case digraphs. Letters assigned after Unicode 6.0 are left out too (NEWER): a name's fold is
stored in registries, so the table must not change with the Python that made it.
"""

import unicodedata

# Cased letters of the BMP assigned after Unicode 6.0; where later versions fill a block further, the whole rest of the block.
NEWER = [
    (0x037F, 0x037F), (0x0528, 0x052F), (0x10C7, 0x10CF), (0x10FD, 0x10FF), (0x13F5, 0x13FF), (0x1C80, 0x1CBF),
    (0x2C2F, 0x2C2F), (0x2C5F, 0x2C5F), (0x2CF2, 0x2CF3), (0x2D26, 0x2D2F), (0xA698, 0xA69B), (0xA792, 0xA79F),
    (0xA7AA, 0xA7FF), (0xAB30, 0xABBF),
]


def single(text):
    return ord(text) if len(text) == 1 and ord(text) < 0x10000 else None


def upper(code):
    """The simple upper-case mapping. str.upper() is the full one; where that is longer, the simple one is the
    title-case mapping (Greek letters with iota subscript)."""
    return single(chr(code).upper()) or single(chr(code).title())


def pairs():
    for code in range(0x80, 0x10000):
        if 0xD800 <= code < 0xE000:
            continue
        up = upper(code)
        if up is None or up == code or single(chr(up).lower()) != code:
            continue
        if unicodedata.category(chr(code)) == "Lt":
            continue
        if any(low <= c <= high for low, high in NEWER for c in (code, up)):
            continue
        yield code, up


def runs(table):
    """Runs of letters with one distance between them (1 or 2) and one way to their upper case."""
    out = []
    for code, up in table:
        delta = up - code
        if out:
            first, last, step, d = out[-1]
            if d == delta and code - last == (step or code - last) and code - last <= 2:
                out[-1] = (first, code, code - last, d)
                continue
        out.append((code, code, 0, delta))
    return [(first, last, step or 1, delta) for first, last, step, delta in out]


def main():
    table = list(pairs())
    rows = runs(table)
    print("/* SPDX-License-Identifier: Apache-2.0 */")
    print("/* Made by upcase_table.py; change that, not this. %d pairs, %d runs, %d bytes. */" %
          (len(table), len(rows), 6 * len(rows)))
    print("#ifndef CERIUM_PLATFORM_UPCASE_TABLE_H")
    print("#define CERIUM_PLATFORM_UPCASE_TABLE_H")
    print()
    print("/* first letter, number of letters * 4 + distance between them, what to add (modulo 65536) */")
    print("/* clang-format off */")
    print("static const uint16_t upcase_runs[][3] = {")
    line = ""
    for first, last, step, delta in rows:
        count = (last - first) // step + 1
        item = "{0x%04X, %d, 0x%04X}," % (first, count * 4 + step, delta & 0xFFFF)
        if len(line) + len(item) + 1 > 106:
            print("    " + line)
            line = ""
        line += (" " if line else "") + item
    print("    " + line)
    print("};")
    print("/* clang-format on */")
    print()
    print("#endif")


main()
