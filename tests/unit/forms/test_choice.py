"""A choice takes one option of two to six."""

from __future__ import annotations

from typing import Any

import pytest

from kit.errors import InvalidAnswer, InvalidEvent
from kit.forms import FORMS, form_of
from kit.forms.choice import Choice
from tests.unit.making import ask

CHOICE = Choice()


@pytest.mark.parametrize("options", ["ab", "abc", "abcdef"])
def test_two_to_six_options_can_be_asked(options: str) -> None:
    CHOICE.check_opening(ask(options=options))


@pytest.mark.parametrize("options", ["", "a", "abcdefg"])
def test_fewer_than_two_or_more_than_six_options_are_refused(options: str) -> None:
    with pytest.raises(InvalidEvent, match=rf"Field options: .* 2 to 6 options, not {len(options)}\."):
        CHOICE.check_opening(ask(options=options))


def test_options_with_the_same_id_are_refused() -> None:
    with pytest.raises(InvalidEvent, match="Field options: the ids must differ, not a, b, a"):
        CHOICE.check_opening(ask(options="aba"))


@pytest.mark.parametrize("answer", ["a", "b", "c"])
def test_every_option_that_is_offered_is_an_answer(answer: str) -> None:
    CHOICE.check(ask(options="abc"), answer)


@pytest.mark.parametrize("answer", ["d", "", "A", "a ", 0, 1, True, None, ["a"], {"a": 1}, "x" * 10_000])
def test_nothing_else_is_an_answer_and_the_sentence_says_what_is(answer: Any) -> None:
    with pytest.raises(InvalidAnswer, match=r"It takes one of: a, b, c\.") as caught:
        CHOICE.check(ask(options="abc"), answer)
    assert len(caught.value.sentence) < 120


def test_a_tally_counts_each_option_in_the_order_of_the_question() -> None:
    tally = CHOICE.tally(ask(options="cab"), ["a", "b", "a", "a"])
    assert list(tally.items()) == [("c", 0), ("a", 3), ("b", 1)]


def test_a_tally_without_answers_names_every_option() -> None:
    assert CHOICE.tally(ask(options="ab"), []) == {"a": 0, "b": 0}


def test_a_round_is_given_the_form_that_it_names() -> None:
    assert isinstance(form_of(ask()), Choice)


def test_a_form_that_this_kit_cannot_ask_is_refused_with_those_that_it_can() -> None:
    unheard = ask()
    with pytest.raises(InvalidEvent, match="Field form: 'telepathy' can't be asked") as caught:
        form_of(type(unheard)(round="r1", form="telepathy", prompt="?"))
    assert all(form in caught.value.sentence for form in FORMS)
