"""What a facilitator can lose: kernel, tab, server. Run all brings everybody back to where they were."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator

import psutil
import pytest
from playwright.sync_api import Browser, expect

from kit.live import Live
from kit.settings import read
from tests.e2e.browser import picture
from tests.e2e.guests import LINE_CUT, Guests, PhonePage
from tests.e2e.lab import PANELS, Lab, Notebook
from tests.serving import command, until

Invite = Callable[[str], Guests]
pytestmark = pytest.mark.slow


class Round:
    """A notebook in the middle of a round: Ana has voted B, Ben has not."""

    def __init__(self, notebook: Notebook, invite: Invite) -> None:
        self.notebook = notebook
        self.code = notebook.run_all().open_session()
        self.guests = invite(self.code)
        self.ana, self.ben = self.guests.joined("Ana"), self.guests.joined("Ben")
        notebook.ask.place.get_by_label("Ready to ask").select_option(label="First words")
        notebook.ask.click("Open the vote").says("0 of 2 have voted")
        self.ana.sees("question").vote("B").is_("saved")
        self.ben.sees("question")
        notebook.ask.says("1 of 2 have voted")

    def is_there(self) -> None:
        """The same session and the same round, with its votes; and the panel follows what happens now."""
        self.notebook.lobby.says(self.code, "2 people are here.")
        self.notebook.ask.says("1 of 2 have voted", "Forty minutes, and nobody told you").bars("0 of 1", "1 of 1")
        self.ana.vote("A").is_("saved", "Saved: A.")
        self.notebook.ask.bars("1 of 1", "0 of 1")
        self.ana.vote("B").is_("saved", "Saved: B.")
        self.notebook.ask.bars("0 of 1", "1 of 1")

    def goes_on(self) -> None:
        """It is there, and its buttons work."""
        self.is_there()
        self.ben.vote("B").is_("saved")
        self.notebook.ask.says("2 of 2 have voted").click("Close the vote").filled("Ask it again")
        self.ana.sees("closed").has_own("B")


@pytest.fixture
def in_round(notebook: Notebook, invite: Invite) -> Round:
    notebook.watch.allow("Connection lost, reconnecting")
    return Round(notebook, invite)


def test_a_kernel_restarted_or_killed_in_a_round(in_round: Round) -> None:
    notebook = in_round.notebook
    notebook.restart_kernel()
    notebook.run_all()
    in_round.is_there()
    pid = notebook.kernel_pid
    psutil.Process(pid).kill()
    # Lab says so, and starts another one by itself.
    notebook.page.locator(".jp-Dialog .jp-mod-accept").click()
    until(lambda: notebook.kernel_pid not in (0, pid), seconds=60, say="there is no new kernel")
    notebook.idle()
    notebook.run_all()
    in_round.goes_on()


def test_run_all_again_and_a_reload_start_nothing_twice(in_round: Round) -> None:
    notebook = in_round.notebook
    for _ in range(3):
        notebook.run_all()
    in_round.is_there()
    # Not saved: what the page showed is lost, what the room has is not.
    notebook.page.reload()
    notebook.idle()
    notebook.run_all()
    in_round.goes_on()
    assert len(list((notebook.lab.data / "sessions").iterdir())) == 1


def test_a_tab_closed_and_opened_again_at_once_or_the_next_day(in_round: Round) -> None:
    notebook = in_round.notebook
    notebook.save()
    notebook.open_again()
    # The panels of a kernel that runs on are live at once.
    expect(notebook.panels.nth(1)).to_be_visible()
    picture(notebook.page, "lab-opened-again")
    in_round.is_there()
    notebook.save()
    notebook.lab.end_kernels()
    notebook.watch.allow("Connection lost", "widget model not found", "status of 404")
    notebook.open_again()
    notebook.run_all()
    in_round.goes_on()


def test_a_notebook_opened_the_next_day_asks_for_run_all(notebook: Notebook) -> None:
    notebook.run_all()
    notebook.save()
    notebook.lab.end_kernels()
    notebook.watch.allow("Connection lost", "widget model not found", "status of 404")
    notebook.open_again()
    expect(notebook.page.get_by_role("heading", name="Ask the room")).to_be_visible()
    error = "model not found"

    def shown() -> str:
        return notebook.page.locator("body").inner_text()

    until(lambda: notebook.hints == PANELS or error in shown(), say="there is nothing in a panel's place")
    picture(notebook.page, "lab-next-day")
    assert error not in shown()
    assert notebook.hints == PANELS


def test_a_room_server_killed_or_stopped_in_a_round(in_round: Round) -> None:
    notebook = in_round.notebook
    in_round.guests.allow(*LINE_CUT, "ERR_INCOMPLETE_CHUNKED_ENCODING", "status of 5")
    room = notebook.lab.data / "room.json"

    def facts() -> dict[str, object]:
        with contextlib.suppress(OSError, ValueError):
            return json.loads(room.read_text(encoding="utf-8"))
        return {}

    before = facts()
    psutil.Process(int(str(before["pid"]))).kill()
    # Killed: the notebook starts it again by itself, at the same address.
    until(lambda: facts().get("pid") not in (None, before["pid"]), say="nobody started the room server again")
    in_round.is_there()
    assert facts()["url"] == before["url"]
    # Stopped: that was meant.
    command(notebook.lab.data, "stop")
    notebook.lobby.says("The line to the room is down", "The room server was stopped. Run all starts it again.")
    picture(notebook.page, "lab-room-stopped")
    notebook.run_all()
    in_round.goes_on()


@pytest.fixture
def second(browser: Browser, lab: Lab) -> Iterator[Notebook]:
    """The same workshop in another notebook with a kernel of its own."""
    source = lab.root / "workshops" / "00-start-here.ipynb"
    (lab.root / "workshops" / "copy.ipynb").write_bytes(source.read_bytes())
    notebook = Notebook(browser, lab, "copy")
    try:
        yield notebook.open()
        notebook.check()
    finally:
        notebook.close()


def test_two_notebooks_on_one_session(in_round: Round, second: Notebook) -> None:
    second.run_all()
    second.ask.says("1 of 2 have voted")
    in_round.ben.vote("A").is_("saved")
    for notebook in (in_round.notebook, second):
        notebook.ask.says("2 of 2 have voted").bars("1 of 2", "1 of 2")
    second.ask.click("Close the vote").filled("Ask it again")
    in_round.notebook.ask.filled("Ask it again")
    in_round.notebook.ask.click("Ask it again").says("0 of 2 have voted")
    second.ask.says("0 of 2 have voted").filled("Close the vote")
    # Both press the same button: it happens once, and the slower one is told in words or sees the same.
    in_round.notebook.ask.button("Close the vote").click(no_wait_after=True)
    second.ask.filled("Show to everyone")
    in_round.ana.sees("closed")


def test_a_session_that_another_program_opened_is_offered_beside_this_one(
    notebook: Notebook, invite: Invite, lab: Lab
) -> None:
    notebook.watch.allow("Connection lost, reconnecting")
    code = notebook.run_all().open_session()
    other = Live("00-start-here", "Afternoon", read({"KIT_DATA": str(lab.data), "KIT_PORT": str(lab.room_port)}))
    other.open("Afternoon <b>group</b>")
    assert other.feed is not None
    second_code = other.feed.client.code
    other.leave()
    # Two are open, so Run all takes neither by itself.
    notebook.restart_kernel()
    notebook.run_all()
    choice = notebook.lobby.place.get_by_role("combobox").first
    notebook.lobby.says("Go on with an earlier session of this workshop")
    expect(choice.locator("option")).to_have_count(2)
    picture(notebook.lobby.place, "lab-lobby-choice")
    choice.select_option(value=choice.locator("option", has_text=code).get_attribute("value"))
    notebook.lobby.click("Go on with this one").says(code)
    assert second_code != notebook.code
    phone: PhonePage = invite(code).joined("Ana")
    notebook.lobby.says("1 person is here.")
    assert phone.word


def test_what_panels_held_is_not_saved_with_the_notebook(in_round: Round) -> None:
    notebook = in_round.notebook
    notebook.save()
    saved = json.loads(notebook.file.read_text(encoding="utf-8"))
    outputs = [output for cell in saved["cells"] for output in cell.get("outputs", ())]
    assert outputs, "where the panels stood is kept"
    assert {kind for output in outputs for kind in output["data"]} == {"application/vnd.jupyter.widget-view+json"}
    assert all(cell["execution_count"] is None for cell in saved["cells"] if cell["cell_type"] == "code")
