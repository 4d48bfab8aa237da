"""Who the simulated people are."""

from __future__ import annotations

from statistics import mean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.rehearsal.people import ARRIVAL, Person, person, rank
from kit.server.phones import tidy_name
from kit.words import words

SEEDS = range(20)


def everybody(seed: int, number: int = 100) -> list[Person]:
    return [person(seed, each) for each in range(1, number + 1)]


@pytest.mark.parametrize("seed", SEEDS)
def test_some_come_late_some_leave_some_lose_the_line(seed: int) -> None:
    class_ = everybody(seed)
    assert sum(bool(one.late) for one in class_) == 10
    assert 2 <= sum(bool(one.leaves) for one in class_) <= 5
    assert sum(one.flaky for one in class_) == 10
    assert all(1 <= one.late <= 3 for one in class_ if one.late)
    assert all(3 <= one.leaves <= 6 for one in class_ if one.leaves)
    assert not any(one.late and one.leaves for one in class_)
    first = class_[0]
    assert not any((first.late, first.leaves, first.flaky)), "somebody is there from the beginning to the end"


def test_a_usual_class_has_all_of_them() -> None:
    for seed in SEEDS:
        class_ = everybody(seed, 24)
        assert any(one.late for one in class_)
        assert any(one.flaky for one in class_)
    assert sum(any(one.leaves for one in everybody(seed, 24)) for seed in SEEDS) > len(SEEDS) / 2


@pytest.mark.parametrize("seed", [1, 7])
def test_people_differ(seed: int) -> None:
    class_ = everybody(seed)
    for trait in ("skill", "sure", "talk"):
        values = [getattr(one, trait) for one in class_]
        assert 0.35 < mean(values) < 0.65
        assert max(values) - min(values) > 0.8
    assert all(0 < one.comes <= ARRIVAL for one in class_)
    assert class_[0].comes < 4


def test_names_are_varied_fit_the_room_and_are_left_out_by_some() -> None:
    catalogue = [name.strip() for name in words()("rehearse.names").split(",")]
    assert len(set(catalogue)) == len(catalogue) >= 60
    assert all(tidy_name(name) == name for name in catalogue)
    names = [one.name for one in everybody(1, 60)]
    assert 5 <= names.count("") <= 20
    given_ = [name for name in names if name]
    assert len(set(given_)) == len(given_), "nobody is called like another in a class of sixty"
    assert names != [one.name for one in everybody(2, 60)]


@given(seed=st.integers(), number=st.integers(1, 1000))
def test_the_same_seed_makes_the_same_person(seed: int, number: int) -> None:
    before = person(seed, number)
    person.cache_clear()
    assert person(seed, number) == before
    assert before.number == number


@pytest.mark.parametrize("by_skill", [True, False])
def test_in_every_ten_people_each_tenth_comes_once(by_skill: bool) -> None:
    ranks = [rank(3, number, "turn", by_skill=by_skill) for number in range(1, 101)]
    for block in range(10):
        assert sorted(int(10 * each) for each in ranks[10 * block : 10 * block + 10]) == list(range(10))
    assert ranks != [rank(3, number, "another turn", by_skill=by_skill) for number in range(1, 101)]


def test_the_skilled_ones_have_lower_ranks() -> None:
    ranked = [(rank(3, number, "turn", by_skill=True), person(3, number).skill) for number in range(1, 201)]
    low = mean(skill for place, skill in ranked if place < 0.5)
    high = mean(skill for place, skill in ranked if place >= 0.5)
    assert low > high + 0.1
