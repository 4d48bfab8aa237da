"""The road as a picture: true to the moods, nothing outside, no label over another."""

from __future__ import annotations

import time
from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.board import Box
from kit.road import Other, Road, Step
from kit.server import fit, roadmap
from kit.server.lettering import SIZE, lines, width, wrap
from kit.server.placing import CLEAR, Place, distance

HEIGHT = fit.HEIGHT - fit.ROAD_HEAD - 96
MOODS = (3, 2, 4, 3, 5, 4, 6, 7, 6, 8, 2, 0, 10, 9)
LONG = "Reimbursement for an unpaid day."


def road(number: int, name: str = "The second time", others: int = 3) -> Road:
    steps = []
    for n, mood in enumerate(MOODS[:number]):
        ways = tuple(Other("ABDEF"[k], f"{name[:20]} {k}", (mood + (-1, 2, -2, 0, 1)[k]) % 11) for k in range(others))
        steps.append(Step(f"{n}{name}", mood, "C", "Yes.", ways))
    last = Step(f"{name}", 8, end="handed up")
    return Road(number, (*steps[:-1], last))


def boxes(drawn: roadmap.Map) -> list[tuple[str, Box]]:
    """Every text of a map, as large as it is thought to be."""
    found = [(letter.text, Place(letter.text, letter.x, letter.y, "middle", 0).box) for letter in drawn.letters]
    found += [(stub.text, Place(stub.text, stub.x, stub.y, stub.anchor, 0).box) for stub in drawn.stubs]
    for label in drawn.labels:
        lines = (*label.lines, label.end) if label.end else label.lines
        wide = max(width(line) for line in lines)
        deep = label.top + roadmap.LINE * (len(lines) - 1) + 8
        box = Box(label.x - wide / 2, label.top - SIZE + 4, label.x + wide / 2, deep)
        found.append((" ".join(lines), box))
    return found


@pytest.mark.parametrize(
    "name", ["The call", "The second time", LONG, "Donaudampfschifffahrtsgesellsch", "第二次打电话"]
)
@pytest.mark.parametrize("number", [1, 2, 3, 6, 10, 12])
def test_no_label_lies_over_another_or_outside(number: int, name: str) -> None:
    drawn = roadmap.whole(road(number, name), HEIGHT, {"handed up": "handed up"})
    found = boxes(drawn)
    assert len(drawn.labels) == number
    for text, box in found:
        assert box.left >= -1, text
        assert box.right <= drawn.width + 1, text
        assert box.top >= -1, text
        assert box.bottom <= drawn.height + 1, text
    for (one, a), (other, b) in combinations(found, 2):
        assert not a.meets(b), f"{one} over {other}"


def test_the_line_goes_by_the_moods() -> None:
    drawn = roadmap.whole(road(6), HEIGHT, {})
    best, worst = drawn.moods[-1], drawn.moods[0]
    assert worst > best
    for dot, step in zip(drawn.dots, road(6).steps, strict=True):
        assert dot.y == pytest.approx(worst - (worst - best) * step.mood / 10, abs=0.1)
    xs = [dot.x for dot in drawn.dots]
    assert xs == sorted(xs)
    assert drawn.path.count("L") == 5


def test_a_step_has_the_shape_of_its_letter_and_the_last_one_none() -> None:
    dots = roadmap.whole(road(3), HEIGHT, {}).dots
    assert [(dot.letter, dot.shape) for dot in dots] == [("C", "▲"), ("C", "▲"), ("", "")]
    strange = roadmap.whole(Road(1, (Step("x", 99, "quite strange"), Step("y", -5))), HEIGHT, {})
    assert [(dot.letter, dot.shape) for dot in strange.dots] == [("qu", ""), ("", "")]
    assert [dot.y for dot in strange.dots] == [strange.moods[-1], strange.moods[0]]


def test_responses_to_the_same_mood_share_a_stub() -> None:
    step = Step("x", 5, "C", "", (Other("A", "p", 4), Other("B", "q", 4), Other("D", "r", 7)))
    stubs = roadmap.whole(Road(1, (step, Step("y", 6))), HEIGHT, {}).stubs
    assert [stub.text for stub in stubs] == ["D → r", "A B → p · q"]
    assert len({stub.start for stub in stubs}) == 1


OTHERS = st.lists(st.integers(0, 10), max_size=5)


@given(st.lists(st.tuples(st.integers(0, 10), OTHERS), min_size=2, max_size=12))
def test_what_was_not_taken_is_seen_beside_the_road(turns: list[tuple[int, list[int]]]) -> None:
    steps = [
        Step(str(n), mood, "F", "", tuple(Other("ABCDE"[k], "x", to) for k, to in enumerate(others)))
        for n, (mood, others) in enumerate(turns)
    ]
    drawn = roadmap.whole(Road(len(steps), tuple(steps)), HEIGHT, {})
    path = list(pairwise((dot.x, dot.y) for dot in drawn.dots))
    for stub in drawn.stubs:
        # The circle has a radius of 7.5 px with its line, the road is 6 px wide, a step has a radius of 19.5 px.
        assert min((distance(stub.end, line) for line in path), default=99) >= 18
        assert min(distance(stub.end, ((dot.x, dot.y),) * 2) for dot in drawn.dots) >= 30
        assert stub.end[1] >= 7.5
        assert stub.end[1] <= drawn.height - 7.5
    for one, other in combinations(drawn.stubs, 2):
        assert distance(one.end, (other.end, other.end)) >= 18


def test_what_is_clear_of_the_road_stands_at_its_own_mood() -> None:
    step = Step("x", 5, "C", "", (Other("A", "p", 8), Other("B", "q", 5)))
    drawn = roadmap.whole(Road(1, (step, Step("y", 5))), HEIGHT, {})
    free, beside = drawn.stubs
    assert free.end[1] == pytest.approx(drawn.moods[4])
    flat = drawn.dots[0].y
    assert CLEAR <= abs(beside.end[1] - flat) <= CLEAR + 4


def test_names_are_left_out_where_there_is_no_room_for_them() -> None:
    assert all("→" not in stub.text for stub in roadmap.whole(road(10), HEIGHT, {}).stubs)


def test_a_long_road_shows_its_last_steps_and_says_so() -> None:
    drawn = roadmap.whole(road(14), HEIGHT, {})
    assert (len(drawn.dots), drawn.left_out) == (roadmap.STEPS, 2)


def test_the_strip_begins_at_the_second_step_and_keeps_the_last_ones() -> None:
    assert roadmap.strip(None) is None
    assert roadmap.strip(road(1)) is None
    for number in (2, 5, 14):
        strip = roadmap.strip(road(number))
        assert strip is not None
        assert len(strip.dots) == min(number, roadmap.STRIP_STEPS)
        assert min(dot.x for dot in strip.dots) >= 12
        assert max(dot.x for dot in strip.dots) <= strip.width - 12
        assert all(dot.y + 12 < strip.letters - SIZE + 8 for dot in strip.dots)


def test_turns_not_visited_are_named_once_and_none_that_was_visited() -> None:
    first = Step("x", 5, "C", "", (Other("A", "p", 4), Other("B", "y", 4)))
    second = Step("y", 5, "C", "", (Other("A", "p", 4), Other("B", "", 4), Other("D", "q", 1)))
    assert roadmap.unvisited(Road(2, (first, second, Step("z", 5)))) == ("p", "q")


@given(st.text(max_size=60), st.integers(60, 500), st.integers(1, 4))
def test_a_wrapped_text_is_never_too_wide_and_whole_if_it_says_so(text: str, wide: int, most: int) -> None:
    lines, whole = wrap(text, wide, most)
    assert len(lines) <= most
    assert all(width(line) <= wide for line in lines)
    if whole:
        assert " ".join(lines) == " ".join(text.split())


@pytest.mark.parametrize(
    ("text", "wide", "indent", "count"),
    [
        ("", 10, 0, 0),
        ("Six", 10, 0, 1),
        ("Six\n\nhours", 10, 0, 3),
        ("Six hours, nobody", 5, 0, 3),
        ("Six hours", 5, 4, 2),
        ("Six", 5, 4, 2),
        ("x" * 40, 10, 0, 3),
        ("x" * 40, 10, 5, 4),
        ("我已经等了四十分钟", 3.5, 0, 3),
        ("ok 我已经", 3.5, 0, 2),
    ],
)
def test_lines_are_counted_as_a_browser_breaks_them(text: str, wide: float, indent: float, count: int) -> None:
    assert lines(text, wide, indent) == count


@given(st.text(max_size=200), st.floats(1, 60))
def test_a_wider_line_never_needs_more_of_them(text: str, wide: float) -> None:
    assert lines(text, wide * 2) <= lines(text, wide)
    assert lines(text, wide) >= len([line for line in text.splitlines() if line])


def test_a_map_is_drawn_faster_than_anybody_waits_for() -> None:
    # The server's one loop draws it: before this was a formula it took a third of a second.
    begun = time.process_time()
    roadmap.whole(road(12, others=5), HEIGHT, {})
    assert time.process_time() - begun < 0.15
