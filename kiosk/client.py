"""
What the kiosk asks of the server, over HTTP. It holds no state and decides nothing: one call, one answer.

An answer is one of three: what was asked for, a refusal (``RefusedError``: the server understood and said no, asking
again changes nothing) or nothing that can be relied on (``UnansweredError``: it may or may not have happened, ask again
with the same key). Only the server's own address is called: no proxy from the environment, no redirect followed.
"""

import asyncio
import secrets
import ssl
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self

import httpx

from server.live.trust import certificate_problem

CONNECT_LIMIT_S = 2.0
ANSWER_LIMIT_S = 5.0  # a healthy server answers within 50 ms; a busy one says so with 503
CALL_LIMIT_S = 8.0  # all together: a server that drips bytes is no answer either

# Statuses below 500 that say "not now" rather than "no".
PASSING_STATUSES = frozenset({408, 425, 429})


class UnansweredError(Exception):
    """No reliable answer; ``reason`` is a short code for the log, ``detail`` what a technician needs besides."""

    def __init__(self, reason: str, detail: str | None = None) -> None:
        super().__init__(reason if detail is None else f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


class RefusedError(Exception):
    """The server's "no": ``problem`` is its problem document, with at least ``status`` and ``code``."""

    def __init__(self, problem: Mapping[str, Any]) -> None:
        super().__init__(problem["code"])
        self.problem = problem


class ServerClient:
    """
    The server at *base_url* as this device sees it; *ssl_context* says whom to believe to be it over https. Use it as
    an async context manager.
    """

    def __init__(self, base_url: str, token: str, ssl_context: ssl.SSLContext | None = None) -> None:
        self._http = httpx.AsyncClient(
            base_url=base_url.rstrip("/") + "/api/v1",
            headers={"Authorization": f"Bearer {token}", "Accept": "application/json"},
            timeout=httpx.Timeout(ANSWER_LIMIT_S, connect=CONNECT_LIMIT_S),
            verify=True if ssl_context is None else ssl_context,
            trust_env=False,
            follow_redirects=False,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.aclose()

    async def hospital(self) -> dict[str, Any]:
        """The hospital's description; needs no sign-in."""
        return _object(await self._call("GET", "/hospital"))

    async def services(self) -> list[dict[str, Any]]:
        """Each service with whether it is open, how many wait and how long."""
        return _objects(await self._call("GET", "/services"))

    async def issue(self, key: str, wish: Mapping[str, Any]) -> dict[str, Any]:
        """Ask for a ticket; the same *key* always gives the same ticket. The refusal comes in the wish's language."""
        language = str(wish.get("language") or "vi")
        return _object(await self._call("POST", "/tickets", key=key, body=wish, language=language))

    async def ticket(self, ticket: str) -> dict[str, Any]:
        return _object(await self._call("GET", f"/tickets/{ticket}"))

    async def scan(self, scan: str, language: str) -> dict[str, Any]:
        """What a scanned slip or card is; it is asked and forgotten."""
        body = {"scan": scan}
        return _object(await self._call("POST", "/scans", key=secrets.token_hex(16), body=body, language=language))

    async def return_entry(self, key: str, entry: str) -> None:
        """Somebody is back, from tests or after being missed."""
        await self._call("POST", f"/entries/{entry}/return", key=key, body={})

    async def report_outcome(self, key: str, ticket: str, outcome: str, detail: str | None) -> None:
        """Say what became of the paper."""
        body = {"outcome": outcome, "detail": detail}
        await self._call("POST", f"/tickets/{ticket}/print-outcome", key=key, body=body)

    async def report_trouble(self, trouble: str | None) -> None:
        """Say what ails the printer; None when nothing does."""
        await self._call("POST", "/devices/self/status", key=secrets.token_hex(16), body={"trouble": trouble})

    async def _call(
        self, method: str, path: str, *, key: str = "", body: Mapping[str, Any] | None = None, language: str = "vi"
    ) -> object:
        headers = {"Accept-Language": language}
        if key:
            headers["Idempotency-Key"] = key
        try:
            async with asyncio.timeout(CALL_LIMIT_S):
                content = None if body is None else dict(body)
                answer = await self._http.request(method, path, json=content, headers=headers)
        except (httpx.HTTPError, TimeoutError) as error:
            problem = certificate_problem(error)
            if problem is not None:
                raise UnansweredError("certificate", problem) from error
            raise UnansweredError(type(error).__name__) from error
        return _judge(answer)


def _judge(answer: httpx.Response) -> object:
    status = answer.status_code
    if status == 204:
        return None
    try:
        content = answer.json()
    except ValueError:
        content = None
    if answer.is_success and content is not None:
        return content
    if not 400 <= status < 500 or status in PASSING_STATUSES:
        raise UnansweredError(f"status_{status}")
    problem = content if isinstance(content, dict) else {}
    raise RefusedError({"detail": None, **problem, "status": status, "code": str(problem.get("code", "error"))})


def _object(content: object) -> dict[str, Any]:
    if not isinstance(content, dict):
        raise UnansweredError("not_an_object")
    return content


def _objects(content: object) -> list[dict[str, Any]]:
    if not isinstance(content, list) or not all(isinstance(item, dict) for item in content):
        raise UnansweredError("not_a_list")
    return content
