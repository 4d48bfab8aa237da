"""The lobby's buttons, and what they do to a real room."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from urllib.parse import urlsplit

import pytest

from kit import launch
from kit.errors import KitError, NoRoomServer
from kit.events import MessageShown, SessionClosed, SettingsChanged
from kit.live import Kept, Live, the_one
from kit.panels.lobby import Lobby
from kit.panels.parts import Panel
from tests.serving import Facilitator, Server, until
from tests.unit.making import Log, join, start
from tests.unit.panels.looking import Tags, filled, seen, text


@pytest.fixture
def lobby(live: Live, followed: Facilitator) -> Lobby:
    return Lobby(live)


def said(lobby: Lobby) -> str:
    return Tags(lobby.said.value).said


def shows(lobby: Lobby, *parts: str) -> None:
    for part in parts:
        until(lambda part=part: part in Tags(text(lobby.widget)).said, say=f"the lobby does not show {part!r}")


def names(room: Facilitator) -> list[str]:
    return [person.name for person in room.session.present]


def test_a_new_session_is_opened_once_and_its_key_is_kept_for_the_owner(live: Live, server: Server) -> None:
    lobby = Lobby(live)
    shows(lobby, "No session of this workshop is open")
    assert filled(lobby.widget) == ["Open a new session"]
    lobby.title.value = "  Tuesday, <front> desk  "
    lobby.open.click()
    assert live.feed is not None
    code = live.feed.client.code
    shows(lobby, "Tuesday, <front> desk", code, "Nobody is here yet.", "Nobody joins?")
    assert filled(lobby.widget) == ["link"]
    kept = live.folder.kept_sessions()[code]
    assert kept["title"] == "Tuesday, <front> desk"
    assert kept["key"] not in text(lobby.widget)
    assert live.feed.session.opened is not None
    assert live.feed.session.opened.title == "Tuesday, <front> desk"
    assert live.feed.session.opened.workshop == live.workshop


def test_who_comes_is_shown_and_the_tips_go(lobby: Lobby, followed: Facilitator) -> None:
    shows(lobby, "Nobody is here yet.", "Nobody joins?")
    followed.phone("Ana")
    shows(lobby, "1 person is here.", "Ana")
    followed.phone("Ana")
    shows(lobby, "2 people are here.", "Ana (2)")
    assert lobby.tips.value == ""
    assert "hotspot" in lobby.help.value, "it stays in its drawer"


def test_rename_and_remove_change_the_room(lobby: Lobby, followed: Facilitator) -> None:
    for name in ("Ana", "Ben"):
        followed.phone(name)
    shows(lobby, "2 people are here.")
    people = lobby.people
    people.who.value = followed.session.present[0].id
    people.new_name.value = "Anastasia"
    people.rename.click()
    assert names(followed) == ["Anastasia", "Ben"]
    assert people.new_name.value == ""
    shows(lobby, "Anastasia")
    # The choice stays where it was, though its name is new.
    assert people.who.label == "Anastasia"

    people.who.value = followed.session.present[1].id
    people.remove.click()
    assert names(followed) == ["Anastasia", "Ben"], "a removal asks first"
    people.keep.click()
    assert people.sure not in list(seen(lobby.people.box))
    people.remove.click()
    assert people.sure.description == "Yes, remove Ben"
    # Another choice takes the question back: nobody is removed in another's place.
    people.who.value = followed.session.present[0].id
    assert people.sure not in list(seen(lobby.people.box))
    people.who.value = followed.session.present[1].id
    people.remove.click()
    people.sure.click()
    assert names(followed) == ["Anastasia"]
    shows(lobby, "1 person is here.")


def test_who_leaves_the_list_while_a_removal_is_asked_is_not_mixed_up(lobby: Lobby, followed: Facilitator) -> None:
    for name in ("Ana", "Ben"):
        followed.phone(name)
    shows(lobby, "2 people are here.")
    people = lobby.people
    ana, ben = followed.session.present
    people.who.value = ben.id
    people.remove.click()
    followed.post("participant.removed", participant=ben.id)
    shows(lobby, "1 person is here.")
    people.sure.click()
    assert names(followed) == ["Ana"], "the one who was chosen had gone; nobody else may be removed"
    assert ana.id in followed.session.people


def test_a_newcomer_does_not_take_the_question_back(lobby: Lobby, followed: Facilitator) -> None:
    for name in ("Ana", "Ben"):
        followed.phone(name)
    shows(lobby, "2 people are here.")
    people = lobby.people
    people.who.value = followed.session.present[1].id
    people.remove.click()
    followed.phone("Cem")
    shows(lobby, "3 people are here.")
    assert people.who.label == "Ben"
    assert people.sure in list(seen(people.box)), "while people stream in, nobody could be removed"
    people.sure.click()
    assert names(followed) == ["Ana", "Cem"]


def test_the_door_is_locked_and_unlocked(lobby: Lobby, followed: Facilitator) -> None:
    lobby.lock.click()
    assert followed.session.settings["locked"] is True
    shows(lobby, "The door is locked")
    assert lobby.lock.description == "Unlock the door"
    lobby.lock.click()
    assert followed.session.settings["locked"] is False
    assert lobby.lock.description == "Lock the door"


def test_the_wifi_code_needs_a_name_and_its_password_stays_here(lobby: Lobby, followed: Facilitator) -> None:
    door = lobby.door
    door.network.value = " "
    door.wifi.click()
    assert said(lobby) == "Enter the Wi-Fi's name first."
    door.network.value, door.password.value = "Room 4", "secret words"
    door.wifi.click()
    assert followed.session.settings["wifi"] is True
    assert lobby.live.folder.wifi() == ("Room 4", "secret words")
    assert "secret words" not in repr(followed.log())
    assert "secret words" not in text(lobby.widget)
    shows(lobby, "1. The Wi-Fi: Room 4", "2. The room")
    door.wifi.click()
    assert followed.session.settings["wifi"] is False
    assert said(lobby) == ""


def test_the_end_asks_first_and_can_be_taken_back(lobby: Lobby, followed: Facilitator) -> None:
    lobby.end.click()
    assert followed.session.closed is None
    lobby.end_keep.click()
    assert lobby.end_sure.layout.display == "none"
    lobby.end.click()
    lobby.end_sure.click()
    assert followed.session.closed is not None
    shows(lobby, "This session has ended. Everything is kept.")
    assert lobby.codes not in list(seen(lobby.widget))
    assert filled(lobby.widget) == ["Open a new session"]
    lobby.reopen.click()
    assert followed.session.closed is None
    shows(lobby, "Nobody is here yet.")


def test_what_the_room_refuses_is_a_sentence(lobby: Lobby, followed: Facilitator) -> None:
    followed.post("session.closed")
    shows(lobby, "This session has ended")
    lobby.lock.click()
    assert said(lobby) == "This session has ended. Reopen it, or begin a new one."


def test_sessions_that_are_still_open_can_be_gone_on_with(live: Live, room: Facilitator) -> None:
    for title in ("Morning", "Afternoon"):
        live.open(title)
        assert live.feed is not None
        assert live.feed.wait_for(1)
        live.leave()
    live.resume()
    assert live.feed is None, "two are open: only the facilitator knows which"
    lobby = Lobby(live)
    shows(lobby, "Go on with an earlier session of this workshop")
    labels = [label for label, _ in lobby.which.options]
    assert [label.split(" · ")[1:3] for label in labels] == [["open", "Afternoon"], ["open", "Morning"]]
    assert all(re.match(r"\d\d \w+, \d\d:\d\d · ", label) for label in labels), "what tells them apart comes first"
    lobby.which.value = lobby.which.options[1][1]
    lobby.go_on.click()
    shows(lobby, "Morning", "Nobody is here yet.")


def test_without_a_room_server_it_says_why_and_offers_to_try_again(
    folded: Callable[[Log], Live], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: object) -> str:
        raise NoRoomServer("The disk <b>is</b> full.")

    live = folded(Log(start(), join("p1")))
    live.feed = None
    monkeypatch.setattr(launch, "ensure", fail)
    live.resume()
    lobby = Lobby(live)
    assert "The room is not running." in text(lobby.widget)
    assert said(lobby) == "The disk <b>is</b> full."
    assert filled(lobby.widget) == ["Try again"]
    lobby.again.click()
    assert said(lobby) == "The disk <b>is</b> full."
    assert isinstance(NoRoomServer(""), KitError)


def test_the_newest_open_session_is_chosen_already(live: Live, room: Facilitator) -> None:
    for title in ("Morning", "Afternoon"):
        live.open(title)
        assert live.feed is not None
        assert live.feed.wait_for(1)
        live.leave()
    live.resume()
    lobby = Lobby(live)
    assert "Afternoon" in lobby.which.label
    lobby.go_on.click()
    shows(lobby, "Afternoon", "Nobody is here yet.")


def test_an_ended_session_is_still_listed_and_can_be_opened_again(live: Live, room: Facilitator) -> None:
    live.open("Tuesday, front desk")
    assert live.feed is not None
    live.post(SessionClosed())
    live.leave()
    live.resume()
    assert live.feed is None, "only an open one is gone on with by itself"
    lobby = Lobby(live)
    assert " · ended · Tuesday, front desk · " in lobby.which.label
    lobby.go_on.click()
    shows(lobby, "This session has ended. Everything is kept.")
    lobby.reopen.click()
    shows(lobby, "Nobody is here yet.")


def test_the_wall_is_opened_at_this_laptops_own_address(lobby: Lobby, followed: Facilitator) -> None:
    shows(lobby, "Nobody is here yet.")
    assert f'href="http://127.0.0.1:{urlsplit(followed.url).port}/{followed.code}/wall"' in lobby.wall.value


def test_an_impatient_finger_opens_one_session(live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    """Clicks are carried out one after the other, however fast they came."""
    monkeypatch.setattr(Panel, "pause", 60.0)
    lobby = Lobby(live)
    for _ in range(3):
        lobby.open.click()
    assert len(live.kept()) == 1


def test_a_session_that_is_open_is_not_opened_over(lobby: Lobby, followed: Facilitator) -> None:
    for button in (lobby.open, lobby.alone):
        button.click()
    assert lobby.live.feed is not None
    assert lobby.live.feed.client.code == followed.code


def test_the_drawers_are_closed_when_a_session_ends_and_when_another_begins(lobby: Lobby, live: Live) -> None:
    drawer = lobby.more.titles.index("End this session")
    lobby.more.selected_index = drawer
    live.repaint()
    assert lobby.more.selected_index == drawer, "not with every change"
    lobby.end.click()
    lobby.end_sure.click()
    shows(lobby, "This session has ended")
    assert lobby.more.selected_index is None
    lobby.more.selected_index = drawer
    lobby.open.click()
    shows(lobby, "Nobody is here yet.")
    assert lobby.more.selected_index is None


def test_the_names_scroll_in_a_box_that_a_keyboard_reaches(folded: Callable[[Log], Live]) -> None:
    lobby = Lobby(folded(Log(start(), *(join(f"p{n}", f"<Guest> {n}") for n in range(60)))))
    assert lobby.here.value.count("&lt;Guest&gt;") == 60
    assert '<div class="kit-names" tabindex="0" role="group" aria-label="The names' in lobby.here.value
    assert "kit-names" not in Lobby(folded(Log(start()))).here.value


def test_the_choice_says_what_rehearsing_is(live: Live) -> None:
    shows(Lobby(live), "Rehearse alone: practise with a simulated class; nobody else is needed.")


# With which session Run all goes on


def kept(code: str, minutes: float, **more: bool) -> Kept:
    """A session whose last event was so many minutes ago."""
    at = datetime.now().astimezone() - timedelta(minutes=minutes)
    return Kept(code, "A try", at, 3, more.pop("ended", False), **more)


@pytest.mark.parametrize(
    ("sessions", "code"),
    [
        ([], None),
        ([partial(kept, "REAL", 3)], "REAL"),
        ([partial(kept, "REAL", 230)], "REAL"),
        ([partial(kept, "REAL", 250)], None),
        ([partial(kept, "REAL", 3, ended=True)], None),
        ([partial(kept, "REAL", 3, imported=True)], None),
        ([partial(kept, "REAL", 3), partial(kept, "OTHER", 5)], None),
        ([partial(kept, "REAL", 3), partial(kept, "OTHER", 900)], None),
        # A rehearsal comes back in the middle of it, not on the next morning.
        ([partial(kept, "PLAY", 14, rehearsal=True)], "PLAY"),
        ([partial(kept, "PLAY", 16, rehearsal=True)], None),
        ([partial(kept, "PLAY", 14, rehearsal=True), partial(kept, "OLD", 900, rehearsal=True)], "PLAY"),
        ([partial(kept, "PLAY", 14, rehearsal=True), partial(kept, "OTHER", 3, rehearsal=True)], None),
        # The real one wins while it goes on.
        ([partial(kept, "PLAY", 1, rehearsal=True), partial(kept, "REAL", 100)], "REAL"),
        ([partial(kept, "PLAY", 1, rehearsal=True), partial(kept, "REAL", 100, begun=False)], "REAL"),
        ([partial(kept, "PLAY", 1, rehearsal=True), partial(kept, "REAL", 900)], "PLAY"),
        ([partial(kept, "PLAY", 1, rehearsal=True), partial(kept, "REAL", 3), partial(kept, "OTHER", 3)], None),
        # One in which nothing ever happened is in nobody's way.
        ([partial(kept, "GHOST", 1, begun=False)], "GHOST"),
        ([partial(kept, "GHOST", 1, begun=False), partial(kept, "REAL", 3)], "REAL"),
        ([partial(kept, "GHOST", 1, begun=False), partial(kept, "OTHER", 3, begun=False)], None),
        ([partial(kept, "GHOST", 1, begun=False, rehearsal=True), partial(kept, "PLAY", 3, rehearsal=True)], "PLAY"),
    ],
)
def test_run_all_goes_on_where_there_is_no_doubt(sessions: list[Callable[[], Kept]], code: str | None) -> None:
    # Made now: the tests are collected some minutes before.
    chosen = the_one([make() for make in sessions])
    assert (chosen.code if chosen is not None else None) == code


def test_a_session_is_begun_once_anything_was_asked_shown_or_joined(live: Live, room: Facilitator) -> None:
    for post in (
        None,
        lambda: live.post(MessageShown(title="Welcome")),
        lambda: live.post(SettingsChanged(settings={"locked": True})),
    ):
        live.open("A try")
        assert live.feed is not None
        assert live.feed.wait_for(1)
        if post is not None:
            post()
        live.leave()
    assert sorted(each.begun for each in live.kept()) == [False, False, True]
    live.resume()
    assert live.feed is not None, "the empty ones are in nobody's way"
