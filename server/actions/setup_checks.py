"""Checks of a hospital's file: what each table holds, which codes must exist, and on which line a mistake stands."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from server.actions.setup_values import (
    ICONS,
    Check,
    is_address,
    is_clock,
    is_code,
    is_codes,
    is_count,
    is_flag,
    is_hours,
    is_languages,
    is_minutes,
    is_names,
    is_prefix,
    is_start,
    is_text,
    is_timezone,
    one_of,
)

KINDS: Final = ("reception", "clinic", "laboratory", "imaging", "cashier", "pharmacy", "emergency")
#: A shown value is cut here: the line number says where the rest is.
VALUE_CHARACTERS_MAX: Final = 60
Place = tuple[str, int, str]


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake: its line, the code of its sentence (`setup.*.json`) and what fills it."""

    line: int
    code: str
    facts: Mapping[str, object] = field(default_factory=dict)


#: Table → field → (check, is it required, code of the sentence that says what to write).
FIELDS: Final[Mapping[str, Mapping[str, tuple[Check, bool, str]]]] = {
    "site": {
        "code": (is_code, True, "code"),
        "name": (is_names, True, "names"),
        "timezone": (is_timezone, False, "timezone"),
        "languages": (is_languages, False, "languages"),
        "rollover": (is_clock, False, "clock"),
        "phone_url": (is_address, False, "address"),
        "hours": (is_hours, False, "hours"),
    },
    "retention": {
        "identity_days": (is_count, False, "count"),
        "statistics_months": (is_count, False, "count"),
    },
    "area": {
        "code": (is_code, True, "code"),
        "name": (is_names, True, "names"),
        "languages": (is_languages, False, "languages"),
        "speaker": (is_flag, False, "flag"),
    },
    "series": {
        "code": (is_code, True, "code"),
        "prefix": (is_prefix, True, "prefix"),
        "start": (is_start, False, "start"),
    },
    "policy": {
        "code": (is_code, True, "code"),
        "kind": (one_of("ratio", "strict"), False, "policy_kind"),
        "priority_to_normal": (is_count, False, "count"),
        "returns": (is_count, False, "count"),
        "new": (is_count, False, "count"),
        "appointment_window_min": (is_count, False, "count"),
        "bound_min": (is_count, False, "count"),
    },
    "queue": {
        "code": (is_code, True, "code"),
        "name": (is_names, True, "names"),
        "kind": (one_of(*KINDS), True, "queue_kind"),
        "policy": (is_code, False, "code"),
        "typical_min": (is_minutes, False, "minutes"),
        "carries_over": (is_flag, False, "flag"),
        "where": (is_names, False, "names"),
    },
    "room": {
        "code": (is_code, True, "code"),
        "area": (is_code, True, "code"),
        "label": (is_text, True, "text"),
        "name": (is_names, True, "names"),
        "spoken": (is_names, False, "names"),
        "queues": (is_codes, True, "codes"),
        "where": (is_names, False, "names"),
    },
    "group": {
        "code": (is_code, True, "code"),
        "name": (is_names, True, "names"),
    },
    "service": {
        "code": (is_code, True, "code"),
        "name": (is_names, True, "names"),
        "hint": (is_names, False, "names"),
        "icon": (one_of(*ICONS), False, "icon"),
        "series": (is_code, True, "code"),
        "flow": (is_codes, True, "codes"),
        "purpose": (is_code, False, "code"),
        "group": (is_code, False, "code"),
        "kiosk": (is_flag, False, "flag"),
        "hours": (is_hours, False, "hours"),
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
    """Checks one document against `FIELDS`, `REFERENCES` and what must fit together."""

    def __init__(self, document: Mapping[str, Any], text: str) -> None:
        self._document = document
        self._lines = line_numbers(text)
        self._mistakes: list[Mistake] = []
        self._items = {table: list(self._read_items(table)) for table in FIELDS}

    def check(self) -> list[Mistake]:
        """All mistakes, in no particular order."""
        for table in self._document:
            if table not in FIELDS:
                self._note((table, 0, ""), "table_unknown", table=table, known=_closest(table, FIELDS))
        for table in REQUIRED:
            if not self._document.get(table):
                self._mistakes.append(Mistake(1, "table_missing", {"table": _brackets(table)}))
        for table, fields in FIELDS.items():
            for index, item in self._items[table]:
                self._check_item(table, index, item, fields)
        for table in FIELDS.keys() - set(SINGLE):
            self._check_twice(table, "code", "code_twice")
        self._check_references()
        self._check_served()
        self._check_twice("series", "prefix", "prefix_twice")
        self._check_labels()
        self._check_emergency()
        return self._mistakes

    def _read_items(self, table: str) -> Iterable[tuple[int, Mapping[str, Any]]]:
        """The items of *table* that are tables, each with its index."""
        found = self._document.get(table, [])
        if table in SINGLE:
            if isinstance(found, Mapping):
                yield 0, found
            elif found:
                self._note((table, 0, ""), "table_double", table=table)
            return
        if not isinstance(found, list) or not all(isinstance(item, Mapping) for item in found):
            self._note((table, 0, ""), "table_single", table=table)
            return
        yield from enumerate(found)

    def _check_item(
        self, table: str, index: int, item: Mapping[str, Any], fields: Mapping[str, tuple[Check, bool, str]]
    ) -> None:
        for name in item:
            if name not in fields:
                known = _closest(name, fields)
                self._note((table, index, name), "field_unknown", table=table, field=name, known=known)
        for name, (check, is_required, sentence) in fields.items():
            if name not in item:
                if is_required:
                    self._note((table, index, ""), "field_missing", table=table, field=name, write=sentence)
            elif not check(item[name]):
                value = _shown(item[name])
                self._note((table, index, name), "value_wrong", table=table, field=name, value=value, write=sentence)

    def _check_twice(self, table: str, name: str, code: str) -> None:
        seen: dict[str, str] = {}
        for index, item in self._items[table]:
            value = item.get(name)
            if not isinstance(value, str):
                continue
            if value in seen:
                self._note((table, index, name), code, table=table, value=value, other=seen[value])
            seen.setdefault(value, str(item.get("code")))

    def _check_references(self) -> None:
        for table, name, target in REFERENCES:
            known = self._codes(target)
            for index, item in self._items[table]:
                for code in _as_list(item.get(name, ())):
                    if is_code(code) and code not in known:
                        self._note(
                            (table, index, name), "code_unknown",
                            table=table, field=name, value=code, target=target, known=_closest(code, known),
                        )  # fmt: skip

    def _check_served(self) -> None:
        served = {code for _, item in self._items["room"] for code in _as_list(item.get("queues")) if is_code(code)}
        for index, item in self._items["queue"]:
            if is_code(item.get("code")) and item["code"] not in served:
                self._note(("queue", index, "code"), "queue_unserved", value=item["code"])

    def _check_labels(self) -> None:
        """Two doors with one label in one hall: the patient would stand before the wrong one."""
        seen: dict[tuple[str, str], str] = {}
        for index, item in self._items["room"]:
            place = (str(item.get("area")), str(item.get("label")))
            if place in seen and "label" in item:
                self._note(("room", index, "label"), "label_twice", value=place[1], area=place[0], other=seen[place])
            seen.setdefault(place, str(item.get("code")))

    def _check_emergency(self) -> None:
        """Emergencies come by staff only and have a series of their own."""
        emergency = [item.get("code") for _, item in self._items["queue"] if item.get("kind") == "emergency"]
        services = [(index, item, _first(item.get("flow")) in emergency) for index, item in self._items["service"]]
        ordinary = {str(item.get("series")) for _, item, is_emergency in services if not is_emergency}
        for index, item, is_emergency in services:
            if is_emergency and item.get("kiosk", True) is not False:
                self._note(("service", index, "kiosk"), "emergency_at_kiosk", value=str(item.get("code")))
            if is_emergency and str(item.get("series")) in ordinary:
                self._note(("service", index, "series"), "emergency_series", value=str(item.get("series")))

    def _codes(self, table: str) -> list[str]:
        return [item["code"] for _, item in self._items[table] if is_code(item.get("code"))]

    def _note(self, place: Place, code: str, **facts: object) -> None:
        table, index, _ = place
        line = self._lines.get(place) or self._lines.get((table, index, "")) or self._lines.get(("", 0, table)) or 1
        self._mistakes.append(Mistake(line, code, facts))


def _as_list(value: Any) -> Iterable[Any]:
    return value if isinstance(value, (list, tuple)) else [value]


def _first(value: Any) -> Any:
    return value[0] if isinstance(value, list) and value else None


def _brackets(table: str) -> str:
    return f"[{table}]" if table in SINGLE else f"[[{table}]]"


def _shown(value: Any) -> str:
    """*value* as it stands in the file, cut where it is long."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= VALUE_CHARACTERS_MAX else f"{text[:VALUE_CHARACTERS_MAX]}…"


def _closest(wrong: str, known: Iterable[str]) -> str:
    """The known words, the one that was probably meant first."""
    words = list(known)
    meant = difflib.get_close_matches(wrong, words, 1)
    return ", ".join([*meant, *(word for word in words if word not in meant)])


def line_numbers(text: str) -> dict[Place, int]:
    """
    Line of each table header, ``(table, index, "")``, and of each key in it, ``(table, index, key)``.

    Keys before the first table stand under ``("", 0, key)``. A table inside a table (``[room.name]``) is a key of it.
    """
    lines: dict[Place, int] = {}
    counts: dict[str, int] = {}
    table, index = "", 0
    for number, line in enumerate(text.split("\n"), 1):
        header = re.match(r'\s*\[{1,2}\s*"?([\w-]+)"?\s*(?:\.\s*"?([\w-]+)|\])', line)
        key = re.match(r'\s*"?([\w-]+)"?\s*[.=]', line)
        if header and header.group(2):
            lines.setdefault((table, index, header.group(2)), number)
        elif header:
            table = header.group(1)
            index = counts.get(table, 0)
            counts[table] = index + 1
            lines[table, index, ""] = number
        elif key:
            lines.setdefault((table, index, key.group(1)), number)
    return lines
