"""
Where a call has arrived: on how many screens (each reports its position in the log at once after a call), and how far
its announcement is: waiting for its turn in the area, being spoken, done, failed.
"""

from __future__ import annotations

import json
from collections import OrderedDict, defaultdict
from dataclasses import dataclass
from typing import Any, Final

from server.live.hub import Hub
from server.live.projection import Audience
from server.records.transaction import LogEvent

#: Calls whose arrival is still counted; older ones have long been shown or reported.
CALLS_MAX: Final = 64
CALLED: Final = frozenset({"ticket.called", "ticket.recalled"})
OPEN: Final = frozenset({"queued", "sent", "started"})

#: State of a call's announcement, and its place among those of its area that are not over yet, from 1.
Said = tuple[str, int | None]


@dataclass(slots=True)
class _Call:
    seq: int
    area: str
    room: str
    said: Said
    told: dict[str, Any] | None = None


class Arrivals:
    """Counts, per recent call, the screens of its area that have it, and follows its announcement."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._calls: OrderedDict[str, _Call] = OrderedDict()
        self._has_news = False
        hub.listeners.append(self._listen)

    def _listen(self, event: LogEvent) -> None:
        self._has_news = self._has_news or "announcements" in event.rows
        if event.kind not in CALLED:
            return
        room = self._hub.world.hospital.rooms[event.facts["room"]]
        said: Said = ("queued" if event.facts["announcement"] else "none", None)
        self._calls[str(event.facts["call"])] = _Call(event.seq, room.area, room.code, said)
        while len(self._calls) > CALLS_MAX:
            old, _ = self._calls.popitem(last=False)
            self._hub.drop_overlay(f"arrivals:{old}")

    def flush(self) -> None:
        """Tell the consoles what has changed since the last time."""
        if self._has_news:
            self._has_news = False
            self._follow_announcements()
        for call, item in self._calls.items():
            screens = self._hub.followers(f"area:{item.area}", "display")
            count = sum(client.position >= item.seq for client in screens)
            speaker, place = item.said
            view = {"screens": count, "screens_of": len(screens), "speaker": speaker, "place": place}
            if view == item.told:
                continue
            item.told = view
            body = {"arrivals": {call: view}}
            self._hub.set_overlay([f"room:{item.room}"], f"arrivals:{call}", _for_room(item.room, body))

    def _follow_announcements(self) -> None:
        """A call whose announcement is gone keeps the last that was known of it."""
        rows = self._hub.world.rows["announcements"].values()
        places: dict[str, int] = defaultdict(int)
        for row in sorted(rows, key=lambda row: (row["issued_at"], row["id"])):
            is_open = row["state"] in OPEN
            places[row["area"]] += is_open
            for call in json.loads(row["calls"]):
                if call in self._calls:
                    self._calls[call].said = (row["state"], places[row["area"]] if is_open else None)


def _for_room(room: str, body: dict[str, Any]) -> Any:
    def overlay(audience: Audience) -> dict[str, Any] | None:
        return body if audience.role == "console" and room in audience.rooms else None

    return overlay
