"""How large the wall's texts are: the largest type at which an estimate says that they fit. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil
from typing import NamedTuple

from kit.screen import Results, Row, Scene, Screen
from kit.server.lettering import BOLD, SIZE, lines, width
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
        (80, 56, 60, 44), (72, 48, 54, 44), (64, 40, 48, 40), (56, 36, 44, 36), (48, 34, 40, 34),
        (40, 32, 36, 32), (36, 28, 32, 29), (32, 24, 28, 26), (22, 18, 22, 20),
    )
)  # fmt: skip
READABLE = 6  # steps that keep 32 px
MOVING = 3  # from this step on a prompt above results makes room for them
WIDTH, HEIGHT = 1416, 930
GAP = 60  # between the two columns of a long chart
SANS, SERIF = 1.0, 0.93  # how wide the letters are beside those of lettering.py
ROAD_HEAD = 72  # the heading above the road's map
NOT_VISITED = 125  # letters of the names of turns not visited, at most
REHEARSAL = 660  # the mark of a rehearsal in the top line


class Fit(NamedTuple):
    """How the wall's texts are set so that they fit: a step of type, one or two columns of results, and whether
    the prompt stands above them in the top line."""

    step: int
    columns: int
    on_top: bool


def wall_fit(screen: Screen) -> Fit:
    """The largest type at which the wall's texts fit."""
    fits = list(_fits(screen))
    return next((fit for fit in fits if _height(screen, fit) <= HEIGHT), fits[-1])


def _fits(screen: Screen) -> Iterator[Fit]:
    """From the most wanted on. Two columns only where one would be too small to read."""
    results = charted(screen)
    several = results is not None and len(results.rows) > 3
    movable = screen.view == "results" and _fits_on_top(screen)
    steps = [(1, step) for step in range(READABLE)]
    steps += [(2, step) for step in range(READABLE) if several]
    steps += [(2 if several else 1, step) for step in range(READABLE, len(STEPS))]
    for columns, step in steps:
        yield Fit(step, columns, False)
        if movable and step >= MOVING:
            yield Fit(step, columns, True)


def _fits_on_top(screen: Screen) -> bool:
    prompt = screen.question.prompt if screen.question is not None else ""
    taken = width(screen.title) + width(prompt) * BOLD + 40 + (REHEARSAL if screen.rehearsal else 0)
    return len(prompt.splitlines()) == 1 and taken <= WIDTH


def charted(screen: Screen) -> Results | None:
    """The results that this wall draws: those shown, or running ones beside an open question."""
    return screen.results if screen.view in ("results", "question") else None


def not_visited(screen: Screen) -> tuple[tuple[str, ...], int]:
    """Names of turns beside the road, as many as two lines hold, and how many more there are."""
    names = unvisited(screen.road) if screen.road is not None else ()
    length, shown = 0, 0
    for name in names:
        length += len(name) + 3
        if length > NOT_VISITED:
            break
        shown += 1
    return names[:shown], len(names) - shown


def map_height(screen: Screen) -> int:
    """What the heading and the turns not visited leave for the road's map."""
    names, more = not_visited(screen)
    label = 18 * SIZE  # and how many more there are
    under = 16 + _tall(" · ".join(names), SIZE, indent=label) if names or more else 0
    return int(HEIGHT - ROAD_HEAD - under)


def _height(screen: Screen, fit: Fit) -> float:
    """An estimate of what `.stage` in wall.css needs."""
    sizes, view = STEPS[fit.step], screen.view
    if view == "scene" and screen.scene is not None:
        return _scene_height(screen.scene, sizes)
    height = 0.0
    if screen.scene is not None and scene_above(screen):
        line = _tall(screen.scene.line, sizes.scene, SERIF, WIDTH - 30)
        height += line + _tall(f"{screen.scene.speaker or screen.scene.title} says", 32) + 36
    if view == "message" and screen.message is not None:
        spoken = is_speech(screen.message.body)
        body = (
            _tall(screen.message.body, sizes.line, SERIF) if spoken else _tall(screen.message.body, sizes.scene) * 1.04
        )
        clock = 212 if screen.timer is not None else 0
        return height + _tall(screen.message.title or screen.title, sizes.prompt, BOLD, leading=1.2) + body + 36 + clock
    question = screen.question
    if view == "opposite":
        height += 350
    elif question is not None and not fit.on_top:
        height += _tall(question.prompt, sizes.prompt, BOLD, leading=1.2)
        height += 48 if question.again and view == "question" else 0
    results = charted(screen)
    if results is not None:
        nobody = 80 if view == "results" and not results.voted else 0
        above = 68 if view == "question" else 0 if fit.on_top and results.voted else 20
        return height + nobody + above + _chart_height(results, sizes, fit.columns)
    if question is not None:
        size = min(sizes.option, 40) if view == "opposite" else sizes.option
        texts = (_tall(answer.text, size, width_=WIDTH - _mark(size), leading=1.2) for answer in question.answers)
        height += 28 + sum(text + size * 0.6 + 1 for text in texts)
    return height + (80 if view == "closed" else 0)


def scene_above(screen: Screen) -> bool:
    """Whether the customer's line stands small above what this view shows: a question, or what is to be said aloud."""
    message = screen.message
    asks = screen.view in ("question", "closed")
    aloud = screen.view == "message" and message is not None and is_speech(message.body)
    return (asks or aloud) and screen.scene is not None and screen.scene.line != ""


def _scene_height(scene: Scene, sizes: Step) -> float:
    direction = _tall(scene.title, min(sizes.line, 40), SERIF) + 20 if scene.speaker and scene.title else 0
    speaker = _tall(scene.speaker or scene.title, 40) + 30
    mood = 200 if scene.mood is not None else 0
    return _tall(scene.line, sizes.line, SERIF) + speaker + direction + mood


def _chart_height(results: Results, sizes: Step, columns: int) -> float:
    before = {row.answer.id: row for row in results.before}
    rows = [_row(row, before.get(row.answer.id), results, sizes, columns) for row in results.rows]
    if columns == 1:
        return sum(words + note for words, note in rows)
    # A last row alone has its note beside it.
    alone = [max(rows.pop())] if len(rows) % 2 else []
    whole = [words + note for words, note in rows]
    return sum(max(pair) for pair in zip(whole[::2], whole[1::2], strict=True)) + sum(alone)


def _row(row: Row, before: Row | None, results: Results, sizes: Step, columns: int) -> tuple[float, float]:
    """How tall an option with its bars is, and its grade with the reason."""
    option, small, two = sizes.option, min(sizes.option, 32), columns == 2
    wide = (WIDTH - GAP) // 2 if two else WIDTH
    if two:  # the text goes on below the mark
        head = _tall(row.answer.text, option, width_=wide, leading=1.15, indent=_mark(option))
    else:
        head = _tall(row.answer.text, option, width_=wide - _mark(option), leading=1.2)
    votes = 1.1 * small if two else 1.2 * option
    bars = max(votes * _count_lines(row, results, sizes, columns), 36.0) + (6 if two else 10)
    if before is not None:
        old = small * (1.1 if two else 1.2)
        bars += max(old * _count_lines(before, results, sizes, columns), 24.0) + (2 if two else 4)
    padding = option * 1.2 - (23 if two else 16.6)
    if not row.grade and not row.reason:
        return head + bars + padding, 0.0
    icon = small * 0.95 + 16 + width(row.grade, small) * (BOLD - 1)
    note = _tall(f"{row.grade} {row.reason}", small, width_=wide, leading=1.2 if two else 1.25, indent=icon)
    return head + bars + padding, note + (6 if two else 8)


def _count_lines(row: Row, results: Results, sizes: Step, columns: int) -> int:
    """Into how many lines the numbers beside a bar break."""
    size = min(sizes.option, 32) if columns == 2 else sizes.option
    by_hand, both = row.hands is not None, bool(results.before)
    if columns == 2:
        room: float = 296 if by_hand else 176 if both else 264
    else:
        room = max(448, 14.5 * sizes.option) if by_hand else max(296, 8.25 * sizes.option)
    said = f"{row.votes} of {results.voted}" if results.voted else ""
    wide = 1.12 * width(said, size)
    if said and not (both and columns == 2):
        wide += width(f" {100 * row.share:.0f} %", size) + size / 2
    if by_hand:
        wide += width(f" {row.hands} hands", size) + size / 2
    return ceil(wide / room)


def _mark(option: int) -> float:
    """How wide an option's shape and letter are, with the space after them."""
    return option * 1.9 + 36


def is_speech(text: str) -> bool:
    """Whether a text is a quotation, which is set as what people say."""
    return text.lstrip()[:1] in {"“", '"', "„", "«", "»", "‘", "「"}


def _tall(
    text: str, size: int, face: float = SANS, width_: float = WIDTH, *, leading: float = 1.25, indent: float = 0.0
) -> float:
    """How many pixels of height `text` takes in letters of `size`."""
    letter = size * face
    return lines(text, width_ / letter, indent / letter) * size * leading
