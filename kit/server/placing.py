"""Where a text may stand in a picture so that it touches neither another text nor a line. Pure geometry."""

from __future__ import annotations

from math import dist
from typing import NamedTuple

from kit.board import Box, Line, Point
from kit.server.lettering import SIZE, width

# How far a stub's end is at least from the road's line, from a step on it, and from another end.
CLEAR, STEP_CLEAR, END_CLEAR = 22.0, 34.0, 32.0


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
