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

MOODS = 6  # words on the thermometer, spread over 0–10
WAITING = frozenset(
    {"lobby", "scene", "closed", "results", "message"}
)  # pages that refresh without JavaScript


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
        size=wall_size(screen), results=_bars(screen.results),
    )  # fmt: skip


def wall_fragment(screen: Screen, *, address: str) -> str:
    """What the wall shows now, for a page at `/{code}/wall`."""
    told = {"address": address, "size": wall_size(screen), "results": _bars(screen.results)}
    return _fragment("wall.html", _words(screen), 1, screen=screen, **told)


def error_page(words: Words, *, status: int, message: str, home: str = "", depth: int = 0) -> str:
    """A sentence and the way on. `home` is the room's code, or nothing where only another code can help."""
    return _page("error.html", words, depth, status=status, message=message, home=home)


def mood_word(mood: int) -> int:
    """Which of the thermometer's six words 0–10 stands at."""
    return min(MOODS - 1, mood * MOODS // 11)


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


# The wall's type in pixels at 1080p: the line, the prompt, the options; wall.css has the same steps by number.
# After the sixth nothing keeps 32 px: a text that long is better small than cut.
STEPS = (
    (80, 60, 44),
    (68, 54, 44),
    (56, 48, 40),
    (48, 44, 36),
    (40, 40, 34),
    (34, 36, 32),
    (26, 28, 26),
    (20, 22, 20),
)
WIDTH, HEIGHT = 1440, 900
BESIDE = 420  # what mark, padding and numbers take from a result's line


def wall_size(screen: Screen) -> int:
    """The largest step of type at which the wall's texts fit: an estimate, by letters half as wide as high."""
    fits = (step for step, sizes in enumerate(STEPS) if _height(screen, *sizes) <= HEIGHT)
    return next(fits, len(STEPS) - 1)


def _height(screen: Screen, line: int, prompt: int, option: int) -> float:
    height = 0.0
    small = max(min(option, 32), 20)
    if screen.scene is not None and screen.view in ("scene", "question", "closed"):
        size = line if screen.view == "scene" else round(line * 0.7)
        height += _tall(screen.scene.line, size) + (160 if screen.view == "scene" else 90)
    if screen.view == "message" and screen.message is not None:
        height += _tall(screen.message.title, prompt) + _tall(screen.message.body, option) + 60
    if screen.question is not None:
        height += _tall(screen.question.prompt, prompt) + 40
    if screen.results is not None and screen.view == "results":
        height += sum(
            _row_height(row, bool(screen.results.before), option, small) for row in screen.results.rows
        )
    elif screen.question is not None:
        texts = (answer.text for answer in screen.question.answers)
        height += sum(_tall(text, option, WIDTH - 140) + option for text in texts)
        height += 100 if screen.view == "closed" else 0
    return height


def _row_height(row: Row, compared: bool, option: int, small: int) -> float:
    note = _tall(f"{row.grade} {row.reason}", small, WIDTH - 100) if row.grade or row.reason else 0
    return _tall(row.answer.text, option, WIDTH - BESIDE) + 48 + note + (small * 1.3 + 12 if compared else 0)


def _tall(text: str, size: int, width: int = WIDTH) -> float:
    """How many pixels of height `text` takes in letters of `size`."""
    if not text:
        return 0.0
    letters = (_letters(paragraph) * size * 0.52 for paragraph in text.splitlines())
    return sum(max(1, ceil(length / width)) for length in letters) * size * 1.25


def _letters(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def _status(screen: Screen, own: Own, said: Words) -> tuple[str, str]:
    """The state of this phone's ballot as (state, sentence): the same that the script says after a vote."""
    question = screen.question
    if question is None or screen.view == "message":
        return "", ""
    letter = next((answer.letter for answer in question.answers if answer.id == own.answer), None)
    if letter is None:
        return (
            ("idle", said("phone.say_idle"))
            if screen.view == "question"
            else ("none", said("phone.say_no_vote"))
        )
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
