"""
The kill -9 loop: a real server is killed again and again in the middle of its work, and nothing acknowledged is lost.

    python -m tests.system.kill --operations 10000 --kills 200

Clients repeat what was not answered with the same key, as kiosks and desks do. At the end the database is held against
what was acknowledged: each key has exactly one ticket or call, and the log has no gap.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sqlite3
import tempfile
import time
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from tests.system.caller import Caller, UnansweredError
from tests.system.serving import Server
from tests.system.soundness import faults

CLIENTS: Final = 12
ISSUES: Final = 0.6
REPORTS: Final = 0.15
SERVICES: Final = ("noi", "ngoai", "nhi", "dang-ky")
ROOMS: Final = ("p1", "p2", "p4", "p5", "p9", "p10", "quay-1", "quay-2")
AGAIN_S: Final = 0.2
#: The kill falls somewhere within this after its operation: before, in and after a commit.
JITTER_S: Final = 0.03
#: One operation may have to outlive several servers.
TRIES_MAX: Final = 2_000
PROGRESS_KILLS: Final = 20


@dataclass
class Loop:
    """
    One run.

    Attributes:
        tickets, calls: What was acknowledged, by key.
        cut: How many requests were on their way when the server died.
    """

    server: Server
    operations: int
    kills: int
    chance: random.Random
    tickets: dict[str, dict[str, Any]] = field(default_factory=dict)
    calls: dict[str, dict[str, Any]] = field(default_factory=dict)
    asked: int = 0
    done: int = 0
    cut: int = 0
    _progress: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> None:
        """Every operation acknowledged, every kill done."""
        await asyncio.to_thread(self.server.start_ready)
        async with asyncio.TaskGroup() as group:
            group.create_task(self._kill())
            for index in range(CLIENTS):
                group.create_task(self._client(ROOMS[index % len(ROOMS)]))

    async def _kill(self) -> None:
        for turn in range(1, self.kills + 1):
            while self.done < self.operations * turn // (self.kills + 1):
                self._progress.clear()
                await self._progress.wait()
            await asyncio.sleep(self.chance.uniform(0, JITTER_S))
            await asyncio.to_thread(self._kill_and_start)
            if turn % PROGRESS_KILLS == 0:
                print(f"{turn} kills, {self.done} operations, {self.cut} requests cut", flush=True)

    def _kill_and_start(self) -> None:
        self.server.kill_hard()
        self.server.start_ready()

    async def _client(self, room: str) -> None:
        seeded = self.server.seeded
        kiosk = Caller(self.server.port, seeded.tokens["kiosk"])
        desk = Caller(self.server.port, seeded.tokens["console"])
        own: list[str] = []
        while self.asked < self.operations:
            self.asked += 1
            key = f"operation-{self.asked}"
            kind = self.chance.random()
            if kind < ISSUES or not own:
                answer = await self._ask(kiosk, "/tickets", {"service": self.chance.choice(SERVICES)}, key)
                self.tickets[key] = answer
                own.append(answer["id"])
            elif kind < ISSUES + REPORTS:
                await self._ask(kiosk, f"/tickets/{own[-1]}/print-outcome", {"outcome": "confirmed"}, key)
            else:
                answer = await self._ask(desk, f"/rooms/{room}/call-next", {"previous": "finish"}, key)
                if "call" in answer:
                    self.calls[key] = answer["call"]
            self.done += 1
            self._progress.set()
        kiosk.close()
        desk.close()

    async def _ask(self, caller: Caller, path: str, body: dict[str, Any], key: str) -> dict[str, Any]:
        """The answer, asked for with the same key until there is one."""
        for _ in range(TRIES_MAX):
            try:
                status, answer = await caller.post(path, body, key)
            except UnansweredError as error:
                self.cut += error.was_sent
                await asyncio.sleep(AGAIN_S)
                continue
            if status in (200, 201, 204):
                return answer or {}
            if status == 409:
                assert answer["code"] == "nobody_waiting", answer
                return {}
            assert status == 503, answer
            await asyncio.sleep(AGAIN_S)
        raise AssertionError(f"{key} was never answered")

    def faults(self) -> list[str]:
        """What differs between the database and what was acknowledged; empty when all is well."""
        with closing(sqlite3.connect(self.server.database)) as rows:
            answers = {key: json.loads(body or "{}") for key, body in rows.execute("SELECT key, body FROM answer")}
            tickets = {str(row[0]): row[1] for row in rows.execute("SELECT id, label FROM ticket")}
            calls = {str(row[0]): str(row[1]) for row in rows.execute("SELECT id, entry FROM call")}
        found = faults(self.server.database)
        found += [
            f"{key}: {ticket['number']} was acknowledged and is lost"
            for key, ticket in self.tickets.items()
            if tickets.get(ticket["id"]) != ticket["number"] or answers.get(key, {}).get("id") != ticket["id"]
        ]
        found += [
            f"{key}: the call of {call['number']} was acknowledged and is lost"
            for key, call in self.calls.items()
            if calls.get(call["id"]) != call["entry"] or answers.get(key, {}).get("call", {}).get("id") != call["id"]
        ]
        if len(tickets) != len(self.tickets):
            found.append(f"{len(self.tickets)} tickets were asked for, {len(tickets)} were made")
        if len(calls) != len(self.calls):
            found.append(f"{len(self.calls)} calls were acknowledged, {len(calls)} were made")
        return found


async def kill_loop(data: Path, operations: int, kills: int, seed: int = 1313) -> Loop:
    """Run it; the server is dead afterwards, killed like the others."""
    loop = Loop(Server(data), operations, kills, random.Random(seed))
    try:
        await loop.run()
    finally:
        loop.server.kill()
    return loop


def main() -> None:
    options = argparse.ArgumentParser(description="Kill a server again and again; nothing acknowledged may be lost.")
    options.add_argument("--operations", type=int, default=10_000)
    options.add_argument("--kills", type=int, default=200)
    options.add_argument("--seed", type=int, default=1313)
    given = options.parse_args()
    started_s = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="luot-kill-") as folder:
        loop = asyncio.run(kill_loop(Path(folder) / "data", given.operations, given.kills, given.seed))
        found = loop.faults()
    took_s = time.monotonic() - started_s
    print(
        f"{loop.done} operations, {given.kills} kills in {took_s:.0f} s: {len(loop.tickets)} tickets, "
        f"{len(loop.calls)} calls, {loop.cut} requests cut, {len(found)} faults"
    )
    for fault in found:
        print(fault)
    raise SystemExit(1 if found else 0)


if __name__ == "__main__":
    main()
