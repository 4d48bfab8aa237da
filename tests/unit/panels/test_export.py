"""The export panel: one button, then where the files are, and when they are to be made anew."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from kit.errors import ExportFailed
from kit.live import Live
from kit.panels import export as exports
from kit.panels.export import ExportPanel
from tests.serving import Facilitator, until
from tests.unit.making import Log, start
from tests.unit.panels.looking import Tags, filled, seen, text

Fold = Callable[[Log], Live]


@pytest.fixture
def panel(live: Live, followed: Facilitator, tmp_path: Path) -> ExportPanel:
    """On a room that is live, with a folder for exports of this test's own."""
    live.settings = replace(live.settings, sessions=tmp_path / "sessions")
    return ExportPanel(live)


def said(panel: ExportPanel) -> str:
    return Tags(text(panel.widget)).said


def folder(live: Live) -> Path:
    (found,) = live.settings.sessions.glob("2*")
    return found


def test_without_a_session_it_says_what_to_do_and_offers_nothing(folded: Fold) -> None:
    live = folded(Log())
    panel = ExportPanel(live)
    assert "Open a session in the lobby first" in said(panel)
    assert panel.make not in list(seen(panel.widget))
    live.feed = None
    panel.make.click()
    assert "Open a session in the lobby first" in panel.said.value


def test_export_writes_the_folder_and_says_where_it_is(panel: ExportPanel, live: Live, followed: Facilitator) -> None:
    assert filled(panel.widget) == ["Export the session"]
    followed.ask()
    followed.phone("Zoltan").vote("a")
    panel.make.click()
    files = sorted(path.name for path in folder(live).iterdir())
    assert files == ["session.jsonl", "session.xlsx", "summary.html"]
    assert str(folder(live)) in said(panel)
    assert panel.said.value == ""
    assert len((folder(live) / "session.jsonl").read_bytes().splitlines()) == 4
    for name in files:
        assert name in said(panel)


def test_when_something_has_happened_since_it_says_so_and_offers_the_button_again(
    panel: ExportPanel, live: Live, followed: Facilitator
) -> None:
    panel.make.click()
    until(lambda: "Export again" not in said(panel))
    assert filled(panel.widget) == [], "the link is the next step, where there is one"
    followed.phone("Late")
    until(lambda: "Export again" in said(panel))
    assert filled(panel.widget) == ["Export the session"]
    panel.make.click()
    assert "Export again" not in said(panel)


def test_the_summary_is_a_link_where_jupyterlab_serves_the_folder(
    panel: ExportPanel, live: Live, followed: Facilitator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel.make.click()
    assert "href" not in panel.done.value
    monkeypatch.setenv("JPY_SESSION_NAME", str(tmp_path / "workshops" / "02-the-late-delivery.ipynb"))
    panel.make.click()
    assert f'href="../../../files/sessions/{folder(live).name}/summary.html"' in panel.done.value
    assert filled(panel.widget) == ["link"]


def test_an_ended_session_can_be_exported(panel: ExportPanel, live: Live, followed: Facilitator) -> None:
    followed.post("session.closed")
    until(lambda: "The session has ended" in said(panel))
    panel.make.click()
    assert folder(live).is_dir()


@pytest.mark.skipif(os.name != "posix", reason="elsewhere a path means something else")
def test_a_folder_that_cannot_be_written_is_a_sentence(panel: ExportPanel, live: Live) -> None:
    live.settings = replace(live.settings, sessions=Path("/dev/null/sessions"))
    panel.make.click()
    assert "KIT_SESSIONS" in panel.said.value
    assert "Traceback" not in panel.said.value
    assert panel.done not in list(seen(panel.widget))


def test_another_session_shows_nothing_of_the_last_one(panel: ExportPanel, live: Live, followed: Facilitator) -> None:
    panel.make.click()
    assert panel.done in list(seen(panel.widget))
    live.open("Another")
    assert live.feed is not None
    assert live.feed.wait_for(1)
    live.repaint()
    assert panel.done not in list(seen(panel.widget))
    assert filled(panel.widget) == ["Export the session"]


def test_a_rehearsal_is_marked(folded: Fold) -> None:
    assert "Rehearsal" in said(ExportPanel(folded(Log(start(rehearsal=True)))))
    assert "Rehearsal" not in said(ExportPanel(folded(Log(start()))))


def test_a_folder_s_name_is_no_markup(live: Live, followed: Facilitator, tmp_path: Path) -> None:
    live.settings = replace(live.settings, sessions=tmp_path / "a<b>&c")
    panel = ExportPanel(live)
    panel.make.click()
    assert "<b>&c" not in panel.done.value


def test_after_a_failure_the_button_is_the_next_step_and_the_old_files_are_called_old(
    panel: ExportPanel, live: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> Path:
        raise ExportFailed("The disk is full.")

    panel.make.click()
    assert "from an earlier export" not in said(panel)
    with monkeypatch.context() as patch:
        patch.setattr(exports, "export", fail)
        panel.make.click()
    assert "The disk is full." in panel.said.value
    assert "from an earlier export" in said(panel)
    assert filled(panel.widget) == ["Export the session"]
    panel.make.click()
    assert "from an earlier export" not in said(panel)


def test_a_new_kernel_finds_the_files_again(panel: ExportPanel, live: Live) -> None:
    panel.make.click()
    again = ExportPanel(live)
    assert str(folder(live)) in said(again)
    assert "from an earlier export" in said(again)
    assert filled(again.widget) == ["Export the session"]
