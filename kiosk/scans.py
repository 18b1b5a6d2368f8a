"""
What a scanned slip shows its owner: where the number stands, and whether it may come back into the queue from here.

Nothing of a scan is kept or logged. What is no slip of this hospital is told apart as a card (nobody needs one here) or
as unknown.
"""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from kiosk.client import RefusedError

# Which entry of a ticket matters most to whoever holds the slip, and what it is called on the page.
STANDING_OF_STATE = {
    "called": "called",
    "serving": "called",
    "missed": "missed",
    "waiting": "waiting",
    "paused": "tests",
    "held": "held",
    "planned": "held",
}
RETURNING = frozenset({"missed", "paused"})


class Server(Protocol):
    """What the scans need of ``kiosk.client.ServerClient``."""

    async def scan(self, scan: str, language: str) -> dict[str, Any]: ...
    async def ticket(self, ticket: str) -> dict[str, Any]: ...
    async def return_entry(self, key: str, entry: str) -> None: ...


class Scans:
    """Reads slips on *server*; *hospital* is its latest description, for the names of rooms."""

    def __init__(self, server: Server, hospital: Callable[[], Mapping[str, Any] | None]) -> None:
        self._server = server
        self._hospital = hospital

    async def read(self, scan: str, language: str) -> dict[str, Any]:
        """
        ``{"standing": "unknown" | "card"}``, or what ``show_ticket`` says.

        Raises:
            UnansweredError: the server cannot say now.
        """
        try:
            found = await self._server.scan(scan, language)
            if found.get("kind") != "ticket":
                return {"standing": "card"}
            return self._show(await self._server.ticket(str(found["ticket"])))
        except RefusedError:
            return {"standing": "unknown"}

    async def come_back(self, ticket: str, entry: str, key: str) -> dict[str, Any]:
        """
        Put *entry* back into its queue and say where it stands; one that came back already just shows its place.

        Raises:
            UnansweredError: it may or may not have happened; ask again with the same *key*.
        """
        try:
            await self._server.return_entry(key, entry)
        except RefusedError:
            pass  # somebody at a desk was faster: the place that it has now is the answer
        try:
            return self._show(await self._server.ticket(ticket))
        except RefusedError:
            return {"standing": "unknown"}

    def _show(self, ticket: Mapping[str, Any]) -> dict[str, Any]:
        rooms = (self._hospital() or {}).get("rooms", [])
        return show_ticket(ticket, {room["code"]: room for room in rooms})


def show_ticket(ticket: Mapping[str, Any], rooms: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """
    ``standing``: ``called`` with ``room``, ``waiting`` with ``ahead``, ``wait`` and ``where``, ``tests`` or ``missed``
    with the ``entry`` that may come back, ``held``, ``ended``; always with ``number``, ``service`` and ``language``.
    """
    slip = ticket["slip"]
    language = slip.get("language", "vi")
    shown = {
        "ticket": ticket["id"],
        "number": ticket["number"],
        "service": slip.get("service"),
        "language": language,
        "standing": "ended",
    }
    for state, standing in STANDING_OF_STATE.items():
        entry = next((one for one in ticket.get("entries", []) if one["state"] == state), None)
        if entry is None:
            continue
        shown["standing"] = standing
        if standing == "called":
            shown["room"] = _room(rooms.get(entry.get("room") or ""), language)
        elif standing == "waiting":
            shown |= {name: ticket.get(name) for name in ("ahead", "wait")} | {"where": slip.get("where")}
        elif state in RETURNING:
            shown["entry"] = entry["id"]
        break
    return shown


def _room(room: Mapping[str, Any] | None, language: str) -> str | None:
    """``phòng 12``, as it is called."""
    if room is None:
        return None
    spoken = room.get("spoken") or {}
    return spoken.get(language) or spoken.get("vi") or room.get("label")
