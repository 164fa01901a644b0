# SPDX-License-Identifier: Apache-2.0
"""A client that sends exactly what it is told, and reads responses strictly: what does not fit the framing fails the test."""
import dataclasses
import re
import socket
import zlib

SECONDS = 30
REQUEST = 'GET {path} HTTP/1.1\r\nHost: test\r\n{fields}\r\n'


def get(path='/', *fields):
    return REQUEST.format(path=path, fields=''.join(f'{f}\r\n' for f in fields)).encode()


def post(path, body, *fields):
    return (f'POST {path} HTTP/1.1\r\nHost: test\r\nContent-Length: {len(body)}\r\n'
            + ''.join(f'{f}\r\n' for f in fields) + '\r\n').encode() + body


def chunked(path, chunks, *fields):
    head = (f'POST {path} HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n'
            + ''.join(f'{f}\r\n' for f in fields) + '\r\n').encode()
    return head + b''.join(b'%x\r\n%s\r\n' % (len(c), c) for c in chunks) + b'0\r\n\r\n'


@dataclasses.dataclass
class Response:
    status: int
    reason: str
    fields: dict      # lower-case names
    lines: list       # header lines as sent
    body: bytes
    framing: str      # 'length', 'chunked', 'close', 'none'

    @property
    def text(self):
        return self.body.decode()


class Raw:
    def __init__(self, address, context=None, seconds=SECONDS, receive_buffer=None):
        family = socket.AF_INET6 if ':' in address[0] else socket.AF_INET
        self.socket = socket.socket(family, socket.SOCK_STREAM)
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(seconds)
        self.socket.connect(address)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if context:
            self.socket = context.wrap_socket(self.socket, server_hostname='localhost')
        self.buffer = b''

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data)
        return self

    def half_close(self):
        self.socket.shutdown(socket.SHUT_WR)
        return self

    def _more(self):
        data = self.socket.recv(65536)
        self.buffer += data
        return data

    def _until(self, mark):
        while mark not in self.buffer:
            if not self._more():
                raise EOFError(f'the connection ended in {self.buffer[:200]!r}')
        found, _, self.buffer = self.buffer.partition(mark)
        return found

    def _exactly(self, size):
        parts = [self.buffer[:size]]
        have = len(parts[0])
        self.buffer = self.buffer[size:]
        while have < size:
            data = self.socket.recv(min(size - have, 1 << 16))
            if not data:
                raise EOFError(f'the connection ended {size - have} bytes too early')
            parts.append(data)
            have += len(data)
        return b''.join(parts)

    def _chunks(self):
        body = b''
        while True:
            line = self._until(b'\r\n')
            assert re.fullmatch(rb'[0-9a-f]+', line), line
            size = int(line, 16)
            if size == 0:
                assert self._until(b'\r\n') == b''
                return body
            body += self._exactly(size)
            assert self._exactly(2) == b'\r\n'

    def response(self, head_only=False):
        head = self._until(b'\r\n\r\n').decode('latin-1')
        status_line, *lines = head.split('\r\n')
        found = re.fullmatch(r'HTTP/1\.1 (\d{3}) ([^\r\n]*)', status_line)
        assert found, status_line
        status = int(found.group(1))
        fields = {}
        for line in lines:
            name, colon, value = line.partition(':')
            assert colon and re.fullmatch(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", name), line
            assert name.lower() not in fields, f'{name} twice'
            fields[name.lower()] = value.strip()
        assert not ('content-length' in fields and 'transfer-encoding' in fields)
        if head_only or status in (204, 304) or status < 200:
            body, framing = b'', 'none'
        elif 'content-length' in fields:
            body, framing = self._exactly(int(fields['content-length'])), 'length'
        elif fields.get('transfer-encoding') == 'chunked':
            body, framing = self._chunks(), 'chunked'
        else:
            body, framing = self.rest(), 'close'
        return Response(status, found.group(2), fields, lines, body, framing)

    def rest(self):
        """Everything up to the end of the connection."""
        while self._more():
            pass
        found, self.buffer = self.buffer, b''
        return found

    def is_closed(self):
        """Waits for the end of the connection; anything that comes before it fails the test."""
        rest = self.rest()
        assert rest == b'', rest[:200]
        return True

    def is_open(self):
        """Nothing is waiting, and a request is answered."""
        assert self.buffer == b''
        self.send(b'OPTIONS * HTTP/1.1\r\nHost: test\r\n\r\n')
        return self.response().status == 204


def once(address, data, **options):
    """One connection for one exchange."""
    with Raw(address, **options) as raw:
        return raw.send(data).response()


def same_body(answer, body):
    """The accounting extension got exactly this body."""
    assert answer.status == 200, answer
    found = re.search(r'body bytes: (\d+)\nbody adler32: ([0-9a-f]{8})\n', answer.text)
    assert (int(found.group(1)), int(found.group(2), 16)) == (len(body), zlib.adler32(body))
