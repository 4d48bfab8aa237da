"""What a phone or the wall shows now: one pure function, `screen(session, viewer, now)`.

A Screen is hashable, so that what looks alike is rendered once. Results are in it only when they may be seen;
a phone's Screen never holds anybody's ballot, its own included: that comes with page and acknowledgement.
"""

from __future__ import annotations

from math import ceil
from typing import Literal, NamedTuple

from kit import road as roads
from kit.look import MARKS
from kit.road import Road
from kit.session import Session
from kit.state import Round
from kit.statistics import Interval, TooFew, wilson

View = Literal["lobby", "scene", "question", "closed", "opposite", "results", "road", "message", "ended", "removed"]


class Viewer(NamedTuple):
    """Who looks: the wall, or one participant's phone."""

    role: Literal["wall", "phone"]
    participant: str = ""


WALL = Viewer("wall")

# The views that show a round's question.
ASKING = frozenset({"question", "closed", "opposite", "results"})


class Scene(NamedTuple):
    """The stage: who speaks, the line, the customer's mood 0 (furious) to 10 (relieved).

    `title` is a stage direction beside a speaker: tone, and what one sees."""

    title: str
    speaker: str
    line: str
    mood: int | None


class Answer(NamedTuple):
    """One option as it is shown: letter and shape from the look, the facilitator's id and words."""

    id: str
    letter: str
    shape: str
    text: str


class Question(NamedTuple):
    """A round as people see it. `seconds` is what remains, None without a time limit."""

    round: str
    form: str
    prompt: str
    answers: tuple[Answer, ...]
    confidence: bool
    reason: bool
    again: bool
    seconds: int | None


class Row(NamedTuple):
    """One option's result: votes by phone, hands counted beside them, share of the phones' votes 0–1 with its
    95 % interval, and the author's grade and reason when the facilitator reveals them."""

    answer: Answer
    votes: int
    hands: int | None
    share: float
    grade: str = ""
    reason: str = ""
    interval: Interval | None = None


class Results(NamedTuple):
    """The rows in the order of the question; `before` is the round that it is compared with."""

    rows: tuple[Row, ...]
    voted: int
    before: tuple[Row, ...] = ()


class Notice(NamedTuple):
    """A title and a text: a message for all, or one phone's private card."""

    title: str
    body: str


class Screen(NamedTuple):
    """All that a page needs to draw itself. `voted` and `joined` are the wall's counts, None on phones.

    `on_wall` says, for results, whether a phone has them or only the wall. `timer` is what remains of the wall's
    clock, in seconds; `road` stands on the wall only. Results beside an open question are running ones.
    """

    view: View
    code: str
    title: str
    language: str
    rehearsal: bool
    locked: bool
    scene: Scene | None = None
    question: Question | None = None
    results: Results | None = None
    message: Notice | None = None
    card: Notice | None = None
    on_wall: bool = False
    voted: int | None = None
    joined: int | None = None
    wifi: bool = False
    timer: int | None = None
    road: Road | None = None


def screen(session: Session, viewer: Viewer, now: float) -> Screen:
    """What `viewer` sees of `session` at `now` (seconds since the epoch; only remaining time depends on it)."""
    wall = viewer.role == "wall"
    person = session.people.get(viewer.participant)
    removed = person is not None and person.removed is not None
    round_ = None if removed else session.stage
    view = "removed" if removed else _view(session, wall)
    opened = session.opened
    card = session.cards.get(viewer.participant)
    return Screen(
        view=view,
        code=session.code,
        title=opened.title if opened else "",
        language=opened.language if opened else "en",
        rehearsal=opened.rehearsal if opened else False,
        locked=bool(session.settings.get("locked")),
        scene=None if removed else _scene(session),
        question=_question(round_, now) if round_ is not None and view in ASKING else None,
        results=_results(session, round_) if round_ is not None and _shows_results(session, round_, wall) else None,
        message=None if removed or session.message is None else Notice(session.message.title, session.message.body),
        card=Notice(card.title, card.body) if card is not None and view not in ("removed", "ended") else None,
        on_wall=not wall and round_ is not None and round_.revealed is not None and round_.revealed.where == "wall",
        voted=len(session.ballots(round_.opened.round)) if wall and round_ is not None else None,
        joined=len(session.present) if wall else None,
        wifi=wall and bool(session.settings.get("wifi")),
        timer=_timer(session, now) if view not in ("removed", "ended") else None,
        road=roads.read(session) if wall and view != "ended" else None,
    )


def _view(session: Session, wall: bool) -> View:
    if session.closed is not None:
        return "ended"
    round_ = session.stage
    if session.open is not None:
        return "question"
    if wall and session.settings.get("road") and roads.read(session) is not None:
        return "road"
    if session.message is not None:
        return "message"
    if round_ is not None:
        opposite = round_.revealed is None and session.settings.get("opposite") == round_.opened.round
        return "opposite" if opposite else "results" if _shows_results(session, round_, wall) else "closed"
    return "scene" if session.scene is not None else "lobby"


def _shows_results(session: Session, round_: Round, wall: bool) -> bool:
    """Revealed where this viewer looks; a session whose settings say `live` shows them on the wall while people
    vote. Once the vote is closed they are gone again: the room talks before it sees them."""
    if session.closed is not None:
        return False
    if wall and round_.closed is None and session.settings.get("live"):
        return True
    return round_.revealed is not None and (wall or round_.revealed.where == "everywhere")


def _scene(session: Session) -> Scene | None:
    scene = session.scene
    return Scene(scene.title, scene.speaker, scene.line, scene.mood) if scene is not None else None


def answers(round_: Round) -> tuple[Answer, ...]:
    """The options with the letters and shapes that tell them apart everywhere."""
    marks = zip(MARKS, round_.opened.options, strict=False)
    return tuple(Answer(option.id, mark.letter, mark.shape, option.text) for mark, option in marks)


def remaining(round_: Round, now: float) -> int | None:
    """Whole seconds until the time is up, rounded up, never below 0; None without a time limit."""
    deadline = round_.deadline
    return None if deadline is None else max(0, ceil(deadline - now))


def _timer(session: Session, now: float) -> int | None:
    ends = session.timer_ends
    return None if ends is None or session.open is not None else max(0, ceil(ends - now))


def clock(seconds: int) -> str:
    """Remaining time as people read it: `1:05`."""
    return f"{seconds // 60}:{seconds % 60:02}"


def mood_word(mood: int) -> int:
    """Which of the thermometer's six words a mood of 0–10 has reached."""
    return max(0, min(10, mood)) // 2


def _question(round_: Round, now: float) -> Question:
    opened = round_.opened
    return Question(
        round=opened.round,
        form=opened.form,
        prompt=opened.prompt,
        answers=answers(round_),
        confidence=opened.confidence,
        reason=opened.reason,
        again=opened.repeats is not None,
        seconds=remaining(round_, now) if round_.closed is None else None,
    )


def _results(session: Session, round_: Round) -> Results:
    rows = _rows(session, round_)
    beside = round_.revealed.beside if round_.revealed is not None else None
    before = _rows(session, session.rounds[beside]) if beside is not None else ()
    return Results(rows, sum(row.votes for row in rows), before)


def _rows(session: Session, round_: Round) -> tuple[Row, ...]:
    tally, hands = session.tally(round_.opened.round), round_.hands or {}
    total, shown = sum(tally.values()), sum(hands.values())
    notes = round_.revealed.notes if round_.revealed is not None else {}
    rows = []
    for answer in answers(round_):
        votes, note = tally[answer.id], notes.get(answer.id)
        raised = hands.get(answer.id, 0)
        share = votes / total if total else 0.0
        grade, reason = (note.grade, note.reason) if note else ("", "")
        # Phones and hands are not mixed in one interval; where no phone voted, it is that of the hands.
        interval = _interval(votes, total) if total else _interval(raised, shown)
        rows.append(Row(answer, votes, raised if round_.hands is not None else None, share, grade, reason, interval))
    return tuple(rows)


def _interval(count: int, of: int) -> Interval | None:
    found = wilson(count, of)
    return None if isinstance(found, TooFew) else found
