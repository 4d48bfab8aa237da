"""Charts as SVG for reports: matplotlib by its object API, each chart a narrow picture that can be read on a phone.

Text stays text, in the fonts of the reader's system, and is cut by its number of letters: matplotlib's own metrics
know few languages. The same chart gives the same SVG, and no two charts of a page share an id.
"""

from __future__ import annotations

import io
import textwrap
import threading
import unicodedata
import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple
from xml.etree import ElementTree as xml

from kit.look import INK, LINE, MARKS, PAPER, QUIET, SANS, SPEECH
from kit.road import Step

if TYPE_CHECKING:
    from matplotlib.figure import Figure

WIDTH = 400  # of all charts, in points; they are scaled as a whole
SHAPES = {"●": "o", "■": "s", "▲": "^", "◆": "D", "★": "*", "✚": "P"}
SIZES = {"▲": 9.0, "◆": 7.2, "★": 11.5, "✚": 9.0}

LEFT, RIGHT = 118.0, 250.0  # nobody and everybody, on a bar
LABEL, TEXT, BAR = 34.0, 15.0, 19.0  # where words begin; a line of words, a bar
COLUMNS = 60

FIRST, LAST = 152.0, 374.0  # worst and best mood
HEAD, STEP = 62.0, 46.0
NAME = 20

# Matplotlib's settings are the whole process's.
_settings = threading.Lock()


@contextmanager
def _own_settings() -> Iterator[None]:
    """Matplotlib as it comes, whatever a notebook or a matplotlibrc has set: a sketch, TeX, tight boxes."""
    import matplotlib

    plain = {key: value for key, value in matplotlib.rcParamsDefault.items() if not key.startswith("backend")}
    with _settings, matplotlib.rc_context(plain):
        yield


class Bar(NamedTuple):
    """One vote of a row: what it is called, its share and 95 % interval 0–1, None if nobody voted, and the number."""

    label: str
    share: float | None
    interval: tuple[float, float] | None
    number: str


class Row(NamedTuple):
    """One response: letter and shape as in the look, "" for a row about several; its words, and a bar a vote."""

    letter: str
    shape: str
    colour: str
    text: str
    bars: tuple[Bar, ...]


@_own_settings()
def votes(name: str, title: str, description: str, rows: Sequence[Row]) -> str:
    """Each response with a bar for each vote. `name` begins the ids in the picture."""
    texts = [_lines(row.text, COLUMNS, 2) for row in rows]
    tops = [26.0]
    for row, text in zip(rows, texts, strict=True):
        tops.append(tops[-1] + TEXT * len(text) + BAR * len(row.bars) + 14)
    figure, canvas = _canvas(tops[-1] - 8)
    for at, told in ((0, "0 %"), (0.5, "50 %"), (1, "100 %")):
        _write(canvas, _along(at), 10, told, size=10.5, color=QUIET.light, ha="center")
    for row, text, top in zip(rows, texts, tops, strict=False):
        _row(canvas, row, text, top)
    return _svg(figure, name, title, description)


def _row(canvas: Any, row: Row, text: Sequence[str], top: float) -> None:
    if row.letter:
        _mark(canvas, 8, top + 4.5, row.shape, row.colour)
        _write(canvas, 16, top + 9, row.letter, size=13, color=row.colour, weight="bold")
    for n, line in enumerate(text):
        voice: dict[str, Any] = {"family": "serif"} if row.letter else {"weight": "bold"}
        _write(canvas, LABEL, top + 9 + TEXT * n, line, size=13, **voice)
    for n, bar in enumerate(row.bars):
        middle = top + TEXT * len(text) + BAR * n + 8
        _bar(canvas, row, bar, middle, last=n == len(row.bars) - 1)


def _bar(canvas: Any, row: Row, bar: Bar, y: float, *, last: bool) -> None:
    _write(canvas, LABEL, y + 4, bar.label, size=11, color=QUIET.light)
    _write(canvas, WIDTH, y + 4, bar.number, size=12, ha="right", weight="bold" if last else "normal")
    _line(canvas, (LEFT, y), (RIGHT, y), LINE.light, 1)
    for at in (0, 0.5, 1):
        _line(canvas, (_along(at), y - 5), (_along(at), y + 5), LINE.light, 1)
    if bar.share is None:
        return
    if bar.interval is not None:
        low, high = map(_along, bar.interval)
        band = [y - 7, y - 7, y + 7, y + 7]
        canvas.fill([low, high, high, low], band, color=row.colour, alpha=0.2, linewidth=0, clip_on=False)
    _line(canvas, (LEFT, y), (_along(bar.share), y), row.colour, 5 if last else 2)
    _mark(canvas, _along(bar.share), y, row.shape, row.colour, filled=last)


def _along(share: float) -> float:
    return LEFT + (RIGHT - LEFT) * share


@_own_settings()
def road(name: str, title: str, description: str, steps: Sequence[Step], moods: Sequence[str], last: str) -> str:
    """The road from top to bottom, the mood from left to right. `moods` are the six words of the thermometer, `last`
    what stands under the last turn's name."""
    figure, canvas = _canvas(HEAD + STEP * len(steps))
    bottom = HEAD + STEP * (len(steps) - 1) + 16
    for n, word in enumerate(moods):
        x = _at(2 * n)
        _write(canvas, x, 12 + 15 * (n % 2), word, size=11, color=QUIET.light, ha="center")
        _line(canvas, (x, 18 + 15 * (n % 2)), (x, bottom), LINE.light, 1)
    points = [(_at(step.mood), HEAD + STEP * n) for n, step in enumerate(steps)]
    for step, point, after in zip(steps, points, [*points[1:], points[-1]], strict=True):
        _others(canvas, step, point, after[0])
    for one, other in pairwise(points):
        _line(canvas, one, other, INK.light, 2.4)
    for n, (step, point) in enumerate(zip(steps, points, strict=True)):
        _stop(canvas, f"{n + 1}. {step.turn}", step, point, last if n == len(steps) - 1 else "")
    return _svg(figure, name, title, description)


def _stop(canvas: Any, name: str, step: Step, point: tuple[float, float], under: str) -> None:
    x, y = point
    lines = _lines(name, NAME, 2)
    for n, line in enumerate(lines):
        _write(canvas, 0, y + 4 + 14 * n, line, size=12, weight="bold" if under else "normal")
    if under:
        _write(canvas, 0, y + 4 + 14 * len(lines), under, size=12, color=QUIET.light)
    mark = next((mark for mark in MARKS if mark.letter == step.letter), None)
    if mark is None:
        _mark(canvas, x, y, "●", INK.light, filled=False, scale=1.3)
    else:
        _mark(canvas, x, y, mark.shape, mark.colour.light, scale=1.3)
        _write(canvas, x + 10, y - 3, mark.letter, size=13, color=mark.colour.light, weight="bold", halo=True)


def _others(canvas: Any, step: Step, point: tuple[float, float], after: float) -> None:
    """Short dashed ways to the moods in which the other responses would have left the customer. `after` is where
    the road goes on, so that no letter stands on it."""
    moods: dict[int, list[str]] = {}
    for other in step.others:
        moods.setdefault(other.mood, []).append(other.letter)
    for value, letters in sorted(moods.items()):
        end = (_at(value), point[1] + STEP * 0.5)
        _line(canvas, point, end, QUIET.light, 1, dashes=(0, (2, 2)))
        _mark(canvas, *end, "●", QUIET.light, scale=0.3)
        (right, down), align = _aside((point[0] + after) / 2 - end[0], after - point[0])
        told = " ".join(letters)
        _write(canvas, end[0] + right, end[1] + down, told, size=10.5, color=QUIET.light, ha=align, halo=True)


def _aside(ahead: float, slope: float) -> tuple[tuple[float, float], str]:
    """Where letters stand beside the end of a way: `ahead` is how far to the right the road runs there, `slope` how
    far to the right it goes on."""
    if abs(ahead) < 2 and slope > 0:
        return (-4, 9), "right"
    if 2 <= ahead < 16:
        return ((0, 17), "center") if slope > 0 else ((-5, 5), "right")
    return (5, 5), "left"


def _at(mood: int) -> float:
    return FIRST + (LAST - FIRST) * min(10, max(0, mood)) / 10


# Drawing


def _canvas(height: float) -> tuple[Figure, Any]:
    """A picture whose unit is the point, with its origin at the top left."""
    # Matplotlib takes its time; who imports this module to write no chart need not wait for it.
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH / 72, height / 72))
    canvas = figure.add_axes((0, 0, 1, 1))
    canvas.set_axis_off()
    canvas.set_xlim(0, WIDTH)
    canvas.set_ylim(height, 0)
    figure.patch.set_visible(False)
    return figure, canvas


def _line(
    canvas: Any, start: tuple[float, float], end: tuple[float, float], colour: str, width: float, dashes: Any = "-"
) -> None:
    xs, ys = zip(start, end, strict=True)
    canvas.plot(
        xs, ys, color=colour, linewidth=width, linestyle=dashes, solid_capstyle="butt", clip_on=False, scalex=False,
        scaley=False,
    )  # fmt: skip


def _mark(canvas: Any, x: float, y: float, shape: str, colour: str, *, filled: bool = True, scale: float = 1.0) -> None:
    canvas.plot(
        [x], [y], marker=SHAPES.get(shape, "o"), markersize=SIZES.get(shape, 8.0) * scale, markeredgecolor=colour,
        markerfacecolor=colour if filled else PAPER.light, markeredgewidth=1.6, linestyle="none", clip_on=False,
        scalex=False, scaley=False,
    )  # fmt: skip


def _write(canvas: Any, x: float, y: float, text: str, *, halo: bool = False, **style: Any) -> None:
    """Words, never maths; a halo keeps them apart from lines behind them."""
    style.setdefault("color", INK.light)
    canvas.text(x, y, _plain(text), parse_math=False, gid="halo" if halo else None, **style)


def _plain(text: str) -> str:
    """On one line, without characters that XML can't hold."""
    unfit = ("\ufffe", "\uffff")
    plain = (" " if unicodedata.category(c) in ("Cc", "Cs") or c in unfit else c for c in text)
    return " ".join("".join(plain).split())


def _lines(text: str, columns: int, most: int) -> list[str]:
    """The text in at most so many lines; letters as wide as they are high count twice."""
    text = _plain(text)
    wide = sum(unicodedata.east_asian_width(letter) in "WF" for letter in text)
    columns = columns * len(text) // max(1, len(text) + wide)
    return textwrap.wrap(text, max(6, columns), max_lines=most, placeholder=" …") or [""]


# Writing


def _svg(figure: Figure, name: str, title: str, description: str) -> str:
    import matplotlib

    settings: Any = {
        "svg.fonttype": "none",
        "svg.hashsalt": name,
        "font.family": ["sans-serif"],
        "font.sans-serif": [*_families(SANS), "DejaVu Sans"],
        "font.serif": [*_families(SPEECH), "DejaVu Serif"],
    }
    out = io.StringIO()
    with matplotlib.rc_context(settings), warnings.catch_warnings():
        # The reader's fonts have the letters that matplotlib's own lack.
        warnings.filterwarnings("ignore", message="(Glyph|Matplotlib currently does not support)")
        figure.savefig(out, format="svg", metadata={"Date": None})
    return _inline(out.getvalue(), name, title, description)


def _families(stack: str) -> list[str]:
    return [name.strip(" '") for name in stack.split(",") if name.strip() not in ("sans-serif", "serif")]


def _inline(drawn: str, name: str, title: str, description: str) -> str:
    """The picture as it can stand in a page: scaled by its box, named for who can't see it, its ids its own."""
    root = xml.fromstring(drawn)
    for part in root.iter():
        part.tag = part.tag.rpartition("}")[2]
        for key in [key for key in part.attrib if "}" in key]:
            part.set(key.rpartition("}")[2], part.attrib.pop(key))
    for part in [part for part in root if part.tag == "metadata" or part.find("style") is not None]:
        root.remove(part)
    _rename(root.iter(), name)
    root.attrib = {
        "viewBox": root.attrib["viewBox"],
        "class": "chart",
        "role": "img",
        "aria-labelledby": f"{name}-title {name}-desc",
    }
    for place, (tag, text) in enumerate((("title", title), ("desc", description))):
        said = xml.Element(tag, {"id": f"{name}-{tag}"})
        said.text = _plain(text)
        root.insert(place, said)
    return xml.tostring(root, encoding="unicode")


def _rename(parts: Iterable[xml.Element], name: str) -> None:
    """Ids begin with the picture's name; those to which nothing points are dropped."""
    for part in parts:
        id_ = part.attrib.pop("id", "")
        if id_ == "halo":
            part.set("class", "halo")
        elif part.tag == "path" and id_:
            part.set("id", f"{name}-{id_}")
        if part.tag == "use":
            part.set("href", f"#{name}-{part.attrib['href'][1:]}")
        if part.tag == "text":
            part.attrib.pop("transform", None)
