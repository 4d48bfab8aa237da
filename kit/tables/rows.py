"""The rows of each table, by column; `None` is an empty cell."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from kit import events as ev
from kit import play as plays
from kit.history import Visit
from kit.play import Play
from kit.road import Step
from kit.screen import answers
from kit.state import Round
from kit.statistics import TooFew, wilson
from kit.tables.reading import Told, is_good, moment

Row = dict[str, Any]


def about(told: Told) -> Iterator[Row]:
    """One row a fact of the whole session."""
    session, opened = told.session, told.session.opened
    facts = {
        "title": opened.title if opened is not None else None,
        "workshop": opened.workshop if opened is not None else None,
        "room_code": session.code,
        "language": opened.language if opened is not None else None,
        "rehearsal": opened.rehearsal if opened is not None else None,
        "opened_at": moment(opened.at) if opened is not None else None,
        "last_event_at": moment(session.at),
        "ended": session.closed is not None,
        "people": len(session.present),
        "people_removed": len(session.people) - len(session.present),
        "plays": len(told.final_roads),
        "rounds": len(session.rounds),
        "events": session.seq,
    }
    return ({"fact": fact, "value": value} for fact, value in facts.items())


# The play


def turns(told: Told) -> Iterator[Row]:
    """One row for each visit of a turn."""
    for visit, after in told.followed():
        here, found = visit.road.here, visit.play
        yield {
            "play": visit.playing,
            "visit": visit.road.visit,
            "turn": here.turn,
            "line": found.turn.line if found is not None else None,
            "mood": here.mood,
            "on_final_road": visit.seq in told.final,
            "arrived_at": told.at(visit.seq),
            "end": here.end,
            "rounds": sum(visit.has(round_) for round_ in told.session.rounds.values()),
            **_left(told, visit, after),
            **_voted(told, "vote", found, found.first if found is not None else None),
            **_voted(told, "revote", found, found.second if found is not None else None),
            **_moved(told, found),
        }


def _left(told: Told, visit: Visit, after: Visit | None) -> Row:
    """How a turn was left: by which response, or back, or by beginning the play anew."""
    if after is None or after.playing != visit.playing:
        by = "end" if visit.road.here.end else "begin" if after is not None else None
        left = told.at(after.seq) if after is not None else None
        return {"left_at": left, "left_by": by, "why": None, "letter": None, "text": None, "mood_after": None}
    taken = _taken(after)
    return {
        "left_at": told.at(after.seq),
        "left_by": after.road.move,
        "why": after.road.why,
        "letter": taken.letter if taken is not None else None,
        "text": taken.text if taken is not None else None,
        "mood_after": after.road.here.mood if taken is not None else None,
    }


def _taken(after: Visit) -> Step | None:
    """The step that led to this visit; None if the room went back to it."""
    return after.road.steps[-2] if after.road.move != "back" and len(after.road.steps) > 1 else None


def _voted(told: Told, name: str, found: Play | None, round_: Round | None) -> Row:
    """Who voted, phones and hands together and apart; the good responses among them."""
    # Vote and revote are compared, so both are graded as the one that decides.
    turn = told.turns.get(found.last.opened.round) if found is not None and found.last is not None else None
    if round_ is None or turn is None:
        parts = ("", "_voted", "_good", "_phones", "_phones_good", "_hands", "_hands_good")
        return {f"{name}{part}": None for part in parts} | {name: round_.opened.round if round_ is not None else None}
    both = plays.share(told.session, turn, round_)
    phones = plays.share(told.session, turn, replace(round_, hands=None))
    counted = round_.hands is not None
    return {
        name: round_.opened.round,
        f"{name}_voted": both.voted,
        f"{name}_good": both.good,
        f"{name}_phones": phones.voted,
        f"{name}_phones_good": phones.good,
        f"{name}_hands": both.hands if counted else None,
        f"{name}_hands_good": both.good - phones.good if counted else None,
    }


def _moved(told: Told, found: Play | None) -> Row:
    """How people moved between vote and revote."""
    turn = told.turns.get(found.second.opened.round) if found is not None and found.second is not None else None
    if found is None or turn is None:
        return {"both": None, "gained": None, "lost": None, "p": None}
    gain = plays.gain(replace(found, turn=turn), plays.moved(told.session, found))
    p = None if isinstance(gain.p, TooFew) else gain.p
    return {"both": gain.pairs, "gained": gain.gained, "lost": gain.lost, "p": p}


def road(told: Told) -> Iterator[Row]:
    """One row for each step of each play's final road."""
    for play, whole in told.final_roads.items():
        for number, step in enumerate(whole.steps, 1):
            row = {"turn": step.turn, "mood": step.mood, "letter": step.letter, "text": step.text, "end": step.end}
            yield {"play": play, "step": number, **row}


def roads_not_taken(told: Told) -> Iterator[Row]:
    """One row for each response beside those roads."""
    for play, whole in told.final_roads.items():
        for number, step in enumerate(whole.steps, 1):
            for other in step.others:
                row = {"turn": step.turn, "letter": other.letter, "leads_to": other.to, "mood": other.mood}
                yield {"play": play, "step": number, **row}


# Rounds, in plays and beside them


def rounds(told: Told) -> Iterator[Row]:
    """One row a round."""
    for id_, round_ in told.session.rounds.items():
        visit, opened, revealed = told.visit_of(round_), round_.opened, round_.revealed
        yield {
            "round": id_,
            "kind": "play" if visit is not None else "ask",
            "play": visit.playing if visit is not None else None,
            "visit": visit.road.visit if visit is not None else None,
            "turn": visit.road.here.turn if visit is not None else None,
            "form": opened.form,
            "prompt": opened.prompt,
            "repeats": opened.repeats,
            "set_aside": _is_set_aside(visit, round_),
            "opened_at": moment(opened.at),
            "closed_at": told.at(round_.closed),
            "closed_by": _closed_by(told, round_),
            "seconds": round_.seconds,
            "joined": _joined(told, round_),
            "phones": len(told.session.ballots(id_)),
            "hands": sum(round_.hands.values()) if round_.hands is not None else None,
            "revealed": revealed.where if revealed is not None else None,
            "revealed_at": moment(revealed.at) if revealed is not None else None,
        }


def _is_set_aside(visit: Visit | None, round_: Round) -> bool | None:
    """Whether a newer vote on the same turn decides in its place; None where this version can't tell."""
    if visit is None:
        return False
    found = visit.play
    return round_ is not found.first and round_ is not found.second if found is not None else None


def _closed_by(told: Told, round_: Round) -> str | None:
    if round_.closed is None:
        return None
    event = told.events[round_.closed - 1]
    return event.by if isinstance(event, ev.RoundClosed) else "session"


def _joined(told: Told, round_: Round) -> int:
    until = round_.closed if round_.closed is not None else told.session.seq
    return sum(person.seq <= until for person in told.session.present)


def options(told: Told) -> Iterator[Row]:
    """One row for each option of each round."""
    for id_, round_ in told.session.rounds.items():
        notes, counts, voted = told.notes(round_), told.session.tally(id_), len(told.session.ballots(id_))
        for place, option in enumerate(answers(round_), 1):
            note, phones, hands = notes.get(option.id, ev.Note()), counts[option.id], round_.hands
            low, high = _interval(phones, voted)
            yield {
                "round": id_,
                "place": place,
                "letter": option.letter,
                "id": option.id,
                "text": option.text,
                "grade": note.grade,
                "good": is_good(note.grade),
                "reason": note.reason,
                "phones": phones,
                "phones_share": phones / voted if voted else None,
                "phones_low": low,
                "phones_high": high,
                "hands": hands.get(option.id, 0) if hands is not None else None,
            }


def _interval(count: int, of: int) -> tuple[float | None, float | None]:
    found = wilson(count, of)
    return (None, None) if isinstance(found, TooFew) else found


def ballots(told: Told) -> Iterator[Row]:
    """One row for each ballot that counts."""
    for id_, round_ in told.session.rounds.items():
        notes, letters = told.notes(round_), {option.id: option.letter for option in answers(round_)}
        for who, ballot in told.session.ballots(id_).items():
            answer = _text(ballot.answer)
            grade = notes.get(answer, ev.Note()).grade
            yield {
                "round": id_,
                "person": who,
                "answer": answer,
                "letter": letters.get(answer),
                "grade": grade,
                "good": is_good(grade),
                "confidence": ballot.confidence,
                "reason": ballot.reason,
                "at": moment(ballot.at),
                "times_cast": told.times_cast[id_, who],
            }


def _text(answer: Any) -> str:
    """An answer of any form as text: what is no string as JSON."""
    return answer if isinstance(answer, str) else json.dumps(answer, ensure_ascii=False)


# People


def people(told: Told) -> Iterator[Row]:
    """One row a person, removed ones too, in the order of joining."""
    session = told.session
    voted = Counter(who for id_ in session.rounds for who in session.ballots(id_))
    for person in session.people.values():
        yield {
            "person": person.id,
            "number": person.number,
            "joined_at": told.at(person.seq),
            "removed": person.removed is not None,
            "team": person.team,
            "ballots": voted[person.id],
        }
