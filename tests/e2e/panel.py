"""A panel in JupyterLab's page."""

from __future__ import annotations

from playwright.sync_api import Locator, expect

# JupyterLab and a kernel on a busy machine, in milliseconds.
SLOW = 60_000


class Panel:
    """One panel: what a facilitator clicks, types and reads there."""

    def __init__(self, place: Locator) -> None:
        self.place = place

    def click(self, button: str) -> Panel:
        self.button(button).click()
        return self

    def button(self, name: str) -> Locator:
        return self.place.get_by_role("button", name=name, exact=True)

    def says(self, *texts: str) -> Panel:
        for text in texts:
            expect(self.place).to_contain_text(text, timeout=SLOW)
        return self

    def says_no_more(self, text: str) -> Panel:
        expect(self.place).not_to_contain_text(text, timeout=SLOW)
        return self

    def bars(self, *numbers: str) -> Panel:
        """Wait until the bars' numbers begin like these."""
        for n, number in enumerate(numbers):
            expect(self.place.locator(".kit-number").nth(n)).to_contain_text(number, timeout=SLOW)
        return self

    def filled(self, name: str) -> Panel:
        """Wait until this is the one filled button, or link, that can be seen."""
        expect(self.place.locator(".kit-next:visible")).to_have_text([name], timeout=SLOW)
        return self
