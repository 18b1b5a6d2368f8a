"""
What stands on a slip, as the server sends it, checked and cleaned.

Answers whether a content object can be drawn at all, and turns its text into something that cannot disturb a printer:
composed letters (NFC, so that the font finds them), no control or invisible characters, no endless text. It knows no
layout and no words: those are in `printer.slip` and `printer.labels`.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Self, cast

from printer.errors import ContentError

Language = Literal["vi", "en"]

NAME_LETTERS_MAX = 160  # the longest real names have under 100; a slip must not become a poster
NUMBER_LETTERS_MAX = 12  # `A042`, `K2-07-999`
MARK_LETTERS_MAX = 40
QR_LETTERS_MAX = 300  # a QR of 300 letters still has dots of 3 on 58 mm paper
INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn"}  # control, format (bidi, zero width), surrogates, private, unassigned


@dataclass(frozen=True, slots=True)
class Wait:
    """A forecast in seconds, ``0 <= low_s <= high_s``."""

    low_s: int
    high_s: int


@dataclass(frozen=True, slots=True)
class SlipContent:
    """The content object of the contract, with clean text. ``issued_at`` is printed in its own offset, as it comes."""

    hospital: str
    service: str
    number: str
    class_mark: str | None
    class_note: str | None
    issued_at: datetime
    ahead: int | None
    wait: Wait | None
    where: str | None
    qr: str | None
    qr_opens_page: bool
    language: Language
    is_copy: bool

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """
        Read the object of the contract; unknown keys are ignored.

        Raises:
            ContentError: ``number`` or ``issued_at`` is missing, or a field is of the wrong kind. The facts name
                the ``field``.
        """
        return cls(
            hospital=_text(value, "hospital", NAME_LETTERS_MAX) or "",
            service=_text(value, "service", NAME_LETTERS_MAX) or "",
            number=_number(value),
            class_mark=_text(value, "class_mark", MARK_LETTERS_MAX),
            class_note=_text(value, "class_note", MARK_LETTERS_MAX),
            issued_at=_time(value),
            ahead=_count(value, "ahead"),
            wait=_wait(value),
            where=_text(value, "where", NAME_LETTERS_MAX),
            qr=_qr(value),
            qr_opens_page=_flag(value, "qr_opens_page"),
            language=_language(value),
            is_copy=_flag(value, "copy"),
        )


def clean(text: str, letters_max: int) -> str:
    """Compose, drop what is invisible, fold blanks, cut to *letters_max* with an ellipsis."""
    # Four times the limit first: composing 20 kB of stray text would cost more than the whole slip.
    composed = unicodedata.normalize("NFC", text[: letters_max * 4])
    seen = "".join(" " if letter.isspace() else letter for letter in composed)
    visible = "".join(letter for letter in seen if unicodedata.category(letter) not in INVISIBLE)
    folded = " ".join(visible.split())
    return folded if len(folded) <= letters_max else folded[: letters_max - 1].rstrip() + "…"


def _text(value: Mapping[str, Any], field: str, letters_max: int) -> str | None:
    found = value.get(field)
    if found is None:
        return None
    if not isinstance(found, str):
        raise ContentError(field=field)
    return clean(found, letters_max) or None


def _number(value: Mapping[str, Any]) -> str:
    number = _text(value, "number", NUMBER_LETTERS_MAX)
    if number is None:
        raise ContentError(field="number")
    return number


def _qr(value: Mapping[str, Any]) -> str | None:
    qr = value.get("qr")
    if qr is None or qr == "":
        return None
    # A code that was cut or cleaned would lead somewhere else: refuse instead.
    if not isinstance(qr, str) or len(qr) > QR_LETTERS_MAX or not qr.isprintable():
        raise ContentError(field="qr")
    return qr


def _time(value: Mapping[str, Any]) -> datetime:
    found = value.get("issued_at")
    try:
        time = found if isinstance(found, datetime) else datetime.fromisoformat(str(found))
    except ValueError as error:
        raise ContentError(field="issued_at") from error
    if time.utcoffset() is None:
        raise ContentError(field="issued_at")
    return time


def _count(value: Mapping[str, Any], field: str) -> int | None:
    found = value.get(field)
    if found is None:
        return None
    if not isinstance(found, int) or isinstance(found, bool) or found < 0:
        raise ContentError(field=field)
    return found


def _wait(value: Mapping[str, Any]) -> Wait | None:
    found = value.get("wait")
    if found is None:
        return None
    if not isinstance(found, Mapping):
        raise ContentError(field="wait")
    low_s, high_s = _count(found, "low_s"), _count(found, "high_s")
    if low_s is None or high_s is None or low_s > high_s:
        raise ContentError(field="wait")
    return Wait(low_s, high_s)


def _language(value: Mapping[str, Any]) -> Language:
    language = value.get("language", "vi")
    if language not in ("vi", "en"):
        raise ContentError(field="language")
    return cast(Language, language)


def _flag(value: Mapping[str, Any], field: str) -> bool:
    found = value.get(field, False)
    if not isinstance(found, bool):
        raise ContentError(field=field)
    return found
