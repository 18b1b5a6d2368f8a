"""A client of the live protocol, written from `server/docs/live.md` alone: it imports nothing of ours."""

from __future__ import annotations

import asyncio
import json
from typing import Any, Final

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

POSITION_EVERY_S: Final = 5.0
AGAIN_S: Final = 0.2


class Stranger:
    """
    Follows *topics* for ever.

    Attributes:
        state: Collections of objects by id, as the document describes them.
        gaps: How often a `prev` was not ours; each time it hung up and resumed.
        modes: The mode of each welcome.
    """

    def __init__(self, port: int, token: str | None, topics: list[str]) -> None:
        self._url = f"ws://127.0.0.1:{port}/api/v1/live"
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._topics = topics
        self.state: dict[str, dict[str, Any]] = {}
        self.epoch: str | None = None
        self.seq: int | None = None
        self.gaps = 0
        self.modes: list[str] = []
        self._socket: ClientConnection | None = None

    async def run(self) -> None:
        while True:
            try:
                async with connect(self._url, additional_headers=self._headers, compression=None) as socket:
                    self._socket = socket
                    await self._converse(socket)
            except (OSError, ConnectionClosed):
                await asyncio.sleep(AGAIN_S)

    def hang_up(self) -> None:
        """Lose the connection without a word."""
        if self._socket is not None:
            self._socket.transport.abort()

    async def _converse(self, socket: ClientConnection) -> None:
        hello = {"t": "hello", "proto": [1], "epoch": self.epoch, "seq": self.seq, "topics": self._topics}
        await socket.send(json.dumps(hello))
        reporting = asyncio.create_task(self._report(socket))
        try:
            async for frame in socket:
                if not self._hear(json.loads(frame)):
                    self.gaps += 1
                    return
        finally:
            reporting.cancel()

    def _hear(self, message: dict[str, Any]) -> bool:
        """Take one message; False when it does not continue what we hold."""
        kind = message["t"]
        if kind == "welcome":
            self.epoch = message["epoch"]
            self.modes.append(message["mode"])
        elif kind == "snapshot":
            self.state, self.seq = message["state"], message["seq"]
        elif kind in ("event", "heartbeat"):
            if message["prev"] != self.seq:
                return False
            for collection, objects in message.get("body", {}).get("set", {}).items():
                self._apply(self.state.setdefault(collection, {}), objects)
            self.seq = message["seq"]
        return True

    def _apply(self, held: dict[str, Any], objects: dict[str, Any]) -> None:
        for name, found in objects.items():
            if found is None:
                held.pop(name, None)
            else:
                held[name] = found

    async def _report(self, socket: ClientConnection) -> None:
        while True:
            await asyncio.sleep(POSITION_EVERY_S)
            if self.seq is not None:
                await socket.send(json.dumps({"t": "position", "seq": self.seq}))
