# SPDX-License-Identifier: Apache-2.0
"""
Fixtures of the integration tests. They drive the real program, on this machine or through an emulator, as the environment says
(tests/README.md): CERIUM, CERIUM_EMULATOR, CERIUM_EXTENSIONS.
"""
import os
import pathlib
import sys

import pytest

SOURCE = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(SOURCE / 'build' / 'demo'))

import device as devices  # noqa: E402
import pki as pkis  # noqa: E402


def pytest_configure(config):
    if 'CERIUM' not in os.environ:
        raise pytest.UsageError('CERIUM is not set: run the tests with ctest, or set it to the program (tests/README.md)')


@pytest.fixture
def cerium(tmp_path):
    """Callable: cerium('reg', 'query', 'HKLM') -> CompletedProcess with text. Attributes .registry, .root, .folder."""
    return devices.Device(tmp_path / 'device')


@pytest.fixture
def server(cerium):
    """Callable: server(reg_text) imports the text (loopback and free ports are set already) and starts `cerium httpd`: a Server
    with .http and .https (host, port), .log, .wait_log(text), .url(path, scheme), .stop(). Stopped at the end of the test."""
    running = []

    def start(reg_text='', check_stop=True):
        cerium.reg_import(LOOPBACK + reg_text)
        instance = cerium.start()
        running.append((instance, check_stop))
        return instance

    yield start
    for instance, check_stop in running:
        if not instance.process.stdout.closed:
            instance.stop(expect=0 if check_stop else None)


LOOPBACK = r'''
[HKEY_LOCAL_MACHINE\COMM\HTTPD]
"Address"="127.0.0.1"
"Port"=dword:0
'''


@pytest.fixture(scope='session')
def pki(tmp_path_factory):
    """A PKI for the whole run: authorities and leaves as files (build/demo/pki.py). Names must be unique in a test file."""
    return pkis.Pki(tmp_path_factory.mktemp('pki'))
