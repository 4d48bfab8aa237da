"""An answer comes after the commit; the log's order decides; one ballot counts per participant and round."""

from __future__ import annotations

import random
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.serving import Facilitator, Phone, at_once, is_error


def test_an_unknown_option_is_422_and_not_stored(room: Facilitator) -> None:
    room.ask()
    phone = room.phone("Ana")
    for answer in ("z", "", "A", None, 1, True, ["a"], {"a": 1}, 1e300):
        is_error(phone.vote(answer), 422, "invalid_answer")
    assert room.log("ballot.cast") == []


def test_an_unknown_round_is_404(room: Facilitator) -> None:
    is_error(room.phone("Ana").vote("a", "r9"), 404, "not_found")


def test_a_late_vote_is_409_and_not_stored(room: Facilitator) -> None:
    room.ask()
    phone = room.phone("Ana")
    room.shut()
    is_error(phone.vote("a"), 409, "round_closed")
    assert room.log("ballot.cast") == []


def test_confidence_and_reason_have_limits(room: Facilitator) -> None:
    room.ask(confidence=True, reason=True)
    phone = room.phone("Ana")
    for more in ({"confidence": 0}, {"confidence": 4}, {"confidence": "sure"}, {"reason": "x" * 201}, {"reason": 7}):
        is_error(phone.vote("a", **more), 422, "invalid_answer")
    assert phone.vote("a", reason="x" * 200).status_code == 200


def test_a_changed_vote_counts_as_the_last_one_acknowledged(room: Facilitator) -> None:
    room.ask()
    phone = room.phone("Ana")
    seqs = [phone.vote(answer).json()["seq"] for answer in "abab"]
    assert seqs == sorted(seqs)
    room.shut()
    assert room.session.tally("r1") == {"a": 0, "b": 1}
    assert len(room.log("ballot.cast")) == 4


def test_votes_of_one_phone_at_once_count_as_the_last_in_the_log(room: Facilitator) -> None:
    room.ask(options="abc")
    phone = room.phone("Ana")
    at_once(*[lambda answer=answer: phone.vote(answer) for answer in "abcabcab"])
    last = room.log("ballot.cast")[-1]["answer"]
    assert room.session.tally("r1") == {option: int(option == last) for option in "abc"}


def test_a_phone_that_reconnects_cannot_vote_twice(room: Facilitator) -> None:
    """Reloaded, with a new connection, by its word on another browser: one person, one ballot."""
    room.ask()
    phone = room.phone("Ana")
    phone.vote("a")
    again = room.phone(None)
    again.http.cookies = phone.http.cookies
    again.stream().wait(lambda message: message.event == "screen")
    again.vote("b")
    other = room.phone()
    other.join(word=phone.word)
    other.vote("a")
    room.shut()
    assert room.session.tally("r1") == {"a": 1, "b": 0}
    assert len(room.session.present) == 1


def test_the_page_shows_ones_own_stored_answer_after_a_reload(room: Facilitator) -> None:
    room.ask(reason=True)
    phone = room.phone("Ana")
    phone.vote("b", reason="My own words")
    assert "My own words" in phone.page()
    assert "My own words" not in room.phone("Bo").page()


def test_a_hundred_simultaneous_votes_are_a_hundred_stored_votes(room: Facilitator) -> None:
    room.ask()
    phones = room.phones(100)
    answers = at_once(*[lambda phone=phone, n=n: phone.vote("ab"[n % 2]) for n, phone in enumerate(phones)])
    assert {answer.status_code for answer in answers} == {200}
    stored = room.log("ballot.cast")
    assert sorted(answer.json()["seq"] for answer in answers) == [ballot["seq"] for ballot in stored]
    assert {ballot["participant"] for ballot in stored} == {phone.participant for phone in phones}
    assert room.session.tally("r1") == {"a": 50, "b": 50}
    events = room.log()
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))


def test_a_vote_that_races_a_closing_is_counted_or_refused_but_never_both(room: Facilitator) -> None:
    """Every 200 stands before the closing in the log and counts unless its own phone changed it; no 409 counts."""
    phones = room.phones(16)
    for number in range(3):
        round_ = f"r{number}"
        room.ask(round_, "abc")
        with ThreadPoolExecutor(len(phones)) as pool:
            votes = [pool.submit(_race, phone, round_) for phone in phones]
            time.sleep(random.uniform(0, 0.05))
            room.shut(round_)
            told = {phone.participant: vote.result() for phone, vote in zip(phones, votes, strict=True)}
        _check_race(room, round_, told)


def _race(phone: Phone, round_: str) -> list[tuple[str, httpx.Response]]:
    answers = []
    while not answers or answers[-1][1].status_code == 200:
        answer = random.choice("abc")
        answers.append((answer, phone.vote(answer, round_)))
        assert len(answers) < 190, "the round never closed"
    return answers


def _check_race(room: Facilitator, round_: str, told: dict[str, list[tuple[str, httpx.Response]]]) -> None:
    (closing,) = [event["seq"] for event in room.log("round.closed") if event["round"] == round_]
    stored = {event["seq"]: event for event in room.log("ballot.cast")}
    session = room.session
    counted = session.ballots(round_)
    for participant, answers in told.items():
        good = [(answer, told_.json()["seq"]) for answer, told_ in answers if told_.status_code == 200]
        for answer, seq in good:
            assert seq < closing
            assert (stored[seq]["participant"], stored[seq]["answer"]) == (participant, answer)
        is_error(answers[-1][1], 409, "round_closed")
        if good:
            assert counted[participant].answer == good[-1][0]
            assert counted[participant].seq == good[-1][1]
        else:
            assert participant not in counted


def test_a_removal_that_races_votes_leaves_none_of_them_counted(room: Facilitator) -> None:
    room.ask()
    phone = room.phone("Ana")
    votes = [lambda: phone.vote("a").status_code] * 6

    def removal() -> int:
        return room.post("participant.removed", participant=phone.participant)

    *statuses, _ = at_once(*votes, removal)
    assert set(statuses) <= {200, 401, 409}
    assert room.session.tally("r1") == {"a": 0, "b": 0}
    assert phone.vote("a").status_code in (401, 409)


def test_the_end_of_the_session_closes_the_open_round(room: Facilitator) -> None:
    room.ask()
    phone = room.phone("Ana")
    phone.vote("a")
    room.post("session.closed")
    is_error(phone.vote("b"), 409)
    assert room.session.tally("r1") == {"a": 1, "b": 0}


@pytest.mark.parametrize("body", ["answer=a&answer=b", "answer=b&more=%FF"])
def test_odd_forms_are_read_as_one_answer(room: Facilitator, body: str) -> None:
    """The hidden first button and the pressed one carry the same name: the last counts."""
    room.ask()
    phone = room.phone("Ana")
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = phone.http.post(f"/{room.code}/ballots/r1", content=body, headers=headers)
    assert answer.json()["answer"] == "b"
