"""Where letters may stand in a picture so that they touch neither one another nor a line. Pure geometry."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

Point = tuple[float, float]
Line = tuple[Point, Point]

# How bad it is to lie over another thing, beyond the road's line, on it, on a dashed line.
OVER, BEYOND, THICK, THIN = 10.0, 6.0, 9.0, 1.0
# A letter's and a space's width, as parts of the size: capitals of the widest common font.
CAPITAL, SPACE = 0.75, 0.32


class Box(NamedTuple):
    """Left, top, right, bottom."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box) -> bool:
        across = self.left < other.right and other.left < self.right
        return across and self.top < other.bottom and other.top < self.bottom

    def crossed(self, line: Line) -> bool:
        """Whether a line goes through: some part of it lies within left and right, and within top and bottom."""
        (x1, y1), (x2, y2) = line
        first, last = 0.0, 1.0
        for start, way, low, high in ((x1, x2 - x1, self.left, self.right), (y1, y2 - y1, self.top, self.bottom)):
            if way == 0:
                if not low < start < high:
                    return False
                continue
            near, far = sorted(((low - start) / way, (high - start) / way))
            first, last = max(first, near), min(last, far)
        return first < last


class Label(NamedTuple):
    """Letters at a place; `side` is how they stand to `x`, `far` says how little one would like them there."""

    text: str
    x: float
    y: float
    side: str
    size: float
    far: float

    @property
    def box(self) -> Box:
        spaces = self.text.count(" ")
        wide = self.size * (CAPITAL * (len(self.text) - spaces) + SPACE * spaces)
        left = self.x - {"left": 0.0, "center": wide / 2, "right": wide}[self.side]
        return Box(left - 1, self.y - 0.75 * self.size - 1, left + wide + 1, self.y + 1)


def around(point: Point, distance: float) -> Box:
    """A square about a point."""
    x, y = point
    return Box(x - distance, y - distance, x + distance, y + distance)


def beside(point: Point, text: str, size: float, gap: float) -> Iterator[Label]:
    """Places around a point, the best liked ones first."""
    x, y = point
    middle, below, above = y + 0.37 * size, y + gap + 0.75 * size, y - gap
    places = [
        (x + gap, middle, "left"), (x - gap, middle, "right"), (x, below, "center"), (x, above, "center"),
        (x + gap, below, "left"), (x - gap, below, "right"), (x + gap, above, "left"), (x - gap, above, "right"),
        (x + 2.4 * gap, middle, "left"), (x - 2.4 * gap, middle, "right"), (x, below + gap, "center"),
        (x + 2.4 * gap, above, "left"), (x - 2.4 * gap, above, "right"),
        (x + 2.4 * gap, below + gap, "left"), (x - 2.4 * gap, below + gap, "right"),
    ]  # fmt: skip
    for far, (right, down, side) in enumerate(places):
        yield Label(text, right, down, side, size, 0.25 * far)


class Board:
    """What is drawn already, between two edges; each label that is put there is in the way of the next."""

    def __init__(self, left: float, right: float, thick: list[Line], thin: list[Line]) -> None:
        self.left = left
        self.right = right
        self.thick = thick
        self.thin = thin
        self.taken: list[Box] = []
        self.ends: list[Point] = []

    def put(self, labels: Iterable[Label], at: Point) -> Label:
        """The one that is least in the way, on the same side of the road as the point that it names."""
        found = min(labels, key=lambda label: self._trouble(label.box, at) + label.far)
        self.taken.append(found.box)
        return found

    def _trouble(self, box: Box, at: Point) -> float:
        taken = [*self.taken, *(around(end, 6) for end in self.ends)]
        over = sum(box.meets(other) for other in taken) + (box.left < self.left or box.right > self.right)
        thick = sum(box.crossed(each) for each in self.thick)
        thin = sum(box.crossed(each) for each in self.thin)
        middle = ((box.left + box.right) / 2, (box.top + box.bottom) / 2)
        beyond = any(_cross((at, middle), each) for each in self.thick if at not in each)
        return OVER * over + THICK * thick + THIN * thin + BEYOND * beyond


def _cross(one: Line, other: Line) -> bool:
    """Whether two lines cross within both."""
    return _parts(one, other) and _parts(other, one)


def _parts(line: Line, other: Line) -> bool:
    """Whether the ends of `other` lie on two sides of `line`, drawn out without end."""
    (x1, y1), (x2, y2) = line
    first, last = ((x2 - x1) * (y - y1) - (y2 - y1) * (x - x1) for x, y in other)
    return first * last < 0
