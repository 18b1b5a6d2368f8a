"""
The speaker: hears announcements on the live link, says them one at a time in each area, and reports what came of them.

The server keeps the queue and sends only its head; the queue here is a small net under that. What is reported is what
happened: ``started`` when the sound starts, ``done`` when it has been heard, ``failed`` with a code in every other
case, so that somebody is told.
"""

import asyncio
import contextlib
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any, Protocol

import structlog

from display.announce import Announcement, parse_announcement
from display.memory import DONE, STARTED, Memory
from display.player import Player, PlayError
from display.voices import Rendering
from server.live.link import Link

log = structlog.get_logger()

QUEUE_MAX = 16  # two minutes of calls in one area: more would be stale when said
REPORTS_MAX = 100  # kept while the server is away
STOP_REPORT_LIMIT_S = 1.0
ENDED = frozenset({"withdrawn", "expired", "failed", "done"})  # merged into another, or the room was told

Report = Callable[[str, str, str | None], Awaitable[None]]


class Renderer(Protocol):
    """What ``voices.Voices`` does for the speaker."""

    async def render(self, announcement: Announcement, spoken: Mapping[str, str]) -> Rendering:
        """Make the sound of an announcement."""


class Hall:
    """What the speaker may ask of the live state."""

    def __init__(self, link: Link) -> None:
        self._link = link

    @property
    def now(self) -> datetime | None:
        """The server's time: old PCs have wrong clocks. None before the first welcome."""
        return self._link.server_now

    def spoken(self, room: str | None) -> Mapping[str, str]:
        """The room's label as it is spoken, for each language; empty for an unknown room."""
        known = self._object("rooms", room).get("spoken")
        return known if isinstance(known, dict) else {}

    def area_of(self, message: Mapping[str, Any]) -> str | None:
        """The area that an announcement is for: its own, else its room's."""
        own = self._object("announcements", message.get("id")).get("area")
        return own or self._object("rooms", message.get("room")).get("area")

    def is_gone(self, announcement_id: str) -> bool:
        """Whether it is over for the server: taken back, merged into another, given up."""
        return self._object("announcements", announcement_id).get("state") in ENDED

    def _object(self, collection: str, key: object) -> dict[str, Any]:
        return self._link.state.get(collection, {}).get(str(key), {})


class AreaWorker:
    """Says the announcements of one area, one after another."""

    def __init__(self, area: str, player: Player, voices: Renderer, memory: Memory, hall: Hall, report: Report) -> None:
        self._area = area
        self._player = player
        self._voices = voices
        self._memory = memory
        self._hall = hall
        self._report = report
        self._queue: asyncio.Queue[Announcement] = asyncio.Queue(QUEUE_MAX)
        self._pending: set[str] = set()

    async def take(self, announcement: Announcement) -> None:
        """Take it into the queue; one that was said before is answered for, and never said again."""
        outcome = self._memory.outcome(announcement.id)
        if announcement.id in self._pending:
            log.info("announcement.repeated", id=announcement.id)
        elif outcome is not None:
            log.info("announcement.known", id=announcement.id, outcome=outcome)
            await self._repeat(announcement.id, outcome)
        elif self._queue.full():
            await self._fail(announcement, "queue_full")
        else:
            self._pending.add(announcement.id)
            self._queue.put_nowait(announcement)

    async def run(self) -> None:
        """Work until cancelled. An announcement that breaks something is reported, and the next one is said."""
        while True:
            announcement = await self._queue.get()
            try:
                await self._say(announcement)
            except asyncio.CancelledError:
                with contextlib.suppress(TimeoutError):  # the server hears it by our silence as well
                    async with asyncio.timeout(STOP_REPORT_LIMIT_S):
                        await self._fail(announcement, "stopped")
                raise
            except Exception:  # the hall must not fall silent for one announcement; it is told to the room and the log
                log.exception("announcement.crashed", id=announcement.id)
                await self._fail(announcement, "crashed")
            finally:
                self._pending.discard(announcement.id)

    async def _say(self, announcement: Announcement) -> None:
        if await self._is_late(announcement):
            return
        rendering = await self._voices.render(announcement, self._hall.spoken(announcement.room))
        if await self._is_late(announcement):
            return
        unsaid = rendering.unsaid
        self._memory.note(announcement.id, STARTED)
        if unsaid:
            # The room must call by voice: it is told before the chime, not after it.
            await self._fail(announcement, unsaid)
        try:
            await self._player.play(rendering.sound, announcement.id, lambda: self._started(announcement, unsaid))
        except PlayError as error:
            await self._fail(announcement, error.code)
            return
        if not unsaid:
            self._memory.note(announcement.id, DONE)
            log.info("announcement.done", id=announcement.id, area=self._area, failed=dict(rendering.failed))
            await self._report(announcement.id, "done", None)

    async def _started(self, announcement: Announcement, unsaid: str | None) -> None:
        if not unsaid:
            await self._report(announcement.id, "started", None)

    async def _is_late(self, announcement: Announcement) -> bool:
        if self._hall.is_gone(announcement.id):
            log.info("announcement.withdrawn", id=announcement.id)
            return True
        now = self._hall.now
        if now is None or (now - announcement.issued_at).total_seconds() <= announcement.ttl_s:
            return False
        await self._fail(announcement, "expired")
        return True

    async def _fail(self, announcement: Announcement, code: str) -> None:
        log.error("announcement.failed", id=announcement.id, area=self._area, reason=code)
        if code != "queue_full":  # there is room again in a moment, and nothing was said
            self._memory.note(announcement.id, code)
        await self._report(announcement.id, "failed", code)

    async def _repeat(self, announcement_id: str, outcome: str) -> None:
        if outcome == DONE:
            await self._report(announcement_id, "done", None)
        else:
            await self._report(announcement_id, "failed", "interrupted" if outcome == STARTED else outcome)


class Reporter:
    """Sends ``announced``; keeps the reports that found no connection and sends them when it is back."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._unsent: deque[dict[str, Any]] = deque(maxlen=REPORTS_MAX)

    async def report(self, announcement_id: str, state: str, error: str | None) -> None:
        """Report a state, in the order in which states happened."""
        self._unsent.append({"t": "announced", "id": announcement_id, "state": state, "error": error})
        await self.flush()

    async def flush(self) -> None:
        """Send what is kept, as far as it goes."""
        while self._unsent:
            message = self._unsent.popleft()
            if not await self._link.send(message):
                self._unsent.appendleft(message)
                return


class Speaker:
    """Follows the link and hands each announcement to the worker of its area."""

    def __init__(self, link: Link, hall: Hall, reporter: Reporter, workers: Mapping[str, AreaWorker]) -> None:
        self._link = link
        self._hall = hall
        self._reporter = reporter
        self._workers = workers

    async def run(self, ready: Callable[[], None]) -> None:
        """Follow until the link is closed; *ready* is called once, when the state of the hall is known."""
        is_ready = False
        async for update in self._link.updates():
            if update.kind == "announce":
                await self._hear(update.message)
            elif update.kind == "lost":
                log.warning("server.lost", reason=update.message.get("reason"))
            elif update.kind == "back":
                log.info("server.back")
            if update.kind in ("snapshot", "back"):
                await self._reporter.flush()
            if update.kind == "snapshot" and not is_ready:
                is_ready = True
                ready()

    async def _hear(self, message: Mapping[str, Any]) -> None:
        try:
            announcement = parse_announcement(message)
        except ValueError as error:
            log.error("announcement.malformed", id=message.get("id"), field=str(error))
            if isinstance(message.get("id"), str):
                await self._reporter.report(message["id"], "failed", "malformed")
            return
        area = self._hall.area_of(message)
        worker = self._workers.get(area or "") or next(iter(self._workers.values()))
        await worker.take(announcement)
