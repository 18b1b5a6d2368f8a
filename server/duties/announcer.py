"""
Drives announcements: gives the head of each area's queue to its speaker, and tells the desk when nobody spoke.

What to do is decided by `rules.calling`; this module only looks at the connected speakers, runs the actions and sends.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from typing import Any, Final

import structlog

from server import clock
from server.actions import announce
from server.live.client import Client
from server.live.hub import Hub
from server.live.messages import Announced
from server.records.database import Row
from server.records.times import time_text
from server.records.transaction import LogEvent
from server.records.writer import Writer
from server.rules.calling import End, Send, Step, next_steps, take_over
from server.rules.refusals import Refusal

log = structlog.get_logger()
TICK_S: Final = 0.25


class Announcer:
    """One for the whole house; areas are looked at one after another, each announcement once at a time."""

    def __init__(self, writer: Writer, hub: Hub) -> None:
        self._writer = writer
        self._hub = hub
        self._wake = asyncio.Event()
        hub.listeners.append(self._listen)

    def _listen(self, event: LogEvent) -> None:
        if "announcements" in event.rows:
            self._wake.set()

    async def run(self) -> None:
        """For ever: at each change of an announcement, and every quarter of a second."""
        while True:
            try:
                await asyncio.wait_for(self._wake.wait(), TICK_S)
            except TimeoutError:
                pass
            self._wake.clear()
            await self.look()

    async def look(self) -> None:
        """Do what is due now in each area."""
        for area, rows in self._open().items():
            await self._drive(area, rows)

    def _open(self) -> dict[str, list[Row]]:
        areas: dict[str, list[Row]] = {}
        for row in self._hub.world.rows["announcements"].values():
            if row["state"] in ("queued", "sent", "started"):
                areas.setdefault(row["area"], []).append(row)
        return areas

    def speakers(self, area: str) -> list[Client]:
        """The area's connected speakers, the playing one first."""
        return [item for item in self._hub.followers(f"area:{area}", "speaker") if item.device is not None]

    async def _drive(self, area: str, rows: Sequence[Row]) -> None:
        queue = [announce.as_announcement(row) for row in sorted(rows, key=lambda row: (row["issued_at"], row["id"]))]
        speakers = [client.device for client in self.speakers(area) if client.device is not None]
        for step in next_steps(queue, list(dict.fromkeys(speakers)), clock.now_ms()):
            await self._take(area, step)

    async def _take(self, area: str, step: Step) -> None:
        try:
            seen = self._hub.world.rows["announcements"].get(step.id)
            if seen is not None and isinstance(step, End):
                await self._end(step, seen)
            elif seen is not None and isinstance(step, Send):
                await self._send(area, step, seen)
        except Refusal as refusal:
            # The writer is full: the next tick tries again, and the limits of `rules.calling` go on running.
            log.warning("announcement.postponed", announcement=step.id, code=refusal.code)

    async def _end(self, step: End, seen: Row) -> None:
        row = await self._writer.run(lambda tx: announce.end_announcement(tx, step.id, step.state, step.error, seen))
        if row is not None:
            log.error("announcement.unspoken", announcement=step.id, room=row["room"], error=step.error)

    async def _send(self, area: str, step: Send, seen: Row) -> None:
        row = await self._writer.run(
            lambda tx: announce.send_announcement(tx, step.id, step.speaker, step.repeat, step.merge, seen)
        )
        if row is None:
            return
        for client in self.speakers(area):
            if client.device == step.speaker:
                client.offer(self._message(row))
                return

    def _message(self, row: Row) -> str:
        hospital = self._hub.world.hospital
        message: dict[str, Any] = {
            "t": "announce",
            "id": row["id"],
            "kind": row["kind"],
            "area": row["area"],
            "numbers": json.loads(row["numbers"]),
            "room": row["room"],
            "text": None,
            "priority": bool(row["priority"]),
            "languages": list(hospital.areas[row["area"]].languages),
            "repeat": row["repeat"],
            "issued_at": time_text(row["issued_at"], hospital),
            "ttl_s": row["ttl_s"],
        }
        return json.dumps(message, ensure_ascii=False, separators=(",", ":"))

    async def reported(self, client: Client, message: Announced) -> None:
        """What a speaker says of an announcement that it was given."""
        row = self._hub.world.rows["announcements"].get(message.id)
        if row is None or client.device is None or row["speaker"] != client.device:
            return
        if message.state == "failed":
            await self._failed(row, message.error or "failed")
            return
        speaker = client.device
        try:
            await self._writer.run(lambda tx: announce.report_announcement(tx, message.id, message.state, speaker))
        except Refusal as refusal:
            # The speaker says it once: a lost `started` is taken over, a lost `done` is told to the desk.
            log.warning("announcement.report_lost", announcement=message.id, state=message.state, code=refusal.code)

    async def _failed(self, row: Row, error: str) -> None:
        speakers = [item.device for item in self.speakers(row["area"]) if item.device is not None]
        log.warning("announcement.failed", announcement=row["id"], speaker=row["speaker"], error=error)
        await self._take(row["area"], take_over(announce.as_announcement(row), speakers, error[:40]))
