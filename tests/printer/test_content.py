"""What may stand on a slip."""

import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from printer.content import SlipContent, clean
from printer.errors import ContentError
from tests.printer.samples import ORDINARY


def read(**changes: Any) -> SlipContent:
    return SlipContent.from_json(ORDINARY | changes)


def test_taken_apart_letters_are_composed() -> None:
    apart = unicodedata.normalize("NFD", "Khám nội tổng hợp")
    assert read(service=apart).service == "Khám nội tổng hợp"


def test_control_bytes_and_invisible_letters_never_reach_the_picture() -> None:
    assert read(service="Khám\x1b@\x10\x04\x01 nội\u202e\u200b\x00").service == "Khám@ nội"


def test_html_is_only_letters() -> None:
    assert read(where="<script>alert(1)</script>").where == "<script>alert(1)</script>"


def test_lines_and_tabs_become_single_blanks() -> None:
    assert read(where=" Phòng 12,\r\n\ttầng  1 ").where == "Phòng 12, tầng 1"


def test_a_poster_is_cut_to_a_slip() -> None:
    assert len(read(service="rất dài " * 2500).service) == 160
    assert read(service="rất dài " * 2500).service.endswith("…")


def test_an_empty_mark_is_no_mark() -> None:
    assert read(class_mark=" \x00 ").class_mark is None


def test_only_number_and_time_are_indispensable() -> None:
    content = SlipContent.from_json({"number": "E7", "issued_at": "2026-05-14T07:42:10+07:00"})
    assert (content.number, content.qr, content.is_copy, content.language) == ("E7", None, False, "vi")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("number", None),
        ("number", ""),
        ("number", 42),
        ("issued_at", None),
        ("issued_at", "this morning"),
        ("issued_at", "2026-05-14T07:42:10"),
        ("ahead", -1),
        ("ahead", True),
        ("ahead", "12"),
        ("wait", {"low_s": 9, "high_s": 3}),
        ("wait", {"low_s": 9}),
        ("wait", [1, 2]),
        ("language", "fr"),
        ("copy", "yes"),
        ("service", ["x"]),
        ("qr", "x" * 301),
        ("qr", "token\nmore"),
    ],
)
def test_a_content_that_cannot_be_drawn_is_refused_by_its_field(field: str, value: Any) -> None:
    with pytest.raises(ContentError) as refused:
        read(**{field: value})
    assert refused.value.facts["field"] == field


@given(st.text())
def test_cleaned_text_is_bounded_printable_and_stays_as_it_is(text: str) -> None:
    once = clean(text, 40)
    assert len(once) <= 40
    assert all(letter.isprintable() for letter in once)
    assert clean(once, 40) == once
