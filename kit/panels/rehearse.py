"""The lobby's part for rehearsing alone: bring a simulated class into a rehearsal, and send it away."""

from __future__ import annotations

import time

import ipywidgets as w

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


class Rehearse:
    """Shown in a live rehearsal only. Whether a class is there is told by the log alone."""

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
        self.told = w.HTML()
        self.asking = row(self.people, self.pace, self.bring)
        self.there = row(self.away)
        self.box = w.VBox([self.told, self.asking, self.there])
        show(self.box, False)

    def _bring(self) -> None:
        live = self.panel.live
        session = self._session()
        self.panel.tell(say("class.coming"))
        # The room's code as the seed: another rehearsal has other people, the same one has the same.
        rehearsal.bring(
            live.settings, session.code, people=self.people.value, seed=int(session.code, 36), speed=self.pace.value
        )
        self._wait(session)
        self.panel.tell("")

    def _session(self) -> Session:
        feed = self.panel.live.feed
        if feed is None:
            raise KitError(say("panel.no_session"))
        return feed.session

    def _wait(self, session: Session) -> None:
        """Until the log tells that the class came. Raises KitError with the class's own words if it does not."""
        give_up = time.monotonic() + COME_SECONDS
        while notes.there(session) is None:
            why = rehearsal.last_words(self.panel.live.settings)
            if why or time.monotonic() > give_up:
                raise KitError(say("class.not_come", why=why or say("class.no_word")))
            time.sleep(0.05)

    def paint(self, session: Session) -> None:
        """Offer the class, or what can be done with the one that is there."""
        rehearsing = session.opened is not None and session.opened.rehearsal and session.closed is None
        show(self.box, rehearsing)
        there = notes.there(session)
        told = say("class.here", n=there.people) if there is not None else say("class.note")
        told = say("class.leaving") if notes.is_leaving(session) else told
        put(self.told, f'<p class="kit-quiet">{safe(told)}</p>')
        show(self.asking, there is None)
        show(self.there, there is not None)
