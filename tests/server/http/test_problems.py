"""Refusals: each code has one status and its words in every language, and nothing is in the tables beside them."""

import pytest

from server import words
from server.http.problems import STATUS
from server.rules.refusals import all_refusals

#: Said where the program itself failed: no rule refuses so.
FAULTS = {"server_fault"}


def codes() -> set[str]:
    return {refusal.code for refusal in all_refusals()} | FAULTS


def test_every_refusal_has_a_status_and_every_status_a_refusal() -> None:
    assert set(STATUS) == codes()


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_every_refusal_has_words_and_all_words_have_a_refusal(language: str) -> None:
    catalogue = words.catalogue("refusals", language)
    assert set(catalogue) == codes()


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_every_refusal_has_a_title_and_a_sentence(language: str) -> None:
    for code, sentences in words.catalogue("refusals", language).items():
        assert set(sentences) == {"title", "detail"}, code
        assert all(text.strip() for text in sentences.values()), code


def test_both_languages_name_the_same_facts() -> None:
    for code in codes():
        vi, en = (words.catalogue("refusals", language)[code]["detail"] for language in ("vi", "en"))
        assert _places(vi) == _places(en), code


def _places(text: str) -> set[str]:
    return {part.partition("}")[0] for part in text.split("{")[1:]}
