"""Honest figures for small groups. "Too few to tell" is a value that a function returns, not a word in a panel."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import comb, sqrt
from typing import NamedTuple

# The standard normal distribution's 0.975 quantile: nominal 95 %.
Z = 1.959963984540054

# With five switchers or fewer even the most one-sided split has p = 2 · 0.5⁵ = 0.0625.
LEAST_SWITCHERS = 6


class TooFew(NamedTuple):
    """Nothing can be told: there are `have`, and it takes `need`."""

    have: int
    need: int


class Interval(NamedTuple):
    """A share's 95 % interval, both ends 0–1."""

    low: float
    high: float


class Paired(NamedTuple):
    """How people moved between two votes: `gained` from no to yes, `lost` from yes to no, of `pairs` who voted in
    both; `p` is the exact two-sided probability of so uneven a split by chance alone, 0–1."""

    gained: int
    lost: int
    pairs: int
    p: float | TooFew


def percent(count: int, of: int) -> int:
    """A share of `count` in `of` in whole per cent, 0 where `of` is 0.

    Halves go up, as on a calculator and at school: 3 of 24 is 13 %. Python's own `round` takes them to the even
    number, 3 of 24 to 12 % and 15 of 24 to 62 %.
    """
    return (200 * count + of) // (2 * of) if of else 0


def wilson(count: int, of: int) -> Interval | TooFew:
    """Wilson's score interval, nominal 95 %, for a share of `count` in `of`. Raises ValueError outside 0 ≤ count ≤ of.

    Source: E. B. Wilson, Probable inference, the law of succession, and statistical inference, JASA 22 (1927),
    209–212. In groups of twelve it covers .96 on average over shares of 5, 10 … 95 %, where the textbook's Wald
    interval covers .82.
    """
    if not 0 <= count <= of:
        raise ValueError(f"{count} of {of} is no share")
    if of == 0:
        return TooFew(have=0, need=1)
    share, z2 = count / of, Z * Z
    middle = (share + z2 / (2 * of)) / (1 + z2 / of)
    half = Z * sqrt(share * (1 - share) / of + z2 / (4 * of * of)) / (1 + z2 / of)
    # The ends are exact where everybody or nobody chose: rounding must not leave 1e-17 there.
    return Interval(0.0 if count == 0 else middle - half, 1.0 if count == of else middle + half)


def mcnemar(gained: int, lost: int) -> float | TooFew:
    """The exact, two-sided McNemar test: how probable a split of the switchers at least so uneven is by chance, 0–1.

    Source: Q. McNemar, Psychometrika 12 (1947), 153–157, with the binomial distribution in place of chi-squared.
    Raises ValueError for negative counts.
    """
    if gained < 0 or lost < 0:
        raise ValueError(f"{gained} and {lost} are no counts")
    switchers = gained + lost
    if switchers < LEAST_SWITCHERS:
        return TooFew(have=switchers, need=LEAST_SWITCHERS)
    tail: int = sum(comb(switchers, k) for k in range(min(gained, lost) + 1))
    return float(min(1.0, 2 * tail / 2**switchers))


def switches(before: Mapping[str, str], after: Mapping[str, str]) -> dict[tuple[str, str], int]:
    """How many people went from one answer to another, counted over who answered both times, by (from, to).

    Both mappings are participant → answer.
    """
    counts: dict[tuple[str, str], int] = {}
    for who, first in before.items():
        if who in after:
            pair = (first, after[who])
            counts[pair] = counts.get(pair, 0) + 1
    return counts


def paired(counts: Mapping[tuple[str, str], int], good: Iterable[str]) -> Paired:
    """The switch matrix as a paired table of good against other answers, and McNemar's test on it."""
    good = frozenset(good)
    gained = sum(n for (first, last), n in counts.items() if first not in good and last in good)
    lost = sum(n for (first, last), n in counts.items() if first in good and last not in good)
    return Paired(gained, lost, sum(counts.values()), mcnemar(gained, lost))
