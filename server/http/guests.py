"""
Who is calling: devices by bearer token, staff by session cookie. Tokens are compared by hash and kept in memory, so
that a request costs no query; a revoked device or a closed account is out with the commit that says so.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection

from server import clock
from server.records.database import Rows
from server.records.transaction import Actor, LogEvent
from server.rules.refusals import ForeignOrigin, NotAllowed, NotSignedIn

LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1", "[::1]"})
COOKIE: Final = "__Host-luot"
COOKIE_LOOPBACK: Final = "luot"

_ALL_STAFF: Final = frozenset({"viewer", "desk", "reception", "lead", "admin"})
_ROOMS: Final = frozenset({"console", "desk", "reception", "lead", "admin"})
#: What may be done by which role: devices (kiosk, display, speaker, console) and staff. A test walks it.
RIGHTS: Final[Mapping[str, frozenset[str]]] = {
    "tickets.issue": frozenset({"kiosk", "console", "reception", "desk", "lead", "admin"}),
    "tickets.read": frozenset({"kiosk", "console"}) | _ALL_STAFF,
    "tickets.paper": frozenset({"kiosk"}),
    "tickets.reprint": frozenset({"console", "reception", "desk", "lead", "admin"}),
    "queues.read": frozenset({"kiosk", "display", "console"}) | _ALL_STAFF,
    "rooms.call": _ROOMS,
    "entries.move": _ROOMS,
    "entries.return": _ROOMS | {"kiosk"},
    "entries.class": frozenset({"reception", "desk", "lead", "admin", "console"}),
    "devices.report": frozenset({"kiosk", "display", "speaker"}),
    "devices.read": frozenset({"console"}) | _ALL_STAFF,
    "scans.read": frozenset({"kiosk", "console", "reception", "desk", "lead", "admin"}),
    "metrics.read": frozenset({"admin"}),
}


def hashed(token: str) -> str:
    """How a token is kept: SHA-256, enough for 192 random bits."""
    return hashlib.sha256(token.encode()).hexdigest()


class Guests:
    """The devices and sessions that may call."""

    def __init__(self, rows: Rows) -> None:
        self._devices: dict[str, Actor] = {}
        self._attended: set[int] = set()
        self._sessions: dict[str, tuple[Actor, int]] = {}
        self.load(rows)

    def load(self, rows: Rows) -> None:
        """Read who may call; again after devices, staff or sessions have changed."""
        devices = rows.all("SELECT id, role, places, token_hash, unattended FROM device WHERE revoked_at IS NULL")
        self._devices = {row["token_hash"]: Actor("device", row["id"], row["role"]) for row in devices}
        self._attended = {row["id"] for row in devices if row["role"] == "console" and not row["unattended"]}
        sessions = rows.all(
            "SELECT token_hash, staff, expires_at, role, rooms FROM staff_session JOIN staff ON staff.id = staff"
            " WHERE closed_at IS NULL"
        )
        self._sessions = {
            row["token_hash"]: (_staff(row["staff"], row["role"], row["rooms"]), row["expires_at"]) for row in sessions
        }

    def concerns(self, event: LogEvent) -> bool:
        """True for events after which `load` must run again."""
        return event.kind.startswith(("device.enrolled", "device.revoked", "staff.", "session."))

    def find(self, connection: HTTPConnection) -> Actor | None:
        """The caller; None for a stranger."""
        scheme, _, token = connection.headers.get("authorization", "").partition(" ")
        if token:
            return self._devices.get(hashed(token)) if scheme.lower() == "bearer" else None
        cookie = connection.cookies.get(COOKIE) or (
            connection.cookies.get(COOKIE_LOOPBACK) if is_loopback(connection) else None
        )
        if not cookie:
            return None
        found = self._sessions.get(hashed(cookie))
        if found is None or found[1] < clock.now_ms():
            return None
        check_origin(connection)
        return found[0]

    def identity(self, connection: HTTPConnection, actor: Actor | None) -> str:
        """What a socket's right rests on: the device, or this one session of a member of staff."""
        if actor is None or actor.kind == "device":
            return actor.caller if actor else "stranger"
        return session_identity(connection.cookies.get(COOKIE) or connection.cookies.get(COOKIE_LOOPBACK) or "")

    def require(self, connection: HTTPConnection, right: str) -> Actor:
        """
        The caller, if it has *right*.

        Raises:
            NotSignedIn, NotAllowed, ForeignOrigin.
        """
        actor = self.find(connection)
        if actor is None:
            raise NotSignedIn()
        if actor.role not in RIGHTS[right] or (actor.id in self._attended and actor.kind == "device"):
            raise NotAllowed(right=right, role=actor.role)
        return actor


def session_identity(cookie: str) -> str:
    """The identity of a session's sockets."""
    return f"session:{hashed(cookie)[:16]}"


def _staff(staff: int, role: str, rooms: str | None) -> Actor:
    return Actor("staff", staff, role, None if rooms is None else frozenset(json.loads(rooms)))


def is_loopback(connection: HTTPConnection) -> bool:
    """True when the page was opened on the machine itself, by the name in the address bar."""
    return (connection.url.hostname or "") in LOOPBACK


def is_secure(connection: HTTPConnection) -> bool:
    """True over TLS."""
    return connection.url.scheme in ("https", "wss")


def check_origin(connection: HTTPConnection) -> None:
    """
    Pass when a browser names our own origin, or none.

    Raises:
        ForeignOrigin: A page of somebody else sent the request with our cookie.
    """
    origin = connection.headers.get("origin")
    if origin is None:
        return
    expected = connection.headers.get("host", "")
    try:
        named = urlsplit(origin).netloc
    except ValueError:  # no address at all, such as an unclosed bracket
        named = ""
    if not named or named.lower() != expected.lower():
        raise ForeignOrigin(origin=origin[:100])


def own_rooms(actor: Actor, room: str) -> None:
    """
    Pass when *actor* may act in *room*.

    Raises:
        NotAllowed: The account is for other rooms.
    """
    if actor.rooms is not None and room not in actor.rooms:
        raise NotAllowed(right="rooms.call", role=actor.role, room=room)
