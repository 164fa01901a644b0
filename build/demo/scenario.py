#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""
The scenario of the page "SSL Client Authentication": a device set up as the page says, and a table of everything that should happen.

usage: scenario.py --program CERIUM [--emulator CMD] [--extensions DIR] --folder DIR [--once]

Without --once the server runs until Ctrl-C and the lines to try are printed. Exit codes: 0 all as expected, 1 not.
"""
import argparse
import dataclasses
import pathlib
import shlex
import shutil
import sys
import time
import typing

import clients
import device as devices
import pki as pkis

HERE = pathlib.Path(__file__).resolve().parent
PUBLIC_PAGE = 'This page is for everyone.\n'


class Scenario:
    """The device of the page: certificates, registry, files; .server once started."""

    def __init__(self, device):
        self.device = device
        self.server = None
        pki = pkis.Pki(device.folder / 'pki')
        company = pki.authority('CompanyIssuer')
        accounting = pki.authority('AccountingIssuer')
        other = pki.authority('OtherIssuer')
        self.authority = pki.authority('DeviceAuthority', subject='/CN=Authority of the device')
        server = pki.leaf('server', self.authority, '/CN=CE Server Certificate', usage='serverAuth',
                          extra='subjectAltName = DNS:localhost, IP:127.0.0.1\n')
        self.alice = pki.leaf('alice', company, '/CN=Alice Example', serial='01020304000000000005')
        self.bob = pki.leaf('bob', company, '/CN=Bob Example', serial='01020304000000000006')
        self.carol = pki.leaf('carol', accounting, '/CN=Carol Example', serial='77')
        self.audrey = pki.leaf('audrey', accounting, '/CN=Audrey Example', serial='0A')
        self.mallory = pki.leaf('mallory', company, '/CN=Mallory Example', serial='01020304000000000007')
        self.expired = pki.leaf('expired', company, serial='01020304000000000105', start=-20, end=-10)
        self.early = pki.leaf('not-yet-valid', company, serial='01020304000000000205', start=10, end=20)
        self.usage = pki.leaf('wrong-usage', company, serial='01020304000000000305', usage='serverAuth')
        self.erin = pki.leaf('erin', other, '/CN=Erin Example', serial='55')
        self.erin_with_root = pkis.Certificate(pki.folder, 'erin-with-root')
        self.erin_with_root.pem.write_bytes(self.erin.pem.read_bytes() + other.pem.read_bytes())
        self.erin_with_root.key.touch(mode=0o600)
        self.erin_with_root.key.write_bytes(self.erin.key.read_bytes())
        self.tampered = pki.tampered('tampered', self.alice)
        device('cert', 'add', '--store', 'ROOT', company.pem, check=True)
        device('cert', 'add', '--store', 'Privileged', accounting.pem, check=True)
        device('cert', 'add', '--store', 'MY', server.pem, '--key', server.key, check=True)
        device('reg', 'import', HERE / 'seed.reg', check=True)
        device.install_extension('accounting')
        public = device.root / 'windows' / 'www' / 'public'
        public.mkdir(parents=True)
        (public / 'index.htm').write_text(PUBLIC_PAGE)

    def start(self):
        self.server = self.device.start()
        return self

    def reg_import(self, name):
        """Changes settings while the server runs and waits until it has taken them, as its log tells."""
        since = len(self.server.log)
        self.device('reg', 'import', HERE / name, check=True)
        if not self.server.wait_log('new settings are in force', since):
            raise RuntimeError(f'the server did not take the settings of {name}')

    def set_client_certificate(self, number):
        since = len(self.server.log)
        self.device('reg', 'add', r'HKLM\COMM\HTTPD\SSL', '/v', 'ClientCertificate', '/t', 'REG_DWORD', '/d', number, '/f',
                    check=True)
        if not self.server.wait_log('new settings are in force', since):
            raise RuntimeError('the server did not take SSL\\ClientCertificate')

    def curl(self, path, certificate=None, *more, scheme='https'):
        return clients.curl(self.server.url(path, scheme), self.authority, certificate, *more)

    def body(self, size):
        """A file of that many bytes."""
        path = self.device.folder / f'body-{size}'
        if not path.exists():
            path.write_bytes(bytes(i * 7 % 251 for i in range(4096)) * (size // 4096) + b'x' * (size % 4096))
        return path


@dataclasses.dataclass
class Row:
    name: str
    run: typing.Callable    # (scenario) -> clients.Answer
    status: int
    body: str = ''          # must be in the answer's body
    log: tuple = ()         # words that must all be in the request's log line
    client: str = 'curl'


def get(who):
    return lambda s: s.curl('/Accounts', getattr(s, who))


def post(size, *more):
    def run(s):
        return s.curl('/Accounts', s.alice, '--data-binary', f'@{s.body(size)}', *more)
    return run


def blocking_post(s):
    """More than PostReadSize before the certificate: the seed's trap. curl may slip past it, for it reads while it sends."""
    return clients.python(s.server.https, '/Accounts', s.authority, s.alice, 'POST', s.body(5000000).read_bytes())


def post_after_get(s):
    """Two requests of one curl: the GET gives the certificate, so that the POST need not wait for it."""
    answer = s.curl('/Accounts', s.alice, s.server.url('/Accounts'), '--silent', '--noproxy', '*', '--output', '/dev/null',
                    '--next', '--cacert', s.authority.pem, '--cert', s.alice.pem, '--key', s.alice.key, '--header', 'Expect:',
                    '--data-binary', f'@{s.body(5000000)}')
    if answer.connections != 0:
        return dataclasses.replace(answer, status=0, notes='the connection was not kept')
    return answer


def public_unasked(s):
    answer = s.curl('/public/', s.alice)
    return dataclasses.replace(answer, status=0, notes='the server asked for a certificate') if answer.asked else answer


def with_override(s):
    s.reg_import('override.reg')
    try:
        return s.curl('/Accounts', s.erin)
    finally:
        s.reg_import('no-override.reg')


def resumed(s):
    context = clients.python_context(s.authority, s.alice)
    first = clients.PythonConnection(s.server.https, context)
    answer = first.request('GET', '/Accounts')
    session = first.session
    first.close()
    if answer.status != 200:
        return answer
    second = clients.PythonConnection(s.server.https, context, session)
    answer = second.request('GET', '/Accounts')
    second.close()
    return answer if answer.resumed else dataclasses.replace(answer, status=0, notes='the session was not resumed')


def first_handshake(renegotiate):
    def run(s):
        s.set_client_certificate(1)
        try:
            return clients.python(s.server.https, '/Accounts', s.authority, s.alice, renegotiate=renegotiate)
        finally:
            s.set_client_certificate(0)
    return run


ROWS = [
    Row('Alice: CompanyIssuer and her serial number', get('alice'), 200, 'user: Alice\n', ('user=Alice',)),
    Row('Bob: CompanyIssuer and his serial number', get('bob'), 200, 'user: Bob\n', ('user=Bob',)),
    Row('Carol: AccountingIssuer is enough', get('carol'), 200, 'user: Carol\n', ('user=Carol',)),
    Row('CompanyIssuer, another serial number', get('mallory'), 403, '', ('serial=01020304000000000007',)),
    Row("Carol's issuer, a name not on UserList", get('audrey'), 403, '', ('user=Audrey',)),
    Row('no certificate', lambda s: s.curl('/Accounts'), 403),
    Row('expired', get('expired'), 403, '', ('trust=0x00000001', 'IS_NOT_TIME_VALID')),
    Row('not yet valid', get('early'), 403, '', ('trust=0x00000001', 'IS_NOT_TIME_VALID')),
    Row('for servers only', get('usage'), 403, '', ('trust=0x00000010', 'IS_NOT_VALID_FOR_USAGE')),
    Row('untrusted issuer, not sent along', get('erin'), 403, '', ('trust=0x00010000', 'IS_PARTIAL_CHAIN')),
    Row('untrusted issuer, sent along', get('erin_with_root'), 403, '', ('trust=0x00000020', 'IS_UNTRUSTED_ROOT')),
    Row('tampered with', get('tampered'), 403, '', ('trust=0x00000008', 'IS_NOT_SIGNATURE_VALID')),
    Row('untrusted issuer, CertTrustOverride 0x00010020', with_override, 200, 'user: Erin\n', ('user=Erin',)),
    Row('plain HTTP to /Accounts', lambda s: s.curl('/Accounts', scheme='http'), 403),
    Row('/public, not asked for a certificate', public_unasked, 200, PUBLIC_PAGE),
    Row('POST of 1 KB', post(1000), 200, 'body bytes: 1000\n'),
    Row('POST of 40 KB', post(40000), 200, 'body bytes: 40000\n'),
    Row('POST of 5 MB, the client waits for 100 (Continue)', post(5000000, '--expect100-timeout', '30'), 200,
        'body bytes: 5000000\n'),
    Row('POST of 5 MB, all of it sent before anything is read', blocking_post, 413, '', (), 'python'),
    Row('POST of 5 MB after a GET on the same connection', post_after_get, 200, 'body bytes: 5000000\n'),
    Row('a second connection resumes the session', resumed, 200, 'user: Alice\n', ('user=Alice',), 'python'),
    Row('Alice', lambda s: clients.s_client(s.server.https, '/Accounts', s.authority, s.alice), 200, 'user: Alice\n', (),
        'openssl s_client'),
    Row('no certificate', lambda s: clients.s_client(s.server.https, '/Accounts', s.authority), 403, '', (),
        'openssl s_client'),
    Row('Alice', lambda s: clients.wget(s.server.url('/Accounts'), s.authority, s.alice), 200, 'user: Alice\n', (), 'wget (GnuTLS)'),
    Row('Alice', lambda s: clients.python(s.server.https, '/Accounts', s.authority, s.alice), 200, 'user: Alice\n', (),
        'python'),
    Row('asked in the first handshake, never renegotiates', first_handshake(False), 200, 'user: Alice\n', (), 'python'),
]


@dataclasses.dataclass
class Outcome:
    row: Row
    answer: clients.Answer
    log: str
    problem: str   # '' = as expected
    seconds: float


def check(scenario, row):
    """Runs one row and says what was not as expected."""
    since = len(scenario.server.log)
    start = time.monotonic()
    answer = row.run(scenario)
    seconds = time.monotonic() - start
    problem = ''
    if answer.status != row.status:
        problem = f'status {answer.status}, not {row.status}. {answer.notes[-800:]}'
    elif row.body not in answer.body:
        problem = f'{row.body!r} is not in the body {answer.body[:300]!r}'
    path = '/public' if '/public' in row.name else '/Accounts'
    line = scenario.server.wait_log(f' {path}', since, 5 if not problem else 0) or ''
    for word in row.log:
        if not problem and not any(word in entry for entry in scenario.server.log[since:]):
            problem = f'{word!r} is not in the log: {line!r}'
    return Outcome(row, answer, line.strip(), problem, seconds)


def print_table(outcomes, out=sys.stdout):
    width = max(len(o.row.name) for o in outcomes)
    colour = out.isatty()
    for o in outcomes:
        mark = 'ok' if not o.problem else 'WRONG'
        if colour:
            mark = f'\033[{32 if not o.problem else 31}m{mark}\033[0m'
        print(f'{o.row.client:16}  {o.row.name:{width}}  {o.answer.status:3}  {o.seconds:5.2f} s  {mark}', file=out)
        if o.problem:
            print(f'    {o.problem}', file=out)


def print_lines(scenario, out=sys.stdout):
    """What a person can type in another terminal."""
    server = scenario.server
    for title, path, who, scheme in (('Alice runs the extension', '/Accounts', scenario.alice, 'https'),
                                     ('Mallory has a certificate too, of the same issuer', '/Accounts', scenario.mallory, 'https'),
                                     ('nobody in particular', '/Accounts', None, 'https'),
                                     ('the public page', '/public/', None, 'https'),
                                     ('without TLS', '/Accounts', None, 'http')):
        line = clients.curl_line(server.url(path, scheme), scenario.authority if scheme == 'https' else None, who)
        print(f'# {title}\n{shlex.join(line)}\n', file=out)
    explain = scenario.device.command('explain', '--path', '/Accounts', '--cert', scenario.alice.pem)
    print(f'# why?\n{shlex.join(explain)}\n', file=out)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--program', required=True)
    parser.add_argument('--emulator', default='')
    parser.add_argument('--extensions', default='')
    parser.add_argument('--folder', required=True, type=pathlib.Path)
    parser.add_argument('--once', action='store_true', help='try every line, show what happened, stop')
    arguments = parser.parse_args()
    shutil.rmtree(arguments.folder, ignore_errors=True)
    print('making certificates and the registry ...', flush=True)
    device = devices.Device(arguments.folder, arguments.program, arguments.emulator, arguments.extensions)
    scenario = Scenario(device).start()
    try:
        print(scenario.server.ready_line.strip(), flush=True)
        if not arguments.once:
            print_lines(scenario)
            print('Ctrl-C stops the server. Its log:', flush=True)
            follow(scenario.server)
            return 0
        outcomes = []
        for number, row in enumerate(ROWS, 1):
            if sys.stderr.isatty():
                print(f'\r{number}/{len(ROWS)} ', end='', file=sys.stderr, flush=True)
            outcomes.append(check(scenario, row))
        if sys.stderr.isatty():
            print('\r', end='', file=sys.stderr)
        print_table(outcomes)
        wrong = sum(bool(o.problem) for o in outcomes)
        print(f'{len(outcomes) - wrong} of {len(outcomes)} as expected')
        return 1 if wrong else 0
    finally:
        scenario.server.stop(expect=None)


def follow(server):
    """Prints the log as it comes, until Ctrl-C."""
    shown = 0

    def show():
        nonlocal shown
        for line in server.log[shown:]:
            print(line, end='', flush=True)
            shown += 1
    try:
        while server.process.poll() is None:
            show()
            time.sleep(0.1)
    except KeyboardInterrupt:
        print()
    show()


if __name__ == '__main__':
    sys.exit(main())
