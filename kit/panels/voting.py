"""The play's drawer for how to vote: confidence, a reason, a time limit, running results."""

from __future__ import annotations

import ipywidgets as w

from kit.panels.parts import Panel, labelled, row, say
from kit.session import Session

LIMITS = (30, 60, 90, 120)


class Voting:
    """The next vote's settings. A notebook that is run again finds them as the last vote had them."""

    def __init__(self, panel: Panel) -> None:
        self.panel = panel
        self.confidence = w.Checkbox(value=True, description=say("play.confidence"), indent=False)
        self.reason = w.Checkbox(description=say("play.ask_reason"), indent=False)
        limits = [(say("ask.time_none"), 0), *((say("ask.time_seconds", n=n), n) for n in LIMITS)]
        self.seconds = w.Dropdown(options=limits, layout=w.Layout(width="260px"), **labelled(say("play.time")))
        self.live = w.Checkbox(description=say("play.live"), indent=False)
        self.live.observe(lambda _: self._switched(), names="value")
        self.box = w.VBox([row(self.confidence, self.reason), row(self.seconds), row(self.live)])
        self._shown_live = False
        self._known = False

    def _switched(self) -> None:
        # Painting sets the box too; only a hand's change is a command.
        if self.live.value != self._shown_live:
            self.panel.carry_out(lambda: self.panel.live.change(live=self.live.value))

    def paint(self, session: Session) -> None:
        """Keep the boxes in step with the session."""
        self._shown_live = bool(session.settings.get("live"))
        if self.live.value != self._shown_live:
            self.live.value = self._shown_live
        rounds = [round_ for id_, round_ in session.rounds.items() if id_.startswith("play-")]
        if rounds and not self._known:
            last = rounds[-1].opened
            self.confidence.value, self.reason.value = last.confidence, last.reason
            if last.seconds in (None, *LIMITS):
                self.seconds.value = last.seconds or 0
        self._known = True
