"""Checks of a hospital's file: what each table holds, which codes must exist, and on which line a mistake stands."""

from __future__ import annotations

import re
import zoneinfo
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from server.actions.issue import parse_hours

CODE: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
KINDS: Final = ("reception", "clinic", "laboratory", "imaging", "cashier", "pharmacy", "emergency")
SPEECH: Final = ("vi", "en")


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake: its line, the code of its sentence (`setup.*.json`) and what fills it."""

    line: int
    code: str
    facts: Mapping[str, object] = field(default_factory=dict)


Check = Callable[[Any], bool]


def _is_code(value: Any) -> bool:
    return isinstance(value, str) and CODE.fullmatch(value) is not None


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and value.strip() != "" and len(value) <= 200


def _is_names(value: Any) -> bool:
    return isinstance(value, Mapping) and _is_text(value.get("vi")) and all(_is_text(item) for item in value.values())


def _is_codes(value: Any) -> bool:
    return isinstance(value, list) and len(value) > 0 and all(_is_code(item) for item in value)


def _is_hours(value: Any) -> bool:
    try:
        return isinstance(value, list) and all(parse_hours(str(item)) for item in value)
    except ValueError:
        return False


def _is_languages(value: Any) -> bool:
    return isinstance(value, list) and len(value) > 0 and all(item in SPEECH for item in value)


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 10_000


def _is_minutes(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and 0 < value <= 600


def _is_flag(value: Any) -> bool:
    return isinstance(value, bool)


def _is_clock(value: Any) -> bool:
    return isinstance(value, str) and re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", value) is not None


def _is_timezone(value: Any) -> bool:
    return isinstance(value, str) and value in zoneinfo.available_timezones()


def _is_address(value: Any) -> bool:
    return isinstance(value, str) and (value == "" or re.fullmatch(r"https?://[^/\s]+(/[^\s]*)?", value) is not None)


def _is_prefix(value: Any) -> bool:
    return isinstance(value, str) and re.fullmatch(r"[A-Z]{1,2}", value) is not None


def _one_of(*values: str) -> Check:
    return lambda value: value in values


#: Table → field → (check, is it required, code of the sentence that says what to write).
FIELDS: Final[Mapping[str, Mapping[str, tuple[Check, bool, str]]]] = {
    "site": {
        "code": (_is_code, True, "code"),
        "name": (_is_names, True, "names"),
        "timezone": (_is_timezone, False, "timezone"),
        "languages": (_is_languages, False, "languages"),
        "rollover": (_is_clock, False, "clock"),
        "phone_url": (_is_address, False, "address"),
        "hours": (_is_hours, False, "hours"),
    },
    "retention": {
        "identity_days": (_is_count, False, "count"),
        "statistics_months": (_is_count, False, "count"),
    },
    "area": {
        "code": (_is_code, True, "code"),
        "name": (_is_names, True, "names"),
        "languages": (_is_languages, False, "languages"),
        "speaker": (_is_flag, False, "flag"),
    },
    "series": {
        "code": (_is_code, True, "code"),
        "prefix": (_is_prefix, True, "prefix"),
        "start": (_is_count, False, "count"),
    },
    "policy": {
        "code": (_is_code, True, "code"),
        "kind": (_one_of("ratio", "strict"), False, "policy_kind"),
        "priority_to_normal": (_is_count, False, "count"),
        "returns": (_is_count, False, "count"),
        "new": (_is_count, False, "count"),
        "appointment_window_min": (_is_count, False, "count"),
        "bound_min": (_is_count, False, "count"),
    },
    "queue": {
        "code": (_is_code, True, "code"),
        "name": (_is_names, True, "names"),
        "kind": (_one_of(*KINDS), True, "queue_kind"),
        "policy": (_is_code, False, "code"),
        "typical_min": (_is_minutes, False, "minutes"),
        "carries_over": (_is_flag, False, "flag"),
        "where": (_is_names, False, "names"),
    },
    "room": {
        "code": (_is_code, True, "code"),
        "area": (_is_code, True, "code"),
        "label": (_is_text, True, "text"),
        "name": (_is_names, True, "names"),
        "spoken": (_is_names, False, "names"),
        "queues": (_is_codes, True, "codes"),
        "where": (_is_names, False, "names"),
    },
    "group": {
        "code": (_is_code, True, "code"),
        "name": (_is_names, True, "names"),
    },
    "service": {
        "code": (_is_code, True, "code"),
        "name": (_is_names, True, "names"),
        "hint": (_is_names, False, "names"),
        "icon": (_is_code, False, "code"),
        "series": (_is_code, True, "code"),
        "flow": (_is_codes, True, "codes"),
        "purpose": (_is_code, False, "code"),
        "group": (_is_code, False, "code"),
        "kiosk": (_is_flag, False, "flag"),
        "hours": (_is_hours, False, "hours"),
    },
}
SINGLE: Final = ("site", "retention")
REQUIRED: Final = ("site", "area", "series", "queue", "room", "service")
#: Field → the table in which its codes must exist.
REFERENCES: Final = (
    ("room", "area", "area"),
    ("room", "queues", "queue"),
    ("service", "series", "series"),
    ("service", "flow", "queue"),
    ("service", "group", "group"),
    ("queue", "policy", "policy"),
)


class Checker:
    """Checks one document against `FIELDS` and `REFERENCES`."""

    def __init__(self, document: Mapping[str, Any], text: str) -> None:
        self._document = document
        self._lines = line_numbers(text)
        self._mistakes: list[Mistake] = []

    def check(self) -> list[Mistake]:
        """All mistakes, in no particular order."""
        for table in self._document:
            if table not in FIELDS:
                self._note((table, 0, ""), "table_unknown", table=table, known=", ".join(FIELDS))
        for table in REQUIRED:
            if not self._document.get(table):
                self._mistakes.append(Mistake(1, "table_missing", {"table": table}))
        for table, fields in FIELDS.items():
            for index, item in enumerate(self._items(table)):
                self._check_item(table, index, item, fields)
            self._check_twice(table)
        if not self._mistakes:
            self._check_references()
            self._check_served()
        return self._mistakes

    def _items(self, table: str) -> list[Any]:
        found = self._document.get(table, [])
        if table in SINGLE:
            return [found] if found else []
        if not isinstance(found, list):
            self._note((table, 0, ""), "table_single", table=table)
            return []
        return found

    def _check_item(self, table: str, index: int, item: Any, fields: Mapping[str, tuple[Check, bool, str]]) -> None:
        if not isinstance(item, Mapping):
            self._note((table, index, ""), "table_single", table=table)
            return
        for name in item:
            if name not in fields:
                self._note((table, index, name), "field_unknown", table=table, field=name, known=", ".join(fields))
        for name, (check, is_required, sentence) in fields.items():
            if name not in item:
                if is_required:
                    self._note((table, index, ""), "field_missing", table=table, field=name, write=sentence)
            elif not check(item[name]):
                value = str(item[name])[:60]
                self._note((table, index, name), "value_wrong", table=table, field=name, value=value, write=sentence)

    def _check_twice(self, table: str) -> None:
        seen: set[str] = set()
        for index, item in enumerate(self._items(table) if table not in SINGLE else []):
            code = item.get("code") if isinstance(item, Mapping) else None
            if isinstance(code, str) and code in seen:
                self._note((table, index, "code"), "code_twice", table=table, value=code)
            seen.add(str(code))

    def _check_references(self) -> None:
        for table, name, target in REFERENCES:
            known = [item["code"] for item in self._items(target)]
            for index, item in enumerate(self._items(table)):
                for code in _as_list(item.get(name, ())):
                    if code not in known:
                        self._note(
                            (table, index, name), "code_unknown",
                            table=table, field=name, value=code, target=target, known=", ".join(known[:30]),
                        )  # fmt: skip

    def _check_served(self) -> None:
        served = {queue for room in self._items("room") for queue in room["queues"]}
        for index, item in enumerate(self._items("queue")):
            if item["code"] not in served:
                self._note((("queue"), index, "code"), "queue_unserved", value=item["code"])
        prefixes: dict[str, str] = {}
        for index, item in enumerate(self._items("series")):
            other = prefixes.setdefault(item["prefix"], item["code"])
            if other != item["code"]:
                self._note(("series", index, "prefix"), "prefix_twice", value=item["prefix"], other=other)

    def _note(self, place: tuple[str, int, str], code: str, **facts: object) -> None:
        table, index, _ = place
        line = self._lines.get(place) or self._lines.get((table, index, "")) or 1
        self._mistakes.append(Mistake(line, code, facts))


def _as_list(value: Any) -> Iterable[Any]:
    return value if isinstance(value, (list, tuple)) else [value]


def line_numbers(text: str) -> dict[tuple[str, int, str], int]:
    """Line of each table header, ``(table, index, "")``, and of each key in it, ``(table, index, key)``."""
    lines: dict[tuple[str, int, str], int] = {}
    counts: dict[str, int] = {}
    table, index = "", 0
    for number, line in enumerate(text.splitlines(), 1):
        header = re.match(r"\s*\[\[?\s*([A-Za-z0-9_-]+)", line)
        key = re.match(r"\s*([A-Za-z0-9_-]+)\s*[.=]", line)
        if header:
            table = header.group(1)
            index = counts.get(table, 0)
            counts[table] = index + 1
            lines[table, index, ""] = number
        elif key:
            lines.setdefault((table, index, key.group(1)), number)
    return lines
