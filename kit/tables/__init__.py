"""A session as tidy tables: one row one thing, one column one variable, and every column explained.

Plain Python from a fold and its events; what file they end up in is `kit.export`'s matter.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Literal, NamedTuple

from kit.events import Event
from kit.session import Session
from kit.tables import rows
from kit.tables.reading import Told
from kit.tables.rows import Row
from kit.words import Words, words

# None is an empty cell; times are UTC, without a zone, in whole seconds.
Value = str | int | float | datetime | None
Type = Literal["text", "whole", "share", "yesno", "time", "mixed"]


class Column(NamedTuple):
    """One variable: its name in snake_case, what its cells hold, and a sentence that explains it."""

    name: str
    type: Type
    says: str


class Table(NamedTuple):
    """One kind of thing: each row has one value for each column, in their order."""

    name: str
    columns: tuple[Column, ...]
    rows: list[tuple[Value, ...]]


# The sheets in their order, and the types of their columns. What a column says is `table.<sheet>_<column>`.
SHEETS: dict[str, dict[str, Type]] = {
    "about": {"fact": "text", "value": "mixed"},
    "dictionary": {"sheet": "text", "column": "text", "type": "text", "says": "text"},
    "turns": {
        "play": "whole", "visit": "whole", "turn": "text", "line": "text", "mood": "whole", "on_final_road": "yesno",
        "arrived_at": "time", "left_at": "time", "left_by": "text", "why": "text", "letter": "text", "text": "text",
        "mood_after": "whole", "end": "text", "rounds": "whole",
        "vote": "text", "vote_voted": "whole", "vote_good": "whole", "vote_phones": "whole",
        "vote_phones_good": "whole", "vote_hands": "whole", "vote_hands_good": "whole",
        "revote": "text", "revote_voted": "whole", "revote_good": "whole", "revote_phones": "whole",
        "revote_phones_good": "whole", "revote_hands": "whole", "revote_hands_good": "whole",
        "both": "whole", "gained": "whole", "lost": "whole", "p": "share",
    },
    "options": {
        "round": "text", "place": "whole", "letter": "text", "id": "text", "text": "text", "grade": "text",
        "good": "yesno", "reason": "text", "phones": "whole", "phones_share": "share", "phones_low": "share",
        "phones_high": "share", "hands": "whole",
    },
    "rounds": {
        "round": "text", "kind": "text", "play": "whole", "visit": "whole", "turn": "text", "form": "text",
        "prompt": "text", "repeats": "text", "set_aside": "yesno", "opened_at": "time", "closed_at": "time",
        "closed_by": "text", "seconds": "whole", "joined": "whole", "phones": "whole", "hands": "whole",
        "revealed": "text", "revealed_at": "time",
    },
    "ballots": {
        "round": "text", "person": "text", "answer": "text", "letter": "text", "grade": "text", "good": "yesno",
        "confidence": "whole", "reason": "text", "at": "time", "times_cast": "whole",
    },
    "people": {
        "person": "text", "number": "whole", "joined_at": "time", "removed": "yesno", "team": "text",
        "ballots": "whole",
    },
    "road": {
        "play": "whole", "step": "whole", "turn": "text", "mood": "whole", "letter": "text", "text": "text",
        "end": "text",
    },
    "roads_not_taken": {
        "play": "whole", "step": "whole", "turn": "text", "letter": "text", "leads_to": "text", "mood": "whole",
    },
}  # fmt: skip


def tables(session: Session, events: Sequence[Event]) -> list[Table]:
    """All sheets of a session, an empty one with its columns.

    `session` is the fold of a log under aliases, `events` all of that log: `events[seq - 1]` has that `seq`.
    """
    said = words(session.opened.language if session.opened is not None else "en")
    told = Told(session, events)
    made = {
        "about": rows.about(told),
        "turns": rows.turns(told),
        "options": rows.options(told),
        "rounds": rows.rounds(told),
        "ballots": rows.ballots(told),
        "people": rows.people(told),
        "road": rows.road(told),
        "roads_not_taken": rows.roads_not_taken(told),
        "dictionary": _dictionary(said),
    }
    return [_table(said, name, made[name]) for name in SHEETS]


def _table(said: Words, name: str, found: Iterable[Row]) -> Table:
    columns = _columns(said, name)
    return Table(name, columns, [tuple(row[column.name] for column in columns) for row in found])


def _columns(said: Words, name: str) -> tuple[Column, ...]:
    return tuple(Column(column, type_, said(f"table.{name}_{column}")) for column, type_ in SHEETS[name].items())


def _dictionary(said: Words) -> Iterable[Row]:
    """One row for every column of every other sheet."""
    for name in SHEETS:
        for column in _columns(said, name) if name != "dictionary" else ():
            type_ = said(f"table.type_{column.type}")
            yield {"sheet": name, "column": column.name, "type": type_, "says": column.says}
