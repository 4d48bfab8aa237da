"""What the log tells of the simulated class: that it came, that it is to leave, that it has left."""

from __future__ import annotations

import msgspec

from kit.events import NoteRecorded
from kit.session import Session

TOPIC = "rehearsal"


class There(msgspec.Struct, frozen=True):
    """A class that is in the room, as it came."""

    people: int
    seed: int
    speed: float


def came(people: int, seed: int, speed: float) -> NoteRecorded:
    """The class begins."""
    return NoteRecorded(topic=TOPIC, fields={"class": "came", "people": people, "seed": seed, "speed": speed})


def leave() -> NoteRecorded:
    """The facilitator sends the class away; one that is there obeys."""
    return NoteRecorded(topic=TOPIC, fields={"class": "leave"})


def left() -> NoteRecorded:
    """The class is gone."""
    return NoteRecorded(topic=TOPIC, fields={"class": "left"})


def there(session: Session) -> There | None:
    """The class that came last, unless it has left or was told to."""
    note = _last(session)
    if note is None or not came_last(session) or session.closed is not None:
        return None
    try:
        return msgspec.convert(note.fields, There)
    except msgspec.ValidationError:
        return There(0, 0, 1.0)  # another version's words: somebody is there


def came_last(session: Session) -> bool:
    """Whether the log's last word on a class is that it came."""
    note = _last(session)
    return note is not None and note.fields.get("class") == "came"


def is_leaving(session: Session) -> bool:
    """Whether a class was told to leave and has not said that it did."""
    note = _last(session)
    return note is not None and note.fields.get("class") == "leave"


def has_left(session: Session) -> bool:
    """Whether a class was there and has said that it left."""
    note = _last(session)
    return note is not None and note.fields.get("class") == "left"


def arrivals(session: Session) -> int:
    """How many times a class came."""
    return sum(note.fields.get("class") == "came" for note in _notes(session))


def told_to_leave(session: Session, after: int) -> bool:
    """Whether the class that came with event `after` was told to leave since."""
    since = (note for note in _notes(session) if note.seq > after)
    return any(note.fields.get("class") == "leave" for note in since)


def _last(session: Session) -> NoteRecorded | None:
    return next(reversed(_notes(session)), None)


def _notes(session: Session) -> list[NoteRecorded]:
    return [note for note in session.notes if note.topic == TOPIC]
