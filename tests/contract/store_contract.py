"""What every store promises. A driver's test class subclasses this one and says how to open its store."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from kit.errors import IdTaken, InvalidEvent, KitError, Refused, UnknownRoom
from kit.events import Draft
from kit.store import Commit, Failure, Outcome, Store, Stored
from tests.contract.hearing import Ear, draft, held, in_threads, next_millisecond, restless, seqs, topics


class StoreContract:
    def open(self, place: Path) -> Store:
        """The store that lives at this place; opened again, it has all that was stored."""
        raise NotImplementedError

    @pytest.fixture
    def store(self, tmp_path: Path) -> Iterator[Store]:
        store = self.open(tmp_path)
        store.create("ROOM22", b"hash", [draft("opened")])
        yield store
        store.close()

    # Sessions

    def test_a_session_begins_with_its_first_events(self, store: Store) -> None:
        assert store.create("ROOM33", b"other", [draft("a"), draft("b")]) is True
        lines = store.read("ROOM33")
        assert (seqs(lines), topics(lines)) == ([1, 2], ["a", "b"])
        assert store.find("ROOM33") == Stored("ROOM33", b"other", 2, json.loads(lines[-1])["at"])

    def test_a_code_that_is_taken_is_refused_and_its_session_untouched(self, store: Store) -> None:
        before = store.find("ROOM22")
        assert store.create("ROOM22", b"thief", [draft("stolen")]) is False
        assert (store.find("ROOM22"), topics(store.read("ROOM22"))) == (before, ["opened"])

    def test_of_many_who_want_one_code_one_gets_it(self, store: Store) -> None:
        got: list[int] = []
        in_threads(8, lambda n: got.append(n) if store.create("ROOM33", b"", [draft(f"by {n}")] * 3) else None)
        assert len(got) == 1
        assert topics(store.read("ROOM33")) == [f"by {got[0]}"] * 3

    def test_a_session_whose_first_events_cannot_be_stored_does_not_begin(self, store: Store) -> None:
        with pytest.raises(KitError):
            store.create("ROOM33", b"", [draft("a", "same"), draft("b", "same")])
        assert (store.find("ROOM33"), store.read("ROOM33")) == (None, [])
        assert store.create("ROOM33", b"", [draft("a")]) is True

    def test_an_unknown_code_finds_nothing(self, store: Store) -> None:
        assert (store.find("NOSUCH"), store.read("NOSUCH")) == (None, [])

    def test_sessions_are_listed_with_the_newest_event_first(self, store: Store) -> None:
        for code in "ROOM33", "ROOM44":
            next_millisecond()
            store.create(code, code.encode(), [draft("opened")])
        next_millisecond()
        store.append("ROOM22", [draft("late")])
        assert [stored.code for stored in store.sessions()] == ["ROOM22", "ROOM44", "ROOM33"]
        assert store.sessions() == [store.find(code) for code in ("ROOM22", "ROOM44", "ROOM33")]

    def test_sessions_are_numbered_each_on_its_own(self, store: Store) -> None:
        store.create("ROOM33", b"", [draft("opened")])
        firsts = [store.append(code, [draft(code)]) for code in ("ROOM22", "ROOM33", "ROOM33", "ROOM22")]
        assert firsts == [2, 2, 3, 3]
        assert topics(store.read("ROOM33")) == ["opened", "ROOM33", "ROOM33"]

    # Logs from elsewhere

    def test_a_log_is_adopted_with_its_places_times_and_ids(self, store: Store) -> None:
        for name, id_ in (("a", "c1"), ("b", None), ("ü", "c2")):
            next_millisecond()
            store.append("ROOM22", [draft(name, id_)])
        lines = store.read("ROOM22")
        assert store.adopt("ROOM33", b"key", lines) == 4
        assert store.read("ROOM33") == lines
        assert store.find("ROOM33") == Stored("ROOM33", b"key", 4, json.loads(lines[-1])["at"])

    def test_an_adopted_session_goes_on_and_knows_its_commands(self, store: Store) -> None:
        store.append("ROOM22", [draft("a", "c1")])
        store.adopt("ROOM33", b"key", store.read("ROOM22"))
        assert store.append("ROOM33", [draft("a", "c1")]) == 2
        assert store.append("ROOM33", [draft("new")]) == 3
        with pytest.raises(IdTaken):
            store.append("ROOM33", [draft("other", "c1")])

    def test_adopting_again_adds_only_what_is_beyond(self, store: Store) -> None:
        store.append("ROOM22", [draft("a")])
        short = store.read("ROOM22")
        store.append("ROOM22", [draft("b"), draft("c")])
        long = store.read("ROOM22")
        assert store.adopt("ROOM33", b"key", short) == 2
        assert store.adopt("ROOM33", b"another", long) == 2
        assert store.adopt("ROOM33", b"another", long) == 0
        assert store.adopt("ROOM33", b"another", short) == 0
        found = store.find("ROOM33")
        assert store.read("ROOM33") == long
        assert found is not None
        assert (found.key_hash, found.seq) == (b"key", 4)

    def test_a_log_that_differs_is_refused_and_nothing_of_it_is_stored(self, store: Store) -> None:
        store.create("ROOM33", b"key", [draft("opened")])
        store.append("ROOM33", [draft("mine")])
        store.append("ROOM22", [draft("theirs"), draft("more")])
        before = store.read("ROOM33")
        with pytest.raises(Refused, match="ROOM33"):
            store.adopt("ROOM33", b"other", store.read("ROOM22"))
        assert store.read("ROOM33") == before

    @pytest.mark.parametrize("wrong", [b"nonsense", b"{}", b'{"seq":9,"at":"2026-11-23T10:02:11.512Z","kind":"x"}'])
    def test_a_log_with_a_line_that_is_none_is_adopted_not_at_all(self, store: Store, wrong: bytes) -> None:
        with pytest.raises(InvalidEvent):
            store.adopt("ROOM33", b"key", [*store.read("ROOM22"), wrong])
        assert (store.find("ROOM33"), store.read("ROOM33")) == (None, [])

    def test_a_log_of_many_lines_is_adopted_whole(self, store: Store) -> None:
        store.append("ROOM22", [draft(f"n{n}") for n in range(1000)])
        lines = store.read("ROOM22")
        assert store.adopt("ROOM33", b"key", lines) == 1001
        assert store.read("ROOM33") == lines

    # Appending and reading

    def test_an_append_is_numbered_on_from_the_last(self, store: Store) -> None:
        assert store.append("ROOM22", [draft("a")]) == 2
        assert store.append("ROOM22", [draft("b"), draft("c")]) == 3
        assert store.append("ROOM22", [draft("d")]) == 5
        lines = store.read("ROOM22")
        assert (seqs(lines), topics(lines)) == ([1, 2, 3, 4, 5], ["opened", "a", "b", "c", "d"])
        found = store.find("ROOM22")
        assert found is not None
        assert (found.seq, found.at) == (5, json.loads(lines[-1])["at"])

    @pytest.mark.parametrize(("after", "rest"), [(0, [1, 2, 3]), (1, [2, 3]), (2, [3]), (3, []), (99, [])])
    def test_reading_goes_on_behind_a_place(self, store: Store, after: int, rest: list[int]) -> None:
        store.append("ROOM22", [draft("a"), draft("b")])
        assert seqs(store.read("ROOM22", after)) == rest

    def test_a_body_is_kept_byte_for_byte_behind_its_place_and_time(self, store: Store) -> None:
        body = '{"kind":"x.y", "mystery" : 1.50,"u":"\\u00fc ü 😀 عمر \\u0000","n":null,"big":1e2}'.encode()
        store.append("ROOM22", [Draft(body)])
        [line] = store.read("ROOM22", 1)
        assert line.endswith(body[1:])
        head = line[: -len(body[1:])].decode()
        assert re.fullmatch(r'\{"seq":2,"at":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z",', head)

    def test_an_unknown_code_is_refused(self, store: Store) -> None:
        with pytest.raises(UnknownRoom, match="NOSUCH"):
            store.append("NOSUCH", [draft("a")])

    def test_numbers_have_no_gap_under_threads_and_name_what_was_stored(self, store: Store) -> None:
        stored: dict[int, str] = {}

        def work(worker: int) -> None:
            for turn in range(200):
                names = [f"{worker}-{turn}-{part}" for part in range(1 + turn % 3)]
                first = store.append("ROOM22", [draft(name) for name in names])
                stored.update(enumerate(names, first))

        in_threads(8, work)
        lines = store.read("ROOM22", 1)
        assert seqs(lines) == list(range(2, len(lines) + 2))
        assert dict(enumerate(topics(lines), 2)) == stored
        assert len(lines) == 8 * sum(1 + turn % 3 for turn in range(200))

    # Repetitions

    def test_a_repeated_command_is_answered_with_its_first_place_and_stored_once(self, store: Store) -> None:
        ear = Ear(store)
        assert store.append("ROOM22", [draft("a", "c1")]) == 2
        store.append("ROOM22", [draft("b")])
        before = store.find("ROOM22")
        next_millisecond()
        store.submit("ROOM22", [draft("a", "c1")], "again")
        assert ear.wait_for("again") == [Commit("ROOM22", 2, (), "again")]
        assert topics(store.read("ROOM22")) == ["opened", "a", "b"]
        assert store.find("ROOM22") == before

    def test_a_repeated_list_is_answered_with_its_first_place_and_stored_once(self, store: Store) -> None:
        batch = [draft("a"), draft("b", "c1"), draft("c"), draft("d", "c2")]
        assert store.append("ROOM22", batch) == 2
        store.append("ROOM22", [draft("e")])
        assert store.append("ROOM22", batch) == 2
        assert topics(store.read("ROOM22")) == ["opened", "a", "b", "c", "d", "e"]

    def test_the_first_events_of_a_session_are_repeated_like_any_other(self, store: Store) -> None:
        store.create("ROOM33", b"", [draft("a"), draft("b", "c1")])
        assert store.append("ROOM33", [draft("b", "c1")]) == 2
        assert topics(store.read("ROOM33")) == ["a", "b"]

    @pytest.mark.parametrize(
        "batch",
        [
            [draft("other", "c1")],
            [draft("b", "c2")],
            [draft("new"), draft("a", "c1")],
            [draft("a", "c1"), draft("other", "c2")],
            [draft("a", "c1"), draft("b", "c2"), draft("more")],
            [draft("b", "c2"), draft("a", "c1")],
            [draft("new", "c9"), draft("b", "c2")],
            [draft("new", "c8"), draft("new", "c8")],
        ],
        ids=["other body", "other id", "another before", "another behind", "longer", "turned", "new before", "twice"],
    )
    def test_an_id_that_stands_for_something_else_is_refused_whole(self, store: Store, batch: list[Draft]) -> None:
        store.append("ROOM22", [draft("a", "c1"), draft("x", "c2")])
        before = store.find("ROOM22")
        next_millisecond()
        with pytest.raises(IdTaken):
            store.append("ROOM22", batch)
        assert topics(store.read("ROOM22")) == ["opened", "a", "x"]
        assert store.find("ROOM22") == before

    def test_ids_are_unique_within_their_session_only(self, store: Store) -> None:
        store.create("ROOM33", b"", [draft("opened")])
        assert store.append("ROOM22", [draft("a", "c1")]) == 2
        assert store.append("ROOM33", [draft("b", "c1")]) == 2
        assert (topics(store.read("ROOM22", 1)), topics(store.read("ROOM33", 1))) == (["a"], ["b"])

    def test_one_command_sent_by_many_at_once_is_stored_once(self, store: Store) -> None:
        firsts: list[int] = []
        in_threads(8, lambda _: firsts.append(store.append("ROOM22", [draft("a", "c1"), draft("b")])))
        assert firsts == [2] * 8
        assert topics(store.read("ROOM22")) == ["opened", "a", "b"]

    # Groups

    def test_in_one_group_a_repetition_a_conflict_and_an_unknown_code_harm_nobody(self, store: Store) -> None:
        ear = Ear(store)
        appends = {
            "first": ("ROOM22", [draft("a", "c1"), draft("b")]),
            "again": ("ROOM22", [draft("a", "c1"), draft("b")]),
            "other": ("ROOM22", [draft("z", "c1")]),
            "unknown": ("NOSUCH", [draft("z")]),
            "twice": ("ROOM22", [draft("y", "c2"), draft("y", "c2")]),
            "last": ("ROOM22", [draft("c"), draft("d", "c3")]),
        }
        with held(store):
            for token, (code, drafts) in appends.items():
                store.submit(code, drafts, token)
        first, again, other, unknown, twice, last = ear.wait_for(*appends)
        assert isinstance(first, Commit)
        assert isinstance(last, Commit)
        assert (first.first, topics(first.lines), last.first, topics(last.lines)) == (2, ["a", "b"], 4, ["c", "d"])
        assert again == Commit("ROOM22", 2, (), "again")
        for outcome, error in (other, IdTaken), (unknown, UnknownRoom), (twice, IdTaken):
            assert isinstance(outcome, Failure)
            assert isinstance(outcome.error, error)
        lines = store.read("ROOM22")
        assert (seqs(lines), topics(lines)) == ([1, 2, 3, 4, 5], ["opened", "a", "b", "c", "d"])
        assert store.read("NOSUCH") == []

    def test_an_id_that_was_refused_is_still_free(self, store: Store) -> None:
        with pytest.raises(IdTaken):
            store.append("ROOM22", [draft("a", "c1"), draft("a", "c1")])
        assert store.append("ROOM22", [draft("a", "c1")]) == 2

    # Listening

    def test_every_append_is_told_once_with_its_token_and_lines(self, store: Store) -> None:
        ear = Ear(store)
        token = object()
        store.submit("ROOM22", [draft("a"), draft("b")], token)
        [outcome] = ear.wait_for(token)
        assert outcome == Commit("ROOM22", 2, store.read("ROOM22", 1), token)
        assert ear.told == [outcome]

    def test_what_is_told_stands_in_the_log_already(self, store: Store) -> None:
        seen: list[list[str]] = []
        end = store.listen(lambda outcomes: seen.extend(topics(store.read(told.code, 1)) for told in outcomes))
        store.append("ROOM22", [draft("a")])
        end()
        assert seen == [["a"]]

    def test_outcomes_are_told_in_the_order_of_each_log(self, store: Store) -> None:
        store.create("ROOM33", b"", [draft("opened")])
        ear = Ear(store)

        def work(worker: int) -> None:
            for turn in range(50):
                code = ("ROOM22", "ROOM33")[turn % 2]
                store.submit(code, [draft(f"{worker}-{turn}")] * (1 + turn % 3), (worker, turn))

        in_threads(4, work)
        ear.wait_for(*((worker, turn) for worker in range(4) for turn in range(50)))
        for code in "ROOM22", "ROOM33":
            commits = [told for told in ear.told if isinstance(told, Commit) and told.code == code]
            assert [line for commit in commits for line in commit.lines] == store.read(code, 1)
            assert [commit.first for commit in commits] == [seqs(commit.lines)[0] for commit in commits]

    def test_a_listener_that_ended_is_told_nothing_more(self, store: Store) -> None:
        gone, ear = Ear(store), Ear(store)
        gone.end()
        store.submit("ROOM22", [draft("a")], 1)
        ear.wait_for(1)
        assert gone.told == []

    def test_a_listener_that_raises_stops_neither_the_store_nor_the_others(
        self, store: Store, caplog: pytest.LogCaptureFixture
    ) -> None:
        def slip(outcomes: Sequence[Outcome]) -> None:
            raise ZeroDivisionError("a slip")

        store.listen(slip)
        ear = Ear(store)
        for name in "ab":
            store.submit("ROOM22", [draft(name)], name)
        assert [outcome.first for outcome in ear.wait_for("a", "b") if isinstance(outcome, Commit)] == [2, 3]
        assert "a slip" in caplog.text

    def test_listeners_that_come_and_go_in_many_threads_lose_no_other(self, store: Store) -> None:
        kept, gone = [], []

        def come_and_go(worker: int) -> None:
            for _ in range(100):
                kept.append(Ear(store))
                gone.append(Ear(store))
                gone[-1].end()

        with restless():
            in_threads(8, come_and_go)
        store.append("ROOM22", [draft("a")])
        assert ([len(ear.told) for ear in kept], [len(ear.told) for ear in gone]) == ([1] * 800, [0] * 800)

    # Closing

    def test_closing_writes_and_tells_what_was_submitted(self, tmp_path: Path) -> None:
        store = self.open(tmp_path)
        store.create("ROOM22", b"hash", [draft("opened")])
        ear = Ear(store)
        for number in range(1000):
            store.submit("ROOM22", [draft(str(number))], number)
        store.close()
        assert [told.token for told in ear.told] == list(range(1000))
        store = self.open(tmp_path)
        assert topics(store.read("ROOM22", 1)) == [str(number) for number in range(1000)]
        store.close()

    def test_a_store_that_is_opened_again_has_everything_and_goes_on(self, tmp_path: Path) -> None:
        store = self.open(tmp_path)
        store.create("ROOM22", b"hash", [draft("opened"), draft("a", "c1")])
        lines, sessions = store.read("ROOM22"), store.sessions()
        store.close()
        store = self.open(tmp_path)
        assert (store.read("ROOM22"), store.sessions()) == (lines, sessions)
        assert store.append("ROOM22", [draft("a", "c1")]) == 2
        assert store.append("ROOM22", [draft("b")]) == 3
        store.close()
