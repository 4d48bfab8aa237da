"""The tables of a session: what a row is, what its cells say, and that every column is explained."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import msgspec
import pytest

from kit import events as ev
from kit import moves, summary
from kit.tables import SHEETS, Value, tables
from kit.words import words
from tests.unit.making import Log, ask, hands, join, remove, reveal, room, shut, start, vote
from tests.unit.playing import SMALL, Table

Rows = list[dict[str, Value]]

HOLDS: dict[str, tuple[type, ...]] = {
    "text": (str,), "whole": (int,), "share": (float,), "yesno": (bool,), "time": (datetime,),
    "mixed": (str, int, bool, datetime),
}  # fmt: skip


def read(log: Log) -> dict[str, Rows]:
    """All sheets of what a log tells, each row by column."""
    made = tables(log.session, [ev.decode(line) for line in log.lines])
    names = {table.name: [column.name for column in table.columns] for table in made}
    return {table.name: [dict(zip(names[table.name], row, strict=True)) for row in table.rows] for table in made}


def pick(rows: Rows, *columns: str) -> list[Any]:
    """These columns of all rows; of one column its values."""
    if len(columns) == 1:
        return [row[columns[0]] for row in rows]
    return [tuple(row[column] for column in columns) for row in rows]


def facts(log: Log) -> dict[Any, Value]:
    return {row["fact"]: row["value"] for row in read(log)["about"]}


def rich() -> Table:
    """Two plays with hands, a revote, a turn run again, a way back, somebody who was removed, and a question."""
    table = Table()
    table.second = 10
    table.voted(ana="b", ben="b", cy="a", dee="c")
    table.count(a=2, c=1)
    table.again(ana="a", ben="b", cy="a", dee="a")
    table.reveal()
    table.second = 20
    table.take("a", "it was clear")
    table.voted(ana="a", ben="b")
    table.open()
    table.vote(ana="b", ben="b", dee="c")
    table.vote(ben="a")
    table.close()
    table.take("c", "to see it")
    table.back()
    table.take("b")
    table.add(remove("dee"), ask("ask-1", seconds=30), vote("ana", "b", "ask-1"), shut("ask-1"))
    table.do(moves.begin(table.session, SMALL, "small"))
    table.voted(cy="b", ana="c")
    return table


# What a table is


def test_every_column_of_every_other_sheet_is_explained() -> None:
    found = read(rich())
    explained = [(row["sheet"], row["column"]) for row in found["dictionary"]]
    assert explained == [(name, column) for name in SHEETS if name != "dictionary" for column in SHEETS[name]]
    assert len(explained) > 80
    assert all(row["says"] and row["type"] for row in found["dictionary"])


def test_no_word_of_the_tables_is_left_over() -> None:
    said = {f"{name}_{column}" for name, columns in SHEETS.items() for column in columns}
    assert set(words().part("table.")) == said | {f"type_{type_}" for type_ in HOLDS}


@pytest.mark.parametrize("log", [rich(), Log(start()), Log(), room("ana")], ids=["rich", "nobody", "nothing", "one"])
def test_every_cell_holds_what_its_column_says(log: Log) -> None:
    made = tables(log.session, [ev.decode(line) for line in log.lines])
    assert [table.name for table in made] == list(SHEETS)
    for table in made:
        for row in table.rows:
            assert len(row) == len(table.columns)
            for value, column in zip(row, table.columns, strict=True):
                assert value is None or type(value) in HOLDS[column.type], (table.name, column.name, value)


def test_times_are_utc_without_a_zone_in_whole_seconds() -> None:
    log = Log()
    log.second = 1.512
    log.add(start())
    assert facts(log)["opened_at"] == datetime(2026, 11, 23, 12, 0, 1)


def test_the_facts_of_the_session() -> None:
    table = rich()
    table.add(ev.SessionClosed())
    assert facts(table) == {
        "title": "Late again", "workshop": "02-the-late-delivery", "room_code": "ABC234", "language": "en",
        "rehearsal": False, "opened_at": datetime(2026, 11, 23, 12), "last_event_at": datetime(2026, 11, 23, 12, 0, 20),
        "ended": True, "people": 3, "people_removed": 1, "plays": 2, "rounds": 6, "events": len(table.lines),
    }  # fmt: skip


def test_a_session_without_anything_has_its_columns_and_no_rows() -> None:
    found = read(Log(start()))
    assert {name for name, rows in found.items() if rows} == {"about", "dictionary"}


# Turns


def test_each_visit_says_how_it_was_left() -> None:
    turns = read(rich())["turns"]
    assert pick(turns, "play", "visit", "turn", "left_by", "letter", "why", "mood", "mood_after") == [
        (1, 1, "Call", "next", "A", "it was clear", 3, 4),
        (1, 2, "Calm", "tie", "C", "to see it", 4, 9),
        (1, 3, "Calm", "back", None, "", 9, None),
        (1, 4, "Calm", "skip", "B", "", 4, 4),
        (1, 5, "Storm", "begin", None, None, 4, None),
        (2, 6, "Call", None, None, None, 3, None),
    ]
    assert pick(turns, "on_final_road") == [True, False, False, True, True, True]
    assert turns[0]["left_at"] == turns[1]["arrived_at"] == datetime(2026, 11, 23, 12, 0, 20)
    assert (turns[0]["line"], turns[0]["text"], turns[-1]["left_at"]) == ("Call!", "Say a", None)


def test_a_turn_that_is_an_end_says_so() -> None:
    table = Table(people="ana")
    table.take("a")
    table.take("a")
    turns = read(table)["turns"]
    assert pick(turns, "left_by", "end") == [("skip", ""), ("skip", ""), ("end", "resolved")]


def test_phones_and_hands_are_counted_apart_and_together() -> None:
    first = read(rich())["turns"][0]
    # Dee's ballots don't count: she was removed.
    assert {name: value for name, value in first.items() if name.startswith("vote")} == {
        "vote": "play-1-1", "vote_voted": 6, "vote_good": 3, "vote_phones": 3, "vote_phones_good": 1,
        "vote_hands": 3, "vote_hands_good": 2,
    }  # fmt: skip
    assert (first["revote"], first["revote_voted"], first["revote_good"], first["revote_hands"]) == (
        "play-1-2", 3, 2, None,
    )  # fmt: skip
    assert (first["both"], first["gained"], first["lost"], first["p"]) == (3, 1, 0, None)


def test_enough_switchers_can_be_told_from_chance() -> None:
    people = [f"p{n}" for n in range(6)]
    table = Table(people=" ".join(people))
    table.voted(**dict.fromkeys(people, "b"))
    table.again(**dict.fromkeys(people, "a"))
    assert pick(read(table)["turns"], "gained", "p") == [(6, 2 / 2**6)]


def test_only_hands() -> None:
    table = Table(people="")
    table.voted()
    table.count(a=5, b=2)
    found = read(table)
    assert pick(found["turns"], "vote_voted", "vote_good", "vote_phones", "vote_hands", "vote_hands_good") == [
        (7, 5, 0, 7, 5)
    ]
    assert pick(found["options"], "phones", "phones_share", "phones_low", "hands") == [
        (0, None, None, n) for n in (5, 2, 0, 0)
    ]
    assert found["ballots"] == []


def test_a_turn_that_was_run_again_is_decided_by_its_newest_vote() -> None:
    found = read(rich())
    assert pick(found["turns"], "vote", "rounds")[1] == ("play-2-2", 2)
    set_aside = {row["round"]: row["set_aside"] for row in found["rounds"]}
    assert [round_ for round_, aside in set_aside.items() if aside] == ["play-2-1"]


# Rounds, options, ballots


def test_a_round_says_where_it_belongs() -> None:
    rounds = read(rich())["rounds"]
    assert pick(rounds, "round", "kind", "play", "visit", "turn", "repeats")[1:5:3] == [
        ("play-1-2", "play", 1, 1, "Call", "play-1-1"),
        ("ask-1", "ask", None, None, None, None),
    ]
    assert pick(rounds, "phones", "hands", "joined", "revealed")[:2] == [(3, 3, 3, None), (3, None, 3, "everywhere")]


def test_how_a_round_was_closed() -> None:
    log = Log(start(), ask("r1", seconds=5), shut("r1"), ask("r2", seconds=5))
    log.second = 6
    log.add(shut("r2", by="time"), ask("r3"), join("ana"), ev.SessionClosed(), ev.SessionReopened(), ask("r4"))
    found = read(log)["rounds"]
    assert pick(found, "closed_by", "joined") == [("facilitator", 0), ("time", 0), ("session", 1), (None, 1)]
    assert (found[0]["seconds"], found[1]["closed_at"], found[3]["closed_at"]) == (
        5, datetime(2026, 11, 23, 12, 0, 6), None,
    )  # fmt: skip


def test_grades_are_those_of_the_scenario_when_the_votes_were_shown() -> None:
    call = SMALL.turns[0]
    stricter = [replace_grade(response, "harmful") for response in call.responses]
    changed = msgspec.structs.replace(
        SMALL, turns=[msgspec.structs.replace(call, responses=stricter), *SMALL.turns[1:]]
    )
    table = Table(people="ana")
    table.voted(ana="a")
    table.do(moves.take_over(changed, "small"))
    unseen = read(table)
    assert pick(unseen["ballots"], "grade", "good") == [("best", True)]
    assert unseen["turns"][0]["vote_good"] == 1
    table.again(ana="a")
    table.reveal()
    seen = read(table)
    assert pick(seen["ballots"], "round", "grade", "good") == [
        ("play-1-1", "harmful", False),
        ("play-1-2", "harmful", False),
    ]
    assert (seen["turns"][0]["vote_good"], seen["turns"][0]["revote_good"]) == (0, 0)
    table.do(moves.begin(table.session, SMALL, "small"))
    table.voted(ana="a")
    assert pick(read(table)["ballots"], "grade") == ["harmful", "harmful", "best"]


def replace_grade(response: Any, grade: str) -> Any:
    return msgspec.structs.replace(response, grade=grade)


def test_options_have_letters_grades_and_intervals() -> None:
    options = read(rich())["options"][:4]
    assert pick(options, "place", "letter", "id", "grade", "good", "reason", "phones", "hands") == [
        (1, "A", "a", "best", True, "Why a", 1, 2),
        (2, "B", "b", "weak", False, "Why b", 2, 0),
        (3, "C", "c", "harmful", False, "Why c", 0, 1),
        (4, "D", "d", "workable", True, "Why d", 0, 0),
    ]
    shares = pick(options, "phones_share", "phones_low", "phones_high")
    assert shares[1] == pytest.approx((2 / 3, 0.2077, 0.9385), abs=1e-4)
    assert shares[3] == (0, 0, pytest.approx(0.5615, abs=1e-4))


def test_a_ballot_says_how_often_the_person_voted_and_only_valid_ones_are_counted() -> None:
    log = room("ana", "ben")
    log.add(ask(confidence=True, reason=True), vote("ana", "a"), vote("ana", "zzz"), vote("ben", "a"))
    log.second = 9
    log.add(vote("ana", "b", confidence=2, reason="Well"), remove("ben"), shut(), vote("ana", "c"))
    log.add(reveal(notes={"b": ev.Note("weak", "Why")}))
    found = read(log)
    assert found["ballots"] == [{
        "round": "r1", "person": "ana", "answer": "b", "letter": "B", "grade": "weak", "good": False, "confidence": 2,
        "reason": "Well", "at": datetime(2026, 11, 23, 12, 0, 9), "times_cast": 2,
    }]  # fmt: skip
    assert pick(found["people"], "person", "number", "removed", "ballots") == [
        ("ana", 1, False, 1),
        ("ben", 2, True, 0),
    ]


def test_an_answer_of_another_form_stands_as_text() -> None:
    log = room("ana")
    log.add(ask(), vote("ana", "a"))
    ballot = log.session.rounds["r1"].ballots["ana"]
    log.session.rounds["r1"].ballots["ana"] = msgspec.structs.replace(ballot, answer={"ü": [1, True]})
    # The form of a choice can't count it.
    log.session.rounds["r1"] = replace(log.session.rounds["r1"], form=_Anything())
    assert pick(read(log)["ballots"], "answer", "letter", "good") == [('{"ü": [1, true]}', None, None)]


class _Anything:
    def check_opening(self, opened: ev.RoundOpened) -> None: ...

    def check(self, opened: ev.RoundOpened, answer: Any) -> None: ...

    def tally(self, opened: ev.RoundOpened, answers: Any) -> dict[str, int]:
        return {option.id: 0 for option in opened.options}


def test_what_this_version_does_not_know_is_left_out() -> None:
    log = room("ana")
    log.add(
        b'{"kind":"round.opened","round":"x","form":"hologram","prompt":"?"}',
        b'{"kind":"ballot.cast","round":"x","participant":"person-1","answer":1}',
        b'{"kind":"party.begun"}',
        ev.NoteRecorded(topic="road", fields={"visit": "first"}),
        ev.NoteRecorded(topic="scenario", fields={"file": "a", "scenario": 7}),
    )
    found = read(log)
    assert not any(found[name] for name in ("rounds", "options", "ballots", "turns", "road"))
    assert facts(log)["events"] == 7


def test_a_play_of_a_scenario_that_this_version_cannot_read_still_has_its_road() -> None:
    log = room("ana")
    log.add(
        ev.NoteRecorded(topic="scenario", fields={"file": "a", "scenario": 7}),
        ev.NoteRecorded(topic="road", fields={"visit": 1, "steps": [{"turn": "Call", "mood": 3}], "move": "begin"}),
        ask("play-1-1"), vote("ana", "a", "play-1-1"), hands("play-1-1", a=1),
    )  # fmt: skip
    found = read(log)
    assert pick(found["turns"], "turn", "line", "vote", "vote_good") == [("Call", None, None, None)]
    assert pick(found["rounds"], "kind", "set_aside", "phones", "hands") == [("play", None, 1, 1)]
    assert pick(found["ballots"], "answer", "grade", "good") == [("a", "", None)]


# The road


def test_the_final_road_of_each_play_and_what_lay_beside_it() -> None:
    found = read(rich())
    assert pick(found["road"], "play", "step", "turn", "mood", "letter", "text") == [
        (1, 1, "Call", 3, "A", "Say a"),
        (1, 2, "Calm", 4, "B", "Say b"),
        (1, 3, "Storm", 4, "", ""),
        (2, 1, "Call", 3, "", ""),
    ]
    assert pick(found["roads_not_taken"], "play", "step", "turn", "letter", "leads_to", "mood") == [
        (1, 1, "Call", "B", "Call", 2),
        (1, 1, "Call", "C", "Storm", 0),
        (1, 1, "Call", "D", "Calm", 3),
        (1, 2, "Calm", "A", "Done", 9),
        (1, 2, "Calm", "C", "Calm", 9),
    ]


@pytest.mark.parametrize("topic", ["private", "rehearsal"])
def test_notes_that_are_nobodys_business_are_in_no_sheet(topic: str) -> None:
    table = rich()
    table.add(ev.NoteRecorded(topic=topic, fields={"text": "SECRET", "visit": 1}))
    assert "SECRET" not in str(read(table))


@pytest.mark.parametrize("people", [1, 2, 7, 8, 9, 40])
def test_shares_of_a_vote_add_up(people: int) -> None:
    who = [f"p{n}" for n in range(people)]
    log = Log(start(), *map(join, who), ask(), *(vote(each, "abc"[n % 3]) for n, each in enumerate(who)), shut())
    rows = read(log)["options"]
    assert pick(rows, "phones_share") == [phones / people for phones in pick(rows, "phones")]
    assert sum(pick(rows, "phones_share")) == pytest.approx(1)


def test_who_comes_right_after_the_closing_was_not_there() -> None:
    log = Log(start(), join("ana"), ask(), shut(), join("ben"))
    assert pick(read(log)["rounds"], "joined") == [1]


def mended(table: Table) -> None:
    """The author changes a grade while the turn is being played."""
    first = SMALL.turns[0]
    responses = [msgspec.structs.replace(each, grade="harmful") if each.id == "a" else each for each in first.responses]
    scenario = msgspec.structs.replace(
        SMALL, turns=[msgspec.structs.replace(first, responses=responses), *SMALL.turns[1:]]
    )
    table.do(moves.take_over(scenario, "small"))


@pytest.mark.parametrize("shown", [False, True])
@pytest.mark.parametrize("again", [False, True])
def test_tables_and_summary_grade_the_same_vote_alike(shown: bool, again: bool) -> None:
    table = Table()
    table.voted(ana="a", ben="a", cy="b")
    mended(table)
    if again:
        table.again(ana="a", ben="b", cy="b")
    if shown:
        table.reveal()
    table.take("b", "why")
    page = summary.read(table.session, [ev.decode(line) for line in table.lines])
    question = page.conversations[0].stops[0].question
    row = read(table)["turns"][0]
    assert question is not None
    goods = [vote.good.good for vote in question.votes if vote.good is not None]
    assert goods == [good for good in (row["vote_good"], row["revote_good"]) if good is not None]
    if question.told is not None:
        assert (question.told.gained, question.told.lost) == (row["gained"], row["lost"])
