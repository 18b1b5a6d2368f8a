"""
One packet an answer: what is written in one turn of the loop goes out together.

uvicorn writes an answer's head and body one after the other, and uvloop sends each at once: twice the system calls, and
twice the waking of who waits for it.
"""

from __future__ import annotations

import asyncio
from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

#: More than this is not held back: a file in pieces must feel how fast its reader is.
HELD_BYTES_MAX: Final = 65_536


class PacketProtocol(HttpToolsProtocol):
    """uvicorn's protocol on a transport that gathers."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn has it
        super().connection_made(Gathering(transport, self.loop))  # type: ignore[arg-type] # the same methods


class Gathering:
    """A transport that holds what is written until the loop's next turn; all else is the transport's own."""

    __slots__ = ("_held", "_loop", "_size", "bare")

    def __init__(self, bare: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self.bare = bare
        self._loop = loop
        self._held: list[bytes] = []
        self._size = 0

    def write(self, data: bytes) -> None:
        if not self._held:
            self._loop.call_soon(self._send)
        self._held.append(data)
        self._size += len(data)
        if self._size > HELD_BYTES_MAX:
            self._send()

    def close(self) -> None:
        """What is held goes out first."""
        self._send()
        self.bare.close()

    def _send(self) -> None:
        if self._held:
            data, self._held, self._size = b"".join(self._held), [], 0
            self.bare.write(data)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.bare, name)
