"""Where a text may stand in a picture so that it touches neither another text nor a line. Pure geometry."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from kit.server.lettering import SIZE, width

Point = tuple[float, float]
Line = tuple[Point, Point]

# How bad it is to lie over another thing, over the road's own line, over a thin line.
OVER, THICK, THIN = 10.0, 4.0, 1.0


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
        return Box(left, self.y - SIZE + 4, left + wide, self.y + 8)


class Board:
    """What is drawn already, between two edges; each text that is put there is drawn for the next."""

    def __init__(self, left: float, right: float, thick: list[Line], thin: list[Line], taken: list[Box]) -> None:
        self.left = left
        self.right = right
        self.thick = thick
        self.thin = thin
        self.taken = taken

    def put(self, places: Iterable[Place]) -> Place:
        """The place where the text is least in the way."""
        found = min(places, key=self._trouble)
        self.taken.append(found.box)
        return found

    def _trouble(self, place: Place) -> float:
        box = place.box
        over = sum(box.meets(other) for other in self.taken) + (box.left < self.left or box.right > self.right)
        thick = sum(box.crossed(line) for line in self.thick)
        thin = sum(box.crossed(line) for line in self.thin)
        return OVER * over + THICK * thick + THIN * thin + place.far


def around(point: Point, distance: float) -> Box:
    """A square about a point."""
    x, y = point
    return Box(x - distance, y - distance, x + distance, y + distance)
