"""Phones and walls as pages of a real browser, in one room."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.e2e.browser import Watch

PHONE = {"width": 390, "height": 844}
FULL_HD = {"width": 1920, "height": 1080}
SMALL_WALL = {"width": 1280, "height": 720}

# What a browser says by itself while the line is cut.
LINE_CUT = ("net::ERR_", "Failed to load resource")


class PhonePage:
    """One phone's page."""

    def __init__(self, page: Page, address: str, watch: Watch) -> None:
        self.page = page
        self.address = address
        self.watch = watch
        self.screen = page.locator("#screen")
        self.status = page.locator("#status")
        self.line = page.locator("#line")

    def open(self) -> PhonePage:
        """As after the scan of the code: the room's own page, over plain HTTP from another machine's view."""
        self.page.goto(self.address)
        assert self.page.evaluate("isSecureContext") is False, "phones are no secure context; this page is one"
        return self

    def join(self, name: str = "") -> PhonePage:
        if name:
            self.page.locator("input[name=name]").fill(name)
        self.tap("Join")
        return self.sees("lobby", "question", "scene", "closed", "results", "message")

    def tap(self, button: str) -> None:
        self.page.get_by_role("button", name=button, exact=True).tap()

    def sees(self, *views: str) -> PhonePage:
        """Wait until the page shows one of these views."""
        expect(self.page.locator("[data-view]")).to_have_attribute("data-view", re.compile(f"^({'|'.join(views)})$"))
        return self

    def answer(self, letter: str) -> Any:
        return self.page.locator(f'button.answer[data-letter="{letter}"]')

    def vote(self, letter: str) -> PhonePage:
        self.answer(letter).tap()
        return self

    def is_(self, state: str, *said: str) -> PhonePage:
        """Wait until the ballot stands like this, and the sentence for it holds these words."""
        expect(self.status).to_have_attribute("data-state", state)
        for words in said:
            expect(self.status).to_contain_text(words)
        return self

    def has_own(self, letter: str) -> PhonePage:
        """Wait until exactly this answer is marked as this phone's own."""
        expect(self.page.locator("[data-answer].own")).to_have_count(1)
        expect(self.page.locator("[data-answer].own")).to_have_attribute("data-letter", letter)
        expect(self.page.locator("[data-mine]:visible")).to_have_count(1)
        return self

    @property
    def word(self) -> str:
        """The come-back word, as the page's foot shows it."""
        return self.page.locator("footer.you b").inner_text()

    def cut(self) -> None:
        """Out of the Wi-Fi's reach."""
        self.watch.allow(*LINE_CUT)
        self.page.context.set_offline(True)

    def mend(self) -> None:
        self.page.context.set_offline(False)


class Guests:
    """All pages that a test opens in one room, watched; `check` says what they did that they must not do."""

    def __init__(self, browser: Browser, origin: str, code: str) -> None:
        self.browser = browser
        self.origin = origin
        self.code = code
        self._open: list[tuple[BrowserContext, Watch]] = []

    def context(self, *, allow: Sequence[str] = (), **options: Any) -> tuple[BrowserContext, Watch]:
        """A browser of its own: cookies and storage are shared with no other."""
        context = self.browser.new_context(locale="en-GB", **options)
        context.set_default_timeout(10_000)
        watch = Watch(context, urlsplit(self.origin).netloc, allow)
        self._open.append((context, watch))
        return context, watch

    def phone(self, *, allow: Sequence[str] = (), viewport: dict[str, int] = PHONE, **options: Any) -> PhonePage:
        """A phone that has scanned the code and sees the join form."""
        context, watch = self.context(allow=allow, viewport=viewport, has_touch=True, is_mobile=True, **options)
        return PhonePage(context.new_page(), f"{self.origin}/{self.code}", watch).open()

    def joined(self, name: str = "", **options: Any) -> PhonePage:
        return self.phone(**options).join(name)

    def second_tab(self, phone: PhonePage) -> PhonePage:
        return PhonePage(phone.page.context.new_page(), phone.address, phone.watch).open()

    def wall(self, viewport: dict[str, int] = FULL_HD, *, theme: str = "dark") -> Page:
        context, _ = self.context(viewport=viewport)
        page = context.new_page()
        page.goto(f"{self.origin}/{self.code}/wall?theme={theme}")
        assert page.evaluate("isSecureContext") is False
        return page

    def allow(self, *patterns: str) -> None:
        for _, watch in self._open:
            watch.allow(*patterns)

    def check(self) -> None:
        troubles = [said for _, watch in self._open for said in watch.troubles]
        assert not troubles, "\n".join(troubles)

    def close(self) -> None:
        for context, _ in self._open:
            context.close()


@contextmanager
def visiting(browser: Browser, origin: str, code: str) -> Iterator[Guests]:
    """Guests of one room; at the end no page may have done what none may do."""
    guests = Guests(browser, origin, code)
    try:
        yield guests
        guests.check()
    finally:
        guests.close()


def wall_sees(page: Page, view: str) -> None:
    expect(page.locator("[data-view]")).to_have_attribute("data-view", view)
