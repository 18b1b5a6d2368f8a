"""
What a scanned card says: the citizen card (CCCD) and the insurance card (BHYT), old and new.

A card saves typing and proves the age class; nothing here is stored, and a refusal carries no part of the scan.
Scanners damage what they read, so digits are trusted before names: a name that is not plain letters is left out and the
result says so. What is doubtful is a warning for the desk; only what is no card, or cannot be, is refused. Ticket
tokens and appointments are the caller's business. The formats: DOMAIN, section 4.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from server.rules.priority import NORMAL, class_by_age
from server.rules.refusals import BirthInFuture, NotACard, VneidOpaque

#: An insurance card with the longest names stays under 1,200; more is a poster, a web page or a jammed scanner.
SCAN_CHARACTERS_MAX: Final = 2_000
NAME_CHARACTERS_MAX: Final = 100
#: Nobody was ever older: a date before that is a reading fault, not an age.
AGE_YEARS_MAX: Final = 122
#: What scanners and keyboards put around a code.
EDGES: Final = "\ufeff\x00\x02\x03\t\r\n "

CCCD: Final = "cccd"
BHYT: Final = "bhyt"
#: Fields of a citizen card: since July 2024 eleven, of which only the first seven are read.
CCCD_FIELDS: Final = frozenset({7, 11})
BHYT_NEW_FIELDS: Final = 16
BHYT_OLD_FIELDS: Final = frozenset({9, 15})
#: First two letters of an old insurance number that stand for revolutionary merit.
MERIT_PREFIXES: Final = frozenset({"CC", "CK", "CB", "KC", "TC", "TD"})
#: The province codes of personal numbers; they stay in the numbers although provinces have merged since.
_PROVINCE_CODES: Final = (
    1, 2, 4, 6, 8, 10, 11, 12, 14, 15, 17, 19, 20, 22, 24, 25, 26, 27, 30, 31, 33, 34, 35, 36, 37, 38, 40, 42, 44, 45,
    46, 48, 49, 51, 52, 54, 56, 58, 60, 62, 64, 66, 67, 68, 70, 72, 74, 75, 77, 79, 80, 82, 83, 84, 86, 87, 89, 91,
    92, 93, 94, 95, 96,
)  # fmt: skip
PROVINCES: Final = frozenset(f"{code:03d}" for code in _PROVINCE_CODES)

PERSONAL_NUMBER: Final = re.compile(r"[0-9]{12}")
OLD_INSURANCE_NUMBER: Final = re.compile(r"[A-Z]{2}[0-9]{13}")
NEW_INSURANCE_NUMBER: Final = re.compile(r"[0-9]{10}|[0-9]{12}|[A-Z]{2}[0-9]{13}")
CARD_DATE: Final = re.compile(r"(?:([0-9]{2})/?([0-9]{2})/?)?([0-9]{4})")
#: VNeID is not documented: it names itself, or is one long word as signed tokens are (a slip's token has 16 letters).
VNEID: Final = re.compile(r"(?i:.*vneid.*)|[A-Za-z0-9+/=_.-]{80,}")

CCCD_SEXES: Final = {"nam": "male", "nữ": "female"}
BHYT_SEXES: Final = {"1": "male", "2": "female"}


@dataclass(frozen=True, slots=True)
class Scan:
    """
    What a card says.

    Attributes:
        kind: ``cccd`` or ``bhyt``.
        priority_class: The class that follows from the date of birth, or merit from an old insurance number.
        warnings: Codes for the desk: ``unknown_province``, ``sex_mismatch``, ``year_mismatch`` (the personal number
            says otherwise), ``name_unverified`` (damaged by the scanner), ``birth_missing``, ``class_undecided`` (the
            birth year alone does not decide), ``class_unconfirmed`` (staff confirms the class).
        number: Personal or insurance number.
        name: In NFC; None where the card has none or the scanner damaged it beyond letters.
        birth: ISO date, or the year alone where the card says no more; None where it says nothing.
        sex: ``male``, ``female`` or None.
    """

    kind: str
    priority_class: str
    warnings: tuple[str, ...]
    number: str
    name: str | None = None
    birth: str | None = None
    sex: str | None = None


def read_scan(scan: str, today: date) -> Scan:
    """
    Read a card.

    Args:
        scan: The text as the scanner gave it, end marks and all; one card scanned twice in a row is one card. Twelve
            typed digits are read as a personal number.
        today: The day on which ages are judged.

    Raises:
        NotACard: Neither card, two different ones glued together, or damaged beyond its digits.
        BirthInFuture: The date, or the year in the personal number, is after *today*.
        VneidOpaque: A VNeID code, whose content is not public.
    """
    if len(scan) > SCAN_CHARACTERS_MAX:
        raise NotACard(reason="too_long")
    fields = _once(unicodedata.normalize("NFC", scan)).split("|")
    if len(fields) == 1:
        return _read_typed(fields[0], today)
    number = _plain(fields[0]).upper()
    if len(fields) in CCCD_FIELDS and PERSONAL_NUMBER.fullmatch(number):
        return _read_cccd(number, fields, today)
    if _is_bhyt(number, len(fields)):
        return _read_bhyt(number, fields, today)
    raise NotACard(reason="unknown_form")


def _once(text: str) -> str:
    """*text* without end marks, and once only where the same code was scanned several times in a row."""
    pieces = {piece.strip(EDGES) for piece in re.split(r"[\r\n]+", text)} - {""}
    text = pieces.pop() if len(pieces) == 1 else text.strip(EDGES)
    period = (text + text).find(text, 1)
    if "|" in text and 0 < period < len(text):
        text = text[:period]
    if text.endswith("$"):
        text = text[:-1].removesuffix("|")
    elif text.count("|") == BHYT_NEW_FIELDS or text.count("|") in BHYT_OLD_FIELDS:
        text = text.removesuffix("|")
    return text


def _is_bhyt(number: str, fields: int) -> bool:
    if fields == BHYT_NEW_FIELDS:
        return NEW_INSURANCE_NUMBER.fullmatch(number) is not None
    return fields in BHYT_OLD_FIELDS and OLD_INSURANCE_NUMBER.fullmatch(number) is not None


def _read_typed(text: str, today: date) -> Scan:
    """Twelve digits alone. Product bars may have twelve digits too, so that an impossible number is no card."""
    if VNEID.fullmatch(text):
        raise VneidOpaque()
    number = re.sub(r"[\s.-]", "", _plain(text))
    if not PERSONAL_NUMBER.fullmatch(number) or number[:3] not in PROVINCES:
        raise NotACard(reason="unknown_form")
    if not 0 <= today.year - _year_in(number) <= AGE_YEARS_MAX:
        raise NotACard(reason="unknown_form")
    birth = _Birth(_year_in(number))
    priority_class, warnings = _class_by_birth(birth, today)
    if priority_class != NORMAL:
        warnings = (*warnings, "class_unconfirmed")
    return Scan(CCCD, priority_class, warnings, number, None, birth.text, _sex_in(number))


def _read_cccd(number: str, fields: Sequence[str], today: date) -> Scan:
    issued = _plain(fields[6])
    if issued and not CARD_DATE.fullmatch(issued):
        raise NotACard(reason="glued")
    birth = _read_birth(fields[3], today)
    # A wedge loses "ữ": then the number says what the card said.
    sex = CCCD_SEXES.get(_plain(fields[4]).lower()) or _sex_in(number)
    name, name_warnings = _read_name(fields[2])
    priority_class, class_warnings = _class_by_birth(birth, today)
    warnings = (*_compare(number, birth, sex, today), *name_warnings, *class_warnings)
    return Scan(CCCD, priority_class, warnings, number, name, birth.text if birth else None, sex)


def _read_bhyt(number: str, fields: Sequence[str], today: date) -> Scan:
    if any("$" in field for field in fields):
        raise NotACard(reason="glued")
    birth = _read_birth(fields[2], today)
    sex = BHYT_SEXES.get(_plain(fields[3]))
    name, name_warnings = _read_hex_name(fields[1])
    priority_class, class_warnings = _class_by_birth(birth, today)
    if priority_class == NORMAL and number[:2] in MERIT_PREFIXES:
        # An age that is proven comes before a merit that a desk has yet to confirm.
        priority_class, class_warnings = "merit", ("class_unconfirmed",)
    compared = _compare(number, birth, sex, today) if PERSONAL_NUMBER.fullmatch(number) else ()
    warnings = (*compared, *name_warnings, *class_warnings)
    return Scan(BHYT, priority_class, warnings, number, name, birth.text if birth else None, sex)


@dataclass(frozen=True, slots=True)
class _Birth:
    """A date of birth; *day* is None where only the year is known."""

    year: int
    day: date | None = None

    @property
    def text(self) -> str:
        return self.day.isoformat() if self.day else f"{self.year:04d}"


def _read_birth(field: str, today: date) -> _Birth | None:
    """``ddMMyyyy``, ``dd/MM/yyyy`` or a year; day or month 00 means that only the year is known."""
    text = _plain(field)
    if text in ("", "-"):
        return None
    found = CARD_DATE.fullmatch(text)
    if found is None:
        raise NotACard(reason="birth")
    day, month, year = (int(part or 0) for part in found.groups())
    if year > today.year:
        raise BirthInFuture(year=year)
    if year < today.year - AGE_YEARS_MAX:
        raise NotACard(reason="birth")
    if day == 0 or month == 0:
        return _Birth(year)
    try:
        birth = date(year, month, day)
    except ValueError as error:
        raise NotACard(reason="birth") from error
    if birth > today:
        raise BirthInFuture(year=year)
    return _Birth(year, birth)


def _class_by_birth(birth: _Birth | None, today: date) -> tuple[str, tuple[str, ...]]:
    """The class and a warning where the birth does not decide it: in the boundary year only staff can."""
    if birth is None:
        return NORMAL, ("birth_missing",)
    if birth.day is not None:
        return class_by_age(birth.day, today), ()
    oldest = class_by_age(date(birth.year, 1, 1), today)
    youngest = class_by_age(date(birth.year, 12, 31), today)
    return (oldest, ()) if oldest == youngest else (NORMAL, ("class_undecided",))


def _compare(number: str, birth: _Birth | None, sex: str | None, today: date) -> tuple[str, ...]:
    """What the personal number says against the card: ``PPP G YY NNNNNN``. It has no check digit."""
    if _year_in(number) > today.year:
        raise BirthInFuture(year=_year_in(number))
    warnings = []
    if number[:3] not in PROVINCES:
        warnings.append("unknown_province")
    if sex is not None and sex != _sex_in(number):
        warnings.append("sex_mismatch")
    if birth is not None and birth.year != _year_in(number):
        warnings.append("year_mismatch")
    return tuple(warnings)


def _year_in(number: str) -> int:
    """G counts half centuries of sex: 0 and 1 are 19xx, 2 and 3 are 20xx."""
    return 1900 + int(number[3]) // 2 * 100 + int(number[4:6])


def _sex_in(number: str) -> str:
    return "female" if int(number[3]) % 2 else "male"


def _read_hex_name(field: str) -> tuple[str | None, tuple[str, ...]]:
    text = _plain(field)
    if text in ("", "-"):
        return None, ()
    try:
        return _read_name(bytes.fromhex(text).decode("utf-8"))
    except ValueError:
        return None, ("name_unverified",)


def _read_name(field: str) -> tuple[str | None, tuple[str, ...]]:
    """The name in NFC and whether it must be checked: letters, and what stands between names, and nothing else."""
    is_whole = field.isprintable()
    spaced = "".join(sign if sign.isprintable() else " " for sign in unicodedata.normalize("NFC", field))
    name = " ".join(spaced.split())
    if not name:
        return None, ()
    if len(name) > NAME_CHARACTERS_MAX or not all(sign.isalpha() or sign in " '’.-" for sign in name):
        return None, ("name_unverified",)
    return name, () if is_whole else ("name_unverified",)


def _plain(field: str) -> str:
    """A field of digits or letters without what a scanner put in: control signs and blanks around it."""
    return "".join(sign for sign in field if sign.isprintable()).strip()
