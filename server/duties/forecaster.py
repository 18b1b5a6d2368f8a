"""
Tells who is next and how long it will take, at most once a second and off the writer.

Queues that changed are read again in a thread on a read-only connection; what is found goes out as overlays, since it
moves with time, and to the writer as the pace by which a new ticket's wait is estimated.
"""

from __future__ import annotations

import asyncio
from typing import Any, Final

import structlog

from server import clock
from server.actions import reading
from server.duties.publisher import REDRAWING
from server.live.arrivals import Arrivals
from server.live.hub import Hub
from server.live.projection import Audience
from server.records.database import Row
from server.records.reader import Reader
from server.records.transaction import LogEvent, Pace
from server.records.writer import Writer
from server.rules.ticket import IN_ROOM
from server.rules.wait import SAMPLES_MIN

log = structlog.get_logger()
TICK_S: Final = 0.2
EVERY_S: Final = 1.0
#: Waits move although nothing happens: each queue is read again after this time.
ANYWAY_S: Final = 30.0
#: How many of the latest services count for the pace, and when a room without a call no longer counts as open.
SERVICES_MAX: Final = 40
ROOM_OPEN_MS: Final = 30 * 60_000
SHOWN_NEXT: Final = 3
PHONES_LIMIT: Final = 300


class Forecaster:
    """Keeps the overlays of queues, phones, arrivals and devices."""

    def __init__(self, writer: Writer, reader: Reader, hub: Hub, arrivals: Arrivals) -> None:
        self._writer, self._reader, self._hub, self._arrivals = writer, reader, hub, arrivals
        self._changed: set[str] = set(hub.world.hospital.queues)
        self._online: dict[str, bool] = {}
        self._read_s = self._anyway_s = clock.monotonic()
        #: Tickets whose phones were told a place, each with the queue of that place.
        self._placed: dict[str, str] = {}
        hub.listeners.append(self._listen)

    def _listen(self, event: LogEvent) -> None:
        if event.kind in REDRAWING:
            self._changed.update(self._hub.world.hospital.queues)
        for row in event.rows.get("entries", {}).values():
            if row is not None:
                self._changed.add(row["queue"])

    async def run(self) -> None:
        """For ever."""
        while True:
            await asyncio.sleep(TICK_S)
            await self.look()

    async def look(self) -> None:
        """Tell what has changed since the last time; queues at most once a second."""
        self._arrivals.flush()
        self._tell_devices()
        now_s = clock.monotonic()
        if now_s - self._anyway_s >= ANYWAY_S:
            self._changed.update(self._hub.world.hospital.queues)
            self._anyway_s = now_s
        if self._changed and now_s - self._read_s >= EVERY_S:
            self._read_s = now_s
            await self._read()

    async def _read(self) -> None:
        queues, self._changed = self._changed, set()
        try:
            calling = self._rooms_calling()
            await asyncio.to_thread(self._read_pace, queues, calling)
            for queue in sorted(queues & self._hub.world.hospital.queues.keys()):
                limit = PHONES_LIMIT if self._has_phones(queue) else reading.PAGE
                ordered = await asyncio.to_thread(self._read_queue, queue, limit)
                self._tell_queue(queue, ordered)
        except Exception as error:  # a read that fails leaves the last forecast; the next second tries again
            log.warning("forecast.failed", error=repr(error))
            self._changed |= queues

    def _read_queue(self, queue: str, limit: int) -> reading.Ordered:
        hospital = self._hub.world.hospital
        return reading.in_order(self._reader.rows(), hospital, queue, clock.now_ms(), limit)

    def _rooms_calling(self) -> dict[str, set[str]]:
        """Per queue the rooms that have somebody called or in the room now."""
        rooms: dict[str, set[str]] = {}
        for row in self._hub.world.rows["calls"].values():
            if row["state"] in IN_ROOM:
                rooms.setdefault(row["queue"], set()).add(row["room"])
        return rooms

    def _read_pace(self, queues: set[str], calling: dict[str, set[str]]) -> None:
        rows, hospital, now_ms = self._reader.rows(), self._hub.world.hospital, clock.now_ms()
        pace = dict(self._writer.pace)
        for queue in queues & hospital.queues.keys():
            calls = rows.all(
                "SELECT room, called_at, ended_at FROM call WHERE queue = :queue AND state = 'done' AND day = :day"
                " ORDER BY ended_at DESC LIMIT :limit",
                queue=queue,
                day=self._writer.day or "",
                limit=SERVICES_MAX,
            )
            pace[queue] = _pace(calls, calling.get(queue, set()), len(hospital.rooms_of_queue[queue]), now_ms)
        self._writer.pace = pace

    def _has_phones(self, queue: str) -> bool:
        return any(client.audience and client.audience.role == "phone" for client in self._hub.clients)

    def _tell_queue(self, queue: str, ordered: reading.Ordered) -> None:
        hospital = self._hub.world.hospital
        areas = {hospital.rooms[room].area for room in hospital.rooms_of_queue[queue]}
        entries = self._hub.world.rows["entries"]
        order = [str(choice.head.entry) for choice in ordered.choices]
        following = [entries[entry]["label"] for entry in order[:SHOWN_NEXT] if entry in entries]
        wait = reading.wait_at(queue, ordered.waiting, hospital, self._writer.pace.get(queue))
        wait_view = {"low_s": wait.low_s, "high_s": wait.high_s} if wait else None
        reasons = {
            str(choice.head.entry): {"code": choice.code, "facts": dict(choice.facts)}
            for choice in ordered.choices[: reading.PAGE]
        }
        console = {
            "waiting": ordered.waiting, "ahead_order": order[: reading.PAGE], "reasons": reasons, "wait": wait_view,
        }  # fmt: skip
        public = {"waiting": ordered.waiting, "next": following}

        def overlay(audience: Audience) -> dict[str, Any] | None:
            if audience.role == "console":
                return {"queues": {queue: console}} if queue in audience.queues else None
            return {"queues": {queue: public}} if audience.role == "display" and audience.areas & areas else None

        self._hub.set_overlay([f"queue:{queue}", *(f"area:{area}" for area in areas)], f"queue:{queue}", overlay)
        self._tell_phones(queue, order)

    def _tell_phones(self, queue: str, order: list[str]) -> None:
        hospital, entries = self._hub.world.hospital, self._hub.world.rows["entries"]
        tickets = {
            client.audience.ticket
            for client in self._hub.clients
            if client.audience is not None and client.audience.ticket is not None
        }
        placed: set[str] = set()
        for place, entry in enumerate(order if tickets else ()):
            row = entries.get(entry)
            if row is None or str(row["ticket"]) not in tickets:
                continue
            wait = reading.wait_at(queue, place, hospital, self._writer.pace.get(queue))
            view = {"low_s": wait.low_s, "high_s": wait.high_s} if wait else None
            self._tell_phone(str(row["ticket"]), {"ahead": place, "wait": view, "entry": entry})
            placed.add(str(row["ticket"]))
        for ticket in [ticket for ticket, where in self._placed.items() if where == queue and ticket not in placed]:
            # Called, gone, or nobody looks any more: an old place must not stand on a phone.
            self._tell_phone(ticket, {"ahead": None, "wait": None, "entry": None})
            self._hub.drop_overlay(f"ticket:{ticket}")
            del self._placed[ticket]
        self._placed.update(dict.fromkeys(placed, queue))

    def _tell_phone(self, ticket: str, values: dict[str, Any]) -> None:
        self._hub.set_overlay([f"ticket:{ticket}"], f"ticket:{ticket}", _for_ticket(ticket, {"ticket": values}))

    def _tell_devices(self) -> None:
        connected = {str(client.device) for client in self._hub.clients if client.device is not None}
        rows = self._hub.world.rows["devices"].items()
        # A console's bearer (keypads, a hospital system) calls over HTTP and keeps no socket.
        now = {device: device in connected for device, row in rows if row["role"] != "console"}
        if now == self._online:
            return
        self._online = now
        body = {"devices": {device: {"online": is_online} for device, is_online in now.items()}}
        self._hub.set_overlay(["devices"], "devices", lambda audience: body if audience.sees_devices else None)


def _for_ticket(ticket: str, body: dict[str, Any]) -> Any:
    return lambda audience: body if audience.ticket == ticket else None


def _pace(calls: list[Row], calling: set[str], rooms: int, now_ms: int) -> Pace:
    """The latest service times, and the rooms that call: until enough is known all that could."""
    times = tuple((call["ended_at"] - call["called_at"]) / 1000 for call in calls if call["ended_at"])
    busy = {call["room"] for call in calls if now_ms - call["ended_at"] <= ROOM_OPEN_MS} | calling
    return Pace(times, len(busy) if busy and len(times) >= SAMPLES_MIN else rooms)
