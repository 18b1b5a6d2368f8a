"""Routes that read: the hospital, its services and queues, devices, a phone's view."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import JSONResponse, Response

from server import clock, words
from server.actions import devices, issue, reading
from server.actions.entries import find_queue
from server.http.bodies import TroubleBody
from server.http.house import act, house_of
from server.http.problems import language_of
from server.http.rooms import add_sentence
from server.rules.hospital import Hospital, Names, Service
from server.rules.priority import CLASSES, EMERGENCY, NORMAL
from server.rules.refusals import ServiceClosed

router = APIRouter(prefix="/api/v1", tags=["halls"])


@router.get("/hospital", summary="The hospital's public description")
async def read_hospital(request: Request) -> JSONResponse:
    """Codes, names, labels: nothing about anybody. Open to everybody."""
    house = house_of(request)
    language = language_of(request)
    return JSONResponse({**public_hospital(house.hospital, house.build), "language": language})


def public_hospital(hospital: Hospital, build: str) -> dict[str, Any]:
    """The description as pages and agents need it."""
    site = hospital.site
    return {
        "site": {
            "code": site.code,
            "name": dict(site.name),
            "languages": list(site.languages),
            "timezone": site.timezone,
            "phone_url": site.phone_url,
            "build": build,
        },
        "areas": [
            {
                "code": area.code,
                "name": dict(area.name),
                "languages": list(area.languages),
                "has_speaker": area.has_speaker,
            }
            for area in hospital.areas.values()
        ],
        "rooms": [
            {
                "code": room.code,
                "area": room.area,
                "label": room.label,
                "name": dict(room.name),
                "spoken": dict(room.spoken),
                "order": order,
                "queues": list(room.queues),
            }
            for order, room in enumerate(hospital.rooms.values())
        ],
        "queues": [
            {"code": queue.code, "name": dict(queue.name), "kind": queue.kind} for queue in hospital.queues.values()
        ],
        "groups": [{"code": code, "name": dict(name)} for code, name in _groups(hospital).items()],
        "services": [_service(service, hospital) for service in hospital.services.values()],
        "classes": [
            {
                "code": item.code,
                "name": {language: words.sentence("classes", item.code, language) for language in words.LANGUAGES},
                "declared": item.is_declared and item.code != NORMAL,
            }
            for item in CLASSES.values()
            if item.code != EMERGENCY  # it follows from the emergency service and is never chosen
        ],
    }


def _groups(hospital: Hospital) -> dict[str, Names]:
    """The kiosk's pages of services, in the order in which the services name them."""
    names = [service.group for service in hospital.services.values() if service.group]
    distinct = [name for index, name in enumerate(names) if name not in names[:index]]
    return {f"group-{index}": name for index, name in enumerate(distinct, 1)}


def _service(service: Service, hospital: Hospital) -> dict[str, Any]:
    group = next((code for code, name in _groups(hospital).items() if name == service.group), None)
    return {
        "code": service.code,
        "name": dict(service.name),
        "hint": dict(service.hint) if service.hint else None,
        "icon": service.icon,
        "series": service.series,
        "group": group,
        "at_kiosk": service.at_kiosk,
    }


@router.get("/services", summary="What a kiosk offers now, with how many wait")
def read_services(request: Request) -> JSONResponse:
    house = house_of(request)
    house.guests.require(request, "queues.read")
    rows, hospital, now_ms = house.reader.rows(), house.hospital, clock.now_ms()
    found = []
    for service in hospital.services.values():
        queue = service.flow[0]
        waiting = sum(reading.lane_counts_all(rows, queue).values())
        wait = reading.wait_at(queue, waiting, hospital, house.writer.pace.get(queue))
        found.append(
            {
                "code": service.code,
                **_opening(service, hospital, now_ms),
                "waiting": waiting,
                "wait": {"low_s": wait.low_s, "high_s": wait.high_s} if wait else None,
            }
        )
    return JSONResponse(found)


def _opening(service: Service, hospital: Hospital, now_ms: int) -> dict[str, Any]:
    try:
        issue.check_open(service, hospital, now_ms)
    except ServiceClosed as closed:
        return {"open": False, "closed_reason": "hours", "opens_at": closed.facts["opens_at"]}
    return {"open": True, "closed_reason": None, "opens_at": None}


@router.get("/queues", summary="The queues with how many wait")
def read_queues(request: Request) -> JSONResponse:
    house = house_of(request)
    house.guests.require(request, "queues.read")
    queues = reading.queue_summaries(house.reader.rows(), house.hospital)
    return JSONResponse({"count": len(queues), "queues": queues})


@router.get("/queues/{queue}/entries", summary="What waits, in the order of call, with reasons")
def read_entries(
    request: Request,
    queue: Annotated[str, Path(max_length=40)],
    limit: Annotated[int, Query(ge=1, le=500)] = reading.PAGE,
    after: Annotated[int, Query(ge=0, le=1_000)] = 0,
) -> JSONResponse:
    house = house_of(request)
    house.guests.require(request, "queues.read")
    find_queue(house.hospital, queue)
    found = reading.queue_entries(house.reader.rows(), house.hospital, queue, clock.now_ms(), limit, after)
    for entry in found["entries"]:
        add_sentence(entry["reason"], language_of(request), house.hospital)
    return JSONResponse(found)


@router.get("/t/{token}", summary="The patient's own view")
def read_phone(request: Request, token: Annotated[str, Path(max_length=64)]) -> JSONResponse:
    """Number, place, wait and where to go; the token is the right, and there is no name."""
    house = house_of(request)
    view = reading.phone_view(house.reader.rows(), house.hospital, token, dict(house.writer.pace), clock.now_ms())
    return JSONResponse(view, headers={"Cache-Control": "no-store"})


@router.get("/devices", summary="Kiosks, screens, speakers and consoles", tags=["devices"])
async def read_devices(request: Request) -> JSONResponse:
    house = house_of(request)
    house.guests.require(request, "devices.read")
    rows = house.hub.world.rows["devices"].values()
    connected = {client.device for client in house.hub.clients if client.device is not None}
    found = [
        {
            "id": str(row["id"]),
            "role": row["role"],
            "name": row["name"],
            "online": row["id"] in connected,
            "trouble": row["trouble"],
        }
        for row in rows
    ]
    return JSONResponse({"count": len(found), "devices": found})


@router.post("/devices/self/status", status_code=204, summary="A device says what ails it", tags=["devices"])
async def report_status(request: Request, body: TroubleBody) -> Response:
    actor = house_of(request).guests.require(request, "devices.report")
    return await act(request, actor, lambda tx: devices.report_trouble(tx, body.trouble), 204)
