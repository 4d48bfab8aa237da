"""The play: where a conversation stands, computed from the session's log alone.

A turn is played by rounds whose ids begin with `play-` and the number of the visit: a vote, and after the talk a
revote that repeats it. What moves the play on is in `kit.moves`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

from kit import road as roads
from kit.road import Road
from kit.scenario import Response, Scenario, Turn, unpack
from kit.session import Session
from kit.state import Round
from kit.statistics import Paired, TooFew, paired, percent, switches

TOPIC = "scenario"

# Where a conversation stands in its turn, in the order in which a turn usually goes.
Stage = Literal["scene", "vote", "talk", "opposite", "revote", "voted", "revealed", "aloud", "end"]
Advice = Literal["teach", "discuss", "explain"]

# Between these shares of good responses talk is worth most: Crouch & Mazur, American Journal of Physics 69 (2001), 970.
DISCUSS_FROM, DISCUSS_TO = 30, 70


class Share(NamedTuple):
    """How many of those who voted chose a good response. Hands count like phones; `hands` says how many there were."""

    good: int
    voted: int
    hands: int

    @property
    def percent(self) -> int:
        """The share as it is said, so that the advice never contradicts the number beside it."""
        return percent(self.good, self.voted)

    @property
    def advice(self) -> Advice | TooFew:
        """What the share suggests to do next."""
        if not self.voted:
            return TooFew(have=0, need=1)
        return "teach" if self.percent < DISCUSS_FROM else "discuss" if self.percent <= DISCUSS_TO else "explain"


@dataclass(frozen=True)
class Play:
    """Where the room stands: on which turn of which scenario, and what has been voted there.

    `file` is the stem of the scenario's file.
    `first` is the turn's vote, `second` its revote, `last` whichever was opened last: the one that decides.
    """

    file: str
    scenario: Scenario
    road: Road
    turn: Turn
    stage: Stage
    first: Round | None = None
    second: Round | None = None

    @property
    def last(self) -> Round | None:
        return self.second or self.first

    @property
    def mood(self) -> int:
        """The customer's mood now, 0–10."""
        return self.road.here.mood

    @property
    def can_go_back(self) -> bool:
        return len(self.road.steps) > 1


def read(session: Session) -> Play | None:
    """The play as the log tells it; None before a conversation has begun."""
    (file, scenario), road = _scenario(session), roads.read(session)
    turn = scenario.turn(road.here.turn) if scenario is not None and road is not None else None
    if scenario is None or road is None or turn is None:
        return None
    first, second = _rounds(session, road.visit)
    return Play(file, scenario, road, turn, _stage(session, turn, first, second), first, second)


def _scenario(session: Session) -> tuple[str, Scenario | None]:
    """The newest scenario in the log that can be read, and its file's stem."""
    for note in reversed(session.notes):
        found = unpack(note.fields.get("scenario")) if note.topic == TOPIC else None
        if found is not None:
            return str(note.fields.get("file", "")), found
    return "", None


def prefix(visit: int) -> str:
    """How the ids of a visit's rounds begin."""
    return f"play-{visit}-"


def _rounds(session: Session, visit: int) -> tuple[Round | None, Round | None]:
    """The visit's newest vote and its revote. An earlier vote was run again and is set aside."""
    mine = [round_ for id_, round_ in session.rounds.items() if id_.startswith(prefix(visit))]
    first = next((round_ for round_ in reversed(mine) if round_.opened.repeats is None), None)
    if first is None:
        return None, None
    repeats = (round_ for round_ in reversed(mine) if round_.opened.repeats == first.opened.round)
    return first, next(repeats, None)


def _stage(session: Session, turn: Turn, first: Round | None, second: Round | None) -> Stage:
    last = second or first
    if not turn.responses:
        return "end"
    if last is None:
        return "scene"
    if last.closed is None:
        return "vote" if second is None else "revote"
    if last.revealed is not None:
        return "aloud" if session.message is not None else "revealed"
    if second is not None:
        return "voted"
    return "opposite" if session.settings.get("opposite") == last.opened.round else "talk"


# What the votes say


def votes(session: Session, round_: Round) -> dict[str, int]:
    """Ballots and hands together, by response id, in the order of the turn."""
    hands = round_.hands or {}
    return {id_: n + hands.get(id_, 0) for id_, n in session.tally(round_.opened.round).items()}


def share(session: Session, turn: Turn, round_: Round) -> Share:
    """How many chose a good response in this round."""
    counts = votes(session, round_)
    good = sum(n for id_, n in counts.items() if (found := turn.response(id_)) is not None and found.good)
    return Share(good, sum(counts.values()), sum((round_.hands or {}).values()))


def winners(session: Session, play: Play) -> list[Response]:
    """The responses with most votes in the deciding round: several at a tie, none if nobody voted or it is open."""
    if play.last is None or play.last.closed is None:
        return []
    counts = votes(session, play.last)
    most = max(counts.values(), default=0)
    found = (play.turn.response(id_) for id_, n in counts.items() if n == most and n > 0)
    return [response for response in found if response is not None]


def moved(session: Session, play: Play) -> dict[tuple[str, str], int]:
    """The switch matrix of vote and revote by (from, to): people who voted by phone in both, no hands."""
    if play.first is None or play.second is None:
        return {}
    before, after = (
        {who: str(ballot.answer) for who, ballot in session.ballots(round_.opened.round).items()}
        for round_ in (play.first, play.second)
    )
    return switches(before, after)


def gain(play: Play, matrix: dict[tuple[str, str], int]) -> Paired:
    """The switch matrix as good against other responses."""
    return paired(matrix, (response.id for response in play.turn.responses if response.good))
