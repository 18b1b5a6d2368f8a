"""Routes of tickets: issue, read, the paper's outcome, a copy."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import JSONResponse, Response

from server import clock
from server.actions import devices, issue, reading
from server.http.bodies import IssueBody, PaperBody, ReprintBody
from server.http.house import act, house_of
from server.http.routing import DirectRoute

router = APIRouter(prefix="/api/v1", tags=["tickets"], route_class=DirectRoute)
TicketId = Annotated[int, Path(ge=0, lt=2**63)]


@router.post("/tickets", status_code=201, summary="Issue a number")
async def issue_ticket(request: Request, body: IssueBody) -> Response:
    """One number for a service; the same Idempotency-Key gives the same ticket."""
    actor = house_of(request).guests.require(request, "tickets.issue")
    asked = issue.IssueRequest(
        body.service,
        body.priority_class,
        body.language,
        body.class_reason,
        int(body.print_at) if body.print_at else None,
    )
    return await act(request, actor, lambda tx: issue.issue_ticket(tx, asked), 201)


@router.get("/tickets/{ticket}", summary="A ticket with its entries and calls")
def read_ticket(request: Request, ticket: TicketId) -> JSONResponse:
    house = house_of(request)
    house.guests.require(request, "tickets.read")
    story = reading.ticket_story(house.reader.rows(), house.hospital, ticket, dict(house.writer.pace), clock.now_ms())
    return JSONResponse(story)


@router.post("/tickets/{ticket}/print-outcome", status_code=204, summary="What became of the paper")
async def print_outcome(request: Request, ticket: TicketId, body: PaperBody) -> Response:
    actor = house_of(request).guests.require(request, "tickets.paper")
    return await act(request, actor, lambda tx: devices.report_paper(tx, ticket, body.outcome, body.detail), 204)


@router.post("/tickets/{ticket}/reprint", summary="Ask a printer for a copy")
async def reprint(request: Request, ticket: TicketId, body: ReprintBody | None = None) -> Response:
    actor = house_of(request).guests.require(request, "tickets.reprint")
    device = int(body.device) if body and body.device else None
    return await act(request, actor, lambda tx: devices.reprint(tx, ticket, device))
