"""What stands around every route: a bounded body, headers for pages, host names that are ours."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from fastapi import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.http.problems import problem

#: Pages load only from their own origin; nothing inline, nothing framed by others.
POLICY: Final = (
    "default-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; connect-src 'self' ws: wss:;"
    " object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'"
)
PAGES: Final = (b"text/html", b"text/javascript", b"application/javascript")
ON_ALL: Final = ((b"x-content-type-options", b"nosniff"),)
ON_PAGES: Final = (
    *ON_ALL,
    (b"content-security-policy", POLICY.encode()),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
)


class TooLargeError(HTTPException):
    """The body went over the limit while it was being read; of FastAPI's kind, which it lets through as it is."""

    def __init__(self) -> None:
        super().__init__(413)


class Bounds:
    """
    ASGI middleware.

    Args:
        app: What it stands around.
        body_bytes_max: A larger body is refused with 413, whatever its Content-Length says.
        hosts: Host names that are answered; empty answers to all.
    """

    def __init__(self, app: ASGIApp, body_bytes_max: int, hosts: Sequence[str] = ()) -> None:
        self._app = app
        self._limit = body_bytes_max
        self._hosts = frozenset(host.lower() for host in hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        # The headers as they came: wrapping them costs each request more than looking at three.
        headers: dict[bytes, bytes] = dict(scope["headers"])
        if self._hosts and headers.get(b"host", b"").decode("latin-1").partition(":")[0].lower() not in self._hosts:
            await problem(Request(scope), "not_found", {})(scope, receive, send)
            return
        length = headers.get(b"content-length", b"0")
        if not length.isdigit() or int(length) > self._limit:
            await problem(Request(scope), "body_too_large", {"limit": self._limit})(scope, receive, send)
            return
        if b"transfer-encoding" in headers:
            receive = self._bounded(receive)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                _protect(message["headers"])
            await send(message)

        try:
            await self._app(scope, receive, send_with_headers)
        except TooLargeError:  # from a route that reads its body outside FastAPI's own handling
            await problem(Request(scope), "body_too_large", {"limit": self._limit})(scope, receive, send)

    def _bounded(self, receive: Receive) -> Receive:
        seen = 0

        async def bounded() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > self._limit:
                raise TooLargeError()
            return message

        return bounded


def _protect(headers: list[tuple[bytes, bytes]]) -> None:
    """Add what is missing of the headers that an answer of its kind carries."""
    present = dict(headers)
    is_page = present.get(b"content-type", b"").startswith(PAGES)
    headers.extend(item for item in (ON_PAGES if is_page else ON_ALL) if item[0] not in present)
