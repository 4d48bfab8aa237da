"""What is drawn in a picture already, and where the next text touches it least. Pure geometry."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple, Protocol, TypeVar

Point = tuple[float, float]
Line = tuple[Point, Point]

# How bad it is to lie over another text or beyond an edge, beyond the road's line, on a thin line.
OVER, BEYOND, THIN = 10.0, 6.0, 1.0


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


class Text(Protocol):
    """A text at a place; `far` says how little one would like it there."""

    @property
    def box(self) -> Box: ...

    @property
    def far(self) -> float: ...


Put = TypeVar("Put", bound=Text)


class Board:
    """What is drawn already, between two edges; each text that is put there is drawn for the next.

    `on_thick` is how bad it is to lie on one of the thick lines.
    """

    def __init__(
        self, left: float, right: float, thick: list[Line], thin: list[Line], taken: list[Box], *, on_thick: float = 4.0
    ) -> None:  # fmt: skip
        self.left = left
        self.right = right
        self.thick = thick
        self.thin = thin
        self.taken = taken
        self.on_thick = on_thick

    def put(self, texts: Iterable[Put], at: Point | None = None, clear_of: Sequence[Box] = ()) -> Put:
        """The text that is least in the way, on the same side of the road as the point that it names."""
        found = min(texts, key=lambda text: self._trouble(text.box, clear_of) + self._beyond(text.box, at) + text.far)
        self.taken.append(found.box)
        return found

    def _trouble(self, box: Box, clear_of: Sequence[Box]) -> float:
        over = sum(box.meets(other) for other in (*self.taken, *clear_of))
        over += box.left < self.left or box.right > self.right
        thick = sum(box.crossed(line) for line in self.thick)
        thin = sum(box.crossed(line) for line in self.thin)
        return OVER * over + self.on_thick * thick + THIN * thin

    def _beyond(self, box: Box, at: Point | None) -> float:
        if at is None:
            return 0.0
        middle = ((box.left + box.right) / 2, (box.top + box.bottom) / 2)
        return BEYOND * any(_cross((at, middle), line) for line in self.thick)


def around(point: Point, distance: float) -> Box:
    """A square about a point."""
    x, y = point
    return Box(x - distance, y - distance, x + distance, y + distance)


def _cross(one: Line, other: Line) -> bool:
    """Whether two lines cross: the ends of each lie on two sides of the other."""
    return all(_side(a, b[0]) * _side(a, b[1]) < 0 for a, b in ((one, other), (other, one)))


def _side(line: Line, point: Point) -> float:
    """Above 0 on one side of a line, below 0 on the other."""
    (x1, y1), (x2, y2) = line
    return (x2 - x1) * (point[1] - y1) - (y2 - y1) * (point[0] - x1)
