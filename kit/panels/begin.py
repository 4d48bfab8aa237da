"""The play's first step: which scenario, what an author would still mend in it, and the beginning."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import ipywidgets as w

from kit import moves, scenarios
from kit.errors import BadScenario, KitError
from kit.panels.parts import Panel, labelled, put, row, safe, say, show
from kit.panels.turn import about
from kit.play import Play
from kit.scenario import Scenario
from kit.scenarios import Reading

# Makes of an act one that a second, impatient click does not do again.
Once = Callable[[Callable[[], None]], Callable[[], None]]

SHOWN = 8  # findings, before the rest is only counted


class Begin:
    """The workshop's scenarios as they were when the cell was run, read again when one is begun."""

    def __init__(self, panel: Panel, readings: Sequence[Reading], once: Once) -> None:
        self.panel = panel
        self.readings = {reading.path.stem: reading for reading in readings}
        titles = [(_title(reading), stem) for stem, reading in self.readings.items()]
        self.which = w.Dropdown(options=titles, layout=w.Layout(width="520px"), **labelled(say("play.scenario")))
        self.which.observe(lambda _: panel.live.repaint(), names="value")
        self.told = w.HTML()
        self.go = panel.button(say("play.begin"), once(self._begin), next_step=True)
        self.take = panel.button(say("play.take_changed"), once(self._take))
        self.news = w.HTML()
        self.changed = w.VBox([self.news, row(self.take)])
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
        news = _news(play, self.readings.get(play.file)) if play is not None else ""
        put(self.news, f"<p>{safe(say(news))}</p>" if news else "")
        show(self.changed, bool(news))
        show(self.take, news == "play.changed")
        if not ready or play is not None:
            return
        show(self.which, len(self.readings) > 1)
        reading = self.readings.get(self.which.value) if self.readings else None
        show(self.go, reading is not None and reading.scenario is not None)
        self.go.disabled = foreign
        put(self.told, _told(reading))

    @property
    def scenario(self) -> Scenario | None:
        """The chosen scenario, None if it can't be played."""
        reading = self.readings.get(self.which.value) if self.readings else None
        return reading.scenario if reading is not None else None


def _news(play: Play, reading: Reading | None) -> str:
    """What is to be said of the file of a running play: that it has changed, or can't be played any more."""
    if reading is None or play.stage not in ("scene", "end"):
        return ""
    other = reading.scenario
    if other is None:
        return "play.broken"
    return "play.changed" if other != play.scenario and other.turn(play.turn.name) is not None else ""


def _title(reading: Reading) -> str:
    return reading.scenario.title if reading.scenario is not None else reading.path.stem


def _told(reading: Reading | None) -> str:
    if reading is None:
        return f"<p>{safe(say('play.none'))}</p>"
    parts = [about(reading.scenario)] if reading.scenario is not None else []
    if reading.findings:
        key = "play.to_mend" if reading.scenario is not None else "play.unplayable"
        said = [say("play.finding", line=finding.line, message=finding.message) for finding in reading.findings]
        lines = "".join(f"<li>{safe(line)}</li>" for line in said[:SHOWN])
        rest = f"<p>{safe(say('play.more_findings', n=len(said) - SHOWN))}</p>" if len(said) > SHOWN else ""
        parts.append(f"<p><b>{safe(say(key, name=reading.path.name))}</b></p><ul>{lines}</ul>{rest}")
    return "".join(parts)
