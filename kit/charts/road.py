"""The road from top to bottom, the customer's mood from left to right, and where other responses would have led."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from kit.board import Board, Point, around
from kit.charts.drawing import canvas, line, lines, mark, own_settings, svg, write
from kit.charts.placing import Label, beside
from kit.look import INK, LINE, MARKS, QUIET
from kit.road import Step

WIDTH = 330.0  # in points; the picture is scaled as a whole
FIRST, LAST = 118.0, 308.0  # worst and best mood
HEAD, STEP = 58.0, 52.0
# How far down a dashed way ends, as parts of a step, the best liked first; how far from the road is far enough.
DEEP, CLEAR = (0.5, 0.34, 0.66), 8.0
NAME = 15  # letters of a turn's name in a line
ON_ROAD = 9.0  # how bad it is that a letter lies on the road, see kit.board


@own_settings()
def road(name: str, title: str, description: str, steps: Sequence[Step], moods: Sequence[str], last: str) -> str:
    """`moods` are the six words of the thermometer, `last` what stands under the last turn's name."""
    figure, axes = canvas(WIDTH, HEAD + STEP * len(steps))
    bottom = HEAD + STEP * (len(steps) - 1) + 16
    for n, word in enumerate(moods):
        x, top = _at(2 * n), 12 + 15 * (n % 2)
        write(axes, x if n < 5 else WIDTH, top, word, size=11.5, color=QUIET.light, ha="center" if n < 5 else "right")
        line(axes, (x, top + 6), (x, bottom), LINE.light, 1)
    points = [(_at(step.mood), HEAD + STEP * n) for n, step in enumerate(steps)]
    stubs = [stub for n, step in enumerate(steps) for stub in _stubs(step, points, n)]
    for start, end, _ in stubs:
        line(axes, start, end, QUIET.light, 1, dashes=(0, (2, 2)))
    for one, other in pairwise(points):
        line(axes, one, other, INK.light, 2.4)
    for n, (step, point) in enumerate(zip(steps, points, strict=True)):
        _stop(axes, f"{n + 1}. {step.turn}", step, point, last if n == len(steps) - 1 else "")
    _letters(axes, steps, points, stubs)
    return svg(figure, name, title, description)


def _stop(axes: Any, name: str, step: Step, point: Point, under: str) -> None:
    x, y = point
    wrapped = lines(name, NAME, 3)
    for n, part in enumerate(wrapped):
        write(axes, 0, y + 4 + 14 * n, part, size=11.5)
    if under:
        write(axes, 0, y + 4 + 14 * len(wrapped), under, size=11.5, weight="bold")
    taken = next((each for each in MARKS if each.letter == step.letter), None)
    if taken is None:
        mark(axes, x, y, "●", INK.light, filled=False, scale=1.3)
    else:
        mark(axes, x, y, taken.shape, taken.colour.light, scale=1.3)


def _stubs(step: Step, points: Sequence[Point], n: int) -> Iterator[tuple[Point, Point, str]]:
    """Short ways to the moods in which the other responses would have left the customer: from, to, letters."""
    moods: dict[float, list[str]] = {}
    for other in step.others:
        moods.setdefault(_at(other.mood), []).append(other.letter)
    x, y = points[n]
    after = points[n + 1] if n + 1 < len(points) else (x, y + STEP)
    for end, letters in sorted(moods.items()):
        deep = max(DEEP, key=lambda part: min(CLEAR, abs(end - x - (after[0] - x) * part)))
        yield (x, y), (end, y + STEP * deep), " ".join(sorted(letters))


def _letters(
    axes: Any, steps: Sequence[Step], points: Sequence[Point], stubs: Sequence[tuple[Point, Point, str]]
) -> None:
    """Letters at the stops first, then those of the other responses; each where it touches least."""
    dashed, stops = [stub[:2] for stub in stubs], [around(point, 6) for point in points]
    board = Board(FIRST - 12, WIDTH, list(pairwise(points)), dashed, stops, on_thick=ON_ROAD)
    for step, point in zip(steps, points, strict=True):
        found = next((each for each in MARKS if each.letter == step.letter), None)
        if found is not None:
            _write(axes, board.put(beside(point, found.letter, 13, 9), point), found.colour.light, "bold")
    for _, end, letters in stubs:
        mark(axes, *end, "●", QUIET.light, scale=0.3)
        # Letters must not seem to name another way's end.
        others = [around(other, 6) for _, other, _ in stubs if other != end]
        _write(axes, board.put(beside(end, letters, 11.5, 5), end, others), QUIET.light, "normal")


def _write(axes: Any, label: Label, colour: str, weight: str) -> None:
    write(axes, label.x, label.y, label.text, size=label.size, color=colour, weight=weight, ha=label.side, halo=True)


def _at(mood: int) -> float:
    return FIRST + (LAST - FIRST) * min(10, max(0, mood)) / 10
