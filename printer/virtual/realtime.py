"""
The commands that a printer obeys as their bytes arrive, wherever they stand, even inside picture data. Pure.

``DLE EOT n`` (status), ``DLE ENQ n`` (recover from an error), ``DLE DC4 1`` (drawer pulse), ``DLE DC4 8`` (clear the
buffers). Bytes may arrive in any pieces.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

CLEAR = bytes.fromhex("10 14 08 01 03 14 01 06 02 08")
COMMAND = re.compile(
    rb"\x10\x04[\x01-\x04]|\x10\x05[\x00-\x02]|\x10\x14\x01[\x00\x01][\x01-\x08]|" + re.escape(CLEAR), re.DOTALL
)
# What an unfinished command may look like at the end of a piece.
UNFINISHED = re.compile(
    rb"\x10(?:\x04|\x05|\x14(?:\x01[\x00\x01]?|\x08(?:\x01(?:\x03(?:\x14(?:\x01(?:\x06(?:\x02)?)?)?)?)?)?)?)?\Z",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Heard:
    """A complete real-time command; *end* is how many bytes of the last piece came up to and with it."""

    command: bytes
    end: int


class Listener:
    """Finds real-time commands in a stream of pieces."""

    def __init__(self) -> None:
        self._tail = b""

    def hear(self, piece: bytes) -> Iterator[Heard]:
        """The commands completed by *piece*, in order."""
        text = self._tail + piece
        known = len(self._tail)
        at = 0
        for match in COMMAND.finditer(text):
            at = match.end()
            yield Heard(match.group(), at - known)
        unfinished = UNFINISHED.search(text, at)
        self._tail = unfinished.group() if unfinished else b""
