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
from kit.scenario import GOOD
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
def test_a_first_vote_is_hard_or_easy_now_and_then_and_split_mostly(size: int) -> None:
    shares = [share(ballots(seed, size, turn(topic)[0])) for seed in range(20, 50) for topic in TURNS]
    assert 0.44 < mean(shares) < 0.56
    hard, easy = (mean(each) for each in ([one < 0.3 for one in shares], [one > 0.7 for one in shares]))
    # The panel's advice for a turn to be taught, and for one that is clear, is to be met in most conversations.
    assert 0.1 < hard < 0.3
    assert 0.1 < easy < 0.3
    assert hard + easy < 0.5
    assert all(0 < each < 1 for each in shares)


def test_some_turns_are_hard_and_some_are_easy_whenever_they_are_played() -> None:
    by_turn = [share(ballots(1, 600, turn(topic)[0])) for topic in TURNS]
    assert max(by_turn) - min(by_turn) > 0.3
    again = [share(ballots(1, 600, turn(topic, 7)[0])) for topic in TURNS]
    assert all(abs(one - other) < 0.06 for one, other in zip(by_turn, again, strict=True))


@pytest.mark.parametrize("size", [24, 200])
def test_a_talk_gains_about_twenty_points_where_the_room_is_split(size: int) -> None:
    votes = [[share(ballots(seed, size, each)) for each in turn(topic)] for seed in range(12) for topic in TURNS]
    split = [after - before for before, after in votes if 0.3 <= before <= 0.7]
    assert 0.15 < mean(split) < 0.25
    assert mean(after - before for before, after in votes if before > 0.7) < mean(split) - 0.05
    if size > 100:
        assert all(0 < after - before < min(0.4, 1 - before) for before, after in votes)


def test_most_keep_their_answer_and_a_few_move_away() -> None:
    kept, moved, lost, of = 0, 0, 0, 0
    for number in range(1, 801):
        questions = turn(TURNS[number % len(TURNS)])
        first, second = (plan(1, person(1, number), each).ballots for each in questions)
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


def test_after_a_talk_without_grades_most_keep_their_answer_and_no_favourite_swallows_the_rest() -> None:
    first = asked(grades={})
    second = asked(2, grades={}, before=first)
    movers, growth = [], []
    for seed in range(12):
        counts = [Counter(vote.answer for vote in ballots(seed, 200, each)) for each in (first, second)]
        favourite = counts[0].most_common(1)[0][0]
        growth.append((counts[1][favourite] - counts[0][favourite]) / counts[0][favourite])
        assert set(counts[1]) == set("abcd")
        pairs = [[plan(seed, person(seed, n), each).ballots for each in (first, second)] for n in range(1, 201)]
        movers.append(mean(one[-1].answer != two[-1].answer for one, two in pairs if one and two))
    assert 0.1 < mean(movers) < 0.3
    assert abs(mean(growth)) < 0.1


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
    votes = [vote for seed in range(20) for topic in TURNS for vote in ballots(seed, 40, turn(topic)[0])]
    said = [vote for vote in votes if vote.confidence is not None]
    assert 0.05 < 1 - len(said) / len(votes) < 0.2
    assert set(Counter(vote.confidence for vote in said)) == {1, 2, 3}
    right = mean(vote.confidence or 0 for vote in said if GRADES[vote.answer] in GOOD)
    wrong = mean(vote.confidence or 0 for vote in said if GRADES[vote.answer] not in GOOD)
    assert 0.05 < right - wrong < 0.5


def test_who_is_guessing_may_well_be_right() -> None:
    split = [
        votes
        for seed in range(40)
        for topic in TURNS
        if 0.45 <= share(votes := ballots(seed, 40, turn(topic)[0])) <= 0.55
    ]
    guessed = [vote for votes in split for vote in votes if vote.confidence == 1]
    assert len(guessed) > 100
    assert 0.35 < share(guessed) < 0.65


def test_reasons_are_given_by_some_and_fit_the_form() -> None:
    votes = [vote for seed in range(5) for vote in ballots(seed, 100, asked(reason=True))]
    reasons = [vote.reason for vote in votes if vote.reason is not None]
    assert 0.25 < len(reasons) / len(votes) < 0.7
    assert len(set(reasons)) > 24
    assert all(0 < len(reason) <= 200 for reason in words().part("rehearse.").values() if reason in reasons)


@pytest.mark.parametrize("grades", [GRADES, {}])
def test_no_reason_is_said_twice_in_a_round_as_long_as_there_are_enough(grades: dict[str, str]) -> None:
    for seed in range(10):
        for size in (24, 90):
            said = Counter(vote.reason for vote in ballots(seed, size, asked(reason=True, grades=grades)))
            del said[None]
            # Even where there are not, nothing is said again before all has been said.
            assert max(said.values()) <= 1 + (sum(said.values()) - 1) // 24
    first, other = ([vote.reason for vote in ballots(1, 24, asked(n, reason=True))] for n in (1, 2))
    assert first != other


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
    for cache in (people.person, people.rank, people._lot, answers._speaks):
        cache.cache_clear()
    assert plan(seed, person(seed, number), question) == found
    assert isinstance(found, Plan)
