"""A real server under fire: 64 kiosks and 16 desks at once, far beyond any morning."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from tests.system.caller import Caller
from tests.system.serving import Server, serving
from tests.system.soundness import faults

TICKETS: Final = 5_000
CALLS: Final = 5_000
KIOSKS: Final = 64
#: Rooms that share queues, so that desks press for the same patients: (room, a service that begins at its queue).
DESKS: Final = (
    ("p1", "noi"), ("p2", "noi"), ("p3", "noi"), ("p4", "ngoai"), ("p5", "ngoai"), ("p6", "tai-kham"),
    ("p7", "tai-kham"), ("p9", "nhi"), ("p10", "nhi"), ("p11", "nhi"), ("p12", "san-phu-khoa"), ("p13", "san-phu-khoa"),
    ("p14", "tim-mach"), ("p15", "tim-mach"), ("p18", "mat"), ("p19", "mat"),
)  # fmt: skip
LIMIT_S: Final = 120.0
PAUSE_S: Final = 0.02


@dataclass
class Fire:
    """What was answered."""

    server: Server
    tickets: list[dict[str, Any]] = field(default_factory=list)
    calls: list[dict[str, Any]] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)
    asked: int = 0

    async def run(self) -> float:
        """All of it, in seconds."""
        started_s = time.monotonic()
        async with asyncio.timeout(LIMIT_S), asyncio.TaskGroup() as group:
            for _ in range(KIOSKS):
                group.create_task(self._kiosk(self._caller("kiosk")))
            for room, _ in DESKS:
                group.create_task(self._desk(self._caller("console"), room))
        return time.monotonic() - started_s

    def _caller(self, role: str) -> Caller:
        return Caller(self.server.port, self.server.seeded.tokens[role])

    async def _kiosk(self, caller: Caller) -> None:
        while self.asked < TICKETS:
            self.asked += 1
            number = self.asked
            status, answer = await caller.post("/tickets", {"service": DESKS[number % len(DESKS)][1]}, f"t{number}")
            assert status == 201, answer
            self.tickets.append(answer)
        caller.close()

    async def _desk(self, caller: Caller, room: str) -> None:
        turn = 0
        while len(self.calls) < CALLS:
            turn += 1
            status, answer = await caller.post(f"/rooms/{room}/call-next", {"previous": "finish"}, f"{room}-{turn}")
            if status == 200:
                self.calls.append(answer["call"])
            else:
                self.refused[answer["code"]] += 1
                await asyncio.sleep(PAUSE_S)
        caller.close()


async def test_under_fire_no_number_is_given_twice_and_nobody_is_called_twice(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        fire = Fire(server)
        took_s = await fire.run()
        print(f"\n{len(fire.tickets)} tickets and {len(fire.calls)} calls in {took_s:.1f} s")
        assert set(fire.refused) <= {"nobody_waiting"}
        assert len({ticket["number"] for ticket in fire.tickets}) == TICKETS
        assert len({call["entry"] for call in fire.calls}) == len(fire.calls) >= CALLS
        assert faults(server.database) == []
        with closing(sqlite3.connect(server.database)) as rows:
            kept = {str(row[0]): row[1] for row in rows.execute("SELECT id, label FROM ticket")}
        assert kept == {ticket["id"]: ticket["number"] for ticket in fire.tickets}
