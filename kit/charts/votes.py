"""The votes for one response as bars over the whole width, so that differences are seen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from kit.charts.drawing import canvas, line, mark, own_settings, svg, write
from kit.look import LINE, QUIET

WIDTH = 300.0  # in points; a picture is scaled as a whole
LEFT, RIGHT = 8.0, 292.0  # nobody and everybody
SCALE, BAR = 15.0, 33.0  # how high the scale's numbers are, and a bar with its words


class Bar(NamedTuple):
    """One vote: what it is called, its share and 95 % interval 0–1, None if nobody voted, and the number."""

    label: str
    share: float | None
    interval: tuple[float, float] | None
    number: str


@own_settings()
def votes(
    name: str, title: str, description: str, bars: Sequence[Bar], *, shape: str, colour: str, scale: bool
) -> str:  # fmt: skip
    """A bar for each vote, the last one strong. `name` begins the ids in the picture; `scale` writes 0–100 % on top."""
    top = SCALE if scale else 0.0
    figure, axes = canvas(WIDTH, top + BAR * len(bars))
    if scale:
        for at, told, side in ((0, "0 %", "left"), (0.5, "50 %", "center"), (1, "100 %", "right")):
            x = {"left": 0.0, "right": WIDTH}.get(side, _along(at))
            write(axes, x, 10, told, size=11, color=QUIET.light, ha=side)
    for n, bar in enumerate(bars):
        _bar(axes, bar, top + BAR * n, shape, colour, last=n == len(bars) - 1)
    return svg(figure, name, title, description)


def _bar(axes: Any, bar: Bar, top: float, shape: str, colour: str, *, last: bool) -> None:
    write(axes, 0, top + 11, bar.label, size=11.5, color=QUIET.light)
    write(axes, WIDTH, top + 11, bar.number, size=12, ha="right", weight="bold" if last else "normal")
    y = top + 22.5
    line(axes, (LEFT, y), (RIGHT, y), LINE.light, 1)
    for at in (0, 0.5, 1):
        line(axes, (_along(at), y - 6), (_along(at), y + 6), LINE.light, 1)
    if bar.share is None:
        return
    if bar.interval is not None:
        low, high = map(_along, bar.interval)
        band = [y - 7, y - 7, y + 7, y + 7]
        axes.fill([low, high, high, low], band, color=colour, alpha=0.2, linewidth=0, clip_on=False)
    line(axes, (LEFT, y), (_along(bar.share), y), colour, 5 if last else 2)
    mark(axes, _along(bar.share), y, shape, colour, filled=last)


def _along(share: float) -> float:
    return LEFT + (RIGHT - LEFT) * share
