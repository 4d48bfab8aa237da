"""The moves of a play: what each step of the facilitator puts into the log. Pure: from a play to events.

Each function returns the events of one command; they are stored whole or not at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from kit import events as ev
from kit import road as roads
from kit.errors import Refused
from kit.play import TOPIC, Play, prefix, winners
from kit.road import Other, Step
from kit.scenario import Response, Scenario, Turn, changed, pack
from kit.session import Session
from kit.state import Round

# How long a talk and a try in one's own words take, in seconds; the facilitator adds time.
TALK, OWN_WORDS = 120, 60

# What the wall holds on to beside its scene; a move lets go of it.
CALM: dict[str, str | int | bool] = {"opposite": "", "timer": 0, "road": False}

Move = Literal["begin", "next", "other", "tie", "skip", "back"]


def begin(session: Session, scenario: Scenario, file: str) -> list[ev.Event]:
    """Start the conversation, or start it over: the scenario goes into the log, and its first turn to the wall.

    `file` is the stem of the scenario's file.
    """
    first = scenario.turns[0]
    return [*take_over(scenario, file), *_arrive(session, scenario, [_step(first, scenario.mood)], "begin")]


def take_over(scenario: Scenario, file: str) -> list[ev.Event]:
    """Go on with a scenario whose file was changed since the play began."""
    return [ev.NoteRecorded(topic=TOPIC, fields={"file": file, "scenario": pack(scenario)})]


def open_vote(
    session: Session, play: Play, prompt: str, *, seconds: int | None = None, confidence: bool = True,
    reason: bool = False,
) -> list[ev.Event]:  # fmt: skip
    """Ask what to answer, each for themselves; also to run a turn again."""
    opened = ev.RoundOpened(
        round=_next_id(session, play),
        form="choice",
        prompt=prompt,
        options=[ev.Option(response.id, response.text) for response in play.turn.responses],
        seconds=seconds,
        confidence=confidence,
        reason=reason,
    )
    return [*_calm(session), opened]


def find_opposite(play: Play) -> list[ev.Event]:
    """Each phone becomes its letter, so that neighbours who chose differently find each other.

    Raises Refused at any other time than between the turn's two votes.
    """
    last = _last(play)
    if play.stage not in ("talk", "opposite"):
        raise Refused("Opposites are found between a turn's two votes, when the first one is closed.")
    return [ev.SettingsChanged(settings={"opposite": _id(last), "timer": TALK})]


def vote_again(session: Session, play: Play) -> list[ev.Event]:
    """The revote: the same question, after the talk."""
    first = _last(play).opened
    opened = ev.RoundOpened(
        round=_next_id(session, play),
        form=first.form,
        prompt=first.prompt,
        options=first.options,
        repeats=first.repeats or first.round,
        seconds=first.seconds,
        confidence=first.confidence,
        reason=first.reason,
    )
    return [*_calm(session), opened]


def close_vote(play: Play) -> list[ev.Event]:
    """End the round that is open."""
    return [ev.RoundClosed(round=_id(_last(play)))]


def add_time(play: Play, left: int, more: int) -> list[ev.Event]:
    """More seconds for the open round; where only the wall's clock runs, of which `left` are left, for that."""
    last = play.last
    if last is not None and last.closed is None:
        return [ev.RoundExtended(round=_id(last), seconds=more)]
    return [ev.SettingsChanged(settings={"timer": left + more})]


def count_hands(play: Play, counts: Mapping[str, int]) -> list[ev.Event]:
    """Hands that were counted in the turn's last round; they take the place of those counted before."""
    return [ev.HandsCounted(round=_id(_last(play)), counts=dict(counts))]


def reveal(session: Session, play: Play) -> list[ev.Event]:
    """Both votes, or the only one, with the author's grade and reason for each response, on wall and phones."""
    notes = {response.id: ev.Note(response.grade, response.reason) for response in play.turn.responses}
    beside = _id(play.first) if play.first is not None and play.second is not None else None
    return [*_calm(session), ev.RoundRevealed(round=_id(_last(play)), beside=beside, notes=notes)]


def say_aloud(session: Session, title: str, body: str, *, seconds: int = 0) -> list[ev.Event]:
    """The wall says who speaks, and how long."""
    timer = int(session.settings.get("timer") or 0)
    clock: list[ev.Event] = [ev.SettingsChanged(settings={"timer": seconds})] if seconds or timer else []
    return [*clock, ev.MessageShown(title=title, body=body)]


def take(session: Session, play: Play, response: Response, why: str = "") -> list[ev.Event]:
    """Go on to the turn that this response leads to, with the mood it leaves behind.

    Raises Refused while the vote is open, and if the response leads nowhere.
    """
    if play.last is not None and play.last.closed is None:
        raise Refused("The vote is still open. Close it first.")
    following = play.scenario.turn(response.to)
    if following is None:
        raise Refused(f"“{response.text}” leads to no turn of this scenario. Choose another way.")
    mood = changed(play.mood, response.mood)
    taken = Step(play.turn.name, play.mood, response.letter, response.text, _others(play, response))
    steps = [*play.road.steps[:-1], taken, _step(following, mood)]
    return _arrive(session, play.scenario, steps, _how(session, play, response), why)


def go_back(session: Session, play: Play) -> list[ev.Event]:
    """One turn back, to try another way; what was voted stays in the log. Raises Refused at the first turn."""
    if not play.can_go_back:
        raise Refused("This is the first turn; there is none before it.")
    before = play.road.steps[-2]
    turn = play.scenario.turn(before.turn)
    if turn is None:
        raise Refused(f"The turn {before.turn!r} is no longer in the scenario. Play it again from the start.")
    steps = [*play.road.steps[:-2], _step(turn, before.mood)]
    return _arrive(session, play.scenario, steps, "back")


def show_road(shown: bool) -> list[ev.Event]:
    """The whole road as the wall's main thing, or the scene again."""
    return [ev.SettingsChanged(settings={"road": shown})]


# What they are made of


def _arrive(session: Session, scenario: Scenario, steps: list[Step], move: Move, why: str = "") -> list[ev.Event]:
    """A new visit: the road's note, and the scene. A round that is open is closed first."""
    road = roads.read(session)
    here = steps[-1]
    turn = scenario.turn(here.turn)
    assert turn is not None, "a step is made of a turn"
    still_open: list[ev.Event] = [ev.RoundClosed(round=_id(session.open))] if session.open is not None else []
    note = roads.write(road.visit + 1 if road is not None else 1, steps, move, why)
    return [*still_open, note, *_calm(session), scene(scenario, turn, here.mood)]


def scene(scenario: Scenario, turn: Turn, mood: int) -> ev.SceneShown:
    """The turn as the wall's stage: tone and what one sees stand in its title."""
    title = " · ".join(part for part in (turn.tone, turn.sees) if part)
    return ev.SceneShown(turn=turn.name, title=title[:200], speaker=scenario.customer, line=turn.line, mood=mood)


def _calm(session: Session) -> list[ev.Event]:
    """Take from the wall what belonged to the step before, if anything did."""
    loud = any(session.settings.get(name, quiet) != quiet for name, quiet in CALM.items())
    return [ev.SettingsChanged(settings=dict(CALM))] if loud else []


def _step(turn: Turn, mood: int) -> Step:
    return Step(turn.name, mood, end=turn.end)


def _others(play: Play, taken: Response) -> tuple[Other, ...]:
    return tuple(
        Other(response.letter, response.to, changed(play.mood, response.mood))
        for response in play.turn.responses
        if response.id != taken.id
    )


def _how(session: Session, play: Play, response: Response) -> Move:
    """How the room came to take this response."""
    first = winners(session, play)
    if not first:
        return "skip"
    if response not in first:
        return "other"
    return "next" if len(first) == 1 else "tie"


def _next_id(session: Session, play: Play) -> str:
    mine = prefix(play.road.visit)
    return f"{mine}{1 + sum(id_.startswith(mine) for id_ in session.rounds)}"


def _last(play: Play) -> Round:
    if play.last is None:
        raise Refused("Nothing has been voted on in this turn yet. Open the vote first.")
    return play.last


def _id(round_: Round) -> str:
    return round_.opened.round
