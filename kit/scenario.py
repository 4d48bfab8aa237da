"""A scenario: a customer, and turns; each turn a line of the customer and the responses among which the room chooses.

Plain data that a session's log can hold, and what its turns lead to. How it is written down is `kit.scenarios`' matter.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec
from msgspec import Struct

from kit.look import MARKS

GRADES = ("best", "workable", "weak", "harmful")
GOOD = frozenset({"best", "workable"})
SKILLS = ("listening", "empathy", "composure", "ownership", "clarity", "boundaries", "follow-up")
ENDS = ("resolved", "parked", "handed up", "left", "lost")

LEAST_MOOD, MOST_MOOD = 0, 10
# Annoyed or worse: who calls about a delivery that was on time?
USUAL_MOOD = 3


class Response(Struct, frozen=True):
    """One thing that can be answered. `mood` is added to the customer's mood, `skills` says what the answer does
    to each skill; `to` names the turn that follows. `id` is a letter from "a", `at` the line in the file, from 1."""

    id: str
    text: str
    grade: str = ""
    reason: str = ""
    mood: int = 0
    skills: dict[str, int] = {}
    to: str = ""
    at: int = 0

    @property
    def good(self) -> bool:
        return self.grade in GOOD

    @property
    def letter(self) -> str:
        """The letter under which wall, phones and panel show it."""
        return letter_of(self.id)


class Turn(Struct, frozen=True):
    """The customer's line, how it is said and what one sees; a turn without responses is an end of some kind.
    `note` is for the facilitator alone."""

    name: str
    line: str = ""
    tone: str = ""
    sees: str = ""
    note: str = ""
    responses: list[Response] = []
    end: str = ""
    at: int = 0

    def response(self, id_: str) -> Response | None:
        """The response with this id, or None."""
        return next((response for response in self.responses if response.id == id_), None)


class Scenario(Struct, frozen=True):
    """The facts on top, and the turns in the order of the file; the first one is where a conversation begins.

    `minutes` is how long playing takes, `intensity` 1 (mild) to 3 (hard), `mood` the customer's at the start,
    0 (furious) to 10 (relieved). `story` is for the facilitator alone.
    """

    title: str
    turns: list[Turn]
    minutes: int = 0
    trade: str = ""
    customer: str = ""
    kind: str = ""
    intensity: int = 0
    skills: list[str] = []
    language: str = "en"
    mood: int = USUAL_MOOD
    story: str = ""

    def turn(self, name: str) -> Turn | None:
        """The turn of this name, or None."""
        return next((turn for turn in self.turns if turn.name == name), None)

    def after(self, turn: Turn) -> list[Turn]:
        """The turns to which this one's responses lead, each once."""
        names = dict.fromkeys(response.to for response in turn.responses)
        return [found for name in names if (found := self.turn(name)) is not None]

    def _next(self, turns: Iterable[Turn]) -> list[Turn]:
        """The turns to which these lead, each once: roads double with every turn, turns don't."""
        return list({after.name: after for turn in turns for after in self.after(turn)}.values())

    def reached(self, first: Turn) -> set[str]:
        """The names of the turns that a conversation can come to from `first`, itself among them."""
        names, edge = {first.name}, [first]
        while edge:
            edge = [turn for turn in self._next(edge) if turn.name not in names]
            names |= {turn.name for turn in edge}
        return names

    def depths(self) -> dict[str, int]:
        """How many responses at least lead from the first turn to each; turns that nothing leads to come last."""
        depth: dict[str, int] = {}
        edge: Iterable[Turn] = self.turns[:1]
        level = 0
        while edge := [turn for turn in edge if turn.name not in depth]:
            depth |= {turn.name: level for turn in edge}
            edge = self._next(edge)
            level += 1
        return depth | {turn.name: level for turn in self.turns if turn.name not in depth}


def changed(mood: int, effect: int) -> int:
    """The customer's mood after an answer, kept on its scale."""
    return max(LEAST_MOOD, min(MOST_MOOD, mood + effect))


def letter_of(id_: str) -> str:
    """The letter of a response's id, "" if it is none's."""
    return next((mark.letter for mark in MARKS if mark.letter.lower() == id_), "")


def ids() -> Iterator[str]:
    """The ids of a turn's responses, as many as can be told apart."""
    return (mark.letter.lower() for mark in MARKS)


def pack(scenario: Scenario) -> dict[str, Any]:
    """The scenario as a log holds it."""
    packed: dict[str, Any] = msgspec.to_builtins(scenario)
    return packed


def unpack(packed: object) -> Scenario | None:
    """What `pack` made; None if it is something else, such as another version's."""
    try:
        scenario = msgspec.convert(packed, Scenario)
    except msgspec.ValidationError:
        return None
    return scenario if scenario.turns else None
