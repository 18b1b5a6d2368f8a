"""
Serves the touch page and its small API on this machine's loopback address, and nothing to anybody else.

The page asks for the state, hands in a tap under the key it made when the screen opened, and asks where that tap
stands. What becomes of a tap is the carrier's; the gateway only translates. A page of another origin may not tap.
"""

import json
import re
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, Protocol

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route

from kiosk.assets import PAGE, assets_version, mounts
from kiosk.carrier import TooManyOrdersError
from kiosk.client import UnansweredError
from kiosk.headers import SafeHeaders
from kiosk.journal import KeyReusedError, Order
from kiosk.sentences import Sentences, reader_language
from kiosk.view import show

BODY_LIMIT_BYTES = 4_096  # a tap is about 150 bytes, a slip's code less
KEY_PATTERN = re.compile(r"[A-Za-z0-9_-]{8,100}")
SCAN_PATTERN = re.compile(r".{1,2000}", re.DOTALL)
ID_PATTERN = re.compile(r"[A-Za-z0-9]{1,40}")
CODE_PATTERN = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")
LANGUAGES = ("vi", "en")

STATUS_OF_CODE = {
    "body_malformed": 400,
    "body_too_large": 413,
    "wrong_origin": 403,
    "key_reused": 422,
    "tap_unknown": 404,
    "busy": 503,
    "disk_full": 503,
    "not_answered": 503,
}


class Taps(Protocol):
    """What the gateway needs of ``kiosk.carrier.Carrier``."""

    async def take(self, order: Order) -> Order: ...
    def find(self, key: str) -> Order | None: ...


class Slips(Protocol):
    """What the gateway needs of ``kiosk.scans.Scans``."""

    async def read(self, scan: str, language: str) -> dict[str, Any]: ...
    async def come_back(self, ticket: str, entry: str, key: str) -> dict[str, Any]: ...


class TapRefusedError(Exception):
    """The gateway does not take what the page sent; ``code`` is in ``STATUS_OF_CODE``."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def build_gateway(
    taps: Taps, slips: Slips, state: Callable[[], dict[str, Any]], now: Callable[[], datetime]
) -> SafeHeaders:
    """
    The ASGI application.

    Args:
        taps: Where taps are kept and carried.
        slips: What a scanned slip shows.
        state: What the page is to know of hospital, connection and printer; asked at each request.
        now: The wall clock, for the time of a tap.
    """
    version = assets_version()
    sentences = Sentences(PAGE / "locale")

    async def read_state(_: Request) -> Response:
        return JSONResponse({**state(), "version": version})

    async def tap(request: Request) -> Response:
        _require_own_origin(request)
        order = _read_tap(await _read_body(request), now())
        try:
            kept = await taps.take(order)
        except TooManyOrdersError as error:
            raise TapRefusedError("busy") from error
        except KeyReusedError as error:
            raise TapRefusedError("key_reused") from error
        except OSError as error:
            raise TapRefusedError("disk_full") from error
        return JSONResponse(show(kept, sentences), status_code=202)

    async def where(request: Request) -> Response:
        order = taps.find(request.path_params["key"])
        if order is None or order.kind != "tap":
            raise TapRefusedError("tap_unknown")
        return JSONResponse(show(order, sentences))

    async def scan(request: Request) -> Response:
        _require_own_origin(request)
        asked = _read_texts(await _read_body(request), {"scan": SCAN_PATTERN})
        return await _answered(slips.read(asked["scan"], reader_language(request.headers.get("accept-language", ""))))

    async def come_back(request: Request) -> Response:
        _require_own_origin(request)
        fields = {"key": KEY_PATTERN, "ticket": ID_PATTERN, "entry": ID_PATTERN}
        asked = _read_texts(await _read_body(request), fields)
        return await _answered(slips.come_back(asked["ticket"], asked["entry"], asked["key"]))

    async def refuse(request: Request, error: Exception) -> Response:
        code = error.code if isinstance(error, TapRefusedError) else "body_malformed"
        return _problem(code, sentences.say(code, reader_language(request.headers.get("accept-language", ""))))

    routes = [
        Route("/api/kiosk/state", read_state),
        Route("/api/kiosk/tap", tap, methods=["POST"]),
        Route("/api/kiosk/tap/{key}", where),
        Route("/api/kiosk/scan", scan, methods=["POST"]),
        Route("/api/kiosk/return", come_back, methods=["POST"]),
        *(Mount(path, files, name=path) for path, files in mounts()),
    ]
    handlers: dict[Any, Callable[[Request, Exception], Awaitable[Response]]] = {TapRefusedError: refuse}
    return SafeHeaders(Starlette(routes=routes, exception_handlers=handlers))


def _require_own_origin(request: Request) -> None:
    """A browser names the page that sends a POST; a program on this machine need not."""
    origin = request.headers.get("origin")
    if origin is not None and origin != f"{request.url.scheme}://{request.headers.get('host', '')}":
        raise TapRefusedError("wrong_origin")
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise TapRefusedError("wrong_origin")
    if not request.headers.get("content-type", "").startswith("application/json"):
        raise TapRefusedError("body_malformed")  # a form of a foreign page can send no JSON unasked


async def _read_body(request: Request) -> bytes:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY_LIMIT_BYTES:
            raise TapRefusedError("body_too_large")
    return body


async def _answered(answer: Awaitable[dict[str, Any]]) -> Response:
    try:
        return JSONResponse(await answer)
    except UnansweredError as error:
        raise TapRefusedError("not_answered") from error


def _read_object(body: bytes) -> dict[str, Any]:
    try:
        asked = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise TapRefusedError("body_malformed") from error
    if not isinstance(asked, dict):
        raise TapRefusedError("body_malformed")
    return asked


def _read_texts(body: bytes, patterns: dict[str, re.Pattern[str]]) -> dict[str, str]:
    asked = _read_object(body)
    texts = {name: asked.get(name) for name in patterns}
    if not all(isinstance(text, str) and patterns[name].fullmatch(text) for name, text in texts.items()):
        raise TapRefusedError("body_malformed")
    return {name: str(text) for name, text in texts.items()}


def _read_tap(body: bytes, at: datetime) -> Order:
    asked = _read_object(body)
    key, service, priority, language = (asked.get(name) for name in ("key", "service", "class", "language"))
    is_fit = (
        isinstance(key, str)
        and KEY_PATTERN.fullmatch(key) is not None
        and _is_code(service)
        and (priority is None or _is_code(priority))
        and language in LANGUAGES
    )
    if not is_fit:
        raise TapRefusedError("body_malformed")
    wish = {"service": service, "language": language, **({"class": priority} if priority else {})}
    return Order(key=str(key), kind="tap", at=at, wish=wish)


def _is_code(value: object) -> bool:
    return isinstance(value, str) and CODE_PATTERN.fullmatch(value) is not None


def _problem(code: str, detail: str) -> Response:
    status = STATUS_OF_CODE[code]
    content = {"type": "about:blank", "title": code, "status": status, "code": code, "detail": detail}
    return JSONResponse(content, status_code=status, media_type="application/problem+json")
