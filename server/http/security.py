"""What stands around every route: a bounded body, headers for pages, host names that are ours."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.http.problems import problem

#: Pages load only from their own origin; nothing inline, nothing framed by others.
POLICY: Final = (
    "default-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; connect-src 'self' ws: wss:;"
    " object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'"
)
HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class TooLargeError(Exception):
    """The body went over the limit while it was being read."""


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
        headers = Headers(scope=scope)
        if self._hosts and headers.get("host", "").partition(":")[0].lower() not in self._hosts:
            await problem(Request(scope), "not_found", {})(scope, receive, send)
            return
        length = headers.get("content-length", "0")
        if not length.isdigit() or int(length) > self._limit:
            await problem(Request(scope), "body_too_large", {"limit": self._limit})(scope, receive, send)
            return
        if "transfer-encoding" in headers:
            receive = self._bounded(receive)
        await self._answer(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                found = MutableHeaders(scope=message)
                if found.get("content-type", "").startswith(("text/html", "text/javascript", "application/javascript")):
                    for name, value in HEADERS.items():
                        found.setdefault(name, value)
                else:
                    found.setdefault("X-Content-Type-Options", "nosniff")
            await send(message)

        try:
            await self._app(scope, receive, send_with_headers)
        except TooLargeError:
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
