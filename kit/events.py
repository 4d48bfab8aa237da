"""The event kinds: the whole vocabulary of a session's log, and how events are read and written.

On the wire and on disk an event is one flat JSON object; `seq` and `at` are set by the store.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, NamedTuple, get_args, get_type_hints

import msgspec
from msgspec import Meta, Struct

from kit.errors import InvalidEvent

Id = Annotated[str, Meta(min_length=1, max_length=64)]
# A round's id stands in addresses, so it keeps to what needs no escaping there.
RoundId = Annotated[str, Meta(max_length=64, pattern=r"^[A-Za-z0-9_~:-][A-Za-z0-9._~:-]*$")]
Short = Annotated[str, Meta(max_length=80)]
Text = Annotated[str, Meta(max_length=4000)]
Seconds = Annotated[int, Meta(ge=1, le=7200)]
Count = Annotated[int, Meta(ge=0, le=100_000)]


class Event(Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="kind"):
    """What all kinds share: `seq` counts from 1 in a session, `at` is UTC in ISO 8601 with milliseconds,
    `id` is the client's own name for a command, so that it can be repeated."""

    seq: int = 0
    at: str = ""
    id: Annotated[str, Meta(min_length=1, max_length=100)] | None = None


class Option(Struct, frozen=True):
    """One answer that a choice round offers."""

    id: Id
    text: Annotated[str, Meta(min_length=1, max_length=500)]


class Note(Struct, frozen=True):
    """The author's grade of an option and the reason for it, shown with the results."""

    grade: Short = ""
    reason: Text = ""


class Role(Struct, frozen=True):
    """Who plays what in a group."""

    participant: Id
    role: Short


class SessionOpened(Event, frozen=True, tag="session.opened"):
    workshop: Annotated[str, Meta(max_length=200)]
    title: Annotated[str, Meta(max_length=200)]
    language: Annotated[str, Meta(max_length=20)] = "en"
    rehearsal: bool = False
    settings: dict[str, Any] = {}


class SettingsChanged(Event, frozen=True, tag="settings.changed"):
    settings: dict[str, Any]


class ParticipantJoined(Event, frozen=True, tag="participant.joined"):
    participant: Id
    name: Short = ""
    team: Short | None = None


class ParticipantRenamed(Event, frozen=True, tag="participant.renamed"):
    participant: Id
    name: Short


class ParticipantRemoved(Event, frozen=True, tag="participant.removed"):
    participant: Id


class SceneShown(Event, frozen=True, tag="scene.shown"):
    turn: Short | None = None
    title: Annotated[str, Meta(max_length=200)] = ""
    speaker: Short = ""
    line: Text = ""
    mood: Annotated[int, Meta(ge=0, le=10)] | None = None


class RoundOpened(Event, frozen=True, tag="round.opened"):
    """A question to the room. `form` decides which of the fields below `prompt` it needs."""

    round: RoundId
    form: Short
    prompt: Text
    options: list[Option] = []
    min: int | None = None
    max: int | None = None
    labels: list[Short] = []
    max_chars: Annotated[int, Meta(ge=1, le=4000)] | None = None
    of: RoundId | None = None
    each: Count | None = None
    tags: list[Short] = []
    fields: list[dict[str, Any]] = []
    repeats: RoundId | None = None
    seconds: Seconds | None = None
    confidence: bool = False
    reason: bool = False


class RoundExtended(Event, frozen=True, tag="round.extended"):
    round: RoundId
    seconds: Seconds


class BallotCast(Event, frozen=True, tag="ballot.cast"):
    """One participant's answer. `confidence` is 1 (guessing) to 3 (sure)."""

    round: RoundId
    participant: Id
    answer: Any
    confidence: Annotated[int, Meta(ge=1, le=3)] | None = None
    reason: Annotated[str, Meta(max_length=200)] | None = None


class RoundClosed(Event, frozen=True, tag="round.closed"):
    round: RoundId
    by: Literal["facilitator", "time"] = "facilitator"


class HandsCounted(Event, frozen=True, tag="hands.counted"):
    round: RoundId
    counts: dict[str, Count]


class RoundRevealed(Event, frozen=True, tag="round.revealed"):
    round: RoundId
    where: Literal["wall", "everywhere"] = "everywhere"
    beside: RoundId | None = None
    notes: dict[str, Note] = {}


class MessageShown(Event, frozen=True, tag="message.shown"):
    title: Annotated[str, Meta(max_length=200)] = ""
    body: Text = ""


class CardDealt(Event, frozen=True, tag="card.dealt"):
    participant: Id
    title: Annotated[str, Meta(max_length=200)] = ""
    body: Text = ""


class RolesAssigned(Event, frozen=True, tag="roles.assigned"):
    rotation: Count
    groups: list[list[Role]]


class NoteRecorded(Event, frozen=True, tag="note.recorded"):
    topic: Short
    fields: dict[str, Any] = {}


class SessionClosed(Event, frozen=True, tag="session.closed"):
    pass


class SessionReopened(Event, frozen=True, tag="session.reopened"):
    pass


class Unknown(Event, frozen=True, tag="unknown"):
    """A kind, or a shape of a kind, that this version doesn't know: kept in the log, skipped by the fold."""


Known = (
    SessionOpened | SettingsChanged | ParticipantJoined | ParticipantRenamed | ParticipantRemoved | SceneShown
    | RoundOpened | RoundExtended | BallotCast | RoundClosed | HandsCounted | RoundRevealed | MessageShown
    | CardDealt | RolesAssigned | NoteRecorded | SessionClosed | SessionReopened
)  # fmt: skip

KINDS: dict[str, type[Event]] = {str(kind.__struct_config__.tag): kind for kind in Known.__args__}

# How deep a post may be nested: a list of an event's fields with their own fields needs six levels.
DEPTH = 24

_known: msgspec.json.Decoder[Event] = msgspec.json.Decoder(Known)
_head = msgspec.json.Decoder(Event)
_raw = msgspec.json.Decoder()
_encoder = msgspec.json.Encoder()


class Draft(NamedTuple):
    """An event on its way to the store: its JSON object without `seq` and `at`, and the client's `id` if it has one."""

    body: bytes
    id: str | None = None


def draft(event: Event) -> Draft:
    """The event as the store takes it. `seq` and `at` must be unset: only the store sets them."""
    assert event.seq == 0, "only the store sets seq and at"
    return Draft(_encoder.encode(event), event.id)


def stamp(body: bytes, seq: int, at: str) -> bytes:
    """One line of the log: the draft's body with its place and time in front. `body` is a JSON object."""
    return b'{"seq":%d,"at":"%s",%s' % (seq, at.encode(), body[1:])


def decode(line: bytes) -> Event:
    """One line of a log. What this version can't read comes back as Unknown, never as an error."""
    try:
        return _known.decode(line)
    except msgspec.ValidationError:
        return _unknown(line)


def _unknown(line: bytes) -> Unknown:
    raw = _raw.decode(line)
    return Unknown(seq=raw.get("seq", 0), at=raw.get("at", ""))


def parse(body: bytes) -> list[tuple[Event, Draft]]:
    """A facilitator's post, one event or a list, checked against the vocabulary; unknown fields are kept.

    Raises InvalidEvent, which says the event, the field, and what was expected.
    """
    try:
        raw = _raw.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InvalidEvent(f"The body is no JSON ({error}). Send one event or a list of events.") from None
    if not is_flat(raw):
        raise InvalidEvent(f"The body is nested deeper than {DEPTH} levels; no event is. Send it flatter.")
    items = raw if isinstance(raw, list) else [raw]
    if not items:
        raise InvalidEvent("The list of events is empty. Send at least one.")
    return [_parse_one(item, number) for number, item in enumerate(items, 1)]


def is_flat(value: object) -> bool:
    """Whether a reader with little stack left can still read it."""
    level, depth = [value], 0
    while level and depth <= DEPTH:
        inside = (item.values() if isinstance(item, dict) else item for item in level if isinstance(item, (dict, list)))
        level, depth = [value for values in inside for value in values], depth + 1
    return not level


def _parse_one(item: object, number: int) -> tuple[Event, Draft]:
    if not isinstance(item, dict):
        raise InvalidEvent(f"Event {number} must be a JSON object, not {type(item).__name__}.")
    kind = item.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        raise InvalidEvent(f"Event {number}: field kind: {kind!r} is none of {', '.join(KINDS)}.")
    fields = {name: value for name, value in item.items() if name not in ("seq", "at")}
    try:
        event = msgspec.convert(fields, KINDS[kind])
    except msgspec.ValidationError as error:
        raise InvalidEvent(f"Event {number} ({kind}): {_say(str(error), KINDS[kind])}") from None
    if event.id is None:
        fields.pop("id", None)
    # `kind` first, so that a log reads well.
    return event, Draft(_encoder.encode({"kind": kind} | fields), event.id)


def _say(message: str, kind: type[Event]) -> str:
    """msgspec's message as a sentence that begins with the field."""
    match = re.fullmatch(r"(.*?)(?: - at `(?:key in )?\$\.?(.*)`)?", message)
    assert match is not None
    said, place = match[1].replace("`", ""), match[2] or ""
    missing = re.fullmatch(r"Object missing required field (.*)", said)
    if missing:
        return f"field {place}{'.' if place else ''}{missing[1]} is missing."
    if said.startswith("Invalid enum value"):
        allowed = ", ".join(get_args(get_type_hints(kind)[place]))
        return f"field {place}: {said.removeprefix('Invalid enum value ')} is none of {allowed}."
    return f"field {place}: {said[:1].lower()}{said[1:]}."
