"""`python -m kit export`, `import`, `backup`, `restore`, `rehearse`: what they print, where, and how they end."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from kit.__main__ import main
from kit.folders import Folder
from kit.settings import read
from kit.store import open_store
from tests.serving import Facilitator, Server, command

Out = pytest.CaptureFixture[str]


@pytest.fixture
def machine(server: Server, room: Facilitator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where we are: on the machine of a room server that runs, in an empty folder."""
    monkeypatch.setenv("KIT_DATA", str(server.data))
    monkeypatch.setenv("KIT_SESSIONS", str(tmp_path / "sessions"))
    monkeypatch.setenv("KIT_HOST", "127.0.0.1")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Another machine's data folder, without a room server."""
    monkeypatch.setenv("KIT_DATA", str(tmp_path / "other"))
    monkeypatch.setenv("KIT_SESSIONS", str(tmp_path / "sessions"))
    monkeypatch.chdir(tmp_path)
    return tmp_path / "other"


def logs(data: Path) -> dict[str, list[bytes]]:
    store = open_store(read({"KIT_DATA": str(data)}).database)
    found = {session.code: store.read(session.code) for session in store.sessions()}
    store.close()
    return found


def is_one_sentence(capsys: Out, *words: str) -> None:
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1, said.err
    assert said.err.rstrip().endswith((".", "stop")), said.err
    for word in words:
        assert word in said.err


def test_export_while_the_room_is_live_says_where_the_files_are(machine: Path, room: Facilitator, capsys: Out) -> None:
    room.ask()
    room.phone("Zoltan").vote("a")
    assert main(["export", room.code.lower()]) == 0
    said = capsys.readouterr()
    (folder,) = (machine / "sessions").glob("2*")
    assert said.out.splitlines()[-1] == f"Exported to {Path('sessions') / folder.name}"
    assert folder.name.endswith(f"-start-here-{room.code}")
    assert sorted(path.name for path in folder.iterdir()) == ["session.jsonl", "session.xlsx", "summary.html"]
    assert len((folder / "session.jsonl").read_bytes().splitlines()) == 4
    assert room.phone("Late").vote("b").status_code == 200, "the room goes on"


def test_what_was_exported_can_be_imported_elsewhere(
    machine: Path, room: Facilitator, capsys: Out, monkeypatch: pytest.MonkeyPatch
) -> None:
    room.phone("Zoltan")
    main(["export", room.code])
    (folder,) = (machine / "sessions").glob("2*")
    monkeypatch.setenv("KIT_DATA", str(machine / "other"))
    capsys.readouterr()
    assert main(["import", str(folder / "session.jsonl")]) == 0
    ((code, lines),) = logs(machine / "other").items()
    assert code in capsys.readouterr().out
    assert b"".join(line + b"\n" for line in lines) == (folder / "session.jsonl").read_bytes()
    assert Folder(machine / "other").kept_sessions()[code]["workshop"] == "00-start-here"
    assert main(["export", code]) == 0


def test_an_imported_session_can_be_followed_on_a_running_server(
    machine: Path, server: Server, room: Facilitator, capsys: Out
) -> None:
    main(["export", room.code])
    (folder,) = (machine / "sessions").glob("2*")
    assert main(["import", str(folder / "session.jsonl")]) == 0
    code = capsys.readouterr().out.split("session ")[1][:6]
    key = Folder(server.data).kept_sessions()[code]["key"]
    answer = room.http.get(f"/api/sessions/{code}/events", headers={"Authorization": f"Bearer {key}"})
    assert answer.status_code == 200
    assert answer.content == (folder / "session.jsonl").read_bytes()


def test_a_backup_of_a_live_server_is_restored_on_another_machine(
    machine: Path, server: Server, room: Facilitator, capsys: Out, monkeypatch: pytest.MonkeyPatch
) -> None:
    room.phone("Zoltan")
    assert main(["backup", "rooms.zip"]) == 0
    said = capsys.readouterr()
    assert "in rooms.zip. It holds names and keys" in said.out
    monkeypatch.setenv("KIT_DATA", str(machine / "other"))
    assert main(["restore", "rooms.zip"]) == 0
    assert "brought back" in capsys.readouterr().out
    assert logs(machine / "other")[room.code] == room.lines()
    with Server(machine / "other") as elsewhere:
        answer = room.http.get(f"{elsewhere.url}{room.events}", headers=room.headers)
        assert answer.content.splitlines() == room.lines(), "the session's own key opens it there"


def test_a_session_that_differs_is_told_and_ends_with_1(
    machine: Path, room: Facilitator, capsys: Out, monkeypatch: pytest.MonkeyPatch
) -> None:
    main(["backup", "rooms.zip"])
    monkeypatch.setenv("KIT_DATA", str(machine / "other"))
    Folder(machine / "other").make()
    store = open_store(read({"KIT_DATA": str(machine / "other")}).database)
    store.adopt(room.code, b"", [line.replace(b"A try", b"Other") for line in room.lines()])
    store.close()
    capsys.readouterr()
    assert main(["restore", "rooms.zip"]) == 1
    assert room.code in capsys.readouterr().err


def test_nothing_is_restored_under_a_running_server(machine: Path, capsys: Out) -> None:
    main(["backup", "rooms.zip"])
    capsys.readouterr()
    assert main(["restore", "rooms.zip"]) == 1
    is_one_sentence(capsys, "Stop it", "python start.py stop")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["export", "ACDEFG"], "ACDEFG"),
        (["export", "no code"], "six letters"),
        (["export", ""], "six letters"),
        (["import", "nowhere.jsonl"], "nowhere.jsonl"),
        (["import", "."], "can't be read"),
        (["backup", "nowhere/rooms.zip"], "nowhere"),
        (["restore", "nowhere.zip"], "nowhere.zip"),
        (["rehearse", "ACDEFG"], "ACDEFG"),
        (["rehearse", "no code"], "six letters"),
        (["rehearse", "ACDEFG", "--people", "0"], "people is 0"),
        (["rehearse", "ACDEFG", "--people", "1001"], "people is 1001"),
        (["rehearse", "ACDEFG", "--speed", "0"], "speed is 0"),
        (["rehearse", "ACDEFG", "--speed", "nan"], "speed is nan"),
        (["rehearse", "ACDEFG", "--seed", "-1"], "seed is -1"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(other: Path, capsys: Out, words: list[str], says: str) -> None:
    assert main(words) == 1
    is_one_sentence(capsys, says)


def test_an_old_backup_is_not_overwritten(other: Path, tmp_path: Path, capsys: Out) -> None:
    (tmp_path / "rooms.zip").write_text("precious")
    assert main(["backup", "rooms.zip"]) == 1
    is_one_sentence(capsys, "rooms.zip", "new file")
    assert (tmp_path / "rooms.zip").read_text() == "precious"


def test_an_empty_machine_has_an_empty_backup(other: Path, tmp_path: Path, capsys: Out) -> None:
    assert main(["backup", "rooms.zip"]) == 0
    assert capsys.readouterr().out.startswith("0 sessions in rooms.zip.")
    assert zipfile.is_zipfile(tmp_path / "rooms.zip")


def test_nobody_is_simulated_in_a_session_that_is_no_rehearsal(
    machine: Path, server: Server, room: Facilitator, capsys: Out
) -> None:
    Folder(server.data).keep_session(room.code, {"workshop": "w", "title": "t", "key": room.key, "where": ""})
    before = room.lines()
    assert main(["rehearse", room.code]) == 1
    is_one_sentence(capsys, room.code, "Rehearse alone")
    assert room.lines() == before


def test_the_commands_are_those_of_any_terminal(machine: Path, server: Server, room: Facilitator) -> None:
    told = command(server.data, "export", room.code, KIT_SESSIONS=str(machine / "out"))
    assert (told.returncode, told.stderr) == (0, "")
    assert len(list((machine / "out").glob("2*"))) == 1


@pytest.mark.parametrize("words", [["import", "session.jsonl"], ["backup", "rooms.zip"], ["restore", "rooms.zip"]])
def test_where_the_rooms_live_elsewhere_it_is_said(
    other: Path, capsys: Out, monkeypatch: pytest.MonkeyPatch, words: list[str]
) -> None:
    monkeypatch.setenv("KIT_ROOM_URL", "https://rooms.example.org")
    assert main(words) == 1
    is_one_sentence(capsys, "https://rooms.example.org", "on that machine")


@pytest.mark.parametrize("words", [["backup", "rooms.zip"], ["restore", "rooms.zip"], ["import", "session.jsonl"]])
def test_a_file_where_the_data_folder_should_be_is_one_sentence(other: Path, capsys: Out, words: list[str]) -> None:
    other.write_text("a file")
    assert main(words) == 1
    is_one_sentence(capsys, "other")
