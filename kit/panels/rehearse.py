"""The lobby's part for rehearsing alone: bring a simulated class in, send it away, and leave for the real session."""

from __future__ import annotations

import time

import ipywidgets as w

from kit import events as ev
from kit import rehearsal
from kit.errors import KitError
from kit.panels.parts import Panel, put, row, safe, say, show
from kit.rehearsal import notes
from kit.session import Session

USUAL, MOST = 24, 200
# How many times faster than people; a facilitator wants to see the votes come, but not to wait for them.
PACES = (("class.pace_people", 1.0), ("class.pace_five", 5.0), ("class.pace_ten", 10.0))
USUAL_PACE = 5.0

# A process on a slow laptop takes its time; what went wrong it says at once.
COME_SECONDS = 30.0

# Panels are painted with every vote; the class's lock need not be looked at so often.
LOOK_SECONDS = 1.0


class Rehearse:
    """Shown in a live rehearsal only. Whether a class came and left is told by the log; one that was killed could
    not say so, and holds its lock no more. `top` stands near the lobby's heading, `box` below the room."""

    def __init__(self, panel: Panel) -> None:
        self.panel = panel
        narrow = {"description_width": "70px"}
        self.people = w.BoundedIntText(
            value=USUAL, min=1, max=MOST, description=say("class.people"), style=narrow,
            layout=w.Layout(width="160px"),
        )  # fmt: skip
        self.pace = w.Dropdown(
            options=[(say(key), speed) for key, speed in PACES], value=USUAL_PACE, description=say("class.pace"),
            style=narrow, layout=w.Layout(width="290px"),
        )  # fmt: skip
        self.bring = panel.button(say("class.bring"), self._bring)
        self.away = panel.button(say("class.away"), lambda: panel.live.post(notes.leave()))
        self._looked: tuple[str, int, float] = ("", 0, 0.0)
        self._running = False
        self.top = self._top()
        self.told = w.HTML()
        self.asking = row(self.people, self.pace, self.bring)
        self.there = row(self.away)
        self.box = w.VBox([self.told, self.asking, self.there])
        show(self.box, False)

    def _top(self) -> w.HBox:
        note = w.HTML(f'<div class="kit-advice">{safe(say("class.nothing_counts"))}</div>')
        self.real = self.panel.button(say("class.real"), lambda: self._sure(True))
        self.real_sure = self.panel.button(say("class.real_sure"), self._end_and_open)
        self.real_keep = self.panel.button(say("class.real_keep"), self.keep)
        self.keep()
        return row(note, self.real, self.real_sure, self.real_keep)

    def keep(self) -> None:
        """Stay with the rehearsal: take the question back."""
        self._sure(False)

    def _sure(self, asking: bool) -> None:
        show(self.real, not asking)
        show(self.real_sure, asking)
        show(self.real_keep, asking)

    def _end_and_open(self) -> None:
        """From the rehearsal to a session that counts, of the same name."""
        self.keep()
        live, opened = self.panel.live, self._session().opened
        live.post(ev.SessionClosed())
        live.open(opened.title if opened is not None else live.title)
        self.panel.tell(say("class.real_open"))

    def _bring(self) -> None:
        live = self.panel.live
        session = self._session()
        before = notes.arrivals(session)
        self.panel.tell(say("class.coming"))
        # The room's code as the seed: another rehearsal has other people, the same one has the same.
        rehearsal.bring(
            live.settings, session.code, people=self.people.value, seed=int(session.code, 36), speed=self.pace.value
        )
        self._wait(session, before)
        self.panel.tell("")

    def _session(self) -> Session:
        feed = self.panel.live.feed
        if feed is None:
            raise KitError(say("panel.no_session"))
        return feed.session

    def _wait(self, session: Session, before: int) -> None:
        """Until the log tells that one more class came than `before`. Raises KitError with the class's own words
        if it does not."""
        give_up = time.monotonic() + COME_SECONDS
        while notes.arrivals(session) == before:
            why = rehearsal.last_words(self.panel.live.settings)
            if why or time.monotonic() > give_up:
                raise KitError(say("class.not_come", why=why or say("class.no_word")))
            time.sleep(0.05)

    def paint(self, session: Session | None) -> None:
        """Say what a rehearsal is; offer the class, or what can be done with the one that is there."""
        rehearsing = session is not None and is_rehearsal(session) and session.closed is None
        show(self.top, rehearsing)
        show(self.box, rehearsing)
        if session is None or not rehearsing:
            return
        there, lost = notes.there(session), self.is_lost(session)
        put(self.told, f'<p class="kit-quiet">{safe(_told(session, lost=lost))}</p>')
        show(self.asking, there is None or lost)
        show(self.there, there is not None and not lost)

    def is_lost(self, session: Session) -> bool:
        """Whether the class that the log tells of has gone without a word."""
        expected = notes.there(session) is not None or notes.is_leaving(session)
        return expected and not self._is_running(session)

    def _is_running(self, session: Session) -> bool:
        code, count, at = self._looked
        if (code, count) != (session.code, len(session.notes)) or time.monotonic() - at > LOOK_SECONDS:
            self._running = rehearsal.is_running(self.panel.live.settings, session.code)
            self._looked = (session.code, len(session.notes), time.monotonic())
        return self._running

    def went(self, session: Session) -> bool:
        """Whether a class was in this rehearsal and is there no more; its people stay in the log's list."""
        return is_rehearsal(session) and (notes.has_left(session) or self.is_lost(session))


def is_rehearsal(session: Session) -> bool:
    return session.opened is not None and session.opened.rehearsal


def _told(session: Session, *, lost: bool) -> str:
    """How it stands with the class."""
    there = notes.there(session)
    if lost:
        return say("class.lost")
    if notes.is_leaving(session):
        return say("class.leaving")
    if there is None:
        return say("class.note")
    return say("class.here_one") if there.people == 1 else say("class.here", n=there.people)
