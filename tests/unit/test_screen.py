"""What a phone and the wall show: one thing at a time, no results too early, no secrets."""

from __future__ import annotations

import pytest

from kit import events as ev
from kit import road as roads
from kit.road import Step
from kit.screen import WALL, Notice, Screen, Viewer, remaining, screen
from kit.statistics import wilson
from tests.unit.making import Log, ask, extend, hands, join, now, remove, reveal, room, shut, start, vote

ANA, BEN = Viewer("phone", "ana"), Viewer("phone", "ben")
BOTH = pytest.mark.parametrize("viewer", [ANA, WALL], ids=["phone", "wall"])


def shown(log: Log, viewer: Viewer, second: float = 0) -> Screen:
    return screen(log.session, viewer, now(second))


def voted() -> Log:
    """Ana and Ben have voted in an open round."""
    log = room("ana", "ben")
    log.add(ask(), vote("ana", "a"), vote("ben", "b"))
    return log


def change(**settings: bool | int | str) -> ev.SettingsChanged:
    return ev.SettingsChanged(settings=settings)


# Views


@BOTH
def test_each_act_of_the_facilitator_brings_its_view(viewer: Viewer) -> None:
    log = room("ana")
    views = [shown(log, viewer).view]
    for event in [
        ev.SceneShown(line="Where is it?"), ask(), shut(), reveal(), ev.MessageShown(title="Break"), ev.MessageShown(),
        ev.SceneShown(line="Well?"), ask("r2"), ev.SessionClosed(), ev.SessionReopened(),
    ]:  # fmt: skip
        log.add(event)
        views.append(shown(log, viewer).view)
    assert views == [
        "lobby", "scene", "question", "closed", "results", "message", "results", "scene", "question", "ended", "closed",
    ]  # fmt: skip


@BOTH
def test_the_question_is_shown_with_letters_and_shapes(viewer: Viewer) -> None:
    log = room("ana")
    log.add(ask(options="xy", repeats=None, confidence=True, reason=True))
    question = shown(log, viewer).question
    assert question is not None
    assert [(answer.letter, answer.id, answer.text) for answer in question.answers] == [
        ("A", "x", "Say x"),
        ("B", "y", "Say y"),
    ]
    assert len({answer.shape for answer in question.answers}) == 2
    assert (question.round, question.form, question.prompt) == ("r1", "choice", "What now?")
    assert (question.confidence, question.reason, question.again) == (True, True, False)


def test_a_revote_says_that_it_is_one() -> None:
    log = voted()
    log.add(shut(), ask("r2", repeats="r1"))
    question = shown(log, ANA).question
    assert question is not None
    assert question.again


@BOTH
def test_a_scene_stays_beside_the_question(viewer: Viewer) -> None:
    log = room("ana")
    log.add(ev.SceneShown(title="Day 1", speaker="Mr Hill", line="Where is it?", mood=2), ask())
    assert shown(log, viewer).scene == ("Day 1", "Mr Hill", "Where is it?", 2)


@BOTH
def test_a_new_question_takes_a_message_away(viewer: Viewer) -> None:
    log = room("ana")
    log.add(ev.MessageShown(title="Break", body="10 minutes"))
    assert shown(log, viewer).message == Notice("Break", "10 minutes")
    log.add(ask())
    assert shown(log, viewer).message is None


@BOTH
def test_results_that_are_revealed_take_a_message_away(viewer: Viewer) -> None:
    log = voted()
    log.add(shut(), ev.MessageShown(title="Talk it over"), reveal())
    assert shown(log, viewer).view == "results"


@BOTH
def test_revealing_an_older_round_leaves_the_open_question_where_it_is(viewer: Viewer) -> None:
    log = voted()
    log.add(shut(), ask("r2"), reveal("r1"))
    look = shown(log, viewer)
    assert look.view == "question"
    assert look.question is not None
    assert look.question.round == "r2"
    assert look.results is None


def test_every_screen_knows_the_room_and_whether_it_is_a_rehearsal() -> None:
    log = Log(start("Monday", language="de", rehearsal=True, settings={"locked": True}), join("ana"))
    for viewer in ANA, WALL:
        look = shown(log, viewer)
        assert (look.title, look.language, look.rehearsal, look.locked) == ("Monday", "de", True, True)
        assert look.code == log.session.code


def test_only_the_wall_shows_the_wifi_code() -> None:
    log = room("ana")
    log.add(ev.SettingsChanged(settings={"wifi": True}))
    assert (shown(log, WALL).wifi, shown(log, ANA).wifi) == (True, False)


# Results


@BOTH
def test_no_results_before_the_reveal(viewer: Viewer) -> None:
    log = voted()
    assert shown(log, viewer).results is None
    log.add(hands(c=9), shut())
    assert shown(log, viewer).results is None


def test_live_results_are_on_the_wall_only_and_only_while_people_vote() -> None:
    log = voted()
    log.add(ev.SettingsChanged(settings={"live": True}))
    wall, phone = shown(log, WALL).results, shown(log, ANA)
    assert wall is not None
    assert [row.votes for row in wall.rows] == [1, 1, 0]
    assert (phone.results, phone.view) == (None, "question")
    log.add(shut())
    for viewer in WALL, ANA:
        look = shown(log, viewer)
        assert (look.view, look.results) == ("closed", None), "before they have talked nobody sees the votes"


def test_results_revealed_on_the_wall_stay_there_and_phones_say_so() -> None:
    log = voted()
    log.add(shut(), reveal(where="wall"))
    phone, wall = shown(log, ANA), shown(log, WALL)
    assert (phone.view, phone.results, phone.on_wall) == ("closed", None, True)
    assert (wall.view, wall.on_wall) == ("results", False)
    assert wall.results is not None


def test_results_revealed_everywhere_are_the_same_everywhere() -> None:
    log = voted()
    log.add(shut(), reveal(where="wall"), reveal(where="everywhere"))
    phone, wall = shown(log, ANA), shown(log, WALL)
    assert phone.results is not None
    assert phone.results == wall.results
    assert not phone.on_wall


def test_results_show_votes_shares_hands_and_the_authors_notes() -> None:
    log = voted()
    log.add(join("cy"), vote("cy", "b"), hands(c=9), shut(), reveal(notes={"b": ev.Note(grade="best", reason="calm")}))
    results = shown(log, ANA).results
    assert results is not None
    assert [(row.answer.id, row.votes, row.hands) for row in results.rows] == [("a", 1, 0), ("b", 2, 0), ("c", 0, 9)]
    assert [row.share for row in results.rows] == pytest.approx([1 / 3, 2 / 3, 0])
    assert [(row.grade, row.reason) for row in results.rows] == [("", ""), ("best", "calm"), ("", "")]
    assert (results.voted, results.before) == (3, ())


def test_results_without_a_vote_have_no_share_and_no_hands() -> None:
    log = room("ana")
    log.add(ask(), shut(), reveal())
    results = shown(log, ANA).results
    assert results is not None
    assert [(row.votes, row.share, row.hands) for row in results.rows] == [(0, 0.0, None)] * 3


def test_a_revote_is_shown_beside_the_round_before() -> None:
    log = voted()
    log.add(shut(), ask("r2"), vote("ana", "b", "r2"), vote("ben", "b", "r2"), shut("r2"), reveal("r2", beside="r1"))
    results = shown(log, ANA).results
    assert results is not None
    assert [row.votes for row in results.rows] == [0, 2, 0]
    assert [row.votes for row in results.before] == [1, 1, 0]


def test_the_running_tally_of_an_open_round_is_not_shown_beside_another() -> None:
    log = voted()
    log.add(shut(), ask("r2"), vote("ana", "c", "r2"), reveal("r1", beside="r2"))
    for viewer in ANA, WALL:
        results = shown(log, viewer).results
        assert results is None or results.before == ()


def test_the_wall_counts_who_voted_of_who_is_here_and_phones_do_not() -> None:
    log = voted()
    log.add(join("cy"), join("dee"), vote("ana", "c"))
    assert (shown(log, WALL).voted, shown(log, WALL).joined) == (2, 4)
    log.add(remove("ben"), remove("dee"))
    assert (shown(log, WALL).voted, shown(log, WALL).joined) == (1, 2)
    assert (shown(log, ANA).voted, shown(log, ANA).joined) == (None, None)


@BOTH
def test_after_the_end_there_is_neither_question_nor_result(viewer: Viewer) -> None:
    log = voted()
    log.add(ev.SettingsChanged(settings={"live": True}), shut(), reveal(), ev.SessionClosed())
    look = shown(log, viewer)
    assert (look.view, look.question, look.results) == ("ended", None, None)


# One phone alone


def test_a_card_is_on_its_own_phone_only() -> None:
    log = room("ana", "ben")
    log.add(ev.CardDealt(participant="ana", title="Customer", body="You waited two weeks."))
    assert shown(log, ANA).card == Notice("Customer", "You waited two weeks.")
    assert shown(log, BEN).card is shown(log, WALL).card is None
    log.add(ask())
    assert shown(log, ANA).card is not None


def test_a_removed_phone_shows_nothing_of_the_room() -> None:
    log = voted()
    log.add(ev.CardDealt(participant="ana", title="Customer"), ev.SceneShown(line="x"), shut(), reveal())
    log.add(ev.MessageShown(title="Break"), remove("ana"))
    look = shown(log, ANA)
    assert look.view == "removed"
    assert (look.scene, look.question, look.results, look.message, look.card, look.on_wall) == (None,) * 5 + (False,)
    assert shown(log, BEN).view != "removed"


def test_phones_that_show_the_same_have_equal_screens_whatever_they_voted() -> None:
    log = voted()
    for event in [shut(), reveal(), ev.SceneShown(line="x"), ev.SessionClosed()]:
        assert shown(log, ANA) == shown(log, BEN)
        assert len({shown(log, ANA), shown(log, BEN), shown(log, WALL)}) == 2
        log.add(event)


# Time


@pytest.mark.parametrize(
    ("second", "left"), [(0, 30), (0.25, 30), (1, 29), (28.5, 2), (29, 1), (29.75, 1), (30, 0), (31, 0), (10**6, 0)]
)
def test_remaining_seconds_are_rounded_up_and_never_negative(second: float, left: int) -> None:
    log = room("ana")
    log.add(ask(seconds=30))
    assert remaining(log.session.rounds["r1"], now(second)) == left
    question = shown(log, ANA, second).question
    assert question is not None
    assert question.seconds == left


@BOTH
def test_added_time_is_shown_and_a_closed_round_has_none(viewer: Viewer) -> None:
    log = room("ana")
    log.add(ask(seconds=30), extend(15))
    seconds = []
    for _ in range(2):
        question = shown(log, viewer, 10).question
        assert question is not None
        seconds.append(question.seconds)
        log.add(shut())
    assert seconds == [35, None]


def test_a_round_without_a_time_limit_shows_none() -> None:
    log = room("ana")
    log.add(ask())
    question = shown(log, ANA, 10).question
    assert question is not None
    assert question.seconds is None


# The play on the wall


def road(*turns: str) -> ev.NoteRecorded:
    return roads.write(1, [Step(turn, 3) for turn in turns], "next")


@BOTH
def test_while_people_find_their_opposite_there_are_letters_and_no_numbers(viewer: Viewer) -> None:
    log = voted()
    log.add(shut(), change(opposite="r1", timer=120))
    look = shown(log, viewer, 20)
    assert (look.view, look.timer, look.results) == ("opposite", 100, None)
    assert look.question is not None
    assert [answer.letter for answer in look.question.answers] == ["A", "B", "C"]
    assert look.question.seconds is None


@pytest.mark.parametrize("value", ["", "r2", "nothing"])
def test_only_the_round_that_is_on_the_wall_becomes_letters(value: str) -> None:
    log = voted()
    log.add(shut(), change(opposite=value))
    assert shown(log, ANA).view == shown(log, WALL).view == "closed"


@BOTH
def test_letters_never_stand_over_an_open_question_or_over_results(viewer: Viewer) -> None:
    log = voted()
    log.add(change(opposite="r1"))
    assert shown(log, viewer).view == "question"
    log.add(shut())
    assert shown(log, viewer).view == "opposite"
    log.add(reveal())
    assert shown(log, viewer).view == "results"


def test_running_results_are_off_the_wall_while_people_find_their_opposite() -> None:
    log = voted()
    log.add(change(live=True), shut(), change(opposite="r1"))
    assert shown(log, WALL).view == "opposite"
    assert shown(log, ANA).results is None


@pytest.mark.parametrize(("second", "left"), [(0, 60), (0.5, 60), (1, 59), (59.5, 1), (60, 0), (999, 0)])
def test_the_walls_clock_is_rounded_up_and_never_negative(second: float, left: int) -> None:
    log = room("ana")
    log.add(change(timer=60))
    assert shown(log, WALL, second).timer == shown(log, ANA, second).timer == left


def test_the_walls_clock_begins_anew_with_each_change_and_other_settings_leave_it_alone() -> None:
    log = room("ana")
    assert shown(log, WALL).timer is None
    log.add(change(timer=60))
    log.second = 30
    log.add(change(live=True))
    assert shown(log, WALL, 30).timer == 30
    log.add(change(timer=60))
    assert shown(log, WALL, 30).timer == 60
    log.add(change(timer=0))
    assert shown(log, WALL, 30).timer is None


def test_the_walls_clock_gives_way_to_an_open_question_and_to_the_end() -> None:
    log = room("ana")
    log.add(change(timer=60), ask(seconds=30))
    look = shown(log, WALL, 10)
    assert look.question is not None
    assert (look.timer, look.question.seconds) == (None, 20)
    log.add(shut())
    assert shown(log, WALL, 10).timer == 50
    log.add(remove("ana"))
    assert shown(log, ANA, 10).timer is None
    log.add(ev.SessionClosed())
    assert shown(log, WALL, 10).timer is None


def test_a_clock_in_the_settings_at_the_opening_counts_from_there() -> None:
    log = Log(start(settings={"timer": 90}))
    assert shown(log, WALL, 30).timer == 60


def test_the_road_stands_on_the_wall_only() -> None:
    log = room("ana")
    assert shown(log, WALL).road is None
    log.add(road("Call", "Storm"), ev.SceneShown(line="Well?"))
    for event in [ask(), shut(), reveal(), ev.MessageShown(title="Aloud"), change(road=True)]:
        log.add(event)
        told = shown(log, WALL).road
        assert told is not None
        assert told.here.turn == "Storm"
        assert shown(log, ANA).road is None
    log.add(ev.SessionClosed())
    assert shown(log, WALL).road is None


def test_the_whole_road_is_the_walls_main_thing_until_a_question_opens() -> None:
    log = room("ana")
    log.add(change(road=True))
    assert shown(log, WALL).view == "lobby", "there is no road yet"
    log.add(road("Call"), ev.SceneShown(line="Bye."), ev.MessageShown(title="Aloud"))
    assert (shown(log, WALL).view, shown(log, ANA).view) == ("road", "message")
    log.add(ask())
    assert shown(log, WALL).view == "question"
    log.add(shut())
    assert (shown(log, WALL).view, shown(log, ANA).view) == ("road", "closed")
    log.add(ev.SessionClosed())
    assert shown(log, WALL).view == "ended"


def test_each_share_has_its_interval_where_somebody_voted() -> None:
    log = room(*(f"p{n}" for n in range(12)))
    log.add(ask(), *(vote(f"p{n}", "a" if n < 7 else "b") for n in range(12)), hands(c=9), shut(), reveal())
    results = shown(log, ANA).results
    assert results is not None
    assert [row.interval for row in results.rows] == [wilson(7, 12), wilson(5, 12), wilson(0, 12)]
    assert results.rows[0].interval == pytest.approx((0.3195, 0.8067), abs=1e-4)
    log.add(ask("r2"), shut("r2"), reveal("r2", beside="r1"))
    results = shown(log, ANA).results
    assert results is not None
    assert [row.interval for row in results.rows] == [None] * 3
    assert results.before[0].interval == wilson(7, 12)


def test_a_screen_with_a_road_is_rendered_once_for_all_that_look_alike() -> None:
    log = room("ana")
    log.add(road("Call", "Storm"), change(opposite="r1", timer=5))
    assert len({shown(log, WALL), shown(log, WALL), shown(log, ANA), shown(log, BEN)}) == 2
