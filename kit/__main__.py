"""`python -m kit …`: the commands."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from kit import __version__
from kit.errors import KitError
from kit.settings import TABLE, Settings, read


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 if it went well, 1 with a sentence on the error output if not."""
    given = _parser().parse_args(arguments)
    try:
        given.run(_settings(given))
    except KitError as error:
        print(error.sentence, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0
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
    return parser


def _settings(given: argparse.Namespace) -> Settings:
    flags = {row.name: value for row in TABLE if (value := getattr(given, row.name)) is not None}
    return read(os.environ | flags)


def _serve(settings: Settings) -> None:
    from kit.server.run import serve

    serve(settings, lambda line: print(line, flush=True))


def _stop(settings: Settings) -> None:
    from kit.launch import stop

    print(stop(settings))


if __name__ == "__main__":
    sys.exit(main())
