"""An export is a folder with three files, whole or not at all, the same each time, and names nobody."""

from __future__ import annotations

import errno
import io
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

import kit.export
from kit import archive
from kit import events as ev
from kit.errors import ExportFailed, KitError
from kit.export import LOG, SUMMARY, TABLES, export, folder_name
from kit.folders import Folder
from kit.session import Session
from kit.store import open_store
from tests.serving import ROOT, at_once
from tests.unit.export.pages import afternoon, body, parse
from tests.unit.making import CODE, Log, ask, room, shut, start, vote

FILES = sorted([LOG, TABLES, SUMMARY])


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def seen(folder: Path) -> list[Path]:
    """What a facilitator sees there: the lock of all exports is hidden."""
    return [path for path in folder.iterdir() if path.name != kit.export.LOCK]


def lively(seed: int = 1) -> Log:
    return afternoon(seed)


def test_a_session_becomes_a_folder_with_three_files(tmp_path: Path) -> None:
    told: list[str] = []
    folder = export(CODE, lively().lines, tmp_path / "sessions", told.append)
    assert folder.parent == tmp_path / "sessions"
    assert sorted(contents(folder)) == FILES
    assert sorted(told) == FILES, "it says what it makes"
    assert seen(folder.parent) == [folder], "nothing else is left behind"


@pytest.mark.parametrize(
    ("workshop", "slug"),
    [
        ("02-the-late-delivery", "the-late-delivery"),
        ("own", "own"),
        ("07-Über die Straße!", "uber-die-strae"),
        ("../../etc/passwd", "etc-passwd"),
        ("02-..", "session"),
        ("出張", "session"),
        ("", "session"),
        ("x" * 200, "x" * 60),
        ("a\\b:c*d?\0e", "a-b-c-d-e"),
    ],
)
def test_the_folder_is_called_by_day_workshop_and_code(workshop: str, slug: str) -> None:
    log = Log(ev.SessionOpened(workshop=workshop, title="t"))
    assert folder_name(log.session) == f"2026-11-23-{slug}-{CODE}"


def test_two_exports_are_the_same_bytes(tmp_path: Path) -> None:
    log = lively()
    one, two = (export(CODE, log.lines, tmp_path / name) for name in ("one", "two"))
    assert contents(one) == contents(two)


def test_another_process_with_another_hash_seed_makes_the_same_bytes(tmp_path: Path) -> None:
    log = lively(2)
    (tmp_path / "log").write_bytes(b"\n".join(log.lines))
    here = contents(export(CODE, log.lines, tmp_path / "here"))
    code = (
        "import sys, pathlib; from kit.export import export\n"
        "place = pathlib.Path(sys.argv[1])\n"
        "export(sys.argv[2], (place / 'log').read_bytes().split(b'\\n'), place / 'there')"
    )
    command = [sys.executable, "-c", code, str(tmp_path), CODE]
    subprocess.run(command, check=True, cwd=ROOT, env=os.environ | {"PYTHONHASHSEED": "77", "LC_ALL": "C"})
    (there,) = seen(tmp_path / "there")
    assert contents(there) == here


@pytest.mark.parametrize("seed", range(5))
def test_an_import_exports_the_same_again_but_for_its_code(tmp_path: Path, seed: int) -> None:
    first = contents(export(CODE, lively(seed).lines, tmp_path / "first"))
    (tmp_path / "session.jsonl").write_bytes(first[LOG])
    store = open_store(f"sqlite:///{(tmp_path / 'room.db').as_posix()}")
    code = archive.take_in(store, Folder(tmp_path / "data"), tmp_path / "session.jsonl")
    again = contents(export(code, store.read(code), tmp_path / "again"))
    store.close()
    assert again[LOG] == first[LOG]
    assert again[SUMMARY].replace(code.encode(), CODE.encode()) == first[SUMMARY]


def everything(folder: Path) -> bytes:
    """All that anybody could read in the files, the workbook unpacked."""
    found = contents(folder)
    with zipfile.ZipFile(io.BytesIO(found.pop(TABLES))) as book:
        return b"\n".join([*found.values(), *(book.read(name) for name in book.namelist())])


def test_nobody_and_nothing_private_is_in_any_file(tmp_path: Path) -> None:
    log = Log(start(settings={"address": "192.168.99.7"}))
    log.add(*(ev.ParticipantJoined(participant=f"p{name.lower()}x", name=name) for name in ("Quirine", "Zoltan")))
    log.add(ask(), vote("pquirinex", "a"), vote("pzoltanx", "b"), shut())
    log.add(ev.NoteRecorded(topic="private", fields={"text": "Watch the loud one"}))
    text = everything(export(CODE, log.lines, tmp_path)).lower()
    for word in (b"quirine", b"zoltan", b"loud one", b"192.168.99.7"):
        assert word not in text
    assert b"person 2" in text


def test_a_new_export_takes_the_place_of_the_old_one_and_leaves_other_files_alone(tmp_path: Path) -> None:
    log = room("ana")
    folder = export(CODE, log.lines, tmp_path)
    (folder / "my own.txt").write_text("mine")
    before = contents(folder)
    log.add(ask(), vote("ana", "a"))
    assert export(CODE, log.lines, tmp_path) == folder
    after = contents(folder)
    assert after["my own.txt"] == b"mine"
    assert all(after[name] != before[name] for name in FILES)


def test_what_a_crashed_export_left_is_cleared_away(tmp_path: Path) -> None:
    folder = tmp_path / folder_name(room("ana").session)
    part = folder.with_name(f".{folder.name}.part")
    part.mkdir(parents=True)
    (part / TABLES).write_text("half")
    assert export(CODE, room("ana").lines, tmp_path) == folder
    assert seen(tmp_path) == [folder]


Break = Callable[[pytest.MonkeyPatch], None]


def full(patch: pytest.MonkeyPatch) -> None:
    """The disk gets full at the third file."""
    written: list[Path] = []

    def write(path: Path, content: bytes) -> None:
        written.append(path)
        if len(written) == 3:
            raise OSError(errno.ENOSPC, "No space left on device")
        path.write_bytes(content)

    patch.setattr(kit.export, "_write", write)


def held(patch: pytest.MonkeyPatch) -> None:
    """As on Windows while a spreadsheet program has the tables open."""
    plain = Path.replace

    def replace(path: Path, target: Path) -> Path:
        if path.name == TABLES:
            raise PermissionError(errno.EACCES, "Permission denied")
        return plain(path, target)

    patch.setattr(Path, "replace", replace)


@pytest.mark.parametrize(("trouble", "says"), [(full, "The disk is full"), (held, "open. Close it")])
def test_an_export_that_fails_is_a_sentence_and_the_old_one_stays_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, trouble: Break, says: str
) -> None:
    log = room("ana")
    folder = export(CODE, log.lines, tmp_path)
    before = contents(folder)
    log.add(ask(), vote("ana", "a"))
    with monkeypatch.context() as patch:
        trouble(patch)
        with pytest.raises(ExportFailed, match=says) as caught:
            export(CODE, log.lines, tmp_path)
    assert caught.value.sentence.endswith(".")
    assert contents(folder) == before
    assert seen(tmp_path) == [folder]
    export(CODE, log.lines, tmp_path)
    assert contents(folder) != before


def test_a_first_export_that_fails_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    full(monkeypatch)
    with pytest.raises(ExportFailed):
        export(CODE, room("ana").lines, tmp_path)
    assert seen(tmp_path) == []


def test_a_file_where_the_folder_should_be_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "sessions").write_text("a file")
    with pytest.raises(ExportFailed, match="KIT_SESSIONS"):
        export(CODE, room("ana").lines, tmp_path / "sessions")


def test_a_log_without_an_opening_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(KitError, match=CODE):
        export(CODE, [], tmp_path)


def test_a_session_without_anybody_can_be_exported(tmp_path: Path) -> None:
    folder = export(CODE, Log(start()).lines, tmp_path)
    assert json.loads((folder / LOG).read_bytes())["kind"] == "session.opened"
    assert "Nobody joined by phone" in body(parse((folder / SUMMARY).read_text(encoding="utf-8")))


def test_the_log_is_the_session_under_aliases(tmp_path: Path) -> None:
    log = lively()
    folder = export(CODE, log.lines, tmp_path)
    session = Session.replay(CODE, (folder / LOG).read_bytes().splitlines())
    assert {id_: session.tally(id_) for id_ in session.rounds} == {
        id_: log.session.tally(id_) for id_ in log.session.rounds
    }


@pytest.mark.parametrize("stuck", FILES)
def test_a_file_that_cannot_be_put_leaves_all_as_they_were(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stuck: str
) -> None:
    folder = export(CODE, room("ana").lines, tmp_path)
    before, plain = contents(folder), Path.replace

    def replace(path: Path, target: Path) -> Path:
        if path.name == stuck and target.parent == folder:
            raise PermissionError(errno.EACCES, "Permission denied")
        return plain(path, target)

    monkeypatch.setattr(Path, "replace", replace)
    with pytest.raises(ExportFailed):
        export(CODE, room("ana", "ben").lines, tmp_path)
    assert contents(folder) == before


def test_exports_at_the_same_time_are_all_whole(tmp_path: Path) -> None:
    """The panel's and a terminal's."""
    files = {name: name.encode() * 1000 for name in FILES}
    for n in range(10):
        folder = tmp_path / str(n) / "both"
        at_once(*[partial(kit.export._put, folder, files)] * 6)
        assert contents(folder) == files


def test_a_file_is_on_the_disk_before_it_has_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[int] = []
    monkeypatch.setattr(os, "fsync", synced.append)
    export(CODE, room("ana").lines, tmp_path)
    assert len(synced) == len(FILES)
