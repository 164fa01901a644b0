# SPDX-License-Identifier: Apache-2.0
"""Real clients, one function each: status, body and what else a client can tell of a request."""
import dataclasses
import http.client
import re
import ssl
import subprocess

SECONDS = 60


@dataclasses.dataclass
class Answer:
    status: int          # 0: no HTTP answer came
    body: str = ''
    notes: str = ''      # the client's own words, for people
    connections: int = 1  # new ones that were needed
    asked: bool = False  # the server sent a CertificateRequest
    resumed: bool = False


def run(args, data=None):
    return subprocess.run([str(a) for a in args], input=data if data is not None else b'', capture_output=True,
                          check=False, timeout=SECONDS)


def curl_line(url, authority, certificate=None, *more):
    """The command a person would type."""
    line = ['curl', '--cacert', authority.pem] if authority else ['curl']
    if certificate:
        line += ['--cert', certificate.pem, '--key', certificate.key]
    return [str(a) for a in [*line, *more, url]]


def curl(url, authority, certificate=None, *more):
    line = curl_line(url, authority, certificate, *more)
    mark = '\n#cerium '
    done = run([*line, '--silent', '--show-error', '--verbose', '--max-time', SECONDS, '--noproxy', '*',
                '--write-out', mark + '%{http_code} %{num_connects}\\n'])
    body, _, rest = done.stdout.decode(errors='replace').rpartition(mark)
    status, connections = map(int, rest.split()) if rest else (0, 0)
    words = done.stderr.decode(errors='replace')
    return Answer(status, body, words, connections, 'Request CERT' in words)


def s_client(address, path, authority, certificate=None):
    """openssl s_client: a request typed into it."""
    extra = ['-cert', certificate.pem, '-key', certificate.key] if certificate else []
    request = f'GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n'
    done = run(['openssl', 's_client', '-connect', '%s:%d' % address, '-CAfile', authority.pem, '-verify_return_error',
                '-quiet', '-ign_eof', *extra], request.encode())
    return _parse(done.stdout, done.stderr)


def _parse(answer, words=b''):
    head, _, body = answer.decode(errors='replace').partition('\r\n\r\n')
    found = re.match(r'HTTP/1\.1 (\d+)', head)
    return Answer(int(found.group(1)) if found else 0, body, words.decode(errors='replace'))


def wget(url, authority, certificate=None):
    """wget as Debian builds it: with GnuTLS."""
    extra = [f'--certificate={certificate.pem}', f'--private-key={certificate.key}'] if certificate else []
    done = run(['wget', '--no-config', '--no-proxy', '--tries=1', f'--timeout={SECONDS}', '--server-response', '--content-on-error', '-O', '-',
                f'--ca-certificate={authority.pem}', *extra, url])
    words = done.stderr.decode(errors='replace')
    found = re.findall(r'^\s+HTTP/1\.1 (\d+)', words, re.M)
    return Answer(int(found[-1]) if found else 0, done.stdout.decode(errors='replace'), words)


def python_context(authority, certificate=None, renegotiate=True):
    context = ssl.create_default_context(cafile=str(authority.pem))
    if certificate:
        context.load_cert_chain(certificate.pem, certificate.key)
    if not renegotiate:
        context.options |= ssl.OP_NO_RENEGOTIATION
    return context


class PythonConnection:
    """http.client over one TLS connection; a session from an earlier one may be given."""

    def __init__(self, address, context, session=None):
        self.connection = http.client.HTTPSConnection(*address, context=context, timeout=SECONDS)
        if session is not None:
            wrap = context.wrap_socket
            context_for = self.connection

            class Resuming:
                post_handshake_auth = None

                @staticmethod
                def wrap_socket(sock, server_hostname=None):
                    return wrap(sock, server_hostname=server_hostname, session=session)
            context_for._context = Resuming

    def request(self, method, path, body=None, headers=None):
        try:
            self.connection.request(method, path, body=body, headers=headers or {})
            response = self.connection.getresponse()
            text = response.read().decode(errors='replace')
        except (OSError, http.client.HTTPException) as problem:
            return Answer(0, '', str(problem))
        sock = self.connection.sock
        return Answer(response.status, text, '', 0, False, bool(sock and sock.session_reused))

    @property
    def session(self):
        return self.connection.sock.session

    def close(self):
        self.connection.close()


def python(address, path, authority, certificate=None, method='GET', body=None, renegotiate=True):
    connection = PythonConnection(address, python_context(authority, certificate, renegotiate))
    try:
        return connection.request(method, path, body)
    finally:
        connection.close()
