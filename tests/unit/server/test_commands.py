"""What a facilitator's events may do, and that a command can be repeated without harm."""

from __future__ import annotations

import pytest

from tests.serving import Facilitator, Server, at_once, hosting, is_error, question, web


def shown(title: str, id_: str | None = None) -> dict[str, object]:
    return {"kind": "message.shown", "title": title} | ({"id": id_} if id_ else {})


def test_opening_while_a_round_is_open_is_refused(room: Facilitator) -> None:
    room.ask("r1")
    is_error(room.send(question("r2")), 409, "refused")
    room.shut("r1")
    room.ask("r2")


def test_a_round_id_twice_is_refused(room: Facilitator) -> None:
    room.ask("r1")
    room.shut("r1")
    is_error(room.send(question("r1", "xyz")), 409, "refused")
    assert [option["id"] for option in room.log("round.opened")[0]["options"]] == ["a", "b"]


def test_a_second_closing_is_refused_and_changes_nothing(room: Facilitator) -> None:
    room.ask()
    room.shut()
    is_error(room.send({"kind": "round.closed", "round": "r1"}), 409)
    assert len(room.log("round.closed")) == 1


def test_an_open_round_is_not_revealed(room: Facilitator) -> None:
    room.ask()
    is_error(room.send({"kind": "round.revealed", "round": "r1"}), 409)


@pytest.mark.parametrize(
    "event",
    [
        {"kind": "round.closed", "round": "r9"},
        {"kind": "round.revealed", "round": "r9"},
        {"kind": "round.extended", "round": "r9", "seconds": 5},
        {"kind": "hands.counted", "round": "r9", "counts": {}},
        {"kind": "participant.removed", "participant": "nobody"},
        {"kind": "ballot.cast", "round": "r9", "participant": "nobody", "answer": "a"},
        {"kind": "session.reopened"},
        {"kind": "session.opened", "workshop": "w", "title": "t"},
    ],
)
def test_what_the_session_does_not_allow_is_refused_and_not_stored(room: Facilitator, event: dict[str, object]) -> None:
    answer = room.send(event)
    is_error(answer, answer.status_code)
    assert 400 <= answer.status_code < 500
    assert len(room.log()) == 1


def test_a_ballot_entered_for_a_name_is_checked_as_a_phones_is(room: Facilitator) -> None:
    room.ask()
    room.post("participant.joined", participant="x1", name="No phone")
    is_error(
        room.send({"kind": "ballot.cast", "round": "r1", "participant": "x1", "answer": "z"}), 422, "invalid_answer"
    )
    room.post("ballot.cast", round="r1", participant="x1", answer="b")
    assert room.session.tally("r1") == {"a": 0, "b": 1}


def test_an_ended_session_takes_nothing_but_its_reopening(room: Facilitator) -> None:
    room.ask()
    phone = room.phone("Ana")
    room.post("session.closed")
    is_error(room.send(shown("Late")), 409, "session_ended")
    is_error(phone.vote("a"), 409)
    is_error(room.phone().join("Bo"), 409, "session_ended")
    assert room.http.get(f"/{room.code}").status_code == 200
    assert "ended" in phone.page()
    room.post("session.reopened")
    room.ask("r2")
    assert phone.vote("a", "r2").status_code == 200
    is_error(phone.vote("a", "r1"), 409, "round_closed")


def test_a_repeated_command_returns_its_first_seq_and_is_stored_once(room: Facilitator) -> None:
    first = room.send(shown("Once", "c1")).json()["seq"]
    room.post("message.shown", title="Between")
    again = room.send(shown("Once", "c1"))
    assert (again.status_code, again.json()) == (201, {"seq": first})
    assert [event["title"] for event in room.log("message.shown")] == ["Once", "Between"]


def test_an_id_with_another_body_is_409(room: Facilitator) -> None:
    room.send(shown("Once", "c1"))
    is_error(room.send(shown("Other", "c1")), 409, "id_taken")
    is_error(room.send(question() | {"id": "c1"}), 409, "id_taken")
    assert len(room.log()) == 2


def test_an_id_belongs_to_its_session(room: Facilitator, server: Server) -> None:
    with hosting(server.url, server.key) as other:
        assert room.send(shown("Mine", "c1")).status_code == 201
        assert other.send(shown("Another's", "c1")).status_code == 201


def test_a_list_is_repeated_as_a_whole(room: Facilitator) -> None:
    listed = [shown("One", "l1"), shown("Two"), shown("Three", "l3")]
    first = room.send(listed)
    assert room.send(listed).json() == first.json()
    assert len(room.log("message.shown")) == 3


@pytest.mark.parametrize(
    "other",
    [
        [shown("One", "l1")],
        [shown("Two", "l2"), shown("One", "l1")],
        [shown("One", "l1"), shown("Two", "l2"), shown("More", "l3")],
        [shown("One", "l1"), shown("Changed", "l2")],
        [shown("New", "l0"), shown("Two", "l2")],
        [shown("One", "l9"), shown("Two", "l9")],
    ],
)
def test_a_list_that_shares_ids_with_another_is_never_stored_in_part(
    room: Facilitator, other: list[dict[str, object]]
) -> None:
    room.send([shown("One", "l1"), shown("Two", "l2")])
    before = len(room.log())
    answer = room.send(other)
    # The beginning of the same list is a repetition too; all else is a conflict.
    if answer.status_code == 201:
        assert other == [shown("One", "l1")]
    else:
        is_error(answer, 409, "id_taken")
    assert len(room.log()) == before


def test_a_command_repeated_from_eight_threads_at_once_is_one_event(room: Facilitator) -> None:
    opening = question("r1") | {"id": "open r1"}
    clients = [web(room.url, headers=room.headers) for _ in range(8)]
    answers = at_once(*[lambda http=http: http.post(room.events, json=opening) for http in clients])
    for client in clients:
        client.close()
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["seq"] for answer in answers}) == 1
    assert len(room.log("round.opened")) == 1


def test_an_opening_repeated_while_its_round_is_open_is_no_second_opening(room: Facilitator) -> None:
    """The answer was lost; the notebook asks again."""
    opening = question("r1") | {"id": "open r1"}
    assert room.send(opening).json() == room.send(opening).json()
    room.shut()
    assert room.send(opening).status_code == 201
    assert room.session.open is None


def test_two_notebooks_on_one_session_disturb_each_other_in_nothing(room: Facilitator) -> None:
    """Both press the button at once: one round opens, the other is told."""
    clients = [web(room.url, headers=room.headers) for _ in range(6)]
    calls = [
        lambda http=http, n=n: http.post(room.events, json=question(f"r{n}") | {"id": f"n{n}"})
        for n, http in enumerate(clients)
    ]
    answers = at_once(*calls)
    for client in clients:
        client.close()
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409, 409, 409]
    (taken,) = [n for n, answer in enumerate(answers) if answer.status_code == 201]
    assert list(room.session.rounds) == [f"r{taken}"]
    assert room.session.open is not None


def test_unknown_fields_of_an_event_are_kept(room: Facilitator) -> None:
    room.post("message.shown", title="x", later={"deep": [1, 2]})
    assert room.log("message.shown")[0]["later"] == {"deep": [1, 2]}


def test_seq_and_at_are_set_by_the_store_whatever_the_client_says(room: Facilitator) -> None:
    room.post("message.shown", title="x", seq=99, at="1999-01-01T00:00:00.000Z")
    event = room.log("message.shown")[0]
    assert event["seq"] == 2
    assert not event["at"].startswith("1999")


@pytest.mark.parametrize("round_", ["a/b", "ä 1", "a%2Fb", "#1", "r?x=1", "..", "<b>", "💬", "r\t1"])
def test_a_round_may_be_called_anything_or_is_refused_at_once(room: Facilitator, round_: str) -> None:
    """A round that can be opened can be voted in."""
    if room.send(question(round_)).status_code == 422:
        return
    assert room.phone("Ana").vote("a", round_).status_code == 200
    assert room.session.tally(round_) == {"a": 1, "b": 0}
