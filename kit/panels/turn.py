"""What the play panel says of a turn: the scene, the responses with the author's view, the advice, the switches."""

from __future__ import annotations

from kit.look import MARKS
from kit.panels.parts import Bar, bars, safe, say
from kit.panels.votes import chart, count, said
from kit.play import Play, Share, gain, moved, share
from kit.scenario import Response, Scenario, Turn
from kit.session import Session
from kit.state import Round
from kit.statistics import TooFew

# A split of the switchers that chance alone brings about less often than this is called more than chance.
SIGNIFICANT = 0.05

MOODS = 6  # words on the thermometer


def mood_word(mood: int) -> str:
    """The thermometer's word for a mood of 0–10."""
    return say(f"mood.{min(mood // 2, MOODS - 1)}")


def end_word(turn: Turn) -> str:
    """Which end a turn is."""
    key = turn.end.replace(" ", "_")
    return say(f"end.{key}" if key else "end.none")


def about(scenario: Scenario) -> str:
    """A scenario's facts, and its story for the facilitator."""
    facts = say(
        "play.about", minutes=scenario.minutes, trade=scenario.trade, customer=scenario.customer,
        intensity=scenario.intensity,
    )  # fmt: skip
    return f'<p><b>{safe(scenario.title)}</b> · {safe(facts)}</p><p class="kit-note">{safe(scenario.story)}</p>'


def scene(play: Play) -> str:
    """The customer's line, how it is said, the mood, and the author's note for the facilitator."""
    turn = play.turn
    where = say("play.where", customer=play.scenario.customer, mood=mood_word(play.mood), n=play.mood)
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
    """The responses with the author's grades and reasons, and what has been voted."""
    if not play.turn.responses:
        return ""
    under = {response.id: _view(response) for response in play.turn.responses}
    if play.last is None:
        marks = zip(MARKS, play.turn.responses, strict=False)
        rows = [Bar(mark.letter, mark.shape, each.text, 0, under=under[each.id]) for mark, each in marks]
        return bars(rows)
    shut = play.last.closed is not None
    told = f'<p class="kit-quiet">{safe(say("play.interval"))}</p>' if shut else ""
    parts = [count(session, play.last, now), chart(session, play.last, under, band=shut), told]
    if play.stage != "opposite":
        parts.append(said(session, play.last))
    return "".join(parts)


def _view(response: Response) -> str:
    """The author's view of a response."""
    grade = say(f"grade.{response.grade}") if response.grade else "?"
    leads = say("play.leads", grade=grade, to=response.to)
    return f'<div class="kit-view"><b>{safe(leads)}</b><br>{safe(response.reason)}</div>'


def advice(session: Session, play: Play, round_: Round) -> str:
    """The share of good responses in a closed round and, after a first vote, what it suggests."""
    found = share(session, play.turn, round_)
    told = [shared(found)] if found.voted else []
    if play.stage == "talk":
        suggested = found.advice
        told += [
            say("play.advice_none") if isinstance(suggested, TooFew) else say(f"play.advice_{suggested}"),
            say("play.advice_yours"),
        ]
    if play.stage == "opposite":
        told.append(say("play.talking"))
    return f'<p class="kit-advice">{safe(" ".join(told))}</p>' if told else ""


def shared(found: Share) -> str:
    """The share of good responses as a sentence."""
    key = "play.share_hands" if found.hands else "play.share"
    return say(key, good=found.good, voted=found.voted, share=round(100 * found.good / found.voted))


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
    told = gain(play, matrix)
    sentences = [say("play.switches_said", pairs=told.pairs, gained=told.gained, lost=told.lost)]
    if isinstance(told.p, TooFew):
        sentences.append(say("play.switches_few", need=told.p.need, have=told.p.have))
    else:
        key = "play.switches_more" if told.p < SIGNIFICANT else "play.switches_chance"
        sentences.append(say(key, p=f"{told.p:.2f}" if told.p >= 0.01 else f"{told.p:.4f}"))
    caption = f"<caption>{safe(say('play.switches'))}</caption>"
    table = f'<table class="kit-switches">{caption}<tr><th></th>{head}</tr>{rows}</table>'
    return f"{table}<p>{safe(' '.join(sentences))}</p>"


def _cell(count: int, stayed: bool) -> str:
    kind = ' class="kit-stayed"' if stayed else ""
    return f"<td{kind}>{count or '·'}</td>"
