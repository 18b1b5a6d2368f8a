"""What every route needs, built once by `server.app` and carried on the application's state."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass

from fastapi import Request
from fastapi.responses import Response
from starlette.requests import HTTPConnection

from server.http.guests import Guests
from server.live.arrivals import Arrivals
from server.live.client import Client
from server.live.hub import Hub
from server.live.messages import Announced
from server.records.database import Database
from server.records.keys import Key
from server.records.reader import Reader
from server.records.transaction import Actor
from server.records.writer import Action, Answer, Work, Writer
from server.rules.hospital import Hospital
from server.rules.refusals import BodyMalformed, KeyMissing
from server.settings import Settings

KEY_CHARACTERS_MAX = 200
Reports = Callable[[Client, Announced], Awaitable[None]]


@dataclass
class House:
    """The parts of a running server."""

    settings: Settings
    database: Database
    writer: Writer
    reader: Reader
    hub: Hub
    guests: Guests
    arrivals: Arrivals
    reports: Reports
    build: str
    duties: Sequence[Callable[[], Coroutine[None, None, None]]] = ()

    @property
    def hospital(self) -> Hospital:
        return self.hub.world.hospital


def house_of(connection: HTTPConnection) -> House:
    """The house of the application that serves *connection*."""
    house: House = connection.app.state.house
    return house


async def submit(request: Request, actor: Actor, action: Action, status: int = 200) -> Answer:
    """
    Run *action* once for the request's Idempotency-Key; a repeat gives the first committed answer.

    Raises:
        KeyMissing: The request has no key.
        KeyReused: The key came with another body or for another address.
    """
    key = request.headers.get("idempotency-key", "")
    if not key:
        raise KeyMissing()
    if len(key) > KEY_CHARACTERS_MAX:
        raise BodyMalformed(field="Idempotency-Key")
    asked = hashlib.sha256(f"{request.method} {request.scope['path']}\n".encode() + await request.body())
    work = Work(action, actor, Key(actor.caller, key, asked.hexdigest()), status)
    return await house_of(request).writer.submit(work)


async def act(request: Request, actor: Actor, action: Action, status: int = 200) -> Response:
    """`submit`, answered as it was committed."""
    answer = await submit(request, actor, action, status)
    if answer.status == 204:
        return Response(status_code=204)
    return Response(answer.body, status_code=answer.status, media_type="application/json")
