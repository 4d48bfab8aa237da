"""Every page as HTML: pure functions from a Screen, and what one phone may know of itself, to a string.

`depth` is how many segments below the app's root the page's address is: all links are relative, so that pages
work under a URL prefix. A fragment is what changes on a page; it is sent over the page's stream.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal, NamedTuple

from jinja2 import Environment, PackageLoader, StrictUndefined

from kit import look
from kit.screen import Results, Row, Screen, clock, mood_word
from kit.server.fit import is_speech, map_height, not_visited, scene_above, wall_fit
from kit.server.roadmap import Map, Strip, strip, whole
from kit.statistics import percent
from kit.words import Words, words

Theme = Literal["dark", "light"]

# Phones' pages that refresh without JavaScript.
WAITING = frozenset({"lobby", "scene", "closed", "opposite", "results", "message"})


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
    return _page("wallpage.html", said, depth, theme=theme, wall=wall, **_wall(screen, address, said))


def wall_fragment(screen: Screen, *, address: str) -> str:
    """What the wall shows now, for a page at `/{code}/wall`."""
    said = _words(screen)
    return _fragment("wall.html", said, 1, **_wall(screen, address, said))


def _wall(screen: Screen, address: str, said: Words) -> dict[str, Any]:
    return {
        "screen": screen,
        "address": address,
        "fit": wall_fit(screen),
        "scene_above": scene_above(screen),
        "results": _bars(screen.results),
        "road": _road(screen, said),
        "mood_before": _mood_before(screen),
    }


def error_page(words: Words, *, status: int, message: str, home: str = "", depth: int = 0) -> str:
    """A sentence and the way on. `home` is the room's code, or nothing where only another code can help."""
    return _page("error.html", words, depth, status=status, message=message, home=home)


class Bar(NamedTuple):
    """One option's result ready to draw: its row, the length of its bar 0–100, and the same option before."""

    row: Row
    length: float
    before: Row | None
    before_length: float


class Chart(NamedTuple):
    """Results ready to draw. `voted` and `voted_before` are the wholes that the votes are parts of; `compared`
    says that there was a first vote, by phone or by hand, and `banded` that some bar has an interval."""

    bars: tuple[Bar, ...]
    voted: int
    voted_before: int
    compared: bool
    banded: bool


class Picture(NamedTuple):
    """The road ready to draw: in the corner, or as a map with the turns not visited and how many more there are."""

    strip: Strip | None
    map: Map | None
    unvisited: tuple[str, ...]
    more: int


def _bars(results: Results | None) -> Chart | None:
    if results is None:
        return None
    before = {row.answer.id: row for row in results.before}
    bars = tuple(
        Bar(row, _length(row, results.rows), old, _length(old, results.before) if old else 0.0)
        for row in results.rows
        for old in [before.get(row.answer.id)]
    )
    voted_before = sum(row.votes for row in results.before)
    compared = voted_before > 0 or any(row.hands for row in results.before)
    banded = any(row.interval is not None for row in results.rows)
    return Chart(bars, results.voted, voted_before, compared, banded)


def _length(row: Row, rows: tuple[Row, ...]) -> float:
    """The share of the phones' votes; of the hands where no phone voted."""
    hands = sum(other.hands or 0 for other in rows)
    by_hands = hands > 0 and not any(other.votes for other in rows)
    return round(100 * ((row.hands or 0) / hands if by_hands else row.share), 1)


def _road(screen: Screen, said: Words) -> Picture | None:
    """The map of the road where the wall shows it, and the strip in the corner where it does not."""
    road = screen.road
    if road is None:
        return None
    if screen.view != "road":
        return Picture(strip(road), None, (), 0)
    names, more = not_visited(screen)
    ends = {end.replace("_", " "): text for end, text in said.part("wall.end_").items()}
    return Picture(None, whole(road, map_height(screen), ends), names, more)


def _mood_before(screen: Screen) -> int | None:
    """From which mood the customer came to this one, if that was another one."""
    road, scene = screen.road, screen.scene
    if road is None or scene is None or len(road.steps) < 2 or road.here.mood != scene.mood:
        return None
    before = max(0, min(10, road.steps[-2].mood))
    return before if before != scene.mood else None


def _status(screen: Screen, own: Own, said: Words) -> tuple[str, str]:
    """The state of this phone's ballot as (state, sentence): the same that the script says after a vote."""
    question = screen.question
    if question is None or screen.view in ("message", "opposite"):
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
_pages.filters["percent"] = percent
_pages.globals["look"] = look
_pages.tests["speech"] = is_speech
