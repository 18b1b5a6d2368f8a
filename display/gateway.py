"""
The board's gateway on its own machine: serves the board page on loopback and relays the live socket to the server.

The page talks to its own origin only. The device's token stays here: the page signs in as nobody, the gateway upstream
as the device. Pages of other origins that the same browser may show are refused.
"""

import asyncio
import json
import ssl
import urllib.error
import urllib.request
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import structlog
import websockets.asyncio.client
import websockets.exceptions
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect

from server.live.trust import certificate_problem, trust

log = structlog.get_logger()

CONNECT_LIMIT_S = 2.0
ANSWER_LIMIT_S = 5.0
FRAME_BYTES_MAX = 1 << 20
ANSWER_BYTES_MAX = 2 << 20
SOCKETS_MAX = 8  # one board, its reload, a technician's second window
NO_SERVER = 1013  # "try again later"; the page's own retry does the rest
PAGE = Path(__file__).with_name("page")
COMMON = Path(__file__).parents[1] / "server" / "pages" / "common"


class Upstream:
    """The server, as this device."""

    def __init__(self, base_url: str, token: str, ssl_context: ssl.SSLContext | None = None) -> None:
        self._base_url = base_url.rstrip("/")
        self._headers = {"Authorization": f"Bearer {token}"}
        self._ssl = ssl_context or trust(base_url)

    async def get(self, path: str, query: str, language: str) -> tuple[int, str, bytes]:
        """Ask the server; status, media type and body. 502 with a problem document where it does not answer."""
        return await asyncio.to_thread(self._get, path, query, language)

    def _get(self, path: str, query: str, language: str) -> tuple[int, str, bytes]:
        url = self._base_url + path + (f"?{query}" if query else "")
        handlers: list[urllib.request.BaseHandler] = [urllib.request.ProxyHandler({})]
        if self._ssl is not None:
            handlers.append(urllib.request.HTTPSHandler(context=self._ssl))
        request = urllib.request.Request(url, headers={**self._headers, "Accept-Language": language})
        try:
            with urllib.request.build_opener(*handlers).open(request, timeout=ANSWER_LIMIT_S) as answer:
                return answer.status, answer.headers.get_content_type(), answer.read(ANSWER_BYTES_MAX)
        except urllib.error.HTTPError as refusal:
            return refusal.code, refusal.headers.get_content_type(), refusal.read(ANSWER_BYTES_MAX)
        except (OSError, ValueError) as error:
            log.warning("server.unreachable", **_why(error))
            problem = {
                "type": "about:blank",
                "title": "Server not reached",
                "status": 502,
                "code": "server_unreachable",
            }
            return 502, "application/problem+json", json.dumps(problem).encode()

    def connect(self) -> websockets.asyncio.client.connect:
        """Open the live socket."""
        return websockets.asyncio.client.connect(
            "ws" + self._base_url.removeprefix("http") + "/api/v1/live",
            additional_headers=self._headers,
            compression=None,
            open_timeout=CONNECT_LIMIT_S,
            ping_interval=None,
            close_timeout=1.0,
            max_size=FRAME_BYTES_MAX,
            proxy=None,
            ssl=self._ssl,
        )


def build_gateway(upstream: Upstream, area: str) -> Starlette:
    """Build the gateway's application for the board of *area*."""
    fonts = Path(str(files("font_manrope"))) / "files"
    relay = _Relay(upstream)

    async def board(_request: Request) -> Response:
        return JSONResponse({"area": area})

    async def ask(request: Request) -> Response:
        language = request.headers.get("accept-language", "vi")
        status, media_type, body = await upstream.get(request.url.path, request.url.query, language)
        return Response(body, status, media_type=media_type)

    return Starlette(
        routes=[
            Route("/board.json", board),
            Route("/api/v1/hospital", ask),
            Route("/api/v1/live/state", ask),
            WebSocketRoute("/api/v1/live", relay.run),
            Mount("/common", StaticFiles(directory=COMMON, check_dir=False)),
            Mount("/font", StaticFiles(directory=fonts)),
            Mount("/", StaticFiles(directory=PAGE, html=True, check_dir=False)),
        ],
        middleware=[Middleware(OwnOrigin)],
    )


class _Relay:
    """Passes frames between the page and the server, and the close code of either end to the other."""

    def __init__(self, upstream: Upstream) -> None:
        self._upstream = upstream
        self._open = 0

    async def run(self, page: WebSocket) -> None:
        if self._open >= SOCKETS_MAX:
            await page.close(NO_SERVER)
            return
        self._open += 1
        try:
            await self._converse(page)
        finally:
            self._open -= 1

    async def _converse(self, page: WebSocket) -> None:
        try:
            async with self._upstream.connect() as server:
                await page.accept()
                await _pass_both_ways(page, server)
        except (OSError, TimeoutError, websockets.exceptions.WebSocketException) as error:
            log.info("relay.refused", **_why(error))
            await page.close(NO_SERVER)


def _why(error: Exception) -> dict[str, str]:
    """What the log says of a server that is not reached; a certificate is told by name."""
    problem = certificate_problem(error)
    return {"reason": type(error).__name__} if problem is None else {"reason": "certificate", "detail": problem}


async def _pass_both_ways(page: WebSocket, server: websockets.asyncio.client.ClientConnection) -> None:
    down = asyncio.create_task(_pass_down(page, server))
    up = asyncio.create_task(_pass_up(page, server))
    try:
        ended, _ = await asyncio.wait((down, up), return_when=asyncio.FIRST_COMPLETED)
    finally:
        up.cancel()
        down.cancel()
        await asyncio.gather(down, up, return_exceptions=True)
    if up not in ended:
        await page.close(_close_code(server))


async def _pass_down(page: WebSocket, server: websockets.asyncio.client.ClientConnection) -> None:
    try:
        async for frame in server:
            await page.send_text(frame if isinstance(frame, str) else frame.decode("utf-8", "replace"))
    except websockets.exceptions.ConnectionClosed:
        pass  # the server went without a word; the page gets its code


async def _pass_up(page: WebSocket, server: websockets.asyncio.client.ClientConnection) -> None:
    try:
        while True:
            await server.send(await page.receive_text())
    except (WebSocketDisconnect, KeyError):
        pass  # the page went, or sent bytes, which the protocol has not


def _close_code(server: websockets.asyncio.client.ClientConnection) -> int:
    """The server's code where it may be sent on; 1005 and 1006 are not for sending."""
    code = server.close_code
    return code if code is not None and code not in (1005, 1006, 1015) else NO_SERVER


class OwnOrigin:
    """Refuses other origins, and sets the headers of every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what comes from our own page."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        host, origin = headers.get("host", ""), headers.get("origin")
        if origin is not None and urlsplit(origin).netloc != host:
            await _refuse(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *_headers(host)]
            await send(message)

        await self._app(scope, receive, send_with_headers)


async def _refuse(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await WebSocket(scope, receive, send).close(1008)
        return
    problem: dict[str, Any] = {"type": "about:blank", "title": "Foreign origin", "status": 403, "code": "not_allowed"}
    await JSONResponse(problem, 403, media_type="application/problem+json")(scope, receive, send)


def _headers(host: str) -> list[tuple[bytes, bytes]]:
    # Chromium 69 does not take 'self' for the socket of the same host.
    policy = f"default-src 'self'; connect-src 'self' ws://{host}; img-src 'self' data:; frame-ancestors 'none'"
    return [
        (b"content-security-policy", policy.encode("latin-1")),
        (b"x-content-type-options", b"nosniff"),
        (b"referrer-policy", b"no-referrer"),
        (b"cache-control", b"no-cache"),
    ]
