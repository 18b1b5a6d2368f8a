"""What we send, read by npos: a decoder of ESC/POS that others wrote and that knows nothing of our code."""

import random
from functools import cache

import pytest
import zxingcpp
from PIL import Image

from printer.encode import BAND_ROWS_MAX, CLONE_PAD_ROWS, encode
from printer.slip import draw
from tests.printer import npos_reader
from tests.printer.npos_reader import Job
from tests.printer.samples import NAMED

EACH_SLIP = [(name, width) for name in NAMED for width in (576, 384)]
LOOK_ALIKES = (b"\x10\x04", b"\x10\x05", b"\x10\x14")


@pytest.mark.parametrize(("name", "width"), EACH_SLIP)
def test_an_outside_decoder_sees_the_slip_dot_for_dot(name: str, width: int) -> None:
    drawn, seen = draw(NAMED[name], width), read(name, width).picture
    assert seen.width == width
    assert is_the_same(seen, drawn)


@pytest.mark.parametrize(("name", "width"), EACH_SLIP)
def test_an_outside_decoder_finds_no_command_that_was_not_meant(name: str, width: int) -> None:
    bands = -(-draw(NAMED[name], width).height // BAND_ROWS_MAX)
    assert read(name, width).commands == ["ESC@", *["GSv0"] * bands, "GSV", "GSr"]


@pytest.mark.parametrize(("name", "width"), [case for case in EACH_SLIP if "qr" in NAMED[case[0]]])
def test_a_reader_of_codes_reads_the_code_that_an_outside_decoder_sees(name: str, width: int) -> None:
    codes = zxingcpp.read_barcodes(read(name, width).picture.convert("L"))
    assert [code.text for code in codes] == [NAMED[name]["qr"]]


@pytest.mark.parametrize("rows", [1, 48, 256, 304, 879])
def test_an_outside_decoder_sees_any_dots_in_bands_of_any_height(rows: int) -> None:
    drawn = Image.frombytes("1", (576, rows), random.Random(rows).randbytes(72 * rows))
    assert is_the_same(npos_reader.read(encode(drawn)).picture, drawn)


def test_of_a_picture_full_of_look_alikes_an_outside_decoder_misses_no_dot_and_sees_one_more_in_each() -> None:
    dots = b"".join(random.Random(1).choices(LOOK_ALIKES, k=36 * 300))
    seen = npos_reader.read(encode(Image.frombytes("1", (576, 300), dots, "raw", "1;I"))).picture
    assert raster(seen)[: len(dots)] == dots.replace(b"\x10", b"\x30")


@cache
def read(name: str, width: int) -> Job:
    return npos_reader.read(encode(draw(NAMED[name], width)))


def is_the_same(seen: Image.Image, drawn: Image.Image) -> bool:
    """Are they the same but for the dots that the guard adds, and for the white rows that spare clones a bad height?"""
    dots = raster(drawn)
    body, below = raster(seen)[: len(dots)], raster(seen)[len(dots) :]
    changed = [at for at, (before, after) in enumerate(zip(dots, body, strict=True)) if before != after]
    guarded = [at for at in changed if dots[at : at + 2] in LOOK_ALIKES and body[at] == 0x30]
    return changed == guarded and not any(below) and 0 <= seen.height - drawn.height <= CLONE_PAD_ROWS


def raster(picture: Image.Image) -> bytes:
    return picture.tobytes("raw", "1;I")
