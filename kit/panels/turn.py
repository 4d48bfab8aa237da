"""What the play panel says of a turn: the scene, the responses with the author's view, the advice, the switches."""

from __future__ import annotations

from itertools import pairwise
from math import ceil

from kit import sentences
from kit.look import MARKS, Mark
from kit.panels.parts import safe, say
from kit.panels.votes import chart, count, said
from kit.play import Play, gain, moved, share
from kit.scenario import ENDS, GRADES, Response, Scenario, Turn
from kit.screen import clock, mood_word
from kit.session import Session
from kit.state import Round
from kit.statistics import TooFew


def end_word(turn: Turn) -> str:
    """Which end a turn is."""
    return say(f"end.{turn.end.replace(' ', '_')}") if turn.end in ENDS else turn.end or say("end.none")


def about(scenario: Scenario) -> str:
    """A scenario's facts, and its story for the facilitator."""
    facts = say(
        "play.about", minutes=scenario.minutes, trade=scenario.trade, customer=scenario.customer,
        intensity=scenario.intensity,
    )  # fmt: skip
    story = f'<p class="kit-note"><b>{safe(say("play.for_you"))}</b> {safe(scenario.story)}</p>'
    return f"<p><b>{safe(scenario.title)}</b> · {safe(facts)}</p>{story if scenario.story else ''}"


def scene(play: Play) -> str:
    """The customer's line, how it is said, the mood, and the author's note for the facilitator."""
    turn = play.turn
    where = say("play.where", customer=play.scenario.customer, mood=say(f"mood.{mood_word(play.mood)}"), n=play.mood)
    parts = [
        f'<p><b>{safe(turn.name)}</b> <span class="kit-quiet">· {safe(where)}</span></p>',
        f'<blockquote class="kit-speech" dir="auto">{safe(turn.line)}</blockquote>',
    ]
    if turn.tone or turn.sees:
        told = " · ".join(part for part in (turn.tone, turn.sees) if part)
        parts.append(f'<p class="kit-quiet"><i dir="auto">{safe(told)}</i></p>')
    if turn.note:
        parts.append(f'<p class="kit-note"><b>{safe(say("play.for_you"))}</b> {safe(turn.note)}</p>')
    if not turn.responses:
        parts.append(f'<p class="kit-count">{safe(say("play.over", end=end_word(turn)))}</p>')
    return "".join(parts)


def responses(session: Session, play: Play, now: float) -> str:
    """The responses with the author's grades and reasons, and what has been voted; at an end the road in words.

    While people vote the reasons are left out, so that all bars are in view.
    """
    if not play.turn.responses:
        return _taken(play)
    if play.last is None:
        marks = zip(MARKS, play.turn.responses, strict=False)
        return f'<div class="kit-choices">{"".join(_choice(mark, each) for mark, each in marks)}</div>'
    shut = play.last.closed is not None
    under = {response.id: _view(response, why=shut) for response in play.turn.responses}
    told = f'<p class="kit-quiet">{safe(say("play.interval"))}</p>' if shut else ""
    parts = [count(session, play.last, now), chart(session, play.last, under, band=shut), told]
    if play.stage != "opposite":
        parts.append(said(session, play.last))
    return "".join(parts)


def _choice(mark: Mark, response: Response) -> str:
    """A response before the vote, across the whole panel."""
    letter = f'<div class="kit-letter kit-mark-{mark.letter}">{mark.shape} {mark.letter}</div>'
    return f'{letter}<div dir="auto">{safe(response.text)}{_view(response, why=True)}</div>'


def _taken(play: Play) -> str:
    """The road with the words that were chosen on it."""
    items = []
    for step, after in pairwise(play.road.steps):
        mood = say("play.step_mood", before=step.mood, after=after.mood)
        told = f"<b>{safe(step.turn)}</b> {safe(step.letter)} “{safe(step.text)}”"
        items.append(f'<li dir="auto">{told} <span class="kit-quiet">{safe(mood)}</span></li>')
    return f"<p><b>{safe(say('play.taken'))}</b></p><ol>{''.join(items)}</ol>" if items else ""


def _view(response: Response, *, why: bool) -> str:
    """The author's view of a response: grade and where it leads, and why."""
    grade = say(f"grade.{response.grade}") if response.grade in GRADES else response.grade or "?"
    leads = say("play.leads", grade=grade, to=response.to)
    reason = f"<br>{safe(response.reason)}" if why else ""
    return f'<div class="kit-view"><b>{safe(leads)}</b>{reason}</div>'


def advice(session: Session, play: Play, round_: Round, now: float) -> str:
    """The share of good responses in a closed round, after a first vote what it suggests, and the wall's clock."""
    found = share(session, play.turn, round_)
    told = [sentences.share(say, found)] if found.voted else []
    if play.stage == "talk":
        suggested = found.advice
        told += [
            say("play.advice_none") if isinstance(suggested, TooFew) else say(f"play.advice_{suggested}"),
            say("play.advice_yours"),
        ]
    if play.second is not None and play.first is not None:
        before = share(session, play.turn, play.first)
        told.append(say("play.share_before", good=before.good, voted=before.voted))
    if play.stage == "opposite":
        told.append(say("play.talking"))
    ends = session.timer_ends
    if ends is not None and play.stage in ("opposite", "aloud"):
        told.append(say("play.clock", time=clock(max(0, ceil(ends - now)))))
    return f'<p class="kit-advice">{safe(" ".join(told))}</p>' if told else ""


def switched(session: Session, play: Play) -> str:
    """The switch matrix, and whether the talk may have done it; nothing without a revote in which somebody voted."""
    matrix = moved(session, play)
    if not matrix:
        return ""
    letters = [response.letter for response in play.turn.responses]
    ids = [response.id for response in play.turn.responses]
    head = "".join(f"<th>{letter}</th>" for letter in letters)
    rows = "".join(
        f"<tr><th>{letter}</th>{''.join(_cell(matrix.get((first, last), 0), first == last) for last in ids)}</tr>"
        for letter, first in zip(letters, ids, strict=True)
    )
    caption = f"<caption>{safe(say('play.switches'))}</caption>"
    table = f'<table class="kit-switches">{caption}<tr><th></th>{head}</tr>{rows}</table>'
    return f"{table}<p>{safe(sentences.moved(say, gain(play, matrix)))}</p>"


def _cell(count: int, stayed: bool) -> str:
    kind = ' class="kit-stayed"' if stayed else ""
    return f"<td{kind}>{count or '·'}</td>"
