"""Any order of buttons, votes and other panels' questions keeps road and log together."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from kit import events as ev
from kit import moves
from kit import play as plays
from kit import road as roads
from kit.errors import KitError, Refused
from kit.panels.play import STAGES
from kit.play import Play, moved, share, votes, winners
from kit.scenario import GOOD, Response, Scenario, Turn
from kit.screen import WALL, Viewer, screen
from kit.session import Session
from tests.unit.making import CODE, ask, hands, join, now, remove, reveal, shut, vote
from tests.unit.playing import SMALL, Table, grades, real, scenarios

PEOPLE = ["ana", "ben", "cy", "dee"]
GARBAGE: list[dict[str, Any]] = [{}, {"visit": 99}, {"visit": 99, "steps": []}, {"scenario": {"turns": []}}]

letters, answers = st.integers(0, 5), st.sampled_from("aabbcdef")


REAL = real()
some = scenarios() | scenarios() | st.sampled_from([SMALL, REAL])


class Conversation(RuleBasedStateMachine):
    """A room, and a facilitator who presses whatever there is. `steps` and `visits` are what must have become of it."""

    def __init__(self) -> None:
        super().__init__()
        self.table = Table(None, people=" ".join(PEOPLE))
        self.steps: list[tuple[str, int, str]] = []
        self.visits = 0

    @property
    def session(self) -> Session:
        return self.table.session

    @property
    def play(self) -> Play:
        return self.table.play

    def commit(self, events: list[ev.Event]) -> bool:
        """Store these whole or not at all, as the server does."""
        if self.session.objection_to(events) is not None:
            return False
        self.table.do(events)
        return True

    # The facilitator's buttons

    @initialize(scenario=some)
    def begin(self, scenario: Scenario) -> None:
        self.table.do(moves.begin(self.session, scenario, "made-up"))
        self._begun(scenario)

    def _begun(self, scenario: Scenario) -> None:
        self.steps = [(scenario.turns[0].name, scenario.mood, "")]
        self.visits += 1

    @rule(choices=st.lists(letters, min_size=4, max_size=4), letter=letters, steps=st.integers(1, 3))
    def go_on(self, choices: list[int], letter: int, steps: int) -> None:
        """What most often happens: the filled button, and the room votes."""
        for _ in range(steps):
            self._press(STAGES[self.play.stage][0][0], letter)
            if self.session.open is not None:
                opened = self.session.open.opened
                offered = [option.id for option in opened.options]
                self.table.add(
                    *(
                        vote(who, offered[n % len(offered)], opened.round)
                        for who, n in zip(PEOPLE, choices, strict=True)
                    )
                )

    @rule(number=st.integers(0, 9), letter=letters, seconds=st.sampled_from([None, 30]))
    def press(self, number: int, letter: int, seconds: int | None) -> None:
        """One of the buttons that the panel offers."""
        names = [name for row in STAGES[self.play.stage] for name in row]
        self._press(names[number % len(names)], letter, seconds)

    def _press(self, name: str, letter: int, seconds: int | None = None) -> None:
        """What the panel offers can be done, and does what it says."""
        last = self.play.last
        foreign = self.session.open is not None and self.session.open is not last
        is_open = last is not None and last.closed is None
        timed = last.seconds is not None if last is not None and is_open else self.session.timer_ends is not None
        if (name == "back" and not self.play.can_go_back) or (name == "add" and not timed):
            return
        if foreign and name in ("open", "rerun", "again"):
            assert self.session.objection_to(self.events_of(name, seconds)) is not None
            return
        if name in ("skip", "go_on"):
            self._take(letter)
            return
        self.table.do(self.events_of(name, seconds))
        if name == "back":
            self.steps = self.steps[:-1]
            self.steps[-1] = (*self.steps[-1][:2], "")
            self.visits += 1
        elif name == "replay":
            self._begun(self.play.scenario)

    def events_of(self, name: str, seconds: int | None = None) -> list[ev.Event]:
        session, play = self.session, self.play
        acts: dict[str, Callable[[], list[ev.Event]]] = {
            "open": lambda: moves.open_vote(session, play, "What now?", seconds=seconds),
            "close": lambda: moves.close_vote(play),
            "add": lambda: moves.add_time(play, 5, 30),
            "opposite": lambda: moves.find_opposite(play),
            "again": lambda: moves.vote_again(session, play),
            "reveal": lambda: moves.reveal(session, play),
            "votes": lambda: moves.reveal(session, play),
            "back": lambda: moves.go_back(session, play),
            "say": lambda: moves.say_aloud(session, "Aloud", "“Well”"),
            "own": lambda: moves.say_aloud(session, "Own words", "", seconds=60),
            "road": lambda: moves.show_road(not session.settings.get("road")),
            "replay": lambda: moves.begin(session, play.scenario, play.file),
        }
        return acts["open" if name == "rerun" else name]()

    def _take(self, letter: int) -> None:
        play = self.play
        taken = play.turn.responses[letter % len(play.turn.responses)]
        self.table.do(moves.take(self.session, play, taken, "why"))
        mood = min(10, max(0, play.mood + taken.mood))
        self.steps[-1] = (*self.steps[-1][:2], "ABCDEF"[letter % len(play.turn.responses)])
        self.steps.append((taken.to, mood, ""))
        self.visits += 1

    @rule(name=st.sampled_from(["open", "close", "add", "opposite", "again", "reveal", "own", "road"]))
    def press_too_late(self, name: str) -> None:
        """A button of a panel that has not been painted anew: it works whole, or not at all with a sentence."""
        try:
            events = self.events_of(name)
        except Refused:
            return
        if name == "close" and self.session.open is not None and self.session.open is not self.play.last:
            assert not self.commit(events), "another panel's round is not this panel's to close"
            return
        before = self.session.seq
        if not self.commit(events):
            error = self.session.objection_to(events)
            assert isinstance(error, KitError)
            assert error.sentence.endswith(".")
            assert self.session.seq == before

    @rule(letter=letters)
    def take_too_late(self, letter: int) -> None:
        play = self.play
        if play.last is not None and play.last.closed is None and play.turn.responses:
            try:
                moves.take(self.session, play, play.turn.responses[letter % len(play.turn.responses)])
            except Refused:
                return
            raise AssertionError("a way was taken while the vote was open")

    @rule(counts=st.lists(st.integers(0, 5), min_size=6, max_size=6))
    def count_hands(self, counts: list[int]) -> None:
        if self.play.last is None:
            return
        offered = [option.id for option in self.play.last.opened.options]
        counted = dict(zip(offered, counts, strict=False))
        if self.commit(moves.count_hands(self.play, counted)):
            assert self.play.last.hands == counted

    @rule(scenario=some, mood=st.integers(-5, 5), grade=grades)
    def take_another_file(self, scenario: Scenario, mood: int, grade: str) -> None:
        """Begin another scenario; or the author changes what responses do, and the room goes on where it stands."""
        if mood > 2:
            self.begin(scenario)
            return
        old = self.play.scenario
        turns = [
            Turn(turn.name, turn.line, responses=[
                Response(each.id, each.text, grade, each.reason, mood, {}, each.to) for each in turn.responses
            ])
            for turn in old.turns
        ]  # fmt: skip
        mended = Scenario(old.title, turns, mood=old.mood)
        self.table.do(moves.take_over(mended, "made-up"))
        assert self.play.scenario == mended

    # The room

    @precondition(lambda self: self.session.rounds)
    @rule(who=st.sampled_from([*PEOPLE, "nobody"]), answer=answers, older=st.integers(0, 3))
    def cast(self, who: str, answer: str, older: int) -> None:
        """A ballot for the newest round, sometimes for an older one; what does not count is skipped."""
        rounds = list(self.session.rounds)
        self.table.add(vote(who, answer, rounds[-1] if older else rounds[0]))

    @rule(who=st.sampled_from(PEOPLE), comes=st.booleans())
    def come_or_go(self, who: str, comes: bool) -> None:
        self.table.add(join(who) if comes else remove(who))

    @rule(seconds=st.integers(1, 40))
    def wait(self, seconds: int) -> None:
        """Time passes; the server closes what has run out."""
        self.table.second += seconds
        if self.session.open is not None:
            self.table.add(shut(self.session.open.opened.round, by="time"))

    # Other panels

    @rule(act=st.sampled_from([ask, shut, reveal, hands]), live=st.booleans())
    def elsewhere(self, act: Callable[[str], ev.Event], live: bool) -> None:
        """Another panel opens a question of its own, or goes on with the last one."""
        mine = [id_ for id_ in self.session.rounds if id_.startswith("ask-")]
        self.table.add(ev.SettingsChanged(settings={"live": live}))
        if act is ask or mine:
            self.table.add(ask(f"ask-{len(mine)}") if act is ask else act(mine[-1]))

    @rule(topic=st.sampled_from(["road", "scenario", "private"]), fields=st.sampled_from(GARBAGE))
    def scribble(self, topic: str, fields: dict[str, Any]) -> None:
        self.table.add(ev.NoteRecorded(topic=topic, fields=fields))

    @rule()
    def end_and_reopen(self) -> None:
        self.table.add(ev.SessionClosed())
        self.press_too_late("open")
        assert self.session.closed is not None
        self.table.add(ev.SessionReopened())

    # What always holds

    @invariant()
    def the_road_is_what_was_taken(self) -> None:
        if not self.visits:
            return
        road = self.play.road
        assert [(step.turn, step.mood, step.letter) for step in road.steps] == self.steps
        assert all(bool(step.letter) == bool(step.text) for step in road.steps)
        for step in road.steps[:-1]:
            assert step.letter
            assert step.letter not in [other.letter for other in step.others]
        assert not road.here.others
        assert self.play.turn.name == road.here.turn
        assert self.play.can_go_back == (len(self.steps) > 1)
        scene = self.session.scene
        assert scene is not None
        assert (scene.turn, scene.mood) == self.steps[-1][:2]

    @invariant()
    def every_visit_is_one_note(self) -> None:
        written = [note for note in self.session.notes if note.topic == roads.TOPIC and note.id is not None]
        assert [note.fields["visit"] for note in written] == list(range(1, self.visits + 1))
        assert [note.id for note in written] == [f"road-{n}" for n in range(1, self.visits + 1)]
        assert self.visits == (self.play.road.visit if self.visits else 0)

    @invariant()
    def the_stage_agrees_with_the_rounds(self) -> None:
        if not self.visits:
            return
        play, prefix = self.play, f"play-{self.visits}-"
        mine = [round_ for id_, round_ in self.session.rounds.items() if id_.startswith(prefix)]
        assert [round_.opened.round for round_ in mine] == [f"{prefix}{n}" for n in range(1, len(mine) + 1)]
        last = mine[-1] if mine else None
        assert play.last is last
        again = last is not None and last.opened.repeats is not None
        if not play.turn.responses:
            assert play.stage == "end"
        elif last is None:
            assert play.stage == "scene"
        elif last.closed is None:
            assert self.session.open is last
            assert play.stage == ("revote" if again else "vote")
        elif last.revealed is not None:
            assert play.stage == ("aloud" if self.session.message is not None else "revealed")
        elif again:
            assert play.stage == "voted"
        else:
            finding = self.session.settings.get("opposite") == last.opened.round
            assert play.stage == ("opposite" if finding else "talk")
        if again:
            assert play.first is not None
            assert last is not None
            assert last.opened.repeats == play.first.opened.round
            assert play.first.opened.repeats is None

    @invariant()
    def votes_add_up(self) -> None:
        if not self.visits or self.play.last is None:
            return
        play, last = self.play, self.play.last
        counts, here = votes(self.session, last), {person.id for person in self.session.present}
        phones = [who for who in last.ballots if who in here]
        assert sum(counts.values()) == len(phones) + sum((last.hands or {}).values())
        found = share(self.session, play.turn, last)
        assert 0 <= found.good <= found.voted == sum(counts.values())
        assert found.good == sum(counts[each.id] for each in play.turn.responses if each.grade in GOOD)
        best = [response.id for response in winners(self.session, play)]
        most = max(counts.values())
        assert best == ([id_ for id_, n in counts.items() if n == most] if most and last.closed is not None else [])
        both = set(phones) & set(play.first.ballots) if play.first is not None and play.second is not None else set()
        assert sum(moved(self.session, play).values()) == len(both)

    @invariant()
    def nobody_sees_votes_too_early(self) -> None:
        for viewer in [WALL, *(Viewer("phone", who) for who in PEOPLE)]:
            look = screen(self.session, viewer, now(self.table.second))
            assert hash(look) is not None
            assert look.road is None or viewer == WALL
            if viewer == WALL and self.session.settings.get("live"):
                continue
            assert look.view != "results" or look.results is not None
            assert look.view != "opposite" or self.play.stage == "opposite"
            if look.results is not None:
                stage = self.session.stage
                assert stage is not None
                assert stage.revealed is not None
                assert stage.closed is not None
                assert look.view not in ("question", "closed", "opposite")

    @invariant()
    def a_second_reader_of_the_log_is_where_the_first_is(self) -> None:
        again = Session.replay(CODE, self.table.lines)
        assert plays.read(again) == plays.read(self.session)

    def teardown(self) -> None:
        again = Session.replay(CODE, self.table.lines)
        assert vars(again) == vars(self.session)


Conversation.TestCase.settings = settings(max_examples=150, stateful_step_count=40)
TestConversation = Conversation.TestCase
