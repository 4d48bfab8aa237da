"""Where a conversation stands, told from the log alone: its stage, its votes, what they suggest."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from kit import events as ev
from kit import moves
from kit import play as plays
from kit.play import Share, gain, moved, share, votes, winners
from kit.scenario import Scenario, pack, unpack
from kit.session import Session
from kit.statistics import Paired, TooFew
from tests.unit.making import CODE, ask, join, remove, shut, vote
from tests.unit.playing import SMALL, Table, real, response, turn


def letters(table: Table) -> str:
    return "".join(response.letter for response in winners(table.session, table.play))


# Stages


def test_a_turn_goes_through_its_stages_in_order() -> None:
    table = Table(None)
    assert plays.read(table.session) is None
    table.do(moves.begin(table.session, SMALL, "small"))
    stages = [table.play.stage]

    def then(events: list[ev.Event]) -> None:
        table.do(events)
        stages.append(table.play.stage)

    then(moves.open_vote(table.session, table.play, "What now?"))
    table.vote(ana="a", ben="b")
    then(moves.close_vote(table.play))
    then(moves.find_opposite(table.play))
    then(moves.vote_again(table.session, table.play))
    table.vote(ana="a", ben="a")
    then(moves.close_vote(table.play))
    then(moves.reveal(table.session, table.play))
    then(moves.say_aloud(table.session, "Say it aloud", "Say a"))
    then(moves.take(table.session, table.play, table.play.turn.responses[0]))
    then(moves.take(table.session, table.play, table.play.turn.responses[0]))
    assert stages == [
        "scene", "vote", "talk", "opposite", "revote", "voted", "revealed", "aloud", "scene", "end",
    ]  # fmt: skip


def test_results_may_be_shown_without_a_second_vote() -> None:
    table = Table()
    table.voted(ana="a")
    table.reveal()
    assert table.play.stage == "revealed"
    assert table.play.second is None


def test_a_vote_whose_time_ran_out_is_closed_like_any_other() -> None:
    table = Table()
    table.open(seconds=30)
    table.second = 31
    table.add(shut("play-1-1", by="time"))
    assert table.play.stage == "talk"


def test_another_panels_round_leaves_the_stage_as_it_is() -> None:
    table = Table()
    for _ in range(2):
        stage, opened = table.play.stage, len(table.session.rounds)
        table.do([ask(f"ask-{opened}")])
        assert table.play.stage == stage
        table.do([shut(f"ask-{opened}")])
        assert table.play.stage == stage
        table.voted(ana="b")


def test_run_again_a_turn_sets_its_earlier_votes_aside() -> None:
    table = Table()
    table.voted(ana="a", ben="b")
    table.again(ana="b", ben="b")
    table.reveal()
    table.open()
    play = table.play
    assert (play.stage, play.second) == ("vote", None)
    assert play.first is not None
    assert play.first.opened.round == "play-1-3"
    assert play.first.opened.repeats is None
    table.vote(ana="a")
    table.close()
    assert letters(table) == "A"
    assert moved(table.session, table.play) == {}
    table.again(ana="c")
    assert table.play.last is table.play.second is table.session.rounds["play-1-4"]
    assert moved(table.session, table.play) == {("a", "c"): 1}


def test_a_turn_that_is_visited_again_begins_with_its_scene() -> None:
    table = Table()
    table.voted(ana="b")
    table.take("b")
    assert table.here == ("Call", 2)
    assert (table.play.stage, table.play.first, table.play.last) == ("scene", None, None)


def test_a_reopened_session_goes_on_where_it_was() -> None:
    table = Table()
    table.open()
    table.vote(ana="c")
    table.add(ev.SessionClosed(), ev.SessionReopened())
    assert table.play.stage == "talk"
    assert letters(table) == "C"


def test_the_tenth_visit_is_not_mistaken_for_the_first() -> None:
    table = Table()
    for _ in range(11):
        table.voted(ana="b")
        table.take("b")
    assert table.play.road.visit == 12
    assert table.play.stage == "scene"
    assert len(table.session.rounds) == 11


def test_the_log_alone_tells_it() -> None:
    table = Table()
    table.voted(ana="a", ben="b")
    table.do(moves.find_opposite(table.play))
    again = Session.replay(CODE, table.lines)
    assert plays.read(again) == table.play


# The scenario in the log


@pytest.mark.parametrize("scenario", [SMALL, real()], ids=["small", "real"])
def test_a_scenario_comes_back_from_the_log_as_it_was(scenario: Scenario) -> None:
    assert unpack(pack(scenario)) == scenario
    assert unpack(msgspec.json.decode(msgspec.json.encode(pack(scenario)))) == scenario
    table = Table(scenario)
    assert (table.play.scenario, table.play.file) == (scenario, "small")


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"scenario": None},
        {"scenario": "Call"},
        {"scenario": {"title": "x"}},
        {"scenario": {"title": "x", "turns": []}},
        {"scenario": {"title": "x", "turns": [{"line": "no name"}]}},
        {"scenario": {"title": "x", "turns": [{"name": "Call", "responses": [{"id": "a", "text": 7}]}]}},
    ],
)
def test_a_note_that_is_no_scenario_is_skipped(fields: dict[str, Any]) -> None:
    table = Table()
    table.add(ev.NoteRecorded(topic="scenario", fields={"file": "other"} | fields))
    assert (table.play.scenario, table.play.file) == (SMALL, "small")
    alone = Table(None)
    alone.add(ev.NoteRecorded(topic="scenario", fields=fields))
    assert plays.read(alone.session) is None


def test_a_changed_file_is_used_from_where_the_room_stands() -> None:
    table = Table()
    table.voted(ana="b")
    changed = Scenario("New", [turn("Call", response("a", "best", 9, "End"), response("b", "best", 0, "End"))])
    changed.turns.append(turn("End", end="left"))
    table.do(moves.take_over(changed, "small"))
    play = table.play
    assert (play.scenario, play.turn, play.stage) == (changed, changed.turns[0], "talk")
    assert share(table.session, play.turn, table.session.rounds["play-1-1"]) == Share(1, 1, 0)
    table.take("a")
    assert table.here == ("End", 10)
    assert table.play.stage == "end"


def test_a_scenario_without_the_turn_where_the_room_stands_is_no_play() -> None:
    table = Table()
    table.do(moves.take_over(Scenario("Other", [turn("Elsewhere")]), "other"))
    assert plays.read(table.session) is None
    table.do(moves.begin(table.session, SMALL, "small"))
    assert (table.here, table.play.road.visit) == (("Call", 3), 2)


# What the votes say


def test_a_share_counts_good_responses_and_hands() -> None:
    table = Table()
    table.open()
    table.vote(ana="a", ben="b", cy="d", dee="c")
    first = table.session.rounds["play-1-1"]
    assert share(table.session, SMALL.turns[0], first) == Share(2, 4, 0)
    table.close()
    table.count(a=3, c=1)
    assert votes(table.session, first) == {"a": 4, "b": 1, "c": 2, "d": 1}
    assert share(table.session, SMALL.turns[0], first) == Share(5, 8, 4)
    table.count(b=2)
    assert share(table.session, SMALL.turns[0], first) == Share(2, 6, 2)
    table.add(remove("ana"))
    assert share(table.session, SMALL.turns[0], first) == Share(1, 5, 2)


def test_a_response_without_a_grade_is_not_good() -> None:
    table = Table()
    table.voted(ana="a")
    table.take("a")
    table.voted(ana="c", ben="a")
    assert share(table.session, table.play.turn, table.session.rounds["play-2-1"]) == Share(1, 2, 0)


@pytest.mark.parametrize(
    ("good", "voted", "advice"),
    [
        (0, 100, "teach"), (29, 100, "teach"), (30, 100, "discuss"), (3, 10, "discuss"), (70, 100, "discuss"),
        (7, 10, "discuss"), (71, 100, "explain"), (100, 100, "explain"), (0, 1, "teach"), (1, 1, "explain"),
        (5, 20, "teach"), (6, 20, "discuss"), (14, 20, "discuss"), (15, 20, "explain"), (1, 3, "discuss"),
    ],
)  # fmt: skip
def test_between_30_and_70_percent_talk_helps_most(good: int, voted: int, advice: str) -> None:
    assert Share(good, voted, 0).advice == advice


def test_without_a_vote_there_is_no_advice() -> None:
    assert Share(0, 0, 0).advice == TooFew(have=0, need=1)


def test_most_votes_win_and_a_tie_is_several() -> None:
    table = Table()
    assert letters(table) == ""
    table.open()
    table.vote(ana="b", ben="b", cy="c")
    assert letters(table) == "", "an open vote has no winner yet"
    table.close()
    assert letters(table) == "B"
    table.count(c=1)
    assert letters(table) == "BC"
    table.count(c=2)
    assert letters(table) == "C"
    table.count()
    assert letters(table) == "B"
    table.add(remove("ana"))
    assert letters(table) == "BC"


def test_of_nobody_nothing_wins() -> None:
    table = Table()
    table.voted()
    assert letters(table) == ""
    table.count(d=1)
    assert letters(table) == "D"


def test_the_revote_decides_also_when_fewer_took_part() -> None:
    table = Table()
    table.voted(ana="a", ben="a", cy="a")
    table.again(ana="c")
    assert letters(table) == "C"


def test_who_moved_are_people_who_voted_by_phone_in_both_and_are_here() -> None:
    table = Table(people="ana ben cy dee eva")
    table.voted(ana="b", ben="b", cy="c", dee="a")
    table.count(b=7)
    assert moved(table.session, table.play) == {}
    table.do(moves.vote_again(table.session, table.play))
    table.vote(ana="a", ben="b", cy="a", eva="a")
    assert moved(table.session, table.play) == {("b", "a"): 1, ("b", "b"): 1, ("c", "a"): 1}
    table.vote(ana="c")
    table.close()
    table.count(a=9)
    assert moved(table.session, table.play) == {("b", "c"): 1, ("b", "b"): 1, ("c", "a"): 1}
    table.add(remove("cy"))
    matrix = moved(table.session, table.play)
    assert matrix == {("b", "c"): 1, ("b", "b"): 1}
    assert gain(table.play, matrix) == Paired(0, 0, 2, TooFew(have=0, need=6))


def test_a_move_is_a_gain_when_it_goes_to_any_good_response() -> None:
    people = [f"p{n}" for n in range(9)]
    table = Table(people=" ".join(people))
    table.voted(**dict(zip(people, "bbbbbcada", strict=True)))
    table.again(**dict(zip(people, "aaaddabab", strict=True)))
    found = gain(table.play, moved(table.session, table.play))
    assert found == Paired(6, 2, 9, 2 * (1 + 8 + 28) / 2**8)


def test_who_comes_late_counts_from_then_on() -> None:
    table = Table(people="ana")
    table.voted(ana="a")
    table.add(join("zoe"), vote("zoe", "b", "play-1-1"))
    assert letters(table) == "A"
    table.again(ana="a", zoe="b")
    assert letters(table) == "AB"
    assert moved(table.session, table.play) == {("a", "a"): 1}
