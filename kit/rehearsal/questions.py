"""A round as simulated people are told of it: its place in the session, what it repeats, how good its options are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from kit import events as ev
from kit import play as plays
from kit.scenario import GOOD
from kit.session import Session


class Question(NamedTuple):
    """A round with its number in the session, from 1. `before` is the one that it repeats after a talk.

    `grades` are the author's by option id, empty where nobody graded it.
    """

    number: int
    opened: ev.RoundOpened
    grades: Mapping[str, str]
    before: Question | None = None

    def __hash__(self) -> int:
        # The grades have no hash; what is equal has the same number and the same words.
        return hash((self.number, self.opened.round, self.opened.prompt))

    @property
    def options(self) -> list[str]:
        return [option.id for option in self.opened.options]

    @property
    def good(self) -> set[str]:
        """The options that are graded as good ones."""
        return {id_ for id_ in self.options if self.grades.get(id_) in GOOD}

    @property
    def topic(self) -> str:
        """What is asked, whatever the round is called: the same for vote, revote and another try."""
        return "\n".join([self.opened.prompt, *(option.text for option in self.opened.options)])


def read(session: Session, round_id: str) -> Question | None:
    """The question of this round; None as long as the log doesn't tell of it."""
    if round_id not in session.rounds:
        return None
    return _question(session, round_id, _grades(session, round_id))


def _question(session: Session, round_id: str, grades: Mapping[str, str]) -> Question:
    opened = session.rounds[round_id].opened
    repeats = opened.repeats if opened.repeats in session.rounds else None
    before = _question(session, repeats, grades) if repeats is not None else None
    return Question(list(session.rounds).index(round_id) + 1, opened, grades, before)


def _grades(session: Session, round_id: str) -> dict[str, str]:
    """The grades of the turn that the room plays, if the round belongs to it."""
    play = plays.read(session)
    if play is None or not round_id.startswith(plays.prefix(play.road.visit)):
        return {}
    return {response.id: response.grade for response in play.turn.responses if response.grade}
