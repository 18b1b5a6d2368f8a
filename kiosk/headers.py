"""The headers that every answer of the gateway carries."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; media-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
FONT_CACHE = "public, max-age=31536000, immutable"


class SafeHeaders:
    """Wraps *app*: own origin only, nothing kept but the fonts, so that a mended page is the one that is shown."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path = scope["path"]

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["Content-Security-Policy"] = POLICY
                headers["X-Content-Type-Options"] = "nosniff"
                headers["Referrer-Policy"] = "no-referrer"
                headers["Cross-Origin-Resource-Policy"] = "same-origin"
                headers["Cache-Control"] = _cache_rule(path, message["status"])
            await send(message)

        await self._app(scope, receive, send_with_headers)


def _cache_rule(path: str, status: int) -> str:
    if path.startswith("/font/") and status in (200, 304):
        return FONT_CACHE
    return "no-store" if path.startswith("/api/") else "no-cache"
