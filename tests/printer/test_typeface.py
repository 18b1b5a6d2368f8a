"""Type: every letter is there, and lines break well."""

import unicodedata

import pytest

from printer.typeface import MANROPE, NO_BREAK, fit, font, wrap

VOWELS = "aăâeêioôơuưy"
MARKS = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
SMALL = [unicodedata.normalize("NFC", vowel + mark) for vowel in VOWELS for mark in MARKS] + ["đ"]
LETTERS = SMALL + [letter.upper() for letter in SMALL]
REGULAR = font(MANROPE.medium, 24)


@pytest.mark.parametrize("path", [MANROPE.medium, MANROPE.bold, MANROPE.heavy], ids=lambda path: path.stem)
def test_every_vietnamese_letter_and_sign_has_a_shape_of_its_own(path: object) -> None:
    face = font(path, 40)  # type: ignore[arg-type] # the parametrised value is a Path
    missing = bytes(face.getmask("\uffff"))
    shapes = {letter: bytes(face.getmask(letter)) for letter in [*LETTERS, "→", "·", "–", "…"]}
    assert missing not in shapes.values()
    assert len(set(shapes.values())) == len(shapes)


def test_no_line_is_wider_than_the_paper_and_no_word_is_lost() -> None:
    text = "Khám Phục hồi chức năng và Vật lý trị liệu cho người khuyết tật đặc biệt nặng"
    lines = wrap(text, REGULAR, 300)
    assert all(REGULAR.getlength(line) <= 300 for line in lines)
    assert " ".join(lines).replace(NO_BREAK, " ") == text


def test_lines_are_evenly_filled() -> None:
    lines = wrap("Bệnh viện Đa khoa tỉnh Cao Bằng", REGULAR, 360)
    assert lines == ("Bệnh viện Đa khoa", "tỉnh Cao Bằng")


def test_a_room_keeps_its_number_on_its_line() -> None:
    lines = wrap("Mời đến Phòng 12, tầng 1, khu A", REGULAR, 165)
    assert not any(line.split(" ")[0].rstrip(",") in {"12", "1", "A"} for line in lines)


def test_a_word_wider_than_the_paper_is_broken() -> None:
    lines = wrap("x" * 200, REGULAR, 300)
    assert "".join(lines) == "x" * 200
    assert all(REGULAR.getlength(line) <= 300 for line in lines)


def test_the_largest_size_that_fits_is_taken() -> None:
    assert fit("Nhi", MANROPE.bold, (40, 30), 300, 1).size_dots == 40
    assert fit("Khám nội tổng hợp", MANROPE.bold, (40, 30), 300, 1).size_dots == 30
