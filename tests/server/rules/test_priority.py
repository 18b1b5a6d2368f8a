"""The classes of the law, who may give them, and which follow from a date of birth."""

from datetime import date

import pytest

from server.rules.priority import CLASSES, age_on, check_class, class_by_age, is_priority
from server.rules.refusals import ClassNotAllowed, ClassUnknown

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize("code", sorted(CLASSES))
def test_staff_may_give_each_class(code: str) -> None:
    assert check_class(code, by_staff=True) == code


@pytest.mark.parametrize("code", sorted(set(CLASSES) - {"emergency"}))
def test_a_patient_may_declare_each_class_but_emergency(code: str) -> None:
    assert check_class(code, by_staff=False) == code


def test_an_emergency_is_declared_by_staff_alone() -> None:
    with pytest.raises(ClassNotAllowed) as refused:
        check_class("emergency", by_staff=False)
    assert refused.value.facts == {"class": "emergency"}


@pytest.mark.parametrize("by_staff", [True, False])
def test_a_class_that_the_law_does_not_have_is_refused(by_staff: bool) -> None:
    with pytest.raises(ClassUnknown) as refused:
        check_class("vip" * 100, by_staff=by_staff)
    assert len(str(refused.value.facts["value"])) == 40


def test_there_is_priority_in_each_class_but_normal() -> None:
    assert {code for code in CLASSES if not is_priority(code)} == {"normal"}


def test_each_class_stands_under_its_own_code() -> None:
    assert [code for code, item in CLASSES.items() if item.code != code] == []


@pytest.mark.parametrize(
    ("birth", "years"),
    [
        (date(2026, 11, 22), 0),
        (date(2025, 11, 23), 0),
        (date(2025, 11, 22), 1),
        (date(2020, 12, 1), 5),
        (date(2020, 10, 31), 6),
    ],
)
def test_a_year_is_full_on_the_birthday(birth: date, years: int) -> None:
    assert age_on(birth, TODAY) == years


@pytest.mark.parametrize(("today", "years"), [(date(2026, 2, 28), 5), (date(2026, 3, 1), 6), (date(2028, 2, 29), 8)])
def test_born_on_a_leap_day_is_a_year_older_in_march(today: date, years: int) -> None:
    assert age_on(date(2020, 2, 29), today) == years


@pytest.mark.parametrize(
    ("birth", "wanted"),
    [
        (TODAY, "child_u6"),
        (date(2020, 11, 23), "child_u6"),
        (date(2020, 11, 22), "normal"),
        (date(1951, 11, 23), "normal"),
        (date(1951, 11, 22), "age_75"),
        (date(1920, 1, 1), "age_75"),
    ],
)
def test_the_class_follows_from_full_years(birth: date, wanted: str) -> None:
    assert class_by_age(birth, TODAY) == wanted
