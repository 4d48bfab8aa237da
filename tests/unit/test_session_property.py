"""The fold under any interleaving: one ballot a person, and every tally equals a recount of the raw log."""

from __future__ import annotations

import json
from datetime import datetime
from functools import cache
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from kit import events as ev
from kit.screen import WALL, Viewer, screen
from kit.session import Session
from tests.unit.making import CODE, Log, ask, extend, hands, join, now, remove, rename, reveal, room, shut, vote

PEOPLE, ROUNDS = ["ana", "ben", "cy", "dee"], ["r1", "r2", "r3", "r4", "r5"]
LINES = [
    b'{"kind":"phone.shaken","round":"r1"}',
    b'{"kind":"ballot.cast","round":"r1","participant":"ana","answer":"a","confidence":9}',
    b'{"kind":"ballot.cast","round":"r1","participant":"ana","answer":"b","mystery":true}',
]
people, names = st.sampled_from(PEOPLE), st.sampled_from(["Ana", "ana", ""])
answers: st.SearchStrategy[Any] = st.sampled_from([*"abcabcabc", "z", "", 1, None, ["a"]])


@cache
def moves(newest: str) -> dict[str, st.SearchStrategy[Any]]:
    """What may come next by kind, most of it about the newest round, and all of it sometimes wrong."""
    rounds = st.sampled_from([newest] * 8 + ROUNDS)
    options, seconds = st.sampled_from(["abc"] * 6 + ["ab", "a", "aa"]), st.sampled_from([None, None, 5, 20])
    repeats, by = st.sampled_from([None] * 6 + ["r1", "r9"]), st.sampled_from(["facilitator", "facilitator", "time"])
    stage = [ev.SceneShown(line="Well?"), ev.MessageShown(title="Break"), ev.MessageShown()]
    live = st.fixed_dictionaries({"live": st.booleans()})
    return {
        "vote": st.builds(vote, st.sampled_from([*PEOPLE, "ana", "ben", "nobody"]), answers, rounds),
        "ask": st.builds(ask, st.sampled_from(ROUNDS), options, seconds=seconds, repeats=repeats),
        "shut": st.builds(shut, rounds, by),
        "extend": st.builds(extend, st.integers(1, 20), rounds),
        "reveal": st.builds(reveal, st.sampled_from([newest, *ROUNDS]), where=st.sampled_from(["wall", "everywhere"])),
        "hands": st.builds(hands, rounds, a=st.integers(0, 9)),
        "join": st.builds(join, people, names),
        "rename": st.builds(rename, people, names),
        "remove": st.builds(remove, people),
        "stage": st.sampled_from(stage) | st.builds(ev.SettingsChanged, settings=live),
        "line": st.sampled_from(LINES),
        "end": st.just(ev.SessionClosed()),
        "reopen": st.just(ev.SessionReopened()),
    }


MANY, FEW = ["ask", "shut", "reveal", "join"], ["extend", "hands", "rename", "remove", "stage", "line", "end", "end"]
KINDS = st.sampled_from(["vote"] * 16 + MANY * 4 + ["reopen"] * 3 + FEW)


@st.composite
def logs(draw: st.DrawFn) -> Log:
    """A log of such moves, and its session. Long ones find more, short ones are easier to read."""
    log = room("ana", "ben")
    for kind in ["ask", *draw(st.lists(KINDS, max_size=12) | st.lists(KINDS, min_size=20, max_size=40))]:
        log.second += draw(st.integers(0, 9))
        newest = next(reversed(log.session.rounds), "r1")
        log.add(draw(moves(newest)[kind]))
    return log


def told(session: Session) -> dict[str, Any]:
    """All that a session has become, apart from where its log ends."""
    return {name: value for name, value in vars(session.copy()).items() if name not in ("seq", "at")}


def moment(entry: dict[str, Any]) -> float:
    return datetime.fromisoformat(entry["at"]).timestamp()


def recount(lines: list[bytes]) -> tuple[set[str], dict[str, dict[str, int]]]:
    """Who is here and every round's tally, told from the raw lines alone."""
    joined: set[str] = set()
    removed: set[str] = set()
    asked: dict[str, list[str]] = {}
    cast: dict[str, dict[str, str]] = {}
    current, until, ended = "", None, False
    for entry in map(json.loads, lines):
        kind, name = entry["kind"], entry.get("round")
        if ended:
            ended = kind != "session.reopened"
        elif kind == "session.closed":
            ended, current = True, ""
        elif kind == "participant.joined":
            joined.add(entry["participant"])
        elif kind == "participant.removed":
            removed |= {entry["participant"]} & joined
        elif kind == "round.opened":
            ids = [option["id"] for option in entry["options"]]
            known = entry.get("repeats", name) in {*asked, name} and entry.get("repeats") != name
            if not current and name not in asked and known and len(ids) == len(set(ids)) >= 2:
                current, asked[name], cast[name] = name, ids, {}
                until = moment(entry) + entry["seconds"] if "seconds" in entry else None
        elif name != current:
            continue
        elif kind == "round.extended" and until is not None:
            until += entry["seconds"]
        elif kind == "round.closed":
            by_clock = entry.get("by") == "time"
            if not by_clock or (until is not None and moment(entry) >= until):
                current = ""
        elif kind == "ballot.cast":
            here = entry["participant"] in joined - removed
            if here and entry["answer"] in asked[current] and entry.get("confidence", 1) <= 3:
                cast[current][entry["participant"]] = entry["answer"]
    tallies = {
        name: {letter: sum(cast[name][who] == letter for who in cast[name].keys() - removed) for letter in letters}
        for name, letters in asked.items()
    }
    return joined - removed, tallies


@given(logs())
def test_every_tally_equals_a_recount_of_the_raw_log(log: Log) -> None:
    here, tallies = recount(log.lines)
    assert {person.id for person in log.session.present} == here
    assert {name: log.session.tally(name) for name in log.session.rounds} == tallies


@given(logs())
def test_one_ballot_counts_per_person_and_never_more_have_voted_than_are_here(log: Log) -> None:
    session = log.session
    here = {person.id for person in session.present}
    for name in session.rounds:
        ballots = session.ballots(name)
        assert ballots.keys() <= here
        assert sum(session.tally(name).values()) == len(ballots)
        assert all(ballot.participant == who and ballot.round == name for who, ballot in ballots.items())
    shown = [person.name.casefold() for person in session.present]
    assert len(set(shown)) == len(shown)


@given(logs())
def test_an_event_takes_effect_exactly_if_there_was_no_objection(log: Log) -> None:
    session = Session(CODE)
    for seq, event in enumerate(map(ev.decode, log.lines), 1):
        before, objection = told(session), session.objection_to([event])
        assert told(session) == before
        assert session.apply(event) == (objection is None)
        assert objection is None or told(session) == before
        assert session.seq == event.seq == seq


@given(logs(), st.integers(0, 50), st.integers(2, 6))
def test_a_list_is_allowed_exactly_if_each_of_its_events_would_take_effect_in_turn(
    log: Log, place: int, size: int
) -> None:
    session = Session.replay(CODE, log.lines[:place])
    events = [ev.decode(line) for line in log.lines[place : place + size]]
    trial = session.copy()
    taken = [trial.apply(event) for event in events]
    assert (session.objection_to(events) is None) == all(taken)


@given(logs())
def test_a_replay_of_the_same_lines_gives_the_same_session(log: Log) -> None:
    assert vars(Session.replay(CODE, log.lines)) == vars(log.session)


@given(logs(), st.integers(0, 50))
def test_a_fold_resumed_from_a_copy_ends_where_the_other_does_and_leaves_its_original(log: Log, place: int) -> None:
    original = Session.replay(CODE, log.lines[:place])
    resumed = original.copy()
    for line in log.lines[place:]:
        resumed.apply(ev.decode(line))
    assert vars(resumed) == vars(log.session)
    assert vars(original) == vars(Session.replay(CODE, log.lines[:place]))


@given(logs())
def test_no_screen_ever_shows_results_too_early(log: Log) -> None:
    session = Session(CODE)
    for line in log.lines:
        session.apply(ev.decode(line))
        for viewer in [WALL, *(Viewer("phone", who) for who in PEOPLE)]:
            look = screen(session, viewer, now(log.second))
            assert hash(look) == hash(screen(session.copy(), viewer, now(log.second)))
            if look.results is None:
                continue
            assert session.stage is not None
            shown = session.stage
            live = viewer == WALL and session.settings.get("live")
            where = shown.revealed.where if shown.revealed is not None else None
            assert live or where == "everywhere" or (viewer == WALL and where == "wall")
            assert live or shown.closed is not None


@given(logs())
def test_while_a_round_is_open_every_phone_shows_its_question(log: Log) -> None:
    session = Session(CODE)
    for line in log.lines:
        session.apply(ev.decode(line))
        for person in session.present:
            look = screen(session, Viewer("phone", person.id), now(log.second))
            assert (look.view == "question") == (session.open is not None)
            if session.open is not None:
                assert look.question is not None
                assert look.question.round == session.open.opened.round
