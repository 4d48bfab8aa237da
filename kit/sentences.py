"""What a summary says in plain sentences, each true for the smallest group too; and how its figures are worded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from kit.play import Share
from kit.questions import Question
from kit.road import Step
from kit.scenario import ENDS, GOOD, GRADES
from kit.screen import mood_word
from kit.statistics import Interval, Paired, TooFew
from kit.summary import Conversation, Stop, Summary
from kit.words import Words, words

MOST = 8
# A split of the switchers that chance alone brings about less often than this is called more than chance.
SIGNIFICANT = 0.05
# With fewer turns each is told for itself.
SEVERAL = 3


class Graded(NamedTuple):
    """A turn on the road whose last vote can be told as good and other responses."""

    turn: str
    question: Question
    good: Share


def sentences(summary: Summary) -> list[str]:
    """What happened, in three to eight sentences, the most important ones first."""
    say = words(summary.language)
    stops = [stop for talk in summary.conversations for stop in talk.stops]
    told = [_people(say, summary), *_conversations(say, summary), *_voted(say, summary, stops)]
    graded = list(_graded(stops))
    told += [*_hands(say, stops), *_talks(say, graded), *_fewest(say, graded), *_others(say, stops)]
    told += _certain(say, graded)
    return told[:MOST]


def number(say: Words, key: str, n: int, **values: object) -> str:
    """A sentence or phrase about `n` of something: none of it, one, or more."""
    which = "none" if n == 0 and f"{key}_none" in say.part("") else "one" if n == 1 else "many"
    return say(f"{key}_{which}", n=n, **values)


def mood(say: Words, value: int) -> str:
    """A mood of 0–10 in words and as a number."""
    return say("summary.mood", mood=say(f"mood.{mood_word(value)}"), n=value)


def end(say: Words, name: str) -> str:
    """Which end of a conversation this is; "" if it is none."""
    return say(f"end.{name.replace(' ', '_')}") if name in ENDS else name


def grade(say: Words, name: str) -> str:
    """The author's grade as a word."""
    return say(f"grade.{name}") if name in GRADES else name


def percent(say: Words, count: int, of: int) -> str:
    return say("page.percent", n=round(100 * count / of))


def interval(say: Words, found: Interval) -> str:
    """Both ends in whole per cent."""
    return say("summary.interval", low=round(100 * found.low), high=round(100 * found.high))


def share(say: Words, good: Share) -> str:
    """How many chose a good response, as a sentence."""
    key = "play.share_hands" if good.hands else "play.share"
    return say(key, good=good.good, voted=good.voted, share=good.percent)


def moved(say: Words, told: Paired) -> str:
    """How people moved between two votes, and whether the talk may have done it."""
    counted = say("play.switches_said", pairs=told.pairs, gained=told.gained, lost=told.lost)
    if isinstance(told.p, TooFew):
        judged = say("play.switches_few", need=told.p.need, have=told.p.have)
    else:
        judged = say(f"play.switches_{'more' if told.p < SIGNIFICANT else 'chance'}", p=probability(told.p))
    return f"{counted} {judged}"


def probability(p: float) -> str:
    """As one writes it: never nought, since nothing is impossible."""
    return f"= {p:.2f}" if p >= 0.01 else f"= {p:.4f}" if p >= 0.0001 else "< 0.0001"


def date(say: Words, at: str) -> str:
    """A moment of the log by this machine's clock."""
    here = datetime.fromisoformat(at).astimezone()
    month = say("summary.months").split()[here.month - 1]
    return say("summary.date", day=here.day, month=month, year=here.year, time=f"{here:%H:%M}")


def step(say: Words, place: int, this: Step) -> str:
    """One step of the road in words; `place` counts from 1."""
    told = say("wall.road_step", n=place, turn=this.turn, mood=say(f"mood.{mood_word(this.mood)}"), value=this.mood)
    return f"{told}, {end(say, this.end)}" if this.end else told


# The sentences


def _people(say: Words, summary: Summary) -> str:
    if not summary.people and summary.removed:
        return number(say, "summary.removed", summary.removed)
    return number(say, "summary.people", summary.people)


def _conversations(say: Words, summary: Summary) -> Iterator[str]:
    talks = summary.conversations
    if not talks and not summary.others:
        yield say("summary.no_conversation")
    elif len(talks) > 2:
        yield number(say, "summary.begun", len(talks))
    for talk in talks[-2:] if len(talks) < 3 else talks[-1:]:
        yield _conversation(say, talk)


def _conversation(say: Words, talk: Conversation) -> str:
    first, last = talk.steps[0], talk.steps[-1]
    name = {"customer": talk.customer or talk.title, "turn": last.turn}
    if len(talk.steps) == 1:
        return say("summary.one_step", mood=mood(say, last.mood), **name)
    moods = {"before": mood(say, first.mood), "after": mood(say, last.mood)}
    if last.end:
        return say("summary.ended", end=end(say, last.end), **moods, **name)
    return say("summary.stands", **moods, **name)


def _voted(say: Words, summary: Summary, stops: Sequence[Stop]) -> Iterator[str]:
    asked = [stop.question for stop in stops if stop.question is not None and stop.question.last.voted]
    # What was gone back on, or is being run again, was voted on all the same.
    left = [stop for talk in summary.conversations for stop in talk.left]
    aside = [question for stop in [*stops, *left] for question in stop.earlier]
    aside += [stop.question for stop in left if stop.question is not None]
    if summary.conversations and not asked and any(vote.voted for question in aside for vote in question.votes):
        yield say("summary.voted_aside")
    elif summary.conversations:
        twice = sum(len(question.votes) > 1 and question.first.voted > 0 for question in asked)
        if len(asked) == 1 and twice:
            yield say("summary.voted_once_again")
        else:
            yield number(say, "summary.voted", len(asked), again=number(say, "summary.twice", twice))
    if summary.others or not summary.conversations:
        key = "summary.others" if summary.conversations else "summary.asked"
        yield number(say, key, len(summary.others))


def _hands(say: Words, stops: Sequence[Stop]) -> Iterator[str]:
    votes = [vote for stop in stops if stop.question is not None for vote in stop.question.votes]
    counted = sum(bool(vote.hands) for vote in votes)
    if counted:
        yield number(say, "summary.by_hand", counted)


def _graded(stops: Sequence[Stop]) -> Iterator[Graded]:
    for stop in stops:
        good = stop.question.last.good if stop.question is not None else None
        if stop.question is not None and good is not None:
            yield Graded(stop.turn.name, stop.question, good)


def _talks(say: Words, graded: Sequence[Graded]) -> Iterator[str]:
    """What the talks between two votes did: each, or how many of them, and the one that moved most."""
    twice = [(turn, before) for turn in graded if (before := turn.question.first.good) is not None]
    twice = [(turn, before) for turn, before in twice if len(turn.question.votes) > 1]
    among = len(twice)
    if len(twice) >= SEVERAL:
        more = sum(_rate(turn.good) > _rate(before) for turn, before in twice)
        yield number(say, "summary.more_good", more, all=len(twice))
        # Where hands were counted beside phones, the two votes are hardly the same people's.
        twice = [max(twice, key=lambda pair: (_unmixed(pair[0]), abs(_rate(pair[0].good) - _rate(pair[1]))))]
    for turn, before in twice:
        now = turn.good
        told = {"turn": turn.turn, "good": now.good, "voted": now.voted, "before": before.good, "of": before.voted}
        key = "summary.talk" if before.voted == now.voted else "summary.talk_of"
        yield say(key, **told) + _verdict(say, turn, among)


def _verdict(say: Words, turn: Graded, among: int) -> str:
    """Whether the talk may have done it. Of several turns the one that moved most is told, so that the probability
    counts as often as there were turns (Bonferroni's correction)."""
    told = turn.question.told
    # Where hands were counted, those whose switches are known are not those whom the sentence counts.
    if told is None or not told.pairs or any(vote.hands for vote in turn.question.votes):
        return say("summary.verdict_unknown")
    if isinstance(told.p, TooFew):
        return say("summary.verdict_few" if told.gained + told.lost else "summary.verdict_none")
    if told.p * among >= SIGNIFICANT:
        return say("summary.verdict_chance")
    return say("summary.verdict_more" if told.gained > told.lost else "summary.verdict_less")


def _fewest(say: Words, graded: Sequence[Graded]) -> Iterator[str]:
    """The turn in which the smallest share chose a good response, if it is one."""
    rates = sorted(_rate(turn.good) for turn in graded)
    if len(rates) > 1 and rates[0] < rates[1]:
        least = min(graded, key=lambda turn: _rate(turn.good))
        yield say("summary.fewest", turn=least.turn, good=least.good.good, voted=least.good.voted)


def _others(say: Words, stops: Sequence[Stop]) -> Iterator[str]:
    other = sum(stop.way is not None and stop.way.move == "other" for stop in stops)
    if other:
        yield number(say, "summary.other_way", other)


def _certain(say: Words, graded: Sequence[Graded]) -> Iterator[str]:
    """How many were sure of a response that is not good: worth coming back to."""
    sure = sum(turn.question.last.sure[2] for turn in graded)
    good = sum(
        cell.sure[2]
        for turn in graded
        for choice, cell in zip(turn.question.choices, turn.question.last.cells, strict=True)
        if choice.grade in GOOD
    )
    if sure > 1:
        yield say("summary.certain", sure=sure, n=sure - good)


def _unmixed(turn: Graded) -> bool:
    return all(vote.interval is not None for vote in turn.question.votes)


def _rate(good: Share) -> float:
    return good.good / good.voted
