# SPDX-License-Identifier: Apache-2.0
"""
Published X.509 suites through `cerium cert verify --batch`: PKITS (NIST) and x509-limbo, normalised in x509-open.json.xz. The file is
not part of this project: the tests look for it in ../shared/vectors beside the checkout, or where CERIUM_VECTORS says, and are skipped without it.
"""
import base64
import collections
import json
import lzma
import os
import pathlib
import re
import subprocess

import pytest

from conftest import SOURCE

DATA = pathlib.Path(os.environ.get('CERIUM_VECTORS', SOURCE.parent / 'shared' / 'vectors')) / 'x509-open.json.xz'
ANSWER = re.compile(r'error=0x([0-9a-f]{8}) info=0x[0-9a-f]{8} elements=(?:0x[0-9a-f]+/0x[0-9a-f]+(?:,|$))*')
# What a path validator can decide from the certificates alone, and policies besides.
CLASSES = {'core': {'core', 'todo'}, 'core,policy': {'core', 'policy', 'todo'}}

# suite, class, cases, agreements at least, false accepts at most, reason bits at least (of the rejected cases with a known reason)
GOALS = [
    ('pkits', 'core', 82, 82, 0, 44),
    ('pkits', 'core,policy', 135, 135, 0, 73),
    ('limbo', 'core', 87, 86, 0, 50),
]


class Suites:
    def __init__(self, folder):
        data = json.loads(lzma.decompress(DATA.read_bytes()))
        self.cases = data['suites']
        self.paths = {}
        for name, text in data['certs'].items():
            path = folder / f'{len(self.paths)}.der'
            path.write_bytes(base64.b64decode(text))
            self.paths[name] = str(path)

    def line(self, case):
        words = ['--time', str(case['time'])]
        for name in case['roots']:
            words += ['--root', self.paths[name]]
        for name in case['inters']:
            words += ['--intermediate', self.paths[name]]
        words += ['--leaf', self.paths[case['leaf']]]
        return '\t'.join(words + (['--eku', case['eku']] if case['eku'] else []) + case['extra'])


@pytest.fixture(scope='module')
def suites(tmp_path_factory):
    if not DATA.exists():
        pytest.skip(f'{DATA} is not there')
    return Suites(tmp_path_factory.mktemp('vectors'))


def answers(cerium, suites, cases):
    """One line of answer for each case, none missing."""
    text = '\n'.join(suites.line(case) for case in cases) + '\n'
    done = subprocess.run(cerium.command('cert', 'verify', '--batch'), input=text, capture_output=True, text=True, timeout=800, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    lines = done.stdout.splitlines()
    assert len(lines) == len(cases)
    for line in lines:
        assert ANSWER.fullmatch(line), line
    return [int(ANSWER.fullmatch(line).group(1), 16) for line in lines]


@pytest.mark.parametrize('suite, kind, count, agree, false_accepts, reasons', GOALS)
def test_suite(cerium, suites, suite, kind, count, agree, false_accepts, reasons):
    cases = [case for case in suites.cases[suite] if set(case['tags'] or ['core']) <= CLASSES[kind]]
    assert len(cases) == count, 'the suite has changed: measure again'
    seen = collections.Counter()
    wrong = []
    for case, error in zip(cases, answers(cerium, suites, cases)):
        if (error == 0) == case['accept']:
            seen['agree'] += 1
        else:
            seen['false accept' if error == 0 else 'false reject'] += 1
            wrong.append(f'{case["id"]}: {"accept" if case["accept"] else "reject"} wanted, 0x{error:08x}')
        if not case['accept'] and case['reason'] and error & case['reason']:
            seen['reason'] += 1
    print(f'{suite} {kind}: {seen["agree"]}/{count} agree, {seen["false accept"]} false accepts, '
          f'{seen["false reject"]} false rejects, {seen["reason"]} reasons')
    assert seen['agree'] >= agree and seen['false accept'] <= false_accepts and seen['reason'] >= reasons, wrong


@pytest.mark.parametrize('suite', ['pkits', 'limbo'])
def test_every_case_gets_an_answer_in_time(cerium, suites, suite):
    """The classes that need more than a path validator too, the ones built to exhaust it among them."""
    cases = suites.cases[suite]
    assert len(answers(cerium, suites, cases)) == len(cases)
