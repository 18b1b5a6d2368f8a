"""
A picture as the bytes of a print job.

Raster (``GS v 0``) in bands, because every thermal printer of the field knows it; then the cut, and last ``GS r 1``,
whose answer comes in print order and therefore means "really printed". Pure.

The job disarms what clones and firmware make of innocent dots: see `BAND_ROWS_MAX`, `CLONE_ROWS` and `LOOK_ALIKE`.
"""

import re

from PIL import Image

from printer.errors import PictureError

ESC, GS = b"\x1b", b"\x1d"
INITIALIZE = ESC + b"@"
RASTER = GS + b"v0\x00"
ASK_PAPER = GS + b"r\x01"
BAND_ROWS_MAX = 256  # small receive buffers, and a height of one byte and a carry
CLONE_ROWS = 48  # some clones print garbage when the last band's height is a multiple of this
CLONE_PAD_ROWS = 8
FEED_DOTS = 16  # 2 mm of white below the last line; the way from head to knife is the printer's own
WIDTH_BYTES_MAX = 255  # 2,040 dots: so the length bytes can never look like a command
ROWS_MAX = 8000  # one metre of paper is a mistake, not a slip

# DLE EOT, DLE ENQ, DLE DC4: obeyed as they arrive, even inside picture data; DLE DC4 1 would open a cash drawer.
LOOK_ALIKE = re.compile(rb"\x10(?=[\x04\x05\x14])")
HARMLESS = b"\x30"  # the same dots and one more


def encode(picture: Image.Image, *, cut: bool = True) -> bytes:
    """
    Make the print job for *picture*.

    Args:
        picture: Any mode; cut to black and white at half grey where it is not ``1``. White is added at the right up
            to a whole byte.
        cut: Feed to the knife and cut, as ``GS V 66``. Without it the paper only moves on.

    Raises:
        PictureError: Empty, wider than 2,040 dots, or over a metre long.
    """
    width_bytes = -(-picture.width // 8)
    if not 1 <= width_bytes <= WIDTH_BYTES_MAX or not 1 <= picture.height <= ROWS_MAX:
        raise PictureError(width_dots=picture.width, rows=picture.height)
    dots = _dots(picture, width_bytes)
    bands = (_band(dots[at : at + BAND_ROWS_MAX * width_bytes], width_bytes) for at in _starts(dots, width_bytes))
    return b"".join((INITIALIZE, *bands, _ending(cut), ASK_PAPER))


def guard(dots: bytes) -> bytes:
    """Disarm each byte sequence in *dots* that a printer would obey at once, by one dot more."""
    return LOOK_ALIKE.sub(HARMLESS, dots)


def _dots(picture: Image.Image, width_bytes: int) -> bytes:
    """One bit a dot, 1 is black, rows of *width_bytes*."""
    if picture.mode != "1" or picture.width != width_bytes * 8:
        # Mode L between, because pasting grey into mode 1 would dither.
        paper = Image.new("L", (width_bytes * 8, picture.height), 255)
        paper.paste(picture.convert("L"), (0, 0))
        picture = paper.point(lambda value: 255 if value >= 128 else 0, mode="1")
    return picture.tobytes("raw", "1;I")


def _starts(dots: bytes, width_bytes: int) -> range:
    return range(0, len(dots), BAND_ROWS_MAX * width_bytes)


def _band(dots: bytes, width_bytes: int) -> bytes:
    rows = len(dots) // width_bytes
    if rows % CLONE_ROWS == 0:
        dots += bytes(CLONE_PAD_ROWS * width_bytes)
        rows += CLONE_PAD_ROWS
    # Each band begins with GS, so a look-alike cannot span two; the guard sees what follows within one.
    return RASTER + width_bytes.to_bytes(2, "little") + rows.to_bytes(2, "little") + guard(dots)


def _ending(cut: bool) -> bytes:
    if cut:
        return GS + b"VB" + bytes((FEED_DOTS,))
    return ESC + b"J" + bytes((FEED_DOTS,))
