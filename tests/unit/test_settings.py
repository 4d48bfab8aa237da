"""The settings: one table, read once, each value checked."""

from __future__ import annotations

from pathlib import Path

import pytest

from kit import settings
from kit.errors import BadSetting


def test_without_variables_every_setting_has_a_usable_default() -> None:
    chosen = settings.read({})
    assert (chosen.host, chosen.port, chosen.idle_hours) == ("0.0.0.0", 8765, 6)
    assert (chosen.room_key, chosen.room_url) == ("", "")
    assert chosen.data.is_absolute()


def test_the_log_lives_in_the_data_folder_unless_the_database_is_named(tmp_path: Path) -> None:
    assert settings.read({"KIT_DATA": str(tmp_path)}).database == f"sqlite:///{(tmp_path / 'room.db').as_posix()}"
    assert settings.read({"KIT_DATABASE": "sqlite:///room.db"}).database == "sqlite:///room.db"


def test_exports_go_beside_the_workshops_unless_their_folder_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = Path(settings.__file__).parents[1]
    assert settings.read({}).sessions == root / "sessions"
    assert settings.read({"KIT_SESSIONS": "~/exports"}).sessions == Path.home() / "exports"
    # A package that was installed without its workshops.
    monkeypatch.setattr(settings, "__file__", str(tmp_path / "site" / "kit" / "settings.py"))
    monkeypatch.chdir(tmp_path)
    assert settings.read({}).sessions == tmp_path / "sessions"


def test_the_data_folder_may_begin_with_the_home_sign() -> None:
    assert settings.read({"KIT_DATA": "~/rooms"}).data == Path.home() / "rooms"


def test_what_is_given_is_taken() -> None:
    chosen = settings.read(
        {
            "KIT_HOST": "127.0.0.1",
            "KIT_PORT": "9000",
            "KIT_ROOM_KEY": "k" * 22,
            "KIT_ROOM_URL": "https://rooms.example.org",
            "KIT_IDLE_HOURS": "0.5",
        }
    )
    assert (chosen.host, chosen.port, chosen.idle_hours) == ("127.0.0.1", 9000, 0.5)
    assert (chosen.room_key, chosen.room_url) == ("k" * 22, "https://rooms.example.org")


@pytest.mark.parametrize("row", settings.TABLE, ids=lambda row: row.name)
def test_an_empty_variable_means_the_default(row: settings.Setting) -> None:
    assert settings.read({row.name: "  "}) == settings.read({})


def test_space_around_a_value_does_not_count() -> None:
    assert settings.read({"KIT_PORT": " 9000 "}).port == 9000


def test_variables_of_others_are_left_alone() -> None:
    assert settings.read({"PATH": "/bin", "KIT_UNHEARD": "x"}) == settings.read({})


@pytest.mark.parametrize("port", [0, 65535])
def test_the_whole_range_of_ports_is_allowed(port: int) -> None:
    assert settings.read({"KIT_PORT": str(port)}).port == port


@pytest.mark.parametrize("port", ["-1", "65536", "8765.0", "http", "8765 8766"])
def test_a_port_that_is_none_is_named_with_its_range(port: str) -> None:
    with pytest.raises(BadSetting, match=r"KIT_PORT is .* from 0 to 65535") as caught:
        settings.read({"KIT_PORT": port})
    assert repr(port) in caught.value.sentence


@pytest.mark.parametrize("hours", ["0", "-1", "nan", "inf", "1e9", "soon"])
def test_idle_hours_must_be_a_number_above_zero(hours: str) -> None:
    with pytest.raises(BadSetting, match=r"KIT_IDLE_HOURS is .* must be a number"):
        settings.read({"KIT_IDLE_HOURS": hours})


def test_a_server_key_of_fewer_than_128_bits_is_refused_and_not_repeated() -> None:
    with pytest.raises(BadSetting, match=r"KIT_ROOM_KEY is too short.*22") as caught:
        settings.read({"KIT_ROOM_KEY": "q" * 21})
    assert "qqq" not in caught.value.sentence


@pytest.mark.parametrize("address", ["rooms.example.org", "ftp://rooms.example.org", "//rooms.example.org", "https://"])
def test_a_room_address_must_be_one_of_the_web(address: str) -> None:
    with pytest.raises(BadSetting, match=r"KIT_ROOM_URL is .* must look like https://rooms"):
        settings.read({"KIT_ROOM_URL": address})


@pytest.mark.parametrize("address", ["http://192.168.0.7:8765", "https://example.org/rooms"])
def test_a_room_address_loses_its_last_slash(address: str) -> None:
    assert settings.read({"KIT_ROOM_URL": address + "/"}).room_url == address


def test_each_row_has_its_own_name_and_flag_and_says_what_it_is_for() -> None:
    assert len({row.name for row in settings.TABLE}) == len({row.flag for row in settings.TABLE}) == len(settings.TABLE)
    for row in settings.TABLE:
        assert row.name.startswith("KIT_"), row
        assert row.says[0].isupper(), row
        assert row.says.endswith("."), row


def test_a_flag_is_the_variable_in_the_manner_of_a_command_line() -> None:
    flags = {row.name: row.flag for row in settings.TABLE}
    assert flags["KIT_PORT"] == "--port"
    assert flags["KIT_ROOM_KEY"] == "--room-key"


def test_a_relative_data_folder_is_where_the_command_was_given() -> None:
    made = settings.read({"KIT_DATA": "here"})
    assert made.data == Path("here").absolute()
    assert made.database == f"sqlite:///{made.data.as_posix()}/room.db"
