"""What a summary says in plain sentences, each true for the smallest group too; and how its figures are worded."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from textwrap import shorten
from typing import NamedTuple

from kit import statistics
from kit.play import Share
from kit.questions import Question, Vote
from kit.road import Step
from kit.scenario import ENDS, GOOD, GRADES
from kit.screen import mood_word
from kit.statistics import Interval, Paired, TooFew
from kit.summary import Conversation, Stop, Summary
from kit.words import Words, words

MOST = 8
# Questions beside a conversation, or without one, whose results are told; of more only how many there were.
RESULTS = 3
QUOTED = 90  # letters of a prompt or an answer in a sentence
# A split of the switchers that chance alone brings about less often than this is called more than chance.
SIGNIFICANT = 0.05
# With fewer turns each is told for itself.
SEVERAL = 3
# Of fewer who said that they were sure, how many were wrong tells of single people.
LEAST_SURE = 6


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
    told += [*_talks(say, graded), *_others(say, stops), *_certain(say, graded)]
    # Two conversations may have gone alike.
    return list(dict.fromkeys(told))[:MOST]


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
    return say("page.percent", n=statistics.percent(count, of))


def interval(say: Words, found: Interval) -> str:
    """Both ends in whole per cent, halves up like the shares beside them."""
    return say("summary.interval", low=int(100 * found.low + 0.5), high=int(100 * found.high + 0.5))


def inner(text: str) -> str:
    """A text as it stands within quotation marks: without those that it had around it, or with lighter ones."""
    text = " ".join(text.split())
    whole = re.fullmatch('“([^“”]*)”|"([^"]*)"', text)
    return (whole[1] or whole[2] or "") if whole is not None else text.replace("“", "‘").replace("”", "’")


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
    """Who joined is not who voted: hands may have been counted, and phones have kept silent."""
    gone = not summary.people and summary.removed > 0
    told = number(say, "summary.removed", summary.removed) if gone else number(say, "summary.people", summary.people)
    votes = [vote for question in summary.questions for vote in question.votes]
    phones = any(vote.phones for vote in votes)
    if votes and summary.people and not phones:
        told += " " + say("summary.no_phone")
    hands = [vote.hands for vote in votes if vote.hands]
    if hands:
        too = say("summary.too") if phones else ""
        told += " " + number(say, "summary.by_hand", len(hands), most=max(hands), too=too)
    return told


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
    name = {"customer": talk.customer or talk.title, "turn": inner(last.turn)}
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
            each = twice > 1 and twice == len(asked)
            again = say("summary.twice_all") if each else number(say, "summary.twice", twice)
            yield number(say, "summary.voted", len(asked), again=again)
    if summary.conversations and summary.others:
        yield number(say, "summary.others", len(summary.others))
    elif not summary.conversations:
        yield from _results(say, summary.others)


def _results(say: Words, questions: Sequence[Question]) -> Iterator[str]:
    """What came out of questions that belong to no conversation."""
    if not questions:
        yield say("summary.asked_nothing")
    for question in questions[:RESULTS]:
        prompt = inner(shorten(question.prompt, QUOTED, placeholder=" …"))
        votes = [vote for vote in question.votes if vote.voted]
        yield _result(say, question, prompt, votes) if votes else say("summary.result_nobody", prompt=prompt)
    if questions[RESULTS:]:
        yield number(say, "summary.others", len(questions) - RESULTS)


def _result(say: Words, question: Question, prompt: str, votes: Sequence[Vote]) -> str:
    first, last = (_ahead(vote) for vote in (votes[0], votes[-1]))
    letters = [_letters(say, question, places) for places in (first, last)]
    counts = [_chose(say, vote, places) for vote, places in ((votes[0], first), (votes[-1], last))]
    text = inner(shorten(question.choices[last[0]].text, QUOTED, placeholder=" …"))
    key = "summary.result" if len(last) == 1 else "summary.result_tie"
    told = say(key, prompt=prompt, letter=letters[1], text=text, count=counts[1])
    if len(votes) < 2:
        return told
    return told + " " + say("summary.result_before", letter=letters[0], count=counts[0])


def _ahead(vote: Vote) -> list[int]:
    """The places of the answers that were chosen most."""
    most = max(cell.chosen for cell in vote.cells)
    return [n for n, cell in enumerate(vote.cells) if cell.chosen == most]


def _letters(say: Words, question: Question, places: Sequence[int]) -> str:
    *before, last = [question.choices[n].mark.letter for n in places]
    return say("summary.and", several=", ".join(before), last=last) if before else last


def _chose(say: Words, vote: Vote, places: Sequence[int]) -> str:
    cell = vote.cells[places[0]]
    count = say("summary.of_hands" if vote.by_hand else "summary.of", n=cell.chosen, all=cell.of)
    return count if len(places) == 1 else say("summary.each", count=count)


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
        each = say("summary.more_good_each", all=among) if more == among else ""
        yield each or number(say, "summary.more_good", more, all=among)
        # Where hands were counted beside phones, the two votes are hardly the same people's.
        twice = [max(twice, key=lambda pair: (_unmixed(pair[0]), abs(_rate(pair[0].good) - _rate(pair[1]))))]
    for turn, before in twice:
        now = turn.good
        told = {
            "turn": inner(turn.turn),
            "good": now.good,
            "voted": now.voted,
            "before": before.good,
            "of": before.voted,
        }
        key = "summary.talk" if before.voted == now.voted else "summary.talk_of"
        yield say(key, **told) + _verdict(say, turn, among)


def _verdict(say: Words, turn: Graded, among: int) -> str:
    """Whether the talk may have done it. Of several turns the one that moved most is told, so that the probability
    counts as often as there were turns (Bonferroni's correction)."""
    told = turn.question.told
    # Where hands were counted, those whose switches are known are not those whom the sentence counts.
    if told is None or not told.pairs or any(vote.hands for vote in turn.question.votes):
        return say("summary.verdict_unknown")
    if turn.question.singles_out:
        return say("summary.verdict_few")
    if isinstance(told.p, TooFew):
        return say("summary.verdict_few" if told.gained + told.lost else "summary.verdict_none")
    if told.p * among >= SIGNIFICANT:
        return say("summary.verdict_chance")
    return say("summary.verdict_more" if told.gained > told.lost else "summary.verdict_less")


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
    if sure >= LEAST_SURE:
        yield number(say, "summary.certain", sure - good, sure=sure)


def _unmixed(turn: Graded) -> bool:
    return all(vote.interval is not None for vote in turn.question.votes)


def _rate(good: Share) -> float:
    return good.good / good.voted
