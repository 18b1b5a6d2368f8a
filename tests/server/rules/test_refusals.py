"""Refusals: a stable code each, facts and no prose, and words in both languages."""

import re

import pytest

from server import words
from server.rules.refusals import NotACard, Refusal, RoomBusy, all_refusals


def test_each_refusal_has_a_code_of_its_own() -> None:
    codes = [refusal.code for refusal in all_refusals()]
    assert len(codes) == len(set(codes))


@pytest.mark.parametrize("refusal", all_refusals(), ids=lambda item: item.code)
def test_a_code_is_the_name_of_its_class(refusal: type[Refusal]) -> None:
    assert re.sub(r"(?<!^)([A-Z])", r"_\1", refusal.__name__).lower() == refusal.code


@pytest.mark.parametrize("language", words.LANGUAGES)
@pytest.mark.parametrize("refusal", all_refusals(), ids=lambda item: item.code)
def test_each_refusal_has_its_words(refusal: type[Refusal], language: str) -> None:
    assert set(words.catalogue("refusals", language)[refusal.code]) == {"title", "detail"}


def test_a_refusal_carries_its_facts() -> None:
    refusal = RoomBusy(room="p1", number="A042")
    assert (refusal.facts, str(refusal)) == (
        {"room": "p1", "number": "A042"},
        "('room_busy', " + str(refusal.facts) + ")",
    )


def test_a_scan_that_is_no_card_is_told_as_such() -> None:
    assert NotACard.code == "not_a_card"
