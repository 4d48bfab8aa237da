"""Aliases: the same log with nobody's name in it, for files that go to others.

People become "Person 1", "Person 2" … in the order of joining, their ids `person-1` … The facilitator's private
notes and this machine's address are left blank; every line keeps its place, so that seq still counts from 1.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from kit import events as ev
from kit.session import Session

# The topic of a facilitator's notes for herself.
PRIVATE = "private"


def aliased(lines: Iterable[bytes]) -> list[bytes]:
    """The log's lines, each one event as JSON, under aliases. The same lines always give the same bytes.

    Reasons and other free text stay as they were written: who is named in them is named there.
    """
    people = _People()
    return [msgspec.json.encode(people.take(line)) for line in lines]


class _People:
    """Who is who, as the log tells it line by line."""

    def __init__(self) -> None:
        self.session = Session("")
        self.ids: dict[str, str] = {}
        self.rating: set[str] = set()

    def take(self, line: bytes) -> dict[str, Any]:
        """The log's next line under aliases."""
        event: dict[str, Any] = msgspec.json.decode(line)
        self.session.apply(ev.decode(line))
        kind = event.get("kind")
        if kind == "participant.joined" and isinstance(event.get("participant"), str):
            self._join(event["participant"])
        if kind == "round.opened" and event.get("form") == "rate":
            self.rating.add(str(event.get("round")))
        return self._under_alias(str(kind), event)

    def _join(self, who: str) -> None:
        person = self.session.people.get(who)
        # A joining that the session did not allow stands in the log, too.
        number = str(person.number) if person is not None else f"refused-{len(self.ids) + 1}"
        self.ids.setdefault(who, f"person-{number}")

    def _under_alias(self, kind: str, event: dict[str, Any]) -> dict[str, Any]:
        if kind in ("participant.joined", "participant.renamed"):
            event["name"] = self._name(str(event.get("participant")))
        if kind == "note.recorded" and event.get("topic") == PRIVATE:
            event["fields"] = {}
        settings = event.get("settings")
        if isinstance(settings, dict) and "address" in settings:
            settings["address"] = ""
        answer = event.get("answer")
        if isinstance(answer, dict) and str(event.get("round")) in self.rating:
            event["answer"] = {self.ids.get(whose, whose): rating for whose, rating in answer.items()}
        if isinstance(event.get("id"), str):
            # A person's id is a part of some commands' ids, such as a joining's.
            event["id"] = " ".join(self.ids.get(word, word) for word in event["id"].split(" "))
        return {name: self._everywhere(name, value) for name, value in event.items()}

    def _name(self, who: str) -> str:
        person = self.session.people.get(who)
        return f"Person {person.number}" if person is not None else ""

    def _everywhere(self, name: str, value: Any) -> Any:
        """An event of any kind names a person under `participant`."""
        if isinstance(value, dict):
            return {key: self._everywhere(key, inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [self._everywhere("", inner) for inner in value]
        return self.ids.get(value, value) if name == "participant" and isinstance(value, str) else value
