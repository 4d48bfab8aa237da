"""Figures for small groups: as published, as counted by hand, and no figure where there is none."""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from itertools import product
from math import comb, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.statistics import LEAST_SWITCHERS, Interval, Paired, TooFew, Z, mcnemar, paired, percent, switches, wilson

# Shares in whole per cent


def test_halves_of_a_per_cent_go_up_as_on_a_calculator() -> None:
    assert (percent(3, 24), percent(15, 24), percent(0, 0)) == (13, 63, 0)
    for of in range(1, 61):
        for count in range(of + 1):
            exact = Decimal(100 * count) / Decimal(of)
            assert percent(count, of) == exact.to_integral_value(ROUND_HALF_UP)


# Wilson's interval


@pytest.mark.parametrize(
    ("count", "of", "low", "high"),
    [
        # R. G. Newcombe, Statistics in Medicine 17 (1998), 857–872, method 3.
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
        (7, 12, 0.3195, 0.8067),
        (12, 12, 0.7575, 1.0000),
        (0, 12, 0.0000, 0.2425),
        (1, 1, 0.2065, 1.0000),
    ],
)
def test_wilsons_interval_is_as_published(count: int, of: int, low: float, high: float) -> None:
    assert wilson(count, of) == pytest.approx((low, high), abs=5e-5)


@given(st.integers(1, 300), st.data())
def test_wilsons_interval_lies_around_the_share_and_mirrors(of: int, data: st.DataObject) -> None:
    count = data.draw(st.integers(0, of))
    found, mirrored = wilson(count, of), wilson(of - count, of)
    assert isinstance(found, Interval)
    assert isinstance(mirrored, Interval)
    assert 0 <= found.low <= count / of <= found.high <= 1
    assert (1 - mirrored.high, 1 - mirrored.low) == pytest.approx(found, abs=1e-12)
    assert (found.low == 0) == (count == 0)
    assert (found.high == 1) == (count == of)
    larger = wilson(4 * count, 4 * of)
    assert isinstance(larger, Interval)
    assert larger.high - larger.low < found.high - found.low


def test_of_nobody_nothing_can_be_told() -> None:
    assert wilson(0, 0) == TooFew(have=0, need=1)


@pytest.mark.parametrize(("count", "of"), [(-1, 3), (4, 3), (1, 0), (0, -1)])
def test_what_is_no_share_is_refused(count: int, of: int) -> None:
    with pytest.raises(ValueError, match=f"{count} of {of}"):
        wilson(count, of)


def coverage(interval: Callable[[int, int], tuple[float, float]], of: int) -> float:
    """How often the interval holds the true share: all outcomes, for shares of 5, 10 … 95 %."""
    shares = [n / 20 for n in range(1, 20)]

    def covered(share: float) -> float:
        return sum(
            comb(of, k) * share**k * (1 - share) ** (of - k)
            for k in range(of + 1)
            if interval(k, of)[0] <= share <= interval(k, of)[1]
        )

    return sum(map(covered, shares)) / len(shares)


def test_in_groups_of_twelve_it_covers_what_it_says_and_the_textbooks_does_not() -> None:
    def wald(count: int, of: int) -> tuple[float, float]:
        half = Z * sqrt(count / of * (1 - count / of) / of)
        return count / of - half, count / of + half

    def ours(count: int, of: int) -> tuple[float, float]:
        found = wilson(count, of)
        assert isinstance(found, Interval)
        return found

    assert round(coverage(ours, 12), 2) == 0.96
    assert round(coverage(wald, 12), 2) == 0.82


# McNemar's test


@pytest.mark.parametrize(
    ("gained", "lost", "p"),
    [
        (6, 0, 2 / 2**6),
        (7, 1, 2 * (1 + 8) / 2**8),
        (8, 1, 2 * (1 + 9) / 2**9),
        (10, 2, 2 * (1 + 12 + 66) / 2**12),
        (4, 2, 2 * (1 + 6 + 15) / 2**6),
        # An even split is no surprise at all; the middle must not be counted twice.
        (3, 3, 1.0),
        (4, 3, 1.0),
        # The approval of a prime minister in two surveys, Agresti, Categorical Data Analysis (1990), 350.
        (86, 150, 3.716e-05),
    ],
)
def test_the_exact_test_is_as_counted_by_hand(gained: int, lost: int, p: float) -> None:
    assert mcnemar(gained, lost) == pytest.approx(p, rel=1e-4)
    assert mcnemar(lost, gained) == mcnemar(gained, lost)


@pytest.mark.parametrize("switchers", [6, 7, 10])
def test_it_is_the_share_of_all_splits_that_are_as_uneven(switchers: int) -> None:
    splits = [sum(heads) for heads in product((0, 1), repeat=switchers)]
    for gained in range(switchers + 1):
        uneven = abs(2 * gained - switchers)
        expected = sum(abs(2 * heads - switchers) >= uneven for heads in splits) / len(splits)
        assert mcnemar(gained, switchers - gained) == pytest.approx(expected)


def test_of_five_who_switched_or_fewer_nothing_can_be_told() -> None:
    for gained, lost in product(range(6), repeat=2):
        if gained + lost < LEAST_SWITCHERS:
            assert mcnemar(gained, lost) == TooFew(have=gained + lost, need=6)
    # The reason for the limit: below it no split could ever be significant.
    assert 2 * 0.5 ** (LEAST_SWITCHERS - 1) > 0.05 > 2 * 0.5**LEAST_SWITCHERS


@pytest.mark.parametrize(("gained", "lost"), [(-1, 9), (9, -1), (-1, 1)])
def test_what_is_no_count_is_refused(gained: int, lost: int) -> None:
    with pytest.raises(ValueError, match=f"{gained} and {lost}"):
        mcnemar(gained, lost)


@given(st.integers(0, 200), st.integers(0, 200))
def test_it_is_a_probability_and_falls_as_the_split_grows_uneven(gained: int, lost: int) -> None:
    p = mcnemar(gained, lost)
    if isinstance(p, TooFew):
        return
    assert 0 < p <= 1
    if 0 < gained <= lost:
        further = mcnemar(gained - 1, lost + 1)
        assert isinstance(further, float)
        assert further <= p


# Who moved


def test_only_who_voted_both_times_is_in_the_matrix() -> None:
    before = {"ana": "a", "ben": "a", "cy": "b", "gone": "a"}
    after = {"ana": "b", "ben": "b", "cy": "b", "late": "a"}
    assert switches(before, after) == {("a", "b"): 2, ("b", "b"): 1}
    assert switches(before, {}) == switches({}, after) == {}


def test_moves_within_the_good_or_within_the_others_are_no_switch() -> None:
    counts = {("a", "a"): 5, ("a", "d"): 4, ("d", "a"): 3, ("b", "c"): 2, ("b", "a"): 6, ("c", "d"): 1, ("a", "c"): 1}
    assert paired(counts, ["a", "d"]) == Paired(7, 1, 22, 2 * (1 + 8) / 2**8)
    assert paired(counts, iter("ad")) == paired(counts, {"a", "d"})


def test_too_few_is_a_value_in_the_pairs_too() -> None:
    assert paired({("b", "a"): 5, ("a", "a"): 30}, ["a"]) == Paired(5, 0, 35, TooFew(have=5, need=6))
    assert paired({}, ["a"]) == Paired(0, 0, 0, TooFew(have=0, need=6))


answers = st.dictionaries(st.sampled_from("pqrstuvw"), st.sampled_from("abc"))


@given(answers, answers)
def test_the_matrix_holds_each_person_once(before: dict[str, str], after: dict[str, str]) -> None:
    counts = switches(before, after)
    both = before.keys() & after.keys()
    assert sum(counts.values()) == len(both)
    for (first, last), number in counts.items():
        assert number == sum((before[who], after[who]) == (first, last) for who in both) > 0
    found = paired(counts, ["a"])
    assert found.pairs == len(both)
    assert found.gained == sum(before[who] != "a" and after[who] == "a" for who in both)
    assert found.lost == sum(before[who] == "a" and after[who] != "a" for who in both)
