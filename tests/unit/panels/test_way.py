"""The way on: the room's choice is there already; another one needs a reason, and the log keeps it."""

from __future__ import annotations

import pytest

from kit import moves
from kit.scenario import Scenario
from tests.unit.making import remove
from tests.unit.panels.clicking import Seat, at, click, rows, said, shown
from tests.unit.panels.looking import Tags, filled, seen, text
from tests.unit.playing import SMALL, TEXT, Table, read


def revealed(**answers: str) -> Table:
    table = Table()
    table.voted(**answers)
    table.reveal()
    return table


def test_the_rooms_choice_is_preselected_with_votes_and_goals(seat: Seat) -> None:
    table = revealed(ana="c", ben="c", cy="a")
    table.count(b=1)
    panel = seat(table)
    assert panel.way.which.options == (
        ("choose", ""), ("A → Calm (1)", "a"), ("B → Call (1)", "b"), ("C → Storm (2)", "c"), ("D → Calm (0)", "d"),
    )  # fmt: skip
    assert panel.way.which.value == "c"
    assert panel.way.told.value == ""
    click(panel, "Go on")
    assert table.here == ("Storm", 0)
    assert (table.play.road.move, table.play.road.why) == ("next", "")


def test_at_a_tie_the_facilitator_chooses(seat: Seat) -> None:
    table = revealed(ana="c", ben="a")
    panel = seat(table)
    assert "It is a tie: choose under “Which way” first." in shown(panel)
    assert (panel.way.which.value, filled(panel.widget)) == ("", [])
    lines = len(table.lines)
    for label in ("Go on", "Say it aloud"):
        click(panel, label)
        assert said(panel) == "Choose under “Which way” where the conversation goes on."
    assert len(table.lines) == lines
    panel.way.which.value = "a"
    click(panel, "Go on")
    assert (table.here, table.play.road.move, said(panel)) == (("Calm", 4), "tie", "")


@pytest.mark.parametrize("tie", [False, True])
def test_another_way_needs_a_reason_which_is_kept(seat: Seat, tie: bool) -> None:
    table = revealed(ana="c", ben="a" if tie else "c")
    panel = seat(table)
    lines = len(table.lines)
    panel.way.which.value, panel.way.why.value = "b", "  "
    click(panel, "Go on")
    assert said(panel).startswith(f"The room chose {'A, C' if tie else 'C'}. Say under “Why this way” why")
    assert len(table.lines) == lines
    panel.way.why.value = " to see it once more "
    click(panel, "Go on")
    assert table.here == ("Call", 2)
    assert (table.play.road.move, table.play.road.why) == ("other", "to see it once more")
    assert table.notes[-1]["why"] == "to see it once more"
    assert panel.way.why.value == "to see it once more" or panel.way.box not in list(seen(panel.widget))


def test_another_line_is_said_aloud_without_a_reason(seat: Seat) -> None:
    table = revealed(ana="c")
    panel = seat(table)
    panel.way.which.value = "d"
    click(panel, "Say it aloud")
    assert table.session.message is not None
    assert "Say d" in table.session.message.body
    assert panel.way.which.value == "d", "a choice stands until votes change"


def test_when_nobody_voted_the_authors_best_is_there_and_no_reason_is_needed(seat: Seat) -> None:
    table = revealed()
    panel = seat(table)
    assert "Nobody has voted: you decide." in shown(panel)
    assert panel.way.which.value == "a"
    panel.way.which.value = "d"
    click(panel, "Go on")
    assert (table.here, table.play.road.move) == (("Calm", 3), "skip")


def test_the_next_turn_begins_with_its_own_choice(seat: Seat) -> None:
    table = revealed(ana="c")
    panel = seat(table)
    panel.way.which.value, panel.way.why.value = "a", "nicer"
    click(panel, "Go on")
    table.voted(ana="b")
    table.reveal()
    panel.live.repaint()
    assert (panel.way.which.value, panel.way.why.value) == ("b", "")
    assert panel.way.which.options[1] == ("A → Done (0)", "a")


def test_a_removed_person_changes_the_rooms_choice(seat: Seat) -> None:
    table = revealed(ana="c", ben="c", cy="a")
    panel = seat(table)
    table.add(remove("ana"), remove("ben"))
    panel.live.repaint()
    assert panel.way.which.value == "a"


def test_a_turn_that_was_run_again_begins_with_the_rooms_choice(seat: Seat) -> None:
    table = revealed(ana="c")
    panel = seat(table)
    panel.way.which.value, panel.way.why.value = "a", "nicer"
    click(panel, "Run this turn again")
    table.vote(ana="c")
    click(panel, "Close the vote")
    click(panel, "Show without a second vote")
    assert (panel.way.which.value, panel.way.why.value) == ("c", "")


def test_a_changed_file_changes_the_goals(seat: Seat) -> None:
    table = revealed(ana="c")
    panel = seat(table)
    table.do(moves.take_over(read(TEXT.replace("go to: Storm", "go to: Lost")), "small"))
    panel.live.repaint()
    assert panel.way.which.options[3] == ("C → Lost (1)", "c")
    assert panel.way.which.value == "c"


# Without a vote


@pytest.mark.parametrize("asked", [False, True])
def test_the_vote_is_skipped_when_the_facilitator_wants_it(seat: Seat, asked: bool) -> None:
    table = at("scene")
    if asked:
        table.voted()
    panel = seat(table)
    assert panel.way.box not in list(seen(panel.widget))
    click(panel, "Skip the vote")
    assert filled(panel.widget) == ["Go on"]
    assert panel.way.box in list(seen(panel.widget))
    assert panel.way.why not in list(seen(panel.widget)), "where nobody voted there is nobody to give a reason to"
    assert "You decide where the conversation goes on." in shown(panel)
    panel.way.which.value = "a"
    click(panel, "Go on")
    assert (table.here, said(panel)) == (("Calm", 3), "")
    assert filled(panel.widget) == ["Open the vote"], "only this vote was skipped"


@pytest.mark.parametrize("stage", ["talk", "opposite", "voted", "revealed", "aloud"])
def test_a_vote_that_was_cast_is_not_skipped(seat: Seat, stage: str) -> None:
    assert not [label for labels in rows(seat(at(stage))) for label in labels if label == "Skip the vote"]


def test_skipping_can_be_taken_back(seat: Seat) -> None:
    panel = seat(at("scene"))
    before = rows(panel)
    click(panel, "Skip the vote")
    assert "Do not skip" in rows(panel)[1]
    click(panel, "Do not skip")
    assert rows(panel) == before
    assert filled(panel.widget) == ["Open the vote"]


def test_who_votes_after_all_is_not_led_past_the_talk(seat: Seat) -> None:
    table = at("scene")
    panel = seat(table)
    click(panel, "Skip the vote")
    click(panel, "Open the vote")
    table.vote(ana="a", ben="b")
    click(panel, "Close the vote")
    assert filled(panel.widget) == ["Find your opposite"]
    assert panel.way.box not in list(seen(panel.widget))


def test_a_way_that_leads_nowhere_is_a_sentence(seat: Seat) -> None:
    table = Table(Scenario("One", SMALL.turns[:1]))
    panel = seat(table)
    click(panel, "Skip the vote")
    click(panel, "Go on")
    assert "“Say a” leads to no turn of this scenario. Choose another way." in Tags(text(panel.widget)).said
    assert table.here == ("Call", 3)
