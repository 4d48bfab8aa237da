"""The browser, a room server that other machines can reach, and the room's guests."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from kit import network
from tests.e2e import browser as browsers
from tests.e2e.guests import Guests, visiting
from tests.e2e.lab import Lab, Notebook
from tests.serving import Facilitator, Server

HERE = Path(__file__).parent
EVERYWHERE = "0.0.0.0"

expect.set_options(timeout=10_000)
_missing: set[str] = set()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # The quick tests first; and Playwright keeps an event loop in this thread, in which asyncio.run fails.
    items.sort(key=lambda item: item.path.is_relative_to(HERE))
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.browser)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for sentence in sorted(_missing):
        terminalreporter.write_line(f"NOT TESTED IN A BROWSER: {sentence}", yellow=True, bold=True)


def need(there: object, sentence: str) -> None:
    """In CI what is missing is a failure, elsewhere a loud skip."""
    if there:
        return
    if os.environ.get("CI"):
        pytest.fail(sentence)
    _missing.add(sentence)
    pytest.skip(sentence)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chrome, Edge or Chromium, without a window."""
    path = browsers.find()
    need(path, "No Chrome, Edge or Chromium was found. Install one, such as Debian's package chromium.")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=browsers.FLAGS)
        yield running
        running.close()


@pytest.fixture(scope="session")
def outside() -> str:
    """This machine's address as phones see it: never loopback, which browsers trust more."""
    found = network.adapters()
    need(found, "This machine has no network address but loopback. Connect it to a network.")
    return found[0].address


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """As the suite's shared server, but other machines reach it."""
    with Server(tmp_path_factory.mktemp("reachable") / "data", KIT_HOST=EVERYWHERE) as running:
        yield running


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[Server]:
    """As the suite's own_server, but other machines reach it."""
    with Server(tmp_path / "data", KIT_HOST=EVERYWHERE) as running:
        yield running


@pytest.fixture
def guests(browser: Browser, outside: str, server: Server, room: Facilitator) -> Iterator[Guests]:
    """Phones and walls in the room `room`."""
    with visiting(browser, f"http://{outside}:{server.port}", room.code) as them:
        yield them


@pytest.fixture
def own_guests(browser: Browser, outside: str, own_server: Server, own_room: Facilitator) -> Iterator[Guests]:
    """Phones and walls in the room `own_room`."""
    with visiting(browser, f"http://{outside}:{own_server.port}", own_room.code) as them:
        yield them


@pytest.fixture(scope="session")
def labs(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Lab]]:
    """JupyterLab in one of the modes, started when it is first asked for."""
    running: dict[str, Lab] = {}

    def start(mode: str) -> Lab:
        if mode not in running:
            running[mode] = Lab(tmp_path_factory.mktemp("lab"), mode).start()
        return running[mode]

    yield start
    for lab in running.values():
        lab.stop()


@pytest.fixture
def lab(request: pytest.FixtureRequest, labs: Callable[[str], Lab]) -> Iterator[Lab]:
    """The shipped JupyterLab, or that of the mode by which the test is parametrised; nothing in it but notebooks."""
    lab = labs(getattr(request, "param", "shipped"))
    yield lab
    lab.clear()


@pytest.fixture
def notebook(browser: Browser, lab: Lab) -> Iterator[Notebook]:
    """The first notebook, opened and not yet run; at the end nothing may have gone wrong in it."""
    notebook = Notebook(browser, lab)
    try:
        yield notebook.open()
        notebook.check()
    finally:
        notebook.close()


@pytest.fixture
def invite(browser: Browser, outside: str, lab: Lab) -> Iterator[Callable[[str], Guests]]:
    """Guests for the room of this code, which the notebook opened."""
    with ExitStack() as stack:
        yield lambda code: stack.enter_context(
            visiting(browser, f"http://{outside}:{lab.room_url.rpartition(':')[2]}", code)
        )
