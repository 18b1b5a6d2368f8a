"""
The bare application that limits are taken from: the same stack, run in the same way, with next to nothing in it.

``POST /api/v1/tickets`` is the empty endpoint: route, rights check, key and answer model of the real one, saving
nothing. ``POST /api/v1/durable-tickets`` is the reference: the least that is durable (a counter and a ticket, in one
writer with group commit, no log, no idempotency, no rights) and pushes to who is connected at ``/api/v1/live``.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import hashlib
import json
import sqlite3
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

import uvicorn
from fastapi import FastAPI, HTTPException, Request, WebSocket, WebSocketDisconnect
from pydantic import BaseModel
from sqlmodel import Field, SQLModel, create_engine

from server.http.bodies import IssueBody
from server.serving import configure, listen
from server.settings import Settings


class BareTicket(SQLModel, table=True):
    """The one table of the reference."""

    id: int | None = Field(default=None, primary_key=True)
    service: str
    number: int


class BareCounter(SQLModel, table=True):
    service: str = Field(primary_key=True)
    last: int


class Wait(BaseModel):
    low_s: int
    high_s: int


class Slip(BaseModel):
    hospital: str
    service: str
    number: str
    class_mark: str | None
    class_note: str | None
    issued_at: str
    ahead: int | None
    wait: Wait | None
    where: str | None
    qr: str
    qr_opens_page: bool
    language: str
    copy_: bool = False


class Ticket(BaseModel):
    id: str
    number: str
    service: str
    queue: str
    class_: str
    class_confirmed: bool
    state: str
    issued_at: str
    service_day: str
    ahead: int | None
    wait: Wait | None
    token: str
    paper: str
    slip: Slip


TIME = "2026-01-02T03:04:05.678+07:00"
WAIT = Wait(low_s=600, high_s=1500)
SLIP = Slip(
    hospital="Bệnh viện Đa khoa tỉnh", service="Khám nội tổng hợp", number="A1042", class_mark=None, class_note=None,
    issued_at=TIME, ahead=1041, wait=WAIT, where="Phòng 1, 2, 3 – sảnh chính, tầng 1, nhà A", qr="abcdefghijklmnop",
    qr_opens_page=False, language="vi",
)  # fmt: skip


def answer(service: str, number: int) -> Ticket:
    """An answer of the size of the real one."""
    return Ticket(
        id=str(number), number=f"A{number:03d}", service=service, queue=service, class_="normal", class_confirmed=True,
        state="open", issued_at=TIME, service_day="2026-01-02", ahead=1041, wait=WAIT, token="abcdefghijklmnop",
        paper="pending", slip=SLIP,
    )  # fmt: skip


class GroupCommit:
    """One thread with the only connection; what has queued up shares a commit."""

    def __init__(self, path: Path) -> None:
        SQLModel.metadata.create_all(
            create_engine(f"sqlite:///{path}"),
            tables=[BareTicket.__table__, BareCounter.__table__],  # type: ignore[attr-defined] # SQLModel gives its classes a table
        )
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=FULL")
        self._queue: SimpleQueue[tuple[str, asyncio.Future[int]]] = SimpleQueue()

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        threading.Thread(target=self._run, args=(loop,), daemon=True).start()

    def issue(self, service: str) -> asyncio.Future[int]:
        done: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._queue.put((service, done))
        return done

    def _run(self, loop: asyncio.AbstractEventLoop) -> None:
        while True:
            group = [self._queue.get()]
            try:
                while len(group) < 128:
                    group.append(self._queue.get_nowait())
            except Empty:
                pass
            self._connection.execute("BEGIN IMMEDIATE")
            numbers = [self._insert(service) for service, _ in group]
            self._connection.execute("COMMIT")
            loop.call_soon_threadsafe(_deliver, group, numbers)

    def _insert(self, service: str) -> int:
        number: int = self._connection.execute(
            "INSERT INTO barecounter (service, last) VALUES (?, 1)"
            " ON CONFLICT (service) DO UPDATE SET last = last + 1 RETURNING last",
            (service,),
        ).fetchone()[0]
        self._connection.execute("INSERT INTO bareticket (service, number) VALUES (?, ?)", (service, number))
        return number


def _deliver(group: list[tuple[str, asyncio.Future[int]]], numbers: list[int]) -> None:
    for (_, done), number in zip(group, numbers, strict=True):
        done.set_result(number)


def create_bare_app(data: Path, token: str) -> FastAPI:
    """The application; *token* is the one bearer that may issue."""
    writer = GroupCommit(data / "bare.db")
    known = {hashlib.sha256(token.encode()).hexdigest(): "kiosk"}
    screens: set[WebSocket] = set()

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        writer.start(asyncio.get_running_loop())
        gc.collect()
        gc.freeze()
        yield

    app = FastAPI(lifespan=lifespan)

    @app.get("/livez")
    async def livez() -> dict[str, str]:
        return {"status": "ok"}

    @app.post("/api/v1/tickets", status_code=201)
    async def issue(request: Request, body: IssueBody) -> Ticket:
        bearer = request.headers.get("authorization", "").removeprefix("Bearer ")
        if known.get(hashlib.sha256(bearer.encode()).hexdigest()) != "kiosk":
            raise HTTPException(401)
        if not request.headers.get("idempotency-key"):
            raise HTTPException(400)
        return answer(body.service, 1042)

    @app.post("/api/v1/durable-tickets", status_code=201)
    async def issue_durably(body: IssueBody) -> Ticket:
        ticket = answer(body.service, await writer.issue(body.service))
        for screen in list(screens):
            await screen.send_text(ticket.number)
        return ticket

    @app.websocket("/api/v1/live")
    async def live(socket: WebSocket) -> None:
        await socket.accept()
        screens.add(socket)
        try:
            while True:
                await socket.receive_text()
        except WebSocketDisconnect:
            screens.discard(socket)

    return app


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--token", default="bare")
    asked = parser.parse_args()
    asked.data.mkdir(parents=True, exist_ok=True)
    settings: Any = Settings(data=asked.data, port=0)
    listening = listen(settings.host, settings.port)
    config = configure(create_bare_app(asked.data, asked.token), settings)
    # The same options, and uvicorn's own protocols: what the house adds to them belongs to the house.
    config.http, config.ws = "httptools", "websockets-sansio"
    server = uvicorn.Server(config)
    sys.stdout.write(json.dumps({"ready": True, "port": listening.getsockname()[1]}) + "\n")
    sys.stdout.flush()
    server.run(sockets=[listening])


if __name__ == "__main__":
    main()
