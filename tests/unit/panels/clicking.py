"""Hands on a play panel: what it shows, its buttons by their labels, and tables at each stage."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ipywidgets as w
import pytest

from kit import moves
from kit.panels.play import PlayPanel
from tests.unit.panels.looking import Tags, filled, seen, text
from tests.unit.playing import Table

# A play panel at a table, with these readings; see `seat` in conftest.
Seat = Callable[..., PlayPanel]


def said(panel: PlayPanel) -> str:
    return Tags(panel.said.value).said


def shown(panel: PlayPanel) -> str:
    return Tags(text(panel.widget)).said


def rows(panel: PlayPanel) -> list[list[str]]:
    """The labels of the buttons that can be seen, the drawers' aside, row by row."""
    found = [panel.first, panel.second, panel.asking]
    visible = list(seen(panel.widget))
    labels = [[button.description for button in box.children] for box in found if box in visible]
    return [row for row in labels if row]


def click(panel: PlayPanel, label: str) -> None:
    """Press the button that is called so and can be seen."""
    found = [each for each in seen(panel.widget) if isinstance(each, w.Button) and each.description == label]
    assert len(found) == 1, f"{len(found)} buttons are called {label!r}: {rows(panel)}"
    assert not found[0].disabled
    found[0].click()


def looks(panel: PlayPanel) -> list[Any]:
    """All that can be seen, and all that stands in a field."""
    visible = list(seen(panel.widget))
    fields = [each.value for each in visible if isinstance(each, (w.ValueWidget, w.Dropdown))]
    options = [each.options for each in visible if isinstance(each, w.Dropdown)]
    return [text(panel.widget), filled(panel.widget), rows(panel), fields, options]


# Each step takes a table on by one stage.
STEPS: dict[str, Callable[[Table], None]] = {
    "scene": lambda table: table.take("b"),
    "vote": lambda table: (table.open(), table.vote(ana="a", ben="b"))[0],
    "talk": lambda table: table.close(),
    "opposite": lambda table: table.do(moves.find_opposite(table.play)),
    "revote": lambda table: table.do(moves.vote_again(table.session, table.play)),
    "voted": lambda table: (table.vote(ana="a", ben="a"), table.close())[0],
    "revealed": lambda table: table.reveal(),
    "aloud": lambda table: table.do(moves.say_aloud(table.session, "Say it aloud", "“Say a”")),
    "end": lambda table: (table.take("a"), table.take("a"))[0],
}


def at(stage: str) -> Table:
    """A table at this stage of its second turn."""
    table = Table()
    for name, step in STEPS.items():
        step(table)
        if name == stage:
            break
    assert table.play.stage == stage
    return table


STAGE = pytest.mark.parametrize("stage", STEPS)
