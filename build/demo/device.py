# SPDX-License-Identifier: Apache-2.0
"""A device to try things on: a registry, a tree of files and the program `cerium`, in a folder of their own."""
import os
import pathlib
import re
import shlex
import shutil
import signal
import subprocess
import threading
import time

READY_SECONDS = 60
STOP_SECONDS = 30


class Device:
    """Calling it runs the program: device('reg', 'query', 'HKLM') -> CompletedProcess with text."""

    def __init__(self, folder, program=None, emulator=None, extensions=None):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.program = program or os.environ['CERIUM']
        self.emulator = shlex.split(os.environ.get('CERIUM_EMULATOR', '') if emulator is None else emulator)
        self.extensions = os.environ.get('CERIUM_EXTENSIONS', '') if extensions is None else extensions
        self.registry = self.folder / 'registry.db'
        self.root = self.folder / 'root'
        (self.root / 'windows' / 'www').mkdir(parents=True, exist_ok=True)

    def command(self, *args):
        return [*self.emulator, self.program, '--registry', str(self.registry), '--root', str(self.root), *map(str, args)]

    def __call__(self, *args, input=None, check=False, timeout=120, env=None):
        done = subprocess.run(self.command(*args), input=input, capture_output=True, text=True, timeout=timeout, env=env,
                              check=False, **({} if input is not None else {'stdin': subprocess.DEVNULL}))
        if check and done.returncode != 0:
            raise RuntimeError(f'cerium {shlex.join(map(str, args))} ended with {done.returncode}: '
                               f'{done.stdout}{done.stderr}'.strip())
        return done

    def reg_import(self, text, name='settings.reg'):
        """Imports .reg text; the file stays in the folder for people to look at."""
        path = self.folder / name
        path.write_text(text, encoding='utf-8')
        return self('reg', 'import', path, check=True)

    def install_extension(self, name, ce_folder='windows'):
        """Copies a sample extension to where a CE path names it. Built-in ones need no file."""
        if self.extensions:
            target = self.root / ce_folder
            target.mkdir(parents=True, exist_ok=True)
            shutil.copy2(pathlib.Path(self.extensions) / f'{name}.so', target / f'{name}.so')

    def start(self):
        return Server(self)


class Server:
    """A running `cerium httpd`: .http and .https are (host, port) or None, .log its lines so far."""

    def __init__(self, device):
        self.log = []
        self._changed = threading.Condition()
        self.process = subprocess.Popen(device.command('httpd'), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, text=True, errors='replace')
        self._ready = None
        self._readers = [threading.Thread(target=self._read_ready, daemon=True),
                         threading.Thread(target=self._read_log, daemon=True)]
        for reader in self._readers:
            reader.start()
        with self._changed:
            self._changed.wait_for(lambda: self._ready is not None, READY_SECONDS)
        if not self._ready:
            self.stop(expect=None)
            raise RuntimeError('the server did not get ready: ' + ''.join(self.log))
        self.http = self._address('http')
        self.https = self._address('https')

    def _address(self, scheme):
        found = re.search(rf'\b{scheme}=(\S+):(\d+)', self._ready)
        return (found.group(1).strip('[]'), int(found.group(2))) if found else None

    def _read_ready(self):
        line = self.process.stdout.readline()
        with self._changed:
            self._ready = line
            self._changed.notify_all()
        self.process.stdout.read()

    def _read_log(self):
        for line in self.process.stderr:
            with self._changed:
                self.log.append(line)
                self._changed.notify_all()

    @property
    def ready_line(self):
        return self._ready

    def wait_log(self, text, since=0, seconds=20):
        """The first log line from number `since` on that holds the text; None when it does not come."""
        def find():
            return next((line for line in self.log[since:] if text in line), None)
        with self._changed:
            return self._changed.wait_for(find, seconds)

    def url(self, path='/', scheme='https'):
        host, port = self.https if scheme == 'https' else self.http
        return f'{scheme}://{host}:{port}{path}'

    def stop(self, expect=0):
        """SIGTERM, then the exit code; kills what does not end. `expect` None = any code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise RuntimeError(f'the server did not stop within {STOP_SECONDS} s of SIGTERM: '
                               + ''.join(self.log[-20:])) from None
        finally:
            for reader in self._readers:
                reader.join(5)
            self.process.stdout.close()
            self.process.stderr.close()
        if expect is not None and code != expect:
            raise RuntimeError(f'the server ended with {code}, not {expect}: ' + ''.join(self.log[-20:]))
        return code

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        self.stop(expect=None if kind else 0)


def wait_until(condition, seconds=20, pause=0.02):
    """Polls until the condition is true; its last value."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value or time.monotonic() > end:
            return value
        time.sleep(pause)
