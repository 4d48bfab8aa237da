"""`summary.html`: the session's summary as one file that asks for nothing else, with charts and plain sentences."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache, partial

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup

from kit import charts, look, sentences
from kit import events as ev
from kit.charts import Bar
from kit.questions import Cell, Choice, Question, Vote
from kit.session import Session
from kit.summary import Conversation, Summary, read
from kit.words import Words, words

# How the words of `kit.sentences` are called in the page.
SAID = ("number", "mood", "end", "grade", "percent", "interval", "share", "moved", "date", "step")


def write(session: Session, events: Sequence[ev.Event]) -> bytes:
    """The page in UTF-8. `session` is the fold of a log under aliases, `events` are all of that log in order."""
    return page(read(session, events)).lstrip().encode()


def page(summary: Summary) -> str:
    """The page of a summary."""
    say = words(summary.language)
    return _template().render(
        summary=summary,
        w=say,
        lang=summary.language if re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", summary.language) else say.language,
        sentences=sentences.sentences(summary),
        look=look,
        style={"sans": Markup(look.SANS), "speech": Markup(look.SPEECH)},
        aside=any(talk.left or any(stop.earlier for stop in talk.stops) for talk in summary.conversations),
        road=partial(_road, say),
        chart=partial(_chart, say),
        chart_good=partial(_chart_good, say),
        inner=sentences.inner,
        grouped=partial(_grouped, say),
        played=_played(summary),
        graded=any(question.graded for question in summary.questions),
        tested=any(question.told is not None for question in summary.questions),
        labels=partial(_labels, say),
        count=partial(_count, say),
        **{name: partial(getattr(sentences, name), say) for name in SAID},
    )


@cache
def _template() -> Template:
    loader = PackageLoader("kit", "export")
    environment = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.get_template("summary.html")


def _labels(say: Words, question: Question) -> list[str]:
    """What the question's votes are called."""
    if len(question.votes) > 1:
        return [say("summary.first_vote"), say("summary.after_talk")]
    return [say("summary.so_far" if question.last.open else "summary.vote")]


def _count(say: Words, vote: Vote, chosen: int, of: int) -> str:
    return say("summary.of_hands" if vote.by_hand else "summary.of", n=chosen, all=of)


def _road(say: Words, name: str, talk: Conversation) -> Markup:
    moods = [say(f"mood.{n}") for n in range(6)]
    last = sentences.end(say, talk.steps[-1].end)
    drawn = charts.road(name, say("summary.road_title"), say("summary.road_desc"), talk.steps, moods, last)
    return Markup(drawn)


def _played(summary: Summary) -> list[str]:
    """What the conversations were called, where the page's title does not say so already."""
    titles = dict.fromkeys(talk.title for talk in summary.conversations)
    return [title for title in titles if title and title.casefold() != summary.title.casefold()]


def _chart(say: Words, name: str, question: Question, choice: Choice, *, scale: bool) -> Markup:
    """The votes for one response."""
    n = question.choices.index(choice)
    cells = zip(_labels(say, question), question.votes, strict=True)
    bars = [_bar(say, label, vote, vote.cells[n]) for label, vote in cells]
    title, told = say("summary.chart", turn=choice.mark.letter), say("summary.chart_desc")
    mark = choice.mark
    return Markup(charts.votes(name, title, told, bars, shape=mark.shape, colour=mark.colour.light, scale=scale))


def _chart_good(say: Words, name: str, question: Question) -> Markup:
    """The votes for all good responses together; nothing where nothing is graded."""
    bars = list(_good_bars(say, question))
    if not bars:
        return Markup("")
    title, told = say("summary.chart", turn=say("summary.good")), say("summary.chart_desc")
    return Markup(charts.votes(name, title, told, bars, shape="●", colour=look.INK.light, scale=True))


def _bar(say: Words, label: str, vote: Vote, cell: Cell) -> Bar:
    if not vote.voted:
        return Bar(label, None, None, say("summary.nobody_voted"))
    count = _count(say, vote, cell.chosen, cell.of)
    number = say("summary.number", count=count, share=sentences.percent(say, cell.chosen, cell.of))
    return Bar(label, cell.chosen / cell.of, cell.interval, number)


def _good_bars(say: Words, question: Question) -> Iterator[Bar]:
    if all(vote.good is None for vote in question.votes):
        return
    for label, vote in zip(_labels(say, question), question.votes, strict=True):
        if vote.good is None:
            yield Bar(label, None, None, say("summary.nobody_voted"))
        else:
            good = vote.good
            count = _count(say, vote, good.good, good.voted)
            number = say("summary.number", count=count, share=say("page.percent", n=good.percent))
            yield Bar(label, good.good / good.voted, vote.interval, number)


def _grouped(say: Words, reasons: Sequence[str]) -> list[str]:
    """Reasons in their order, those that several people gave alike as one with its number."""
    counts = Counter(map(_alike, reasons))
    first = {_alike(reason): reason for reason in reversed(reasons)}
    return [
        first[key] if n == 1 else say("summary.times", reason=first[key], n=n)
        for key, n in ((key, counts[key]) for key in dict.fromkeys(map(_alike, reasons)))
    ]


def _alike(reason: str) -> str:
    return " ".join(reason.casefold().split()).rstrip(".")
