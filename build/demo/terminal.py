# SPDX-License-Identifier: Apache-2.0
"""A terminal to drive a full-screen program with: a pseudo-terminal, and pyte to tell what is on its screen."""
import errno
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time

import pyte

SECONDS = float(os.environ.get('CERIUM_SCREEN_SECONDS', '60'))  # that a screen may take to come; only a broken program needs them

KEYS = {
    'Enter': '\r', 'Tab': '\t', 'Esc': '\x1b', 'Backspace': '\x7f', 'Space': ' ',
    'Up': '\x1bOA', 'Down': '\x1bOB', 'Right': '\x1bOC', 'Left': '\x1bOD', 'Home': '\x1bOH', 'End': '\x1bOF',
    'Insert': '\x1b[2~', 'Delete': '\x1b[3~', 'PgUp': '\x1b[5~', 'PgDn': '\x1b[6~', 'BackTab': '\x1b[Z',
    'F1': '\x1bOP', 'F2': '\x1bOQ', 'F3': '\x1bOR', 'F4': '\x1bOS', 'F5': '\x1b[15~', 'F10': '\x1b[21~',
}


class Screen(pyte.Screen):
    """With the sequences that terminfo's xterm has and pyte lacks: scrolling, and repeating a character."""
    last = ' '

    def draw(self, data):
        self.last = data[-1:] or self.last
        super().draw(data)

    def _scroll(self, count, edge, move):
        x, y = self.cursor.x, self.cursor.y
        top, bottom = self.margins or (0, self.lines - 1)
        self.cursor.y = top if edge == 'top' else bottom
        for _ in range(count or 1):
            move()
        self.cursor.x, self.cursor.y = x, y

    def scroll_up(self, count=1):
        self._scroll(count, 'bottom', self.index)

    def scroll_down(self, count=1):
        self._scroll(count, 'top', self.reverse_index)

    def repeat(self, count=1):
        self.draw(self.last * (count or 1))


class Stream(pyte.ByteStream):
    csi = {**pyte.ByteStream.csi, 'S': 'scroll_up', 'T': 'scroll_down', 'b': 'repeat'}
    events = pyte.ByteStream.events | {'scroll_up', 'scroll_down', 'repeat'}


class Terminal:
    """Runs a command on a terminal of its own. `term` is what TERM says, `lang` the locale; utf8 goes with it."""

    def __init__(self, command, columns=80, rows=24, term='xterm-256color', lang='C.UTF-8', env=None):
        self.screen = Screen(columns, rows)
        self.stream = Stream(self.screen)
        if 'UTF-8' not in lang:
            self.stream.select_other_charset('@')
        self.raw = b''
        self.master, slave = pty.openpty()
        self.before = termios.tcgetattr(slave)
        self._size(columns, rows)
        environment = {k: v for k, v in os.environ.items() if k not in ('LC_ALL', 'LC_CTYPE', 'LANG', 'NO_COLOR')}
        environment.update(TERM=term, LC_ALL=lang, **(env or {}))

        def take_terminal():
            os.setsid()
            fcntl.ioctl(0, termios.TIOCSCTTY, 0)

        self.process = subprocess.Popen([str(word) for word in command], stdin=slave, stdout=slave, stderr=slave,
                                        env=environment, preexec_fn=take_terminal)
        self.slave = slave  # kept open, so that what is set on it can be looked at afterwards

    def _size(self, columns, rows):
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack('HHHH', rows, columns, 0, 0))

    # ---- what goes in ----

    def send(self, text):
        os.write(self.master, text if isinstance(text, bytes) else text.encode())

    def keys(self, *names):
        """'F2', 'Ctrl-Z', 'Alt-d', or text as it is typed."""
        for name in names:
            if name.startswith('Ctrl-'):
                self.send(chr(ord(name[5:].upper()) & 31))
            elif name.startswith('Alt-'):
                self.send('\x1b' + name[4:])
            else:
                self.send(KEYS.get(name, name))

    def click(self, x, y, button=0):
        """As xterm reports it (SGR): press and release."""
        self.send(f'\x1b[<{button};{x + 1};{y + 1}M')
        if button < 64:
            self.send(f'\x1b[<{button};{x + 1};{y + 1}m')

    def resize(self, columns, rows):
        self.screen.resize(rows, columns)
        self._size(columns, rows)  # the kernel sends SIGWINCH

    # ---- what comes out ----

    def read(self, seconds):
        """Takes what the program has written, waiting at most so long for something; False when it has ended."""
        ready, _, _ = select.select([self.master], [], [], seconds)
        if not ready:
            return self.process.poll() is None
        try:
            data = os.read(self.master, 65536)
        except OSError as problem:
            if problem.errno != errno.EIO:
                raise
            data = b''
        self.raw += data
        self.stream.feed(data)
        return bool(data)

    @property
    def lines(self):
        # A wide character takes two cells; pyte leaves the second one empty.
        return [''.join(self.screen.buffer[y][x].data for x in range(self.screen.columns)).rstrip()
                for y in range(self.screen.lines)]

    @property
    def text(self):
        return '\n'.join(self.lines)

    def line(self, pattern):
        """The first line that the pattern is found in, and its number; None when there is none."""
        for y, line in enumerate(self.lines):
            if re.search(pattern, line):
                return y, line
        return None

    def wait(self, *patterns, gone=()):
        """Until every pattern is found in the text and none of `gone` is; the text then."""
        end = time.monotonic() + SECONDS
        while True:
            text = self.text
            missing = [p for p in patterns if not re.search(p, text, re.M)]
            left = [p for p in gone if re.search(p, text, re.M)]
            if not missing and not left:
                return text
            alive = self.read(0.2)
            if time.monotonic() > end or (not alive and self.process.poll() is not None and self.text == text):
                raise AssertionError(f'not on the screen: {missing}, still there: {left}\n{self.text}')

    def settle(self, seconds=0.3):
        """Until nothing was written for so long: for pictures, never for tests."""
        while select.select([self.master], [], [], seconds)[0] and self.read(0):
            pass

    def wait_end(self):
        """The exit code; what the program wrote last is read."""
        end = time.monotonic() + SECONDS
        while self.process.poll() is None:
            self.read(0.05)
            if time.monotonic() > end:
                raise AssertionError('the program does not end\n' + self.text)
        while select.select([self.master], [], [], 0)[0] and self.read(0):
            pass
        return self.process.returncode

    @property
    def settings(self):
        return termios.tcgetattr(self.slave)

    def close(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        os.close(self.master)
        os.close(self.slave)

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        self.close()
