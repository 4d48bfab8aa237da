"""Every error of the kit: one family, each a sentence that a person can act on.

`code` is the word that the protocol's error shape carries, `status` the HTTP status it travels with.
"""

from __future__ import annotations


class KitError(Exception):
    """A sentence for a facilitator, a participant or an author: which thing, which value, what to do now."""

    code = "error"
    status = 500

    @property
    def sentence(self) -> str:
        return str(self)

    def _render_traceback_(self) -> list[str]:
        """What a notebook shows instead of a traceback."""
        return [self.sentence]


class BadSetting(KitError):
    """A KIT_… variable or a flag that can't be used."""

    code = "bad_setting"


class UnknownRoom(KitError):
    """No session has this code."""

    code = "unknown_room"
    status = 404


class NotFound(KitError):
    """A page, a round or a participant that isn't there."""

    code = "not_found"
    status = 404


class InvalidEvent(KitError):
    """A facilitator's event that isn't one of the vocabulary: says which field, and what was expected."""

    code = "invalid_event"
    status = 422


class InvalidAnswer(KitError):
    """An answer that the round's form can't take."""

    code = "invalid_answer"
    status = 422


class InvalidName(KitError):
    """A participant's name that can't be shown."""

    code = "invalid_name"
    status = 422


class UnknownWord(KitError):
    """A come-back word that belongs to nobody in this room."""

    code = "unknown_word"
    status = 422


class NotJoined(KitError):
    """A phone without a seat in this room."""

    code = "not_joined"
    status = 401


class WrongKey(KitError):
    """A facilitator's key that opens nothing here."""

    code = "wrong_key"
    status = 401


class CrossSite(KitError):
    """A post that another site's page made."""

    code = "cross_site"
    status = 403


class DoorLocked(KitError):
    """The facilitator has locked the door."""

    code = "door_locked"
    status = 403


class Refused(KitError):
    """An event that the session, as it stands, doesn't allow."""

    code = "refused"
    status = 409


class RoundClosed(Refused):
    """A ballot after the closing."""

    code = "round_closed"


class SessionEnded(Refused):
    """Anything but a reopening after the end."""

    code = "session_ended"


class IdTaken(Refused):
    """A command's `id` that came before with another body."""

    code = "id_taken"


class LineBroken(KitError):
    """A request of which only a part arrived."""

    code = "line_broken"
    status = 400


class TooLarge(KitError):
    """A body over the limit."""

    code = "too_large"
    status = 413


class TooMany(KitError):
    """More tries or people than a room takes."""

    code = "too_many"
    status = 429


class StoreFailed(KitError):
    """The log couldn't be written: nothing was stored, nothing may be acknowledged."""

    code = "store_failed"
    status = 507


class NewerDatabase(KitError):
    """A database that a later version of the kit wrote."""

    code = "newer_database"


class RoomBusy(KitError):
    """Another room server holds this database, or every port near the chosen one is taken."""

    code = "room_busy"


class NoRoomServer(KitError):
    """The notebook can't reach a room server."""

    code = "no_room_server"
    status = 503


class UnknownWorkshop(KitError):
    """A workshop's name that has no folder or scenario."""

    code = "unknown_workshop"


class BadScenario(KitError):
    """A scenario that can't be read, or a place where none can be made."""

    code = "bad_scenario"


class ExportFailed(KitError):
    """Files that can't be written where they should go."""

    code = "export_failed"


class BadArchive(KitError):
    """A backup or an exported session that can't be read."""

    code = "bad_archive"
