"""What a panel shows, read from its widgets."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser

import ipywidgets as w


def everything(widget: w.Widget) -> Iterator[w.Widget]:
    """The widget and all that is in it, seen or not."""
    yield widget
    for child in getattr(widget, "children", ()):
        yield from everything(child)


def seen(widget: w.Widget) -> Iterator[w.Widget]:
    """The widget and what is in it, as far as it is not taken out of sight."""
    if widget.layout.display != "none":
        yield widget
        for child in getattr(widget, "children", ()):
            yield from seen(child)


def text(widget: w.Widget) -> str:
    """All HTML that can be seen, after each other."""
    return "\n".join(each.value for each in seen(widget) if isinstance(each, w.HTML))


def filled(widget: w.Widget) -> list[str]:
    """The filled buttons that can be seen, and the filled link."""
    buttons = [each.description for each in seen(widget) if "kit-next" in each._dom_classes]
    links = [each.value for each in seen(widget) if isinstance(each, w.HTML) and "kit-link kit-next" in each.value]
    return buttons + ["link" for _ in links]


class Tags(HTMLParser):
    """The tags and attributes of a piece of HTML, as a browser takes them."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.said = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes.update(name for name, _ in attrs)

    def handle_data(self, data: str) -> None:
        self.said += data
