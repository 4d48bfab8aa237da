"""The class in a real room: it comes, votes, loses the line, is found again, leaves; never where people are."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections import Counter
from typing import Any

import pytest

from kit.errors import BadSetting, KitError, NoRoomServer, Refused, SessionEnded, UnknownRoom, WrongKey
from kit.folders import Folder
from kit.rehearsal import Crowd, crowd, questions, rehearse
from kit.rehearsal.answers import Gap, Plan, plan
from kit.rehearsal.member import Acknowledged
from kit.rehearsal.people import person
from kit.settings import Settings, read
from tests.serving import POSIX, Facilitator, Server, environment, free_port, hosting, until
from tests.unit.rehearsal.asking import asked
from tests.unit.rehearsal.conftest import Bring, keep, settings_of


def present(room: Facilitator) -> list[str]:
    return [one.id for one in room.session.present]


def punctual(people: int, seed: int = 1) -> list[int]:
    return [number for number in range(1, people + 1) if not person(seed, number).late]


def planned(room: Facilitator, round_: str, people: int, seed: int = 1) -> list[tuple[Any, Any, Any]]:
    """What those who are there are to answer in the end."""
    question = questions.read(room.session, round_)
    assert question is not None
    there = [one for one in map(lambda n: person(seed, n), range(1, people + 1)) if one.late <= question.number]
    stay = [one for one in there if not one.leaves or question.number <= one.leaves]
    last = [found.ballots[-1] for one in stay if (found := plan(seed, one, question)).ballots]
    return sorted((one.answer, one.confidence or 0, one.reason or "") for one in last)


def keen(people: int, rounds: int = 1) -> int:
    """A seed with which all these people are there from the beginning, and vote each time."""
    return next(
        seed
        for seed in range(10_000)
        if len(punctual(people, seed)) == people
        and all(plan(seed, person(seed, n), asked(k + 1)).ballots for n in range(1, people + 1) for k in range(rounds))
    )


def voted(room: Facilitator, round_: str) -> list[tuple[Any, Any, Any]]:
    ballots = room.session.ballots(round_).values()
    return sorted((one.answer, one.confidence or 0, one.reason or "") for one in ballots)


def stored(room: Facilitator) -> set[Acknowledged]:
    return {Acknowledged(e["round"], e["participant"], e["answer"], e["seq"]) for e in room.log("ballot.cast")}


def test_people_join_vote_and_vote_again_as_the_model_says(stage: Facilitator, bring: Bring) -> None:
    class_ = bring(stage, people=20)
    until(lambda: len(present(stage)) == len(punctual(20)))
    stage.ask("r1", "abcd", confidence=True, reason=True)
    until(lambda: voted(stage, "r1") == planned(stage, "r1", 20))
    stage.shut("r1")
    stage.ask("r2", "abcd", repeats="r1")
    until(lambda: voted(stage, "r2") == planned(stage, "r2", 20))
    stage.shut("r2")
    class_.stop()
    assert set(class_.acknowledged) == stored(stage)
    assert len(class_.acknowledged) == len(stored(stage)), "each is acknowledged once"
    names = [one.name for one in stage.session.present]
    assert any(name.startswith("Guest") for name in names)
    assert len(set(names)) == len(names)


def test_the_log_tells_that_the_class_came_and_left(stage: Facilitator, bring: Bring) -> None:
    class_ = bring(stage, people=3, seed=7)
    (came,) = stage.log("note.recorded")
    assert came["topic"] == "rehearsal"
    assert came["fields"] == {"class": "came", "people": 3, "seed": 7, "speed": 400.0}
    class_.stop()
    assert [note["fields"]["class"] for note in stage.log("note.recorded")] == ["came", "left"]


def test_late_comers_come_after_the_first_rounds(stage: Facilitator, bring: Bring) -> None:
    bring(stage, people=20)
    until(lambda: len(present(stage)) == len(punctual(20)))
    assert len(punctual(20)) == 18
    for number in (1, 2, 3):
        stage.ask(f"r{number}")
        stage.shut(f"r{number}")
    until(lambda: len(present(stage)) == 20, say="the late ones did not come")
    stage.ask("r4")
    until(lambda: voted(stage, "r4") == planned(stage, "r4", 20))


def test_who_leaves_votes_no_more(stage: Facilitator, bring: Bring) -> None:
    leaver = next(n for n in range(1, 21) if person(1, n).leaves)
    bring(stage, people=20)
    until(lambda: len(present(stage)) == 18)
    before, after = [], []
    for number in range(1, 9):
        stage.ask(f"r{number}", "abcd")
        until(lambda number=number: len(voted(stage, f"r{number}")) >= len(planned(stage, f"r{number}", 20)))
        stage.shut(f"r{number}")
        (before if number <= person(1, leaver).leaves else after).append(len(voted(stage, f"r{number}")))
    ballots = [stage.session.ballots(f"r{number}") for number in range(1, 9)]
    gone = set().union(*ballots[:3]) - set().union(*ballots[6:])
    assert len(gone) == 1
    assert len(present(stage)) == 20, "a phone that is gone is not told of"


def test_a_phone_out_of_reach_comes_back_and_votes_later(
    stage: Facilitator, bring: Bring, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At a tenth of this speed the gap would be a minute and a half long."""
    away = Gap(0.0, 300.0)
    monkeypatch.setattr(
        "kit.rehearsal.answers.plan", lambda *given: Plan(plan(*given).ballots, away if given[1].number == 2 else None)
    )
    class_ = bring(stage, people=2, seed=keen(2))
    until(lambda: len(present(stage)) == 2)
    stage.ask("r1", "abcd")
    until(lambda: len(class_.acknowledged) == 2)
    second = {each.participant: each.seq for each in class_.acknowledged}
    assert max(second, key=second.__getitem__) == [one.id for one in stage.session.present][1]


def test_a_vote_that_fell_into_a_gap_is_not_sent_to_a_closed_round(
    stage: Facilitator, bring: Bring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kit.rehearsal.answers.plan", lambda *given: Plan(plan(*given).ballots, Gap(0.0, 100.0)))
    class_ = bring(stage, people=1, seed=keen(1, 2))
    until(lambda: len(present(stage)) == 1)
    stage.ask("r1")
    stage.shut("r1")
    stage.ask("r2")
    until(lambda: class_.acknowledged)
    assert {each.round for each in class_.acknowledged} == {"r2"}


def test_nobody_votes_who_has_not_seen_the_question(
    stage: Facilitator, bring: Bring, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def blind(phone: Any, see: Any) -> None:
        blinded = phone._join["ticket"].endswith(" 2")
        await plain(phone, (lambda seen: True) if blinded else see)

    plain = crowd.Phone.follow
    monkeypatch.setattr(crowd.Phone, "follow", blind)
    class_ = bring(stage, people=2, seed=keen(2))
    until(lambda: len(present(stage)) == 2)
    stage.ask("r1")
    until(lambda: class_.acknowledged)
    stage.shut("r1")
    class_.stop()
    assert len(stage.session.ballots("r1")) == 1


def test_a_server_that_is_killed_and_comes_back_elsewhere_is_found(
    own_server: Server, own_stage: Facilitator, bring: Bring
) -> None:
    class_ = bring(own_stage, own_server, people=30, speed=20.0)
    until(lambda: len(present(own_stage)) == len(punctual(30)))
    own_stage.ask("r1", "abcd", confidence=True)
    until(lambda: len(class_.acknowledged) >= 5)
    own_server.kill()
    own_server.port = free_port()
    own_server.start()
    with hosting(own_server.url, own_server.key) as here:
        # The same facilitator at the new address.
        here.code, here.key, here.headers, here.events = (
            own_stage.code, own_stage.key, own_stage.headers, own_stage.events,
        )  # fmt: skip
        until(lambda: voted(here, "r1") == planned(here, "r1", 30), say="not everybody found the room again")
        class_.stop()
        assert set(class_.acknowledged) <= stored(here), "an acknowledged ballot is lost"
        assert len(present(here)) == len(punctual(30)), "somebody took a second seat"


def test_a_lost_answer_is_asked_for_again(stage: Facilitator, bring: Bring, monkeypatch: pytest.MonkeyPatch) -> None:
    lost = Counter[str]()

    async def lose(phone: Any, round_: str, ballot: Any) -> int:
        seq = await plain(phone, round_, ballot)
        lost[phone.participant] += 1
        if lost[phone.participant] == 1:
            raise NoRoomServer("The answer was lost.")
        return int(seq)

    plain = crowd.Phone.vote
    monkeypatch.setattr(crowd.Phone, "vote", lose)
    class_ = bring(stage, people=3, seed=keen(3))
    until(lambda: len(present(stage)) == 3)
    stage.ask("r1", "abcd")
    until(lambda: len({each.participant for each in class_.acknowledged}) == 3)
    class_.stop()
    assert set(class_.acknowledged) < stored(stage)


def test_a_class_that_is_started_again_takes_its_old_seats(stage: Facilitator, bring: Bring) -> None:
    bring(stage, people=9).stop()
    class_ = bring(stage, people=9)
    until(lambda: len(present(stage)) == len(punctual(9)))
    before = present(stage)
    class_.stop()
    again = bring(stage, people=9)
    stage.ask("r1", "abcd")
    until(lambda: voted(stage, "r1") == planned(stage, "r1", 9))
    again.stop()
    assert present(stage)[: len(before)] == before
    assert {each.participant for each in again.acknowledged} <= set(present(stage))


def test_two_classes_cannot_sit_on_the_same_seats(
    stage: Facilitator, bring: Bring, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring(stage)
    monkeypatch.setattr(crowd, "LEAVING", 0.05)
    with pytest.raises(Refused, match="in this session already"):
        bring(stage)
    assert len(stage.log("note.recorded")) == 1


def test_the_facilitator_sends_the_class_away(stage: Facilitator, bring: Bring) -> None:
    class_ = bring(stage)
    stage.post("note.recorded", topic="rehearsal", fields={"class": "leave"})
    assert class_.wait(20)
    assert stage.log()[-1]["fields"] == {"class": "left"}
    bring(stage)
    until(lambda: len(present(stage)) == len(punctual(12)), say="an old word sent the new class away")


def test_at_the_end_all_see_the_goodbye_and_leave(stage: Facilitator, bring: Bring) -> None:
    class_ = bring(stage)
    until(lambda: len(present(stage)) == len(punctual(12)))
    stage.ask()
    stage.post("session.closed")
    assert class_.wait(5)
    assert stage.log()[-1]["kind"] == "session.closed"


def test_a_locked_door_is_waited_at_and_a_removed_phone_stays_out(stage: Facilitator, bring: Bring) -> None:
    stage.post("settings.changed", settings={"locked": True})
    bring(stage, people=2, seed=keen(2))
    stage.post("settings.changed", settings={"locked": False})
    until(lambda: len(present(stage)) == 2, say="nobody knocked again")
    stage.post("participant.removed", participant=present(stage)[1])
    stage.ask()
    until(lambda: stage.session.ballots("r1"))
    assert len(present(stage)) == 1


def test_a_server_that_stays_away_ends_the_class(own_server: Server, own_stage: Facilitator, bring: Bring) -> None:
    said: list[str] = []
    class_ = bring(own_stage, own_server, people=2, gone=0.3, say=said.append)
    until(lambda: len(present(own_stage)) == 2)
    own_server.stop()
    assert class_.wait(30)
    assert said[0].startswith("The simulated class is coming: 2 people")
    assert said[1] == "2 people are here. 0 more will come late."
    assert said[2].startswith("The room does not answer")
    assert said[-1].startswith("The simulated class has left.")


def test_two_hundred_people_take_part(stage: Facilitator, bring: Bring) -> None:
    class_ = bring(stage, people=200, speed=100.0)
    until(lambda: len(present(stage)) == len(punctual(200)))
    stage.ask("r1", "abcd", confidence=True, reason=True)
    until(lambda: voted(stage, "r1") == planned(stage, "r1", 200))
    class_.stop()
    assert set(class_.acknowledged) == stored(stage)


# What keeps it from coming


def refused(room: Facilitator | None, settings: Settings, code: str = "", **more: Any) -> str:
    """The sentence with which it does not come; nobody has joined, and nothing is in the log."""
    before = len(room.log()) if room is not None else 0
    facts = {"people": 3, "seed": 1, "speed": 400.0} | more
    with pytest.raises(KitError) as caught:
        rehearse(settings, code or (room.code if room else ""), say=lambda line: None, **facts)
    assert room is None or len(room.log()) == before
    assert caught.value.sentence.endswith(".")
    assert type(caught.value) in (BadSetting, Refused, SessionEnded, UnknownRoom, WrongKey)
    return caught.value.sentence


@pytest.mark.timeout(20)
def test_nobody_is_simulated_in_a_session_that_counts(server: Server, room: Facilitator, settings: Settings) -> None:
    keep(server, room)
    assert "is no rehearsal, so nobody is simulated in it" in refused(room, settings)
    assert present(room) == []


def test_an_ended_session_is_no_place_to_come_to(stage: Facilitator, settings: Settings) -> None:
    stage.post("session.closed")
    assert "has ended" in refused(stage, settings)


@pytest.mark.parametrize("code", ["ACDEFG", "nonsense", "", "../../etc", "x" * 500])
def test_an_unknown_code_is_one_sentence(settings: Settings, code: str) -> None:
    assert "opened on this machine" in refused(None, settings, code or " ")


def test_a_room_without_its_key_here_is_one_sentence(stage: Facilitator, server: Server, settings: Settings) -> None:
    folder = Folder(server.data)
    folder.keep_session(stage.code, {"title": "A try"})
    assert "opened on this machine" in refused(stage, settings)
    folder.keep_session(stage.code, {"key": "x" * 43})
    assert "does not open the session" in refused(stage, settings)


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"people": 0}, "people is 0; a class has from 1 to 1000."),
        ({"people": 1001}, "people is 1001; a class has from 1 to 1000."),
        ({"seed": -1}, "seed is -1; it must be a whole number from 0 to 9007199254740992."),
        ({"seed": 10**30}, f"seed is {10**30}; it must be a whole number from 0 to 9007199254740992."),
        ({"speed": 0.0}, "speed is 0; it must be a number from 0.1 to 1000."),
        ({"speed": float("nan")}, "speed is nan; it must be a number from 0.1 to 1000."),
        ({"speed": 1001.0}, "speed is 1001; it must be a number from 0.1 to 1000."),
    ],
)
def test_numbers_that_cannot_be_are_one_sentence(
    stage: Facilitator, settings: Settings, facts: dict[str, Any], said: str
) -> None:
    assert refused(stage, settings, **facts) == said


def test_a_server_elsewhere_that_is_gone_is_one_sentence(stage: Facilitator, server: Server) -> None:
    gone = read({"KIT_DATA": str(server.data), "KIT_ROOM_URL": f"http://127.0.0.1:{free_port()}"})
    with pytest.raises(NoRoomServer, match="does not answer"):
        Crowd(gone, stage.code).run()
    assert settings_of(server).room_url == ""


def test_a_code_may_be_typed_as_people_type_it(stage: Facilitator, bring: Bring) -> None:
    stage.code = stage.code.lower()
    bring(stage, people=1)
    until(lambda: len(present(stage)) == 1)


@pytest.mark.skipif(not POSIX, reason="Windows sends no Ctrl-C to one process alone")
def test_ctrl_c_sends_it_away_in_order(server: Server, stage: Facilitator) -> None:
    words = ["rehearse", stage.code, "--people", "3", "--speed", "400"]
    process = subprocess.Popen(
        [sys.executable, "-m", "kit", *words],
        env=environment(server.data, KIT_HOST="127.0.0.1"),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    until(lambda: len(present(stage)) == 3)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    assert (process.returncode, err) == (0, "")
    assert out.splitlines()[-1].startswith("The simulated class has left.")
    assert stage.log()[-1]["fields"] == {"class": "left"}
