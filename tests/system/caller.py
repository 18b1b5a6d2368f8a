"""A kiosk or a desk reduced to one connection: thin, so that many of them load the server and not the test."""

from __future__ import annotations

import asyncio
import json
from typing import Any, Final

#: Longer than the slowest answer of a loaded server; later than this counts as no answer.
ANSWER_LIMIT_S: Final = 15.0


class UnansweredError(Exception):
    """No answer came; *was_sent* says that the request had gone, so that nobody knows whether it was done."""

    def __init__(self, problem: str, *, was_sent: bool) -> None:
        super().__init__(problem)
        self.was_sent = was_sent


class Caller:
    """One connection of HTTP/1.1 that is opened again when it is lost, as a bearer of *token*, or as a stranger."""

    def __init__(self, port: int, token: str | None) -> None:
        self._port = port
        self._head = f"HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
        if token is not None:
            self._head += f"Authorization: Bearer {token}\r\n"
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def post(self, path: str, body: dict[str, Any], key: str) -> tuple[int, dict[str, Any]]:
        """
        Status and document of the answer.

        Raises:
            UnansweredError: No answer; ask again with the same key.
        """
        content = json.dumps(body).encode()
        head = (
            f"POST /api/v1{path} {self._head}Idempotency-Key: {key}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
        )
        return await self._ask(head.encode() + content)

    async def get(self, path: str) -> tuple[int, Any]:
        """As `post`, without a body and a key, on a new connection: the server closes one that was idle for 5 s."""
        self.close()
        return await self._ask(f"GET /api/v1{path} {self._head}\r\n".encode())

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()
        self._reader = self._writer = None

    async def _ask(self, request: bytes) -> tuple[int, Any]:
        try:
            async with asyncio.timeout(ANSWER_LIMIT_S):
                if self._reader is None or self._writer is None:
                    self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
                self._writer.write(request)
                await self._writer.drain()
                return await _read(self._reader)
        except (OSError, EOFError, TimeoutError) as error:
            was_sent = self._writer is not None
            self.close()
            raise UnansweredError(repr(error), was_sent=was_sent) from error


async def _read(reader: asyncio.StreamReader) -> tuple[int, Any]:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:])}
    content = await reader.readexactly(int(headers.get("content-length", "0")))
    return int(head[0].split(" ")[1]), json.loads(content) if content else None
