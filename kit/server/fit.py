"""How large the wall's texts are: the largest type at which an estimate says that they fit. Pure."""

from __future__ import annotations

import unicodedata
from math import ceil
from typing import NamedTuple

from kit.screen import Results, Row, Scene, Screen
from kit.server.roadmap import unvisited


class Step(NamedTuple):
    """The wall's sizes of type in pixels at 1080p: the line alone, the line above a question, prompt, options."""

    line: int
    scene: int
    prompt: int
    option: int


# wall.css has the same steps by number. After the sixth nothing keeps 32 px: so long a text is better small than cut.
STEPS = tuple(
    Step(*sizes)
    for sizes in (
        (80, 56, 60, 44), (72, 48, 54, 44), (64, 40, 48, 40), (56, 36, 44, 36),
        (48, 34, 40, 34), (40, 32, 36, 32), (32, 24, 28, 26), (22, 18, 22, 20),
    )
)  # fmt: skip
READABLE = 6  # steps that keep 32 px
WIDTH, HEIGHT = 1416, 924
GAP = 60  # between the two columns of a long chart
SANS, SERIF = 0.52, 0.47  # how wide an average letter of the widest common fonts is
ROAD_HEAD = 72  # the heading above the road's map
NOT_VISITED = 125  # letters of the names of turns not visited, at most


class Fit(NamedTuple):
    """How the wall's texts are set so that they fit: a step of type, and one or two columns of results."""

    step: int
    columns: int


def wall_fit(screen: Screen) -> Fit:
    """The largest type at which the wall's texts fit. Two columns only where one would be too small to read."""
    results = charted(screen)
    several = results is not None and len(results.rows) > 3
    last = len(STEPS) - 1
    fits = [Fit(step, 1) for step in range(READABLE)]
    fits += [Fit(step, 2) for step in range(READABLE) if several]
    fits += [Fit(step, 2 if several else 1) for step in range(READABLE, last)]
    return next((fit for fit in fits if _height(screen, fit) <= HEIGHT), Fit(last, 2 if several else 1))


def charted(screen: Screen) -> Results | None:
    """The results that this wall draws: those shown, or running ones beside an open question."""
    return screen.results if screen.view in ("results", "question") else None


def not_visited(screen: Screen) -> tuple[tuple[str, ...], int]:
    """Names of turns beside the road, as many as two lines hold, and how many more there are."""
    names = unvisited(screen.road) if screen.road is not None else ()
    length, shown = 0, 0
    for name in names:
        length += _letters(name) + 3
        if length > NOT_VISITED:
            break
        shown += 1
    return names[:shown], len(names) - shown


def map_height(screen: Screen) -> int:
    """What the heading and the turns not visited leave for the road's map."""
    names, more = not_visited(screen)
    under = 56 + 40 * (sum(_letters(name) + 3 for name in names) > 60) if names or more else 0
    return HEIGHT - ROAD_HEAD - under


def _height(screen: Screen, fit: Fit) -> float:
    """An estimate of what `.stage` in wall.css needs."""
    sizes, view = STEPS[fit.step], screen.view
    height = 0.0
    if view == "scene" and screen.scene is not None:
        return _scene_height(screen.scene, sizes)
    if view == "message" and screen.message is not None:
        clock = 230 if screen.timer is not None else 0
        spoken = is_speech(screen.message.body)
        body = _tall(screen.message.body, sizes.line if spoken else sizes.scene, letter=SERIF if spoken else SANS)
        return _tall(screen.message.title, sizes.prompt) + body * 1.04 + 60 + clock
    if view in ("question", "closed") and screen.scene is not None and screen.scene.line:
        height += _tall(screen.scene.line, sizes.scene, WIDTH - 30, letter=SERIF) + 76
    if view == "opposite":
        height += 350
    elif screen.question is not None:
        height += _tall(screen.question.prompt, sizes.prompt) + (
            48 if screen.question.again and view == "question" else 0
        )
    results = charted(screen)
    if results is not None:
        nobody = 80 if view == "results" and not results.voted else 0
        return height + nobody + (68 if view == "question" else 20) + _chart_height(results, sizes, fit.columns)
    if screen.question is not None:
        size = min(sizes.option, 40) if view == "opposite" else sizes.option
        texts = (answer.text for answer in screen.question.answers)
        height += 28 + sum(_tall(text, size, WIDTH - 150) + size * 0.6 for text in texts)
    return height + (80 if view == "closed" else 0)


def _scene_height(scene: Scene, sizes: Step) -> float:
    direction = _tall(scene.title, min(sizes.line, 40), letter=SERIF) + 20 if scene.speaker and scene.title else 0
    speaker = _tall(scene.speaker or scene.title, 40) + 30
    mood = 200 if scene.mood is not None else 0
    return _tall(scene.line, sizes.line, letter=SERIF) + speaker + direction + mood


def _chart_height(results: Results, sizes: Step, columns: int) -> float:
    width = (WIDTH - GAP * (columns - 1)) // columns
    small = min(sizes.option, 32)

    def tall(row: Row) -> float:
        note = f"{row.grade}      {row.reason}" if row.grade or row.reason else ""
        # In two columns the text goes on below the mark: a long word all of it.
        mark = "xxxxxx\n" if max(map(len, row.answer.text.split()), default=0) > 24 else "xxxxxx"
        lines = (
            _tall(f"{mark}{row.answer.text}", sizes.option, width)
            if columns > 1
            else _tall(row.answer.text, sizes.option, width - 150)
        )
        lines = lines * 0.96 + _tall(note, small, width - 20)
        return lines + sizes.option * 2.4 + (2 if note else -6) + (small * 1.25 + 4 if results.before else 0)

    rows = [tall(row) for row in results.rows]
    return sum(max(rows[first : first + columns]) for first in range(0, len(rows), columns))


def is_speech(text: str) -> bool:
    """Whether a text is a quotation, which is set as what people say."""
    return text.lstrip()[:1] in {"“", '"', "„", "«", "»", "‘", "「"}


def _tall(text: str, size: int, width: int = WIDTH, *, letter: float = SANS) -> float:
    """How many pixels of height `text` takes in letters of `size`."""
    if not text:
        return 0.0
    lengths = (_letters(paragraph) * size * letter for paragraph in text.splitlines())
    return sum(max(1, ceil(length / width)) for length in lengths) * size * 1.25


def _letters(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
