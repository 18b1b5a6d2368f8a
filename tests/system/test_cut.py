"""Two hundred displays behind a cable that is cut for twelve seconds: all are true again, by resume, without a gap."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

from server.live.link import Link
from tests.system.caller import Caller
from tests.system.proxy import Proxy
from tests.system.serving import Server, serving

DISPLAYS: Final = 200
CUT_S: Final = 12.0
#: Each call finishes the patient before: two events a call.
CALLS: Final = 60
EVENTS: Final = 2 * CALLS - 3
TRUE_AGAIN_S: Final = 5.0
ROOMS: Final = ("p1", "p2", "p3")
AREA: Final = "area:sanh"


class Display:
    """A display's link with what it was told, over the socket or by polling."""

    def __init__(self, port: int, token: str) -> None:
        self.link = Link(f"http://127.0.0.1:{port}", token, [AREA])
        self.snapshots = 0
        self.applied: list[int] = []

    async def follow(self) -> None:
        async for update in self.link.updates():
            self.snapshots += update.kind == "snapshot"
            if update.kind == "event":
                self.applied.append(update.message["seq"])


class Hall:
    """A server with displays behind a proxy, one beside it, and a desk that keeps calling."""

    def __init__(self, server: Server, proxy: Proxy) -> None:
        tokens = server.seeded.tokens
        self.kiosk, self.desk = Caller(server.port, tokens["kiosk"]), Caller(server.port, tokens["console"])
        self._reader = Caller(server.port, tokens["display"])
        self.beside = Display(server.port, tokens["display"])
        self.displays = [Display(proxy.port, tokens["display"]) for _ in range(DISPLAYS)]

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Hall]:
        everybody = [self.beside, *self.displays]
        following = [asyncio.create_task(display.follow()) for display in everybody]
        try:
            yield self
        finally:
            await asyncio.gather(*(display.link.close() for display in everybody))
            await asyncio.gather(*following)

    async def fill(self, count: int) -> None:
        for number in range(count):
            status, answer = await self.kiosk.post("/tickets", {"service": "noi"}, f"fill-{number}")
            assert status == 201, answer

    async def call(self, count: int, within_s: float) -> None:
        """That many calls, evenly."""
        for turn in range(count):
            path = f"/rooms/{ROOMS[turn % len(ROOMS)]}/call-next"
            status, answer = await self.desk.post(path, {"previous": "finish"}, f"call-{turn}")
            assert status == 200, answer
            await asyncio.sleep(within_s / count)

    async def truth(self) -> Any:
        """The state as the server has it now."""
        status, messages = await self._reader.get(f"/live/state?topics={AREA}")
        assert status == 200
        return next(message["state"] for message in messages if message["t"] == "snapshot")

    async def until_all_true(self, limit_s: float) -> float:
        """Seconds until every display shows what the server has."""
        started_s = time.monotonic()
        while time.monotonic() - started_s < limit_s:
            truth = await self.truth()
            if all(display.link.state == truth for display in (self.beside, *self.displays)):
                return time.monotonic() - started_s
            await asyncio.sleep(0.05)
        wrong = sum(display.link.state != truth for display in self.displays)
        raise AssertionError(f"{wrong} of {DISPLAYS} displays are not true after {limit_s} s")


async def test_after_a_cut_of_twelve_seconds_all_displays_are_true_again_by_resume(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        async with Proxy(server.port).running() as proxy, Hall(server, proxy).running() as hall:
            await hall.fill(CALLS)
            await hall.until_all_true(30)
            proxy.cut()
            await hall.call(CALLS, CUT_S)
            assert all(len(display.applied) == 0 for display in hall.displays)
            proxy.heal()
            took_s = await hall.until_all_true(TRUE_AGAIN_S)
            print(f"\n{DISPLAYS} displays true again after {took_s:.1f} s")
            for display in hall.displays:
                assert display.snapshots == 1  # the first one; what was missed came by resume
                assert display.applied == hall.beside.applied
            assert len(hall.beside.applied) >= EVENTS
