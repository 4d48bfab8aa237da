"""Rehearsing alone from the lobby: a session that is marked, a class that is brought in and sent away."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kit import events as ev
from kit import launch
from kit.live import Live
from kit.panels.ask import Ask
from kit.panels.lobby import Lobby
from kit.panels.parts import Panel
from kit.panels.play import PlayPanel
from kit.rehearsal import notes
from kit.settings import Settings
from tests.serving import Facilitator, until
from tests.unit.making import Log, join, start
from tests.unit.panels.looking import Tags, filled, seen, text

Fold = Callable[[Log], Live]


def said(lobby: Lobby) -> str:
    return Tags(lobby.said.value).said


def labels(lobby: Lobby) -> set[str]:
    """The buttons that can be seen and are the class's business."""
    mine = (lobby.alone, lobby.rehearse.bring, lobby.rehearse.away)
    return {each.description for each in seen(lobby.widget) if each in mine}


def rehearsing(*more: ev.Event) -> Log:
    return Log(start(rehearsal=True), join("p1", "Ana"), *more)


@pytest.mark.timeout(90)
def test_alone_from_the_open_button_to_a_class_that_has_left(live: Live) -> None:
    lobby = Lobby(live)
    assert labels(lobby) == {"Rehearse alone"}
    assert filled(lobby.widget) == ["Open a new session"], "the other button is the quiet one"
    lobby.title.value = "Trying it out"
    lobby.alone.click()
    feed = live.feed
    assert feed is not None
    until(lambda: labels(lobby) == {"Bring in the simulated class"})
    assert feed.session.opened is not None
    assert feed.session.opened.rehearsal
    assert "Rehearsal" in lobby.heading.value
    assert lobby.rehearse.people.value == 24

    lobby.rehearse.people.value = 3
    lobby.rehearse.pace.value = 10.0
    lobby.rehearse.bring.click()
    assert said(lobby) == ""
    there = notes.there(feed.session)
    assert there == notes.There(3, int(feed.session.code, 36), 10.0)
    until(lambda: labels(lobby) == {"Send the class away"})
    until(lambda: "The simulated class is here: 3 people." in text(lobby.widget))
    until(lambda: feed.session.present, say="nobody joined")

    lobby.rehearse.away.click()
    until(lambda: feed.session.notes[-1].fields == {"class": "left"}, say="the class did not leave")
    until(lambda: labels(lobby) == {"Bring in the simulated class"})
    assert launch.last_words(live.settings.data / "rehearsal.log") == ""


@pytest.mark.parametrize("more", [(), (notes.came(3, 1, 1.0),), (ev.SessionClosed(),)])
def test_in_a_session_that_counts_nothing_of_it_is_there(folded: Fold, more: tuple[ev.Event, ...]) -> None:
    lobby = Lobby(folded(Log(start(), join("p1", "Ana"), *more)))
    assert labels(lobby) <= {"Rehearse alone"}, "an ended session is a place to open another one"
    assert lobby.rehearse.box not in list(seen(lobby.widget))
    assert "simulated" not in text(lobby.widget)
    assert "Rehearsal" not in text(lobby.widget)


def test_the_log_alone_tells_which_button_is_there(folded: Fold) -> None:
    for more, label in (
        ((), "Bring in the simulated class"),
        ((notes.came(5, 1, 1.0),), "Send the class away"),
        ((notes.came(5, 1, 1.0), notes.leave()), "Bring in the simulated class"),
        ((notes.came(5, 1, 1.0), notes.leave(), notes.left()), "Bring in the simulated class"),
    ):
        assert labels(Lobby(folded(rehearsing(*more)))) == {label}
    leaving = Lobby(folded(rehearsing(notes.came(5, 1, 1.0), notes.leave())))
    assert "The class is leaving." in text(leaving.widget)
    ended = Lobby(folded(rehearsing(notes.came(5, 1, 1.0), ev.SessionClosed())))
    assert labels(ended) == {"Rehearse alone"}


def test_the_number_of_people_stays_within_what_a_room_shows(folded: Fold) -> None:
    people = Lobby(folded(rehearsing())).rehearse.people
    for typed, kept in ((0, 1), (500, 200), (30, 30)):
        people.value = typed
        assert people.value == kept


@pytest.fixture
def alone(live: Live) -> Lobby:
    """The lobby of a rehearsal that was just opened."""
    lobby = Lobby(live)
    lobby.alone.click()
    until(lambda: labels(lobby) == {"Bring in the simulated class"})
    return lobby


def apart(monkeypatch: pytest.MonkeyPatch, act: Callable[[Path], None]) -> None:
    """What happens in place of the class's process; it is given the log file."""

    def run(words: Any, log_file: Path, settings: Settings) -> None:
        assert words[0] == "rehearse"
        act(log_file)

    monkeypatch.setattr(launch, "apart", run)


def test_why_the_class_does_not_come_is_said_in_its_own_words(alone: Lobby, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(log_file: Path) -> None:
        log_file.write_text("Warning: a line before.\nThe room is <b>full</b>.\n", encoding="utf-8")

    apart(monkeypatch, fail)
    alone.rehearse.bring.click()
    assert said(alone) == "The simulated class did not come. The room is <b>full</b>."
    assert labels(alone) == {"Bring in the simulated class"}


def test_a_class_that_says_nothing_is_not_waited_for_for_ever(alone: Lobby, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kit.panels.rehearse.COME_SECONDS", 0.1)
    apart(monkeypatch, lambda log_file: log_file.write_text("", encoding="utf-8") and None)
    alone.rehearse.bring.click()
    assert said(alone) == "The simulated class did not come. It said nothing; try again."


@pytest.mark.parametrize("error", [OSError("no space left"), subprocess.CalledProcessError(1, ["python"])])
def test_a_process_that_cannot_be_started_is_one_sentence(
    alone: Lobby, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fail(_: Path) -> None:
        raise error

    apart(monkeypatch, fail)
    alone.rehearse.bring.click()
    assert said(alone).startswith("The class can't be started with the folder ")


def test_a_session_that_is_opened_again_has_no_class(live: Live, followed: Facilitator) -> None:
    lobby = Lobby(live)
    live.post(notes.came(3, 1, 1.0))
    live.post(ev.SessionClosed())
    lobby.reopen.click()
    assert followed.session.closed is None
    assert followed.log()[-1]["fields"] == {"class": "left"}
    live.post(ev.SessionClosed())
    lobby.reopen.click()
    assert followed.log()[-1]["kind"] == "session.reopened", "there was none to be told of"


def test_earlier_rehearsals_are_marked_in_the_list(live: Live) -> None:
    for rehearsal in (True, False):
        live.open("Morning", rehearsal=rehearsal)
        assert live.feed is not None
        assert live.feed.wait_for(1)
        live.leave()
    live.resume()
    options = [label for label, _ in Lobby(live).which.options]
    assert [label.split(" · ")[0] for label in options] == ["Morning", "Morning (Rehearsal)"]


@pytest.mark.parametrize("panel", [Lobby, Ask, lambda live: PlayPanel(live, [])], ids=["lobby", "ask", "play"])
def test_every_panel_marks_a_rehearsal(folded: Fold, panel: Callable[[Live], Panel]) -> None:
    marked, plain = (panel(folded(Log(start(rehearsal=fact), join("p1")))) for fact in (True, False))
    assert marked.heading.value.count("kit-badge") == 1  # type: ignore[attr-defined]
    assert "kit-badge" not in text(plain.widget)
