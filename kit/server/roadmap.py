"""The road as a picture: where its points, lines and labels lie, in pixels of the wall at 1080p. Pure geometry.

Two pictures: the strip in the wall's corner, and the map with the road not taken. No two labels of a map overlap.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from kit.board import Board, Point, around
from kit.look import MARKS
from kit.road import Other, Road
from kit.road import Step as Turn
from kit.server.lettering import BOLD, SIZE, wrap
from kit.server.placing import Place, clear

WORST, BEST = 0, 10  # the ends of the mood's scale
LINE = 39  # from one line of a label to the next

STRIP_WIDTH, STRIP_HEIGHT = 320, 236
STRIP_TOP, STRIP_BOTTOM, STRIP_EDGE = 18, 172, 18  # best and worst mood; what is left free at both sides
STRIP_STEPS = 8
STRIP_GAP = 84

WIDTH = 1416
STEPS = 12
TOP = 52  # above the best mood: room for the letter of a step
FOOT = 64  # below the worst mood: room for a letter there
FIRST, LAST = 214, 0  # the first point; what is left free at the right at least
WIDEST = 420  # a label
BETWEEN = 20  # two labels
STUB = 150
LEAST_PLOT = 330


class Dot(NamedTuple):
    """A step: where it lies, and the mark of the response taken there; both are empty where the room stands now."""

    x: float
    y: float
    letter: str
    shape: str


class Strip(NamedTuple):
    """The road so far, small. `letters` stand below the dots, at this height."""

    width: int
    height: int
    guides: tuple[float, ...]
    path: str
    dots: tuple[Dot, ...]
    letters: float


class Label(NamedTuple):
    """A step's label below the map: its lines, the height of the first one's baseline, and the end of the road."""

    x: float
    top: float
    leader: float
    lines: tuple[str, ...]
    end: str


class Stub(NamedTuple):
    """Responses not taken that would have led to the same mood: a short dashed line, and their letters at its end."""

    start: tuple[float, float]
    end: tuple[float, float]
    text: str
    x: float
    y: float
    anchor: str


class Letter(NamedTuple):
    """The letter taken at a step, beside its point; `known` if it has a shape and a colour."""

    text: str
    x: float
    y: float
    known: bool


class Map(NamedTuple):
    """The whole road. `moods` are the heights of the six words at the left, `plot` the left edge of their lines."""

    width: int
    height: int
    plot: float
    moods: tuple[float, ...]
    path: str
    dots: tuple[Dot, ...]
    letters: tuple[Letter, ...]
    labels: tuple[Label, ...]
    stubs: tuple[Stub, ...]
    left_out: int


def strip(road: Road | None) -> Strip | None:
    """The road so far, from the second step on."""
    if road is None or len(road.steps) < 2:
        return None
    steps = road.steps[-STRIP_STEPS:]
    gap = min(STRIP_GAP, (STRIP_WIDTH - 2 * STRIP_EDGE) / (len(steps) - 1))
    start = (STRIP_WIDTH - gap * (len(steps) - 1)) / 2
    dots = tuple(
        _dot(step, start + gap * n, _height(step.mood, STRIP_TOP, STRIP_BOTTOM)) for n, step in enumerate(steps)
    )
    guides = (STRIP_TOP, (STRIP_TOP + STRIP_BOTTOM) / 2, STRIP_BOTTOM)
    return Strip(STRIP_WIDTH, STRIP_HEIGHT, guides, _path(dots), dots, STRIP_HEIGHT - 8)


def whole(road: Road, height: int, ends: dict[str, str]) -> Map:
    """The map in a picture of this height. `ends` says an end of the road in words."""
    steps = road.steps[-STEPS:]
    said = tuple(ends.get(step.end, step.end) for step in steps)
    return _draw(steps, said, height, len(road.steps) - len(steps))


@lru_cache(16)
def _draw(steps: tuple[Turn, ...], said: tuple[str, ...], height: int, left_out: int) -> Map:
    gap, rows = _labels(steps, said)
    deep = [max((len(lines) + bool(end) for lines, end in row), default=0) * LINE for row in rows]
    bottom = max(TOP + LEAST_PLOT, height - FOOT - sum(deep) - 12)
    dots = tuple(_dot(step, FIRST + gap * n, _height(step.mood, TOP, bottom)) for n, step in enumerate(steps))
    ways = _ways(steps, dots, bottom)
    letters, stubs = _words(dots, ways)
    return Map(
        width=WIDTH,
        height=height,
        plot=FIRST - 40,
        moods=tuple(_height(mood, TOP, bottom) for mood in range(WORST, BEST + 1, 2)),
        path=_path(dots),
        dots=dots,
        letters=letters,
        labels=tuple(_place(dots, rows, deep, bottom + FOOT)),
        stubs=stubs,
        left_out=left_out,
    )


def unvisited(road: Road) -> tuple[str, ...]:
    """The turns to which a response would have led that was not taken, each once, without those visited."""
    visited = {step.turn for step in road.steps}
    names = dict.fromkeys(other.to for step in road.steps for other in step.others)
    return tuple(name for name in names if name and name not in visited)


def _dot(step: Turn, x: float, y: float) -> Dot:
    shape = next((mark.shape for mark in MARKS if mark.letter == step.letter), "")
    return Dot(round(x, 1), round(y, 1), step.letter if shape else step.letter[:2], shape)


def _height(mood: int, top: float, bottom: float) -> float:
    return bottom - (bottom - top) * (min(BEST, max(WORST, mood)) - WORST) / (BEST - WORST)


def _path(dots: Iterable[Dot]) -> str:
    return "M" + "L".join(f"{dot.x:g} {dot.y:g}" for dot in dots)


# The labels below

Row = list[tuple[tuple[str, ...], str]]


def _labels(steps: tuple[Turn, ...], ends: tuple[str, ...]) -> tuple[float, list[Row]]:
    """The distance between two steps, and one row of labels, or two that take turns where one is too narrow."""
    for rows, most in ((1, 3), (2, 3)):
        gap = _gap(len(steps), rows)
        wide = min(WIDEST, rows * gap - BETWEEN)
        names = [wrap(step.turn, wide, most) for step in steps]
        words = [wrap(end, wide / BOLD, 1) for end in ends]
        if rows == 2 or all(uncut for _, uncut in (*names, *words)):
            break
    texts = [(name, "".join(word)) for (name, _), (word, _) in zip(names, words, strict=True)]
    found: list[Row] = [texts[row::rows] for row in range(rows)]
    return gap, found


def _gap(number: int, rows: int) -> float:
    """As wide as leaves room for half a label at the right of the last step."""
    if number < 2:
        return WIDEST + BETWEEN
    room = WIDTH - FIRST - LAST
    gap = (room + BETWEEN / 2) / (number - 1 + rows / 2)
    widest = (room - WIDEST / 2) / (number - 1)
    return max(gap, widest)


def _place(dots: tuple[Dot, ...], rows: list[Row], deep: list[int], top: float) -> Iterator[Label]:
    for n, dot in enumerate(dots):
        row = n % len(rows)
        lines, end = rows[row][n // len(rows)]
        baseline = top + sum(deep[:row]) + row * 12 + SIZE
        yield Label(dot.x, baseline, baseline - SIZE, lines, end)


# The letters taken, and the road not taken


class Way(NamedTuple):
    """Responses not taken at a step that would have led to one mood; `right` is where the next step begins."""

    others: list[Other]
    start: Point
    end: Point
    right: float


def _ways(steps: tuple[Turn, ...], dots: tuple[Dot, ...], bottom: float) -> list[Way]:
    ways = []
    for n, (step, dot) in enumerate(zip(steps, dots, strict=True)):
        after = dots[n + 1] if n + 1 < len(dots) else dot
        room = after.x - dot.x or WIDTH - dot.x
        groups: dict[float, list[Other]] = {}
        for other in step.others:
            groups.setdefault(round(_height(other.mood, TOP, bottom), 1), []).append(other)
        road = ((dot.x, dot.y), (after.x, after.y))
        x = round(dot.x + min(STUB, room * 0.46), 1)
        ends: list[Point] = []
        for y, others in sorted(groups.items()):
            ends.append(clear((x, y), road, ends))
            ways.append(Way(others, (dot.x, dot.y), ends[-1], dot.x + room - 30))
    return ways


def _words(dots: tuple[Dot, ...], ways: list[Way]) -> tuple[tuple[Letter, ...], tuple[Stub, ...]]:
    """Letters at the steps first, then what stands at the stubs' ends; each where it touches least."""
    board = Board(
        left=FIRST - 40,
        right=WIDTH,
        thick=[((a.x, a.y), (b.x, b.y)) for a, b in pairwise(dots)],
        thin=[(way.start, way.end) for way in ways],
        taken=[around((dot.x, dot.y), 22) for dot in dots] + [around(way.end, 8) for way in ways],
    )
    letters, stubs = [], []
    for dot in dots:
        if dot.letter:
            place = board.put(_near(dot.letter, (dot.x, dot.y)))
            letters.append(Letter(place.text, round(place.x, 1), round(place.y, 1), dot.shape != ""))
    for way in ways:
        place = board.put(_beside(way), way.end)
        stubs.append(Stub(way.start, way.end, place.text, round(place.x, 1), round(place.y, 1), place.anchor))
    return tuple(letters), tuple(stubs)


def _near(letter: str, point: Point) -> Iterator[Place]:
    """Around a step."""
    x, y = point
    for far, (right, down) in enumerate(((0, 52), (0, -28), (-30, -20), (-30, 44), (30, -20), (30, 44))):
        yield Place(letter, x + right, y + down, "middle", far * 0.4)


def _beside(way: Way) -> Iterator[Place]:
    """Around a stub's end: with the turns' names if there is room, else the letters."""
    letters = " ".join(other.letter[:2] for other in way.others)
    names = " · ".join(dict.fromkeys(other.to for other in way.others if other.to))
    x, y = way.end
    full = Place(f"{letters} → {names}", x + 16, y + 11, "start", 0.0)
    if names and full.box.right <= way.right:
        yield full
        yield from (full._replace(y=y + down, far=0.2) for down in (30, -6))
    for far, (right, down, anchor) in enumerate(
        (
            (16, 11, "start"), (14, 26, "start"), (14, -4, "start"), (0, 42, "middle"), (0, -16, "middle"),
            (-12, 34, "end"), (-12, -12, "end"), (14, 44, "start"), (14, -22, "start"), (0, 60, "middle"),
            (0, -34, "middle"),
        )
    ):  # fmt: skip
        yield Place(letters, x + right, y + down, anchor, 0.5 + far * 0.3)
