"""The road in the log: what is written is read, and what is no road is skipped."""

from __future__ import annotations

from typing import Any

import pytest

from kit import events as ev
from kit import road as roads
from kit.road import Other, Road, Step
from tests.unit.making import Log, start

STEPS = (
    Step("Call", 3, "C", "Say c", (Other("A", "Calm", 4), Other("B", "Call", 2))),
    Step("Storm", 0, "B", "Say b", (Other("A", "Call", 2),)),
    Step("Lost", 0, end="lost"),
)


def test_what_is_written_is_read_again() -> None:
    log = Log(start(), roads.write(7, STEPS, "other", "to see it"))
    found = roads.read(log.session)
    assert found == Road(7, STEPS, "other", "to see it")
    assert found is not None
    assert found.here == STEPS[-1]
    assert hash(found), "a screen is rendered once for all that looks alike"


def test_before_a_conversation_there_is_no_road() -> None:
    assert roads.read(Log(start()).session) is None


def test_the_newest_note_counts() -> None:
    log = Log(start(), roads.write(1, STEPS[:1], "begin"), roads.write(2, STEPS[:2], "next"))
    log.add(ev.NoteRecorded(topic="private", fields={"visit": 9, "steps": [{"turn": "x", "mood": 1}]}))
    assert roads.read(log.session) == Road(2, STEPS[:2], "next")


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"visit": 2},
        {"visit": 2, "steps": []},
        {"visit": 2, "steps": "Call"},
        {"visit": "2", "steps": [{"turn": "Call", "mood": 3}]},
        {"visit": 2, "steps": [{"turn": "Call"}]},
        {"visit": 2, "steps": [{"turn": None, "mood": 3}]},
        {"visit": 2, "steps": [{"turn": "Call", "mood": 3, "others": [{"letter": "A"}]}]},
        {"visit": 2, "steps": [{"turn": "Call", "mood": 3}], "why": 7},
    ],
)
def test_a_note_that_is_no_road_is_skipped(fields: dict[str, Any]) -> None:
    log = Log(start(), roads.write(1, STEPS, "next"), ev.NoteRecorded(topic="road", fields=fields))
    assert roads.read(log.session) == Road(1, STEPS, "next")
    assert roads.read(Log(start(), ev.NoteRecorded(topic="road", fields=fields)).session) is None


def test_what_a_later_version_adds_does_no_harm() -> None:
    note = {"visit": 1, "steps": [{"turn": "Call", "mood": 3, "weather": "rain"}], "team": 2}
    assert roads.read(Log(start(), ev.NoteRecorded(topic="road", fields=note)).session) == Road(1, (Step("Call", 3),))


def test_its_id_lets_only_one_of_two_notebooks_make_a_move() -> None:
    assert roads.write(4, STEPS, "next").id == roads.write(4, STEPS[:2], "back").id == "road-4"
    assert roads.write(5, STEPS, "next").id == "road-5"
