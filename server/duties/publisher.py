"""
Gives committed events to the hub, in the order of the log, whichever process committed them.

What this process commits comes straight from its writer. What another one commits (a command such as `device add` while
the server runs, a second server on PostgreSQL) is read from the log: when a gap shows, and every second as a net.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from typing import Final

import structlog

from server.live.hub import Hub
from server.live.projection import World
from server.records.database import Rows
from server.records.reader import Reader
from server.records.schema import load_site
from server.records.transaction import LogEvent
from server.rules.hospital import Hospital

log = structlog.get_logger()
LOOK_EVERY_S: Final = 1.0
#: Own commits are on their way to the hub at any moment; what is still missing after this came from elsewhere.
ON_THE_WAY_S: Final = 0.2
#: Events after which the world is drawn again from the rows: too much changes for a list of rows.
REDRAWING: Final = frozenset({"day.opened", "setup.loaded"})


Listener = Callable[[Sequence[LogEvent]], None]


class Publisher:
    """
    Args:
        hub: Where events go.
        reader: For the log and for drawing the world again.
        before: Told of each group of events before the hub is: who may call may have changed.
    """

    def __init__(self, hub: Hub, reader: Reader, before: Listener) -> None:
        self._hub = hub
        self._reader = reader
        self._before = before

    def publish(self, events: Sequence[LogEvent], hospital: Hospital) -> None:
        """Publish committed events; what is missing before them is read from the log."""
        if events[0].seq > self._hub.seq + 1:
            events = events_after(self._reader.rows(), self._hub.seq)
        self._before(events)
        if any(event.kind in REDRAWING for event in events):
            self._redraw()
        self._hub.publish(events)

    async def run(self) -> None:
        """For ever: look for what another process has committed."""
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            if self._head() <= self._hub.seq:
                continue
            await asyncio.sleep(ON_THE_WAY_S)
            if self._head() > self._hub.seq:
                self._catch_up()

    def _head(self) -> int:
        row = self._reader.rows().one("SELECT seq FROM site")
        return int(row["seq"]) if row else 0

    def _catch_up(self) -> None:
        events = events_after(self._reader.rows(), self._hub.seq)
        if events:
            log.info("log.caught_up", events=len(events), seq=events[-1].seq)
            self.publish(events, self._hub.world.hospital)

    def _redraw(self) -> None:
        """Draw the world again at one point of the log; events up to there are then passed over."""
        rows = self._reader.rows()
        rows.script(rows.begin_reading)
        try:
            site = load_site(rows)
            self._hub.reset(World.load(rows, site.hospital), site.seq)
        finally:
            rows.script("ROLLBACK")


def events_after(rows: Rows, seq: int) -> list[LogEvent]:
    """The events of the log above *seq*, oldest first."""
    found = rows.all("SELECT seq, ts, kind, body FROM event WHERE seq > :seq ORDER BY seq", seq=seq)
    events = []
    for row in found:
        body = json.loads(row["body"])
        events.append(LogEvent(row["seq"], row["ts"], row["kind"], body["facts"], body["rows"]))
    return events
