"""Where things are, and whether they are as they should be."""

import contextlib
import hashlib
import json
import os
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
MARK = VENV / "kit-ready.json"
RUN, TEST = ROOT / "requirements.txt", ROOT / "requirements-test.txt"


def environment() -> dict[str, str]:
    """For all that we start: no other Python on this computer, and no Jupyter of its owner, reaches in."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("JUPYTER")}
    # Without written bytecode every start would take a second longer.
    for name in ("PYTHONPATH", "PYTHONHOME", "PYTHONDONTWRITEBYTECODE", "VIRTUAL_ENV"):
        ours.pop(name, None)
    return ours


def digest(lock: Path) -> str:
    # Git may have turned line ends into Windows': still the same lock.
    return hashlib.sha256(lock.read_bytes().replace(b"\r\n", b"\n")).hexdigest()


def venv_version() -> str:
    """Python's version in the environment as it is now: "" if there is none, or its Python was removed."""
    command = [str(PYTHON), "-ISc", "import sys; print('%d.%d' % sys.version_info[:2])"]
    with contextlib.suppress(OSError):
        return str(subprocess.run(command, capture_output=True, text=True, check=False).stdout).strip()
    return ""


def is_ready(lock: Path) -> bool:
    """Whether all of this lock is installed. The mark is written last, so half a set-up has none."""
    try:
        mark = json.loads(MARK.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return bool(mark["python"] == venv_version() and mark["locks"].get(lock.name) == digest(lock))


def site_packages() -> Path:
    places = [VENV / "Lib" / "site-packages", *VENV.glob("lib/python3*/site-packages")]
    return next(filter(Path.is_dir, places), VENV)
