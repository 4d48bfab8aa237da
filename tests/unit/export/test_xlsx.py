"""The workbook: its figures against the log's own lines, its texts against formulas, its bytes against themselves."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
from datetime import datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import msgspec
import openpyxl
import pandas as pd
import pytest

from kit import events as ev
from kit import moves
from kit.aliases import aliased
from kit.export import xlsx
from kit.scenario import Scenario
from kit.session import Session
from kit.tables import SHEETS
from tests.unit.making import CODE, Log, ask, hands, join, remove, rename, room, shut, start, vote
from tests.unit.playing import SMALL, Table, real

ROOT = Path(__file__).parents[3]
FORMULAS = [
    '=HYPERLINK("http://example.org","x")', "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1",
    "=cmd|' /C calc'!A0", "＝1+1",
]  # fmt: skip
HOSTILE = [
    *FORMULAS, "http://example.org", "mailto:a@example.org", "1e5", "007", "TRUE", "2026-11-23", "{=1}", "x" * 500,
    "🙂👩‍👩‍👧", "שלום, مرحبا", "<b>bold</b>", "<r><t>x</t></r>", "<r>a & b</r>", "a\x00b\x07\x1bc", "_x0041_", "'=1",
    '"quoted", and; more', "]]>&amp;", "two\nlines", "a\ufffeb", "#N/A", "NaN",
]  # fmt: skip


def write(lines: list[bytes], code: str = CODE) -> bytes:
    told = aliased(lines)
    return xlsx.write(Session.replay(code, told), [ev.decode(line) for line in told])


def frames(file: bytes) -> dict[str, pd.DataFrame]:
    return pd.read_excel(BytesIO(file), sheet_name=None, keep_default_na=False, na_values=[""])


def cells(file: bytes) -> dict[str, list[tuple[Any, ...]]]:
    book = openpyxl.load_workbook(BytesIO(file))
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}


def texts(file: bytes) -> set[str]:
    return {value for rows in cells(file).values() for row in rows for value in row if isinstance(value, str)}


def parts(file: bytes) -> dict[str, bytes]:
    with ZipFile(BytesIO(file)) as unpacked:
        return {name: unpacked.read(name) for name in unpacked.namelist()}


@cache
def rich() -> list[bytes]:
    """A play with hands, a revote, a way back, a turn run again, a second play, and a question beside them."""
    people = [f"p{n}" for n in range(24)]
    table = Table(real(), " ".join(people))
    for n in range(6):
        if not table.play.turn.responses:
            table.do(moves.begin(table.session, real(), "small"))
        ids = [response.id for response in table.play.turn.responses]
        table.second += 7
        table.open(reason=True)
        table.vote(**{who: ids[(n + place) % len(ids)] for place, who in enumerate(people)})
        table.vote(**{who: ids[0] for who in people[::3]})
        table.close()
        if n % 2:
            table.count(**dict.fromkeys(ids, n))
            table.again(**dict.fromkeys(people[n:], ids[-1]))
        table.reveal()
        table.take(ids[n % len(ids)], "so it was")
        if n == 2:
            table.back()
    table.add(remove("p3"), ask("ask-1"), vote("p4", "c", "ask-1"), hands("ask-1", a=9), shut("ask-1"))
    return table.lines


def hostile(text: str) -> list[bytes]:
    """This text wherever somebody can type one."""
    turns = [
        msgspec.structs.replace(
            turn,
            line=text,
            responses=[
                msgspec.structs.replace(response, text=text, reason=text, grade=text) for response in turn.responses
            ],
        )
        for turn in SMALL.turns
    ]
    log = Log(
        ev.SessionOpened(workshop=text, title=text),
        ev.ParticipantJoined(participant="ana", name="Ana", team=text[:80]),
    )
    scenario = Scenario(text, turns)
    log.add(*moves.begin(log.session, scenario, "small"))
    options = [ev.Option("a", text), ev.Option("b", "Say b")]
    log.add(ev.RoundOpened(round="play-1-1", form="choice", prompt=text, options=options, reason=True))
    log.add(vote("ana", "a", "play-1-1", reason=text[:200]), shut("play-1-1"))
    steps = [{"turn": text[:80], "mood": 3, "letter": "A", "text": text}, {"turn": "Calm", "mood": 4}]
    log.add(ev.NoteRecorded(topic="road", fields={"visit": 2, "steps": steps, "move": "next", "why": text}))
    return log.lines


def shown(text: str) -> str:
    """How a cell holds a text."""
    for control in "\x00\x07\x1b\ufffe":
        text = text.replace(control, "\N{REPLACEMENT CHARACTER}")
    return text.replace("\r", "\n")


# Its figures, counted once more from the log's own lines


def test_the_tables_say_what_the_log_says() -> None:
    raw = pd.DataFrame([json.loads(line) for line in aliased(rich())])
    found = frames(write(rich()))
    gone = set(raw[raw.kind == "participant.removed"].participant)
    cast = raw[(raw.kind == "ballot.cast") & ~raw.participant.isin(gone)].sort_values("seq")
    last = cast.groupby(["round", "participant"]).tail(1).set_index(["round", "participant"]).sort_index()
    ballots = found["ballots"].set_index(["round", "person"]).sort_index()
    assert len(ballots) > 150
    assert list(ballots.index) == list(last.index)
    assert list(ballots.answer) == list(last.answer)
    assert list(ballots.times_cast) == list(cast.groupby(["round", "participant"]).size())
    times = pd.to_datetime(last["at"], utc=True).dt.tz_localize(None).dt.floor("s")
    assert list(ballots["at"]) == list(times)

    votes = last.groupby(["round", "answer"]).size()
    options = found["options"].set_index(["round", "id"])
    assert {key: n for key, n in options.phones.items() if n} == votes.to_dict()
    counted = raw[raw.kind == "hands.counted"].set_index("round").counts
    for (round_, id_), row in options.iterrows():
        assert row.hands == counted[round_].get(id_, 0) if round_ in counted else pd.isna(row.hands)

    rounds = found["rounds"].set_index("round")
    opened = raw[raw.kind == "round.opened"].set_index("round")
    assert list(rounds.index) == list(opened.index)
    assert list(rounds.phones) == [len(last.loc[id_]) for id_ in rounds.index]
    assert list(rounds.repeats.dropna()) == list(opened.repeats.dropna())

    people = found["people"].set_index("person")
    assert list(people.index) == list(raw[raw.kind == "participant.joined"].participant)
    assert set(people[people.removed].index) == gone == {"person-4"}
    assert people.ballots[people.ballots > 0].to_dict() == last.groupby("participant").size().to_dict()


def test_the_turns_and_the_road_say_what_the_log_says() -> None:
    raw = [json.loads(line) for line in aliased(rich())]
    found = frames(write(rich()))
    notes = [event["fields"] for event in raw if event["kind"] == "note.recorded" and event["topic"] == "road"]
    turns = found["turns"]
    assert list(turns.turn) == [note["steps"][-1]["turn"] for note in notes]
    assert list(turns.mood) == [note["steps"][-1]["mood"] for note in notes]
    assert [by for by in turns.left_by[:-1] if by not in ("begin", "end")] == [
        note["move"] for note in notes[1:] if note["move"] != "begin"
    ]
    last = {turns.play[n]: note for n, note in enumerate(notes)}
    assert list(found["road"].turn) == [step["turn"] for note in last.values() for step in note["steps"]]
    beside = [other["to"] for note in last.values() for step in note["steps"] for other in step.get("others", [])]
    assert list(found["roads_not_taken"].leads_to) == beside

    grades = found["options"].set_index(["round", "id"]).good
    for name in ("vote", "revote"):
        for _, turn in turns.dropna(subset=name).iterrows():
            ballots = found["ballots"][found["ballots"]["round"] == turn[name]]
            assert turn[f"{name}_phones"] == len(ballots)
            assert turn[f"{name}_phones_good"] == sum(grades[turn[name], answer] for answer in ballots.answer)
            assert turn[f"{name}_voted"] == len(ballots) + (
                0 if pd.isna(turn[f"{name}_hands"]) else turn[f"{name}_hands"]
            )


def test_the_sheets_stand_in_their_order_with_their_columns_on_top() -> None:
    for lines in (rich(), [*Log(start()).lines]):
        found = cells(write(lines))
        assert list(found) == list(SHEETS)
        assert {name: list(rows[0]) for name, rows in found.items()} == {
            name: list(columns) for name, columns in SHEETS.items()
        }


def test_values_have_their_own_types() -> None:
    found = frames(write(rich()))
    assert found["people"].removed.dtype == bool
    assert found["people"].number.dtype == "int64"
    assert found["options"].phones_low.dtype == "float64"
    assert str(found["ballots"]["at"].dtype).startswith("datetime64")


def test_the_sheets_are_made_for_reading_and_printing() -> None:
    book = openpyxl.load_workbook(BytesIO(write(rich())))
    for sheet in book:
        assert sheet.freeze_panes == "A2"
        assert sheet.auto_filter.ref == sheet.dimensions
        assert not sheet.merged_cells.ranges
        assert (sheet.page_setup.orientation, sheet.page_setup.fitToHeight, sheet.print_title_rows) == (
            "landscape", 0, "$1:$1",
        )  # fmt: skip
        assert sheet["A1"].font.bold
    heights = [book["dictionary"].row_dimensions[row].height for row in range(2, 20)]
    assert None in heights, "one line"
    assert max(height or 0 for height in heights) > 60, "several"
    line = next(cell for row in book["turns"].iter_rows(min_row=2) for cell in row if cell.column_letter == "D")
    assert (line.alignment.wrap_text, line.alignment.vertical) == (True, "top")
    assert (book.properties.title, book.properties.created) == ("Late again", datetime(2026, 11, 23, 12))


# Sessions of every size


def test_a_session_of_no_votes() -> None:
    found = frames(write(Table().lines))
    assert (len(found["turns"]), len(found["ballots"]), len(found["people"])) == (1, 0, 4)
    assert found["turns"].vote.isna().all()


def test_a_session_of_one_person() -> None:
    table = Table(people="ana")
    table.voted(ana="a")
    table.reveal()
    found = frames(write(table.lines))
    assert list(found["ballots"].person) == ["person-1"]
    assert list(found["options"].phones_share) == [1, 0, 0, 0]
    assert found["turns"].vote_good[0] == 1


def test_a_session_of_a_thousand_people() -> None:
    table = Table(people=" ".join(f"p{n}" for n in range(1000)))
    table.voted(**{f"p{n}": "abcd"[n % 4] for n in range(1000)})
    found = frames(write(table.lines))
    assert (len(found["people"]), len(found["ballots"])) == (1000, 1000)
    assert list(found["options"].phones) == [250] * 4
    assert list(found["rounds"].joined) == [1000]


# Its texts stay texts


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_no_text_becomes_a_formula_or_a_link(text: str) -> None:
    file = write(hostile(text))
    book = openpyxl.load_workbook(BytesIO(file))
    found = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert not [cell for cell in found if cell.data_type == "f" or cell.hyperlink]
    same = [cell for cell in found if cell.value == shown(text)]
    assert len(same) >= 8
    assert {cell.data_type for cell in same} == {"s"}
    assert all(bool(cell.quotePrefix) == (text in FORMULAS) for cell in same)
    assert not any(b"<f>" in part or b"<hyperlink" in part for part in parts(file).values())


def test_long_texts_stand_whole_and_what_no_cell_holds_is_cut_with_a_sign() -> None:
    long = "=" + "ab\n" * 1333
    assert long in texts(write(spoken(long)))
    [cut] = [text for text in texts(write(spoken("🙂" * 20_000))) if "🙂" in text]
    assert cut == "🙂" * 16_383 + "…"
    assert xlsx.fit("a" * xlsx.MOST) == "a" * xlsx.MOST
    assert len(xlsx.fit("a" * (xlsx.MOST + 1))) == xlsx.MOST


def spoken(text: str) -> list[bytes]:
    """A scenario with this line; the wall would not take a longer one than 4,000 characters, the log does."""
    log = Log(start())
    log.add(*moves.begin(log.session, Scenario("x", [msgspec.structs.replace(SMALL.turns[0], line=text)]), "x"))
    return log.lines


def test_a_lone_surrogate_breaks_nothing() -> None:
    assert xlsx.fit("a\ud83db") == "a\N{REPLACEMENT CHARACTER}b"


# What must not be in it


def test_no_name_and_no_private_note_is_in_the_file() -> None:
    log = Table(people="")
    log.add(join("k3y-of-ana", "Anastasia Quill"), join("k3y-of-ben", "Benedict Quartz"))
    log.add(rename("k3y-of-ben", "Bentley Quirk"), ev.NoteRecorded(topic="private", fields={"text": "XSECRETX"}))
    log.add(ev.NoteRecorded(topic="rehearsal", fields={"text": "XSECRETX"}))
    log.open()
    log.add(vote("k3y-of-ana", "a", "play-1-1"), vote("k3y-of-ben", "b", "play-1-1"), remove("k3y-of-ben"))
    found = parts(write(log.lines))
    assert any(b"person-1" in part for part in found.values())
    for secret in (b"Anastasia", b"Quill", b"Benedict", b"Quartz", b"Bentley", b"Quirk", b"k3y", b"XSECRETX"):
        assert not any(secret.lower() in part.lower() for part in found.values()), secret


# Its bytes

AGAIN = """
import sys, hashlib
from kit import events as ev
from kit.export import xlsx
from kit.session import Session
lines = sys.stdin.buffer.read().splitlines()
print(hashlib.sha256(xlsx.write(Session.replay("ABC234", lines), [ev.decode(line) for line in lines])).hexdigest())
"""


def test_two_exports_of_the_same_session_are_the_same_bytes() -> None:
    told = b"\n".join(aliased(rich()))
    command = [sys.executable, "-c", AGAIN]
    made = {
        subprocess.run(
            command, input=told, env={**os.environ, "PYTHONHASHSEED": seed, "TZ": zone}, cwd=ROOT,
            capture_output=True, check=True,
        ).stdout
        for seed, zone in (("0", "UTC"), ("4711", "Asia/Kolkata"))
    }  # fmt: skip
    assert len(made) == 1
    assert write(rich()) == write(rich())


# The same in LibreOffice

# One file a sheet, UTF-8, cells as they are shown, and every text in quotes.
CSV = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,true,true,false,false,false,-1"


def libreoffice(folder: Path, file: bytes) -> dict[str, str]:
    """The sheets as LibreOffice reads them, as CSV."""
    command = shutil.which("soffice") or shutil.which("libreoffice")
    if command is None:
        sentence = "No LibreOffice was found. Install one, such as Debian's package libreoffice-calc-nogui."
        if os.environ.get("CI"):
            pytest.fail(sentence)
        pytest.skip(sentence)
    (folder / "s.xlsx").write_bytes(file)
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    line = [command, profile, "--headless", "--convert-to", CSV, "--outdir", str(folder), str(folder / "s.xlsx")]
    subprocess.run(line, capture_output=True, check=True, timeout=100)
    return {name: (folder / f"s-{name}.csv").read_bytes().decode() for name in SHEETS}


def as_shown(value: Any) -> Any:
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        return pytest.approx(value, rel=1e-12)
    return "" if value is None else str(value)


@pytest.mark.slow
def test_libreoffice_reads_the_same(tmp_path: Path) -> None:
    file = write(rich())
    opened = libreoffice(tmp_path, file)
    for name, rows in cells(file).items():
        read = list(csv.reader(opened[name].splitlines(keepends=True)))
        assert len(read) == len(rows)
        for got, row in zip(read, rows, strict=True):
            expected = [as_shown(value) for value in row]
            told = [float(g) if isinstance(value, float) else g for g, value in zip(got, row, strict=True)]
            assert told == expected, name
    people = pd.read_csv(tmp_path / "s-people.csv", parse_dates=["joined_at"])
    pd.testing.assert_frame_equal(people, frames(file)["people"], check_dtype=False)


@pytest.mark.slow
def test_in_libreoffice_texts_stay_texts(tmp_path: Path) -> None:
    log = Log(start())
    for n, text in enumerate(HOSTILE):
        log.add(
            ev.RoundOpened(
                round=f"r{n}", form="choice", prompt=text, options=[ev.Option("a", text), ev.Option("b", "b")]
            )
        )
        log.add(shut(f"r{n}"))
    opened = libreoffice(tmp_path, write(log.lines))
    for name, column in (("rounds", "prompt"), ("options", "text")):
        read = list(csv.DictReader(opened[name].splitlines(keepends=True)))
        told = [row[column] for row in read if column == "prompt" or row["id"] == "a"]
        assert told == [shown(text) for text in HOSTILE]
    for text in HOSTILE:
        quoted = shown(text).replace('"', '""')
        assert f'"{quoted}"' in opened["rounds"], "a text, not a number"


def test_a_room_in_the_lobby_can_be_exported() -> None:
    assert list(frames(write(room("ana", "ben").lines))["people"].person) == ["person-1", "person-2"]


@pytest.mark.parametrize("rehearsal", [False, True])
def test_a_rehearsal_is_marked_on_every_printed_page(rehearsal: bool) -> None:
    log = Log(start(rehearsal=rehearsal))
    book = openpyxl.load_workbook(BytesIO(xlsx.write(log.session, [ev.decode(line) for line in log.lines])))
    assert len(book.worksheets) > 5
    for sheet in book.worksheets:
        assert (sheet.oddHeader.right.text == "Rehearsal: nothing here counts") is rehearsal
