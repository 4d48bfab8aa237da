"""Keys, codes and words: what opens a room, and what a participant is known by.

Everything a phone is given is derived from the server key, so that it survives restarts and several
server processes share it.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets

from itsdangerous import BadSignature, Signer

# Without the look-alikes 0 O, 1 I L, 5 S, 2 Z, 8 B, U V.
CODE_LETTERS = "ACDEFGHJKMNPQRTWXY34679"
CODE_LENGTH = 6

# How the tickets of simulated people begin; they are let into rehearsals only.
SIMULATED = "rehearsal "

# Four syllables, 60⁴ ≈ 13 million words: short enough to write on a hand, too many to try.
_CONSONANTS = "bdglmnprstvz"
_VOWELS = "aeiou"


def new_key() -> str:
    """A key of 256 bits, as 43 URL-safe characters."""
    return secrets.token_urlsafe(32)


def new_code() -> str:
    """A room's code: six letters and digits that can't be misread."""
    return "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))


def tidy_code(typed: str) -> str | None:
    """The code that somebody typed, in capitals without spaces and dashes; None if it can't be one."""
    code = "".join(typed.split()).replace("-", "").upper()
    return code if len(code) == CODE_LENGTH and all(letter in CODE_LETTERS for letter in code) else None


def hash_key(key: str) -> bytes:
    """What is stored of a session key. Keys are random and long, so one plain SHA-256 is enough."""
    return hashlib.sha256(key.encode()).digest()


def same(a: bytes, b: bytes) -> bool:
    """Compare without telling by the time taken where they differ."""
    return hmac.compare_digest(a, b)


class Seats:
    """Signs the participants of one room: cookies, and the short words with which they come back."""

    def __init__(self, server_key: str, code: str) -> None:
        self._secret = hmac.digest(server_key.encode(), f"seats of {code}".encode(), "sha256")
        self._signer = Signer(self._secret, salt="cookie")

    def participant(self, ticket: str) -> str:
        """The participant that a join form's ticket stands for: the same one however often it is sent."""
        return "p" + hmac.digest(self._secret, f"ticket {ticket}".encode(), "sha256").hex()[:15]

    def cookie(self, participant: str) -> str:
        """The participant's id, signed."""
        return self._signer.sign(participant).decode()

    def read_cookie(self, cookie: str) -> str | None:
        """The participant of a cookie that this room signed, else None."""
        try:
            return self._signer.unsign(cookie).decode()
        except BadSignature:
            return None

    def word(self, participant: str, salt: int = 0) -> str:
        """A come-back word such as "lumo-teva"; another salt gives another one, should two people's be alike."""
        number = int.from_bytes(hmac.digest(self._secret, f"word {salt} {participant}".encode(), "sha256")[:8], "big")
        syllables = []
        for _ in range(4):
            number, consonant = divmod(number, len(_CONSONANTS))
            number, vowel = divmod(number, len(_VOWELS))
            syllables.append(_CONSONANTS[consonant] + _VOWELS[vowel])
        return f"{syllables[0]}{syllables[1]}-{syllables[2]}{syllables[3]}"


def tidy_word(typed: str) -> str:
    """A come-back word as somebody typed it: small letters, one dash in the middle."""
    letters = "".join(letter for letter in typed.lower() if letter.isalpha())
    return f"{letters[:4]}-{letters[4:8]}"
