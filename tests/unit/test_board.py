"""Where a text has room in a picture: beside what is there, on its own side of the road."""

from __future__ import annotations

from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from kit.board import Board, Box, around


class Word(NamedTuple):
    """A word of ten by ten."""

    box: Box
    far: float


def text(x: float, y: float, far: float) -> Word:
    return Word(Box(x - 5, y - 10, x + 5, y), far)


def test_a_text_goes_where_it_touches_least() -> None:
    board = Board(0, 500, [((0, 100), (500, 100))], [], [around((50, 50), 20)])
    on_a_thing, on_the_line, free, outside = (
        text(50, 60, 0.0),
        text(200, 105, 0.0),
        text(200, 200, 0.9),
        text(499, 200, 0.0),
    )
    assert board.put([on_a_thing, on_the_line, outside, free]) == free
    assert board.put([on_a_thing, free, on_the_line]) == on_the_line
    assert board.put([on_a_thing, text(-40, 200, 0.0), on_the_line]) in (on_a_thing, text(-40, 200, 0.0))


def test_a_text_stays_on_the_side_of_the_road_where_its_point_is() -> None:
    board = Board(0, 500, [((0, 100), (500, 100))], [], [])
    above, below = text(200, 60, 0.9), text(200, 160, 0.0)
    assert board.put([above, below], (200, 80)) == above
    assert board.put([above, below]) == below


@given(st.tuples(*[st.integers(-20, 120)] * 4))
def test_a_line_goes_through_a_box_where_its_points_do(ends: tuple[int, int, int, int]) -> None:
    box = Box(20, 30, 80, 60)
    x1, y1, x2, y2 = ends
    points = [(x1 + (x2 - x1) * n / 200, y1 + (y2 - y1) * n / 200) for n in range(201)]
    within = any(box.left < x < box.right and box.top < y < box.bottom for x, y in points)
    near = any(box.left - 2 < x < box.right + 2 and box.top - 2 < y < box.bottom + 2 for x, y in points)
    crossed = box.crossed(((x1, y1), (x2, y2)))
    assert crossed or not within or (x1, y1) == (x2, y2)
    assert near or not crossed


def test_what_only_this_text_must_stay_clear_of_is_not_there_for_the_next() -> None:
    board = Board(0, 500, [], [], [])
    liked, other = text(200, 200, 0.0), text(300, 200, 0.5)
    assert board.put([liked, other], clear_of=[around((200, 195), 6)]) == other
    assert board.put([liked, other]) == liked


def test_how_bad_it_is_to_lie_on_the_road_is_the_pictures_matter() -> None:
    on_the_road, far_off = text(200, 105, 0.0), text(200, 200, 7.0)
    for on_thick, chosen in ((4.0, on_the_road), (9.0, far_off)):
        board = Board(0, 500, [((0, 100), (500, 100))], [], [], on_thick=on_thick)
        assert board.put([on_the_road, far_off]) == chosen
