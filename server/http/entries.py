"""Routes of entries: hold, release, defer, transfer, return, leave, cancel, class."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import Response

from server.actions import journey
from server.http.bodies import ClassBody, DeferBody, EmptyBody, TransferBody
from server.http.house import act, house_of
from server.http.routing import DirectRoute
from server.records.transaction import Actor
from server.rules.refusals import NotAllowed

router = APIRouter(prefix="/api/v1/entries/{entry}", tags=["entries"], route_class=DirectRoute)
EntryId = Annotated[int, Path(ge=0, lt=2**63)]


def _actor(request: Request, entry: int, right: str = "entries.move") -> Actor:
    """The caller; an account for certain rooms moves only who waits or is served there."""
    house = house_of(request)
    actor = house.guests.require(request, right)
    row = house.hub.world.rows["entries"].get(str(entry))
    if actor.rooms is not None and row is not None:
        rooms = [house.hospital.rooms[code] for code in actor.rooms if code in house.hospital.rooms]
        if not any(row["queue"] in room.queues for room in rooms):
            raise NotAllowed(right=right, role=actor.role, queue=row["queue"])
    return actor


@router.post("/hold", summary="Keep the place, do not call")
async def hold(request: Request, entry: EntryId, body: EmptyBody | None = None) -> Response:
    return await act(request, _actor(request, entry), lambda tx: journey.hold(tx, entry))


@router.post("/release", summary="May be called again")
async def release(request: Request, entry: EntryId, body: EmptyBody | None = None) -> Response:
    return await act(request, _actor(request, entry), lambda tx: journey.release(tx, entry))


@router.post("/defer", summary="Let some go first")
async def defer(request: Request, entry: EntryId, body: DeferBody | None = None) -> Response:
    by = (body or DeferBody()).by
    return await act(request, _actor(request, entry), lambda tx: journey.defer(tx, entry, by))


@router.post("/transfer", summary="To another queue, with the time of arrival kept")
async def transfer(request: Request, entry: EntryId, body: TransferBody) -> Response:
    return await act(request, _actor(request, entry), lambda tx: journey.transfer(tx, entry, body.queue))


@router.post("/return", summary="Back from tests, or back after being missed")
async def return_entry(request: Request, entry: EntryId, body: EmptyBody | None = None) -> Response:
    return await act(request, _actor(request, entry, "entries.return"), lambda tx: journey.return_entry(tx, entry))


@router.post("/leave", summary="The patient leaves the house")
async def leave(request: Request, entry: EntryId, body: EmptyBody | None = None) -> Response:
    return await act(request, _actor(request, entry), lambda tx: journey.leave(tx, entry))


@router.post("/cancel", summary="Take one place back")
async def cancel(request: Request, entry: EntryId, body: EmptyBody | None = None) -> Response:
    return await act(request, _actor(request, entry), lambda tx: journey.cancel(tx, entry))


@router.post("/class", summary="Confirm or change the priority class")
async def set_class(request: Request, entry: EntryId, body: ClassBody) -> Response:
    actor = _actor(request, entry, "entries.class")
    return await act(request, actor, lambda tx: journey.set_class(tx, entry, body.priority_class, body.reason))
