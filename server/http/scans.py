"""The route of scans: what a card or a slip says. Nothing of it is stored, and nothing of it is logged."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from pydantic import Field

from server import clock
from server.actions.day import service_day
from server.http.bodies import Body
from server.http.house import House, house_of
from server.rules.identity import SCAN_CHARACTERS_MAX, read_scan

router = APIRouter(prefix="/api/v1", tags=["scans"])
#: A slip's QR: the bare token, or the address of the patient's page.
TICKET: Final = re.compile(r"(?:https?://\S+/t/)?([A-Za-z0-9_-]{16})")
#: What is longer is no card: refused as such, rather than as a fault of the request.
SCAN_BODY_MAX: Final = 12_000


class ScanBody(Body):
    scan: Annotated[str, Field(max_length=SCAN_BODY_MAX)]
    today: date | None = None


@router.post("/scans", summary="What a scanned card or slip says")
def read(request: Request, body: ScanBody) -> JSONResponse:
    """
    Kind, class and warnings of a scan; ages are judged on *today*, by default the service day.

    The fields that a code does not hold are absent. Refused with a code (``not_a_card``, ``birth_in_future``,
    ``vneid_opaque``) that tells the reader what else to do.
    """
    house = house_of(request)
    house.guests.require(request, "scans.read")
    ticket = _ticket(house, body.scan.strip())
    if ticket is not None:
        return JSONResponse(ticket)
    today = body.today or date.fromisoformat(service_day(clock.now_ms(), house.hospital))
    found = read_scan(body.scan[: SCAN_CHARACTERS_MAX + 1], today)
    answer: dict[str, Any] = {"kind": found.kind, "class": found.priority_class, "warnings": list(found.warnings)}
    for name in ("number", "name", "birth", "sex"):
        value = getattr(found, name)
        if value is not None:
            answer[name] = value
    return JSONResponse(answer)


def _ticket(house: House, scan: str) -> dict[str, Any] | None:
    found = TICKET.fullmatch(scan)
    if found is None:
        return None
    row = house.reader.rows().one(
        "SELECT id, label, state, priority_class FROM ticket WHERE token = :token", token=found.group(1)
    )
    if row is None:
        return None
    return {
        "kind": "ticket",
        "class": row["priority_class"],
        "warnings": [],
        "number": row["label"],
        "ticket": str(row["id"]),
        "state": row["state"],
    }
