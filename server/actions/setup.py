"""
A hospital's description: one TOML file that a technician writes, checked line by line, then loaded as a version.

Every mistake is reported with its line and what to write instead; nothing is loaded while there is one. Loading again
updates the description and loses no ticket.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from server.actions.setup_checks import Checker, Mistake
from server.records.transaction import Transaction
from server.rules.discipline import Policy
from server.rules.hospital import Area, Hospital, Names, Queue, Room, Series, Service, Site
from server.rules.refusals import BodyMalformed

FILE_BYTES_MAX: Final = 1_000_000
#: One loudspeaker area carries 6 to 8 announcements a minute.
CALLS_PER_MIN_MAX: Final = 6.0
#: Part of the time in which a room serves; in the rest it waits for patients to come and go.
ROOM_USE: Final = 0.8


class SetupError(Exception):
    """The file has mistakes; *mistakes* lists them in the order of their lines."""

    def __init__(self, mistakes: list[Mistake]) -> None:
        super().__init__(f"{len(mistakes)} mistakes")
        self.mistakes = sorted(mistakes, key=lambda item: item.line)


def read_hospital(path: Path) -> Hospital:
    """
    Read and check the file.

    Raises:
        SetupError: It has mistakes.
        OSError: It cannot be read.
    """
    data = path.read_bytes()
    if len(data) > FILE_BYTES_MAX:
        raise SetupError([Mistake(1, "too_large", {"limit": FILE_BYTES_MAX})])
    try:
        text = data.decode("utf-8-sig")
        document = tomllib.loads(text)
    except UnicodeDecodeError as error:
        raise SetupError([Mistake(data[: error.start].count(b"\n") + 1, "not_utf8", {})]) from error
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"at line (\d+)", str(error))
        line = int(found.group(1)) if found else text.count("\n") + 1
        problem = re.sub(r" \(at .*\)$", "", str(error))
        raise SetupError([Mistake(line, "not_toml", {"problem": problem})]) from error
    checker = Checker(document, text)
    mistakes = checker.check()
    if mistakes:
        raise SetupError(mistakes)
    return build(document)


def build(document: Mapping[str, Any]) -> Hospital:
    """The description from a checked document."""
    site = document["site"]
    retention = document.get("retention", {})
    policies = {item["code"]: _policy(item) for item in document.get("policy", [])}
    hours = tuple(site.get("hours", ()))
    groups = {item["code"]: item["name"] for item in document.get("group", [])}
    return Hospital(
        site=Site(
            code=site["code"],
            name=site["name"],
            timezone=site.get("timezone", "Asia/Ho_Chi_Minh"),
            languages=tuple(site.get("languages", ("vi", "en"))),
            rollover=site.get("rollover", "00:00"),
            phone_url=(site.get("phone_url") or "").rstrip("/") or None,
            identity_days=retention.get("identity_days", 1),
            statistics_months=retention.get("statistics_months", 24),
        ),
        areas={item["code"]: _area(item) for item in document["area"]},
        services={item["code"]: _service(item, hours, groups) for item in document["service"]},
        series={
            item["code"]: Series(item["code"], item.get("prefix", item["code"]), item.get("start", 1))
            for item in document["series"]
        },
        queues={item["code"]: _queue(item, policies) for item in document["queue"]},
        rooms={item["code"]: _room(item) for item in document["room"]},
    )


def _policy(item: Mapping[str, Any]) -> Policy:
    return Policy(**{key: value for key, value in item.items() if key != "code"})


def _area(item: Mapping[str, Any]) -> Area:
    return Area(item["code"], item["name"], tuple(item.get("languages", ("vi",))), item.get("speaker", True))


def _queue(item: Mapping[str, Any], policies: Mapping[str, Policy]) -> Queue:
    return Queue(
        item["code"],
        item["name"],
        item["kind"],
        policies.get(item.get("policy", ""), Policy()),
        item.get("typical_min"),
        item.get("carries_over", False),
        item.get("where"),
    )


def _room(item: Mapping[str, Any]) -> Room:
    return Room(
        item["code"],
        item["area"],
        item["label"],
        item["name"],
        item.get("spoken", item["name"]),
        tuple(item["queues"]),
        item.get("where"),
    )


def _service(item: Mapping[str, Any], hours: tuple[str, ...], groups: Mapping[str, Names]) -> Service:
    return Service(
        item["code"],
        item["name"],
        item["series"],
        tuple(item["flow"]),
        item.get("icon", "ticket"),
        item.get("purpose", "examination"),
        groups.get(item.get("group", "")),
        item.get("hint"),
        item.get("kiosk", True),
        tuple(item.get("hours", hours)),
    )


def load_hospital(tx: Transaction, hospital: Hospital) -> dict[str, Any]:
    """
    Put a checked description in force.

    Raises:
        BodyMalformed: Another hospital's description, or one that would lose somebody who waits or is called now, or
            would print a number a second time today; ``sentence`` is the code of the sentence in `setup.*.json`.
    """
    if hospital.site.code != tx.site:
        raise BodyMalformed(sentence="site_other", field="site.code", value=hospital.site.code, expected=tx.site)
    for sentence, name, find in _LOSSES:
        lost = find(tx, hospital)
        if lost:
            raise BodyMalformed(sentence=sentence, field=name, missing=", ".join(sorted(lost)))
    document = json.dumps(hospital.document(), ensure_ascii=False)
    row = tx.rows.one(
        "INSERT INTO setup (loaded_at, document) VALUES (:ts, :document) RETURNING version",
        ts=tx.now_ms,
        document=document,
    )
    tx.hospital = hospital
    tx.emit("setup.loaded", version=row["version"] if row else 0)
    return {"version": row["version"] if row else 0}


def _queues_in_use(tx: Transaction, hospital: Hospital) -> set[str]:
    rows = tx.rows.all("SELECT DISTINCT queue FROM entry WHERE state NOT IN ('done', 'cancelled', 'transferred')")
    return {row["queue"] for row in rows} - hospital.queues.keys()


def _rooms_in_use(tx: Transaction, hospital: Hospital) -> set[str]:
    rows = tx.rows.all("SELECT DISTINCT room FROM call WHERE state IN ('called', 'serving')")
    return {row["room"] for row in rows} - hospital.rooms.keys()


def _areas_in_use(tx: Transaction, hospital: Hospital) -> set[str]:
    rows = tx.rows.all("SELECT DISTINCT area FROM announcement WHERE state IN ('queued', 'sent', 'started')")
    return {row["area"] for row in rows} - hospital.areas.keys()


def _prefixes_in_use(tx: Transaction, hospital: Hospital) -> set[str]:
    """Prefixes that were printed today for one series and would now count from the start for another."""
    rows = tx.rows.all(
        "SELECT DISTINCT series, rtrim(label, '0123456789') AS prefix FROM ticket WHERE day = :day", day=tx.day
    )
    printed = {row["prefix"]: row["series"] for row in rows}
    return {
        series.prefix for series in hospital.series.values() if printed.get(series.prefix, series.code) != series.code
    }


_LOSSES: Final = (
    ("queue_waiting", "queue", _queues_in_use),
    ("room_calling", "room", _rooms_in_use),
    ("area_announcing", "area", _areas_in_use),
    ("prefix_printed", "series.prefix", _prefixes_in_use),
)


def crowded_areas(hospital: Hospital) -> dict[str, float]:
    """
    Areas whose rooms would call more often than one loudspeaker can say, each with its planned calls a minute.

    A room calls once per typical time of the quickest queue that it serves; one that gave no time is not counted.
    """
    planned = dict.fromkeys((code for code, area in hospital.areas.items() if area.has_speaker), 0.0)
    for room in hospital.rooms.values():
        times = [hospital.queues[code].typical_min for code in room.queues]
        known = [minutes for minutes in times if minutes]
        if known and room.area in planned:
            planned[room.area] += ROOM_USE / min(known)
    return {code: round(calls, 1) for code, calls in planned.items() if calls > CALLS_PER_MIN_MAX}
