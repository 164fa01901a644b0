# SPDX-License-Identifier: Apache-2.0
"""What the tests of `cerium regedit` share: a registry with something of everything, and the editor on a terminal."""
import os
import shutil

import pytest

import device as devices
from terminal import Terminal

SAMPLE = r'''Windows Registry Editor Version 5.00

[HKEY_LOCAL_MACHINE\COMM\HTTPD\VROOTS\/Accounts]
@="\\windows\\accounting.dll"
"A"=dword:00000001
"CertTrustOverride"=dword:00000020
"P"=dword:000001c4

[HKEY_LOCAL_MACHINE\SOFT\Deep\Deeper]
"Leaf"="green"

[HKEY_LOCAL_MACHINE\SOFT\Find\A needle key]

[HKEY_LOCAL_MACHINE\SOFT\Find\B]
"Needle name"="x"

[HKEY_LOCAL_MACHINE\SOFT\Find\C]
"other"="the needle here"

; protected
[HKEY_LOCAL_MACHINE\SOFT\Secrets]
"Password"="hidden"

[HKEY_LOCAL_MACHINE\SOFT\Unicode\Ключ 鍵]
"Größe"="数値 ok"

[HKEY_LOCAL_MACHINE\SOFT\Values]
"Bytes"=hex:41,42,43,44,45,46,47,48,49,4a,4b,4c,4d,4e,4f,50,51,52
"List"=hex(7):72,00,65,00,64,00,00,00,67,00,72,00,65,00,65,00,6e,00,00,00,62,00,6c,00,75,00,65,00,00,00,00,00
"Number"=dword:000001c8
"Text"="some text"
'''


def have_terminals():
    try:
        master, slave = os.openpty()
    except OSError:
        return False
    os.close(master)
    os.close(slave)
    return True


@pytest.fixture(scope='session')
def sample_registry(tmp_path_factory):
    """The file that each test gets a copy of."""
    device = devices.Device(tmp_path_factory.mktemp('sample'))
    device.reg_import(SAMPLE)
    return device.registry


@pytest.fixture
def editor(cerium, sample_registry):
    """Callable: editor('HKLM\\SOFT', columns=80, rows=24, ...) starts `cerium regedit` with these words on a Terminal."""
    if not have_terminals():
        pytest.skip('this machine gives no pseudo-terminals')
    shutil.copy(sample_registry, cerium.registry)
    opened = []

    def start(*words, **how):
        opened.append(Terminal(cerium.command('regedit', *words), **how))
        return opened[-1]

    yield start
    for terminal in opened:
        terminal.close()
