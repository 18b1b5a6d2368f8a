"""
The service day: a row, opened by the first action after the roll-over hour, never by an alarm clock.

A missed midnight, a restart or a clock that jumps back cannot repeat a number. A day opens only on a plausible clock.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

import structlog

from server.records.transaction import Transaction
from server.rules.hospital import Hospital

log = structlog.get_logger()
#: A clock this far past the open day is not believed: longer than the longest closure (Tết) lasts.
DAYS_AHEAD_MAX: Final = 14


def ensure_open(tx: Transaction) -> None:
    """Open the day that *tx* falls into, unless it is open; an implausible clock keeps the old day."""
    if tx.day and tx.now_ms < _ends_at(tx.day, tx.hospital.site.timezone, tx.hospital.site.rollover):
        return
    day = service_day(tx.now_ms, tx.hospital)
    if tx.day and day <= tx.day:
        return
    if tx.day and date.fromisoformat(day) - date.fromisoformat(tx.day) > timedelta(days=DAYS_AHEAD_MAX):
        log.error("day.not_plausible", open=tx.day, clock=day)
        return
    open_day(tx, day)


def service_day(now_ms: int, hospital: Hospital) -> str:
    """The ISO date of the service day at *now_ms*: the local date, before the roll-over hour that of yesterday."""
    local = datetime.fromtimestamp(now_ms / 1000, UTC).astimezone(hospital.timezone)
    rollover = time.fromisoformat(hospital.site.rollover)
    day = local.date() if local.time() >= rollover else local.date() - timedelta(days=1)
    return day.isoformat()


def open_day(tx: Transaction, day: str) -> None:
    """End what is left of the old day and begin *day*."""
    old = tx.day
    carried = tuple(code for code, queue in tx.hospital.queues.items() if queue.carries_over)
    if old:
        _end(tx, old, carried)
    tx.rows.run(
        "INSERT INTO service_day (site, day, opened_at) VALUES (:site, :day, :ts)",
        site=tx.site,
        day=day,
        ts=tx.now_ms,
    )
    tx.rows.run("UPDATE site SET day = :day WHERE code = :site", day=day, site=tx.site)
    tx.day = day
    tx.emit("day.opened", day=day, before=old, carried=list(carried))
    log.info("day.opened", day=day, before=old)


def _end(tx: Transaction, old: str, carried: tuple[str, ...]) -> None:
    """Everything of yesterday ends ("không khám"); queues that carry over keep who waits in them."""
    kept = {
        row["id"]
        for queue in carried
        for row in tx.rows.all("SELECT id FROM entry WHERE queue = :queue AND state = 'waiting'", queue=queue)
    }
    rows = tx.rows
    ended = 0
    for entry in rows.all("SELECT id FROM entry WHERE state NOT IN ('done', 'cancelled', 'transferred')"):
        if entry["id"] not in kept:
            rows.run(
                "UPDATE entry SET state = 'cancelled', elsewhere = NULL, since = :ts WHERE id = :id",
                ts=tx.now_ms,
                id=entry["id"],
            )
            ended += 1
    rows.run("UPDATE entry SET elsewhere = NULL WHERE state = 'waiting' AND elsewhere IS NOT NULL")
    keeping = "SELECT ticket FROM entry WHERE state = 'waiting'"
    rows.run(
        f"UPDATE ticket SET state = 'closed', closed_at = :ts WHERE state = 'open' AND id NOT IN ({keeping})",
        ts=tx.now_ms,
    )
    rows.run(
        "UPDATE call SET state = 'ended', ended_at = :ts WHERE state IN ('called', 'serving', 'missed')", ts=tx.now_ms
    )
    rows.run(
        "UPDATE announcement SET state = 'withdrawn', since = :ts WHERE state IN ('queued', 'sent', 'started')",
        ts=tx.now_ms,
    )
    rows.run("UPDATE announcement SET is_gone = 1 WHERE is_gone = 0")
    rows.run("UPDATE room_state SET last_label = NULL, last_called_at = NULL, undo = NULL, state = 'open'")
    rows.run("DELETE FROM lane")
    rows.run(
        "INSERT INTO lane (queue, lane, waiting) SELECT queue, lane, count(*) FROM entry"
        " WHERE state = 'waiting' AND elsewhere IS NULL GROUP BY queue, lane"
    )
    rows.run("DELETE FROM queue_memory")
    rows.run("DELETE FROM job WHERE state = 'asked'")
    rows.run("DELETE FROM answer WHERE day < :day", day=old)
    rows.run("UPDATE service_day SET closed_at = :ts WHERE day = :day", ts=tx.now_ms, day=old)
    tx.emit("day.closed", day=old, not_seen=ended)


@lru_cache(maxsize=8)
def _ends_at(day: str, timezone: str, rollover: str) -> int:
    """When *day* ends, in milliseconds since 1970."""
    following = date.fromisoformat(day) + timedelta(days=1)
    end = datetime.combine(following, time.fromisoformat(rollover), ZoneInfo(timezone))
    return int(end.timestamp() * 1000)
