"""`python start.py` from the first set-up to Ctrl-C, and each way in which it can end badly.

A whole copy of the set-up runs here, but with one tiny package instead of the hundred real ones: a make-believe
JupyterLab that leaves the same note and answers the same two requests.
"""

import ast
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from starting import install, lab, place, trouble

ROOT = Path(__file__).resolve().parents[2]

LAB = """
import http.server, json, os, pathlib, threading
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if self.headers["Authorization"] == "token t0" else 403)
        self.end_headers()
    def do_POST(self):
        self.do_GET()
        threading.Thread(target=server.shutdown).start()
    def log_message(self, *args): pass
server = http.server.HTTPServer(("127.0.0.1", 0), Answer)
note = pathlib.Path(os.environ["JUPYTER_RUNTIME_DIR"], "jpserver-1.json")
note.parent.mkdir(parents=True, exist_ok=True)
note.write_text(json.dumps({"url": f"http://127.0.0.1:{server.server_port}/", "token": "t0"}))
try: server.serve_forever()
except KeyboardInterrupt: pass
note.unlink()
"""


def wheel(folder: Path) -> str:
    """A package `jupyterlab` 0.1, as a lock's line."""
    path = folder / "jupyterlab-0.1-py3-none-any.whl"
    about = "jupyterlab-0.1.dist-info/"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("jupyterlab/__main__.py", LAB)
        file.writestr(about + "METADATA", "Metadata-Version: 2.1\nName: jupyterlab\nVersion: 0.1\n")
        file.writestr(about + "WHEEL", "Wheel-Version: 1.0\nGenerator: kit\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        file.writestr(about + "RECORD", "")
    return f"jupyterlab==0.1 --hash=sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}\n"


class Clone:
    """A copy of the set-up in a folder whose name has a space and an umlaut, and a computer without uv."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "Kit für alle"
        self.root.mkdir()
        wheels = folder / "wheels"
        wheels.mkdir()
        shutil.copy(ROOT / "start.py", self.root)
        shutil.copytree(ROOT / "starting", self.root / "starting", ignore=shutil.ignore_patterns("__pycache__"))
        (self.root / "requirements.txt").write_text(wheel(wheels))
        (self.root / "kit.py").write_text("here = True\n")
        home = str(folder / "home")
        pip = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(wheels), "PIP_CONFIG_FILE": os.devnull}
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "UV_"))}
        self.env = {**kept, **pip, "PATH": os.defpath, "HOME": home, "LOCALAPPDATA": home, "XDG_DATA_HOME": home}
        self.started: list[subprocess.Popen[str]] = []

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, str(self.root / "start.py"), *arguments],
            env=self.env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )
        self.started.append(process)
        return process

    def until_up(self, process: subprocess.Popen[str]) -> str:
        """All it prints until it says how to stop."""
        assert process.stdout is not None
        said = ""
        for line in process.stdout:
            said += line
            if "Ctrl-C" in line:
                return said
        assert process.stderr is not None
        raise AssertionError(said + process.stderr.read())

    def fails(self) -> str:
        """The one sentence with which it ends."""
        _, error = self.start("--no-browser").communicate(timeout=60)
        assert self.started[-1].returncode == 1
        assert "Traceback" not in error
        assert len(error.strip().splitlines()) == 1, error
        return error

    @property
    def mark(self) -> Path:
        return self.root / ".venv" / "kit-ready.json"


@pytest.fixture
def clone(tmp_path: Path) -> Iterator[Clone]:
    made = Clone(tmp_path)
    yield made
    for process in made.started:
        if process.poll() is None:
            process.terminate()
        process.communicate(timeout=20)


def test_first_start_second_start_and_stop(clone: Clone) -> None:
    process = clone.start("--no-browser")
    said = clone.until_up(process)
    assert "1 of 1 packages" in said or "looking for the packages" in said
    assert "Set up." in said
    link = next(word for word in said.split() if word.startswith("http"))
    assert link.endswith("/doc/tree/workshops/00-start-here.ipynb?token=t0")
    assert said.count("t0") == 1, "the token stands in the link alone"

    again = clone.until_up(clone.start("--no-browser"))
    assert link in again
    assert "already running" in again

    process.send_signal(signal.SIGTERM if os.name == "nt" else signal.SIGINT)
    said, error = process.communicate(timeout=20)
    if os.name != "nt":
        assert (process.returncode, error) == (0, "")
        assert "JupyterLab has stopped." in said

    before = clone.mark.stat().st_mtime_ns
    assert "Set" not in clone.until_up(clone.start("--no-browser")), "nothing is set up twice"
    assert clone.mark.stat().st_mtime_ns == before

    python = clone.root / ".venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    imported = [str(python), "-c", "import kit; print(kit.here)"]
    where = clone.root.parent
    done = subprocess.run(imported, cwd=where, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "True"


def test_half_a_set_up_is_repaired_and_a_new_lock_installed(clone: Clone) -> None:
    lock = clone.root / "requirements.txt"
    good = lock.read_text()
    lock.write_text(good.replace("==0.1", "==0.2"))
    assert "Install Python 3.12" in clone.fails()
    assert not clone.mark.exists()
    lock.write_text(good)
    process = clone.start("--no-browser")
    assert "Set up." in clone.until_up(process)
    lock.write_text("# changed\n" + good)
    assert "runs from before it was changed" in clone.fails()
    process.terminate()
    process.communicate(timeout=20)
    assert "Set up." in clone.until_up(clone.start("--no-browser"))


def test_without_internet(clone: Clone) -> None:
    del clone.env["PIP_NO_INDEX"], clone.env["PIP_FIND_LINKS"]
    clone.env |= dict.fromkeys(("HTTPS_PROXY", "https_proxy", "ALL_PROXY"), "http://127.0.0.1:9")
    assert "There is no internet here" in clone.fails()
    assert not clone.mark.exists()


def test_a_package_that_was_tampered_with(clone: Clone) -> None:
    lock = clone.root / "requirements.txt"
    lock.write_text(lock.read_text()[:-8] + "0000000\n")
    assert "not the one that the kit was tested with" in clone.fails()


# What pip, uv, venv and the system really said.
SAID = {
    "pip, no name": (
        "WARNING: Retrying (Retry(total=1)) after connection broken by 'NewConnectionError('<pip._vendor.urllib3."
        "connection.HTTPSConnection object>: Failed to establish a new connection: [Errno -2] Name or service not "
        "known')'\nERROR: Could not find a version that satisfies the requirement anyio==4.16.0 (from versions: none)"
        "\nERROR: No matching distribution found for anyio==4.16.0\n",
        "no internet",
    ),
    "uv, no name": (
        "error: Failed to fetch: `anyio`\n  Caused by: error sending request for url\n  Caused by: dns error: failed "
        "to lookup address information: Temporary failure in name resolution\n",
        "no internet",
    ),
    "pip on Windows, no name": (
        "NameResolutionError: Failed to resolve host ([Errno 11001] getaddrinfo failed)\n",
        "no internet",
    ),
    "uv, guest network": (
        "  Caused by: error sending request\n  Caused by: invalid peer certificate: UnknownIssuer\n",
        "Sign in on its page",
    ),
    "pip, disk": ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device\n", "disk"),
    "uv, disk": ("  Caused by: failed to copy file: No space left on device (os error 28)\n", "disk is full"),
    "Windows, disk": ("OSError: [WinError 112] Es steht nicht genug Speicherplatz zur Verfügung\n", "disk is full"),
    "disk after network trouble": ("Connection timed out, retrying\n[Errno 28] No space left on device\n", "disk"),
    "venv, read-only": ("Error: [Errno 30] Read-only file system: '/kit/.venv'\n", "may not write"),
    "Windows, no right": ("PermissionError: [WinError 5] Zugriff verweigert: 'C:\\\\kit\\\\.venv'\n", "may not write"),
    "Windows, in use": ("[WinError 32] The process cannot access the file\n", "still runs"),
    "Debian, no venv": (
        "The virtual environment was not created successfully because ensurepip is not available.\n",
        "sudo apt install python3-venv",
    ),
    "no venv at all": ("/usr/bin/python3: No module named venv\n", "sudo apt install python3-venv"),
    "pip, hash": (
        "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.\n",
        "not the one that the kit was tested with",
    ),
    "uv, hash": ("error: Hash mismatch for `anyio==4.16.0`\n", "not the one that the kit was tested with"),
    "too new a Python": ("ERROR: No matching distribution found for numpy==2.4.6\n", "Install Python 3.12"),
    "unknown": ("Collecting pytest-timeout==2.4.0\nsomething new\n", 'The last thing said was: "something new"'),
}


@pytest.mark.parametrize(("said", "sentence"), SAID.values(), ids=SAID.keys())
def test_what_an_installer_says_becomes_one_sentence(
    said: str, sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    installer = [
        sys.executable,
        "-c",
        f"import sys; sys.stdout.reconfigure(encoding='utf-8'); print({said!r}); sys.exit(2)",
    ]
    with pytest.raises(SystemExit) as end:
        install.watch(installer, lambda said: "")
    assert sentence in str(end.value)
    assert "\n" not in str(end.value)
    assert "Traceback" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (OSError(28, "No space left on device"), "The disk is full"),
        (PermissionError(13, "Permission denied", "/kit/.setup.lock"), "may not write into its folder"),
        (OSError(30, "Read-only file system", "/kit/.setup.lock"), "may not write into its folder"),
    ],
)
def test_what_the_system_refuses_becomes_one_sentence(
    error: OSError, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    import start

    def refuse(lock: Path) -> None:
        raise error

    monkeypatch.setattr(install, "set_up", refuse)
    monkeypatch.setattr(lab, "running_lab", lambda: None)
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    with pytest.raises(SystemExit) as end:
        start.main(["--no-browser"])
    assert sentence in str(end.value)


def test_an_old_python_gets_as_far_as_its_sentence() -> None:
    source = (ROOT / "start.py").read_text(encoding="utf-8")
    ast.parse(source, feature_version=(3, 6))
    before = source[: source.index("from starting import")]
    assert "|" not in before, "annotations of newer Pythons come after the check"
    pretend = f"import sys; sys.version_info = (3, 8, 18); exec({source!r})"
    done = subprocess.run([sys.executable, "-c", pretend], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("The kit needs Python 3.11 or newer, and this is Python 3.8.")
    assert len(done.stderr.splitlines()) == 1


def test_two_set_ups_at_once(clone: Clone) -> None:
    clone.env["HELD"] = str(clone.root)
    hold = (
        "import os, sys; sys.path.insert(0, os.environ['HELD'])\n"
        "from starting.install import only_one\n"
        "with only_one(): print('held', flush=True); sys.stdin.read()"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", hold], env=clone.env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert other.stdout is not None
    assert other.stdout.readline() == "held\n"
    assert "Another window is setting up the kit" in clone.fails()
    other.communicate(timeout=20)


def test_the_mark_holds_for_this_lock_and_this_python(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lock = tmp_path / "requirements.txt"
    lock.write_bytes(b"one==1\n")
    mark = tmp_path / "mark.json"
    monkeypatch.setattr(place, "MARK", mark)
    monkeypatch.setattr(place, "venv_version", lambda: "3.12")
    assert not place.is_ready(lock), "no mark"
    mark.write_text("{")
    assert not place.is_ready(lock), "half a mark"
    mark.write_text(json.dumps({"python": "3.12", "locks": {lock.name: place.digest(lock)}}))
    assert place.is_ready(lock)
    lock.write_bytes(b"one==1\r\n")
    assert place.is_ready(lock), "the same lock with the line ends of Windows"
    lock.write_bytes(b"one==2\n")
    assert not place.is_ready(lock), "another lock"
    lock.write_bytes(b"one==1\n")
    monkeypatch.setattr(place, "venv_version", lambda: "3.13")
    assert not place.is_ready(lock), "another Python"


def test_no_other_jupyter_reaches_in(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("JUPYTER_PATH", "JUPYTER_CONFIG_PATH", "JUPYTERLAB_DIR", "PYTHONPATH", "PYTHONHOME"):
        monkeypatch.setenv(name, "elsewhere")
    assert "elsewhere" not in place.environment().values()


def test_every_sentence_says_what_to_do() -> None:
    assert trouble.TROUBLE
    for _, sentence in trouble.TROUBLE:
        assert sentence.endswith(".")
        assert sentence.isascii() or not str(place.ROOT).isascii(), "an old console has no other letters"
        assert "start" in sentence
