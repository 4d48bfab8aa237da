"""The summary: what was played and asked, and what it says in sentences, true for the smallest group too."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kit
from kit import events as ev
from kit import moves
from kit.questions import Question
from kit.scenario import Scenario
from kit.sentences import MOST, inner, probability, sentences
from kit.statistics import TooFew
from kit.summary import Conversation, Stop, Summary, read
from kit.words import words
from tests.unit.export.pages import afternoon
from tests.unit.making import Log, ask, hands, join, remove, reveal, room, shut, start, vote
from tests.unit.playing import Table, response, turn


def summed(log: Log) -> Summary:
    return read(log.session, [ev.decode(line) for line in log.lines])


def said(log: Log) -> str:
    return " ".join(sentences(summed(log)))


def talk(log: Log) -> Conversation:
    (found,) = summed(log).conversations
    return found


def stops(log: Log) -> list[str]:
    return [stop.turn.name for stop in talk(log).stops]


def asked(stop: Stop) -> Question:
    assert stop.question is not None
    return stop.question


def counts(question: Question, which: int = -1) -> list[int]:
    return [cell.chosen for cell in question.votes[which].cells]


# Conversations


def test_the_stops_are_those_of_the_road_and_say_how_they_were_left() -> None:
    table = Table()
    table.voted(ana="a", ben="a", cy="b")
    table.again(ana="a", ben="a", cy="a")
    table.take("a")
    table.take("b", "To see it.")
    first, second, third = talk(table).stops
    assert stops(table) == ["Call", "Calm", "Storm"]
    assert counts(asked(first), 0) == [2, 1, 0, 0]
    assert counts(asked(first)) == [3, 0, 0, 0]
    assert first.way is not None
    assert (first.way.letter, first.way.move, first.way.mood) == ("A", "next", 4)
    assert second.way is not None
    assert (second.way.move, second.way.why, second.question) == ("skip", "To see it.", None)
    assert (third.mood, third.way) == (4, None)


def test_what_was_gone_back_on_is_kept_apart() -> None:
    table = Table()
    table.voted(ana="c")
    table.take("c")
    table.voted(ana="b")
    table.back()
    table.voted(ben="a")
    found = talk(table)
    assert stops(table) == ["Call"]
    assert counts(asked(found.stops[0])) == [1, 0, 0, 0]
    assert [stop.turn.name for stop in found.left] == ["Call", "Storm"]
    assert [counts(asked(stop)) for stop in found.left] == [[0, 0, 1, 0], [0, 1]]


def test_a_turn_that_was_run_again_counts_with_its_newest_votes() -> None:
    table = Table()
    table.voted(ana="a")
    table.again(ana="b")
    table.voted(ana="c")
    (stop,) = talk(table).stops
    assert counts(asked(stop)) == [0, 0, 1, 0]
    assert asked(stop).switches is None
    (earlier,) = stop.earlier
    assert (counts(earlier, 0), counts(earlier)) == ([1, 0, 0, 0], [0, 1, 0, 0])


def test_a_conversation_that_was_begun_again_is_another_one() -> None:
    table = Table()
    table.voted(ana="a")
    other = Scenario("Another", [turn("Well", response("a", "best", 1, "Well"), response("b", "weak", 0, "Well"))])
    table.do(moves.begin(table.session, other, "another"))
    table.voted(ana="b")
    first, second = summed(table).conversations
    assert (first.title, second.title) == ("A small one", "Another")
    assert counts(asked(first.stops[0])) == [1, 0, 0, 0]
    assert counts(asked(second.stops[0])) == [0, 1]


def test_a_conversation_that_was_begun_again_with_a_changed_file_leaves_the_first_as_it_was() -> None:
    table = Table()
    table.voted(ana="a")
    changed = [turn("Call", response("a", "weak", 1, "Call"), response("b", "best", 0, "Call"))]
    table.do(moves.begin(table.session, Scenario("Changed", changed), "small"))
    first, second = summed(table).conversations
    assert (first.title, second.title) == ("A small one", "Changed")
    assert asked(first.stops[0]).last.good == (1, 1, 0)


def test_a_scenario_that_was_taken_over_grades_from_then_on() -> None:
    table = Table()
    table.voted(ana="b")
    table.take("b")
    better = turn("Call", response("a", "weak", 1, "Call"), response("b", "best", 0, "Call"))
    table.do(moves.take_over(Scenario("Small", [better]), "small"))
    table.voted(ana="b")
    before, after = talk(table).stops
    assert [asked(stop).choices[1].grade for stop in (before, after)] == ["weak", "best"]
    assert asked(after).last.good == (1, 1, 0)


def test_a_turn_that_the_changed_file_knows_no_more_keeps_its_votes() -> None:
    table = Table()
    table.voted(ana="b")
    table.do(moves.take_over(Scenario("Small", [turn("Elsewhere")]), "small"))
    (stop,) = talk(table).stops
    assert counts(asked(stop)) == [0, 1, 0, 0]


def test_grades_are_those_that_were_shown() -> None:
    table = Table()
    table.voted(ana="b")
    assert asked(talk(table).stops[0]).last.good == (0, 1, 0)
    table.add(reveal("play-1-1", notes={"b": ev.Note("best", "It was.")}))
    assert asked(talk(table).stops[0]).choices[1][3:] == ("best", "It was.")
    assert asked(talk(table).stops[0]).last.good == (1, 1, 0)


# Votes


def test_removed_people_do_not_count() -> None:
    table = Table()
    table.voted(ana="a", ben="b")
    table.add(remove("ben"))
    found = summed(table)
    assert (found.people, found.removed) == (3, 1)
    assert counts(asked(found.conversations[0].stops[0])) == [1, 0, 0, 0]


def test_phones_and_hands_are_not_mixed_in_an_interval() -> None:
    table = Table()
    table.voted(ana="a", ben="b")
    table.count(a=4, c=1)
    last = asked(talk(table).stops[0]).last
    assert [cell.of for cell in last.cells] == [2] * 4
    assert [cell.hands for cell in last.cells] == [4, 0, 1, 0]
    assert last.good == (5, 7, 5)
    assert last.interval is None
    assert not last.by_hand


def test_where_no_phone_voted_the_figures_are_of_hands() -> None:
    table = Table()
    table.voted()
    table.count(a=4, c=1)
    last = asked(talk(table).stops[0]).last
    assert last.by_hand
    assert [(cell.chosen, cell.of) for cell in last.cells] == [(4, 5), (0, 5), (1, 5), (0, 5)]
    assert last.interval == last.cells[0].interval


def test_nothing_is_called_good_where_nothing_is_graded() -> None:
    log = room("ana", "ben")
    log.add(ask(), vote("ana", "a"), shut(), ask("r2", repeats="r1"), vote("ana", "b", "r2"), vote("ben", "b", "r2"))
    (question,) = summed(log).others
    assert question.last.open
    assert question.last.good is None
    assert question.told is None
    assert (question.pairs, question.stayed) == (1, 0)


def test_each_revote_stands_beside_the_vote_that_it_repeats() -> None:
    log = room("ana")
    for n in range(1, 5):
        log.add(ask(f"ask-{n}", **({"repeats": f"ask-{n - 1}"} if n in (2, 3) else {})), shut(f"ask-{n}"))
    assert [len(question.votes) for question in summed(log).others] == [1, 2, 1]


def test_reasons_are_in_the_order_of_the_alphabet_and_blank_ones_left_out() -> None:
    log = room("ana", "ben", "cy")
    log.add(ask(reason=True, confidence=True))
    for who, why in (("ana", "zeal"), ("ben", "Care"), ("cy", " ")):
        log.add(vote(who, "a", reason=why, confidence=2 if who == "ana" else 3))
    (cell, *_) = summed(log).others[0].last.cells
    assert cell.reasons == ("Care", "zeal")
    assert cell.sure == (0, 1, 2)


# Sentences


def test_what_a_trainer_would_say() -> None:
    table = Table(people=" ".join(f"p{n}" for n in range(14)))
    table.voted(**{f"p{n}": "a" if n < 5 else "b" for n in range(14)})
    table.again(**{f"p{n}": "a" if n < 9 else "b" for n in range(14)})
    table.reveal()
    table.take("a")
    assert sentences(summed(table)) == [
        "14 people joined by phone.",
        "The conversation with Dana began angry (3 of 10) and stands at “Calm”: annoyed (4 of 10).",
        "The room voted on 1 turn, and again after the talk.",
        "In “Call”, 9 of 14 chose a good response after the talk, and 5 before it; too few changed to tell whether the"
        " talk did it.",
    ]


@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [
        ("b" * 8, "a" * 8, "more moved to a good response than chance alone would easily explain."),
        ("a" * 8, "b" * 8, "more moved away from a good response than chance alone would easily explain."),
        ("aaaabbbb", "bbbbaaaa", "that can well be chance."),
        ("bbbb", "aaaa", "too few changed to tell whether the talk did it."),
        ("aabbab", "aabbab", "nobody changed between a good response and another."),
    ],
)
def test_what_the_talk_did(before: str, after: str, verdict: str) -> None:
    table = Table(people=" ".join(f"p{n}" for n in range(8)))
    table.voted(**{f"p{n}": answer for n, answer in enumerate(before)})
    table.again(**{f"p{n}": answer for n, answer in enumerate(after)})
    assert said(table).endswith(f"before it; {verdict}")


def test_of_hands_nobody_knows_who_changed() -> None:
    table = Table()
    table.voted()
    table.count(a=2, b=3)
    table.again()
    table.count(a=4)
    assert "4 of 4 chose a good response after the talk, and 2 of 5 before it; who changed cannot be told." in said(
        table
    )
    assert "Nobody voted by phone. Hands were counted in 2 votes: up to 5." in said(table)


def test_several_turns_are_told_together() -> None:
    table = Table(people="ana ben")
    for first, second, way in (("b", "a", "b"), ("a", "a", "b"), ("b", "b", "c"), ("b", "a", "b")):
        table.voted(ana=first, ben=first)
        table.again(ana=second, ben=second)
        table.reveal()
        table.take(way)
    told = said(table)
    assert "The room voted on 4 turns, and on each of them again after the talk." in told
    assert "Of 4 turns with two votes, the share of good responses rose after the talk on 2." in told
    assert "facilitator took another way than the room’s vote" in told


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        ("aaaaa", None),
        ("aaaaaa", "6 said that they were sure; all of them had chosen a good response."),
        ("aaaaab", "6 said that they were sure; 1 of them had not chosen a good response."),
        ("aaaabbb", "7 said that they were sure; 3 of them had not chosen a good response."),
    ],
)
def test_being_sure_of_another_response_is_worth_a_word(answers: str, told: str | None) -> None:
    table = Table(people=" ".join(f"p{n}" for n in range(8)))
    table.open()
    for n, answer in enumerate(answers):
        table.add(vote(f"p{n}", answer, "play-1-1", confidence=3))
    table.add(vote("p7", "c", "play-1-1", confidence=2))
    table.close()
    text = said(table)
    assert f"In the last vote of each turn, {told}" in text if told else "sure" not in text


def test_who_joined_is_not_who_voted() -> None:
    log = room("ana")
    log.add(ask(), shut())
    assert sentences(summed(log))[0] == "1 person joined by phone. Nobody voted by phone."
    log.add(hands(a=1))
    assert sentences(summed(log))[0].endswith("Nobody voted by phone. Hands were counted in 1 vote: 1.")
    log.add(ask("r2"), vote("ana", "a", "r2"), shut("r2"), hands("r2", a=20, b=1))
    assert sentences(summed(log))[0] == "1 person joined by phone. Hands were counted in 2 votes, too: up to 21."


def test_questions_without_a_conversation_are_told_with_their_results() -> None:
    log = room("ana", "ben", "cy")
    log.add(ask(), vote("ana", "a"), vote("ben", "a"), vote("cy", "b"), shut())
    log.add(ask("r2", repeats="r1"), vote("ana", "a", "r2"), vote("ben", "b", "r2"), shut("r2"))
    for n in range(3, 7):
        log.add(ask(f"r{n}"), shut(f"r{n}"))
    told = sentences(summed(log))
    assert re.fullmatch(
        r"On “[^“”]+”, A and B were chosen equally often: 1 of 2 each\. Before the talk it was A: 2 of 3\.", told[1]
    )
    assert re.fullmatch(r"On “[^“”]+”, nobody voted\.", told[2])
    assert told[-1] == "2 other questions were asked."


def test_the_answer_chosen_most_is_told_in_its_words() -> None:
    log = room("ana", "ben", "cy")
    log.add(ask(), vote("ana", "a"), vote("ben", "a"), vote("cy", "b"), shut())
    assert re.fullmatch(r"On “[^“”]+”, the answer chosen most was A, “[^“”]+”: 2 of 3\.", sentences(summed(log))[1])


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("“Why?”", "Why?"),
        ('"Why?"', "Why?"),
        ("Why?", "Why?"),
        ("“a” or “b”", "‘a’ or ‘b’"),
        ('"a" or "b"', '"a" or "b"'),
    ],
)
def test_a_quote_within_quotation_marks_has_no_second_ones(typed: str, shown: str) -> None:
    assert inner(typed) == shown


def test_the_smallest_sessions() -> None:
    assert sentences(summed(room())) == [
        "Nobody joined by phone.", "No conversation was played.", "No question was asked.",
    ]  # fmt: skip
    assert sentences(summed(Table(people="ana"))) == [
        "1 person joined by phone.",
        "The conversation with Dana stands at its first turn, “Call”: angry (3 of 10).",
        "No turn was voted on.",
    ]


@given(st.integers(0, 10_000), st.integers(0, 5))
@settings(max_examples=60)
def test_sentences_of_any_session_are_few_and_whole(seed: int, people: int) -> None:
    told = sentences(summed(afternoon(seed, people)))
    assert 2 <= len(told) <= MOST
    for sentence in told:
        assert re.fullmatch(r"[A-Z1-9].*[.:]", sentence)
        assert not re.search(r"\b1 (people|turns|votes|questions)\b|\b0 of 0\b|None|nan|[{}]|\bp [=<]", sentence)
        assert "!" not in sentence


def test_a_probability_is_never_nought() -> None:
    assert [probability(p) for p in (0.5, 0.0123, 0.0051, 1e-9)] == ["= 0.50", "= 0.01", "= 0.0051", "< 0.0001"]


# The log


def test_the_times_and_the_end_are_the_logs() -> None:
    log = Log(start(rehearsal=True), join("ana"))
    log.second = 60
    log.add(ev.SessionClosed())
    found = summed(log)
    assert (found.rehearsal, found.opened[11:16], found.ended[11:16]) == (True, "12:00", "12:01")
    log.add(ev.SessionReopened())
    assert summed(log).ended == ""


def test_notes_that_are_no_road_are_skipped() -> None:
    table = Table()
    table.add(ev.NoteRecorded(topic="road", fields={"visit": "?"}), ev.NoteRecorded(topic="scenario", fields={}))
    table.add(ev.NoteRecorded(topic="private", fields={"text": "She is my aunt."}))
    table.voted(ana="a")
    assert counts(asked(talk(table).stops[0])) == [1, 0, 0, 0]
    assert "aunt" not in repr(summed(table))


def test_votes_of_hands_counted_as_none_say_nothing() -> None:
    log = room()
    log.add(ask(), shut(), hands(a=0))
    (question,) = summed(log).others
    assert (question.last.voted, question.last.by_hand) == (0, False)


def test_a_reading_leaves_the_session_as_it_was() -> None:
    table = afternoon(3)
    notes, before = list(table.session.notes), dict(vars(table.session))
    summed(table)
    assert table.session.notes == notes
    assert vars(table.session) == before


def test_few_pairs_are_too_few() -> None:
    table = Table()
    table.voted(ana="b")
    table.again(ana="a")
    told = asked(talk(table).stops[0]).told
    assert told is not None
    assert told.p == TooFew(have=1, need=6)


# The words


def test_every_word_of_the_summary_is_said_and_every_word_said_is_there() -> None:
    folder = Path(kit.__file__).parent
    sources = [folder / "sentences.py", folder / "export" / "html.py", folder / "export" / "summary.html"]
    text = "".join(path.read_text(encoding="utf-8") for path in sources)
    used = set(re.findall(r"[\"'](summary\.[a-z_]+)[\"']", text)) - {"summary.html"}
    written = set(words().part("summary."))
    numbered: dict[str, Any] = {key.rpartition("_")[0] for key in written if key.rpartition("_")[2] in ("one", "many")}
    built = {f"{key}_{n}" for key in numbered for n in ("none", "one", "many")}
    built |= {f"way_{move}" for move in ("next", "tie", "other", "skip")}
    names = {key.removeprefix("summary.") for key in used}
    assert len(names) > 60
    assert not {name for name in names if name not in written | set(numbered) | {"way_"}}
    assert not {key for key in written if key not in names and key not in built}
    assert not {key for key in numbered if key not in names}


def test_only_the_last_vote_tells_who_was_sure() -> None:
    table = Table()
    table.open()
    assert table.session.open is not None
    first = table.session.open.opened.round
    table.add(*(vote(who, "b", first, confidence=3) for who in ("ana", "ben", "cy")))
    table.close()
    table.again(ana="b", ben="b", cy="b")
    table.reveal()
    assert "were sure" not in said(table)


def test_where_hands_were_counted_nothing_is_said_of_who_changed() -> None:
    """Those whose switches are known are not those whom the sentence counts."""
    table = Table()
    table.voted(ana="b", ben="b", cy="b", dee="b")
    table.count(b=10)
    table.again(ana="b", ben="b", cy="b", dee="b")
    table.count(a=10)
    text = said(table)
    assert "10 of 14 chose a good response" in text
    assert "nobody changed" not in text
    assert "more moved" not in text


def test_votes_on_a_turn_that_was_gone_back_on_are_not_denied() -> None:
    table = Table()
    table.voted(ana="a", ben="b")
    table.take("a")
    table.back()
    assert "No turn was voted on" not in said(table)
    assert "set aside" in said(table)


def test_people_who_were_all_removed_did_join() -> None:
    log = room("ana")
    log.add(remove("ana"))
    assert "Nobody joined" not in said(log)
