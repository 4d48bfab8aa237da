"""The catalogue has every word that the class says, and none is left over."""

from __future__ import annotations

import re
from pathlib import Path

from kit.words import words

CODE = Path(__file__).parents[3] / "kit" / "rehearsal"


def test_every_word_of_the_class_is_said() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in CODE.glob("*.py"))
    said = set(re.findall(r"\"rehearse\.([a-z]+)\"", text))
    assert len(said) > 4
    written = set(words().part("rehearse."))
    reasons = {key for key in written if re.fullmatch(r"(good|other|plain)_\d+", key)}
    assert written - reasons == said
    assert {key.partition("_")[0] for key in reasons} == {"good", "other", "plain"}


def test_reasons_are_short_and_differ() -> None:
    reasons = [words()(f"rehearse.{key}") for key in words().part("rehearse.") if re.search(r"_\d+$", key)]
    assert len(set(reasons)) == len(reasons) > 15
    assert all(len(reason) <= 80 for reason in reasons)
    for kind in ("good", "other", "plain"):
        assert len(words().part(f"rehearse.{kind}_")) >= 16
    # Nobody knows who the customer is.
    assert not [reason for reason in reasons if re.search(r"\b(she|he|her|him|his)\b", reason, re.IGNORECASE)]
