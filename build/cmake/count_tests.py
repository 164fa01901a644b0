#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Count test cases, not test programs: read ctest's reports and what cmocka and pytest printed.

usage: count_tests.py PRESET=REPORT.xml|PRESET=broken ...

Prints the failed programs, skipped cases' reasons, one line a preset, and the sum as the last line: "N passed, N failed, N skipped".
The exit code is 1 if anything failed, if a build broke, or if a report is missing.
"""
import collections
import os
import re
import sys
import xml.etree.ElementTree

CMOCKA = re.compile(r'^\[==========\]', re.M)
CMOCKA_CASES = {
    'passed': re.compile(r'^\[  PASSED  \] (\d+) test\(s\)', re.M),
    'failed': re.compile(r'^ (\d+) FAILED TEST\(S\)', re.M),
    'skipped': re.compile(r'^ (\d+) SKIPPED TEST\(S\)', re.M),
}
PYTEST_SUMMARY = re.compile(r'^(?:=+ )?((?:\d+ \w+(?:, )?)+) in [\d.]+s', re.M)
PYTEST_WORD = {'passed': 'passed', 'failed': 'failed', 'error': 'failed', 'errors': 'failed', 'skipped': 'skipped',
               'xfailed': 'skipped', 'xpassed': 'failed'}


def cases(output, ok):
    """Passed, failed and skipped cases of one test program."""
    counts = collections.Counter()
    summary = PYTEST_SUMMARY.findall(output)
    if summary:
        for number, word in re.findall(r'(\d+) (\w+)', summary[-1]):
            if word in PYTEST_WORD:
                counts[PYTEST_WORD[word]] += int(number)
    elif CMOCKA.search(output):
        for kind, pattern in CMOCKA_CASES.items():
            counts[kind] = sum(map(int, pattern.findall(output)))
    elif ok:
        counts['passed'] = 1
    if not ok and not counts['failed']:
        counts['failed'] = 1  # it crashed, ran out of time or found no test at all
    return counts


def report_of(preset, path, total):
    counts = collections.Counter()
    programs = 0
    for test in xml.etree.ElementTree.parse(path).getroot().iter('testcase'):
        programs += 1
        name, status = test.get('name'), test.get('status')
        output = test.findtext('system-out') or ''
        found = cases(output, status == 'run')
        if found['failed']:
            print(f'FAILED   {preset}: {name} ({found["failed"]} of {sum(found.values())})')
        reasons = collections.Counter()
        for number, reason in re.findall(r'^SKIPPED \[(\d+)\] [^ ]+: (.*)$', output, re.M):
            reasons[reason] += int(number)
        for reason, number in reasons.items():
            print(f'skipped  {preset}: {name}: {number} times: {reason}')
        counts += found
    total += counts
    return f'{preset:12} {counts["passed"]:6} passed {counts["failed"]:4} failed {counts["skipped"]:4} skipped' \
           f'   in {programs} programs'


def main():
    total = collections.Counter()
    lines = []
    for argument in sys.argv[1:]:
        preset, _, path = argument.partition('=')
        if path == 'broken' or not os.path.exists(path):
            total['failed'] += 1
            lines.append(f'{preset:12} ' + ('does not build' if path == 'broken' else 'left no report'))
        else:
            lines.append(report_of(preset, path, total))
    print('\n'.join(lines))
    print(f'{total["passed"]} passed, {total["failed"]} failed, {total["skipped"]} skipped')
    sys.exit(1 if total['failed'] else 0)


if __name__ == '__main__':
    main()
