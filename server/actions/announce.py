"""The states of an announcement: a row made in the transaction of its call, moved on by what speakers report."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from typing import Any

from server.records.database import Row, Rows
from server.records.transaction import Transaction
from server.rules.calling import ENDED, OPEN, TTL_S, Announcement, expected_s
from server.rules.hospital import Area


def queue_announcement(tx: Transaction, area: Area, call: Row) -> Row | None:
    """Queue the announcement of *call* in *area*; None where the area has no loudspeaker by setting."""
    if not area.has_speaker:
        return None
    values: Row = {
        "id": secrets.token_hex(8),
        "day": tx.day,
        "area": area.code,
        "kind": "call",
        "numbers": json.dumps([call["label"]]),
        "room": call["room"],
        "calls": json.dumps([str(call["id"])]),
        "priority": call["priority"],
        "state": "queued",
        "issued_at": tx.now_ms,
        "since": tx.now_ms,
        "ttl_s": TTL_S,
        "repeat": 0,
        "expected_ms": 0,
        "speaker": None,
        "tried": "[]",
        "merged_into": None,
        "repeats_taken_over": 0,
        "error": None,
        "is_gone": 0,
    }
    return tx.insert("announcement", values)


def withdraw_announcements(tx: Transaction, call_id: int, area: str) -> None:
    """
    The call is over: take back what was not yet given to a speaker, and let go of what has ended.

    What plays now plays on; it goes when the speaker reports its end.
    """
    for row in tx.rows.all("SELECT * FROM announcement WHERE area = :area AND is_gone = 0", area=area):
        if str(call_id) not in json.loads(row["calls"]):
            continue
        if row["state"] == "queued":
            tx.update("announcement", row, state="withdrawn", since=tx.now_ms, is_gone=1)
        elif row["state"] in ENDED:
            tx.update("announcement", row, is_gone=int(not _has_live_call(tx.rows, row)))


def _has_live_call(rows: Rows, row: Row) -> bool:
    """True while one of its calls is called, in the room or missed: until then the desk sees how it was announced."""
    return any(
        call is not None and call["state"] in ("called", "serving", "missed")
        for call in (
            rows.one("SELECT state FROM call WHERE id = :id", id=int(item)) for item in json.loads(row["calls"])
        )
    )


def as_announcement(row: Row) -> Announcement:
    """The row as the rules see it."""
    return Announcement(
        id=row["id"],
        state=row["state"],
        room=row["room"],
        kind=row["kind"],
        numbers=tuple(json.loads(row["numbers"])),
        issued_at=row["issued_at"],
        since=row["since"],
        ttl_s=row["ttl_s"],
        expected_s=row["expected_ms"] / 1000,
        speaker=row["speaker"],
        tried=tuple(json.loads(row["tried"])),
    )


def send_announcement(
    tx: Transaction, announcement: str, speaker: int, repeat: int, merge: Sequence[str], seen: Row | None = None
) -> dict[str, Any] | None:
    """
    Note that an announcement is given to *speaker*, with those of the same room that it says as well.

    Args:
        tx: The transaction.
        announcement: Its id.
        speaker: The device that says it.
        repeat: How many times it is said.
        merge: Ids of queued ones that are said with it.
        seen: The row on which this was decided; None where nothing else could have happened since.

    Returns:
        The row as it is sent; None when it is over, or a report came between decision and action.
    """
    row = _find(tx.rows, announcement)
    if row is None or row["state"] not in OPEN or not _is_as(row, seen):
        return None
    numbers, calls = json.loads(row["numbers"]), json.loads(row["calls"])
    for other in filter(None, (_find(tx.rows, item) for item in merge)):
        if other["state"] == "queued":
            numbers += json.loads(other["numbers"])
            calls += json.loads(other["calls"])
            tx.update("announcement", other, state="withdrawn", since=tx.now_ms, merged_into=row["id"], is_gone=1)
    tried = json.loads(row["tried"])
    languages = len(tx.hospital.areas[row["area"]].languages)
    row = tx.update(
        "announcement",
        row,
        state="sent",
        since=tx.now_ms,
        speaker=speaker,
        repeat=repeat,
        numbers=json.dumps(numbers),
        calls=json.dumps(calls),
        tried=json.dumps([*tried, speaker]),
        repeats_taken_over=row["repeats_taken_over"] + (1 if tried else 0),
        expected_ms=int(expected_s(len(numbers), languages, repeat) * 1000),
    )
    tx.emit("announcement.sent", announcement=row["id"], speaker=speaker, room=row["room"], is_take_over=bool(tried))
    return row


def report_announcement(
    tx: Transaction, announcement: str, state: str, speaker: int, error: str | None = None
) -> Row | None:
    """
    Note what *speaker* reports: ``started``, ``done`` or ``failed``.

    Returns:
        The row, or None when the report changes nothing (over already, or from a speaker that was given up).
    """
    row = _find(tx.rows, announcement)
    if row is None or row["speaker"] != speaker or row["state"] not in ("sent", "started"):
        return None
    if state == row["state"]:
        return None
    is_gone = int(state in ENDED and not _has_live_call(tx.rows, row))
    row = tx.update("announcement", row, state=state, since=tx.now_ms, error=error, is_gone=is_gone)
    tx.emit(f"announcement.{state}", announcement=row["id"], speaker=speaker, room=row["room"], error=error)
    return row


def end_announcement(tx: Transaction, announcement: str, state: str, error: str, seen: Row | None = None) -> Row | None:
    """
    End an announcement that nobody spoke to its end, so that the desk is told.

    Returns:
        The row; None when it is over already, or has moved on since it was *seen*.
    """
    row = _find(tx.rows, announcement)
    if row is None or row["state"] in ENDED or not _is_as(row, seen):
        return None
    is_gone = int(not _has_live_call(tx.rows, row))
    row = tx.update("announcement", row, state=state, since=tx.now_ms, error=error, is_gone=is_gone)
    tx.emit(f"announcement.{state}", announcement=row["id"], room=row["room"], error=error)
    return row


def end_unspoken(tx: Transaction) -> int:
    """After a start: nothing from before is spoken again; each room is asked instead. Returns how many."""
    rows = tx.rows.all("SELECT * FROM announcement WHERE is_gone = 0 AND state IN ('queued', 'sent', 'started')")
    for row in rows:
        is_gone = int(not _has_live_call(tx.rows, row))
        tx.update("announcement", row, state="failed", since=tx.now_ms, error="restart", is_gone=is_gone)
    if rows:
        tx.emit("announcement.failed", count=len(rows), error="restart")
    return len(rows)


def _is_as(row: Row, seen: Row | None) -> bool:
    return seen is None or all(row[name] == seen[name] for name in ("state", "since", "speaker"))


def _find(rows: Rows, announcement: str) -> Row | None:
    return rows.one("SELECT * FROM announcement WHERE id = :id", id=announcement)
