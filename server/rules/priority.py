"""
The priority classes of law 15/2023/QH15, article 3, and who may set them.

The law names the classes and ties the right to the hospital's conditions; it fixes no order among them and no ratio.
Order and ratio are policy (`discipline`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from server.rules.refusals import ClassNotAllowed, ClassUnknown


@dataclass(frozen=True, slots=True)
class PriorityClass:
    """
    One class.

    Attributes:
        code: Stable code, in rows, log and API.
        is_declared: A patient may declare it at a kiosk; it then stays unconfirmed until staff confirms.
    """

    code: str
    is_declared: bool


NORMAL: Final = "normal"
EMERGENCY: Final = "emergency"
CLASSES: Final = {
    item.code: item
    for item in (
        PriorityClass("emergency", False),
        PriorityClass("child_u6", True),
        PriorityClass("pregnant", True),
        PriorityClass("disability_extreme", True),
        PriorityClass("disability_severe", True),
        PriorityClass("age_75", True),
        PriorityClass("merit", True),
        PriorityClass("normal", True),
    )
}
#: Under this age in full years on the day a child goes first (the law); a setting only where a hospital gives more.
CHILD_UNDER_YEARS: Final = 6
#: From this age in full years on the day; signs from before 2024 say 80.
ELDER_FROM_YEARS: Final = 75


def check_class(code: str, *, by_staff: bool) -> str:
    """
    *code* if the caller may give it.

    Raises:
        ClassUnknown: No such class.
        ClassNotAllowed: Only staff may give it (emergency never comes from a kiosk).
    """
    found = CLASSES.get(code)
    if found is None:
        raise ClassUnknown(value=code[:40])
    if not (by_staff or found.is_declared):
        raise ClassNotAllowed(**{"class": code})
    return code


def is_priority(code: str) -> bool:
    """True for each class but normal."""
    return code != NORMAL


def age_on(birth: date, today: date) -> int:
    """Full years on *today*; somebody born on 29 February is a year older from 1 March in a common year."""
    return today.year - birth.year - ((today.month, today.day) < (birth.month, birth.day))


def class_by_age(birth: date, today: date) -> str:
    """The class that follows from a date of birth alone."""
    years = age_on(birth, today)
    if years < CHILD_UNDER_YEARS:
        return "child_u6"
    return "age_75" if years >= ELDER_FROM_YEARS else NORMAL
