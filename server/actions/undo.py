"""Taking back a desk's last action: entries and the discipline's memory; numbers, log and voice are not undone."""

from __future__ import annotations

import json
from typing import Any

from server.actions.announce import withdraw_announcements
from server.actions.entries import (
    change_entry,
    entries_of,
    find_room,
    find_ticket,
    mark_elsewhere,
    recount,
    room_of_person,
)
from server.actions.tickets import entry_answer
from server.records.database import Row
from server.records.transaction import KEYS, Transaction
from server.rules import ticket
from server.rules.hospital import Room
from server.rules.refusals import NothingToUndo

Step = tuple[str, Any, Row | None, Row]


def undo(tx: Transaction, room_code: str) -> dict[str, Any]:
    """
    Put the rows of the room's last action back as they were.

    Raises:
        NothingToUndo: There is no last action, or somebody has changed one of its rows since.
    """
    room = find_room(tx.hospital, room_code)
    state = tx.rows.one("SELECT * FROM room_state WHERE room = :room", room=room.code)
    if state is None or not state["undo"]:
        raise NothingToUndo(room=room.code)
    document = json.loads(state["undo"])
    steps: list[Step] = [(table, key, before, after) for table, key, before, after in document["steps"]]
    # What the queue remembers goes on with the next call of any room; that alone is no reason to refuse.
    changed = {(table, key) for table, key, _, after in steps if _present(tx, table, key) != after}
    if any(table != "queue_memory" for table, _ in changed):
        raise NothingToUndo(room=room.code, reason="changed_since")
    steps = [step for step in steps if (step[0], step[1]) not in changed]
    for table, key, before, after in reversed(steps):
        _restore(tx, table, key, before, after)
    _restore_board(tx, room.code, state)
    tickets = sorted({after["ticket"] for table, _, _, after in steps if table == "entry"})
    for ticket_id in tickets:
        _withdraw(tx, ticket_id, room.area)
        _check_ticket(tx, ticket_id, room)
    tx.emit("room.undone", room=room.code, action=document["action"], tickets=tickets)
    entries = [item for ticket_id in tickets for item in entries_of(tx.rows, ticket_id)]
    return {"undone": document["action"], "entries": [entry_answer(item, tx.hospital) for item in entries]}


def _present(tx: Transaction, table: str, key: Any) -> Row | None:
    name = KEYS.get(table, "id")
    return tx.rows.one(f"SELECT * FROM {table} WHERE {name} = :key", key=key)


def _restore(tx: Transaction, table: str, key: Any, before: Row | None, after: Row) -> None:
    if before is None:
        _remove(tx, table, after)
        return
    columns = {column: value for column, value in before.items() if column != KEYS.get(table, "id")}
    tx.update(table, after, **columns)
    if table == "entry":
        recount(tx.rows, after, before)


def _remove(tx: Transaction, table: str, row: Row) -> None:
    """A row that the action made: it stays in the database as withdrawn, so that the log's ids keep their meaning."""
    if table == "entry":
        change_entry(tx, row, state="cancelled")
    elif table == "call":
        tx.update("call", row, state="undone", ended_at=tx.now_ms)
    elif table == "queue_memory":
        tx.update("queue_memory", row, turn=0, ways_priority=0, ways_normal=0)


def _withdraw(tx: Transaction, ticket_id: int, area: str) -> None:
    for call in tx.rows.all("SELECT id FROM call WHERE ticket = :ticket AND state = 'undone'", ticket=ticket_id):
        withdraw_announcements(tx, call["id"], area)


def _check_ticket(tx: Transaction, ticket_id: int, room: Room) -> None:
    """
    Pass while the restored places fit to what became of the ticket's other places since.

    Raises:
        NothingToUndo: The person is at another room by now, or the ticket has ended.
    """
    entries = entries_of(tx.rows, ticket_id)
    present = [item for item in entries if item["state"] in ticket.IN_ROOM]
    is_open = find_ticket(tx.rows, ticket_id)["state"] == "open"
    if len(present) > 1 or is_open != any(item["state"] in ticket.LIVE for item in entries):
        raise NothingToUndo(room=room.code, reason="changed_since")
    mark_elsewhere(tx, entries, room_of_person(entries))


def _restore_board(tx: Transaction, room: str, state: Row) -> None:
    """The board's last number of the room is that of its last call that was not undone."""
    last = tx.rows.one(
        "SELECT label, called_at FROM call WHERE room = :room AND day = :day AND state <> 'undone'"
        " ORDER BY called_at DESC, id DESC LIMIT 1",
        room=room,
        day=tx.day,
    )
    tx.update(
        "room_state",
        state,
        undo=None,
        last_label=last["label"] if last else None,
        last_called_at=last["called_at"] if last else None,
    )
