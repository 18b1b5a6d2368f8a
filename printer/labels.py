"""
The words that stand on every slip, in Vietnamese and English. Pure.

Names of hospitals, services and places come with the content; here are only the fixed words, and how a count, a wait
and a time are said.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from printer.content import Language, Wait

HOURS_FROM_MIN = 120  # from two hours on, minutes suggest a precision that no forecast has


@dataclass(frozen=True, slots=True)
class Labels:
    """The fixed words of one language; ``{…}`` is filled with a number."""

    copy: str
    where: str
    ahead: str
    people: str
    person: str
    next: str
    wait: str
    minutes: str
    minutes_below: str
    hours: str
    issued: str
    decimal_mark: str
    scan: str


LABELS: Mapping[Language, Labels] = {
    "vi": Labels(
        copy="BẢN SAO",
        where="Mời đến",
        ahead="Số người chờ trước",
        people="{} người",
        person="{} người",
        next="Sắp đến lượt bạn",
        wait="Thời gian chờ",
        minutes="khoảng {} phút",
        minutes_below="dưới {} phút",
        hours="khoảng {} giờ",
        issued="Lấy số lúc",
        decimal_mark=",",
        scan="Quét mã để xem lượt trên điện thoại",
    ),
    "en": Labels(
        copy="COPY",
        where="Please go to",
        ahead="Ahead of you",
        people="{} people",
        person="{} person",
        next="You are next",
        wait="Waiting time",
        minutes="about {} min",
        minutes_below="under {} min",
        hours="about {} hours",
        issued="Issued at",
        decimal_mark=".",
        scan="Scan to follow your turn on your phone",
    ),
}


def ahead_text(ahead: int, language: Language) -> str:
    """How many others come first; 0 means that the patient is next."""
    labels = LABELS[language]
    if ahead == 0:
        return labels.next
    return (labels.person if ahead == 1 else labels.people).format(ahead)


def wait_text(wait: Wait, language: Language) -> str:
    """The forecast as a range, rounded outward: to minutes, from two hours on to half hours."""
    labels = LABELS[language]
    low_min, high_min = wait.low_s // 60, -(-wait.high_s // 60)
    if high_min >= HOURS_FROM_MIN:
        low_halves, high_halves = low_min // 30, -(-high_min // 30)
        return labels.hours.format(_range(_halves(low_halves, labels), _halves(high_halves, labels)))
    if low_min == 0:
        return labels.minutes_below.format(max(high_min, 1))
    return labels.minutes.format(_range(str(low_min), str(high_min)))


def issued_text(issued_at: datetime, language: Language) -> str:
    """Time, then date, as they are read in each language: ``07:42 · 14/05/2026``, ``07:42 · 14 May 2026``."""
    if language == "vi":
        return f"{issued_at:%H:%M} · {issued_at:%d/%m/%Y}"
    return f"{issued_at:%H:%M} · {issued_at.day} {MONTHS[issued_at.month - 1]} {issued_at.year}"


# Not %b: that would follow the locale of the machine.
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def _range(low: str, high: str) -> str:
    return low if low == high else f"{low}–{high}"


def _halves(count: int, labels: Labels) -> str:
    return str(count // 2) if count % 2 == 0 else f"{count // 2}{labels.decimal_mark}5"
