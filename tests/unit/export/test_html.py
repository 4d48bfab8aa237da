"""`summary.html`: one file that needs nothing else, the same every time, with every text as it was typed."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kit import events as ev
from kit import moves
from kit.export import html
from kit.scenario import Response, Scenario, Turn
from kit.summary import read as summed
from kit.words import words
from tests.unit.export.pages import afternoon, body, parse, text, written
from tests.unit.making import Log, ask, join, room, shut, start, vote
from tests.unit.playing import Table, real

NASTY = (
    "<script>alert(1)</script>", "$x^2$ costs $5", "\"quotes\" & 'more'", "שלום עולם", "😀😀", "{{ 7 * 7 }}",
    "w" * 4000, "a\nb\tc",
)  # fmt: skip


def test_a_page_asks_for_nothing() -> None:
    page = written(afternoon(1))
    root = parse(page)
    assert not list(root.iter("script")) + list(root.iter("link")) + list(root.iter("img"))
    assert not re.search(r"https?:|url\(|@import|javascript:", page)
    policy = root.find(".//meta[@http-equiv='Content-Security-Policy']")
    assert policy is not None
    assert policy.get("content") == "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


@pytest.mark.parametrize("seed", range(12))
def test_a_page_can_be_read_by_everybody(seed: int) -> None:
    root = parse(written(afternoon(seed)))
    assert root.get("lang") == "en"
    assert len(list(root.iter("h1"))) == len(list(root.iter("main"))) == 1
    levels = [int(each.tag[1]) for each in root.iter() if re.fullmatch(r"h[1-6]", each.tag)]
    assert all(after <= before + 1 for before, after in pairwise(levels))
    ids = [each.get("id") for each in root.iter() if each.get("id")]
    assert len(ids) == len(set(ids))
    named = [name for each in root.iter() for name in each.get("aria-labelledby", "").split()]
    assert set(named) <= set(ids)
    for table in root.iter("table"):
        assert text(table.find("caption"))
        assert all(head.get("scope") for head in table.iter("th"))


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("people", [0, 1, 2, 9])
def test_no_wrong_word(seed: int, people: int) -> None:
    said = body(parse(written(afternoon(seed, people))))
    assert not re.search(r"\b1 (people|turns|votes|questions)\b|\b0 of 0\b|\bNone\b|\bnan\b|[{}]|“”", said)
    assert not re.search(r"\bp [=<]", re.sub(r"exact McNemar test, p [=<]", "", said)), "a bare p"


@pytest.mark.parametrize("typed", NASTY)
def test_what_people_and_authors_typed_is_shown_as_typed(typed: str) -> None:
    one = Response("a", typed[:400], "best", typed, 1, {}, typed[:60])
    scenario = Scenario(typed[:150], [Turn(typed[:60], typed, typed, typed, responses=[one, Response("b", "No")])])
    log = Table(scenario, "person-1")
    log.open(reason=True)
    log.add(vote("person-1", "a", "play-1-1", reason=typed[:200]))
    log.close()
    log.take("a", typed[:200])
    root = parse(written(log))
    assert not list(root.iter("script"))
    said = body(root)
    short = " ".join(typed[:200].split())
    assert said.count(short) >= 5
    assert "49" not in said


def test_text_of_people_and_authors_finds_its_own_direction() -> None:
    log = room("person-1")
    log.add(ask(reason=True), vote("person-1", "a", reason="שלום"), shut())
    root = parse(written(log))
    (reason,) = [each for each in root.iter("li") if each.text == "שלום"]
    assert reason.get("dir") == "auto"


def test_what_is_private_and_who_said_it_is_not_there() -> None:
    log = Log(start(), join("person-1", "Person 1"), join("person-2", "Person 2"))
    log.add(ev.NoteRecorded(topic="private", fields={"turn": "Call", "text": "Watch the one at the back."}))
    log.add(ask(reason=True), vote("person-2", "a", reason="Because."), shut())
    page = written(log)
    assert "Because." in page
    assert "at the back" not in page
    assert "person-" not in page
    assert "Person 2" not in body(parse(page)).replace("calls people Person 1, Person 2 and so on", "")


def test_a_rehearsal_says_that_nothing_counts() -> None:
    assert "Rehearsal: nothing here counts" in body(parse(written(Log(start(rehearsal=True)))))
    assert "Rehearsal" not in written(room()).replace("Rehearsals", "")
    title = parse(written(Log(start(rehearsal=True)))).find("head/title")
    assert text(title).startswith("Rehearsal · ")


def test_few_who_voted_twice_are_not_singled_out() -> None:
    for people in (5, 6):
        table = Table(people=" ".join(f"p{n}" for n in range(people)))
        table.voted(**{f"p{n}": "b" for n in range(people)})
        table.again(**{f"p{n}": "a" for n in range(people)})
        said = body(parse(written(table)))
        assert ("How people moved" in said) == ("moved to a good response, 0 away" in said) == (people == 6)
        assert ("Fewer than six voted by phone both times" in said) == (people == 5)


def test_where_nothing_is_graded_nothing_is_said_of_grades() -> None:
    log = room("person-1")
    log.add(ask(), vote("person-1", "a"), shut())
    said = body(parse(written(log)))
    assert "How to read this" in said
    assert not re.search("McNemar|grade|good response|author", said, re.IGNORECASE)


def test_reasons_that_several_gave_alike_stand_once() -> None:
    log = room(*(f"person-{n}" for n in range(1, 5)))
    log.add(ask(reason=True))
    reasons = ("Gut feeling", "gut feeling.", "Gut  feeling", "It is kind")
    log.add(*(vote(f"person-{n}", "a", reason=reason) for n, reason in enumerate(reasons, 1)), shut())
    said = body(parse(written(log)))
    assert "(3 times)" in said
    assert said.casefold().count("gut feeling") == 1
    assert "It is kind" in said


def test_the_title_of_what_was_played_stands_there_once() -> None:
    table = Table()
    assert "A small one" in [text(each) for each in parse(written(table)).iter("dd")]
    log = Log(start())
    log.add(*moves.begin(log.session, Scenario("Room", real().turns), "real"))
    assert "02-" not in body(parse(written(log)))


def test_an_open_session_says_so() -> None:
    log = room()
    assert "Still open as of 23 November 2026" in body(parse(written(log)))
    log.add(ev.SessionClosed())
    assert "Still open" not in body(parse(written(log)))


def test_a_vote_that_is_still_open_says_so() -> None:
    table = Table()
    table.open()
    table.vote(ana="a")
    said = body(parse(written(table)))
    assert "This vote is still open" in said
    assert "so far" in said


def test_what_was_set_aside_stands_apart() -> None:
    table = Table()
    assert "Set aside" not in body(parse(written(table)))
    table.voted(ana="a")
    table.voted(ana="b")
    table.take("b")
    table.back()
    said = body(parse(written(table)))
    assert "Call: gone back on" in said
    assert "Call: an earlier vote, run again" in said


def test_a_language_that_is_none_does_not_stand_in_the_page() -> None:
    assert parse(written(Log(start(language='x" onload="')))).get("lang") == "en"
    assert parse(written(Log(start(language="pt-BR")))).get("lang") == "pt-BR"


@given(st.integers(0, 10_000), st.integers(0, 4))
@settings(max_examples=25)
def test_any_session_gives_a_whole_page(seed: int, people: int) -> None:
    parse(written(afternoon(seed, people)))


def test_two_exports_are_the_same_in_any_process(tmp_path: Path) -> None:
    log = afternoon(5)
    (tmp_path / "log").write_bytes(b"\n".join(log.lines))
    code = (
        "import sys; from kit import events as ev; from kit.export import html; from kit.session import Session\n"
        "lines = open(sys.argv[1], 'rb').read().split(b'\\n')\n"
        "page = html.write(Session.replay('ABC234', lines), [ev.decode(line) for line in lines])\n"
        "sys.stdout.buffer.write(page)"
    )
    made = {
        subprocess.run(
            [sys.executable, "-c", code, str(tmp_path / "log")],
            env=os.environ | {"PYTHONHASHSEED": seed}, capture_output=True, check=True,
        ).stdout
        for seed in ("1", "77")
    }  # fmt: skip
    assert made == {written(log).encode()}


def test_a_thousand_people_and_twenty_turns_take_seconds() -> None:
    table = Table(real(), "")
    table.add(*(join(f"person-{n}") for n in range(1000)))
    for turn in range(20):
        for again in (False, True):
            if again:
                table.do(moves.vote_again(table.session, table.play))
            else:
                table.open()
            opened = table.session.open
            assert opened is not None
            for n in range(1000):
                table.add(vote(f"person-{n}", "abc"[n * (turn + 2 + again) % 3], opened.opened.round, confidence=2))
            table.close()
        table.take("a")
        if not table.play.turn.responses:
            table.back()
    events = [ev.decode(line) for line in table.lines]
    begun = time.monotonic()
    html.write(table.session, events)
    assert time.monotonic() - begun < 30


def test_each_bar_carries_the_interval_of_its_own_vote() -> None:
    table = Table()
    table.voted(ana="b", ben="b", cy="a")
    table.again(ana="a", ben="a", cy="a")
    table.reveal()
    summary = summed(table.session, [ev.decode(line) for line in table.lines])
    question = summary.conversations[0].stops[0].question
    assert question is not None
    good = list(html._good_bars(words(), question))
    assert [bar.interval for bar in good] == [vote.interval for vote in question.votes]
    assert good[0].interval != good[1].interval
    for cell in question.last.cells:
        assert html._bar(words(), "", question.last, cell).interval == cell.interval is not None
