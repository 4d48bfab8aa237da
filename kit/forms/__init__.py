"""The forms that a round can take: what an opening needs, which answers are valid, how they are counted.

A new form is a module here with a class like `Choice`, its row in FORMS, and its fragment in the server's pages.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol

from kit.errors import InvalidEvent
from kit.events import RoundOpened
from kit.forms.choice import Choice


class Form(Protocol):
    """What the rest of the kit asks of a form."""

    def check_opening(self, opened: RoundOpened) -> None:
        """Raise InvalidEvent if the opening lacks what this form needs, naming the field."""

    def check(self, opened: RoundOpened, answer: Any) -> None:
        """Raise InvalidAnswer if the answer can't be one of this round."""

    def tally(self, opened: RoundOpened, answers: Iterable[Any]) -> dict[str, int]:
        """Count valid answers, in the order in which the question shows them."""


FORMS: dict[str, Form] = {"choice": Choice()}


def form_of(opened: RoundOpened) -> Form:
    """The form that a round was opened with. Raises InvalidEvent for one that this version can't ask."""
    if opened.form not in FORMS:
        raise InvalidEvent(f"Field form: {opened.form!r} can't be asked here. This kit asks: {', '.join(FORMS)}.")
    return FORMS[opened.form]
