"""How charts are drawn: matplotlib by its object API, text that stays text, and the SVG as it can stand in a page."""

from __future__ import annotations

import io
import textwrap
import threading
import unicodedata
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as xml

from kit.look import INK, PAPER, SANS, SPEECH

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SHAPES = {"●": "o", "■": "s", "▲": "^", "◆": "D", "★": "*", "✚": "P"}
SIZES = {"▲": 9.0, "◆": 7.2, "★": 11.5, "✚": 9.0}

# Matplotlib's settings are the whole process's.
_settings = threading.Lock()


@contextmanager
def own_settings() -> Iterator[None]:
    """Matplotlib as it comes, whatever a notebook or a matplotlibrc has set: a sketch, TeX, tight boxes."""
    import matplotlib

    plain = {key: value for key, value in matplotlib.rcParamsDefault.items() if not key.startswith("backend")}
    with _settings, matplotlib.rc_context(plain):
        yield


# Drawing


def canvas(width: float, height: float) -> tuple[Figure, Any]:
    """A picture whose unit is the point, with its origin at the top left."""
    # Matplotlib takes its time; who imports this module to write no chart need not wait for it.
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width / 72, height / 72))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    axes.set_xlim(0, width)
    axes.set_ylim(height, 0)
    figure.patch.set_visible(False)
    return figure, axes


def line(
    axes: Any, start: tuple[float, float], end: tuple[float, float], colour: str, width: float, dashes: Any = "-"
) -> None:
    xs, ys = zip(start, end, strict=True)
    axes.plot(
        xs, ys, color=colour, linewidth=width, linestyle=dashes, solid_capstyle="butt", clip_on=False, scalex=False,
        scaley=False,
    )  # fmt: skip


def mark(axes: Any, x: float, y: float, shape: str, colour: str, *, filled: bool = True, scale: float = 1.0) -> None:
    axes.plot(
        [x], [y], marker=SHAPES.get(shape, "o"), markersize=SIZES.get(shape, 8.0) * scale, markeredgecolor=colour,
        markerfacecolor=colour if filled else PAPER.light, markeredgewidth=1.6, linestyle="none", clip_on=False,
        scalex=False, scaley=False,
    )  # fmt: skip


def write(axes: Any, x: float, y: float, text: str, *, halo: bool = False, **style: Any) -> None:
    """Words, never maths; a halo keeps them apart from lines behind them."""
    style.setdefault("color", INK.light)
    axes.text(x, y, _plain(text), parse_math=False, gid="halo" if halo else None, **style)


def _plain(text: str) -> str:
    """On one line, without characters that XML can't hold."""
    unfit = ("\ufffe", "\uffff")
    plain = (" " if unicodedata.category(c) in ("Cc", "Cs") or c in unfit else c for c in text)
    return " ".join("".join(plain).split())


def lines(text: str, columns: int, most: int) -> list[str]:
    """The text in at most so many lines; letters as wide as they are high count twice."""
    text = _plain(text)
    wide = sum(unicodedata.east_asian_width(letter) in "WF" for letter in text)
    columns = columns * len(text) // max(1, len(text) + wide)
    return textwrap.wrap(text, max(6, columns), max_lines=most, placeholder=" …") or [""]


# Writing


def svg(figure: Figure, name: str, title: str, description: str) -> str:
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
