"""Where a text may stand in a picture so that it touches neither another text nor a line. Pure geometry."""

from __future__ import annotations

from collections.abc import Iterable
from math import dist
from typing import NamedTuple

from kit.server.lettering import SIZE, width

Point = tuple[float, float]
Line = tuple[Point, Point]

# How far a stub's end is at least from the road's line, from a step on it, and from another end.
CLEAR, STEP_CLEAR, END_CLEAR = 22.0, 34.0, 32.0

# How bad it is to lie over another thing, beyond the road's own line, over it, over a thin line.
OVER, BEYOND, THICK, THIN = 10.0, 6.0, 4.0, 1.0


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
        """Whether a line goes through: what of it lies between left and right lies between top and bottom too."""
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


class Place(NamedTuple):
    """Where a text may stand; `far` says how little one would like it there."""

    text: str
    x: float
    y: float
    anchor: str
    far: float

    @property
    def box(self) -> Box:
        wide = width(self.text)
        left = self.x - {"start": 0.0, "middle": wide / 2, "end": wide}[self.anchor]
        # Capitals alone, as the letters of answers are, have nothing below the line.
        capitals = self.text.isascii() and self.text.isupper()
        above, below = (SIZE - 6, 5) if capitals else (SIZE - 4, 8)
        return Box(left, self.y - above, left + wide, self.y + below)


class Board:
    """What is drawn already, between two edges; each text that is put there is drawn for the next."""

    def __init__(self, left: float, right: float, thick: list[Line], thin: list[Line], taken: list[Box]) -> None:
        self.left = left
        self.right = right
        self.thick = thick
        self.thin = thin
        self.taken = taken

    def put(self, places: Iterable[Place], at: Point | None = None) -> Place:
        """The place where the text is least in the way, on the same side of the road as the point that it names."""
        found = min(places, key=lambda place: self._trouble(place) + BEYOND * self._beyond(place.box, at))
        self.taken.append(found.box)
        return found

    def _trouble(self, place: Place) -> float:
        box = place.box
        over = sum(box.meets(other) for other in self.taken) + (box.left < self.left or box.right > self.right)
        thick = sum(box.crossed(line) for line in self.thick)
        thin = sum(box.crossed(line) for line in self.thin)
        return OVER * over + THICK * thick + THIN * thin + place.far

    def _beyond(self, box: Box, at: Point | None) -> bool:
        if at is None:
            return False
        middle = ((box.left + box.right) / 2, (box.top + box.bottom) / 2)
        return any(_cross((at, middle), line) for line in self.thick)


def around(point: Point, distance: float) -> Box:
    """A square about a point."""
    x, y = point
    return Box(x - distance, y - distance, x + distance, y + distance)


def distance(point: Point, line: Line) -> float:
    """From a point to the nearest one of a line."""
    (x, y), ((x1, y1), (x2, y2)) = point, line
    length = (x2 - x1) ** 2 + (y2 - y1) ** 2
    along = ((x - x1) * (x2 - x1) + (y - y1) * (y2 - y1)) / length if length else 0.0
    along = min(1.0, max(0.0, along))
    return dist(point, (x1 + along * (x2 - x1), y1 + along * (y2 - y1)))


def clear(point: Point, road: Line, ends: list[Point]) -> Point:
    """The point itself, or one near it that is seen beside the road's line, its steps and other ends."""

    def trouble(place: Point) -> tuple[float, float]:
        over = [CLEAR - distance(place, road)]
        over += [STEP_CLEAR - dist(place, step) for step in road]
        over += [END_CLEAR - dist(place, end) for end in ends]
        # Height tells the mood, so rather to the side than up or down.
        aside = abs(place[0] - point[0]) + 2 * abs(place[1] - point[1])
        return sum(max(each, 0.0) for each in over), aside

    if trouble(point)[0] == 0:
        return point
    x, y = point
    right, down = min(
        ((right, down) for right in range(-28, 29, 4) for down in range(-48, 49, 4)),
        key=lambda move: trouble((x + move[0], y + move[1])),
    )
    return x + right, y + down


def _cross(one: Line, other: Line) -> bool:
    """Whether two lines cross: the ends of each lie on two sides of the other."""
    return all(_side(a, b[0]) * _side(a, b[1]) < 0 for a, b in ((one, other), (other, one)))


def _side(line: Line, point: Point) -> float:
    """Above 0 on one side of a line, below 0 on the other."""
    (x1, y1), (x2, y2) = line
    return (x2 - x1) * (point[1] - y1) - (y2 - y1) * (point[0] - x1)
