"""Every page as HTML: pure functions from a Screen, and what one phone may know of itself, to a string.

`depth` is how many segments below the app's root the page's address is: all links are relative, so that pages
work under a URL prefix. A fragment is what changes on a page; it is sent over the page's stream.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from math import ceil
from typing import Any, Literal, NamedTuple

from jinja2 import Environment, PackageLoader, StrictUndefined

from kit.screen import Results, Row, Screen
from kit.words import Words, words

Theme = Literal["dark", "light"]

WAITING = frozenset({"lobby", "scene", "closed", "results", "message"})  # pages that refresh without JavaScript


class Own(NamedTuple):
    """What one phone knows of itself: its name, its come-back word, its ballot in the current round."""

    name: str
    word: str
    answer: str | None
    confidence: int | None
    reason: str | None


def home_page(words: Words, *, code: str = "", error: str = "") -> str:
    """Asks for the code."""
    return _page("home.html", words, 0, code=code, error=error)


def join_page(
    screen: Screen, *, ticket: str, name: str = "", error: str = "", word_error: str = "", depth: int = 0
) -> str:
    """Asks for a name, or for the word of one who was here before; behind a locked door for the word only."""
    told = {"ticket": ticket, "name": name, "error": error, "word_error": word_error}
    return _page("join.html", _words(screen), depth, screen=screen, **told)


def room_page(screen: Screen, own: Own, *, depth: int = 0) -> str:
    """A participant's page: what the phone shows now, its own ballot, the scripts that keep it up to date."""
    said = _words(screen)
    room = {
        "code": screen.code,
        "word": own.word,
        "stream": f"{_root(depth)}{screen.code}/stream",
        "own": {"answer": own.answer, "confidence": own.confidence, "reason": own.reason},
        "words": said.part("phone.say_")
        | {"left": said("page.left"), "time_up": said("page.time_up")}
        | {f"confidence_{n}": said(f"phone.confidence_{n}") for n in (1, 2, 3)},
    }
    return _page(
        "room.html", said, depth, screen=screen, own=own, room=room, status=_status(screen, own, said),
        waiting=screen.view in WAITING, results=_bars(screen.results),
    )  # fmt: skip


def phone_fragment(screen: Screen, own: Own | None = None) -> str:
    """What a phone shows now, for a page at `/{code}`; without `own` the same for every phone of the Screen."""
    return _fragment("phone.html", _words(screen), 0, screen=screen, own=own, results=_bars(screen.results))


def wall_page(screen: Screen, *, address: str, depth: int = 1, theme: Theme = "dark") -> str:
    """The projector's page. `address` is the join address as people type it, such as `192.168.1.7:8765`."""
    said = _words(screen)
    wall = {
        "stream": f"{_root(depth)}{screen.code}/wall/stream",
        "words": {key: said(f"page.{key}") for key in ("left", "time_up")},
    }
    return _page(
        "wallpage.html", said, depth, screen=screen, address=address, theme=theme, wall=wall,
        fit=wall_fit(screen), results=_bars(screen.results),
    )  # fmt: skip


def wall_fragment(screen: Screen, *, address: str) -> str:
    """What the wall shows now, for a page at `/{code}/wall`."""
    told = {"address": address, "fit": wall_fit(screen), "results": _bars(screen.results)}
    return _fragment("wall.html", _words(screen), 1, screen=screen, **told)


def error_page(words: Words, *, status: int, message: str, home: str = "", depth: int = 0) -> str:
    """A sentence and the way on. `home` is the room's code, or nothing where only another code can help."""
    return _page("error.html", words, depth, status=status, message=message, home=home)


def mood_word(mood: int) -> int:
    """Which of the thermometer's six words a mood of 0–10 has reached."""
    return mood // 2


def clock(seconds: int) -> str:
    """Remaining time as people read it: `1:05`."""
    return f"{seconds // 60}:{seconds % 60:02}"


class Bar(NamedTuple):
    """One option's result ready to draw: its row, the length of its bar 0–100, and the same option before."""

    row: Row
    length: float
    before: Row | None
    before_length: float


class Chart(NamedTuple):
    """Results ready to draw. `voted` and `voted_before` are the wholes that the votes are parts of."""

    bars: tuple[Bar, ...]
    voted: int
    voted_before: int


def _bars(results: Results | None) -> Chart | None:
    if results is None:
        return None
    before = {row.answer.id: row for row in results.before}
    bars = tuple(
        Bar(row, _length(row, results.rows), old, _length(old, results.before) if old else 0.0)
        for row in results.rows
        for old in [before.get(row.answer.id)]
    )
    return Chart(bars, results.voted, sum(row.votes for row in results.before))


def _length(row: Row, rows: tuple[Row, ...]) -> float:
    """The share of the phones' votes; of the hands where no phone voted."""
    hands = sum(other.hands or 0 for other in rows)
    by_hands = hands > 0 and not any(other.votes for other in rows)
    return round(100 * ((row.hands or 0) / hands if by_hands else row.share), 1)


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
WIDTH, HEIGHT = 1430, 920
GAP = 60  # between the two columns of a long chart
SANS, SERIF = 0.52, 0.47  # how wide an average letter of the widest common fonts is


class Fit(NamedTuple):
    """How the wall's texts are set so that they fit: a step of type, and one or two columns of results."""

    step: int
    columns: int


def wall_fit(screen: Screen) -> Fit:
    """The largest type at which the wall's texts fit. Two columns only where one would be too small to read."""
    several = screen.results is not None and screen.view == "results" and len(screen.results.rows) > 3
    last = len(STEPS) - 1
    fits = [Fit(step, 1) for step in range(READABLE)]
    fits += [Fit(step, 2) for step in range(READABLE) if several]
    fits += [Fit(step, 2 if several else 1) for step in range(READABLE, last)]
    return next((fit for fit in fits if _height(screen, fit) <= HEIGHT), Fit(last, 2 if several else 1))


def _height(screen: Screen, fit: Fit) -> float:
    """An estimate of what `.stage` in wall.css needs."""
    sizes, view = STEPS[fit.step], screen.view
    height = 0.0
    if view == "scene" and screen.scene is not None:
        return _tall(screen.scene.line, sizes.line, letter=SERIF) + 300
    if view == "message" and screen.message is not None:
        return _tall(screen.message.title, sizes.prompt) + _tall(screen.message.body, sizes.option) + 60
    if view in ("question", "closed") and screen.scene is not None and screen.scene.line:
        height += _tall(screen.scene.line, sizes.scene, WIDTH - 30, letter=SERIF) + 76
    if screen.question is not None:
        height += _tall(screen.question.prompt, sizes.prompt) + (40 if screen.question.again else 0)
    if view == "results" and screen.results is not None:
        return height + 20 + _chart_height(screen.results, sizes, fit.columns)
    if screen.question is not None:
        texts = (answer.text for answer in screen.question.answers)
        height += 28 + sum(_tall(text, sizes.option, WIDTH - 150) + sizes.option * 0.6 for text in texts)
    return height + (80 if view == "closed" else 0)


def _chart_height(results: Results, sizes: Step, columns: int) -> float:
    width = (WIDTH - GAP * (columns - 1)) // columns
    small = min(sizes.option, 32)

    def tall(row: Row) -> float:
        note = f"{row.grade}      {row.reason}" if row.grade or row.reason else ""
        lines = _tall(row.answer.text, sizes.option, width - 150) + _tall(note, small, width - 20)
        return lines + sizes.option * 2.4 - 8 + (small * 1.2 + 4 if results.before else 0)

    rows = [tall(row) for row in results.rows]
    return sum(max(rows[first : first + columns]) for first in range(0, len(rows), columns))


def _tall(text: str, size: int, width: int = WIDTH, *, letter: float = SANS) -> float:
    """How many pixels of height `text` takes in letters of `size`."""
    if not text:
        return 0.0
    lengths = (_letters(paragraph) * size * letter for paragraph in text.splitlines())
    return sum(max(1, ceil(length / width)) for length in lengths) * size * 1.25


def _letters(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def _status(screen: Screen, own: Own, said: Words) -> tuple[str, str]:
    """The state of this phone's ballot as (state, sentence): the same that the script says after a vote."""
    question = screen.question
    if question is None or screen.view == "message":
        return "", ""
    letter = next((answer.letter for answer in question.answers if answer.id == own.answer), None)
    if letter is None:
        return ("idle", said("phone.say_idle")) if screen.view == "question" else ("none", said("phone.say_no_vote"))
    if screen.view != "question":
        return "counted", said("phone.say_counted", what=letter)
    return "saved", said("phone.say_saved", what=", ".join(_parts(letter, own, said)))


def _parts(letter: str, own: Own, said: Words) -> Iterable[str]:
    yield letter
    if own.confidence:
        yield said(f"phone.confidence_{own.confidence}")
    if own.reason:
        yield said("phone.say_with_reason")


def _words(screen: Screen) -> Words:
    return words(screen.language)


def _root(depth: int) -> str:
    return "../" * depth


def _page(template: str, said: Words, depth: int, **values: Any) -> str:
    return _pages.get_template(template).render(w=said, root=_root(depth), **values)


def _fragment(template: str, said: Words, depth: int, **values: Any) -> str:
    """A lone carriage return would end a line of the stream."""
    return _page(template, said, depth, **values).replace("\r\n", "\n").replace("\r", "\n").strip()


_pages = Environment(
    loader=PackageLoader("kit", "server/pages"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_pages.filters["clock"] = clock
_pages.filters["mood_word"] = mood_word
