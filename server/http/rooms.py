"""Routes of rooms: call, recall, start, finish, no-show, undo, and what was ticked off by hand."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from fastapi.responses import JSONResponse, Response

from server import words
from server.actions import call, journey
from server.actions.undo import undo
from server.http.bodies import CallBody, CallNextBody, CallNumberBody, EmptyBody, FinishBody, TicksBody
from server.http.guests import own_rooms
from server.http.house import act, house_of, submit
from server.http.problems import language_of
from server.http.routing import DirectRoute
from server.records.transaction import Actor
from server.records.writer import Action
from server.rules.hospital import Hospital
from server.rules.refusals import RoomUnknown

router = APIRouter(prefix="/api/v1/rooms/{room}", tags=["rooms"], route_class=DirectRoute)
Room = Annotated[str, Path(min_length=1, max_length=40)]
EntryId = Annotated[int, Path(ge=0, lt=2**63)]


def _actor(request: Request, room: str) -> Actor:
    house = house_of(request)
    actor = house.guests.require(request, "rooms.call")
    if room not in house.hospital.rooms:
        raise RoomUnknown(room=room[:40])
    own_rooms(actor, room)
    return actor


async def _call(request: Request, room: str, action: Action) -> Response:
    """Run a calling action and say its reason in the reader's language."""
    answer = await submit(request, _actor(request, room), action)
    body = json.loads(answer.body)
    add_sentence(body["call"]["reason"], language_of(request), house_of(request).hospital)
    return JSONResponse(body, status_code=answer.status)


def add_sentence(reason: dict[str, Any] | None, language: str, hospital: Hospital) -> None:
    """Put the reason's sentence beside its code and facts."""
    if reason is None:
        return
    facts = dict(reason["facts"])
    if isinstance(facts.get("due"), int):
        facts["due"] = datetime.fromtimestamp(facts["due"] / 1000, hospital.timezone).strftime("%H:%M")
    if isinstance(facts.get("reason"), str):
        facts["reason"] = words.sentence("reasons", facts["reason"], language)
    reason["text"] = words.sentence("reasons", reason["code"], language, facts)


@router.post("/call-next", summary="Call whom the policy chooses")
async def call_next(request: Request, room: Room, body: CallNextBody | None = None) -> Response:
    previous = body.previous if body else None
    return await _call(request, room, lambda tx: call.call_next(tx, room, previous))


@router.post("/call/{entry}", summary="Call a chosen entry")
async def call_chosen(request: Request, room: Room, entry: EntryId, body: CallBody | None = None) -> Response:
    asked = body or CallBody()
    return await _call(request, room, lambda tx: call.call_chosen(tx, room, entry, asked.reason, asked.previous))


@router.post("/call-number", summary="Call a printed number")
async def call_number(request: Request, room: Room, body: CallNumberBody) -> Response:
    return await _call(request, room, lambda tx: call.call_number(tx, room, body.number, body.reason, body.previous))


@router.post("/recall", summary="Announce the person called again")
async def recall(request: Request, room: Room, body: EmptyBody | None = None) -> Response:
    return await _call(request, room, lambda tx: call.recall(tx, room))


@router.post("/start", summary="The person called has come in")
async def start(request: Request, room: Room, body: EmptyBody | None = None) -> Response:
    return await _call(request, room, lambda tx: call.start(tx, room))


@router.post("/finish", summary="End the step and send on")
async def finish(request: Request, room: Room, body: FinishBody | None = None) -> Response:
    onward = body.next if body else None
    return await act(request, _actor(request, room), lambda tx: call.finish(tx, room, onward))


@router.post("/no-show", summary="The person called did not come")
async def no_show(request: Request, room: Room, body: EmptyBody | None = None) -> Response:
    return await act(request, _actor(request, room), lambda tx: call.no_show(tx, room))


@router.post("/undo", summary="Take the room's last action back")
async def undo_last(request: Request, room: Room, body: EmptyBody | None = None) -> Response:
    return await act(request, _actor(request, room), lambda tx: undo(tx, room))


@router.post("/hand-calls", summary="Enter whom the room saw while the server was away")
async def hand_calls(request: Request, room: Room, body: TicksBody) -> Response:
    ticks = [(int(tick.entry), int(tick.at.timestamp() * 1000)) for tick in body.ticks]

    return await act(request, _actor(request, room), lambda tx: journey.seen_by_hand(tx, room, ticks))
