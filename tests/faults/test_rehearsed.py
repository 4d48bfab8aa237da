"""Ten rehearsed sessions with faults at random moments: nothing acknowledged is lost, everybody is back by themselves.

A hundred by hand: `python -m tests.faults.rehearsed 100`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.e2e import browser as browsers
from tests.faults import rehearsed


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    if browsers.find() is None and not os.environ.get("CI"):
        pytest.skip("No Chrome, Edge or Chromium was found.")
    with rehearsed.chromium() as running:
        yield running


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize("seed", range(1, 11))
def test_whatever_happens_nothing_acknowledged_is_lost_and_everybody_is_back(chromium: Browser, seed: int) -> None:
    report = rehearsed.run(seed, chromium)
    assert len(report.back) == len(report.faults) == rehearsed.FAULTS
    assert report.acknowledged > 0
    assert report.rounds > 0


def test_the_recount_takes_each_persons_last_ballot_while_the_round_was_open() -> None:
    """The runner's own judge, by hand."""
    log = [
        {"kind": "participant.joined", "participant": "a"},
        {"kind": "participant.joined", "participant": "b"},
        {"kind": "round.opened", "round": "r1"},
        {"kind": "ballot.cast", "round": "r1", "participant": "a", "answer": "x"},
        {"kind": "ballot.cast", "round": "r1", "participant": "b", "answer": "x"},
        {"kind": "ballot.cast", "round": "r1", "participant": "a", "answer": "y"},
        {"kind": "ballot.cast", "round": "r1", "participant": "stranger", "answer": "y"},
        {"kind": "round.closed", "round": "r1"},
        {"kind": "ballot.cast", "round": "r1", "participant": "b", "answer": "y"},
    ]
    assert rehearsed.recount(log) == {"r1": {"x": 1, "y": 1}}
