"""Where letters may stand in a picture so that they touch neither one another nor a line. Pure geometry."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from kit.board import Box, Point

# A letter's and a space's width, as parts of the size: capitals of the widest common font.
CAPITAL, SPACE = 0.75, 0.32


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
