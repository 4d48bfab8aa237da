"""JupyterLab with the shipped settings on a copy of the notebooks, and a notebook in it as a facilitator sees it."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import psutil
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.e2e.browser import Watch
from tests.e2e.panel import SLOW, Panel
from tests.serving import ROOT, command, environment, free_port, until, web

NOTEBOOK = "00-start-here"
# How many panels it has: lobby, ask, export.
PANELS = 3

# Where the current notebook's kernel is, in Lab's own words.
SESSION = "window.jupyterapp?.shell?.currentWidget?.sessionContext"

# The hint is the style sheet's, so it is in no element's text.
HINTS = """() => [...document.querySelectorAll('.jp-CodeCell, .jp-CodeCell *')]
    .filter(node => getComputedStyle(node, '::after').content.includes('Run all shows a panel here')).length"""

# Lab's own parts that miss a part which is switched off, and its notice that a tab which was just closed has still
# saved the notebook: no words of ours.
MURMUR = (
    r"activat.*(language-server|workspaces-extension)",
    r"(language-server|workspaces-extension).*activate",
    r"Different hash found for workshops/",
)

# What is laid over the shipped settings; None takes one away.
MODES: dict[str, dict[str, Any]] = {
    "shipped": {},
    "Lab's own default": {"@jupyterlab/apputils-extension:kernels-settings": None},
}


class Lab:
    """One JupyterLab in a folder of its own; `mode` is one of MODES.

    It opens what is in `root`; the kit's data are in `data`.
    """

    def __init__(self, folder: Path, mode: str = "shipped") -> None:
        self.folder = folder
        self.mode = mode
        self.root = folder / "root"
        self.data = folder / "data"
        self.room_port = free_port()
        self.port = free_port()
        self.token = secrets.token_hex(16)
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = folder / "lab.log"
        self._copy_notebooks()
        shutil.copytree(ROOT / "jupyter", folder / "jupyter", ignore=shutil.ignore_patterns("migrated", "lab"))
        shipped = folder / "jupyter" / "labconfig" / "default_setting_overrides.json"
        settings = json.loads(shipped.read_text(encoding="utf-8")) | MODES[mode]
        kept = {name: value for name, value in settings.items() if value is not None}
        shipped.write_text(json.dumps(kept), encoding="utf-8")
        self.process: subprocess.Popen[bytes] | None = None

    def _copy_notebooks(self) -> None:
        """As they are shipped: without anybody's outputs."""
        shutil.rmtree(self.root, ignore_errors=True)
        shutil.copytree(ROOT / "workshops", self.root / "workshops", ignore=shutil.ignore_patterns(".*"))
        for file in (self.root / "workshops").glob("*.ipynb"):
            notebook = json.loads(file.read_text(encoding="utf-8"))
            for cell in notebook["cells"]:
                cell |= {"outputs": [], "execution_count": None} if cell["cell_type"] == "code" else {}
            file.write_text(json.dumps(notebook), encoding="utf-8")

    def start(self) -> Lab:
        own = {
            "JUPYTER_CONFIG_DIR": "jupyter",
            "JUPYTER_DATA_DIR": "lab",
            "JUPYTER_RUNTIME_DIR": "lab/runtime",
            "JUPYTERLAB_SETTINGS_DIR": "lab/settings",
            "JUPYTERLAB_WORKSPACES_DIR": "lab/workspaces",
            "IPYTHONDIR": "lab/ipython",
        }
        variables = {name: str(self.folder / place) for name, place in own.items()}
        others = {name: "" for name in os.environ if name.startswith("JUPYTER")}
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "jupyterlab",
                    "--no-browser",
                    f"--port={self.port}",
                    "--ServerApp.port_retries=0",
                    f"--ServerApp.root_dir={self.root}",
                    f"--IdentityProvider.token={self.token}",
                    "--LabApp.expose_app_in_browser=True",
                ],
                env=environment(
                    self.data,
                    KIT_PORT=str(self.room_port),
                    KIT_SESSIONS=str(self.exports),
                    **{**others, **variables},
                ),
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        until(self._answers, seconds=60, say="JupyterLab does not answer")
        return self

    def _answers(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, f"JupyterLab ended: {self.log.read_text(encoding='utf-8')}"
        with contextlib.suppress(httpx.HTTPError), web(self.url) as http:
            return bool(http.get("/api", headers={"Authorization": f"token {self.token}"}).is_success)
        return False

    @property
    def exports(self) -> Path:
        """Where exports go: beside the workshops, as is usual."""
        return self.root / "sessions"

    @property
    def room_url(self) -> str:
        """Where this machine reaches the room server that the notebook started."""
        return str(json.loads((self.data / "room.json").read_text(encoding="utf-8"))["url"])

    def end_kernels(self) -> None:
        with web(self.url, headers={"Authorization": f"token {self.token}"}) as http:
            for session in http.get("/api/sessions").json():
                http.delete(f"/api/sessions/{session['id']}")

    def clear(self) -> None:
        """End kernels and room server and forget the data, so that the next test finds a fresh machine."""
        self.end_kernels()
        command(self.data, "stop")
        shutil.rmtree(self.data, ignore_errors=True)
        self._copy_notebooks()

    def stop(self) -> None:
        assert self.process is not None
        self.process.terminate()
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        # The room server outlives kernel and Lab, as it should.
        command(self.data, "stop")


class Notebook:
    """A notebook's tab, as a facilitator has it before them."""

    def __init__(self, browser: Browser, lab: Lab, name: str = NOTEBOOK) -> None:
        self.lab = lab
        self.name = name
        self.context: BrowserContext = browser.new_context(viewport={"width": 1440, "height": 1000}, locale="en-GB")
        self.context.set_default_timeout(SLOW)
        self.watch = Watch(self.context, f"127.0.0.1:{lab.port}", MURMUR)
        self.page: Page = self.context.new_page()

    @property
    def file(self) -> Path:
        return self.lab.root / "workshops" / f"{self.name}.ipynb"

    def open(self, *, fresh: bool = True) -> Notebook:
        """Open its page and wait until its kernel is ready; `fresh` forgets what was open in this tab before."""
        reset = "&reset" if fresh else ""
        self.page.goto(f"{self.lab.url}/doc/tree/workshops/{self.name}.ipynb?token={self.lab.token}{reset}")
        self.idle()
        return self

    @property
    def comms(self) -> str:
        """How Lab sends widgets' messages to this kernel."""
        return str(self.page.evaluate(f"{SESSION}.session.kernel.commsOverSubshells"))

    def idle(self) -> None:
        self.page.wait_for_function(f"{SESSION}?.session?.kernel?.status === 'idle'")

    def run_all(self) -> Notebook:
        """The facilitator's one button; both panels are there afterwards."""
        self.page.locator('[data-command="apputils:run-all-enabled"]').click()
        expect(self.panels.nth(1)).to_be_visible(timeout=SLOW)
        return self

    def typed(self) -> None:
        """Wait until the kernel has what was typed: with Lab's own settings a click may overtake it."""
        self.page.evaluate(
            f"() => {SESSION}.session.kernel.requestExecute({{ code: '', store_history: false }}).done.then(() => 1)"
        )

    @contextlib.contextmanager
    def long_cell(self) -> Iterator[None]:
        """A cell that runs as long as this block does."""
        over = self.lab.folder / "over"
        over.unlink(missing_ok=True)
        code = f"import time, pathlib\nwhile not pathlib.Path({str(over)!r}).exists(): time.sleep(0.05)"
        self.page.evaluate(
            f"code => {{ {SESSION}.session.kernel.requestExecute({{ code, store_history: false }}); }}", code
        )
        self.page.wait_for_function(f"{SESSION}.session.kernel.status === 'busy'")
        yield
        assert self.page.evaluate(f"{SESSION}.session.kernel.status") == "busy", "the long cell ended too soon"
        over.touch()
        self.idle()

    def restart_kernel(self) -> None:
        self.page.evaluate(f"() => {SESSION}.session.kernel.restart()")
        self.idle()

    @property
    def kernel_pid(self) -> int:
        """The kernel's process, 0 while it has none; a child of JupyterLab's."""
        assert self.lab.process is not None
        for child in psutil.Process(self.lab.process.pid).children(recursive=True):
            with contextlib.suppress(psutil.Error):
                if child.status() != psutil.STATUS_ZOMBIE and "ipykernel_launcher" in " ".join(child.cmdline()):
                    return child.pid
        return 0

    def open_again(self) -> None:
        """Close the tab, then open the notebook in a new one."""
        self.page.close()
        self.page = self.context.new_page()
        self.open()

    @property
    def hints(self) -> int:
        """How many cells say in a panel's place that Run all shows one there."""
        return int(self.page.evaluate(HINTS))

    def save(self) -> None:
        self.page.evaluate("() => window.jupyterapp.commands.execute('docmanager:save')")

    @property
    def panels(self) -> Locator:
        return self.page.locator(".kit-panel")

    @property
    def lobby(self) -> Panel:
        return Panel(self.panels.nth(0))

    @property
    def ask(self) -> Panel:
        return Panel(self.panels.nth(1))

    @property
    def code(self) -> str:
        return self.lobby.place.locator(".kit-big").nth(1).inner_text()

    def open_session(self) -> str:
        """Open a new session by its button; returns the code."""
        self.lobby.click("Open a new session")
        expect(self.lobby.place.locator(".kit-codes")).to_be_visible(timeout=SLOW)
        return self.code

    def keys(self) -> list[str]:
        """All that must never be seen: the server's key and those of the sessions."""
        kept = (self.lab.data / "sessions").glob("*.json")
        sessions = [json.loads(file.read_text(encoding="utf-8"))["key"] for file in kept]
        return [(self.lab.data / "server.key").read_text(encoding="utf-8").strip(), *sessions]

    def check(self) -> None:
        """No error in any cell, no traceback and no key on the page or in the saved file."""
        self.save()
        saved, shown = self.file.read_text(encoding="utf-8"), self.page.content()
        outputs = [out for cell in json.loads(saved)["cells"] for out in cell.get("outputs", [])]
        wrong = [out for out in outputs if out["output_type"] in ("error", "stream")]
        assert not wrong, wrong
        expect(self.page.locator("[data-mime-type='application/vnd.jupyter.stderr']")).to_have_count(0)
        assert "Traceback" not in shown
        assert "could not be drawn" not in shown
        for key in self.keys():
            assert key not in shown
            assert key not in saved
        assert not self.watch.troubles, "\n".join(self.watch.troubles)

    def close(self) -> None:
        self.context.close()
