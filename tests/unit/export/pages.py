"""A page as a tree, and logs as random as a lively afternoon, for the tests of the summary."""

from __future__ import annotations

import random
from html.parser import HTMLParser
from typing import Any
from xml.etree import ElementTree as xml

from kit import events as ev
from kit import moves
from kit.export import html
from tests.unit.making import ask, join, remove, shut, vote
from tests.unit.making import reveal as show
from tests.unit.playing import SMALL, Table, real

VOID = {"meta", "br"}
# Picture elements may close themselves.
CLOSED = {"path", "use"}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tree = xml.TreeBuilder()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tree.start(tag, {name: value or "" for name, value in attrs})
        if tag in VOID:
            self.tree.end(tag)
        else:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tree.start(tag, {name: value or "" for name, value in attrs})
        self.tree.end(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, f"</{tag}> closes something else"
        self.tree.end(tag)

    def handle_data(self, data: str) -> None:
        if self.open:
            self.tree.data(data)


def parse(page: str) -> xml.Element:
    """The page's tree; every element is closed where it should be."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    assert not reader.open
    return reader.tree.close()


def text(element: xml.Element | None) -> str:
    """What stands in an element, with single spaces."""
    assert element is not None
    return " ".join("".join(element.itertext()).split())


def body(root: xml.Element) -> str:
    """All that a reader sees, without the style sheet."""
    return text(root.find("body"))


def by_id(root: xml.Element, id_: str) -> xml.Element:
    found = root.find(f".//*[@id='{id_}']")
    assert found is not None, f"nothing has the id {id_}"
    return found


def written(log: Any) -> str:
    """The page of a log."""
    return html.write(log.session, [ev.decode(line) for line in log.lines]).decode()


def afternoon(seed: int, people: int = 14) -> Table:
    """A session in which anything may happen that a facilitator can do."""
    chance = random.Random(seed)
    table = Table(None, "")
    table.add(*(join(f"person-{n + 1}", f"Person {n + 1}") for n in range(people)))
    scenario = real() if chance.random() < 0.5 else SMALL
    table.do(moves.begin(table.session, scenario, "made"))
    for _ in range(chance.randint(3, 9)):
        if not table.play.turn.responses:
            break
        _turn(table, chance)
        if chance.random() < 0.1:
            table.do(moves.begin(table.session, scenario, "made"))
        if chance.random() < 0.15 and len(table.session.present) > 1:
            table.add(remove(chance.choice(table.session.present).id))
    _question(table, chance)
    if chance.random() < 0.5:
        table.add(ev.SessionClosed())
    return table


def _turn(table: Table, chance: random.Random) -> None:
    for _ in range(chance.choice([0, 1, 1, 1, 2])):
        table.open(reason=True)
        _votes(table, chance)
        table.close()
        if chance.random() < 0.7:
            table.do(moves.vote_again(table.session, table.play))
            _votes(table, chance)
            table.close()
        if chance.random() < 0.2:
            table.count(**{response.id: chance.randint(0, 5) for response in table.play.turn.responses})
        if chance.random() < 0.7:
            table.reveal()
    if table.play.can_go_back and chance.random() < 0.2:
        table.back()
    else:
        table.take(chance.choice(table.play.turn.responses).id, chance.choice(["", "I wanted to see it."]))


def _votes(table: Table, chance: random.Random) -> None:
    if chance.random() < 0.1:
        return
    opened = table.session.open
    assert opened is not None
    ids = [option.id for option in opened.opened.options]
    for person in table.session.present:
        for _ in range(chance.choice([0, 1, 1, 1, 2])):
            more: dict[str, Any] = {
                "confidence": chance.choice([None, 1, 2, 3]),
                "reason": chance.choice([None, "So."]),
            }
            table.add(vote(person.id, chance.choice(ids), opened.opened.round, **more))


def _question(table: Table, chance: random.Random) -> None:
    for n in range(chance.randint(0, 3)):
        again = {"repeats": f"ask-{n}"} if n and chance.random() < 0.6 else {}
        table.add(ask(f"ask-{n + 1}", **again))
        _votes(table, chance)
        table.add(shut(f"ask-{n + 1}"), show(f"ask-{n + 1}"))
