"""What the panel says of a turn: mood, grades, the share and its advice, how people moved."""

from __future__ import annotations

import re

import pytest

from kit import moves
from kit.panels.turn import about, advice, responses, scene, switched
from kit.play import Share
from kit.scenario import ENDS, GRADES
from kit.sentences import share
from kit.words import words
from tests.unit.making import now, remove
from tests.unit.panels.looking import Tags
from tests.unit.playing import SMALL, Table, real, response, turn


def told(html: str) -> str:
    return Tags(html).said


def test_every_grade_and_every_end_has_its_word() -> None:
    for grade in GRADES:
        assert words()(f"grade.{grade}")
    for end in ENDS:
        assert words()(f"end.{end.replace(' ', '_')}")


def test_the_facts_and_the_story_come_before_the_beginning() -> None:
    said = told(about(SMALL))
    for part in ("A small one", "20 minutes", "a shop", "Dana", "intensity 1 of 3", "She waited."):
        assert part in said


def test_the_scene_says_line_tone_sight_and_the_note_for_the_facilitator() -> None:
    said = told(scene(Table().play))
    for part in ("Call", "Dana is", "(3 of 10)", "Call!", "sharp", "a door slams", "Wait."):
        assert part in said
    table = Table()
    table.take("c")
    assert "(0 of 10)" in told(scene(table.play))
    table.take("b")
    assert "The end: handed up" in told(scene(table.play))


def test_before_the_vote_there_are_grades_and_goals_and_no_numbers() -> None:
    table = Table()
    said = told(responses(table.session, table.play, now(0)))
    for part in ("best", "weak", "harmful", "workable", "Storm", "Say d", "Why c"):
        assert part in said
    assert "%" not in said


def test_an_end_shows_the_road_in_words() -> None:
    table = Table()
    table.take("a")
    table.take("a")
    said = told(responses(table.session, table.play, now(0)))
    assert said == "The road in wordsCall A “Say a” mood 3 → 4Calm A “Say a” mood 4 → 9"


def test_intervals_come_with_the_closed_vote() -> None:
    table = Table()
    table.open()
    table.vote(ana="a", ben="b")
    assert "kit-band" not in responses(table.session, table.play, now(0))
    table.close()
    html = responses(table.session, table.play, now(0))
    assert html.count("kit-band") == 4
    assert "Pale bands" in told(html)


def test_while_people_talk_no_reasons_of_theirs_are_shown() -> None:
    table = Table()
    table.open(reason=True)
    table.add(vote_with_reason("ana", "a", "It is kind"))
    table.close()
    assert "It is kind" in told(responses(table.session, table.play, now(0)))
    table.do(moves.find_opposite(table.play))
    assert "It is kind" not in told(responses(table.session, table.play, now(0)))


def vote_with_reason(who: str, answer: str, reason: str) -> moves.ev.BallotCast:
    return moves.ev.BallotCast(round="play-1-1", participant=who, answer=answer, reason=reason)


# The advice


@pytest.mark.parametrize("voted", [1, 3, 7, 10, 12, 20, 24, 27, 60, 100])
def test_the_number_and_the_advice_agree(voted: int) -> None:
    """ "30 %" must not stand beside "Under 30 %", nor "70 %" beside "Over 70 %"."""
    for good in range(voted + 1):
        found = Share(good, voted, 0)
        said = re.search(r"\((\d+) %\)", share(words(), found))
        assert said is not None
        percent = int(said[1])
        assert found.advice == ("teach" if percent < 30 else "discuss" if percent <= 70 else "explain"), found


AFTER = "2 of 2 chose a good response (100 %). Before the talk it was 1 of 2."


def test_the_advice_comes_once_after_the_first_vote() -> None:
    table = Table()
    table.voted(ana="a", ben="b")
    first = table.session.rounds["play-1-1"]
    assert "let them talk" in told(advice(table.session, table.play, first, now(0)))
    table.do(moves.find_opposite(table.play))
    said = told(advice(table.session, table.play, first, now(0)))
    assert "find somebody who chose differently" in said
    assert "let them talk" not in said
    table.again(ana="a", ben="a")
    second = table.session.rounds["play-1-2"]
    assert told(advice(table.session, table.play, second, now(0))) == AFTER
    table.reveal()
    assert told(advice(table.session, table.play, second, now(0))) == AFTER


def test_counted_hands_are_said() -> None:
    assert share(words(), Share(3, 4, 2)).endswith("hands counted.")
    assert "hands" not in share(words(), Share(3, 4, 0))


# How people moved


def moved(before: str, after: str) -> str:
    """What is said of people who answered these letters, one each."""
    people = [f"p{n}" for n in range(len(before))]
    table = Table(people=" ".join(people))
    table.voted(**dict(zip(people, before, strict=True)))
    table.again(**dict(zip(people, after, strict=True)))
    return switched(table.session, table.play)


def test_the_matrix_goes_from_the_row_to_the_column() -> None:
    html = moved("aabbc", "abaad")
    cells = [re.sub("<[^>]*>", "", cell) for cell in re.findall(r"<t[hd].*?</t[hd]>", html)]
    assert cells == [
        "", "A", "B", "C", "D",
        "A", "1", "1", "·", "·",
        "B", "2", "·", "·", "·",
        "C", "·", "·", "·", "1",
        "D", "·", "·", "·", "·",
    ]  # fmt: skip
    assert html.count("kit-stayed") == 4
    assert "5 voted by phone both times: 3 moved to a good response, 1 away from one." in told(html)


def test_too_few_is_said_as_such() -> None:
    said = told(moved("bbbbb", "aaaaa"))
    assert "Too few to tell whether the talk did it: it takes 6 who change between good and not, here 5 did." in said
    assert "p =" not in said


def test_chance_and_more_than_chance_are_told_apart() -> None:
    assert "That is more than chance would do (exact McNemar test, p = 0.03)." in told(moved("bbbbbb", "aaaaaa"))
    chance = told(moved("bbbbbba", "aaaaaab"))
    assert "So much can well be chance (exact McNemar test, p = 0.12)." in chance
    assert "more than chance" not in chance


def test_no_probability_is_ever_nought() -> None:
    said = told(moved("b" * 20, "a" * 20))
    assert "more than chance" in said
    assert "0.0000" not in said


def test_without_a_revote_or_anybody_in_both_there_is_no_matrix() -> None:
    table = Table()
    table.voted(ana="a")
    assert switched(table.session, table.play) == ""
    table.again(ben="a")
    assert switched(table.session, table.play) == ""
    table.again(ana="a")
    assert "1 voted by phone both times" in told(switched(table.session, table.play))
    table.add(remove("ana"))
    assert switched(table.session, table.play) == ""


def test_the_real_scenario_is_told_turn_by_turn() -> None:
    for found in real().turns:
        table = Table(type(real())("x", [found, *(other for other in real().turns if other != found)]))
        assert found.line.split("\n")[0][:30] in told(scene(table.play))
        assert told(responses(table.session, table.play, now(0))).count("leads to") == len(found.responses)
    assert turn("x", response("a", "best", 0, "x")).response("b") is None
