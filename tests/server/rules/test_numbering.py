"""How a number is printed, and what may be typed for it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.rules.numbering import SERIES_MAX, label, same_number
from tests.server.rules.queues import unhurried

prefixes = st.from_regex(r"[A-Z]{1,2}", fullmatch=True)
numbers = st.integers(1, SERIES_MAX)


@pytest.mark.parametrize(("number", "printed"), [(1, "A001"), (42, "A042"), (999, "A999"), (1000, "A1000")])
def test_a_number_has_three_digits_and_grows_beyond_them(number: int, printed: str) -> None:
    assert label("A", number) == printed


@pytest.mark.parametrize("typed", ["42", "042", "0042", "A42", "a042", " A 042 ", "A-042", "a-42"])
def test_each_way_of_typing_a_number_finds_it(typed: str) -> None:
    assert same_number("A042", typed)


@pytest.mark.parametrize("typed", ["", "A", "B42", "420", "4", "AB42", "42A", "A42A", "bốn hai", "4 3", "²", "--", "0"])
def test_anything_else_does_not(typed: str) -> None:
    assert not same_number("A042", typed)


@pytest.mark.parametrize("typed", ["K2-07", "k207", "K2 07", "207"])
def test_a_number_printed_without_a_network_is_found(typed: str) -> None:
    assert same_number("K2-07", typed)


def test_a_letter_that_was_typed_taken_apart_is_the_same_letter() -> None:
    assert same_number("\u00c2042", "A\u0302042")


@unhurried
@given(prefixes, numbers, st.booleans())
def test_what_is_printed_is_found_with_and_without_its_letter(prefix: str, number: int, with_letter: bool) -> None:
    typed = label(prefix, number) if with_letter else str(number)
    assert same_number(label(prefix, number), typed)


@unhurried
@given(prefixes, prefixes, numbers, numbers)
def test_two_different_numbers_are_never_taken_for_each_other(first: str, second: str, one: int, other: int) -> None:
    is_same = (first, one) == (second, other)
    assert same_number(label(first, one), label(second, other)) is is_same


@unhurried
@given(st.text(max_size=30))
def test_any_typed_text_is_answered(typed: str) -> None:
    assert same_number("A042", typed) in (True, False)
