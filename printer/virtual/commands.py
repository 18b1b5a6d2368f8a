"""
Where one ESC/POS command ends and the next begins. Pure.

Knows the length of every command that drivers of the field send, and the meaning of those that a slip needs; the rest
is stepped over. Multi-byte numbers are low byte first.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

DLE, LF, FF, ESC, FS, GS = 0x10, 0x0A, 0x0C, 0x1B, 0x1C, 0x1D

Kind = Literal["skip", "raster", "feed", "line", "cut", "ask", "automatic", "drawer", "text"]


@dataclass(frozen=True, slots=True)
class Raster:
    """Rows of *width_bytes* still to come."""

    width_bytes: int
    rows: int


@dataclass(frozen=True, slots=True)
class Command:
    """
    Attributes:
        length: Bytes of the command, without the dots of a raster, which are taken row by row.
        value: Dots of a feed or cut, lines, or the n of a question.
    """

    kind: Kind
    length: int
    value: int = 0
    raster: Raster | None = None


# Parameter bytes after the two bytes of the command; an unknown command is taken to have none.
ESC_PARAMETERS: Mapping[int, int] = {
    **dict.fromkeys(b"!-3aEGMRStrV{ %U?=", 1),
    **dict.fromkeys(b"$\\c", 2),
    ord("c"): 2,
    ord("W"): 8,
}
GS_PARAMETERS: Mapping[int, int] = {
    **dict.fromkeys(b"!BHfhwbIE", 1),
    **dict.fromkeys(b"LWP$\\", 2),
    ord("^"): 3,
}


def next_command(buffer: bytes | bytearray) -> Command | None:
    """The command at the start of *buffer*; None while its bytes are not complete."""
    if not buffer:
        return None
    match buffer[0]:
        case 0x10:
            return _realtime(buffer)
        case 0x1B:
            return _escape(buffer)
        case 0x1C:
            return _whole(buffer, 2 + (1 if len(buffer) > 1 and buffer[1] in b"!-WC" else 0), "skip")
        case 0x1D:
            return _group(buffer)
        case 0x0A:
            return Command("line", 1, 1)
        case byte if byte < 0x20:
            return Command("skip", 1)
    return Command("text", 1)


def _whole(buffer: bytes | bytearray, length: int, kind: Kind, value: int = 0) -> Command | None:
    return Command(kind, length, value) if len(buffer) >= length else None


def _realtime(buffer: bytes | bytearray) -> Command | None:
    """Already obeyed on arrival: step over it."""
    if len(buffer) < 3:
        return None
    if buffer[1] == 0x14:
        return _whole(buffer, {1: 5, 2: 5, 8: 10}.get(buffer[2], 3), "skip")
    return Command("skip", 3 if buffer[1] in (0x04, 0x05) else 1)


def _escape(buffer: bytes | bytearray) -> Command | None:
    if len(buffer) < 2:
        return None
    match chr(buffer[1]):
        case "J" if len(buffer) >= 3:
            return Command("feed", 3, buffer[2])
        case "d" if len(buffer) >= 3:
            return Command("line", 3, buffer[2])
        case "J" | "d":
            return None
        case "p":
            return _whole(buffer, 5, "drawer")
        case "*":
            return _column_picture(buffer)
        case "D":
            end = buffer.find(0, 2)
            return Command("skip", end + 1) if end >= 0 else None
    return _whole(buffer, 2 + ESC_PARAMETERS.get(buffer[1], 0), "skip")


def _column_picture(buffer: bytes | bytearray) -> Command | None:
    """``ESC *``: stepped over; our slips are rasters."""
    if len(buffer) < 5:
        return None
    columns = buffer[3] | buffer[4] << 8
    return _whole(buffer, 5 + columns * (3 if buffer[2] >= 32 else 1), "skip")


def _group(buffer: bytes | bytearray) -> Command | None:
    if len(buffer) < 3:
        return None
    match chr(buffer[1]):
        case "v":
            return _raster(buffer)
        case "V" if buffer[2] in (65, 66, 97, 98, 103, 104):
            return Command("cut", 4, buffer[3]) if len(buffer) >= 4 else None
        case "V":
            return Command("cut", 3)
        case "r":
            return Command("ask", 3, buffer[2] % 48)
        case "a":
            return Command("automatic", 3, buffer[2])
        case "(":
            return _whole(buffer, 5 + (buffer[3] | buffer[4] << 8), "skip") if len(buffer) >= 5 else None
        case "8":
            return _whole(buffer, 7 + int.from_bytes(buffer[3:7], "little"), "skip") if len(buffer) >= 7 else None
        case "k":
            return _barcode(buffer)
    return _whole(buffer, 2 + GS_PARAMETERS.get(buffer[1], 0), "skip")


def _raster(buffer: bytes | bytearray) -> Command | None:
    if len(buffer) < 8:
        return None
    width_bytes, rows = buffer[4] | buffer[5] << 8, buffer[6] | buffer[7] << 8
    if not width_bytes or not rows:
        return Command("skip", 8)
    return Command("raster", 8, raster=Raster(width_bytes, rows))


def _barcode(buffer: bytes | bytearray) -> Command | None:
    if buffer[2] >= 65:
        return _whole(buffer, 4 + buffer[3], "skip") if len(buffer) >= 4 else None
    end = buffer.find(0, 3)
    return Command("skip", end + 1) if end >= 0 else None
