"""Hands: counted for the turn's last round, and what is being typed stays."""

from __future__ import annotations

from kit import moves
from tests.unit.panels.clicking import Seat, click, said, shown
from tests.unit.panels.looking import filled, seen
from tests.unit.playing import TEXT, Table, read


def test_hands_are_counted_saved_and_corrected(seat: Seat) -> None:
    table = Table()
    table.voted(ana="b")
    panel = seat(table)
    fields = panel.hands.fields
    assert [field for field in fields if field in list(seen(panel.widget))] == fields[:4]
    assert fields[0].description == "● A"
    fields[0].value, fields[2].value = 7, 2
    click(panel, "Save the count")
    assert table.session.rounds["play-1-1"].hands == {"a": 7, "b": 0, "c": 2, "d": 0}
    assert "Counted: A 7, B 0, C 2, D 0" in shown(panel)
    assert filled(panel.widget) == ["Find your opposite"]
    assert "7 of 10 chose a good response (70 %), hands counted." in shown(panel)
    fields[0].value = 0
    click(panel, "Save the count")
    assert "0 of 3 chose a good response (0 %), hands counted." in shown(panel)
    assert said(panel) == ""


def test_without_a_vote_there_is_nothing_to_count(seat: Seat) -> None:
    panel = seat(Table())
    assert "Open the vote first; then count." in shown(panel)
    assert not set(panel.hands.fields) & set(seen(panel.widget))
    assert panel.hands.save not in list(seen(panel.widget))
    panel.hands.save.click()
    assert said(panel).endswith("Open the vote first.")


def test_what_is_typed_stays_until_another_count_is_saved(seat: Seat) -> None:
    table = Table()
    table.open()
    panel = seat(table)
    panel.hands.fields[1].value = 5
    table.vote(ana="a")
    table.close()
    panel.live.repaint()
    assert panel.hands.fields[1].value == 5
    # Another notebook counts.
    table.count(a=3)
    panel.live.repaint()
    assert [field.value for field in panel.hands.fields[:4]] == [3, 0, 0, 0]


def test_each_vote_has_its_own_count_and_a_second_panel_finds_it(seat: Seat) -> None:
    table = Table()
    table.voted(ana="b")
    table.count(a=3)
    panel = seat(table)
    assert panel.hands.fields[0].value == 3
    click(panel, "Vote again")
    assert [field.value for field in panel.hands.fields[:4]] == [0, 0, 0, 0]
    panel.hands.fields[3].value = 2
    click(panel, "Save the count")
    assert [round_.hands for round_ in table.session.rounds.values()] == [{"a": 3}, {"a": 0, "b": 0, "c": 0, "d": 2}]
    assert [field.value for field in seat(table).hands.fields[:4]] == [0, 0, 0, 2]


def test_the_count_decides_the_way(seat: Seat) -> None:
    table = Table()
    table.voted(ana="b")
    table.reveal()
    panel = seat(table)
    assert panel.way.which.value == "b"
    panel.hands.fields[2].value = 4
    click(panel, "Save the count")
    assert panel.way.which.value == "c"


def test_hands_are_counted_for_what_was_asked_also_when_the_file_was_changed(seat: Seat) -> None:
    table = Table()
    table.take("c")
    table.voted(ana="a")
    more = "- Say c\n  - grade: weak\n  - reason: Why c\n  - go to: Lost\n\n## Calm"
    table.do(moves.take_over(read(TEXT.replace("## Calm", more)), "small"))
    panel = seat(table)
    assert len(table.play.turn.responses) == 3
    panel.hands.fields[0].value = 4
    click(panel, "Save the count")
    assert said(panel) == ""
    assert (table.session.rounds["play-2-1"].hands or {}).get("a") == 4
