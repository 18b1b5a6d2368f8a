"""How counts, waits and times are said."""

from datetime import datetime

import pytest

from printer.content import Language, Wait
from printer.labels import LABELS, ahead_text, issued_text, wait_text


@pytest.mark.parametrize(
    ("low_s", "high_s", "vietnamese", "english"),
    [
        (600, 1500, "khoảng 10–25 phút", "about 10–25 min"),
        (659, 1441, "khoảng 10–25 phút", "about 10–25 min"),
        (600, 600, "khoảng 10 phút", "about 10 min"),
        (0, 280, "dưới 5 phút", "under 5 min"),
        (0, 0, "dưới 1 phút", "under 1 min"),
        (5500, 10200, "khoảng 1,5–3 giờ", "about 1.5–3 hours"),
        (7200, 7200, "khoảng 2 giờ", "about 2 hours"),
    ],
)
def test_a_wait_is_a_range_rounded_outward(low_s: int, high_s: int, vietnamese: str, english: str) -> None:
    wait = Wait(low_s, high_s)
    assert (wait_text(wait, "vi"), wait_text(wait, "en")) == (vietnamese, english)


def test_nobody_before_you_means_that_you_are_next() -> None:
    assert (ahead_text(0, "vi"), ahead_text(0, "en")) == ("Sắp đến lượt bạn", "You are next")


def test_one_person_is_no_plural() -> None:
    assert (ahead_text(1, "en"), ahead_text(2, "en"), ahead_text(2, "vi")) == ("1 person", "2 people", "2 người")


def test_the_time_of_issue_is_that_of_the_hospital_not_of_this_machine() -> None:
    issued_at = datetime.fromisoformat("2026-05-04T07:05:59+07:00")
    assert issued_text(issued_at, "vi") == "07:05 · 04/05/2026"
    assert issued_text(issued_at, "en") == "07:05 · 4 May 2026"


@pytest.mark.parametrize("language", ["vi", "en"])
def test_no_word_is_missing(language: Language) -> None:
    labels = LABELS[language]
    assert all(getattr(labels, name) for name in labels.__slots__)
