"""The participant's pages: the code, the join form, the room, the wall, the QR codes, the results."""

from __future__ import annotations

import io
import secrets
import time
import unicodedata

import segno
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from kit import events as ev
from kit.errors import DoorLocked, InvalidName, KitError, NotFound, Refused, SessionEnded, TooMany, UnknownWord
from kit.folders import Folder
from kit.keys import SIMULATED, tidy_word
from kit.qr import room_code, wifi_code
from kit.screen import WALL, Viewer
from kit.server import render
from kit.server.cookies import participant_of, set_cookie
from kit.server.doors import Doors
from kit.server.origin import require_same_origin
from kit.server.reply import PHONE_LIMIT, form_fields, read_whole, wants_page
from kit.server.room import Room
from kit.server.rooms import Rooms
from kit.words import words

NAME_LIMIT = 40
JOINERS = "\u200c\u200d"
PEOPLE_LIMIT = 6000

# Come-back words that may be tried in a room in a minute: many for people, too few for guessing.
TRIES_A_MINUTE = 60


class Phones:
    """Handlers of the pages that need no key."""

    def __init__(self, rooms: Rooms, doors: Doors, folder: Folder) -> None:
        self.rooms = rooms
        self.doors = doors
        self.folder = folder
        self._tries: dict[tuple[str, int], int] = {}

    async def home(self, request: Request) -> Response:
        """GET /: asks for the code; a right one leads to its room."""
        typed = request.query_params.get("code", "").strip()
        if not typed:
            return HTMLResponse(render.home_page(words()))
        try:
            room = await self.rooms.find(typed)
        except KitError as error:
            return self._other_code(request, typed, error)
        return RedirectResponse(f"./{room.code}", 303)

    @staticmethod
    def _other_code(request: Request, typed: str, error: KitError) -> Response:
        """Asks a person for the code again; a script is told in the protocol's shape."""
        if not wants_page(request.scope):
            raise error
        return HTMLResponse(render.home_page(words(), code=typed[:20], error=error.sentence), error.status)

    async def slash(self, request: Request) -> Response:
        """GET /{code}/: the room, for those who type a slash too many."""
        room = await self.rooms.find(request.path_params["code"])
        return RedirectResponse(f"../{room.code}", 303)

    async def room(self, request: Request) -> Response:
        """GET /{code}: the join form, or the room as it stands now."""
        typed = request.path_params["code"]
        try:
            room = await self.rooms.find(typed)
        except KitError as error:
            return self._other_code(request, typed, error)
        if typed != room.code:
            return RedirectResponse(f"./{room.code}", 303)
        participant = participant_of(request.scope, room)
        if participant is None:
            return HTMLResponse(self._join_page(room))
        screen = room.screen(Viewer("phone", participant))
        if screen.view == "removed":
            return HTMLResponse(self._join_page(room, error=words(screen.language)("phone.removed")))
        return HTMLResponse(render.room_page(screen, room.own(participant)))

    async def join(self, request: Request) -> Response:
        """POST /{code}/join: a seat for a name or for none, or one's own seat again for a come-back word."""
        body = await read_whole(request.receive, PHONE_LIMIT)
        require_same_origin(request.scope, self.doors.room_url)
        room = await self.rooms.find(request.path_params["code"])
        fields = form_fields(body)
        if request.path_params["code"] != room.code:
            # The cookie is for the room's own path.
            return RedirectResponse(f"../{room.code}/join", 307)
        seated = participant_of(request.scope, room)
        if seated is not None and room.session.people[seated].removed is None:
            return RedirectResponse(f"../{room.code}", 303)
        name, word = fields.get("name", ""), fields.get("word", "").strip()
        try:
            participant = (
                self._come_back(room, word) if word else await self._seat(room, name, fields.get("ticket", ""))
            )
        except (InvalidName, UnknownWord) as error:
            if not wants_page(request.scope):
                raise
            wrong_name, wrong_word = ("", error.sentence) if word else (error.sentence, "")
            page = self._join_page(room, name=name[:NAME_LIMIT], error=wrong_name, word_error=wrong_word, depth=1)
            return HTMLResponse(page, error.status)
        response = RedirectResponse(f"../{room.code}", 303)
        response.raw_headers.append(set_cookie(room, participant))
        return response

    def _come_back(self, room: Room, word: str) -> str:
        key = (room.code, int(time.monotonic() // 60))
        self._tries = {of: count for of, count in self._tries.items() if of[1] == key[1]}
        self._tries[key] = count = self._tries.get(key, 0) + 1
        if count > TRIES_A_MINUTE:
            raise TooMany("Many words were tried in this room just now. Wait a minute, then try yours again.")
        participant = room.words.get(tidy_word(word))
        if participant is None or room.session.people[participant].removed is not None:
            raise UnknownWord("Nobody in this room has this word. Check its spelling, or join with your name.")
        return participant

    async def _seat(self, room: Room, name: str, ticket: str) -> str:
        """A new seat; the same ticket gives the same seat, however often an impatient thumb sends it."""
        if room.session.closed is not None:
            raise SessionEnded("This session has ended. Nobody can join any more.")
        opened = room.session.opened
        if ticket.startswith(SIMULATED) and (opened is None or not opened.rehearsal):
            # Whoever is in this room's place by now: a class that lost its server may not have noticed.
            raise Refused("Nobody is simulated in a session that counts.")
        participant = room.seats.participant(ticket or secrets.token_urlsafe(16))
        if participant in room.session.people:
            return participant
        if room.session.settings.get("locked"):
            raise DoorLocked("The facilitator has locked the door. Ask them to open it, then try again.")
        if len(room.session.people) >= PEOPLE_LIMIT:
            raise TooMany(f"This room is full: it holds {PEOPLE_LIMIT} people.")
        joined = ev.ParticipantJoined(participant=participant, name=tidy_name(name), id=f"join {participant}")
        await self.rooms.append(room, [ev.draft(joined)])
        return participant

    def _join_page(self, room: Room, *, name: str = "", error: str = "", word_error: str = "", depth: int = 0) -> str:
        # A phone whom nobody knows: the screen as a newcomer would see it.
        screen = room.screen(Viewer("phone"))
        ticket = secrets.token_urlsafe(16)
        return render.join_page(screen, ticket=ticket, name=name, error=error, word_error=word_error, depth=depth)

    async def wall(self, request: Request) -> Response:
        """GET /{code}/wall: the page for the projector."""
        room = await self.rooms.find(request.path_params["code"])
        theme: render.Theme = "light" if request.query_params.get("theme") == "light" else "dark"
        page = render.wall_page(room.screen(WALL), address=self.doors.address(room), theme=theme)
        return HTMLResponse(page)

    async def qr(self, request: Request) -> Response:
        """GET /{code}/qr.svg: the way in, as a picture."""
        room = await self.rooms.find(request.path_params["code"])
        return _svg(room_code(self.doors.join_url(room)))

    async def wifi(self, request: Request) -> Response:
        """GET /{code}/wifi.svg: the way into the Wi-Fi, if the facilitator shows it."""
        room = await self.rooms.find(request.path_params["code"])
        known = self.folder.wifi() if room.session.settings.get("wifi") else None
        if known is None:
            raise NotFound("The facilitator shows no Wi-Fi here.")
        return _svg(wifi_code(*known))

    async def results(self, request: Request) -> Response:
        """GET /{code}/results.json: tallies of the rounds that may be seen."""
        room = await self.rooms.find(request.path_params["code"])
        session = room.session
        shown = [
            {
                "round": id_,
                "tally": session.tally(id_),
                "voted": len(session.ballots(id_)),
                "joined": len(session.present),
            }
            for id_, round_ in session.rounds.items()
            if round_.revealed is not None or session.settings.get("live")
        ]
        return JSONResponse({"rounds": shown})


def tidy_name(typed: str) -> str:
    """A name as it may be shown: one line, no control or direction-override characters, 40 at the most.

    Raises InvalidName for a longer one. Empty is allowed: the room then says "Guest n".
    """
    # Controls, and the invisible overrides that turn the rest of a line around. Joiners stay: emoji need them.
    spaced = " ".join(typed.split())
    name = "".join(c for c in spaced if c in JOINERS or unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Cn"))
    if len(name) > NAME_LIMIT:
        raise InvalidName(f"This name has {len(name)} characters; {NAME_LIMIT} fit. Shorten it, or leave it empty.")
    return name.strip(JOINERS + " ")


def _svg(code: segno.QRCode) -> Response:
    out = io.BytesIO()
    # White with a quiet zone on any wall: cameras need dark on light.
    code.save(out, kind="svg", border=3, light="#ffffff", xmldecl=False, svgns=True, omitsize=True)
    return Response(out.getvalue(), media_type="image/svg+xml")
