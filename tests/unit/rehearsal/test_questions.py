"""What simulated people are told of a round."""

from __future__ import annotations

from kit.rehearsal import questions
from tests.unit.making import Log, ask, join, start
from tests.unit.playing import Table


def test_a_round_of_the_play_has_the_authors_grades() -> None:
    table = Table()
    table.voted(ana="a")
    found = questions.read(table.session, "play-1-1")
    assert found is not None
    assert found.grades == {"a": "best", "b": "weak", "c": "harmful", "d": "workable"}
    assert found.good == {"a", "d"}
    assert found.number == 1
    assert found.before is None


def test_a_revote_knows_what_it_repeats() -> None:
    table = Table()
    table.voted(ana="a")
    table.again(ana="b")
    found = questions.read(table.session, "play-1-2")
    assert found is not None
    assert found.number == 2
    assert found.before == questions.read(table.session, "play-1-1")
    assert found.before is not None
    assert found.topic == found.before.topic


def test_a_question_of_another_panel_has_no_grades() -> None:
    table = Table()
    table.voted(ana="a")
    table.add(ask("ask-1", "ab"))
    found = questions.read(table.session, "ask-1")
    assert found is not None
    assert found.grades == {}
    assert found.number == 2
    plain = Log(start(), join("p1"), ask("r1"))
    assert questions.read(plain.session, "r1") is not None


def test_what_the_log_does_not_tell_yet_is_no_question() -> None:
    assert questions.read(Log(start()).session, "r1") is None
