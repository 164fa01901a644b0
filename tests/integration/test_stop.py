# SPDX-License-Identifier: Apache-2.0
"""The end of the server: SIGTERM with idle connections, and with an extension that never ends."""
import http.client
import os
import signal
import ssl
import time

import pytest

from raw_http import Raw, get

SETTINGS = r'''
[HKEY_LOCAL_MACHINE\COMM\HTTPD\VROOTS\/]
@="\\windows\\www"
[HKEY_LOCAL_MACHINE\COMM\HTTPD\VROOTS\/probe]
@="\\windows\\probe.dll"
'''
TLS = r'''
[HKEY_LOCAL_MACHINE\COMM\HTTPD\SSL]
"IsEnabled"=dword:1
"Port"=dword:0
"CertificateSubject"="stop server"
'''
AT_ONCE = 1.9 if not os.environ.get('CERIUM_EMULATOR') else 5.0  # seconds; LIMIT_LINGER_MS would be two


def seconds_to_end(site, expect):
    site.process.send_signal(signal.SIGTERM)
    start = time.monotonic()
    code = site.process.wait(30)
    took = time.monotonic() - start
    assert site.stop(expect=expect) in (None, code)
    return took


def test_idle_connections_do_not_hold_it_up(server, cerium, pki):
    (cerium.root / 'windows' / 'www' / 'a.txt').write_text('a')
    authority = pki.authority('stop-authority')
    leaf = pki.leaf('stop-server', authority, '/CN=stop server', usage='serverAuth', extra='subjectAltName = DNS:localhost\n')
    cerium('cert', 'add', '--store', 'ROOT', authority.pem, check=True)
    cerium('cert', 'add', '--store', 'MY', leaf.pem, '--key', leaf.key, check=True)
    site = server(SETTINGS + TLS)
    context = ssl._create_unverified_context()
    kept = [http.client.HTTPConnection(*site.http, timeout=30), http.client.HTTPSConnection(*site.https, timeout=30, context=context)]
    for connection in kept:
        connection.request('GET', '/a.txt')
        assert connection.getresponse().read() == b'a'
        assert connection.sock is not None
    fresh = Raw(site.http)
    assert fresh.is_open()
    assert seconds_to_end(site, 0) < AT_ONCE
    fresh.socket.close()
    for connection in kept:
        connection.close()


@pytest.mark.skipif(not os.environ.get('CERIUM_EXTENSIONS'), reason='this build loads no extensions')
@pytest.mark.parametrize('stays', [True, False])
def test_an_extension_that_never_ends(server, cerium, stays):
    """Its client's connection gets its five seconds; then the process ends, and says which module it was."""
    cerium.install_extension('probe')
    site = server(SETTINGS, check_stop=False)
    with Raw(site.http) as raw:
        raw.send(get('/probe?hang'))
        while b'hanging\n' not in raw.buffer:
            raw._more()
        if not stays:
            raw.socket.close()
        assert seconds_to_end(site, 1) < 15
    assert any(r'\windows\probe.dll does not come to its end' in line for line in site.log)
