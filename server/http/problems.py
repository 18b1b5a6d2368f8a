"""Refusals as problem documents (RFC 9457), in the reader's language: the one table from code to status."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from fastapi.exceptions import RequestValidationError
from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse

from server import words
from server.rules.refusals import Refusal

STATUS: Final[Mapping[str, int]] = {
    "ambiguous_number": 409,
    "birth_in_future": 422,
    "body_malformed": 400,
    "body_too_large": 413,
    "busy": 503,
    "class_not_allowed": 403,
    "class_unknown": 422,
    "device_unknown": 404,
    "elsewhere": 409,
    "entry_unknown": 404,
    "foreign_origin": 403,
    "illegal_move": 409,
    "name_taken": 409,
    "place_unknown": 422,
    "key_missing": 400,
    "key_reused": 422,
    "method_not_allowed": 405,
    "needs_https": 403,
    "nobody_waiting": 409,
    "not_a_card": 422,
    "not_allowed": 403,
    "not_found": 404,
    "not_signed_in": 401,
    "nothing_to_undo": 409,
    "number_not_waiting": 409,
    "queue_unknown": 404,
    "reason_missing": 422,
    "reason_unknown": 422,
    "room_busy": 409,
    "room_idle": 409,
    "room_unknown": 404,
    "series_full": 409,
    "server_fault": 500,
    "service_closed": 409,
    "service_unknown": 404,
    "ticket_unknown": 404,
    "too_many_tries": 429,
    "vneid_opaque": 422,
    "wrong_password": 401,
}
PROBLEM: Final = "application/problem+json"
RETRY_AFTER_S: Final = {"busy": "1", "too_many_tries": "60"}


def language_of(connection: HTTPConnection) -> str:
    """The first language of Accept-Language that the house speaks; Vietnamese otherwise."""
    for item in connection.headers.get("accept-language", "").split(","):
        code = item.partition(";")[0].strip().lower()[:2]
        if code in words.LANGUAGES:
            return code
    return "vi"


def problem(connection: HTTPConnection, code: str, facts: Mapping[str, object], status: int = 0) -> JSONResponse:
    """The problem document for *code*; the facts stand beside the standard members."""
    language = language_of(connection)
    status = status or STATUS[code]
    body = {
        **{name: value for name, value in facts.items() if name not in ("type", "title", "status", "detail", "code")},
        "type": f"urn:luot:refusal:{code}",
        "title": words.sentence("refusals", code, language, facts, part="title"),
        "status": status,
        "detail": words.sentence("refusals", code, language, facts, part="detail"),
        "code": code,
    }
    headers = {"Content-Language": language}
    if code in RETRY_AFTER_S:
        headers["Retry-After"] = RETRY_AFTER_S[code]
    return JSONResponse(body, status_code=status, headers=headers, media_type=PROBLEM)


def from_refusal(connection: HTTPConnection, refusal: Refusal) -> JSONResponse:
    """The problem document of a refusal."""
    return problem(connection, refusal.code, refusal.facts)


def from_validation(connection: HTTPConnection, error: RequestValidationError) -> JSONResponse:
    """The problem document of a body or path that its model does not take: the first mistake."""
    first = error.errors()[0]
    field = ".".join(str(part) for part in first["loc"] if part not in ("body", "query", "path"))
    return problem(connection, "body_malformed", {"field": field or "body", "reason": first["type"]})
