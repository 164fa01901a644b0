#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""
What the server holds in memory: idle, and per idle TLS connection.

usage: measure_memory.py --program CERIUM [--emulator "qemu-arm -L DIR"] [--connections N] --folder DIR

Under qemu-arm the ARM program's own pages are counted, not the emulator's: the guest's address space is put at a known place (-B) and
the resident pages in it are summed from /proc/PID/smaps.
"""
import argparse
import pathlib
import re
import shlex
import shutil
import ssl
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / 'build' / 'demo'))
import device as devices  # noqa: E402
import pki as pkis  # noqa: E402

GUEST_BASE = 0x5000_0000_0000
GUEST_SIZE = 1 << 32


def resident(pid, emulated):
    """Resident bytes: all of them, and the anonymous ones (the rest are pages of the program's and libraries' files, which the
    kernel shares and may drop); within the guest's space only when emulated."""
    total = anonymous = 0
    counted = False
    for line in pathlib.Path(f'/proc/{pid}/smaps').read_text().splitlines():
        area = re.match(r'([0-9a-f]+)-([0-9a-f]+) ', line)
        if area:
            counted = not emulated or GUEST_BASE <= int(area.group(1), 16) < GUEST_BASE + GUEST_SIZE
        elif counted and line.startswith('Rss:'):
            total += int(line.split()[1]) * 1024
        elif counted and line.startswith('Anonymous:'):
            anonymous += int(line.split()[1]) * 1024
    return total, anonymous


def settled(pid, emulated):
    """The figures once they stand still."""
    before = None
    for _ in range(50):
        now = resident(pid, emulated)
        if now == before:
            return now
        before = now
        time.sleep(0.1)
    return before


def connect(server, context):
    import socket
    plain = socket.create_connection(server.https, timeout=30)
    secure = context.wrap_socket(plain, server_hostname='localhost')
    secure.sendall(b'GET /public/ HTTP/1.1\r\nHost: localhost\r\n\r\n')
    answer = b''
    while b'everyone' not in answer:
        piece = secure.recv(4096)
        if not piece:
            raise RuntimeError(f'no answer: {answer!r}')
        answer += piece
    return secure


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--program', required=True)
    parser.add_argument('--emulator', default='')
    parser.add_argument('--connections', type=int, default=200)
    parser.add_argument('--folder', required=True, type=pathlib.Path)
    arguments = parser.parse_args()
    shutil.rmtree(arguments.folder, ignore_errors=True)
    emulator = shlex.split(arguments.emulator)
    if emulator:
        emulator[1:1] = ['-B', hex(GUEST_BASE)]
    device = devices.Device(arguments.folder, arguments.program, shlex.join(emulator), '')
    pki = pkis.Pki(device.folder / 'pki')
    authority = pki.authority('Authority')
    certificate = pki.leaf('server', authority, '/CN=CE Server Certificate', usage='serverAuth',
                           extra='subjectAltName = DNS:localhost\n')
    device('cert', 'add', '--store', 'MY', certificate.pem, '--key', certificate.key, check=True)
    device('reg', 'import', pathlib.Path(devices.__file__).parent / 'seed.reg', check=True)
    public = device.root / 'windows' / 'www' / 'public'
    public.mkdir(parents=True)
    (public / 'index.htm').write_text('everyone')
    context = ssl.create_default_context(cafile=str(authority.pem))
    with device.start() as server:
        pid = server.process.pid
        start, start_anonymous = settled(pid, emulator)
        # The first connections fill the pools and the heap's slack; what one more costs is the slope behind them.
        few = [connect(server, context) for _ in range(20)]
        warm = settled(pid, emulator)
        many = [connect(server, context) for _ in range(arguments.connections)]
        full = settled(pid, emulator)
        per = (full[0] - warm[0]) / arguments.connections
        print(f'idle: {start / 1024:.0f} KiB resident: {start_anonymous / 1024:.0f} KiB of its own, the rest pages of the program '
              'and library files')
        print(f'after 20 TLS connections: {warm[0] / 1024:.0f} KiB resident')
        print(f'one idle TLS connection: {per / 1024:.1f} KiB (over {arguments.connections} more)')
        for connection in few + many:
            connection.close()
    return 0


if __name__ == '__main__':
    sys.exit(main())
