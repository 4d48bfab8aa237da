"""`python -m kit …`: the commands."""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from kit import __version__
from kit.errors import BadScenario, BadSetting, KitError, RoomBusy, UnknownRoom
from kit.settings import TABLE, Settings, read

if TYPE_CHECKING:
    from kit.store import Store


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 if it went well, 1 with a sentence on the error output if not."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a scenario may have letters that this terminal lacks
    given = _parser().parse_args(arguments)
    try:
        return int(given.run(given))
    except KitError as error:
        print(error.sentence, file=sys.stderr)
        return 1
    except OSError as error:
        print(
            f"{error.filename or 'A file'} can't be used ({error.strerror or error}). Check it, then try again.",
            file=sys.stderr,
        )
        return 1
    except KeyboardInterrupt:
        return 0


class _Parser(argparse.ArgumentParser):
    """Says what is wrong with a command in one sentence, and how it is written."""

    def error(self, message: str) -> NoReturn:
        missing = message.removeprefix("the following arguments are required: ")
        said = f"This command needs {missing}" if missing != message else f"{message[:1].upper()}{message[1:]}"
        usage = " ".join(self.format_usage().removeprefix("usage: ").split())
        self.exit(2, f"{said}. It is written like this: {usage}\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="python -m kit", description="The facilitator kit's commands.")
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, run, says in (
        ("serve", _serve, "Serve rooms until told to stop."),
        ("stop", _stop, "Stop the room server of this machine."),
    ):
        command = _command(commands, name, run, says)
        for row in TABLE:
            command.add_argument(row.flag, dest=row.name, metavar=row.name, help=f"{row.says} ({row.name})")
    says = "Say what an author should mend in scenarios: all findings, each with file and line."
    check = _command(commands, "check", _check, says)
    check.add_argument("paths", nargs="*", metavar="PATH", help="a scenario or a folder; without one, all workshops'")
    new = _command(commands, "new", _new, "Make a workshop from a template: notebook, scenario and guide.")
    new.add_argument("slug", metavar="SLUG", help="its name, such as the-broken-lamp or 07-the-broken-lamp")
    _add_session_commands(commands)
    return parser


def _command(commands: Any, name: str, run: Callable[[argparse.Namespace], int], says: str) -> argparse.ArgumentParser:
    command: argparse.ArgumentParser = commands.add_parser(name, help=says, description=says)
    command.set_defaults(run=run)
    return command


def _add_session_commands(commands: Any) -> None:
    says = "Write a session's log, tables and summary into a folder below sessions/, under aliases."
    _command(commands, "export", _export, says).add_argument("code", metavar="CODE", help="the room's code")
    for name, run, says, file in (
        ("import", _import, "Take in an exported session, as one that can be looked at and exported again.",
         "the session.jsonl of an export"),
        ("backup", _backup, "Write all sessions and keys into one new file, with names: keep it like a key.",
         "a new file, such as rooms-2026-11-24.zip"),
        ("restore", _restore, "Bring back the sessions and keys of a backup; what is here already stays.",
         "a file that backup wrote"),
    ):  # fmt: skip
        _command(commands, name, run, says).add_argument("file", metavar="FILE", type=Path, help=file)
    says = "Bring a simulated class into a rehearsal, which joins and votes as people would."
    rehearse = _command(commands, "rehearse", _rehearse, says)
    rehearse.add_argument("code", metavar="CODE", help="the room's code; its session must be a rehearsal")
    for flag, kind, default, help_ in (
        ("--people", int, 24, "how many people come"),
        ("--seed", int, 1, "the same seed gives the same people and answers"),
        ("--speed", float, 1.0, "how many times faster than people they are"),
    ):
        rehearse.add_argument(flag, type=kind, default=default, metavar="N", help=f"{help_} (usually {default:g})")


def _settings(given: argparse.Namespace) -> Settings:
    flags = {row.name: value for row in TABLE if (value := getattr(given, row.name)) is not None}
    return read(os.environ | flags)


def _serve(given: argparse.Namespace) -> int:
    from kit.server.run import serve

    serve(_settings(given), lambda line: print(line, flush=True))
    return 0


def _stop(given: argparse.Namespace) -> int:
    from kit.launch import stop

    print(stop(_settings(given)))
    return 0


def _check(given: argparse.Namespace) -> int:
    from kit import scenarios

    folder = scenarios.workshops()
    places = [Path(path) for path in given.paths] or ([folder / "scenarios"] if folder else [])
    if not places:
        raise BadScenario("There is no folder workshops/ with scenarios here. Name a scenario or a folder.")
    said, looked, unread = [], 0, 0
    for path in scenarios.all_in(places):
        try:
            said += scenarios.read(_short(path)).says()
            looked += 1
        except BadScenario as error:
            print(error.sentence, file=sys.stderr)
            unread += 1
    if said:
        print("\n".join(said))
        print(f"{_count(len(said), 'finding')} in {_count(looked, 'scenario')}.", file=sys.stderr)
    elif looked:
        print(f"{_count(looked, 'scenario')}, nothing to mend.")
    return 1 if said or unread else 0


def _new(given: argparse.Namespace) -> int:
    from kit.scenarios.new import new

    for path in new(given.slug):
        print(_short(path))
    print("Look for TODO in all three; `check` lists what is left in the scenario.")
    return 0


def _export(given: argparse.Namespace) -> int:
    from kit.export import export

    settings = read(os.environ)
    code = _code(given.code)
    folder = export(code, _lines(settings, code), settings.sessions, lambda name: print(f"{name} …", flush=True))
    print(f"Exported to {_short(folder)}")
    return 0


def _lines(settings: Settings, code: str) -> list[bytes]:
    """The session's log, from where it lives."""
    if settings.room_url:
        from kit.client import Client
        from kit.folders import Folder

        key = Folder(settings.data).kept_sessions().get(code, {}).get("key")
        if key is None:
            raise UnknownRoom(f"This machine has no key for the session {code}. Export it where it was opened.")
        return Client(settings.room_url, code, str(key)).lines()
    with _store(settings) as store:
        if store.find(code) is None:
            raise UnknownRoom(f"There is no session {code} on this machine. The lobby lists those that are.")
        return store.read(code)


@contextlib.contextmanager
def _store(settings: Settings) -> Iterator[Store]:
    """This machine's store. Raises BadSetting where the rooms live on another machine."""
    from kit.folders import Folder
    from kit.store import open_store

    if settings.room_url and not os.environ.get("KIT_DATABASE") and not Folder(settings.data).room_file.exists():
        raise BadSetting(f"The rooms live at {settings.room_url} (KIT_ROOM_URL). Run this command on that machine.")
    Folder(settings.data).make()
    store = open_store(settings.database)
    try:
        yield store
    finally:
        store.close()


def _import(given: argparse.Namespace) -> int:
    from kit.archive import take_in
    from kit.folders import Folder

    settings = read(os.environ)
    with _store(settings) as store:
        code = take_in(store, Folder(settings.data), given.file, settings.room_url)
    print(f"Taken in as the session {code}. The lobby of its workshop lists it.")
    return 0


def _backup(given: argparse.Namespace) -> int:
    from kit.archive import backup
    from kit.folders import Folder

    settings = read(os.environ)
    with _store(settings) as store:
        number = backup(store, Folder(settings.data), given.file)
    print(f"{_count(number, 'session')} in {given.file}. It holds names and keys: keep it as you would keep a key.")
    return 0


def _restore(given: argparse.Namespace) -> int:
    import filelock

    from kit.archive import restore
    from kit.folders import Folder

    settings = read(os.environ)
    folder = Folder(settings.data)
    try:
        with folder.lock(settings.database, 0.5), _store(settings) as store:
            done = restore(store, folder, given.file, print)
    except filelock.Timeout:
        raise RoomBusy("A room server is running here. Stop it, then restore again: python start.py stop") from None
    print(f"{_count(done.new, 'session')} brought back, {done.grown} brought up to date, {done.same} here already.")
    print("\n".join(done.left), end="\n" if done.left else "", file=sys.stderr)
    return 1 if done.left else 0


def _rehearse(given: argparse.Namespace) -> int:
    from kit.rehearsal import rehearse

    rehearse(
        read(os.environ),
        _code(given.code),
        people=given.people,
        seed=given.seed,
        speed=given.speed,
        say=lambda line: print(line, flush=True),
    )
    return 0


def _code(typed: str) -> str:
    """The code as rooms have it. Raises UnknownRoom for what can't be one."""
    from kit.keys import tidy_code

    code = tidy_code(typed)
    if code is None:
        raise UnknownRoom(f"{typed[:20]!r} is no room's code. A code has six letters or digits; the lobby shows it.")
    return code


def _short(path: Path) -> Path:
    """As seen from here, if it is below here."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_absolute() and path.is_relative_to(here) else path


def _count(n: int, what: str) -> str:
    return f"{n} {what}" if n == 1 else f"{n} {what}s"


if __name__ == "__main__":
    sys.exit(main())
