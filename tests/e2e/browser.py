"""A browser on this machine, what its pages must not do, and pictures of them for people to look at."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, ConsoleMessage, Locator, Page, Request, WebError

COMMANDS = (
    "google-chrome-stable",
    "google-chrome",
    "chrome",
    "chromium",
    "chromium-browser",
    "microsoft-edge-stable",
    "microsoft-edge",
    "msedge",
)
WINDOWS = (r"Google\Chrome\Application\chrome.exe", r"Microsoft\Edge\Application\msedge.exe")
MAC = (
    "Google Chrome.app/Contents/MacOS/Google Chrome",
    "Chromium.app/Contents/MacOS/Chromium",
    "Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
)

# Nothing that a browser does for itself: no look for updates, no way round the machine's own network.
FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--no-proxy-server",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def find() -> str | None:
    """Where Chrome, Chromium or Edge is on this machine."""
    found = (shutil.which(command) for command in COMMANDS)
    return next((str(path) for path in (*found, *_usual_places()) if path and Path(path).is_file()), None)


def _usual_places() -> Iterator[Path]:
    if sys.platform == "win32":
        roots = (os.environ.get(name) for name in ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA"))
        yield from (Path(root) / place for root in roots if root for place in WINDOWS)
    elif sys.platform == "darwin":
        yield from (root / place for root in (Path("/Applications"), Path.home() / "Applications") for place in MAC)
    else:
        yield Path("/snap/bin/chromium")


class Watch:
    """Collects what pages must not do: throw, complain on the console, ask another host."""

    def __init__(self, context: BrowserContext, host: str, allow: Iterable[str] = ()) -> None:
        self.host = host
        self.allowed = list(allow)
        self._troubles: list[str] = []
        context.on("weberror", self._thrown)
        context.on("console", self._said)
        context.on("request", self._asked)

    def _thrown(self, error: WebError) -> None:
        self._troubles.append(f"thrown: {error.error}")

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self._troubles.append(f"console {message.type}: {message.text[:300]} ({message.location.get('url', '')})")

    def _asked(self, request: Request) -> None:
        place = urlsplit(request.url)
        if place.scheme not in ("data", "blob") and place.netloc != self.host:
            self._troubles.append(f"asked another host: {request.url}")

    def allow(self, *patterns: str) -> None:
        """From now on these are part of the test, such as a failed request while the line is cut."""
        self.allowed.extend(patterns)

    @property
    def troubles(self) -> list[str]:
        """What happened that no pattern allows."""
        return [said for said in self._troubles if not any(re.search(each, said) for each in self.allowed)]


def picture(place: Page | Locator, name: str) -> None:
    """Keep a picture of a moment in the folder KIT_SCREENSHOTS, if that is set: for people, not compared."""
    folder = os.environ.get("KIT_SCREENSHOTS")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        place.screenshot(path=Path(folder) / f"{name}.png")


def grave(page: Page, name: str, only: str = "") -> list[str]:
    """What axe-core finds serious or critical on this page, a line each; `only` names a single rule."""
    options = {"resultTypes": ["violations"]} | ({"runOnly": [only]} if only else {})
    response = Axe().run(page, options=options).response
    return [
        f"{name}: {each['impact']}: {each['id']}: {each['help']}: {[node['html'][:160] for node in each['nodes']]}"
        for each in response["violations"]
        if each["impact"] in ("serious", "critical")
    ]
