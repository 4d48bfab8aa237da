"""The road: the turns and responses that were really taken, as the log's last note on it tells.

The notebook writes the whole road into each note, so that the wall can draw it without knowing the scenario.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from msgspec import Struct

from kit import events as ev
from kit.state import State

TOPIC = "road"


class Other(Struct, frozen=True):
    """A response that was not taken: its letter, the turn it leads to, the customer's mood there, 0–10."""

    letter: str
    to: str
    mood: int


class Step(Struct, frozen=True, omit_defaults=True):
    """One turn on the road: its name, the mood in which the customer came to it, and the response that was taken,
    by letter and words; both are empty where the room stands now. `end` says which end this turn is."""

    turn: str
    mood: int
    letter: str = ""
    text: str = ""
    others: tuple[Other, ...] = ()
    end: str = ""


class Road(Struct, frozen=True):
    """All steps, the last one being where the room stands. `visit` counts every arrival at a turn in this session,
    also those that were gone back on; `move` and `why` say how the last one came about."""

    visit: int
    steps: tuple[Step, ...]
    move: str = ""
    why: str = ""

    @property
    def here(self) -> Step:
        """Where the room stands."""
        return self.steps[-1]


def read(state: State) -> Road | None:
    """The road as it is now; None before a conversation begins. A note that is no road is skipped."""
    for note in reversed(state.notes):
        road = of(note)
        if road is not None:
            return road
    return None


def of(note: ev.NoteRecorded) -> Road | None:
    """The road that this note tells; None if it tells none."""
    if note.topic != TOPIC:
        return None
    try:
        road = msgspec.convert(note.fields, Road)
    except msgspec.ValidationError:
        return None
    return road if road.steps else None


def write(visit: int, steps: Sequence[Step], move: str, why: str = "") -> ev.NoteRecorded:
    """The note that says this. Its id lets only one of two notebooks make a move."""
    fields = msgspec.to_builtins(Road(visit, tuple(steps), move, why))
    return ev.NoteRecorded(topic=TOPIC, fields=fields, id=f"{TOPIC}-{visit}")
