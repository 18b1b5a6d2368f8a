"""The live socket and its fallback over HTTP: one raw ASGI endpoint, a receiving and a sending task per client."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any, Final

import structlog
from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket

from server import clock
from server.actions.reading import ticket_id_of
from server.http.frames import EXTENSION
from server.http.guests import check_origin
from server.http.house import House, house_of
from server.live.client import Client
from server.live.messages import CLOSE_REVOKED, CLOSE_TOPIC, Announced, Hello, Position
from server.live.projection import Audience
from server.live.session import Close, Join, Session, may_follow
from server.records.transaction import Actor
from server.rules.refusals import BodyMalformed, NotAllowed, Refusal

log = structlog.get_logger()
SEND_LIMIT_S: Final = 5.0
TICK_S: Final = 1.0
router = APIRouter(prefix="/api/v1")


def _role(actor: Actor | None, topics: list[str]) -> str:
    if actor is None:
        return "phone" if topics and topics[0].startswith("ticket:") else "board"
    return actor.role if actor.kind == "device" else "console"


def _audience(house: House, actor: Actor | None, hello: Hello, ticket: str | None) -> Audience:
    device = str(actor.id) if actor is not None and actor.kind == "device" else None
    role = _role(actor, hello.topics)
    return Audience.of(role, hello.topics, house.hospital, ticket=ticket, device=device)


class LiveSocket:
    """``WS /api/v1/live``."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        socket = WebSocket(scope, receive, send)
        house = house_of(socket)
        try:
            check_origin(socket)
            actor = house.guests.find(socket)
        except Refusal:
            await socket.close(CLOSE_TOPIC)
            return
        if actor is None and socket.headers.get("authorization"):
            await socket.close(CLOSE_REVOKED)  # before the upgrade: a device whose token is not known gets no socket
            return
        await socket.accept()
        await _Conversation(house, socket, send, actor).run()


class _Conversation:
    """One client from the accepted upgrade to its end."""

    def __init__(self, house: House, socket: WebSocket, send: Send, actor: Actor | None) -> None:
        self.house, self.socket, self._send, self.actor = house, socket, send, actor
        is_device = actor is not None and actor.kind == "device"
        write = socket.scope.get("extensions", {}).get(EXTENSION, {}).get("write")
        self.client = Client(house.guests.identity(socket, actor), actor.id if actor and is_device else None, write)
        self.is_page = not is_device
        self.session: Session | None = None
        self._opened_s = clock.monotonic()
        self._watching: asyncio.TimerHandle | None = None

    async def run(self) -> None:
        tasks = [asyncio.create_task(step()) for step in (self._receive, self._write)]
        self._watch()
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self.house.hub.leave(self.client)
            if self._watching is not None:
                self._watching.cancel()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _receive(self) -> None:
        while True:
            message = await self.socket.receive()
            if message["type"] == "websocket.disconnect":
                return
            await self._hear(message.get("text") or "")

    async def _hear(self, text: str) -> None:
        now_s = clock.monotonic()
        if self.session is None:
            self.session = self._begin(text, now_s)
        said = self.session.hear(text, now_s)
        if isinstance(said, Close):
            self.client.close(said.code, retry=False)
        elif isinstance(said, Join):
            await self._join(said.hello)
        elif isinstance(said, Position):
            self.client.position = said.seq
        elif isinstance(said, Announced):
            await self.house.reports(self.client, said)

    def _begin(self, text: str, now_s: float) -> Session:
        role = _role(self.actor, _topics(text))
        rooms = self.actor.rooms if self.actor else None
        return Session(role, now_s, is_page=self.is_page, rooms=rooms)

    def _is_revoked(self) -> bool:
        """True when device or session have ended, or may do something else, since the socket was opened."""
        return self.actor is not None and self.house.guests.find(self.socket) != self.actor

    async def _join(self, hello: Hello) -> None:
        if self._is_revoked():
            self.client.close(CLOSE_REVOKED, retry=False)
            return
        if not all(_exists(self.house, topic) for topic in hello.topics):
            self.client.close(CLOSE_TOPIC, retry=False)
            return
        ticket = None
        if self.session is not None and self.session.role == "phone":
            ticket = await asyncio.to_thread(ticket_id_of, self.house.reader.rows, hello.topics[0])
            if ticket is None or len(hello.topics) != 1:
                self.client.close(CLOSE_TOPIC, retry=False)
                return
        self.house.hub.join(self.client, _audience(self.house, self.actor, hello, ticket), hello)

    async def _write(self) -> None:
        while self.client.closing is None:
            await self.client.wait()
            while (text := self.client.take()) is not None:
                if not await self._send_in_time(text):
                    return
        code, retry = self.client.closing
        if await self._send_in_time(json.dumps({"t": "bye", "code": code, "retry": retry}, separators=(",", ":"))):
            await self.socket.close(code)

    async def _send_in_time(self, text: str) -> bool:
        """False when the connection took nothing for `SEND_LIMIT_S`: then not even a close would get through."""
        try:
            await asyncio.wait_for(self._send({"type": "websocket.send", "text": text}), SEND_LIMIT_S)
        except TimeoutError:
            log.warning("live.stuck", identity=self.client.identity)
            return False
        return True

    def _watch(self) -> None:
        """Every second: may it stay, has it said what it must? A timer, not a task: a hall has hundreds of screens."""
        if self._is_revoked():
            self.client.close(CLOSE_REVOKED, retry=False)
            return
        session = self.session or Session("board", self._opened_s, is_page=self.is_page)
        close = session.tick(clock.monotonic())
        if close is not None:
            # The sender says so; where it hangs in a send, that has its own limit.
            self.client.close(close.code, retry=True)
            return
        self._watching = asyncio.get_running_loop().call_later(TICK_S, self._watch)


def _exists(house: House, topic: str) -> bool:
    """True unless *topic* names an area, room or queue that the hospital does not have: a typing mistake must show."""
    kind, _, code = topic.partition(":")
    codes = {"area": house.hospital.areas, "room": house.hospital.rooms, "queue": house.hospital.queues}
    return kind not in codes or code in codes[kind]


def _topics(text: str) -> list[str]:
    """The topics that a first frame names, before it is checked: they decide which role a stranger has."""
    try:
        found: Any = json.loads(text)
    except (ValueError, RecursionError):  # no JSON, or a frame of nothing but brackets
        return []
    topics = found.get("topics") if isinstance(found, Mapping) else None
    return [str(item) for item in topics] if isinstance(topics, list) else []


@router.get("/live/state", summary="The live protocol's messages by polling", tags=["live"])
async def live_state(request: Request, topics: str, epoch: str | None = None, seq: int | None = None) -> Response:
    """The messages that a hello with this place would get: welcome, then events or a snapshot."""
    house = house_of(request)
    names = [item for item in topics.split(",") if item]
    actor = house.guests.find(request)
    role = _role(actor, names)
    rooms = actor.rooms if actor else None
    if not names or not all(may_follow(role, name, rooms) and _exists(house, name) for name in names):
        raise NotAllowed(right="live", role=role)
    try:
        hello = Hello(t="hello", proto=[1], epoch=epoch, seq=seq, topics=names)
    except ValueError as error:
        raise BodyMalformed(field="topics") from error
    ticket = None
    if role == "phone":
        ticket = await asyncio.to_thread(ticket_id_of, house.reader.rows, names[0])
        if ticket is None:
            raise NotAllowed(right="live", role=role)
    texts = house.hub.messages_since(_audience(house, actor, hello, ticket), epoch, seq)
    return Response(f"[{','.join(texts)}]", media_type="application/json")
