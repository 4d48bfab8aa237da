"""JupyterLab of this clone: start it, find it again, stop it."""

import contextlib
import hashlib
import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
import webbrowser
from pathlib import Path

from starting import install, place
from starting.trouble import fail

PAGE = "doc/tree/workshops/00-start-here.ipynb"


def data_folder() -> Path:
    """Where JupyterLab keeps its notes about this clone: for the owner alone, apart from other Jupyters."""
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local"
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Application Support"
    else:
        base = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    clone = hashlib.sha256(str(place.ROOT).encode()).hexdigest()[:12]
    return Path(base) / "facilitator-kit" / "lab" / clone


def ask(server: dict[str, str], path: str, method: str = "GET") -> None:
    """One request to JupyterLab, past any proxy; OSError if it is not there or the token is not its own."""
    request = urllib.request.Request(server["url"] + path, method=method)
    request.add_header("Authorization", "token " + server["token"])
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    direct.open(request, timeout=5).close()


def running_lab() -> dict[str, str] | None:
    """The JupyterLab of this clone, by the notes that Jupyter leaves about its servers."""
    for note in (data_folder() / "runtime").glob("jpserver-*.json"):
        with contextlib.suppress(OSError, ValueError):
            server: dict[str, str] = json.loads(note.read_text(encoding="utf-8"))
            ask(server, "api/status")
            return server
    return None


def start_lab() -> subprocess.Popen[bytes]:
    folder = data_folder()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for old in (folder / "runtime").glob("jpserver-*"):
        old.unlink()  # nobody answered there
    own = {
        "JUPYTER_CONFIG_DIR": place.ROOT / "jupyter",
        "JUPYTER_DATA_DIR": folder,
        "JUPYTER_RUNTIME_DIR": folder / "runtime",
        "JUPYTERLAB_SETTINGS_DIR": folder / "settings",
        "JUPYTERLAB_WORKSPACES_DIR": folder / "workspaces",
        "IPYTHONDIR": folder / "ipython",
    }
    with (folder / "lab.log").open("wb") as log:
        return subprocess.Popen(
            [str(place.PYTHON), "-m", "jupyterlab", "--no-browser", f"--ServerApp.root_dir={place.ROOT}"],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=place.ROOT,
            env={**place.environment(), **{name: str(path) for name, path in own.items()}},
        )


def wait_for_lab(process: subprocess.Popen[bytes]) -> dict[str, str]:
    deadline = time.monotonic() + 120  # a virus scanner may read every file first
    while process.poll() is None and time.monotonic() < deadline:
        server = running_lab()
        if server:
            return server
        time.sleep(0.05)
    process.kill()
    fail(f"JupyterLab did not start. What it said is in {data_folder() / 'lab.log'}.")


def open_page(server: dict[str, str], browser: bool) -> None:
    link = f"{server['url']}{PAGE}?token={server['token']}"
    # Without a screen webbrowser would take a text browser, which cannot show the kit.
    screen = sys.platform in ("win32", "darwin") or any(map(os.environ.get, ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")))
    if browser and screen and webbrowser.open(link):
        print("The kit is open in your browser.")
    else:
        print(f"Open this address in a browser on this computer: {link}")


def open_kit(browser: bool) -> None:
    server = running_lab()
    if server and not place.is_ready(place.RUN):
        fail("The kit still runs from before it was changed. Stop it (Ctrl-C in its window), then start again.")
    if server:
        open_page(server, browser)
        print("It was already running: it stops with Ctrl-C in the window where it was started.", flush=True)
        return
    install.set_up(place.RUN)
    process = start_lab()
    try:
        server = wait_for_lab(process)
        open_page(server, browser)
        print("Press Run all there. Leave this window open; Ctrl-C in it stops the kit.", flush=True)
        process.wait()
    except KeyboardInterrupt:
        # An impatient second Ctrl-C would leave half of it behind.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    finally:
        stop_lab(process, server)
    if process.returncode:
        fail(f"JupyterLab ended by itself. What it said last is in {data_folder() / 'lab.log'}.")
    print("\nJupyterLab has stopped. The room goes on for the phones; python start.py stop ends it.", flush=True)


def stop_lab(process: subprocess.Popen[bytes], server: dict[str, str] | None) -> None:
    """Stop it if it still runs; Ctrl-C reaches it too, but a closed window or a kill may not."""
    with contextlib.suppress(OSError):
        if server and process.poll() is None:
            ask(server, "api/shutdown", "POST")
    if not server:
        process.terminate()
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
