"""The demo's way to a patient's page without a camera: the page of the ticket that was issued last."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse

from server.http.house import house_of

router = APIRouter(include_in_schema=False)


@router.get("/demo/phone")
def newest_phone(request: Request) -> RedirectResponse:
    """Leads to the newest ticket's page; before the first ticket to the page that says what to do."""
    row = house_of(request).reader.rows().one("SELECT token FROM ticket ORDER BY id DESC LIMIT 1")
    return RedirectResponse(f"/t/{row['token'] if row else 'none'}")
