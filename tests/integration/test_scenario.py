# SPDX-License-Identifier: Apache-2.0
"""The scenario of "SSL Client Authentication", row by row: what `build/run --once` shows (build/demo/scenario.py)."""
import pytest

import device as devices
import scenario as scenarios


@pytest.fixture(scope='module')
def scenario(tmp_path_factory):
    running = scenarios.Scenario(devices.Device(tmp_path_factory.mktemp('scenario') / 'device')).start()
    yield running
    running.server.stop()


@pytest.mark.parametrize('row', scenarios.ROWS, ids=lambda row: f'{row.client}: {row.name}')
def test_row(scenario, row):
    outcome = scenarios.check(scenario, row)
    assert not outcome.problem, outcome.problem
