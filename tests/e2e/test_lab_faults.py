"""What a facilitator can lose: kernel, tab, server. Run all brings everybody back to where they were."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Browser, expect

from kit.live import Live
from kit.settings import read
from tests.e2e.browser import picture
from tests.e2e.guests import LINE_CUT, Guests, PhonePage
from tests.e2e.lab import Lab, Notebook
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
        notebook.ask.place.get_by_label("Ready ones").select_option(label="First words")
        notebook.ask.click("Open the vote").says("0 of 2 have voted")
        self.ana.sees("question").vote("B").is_("saved")
        self.ben.sees("question")
        notebook.ask.says("1 of 2 have voted")

    def is_there(self, notebook: Notebook | None = None) -> None:
        """The same session and the same round, with its votes; and it goes on."""
        notebook = notebook or self.notebook
        notebook.lobby.says(self.code, "2 people are here.")
        notebook.ask.says("1 of 2 have voted", "Forty minutes, and nobody told you").bars("0 of 1", "1 of 1")
        self.ben.vote("B").is_("saved")
        notebook.ask.says("2 of 2 have voted").bars("0 of 2", "2 of 2")
        notebook.ask.click("Close the vote").filled("Show to everyone")
        self.ana.sees("closed").has_own("B")


@pytest.fixture
def in_round(notebook: Notebook, invite: Invite) -> Round:
    return Round(notebook, invite)


def test_a_kernel_restarted_in_a_round(in_round: Round) -> None:
    in_round.notebook.restart_kernel()
    in_round.notebook.run_all()
    in_round.is_there()


def test_a_kernel_killed_in_a_round(in_round: Round) -> None:
    notebook = in_round.notebook
    pid = notebook.kernel_pid
    psutil.Process(pid).kill()
    # Lab starts another one by itself.
    until(lambda: notebook.kernel_pid not in (0, pid), seconds=60, say="there is no new kernel")
    notebook.page.get_by_role("button", name="OK", exact=True).or_(
        notebook.page.locator(".jp-mod-idle")
    ).first.wait_for()
    notebook.idle()
    notebook.run_all()
    in_round.is_there()


def test_run_all_again_and_again_starts_nothing_twice(in_round: Round) -> None:
    for _ in range(3):
        in_round.notebook.run_all()
    in_round.is_there()
    assert len(list((in_round.notebook.lab.data / "sessions").iterdir())) == 1


def test_a_tab_closed_and_opened_again(in_round: Round, browser: Browser) -> None:
    in_round.notebook.save()
    in_round.notebook.close()
    again = Notebook(browser, in_round.notebook.lab).open()
    in_round.notebook = again
    try:
        expect(again.panels.nth(1)).to_be_visible()
        again.ask.says("1 of 2 have voted")
        picture(again.page, "lab-opened-again")
        in_round.is_there()
        again.check()
    finally:
        again.close()


def test_a_tab_reloaded_without_saving(in_round: Round) -> None:
    in_round.notebook.page.reload()
    in_round.notebook.idle()
    in_round.notebook.run_all()
    in_round.is_there()


def test_a_killed_room_server_is_started_again_by_the_notebook(in_round: Round) -> None:
    in_round.guests.allow(*LINE_CUT, "ERR_INCOMPLETE_CHUNKED_ENCODING")
    room = in_round.notebook.lab.data / "room.json"
    before = json.loads(room.read_text(encoding="utf-8"))
    psutil.Process(before["pid"]).kill()
    until(lambda: room.exists() and json.loads(room.read_text(encoding="utf-8"))["pid"] != before["pid"])
    in_round.is_there()
    expect(in_round.ana.line).to_be_empty()
    assert json.loads(room.read_text(encoding="utf-8"))["url"] == before["url"]


def test_a_stopped_room_server_is_said_and_run_all_starts_it_again(in_round: Round) -> None:
    in_round.guests.allow(*LINE_CUT, "ERR_INCOMPLETE_CHUNKED_ENCODING", "status of 5")
    command(in_round.notebook.lab.data, "stop")
    in_round.notebook.lobby.says(
        "The line to the room is down", "The room server was stopped. Run all starts it again."
    )
    picture(in_round.notebook.page, "lab-room-stopped")
    in_round.notebook.run_all()
    in_round.is_there()


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
    second.ask.click("Close the vote").filled("Show to everyone")
    in_round.notebook.ask.filled("Show to everyone")
    in_round.notebook.ask.click("Ask it again").says("0 of 2 have voted")
    second.ask.says("0 of 2 have voted").filled("Close the vote")
    # Both press the same button: it happens once, and the slower one is told in words or sees the same.
    in_round.notebook.ask.button("Close the vote").click(no_wait_after=True)
    second.ask.filled("Show to everyone")
    in_round.ana.sees("closed")


def test_a_session_that_another_program_opened_is_offered_beside_this_one(
    notebook: Notebook, invite: Invite, lab: Lab
) -> None:
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
    notebook.lobby.says("Sessions of this workshop that are still open:")
    expect(choice.locator("option")).to_have_count(2)
    picture(notebook.lobby.place, "lab-lobby-choice")
    choice.select_option(value=choice.locator("option", has_text=code).get_attribute("value"))
    notebook.lobby.click("Go on with this one").says(code)
    assert second_code != notebook.code
    phone: PhonePage = invite(code).joined("Ana")
    notebook.lobby.says("1 person is here.")
    assert phone.word


def test_nothing_of_the_kit_lies_in_the_notebooks_folder(in_round: Round) -> None:
    in_round.notebook.save()
    root: Path = in_round.notebook.lab.root
    files = {file.name for file in root.rglob("*") if file.is_file() and "checkpoints" not in str(file)}
    assert files <= {file.name for file in (root / "workshops").rglob("*.ipynb")}, files
