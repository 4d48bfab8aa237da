"""What the log tells of a class."""

from __future__ import annotations

from kit import events as ev
from kit import play as plays
from kit.rehearsal import notes
from kit.rehearsal.notes import There
from tests.unit.making import Log, start
from tests.unit.playing import Table


def test_a_class_is_there_from_its_coming_until_it_leaves_or_is_sent_away() -> None:
    log = Log(start(rehearsal=True))
    assert notes.there(log.session) is None
    log.add(notes.came(24, 7, 2.5))
    assert notes.there(log.session) == There(24, 7, 2.5)
    assert not notes.told_to_leave(log.session, 2)
    log.add(notes.leave())
    assert notes.there(log.session) is None
    assert notes.is_leaving(log.session)
    assert notes.told_to_leave(log.session, 2)
    log.add(notes.left())
    assert notes.there(log.session) is None
    assert not notes.is_leaving(log.session)


def test_a_class_that_comes_later_is_not_meant_by_an_earlier_word() -> None:
    log = Log(start(rehearsal=True), notes.came(3, 1, 1), notes.leave(), notes.left(), notes.came(4, 1, 1))
    assert notes.there(log.session) == There(4, 1, 1.0)
    assert notes.told_to_leave(log.session, 2)
    assert not notes.told_to_leave(log.session, 5)


def test_words_of_another_version_still_tell_that_somebody_is_there() -> None:
    strange = ev.NoteRecorded(topic=notes.TOPIC, fields={"class": "came", "people": "many"})
    assert notes.there(Log(start(rehearsal=True), strange).session) is not None


def test_nobody_is_there_when_the_session_has_ended() -> None:
    log = Log(start(rehearsal=True), notes.came(3, 1, 1), ev.SessionClosed())
    assert notes.there(log.session) is None
    assert notes.came_last(log.session)


def test_the_play_goes_on_as_if_nothing_had_been_noted() -> None:
    table = Table()
    before = table.play
    table.add(notes.came(3, 1, 1), notes.leave(), notes.left())
    assert plays.read(table.session) == before


def test_each_arrival_counts_and_the_last_word_tells_who_left() -> None:
    log = Log(start(rehearsal=True), notes.came(3, 1, 1))
    assert (notes.arrivals(log.session), notes.has_left(log.session)) == (1, False)
    log.add(notes.leave())
    assert not notes.has_left(log.session)
    log.add(notes.left())
    assert notes.has_left(log.session)
    log.add(notes.came(3, 1, 1))
    assert (notes.arrivals(log.session), notes.has_left(log.session)) == (2, False)
    assert notes.arrivals(Log(start(rehearsal=True)).session) == 0
