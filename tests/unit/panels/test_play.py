"""The panel that plays a conversation: what it offers where, what its buttons put into the log, and what it keeps."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import ipywidgets as w
import pytest

from kit import events as ev
from kit import moves
from kit import play as plays
from kit.errors import KitError
from kit.live import Live
from kit.panels.play import STAGES, PlayPanel
from kit.scenario import Response, Scenario, Turn
from kit.scenarios import Reading
from kit.scenarios.markdown import Finding
from kit.screen import WALL, screen
from tests.serving import Facilitator, until
from tests.unit.making import Log, ask, join, now, remove, shut
from tests.unit.panels.clicking import STAGE, STEPS, Seat, at, click, looks, rows, said, shown
from tests.unit.panels.looking import Tags, everything, filled, seen
from tests.unit.playing import Table

NASTY = "<img src=x onerror=alert(1)>$x$\"'&{n}"

# All that the panel draws with.
OURS = {
    "style", "div", "span", "p", "b", "i", "br", "h3", "ul", "li", "blockquote", "table", "caption", "tr", "th", "td",
    "svg", "g", "path", "rect", "text", "title",
}  # fmt: skip


# What it offers


@pytest.mark.parametrize(
    ("stage", "offered"),
    [
        ("scene", [["Open the vote"], ["Skip the vote", "Go back one turn"]]),
        ("vote", [["Close the vote"]]),
        (
            "talk",
            [
                ["Find your opposite", "Vote again", "Show without a second vote"],
                ["Run this turn again", "Go back one turn"],
            ],
        ),
        (
            "opposite",
            [
                ["Vote again", "Add 30 seconds", "Show without a second vote"],
                ["Run this turn again", "Go back one turn"],
            ],
        ),
        ("revote", [["Close the vote"]]),
        ("voted", [["Show both votes"], ["Run this turn again", "Go back one turn"]]),
        ("revealed", [["Say it aloud", "In your own words"], ["Run this turn again", "Go back one turn"]]),
        (
            "aloud",
            [
                ["In your own words"],
                ["Say it aloud", "Show the votes again", "Run this turn again", "Go back one turn"],
            ],
        ),
        ("end", [["Show the whole road"], ["Go back one turn", "Play it again"]]),
    ],
)
def test_each_stage_offers_its_buttons_in_two_rows(seat: Seat, stage: str, offered: list[list[str]]) -> None:
    panel = seat(at(stage))
    assert rows(panel) == offered
    assert said(panel) == ""
    # Beside them stand only the way's own button, and those of the drawers.
    loose = [each for each in seen(panel.widget) if isinstance(each, w.Button)]
    loose = [each for each in loose if each not in (*panel.first.children, *panel.second.children)]
    loose = [each for each in loose if each not in list(everything(panel.more))]
    assert [each.description for each in loose] == (["Go on"] if stage in ("revealed", "aloud") else [])


@pytest.mark.parametrize(
    ("stage", "next_"),
    [
        ("scene", "Open the vote"), ("vote", "Close the vote"), ("talk", "Find your opposite"),
        ("opposite", "Vote again"), ("revote", "Close the vote"), ("voted", "Show both votes"),
        ("revealed", "Say it aloud"), ("aloud", "Go on"), ("end", "Show the whole road"),
    ],
)  # fmt: skip
def test_one_button_is_filled_the_next_sensible_step(seat: Seat, stage: str, next_: str) -> None:
    assert filled(seat(at(stage)).widget) == [next_]


def test_every_stage_is_painted() -> None:
    assert STAGES.keys() == STEPS.keys()


@pytest.mark.parametrize(
    ("answers", "hands", "next_", "advice"),
    [
        ("bbbb", {}, "Vote again", "0 of 4 chose a good response (0 %). Under 30 %: explain first"),
        ("abba", {}, "Find your opposite", "2 of 4 chose a good response (50 %). Between 30 and 70 %: let them talk."),
        ("dada", {}, "Show without a second vote", "4 of 4 chose a good response (100 %). Over 70 %: say briefly"),
        ("bbbb", {"a": 16}, "Show without a second vote", "16 of 20 chose a good response (80 %), hands counted. Over"),
    ],
)
def test_after_the_first_vote_the_share_of_good_responses_says_what_is_next(
    seat: Seat, answers: str, hands: dict[str, int], next_: str, advice: str
) -> None:
    table = Table()
    table.voted(**dict(zip(("ana", "ben", "cy", "dee"), answers, strict=True)))
    if hands:
        table.count(**hands)
    panel = seat(table)
    assert filled(panel.widget) == [next_]
    assert advice in shown(panel)
    assert "You decide." in shown(panel)


def test_when_nobody_voted_it_says_so_and_one_button_is_filled(seat: Seat) -> None:
    table = Table()
    table.voted()
    panel = seat(table)
    assert "Nobody has voted. Count hands, or run the turn again." in shown(panel)
    assert len(filled(panel.widget)) == 1


def test_at_the_first_turn_there_is_no_way_back(seat: Seat) -> None:
    assert rows(seat(Table())) == [["Open the vote"], ["Skip the vote"]]


def test_time_is_added_only_where_a_clock_runs(seat: Seat) -> None:
    table = Table()
    table.open(seconds=60)
    panel = seat(table)
    assert rows(panel) == [["Close the vote", "Add 30 seconds"]]
    click(panel, "Add 30 seconds")
    assert table.session.rounds["play-1-1"].seconds == 90
    table.close()
    table.do(moves.find_opposite(table.play))
    table.second = 50
    panel = seat(table)
    click(panel, "Add 30 seconds")
    assert table.session.timer_ends == now(50 + 70 + 30)
    table.second = 500
    click(panel, "Add 30 seconds")
    assert table.session.timer_ends == now(530), "a clock that has run out begins anew"


def test_a_vote_without_a_limit_gets_no_time_from_the_walls_clock(seat: Seat) -> None:
    table = Table()
    table.open()
    table.do([ev.SettingsChanged(settings={"timer": 60})])
    assert rows(seat(table)) == [["Close the vote"]]


# What the buttons do


def test_a_whole_turn_goes_into_the_log_click_by_click(seat: Seat) -> None:
    table = Table(None)
    panel = seat(table)
    assert filled(panel.widget) == ["Begin the conversation"]
    click(panel, "Begin the conversation")
    assert table.here == ("Call", 3)
    assert "Dana is angry (3 of 10)" in shown(panel)
    click(panel, "Open the vote")
    opened = table.session.rounds["play-1-1"].opened
    assert (opened.prompt, opened.confidence, opened.reason, opened.seconds) == (
        "What do you answer?", True, False, None,
    )  # fmt: skip
    table.vote(ana="b", ben="a", cy="c")
    click(panel, "Close the vote")
    assert table.play.stage == "talk"
    click(panel, "Find your opposite")
    assert table.session.settings["opposite"] == "play-1-1"
    assert "No numbers are shown." in shown(panel)
    click(panel, "Vote again")
    assert table.session.rounds["play-1-2"].opened.repeats == "play-1-1"
    table.vote(ana="a", ben="a", cy="c")
    click(panel, "Close the vote")
    assert "3 voted by phone both times: 1 moved to a good response, 0 away from one." in shown(panel)
    click(panel, "Show both votes")
    revealed = table.session.rounds["play-1-2"].revealed
    assert revealed is not None
    assert (revealed.beside, revealed.notes["c"].grade) == ("play-1-1", "harmful")
    assert panel.way.which.value == "a"
    click(panel, "Say it aloud")
    message = table.session.message
    assert message is not None
    assert "One of you is Dana" in message.title
    assert message.body == "“Say a”"
    click(panel, "In your own words")
    message = table.session.message
    assert message is not None
    assert message.title.startswith("In your own words")
    assert message.body == "“Say a”", "the customer's line is the scene's"
    assert table.session.settings["timer"] == moves.OWN_WORDS
    click(panel, "Go on")
    assert table.here == ("Calm", 4)
    assert (table.play.road.move, table.play.road.why) == ("next", "")
    assert table.session.settings == moves.CALM
    assert said(panel) == ""


def test_shown_without_a_second_vote_there_is_one_vote(seat: Seat) -> None:
    panel = seat(at("talk"))
    click(panel, "Show without a second vote")
    revealed = panel._play().last
    assert revealed is not None
    assert revealed.revealed is not None
    assert revealed.revealed.beside is None


@pytest.mark.parametrize("stage", ["talk", "opposite", "voted", "revealed", "aloud"])
def test_a_turn_is_run_again_from_anywhere_after_its_vote(seat: Seat, stage: str) -> None:
    table = at(stage)
    panel = seat(table)
    click(panel, "Run this turn again")
    assert table.play.stage == "vote"
    assert table.play.first is table.session.open
    assert table.play.second is None
    assert filled(panel.widget) == ["Close the vote"]


@pytest.mark.parametrize("stage", ["scene", "talk", "opposite", "voted", "revealed", "aloud", "end"])
def test_one_turn_back_from_wherever_no_vote_is_open(seat: Seat, stage: str) -> None:
    table = at(stage)
    steps = len(table.play.road.steps)
    panel = seat(table)
    click(panel, "Go back one turn")
    assert len(table.play.road.steps) == steps - 1
    assert (table.play.road.move, table.play.stage) == ("back", "scene")


def test_at_the_end_the_road_is_shown_hidden_and_played_again_when_one_is_sure(seat: Seat) -> None:
    table = at("end")
    panel = seat(table)
    assert "The end: resolved" in shown(panel)
    click(panel, "Show the whole road")
    assert screen(table.session, WALL, now(0)).view == "road"
    click(panel, "Hide the road")
    assert screen(table.session, WALL, now(0)).view == "scene"
    visit = table.play.road.visit
    click(panel, "Play it again")
    assert table.play.road.visit == visit, "not before one is sure"
    click(panel, "No, stay here")
    assert rows(panel) == [["Show the whole road"], ["Go back one turn", "Play it again"]]
    click(panel, "Play it again")
    click(panel, "Yes, from the start")
    assert (table.here, table.play.road.visit, table.play.stage) == (("Call", 3), visit + 1, "scene")
    assert rows(panel) == [["Open the vote"], ["Skip the vote"]]


def test_who_goes_back_from_the_end_is_not_asked_any_more(seat: Seat) -> None:
    table = at("end")
    panel = seat(table)
    click(panel, "Play it again")
    click(panel, "Go back one turn")
    table.take("a")
    panel.live.repaint()
    assert table.play.stage == "end"
    assert rows(panel) == [["Show the whole road"], ["Go back one turn", "Play it again"]]


def test_a_click_that_comes_too_late_does_nothing_to_what_is_there_now(seat: Seat) -> None:
    table = at("scene")
    panel = seat(table)
    table.open()
    panel.buttons["open"].click()
    assert len(table.session.rounds) == 1
    assert filled(panel.widget) == ["Close the vote"], "the panel shows where the room stands"
    panel.buttons["close"].click()
    assert (said(panel), table.play.stage) == ("", "talk")


# The drawers


def test_running_votes_are_shown_on_the_wall_as_the_box_says(seat: Seat) -> None:
    table = Table()
    panel, other = seat(table), seat(table)
    panel.voting.live.value = True
    assert table.session.settings["live"] is True
    other.live.repaint()
    assert other.voting.live.value
    other.voting.live.value = False
    assert table.session.settings["live"] is False
    # Painting is no command.
    count = len(table.lines)
    panel.live.repaint()
    assert not panel.voting.live.value
    assert len(table.lines) == count


def test_a_vote_is_opened_as_the_drawer_says_and_a_second_panel_finds_it(seat: Seat) -> None:
    table = Table()
    panel = seat(table)
    panel.voting.confidence.value, panel.voting.reason.value, panel.voting.seconds.value = False, True, 90
    click(panel, "Open the vote")
    opened = table.session.rounds["play-1-1"].opened
    assert (opened.confidence, opened.reason, opened.seconds) == (False, True, 90)
    # What is set for the next vote is not undone by painting.
    panel.voting.seconds.value = 30
    click(panel, "Close the vote")
    assert panel.voting.seconds.value == 30
    again = seat(table)
    assert (again.voting.confidence.value, again.voting.reason.value, again.voting.seconds.value) == (False, True, 90)


# Before a play, after one, and beside others


def test_without_a_session_it_waits(folded: Callable[[Log], Live], small: Reading) -> None:
    live = folded(Log())
    for feed in (live.feed, None):
        live.feed = feed
        panel = PlayPanel(live, [small])
        assert "Open a session in the lobby first" in shown(panel)
        assert rows(panel) == filled(panel.widget) == []
        panel.buttons["open"].click()
        assert said(panel) == "Open a session in the lobby first; this panel follows by itself."


@STAGE
def test_when_the_session_has_ended_nothing_is_offered(seat: Seat, stage: str) -> None:
    table = at(stage)
    table.add(ev.SessionClosed())
    panel = seat(table)
    assert "This session has ended. In the lobby you can open it again" in shown(panel)
    assert rows(panel) == filled(panel.widget) == []
    assert panel.more not in list(seen(panel.widget))
    table.add(ev.SessionReopened())
    panel.live.repaint()
    assert len(filled(panel.widget)) == 1


@STAGE
def test_a_second_panel_on_the_same_log_shows_the_same(seat: Seat, stage: str) -> None:
    table = Table(None)
    first = seat(table)
    click(first, "Begin the conversation")
    first.notes.text.value = "Dee is new."
    for name, step in STEPS.items():
        step(table)
        first.live.repaint()
        if name == stage:
            break
    assert first.widget is not (second := seat(table)).widget
    assert looks(second) == looks(first)


def test_another_panels_question_keeps_from_opening_one(seat: Seat) -> None:
    table = at("talk")
    panel = seat(table)
    table.do([ask("ask-1")])
    panel.live.repaint()
    assert "Another question is open just now. Close it where it was opened." in shown(panel)
    assert [panel.buttons[name].disabled for name in ("again", "rerun")] == [True, True]
    table.do([shut("ask-1")])
    panel.live.repaint()
    assert "Another question" not in shown(panel)
    assert not [button for button in panel.buttons.values() if button.disabled]


@pytest.mark.parametrize("name", ["opposite", "reveal"])
def test_another_panels_question_keeps_the_wall_so_nothing_else_is_put_there(seat: Seat, name: str) -> None:
    table = at("talk")
    table.do([ask("ask-1")])
    assert seat(table).buttons[name].disabled


def test_another_panels_question_is_closed_by_going_on(seat: Seat) -> None:
    table = at("revealed")
    table.do([ask("ask-1")])
    click(seat(table), "Go on")
    assert table.session.open is None
    assert table.here == ("Calm", 3)


def test_another_question_before_the_beginning(seat: Seat) -> None:
    table = Table(None)
    table.do([ask("ask-1")])
    panel = seat(table)
    assert panel.begin.go.disabled
    table.do([shut("ask-1")])
    panel.live.repaint()
    assert not panel.begin.go.disabled


# What authors and people typed


def nasty(**more: Any) -> Scenario:
    """A scenario in which every field holds what it should not."""
    name = f"Call {NASTY}"
    responses = [Response(id_, NASTY, "best" if id_ == "a" else "weak", NASTY, 1, {}, name) for id_ in "abc"]
    turns = [Turn(name, NASTY, NASTY, NASTY, NASTY, responses), Turn(NASTY, NASTY, end="left")]
    return Scenario(NASTY, turns, 20, NASTY, NASTY, NASTY, 2, [NASTY], "en", 3, NASTY, **more)


def check(panel: PlayPanel) -> None:
    """No widget has a tag, an attribute or a formula that somebody typed."""
    assert said(panel) == ""
    for widget in everything(panel.widget):
        assert not isinstance(widget, w.HTMLMath | w.Label)
        if isinstance(widget, w.Button):
            assert "$x$" not in widget.description
        elif hasattr(widget, "description"):
            assert "$x$" not in widget.description
            assert not widget.description_allow_html
        if isinstance(widget, w.HTML):
            found = Tags(widget.value)
            assert found.tags <= OURS, found.tags - OURS
            assert not [name for name in found.attributes if name.startswith("on") or name == "src"]


def test_nothing_that_was_typed_becomes_markup(seat: Seat) -> None:
    table = Table(None, people="")
    table.add(*(join(f"p{n}", NASTY) for n in range(3)))
    panel = seat(table, [Reading(Path(f"{NASTY}.md"), nasty(), [Finding(3, NASTY)])])
    check(panel)
    # Title, trade, customer, story; the file's name, and what is to be mended; the first turn, twice on the map.
    assert shown(panel).count(NASTY) == 8
    table.do(moves.begin(table.session, nasty(), NASTY))
    panel.live.repaint()
    check(panel)
    # The customer, the line, tone, what one sees, the note; two of each response; the turn in scene, map and goals.
    assert shown(panel).count(NASTY) >= 5 + 6 + 5
    click(panel, "Open the vote")
    table.add(*(ev.BallotCast(round="play-1-1", participant=f"p{n}", answer="abc"[n], reason=NASTY) for n in range(2)))
    panel.live.repaint()
    check(panel)
    click(panel, "Close the vote")
    check(panel)
    assert f"A: {NASTY}" in shown(panel)
    click(panel, "Vote again")
    table.vote(p0="a", p1="a")
    click(panel, "Close the vote")
    check(panel)
    click(panel, "Show both votes")
    check(panel)
    click(panel, "Say it aloud")
    assert table.session.message is not None
    assert table.session.message.body == f"“{NASTY}”"
    panel.notes.text.value = NASTY
    panel.way.which.value, panel.way.why.value = "b", NASTY
    click(panel, "Go on")
    check(panel)
    assert table.play.road.why == NASTY
    assert seat(table).notes.text.value == NASTY


@pytest.mark.parametrize("grade", ["", "good", "Best", NASTY])
def test_a_grade_that_the_kit_does_not_know_is_still_played(seat: Seat, grade: str) -> None:
    odd = Scenario("Odd", [Turn("Call", "Well?", responses=[
        Response("a", "Say a", grade, "Why", 0, {}, "Call"), Response("b", "Say b", "weak", "Why", 0, {}, "Call"),
    ])])  # fmt: skip
    panel = seat(Table(odd))
    check(panel)
    assert filled(panel.widget) == ["Open the vote"]


@pytest.mark.parametrize("end", ["", "won", "Left", NASTY])
def test_an_end_that_the_kit_does_not_know_is_an_end(seat: Seat, end: str) -> None:
    panel = seat(Table(Scenario("Odd", [Turn("Call", "Bye.", end=end)])))
    check(panel)
    assert "The end:" in shown(panel)
    assert filled(panel.widget) == ["Show the whole road"]


# On a real room


@pytest.fixture
def panel(live: Live, followed: Facilitator, small: Reading) -> PlayPanel:
    return PlayPanel(live, [small])


def test_a_turn_is_played_with_phones(panel: PlayPanel, followed: Facilitator, small: Reading) -> None:
    phones = followed.phones(3)
    for phone in phones:
        phone.seat()
    click(panel, "Begin the conversation")
    click(panel, "Open the vote")
    for phone, answer in zip(phones, "aab", strict=True):
        assert phone.vote(answer, "play-1-1").status_code == 200
    until(lambda: "3 of 3 have voted" in shown(panel))
    click(panel, "Close the vote")
    click(panel, "Vote again")
    for phone in phones:
        assert phone.vote("a", "play-1-2").status_code == 200
    click(panel, "Close the vote")
    click(panel, "Show both votes")
    click(panel, "Say it aloud")
    click(panel, "Go on")
    assert said(panel) == ""
    play = plays.read(followed.session)
    assert play is not None
    assert (play.turn.name, play.mood, play.road.move) == ("Calm", 4, "next")
    again = PlayPanel(panel.live, [small])
    assert rows(again) == [["Open the vote"], ["Skip the vote", "Go back one turn"]]


def test_of_two_notebooks_only_one_makes_the_move(panel: PlayPanel, followed: Facilitator) -> None:
    click(panel, "Begin the conversation")
    session = followed.session
    play = plays.read(session)
    assert play is not None
    one, two = (moves.take(session, play, play.turn.responses[n]) for n in (0, 2))
    panel.live.post(*one)
    with pytest.raises(KitError) as refused:
        panel.live.post(*two)
    assert refused.value.sentence.endswith(".")
    now_ = plays.read(followed.session)
    assert now_ is not None
    assert (now_.turn.name, now_.road.visit) == ("Calm", 2)
    assert len(followed.log("scene.shown")) == 2


def test_notes_are_kept_on_the_server_and_shown_nowhere_else(panel: PlayPanel, followed: Facilitator) -> None:
    click(panel, "Begin the conversation")
    panel.notes.text.value = "Dee is new."
    assert followed.log("note.recorded")[-1]["fields"] == {"text": "Dee is new."}
    phone = followed.phone("")
    assert "Dee is new" not in phone.page()
    assert "Dee is new" not in phone.http.get(f"/{followed.code}/wall").text


def test_a_removed_persons_vote_is_gone_from_the_panel(seat: Seat) -> None:
    table = at("voted")
    panel = seat(table)
    assert "2 voted by phone both times" in shown(panel)
    table.add(remove("ben"))
    panel.live.repaint()
    assert "1 voted by phone both times" in shown(panel)


def test_an_impatient_finger_makes_one_step_of_two_clicks(seat: Seat, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PlayPanel, "settle", 60.0)
    table = at("scene")
    panel = seat(table)
    panel._settled = 0.0
    # The second click is on what stands in the same place by then.
    panel.buttons["open"].click()
    panel.buttons["close"].click()
    assert table.play.stage == "vote"
    assert panel.buttons["close"].disabled
    panel._settled = 0.0
    panel.live.repaint()
    assert not panel.buttons["close"].disabled
    panel.buttons["close"].click()
    panel.buttons["opposite"].click()
    panel.buttons["again"].click()
    assert table.play.stage == "talk"


def test_the_votes_are_shown_again_after_the_line_was_said(seat: Seat) -> None:
    table = at("aloud")
    panel = seat(table)
    click(panel, "Show the votes again")
    assert table.play.stage == "revealed"
    assert screen(table.session, WALL, 0).view == "results"


def test_before_the_start_map_and_settings_are_there(seat: Seat, small: Reading) -> None:
    panel = seat(Table(None), [small])
    assert panel.more in list(seen(panel.widget))
    assert "kit-here" not in panel.map.value
    assert filled(panel.widget) == ["Begin the conversation"]


def test_the_walls_clock_is_on_the_panel(seat: Seat) -> None:
    panel = seat(at("opposite"))
    assert "The wall's clock: 2:00." in shown(panel)
