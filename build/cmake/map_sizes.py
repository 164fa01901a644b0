#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Sum up a GNU ld link map by whose code it is: BearSSL, SQLite, each room, the C library.

usage: map_sizes.py FILE.map
"""
import collections
import re
import sys

# " .text.name   0x00001234   0x56 path(member.o)"; long names leave the rest to the next line.
PIECE = re.compile(r'^ (\.[\w.$-]+|COMMON)?\s+0x[0-9a-f]+\s+0x([0-9a-f]+) (\S.*)$')
KEPT = ('.text', '.rodata', '.data', '.ARM', '.eh_frame', '.init', '.fini', '.got', '.tdata')
UNLOADED = ('.debug', '.comment', '.note', '.ARM.attributes', '.symtab', '.strtab')


def owner(path):
    room = re.search(r'libcerium_(\w+)\.a', path)
    if room:
        return room.group(1)
    for name in 'sqlite', 'bearssl':
        if f'lib{name}.a' in path:
            return name
    if 'libncursesw.a' in path or 'libtinfo.a' in path:
        return 'ncurses'
    if re.search(r'\.dir/', path):
        return 'main, extensions'
    return 'C library, start-up'


def main():
    sums = collections.Counter()
    section, in_map = '', False
    with open(sys.argv[1], encoding='utf-8') as lines:
        for line in lines:
            if line.startswith('Linker script and memory map'):
                in_map = True
            if not in_map:
                continue
            alone = re.match(r'^ (\.[\w.$-]+)$', line)
            if alone:
                section = alone.group(1)
                continue
            piece = PIECE.match(line)
            if not piece:
                continue
            name = piece.group(1) or section
            if name.startswith(KEPT) and not name.startswith(UNLOADED):
                sums[owner(piece.group(3))] += int(piece.group(2), 16)
    print('  code and constants by owner:')
    for name, size in sums.most_common():
        print(f'  {name:18} {size:8}')


if __name__ == '__main__':
    main()
