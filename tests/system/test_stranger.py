"""A client written from the document alone follows a day of calls and ends with the server's own state."""

from __future__ import annotations

import asyncio
import random
import time
from pathlib import Path
from typing import Any, Final

from tests.system.caller import Caller
from tests.system.serving import Server, serving
from tests.system.stranger import Stranger

STEPS: Final = 600
CLASSES: Final = ("normal", "normal", "normal", "age_75", "pregnant", "merit")
SERVICES: Final = ("noi", "noi", "ngoai", "nhi")
ROOMS: Final = ("p1", "p2", "p4", "p9", "xn1", "xq1")
HANG_UP_EVERY: Final = 75
AGREE_LIMIT_S: Final = 15.0


class Day:
    """A day in a hospital at random, but the same each time; what the server refuses is refused and no more."""

    def __init__(self, server: Server, seed: int) -> None:
        self._chance = random.Random(seed)
        self._kiosk = Caller(server.port, server.seeded.tokens["kiosk"])
        self._desk = Caller(server.port, server.seeded.tokens["console"])
        self._entries: list[str] = []
        self.token = ""
        self.done = 0

    async def step(self, number: int) -> None:
        key, room = f"step-{number}", self._chance.choice(ROOMS)
        kind = self._chance.random()
        if kind < 0.3:
            await self.arrive(key)
        elif kind < 0.6:
            await self._post(f"/rooms/{room}/call-next", {"previous": self._chance.choice(("finish", "missed"))}, key)
        elif kind < 0.85:
            await self._post(f"/rooms/{room}/{self._chance.choice(('start', 'recall', 'no-show', 'undo'))}", {}, key)
        elif kind < 0.95:
            await self._post(
                f"/rooms/{room}/finish", {"next": self._chance.choice(([], ["xet-nghiem"], ["x-quang"]))}, key
            )
        elif self._entries:
            entry = self._chance.choice(self._entries)
            await self._post(
                f"/entries/{entry}/{self._chance.choice(('hold', 'release', 'return', 'cancel'))}", {}, key
            )

    async def arrive(self, key: str) -> None:
        wish = {"service": self._chance.choice(SERVICES), "class": self._chance.choice(CLASSES)}
        status, ticket = await self._kiosk.post("/tickets", wish, key)
        assert status == 201, ticket
        self.token = self.token or ticket["token"]
        _, story = await self._kiosk.get(f"/tickets/{ticket['id']}")
        self._entries += [entry["id"] for entry in story["entries"]]
        if self._chance.random() < 0.5:
            await self._kiosk.post(f"/tickets/{ticket['id']}/print-outcome", {"outcome": "confirmed"}, f"{key}-paper")
        if self._chance.random() < 0.1:
            await self._kiosk.post("/devices/self/status", {"trouble": "paper_end"}, f"{key}-trouble")

    async def _post(self, path: str, body: dict[str, Any], key: str) -> None:
        status, answer = await self._desk.post(path, body, key)
        assert status in (200, 409), answer
        self.done += status == 200


async def _agree(server: Server, stranger: Stranger, role: str | None, topics: list[str]) -> bool:
    """Whether the stranger's state is the snapshot of the fallback, once what is under way has ended."""
    caller = Caller(server.port, server.seeded.tokens[role] if role else None)
    end_s = time.monotonic() + AGREE_LIMIT_S
    while time.monotonic() < end_s:
        status, messages = await caller.get(f"/live/state?topics={','.join(topics)}")
        assert status == 200, messages
        [truth] = [message["state"] for message in messages if message["t"] == "snapshot"]
        if _without_empty(stranger.state) == _without_empty(truth):
            return True
        await asyncio.sleep(0.1)
    return False


def _without_empty(state: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """A collection that was emptied by events and one that was never there are the same."""
    return {name: objects for name, objects in state.items() if objects}


async def test_a_client_written_from_the_document_ends_with_the_servers_state(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        day = Day(server, seed=1313)
        await day.arrive("first")
        follows: list[tuple[str | None, list[str]]] = [
            ("display", ["area:sanh", "area:can-lam-sang"]),
            ("console", ["room:p1", "queue:nhi", "devices"]),
            (None, [f"ticket:{day.token}"]),
        ]
        strangers = [
            Stranger(server.port, server.seeded.tokens[role] if role else None, topics) for role, topics in follows
        ]
        running = [asyncio.create_task(stranger.run()) for stranger in strangers]
        for number in range(STEPS):
            await day.step(number)
            if number % HANG_UP_EVERY == 0:
                strangers[number // HANG_UP_EVERY % len(strangers)].hang_up()
        assert day.done > STEPS / 4
        for stranger, (role, topics) in zip(strangers, follows, strict=True):
            assert await _agree(server, stranger, role, topics), topics
            assert stranger.gaps == 0
            assert stranger.modes[0] == "snapshot"
            assert "resume" in stranger.modes
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
