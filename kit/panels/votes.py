"""A round as the facilitator alone sees it: question, count, bars, how sure people are, reasons."""

from __future__ import annotations

from collections.abc import Mapping

from kit.panels.parts import Bar, bars, safe, say
from kit.screen import answers, clock, remaining
from kit.session import Session
from kit.state import Round
from kit.statistics import TooFew, wilson


def count(session: Session, round_: Round, now: float) -> str:
    """How many have voted, and what the round waits for."""
    voted = say("ask.voted", voted=len(session.ballots(round_.opened.round)), joined=len(session.present))
    waits = f'<span class="kit-quiet">{safe(_state(session, round_, now))}</span>'
    return f'<p><span class="kit-count">{safe(voted)}</span> {waits}</p>'


def chart(session: Session, round_: Round, under: Mapping[str, str] | None = None, *, band: bool = False) -> str:
    """The bars, with those of the vote before it under a revote's. `under` is safe HTML to stand below an option's
    words; `band` draws the 95 % interval of each share."""
    id_, repeats = round_.opened.round, round_.opened.repeats
    tally = session.tally(id_)
    before = session.tally(repeats) if repeats is not None else {}
    total, hands = sum(tally.values()), round_.hands or {}
    rows = []
    for answer in answers(round_):
        part = (tally[answer.id], total) if total else (hands.get(answer.id, 0), sum(hands.values()))
        interval = wilson(*part) if band else None
        rows.append(
            Bar(
                answer.letter, answer.shape, answer.text, tally[answer.id], before.get(answer.id),
                hands=hands.get(answer.id, 0) if round_.hands is not None else None,
                under=(under or {}).get(answer.id, ""),
                interval=None if isinstance(interval, TooFew) else interval,
            )
        )  # fmt: skip
    return bars(rows)


def said(session: Session, round_: Round) -> str:
    """How sure people are, and the reasons that they gave; nothing where nobody said so."""
    ballots = session.ballots(round_.opened.round).values()
    parts = []
    sure = [ballot.confidence for ballot in ballots if ballot.confidence is not None]
    if sure:
        told = say("ask.sure", sure=sure.count(3), fairly=sure.count(2), guessing=sure.count(1))
        parts.append(f"<p>{safe(told)}</p>")
    letters = {answer.id: answer.letter for answer in answers(round_)}
    reasons = [(letters[ballot.answer], ballot.reason) for ballot in ballots if ballot.reason]
    if reasons:
        items = "".join(f'<li dir="auto">{letter}: {safe(reason)}</li>' for letter, reason in reasons)
        parts.append(f"<p><b>{safe(say('ask.reasons'))}</b></p><ul>{items}</ul>")
    return "".join(parts)


def picture(session: Session, round_: Round, now: float) -> str:
    """All of it, under the question."""
    prompt = f'<p class="kit-question" dir="auto">{safe(round_.opened.prompt)}</p>'
    return "".join((prompt, count(session, round_, now), chart(session, round_), said(session, round_)))


def _state(session: Session, round_: Round, now: float) -> str:
    """What the round waits for, in words."""
    if round_.revealed is not None:
        return say(f"ask.revealed_{round_.revealed.where}")
    if round_.closed is not None:
        return say("ask.closed")
    left = remaining(round_, now)
    if left is None:
        return say("ask.on_wall_too" if session.settings.get("live") else "ask.yours_only")
    if left == 0:
        return say("ask.time_up")
    return say("ask.left", time=clock(left))
