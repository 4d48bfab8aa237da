"""Rehearsing alone from the lobby: a session that is marked, a class that is brought in and sent away."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kit import events as ev
from kit import launch, rehearsal
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
    assert rehearsal.is_running(live.settings, feed.session.code)
    until(lambda: feed.session.present, say="nobody joined")

    lobby.rehearse.away.click()
    until(lambda: feed.session.notes[-1].fields == {"class": "left"}, say="the class did not leave")
    until(lambda: labels(lobby) == {"Bring in the simulated class"})
    until(lambda: "joined; the simulated class has left." in text(lobby.here))
    assert not rehearsal.is_running(live.settings, feed.session.code)
    assert launch.last_words(live.settings.data / "rehearsal.log") == ""


@pytest.mark.parametrize("more", [(), (notes.came(3, 1, 1.0),), (ev.SessionClosed(),)])
def test_in_a_session_that_counts_nothing_of_it_is_there(folded: Fold, more: tuple[ev.Event, ...]) -> None:
    lobby = Lobby(folded(Log(start(), join("p1", "Ana"), *more)))
    assert labels(lobby) <= {"Rehearse alone"}, "an ended session is a place to open another one"
    assert lobby.rehearse.box not in list(seen(lobby.widget))
    assert lobby.rehearse.top not in list(seen(lobby.widget))
    assert "simulated" not in text(lobby.widget).replace("practise with a simulated class", "")
    assert "Rehearsal" not in text(lobby.widget)


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever class the log tells of holds its lock."""
    monkeypatch.setattr(rehearsal, "is_running", lambda settings, code: True)


@pytest.mark.usefixtures("held")
def test_the_log_tells_which_button_is_there(folded: Fold) -> None:
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
    for fact in (True, False):
        live.open("Morning", rehearsal=fact)
        assert live.feed is not None
        assert live.feed.wait_for(1)
        live.leave()
    live.earlier = live.kept()
    options = [label for label, _ in Lobby(live).which.options]
    assert [label.split(" · ")[2] for label in options] == ["Morning", "Rehearsal: Morning"]


@pytest.mark.parametrize("panel", [Lobby, Ask, lambda live: PlayPanel(live, [])], ids=["lobby", "ask", "play"])
def test_every_panel_marks_a_rehearsal(folded: Fold, panel: Callable[[Live], Panel]) -> None:
    marked, plain = (panel(folded(Log(start(rehearsal=fact), join("p1")))) for fact in (True, False))
    assert marked.heading.value.count("kit-badge") == 1  # type: ignore[attr-defined]
    assert "kit-badge" not in text(plain.widget)


# A class that was killed can't say so


@pytest.mark.parametrize("more", [(), (notes.leave(),)], ids=["here", "leaving"])
def test_a_class_that_was_killed_is_not_here_for_ever(folded: Fold, more: tuple[ev.Event, ...]) -> None:
    lobby = Lobby(folded(rehearsing(join("p2", "Ben"), notes.came(5, 1, 1.0), *more)))
    assert "The class has gone without saying so. Bring it in again" in text(lobby.widget)
    assert labels(lobby) == {"Bring in the simulated class"}
    assert "2 people joined; the simulated class has left." in text(lobby.here)


def test_the_lock_is_looked_at_once_a_second_and_after_each_note(folded: Fold, monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[str] = []
    monkeypatch.setattr(rehearsal, "is_running", lambda settings, code: bool(looks.append(code) or True))
    log = rehearsing(notes.came(5, 1, 1.0))
    lobby = Lobby(folded(log))
    for _ in range(5):
        lobby.paint()
    assert len(looks) == 1
    log.add(notes.leave())
    lobby.paint()
    assert len(looks) == 2
    monkeypatch.setattr("kit.panels.rehearse.LOOK_SECONDS", 0.0)
    lobby.paint()
    assert len(looks) > 2


@pytest.mark.timeout(90)
def test_a_class_that_was_killed_is_brought_in_again(alone: Lobby, monkeypatch: pytest.MonkeyPatch) -> None:
    """The log still says that the first one is there: only a new one's arrival is an arrival."""
    alone.live.post(notes.came(3, 1, 1.0))
    until(lambda: "gone without saying so" in text(alone.widget))
    alone.rehearse.people.value, alone.rehearse.pace.value = 1, 10.0
    alone.rehearse.bring.click()
    assert said(alone) == ""
    feed = alone.live.feed
    assert feed is not None
    assert notes.arrivals(feed.session) == 2
    until(lambda: "The simulated class is here: 1 person, who answers" in text(alone.widget))
    alone.rehearse.away.click()
    until(lambda: notes.has_left(feed.session), say="the class did not leave")


# From the rehearsal to the real session


def test_a_rehearsal_says_what_it_is_and_leads_to_the_real_session(alone: Lobby) -> None:
    live, top = alone.live, alone.rehearse
    assert live.feed is not None
    first = live.feed.session
    assert "This is a rehearsal: nothing here counts." in text(alone.widget)
    top.real.click()
    assert first.closed is None, "it asks first"
    top.real_keep.click()
    assert top.real_sure not in list(seen(alone.widget))
    top.real.click()
    top.real_sure.click()
    assert live.feed.session is not first
    until(lambda: live.feed is not None and live.feed.session.opened is not None)
    assert first.closed is not None
    opened = live.feed.session.opened
    assert opened is not None
    assert not opened.rehearsal
    assert first.opened is not None
    assert opened.title == first.opened.title
    until(lambda: top.top not in list(seen(alone.widget)))
    assert said(alone) == "The rehearsal has ended. This is the real session."
    until(lambda: "kit-badge" not in alone.heading.value)


def test_an_ended_rehearsal_says_so(folded: Fold) -> None:
    lobby = Lobby(folded(rehearsing(ev.SessionClosed())))
    assert "The rehearsal has ended." in text(lobby.heading)
    assert lobby.rehearse.top not in list(seen(lobby.widget))


def test_a_question_from_one_rehearsal_is_not_asked_in_the_next(folded: Fold) -> None:
    log = rehearsing()
    lobby = Lobby(folded(log))
    lobby.rehearse.real.click()
    assert lobby.rehearse.real_sure in list(seen(lobby.widget))
    log.add(ev.SessionClosed())
    lobby.paint()
    log.add(ev.SessionReopened())
    lobby.paint()
    assert lobby.rehearse.real_sure not in list(seen(lobby.widget))
