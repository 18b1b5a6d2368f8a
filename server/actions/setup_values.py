"""What a single value in a hospital's file may be. Each check takes whatever TOML gave and never raises."""

from __future__ import annotations

import re
import zoneinfo
from collections.abc import Callable, Mapping
from typing import Any, Final

from server.actions.issue import parse_hours
from server.rules.numbering import SERIES_MAX

Check = Callable[[Any], bool]
CODE: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
SPAN: Final = re.compile(r"[0-9]{2}:[0-9]{2}-[0-9]{2}:[0-9]{2}")
SPEECH: Final = ("vi", "en")
TEXT_CHARACTERS_MAX: Final = 200
COUNT_MAX: Final = 10_000
MINUTES_MAX: Final = 600
#: Pictures for services, all drawn in `pages/common/icons.js`; a test looks.
ICONS: Final = (
    "stethoscope", "child", "heart", "eye", "ear", "tooth", "bone", "pregnant", "woman", "lab", "xray", "ultrasound",
    "pill", "cash", "card", "return", "leaf", "rehab", "hand", "brain", "lungs", "skin", "stomach", "syringe",
    "ambulance", "emergency", "reception", "person", "people", "elder", "wheelchair", "medal", "ticket", "info",
)  # fmt: skip


def is_code(value: Any) -> bool:
    return isinstance(value, str) and CODE.fullmatch(value) is not None


def is_text(value: Any) -> bool:
    return isinstance(value, str) and value.strip() != "" and len(value) <= TEXT_CHARACTERS_MAX


def is_names(value: Any) -> bool:
    return isinstance(value, Mapping) and is_text(value.get("vi")) and all(map(is_text, value.values()))


def is_codes(value: Any) -> bool:
    """A list of different codes: a queue named twice in a flow would send the patient round for ever."""
    return isinstance(value, list) and len(value) > 0 and all(map(is_code, value)) and len(set(value)) == len(value)


def is_hours(value: Any) -> bool:
    return isinstance(value, list) and all(map(_is_span, value))


def is_languages(value: Any) -> bool:
    return (
        isinstance(value, list) and len(value) > 0 and all(value.count(item) == 1 and item in SPEECH for item in value)
    )


def is_count(value: Any) -> bool:
    return _is_whole(value) and 1 <= value <= COUNT_MAX


def is_start(value: Any) -> bool:
    """A first number that leaves a morning's worth of numbers behind it."""
    return _is_whole(value) and 1 <= value <= SERIES_MAX - 999


def is_minutes(value: Any) -> bool:
    return (_is_whole(value) or isinstance(value, float)) and 0 < value <= MINUTES_MAX


def is_flag(value: Any) -> bool:
    return isinstance(value, bool)


def is_clock(value: Any) -> bool:
    return isinstance(value, str) and re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", value) is not None


def is_timezone(value: Any) -> bool:
    return isinstance(value, str) and value in zoneinfo.available_timezones()


def is_address(value: Any) -> bool:
    return isinstance(value, str) and (value == "" or re.fullmatch(r"https?://[^/\s]+(/[^\s]*)?", value) is not None)


def is_prefix(value: Any) -> bool:
    return isinstance(value, str) and re.fullmatch(r"[A-Z]{1,2}", value) is not None


def one_of(*values: str) -> Check:
    return lambda value: value in values


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_span(value: Any) -> bool:
    if not (isinstance(value, str) and SPAN.fullmatch(value)):
        return False
    try:
        parse_hours(value)
    except ValueError:
        return False
    return True
