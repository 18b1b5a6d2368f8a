"""
The short way to a live socket: a frame is built once and handed straight to each connection that takes it now.

The ASGI road (a task, an event and a frame for each client) costs twice as much for a hall of 200 screens. It stays the
road for everything else: a connection that cannot take more at the moment refuses, and its client buffers.
"""

from __future__ import annotations

import struct
from asyncio import BaseTransport
from functools import lru_cache
from typing import Final

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.http11 import Request

from server.http.packets import Gathering

#: Name of the ASGI extension; its ``write`` takes a text and says whether it went out.
EXTENSION: Final = "luot.frames"
_TEXT_FRAME: Final = 0x81


class FrameProtocol(WebSocketsSansIOProtocol):
    """uvicorn's protocol with the extension. It never compresses, so that a frame is the same for everybody."""

    def connection_made(self, transport: BaseTransport) -> None:
        # After an upgrade: frames are whole already, and go out at once.
        super().connection_made(transport.bare if isinstance(transport, Gathering) else transport)

    def handle_connect(self, event: Request) -> None:
        super().handle_connect(event)
        if not self.close_sent:
            self.scope["extensions"][EXTENSION] = {"write": self.write_text}

    def write_text(self, text: str) -> bool:
        """Send *text* unless the connection is not open, or holds more than it can get rid of."""
        if not self.writable.is_set() or self.close_sent or self.disconnected or not self.handshake_complete:
            return False
        if self.transport.is_closing():
            return False
        self.transport.write(frame(text))
        return True


@lru_cache(maxsize=8)
def frame(text: str) -> bytes:
    """A text frame as a server sends it (RFC 6455, 5.2): whole, not masked."""
    payload = text.encode()
    size = len(payload)
    if size < 126:
        return struct.pack("!BB", _TEXT_FRAME, size) + payload
    if size < 65_536:
        return struct.pack("!BBH", _TEXT_FRAME, 126, size) + payload
    return struct.pack("!BBQ", _TEXT_FRAME, 127, size) + payload
