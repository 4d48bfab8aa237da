"""What was backed up comes back as it was; what is there already stays; what is no backup changes nothing."""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from kit import archive
from kit.aliases import aliased
from kit.archive import Restored
from kit.errors import BadArchive, ExportFailed, KitError, StoreFailed
from kit.folders import Folder
from kit.keys import hash_key
from kit.session import Session
from kit.store import Store, open_store
from tests.unit.making import Log, ask, room, shut, vote


class Machine:
    """A data folder and its store."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.folder = Folder(path / "data")
        self.folder.make()
        self.store: Store = open_store(f"sqlite:///{(path / 'data' / 'room.db').as_posix()}")

    def put(self, code: str, log: Log, key: str = "") -> None:
        self.store.adopt(code, hash_key(key or code), log.lines)
        self.folder.keep_session(code, {"workshop": "w", "title": code, "key": key or code, "where": ""})

    @property
    def logs(self) -> dict[str, list[bytes]]:
        return {stored.code: self.store.read(stored.code) for stored in self.store.sessions()}

    def restore(self, file: Path) -> tuple[Restored, list[str]]:
        said: list[str] = []
        return archive.restore(self.store, self.folder, file, said.append), said


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Machine]:
    machine = Machine(tmp_path / "here")
    machine.folder.server_key()
    machine.put("AAAAAA", played())
    machine.put("CCCCCC", room("cy"))
    yield machine
    machine.store.close()


@pytest.fixture
def there(tmp_path: Path) -> Iterator[Machine]:
    machine = Machine(tmp_path / "there")
    yield machine
    machine.store.close()


def played() -> Log:
    log = room("ana", "bo")
    log.add(ask(), vote("ana", "a", reason="Because she waited"), vote("bo", "b"), shut())
    return log


def test_a_backup_brings_everything_to_another_machine(here: Machine, there: Machine, tmp_path: Path) -> None:
    file = tmp_path / "rooms.zip"
    assert archive.backup(here.store, here.folder, file) == 2
    assert there.restore(file) == (Restored(2, 0, 0, ()), [])
    assert there.logs == here.logs
    assert there.store.find("AAAAAA") == here.store.find("AAAAAA"), "its key opens it still"
    assert there.folder.kept_sessions() == here.folder.kept_sessions()
    assert there.folder.known_server_key() == here.folder.server_key(), "phones are who they were"


def test_a_backup_is_for_the_owner_alone(here: Machine, tmp_path: Path) -> None:
    here.folder.keep_wifi("Hotel", "geheim")
    file = tmp_path / "rooms.zip"
    archive.backup(here.store, here.folder, file)
    if os.name == "posix":
        assert file.stat().st_mode & 0o077 == 0
    with zipfile.ZipFile(file) as packed:
        assert not any(b"geheim" in packed.read(name) for name in packed.namelist()), "the Wi-Fi's password stays here"
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["rooms.zip"], "nothing else is left behind"


def test_restoring_twice_changes_nothing(here: Machine, there: Machine, tmp_path: Path) -> None:
    file = tmp_path / "rooms.zip"
    archive.backup(here.store, here.folder, file)
    there.restore(file)
    before = there.logs
    assert there.restore(file)[0] == Restored(0, 0, 2, ())
    assert there.logs == before


def test_restoring_here_never_takes_a_session_back(here: Machine, tmp_path: Path) -> None:
    """Something happened since the backup: it stays."""
    file = tmp_path / "rooms.zip"
    archive.backup(here.store, here.folder, file)
    log = played()
    log.add(vote("ana", "b"))
    here.store.adopt("AAAAAA", b"", [*here.store.read("AAAAAA"), *log.lines[-1:]])
    before = here.logs
    assert here.restore(file) == (Restored(0, 0, 2, ()), [])
    assert here.logs == before


def test_a_session_that_went_on_after_an_older_backup_goes_on(here: Machine, there: Machine, tmp_path: Path) -> None:
    archive.backup(here.store, here.folder, tmp_path / "old.zip")
    log = played()
    log.add(ask("r2"))
    here.store.adopt("AAAAAA", b"", log.lines)
    archive.backup(here.store, here.folder, tmp_path / "new.zip")
    there.restore(tmp_path / "old.zip")
    assert there.restore(tmp_path / "new.zip")[0] == Restored(0, 1, 1, ())
    assert there.logs == here.logs


def test_a_session_that_differs_is_left_alone_and_said(here: Machine, there: Machine, tmp_path: Path) -> None:
    there.put("AAAAAA", room("someone", "else"), "own key")
    kept = there.logs["AAAAAA"]
    archive.backup(here.store, here.folder, tmp_path / "rooms.zip")
    done, _ = there.restore(tmp_path / "rooms.zip")
    assert (done.new, len(done.left)) == (1, 1)
    assert "AAAAAA" in done.left[0]
    assert there.logs["AAAAAA"] == kept
    assert there.folder.kept_sessions()["AAAAAA"]["key"] == "own key"


def test_a_machine_keeps_its_own_server_key_and_says_so(here: Machine, there: Machine, tmp_path: Path) -> None:
    own = there.folder.server_key()
    archive.backup(here.store, here.folder, tmp_path / "rooms.zip")
    _, said = there.restore(tmp_path / "rooms.zip")
    assert there.folder.server_key() == own
    assert len(said) == 1
    assert "server key" in said[0]


def test_nothing_at_all_can_be_backed_up_and_restored(there: Machine, tmp_path: Path) -> None:
    assert archive.backup(there.store, there.folder, tmp_path / "empty.zip") == 0
    assert there.restore(tmp_path / "empty.zip")[0] == Restored(0, 0, 0, ())
    assert there.folder.known_server_key() == ""


def test_an_old_backup_is_never_overwritten(here: Machine, tmp_path: Path) -> None:
    file = tmp_path / "rooms.zip"
    file.write_bytes(b"precious")
    with pytest.raises(ExportFailed, match="there already"):
        archive.backup(here.store, here.folder, file)
    assert file.read_bytes() == b"precious"


def test_a_backup_into_a_folder_that_is_not_there_is_a_sentence(here: Machine, tmp_path: Path) -> None:
    with pytest.raises(ExportFailed, match="can't be written"):
        archive.backup(here.store, here.folder, tmp_path / "nowhere" / "rooms.zip")


def packed(tmp_path: Path, **changes: object) -> Path:
    """A backup by hand, with something in it that isn't right."""
    session = {"code": "AAAAAA", "key_hash": "00", "facts": None}
    facts = {"version": 1, "server_key": "k" * 43, "sessions": [session]} | changes
    file = tmp_path / "made.zip"
    with zipfile.ZipFile(file, "w") as made:
        made.writestr("machine.json", json.dumps(facts))
        made.writestr("logs/AAAAAA.jsonl", b"\n".join(played().lines))
    return file


def test_a_backup_by_hand_would_be_right(there: Machine, tmp_path: Path) -> None:
    assert there.restore(packed(tmp_path))[0].new == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"version": 2},
        {"version": "x"},
        {"sessions": [{"code": "../../etc/x", "key_hash": "00"}]},
        {"sessions": [{"code": "AAAAAA", "key_hash": "no digits"}]},
        {"sessions": [{"code": "AAAAAA", "key_hash": "0"}]},
        {"sessions": [{"code": "CCCCCC", "key_hash": "00"}]},
        {"sessions": [{"code": "AAAAAA\n", "key_hash": "00"}]},
        {"sessions": 7},
    ],
)
def test_what_is_not_right_in_a_backup_is_a_sentence_and_nothing_is_changed(
    there: Machine, tmp_path: Path, changes: dict[str, object]
) -> None:
    with pytest.raises(BadArchive, match=r"made\.zip"):
        there.restore(packed(tmp_path, **changes))
    assert there.logs == {}
    assert there.folder.known_server_key() == ""
    assert there.folder.kept_sessions() == {}


@pytest.mark.parametrize("content", [b"", b"a letter", b"PK\x03\x04 but no zip"])
def test_a_file_that_is_no_backup_is_a_sentence(there: Machine, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "letter.zip"
    file.write_bytes(content)
    with pytest.raises(BadArchive, match=r"letter\.zip"):
        there.restore(file)


def test_a_backup_that_was_cut_short_or_damaged_changes_nothing(here: Machine, there: Machine, tmp_path: Path) -> None:
    whole = tmp_path / "rooms.zip"
    archive.backup(here.store, here.folder, whole)
    content = whole.read_bytes()
    for name, damaged in (
        ("short.zip", content[: len(content) // 2]),
        ("hole.zip", content[:60] + b"\0" * 40 + content[100:]),
    ):
        (tmp_path / name).write_bytes(damaged)
        with pytest.raises(BadArchive):
            there.restore(tmp_path / name)
        assert there.logs == {}


def test_a_damaged_log_in_a_backup_is_said_with_its_line(there: Machine, tmp_path: Path) -> None:
    file = tmp_path / "made.zip"
    session = {"code": "AAAAAA", "key_hash": "00"}
    with zipfile.ZipFile(file, "w") as made:
        made.writestr("machine.json", json.dumps({"version": 1, "server_key": "", "sessions": [session]}))
        made.writestr("logs/AAAAAA.jsonl", b"\n".join([played().lines[0], b"nonsense"]))
    with pytest.raises(BadArchive, match=r"AAAAAA\.jsonl:2"):
        there.restore(file)


def test_no_file_at_all_is_a_sentence(there: Machine, tmp_path: Path) -> None:
    for act in (lambda path: there.restore(path), lambda path: archive.take_in(there.store, there.folder, path)):
        for path in (tmp_path / "nowhere.zip", tmp_path):
            with pytest.raises(KitError) as caught:
                act(path)
            assert caught.value.sentence.endswith(".")


# Import


def exported(tmp_path: Path, log: Log) -> Path:
    file = tmp_path / "session.jsonl"
    file.write_bytes(b"".join(line + b"\n" for line in aliased(log.lines)))
    return file


def test_an_exported_session_is_taken_in_as_the_same_session(there: Machine, tmp_path: Path) -> None:
    file = exported(tmp_path, played())
    code = archive.take_in(there.store, there.folder, file)
    lines = there.store.read(code)
    assert b"".join(line + b"\n" for line in lines) == file.read_bytes()
    session = Session.replay(code, lines)
    assert session.tally("r1") == played().session.tally("r1")
    kept = there.folder.kept_sessions()[code]
    found = there.store.find(code)
    assert found is not None
    assert found.key_hash == hash_key(kept["key"]), "its key is kept, so that the lobby can go on with it"
    assert (kept["workshop"], kept["title"]) == ("02-the-late-delivery", "Late again")


def test_taking_in_twice_gives_two_sessions(there: Machine, tmp_path: Path) -> None:
    file = exported(tmp_path, played())
    assert archive.take_in(there.store, there.folder, file) != archive.take_in(there.store, there.folder, file)
    assert len(there.logs) == 2


def test_line_ends_of_another_system_do_not_matter(there: Machine, tmp_path: Path) -> None:
    file = exported(tmp_path, played())
    plain = file.read_bytes()
    file.write_bytes(plain.replace(b"\n", b"\r\n"))
    code = archive.take_in(there.store, there.folder, file)
    assert b"".join(line + b"\n" for line in there.store.read(code)) == plain


@pytest.mark.parametrize("content", [b"", b"\n", b"a letter", b'{"kind":"session.opened"}', b"\xff\xfe"])
def test_what_is_no_exported_session_is_a_sentence_and_nothing_is_taken_in(
    there: Machine, tmp_path: Path, content: bytes
) -> None:
    file = tmp_path / "session.jsonl"
    file.write_bytes(content)
    with pytest.raises(BadArchive, match=r"session\.jsonl"):
        archive.take_in(there.store, there.folder, file)
    assert there.logs == {}
    assert there.folder.kept_sessions() == {}


@pytest.mark.parametrize("slip", [KeyboardInterrupt(), StoreFailed("damaged"), OSError(28, "full")])
def test_whatever_ends_a_backup_leaves_nothing(
    here: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, slip: BaseException
) -> None:
    place = tmp_path / "stick"
    place.mkdir()

    def read(code: str, after: int = 0) -> list[bytes]:
        raise slip

    monkeypatch.setattr(here.store, "read", read)
    with pytest.raises(BaseException):  # noqa: B017 - Ctrl-C is no Exception
        archive.backup(here.store, here.folder, place / "rooms.zip")
    assert list(place.iterdir()) == []


def test_a_file_that_came_meanwhile_is_not_overwritten(
    here: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, plain = tmp_path / "rooms.zip", here.store.read

    def read(code: str, after: int = 0) -> list[bytes]:
        file.write_text("precious")
        return plain(code, after)

    monkeypatch.setattr(here.store, "read", read)
    with pytest.raises(ExportFailed, match="there already"):
        archive.backup(here.store, here.folder, file)
    assert file.read_text() == "precious"
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["rooms.zip"]


def test_restoring_leaves_the_facts_that_are_here(here: Machine, tmp_path: Path) -> None:
    archive.backup(here.store, here.folder, tmp_path / "rooms.zip")
    here.folder.keep_session("AAAAAA", {"workshop": "w", "title": "renamed here", "key": "mine", "where": ""})
    here.restore(tmp_path / "rooms.zip")
    assert here.folder.kept_sessions()["AAAAAA"]["title"] == "renamed here"


def test_a_file_that_unpacks_to_far_too_much_is_refused_before_it_is_read(there: Machine, tmp_path: Path) -> None:
    file = tmp_path / "made.zip"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("machine.json", b" " * (archive.LARGEST + 1))
    with pytest.raises(BadArchive, match="made"):
        there.restore(file)


@pytest.mark.parametrize(
    "line",
    [
        b'{"seq":1,"at":"2026-11-23T10:02:11Z","kind":"session.opened"}',
        b'{"seq":1,"at":"2026-11-23T10:02:11Z","kind":"session.opened","workshop":"w","title":7}',
        b'{"seq":1,"at":"2026-11-23T10:02:11Z","kind":"session.opened","workshop":"w","title":"t","settings":{"live":3}}',
    ],
)
def test_an_opening_that_opens_nothing_is_not_taken_in(there: Machine, tmp_path: Path, line: bytes) -> None:
    file = tmp_path / "session.jsonl"
    file.write_bytes(line)
    with pytest.raises(BadArchive, match=r"session\.jsonl:1"):
        archive.take_in(there.store, there.folder, file)
    assert there.logs == {}


def test_a_session_whose_key_cannot_be_kept_is_not_taken_in(there: Machine, tmp_path: Path) -> None:
    file = exported(tmp_path, played())
    (there.folder.path / "sessions").write_text("a file")
    with pytest.raises(StoreFailed, match="Nothing was taken in"):
        archive.take_in(there.store, there.folder, file)
    assert there.logs == {}
