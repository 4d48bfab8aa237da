"""Play a scenario with the room, turn by turn. Everything the panel knows of the play is in the log."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import ipywidgets as w

from kit import events as ev
from kit import moves
from kit import play as plays
from kit.errors import KitError, Refused
from kit.live import Live
from kit.panels import map as maps
from kit.panels import turn as turns
from kit.panels.begin import Begin
from kit.panels.hands import Hands
from kit.panels.notes import Notes
from kit.panels.parts import Panel, badge, emphasise, put, row, safe, say, show
from kit.panels.voting import Voting
from kit.panels.way import Way
from kit.play import Play
from kit.scenarios import Reading
from kit.session import Session

MORE_SECONDS = 30

# At each stage: the buttons of the first row, the next sensible step first, and those of the quiet second row.
STAGES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "scene": (("open",), ("skip", "back")),
    "vote": (("close", "add"), ()),
    "talk": (("opposite", "again", "reveal"), ("rerun", "skip", "back")),
    "opposite": (("again", "add", "reveal"), ("rerun", "back")),
    "revote": (("close", "add"), ()),
    "voted": (("reveal",), ("rerun", "back")),
    "revealed": (("say", "own"), ("rerun", "back")),
    "aloud": (("go_on", "own", "add"), ("say", "votes", "rerun", "back")),
    "end": (("road",), ("back", "replay")),
}
# After the first vote the advice says what comes next.
NEXT = {"teach": "again", "discuss": "opposite", "explain": "reveal"}


class PlayPanel(Panel):
    """First the scenario to begin with; then the turn, its votes, and the way on."""

    name = "play"
    # The filled button stands where the one before it stood: for so many seconds after each step a second click
    # is the same impatient finger.
    settle = 0.6
    pause = 0.0

    def __init__(self, live: Live, readings: Sequence[Reading]) -> None:
        super().__init__(live)
        self.heading = w.HTML()
        self.begin = Begin(self, readings, self._once)
        self.scene, self.votes, self.advice, self.switches = (w.HTML() for _ in range(4))
        self.buttons = self._buttons()
        self.first, self.second = row(), row()
        self.way = Way(self.buttons["go_on"])
        self.way.which.observe(lambda _: self._chosen(), names="value")
        self.sure = self.button(say("play.replay_sure"), self._once(self._replay))
        self.keep = self.button(say("play.replay_keep"), self._forget)
        self.asking = row(self.sure, self.keep)
        self.voting = Voting(self)
        self.hands = Hands(self, self._play)
        self.notes = Notes(self)
        self.map = w.HTML()
        self.more = w.Accordion([self.map, self.voting.box, self.hands.box, self.notes.box], selected_index=0)
        self.more.titles = tuple(say(f"play.more_{name}") for name in ("map", "vote", "hands", "notes"))
        # The visit whose vote is being skipped, and whether playing again is being asked for.
        self._skipped = 0
        self._asked = False
        # Where the play stood when it was painted last, and until when a new step settles.
        self._shown: tuple[object, ...] | None = None
        self._settled = 0.0
        self.said.add_class("kit-loud")
        self.fill(
            self.heading, self.begin.box, self.scene, self.advice, self.said, self.first, self.way.box, self.second,
            self.asking, self.votes, self.switches, self.more,
        )  # fmt: skip

    def _buttons(self) -> dict[str, w.Button]:
        acts: dict[str, Callable[[], None]] = {
            "open": self._open,
            "close": lambda: self._do(moves.close_vote(self._play())),
            "add": self._add,
            "opposite": lambda: self._do(moves.find_opposite(self._play())),
            "again": lambda: self._do(moves.vote_again(self._session(), self._play())),
            "reveal": lambda: self._do(moves.reveal(self._session(), self._play())),
            "rerun": self._open,
            "skip": self._skip,
            "back": lambda: self._do(moves.go_back(self._session(), self._play())),
            "say": self._say,
            "own": self._own,
            "go_on": self._go_on,
            "votes": lambda: self._do(moves.reveal(self._session(), self._play())),
            "road": lambda: self._do(moves.show_road(not self._session().settings.get("road"))),
            "replay": self._ask,
        }
        said = {"reveal": "reveal_both"}
        return {name: self.button(say(f"play.{said.get(name, name)}"), self._once(act)) for name, act in acts.items()}

    def _once(self, act: Callable[[], None]) -> Callable[[], None]:
        """Do it only for the step that the panel showed when it was clicked."""

        def run() -> None:
            if time.monotonic() >= self._settled and self._step() == self._shown:
                act()

        return run

    def _step(self) -> tuple[object, ...] | None:
        """Where the play stands, as far as it changes what buttons mean."""
        session = self.live.feed.session if self.live.feed is not None else None
        play = plays.read(session) if session is not None else None
        if session is None or play is None:
            return None
        last = play.last.opened.round if play.last is not None else ""
        return play.road.visit, play.stage, last, self._skipped, bool(session.settings.get("road"))

    # What the buttons do

    def _session(self) -> Session:
        feed = self.live.feed
        if feed is None:
            raise KitError(say("panel.no_session"))
        return feed.session

    def _play(self) -> Play:
        play = plays.read(self._session())
        if play is None:
            raise KitError(say("panel.no_session"))
        return play

    def _do(self, events: Sequence[ev.Event]) -> None:
        try:
            self.live.post(*events)
        except Refused:
            # The events fit what this panel shows; another notebook, or the clock, was faster.
            raise KitError(say("play.moved_on")) from None
        # Whatever was done, what was asked for or skipped before is no longer meant.
        self._skipped, self._asked = 0, False

    def _open(self) -> None:
        voting = self.voting
        self._do(
            moves.open_vote(
                self._session(), self._play(), say("play.prompt"), seconds=voting.seconds.value or None,
                confidence=voting.confidence.value, reason=voting.reason.value,
            )
        )  # fmt: skip

    def _add(self) -> None:
        ends = self._session().timer_ends
        left = max(0, round(ends - time.time())) if ends is not None else 0
        self._do(moves.add_time(self._play(), left, MORE_SECONDS))

    def _skip(self) -> None:
        visit = self._play().road.visit
        self._skipped = 0 if self._skipped == visit else visit

    def _say(self) -> None:
        self._speak(say("play.aloud_title", customer=self._play().scenario.customer))

    def _own(self) -> None:
        self._speak(say("play.own_title"), seconds=moves.OWN_WORDS)

    def _speak(self, title: str, *, seconds: int = 0) -> None:
        """The way's response on the wall, to be spoken; the wall puts the customer's line above it."""
        session = self._session()
        response, _ = self.way.chosen(session, self._play(), needs_why=False)
        self._do(moves.say_aloud(session, title, say("play.speech", text=response.text), seconds=seconds))

    def _chosen(self) -> None:
        # Painting sets the value too.
        if not self.way.painting:
            self.live.repaint()

    def _go_on(self) -> None:
        session, play = self._session(), self._play()
        self._do(moves.take(session, play, *self.way.chosen(session, play)))

    def _ask(self) -> None:
        self._asked = True

    def _forget(self) -> None:
        self._asked = False

    def _replay(self) -> None:
        self._asked = False
        self._do(moves.begin(self._session(), self._play().scenario, self._play().file))

    # Painting

    def paint(self) -> None:
        feed = self.live.feed
        session = feed.session if feed is not None else None
        ready = session is not None and session.opened is not None and session.closed is None
        play = plays.read(session) if session is not None and ready else None
        foreign = session is not None and session.open is not None and (play is None or session.open is not play.last)
        ended = session is not None and session.closed is not None
        told = "" if ready else say("panel.ended" if ended else "panel.no_session")
        told = say("play.other_open") if ready and foreign else told
        put(self.heading, f'<h3>{safe(say("play.heading"))}{badge(session)}</h3><p class="kit-quiet">{safe(told)}</p>')
        self._watch()
        self._still(foreign)
        self.begin.paint(play, ready=ready, foreign=foreign)
        for part in (self.scene, self.votes, self.advice, self.switches, self.first, self.second):
            show(part, play is not None)
        scenario = play.scenario if play is not None else self.begin.scenario
        show(self.more, session is not None and ready and scenario is not None)
        if session is not None and ready and scenario is not None:
            put(self.map, maps.draw(scenario, play.road.steps if play is not None else ()))
            self.voting.paint(session)
            self.hands.paint(play)
            self.notes.paint(session)
        if session is None or play is None:
            show(self.way.box, False)
            show(self.asking, False)
            return
        put(self.scene, turns.scene(play))
        now = time.time()
        put(self.votes, turns.responses(session, play, now))
        shut = play.last is not None and play.last.closed is not None
        put(self.advice, turns.advice(session, play, play.last, now) if play.last is not None and shut else "")
        put(self.switches, turns.switched(session, play) if shut else "")
        self._paint_steps(session, play, foreign)

    def _watch(self) -> None:
        """Notice a new step, and let it settle."""
        step = self._step()
        if step == self._shown:
            return
        if self._shown is not None or step is not None:
            self._settled = time.monotonic() + self.settle
            if self.live.feed is not None:
                self.live.feed.paint_within(self.settle)
        self._shown = step

    def _still(self, foreign: bool) -> None:
        """Switch off what must not be clicked now, before anything new is shown in its place."""
        settling = time.monotonic() < self._settled
        for name, button in self.buttons.items():
            off = settling or (foreign and name in ("open", "rerun", "again", "opposite", "reveal"))
            if button.disabled != off:
                button.disabled = off

    def _paint_steps(self, session: Session, play: Play, foreign: bool) -> None:
        # A vote that was cast is not skipped but shown.
        unvoted = play.stage in ("scene", "talk") and not plays.winners(session, play)
        skipping = unvoted and self._skipped == play.road.visit
        choosing = skipping or play.stage in ("revealed", "aloud")
        show(self.way.box, choosing)
        if choosing:
            self.way.paint(session, play, skipping=skipping)
        first, second = (list(names) for names in STAGES[play.stage])
        voting = play.last if play.last is not None and play.last.closed is None else None
        timed = voting.seconds is not None if voting is not None else session.timer_ends is not None
        absent = set() if timed else {"add"}
        absent |= set() if play.can_go_back else {"back"}
        absent |= set() if unvoted else {"skip"}
        # The way's own button stands beside its fields.
        self._place(self.first, [name for name in first if name not in absent and name != "go_on"])
        self._place(self.second, [name for name in second if name not in absent])
        self._name(session, play, skipping)
        following = "go_on" if skipping else self._next(session, play, first[0])
        for name, button in self.buttons.items():
            emphasise(button, name == following)
        show(self.asking, self._asked and play.stage == "end")

    def _place(self, box: w.HBox, names: list[str]) -> None:
        wanted = tuple(self.buttons[name] for name in names)
        if box.children != wanted:
            box.children = wanted

    def _name(self, session: Session, play: Play, skipping: bool) -> None:
        """What some buttons do depends on where the play stands."""
        reveal = "reveal_both" if play.second is not None else "reveal_one"
        names = {
            "reveal": reveal,
            "skip": "no_skip" if skipping else "skip",
            "road": "no_road" if session.settings.get("road") else "road",
        }
        for name, key in names.items():
            if self.buttons[name].description != say(f"play.{key}"):
                self.buttons[name].description = say(f"play.{key}")

    def _next(self, session: Session, play: Play, usual: str) -> str:
        """The button of the next sensible step; none at a tie until the facilitator has chosen a way."""
        if play.stage in ("revealed", "aloud") and not self.way.which.value:
            return ""
        if play.stage != "talk" or play.last is None:
            return usual
        advice = plays.share(session, play.turn, play.last).advice
        return NEXT[advice] if isinstance(advice, str) else "rerun"
