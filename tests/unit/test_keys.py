"""Keys, codes, cookies and words."""

from __future__ import annotations

import pytest

from kit.keys import (
    CODE_LENGTH,
    CODE_LETTERS,
    Seats,
    hash_key,
    new_code,
    new_key,
    same,
    tidy_code,
    tidy_word,
)

SERVER_KEY = "k" * 43
SEATS = Seats(SERVER_KEY, "ACDEFG")


def test_keys_are_long_and_never_the_same() -> None:
    keys = {new_key() for _ in range(100)}
    assert len(keys) == 100
    assert all(len(key) >= 22 and key.isascii() and key.strip() == key for key in keys)


def test_codes_have_six_letters_without_look_alikes() -> None:
    assert not set("0O1IL5S2Z8BUV") & set(CODE_LETTERS)
    assert len(set(CODE_LETTERS)) == len(CODE_LETTERS)
    codes = {new_code() for _ in range(200)}
    assert len(codes) == 200
    assert all(len(code) == CODE_LENGTH == 6 and set(code) <= set(CODE_LETTERS) for code in codes)


@pytest.mark.parametrize("path", ["api", "static", "API", "STATIC", "favicon.ico", "robots.txt"])
def test_no_code_can_collide_with_a_page(path: str) -> None:
    assert tidy_code(path) is None


@pytest.mark.parametrize("typed", ["ACD349", "acd349", " acd 349 ", "ACD-349", "a c d 3 4 9", "acd\t349\n"])
def test_a_code_is_read_however_it_is_typed(typed: str) -> None:
    assert tidy_code(typed) == "ACD349"


@pytest.mark.parametrize(
    "typed", ["", "ACD34", "ACD3499", "ACD34O", "ACD34ß", "ACD34é", "ÄCD349", "ACD34\x00", "........", "ACD34٣"]
)
def test_what_no_code_can_be_is_none(typed: str) -> None:
    assert tidy_code(typed) is None


def test_a_key_is_known_by_its_hash() -> None:
    key = new_key()
    assert same(hash_key(key), hash_key(key))
    assert not same(hash_key(key), hash_key(key + "x"))
    assert key.encode() not in hash_key(key)


def test_a_cookie_gives_its_participant_back_after_a_restart() -> None:
    participant = SEATS.participant("ticket")
    assert Seats(SERVER_KEY, "ACDEFG").read_cookie(SEATS.cookie(participant)) == participant


@pytest.mark.parametrize("other", [Seats(SERVER_KEY, "ACDEFH"), Seats("x" * 43, "ACDEFG")])
def test_a_cookie_of_another_room_or_server_is_nobodys(other: Seats) -> None:
    assert other.read_cookie(SEATS.cookie("p1")) is None
    assert other.participant("ticket") != SEATS.participant("ticket")
    assert other.word("p1") != SEATS.word("p1")


@pytest.mark.parametrize("cookie", ["", ".", "p1", "p1.", ".x", "p1.AAAA", "\xff", "p1.\xff", "💬.💬"])
def test_a_forged_cookie_is_nobodys(cookie: str) -> None:
    assert SEATS.read_cookie(cookie) is None


def test_a_changed_cookie_is_nobodys() -> None:
    cookie = SEATS.cookie("p1")
    for place in range(len(cookie)):
        changed = cookie[:place] + ("A" if cookie[place] != "A" else "B") + cookie[place + 1 :]
        # The last letter of a base 64 text has bits that say nothing.
        assert place == len(cookie) - 1 or SEATS.read_cookie(changed) is None


def test_a_cookie_is_one_harmless_word() -> None:
    cookie = SEATS.cookie(SEATS.participant("a ticket; with, nonsense\r\n"))
    assert cookie.isascii()
    assert not set(cookie) & set(' ;,"\\\r\n')


def test_one_ticket_is_one_participant_and_two_are_two() -> None:
    assert SEATS.participant("t1") == SEATS.participant("t1") != SEATS.participant("t2")


def test_words_are_short_said_easily_and_differ() -> None:
    words = [SEATS.word(f"p{n}") for n in range(500)]
    assert all(len(word) == 9 and word[4] == "-" and word.replace("-", "").isalpha() for word in words)
    assert len(set(words)) > 495
    assert SEATS.word("p1") == Seats(SERVER_KEY, "ACDEFG").word("p1")
    assert SEATS.word("p1", 1) != SEATS.word("p1")


def test_a_word_tells_nothing_of_the_cookie() -> None:
    assert SEATS.word("p1").replace("-", "") not in SEATS.cookie("p1").lower()


@pytest.mark.parametrize("typed", ["lumo-teva", "LUMO-TEVA", " lumo teva ", "lumoteva", "Lumo–Teva", "lumo - teva."])
def test_a_word_is_read_however_it_is_typed(typed: str) -> None:
    assert tidy_word(typed) == "lumo-teva"


@pytest.mark.parametrize("typed", ["", "x", "💬", "lumo-teva-lumo"])
def test_what_no_word_can_be_is_no_error(typed: str) -> None:
    tidy_word(typed)
