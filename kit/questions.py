"""Questions that were put to the room, each with its vote or two: counts, intervals, switches, what people said.

Ballots and hands are never added up in one interval: who raised a hand may hold a phone, too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from kit import events as ev
from kit import play as plays
from kit.history import told
from kit.look import INK, MARKS, Mark
from kit.play import Share, share
from kit.scenario import GOOD, GRADES, Response, Turn
from kit.session import Session
from kit.state import Round
from kit.statistics import Interval, Paired, TooFew, paired, percent, switches, wilson

# Where fewer voted by phone both times, a table of who moved from where to where points at single people.
LEAST_PAIRS = 6


class Choice(NamedTuple):
    """A response as it was put to the room, and the author's grade and reason; "" in a question without grades."""

    id: str
    mark: Mark
    text: str
    grade: str
    reason: str


class Cell(NamedTuple):
    """One response in one vote: chosen by `chosen` of `of` phones or, where no phone voted, raised hands.

    `hands` were counted, None if none were; `sure` is how many were guessing, fairly sure, sure; `reasons` are in
    the order of the alphabet, so that they don't tell who was quick.
    """

    chosen: int
    of: int
    hands: int | None
    interval: Interval | None
    sure: tuple[int, int, int]
    reasons: tuple[str, ...]

    @property
    def percent(self) -> int:
        """The share in whole per cent, 0 where nobody voted."""
        return percent(self.chosen, self.of)


class Vote(NamedTuple):
    """One vote: its cells in the order of the question's choices. `good` is None where nothing is graded or nobody
    voted, its interval where phones and hands are mixed; `open` says that it had not been closed."""

    cells: tuple[Cell, ...]
    phones: int
    hands: int | None
    good: Share | None
    interval: Interval | None
    open: bool

    @property
    def voted(self) -> int:
        return self.phones + (self.hands or 0)

    @property
    def by_hand(self) -> bool:
        """Whether its cells are of hands alone."""
        return not self.phones and self.voted > 0

    @property
    def sure(self) -> tuple[int, int, int]:
        """How many were guessing, fairly sure, sure."""
        guessing, fairly, sure = (sum(cell.sure[n] for cell in self.cells) for n in range(3))
        return guessing, fairly, sure


class Question(NamedTuple):
    """What was asked once, or twice. `switches` counts people from a choice (row) to a choice (column), over who
    voted by phone both times; None without a second vote. `told` is None where nothing is graded."""

    prompt: str
    choices: tuple[Choice, ...]
    votes: tuple[Vote, ...]
    switches: tuple[tuple[int, ...], ...] | None = None
    told: Paired | None = None

    @property
    def first(self) -> Vote:
        return self.votes[0]

    @property
    def last(self) -> Vote:
        """The vote that decides."""
        return self.votes[-1]

    @property
    def explained(self) -> bool:
        """Whether anybody gave a reason."""
        return any(cell.reasons for vote in self.votes for cell in vote.cells)

    @property
    def pairs(self) -> int:
        """How many voted by phone both times."""
        return sum(map(sum, self.switches or ()))

    @property
    def singles_out(self) -> bool:
        """Whether so few voted both times that who moved must not be told."""
        return self.pairs < LEAST_PAIRS

    @property
    def graded(self) -> bool:
        return any(choice.grade for choice in self.choices)

    @property
    def stayed(self) -> int:
        """How many of them chose the same again."""
        return sum(row[n] for n, row in enumerate(self.switches or ()))


# How they are read


def asked(session: Session, rounds: Iterable[Round], turn: Turn | None) -> list[Question]:
    """Each round with the one that it repeats, if no later one did; in the order in which they were asked last.
    Rounds that are no choice are left out."""
    left = {round_.opened.round: round_ for round_ in rounds if round_.opened.form == "choice"}
    found = []
    while left:
        _, last = left.popitem()
        before = left.pop(last.opened.repeats or "", None)
        found.append(question(session, [before, last] if before is not None else [last], turn))
    return found[::-1]


def as_asked(session: Session, round_: Round) -> Turn | None:
    """The turn that a round of a play voted on, graded as it was shown; where it never was, as the scenario in the
    log had it when the round was opened. Its author may have mended it since. None beside a play."""
    shown = how_shown(session, round_)
    for seq in (shown.seq if shown is not None else 0, round_.opened.seq):
        found = plays.read(told(session, sum(note.seq <= seq for note in session.notes)))
        if found is not None and round_.opened.round.startswith(plays.prefix(found.road.visit)):
            notes = shown.notes if shown is not None else {}
            graded = [
                replace(one, grade=notes[one.id].grade, reason=notes[one.id].reason) if one.id in notes else one
                for one in found.turn.responses
            ]
            return replace(found.turn, responses=graded)
    return None


def how_shown(session: Session, round_: Round) -> ev.RoundRevealed | None:
    """How the round's results were shown, by themselves or beside a later round's."""
    others = (other.revealed for other in session.rounds.values() if other.revealed is not None)
    beside = (shown for shown in others if shown.beside == round_.opened.round)
    return round_.revealed or next(beside, None)


def question(session: Session, rounds: Sequence[Round], turn: Turn | None) -> Question:
    """A question from its one round, or from its two in order; graded as it was shown, else as `turn` has it."""
    choices = tuple(_choices(rounds, turn))
    graded = [Response(choice.id, choice.text, choice.grade) for choice in choices]
    rated = Turn("", responses=graded) if any(choice.grade in GRADES for choice in choices) else None
    votes = tuple(_vote(session, round_, choices, rated) for round_ in rounds)
    if len(rounds) < 2:
        return Question(rounds[0].opened.prompt, choices, votes)
    counts = switches(_answers(session, rounds[0]), _answers(session, rounds[1]))
    matrix = tuple(tuple(counts.get((one.id, other.id), 0) for other in choices) for one in choices)
    told = paired(counts, (choice.id for choice in choices if choice.grade in GOOD)) if rated is not None else None
    return Question(rounds[0].opened.prompt, choices, votes, matrix, told)


def _choices(rounds: Iterable[Round], turn: Turn | None) -> Iterator[Choice]:
    """What was asked, graded as it was shown, else as the scenario has it."""
    texts: dict[str, str] = {}
    notes: dict[str, ev.Note] = {}
    if turn is not None:
        notes = {response.id: ev.Note(response.grade, response.reason) for response in turn.responses}
    for round_ in rounds:
        texts |= {option.id: option.text for option in round_.opened.options}
        notes |= round_.revealed.notes if round_.revealed is not None else {}
    for n, (id_, text) in enumerate(texts.items()):
        mark = MARKS[n] if n < len(MARKS) else Mark(str(n + 1), "●", INK)
        note = notes.get(id_, ev.Note())
        yield Choice(id_, mark, text, note.grade, note.reason)


def _answers(session: Session, round_: Round) -> dict[str, str]:
    return {who: str(ballot.answer) for who, ballot in session.ballots(round_.opened.round).items()}


def _vote(session: Session, round_: Round, choices: Iterable[Choice], rated: Turn | None) -> Vote:
    tally, hands = session.tally(round_.opened.round), round_.hands
    ballots = session.ballots(round_.opened.round).values()
    by: dict[str, list[ev.BallotCast]] = {}
    for ballot in ballots:
        by.setdefault(str(ballot.answer), []).append(ballot)
    phones, raised = len(ballots), sum((hands or {}).values())
    cells = tuple(_cell(choice.id, tally if phones else hands or tally, hands, by) for choice in choices)
    good = share(session, rated, round_) if rated is not None and phones + raised else None
    alone = good is not None and not (phones and raised)
    interval = _interval(good.good, good.voted) if good is not None and alone else None
    return Vote(cells, phones, raised if hands is not None else None, good, interval, round_.closed is None)


def _cell(
    id_: str, counts: Mapping[str, int], hands: Mapping[str, int] | None, by: Mapping[str, list[ev.BallotCast]]
) -> Cell:
    mine, count, of = by.get(id_, []), counts.get(id_, 0), sum(counts.values())
    guessing, fairly, sure = (sum(ballot.confidence == n for ballot in mine) for n in (1, 2, 3))
    reasons = sorted((ballot.reason for ballot in mine if ballot.reason and ballot.reason.strip()), key=str.casefold)
    raised = hands.get(id_, 0) if hands is not None else None
    return Cell(count, of, raised, _interval(count, of), (guessing, fairly, sure), tuple(reasons))


def _interval(count: int, of: int) -> Interval | None:
    found = wilson(count, of)
    return None if isinstance(found, TooFew) else found
