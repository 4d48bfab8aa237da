"""Bars: a number before a share, and a length that is the share."""

from __future__ import annotations

import re

from kit.look import MARKS
from kit.panels.ask import picture
from kit.panels.parts import Bar, bars
from tests.unit.making import Log, ask, extend, join, now, reveal, shut, start, vote
from tests.unit.panels.looking import Tags


def widths(html: str) -> list[int]:
    return [int(width) for width in re.findall(r'style="width:(\d+)%"', html)]


def rows(*votes: int) -> list[Bar]:
    return [Bar(mark.letter, mark.shape, f"Say {mark.letter}", n) for mark, n in zip(MARKS, votes, strict=False)]


def test_the_number_comes_before_the_share() -> None:
    html = bars(rows(9, 5, 0))
    assert widths(html) == [64, 36, 0]
    assert "9 of 14 · 64 %" in html
    assert "0 of 14 · 0 %" in html


def test_before_the_first_vote_all_bars_are_empty() -> None:
    html = bars(rows(0, 0))
    assert widths(html) == [0, 0]
    assert "%" not in Tags(html).said


def test_each_answer_has_its_letter_and_its_shape() -> None:
    said = Tags(bars(rows(1, 1, 1, 1, 1, 1))).said
    for mark in MARKS:
        assert f"{mark.shape} {mark.letter}" in said


def voted() -> Log:
    people = [join(f"p{n}", f"Person {n}") for n in range(4)]
    votes = [vote("p0", "a", confidence=3), vote("p1", "b", confidence=1, reason="It is kind"), vote("p0", "b")]
    return Log(start(), *people, ask(options="ab", seconds=90), *votes)


def test_the_round_is_shown_with_its_count_its_bars_and_what_was_added() -> None:
    log = voted()
    html = picture(log.session, log.session.rounds["r1"], now(0))
    said = Tags(html).said
    assert "2 of 4 have voted" in said
    assert widths(html) == [0, 100]
    # p0's second ballot came without; the last one counts.
    assert "How sure: 0 sure, 0 fairly sure, 1 guessing" in said
    assert "B: It is kind" in said
    assert "Person" not in said, "no names beside answers"


def test_it_says_what_the_round_waits_for() -> None:
    log = voted()

    def state(second: float) -> str:
        return Tags(picture(log.session, log.session.rounds["r1"], now(second))).said

    assert "1:30 left" in state(0)
    assert "0:01 left" in state(89.5)
    assert "time is up" in state(91)
    log.add(extend(30))
    assert "0:29 left" in state(91)
    log.add(shut())
    assert "The vote is closed." in state(0)
    log.add(reveal(where="wall"))
    assert "on the wall." in state(0)
    log.add(reveal(where="everywhere"))
    assert "on the wall and on the phones." in state(0)


def test_what_was_before_stands_under_each_bar() -> None:
    shown = [row._replace(before=before) for row, before in zip(rows(1, 3), (3, 1), strict=True)]
    assert widths(bars(shown)) == [25, 75, 75, 25]
    assert "before: 3 of 4" in Tags(bars(shown)).said
    assert "before" not in Tags(bars(rows(1, 3))).said
