"""The play's first step: which scenario, what an author would still mend in it, and the beginning."""

from __future__ import annotations

from collections.abc import Sequence

import ipywidgets as w

from kit import moves, scenarios
from kit.errors import BadScenario, KitError
from kit.panels.parts import Panel, labelled, put, row, safe, say, show
from kit.panels.turn import about
from kit.play import Play
from kit.scenarios import Reading

SHOWN = 8  # findings, before the rest is only counted


class Begin:
    """The workshop's scenarios as they were when the cell was run, read again when one is begun."""

    def __init__(self, panel: Panel, readings: Sequence[Reading]) -> None:
        self.panel = panel
        self.readings = {reading.path.stem: reading for reading in readings}
        titles = [(_title(reading), stem) for stem, reading in self.readings.items()]
        self.which = w.Dropdown(options=titles, layout=w.Layout(width="520px"), **labelled(say("play.scenario")))
        self.which.observe(lambda _: panel.live.repaint(), names="value")
        self.told = w.HTML()
        self.go = panel.button(say("play.begin"), self._begin, next_step=True)
        self.take = panel.button(say("play.take_changed"), self._take)
        self.changed = w.VBox([w.HTML(f"<p>{safe(say('play.changed'))}</p>"), row(self.take)])
        self.start = w.VBox([row(self.which), self.told, row(self.go)])
        self.box = w.VBox([self.start, self.changed])
        self._play: Play | None = None

    def _begin(self) -> None:
        feed = self.panel.live.feed
        if feed is None:
            raise KitError(say("panel.no_session"))
        old = self.readings[self.which.value]
        # The author may have mended it since.
        reading = self.readings[self.which.value] = scenarios.read(old.path)
        if reading.scenario is None:
            said = zip(reading.findings, reading.says(), strict=True)
            raise BadScenario(next(line for finding, line in said if finding.stops))
        self.panel.live.post(*moves.begin(feed.session, reading.scenario, reading.path.stem))

    def _take(self) -> None:
        reading = self.readings[self._play.file] if self._play is not None else None
        if reading is not None and reading.scenario is not None:
            self.panel.live.post(*moves.take_over(reading.scenario, reading.path.stem))

    def paint(self, play: Play | None, *, ready: bool, foreign: bool) -> None:
        """Before a play the choice of scenarios; in one, only whether its file was changed."""
        self._play = play
        show(self.start, ready and play is None)
        show(self.changed, play is not None and self._is_changed(play))
        if not ready or play is not None:
            return
        show(self.which, len(self.readings) > 1)
        reading = self.readings.get(self.which.value) if self.readings else None
        show(self.go, reading is not None and reading.scenario is not None)
        self.go.disabled = foreign
        put(self.told, _told(reading))

    def _is_changed(self, play: Play) -> bool:
        """Whether there is another version of the scenario that could go on from where the room stands."""
        reading = self.readings.get(play.file)
        other = reading.scenario if reading is not None else None
        return other is not None and other != play.scenario and other.turn(play.turn.name) is not None


def _title(reading: Reading) -> str:
    return reading.scenario.title if reading.scenario is not None else reading.path.stem


def _told(reading: Reading | None) -> str:
    if reading is None:
        return f"<p>{safe(say('play.none'))}</p>"
    parts = [about(reading.scenario)] if reading.scenario is not None else []
    if reading.findings:
        key = "play.to_mend" if reading.scenario is not None else "play.unplayable"
        said = reading.says()
        lines = "".join(f"<li>{safe(line)}</li>" for line in said[:SHOWN])
        rest = f"<p>{safe(say('play.more_findings', n=len(said) - SHOWN))}</p>" if len(said) > SHOWN else ""
        parts.append(f"<p><b>{safe(say(key, name=reading.path.name))}</b></p><ul>{lines}</ul>{rest}")
    return "".join(parts)
