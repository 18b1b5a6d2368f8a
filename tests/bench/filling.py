"""Fills a house's database by SQL: so many served on days gone by, so many waiting today, as the actions would."""

from __future__ import annotations

import secrets
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

from tests.bench.house import AREA, ROOM, SERVICE

SERVED_A_DAY = 10_000
LANE = "normal/walk_in/"
TICKET = (
    "INSERT INTO ticket (id, site, day, series, number, label, service, purpose, priority_class, class_confirmed,"
    " state, language, token, issued_at, paper) VALUES (?, ?, ?, 'filled', ?, ?, ?, 'examination', 'normal', 1, ?,"
    " 'vi', ?, ?, 'confirmed')"
)
ENTRY = (
    "INSERT INTO entry (id, day, ticket, label, queue, room, state, lane, priority_class, way, rank, arrived_at, since,"
    f" attempts, call, stage, deferred) VALUES (?, ?, ?, ?, '{SERVICE}', ?, ?, '{LANE}', 'normal', 'walk_in', ?, ?, ?,"
    " ?, ?, 0, 0)"
)
CALL = (
    "INSERT INTO call (id, day, entry, ticket, label, queue, room, area, attempt, state, priority, out_of_turn,"
    f" reason_code, called_at, started_at, ended_at) VALUES (?, ?, ?, ?, ?, '{SERVICE}', '{ROOM}', '{AREA}', 1,"
    " 'done', 0, 0, 'first_in_order', ?, ?, ?)"
)
EVENT = "INSERT INTO event (site, seq, ts, kind, body) VALUES (?, ?, ?, 'ticket.finished', ?)"
BODY = '{"facts":{},"rows":{}}'


def fill(data: Path, served: int, waiting: int) -> None:
    """The house must have its day open, and nobody in it yet; the log gets one event a ticket."""
    rows = sqlite3.connect(data / "luot.db", isolation_level=None)
    rows.execute("PRAGMA synchronous=OFF")
    rows.execute("PRAGMA cache_size=-262144")
    site, seq, day = rows.execute("SELECT code, seq, day FROM site").fetchone()
    first = rows.execute("SELECT coalesce(max(id), 0) FROM ticket").fetchone()[0] + 1
    now_ms = int(time.time() * 1000)
    begin_ms = now_ms - 60_000
    rows.execute("BEGIN IMMEDIATE")
    rows.executemany(TICKET, _tickets(site, day, first, served, waiting, begin_ms))
    rows.executemany(ENTRY, _entries(day, first, served, waiting, begin_ms))
    rows.executemany(CALL, _calls(first, served, begin_ms))
    rows.executemany(EVENT, ((site, seq + place, begin_ms, BODY) for place in range(1, served + waiting + 1)))
    rows.execute("UPDATE site SET seq = seq + ?", (served + waiting,))
    rows.execute(
        "INSERT INTO lane (queue, lane, waiting) VALUES (?, ?, ?)"
        " ON CONFLICT (queue, lane) DO UPDATE SET waiting = waiting + excluded.waiting",
        (SERVICE, LANE, waiting),
    )
    rows.execute("COMMIT")
    rows.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    rows.execute("ANALYZE")
    rows.close()


def _day(place: int) -> str:
    """A service day long ago; ten thousand were served on each."""
    days = place // SERVED_A_DAY
    return f"2024-{1 + days // 28 % 12:02d}-{1 + days % 28:02d}"


def _tickets(site: str, day: str, first: int, served: int, waiting: int, at_ms: int) -> Iterator[tuple[object, ...]]:
    for place in range(served + waiting):
        is_old = place < served
        number = place % SERVED_A_DAY if is_old else place
        yield (
            first + place, site, _day(place) if is_old else day, number, f"Z{number:03d}", SERVICE,
            "closed" if is_old else "open", secrets.token_urlsafe(12), at_ms,
        )  # fmt: skip


def _entries(day: str, first: int, served: int, waiting: int, at_ms: int) -> Iterator[tuple[object, ...]]:
    for place in range(served + waiting):
        is_old = place < served
        ticket = first + place
        yield (
            ticket, _day(place) if is_old else day, ticket, f"Z{place:03d}", ROOM if is_old else None,
            "done" if is_old else "waiting", at_ms + place % 50_000, at_ms, at_ms, int(is_old),
            ticket if is_old else None,
        )  # fmt: skip


def _calls(first: int, served: int, at_ms: int) -> Iterator[tuple[object, ...]]:
    for place in range(served):
        ticket = first + place
        label = f"Z{place % SERVED_A_DAY:03d}"
        yield ticket, _day(place), ticket, ticket, label, at_ms, at_ms + 1_000, at_ms + 600_000
