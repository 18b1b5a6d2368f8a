"""The slip as a picture."""

import io
import statistics
import time
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageFont

from printer.encode import encode
from printer.errors import ContentError, PictureError
from printer.slip import DOTS_PER_MM, draw, qr_picture
from printer.typeface import MANROPE, Typeface
from tests.printer import golden_pictures
from tests.printer.samples import BARE, LONGEST, NAMED, ORDINARY


@pytest.mark.parametrize(("name", "width"), list(golden_pictures.cases()))
def test_a_slip_looks_as_it_was_approved(name: str, width: int) -> None:
    drawn = golden_pictures.drawn(name, width)
    with Image.open(golden_pictures.path(name, width)) as approved:
        assert drawn.size == approved.size
        assert ImageChops.difference(drawn.convert("L"), approved.convert("L")).getbbox() is None


@pytest.mark.parametrize("width", [576, 384])
@pytest.mark.parametrize("name", ["ordinary", "priority", "english-copy", "longest"])
def test_a_reader_of_codes_reads_back_what_was_put_in(name: str, width: int) -> None:
    assert read_code(draw(NAMED[name], width)) == NAMED[name]["qr"]


@pytest.mark.parametrize("width", [576, 384])
def test_the_longest_address_still_makes_a_code_that_fits_and_reads(width: int) -> None:
    address = "https://luot.benhvien.example/" + "t" * 270
    assert read_code(draw(ORDINARY | {"qr": address}, width)) == address


def test_each_module_of_the_code_is_a_whole_number_of_dots() -> None:
    code = qr_picture("Kx7Qm2Vb9TnR4wZs", 164)
    modules = 25 + 8
    assert code.width % modules == 0
    dots = code.width // modules
    small = code.resize((modules, modules), Image.Resampling.NEAREST)
    assert small.resize(code.size, Image.Resampling.NEAREST).tobytes() == code.tobytes()
    assert dots >= 4


def test_an_ordinary_slip_is_about_six_centimetres_long() -> None:
    assert 55 <= draw(ORDINARY).height / DOTS_PER_MM <= 68


def test_the_number_is_the_largest_thing_on_the_paper() -> None:
    without = draw(ORDINARY | {"number": "1"})
    with_number = draw(ORDINARY)
    changed = ImageChops.difference(without.convert("L"), with_number.convert("L")).getbbox()
    assert changed is not None
    assert changed[2] - changed[0] > 576 * 0.7
    assert changed[3] - changed[1] >= 14 * DOTS_PER_MM


def test_the_phone_is_promised_only_when_the_code_opens_a_page() -> None:
    promised, bare = draw(ORDINARY), draw(ORDINARY | {"qr_opens_page": False})
    assert promised.tobytes() != bare.tobytes()
    assert draw(ORDINARY | {"qr": None}).tobytes() == draw(ORDINARY | {"qr": None, "qr_opens_page": False}).tobytes()


def test_a_copy_shows_that_it_is_one() -> None:
    copy = draw(ORDINARY | {"copy": True})
    assert copy.height > draw(ORDINARY).height
    assert copy.crop((0, 0, 576, 2)).getextrema() == (0, 0)  # a black bar from edge to edge


def test_nothing_is_cut_at_the_edges() -> None:
    for width in (576, 384):
        slip = draw(LONGEST | {"copy": False}, width)
        assert slip.crop((0, 0, 3, slip.height)).getextrema() == (255, 255)
        assert slip.crop((width - 3, 0, width, slip.height)).getextrema() == (255, 255)


def test_a_slip_with_nothing_but_number_and_time_is_drawn() -> None:
    assert draw(BARE).height < draw(ORDINARY).height


def test_the_same_content_makes_the_same_picture() -> None:
    assert draw(ORDINARY).tobytes() == draw(dict(ORDINARY)).tobytes()


@pytest.mark.parametrize("width", [0, 100, 376, 570, 840])
def test_a_width_that_no_printer_has_is_refused(width: int) -> None:
    with pytest.raises(PictureError):
        draw(ORDINARY, width)


@pytest.mark.parametrize("width", [384, 512, 576, 832])
def test_a_slip_is_as_wide_as_the_paper(width: int) -> None:
    assert draw(ORDINARY, width).size[0] == width


def test_a_hospital_may_set_another_family(tmp_path: Path) -> None:
    other = tmp_path / "Other.ttf"
    other.write_bytes(MANROPE.bold.with_name("Manrope-Light.ttf").read_bytes())
    light = Typeface(other, other, other)
    assert draw(ORDINARY, typeface=light).tobytes() != draw(ORDINARY).tobytes()
    assert isinstance(ImageFont.truetype(io.BytesIO(other.read_bytes()), 20), ImageFont.FreeTypeFont)


@settings(max_examples=40, deadline=None)
@given(
    st.fixed_dictionaries(
        {},
        optional={
            "hospital": st.text(max_size=300),
            "service": st.text(max_size=300),
            "class_mark": st.text(max_size=60),
            "class_note": st.text(max_size=60),
            "where": st.text(max_size=300),
            "ahead": st.integers(0, 10**6),
            "qr": st.text(max_size=300),
        },
    ),
    st.sampled_from([384, 576]),
)
def test_whatever_people_type_is_drawn_or_refused_by_name(changes: dict[str, Any], width: int) -> None:
    try:
        slip = draw(ORDINARY | changes, width)
    except ContentError as refused:
        slip = None
        field = refused.facts["field"]
    if slip is None:
        assert field == "qr"
    else:
        assert (slip.mode, slip.width) == ("1", width)


def test_drawing_and_encoding_take_less_than_fifty_milliseconds() -> None:
    encode(draw(LONGEST))  # fonts are opened once
    times_s = []
    for turn in range(15):
        content = LONGEST | {"number": f"A{turn:03}", "qr": f"https://luot.benhvien.example/t/{turn:016}"}
        started_s = time.process_time()  # of this process alone: the machine that tests has other work
        encode(draw(content))
        times_s.append(time.process_time() - started_s)
    assert statistics.median(times_s) < 0.050


def read_code(slip: Image.Image) -> str:
    codes = zxingcpp.read_barcodes(slip.convert("L"))
    assert len(codes) == 1
    return codes[0].text
