"""
The switchboard of the virtual printer: a small page and four addresses over HTTP, for this machine only.

``GET /`` · ``GET /state`` · ``POST /state {"state", "after_bytes"?}`` · ``GET /papers`` · ``GET /papers/NAME.png``

A page of another origin may look and turn only if that origin was allowed by name; requests that name another host
than this machine are refused, so that no web site reaches it through a borrowed name.
"""

import json
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from pathlib import Path
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

from printer.errors import PortError
from printer.typeface import MANROPE
from printer.virtual.machine import STATES, State
from printer.virtual.service import Service

BODY_BYTES_MAX = 1024
PAPERS_LISTED = 50
HOSTS = {"127.0.0.1", "localhost", "::1"}
PAGE = {
    "/": ("index.html", "text/html; charset=utf-8"),
    "/page.js": ("page.js", "text/javascript; charset=utf-8"),
    "/page.css": ("page.css", "text/css; charset=utf-8"),
}
FONTS = {f"/font/{path.name}": path for path in (MANROPE.medium, MANROPE.bold, MANROPE.heavy)}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'"
)


class Control(ThreadingHTTPServer):
    """
    Serves *service* on loopback. ``port`` tells the port that 0 became.

    Args:
        origins: Other origins whose pages may use it, such as the demo's start page.

    Raises:
        PortError: The port is taken or not allowed.
    """

    daemon_threads = True

    def __init__(self, service: Service, port: int, origins: frozenset[str] = frozenset()) -> None:
        self.service = service
        self.origins = origins
        try:
            super().__init__(("127.0.0.1", port), Handler)
        except (OSError, OverflowError) as error:
            raise PortError(host="127.0.0.1", port=port) from error
        self.port = int(self.server_address[1])


class Handler(BaseHTTPRequestHandler):
    """One request."""

    server: Control
    protocol_version = "HTTP/1.1"
    timeout = 10

    def do_GET(self) -> None:
        """Page, state, papers."""
        self._guarded(self._get)

    def do_POST(self) -> None:
        """Turn the state."""
        self._guarded(self._post)

    def do_OPTIONS(self) -> None:
        """What a browser asks before a page of another origin may post."""
        self._guarded(lambda: self._send(HTTPStatus.NO_CONTENT, b"", "text/plain"))

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: the output of this program is one line of JSON."""

    def _guarded(self, answer: Callable[[], None]) -> None:
        host = urlsplit(f"//{self.headers.get('Host', '')}").hostname
        origin = self.headers.get("Origin")
        own = {f"http://{name}:{self.server.port}" for name in ("127.0.0.1", "localhost", "[::1]")}
        if host not in HOSTS or (origin is not None and origin not in own | self.server.origins):
            self._problem(HTTPStatus.FORBIDDEN, "not_allowed")
            return
        answer()

    def _get(self) -> None:
        address = urlsplit(self.path)
        if address.path in PAGE:
            name, kind = PAGE[address.path]
            self._send(HTTPStatus.OK, files("printer.virtual").joinpath("page", name).read_bytes(), kind)
        elif address.path in FONTS:
            self._send(HTTPStatus.OK, Path(FONTS[address.path]).read_bytes(), "font/ttf", "max-age=86400")
        elif address.path == "/state":
            self._json(self._state())
        elif address.path == "/papers":
            self._json(self._papers(address.query))
        elif address.path.startswith("/papers/"):
            self._paper(address.path.removeprefix("/papers/"))
        else:
            self._problem(HTTPStatus.NOT_FOUND, "unknown")

    def _post(self) -> None:
        length = self.headers.get("Content-Length", "")
        if not length.isdigit() or int(length) > BODY_BYTES_MAX:
            self.close_connection = True  # what was not read would look like the next request
            self._problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "body_too_large")
            return
        body = self.rfile.read(int(length))
        if self.path != "/state" or self.headers.get_content_type() != "application/json":
            self._problem(HTTPStatus.NOT_FOUND, "unknown")
            return
        try:
            wish = json.loads(body)
            state, after_bytes = wish["state"], wish.get("after_bytes")
        except (ValueError, KeyError, TypeError, AttributeError):
            self._problem(HTTPStatus.BAD_REQUEST, "body_malformed")
            return
        is_count = after_bytes is None or (type(after_bytes) is int and after_bytes >= 0)
        if state not in STATES or not is_count:
            self._problem(HTTPStatus.BAD_REQUEST, "body_malformed", states=list(STATES))
            return
        self.server.service.turn(cast(State, state), after_bytes)
        self._json(self._state())

    def _state(self) -> dict[str, Any]:
        service = self.server.service
        machine = service.machine
        return {
            "state": machine.state,
            "states": list(STATES),
            "address": f"tcp://{service.host}:{service.port}",
            "width_dots": machine.width_dots,
            "speed_mm_s": machine.speed_mm_s,
            "buffered_bytes": machine.buffered_bytes,
            "executed_bytes": machine.executed_bytes,
            "text_bytes": machine.text_bytes,
            "drawer_pulses": machine.drawer_pulses,
        }

    def _papers(self, query: str) -> list[dict[str, Any]]:
        wished = parse_qs(query).get("limit", [""])[0]
        limit = int(wished) if wished.isdecimal() and len(wished) < 6 else PAPERS_LISTED
        return [
            {"name": kept.name, "at": kept.at.isoformat(), "width": kept.width, "height": kept.height}
            for kept in self.server.service.tray.newest_first(limit)
        ]

    def _paper(self, name: str) -> None:
        png = self.server.service.tray.read(name)
        if png is None:
            self._problem(HTTPStatus.NOT_FOUND, "unknown")
        else:
            self._send(HTTPStatus.OK, png, "image/png", "max-age=86400, immutable")

    def _json(self, value: Any) -> None:
        self._send(HTTPStatus.OK, json.dumps(value).encode(), "application/json")

    def _problem(self, status: HTTPStatus, code: str, **facts: Any) -> None:
        body = {"type": "about:blank", "title": status.phrase, "status": int(status), "code": code, **facts}
        self._send(status, json.dumps(body).encode(), "application/problem+json")

    def _send(self, status: HTTPStatus, body: bytes, kind: str, cache: str = "no-store") -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", cache)
        self.send_header("Content-Security-Policy", POLICY)
        self.send_header("X-Content-Type-Options", "nosniff")
        origin = self.headers.get("Origin")
        if origin in self.server.origins:
            self.send_header("Access-Control-Allow-Origin", str(origin))
            self.send_header("Access-Control-Allow-Headers", "content-type")
            self.send_header("Vary", "Origin")
        self.end_headers()
        self.wfile.write(body)
