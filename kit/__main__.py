"""`python -m kit …`: the commands."""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from kit import __version__
from kit.errors import BadScenario, KitError
from kit.settings import TABLE, Settings, read


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
    except KeyboardInterrupt:
        return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m kit", description="The facilitator kit's commands.")
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, run, says in (
        ("serve", _serve, "Serve rooms until told to stop."),
        ("stop", _stop, "Stop the room server of this machine."),
    ):
        command = commands.add_parser(name, help=says, description=says)
        command.set_defaults(run=run)
        for row in TABLE:
            command.add_argument(row.flag, dest=row.name, metavar=row.name, help=f"{row.says} ({row.name})")
    says = "Say what an author should mend in scenarios: all findings, each with file and line."
    check = commands.add_parser("check", help=says, description=says)
    check.set_defaults(run=_check)
    check.add_argument("paths", nargs="*", metavar="PATH", help="a scenario or a folder; without one, all workshops'")
    says = "Make a workshop from a template: notebook, scenario and guide."
    new = commands.add_parser("new", help=says, description=says)
    new.set_defaults(run=_new)
    new.add_argument("slug", metavar="SLUG", help="its name, such as the-broken-lamp or 07-the-broken-lamp")
    return parser


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


def _short(path: Path) -> Path:
    """As seen from here, if it is below here."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_absolute() and path.is_relative_to(here) else path


def _count(n: int, what: str) -> str:
    return f"{n} {what}" if n == 1 else f"{n} {what}s"


if __name__ == "__main__":
    sys.exit(main())
