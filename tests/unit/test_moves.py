"""The moves of a play: what each step of the facilitator puts into the log, and what it refuses."""

from __future__ import annotations

import pytest

from kit import events as ev
from kit import moves
from kit.errors import InvalidEvent, Refused
from kit.road import Other, Step
from kit.scenario import Scenario
from kit.screen import WALL, Viewer, screen
from tests.unit.making import ask, now, remove, shut, vote
from tests.unit.playing import SMALL, Table, real, response, turn


def kinds(events: list[ev.Event]) -> list[str]:
    return [str(event.__struct_config__.tag) for event in events]


def walls(table: Table) -> str:
    return screen(table.session, WALL, now(table.second)).view


# Beginning


def test_the_beginning_is_the_scenario_the_road_and_the_scene() -> None:
    table = Table(None)
    events = moves.begin(table.session, SMALL, "small")
    assert kinds(events) == ["note.recorded", "note.recorded", "scene.shown"]
    table.do(events)
    play = table.play
    assert (play.file, play.scenario, table.here) == ("small", SMALL, ("Call", 3))
    assert (play.road.visit, play.road.move, play.road.why) == (1, "begin", "")
    assert not play.can_go_back
    assert walls(table) == "scene"


@pytest.mark.parametrize("stage", ["scene", "vote", "talk", "revealed", "moved"])
def test_it_can_be_begun_again_at_any_time_and_rounds_never_collide(stage: str) -> None:
    table = Table()
    if stage != "scene":
        table.open()
        table.vote(ana="b")
    if stage in ("talk", "revealed", "moved"):
        table.close()
    if stage == "revealed":
        table.reveal()
    if stage == "moved":
        table.take("b")
    visit, rounds = table.play.road.visit, set(table.session.rounds)
    table.do(moves.begin(table.session, SMALL, "small"))
    assert (table.play.road.visit, table.play.road.move, table.here) == (visit + 1, "begin", ("Call", 3))
    assert (table.play.stage, table.session.open) == ("scene", None)
    assert len(table.play.road.steps) == 1
    table.open()
    assert set(table.session.rounds) - rounds == {f"play-{visit + 1}-1"}


def test_the_stage_direction_says_tone_and_what_one_sees() -> None:
    def title(tone: str, sees: str) -> str:
        return moves.scene(SMALL, turn("Call", tone=tone, sees=sees), 3).title

    assert title("sharp", "a door slams") == "sharp · a door slams"
    assert (title("sharp", ""), title("", "a door slams"), title("", "")) == ("sharp", "a door slams", "")
    assert len(title("x" * 150, "y" * 150)) == 200
    shown = moves.scene(SMALL, SMALL.turns[0], 3)
    assert (shown.turn, shown.speaker, shown.line, shown.mood) == ("Call", "Dana", "Call!", 3)


def test_the_longest_texts_that_an_author_may_write_fit_into_the_log() -> None:
    long = [response(id_, "best", 1, "N" * 80, id_ * 500) for id_ in "abcdef"]
    scenario = Scenario(
        "t" * 500,
        [turn("N" * 80, *long, tone="x" * 4000, sees="y" * 4000), turn("End", end="left")],
        customer="c" * 80,
        story="s" * 20_000,
    )
    table = Table(scenario)
    table.voted(ana="f")
    table.reveal()
    table.do(moves.say_aloud(table.session, "Say it aloud", table.play.turn.responses[5].text))
    table.take("f")
    assert table.here == ("N" * 80, 4)


# Voting


def test_a_vote_asks_the_turns_responses_as_it_was_set() -> None:
    table = Table()
    table.open(seconds=60, confidence=False, reason=True)
    opened = table.session.rounds["play-1-1"].opened
    assert [(option.id, option.text) for option in opened.options] == [(id_, f"Say {id_}") for id_ in "abcd"]
    assert (opened.prompt, opened.form, opened.repeats) == ("What now?", "choice", None)
    assert (opened.seconds, opened.confidence, opened.reason) == (60, False, True)
    table.close()
    table.do(moves.vote_again(table.session, table.play))
    again = table.session.rounds["play-1-2"].opened
    assert (again.repeats, again.prompt, again.options) == ("play-1-1", opened.prompt, opened.options)
    assert (again.seconds, again.confidence, again.reason) == (60, False, True)


def test_a_third_vote_repeats_the_first_as_the_second_did() -> None:
    table = Table()
    table.voted(ana="a")
    table.again(ana="b")
    table.again(ana="c")
    assert table.session.rounds["play-1-3"].opened.repeats == "play-1-1"
    assert table.play.last is table.session.rounds["play-1-3"]


def test_opposites_have_a_clock_and_what_comes_next_takes_it_away() -> None:
    table = Table()
    table.voted(ana="a", ben="b")
    table.do(moves.find_opposite(table.play))
    assert table.session.settings == {"opposite": "play-1-1", "timer": moves.TALK}
    assert walls(table) == screen(table.session, Viewer("phone", "ana"), now(0)).view == "opposite"
    events = moves.vote_again(table.session, table.play)
    assert kinds(events) == ["settings.changed", "round.opened"]
    table.do(events)
    assert table.session.settings == moves.CALM
    # Nothing to calm: nothing in the log.
    table.close()
    assert kinds(moves.reveal(table.session, table.play)) == ["round.revealed"]


@pytest.mark.parametrize("step", ["again", "rerun", "reveal", "skip", "begin"])
def test_every_next_step_calms_the_wall(step: str) -> None:
    table = Table()
    table.voted(ana="a")
    table.do([ev.SettingsChanged(settings={"opposite": "play-1-1", "timer": 90, "road": True})])
    session, play = table.session, table.play
    table.do(
        {
            "again": lambda: moves.vote_again(session, play),
            "rerun": lambda: moves.open_vote(session, play, "What now?"),
            "reveal": lambda: moves.reveal(session, play),
            "skip": lambda: moves.take(session, play, play.turn.responses[0]),
            "begin": lambda: moves.begin(session, SMALL, "small"),
        }[step]()
    )
    assert session.settings == moves.CALM
    assert session.timer_ends is None


def test_after_another_panels_question_the_room_still_finds_its_opposite() -> None:
    table = Table()
    table.voted(ana="a", ben="b")
    table.do([ask("ask-1"), shut("ask-1")])
    table.do(moves.find_opposite(table.play))
    assert walls(table) == screen(table.session, Viewer("phone", "ana"), now(0)).view == "opposite"
    look = screen(table.session, WALL, now(0))
    assert look.question is not None
    assert look.question.round == "play-1-1"


@pytest.mark.parametrize("stage", ["vote", "revote", "voted", "revealed"])
def test_opposites_are_found_only_between_the_two_votes(stage: str) -> None:
    table = Table()
    table.open()
    if stage != "vote":
        table.close()
        table.do(moves.vote_again(table.session, table.play))
    if stage in ("voted", "revealed"):
        table.close()
    if stage == "revealed":
        table.reveal()
    assert table.play.stage == stage
    with pytest.raises(Refused):
        moves.find_opposite(table.play)


def test_time_is_added_to_the_open_vote_and_else_to_the_walls_clock() -> None:
    table = Table()
    table.open(seconds=60)
    table.do(moves.add_time(table.play, 0, 30))
    assert table.session.rounds["play-1-1"].seconds == 90
    table.close()
    table.do(moves.find_opposite(table.play))
    table.second = 100
    table.do(moves.add_time(table.play, 20, 30))
    assert table.session.timer_ends == now(150)


def test_hands_are_counted_in_the_last_round() -> None:
    table = Table()
    table.voted(ana="a")
    table.count(a=2, b=1)
    table.again(ana="a")
    table.count(b=5)
    assert [round_.hands for round_ in table.session.rounds.values()] == [{"a": 2, "b": 1}, {"b": 5}]


def test_results_come_with_the_authors_view_beside_the_first_vote() -> None:
    table = Table()
    table.voted(ana="a")
    table.reveal()
    first = table.session.rounds["play-1-1"].revealed
    assert first is not None
    assert (first.beside, first.where) == (None, "everywhere")
    assert first.notes["c"] == ev.Note("harmful", "Why c")
    assert first.notes.keys() == set("abcd")
    table.open()
    table.close()
    table.again(ana="b")
    table.reveal()
    second = table.session.rounds["play-1-3"].revealed
    assert second is not None
    assert second.beside == "play-1-2"


def test_said_aloud_with_a_clock_or_without() -> None:
    table = Table()
    table.voted(ana="a")
    table.reveal()
    events = moves.say_aloud(table.session, "Aloud", "“Say a”")
    assert kinds(events) == ["message.shown"]
    table.do(events)
    assert (walls(table), table.session.timer_ends) == ("message", None)
    table.do(moves.say_aloud(table.session, "Own words", "", seconds=60))
    assert table.session.timer_ends == now(60)
    table.do(moves.say_aloud(table.session, "Aloud", "“Say a”"))
    assert table.session.timer_ends is None, "nobody's clock runs on"


# The way on


@pytest.mark.parametrize(
    ("answers", "hands", "way", "move"),
    [
        ({"ana": "b", "ben": "b", "cy": "a"}, {}, "b", "next"),
        ({"ana": "b", "ben": "b", "cy": "a"}, {}, "a", "other"),
        ({"ana": "b", "ben": "a"}, {}, "a", "tie"),
        ({"ana": "b", "ben": "a"}, {}, "c", "other"),
        ({"ana": "b"}, {"a": 3}, "a", "next"),
        ({"ana": "b"}, {"a": 1}, "b", "tie"),
        ({}, {}, "c", "skip"),
        (None, {}, "d", "skip"),
    ],
)
def test_the_log_tells_how_the_room_came_to_its_way(
    answers: dict[str, str] | None, hands: dict[str, int], way: str, move: str
) -> None:
    table = Table()
    if answers is not None:
        table.voted(**answers)
        if hands:
            table.count(**hands)
    table.take(way, "because")
    assert (table.play.road.move, table.play.road.why) == (move, "because")
    assert table.play.road.steps[0].letter == way.upper()


def test_a_removed_persons_vote_does_not_decide() -> None:
    table = Table()
    table.voted(ana="b", ben="b", cy="a")
    table.add(remove("ana"), remove("ben"))
    table.take("a")
    assert table.play.road.move == "next"


def test_a_step_keeps_what_was_taken_and_what_was_not() -> None:
    table = Table()
    table.take("a")
    table.take("b")
    assert table.play.road.steps == (
        Step("Call", 3, "A", "Say a", (Other("B", "Call", 2), Other("C", "Storm", 0), Other("D", "Calm", 3))),
        Step("Calm", 4, "B", "Say b", (Other("A", "Done", 9), Other("C", "Calm", 9))),
        Step("Storm", 4),
    )
    table.take("b")
    assert table.play.road.here == Step("Lost", 0, end="handed up")
    assert table.session.scene is not None
    assert (table.session.scene.turn, table.session.scene.mood) == ("Lost", 0)


def test_the_mood_stays_on_its_scale() -> None:
    table = Table()
    table.take("c")
    assert table.here == ("Storm", 0)
    table.take("a")
    table.take("a")
    for _ in range(3):
        table.take("c")
    assert table.here == ("Calm", 10)
    table.take("b")
    assert table.here == ("Storm", 10)


def test_a_way_is_taken_only_when_the_vote_is_closed() -> None:
    table = Table()
    table.open()
    with pytest.raises(Refused, match="still open"):
        moves.take(table.session, table.play, SMALL.turns[0].responses[0])


def test_a_way_that_leads_nowhere_is_refused() -> None:
    table = Table()
    with pytest.raises(Refused, match="“Say x” leads to no turn"):
        moves.take(table.session, table.play, response("x", "best", 0, "Atlantis"))


def test_back_is_the_turn_before_in_its_mood_and_another_visit() -> None:
    table = Table()
    with pytest.raises(Refused, match="first turn"):
        moves.go_back(table.session, table.play)
    table.take("c")
    table.voted(ana="b")
    table.take("b")
    assert table.play.stage == "end"
    table.back()
    assert table.here == ("Storm", 0)
    assert (table.play.road.visit, table.play.road.move, table.play.stage) == (4, "back", "scene")
    assert table.play.road.here == Step("Storm", 0), "nothing is taken here now"
    assert [step.letter for step in table.play.road.steps] == ["C", ""]
    table.back()
    assert table.here == ("Call", 3)
    assert not table.play.can_go_back
    table.voted(ana="a")
    assert list(table.session.rounds) == ["play-2-1", "play-5-1"]
    assert [note["visit"] for note in table.notes] == [1, 2, 3, 4, 5]


def test_back_to_a_turn_that_the_changed_file_lost_is_refused() -> None:
    table = Table()
    table.take("c")
    table.do(moves.take_over(Scenario("New", [SMALL.turns[1]]), "small"))
    with pytest.raises(Refused, match="'Call' is no longer in the scenario"):
        moves.go_back(table.session, table.play)


@pytest.mark.parametrize("move", ["begin", "back", "take"])
def test_a_round_that_is_open_is_closed_by_the_move(move: str) -> None:
    table = Table()
    table.take("b")
    if move == "take":
        table.do([ask("ask-1")])
    else:
        table.open()
    assert table.session.open is not None
    open_ = table.session.open
    if move == "begin":
        table.do(moves.begin(table.session, SMALL, "small"))
    elif move == "back":
        table.back()
    else:
        table.take("a")
    assert open_.closed is not None
    assert (table.session.open, walls(table)) == (None, "scene")


def test_the_whole_road_is_shown_and_hidden() -> None:
    table = Table()
    table.do(moves.show_road(True))
    assert walls(table) == "road"
    assert screen(table.session, Viewer("phone", "ana"), now(0)).view == "scene"
    table.do(moves.show_road(False))
    assert walls(table) == "scene"


def test_before_a_vote_there_is_nothing_to_close_repeat_or_show() -> None:
    table = Table()
    session, play = table.session, table.play
    for move in [
        lambda: moves.close_vote(play),
        lambda: moves.vote_again(session, play),
        lambda: moves.find_opposite(play),
        lambda: moves.reveal(session, play),
        lambda: moves.count_hands(play, {"a": 1}),
    ]:
        with pytest.raises(Refused, match="Open the vote first"):
            move()


def test_a_late_click_is_refused_by_the_session() -> None:
    table = Table()
    table.open()
    again = moves.open_vote(table.session, table.play, "What now?")
    assert isinstance(table.session.objection_to(again), Refused)
    assert isinstance(table.session.objection_to(moves.reveal(table.session, table.play)), Refused)
    bad = moves.count_hands(table.play, {"f": 1})
    assert isinstance(table.session.objection_to(bad), InvalidEvent)


def test_the_real_scenario_is_played_to_each_kind_of_end_by_its_grades() -> None:
    reached = set()
    for grade in ("best", "workable", "weak", "harmful"):
        table = Table(real(), people="ana")
        while table.play.stage != "end":
            responses = table.play.turn.responses
            way = next((found.id for found in responses if found.grade == grade), responses[-1].id)
            table.voted(ana=way)
            table.reveal()
            table.take(way)
            assert len(table.play.road.steps) < 20
        reached.add(table.play.turn.end)
        assert table.add(vote("ana", "a", "play-1-1")) == [False]
    assert "resolved" in reached
    assert len(reached) > 1
