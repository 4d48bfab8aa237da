"""The session that a notebook's panels share: found again, opened new, posted to, followed."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from urllib.parse import urlsplit

from kit import client, launch, network
from kit.client import Client
from kit.errors import KitError, NoRoomServer
from kit.events import Event, SettingsChanged
from kit.feed import Feed
from kit.folders import Folder
from kit.session import Session
from kit.settings import Settings

# Run all resumes by itself what had an event within so many seconds. A rehearsal only where it was going on a moment
# ago: one of the evening before, never ended, must not become the next morning's workshop.
FRESH = 4 * 3600.0
REHEARSING = 15 * 60.0

# Looking at each session of years would make the lobby wait.
LOOK_BACK = 20


class Kept(NamedTuple):
    """A session opened on this machine, as far as its log tells: `at` is its last event, `people` who is in it.

    `begun` is whether anybody ever joined, or anything was asked or shown.
    """

    code: str
    title: str
    at: datetime
    people: int
    ended: bool
    rehearsal: bool = False
    imported: bool = False
    begun: bool = True

    @property
    def fresh(self) -> bool:
        """Whether it goes on just now, as far as anybody can tell."""
        return time.time() - self.at.timestamp() < (REHEARSING if self.rehearsal else FRESH)


def the_one(kept: Sequence[Kept]) -> Kept | None:
    """The session to go on with by itself: the only one that is open and begun, and fresh; rather than a rehearsal
    the real one. None where only the facilitator knows."""
    # One that was taken in from elsewhere is there to be looked at.
    still_open = [each for each in kept if not each.ended and not each.imported]
    real = _begun([each for each in still_open if not each.rehearsal])
    # An old one that was never ended is no reason to lose a rehearsal in the middle of it.
    rehearsals = _begun([each for each in still_open if each.rehearsal and each.fresh])
    chosen = real if any(each.fresh for each in real) else rehearsals
    return chosen[0] if len(chosen) == 1 else None


def _begun(kept: list[Kept]) -> list[Kept]:
    """Without those in which nothing ever happened, unless there is no other."""
    return [each for each in kept if each.begun] or kept


class Live:
    """One workshop's live session, or none yet. Panels paint when anything changes; any thread may call it."""

    def __init__(self, workshop: str, title: str, settings: Settings) -> None:
        self.workshop = workshop
        self.title = title
        self.settings = settings
        self.folder = Folder(settings.data)
        self.feed: Feed | None = None
        self.trouble = ""
        self.earlier: list[Kept] = []
        self._painters: dict[str, Callable[[], None]] = {}

    # Panels

    def paint(self, name: str, painter: Callable[[], None]) -> None:
        """Have a panel painted now and on every change; it takes the place of the last one of this name."""
        self._painters[name] = painter
        if self.feed is not None:
            self.feed.paint(name, painter)
        self.repaint()

    def repaint(self) -> None:
        """Paint all panels now, as after a change that is not in the log."""
        if self.feed is None:
            for painter in self._painters.values():
                painter()
        else:
            with self.feed.lock:
                for painter in self._painters.values():
                    painter()

    # Finding and opening

    def kept(self) -> list[Kept]:
        """This workshop's last sessions, open ones first, the newest first of each. Raises NoRoomServer."""
        url = launch.ensure(self.settings)
        found = []
        mine = {"workshop": self.workshop, "where": self._where}.items()
        kept = [(code, facts) for code, facts in self.folder.kept_sessions().items() if mine <= facts.items()]
        for code, facts in kept[:LOOK_BACK]:
            reader = Client(url, code, str(facts.get("key")))
            try:
                session = Session.replay(code, reader.lines())
            except NoRoomServer:
                raise
            except KitError:
                continue  # of another database, or damaged
            finally:
                reader.close()
            if session.opened is not None:
                at = datetime.fromisoformat(session.at).astimezone()
                ended = session.closed is not None
                opened = session.opened
                more = {"rehearsal": opened.rehearsal, "imported": bool(facts.get("imported"))}
                more["begun"] = bool(session.people or session.rounds or session.scene or session.message)
                found.append(Kept(code, opened.title, at, len(session.present), ended, **more))
        return sorted(found, key=lambda kept: (kept.ended, -kept.at.timestamp()))

    @property
    def _where(self) -> str:
        """Which server a kept session belongs to: "" is this machine's own."""
        return self.settings.room_url

    def resume(self) -> None:
        """Look which sessions there are; go on with one by itself if there is no doubt which.

        What keeps the room from running is kept in `trouble`, as a sentence.
        """
        try:
            self.trouble = ""
            self.earlier = self.kept()
            chosen = the_one(self.earlier)
            if chosen is not None:
                self.go_on(chosen.code)
        except KitError as error:
            self.trouble = error.sentence

    def go_on(self, code: str) -> None:
        """Follow a session that was opened before."""
        facts = self.folder.kept_sessions()[code]
        self._follow(code, facts)

    def open(self, title: str, *, rehearsal: bool = False) -> None:
        """Open a new session and follow it. Raises NoRoomServer."""
        url = launch.ensure(self.settings)
        key = self.settings.room_key or self.folder.server_key()
        opened = client.create(url, key, workshop=self.workshop, title=title, language="en", rehearsal=rehearsal)
        facts = {
            "workshop": self.workshop,
            "title": title,
            "key": opened.key,
            "where": self._where,
        }
        self.folder.keep_session(opened.code, facts)
        self._follow(opened.code, facts)

    def _follow(self, code: str, facts: Mapping[str, object]) -> None:
        url = launch.ensure(self.settings)
        self.leave()
        self.feed = Feed(Client(url, code, str(facts["key"])), self._revive)
        for name, painter in self._painters.items():
            self.feed.paint(name, painter)
        self.feed.start()

    def leave(self) -> None:
        """Stop following; the session goes on without this notebook."""
        if self.feed is not None:
            self.feed.close()
            self.feed = None

    def _revive(self) -> str:
        """Where the server is now. One that was killed is started again; one that was stopped stays stopped."""
        url = launch.find(self.settings)
        if url is not None:
            return url
        if launch.was_killed(self.settings):
            return launch.ensure(self.settings)
        raise NoRoomServer("The room server was stopped. Run all starts it again.")

    @property
    def room_url(self) -> str:
        """The room server's URL for phones, as it is now: networks come and go. The lock is held."""
        assert self.feed is not None, "only a live session has phones"
        return network.base_url(
            room_url=self.settings.room_url,
            host=self.settings.host,
            port=urlsplit(self.feed.client.url).port or 80,
            chosen=str(self.feed.session.settings.get("address", "")),
            found=network.adapters(),
        )

    @property
    def wall_url(self) -> str:
        """The wall as this laptop opens it: by its own address, which stays when the network changes."""
        assert self.feed is not None, "only a live session has a wall"
        return f"{self.settings.room_url or self.feed.client.url}/{self.feed.session.code}/wall"

    # What panels do

    def post(self, *events: Event) -> None:
        """Post events and wait until they are folded. Raises NoRoomServer, or what the session refused with."""
        feed = self.feed
        if feed is None:
            raise NoRoomServer("No session is open. Open one in the lobby first.")
        feed.wait_for(feed.client.post(*events) + len(events) - 1)

    def change(self, **settings: bool | str) -> None:
        """Change the session's settings."""
        self.post(SettingsChanged(settings=dict(settings)))
