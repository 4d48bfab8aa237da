"""Make the environment from the lock, visibly, and repair what an earlier try left half done."""

import contextlib
import json
import os
import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

from starting import place
from starting.trouble import explain, fail

HEAD = "# Every package with its exact version and hashes, for all systems. Written by: python start.py lock\n"


def set_up(lock: Path) -> None:
    if place.is_ready(lock):
        return
    with only_one():
        uv = shutil.which("uv")
        if not place.is_ready(place.RUN) or not (uv or (place.site_packages() / "pip").is_dir()):
            new_venv(uv)
        install(lock, uv)
        # Relative, so that it still holds after the folder was moved, and is plain ASCII whatever its name.
        link = place.site_packages() / "facilitator-kit.pth"
        link.write_text(os.path.relpath(place.ROOT, link.parent) + "\n", encoding="ascii")
        # The lock for tests holds all that the other one does.
        locks = {each.name: place.digest(each) for each in (place.RUN, lock)}
        place.MARK.write_text(json.dumps({"python": place.venv_version(), "locks": locks}), encoding="utf-8")
        print("Set up.")


@contextlib.contextmanager
def only_one() -> Iterator[None]:
    """Two double clicks must not set up the same folder at once. The system frees the lock if we die."""
    with (place.ROOT / ".setup.lock").open("w") as file:
        try:
            if sys.platform == "win32":
                import msvcrt

                msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
            else:
                import fcntl

                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            fail("Another window is setting up the kit. Wait until it has finished, then start again.")
        yield


def new_venv(uv: str | None) -> None:
    if place.VENV.exists():
        remove_venv()
    command = [uv, "venv", "--quiet", "--python", sys.executable] if uv else [sys.executable, "-m", "venv"]
    watch([*command, str(place.VENV)], lambda said: "making a place for it")


def remove_venv() -> None:
    place.MARK.unlink(missing_ok=True)
    try:
        shutil.rmtree(place.VENV)
    except OSError:
        # On Windows what runs cannot be removed: most likely a room server that is still up.
        fail(
            f"The earlier set-up in {place.VENV} cannot be removed: a part of it still runs, or it may not be "
            "written to. Close the kit's other windows or restart the computer, then start again."
        )


def install(lock: Path, uv: str | None) -> None:
    pip = [str(place.PYTHON), "-m", "pip", "install", "--no-input", "--progress-bar=off", "--retries=2"]
    command = [uv, "pip", "install", "--python", str(place.PYTHON)] if uv else pip
    names = len(re.findall(r"^\S+==", lock.read_text(encoding="utf-8"), re.MULTILINE))
    before = len(list(place.site_packages().glob("*.dist-info")))
    # Only ready-made packages: a facilitator's computer has no compilers.
    watch(
        [*command, "--only-binary=:all:", "--require-hashes", "-r", str(lock)],
        lambda said: progress(said, names, before),
    )


def progress(said: list[str], names: int, before: int) -> str:
    """How far an installer is, from what it said (pip or uv) and from what lies in place already."""
    text = "".join(said)
    resolved = re.search(r"^Resolved (\d+) packages", text, re.MULTILINE)
    # A lock for all systems names packages that this one does not need.
    total = int(resolved[1]) if resolved else names - len(re.findall(r"^Ignoring ", text, re.MULTILINE))
    placed = len(list(place.site_packages().glob("*.dist-info"))) - before
    if placed > 0:
        return f"{min(placed, total)} of {total} packages in place"
    fetched = re.findall(r"^(?:Collecting|Processing|Requirement already satisfied:?) ", text, re.MULTILINE)
    if fetched:
        return f"{min(len(fetched), total)} of {total} packages fetched"
    if not resolved:
        return "looking for the packages"
    large = re.findall(r"^Downloading (\S+ \([\d.]+\w+\))", text, re.MULTILINE)
    return f"fetching {total} packages" + (f", now {large[-1]}" if large else "")


def watch(command: list[str], how_far: Callable[[list[str]], str]) -> None:
    """Run an installer and show how far it is. If it fails, end with a sentence."""
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        cwd=place.ROOT,
        env=place.environment(),
    )
    said: list[str] = []
    assert process.stdout is not None
    reader = threading.Thread(target=read_into, args=(process.stdout, said), daemon=True)
    reader.start()
    shown = ""
    while process.poll() is None:
        shown = show(f"Setting up (once, about a minute): {how_far(said)}", shown)
        time.sleep(0.1)
    reader.join()
    process.stdout.close()
    show("", shown)
    if process.returncode:
        fail(explain("".join(said)))


def read_into(lines: IO[str], said: list[str]) -> None:
    for line in lines:
        said.append(line)


def show(text: str, shown: str) -> str:
    """One line on a terminal that is written over. In a file or a log: a new line for every tenth step."""
    if sys.stdout.isatty():
        print("\r" + text.ljust(len(shown)), end="" if text else "\r", flush=True)
        return text
    step = re.sub(r"\d of", " of", text)
    if text and step != shown:
        print(text, flush=True)
    return step


def write_locks(arguments: list[str]) -> None:
    uv = shutil.which("uv")
    if not uv:
        fail("Writing the locks needs uv. Install it (pip install uv), then try again.")
    # The public index alone, whatever this computer's own settings say.
    ours = {name: value for name, value in place.environment().items() if not name.startswith(("UV_", "PIP_"))}
    command = [uv, "pip", "compile", "pyproject.toml", "--quiet", "--no-config", "--universal"]
    command += [
        "--python-version=3.11",
        "--only-binary=:all:",
        "--generate-hashes",
        "--no-header",
        "--no-annotate",
    ]
    for lock, more in ((place.RUN, []), (place.TEST, ["--extra=test", f"--constraint={place.RUN.name}"])):
        if subprocess.call([*command, *arguments, *more, f"--output-file={lock.name}"], cwd=place.ROOT, env=ours):
            fail(f"{lock.name} was not written: see above what uv says.")
        text = lock.read_text(encoding="utf-8")
        lock.write_text(HEAD + text, encoding="utf-8", newline="\n")


def run_kit(arguments: list[str]) -> int:
    """One of the kit's own commands, in its own environment."""
    return subprocess.call([str(place.PYTHON), "-m", "kit", *arguments], cwd=place.ROOT, env=place.environment())


def run_tests(arguments: list[str]) -> int:
    command = [str(place.PYTHON), "-m", "pytest", *arguments]
    return subprocess.call(command, cwd=place.ROOT, env=place.environment())
