"""On how many screens a call has arrived: each screen reports its position in the log at once after a call."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import Any, Final

from server.live.hub import Hub
from server.live.projection import Audience
from server.records.transaction import LogEvent

#: Calls whose arrival is still counted; older ones have long been shown or reported.
CALLS_MAX: Final = 64
CALLED: Final = frozenset({"ticket.called", "ticket.recalled"})


@dataclass(slots=True)
class _Call:
    seq: int
    area: str
    room: str
    told: tuple[int, int] = (-1, -1)


class Arrivals:
    """Counts, per recent call, the screens of its area that have it."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._calls: OrderedDict[str, _Call] = OrderedDict()
        hub.listeners.append(self._listen)

    def _listen(self, event: LogEvent) -> None:
        if event.kind not in CALLED:
            return
        room = self._hub.world.hospital.rooms[event.facts["room"]]
        self._calls[str(event.facts["call"])] = _Call(event.seq, room.area, room.code)
        while len(self._calls) > CALLS_MAX:
            old, _ = self._calls.popitem(last=False)
            self._hub.drop_overlay(f"arrivals:{old}")

    def flush(self) -> None:
        """Tell the consoles what has changed since the last time."""
        for call, item in self._calls.items():
            screens = self._hub.followers(f"area:{item.area}", "display")
            count = sum(client.position >= item.seq for client in screens)
            if (count, len(screens)) == item.told:
                continue
            item.told = (count, len(screens))
            body = {"arrivals": {call: {"screens": count, "screens_of": len(screens)}}}
            self._hub.set_overlay([f"room:{item.room}"], f"arrivals:{call}", _for_room(item.room, body))


def _for_room(room: str, body: dict[str, Any]) -> Any:
    def overlay(audience: Audience) -> dict[str, Any] | None:
        return body if audience.role == "console" and room in audience.rooms else None

    return overlay
