"""What keeps a server from starting, or makes it start otherwise than it was told: one sentence each."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
from pathlib import Path

import httpx
import pytest

from kit.__main__ import main
from tests.serving import PATIENCE, POSIX, Server, command, free_port, until


def complaint(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, data: Path, **variables: str) -> str:
    """The sentence with which `python -m kit serve` ends."""
    for name in [name for name in os.environ if name.startswith("KIT_")]:
        monkeypatch.delenv(name)
    for name, value in {"KIT_DATA": str(data), "KIT_PORT": "0", **variables}.items():
        monkeypatch.setenv(name, value)
    assert main(["serve"]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1, said.err
    assert said.err.rstrip().endswith((".", "stop")), said.err
    return said.err


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("KIT_PORT", "http"),
        ("KIT_PORT", "70000"),
        ("KIT_PORT", "-1"),
        ("KIT_PORT", "80.5"),
        ("KIT_IDLE_HOURS", "0"),
        ("KIT_IDLE_HOURS", "never"),
        ("KIT_IDLE_HOURS", "nan"),
        ("KIT_ROOM_KEY", "short"),
        ("KIT_ROOM_URL", "rooms.example.org"),
        ("KIT_ROOM_URL", "ftp://rooms.example.org"),
        ("KIT_DATABASE", "mysql://somewhere/else"),
        ("KIT_DATABASE", "room.db"),
        ("KIT_DATABASE", "sqlite:///"),
        ("KIT_HOST", "203.0.113.77"),
        ("KIT_HOST", "no such host"),
    ],
)
def test_a_bad_setting_is_one_sentence_that_names_it(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, value: str
) -> None:
    told = complaint(capsys, monkeypatch, tmp_path / "data", **{name: value})
    assert name in told
    assert not (tmp_path / "data" / "room.json").exists()
    if name != "KIT_ROOM_KEY":
        assert value.partition("://")[0] in told


@pytest.mark.parametrize(
    ("name", "value"), [("KIT_ROOM_KEY", "geheim"), ("KIT_DATABASE", "mysql://me:geheim@somewhere/else")]
)
def test_what_may_hold_a_secret_is_not_repeated_on_the_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, value: str
) -> None:
    told = complaint(capsys, monkeypatch, tmp_path / "data", **{name: value})
    assert name in told
    assert "geheim" not in told


def test_a_flag_says_the_same_as_its_variable(tmp_path: Path) -> None:
    told = command(tmp_path / "data", "serve", "--port", "http")
    assert (told.returncode, told.stdout) == (1, "")
    assert "KIT_PORT is 'http'" in told.stderr


def test_a_port_in_use_gives_way_to_the_next_free_one_and_says_so(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", free_port()))
        taken.listen()
        port = taken.getsockname()[1]
        with Server(tmp_path / "data", port=port) as server:
            assert port < server.port < port + 20
            assert f"Port {port} was in use" in server.said
            assert str(server.port) in server.said


def test_a_second_server_on_one_database_is_one_sentence(
    server: Server, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    told = complaint(capsys, monkeypatch, server.data)
    assert "already" in told
    assert httpx.get(f"{server.url}/api/health", verify=False).json()["instance"] == server.instance
    room = json.loads((server.data / "room.json").read_text(encoding="utf-8"))
    assert room["instance"] == server.instance, "the first one stays the one to be found"


def test_two_servers_with_folders_of_their_own_but_one_database_are_one_too_many(
    server: Server, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    database = f"sqlite:///{(server.data / 'room.db').as_posix()}"
    assert "already" in complaint(capsys, monkeypatch, tmp_path / "other", KIT_DATABASE=database)


def test_the_introduction_says_where_phones_reach_it(tmp_path: Path) -> None:
    tweak = (
        "import kit.network as network\n"
        "network.adapters = lambda: [network.Adapter('wifi0', '192.168.7.7'), network.Adapter('eth0', '10.1.1.1')]"
    )
    with Server(tmp_path / "data", tweak=tweak, KIT_HOST="0.0.0.0") as server:
        assert f"http://192.168.7.7:{server.port}" in server.said
        assert f"http://10.1.1.1:{server.port}" in server.said
        facts = {"workshop": "w", "title": "t"}
        headers = {"Authorization": f"Bearer {server.key}"}
        opened = httpx.post(f"{server.url}/api/sessions", json=facts, headers=headers, verify=False).json()
        assert opened["join_url"] == f"http://192.168.7.7:{server.port}/{opened['code']}"


def test_without_a_network_it_starts_and_says_so(tmp_path: Path) -> None:
    with Server(
        tmp_path / "data", tweak="import kit.network as n; n.adapters = lambda: []", KIT_HOST="0.0.0.0"
    ) as server:
        assert "no network" in server.said
        facts = {"workshop": "w", "title": "t"}
        headers = {"Authorization": f"Bearer {server.key}"}
        opened = httpx.post(f"{server.url}/api/sessions", json=facts, headers=headers, verify=False).json()
        assert opened["join_url"].startswith("http://127.0.0.1:")


def test_the_stop_command_ends_the_server_and_says_so(own_server: Server) -> None:
    told = command(own_server.data, "stop")
    assert (told.returncode, told.stderr) == (0, "")
    assert told.stdout.count("\n") == 1
    assert own_server.process is not None
    assert own_server.process.wait(10) == 0
    assert not (own_server.data / "room.json").exists()
    assert "Traceback" not in own_server.said
    again = command(own_server.data, "stop")
    assert again.returncode == 0
    assert "No room server" in again.stdout


@pytest.mark.skipif(not POSIX, reason="Windows has no such signals")
@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT"])
def test_a_signal_ends_it_in_order(own_server: Server, name: str) -> None:
    """A shutdown of the machine is no crash: room.json goes, so that no notebook starts the server again."""
    assert own_server.process is not None
    own_server.process.send_signal(getattr(signal, name))
    status = own_server.process.wait(15)
    assert not (own_server.data / "room.json").exists()
    assert status in (0, -signal.SIGTERM, 128 + signal.SIGTERM)
    assert "Traceback" not in own_server.said


def test_a_server_that_dies_of_a_slip_of_its_own_has_not_said_goodbye(tmp_path: Path) -> None:
    """So that the notebook starts it again, as after a kill."""
    sign = tmp_path / "now"
    tweak = (
        "import pathlib, uvicorn\n"
        "async def tick(*_):\n"
        f"    if pathlib.Path({str(sign)!r}).exists(): raise RuntimeError('a slip')\n"
        "uvicorn.Server.on_tick = tick"
    )
    with Server(tmp_path / "data", tweak=tweak) as server:
        assert server.process is not None
        sign.touch()
        assert server.process.wait(PATIENCE) != 0
        assert (server.data / "room.json").exists()


def test_a_server_that_was_killed_comes_back_at_its_port_though_told_another(own_server: Server) -> None:
    """Its phones knock there."""
    port = own_server.port
    own_server.kill()
    own_server.port = free_port()
    own_server.start()
    assert own_server.port == port


@pytest.mark.parametrize(
    "damaged", ["", "{", "[]", '{"url": 7}', '{"url": "http://127.0.0.1:99999999"}', '{"url": "http://[x"}']
)
def test_a_damaged_room_json_keeps_nobody_from_starting(tmp_path: Path, damaged: str) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "room.json").write_text(damaged, encoding="utf-8")
    with Server(data) as server:
        assert httpx.get(f"{server.url}/api/health", verify=False).status_code == 200


def test_a_port_that_another_program_took_is_not_taken_for_the_room(tmp_path: Path) -> None:
    """room.json of a killed server names a port where something else answers now."""
    data = tmp_path / "data"
    data.mkdir()
    with socket.socket() as other:
        other.bind(("127.0.0.1", free_port()))
        other.listen()
        url = f"http://127.0.0.1:{other.getsockname()[1]}"
        (data / "room.json").write_text(json.dumps({"url": url, "pid": 0, "instance": "gone"}), encoding="utf-8")
        with Server(data) as server:
            assert server.url != url


def test_a_key_of_ones_own_opens_sessions(tmp_path: Path) -> None:
    key = "a key of one's own, long enough"
    with Server(tmp_path / "data", KIT_ROOM_KEY=key) as server:
        facts = {"workshop": "w", "title": "t"}
        for given, status in ((key, 201), ("another key, just as long as it", 401)):
            headers = {"Authorization": f"Bearer {given}"}
            assert (
                httpx.post(f"{server.url}/api/sessions", json=facts, headers=headers, verify=False).status_code
                == status
            )
        assert key not in server.said


def test_it_raises_its_limit_of_open_files(tmp_path: Path) -> None:
    """Every phone is an open file."""
    if not POSIX:
        pytest.skip("Windows has no such limit")
    with contextlib.suppress(ImportError):
        import resource

    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = min(hard, 4096) if hard != resource.RLIM_INFINITY else 4096
    tweak = f"import resource; resource.setrlimit(resource.RLIMIT_NOFILE, (256, {hard}))"
    after = "import atexit; atexit.register(lambda: print('limit', resource.getrlimit(resource.RLIMIT_NOFILE)[0]))"
    with Server(tmp_path / "data", tweak=f"{tweak}\n{after}") as server:
        server.stop()
        until(lambda: "limit" in server.said)
        assert int(server.said.rpartition("limit ")[2]) >= wanted
