"""
One connected client as the hub sees it: frames go out at once, or into a bounded buffer that a sender empties.

A buffer that overflows is cleared and gets a snapshot instead; when that happens again within a minute, the client is
too slow and is closed. The hub never waits for anybody.
"""

from __future__ import annotations

import asyncio
import itertools
from collections import deque
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

import structlog

from server import clock
from server.live.messages import CLOSE_SLOW

if TYPE_CHECKING:
    from server.live.projection import Audience

log = structlog.get_logger()
BUFFER_MESSAGES_MAX: Final = 256
BUFFER_CHARACTERS_MAX: Final = 1_000_000
OVERFLOW_AGAIN_S: Final = 60.0
_numbers = itertools.count(1)


class Client:
    """
    Args:
        identity: Whose right the connection rests on, such as ``device:3`` or ``staff:7``.
        device: The device's id, for speakers and screens.
        write: Sends a frame at once where the connection takes it (True); None where only the sender sends.
    """

    def __init__(self, identity: str, device: int | None = None, write: Callable[[str], bool] | None = None) -> None:
        self.identity = identity
        self.device = device
        self.joined = next(_numbers)
        self.audience: Audience | None = None
        self.position = 0
        self.closing: tuple[int, bool] | None = None
        self._buffer: deque[str] = deque()
        self._size = 0
        self._write = write
        #: A frame that was taken is on its way until the sender asks for the next: nothing may overtake it.
        self._is_sending = False
        self._overflowed_s: float | None = None
        self._wake: asyncio.Future[None] | None = None

    def begin(self, texts: Sequence[str]) -> None:
        """The first frames, whatever their size: welcome, then a snapshot or what was missed."""
        self._buffer.extend(texts)
        self._size += sum(map(len, texts))
        self._ring()

    def offer(self, text: str, *, is_state: bool = True) -> bool:
        """
        Send a frame at once, or buffer it behind those that wait.

        Returns:
            False when the buffer is full: nothing was added, and a frame of the state needs a snapshot in its place.
        """
        if self.closing is not None:
            return True
        if self._write is not None and not self._buffer and not self._is_sending and self._write(text):
            return True
        if len(self._buffer) >= BUFFER_MESSAGES_MAX or self._size + len(text) > BUFFER_CHARACTERS_MAX:
            return not is_state
        self._buffer.append(text)
        self._size += len(text)
        self._ring()
        return True

    def overflow(self, text: str) -> None:
        """The buffer was full: a snapshot in its place; a second time within a minute closes."""
        now_s = clock.monotonic()
        if self._overflowed_s is not None and now_s - self._overflowed_s < OVERFLOW_AGAIN_S:
            log.warning("live.slow", identity=self.identity)
            self.close(CLOSE_SLOW, retry=True)
            return
        self._overflowed_s = now_s
        self.replace(text)

    def replace(self, text: str) -> None:
        """Everything buffered gives way to a snapshot."""
        self._buffer.clear()
        self._buffer.append(text)
        self._size = len(text)
        self._ring()

    def close(self, code: int, *, retry: bool) -> None:
        """Ask the sender to say bye and close."""
        if self.closing is None:
            self.closing = (code, retry)
            self._buffer.clear()
            self._size = 0
            self._ring()

    def take(self) -> str | None:
        """The oldest buffered frame."""
        self._is_sending = bool(self._buffer)
        if not self._buffer:
            return None
        text = self._buffer.popleft()
        self._size -= len(text)
        return text

    def take_all(self) -> list[str]:
        """Everything buffered."""
        return list(iter(self.take, None))

    async def wait(self) -> None:
        """Until there is something to send, or to close."""
        if not self._buffer and self.closing is None:
            self._wake = asyncio.get_running_loop().create_future()
            await self._wake

    def _ring(self) -> None:
        if self._wake is not None:
            if not self._wake.done():
                self._wake.set_result(None)
            self._wake = None
