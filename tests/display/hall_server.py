"""A small real server that speaks the live protocol from its document alone, for the agents under test."""

import asyncio
import json
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from websockets.asyncio.server import ServerConnection, serve
from websockets.datastructures import Headers
from websockets.http11 import Request, Response

TOKEN = "token-of-the-hall"
HEARTBEAT_S = 0.5
HALL = {"code": "sanh", "name": {"vi": "Sảnh chính", "en": "Main hall"}, "languages": ["vi", "en"], "has_speaker": True}


def room(code: str, area: str, label: str, name: dict[str, str], spoken: dict[str, str]) -> dict[str, Any]:
    """A room as the state has it."""
    more = {"order": 1, "state": "open", "queues": ["noi"], "last": None}
    return {"code": code, "area": area, "label": label, "name": name, "spoken": spoken, **more}


STATE = {
    "areas": {"sanh": HALL},
    "rooms": {
        "p12": room("p12", "sanh", "12", {"vi": "Nội tổng hợp"}, {"vi": "phòng 12", "en": "room 12"}),
        "q3": room("q3", "vien-phi", "3", {"vi": "Thu viện phí"}, {"vi": "quầy 3", "en": "counter 3"}),
    },
    "calls": {},
    "announcements": {},
}


class HallServer:
    """Sends what it is told to every client that said a proper hello, and keeps what they report."""

    def __init__(self) -> None:
        self.url = ""
        self.clock_ahead = timedelta()
        self.hellos: list[dict[str, Any]] = []
        self.reports: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.seq = 100
        self._clients: set[ServerConnection] = set()
        self._port = 0

    def now(self) -> datetime:
        """The server's own time."""
        return datetime.now(UTC) + self.clock_ahead

    async def announce(self, announcement_id: str, **changes: Any) -> None:
        """Send an announcement, by default a usual call."""
        message = {
            "t": "announce", "id": announcement_id, "kind": "call", "numbers": ["A042"], "room": "p12", "text": None,
            "priority": False, "languages": ["vi"], "repeat": 1, "issued_at": self.now().isoformat(), "ttl_s": 90,
        }  # fmt: skip
        await self.send(message | changes)

    async def set(self, **collections: Any) -> None:
        """Change the state by an event."""
        self.seq += 1
        body = {"set": collections, "facts": {}}
        event = {"t": "event", "seq": self.seq, "prev": self.seq - 1, "kind": "x", "ts": self.now().isoformat()}
        await self.send(event | {"body": body})

    async def send(self, message: dict[str, Any]) -> None:
        """Send a message to every client."""
        for client in self._clients:
            await client.send(json.dumps(message))

    async def report(self, within_s: float = 20) -> tuple[str, str, str | None]:
        """The next report: id, state, error."""
        async with asyncio.timeout(within_s):
            message = await self.reports.get()
        return message["id"], message["state"], message["error"]

    async def drop(self, code: int = 1012) -> None:
        """Close every socket."""
        for client in list(self._clients):
            await client.close(code)

    @asynccontextmanager
    async def running(self, tls: ssl.SSLContext | None = None) -> AsyncIterator["HallServer"]:
        """Listen for as long as the block lasts, over https with *tls*; a second block has the same port again."""
        async with serve(
            self._serve,
            "127.0.0.1",
            self._port,
            process_request=self._answer,
            compression=None,
            ping_interval=None,
            ssl=tls,
        ) as server:
            self._port = next(iter(server.sockets)).getsockname()[1]
            self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self._port}"
            yield self

    def _answer(self, _connection: ServerConnection, request: Request) -> Response | None:
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return _json(401, {"code": "not_signed_in"})
        if request.path.startswith("/api/v1/hospital"):
            return _json(200, {"site": {"code": "cb"}, "language": request.headers.get("Accept-Language")})
        if request.path.startswith("/api/v1/live/state"):
            return _json(200, [self._welcome(), self._snapshot(), {"query": request.path.partition("?")[2]}])
        return None if request.path == "/api/v1/live" else _json(404, {"code": "not_found"})

    async def _serve(self, client: ServerConnection) -> None:
        self.hellos.append(json.loads(await client.recv()))
        await client.send(json.dumps(self._welcome()))
        await client.send(json.dumps(self._snapshot()))
        self._clients.add(client)
        beating = asyncio.create_task(self._beat(client))
        try:
            async for frame in client:
                message = json.loads(frame)
                if message["t"] == "announced":
                    self.reports.put_nowait(message)
        finally:
            beating.cancel()
            self._clients.discard(client)

    async def _beat(self, client: ServerConnection) -> None:
        while True:
            await asyncio.sleep(HEARTBEAT_S)
            beat = {"t": "heartbeat", "seq": self.seq, "prev": self.seq, "now": self.now().isoformat()}
            await client.send(json.dumps(beat))

    def _welcome(self) -> dict[str, Any]:
        return {
            "t": "welcome", "proto": 1, "epoch": "e1", "mode": "snapshot", "seq": self.seq, "heartbeat_s": HEARTBEAT_S,
            "dead_after_s": 6, "now": self.now().isoformat(),
        }  # fmt: skip

    def _snapshot(self) -> dict[str, Any]:
        return {"t": "snapshot", "epoch": "e1", "seq": self.seq, "state": STATE}


def _json(status: int, body: object) -> Response:
    content = json.dumps(body).encode()
    headers = Headers({"Content-Type": "application/json", "Content-Length": str(len(content))})
    return Response(status, "", headers, content)
