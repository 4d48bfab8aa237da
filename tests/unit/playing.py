"""A play for tests: a scenario of every kind of way, and a log in which moves are made."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from kit import events as ev
from kit import moves
from kit import play as plays
from kit import scenarios as files
from kit.play import Play
from kit.road import TOPIC
from kit.scenario import GRADES, Response, Scenario, Turn
from tests.unit.making import Log, join, start, vote

SCENARIOS = Path(__file__).parents[2] / "workshops" / "scenarios"


def response(id_: str, grade: str, mood: int, to: str, text: str = "") -> Response:
    return Response(id_, text or f"Say {id_}", grade, f"Why {id_}", mood, {}, to)


def turn(name: str, *responses: Response, **more: Any) -> Turn:
    return Turn(name, f"{name}!", responses=list(responses), **more)


# A circle, turns that lead to themselves, two ends, and an end that nothing leads to.
TEXT = """---
title: A small one
minutes: 20
trade: a shop
customer: Dana
kind of customer: complaining
intensity: 1
skills: listening
language: en
mood: 3
---

She waited.

## Call

Wait.

> Call!
>
> tone: sharp
> sees: a door slams

- Say a
  - grade: best
  - reason: Why a
  - mood: +1
  - go to: Calm
- Say b
  - grade: weak
  - reason: Why b
  - mood: -1
  - go to: Call
- Say c
  - grade: harmful
  - reason: Why c
  - mood: -5
  - go to: Storm
- Say d
  - grade: workable
  - reason: Why d
  - go to: Calm

## Storm

> Storm!

- Say a
  - grade: best
  - reason: Why a
  - mood: +2
  - go to: Call
- Say b
  - grade: harmful
  - reason: Why b
  - mood: -5
  - go to: Lost

## Calm

> Calm!

- Say a
  - grade: best
  - reason: Why a
  - mood: +5
  - go to: Done
- Say b
  - grade: weak
  - reason: Why b
  - go to: Storm
- Say c
  - reason: Why c
  - mood: +5
  - go to: Calm

## Done

> Done!

end: resolved

## Lost

> Lost!

end: handed up

## Nowhere

> Nowhere!

end: left
"""


def read(text: str = TEXT, path: str = "small.md") -> Scenario:
    """The scenario of a text that can be played."""
    found = files.read_text(text, Path(path)).scenario
    assert found is not None
    return found


SMALL = read()


grades = st.sampled_from([*GRADES, "", "unheard of"])


@st.composite
def scenarios(draw: st.DrawFn) -> Scenario:
    """Turns that lead anywhere: in circles, to themselves, to ends; the first may be an end."""
    names = [f"Turn {n}" for n in range(draw(st.integers(1, 5)))]

    def responses(count: int) -> list[Response]:
        return [
            Response(id_, f"Say {id_}", draw(grades), "", draw(st.integers(-5, 5)), {}, draw(st.sampled_from(names)))
            for id_ in "abcdef"[:count]
        ]

    turns = [Turn(name, "Well?", responses=responses(draw(st.sampled_from([0, 2, 2, 3, 6])))) for name in names]
    return Scenario("Made up", turns, mood=draw(st.integers(0, 10)))


def real() -> Scenario:
    """The scenario that the kit ships."""
    path = SCENARIOS / "02-the-late-delivery.md"
    return read(path.read_text(encoding="utf-8"), path.name)


class Table(Log):
    """A room with a conversation in it: what is not allowed, or not in the vocabulary, fails the test."""

    def __init__(self, scenario: Scenario | None = SMALL, people: str = "ana ben cy dee") -> None:
        super().__init__(start(), *(join(who, who.title()) for who in people.split()))
        if scenario is not None:
            self.do(moves.begin(self.session, scenario, "small"))

    @property
    def play(self) -> Play:
        found = plays.read(self.session)
        assert found is not None
        return found

    @property
    def here(self) -> tuple[str, int]:
        """On which turn the room stands, and in what mood the customer is."""
        return self.play.road.here.turn, self.play.mood

    def do(self, events: Sequence[ev.Event]) -> None:
        """Carry a move out: all of it is allowed, is what a store can hold, and takes effect."""
        assert events
        objection = self.session.objection_to(events)
        assert objection is None, objection
        for event in events:
            read = self.read(event)
            assert type(read) is type(event), f"{event} is not in the vocabulary"
            assert self.session.apply(read)

    def open(self, **more: Any) -> None:
        self.do(moves.open_vote(self.session, self.play, "What now?", **more))

    def vote(self, **answers: str) -> None:
        """Who answers what, in the round that is open."""
        assert self.session.open is not None
        taken = self.add(*(vote(who, answer, self.session.open.opened.round) for who, answer in answers.items()))
        assert all(taken)

    def close(self) -> None:
        self.do(moves.close_vote(self.play))

    def voted(self, **answers: str) -> None:
        """A whole vote."""
        self.open()
        self.vote(**answers)
        self.close()

    def again(self, **answers: str) -> None:
        """A whole revote."""
        self.do(moves.vote_again(self.session, self.play))
        self.vote(**answers)
        self.close()

    def count(self, **hands: int) -> None:
        self.do(moves.count_hands(self.play, hands))

    def reveal(self) -> None:
        self.do(moves.reveal(self.session, self.play))

    def take(self, id_: str, why: str = "") -> None:
        found = self.play.turn.response(id_)
        assert found is not None
        self.do(moves.take(self.session, self.play, found, why))

    def back(self) -> None:
        self.do(moves.go_back(self.session, self.play))

    @property
    def notes(self) -> list[dict[str, Any]]:
        """The fields of all notes on the road."""
        return [note.fields for note in self.session.notes if note.topic == TOPIC]
