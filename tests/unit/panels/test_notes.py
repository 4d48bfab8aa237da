"""The facilitator's own notes: kept in the log, found again, never overwritten while they are typed."""

from __future__ import annotations

from typing import Any

import pytest

from kit import events as ev
from kit.errors import NoRoomServer
from kit.panels import notes
from tests.unit.making import Log, start
from tests.unit.panels.clicking import Seat, said
from tests.unit.playing import Table


def kept(table: Table) -> list[str]:
    return [note.fields["text"] for note in table.session.notes if note.topic == "private"]


def test_they_are_kept_when_the_field_is_left_and_filled_in_again(seat: Seat) -> None:
    table = Table()
    panel = seat(table)
    assert not panel.notes.text.continuous_update, "each letter would be a line in the log"
    panel.notes.text.value = "Ben is new."
    panel.notes.text.value = "Ben is new.\nDana: louder."
    assert kept(table) == ["Ben is new.", "Ben is new.\nDana: louder."]
    again = seat(table)
    assert again.notes.text.value == "Ben is new.\nDana: louder."
    assert len(kept(table)) == 2, "painting is no typing"
    again.notes.text.value = ""
    assert kept(table)[-1] == ""
    assert seat(table).notes.text.value == ""


def test_another_notebooks_words_come_unless_something_else_is_typed(
    seat: Seat, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = Table()
    one, two = seat(table), seat(table)
    one.notes.text.value = "from one"
    two.live.repaint()
    assert two.notes.text.value == "from one"

    def fail(*_: object) -> None:
        raise NoRoomServer("The room does not answer.")

    with monkeypatch.context() as broken:
        broken.setattr(two.live, "post", fail)
        two.notes.text.value = "not yet saved"
        assert said(two) == "The room does not answer."
    one.notes.text.value = "from one again"
    two.live.repaint()
    assert two.notes.text.value == "not yet saved"
    two.notes.text.value = "not yet saved, now it is"
    assert kept(table)[-1] == "not yet saved, now it is"
    assert said(two) == ""


def test_a_note_is_kept_while_a_click_is_being_carried_out(seat: Seat) -> None:
    table = Table()
    panel = seat(table)
    assert panel._busy.acquire(blocking=False)
    panel.notes.text.value = "Ask Ben."
    panel._busy.release()
    assert kept(table) == ["Ask Ben."]


def test_a_whole_book_is_kept_as_far_as_it_goes(seat: Seat) -> None:
    table = Table()
    panel = seat(table)
    panel.notes.text.value = "x" * 30_000
    assert [len(text) for text in kept(table)] == [notes.LONGEST]
    assert len(panel.notes.text.value) == 30_000


@pytest.mark.parametrize("fields", [{}, {"text": None}, {"text": 7}, {"other": "x"}])
def test_a_note_that_is_no_text_is_skipped(fields: dict[str, Any]) -> None:
    log = Log(start(), ev.NoteRecorded(topic="private", fields={"text": "mine"}))
    log.add(ev.NoteRecorded(topic="private", fields=fields), ev.NoteRecorded(topic="road", fields={"text": "x"}))
    assert notes.read(log.session) == "mine"
    assert notes.read(Log(start()).session) == ""
