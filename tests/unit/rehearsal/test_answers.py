"""What the simulated people answer: plausible on average, never all alike, the same for the same seed."""

from __future__ import annotations

from collections import Counter
from statistics import mean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit import forms
from kit.look import MARKS
from kit.rehearsal import answers, people
from kit.rehearsal.answers import LATEST, SOONEST, Plan, plan
from kit.rehearsal.people import person
from kit.rehearsal.questions import Question
from kit.scenario import GRADES as ALL_GRADES
from kit.words import words
from tests.unit.rehearsal.asking import GRADES, asked, ballots, share

LETTERS = "".join(mark.letter.lower() for mark in MARKS)
TURNS = [f"Turn {n}" for n in range(8)]


def turn(topic: str, number: int = 1) -> tuple[Question, Question]:
    """A vote and its revote."""
    first = asked(number, topic, confidence=True, reason=True)
    return first, asked(number + 1, topic, before=first, confidence=True, reason=True)


@pytest.mark.parametrize("size", [24, 200])
def test_a_first_vote_is_split(size: int) -> None:
    shares = [share(ballots(seed, size, turn(topic)[0])) for seed in range(12) for topic in TURNS]
    assert 0.46 < mean(shares) < 0.54
    assert sum(0.35 <= each <= 0.65 for each in shares) > (0.95 if size > 100 else 0.8) * len(shares)
    assert all(0.2 < each < 0.8 for each in shares)


def test_some_turns_are_hard_and_some_are_easy_whenever_they_are_played() -> None:
    by_turn = [share(ballots(1, 600, turn(topic)[0])) for topic in TURNS]
    assert max(by_turn) - min(by_turn) > 0.1
    again = [share(ballots(1, 600, turn(topic, 7)[0])) for topic in TURNS]
    assert all(abs(one - other) < 0.06 for one, other in zip(by_turn, again, strict=True))


@pytest.mark.parametrize("size", [24, 200])
def test_a_talk_gains_about_twenty_points(size: int) -> None:
    votes = [[ballots(seed, size, each) for each in turn(topic)] for seed in range(12) for topic in TURNS]
    gains = [share(second) - share(first) for first, second in votes]
    assert 0.15 < mean(gains) < 0.25
    if size > 100:
        assert all(0.05 < gain < 0.4 for gain in gains)


def test_most_keep_their_answer_and_a_few_move_away() -> None:
    kept, moved, lost, of = 0, 0, 0, 0
    for number in range(1, 501):
        first, second = (plan(1, person(1, number), each).ballots for each in turn("Turn 1"))
        if not first or not second:
            continue
        before, after = first[-1].answer, second[-1].answer
        of += 1
        kept += before == after
        moved += GRADES[before] in ("weak", "harmful") and GRADES[after] in ("best", "workable")
        lost += GRADES[before] in ("best", "workable") and GRADES[after] in ("weak", "harmful")
    assert kept > 0.65 * of
    assert moved > 0.15 * of
    assert 0 < lost < 0.06 * of


def test_a_question_that_nobody_graded_gets_an_uneven_spread() -> None:
    for seed in range(8):
        counts = Counter(vote.answer for vote in ballots(seed, 100, asked(grades={})))
        assert set(counts) == set("abcd")
        assert max(counts.values()) > 2 * min(counts.values())
    favourites = {
        Counter(v.answer for v in ballots(seed, 100, asked(grades={}))).most_common(1)[0][0] for seed in range(12)
    }
    assert len(favourites) > 1, "the favourite is not always the first"


def test_after_a_talk_without_grades_most_keep_their_answer() -> None:
    first = asked(grades={})
    second = asked(2, grades={}, before=first)
    counts = [Counter(vote.answer for vote in ballots(1, 200, each)) for each in (first, second)]
    favourite = counts[0].most_common(1)[0][0]
    assert counts[1][favourite] > counts[0][favourite]
    assert len(counts[1]) == 4


def test_who_did_not_vote_before_can_vote_after_the_talk() -> None:
    first, second = turn("Turn 1")
    newly = [
        number
        for number in range(1, 201)
        if not plan(1, person(1, number), first).ballots and plan(1, person(1, number), second).ballots
    ]
    assert newly


def test_some_abstain_some_change_their_mind_some_are_out_of_reach() -> None:
    plans = [plan(seed, person(seed, number), asked()) for seed in range(5) for number in range(1, 101)]
    assert 0.02 < sum(not each.ballots for each in plans) / len(plans) < 0.15
    twice = [each.ballots for each in plans if len(each.ballots) == 2]
    assert 0.03 < len(twice) / len(plans) < 0.15
    assert all(one.answer != two.answer and one.after < two.after for one, two in twice)
    gaps = [each.gap for each in plans if each.gap is not None]
    assert 0.01 < len(gaps) / len(plans) < 0.1
    assert all(gap.length > 0 for gap in gaps)


def test_answers_take_their_time() -> None:
    waits = [each.ballots[0].after for n in range(1, 201) if (each := plan(1, person(1, n), asked())).ballots]
    assert min(waits) >= SOONEST
    assert max(waits) <= LATEST
    assert 8 < mean(waits) < 16


def test_confidence_goes_a_little_with_being_right_and_is_left_out_by_some() -> None:
    votes = [vote for seed in range(10) for vote in ballots(seed, 100, asked(confidence=True))]
    said = [vote for vote in votes if vote.confidence is not None]
    assert 0.05 < 1 - len(said) / len(votes) < 0.2
    assert set(Counter(vote.confidence for vote in said)) == {1, 2, 3}
    right = mean(vote.confidence or 0 for vote in said if GRADES[vote.answer] in ("best", "workable"))
    wrong = mean(vote.confidence or 0 for vote in said if GRADES[vote.answer] in ("weak", "harmful"))
    assert 0.1 < right - wrong < 0.8


def test_reasons_are_given_by_some_and_fit_the_form() -> None:
    votes = [vote for seed in range(5) for vote in ballots(seed, 100, asked(reason=True))]
    reasons = [vote.reason for vote in votes if vote.reason is not None]
    assert 0.25 < len(reasons) / len(votes) < 0.7
    assert len(set(reasons)) > 8
    assert all(0 < len(reason) <= 200 for reason in words().part("rehearse.").values() if reason in reasons)


def test_what_the_round_does_not_ask_for_is_not_said() -> None:
    votes = ballots(1, 100, asked())
    assert not any(vote.confidence or vote.reason for vote in votes)


def test_who_comes_late_has_no_answer_to_what_was_before() -> None:
    late = next(person(1, number) for number in range(1, 100) if person(1, number).late == 3)
    assert plan(1, late, asked(2)).ballots == ()


def test_people_watch_a_form_that_they_do_not_know() -> None:
    assert not ballots(1, 50, asked(form="hologram"))


def test_every_form_that_can_be_asked_is_known_here() -> None:
    assert set(answers.FORMS) <= set(forms.FORMS)
    assert "choice" in answers.FORMS


@st.composite
def any_question(draw: st.DrawFn) -> Question:
    options = LETTERS[: draw(st.integers(2, len(LETTERS)))]
    grade = st.sampled_from([*ALL_GRADES, "unheard of"])
    grades = draw(st.dictionaries(st.sampled_from(options), grade))
    first = asked(draw(st.integers(1, 5)), draw(st.text(max_size=5)), options=options, grades=grades)
    revote = asked(6, first.opened.prompt, options=options, grades=grades, before=first, confidence=True, reason=True)
    return draw(st.sampled_from([first, revote]))


@given(seed=st.integers(), number=st.integers(1, 1000), question=any_question())
def test_any_question_is_answered_as_the_round_allows_and_always_the_same(
    seed: int, number: int, question: Question
) -> None:
    found = plan(seed, person(seed, number), question)
    for ballot in found.ballots:
        forms.form_of(question.opened).check(question.opened, ballot.answer)
        assert ballot.confidence in (None, 1, 2, 3)
        assert ballot.reason is None or len(ballot.reason) <= 200
        assert SOONEST <= ballot.after <= LATEST + 8
    for cache in (people.person, people.rank, people._lot):
        cache.cache_clear()
    assert plan(seed, person(seed, number), question) == found
    assert isinstance(found, Plan)
