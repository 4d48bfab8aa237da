"""Short builders: events with as few words as a test needs, and a log that numbers, dates and folds them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from kit import events as ev
from kit.session import Session

CODE = "ABC234"
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def at(second: float) -> str:
    """The log's time, so many seconds after noon."""
    return (NOON + timedelta(seconds=second)).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def now(second: float) -> float:
    """The same moment as `at`, in seconds since the epoch."""
    return NOON.timestamp() + second


def start(title: str = "Late again", **more: Any) -> ev.SessionOpened:
    return ev.SessionOpened(workshop="02-the-late-delivery", title=title, **more)


def join(who: str, name: str = "") -> ev.ParticipantJoined:
    return ev.ParticipantJoined(participant=who, name=name)


def rename(who: str, name: str) -> ev.ParticipantRenamed:
    return ev.ParticipantRenamed(participant=who, name=name)


def remove(who: str) -> ev.ParticipantRemoved:
    return ev.ParticipantRemoved(participant=who)


def ask(round_: str = "r1", options: str = "abc", **more: Any) -> ev.RoundOpened:
    """A choice whose options are called by these letters."""
    offered = [ev.Option(id=letter, text=f"Say {letter}") for letter in options]
    return ev.RoundOpened(round=round_, form="choice", prompt="What now?", options=offered, **more)


def vote(who: str, answer: Any, round_: str = "r1", **more: Any) -> ev.BallotCast:
    return ev.BallotCast(round=round_, participant=who, answer=answer, **more)


def extend(seconds: int, round_: str = "r1") -> ev.RoundExtended:
    return ev.RoundExtended(round=round_, seconds=seconds)


def shut(round_: str = "r1", by: Literal["facilitator", "time"] = "facilitator") -> ev.RoundClosed:
    return ev.RoundClosed(round=round_, by=by)


def reveal(round_: str = "r1", **more: Any) -> ev.RoundRevealed:
    return ev.RoundRevealed(round=round_, **more)


def hands(round_: str = "r1", **counts: int) -> ev.HandsCounted:
    return ev.HandsCounted(round=round_, counts=counts)


class Log:
    """A log that is written line by line, as a store would, and the session that it tells."""

    def __init__(self, *events: ev.Event) -> None:
        self.session = Session(CODE)
        self.lines: list[bytes] = []
        self.second = 0.0
        self.add(*events)

    def __repr__(self) -> str:
        return b"\n".join([b"", *self.lines]).decode()

    def read(self, event: ev.Event | bytes) -> ev.Event:
        """The event as the next line of the log gives it back; a draft's bytes stand for what no builder can say."""
        body = event if isinstance(event, bytes) else ev.draft(event).body
        self.lines.append(ev.stamp(body, len(self.lines) + 1, at(self.second)))
        return ev.decode(self.lines[-1])

    def add(self, *events: ev.Event | bytes) -> list[bool]:
        """Write these and fold them; which of them took effect."""
        return [self.session.apply(self.read(event)) for event in events]


def room(*people: str) -> Log:
    """A session that is open, with these people in it."""
    return Log(start(), *(join(who, who.title()) for who in people))
