"""Aliases: the same log with nobody's name in it, for files that go to others.

People become "Person 1", "Person 2" … in the order of joining, their ids `person-1` … The facilitator's private
notes and this machine's address are left blank; every line keeps its place, so that seq still counts from 1.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from kit import events as ev
from kit.session import Session
from kit.state import SETTINGS

# The topic of a facilitator's notes for herself.
PRIVATE = "private"

# What a person's own events and a private note may say; what other clients put beside it may be anybody's name.
_PLAIN = ("seq", "at", "kind", "id", "participant", "team")
# Texts of a play that know nobody; an option's id may look like a person's.
_OF_THE_PLAY = ("scenario", "road")
# Where a person's id may stand in a command's.
_WORDS = (re.compile(r"[^\s:/]+"), re.compile(r"[A-Za-z0-9]+"))


def aliased(lines: Iterable[bytes]) -> list[bytes]:
    """The log's lines, each one event as JSON, under aliases. The same lines always give the same bytes.

    Reasons and other free text stay as they were written: who is named in them is named there.
    """
    lines = list(lines)
    people = _People(lines)
    return [msgspec.json.encode(people.under_alias(msgspec.json.decode(line))) for line in lines]


class _People:
    """Who is who. The whole log is read first: somebody may be named before, or without, a joining that counts."""

    def __init__(self, lines: Sequence[bytes]) -> None:
        session = Session.replay("", lines)
        self.numbers = {who: person.number for who, person in session.people.items()}
        self.ids = {who: f"person-{number}" for who, number in self.numbers.items()}
        self.rating: set[str] = set()
        strangers = 0
        for event in map(msgspec.json.decode, lines):
            if event.get("kind") == "round.opened" and event.get("form") == "rate":
                self.rating.add(str(event.get("round")))
            for who in _named(event):
                if who not in self.ids:
                    strangers += 1
                    self.ids[who] = f"stranger-{strangers}"

    def under_alias(self, event: dict[str, Any]) -> dict[str, Any]:
        """The event with nobody's name in it."""
        kind, topic = str(event.get("kind")), event.get("topic")
        if kind in ("participant.joined", "participant.renamed", "participant.removed"):
            named = kind != "participant.removed"
            event = {name: value for name, value in event.items() if name in _PLAIN}
            event |= {"name": self._name(event.get("participant"))} if named else {}
        if kind == "note.recorded" and topic == PRIVATE:
            event = {name: value for name, value in event.items() if name in _PLAIN} | {"topic": topic, "fields": {}}
        settings = event.get("settings")
        if isinstance(settings, dict):
            event["settings"] = {
                name: "" if name == "address" else value for name, value in settings.items() if name in SETTINGS
            }
        answer = event.get("answer")
        if isinstance(answer, dict) and str(event.get("round")) in self.rating:
            event["answer"] = {self.ids.get(whose, whose): rating for whose, rating in answer.items()}
        if isinstance(event.get("id"), str):
            # A person's id is a part of some commands' ids, such as a joining's.
            for word in _WORDS:
                event["id"] = word.sub(lambda found: self.ids.get(found[0], found[0]), event["id"])
        everywhere = kind not in ev.KINDS or (kind == "note.recorded" and topic not in _OF_THE_PLAY)
        return {
            name: self._inside(name, value, everywhere and name not in ("seq", "at", "kind", "id", "topic"))
            for name, value in event.items()
        }

    def _name(self, who: object) -> str:
        return f"Person {self.numbers[who]}" if isinstance(who, str) and who in self.numbers else ""

    def _inside(self, name: str, value: Any, everywhere: bool) -> Any:
        """Events of all kinds name a person under `participant`; notes of others' making may do so anywhere."""
        if isinstance(value, dict):
            return {
                self.ids.get(key, key) if everywhere else key: self._inside(key, inner, everywhere)
                for key, inner in value.items()
            }
        if isinstance(value, list):
            return [self._inside(name, inner, everywhere) for inner in value]
        return self.ids.get(value, value) if isinstance(value, str) and (everywhere or name == "participant") else value


def _named(value: Any) -> Iterable[str]:
    """Who is named under `participant`, in the order of the text."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name == "participant":
                yield from (who for who in (inner if isinstance(inner, list) else [inner]) if isinstance(who, str))
            yield from _named(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _named(inner)
