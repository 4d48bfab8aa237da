"""The fold under any interleaving: one ballot a person, and every tally equals a recount of the raw log."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from kit import events as ev
from kit.screen import WALL, Viewer, screen
from kit.session import Session
from tests.unit.making import CODE, Log, ask, extend, hands, join, now, remove, rename, reveal, room, shut, vote

PEOPLE, ROUNDS = ["ana", "ben", "cy", "dee"], ["r1", "r2", "r3"]

people, rounds = st.sampled_from(PEOPLE), st.sampled_from(ROUNDS)
answers: st.SearchStrategy[Any] = st.sampled_from(["a", "b", "c", "a", "b", "c", "z", "", 1, None, ["a"]])
ballots = st.builds(vote, st.sampled_from([*PEOPLE, "nobody"]), answers, st.sampled_from([*ROUNDS, "r9"]))
openings = st.builds(
    ask,
    rounds,
    st.sampled_from(["abc", "abc", "ab", "a", "aa"]),
    seconds=st.sampled_from([None, None, 5, 20]),
    repeats=st.sampled_from([None, None, None, "r1", "r9"]),
)
closings = st.builds(shut, rounds, st.sampled_from(["facilitator", "time"]))
by_facilitator = st.one_of(
    openings,
    closings,
    st.builds(extend, st.integers(1, 20), rounds),
    st.builds(reveal, rounds, where=st.sampled_from(["wall", "everywhere"])),
    st.builds(hands, rounds, a=st.integers(0, 9)),
    st.builds(remove, people),
    st.builds(rename, people, st.sampled_from(["Ana", "ana", ""])),
    st.builds(ev.SettingsChanged, settings=st.fixed_dictionaries({"live": st.booleans()})),
    st.sampled_from([ev.SceneShown(line="Well?"), ev.MessageShown(title="Break"), ev.MessageShown()]),
)
moves = st.one_of(
    ballots,
    ballots,
    openings,
    closings,
    by_facilitator,
    st.builds(join, people, st.sampled_from(["Ana", "ana", ""])),
    st.sampled_from([ev.SessionReopened(), ev.SessionReopened(), ev.SessionClosed()]),
    st.sampled_from(
        [
            b'{"kind":"phone.shaken","round":"r1"}',
            b'{"kind":"ballot.cast","round":"r1","participant":"ana","answer":"a","confidence":9}',
            b'{"kind":"ballot.cast","round":"r1","participant":"ana","answer":"b","mystery":true}',
        ]
    ),
)
# Each move with the seconds that pass before it. Long ones find more, short ones are easier to read when they fail.
timed = st.tuples(st.integers(0, 9), moves)
histories = st.lists(timed, max_size=12) | st.lists(timed, min_size=30, max_size=60)


def written(history: list[tuple[int, ev.Event | bytes]]) -> Iterator[tuple[Log, ev.Event]]:
    """The log before each event of a history, and the event; the caller folds it."""
    log = room("ana", "ben")
    for seconds, move in history:
        log.second += seconds
        yield log, log.read(move)


def folded(history: list[tuple[int, ev.Event | bytes]]) -> Log:
    log = room("ana", "ben")
    for seconds, move in history:
        log.second += seconds
        log.add(move)
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


@given(histories)
def test_every_tally_equals_a_recount_of_the_raw_log(history: list[tuple[int, ev.Event | bytes]]) -> None:
    log = folded(history)
    here, tallies = recount(log.lines)
    assert {person.id for person in log.session.present} == here
    assert {name: log.session.tally(name) for name in log.session.rounds} == tallies


@given(histories)
def test_one_ballot_counts_per_person_and_never_more_have_voted_than_are_here(
    history: list[tuple[int, ev.Event | bytes]],
) -> None:
    session = folded(history).session
    here = {person.id for person in session.present}
    for name in session.rounds:
        ballots = session.ballots(name)
        assert ballots.keys() <= here
        assert sum(session.tally(name).values()) == len(ballots)
        assert all(ballot.participant == who and ballot.round == name for who, ballot in ballots.items())
    names = [person.name.casefold() for person in session.present]
    assert len(set(names)) == len(names)


@given(histories)
def test_an_event_takes_effect_exactly_if_there_was_no_objection(
    history: list[tuple[int, ev.Event | bytes]],
) -> None:
    for log, event in written(history):
        before, objection = told(log.session), log.session.objection_to([event])
        assert told(log.session) == before
        assert log.session.apply(event) == (objection is None)
        assert objection is None or told(log.session) == before
        assert log.session.seq == event.seq == len(log.lines)


@given(histories, st.lists(moves, min_size=2, max_size=6))
def test_a_list_is_allowed_exactly_if_each_of_its_events_would_take_effect_in_turn(
    history: list[tuple[int, ev.Event | bytes]], more: list[ev.Event | bytes]
) -> None:
    log = folded(history)
    events = [log.read(move) for move in more]
    trial = log.session.copy()
    taken = [trial.apply(event) for event in events]
    assert (log.session.objection_to(events) is None) == all(taken)


@given(histories)
def test_a_replay_of_the_same_lines_gives_the_same_session(history: list[tuple[int, ev.Event | bytes]]) -> None:
    log = folded(history)
    assert vars(Session.replay(CODE, log.lines)) == vars(log.session)


@given(histories, st.integers(0, 50))
def test_a_fold_resumed_from_a_copy_ends_where_the_other_does_and_leaves_its_original(
    history: list[tuple[int, ev.Event | bytes]], place: int
) -> None:
    lines = folded(history).lines
    original = Session.replay(CODE, lines[:place])
    resumed = original.copy()
    for line in lines[place:]:
        resumed.apply(ev.decode(line))
    assert vars(resumed) == vars(Session.replay(CODE, lines))
    assert vars(original) == vars(Session.replay(CODE, lines[:place]))


@given(histories)
def test_no_screen_ever_shows_results_too_early(history: list[tuple[int, ev.Event | bytes]]) -> None:
    for log, event in written(history):
        log.session.apply(event)
        for viewer in [WALL, *(Viewer("phone", who) for who in PEOPLE)]:
            look = screen(log.session, viewer, now(log.second))
            assert hash(look) == hash(screen(log.session.copy(), viewer, now(log.second)))
            if look.results is None:
                continue
            assert look.question is not None
            shown = log.session.rounds[look.question.round]
            live = viewer == WALL and log.session.settings.get("live")
            where = shown.revealed.where if shown.revealed is not None else None
            assert live or where == "everywhere" or (viewer == WALL and where == "wall")
            assert live or shown.closed is not None


@given(histories)
def test_every_screen_asks_the_round_that_is_open(history: list[tuple[int, ev.Event | bytes]]) -> None:
    for log, event in written(history):
        log.session.apply(event)
        for who in PEOPLE:
            look = screen(log.session, Viewer("phone", who), now(log.second))
            assert (look.view == "question") == (log.session.open is not None and look.view != "removed")
            if log.session.open is not None and look.question is not None:
                assert look.question.round == log.session.open.opened.round
