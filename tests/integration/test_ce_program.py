# SPDX-License-Identifier: Apache-2.0
"""A program written for Windows CE (tests/conformance/ce_meter) with the winreg.h face: alone, two processes at once, beside `cerium reg`;
and an extension that uses the same face inside the server."""
import http.client
import os
import pathlib
import shlex
import subprocess
import threading

import pytest

METER = pathlib.Path(os.environ['CERIUM']).parent / 'tests' / 'conformance_meter'


@pytest.fixture
def meter(cerium):
    environment = {**os.environ, 'CERIUM_REGISTRY': str(cerium.registry)}
    command = [*shlex.split(os.environ.get('CERIUM_EMULATOR', '')), str(METER)]

    def run(*args, expect=0):
        done = subprocess.run([*command, *args], env=environment, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == expect, done.stdout + done.stderr
        return done.stdout

    run.start = lambda *args: subprocess.Popen([*command, *args], env=environment, stdout=subprocess.PIPE, text=True)
    return run


def test_settings(cerium, meter):
    assert meter('list', expect=1) == 'error 2\n'
    assert meter('install') == 'created\n'
    assert meter('install') == 'opened\n'
    assert meter('list') == 'Interval=500\nName=Front door\nPorts (type 7, 26 bytes)\n[Channels]\n'
    shown = cerium('reg', 'query', r'HKLM\Software\Contoso\Meter', check=True).stdout
    assert 'Interval' in shown and '0x1f4' in shown and r'COM1:\0COM2:' in shown
    cerium('reg', 'add', r'HKLM\Software\Contoso\Meter', '/v', 'Name', '/d', 'Back door', '/f', check=True)
    assert 'Name=Back door\n' in meter('list')
    meter('remove')
    assert meter('remove', expect=1) == 'error 2\n'


def test_watching(cerium, meter):
    meter('install')
    watcher = meter.start('watch')
    try:
        guard = threading.Timer(60, watcher.kill)
        guard.start()
        lines = iter(watcher.stdout.readline, '')
        assert next(lines) == 'watching\n'
        meter('set', '250')
        assert next(lines) == 'modified Interval\n'
        assert next(lines) == 'interval 250\n'
        cerium('reg', 'add', r'HKLM\Software\Contoso\Meter\Channels\2', check=True)
        assert next(lines) == 'added Channels\\2\n'
        assert next(lines) == 'interval 250\n'
        cerium('reg', 'add', r'HKLM\Software\Contoso\Other', check=True)  # not below it
        meter('set', '0')
        assert next(lines) == 'modified Interval\n'
        assert next(lines) == 'interval 0\n'
        assert watcher.wait(60) == 0
    finally:
        guard.cancel()
        watcher.kill()
        watcher.wait()
        watcher.stdout.close()


EXTENSION = r'''
[HKEY_LOCAL_MACHINE\COMM\HTTPD\VROOTS\/probe]
@="\\windows\\Probe.DLL"
[HKEY_LOCAL_MACHINE\Software\Probe]
"Word"="hello"
'''


@pytest.mark.skipif(not os.environ.get('CERIUM_EXTENSIONS'), reason='this build loads no extensions')
def test_extension(cerium, server):
    cerium.install_extension('probe')
    connection = http.client.HTTPConnection(*server(EXTENSION).http, timeout=60)

    def get(query):
        connection.request('GET', '/probe?' + query)
        return connection.getresponse()

    assert get('registry').read() == b'error 0 count 1 word hello'
    assert get('registry').read() == b'error 0 count 2 word hello'
    assert '0x2' in cerium('reg', 'query', r'HKLM\Software\Probe', '/v', 'Count', check=True).stdout
    answer = get('change')
    assert answer.read(8) == b'waiting\n'
    cerium('reg', 'add', r'HKLM\Software\Probe', '/v', 'Word', '/d', 'bye', '/f', check=True)
    assert answer.read() == b'changed\n'
    connection.close()  # the answer had no length: http.client connects anew
    cerium('reg', 'delete', r'HKLM\Software\Probe', '/f', check=True)
    assert get('registry').read() == b'error 2'
    connection.close()
