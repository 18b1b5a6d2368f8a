"""A small real server that speaks the live protocol from server/docs/live.md and serves the pages' files, for tests."""

import asyncio
import json
import mimetypes
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any

import font_manrope
from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

from server.live.follower import apply_set

ROOT = Path(__file__).parents[3]
FOLDERS = {
    "/common/": ROOT / "server/pages/common",
    "/locale/": ROOT / "server/pages/locale",
    "/phone/": ROOT / "server/pages/phone",
    "/board/": ROOT / "display/page",
    "/font/": Path(font_manrope.__file__).parent / "files",
    "/tests/": Path(__file__).parent,
}
POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'; connect-src 'self'"


class Hall:
    """What it holds and what happened to it; a test changes ``state`` by ``publish`` alone."""

    def __init__(self) -> None:
        self.epoch = "e1"
        self.seq = 100
        self.state: dict[str, dict[str, Any]] = {}
        self.overlay_body: dict[str, Any] = {}
        self.answers: dict[str, Any] = {}  # JSON by path; None is a 404 problem
        self.heard: list[dict[str, Any]] = []
        self.hellos: list[dict[str, Any]] = []
        self.tokens: list[str | None] = []
        self.polls = 0
        self.refuses_upgrades = False
        self.is_mute = False
        self.now: datetime | None = None
        self.port = 0
        self._log: list[dict[str, Any]] = []
        self._sockets: set[ServerConnection] = set()
        self._server: Server | None = None
        self._more = asyncio.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def open(self) -> None:
        self._server = await serve(
            self._converse, "127.0.0.1", self.port, process_request=self._answer, compression=None
        )
        self.port = self._server.sockets[0].getsockname()[1]

    async def shut(self) -> None:
        """Go away at once, as a machine does that loses power; ``open`` brings it back with what it held."""
        assert self._server is not None
        for socket in self._sockets:
            socket.transport.abort()
        self._server.close()
        await self._server.wait_closed()

    async def drop(self) -> None:
        """Cut every connection, but stay."""
        for socket in list(self._sockets):
            socket.transport.abort()

    async def publish(self, kind: str, changes: dict[str, dict[str, Any]], facts: dict[str, Any] | None = None) -> None:
        event = self.record(kind, changes, facts)
        await self.send(event)

    def record(self, kind: str, changes: dict[str, Any], facts: dict[str, Any] | None = None) -> dict[str, Any]:
        """Change the state and the log; nobody is told (a lost frame)."""
        apply_set(self.state, changes)
        body = {"set": changes, "facts": facts or {}}
        event = {"t": "event", "seq": self.seq + 1, "prev": self.seq, "kind": kind, "ts": self._now(), "body": body}
        self.seq += 1
        self._log.append(event)
        return event

    async def overlay(self, body: dict[str, Any]) -> None:
        self.overlay_body = body
        await self.send({"t": "overlay", "body": body})

    async def send(self, message: dict[str, Any]) -> None:
        for socket in list(self._sockets):
            await socket.send(json.dumps(message))

    async def until(self, kind: str, count: int = 1) -> dict[str, Any]:
        """Wait until *count* messages of this kind were heard; the last of them."""
        async with asyncio.timeout(10):
            while len(found := [message for message in self.heard if message["t"] == kind]) < count:
                self._more.clear()
                await self._more.wait()
        return found[count - 1]

    # The server's end of the conversation.

    async def _converse(self, socket: ServerConnection) -> None:
        try:
            hello = json.loads(await socket.recv())
            self.hellos.append(hello)
            for message in self._welcome(hello["epoch"], hello["seq"]):
                await socket.send(json.dumps(message))
            self._sockets.add(socket)
            beat = asyncio.create_task(self._beat(socket))
            try:
                async for frame in socket:
                    self.heard.append(json.loads(frame))
                    self._more.set()
            finally:
                beat.cancel()
        except ConnectionClosed:
            pass  # a client that went away is what some tests are about
        finally:
            self._sockets.discard(socket)

    def _welcome(self, epoch: str | None, seq: int | None) -> list[dict[str, Any]]:
        can_resume = epoch == self.epoch and seq is not None and self.seq - len(self._log) <= seq <= self.seq
        welcome = {"t": "welcome", "proto": 1, "epoch": self.epoch, "mode": "resume" if can_resume else "snapshot"}
        welcome |= {"seq": self.seq, "heartbeat_s": 2, "dead_after_s": 6, "now": self._now()}
        snapshot = {"t": "snapshot", "epoch": self.epoch, "seq": self.seq, "state": self.state}
        missed = [event for event in self._log if event["seq"] > (seq or 0)]
        overlay = [{"t": "overlay", "body": self.overlay_body}] if self.overlay_body else []
        return [welcome, *(missed if can_resume else [snapshot]), *overlay]

    async def _beat(self, socket: ServerConnection) -> None:
        while True:
            await asyncio.sleep(0.5)
            if not self.is_mute:
                beat = {"t": "heartbeat", "seq": self.seq, "prev": self.seq, "now": self._now()}
                await socket.send(json.dumps(beat))

    def _now(self) -> str:
        return (self.now or datetime.now(UTC)).isoformat()

    # Files and JSON, over the same port.

    def _answer(self, connection: ServerConnection, request: Request) -> Response | None:
        path, _, query = request.path.partition("?")
        if path == "/api/v1/live":
            self.tokens.append(request.headers.get("Authorization"))
            return connection.respond(HTTPStatus.BAD_GATEWAY, "no upgrade") if self.refuses_upgrades else None
        if path == "/api/v1/live/state":
            self.polls += 1
            facts = dict(part.split("=", 1) for part in query.split("&"))
            seq = int(facts["seq"]) if "seq" in facts else None
            return reply(json.dumps(self._welcome(facts.get("epoch"), seq)).encode(), "application/json")
        if path in self.answers:
            found = self.answers[path]
            status = HTTPStatus.NOT_FOUND if found is None else HTTPStatus.OK
            return reply(json.dumps(found or {"code": "ticket_unknown"}).encode(), "application/json", status)
        return serve_file(path)


def serve_file(path: str) -> Response:
    page = {"t": ROOT / "server/pages/phone/index.html", "board": ROOT / "display/page/index.html"}
    first, _, rest = path.lstrip("/").partition("/")
    if first in page and "." not in rest:
        return reply(page[first].read_bytes(), "text/html; charset=utf-8")
    for prefix, folder in FOLDERS.items():
        file = folder / path.removeprefix(prefix)
        if path.startswith(prefix) and file.is_file():
            return reply(file.read_bytes(), mimetypes.guess_type(file.name)[0] or "application/octet-stream")
    return reply(b"", "text/plain", HTTPStatus.NOT_FOUND)


def reply(body: bytes, kind: str, status: HTTPStatus = HTTPStatus.OK) -> Response:
    headers = Headers({"Content-Type": kind, "Content-Length": str(len(body)), "Connection": "close"})
    headers["Content-Security-Policy"] = POLICY
    return Response(status.value, status.phrase, headers, body)


@asynccontextmanager
async def open_hall() -> AsyncIterator[Hall]:
    hall = Hall()
    await hall.open()
    try:
        yield hall
    finally:
        await hall.shut()
