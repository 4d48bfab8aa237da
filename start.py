"""Set up the facilitator kit, then open it. Needs nothing but Python 3.11 or newer.

python start.py                 set up (the first time only), then open the kit in the browser
python start.py --no-browser    the same, but only print the address
python start.py test [...]      install what the tests need and run them all; more arguments go to pytest
python start.py serve          serve rooms here without JupyterLab, until Ctrl-C
python start.py stop           end the room server, which outlives JupyterLab
python start.py check [...]    say what is to be mended in scenarios: all of them, or a file or folder
python start.py new SLUG       make a new workshop from a template
python start.py rehearse CODE  bring a simulated class into a rehearsal
python start.py export CODE    write a session's log, tables and summary into sessions/
python start.py import FILE    take in an exported session
python start.py backup FILE    write all sessions, with names and keys, into one new file
python start.py restore FILE   bring a backup's sessions back
python start.py lock [...]      for developers: write both lock files anew (--upgrade takes newer packages)
"""

# A Python that is too old must be able to read this file: no syntax here that is newer than 3.6.
import io
import signal
import sys

if sys.version_info < (3, 11):
    sys.exit(
        "The kit needs Python 3.11 or newer, and this is Python {}.{}. Install a newer one from python.org, "
        "then start again with it.".format(*sys.version_info[:2])
    )

from starting import install, lab, place, trouble

# The kit's own commands.
KIT = ("serve", "stop", "check", "new", "rehearse", "export", "import", "backup", "restore")


def main(arguments: list[str]) -> int:
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a folder's name may have letters that this terminal lacks
    for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK"):  # the window is closed: stop as with Ctrl-C
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.default_int_handler)
    try:
        if arguments[:1] == ["test"]:
            install.set_up(place.TEST)
            return install.run_tests(arguments[1:])
        if arguments[:1] and arguments[0] in KIT:
            install.set_up(place.RUN)
            return install.run_kit(arguments)
        if arguments[:1] == ["lock"]:
            install.write_locks(arguments[1:])
        elif arguments in ([], ["--no-browser"]):
            lab.open_kit(browser=not arguments)
        else:
            if arguments and not arguments[0].startswith("-"):
                print("There is no command {}. These are:".format(arguments[0]), file=sys.stderr)
            print(__doc__)
            return 0 if arguments in (["-h"], ["--help"]) else 2
    except KeyboardInterrupt:
        trouble.fail("Stopped. The next start goes on from here.")
    except OSError as error:
        trouble.fail(trouble.explain(str(error)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
