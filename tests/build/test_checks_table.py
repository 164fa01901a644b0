# SPDX-License-Identifier: Apache-2.0
"""certstore/CHECKS.md says what the chain engine does: checks, bits, limits and tests are compared with it, in both directions."""
import os
import re

import pytest

SOURCE = os.environ['CERIUM_SOURCE']
CHAIN = os.path.join(SOURCE, 'certstore', 'chain')
TESTS = os.path.join(SOURCE, 'tests', 'unit', 'certstore')
BIT = re.compile(r'\bCERT_TRUST_([A-Z_]+)\b')
NO_BITS = {'NO_ERROR', 'STATUS'}
NAMES_ONLY = {'trust.c'}                                 # words for people; sets nothing
UNFINISHED = {'IS_NOT_SIGNATURE_VALID', 'IS_PARTIAL_CHAIN'}
BEHIND = {'CERT_CHAIN_UNFINISHED': UNFINISHED}


def read(*parts):
    with open(os.path.join(SOURCE, *parts), encoding='utf-8') as file:
        return file.read()


def without_comments(text):
    return re.sub(r'/\*.*?\*/', '', text, flags=re.DOTALL)


PAGE = read('certstore', 'CHECKS.md')


def section(title):
    return re.search(rf'^## {title}\n(.*?)(?=^## |\Z)', PAGE, re.DOTALL | re.MULTILINE).group(1)


def rows(title):
    lines = [line for line in section(title).splitlines() if line.startswith('|')]
    return [[cell.strip() for cell in line.strip('|').split('|')] for line in lines[2:]]


CHECKS = [(kind, *row) for kind in ('Error bits', 'Info bits') for row in rows(kind)]


def defined(kind):
    """name -> value of one of the two lists of trust.h, told apart by the blank line between them"""
    blocks = [dict(re.findall(r'#define CERT_TRUST_(\w+) (0x[0-9a-f]{8})U', block)) for block in read('certstore/include/certstore/trust.h').split('\n\n')]
    error, info = [block for block in blocks if len(block) > 5]
    error.pop('NO_ERROR')
    return error if kind == 'Error bits' else info


def code_of(name):
    text = without_comments(read('certstore', 'chain', name))
    if name == 'judge.c':
        text = re.sub(r'worst_first\[\] = \{.*?\};', '', text, flags=re.DOTALL)
    return text


def bits_in(name):
    text = code_of(name)
    bits = set(BIT.findall(text)) - NO_BITS
    for word, more in BEHIND.items():
        if re.search(rf'\b{word}\b', text) and not re.search(rf'\bvoid {word}\(', text):
            bits |= more
    return bits


def test_every_check_of_the_table_is_here():
    table = re.search(r'\bchecks\[\]\)\(struct chain_path \*\) = \{(.*?)\};', code_of('judge.c'), re.DOTALL).group(1)
    checks = set(re.findall(r'\bchain_check_\w+', table))
    assert checks
    assert {row[1] for row in CHECKS} == checks | {'chain_path_judge'}


@pytest.mark.parametrize('name', sorted(name for name in os.listdir(CHAIN) if name.endswith('.c') and name not in NAMES_ONLY | {'build.c'}))
def test_every_bit_that_a_file_sets_is_here(name):
    assert bits_in(name) == {row[4].split()[1] for row in CHECKS if row[2] == name}


def test_every_check_is_in_the_file_of_its_row():
    for row in CHECKS:
        defined_there = set(re.findall(r'^bool (chain_check_\w+)\(', code_of(row[2]), re.MULTILINE))
        assert not defined_there or row[1] in defined_there, row[:4]


def test_every_file_is_there():
    assert {row[2] for row in CHECKS} <= set(os.listdir(CHAIN))


@pytest.mark.parametrize('kind', ['Error bits', 'Info bits'])
def test_every_bit_has_its_value_and_is_set_or_said_never_to_be(kind):
    values = defined(kind)
    set_here = dict(reversed(row[4].split()) for row in CHECKS if row[0] == kind)
    never = {name: value for value, name in re.findall(r'(0x[0-9a-f]{8}) ([A-Z_]+)', section(kind).split('Never set:')[1])}
    assert not set(set_here) & set(never)
    assert {**set_here, **never} == values


def named(cell):
    file, case = cell.split(': ', 1)
    with open(os.path.join(TESTS, f'test_{file}.c'), encoding='utf-8') as handle:
        text = re.sub(r'"\s*\n\s*"', '', handle.read())
    return f'"{case}"' in text or re.search(rf'^static void {re.escape(case)}\(', text, re.MULTILINE)


@pytest.mark.parametrize('cell', sorted({row[5] for row in CHECKS} | {row[1] for row in rows('Limits')}))
def test_every_test_is_there(cell):
    assert named(cell), cell


def test_every_test_of_the_engine_is_here():
    files = {name[5:-2] for name in os.listdir(TESTS) if re.fullmatch(r'test_(chain_\w+|revocation)\.c', name)}
    assert files <= {cell.split(':')[0] for cell in {row[5] for row in CHECKS} | {row[1] for row in rows('Limits')}}


def test_every_limit_is_here():
    limits = set(re.findall(r'#define (LIMIT_CHAIN_\w+|LIMIT_RSA_\w+|LIMIT_CRL_\w+|LIMIT_POINT_NAMES|LIMIT_DISTRIBUTION_POINTS|LIMIT_CERT_(?:EXTENSIONS|POLICIES))\b', read('platform/include/platform/limits.h')))
    assert {row[0] for row in rows('Limits')} == limits
