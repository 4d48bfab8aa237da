"""A choice: one option of two to six."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from kit.errors import InvalidAnswer, InvalidEvent
from kit.events import RoundOpened
from kit.look import MARKS

LEAST, MOST = 2, len(MARKS)


class Choice:
    """The answer is an option's id."""

    def check_opening(self, opened: RoundOpened) -> None:
        if not LEAST <= len(opened.options) <= MOST:
            raise InvalidEvent(f"Field options: a choice has {LEAST} to {MOST} options, not {len(opened.options)}.")
        ids = [option.id for option in opened.options]
        if len(set(ids)) < len(ids):
            raise InvalidEvent(f"Field options: the ids must differ, not {', '.join(ids)}.")

    def check(self, opened: RoundOpened, answer: Any) -> None:
        for option in opened.options:
            if option.id == answer:
                return
        offered = ", ".join(option.id for option in opened.options)
        raise InvalidAnswer(f"{str(answer)[:40]!r} is no answer to this question. It takes one of: {offered}.")

    def tally(self, opened: RoundOpened, answers: Iterable[Any]) -> dict[str, int]:
        counts = {option.id: 0 for option in opened.options}
        for answer in answers:
            counts[answer] += 1
        return counts
