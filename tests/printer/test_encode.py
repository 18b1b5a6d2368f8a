"""A picture as bytes, judged by the virtual printer's own reader and by two other writers of the same language."""

import random
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from escpos.printer import Dummy
from escpos_thermal import Printer as ThermalPrinter
from escpos_thermal.connectors.dummy_connector import DummyConnector
from escpos_thermal.pillow_escpos_image import PillowEscposImage
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image

from printer.encode import BAND_ROWS_MAX, FEED_DOTS, LOOK_ALIKE, encode, guard
from printer.errors import PictureError
from printer.slip import draw
from printer.virtual.machine import Machine, Paper
from tests.printer.samples import NAMED

HEADER = re.compile(rb"\x1dv0\x00(..)(..)", re.DOTALL)


def test_a_job_begins_fresh_and_ends_with_the_question_whether_it_was_printed() -> None:
    job = encode(white(16, 10))
    assert job.startswith(b"\x1b@\x1dv0\x00\x02\x00\x0a\x00")
    assert job.endswith(b"\x1dVB\x10\x1dr\x01")


def test_without_a_cut_the_paper_only_moves_on() -> None:
    job = encode(white(16, 10), cut=False)
    assert b"\x1dV" not in job
    assert job.endswith(b"\x1bJ\x10\x1dr\x01")


@pytest.mark.parametrize(
    ("rows", "bands"),
    [
        (1, [1]), (48, [56]), (96, [104]), (240, [248]), (256, [256]), (257, [256, 1]), (304, [256, 56]),
        (879, [256, 256, 256, 111]),
    ],
)  # fmt: skip
def test_bands_are_short_and_never_a_height_that_clones_spoil(rows: int, bands: list[int]) -> None:
    job = encode(white(8, rows))
    assert [int.from_bytes(match[2], "little") for match in HEADER.finditer(job)] == bands
    assert all(band <= BAND_ROWS_MAX and band % 48 for band in bands)


def test_black_is_one_and_white_is_nought() -> None:
    picture = white(16, 1)
    picture.putpixel((0, 0), 0)
    picture.putpixel((15, 0), 0)
    assert b"\x02\x00\x01\x00\x80\x01" in encode(picture)


def test_a_width_between_bytes_is_filled_with_white() -> None:
    job = encode(Image.new("1", (9, 1), 0))
    assert b"\x02\x00\x01\x00\xff\x80" in job


def test_grey_is_cut_at_the_middle_not_dithered() -> None:
    grey = Image.new("L", (16, 1), 127)
    grey.paste(128, (8, 0, 16, 1))
    assert b"\x02\x00\x01\x00\xff\x00" in encode(grey)


@pytest.mark.parametrize("size", [(0, 5), (5, 0), (2041, 5), (8, 8001)])
def test_a_picture_that_is_no_slip_is_refused(size: tuple[int, int]) -> None:
    with pytest.raises(PictureError):
        encode(Image.new("1", size, 1))


@given(st.binary(max_size=400) | st.lists(st.sampled_from([0x10, 0x04, 0x05, 0x14, 0x01]), max_size=80).map(bytes))
@example(b"\x10\x10\x04")
def test_no_real_time_command_survives_the_guard(dots: bytes) -> None:
    guarded = guard(dots)
    assert not LOOK_ALIKE.search(guarded)
    assert len(guarded) == len(dots)
    # Dots are only ever added, and only the one of 0x20.
    assert all(after in (before, before | 0x20) for before, after in zip(dots, guarded, strict=True))


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 72), st.integers(1, 600), st.integers(0, 2**32))
def test_no_real_time_command_hides_in_a_whole_job(width_bytes: int, rows: int, seed: int) -> None:
    chance = random.Random(seed)
    dots = bytes(chance.choices(b"\x10\x04\x05\x14\x01\x00", k=width_bytes * rows))
    job = encode(Image.frombytes("1", (width_bytes * 8, rows), dots, "raw", "1;I"))
    assert not LOOK_ALIKE.search(job)


def test_a_picture_full_of_look_alikes_opens_no_drawer() -> None:
    dots = b"\x10\x14\x01\x00\x05" * 200
    machine = Machine(width_dots=80, speed_mm_s=0)
    machine.receive(b"\x1dv0\x00\x0a\x00\x64\x00" + dots, 0.0)
    assert machine.drawer_pulses == 200  # unguarded it would
    picture = Image.frombytes("1", (80, 100), dots, "raw", "1;I")
    guarded = Machine(width_dots=80, speed_mm_s=0)
    guarded.receive(encode(picture), 0.0)
    assert guarded.drawer_pulses == 0


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 100), st.integers(1, 600), st.integers(0, 2**32))
def test_what_is_printed_is_what_was_drawn(width_bytes: int, rows: int, seed: int) -> None:
    picture = noise(width_bytes * 8, rows, seed)
    assert same_but_for_the_guard(printed(encode(picture), width_bytes * 8), picture)


@pytest.mark.parametrize("name", NAMED)
@pytest.mark.parametrize("width", [576, 384])
def test_a_slip_arrives_as_it_was_drawn(name: str, width: int) -> None:
    slip = draw(NAMED[name], width)
    assert same_but_for_the_guard(printed(encode(slip), width), slip)


@pytest.mark.parametrize("seed", range(5))
def test_two_other_writers_of_the_language_make_the_same_raster(seed: int, tmp_path: Path) -> None:
    picture = noise(576, 200, seed)
    ours = raster(encode(picture))
    for theirs in other_writers(picture, tmp_path):
        assert ours in guard(theirs)


@pytest.mark.parametrize("seed", range(3))
def test_the_virtual_printer_reads_two_other_writers(seed: int, tmp_path: Path) -> None:
    picture = noise(576, 250, seed)
    for theirs in other_writers(picture, tmp_path):
        paper = printed(theirs + b"\x1dVB\x00", 576)
        assert paper.crop((0, 0, 576, 250)).tobytes() == picture.tobytes()


def other_writers(picture: Image.Image, folder: Path) -> Iterator[bytes]:
    dummy = Dummy()
    dummy.image(picture.convert("L"), impl="bitImageRaster", center=False, fragment_height=256)
    yield dummy.output
    file = folder / "picture.png"
    picture.save(file)
    connector = DummyConnector()
    thermal = ThermalPrinter(connector)
    thermal.bit_image(PillowEscposImage(str(file)))
    yield connector.get_data()
    thermal.close()


def white(width: int, height: int) -> Image.Image:
    return Image.new("1", (width, height), 1)


def noise(width: int, height: int, seed: int) -> Image.Image:
    return Image.frombytes("1", (width, height), random.Random(seed).randbytes(width // 8 * height))


def raster(job: bytes) -> bytes:
    header = HEADER.search(job)
    assert header is not None
    rows, width_bytes = int.from_bytes(header[2], "little"), int.from_bytes(header[1], "little")
    return job[header.start() : header.end() + rows * width_bytes]


def printed(job: bytes, width_dots: int) -> Image.Image:
    machine = Machine(width_dots, speed_mm_s=0)
    machine.receive(job, 0.0)
    papers = [effect for effect in machine.run(0.0) if isinstance(effect, Paper)]
    assert len(papers) == 1
    assert machine.buffered_bytes == 0
    assert machine.text_bytes == 0
    return papers[0].picture


def same_but_for_the_guard(paper: Image.Image, picture: Image.Image) -> bool:
    wanted = guard_by_bands(picture)
    body, tail = paper.crop((0, 0, *picture.size)), paper.crop((0, picture.height, *paper.size))
    is_white_below = tail.getextrema() == (255, 255) and FEED_DOTS <= tail.height <= FEED_DOTS + 8
    return body.tobytes("raw", "1;I") == wanted and is_white_below


def guard_by_bands(picture: Image.Image) -> bytes:
    dots = picture.tobytes("raw", "1;I")
    step = BAND_ROWS_MAX * (picture.width // 8)
    return b"".join(guard(dots[at : at + step]) for at in range(0, len(dots), step))
