"""A whole conversation played with the class, as a facilitator would who rehearses alone."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import mean

from kit import events as ev
from kit import moves
from kit import play as plays
from kit.play import Play
from kit.session import Session
from tests.serving import Facilitator, until
from tests.unit.playing import real
from tests.unit.rehearsal.conftest import Bring
from tests.unit.rehearsal.test_crowd import planned, present, punctual, voted

PEOPLE = 24


def do(room: Facilitator, events: Sequence[ev.Event]) -> None:
    answer = room.send(b"[" + b",".join(ev.draft(event).body for event in events) + b"]")
    assert answer.status_code == 201, answer.text


def stand(room: Facilitator) -> tuple[Session, Play]:
    session = room.session
    play = plays.read(session)
    assert play is not None
    return session, play


def voting(room: Facilitator) -> float:
    """Wait until all who will have voted, close; the share of good responses."""
    session, play = stand(room)
    assert play.last is not None
    round_ = play.last.opened.round
    # Who comes late may just be coming in.
    until(lambda: len(voted(room, round_)) >= len(planned(room, round_, PEOPLE)) - 2)
    do(room, moves.close_vote(play))
    session, play = stand(room)
    assert play.last is not None
    share = plays.share(session, play.turn, play.last)
    return share.good / share.voted


def test_a_whole_conversation_is_played_from_beginning_to_end(stage: Facilitator, bring: Bring) -> None:
    class_ = bring(stage, people=PEOPLE, speed=200.0)
    until(lambda: len(present(stage)) == len(punctual(PEOPLE)))
    do(stage, moves.begin(stage.session, real(), "02-the-late-delivery"))
    first, second = [], []
    for _ in range(12):
        session, play = stand(stage)
        if play.stage == "end":
            break
        do(stage, moves.open_vote(session, play, "What do you answer?", reason=True))
        first.append(voting(stage))
        session, play = stand(stage)
        do(stage, moves.find_opposite(play))
        session, play = stand(stage)
        do(stage, moves.vote_again(session, play))
        second.append(voting(stage))
        session, play = stand(stage)
        do(stage, moves.reveal(session, play))
        session, play = stand(stage)
        do(stage, moves.take(session, play, plays.winners(session, play)[0]))
    assert stand(stage)[1].stage == "end"
    assert len(first) > 2
    assert all(0.2 < share < 0.8 for share in first), first
    assert 0.05 < mean(second) - mean(first) < 0.4
    stage.post("session.closed")
    assert class_.wait(10)
    ballots = [vote for round_ in stage.session.rounds for vote in stage.session.ballots(round_).values()]
    assert {vote.confidence for vote in ballots} == {None, 1, 2, 3}
    assert any(vote.reason for vote in ballots)
