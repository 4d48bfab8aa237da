"""Ask the room: type a question or take a ready one; open, watch, close, reveal, ask again."""

from __future__ import annotations

import time
from typing import Literal

import ipywidgets as w

from kit import events as ev
from kit.errors import KitError
from kit.live import Live
from kit.look import MARKS, Mark
from kit.panels.parts import FIELD, LABEL, Panel, badge, emphasise, labelled, put, row, safe, say, show
from kit.panels.votes import picture
from kit.ready import ready_questions
from kit.session import Session
from kit.state import Round

# Rounds of this panel; other panels open rounds of their own.
PREFIX = "ask-"
MORE_SECONDS = 30
LIMITS = (30, 60, 90, 120)


class Ask(Panel):
    """First a form for the question; once it is open, its count and bars, for the facilitator alone."""

    name = "ask"

    def __init__(self, live: Live) -> None:
        super().__init__(live)
        self.heading = w.HTML()
        self.form = self._form()
        self.round = w.HTML()
        self.add = self.button(say("ask.add"), self._add, often=True)
        self.close = self.button(say("ask.close"), self._close, next_step=True)
        self.reveal = self.button(say("ask.reveal"), lambda: self._reveal("everywhere"))
        self.reveal_wall = self.button(say("ask.reveal_wall"), lambda: self._reveal("wall"))
        self.again = self.button(say("ask.again"), self._again)
        self.new = self.button(say("ask.new"), self._new, next_step=True)
        self.actions = row(self.close, self.add, self.new, self.again, self.reveal, self.reveal_wall)
        self._left = ""
        self.fill(self.heading, self.form, self.round, self.actions)

    def _form(self) -> w.VBox:
        ready = [(say("ask.ready_none"), -1), *((q.name, n) for n, q in enumerate(ready_questions()))]
        self.ready = w.Dropdown(options=ready, layout=w.Layout(width=FIELD), **labelled(say("ask.ready")))
        self.ready.observe(lambda _: self._take_ready(), names="value")
        self.prompt = w.Textarea(
            placeholder=say("ask.question_hint"), rows=2, layout=w.Layout(width=FIELD), **labelled(say("ask.question"))
        )
        self.options = [self._option(mark) for mark in MARKS]
        lines = [w.HBox([_letter(mark), option]) for mark, option in zip(MARKS, self.options, strict=True)]
        limits = [(say("ask.time_none"), 0), *((say("ask.time_seconds", n=n), n) for n in LIMITS)]
        self.seconds = w.Dropdown(options=limits, layout=w.Layout(width="260px"), **labelled(say("ask.time")))
        self.confidence = w.Checkbox(description=say("ask.confidence"), indent=False)
        self.reason = w.Checkbox(description=say("ask.reason"), indent=False)
        self.open = self.button(say("ask.open"), self._open, next_step=True)
        settings = row(self.seconds, self.confidence, self.reason)
        return w.VBox([row(self.ready), self.prompt, *lines, settings, row(self.open)])

    @staticmethod
    def _option(mark: Mark) -> w.Text:
        return w.Text(
            placeholder=f"{say('ask.option_hint')} {mark.letter}",
            layout=w.Layout(width="542px", margin="2px 2px 2px 8px"),
        )

    # What the buttons do

    def _take_ready(self) -> None:
        if self.ready.value < 0:
            return
        question = ready_questions()[self.ready.value]
        self.prompt.value = question.prompt
        for n, option in enumerate(self.options):
            option.value = question.options[n] if n < len(question.options) else ""

    def _open(self) -> None:
        prompt = self.prompt.value.strip()
        texts = [option.value.strip() for option in self.options if option.value.strip()]
        if not prompt:
            raise KitError(say("ask.need_question"))
        if len(texts) < 2:
            raise KitError(say("ask.need_options"))
        twice = next((text for n, text in enumerate(texts) if text in texts[:n]), None)
        if twice is not None:
            raise KitError(say("ask.same_options", text=twice))
        options = [ev.Option(chr(ord("a") + n), text) for n, text in enumerate(texts)]
        opened = ev.RoundOpened(
            round=self._next_id(),
            form="choice",
            prompt=prompt,
            options=options,
            seconds=self.seconds.value or None,
            confidence=self.confidence.value,
            reason=self.reason.value,
        )
        self.live.post(opened)
        self._left = ""

    def _next_id(self) -> str:
        feed = self.live.feed
        mine = [id_ for id_ in feed.session.rounds if id_.startswith(PREFIX)] if feed is not None else []
        return f"{PREFIX}{len(mine) + 1}"

    def _add(self) -> None:
        self.live.post(ev.RoundExtended(round=self._current().opened.round, seconds=MORE_SECONDS))

    def _close(self) -> None:
        self.live.post(ev.RoundClosed(round=self._current().opened.round))

    def _reveal(self, where: Literal["wall", "everywhere"]) -> None:
        round_ = self._current()
        repeats = round_.opened.repeats
        self.live.post(ev.RoundRevealed(round=round_.opened.round, where=where, beside=repeats))

    def _again(self) -> None:
        """The same question as a new round, a revote of the one before."""
        before = self._current().opened
        self.live.post(
            ev.RoundOpened(
                round=self._next_id(),
                form=before.form,
                prompt=before.prompt,
                options=before.options,
                repeats=before.round,
                seconds=before.seconds,
                confidence=before.confidence,
                reason=before.reason,
            )
        )

    def _new(self) -> None:
        self._left = self._current().opened.round
        self.ready.value = -1
        for field in (self.prompt, *self.options):
            field.value = ""

    def _current(self) -> Round:
        """The round that this panel shows: the newest of its own, until a new question is begun."""
        feed = self.live.feed
        round_ = self._of(feed.session) if feed is not None else None
        if round_ is None:
            raise KitError(say("panel.no_session"))
        return round_

    def _of(self, session: Session) -> Round | None:
        mine = [round_ for id_, round_ in session.rounds.items() if id_.startswith(PREFIX)]
        return mine[-1] if mine and mine[-1].opened.round != self._left else None

    # Painting

    def paint(self) -> None:
        feed = self.live.feed
        session = feed.session if feed is not None else None
        ready = session is not None and session.opened is not None and session.closed is None
        round_ = self._of(session) if session is not None and ready else None
        foreign = session is not None and session.open is not None and session.open is not round_
        told = (
            ""
            if ready
            else say("panel.ended" if session is not None and session.closed is not None else "panel.no_session")
        )
        told = say("ask.other_open") if foreign else told
        put(self.heading, f'<h3>{safe(say("ask.heading"))}{badge(session)}</h3><p class="kit-quiet">{safe(told)}</p>')
        show(self.form, ready and round_ is None)
        show(self.round, round_ is not None)
        show(self.actions, round_ is not None)
        self.open.disabled = foreign
        if session is not None and round_ is not None:
            self._paint_round(session, round_)

    def _paint_round(self, session: Session, round_: Round) -> None:
        is_open, revealed = round_.closed is None, round_.revealed is not None
        show(self.close, is_open)
        show(self.add, is_open and round_.seconds is not None)
        show(self.reveal, not is_open and not revealed)
        show(self.reveal_wall, not is_open and not revealed)
        show(self.new, not is_open and revealed)
        show(self.again, not is_open)
        # People drift to a majority that they have seen: after the first vote, talk and a second one come first.
        second = round_.opened.repeats is not None
        emphasise(self.again, not revealed and not second)
        emphasise(self.reveal, second)
        put(self.round, picture(session, round_, time.time()))


def _letter(mark: Mark) -> w.HTML:
    """An option's letter and shape, in the form's first column."""
    text = f'<div class="kit-option kit-mark-{mark.letter}">{mark.shape} {mark.letter}</div>'
    return w.HTML(text, layout=w.Layout(width=LABEL, margin="2px 0"))
