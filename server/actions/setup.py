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
        raise SetupError([Mistake(line, "not_toml", {"problem": str(error)})]) from error
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
        BodyMalformed: Another hospital's description, or a queue in which people wait is missing from it.
    """
    if hospital.site.code != tx.site:
        raise BodyMalformed(field="site.code", expected=tx.site)
    waiting = tx.rows.all("SELECT DISTINCT queue FROM entry WHERE state NOT IN ('done', 'cancelled', 'transferred')")
    lost = sorted(row["queue"] for row in waiting if row["queue"] not in hospital.queues)
    if lost:
        raise BodyMalformed(field="queue", missing=lost)
    document = json.dumps(hospital.document(), ensure_ascii=False)
    row = tx.rows.one(
        "INSERT INTO setup (loaded_at, document) VALUES (:ts, :document) RETURNING version",
        ts=tx.now_ms,
        document=document,
    )
    tx.hospital = hospital
    tx.emit("setup.loaded", version=row["version"] if row else 0)
    return {"version": row["version"] if row else 0}
