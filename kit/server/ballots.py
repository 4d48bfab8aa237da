"""POST /{code}/ballots/{round}: the busiest endpoint. An answer comes after the commit, and only then says "saved"."""

from __future__ import annotations

import time
from typing import Annotated, Any

import msgspec
from msgspec import Meta
from starlette.types import Receive, Scope, Send

from kit import events as ev
from kit.errors import InvalidAnswer, KitError, NotJoined, Refused, RoundClosed, TooMany
from kit.rules import objection
from kit.server.cookies import participant_of
from kit.server.origin import require_same_origin
from kit.server.reply import JSON, PHONE_LIMIT, form_fields, is_json, read_whole, send_error, send_whole, wants_page
from kit.server.room import Room
from kit.server.rooms import Rooms

# Nobody taps so often; a stuck key or a script does.
PER_WINDOW, WINDOW = 200, 10.0

TOO_LATE = "This round was closed before your answer arrived. It does not count; wait for the next question."


class Cast(msgspec.Struct):
    """A ballot as a phone sends it."""

    answer: Any
    confidence: Annotated[int, Meta(ge=1, le=3)] | None = None
    reason: Annotated[str, Meta(max_length=200)] | None = None


_cast = msgspec.json.Decoder(Cast)
_encoder = msgspec.json.Encoder()


class Ballots:
    """Checks a ballot against the fold, stores it, and answers by what the log's order made of it."""

    def __init__(self, rooms: Rooms, room_url: str) -> None:
        self.rooms = rooms
        self.room_url = room_url
        self._window = 0.0
        self._cast: dict[str, int] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            code, seq, answer = await self._vote(scope, receive)
        except KitError as error:
            await send_error(scope, send, error)
            return
        if wants_page(scope):
            # Back to the room's page: /{code} as seen from /{code}/ballots/{round}.
            await send_whole(send, 303, b"", JSON, [(b"location", f"../../{code}".encode())])
        else:
            await send_whole(send, 200, _encoder.encode({"seq": seq, "answer": answer}), JSON)

    async def _vote(self, scope: Scope, receive: Receive) -> tuple[str, int, Any]:
        body = await read_whole(receive, PHONE_LIMIT)
        require_same_origin(scope, self.room_url)
        room = await self.rooms.find(scope["path_params"]["code"])
        participant = participant_of(scope, room)
        if participant is None:
            raise NotJoined("This phone has no seat in this room yet. Open the room's page and join.")
        self._throttle(participant)
        ballot = self._ballot(room, scope["path_params"]["round"], participant, _read(scope, body))
        problem = objection(room.session, ballot)
        if problem is not None:
            raise problem
        try:
            seq = await self.rooms.append(room, [ev.draft(ballot)])
        except Refused:
            raise RoundClosed(TOO_LATE) from None
        return room.code, seq, ballot.answer

    @staticmethod
    def _ballot(room: Room, round_id: str, participant: str, cast: Cast) -> ev.BallotCast:
        """The event, without what the round doesn't ask for."""
        round_ = room.session.rounds.get(round_id)
        asked = round_.opened if round_ is not None else None
        return ev.BallotCast(
            round=round_id,
            participant=participant,
            answer=cast.answer,
            confidence=cast.confidence if asked is not None and asked.confidence else None,
            reason=(cast.reason or "").strip() or None if asked is not None and asked.reason else None,
        )

    def _throttle(self, participant: str) -> None:
        now = time.monotonic()
        if now - self._window > WINDOW:
            self._window, self._cast = now, {}
        self._cast[participant] = count = self._cast.get(participant, 0) + 1
        if count > PER_WINDOW:
            raise TooMany("So many answers in a few seconds are more than the room takes. Wait ten seconds.")


def _read(scope: Scope, body: bytes) -> Cast:
    """The post as JSON or as a form's fields. Raises InvalidAnswer, which says what is wrong with it."""
    try:
        if is_json(scope):
            return _cast.decode(body)
        return msgspec.convert(form_fields(body), Cast, strict=False)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise InvalidAnswer(f"This is no answer that a round can take ({error}). Choose again.") from None
