"""Places in a queue: making, moving and finding them. Each move keeps the lanes' counts, so that nobody counts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from server.records.database import Row, Rows
from server.records.transaction import Transaction
from server.rules.discipline import Head, Memory
from server.rules.hospital import Hospital, Queue, Room
from server.rules.refusals import EntryUnknown, QueueUnknown, RoomUnknown, TicketUnknown
from server.rules.ticket import IN_ROOM

_HEADS: Final = (
    "SELECT id, priority_class, way, rank, due_at, bound_room FROM entry"
    " WHERE queue = :queue AND lane = :lane AND state = 'waiting' AND elsewhere IS NULL"
    " ORDER BY rank, id LIMIT :limit"
)
_LANES_AND_MEMORY: Final = (
    "SELECT lane.lane, lane.waiting, turn, ways_priority, ways_normal FROM lane"
    " LEFT JOIN queue_memory ON queue_memory.queue = lane.queue WHERE lane.queue = :queue AND lane.waiting > 0"
)


def lane_of(entry: Row) -> str:
    """The lane's name: class, way, and the room it is bound to."""
    return f"{entry['priority_class']}/{entry['way']}/{entry['bound_room'] or ''}"


def is_callable(entry: Row | None) -> bool:
    """True when the entry waits and its person is not at another room."""
    return entry is not None and entry["state"] == "waiting" and entry["elsewhere"] is None


def new_entry(tx: Transaction, ticket: Row, queue: str, **values: Any) -> Row:
    """Put *ticket* into *queue*; *values* override the columns' beginnings (state, rank, way, stage …)."""
    entry: Row = {
        "day": tx.day,
        "ticket": ticket["id"],
        "label": ticket["label"],
        "queue": queue,
        "room": None,
        "state": "waiting",
        "priority_class": ticket["priority_class"],
        "way": "walk_in",
        "bound_room": None,
        "rank": tx.now_ms,
        "arrived_at": tx.now_ms,
        "due_at": None,
        "since": tx.now_ms,
        "elsewhere": None,
        "attempts": 0,
        "call": None,
        "previous": None,
        "stage": 0,
        "deferred": 0,
        "reason_code": None,
        "reason_facts": None,
        **values,
    }
    entry["lane"] = lane_of(entry)
    entry = tx.insert("entry", entry)
    _count(tx.rows, None, entry)
    return entry


def change_entry(tx: Transaction, entry: Row, **changes: Any) -> Row:
    """Change *entry*; `since` follows each change of state, and only who waits is passed over as elsewhere."""
    state = changes.get("state", entry["state"])
    if state != entry["state"]:
        changes.setdefault("since", tx.now_ms)
    if state != "waiting":
        changes["elsewhere"] = None
    lane = lane_of({**entry, **changes})
    if lane != entry["lane"]:
        changes["lane"] = lane
    changed = tx.update("entry", entry, **changes)
    _count(tx.rows, entry, changed)
    return changed


def recount(rows: Rows, before: Row | None, after: Row | None) -> None:
    """Keep the lanes right when a row is put back as it was."""
    _count(rows, before, after)


def _count(rows: Rows, before: Row | None, after: Row | None) -> None:
    was, becomes = is_callable(before), is_callable(after)
    if was and becomes and before and after and before["lane"] == after["lane"]:
        return
    if was and before:
        _add(rows, before, -1)
    if becomes and after:
        _add(rows, after, 1)


def _add(rows: Rows, entry: Row, by: int) -> None:
    rows.run(
        "INSERT INTO lane (queue, lane, waiting) VALUES (:queue, :lane, :by)"
        " ON CONFLICT (queue, lane) DO UPDATE SET waiting = lane.waiting + excluded.waiting",
        queue=entry["queue"],
        lane=entry["lane"],
        by=by,
    )


def lanes(rows: Rows, queue: str, room: str | None = None, limit: int = 1) -> list[list[Head]]:
    """
    The first *limit* of each lane of *queue* in which somebody waits.

    Args:
        rows: The database.
        queue: Code of the queue.
        room: Leaves out lanes bound to other rooms; None takes all.
        limit: How many of each lane.
    """
    found = rows.all("SELECT lane FROM lane WHERE queue = :queue AND waiting > 0 ORDER BY lane", queue=queue)
    return [
        [_head(row) for row in rows.all(_HEADS, queue=queue, lane=item["lane"], limit=limit)]
        for item in found
        if room is None or item["lane"].rpartition("/")[2] in ("", room)
    ]


def who_waits(rows: Rows, queue: str, room: str | None = None) -> tuple[dict[tuple[str, str], int], Memory]:
    """Who waits per (class, way) in lanes that are free or bound to *room*, and the discipline's memory of *queue*."""
    counts: dict[tuple[str, str], int] = {}
    memory = Memory()
    for item in rows.all(_LANES_AND_MEMORY, queue=queue):
        priority_class, way, bound = item["lane"].split("/")
        if bound in ("", room or ""):
            counts[priority_class, way] = counts.get((priority_class, way), 0) + item["waiting"]
        if item["turn"] is not None:
            memory = Memory(item["turn"], (item["ways_priority"], item["ways_normal"]))
    return counts, memory


def _head(row: Row) -> Head:
    return Head(row["id"], row["priority_class"], row["way"], row["rank"], row["due_at"], row["bound_room"])


def memory_of(rows: Rows, queue: str) -> tuple[Memory, Row | None]:
    """The discipline's memory of *queue* and its row; the row is None before the first call of a day."""
    row = rows.one("SELECT queue, turn, ways_priority, ways_normal FROM queue_memory WHERE queue = :queue", queue=queue)
    if row is None:
        return Memory(), None
    return Memory(row["turn"], (row["ways_priority"], row["ways_normal"])), row


def keep_memory(tx: Transaction, queue: str, row: Row | None, memory: Memory) -> None:
    """Write what the discipline remembers."""
    values = {"turn": memory.turn, "ways_priority": memory.ways[0], "ways_normal": memory.ways[1]}
    if row is None:
        tx.insert("queue_memory", {"queue": queue, **values})
    else:
        tx.update("queue_memory", row, **values)


# Finding


def find_entry(rows: Rows, entry: int) -> Row:
    """
    An entry by id.

    Raises:
        EntryUnknown: There is none.
    """
    found = rows.one("SELECT * FROM entry WHERE id = :id", id=entry)
    if found is None:
        raise EntryUnknown(entry=str(entry))
    return found


def find_ticket(rows: Rows, ticket: int) -> Row:
    """
    A ticket by id.

    Raises:
        TicketUnknown: There is none.
    """
    found = rows.one("SELECT * FROM ticket WHERE id = :id", id=ticket)
    if found is None:
        raise TicketUnknown(ticket=str(ticket))
    return found


def entries_of(rows: Rows, ticket: int) -> list[Row]:
    """All entries of a ticket, oldest first."""
    return rows.all("SELECT * FROM entry WHERE ticket = :ticket ORDER BY id", ticket=ticket)


def in_room(rows: Rows, room: str) -> list[Row]:
    """Entries that are called to or served in *room*, oldest first."""
    return rows.all(
        "SELECT * FROM entry WHERE room = :room AND state IN ('called', 'serving') ORDER BY since, id", room=room
    )


def find_room(hospital: Hospital, room: str) -> Room:
    """
    A room by code.

    Raises:
        RoomUnknown: The hospital has no such room.
    """
    found = hospital.rooms.get(room)
    if found is None:
        raise RoomUnknown(room=room[:40])
    return found


def find_queue(hospital: Hospital, queue: str) -> Queue:
    """
    A queue by code.

    Raises:
        QueueUnknown: The hospital has no such queue.
    """
    found = hospital.queues.get(queue)
    if found is None:
        raise QueueUnknown(queue=queue[:40])
    return found


def mark_elsewhere(tx: Transaction, entries: Iterable[Row], room: str | None) -> None:
    """Pass a ticket's waiting entries over while the person is at *room*; None takes the mark off."""
    for entry in entries:
        if entry["state"] == "waiting" and entry["elsewhere"] != room:
            change_entry(tx, entry, elsewhere=room)


def room_of_person(entries: Iterable[Row]) -> str | None:
    """The room where the person is called or served now."""
    return next((entry["room"] for entry in entries if entry["state"] in IN_ROOM), None)
