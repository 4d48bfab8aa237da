"""Finding this machine's room server, or starting one that outlives who started it."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from kit import launch
from kit.client import Client, create
from kit.errors import NoRoomServer
from kit.feed import Feed
from kit.folders import Folder
from kit.settings import Settings, read
from tests.serving import POSIX, Server, at_once, environment, free_port, hosting, until


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """A data folder of this test's own; whatever server it leaves behind is stopped."""
    values = {"KIT_DATA": str(tmp_path / "data"), "KIT_HOST": "127.0.0.1", "KIT_PORT": str(free_port())}
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    made = read(values)
    yield made
    for process in psutil.process_iter():
        if _serves(process, made):
            process.kill()
            until(lambda process=process: not _runs(process.pid))


def _serves(process: psutil.Process, settings: Settings) -> bool:
    """Whether this process is a room server on the test's own folder."""
    with contextlib.suppress(psutil.Error):
        return process.cmdline()[1:] == ["-m", "kit", "serve"] and process.environ().get("KIT_DATA") == str(
            settings.data
        )
    return False


def _runs(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def pid_of(settings: Settings) -> int:
    return int((Folder(settings.data).read(Folder(settings.data).room_file) or {})["pid"])


def test_looking_for_a_server_starts_none(settings: Settings) -> None:
    assert launch.find(settings) is None
    assert not launch.was_killed(settings)
    assert launch.stop(settings) == "No room server is running here."
    assert not settings.data.exists() or not (settings.data / "room.json").exists()


def test_one_is_started_found_again_killed_started_again_and_stopped(settings: Settings) -> None:
    url = launch.ensure(settings)
    assert httpx.get(f"{url}/api/health").json()["ok"] is True
    first = pid_of(settings)
    assert launch.ensure(settings) == launch.find(settings) == url
    assert pid_of(settings) == first, "a second one was started"

    psutil.Process(first).kill()
    until(lambda: launch.find(settings) is None)
    assert launch.was_killed(settings)
    assert launch.ensure(settings) == url, "phones knock at the old port"
    assert pid_of(settings) != first

    assert "stopped" in launch.stop(settings)
    assert launch.find(settings) is None
    assert not launch.was_killed(settings), "who was stopped stays stopped"


def test_a_server_of_an_older_kit_is_started_anew_at_its_port_and_its_rooms_go_on(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = launch.ensure(settings)
    old = pid_of(settings)
    key = Folder(settings.data).server_key()
    with hosting(url, key) as room:
        monkeypatch.setattr(launch, "__version__", "99.0.0")
        # The new one says the version that it has; here it is enough that it is another process.
        monkeypatch.setenv("KIT_PORT", str(free_port()))
        assert launch.ensure(read(dict(os.environ))) == url
        assert pid_of(settings) != old
        assert room.log()[0]["kind"] == "session.opened"


def test_a_notebook_that_follows_does_not_start_a_stopped_server_again(settings: Settings) -> None:
    url = launch.ensure(settings)

    def revive() -> str:
        found = launch.find(settings)
        if found is None and not launch.was_killed(settings):
            raise NoRoomServer("It was stopped.")
        return found or launch.ensure(settings)

    with hosting(url, Folder(settings.data).server_key()) as room:
        feed = Feed(Client(url, room.code, room.key), revive)
        feed.start()
        assert feed.wait_for(1, 10)
        launch.stop(settings)
        until(lambda: feed.trouble == "It was stopped.", say="the feed did not see that it was stopped")
        assert launch.find(settings) is None
        feed.close()
        feed.client.close()


@pytest.mark.skipif(not POSIX, reason="Windows keeps the profile's folder for its user")
def test_a_launched_server_leaves_files_for_the_owner_alone_and_no_key_in_its_log(settings: Settings) -> None:
    url = launch.ensure(settings)
    key = Folder(settings.data).server_key()
    facts = {"workshop": "w", "title": "t"}
    opened = httpx.post(f"{url}/api/sessions", json=facts, headers={"Authorization": f"Bearer {key}"}).json()
    httpx.get(f"{url}/nowhere/at/all?key={opened['key']}")
    files = [path for path in settings.data.rglob("*") if path.is_file()]
    assert {"room.db", "server.key", "room.json", "room.log"} <= {path.name for path in files}
    assert settings.data.stat().st_mode & 0o777 == 0o700
    assert {path.name: oct(path.stat().st_mode & 0o777) for path in files if path.stat().st_mode & 0o077} == {}
    log = (settings.data / "room.log").read_text(encoding="utf-8")
    assert log == "", "it has nothing to say when all is well"
    launch.stop(settings)
    log = (settings.data / "room.log").read_text(encoding="utf-8")
    assert key not in log
    assert opened["key"] not in log


@pytest.mark.skipif(not POSIX, reason="process groups are POSIX's")
def test_a_launched_server_outlives_the_process_group_that_started_it(settings: Settings, tmp_path: Path) -> None:
    """ipykernel ends its whole group when a kernel is shut down."""
    code = (
        "import os, time; from kit import launch; from kit.settings import read\n"
        "launch.ensure(read(os.environ)); time.sleep(60)"
    )
    kernel = subprocess.Popen(
        [sys.executable, "-c", code],
        env=environment(settings.data, KIT_HOST="127.0.0.1", KIT_PORT=str(settings.port)),
        cwd=tmp_path,
        start_new_session=True,
    )
    url = until(lambda: launch.find(settings))
    family = psutil.Process(kernel.pid).children(recursive=True)
    assert pid_of(settings) not in {child.pid for child in family}
    for child in family:
        child.kill()
    os.killpg(kernel.pid, signal.SIGKILL)
    kernel.wait()
    assert _runs(pid_of(settings))
    assert httpx.get(f"{url}/api/health").json()["ok"] is True


def test_two_notebooks_that_start_at_once_share_one_server(settings: Settings) -> None:
    urls = at_once(*[lambda: launch.ensure(settings)] * 3)
    assert len(set(urls)) == 1
    assert launch.find(settings) == urls[0]


def test_a_server_that_another_notebook_is_just_starting_is_waited_for(settings: Settings) -> None:
    """It holds the database already, but does not answer yet."""
    slow = "import time, kit.server.run as run; plain = run.bind; run.bind = lambda *a: (time.sleep(2), plain(*a))[1]"
    with contextlib.closing(_Spawned(settings, slow)):
        until(lambda: (settings.data / "room.db").exists())
        url = launch.ensure(settings)
        assert url == launch.find(settings)


class _Spawned:
    def __init__(self, settings: Settings, tweak: str) -> None:
        self._server = Server(settings.data, tweak=tweak, port=settings.port)
        self._server.spawn()

    def close(self) -> None:
        self._server.kill()


def test_why_it_does_not_start_is_told_in_its_own_words(settings: Settings) -> None:
    settings.data.mkdir(parents=True)
    (settings.data / "room.db").write_bytes(b"no database " * 100)
    with pytest.raises(NoRoomServer, match=r"did not start.*room\.db.*\.$"):
        launch.ensure(settings)


def test_old_last_words_are_not_taken_for_new_ones(settings: Settings) -> None:
    settings.data.mkdir(parents=True)
    (settings.data / "room.log").write_text("Something went wrong long ago.\n", encoding="utf-8")
    assert launch.ensure(settings)


def test_a_room_json_of_another_instance_is_not_trusted(server: Server, settings: Settings) -> None:
    """Another program, or another room server, has the port now."""
    settings.data.mkdir(parents=True)
    facts = {"url": server.url, "pid": 0, "instance": "another"}
    (settings.data / "room.json").write_text(json.dumps(facts), encoding="utf-8")
    assert launch.find(settings) is None
    (settings.data / "room.json").write_text(json.dumps(facts | {"instance": server.instance}), encoding="utf-8")
    assert launch.find(settings) == server.url


@pytest.mark.parametrize(
    "damaged",
    ["", "[]", '{"url": 7}', '{"url": "http://[x"}', '{"url": "http://127.0.0.1:99999999"}', '{"url": "nonsense"}'],
)
def test_a_damaged_room_json_is_no_server(settings: Settings, damaged: str) -> None:
    settings.data.mkdir(parents=True)
    (settings.data / "room.json").write_text(damaged, encoding="utf-8")
    assert launch.find(settings) is None


def test_a_room_server_elsewhere_is_used_but_never_started(server: Server, tmp_path: Path) -> None:
    data = str(tmp_path / "data")
    assert launch.ensure(read({"KIT_DATA": data, "KIT_ROOM_URL": server.url})) == server.url
    gone = read({"KIT_DATA": data, "KIT_ROOM_URL": f"http://127.0.0.1:{free_port()}"})
    assert launch.find(gone) is None
    assert not launch.was_killed(gone)
    with pytest.raises(NoRoomServer, match="does not answer"):
        launch.ensure(gone)
    assert not (tmp_path / "data").exists()


def test_a_proxy_has_no_business_with_this_machines_server(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    url = launch.ensure(settings)
    opened = create(url, Folder(settings.data).server_key(), workshop="w", title="t")
    client = Client(url, opened.code, opened.key)
    assert client.lines()
    client.close()
    assert "stopped" in launch.stop(settings)


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(NoRoomServer, match="Set KIT_DATA to another"):
        launch.ensure(read({"KIT_DATA": str(tmp_path / "file" / "data")}))
