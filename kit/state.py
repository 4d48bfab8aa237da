"""What a session is at one moment: the people, the rounds, what is shown. Only the fold changes it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Self

from kit import events as ev
from kit.forms import Form

SETTINGS: dict[str, type] = {
    "live": bool,  # show running results on the wall
    "locked": bool,  # the door: nobody new may join
    "address": str,  # the address that the QR code names
    "wifi": bool,  # show the Wi-Fi QR code on the wall
    "opposite": str,  # the closed round whose phones become large letters
    "timer": int,  # seconds on the wall's clock from this change on; 0 for none
    "road": bool,  # show the whole road on the wall
}


@dataclass(slots=True)
class Person:
    """One participant. `name` is what is shown, distinct in the room; `number` is the place in the order of joining."""

    id: str
    number: int
    name: str
    team: str | None
    seq: int
    removed: int | None = None


@dataclass(slots=True)
class Round:
    """One question and its ballots, the last one of each participant."""

    opened: ev.RoundOpened
    form: Form
    seconds: int | None
    ballots: dict[str, ev.BallotCast] = field(default_factory=dict)
    closed: int | None = None
    hands: dict[str, int] | None = None
    revealed: ev.RoundRevealed | None = None

    @property
    def deadline(self) -> float | None:
        """When the time is up, in seconds since the epoch; None without a time limit."""
        if self.seconds is None:
            return None
        return datetime.fromisoformat(self.opened.at).timestamp() + self.seconds


class State:
    """A session as its log tells it, up to `seq`."""

    def __init__(self, code: str) -> None:
        self.code = code
        self.seq = 0
        self.at = ""
        self.opened: ev.SessionOpened | None = None
        self.settings: dict[str, Any] = {}
        self.timer_from = ""
        self.people: dict[str, Person] = {}
        self.rounds: dict[str, Round] = {}
        self.open: Round | None = None
        self.stage: Round | None = None
        self.message: ev.MessageShown | None = None
        self.scene: ev.SceneShown | None = None
        self.cards: dict[str, ev.CardDealt] = {}
        self.roles: ev.RolesAssigned | None = None
        self.notes: list[ev.NoteRecorded] = []
        self.closed: int | None = None
        self._names: set[str] = set()

    # What readers ask

    @property
    def timer_ends(self) -> float | None:
        """When the wall's clock has run out, in seconds since the epoch; None if none was set."""
        seconds = self.settings.get("timer")
        if not seconds or not self.timer_from:
            return None
        return float(datetime.fromisoformat(self.timer_from).timestamp() + seconds)

    @property
    def present(self) -> list[Person]:
        """Who joined and was not removed, in the order of joining."""
        return [person for person in self.people.values() if person.removed is None]

    def ballots(self, round_id: str) -> dict[str, ev.BallotCast]:
        """The ballots that count, by participant: those of removed people don't."""
        ballots = self.rounds[round_id].ballots
        return {who: ballot for who, ballot in ballots.items() if self.people[who].removed is None}

    def tally(self, round_id: str) -> dict[str, int]:
        """Ballots that count per option, in the order of the question; hands are kept apart in `Round.hands`."""
        round_ = self.rounds[round_id]
        answers = (ballot.answer for ballot in self.ballots(round_id).values())
        return round_.form.tally(round_.opened, answers)

    def copy(self) -> Self:
        """A twin to try events on; events are frozen and shared, everything that changes is not."""
        twin = type(self).__new__(type(self))
        twin.__dict__.update(self.__dict__)
        twin.settings = dict(self.settings)
        twin.people = {key: replace(person) for key, person in self.people.items()}
        twin.rounds = {key: replace(round_, ballots=dict(round_.ballots)) for key, round_ in self.rounds.items()}
        twin.open = twin.rounds[self.open.opened.round] if self.open else None
        twin.stage = twin.rounds[self.stage.opened.round] if self.stage else None
        twin.cards, twin.notes, twin._names = dict(self.cards), list(self.notes), set(self._names)
        return twin
