#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Check every #include of the tree against build/cmake/walls.txt.

usage: walls.py TREE [--table FILE]

Prints "file:line: room X may not include <y>: why" for each one that crosses a wall; the exit code is 1 if there was any.
"""
import os
import re
import sys

INCLUDE = re.compile(r'^\s*#\s*include(?:_next)?\s*(?:<([^>\n]*)>|"([^"\n]*)"|(.*))')
TOKEN = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)


class Walls:
    def __init__(self, tree, table):
        self.tree = tree
        self.rooms = {}      # room -> its declared neighbours
        self.headers = {}    # header with few readers -> their folders
        self.system = []     # folders that may include headers of the operating system
        self.standard = set()
        self.win32 = []
        with open(table, encoding='utf-8') as lines:
            for line in lines:
                if line.startswith('#') or ':' not in line:
                    continue
                left, _, right = line.partition(':')
                kind, _, name = left.strip().partition(' ')
                words = right.split()
                if kind == 'room':
                    self.rooms[name] = words
                elif kind == 'header':
                    self.headers[name] = words
                elif kind == 'system':
                    self.system += words
                elif kind == 'c':
                    self.standard.update(words)
                elif kind == 'win32':
                    self.win32 += words
                else:
                    sys.exit(f'{table}: what is "{line.strip()}"?')
        self.faces = set()
        for room in self.rooms:
            folder = os.path.join(tree, room, 'include', 'win32')
            if os.path.isdir(folder):
                self.faces.update(os.listdir(folder))

    def why_not(self, path, room, name, angled):
        """Why the file at path, in room, may not include name; None if it may."""
        def inside(folders):
            return any(path == folder or path.startswith(folder + '/') for folder in folders)

        if name.startswith('/') or '..' in name.split('/'):
            return 'a path that leaves the folder'
        base = name.rsplit('/', 1)[-1]
        if name in self.faces or name.startswith('win32/'):
            allowed = inside(self.win32) or path.split('/')[1:3] == ['include', 'win32']
            return None if allowed else 'a Win32 face; inside, the rooms\' own headers are used'
        if base in self.headers:
            return None if inside(self.headers[base]) else 'it belongs to ' + ' and '.join(self.headers[base])
        owner = name.split('/')[0] if '/' in name else None
        if owner in self.rooms:
            if owner == room or owner in self.rooms[room]:
                return None
            return f'its neighbours are: {" ".join(self.rooms[room]) or "none"}'
        if angled and name not in self.standard and not inside(self.system):
            return 'not a C standard header; the operating system is platform\'s business'
        return None

    def check_file(self, path, room):
        with open(os.path.join(self.tree, path), encoding='utf-8', errors='replace') as handle:
            text = handle.read()

        def blank(match):
            token = match.group()
            return token if token[0] in '"\'' else '\n' * token.count('\n') or ' '
        for number, line in enumerate(TOKEN.sub(blank, text).split('\n'), 1):
            match = INCLUDE.match(line)
            if not match:
                continue
            angled, quoted, computed = match.groups()
            name = angled or quoted
            if name is None:
                yield number, computed.strip(), 'an include must name its file'
                continue
            why = self.why_not(path, room, name, angled is not None)
            if why:
                yield number, name, why

    def check(self):
        files = found = 0
        for room in self.rooms:
            for folder, folders, names in os.walk(os.path.join(self.tree, room)):
                folders.sort()
                for name in sorted(names):
                    if not name.endswith(('.c', '.h')):
                        continue
                    files += 1
                    path = os.path.relpath(os.path.join(folder, name), self.tree)
                    for number, header, why in self.check_file(path, room):
                        found += 1
                        print(f'{path}:{number}: room {room} may not include <{header}>: {why}')
        return files, found


def main():
    tree = sys.argv[1]
    table = sys.argv[3] if len(sys.argv) > 3 and sys.argv[2] == '--table' \
        else os.path.join(tree, 'build', 'cmake', 'walls.txt')
    files, found = Walls(tree, table).check()
    if found:
        print(f'{found} include(s) cross a wall; the table is build/cmake/walls.txt')
        sys.exit(1)
    print(f'{files} files within their walls')


if __name__ == '__main__':
    main()
