"""Calling: next, recall, a chosen one; and what a room does with the person called: start, finish, no-show."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from server.actions.announce import queue_announcement, withdraw_announcements
from server.actions.entries import (
    change_entry,
    entries_of,
    find_entry,
    find_room,
    find_ticket,
    in_room,
    keep_memory,
    lanes,
    mark_elsewhere,
    memory_of,
    room_of_person,
)
from server.actions.journey import close_call, finish_entry
from server.actions.tickets import call_answer, emit_ticket
from server.records.database import Row
from server.records.transaction import Transaction
from server.rules import discipline, ticket
from server.rules.hospital import Room
from server.rules.numbering import same_number
from server.rules.priority import is_priority
from server.rules.refusals import (
    AmbiguousNumber,
    Elsewhere,
    NobodyWaiting,
    NumberNotWaiting,
    ReasonMissing,
    ReasonUnknown,
    RoomBusy,
    RoomIdle,
)

#: Why somebody may be called out of turn; the sentence of each is in the locale files.
OUT_OF_TURN_REASONS: Final = frozenset(
    {
        "condition_worse", "results_ready", "staff_request", "wheelchair", "late_return", "wrong_order",
        "other_documented",
    }
)  # fmt: skip
CANDIDATES_MAX: Final = 20

Answer = dict[str, Any]


def call_next(tx: Transaction, room_code: str, previous: str | None = None) -> Answer:
    """
    Call whom the discipline chooses, after ending the visit of whoever is in the room.

    Args:
        tx: The transaction.
        room_code: The room that calls.
        previous: ``finish`` or ``missed``: what to do with somebody who is called but not yet serving.

    Raises:
        NobodyWaiting: Nobody may be called; whoever is in the room stays as they are.
        RoomBusy: Somebody is called and *previous* does not say what becomes of them.
    """
    room = find_room(tx.hospital, room_code)
    _clear(tx, room, previous)
    found = _choose(tx, room)
    if found is None:
        raise NobodyWaiting(room=room.code)
    return _call_in_turn(tx, room, *found)


def _call_in_turn(tx: Transaction, room: Room, queue: str, choice: discipline.Choice) -> Answer:
    entry = find_entry(tx.rows, choice.head.entry)
    _, row = memory_of(tx.rows, queue)
    keep_memory(tx, queue, row, choice.memory)
    call = _invite(tx, room, ticket.move("call", entry["state"]), entry, choice.code, choice.facts, is_in_turn=True)
    _keep_undo(tx, room, "call_next")
    return {"call": call_answer(call, tx.hospital)}


def call_chosen(tx: Transaction, room_code: str, entry_id: int, reason: str | None, previous: str | None) -> Answer:
    """
    Call a chosen entry; one that the discipline would not have chosen needs a reason code.

    Raises:
        EntryUnknown, Elsewhere, IllegalMove, RoomBusy, ReasonMissing, ReasonUnknown.
    """
    room = find_room(tx.hospital, room_code)
    if reason is not None and reason not in OUT_OF_TURN_REASONS:
        raise ReasonUnknown(reason=reason[:40])
    entry = find_entry(tx.rows, entry_id)
    ticket.move("call_chosen", entry["state"])
    if entry["queue"] not in room.queues:
        raise NumberNotWaiting(number=entry["label"], room=room.code)
    # Whom the discipline would call, and who is elsewhere, is asked when the room is free: that may change both.
    _clear(tx, room, previous)
    entry = find_entry(tx.rows, entry_id)
    state = ticket.move("call_chosen", entry["state"])
    at = room_of_person(entries_of(tx.rows, entry["ticket"]))
    if at is not None:
        raise Elsewhere(room=at, number=entry["label"])
    found = _choose(tx, room)
    if found is not None and found[1].head.entry == entry["id"]:
        return _call_in_turn(tx, room, *found)
    if reason is None:
        raise ReasonMissing(number=entry["label"])
    call = _invite(tx, room, state, entry, "out_of_turn", {"reason": reason}, is_in_turn=False)
    _keep_undo(tx, room, "call_chosen")
    return {"call": call_answer(call, tx.hospital)}


def call_number(tx: Transaction, room_code: str, number: str, reason: str | None, previous: str | None) -> Answer:
    """
    Call by printed number, or by its digits where they are unambiguous among those waiting here.

    Raises:
        NumberNotWaiting: Nobody with that number waits here.
        AmbiguousNumber: Several do; the facts name them.
    """
    room = find_room(tx.hospital, room_code)
    matches = [
        row
        for queue in room.queues
        for row in tx.rows.all(
            "SELECT id, label, state FROM entry WHERE queue = :queue"
            " AND state NOT IN ('done', 'cancelled', 'transferred') ORDER BY rank, id",
            queue=queue,
        )
        if row["state"] in ticket.MOVES["call_chosen"] and same_number(row["label"], number)
    ]
    exact = [row for row in matches if row["label"].upper() == number.strip().upper()]
    matches = exact or matches
    if not matches:
        raise NumberNotWaiting(number=number[:20], room=room.code)
    if len(matches) > 1:
        candidates = [{"entry": str(row["id"]), "number": row["label"]} for row in matches[:CANDIDATES_MAX]]
        raise AmbiguousNumber(number=number[:20], candidates=candidates)
    return call_chosen(tx, room_code, matches[0]["id"], reason, previous)


def recall(tx: Transaction, room_code: str) -> Answer:
    """Announce the person called again; a further call of the same entry."""
    room = find_room(tx.hospital, room_code)
    entry = _present(tx, room, ("called",))
    reason = json.loads(entry["reason_facts"] or "{}")
    call = _invite(
        tx, room, ticket.move("recall", entry["state"]), entry, entry["reason_code"] or "first_in_order", reason,
        is_in_turn=True, kind="ticket.recalled",
    )  # fmt: skip
    _keep_undo(tx, room, "recall")
    return {"call": call_answer(call, tx.hospital)}


def start(tx: Transaction, room_code: str) -> Answer:
    """The person called has come in."""
    room = find_room(tx.hospital, room_code)
    entry = _present(tx, room, ("called",))
    call = _call_of(tx, entry)
    call = tx.update("call", call, state="serving", started_at=tx.now_ms)
    entry = change_entry(tx, entry, state=ticket.move("start", entry["state"]))
    withdraw_announcements(tx, call["id"], room.area)
    emit_ticket(tx, "ticket.started", find_ticket(tx.rows, entry["ticket"]), entry=entry["id"], room=room.code)
    _keep_undo(tx, room, "start")
    return {"call": call_answer(call, tx.hospital)}


def finish(tx: Transaction, room_code: str, onward: list[Any] | None = None) -> Answer:
    """
    End the step of the person in the room and send them on.

    Args:
        tx: The transaction.
        room_code: The room.
        onward: Where to, as `rules.journey.parse_next` reads it; None lets the service's flow decide.
    """
    room = find_room(tx.hospital, room_code)
    entry = _present(tx, room, ("serving", "called"))
    answer = finish_entry(tx, entry, onward)
    _keep_undo(tx, room, "finish")
    return answer


def no_show(tx: Transaction, room_code: str) -> Answer:
    """The person called did not come; the number stays visible among the missed."""
    room = find_room(tx.hospital, room_code)
    entry = _present(tx, room, ("called",))
    _miss(tx, room, entry)
    _keep_undo(tx, room, "no_show")
    return {"entry": str(entry["id"]), "state": "missed"}


def _clear(tx: Transaction, room: Room, previous: str | None) -> None:
    for entry in in_room(tx.rows, room.code):
        if entry["state"] == "serving" or previous == "finish":
            finish_entry(tx, entry, None)
        elif previous == "missed":
            _miss(tx, room, entry)
        else:
            raise RoomBusy(room=room.code, number=entry["label"])


def _choose(tx: Transaction, room: Room) -> tuple[str, discipline.Choice] | None:
    """The first of the room's queues, in the room's order, in which somebody may be called."""
    for queue in room.queues:
        heads = [lane[0] for lane in lanes(tx.rows, queue, room.code) if lane]
        memory, _ = memory_of(tx.rows, queue)
        choice = discipline.choose(heads, memory, tx.hospital.queues[queue].policy, tx.now_ms)
        if choice is not None:
            return queue, choice
    return None


def _invite(
    tx: Transaction, room: Room, state: str, entry: Row, code: str, facts: Mapping[str, Any],
    *, is_in_turn: bool, kind: str = "ticket.called",
) -> Row:  # fmt: skip
    """Write the call of *entry* to *room*: its row, the board's last number, the announcement, the event."""
    facts_text = json.dumps(facts, separators=(",", ":"))
    close_call(tx, entry, "replaced")
    call = tx.insert("call", _call_row(tx, room, entry, code, facts_text, is_in_turn=is_in_turn))
    entry = change_entry(
        tx, entry, state=state, room=room.code, attempts=entry["attempts"] + 1, call=call["id"], since=tx.now_ms,
        reason_code=code, reason_facts=facts_text,
    )  # fmt: skip
    mark_elsewhere(tx, entries_of(tx.rows, entry["ticket"]), room.code)
    _keep_room(tx, room, last_label=entry["label"], last_called_at=tx.now_ms)
    announcement = queue_announcement(tx, tx.hospital.areas[room.area], call)
    emit_ticket(
        tx, kind, find_ticket(tx.rows, entry["ticket"]), entry=entry["id"], call=call["id"], room=room.code,
        queue=entry["queue"], way=entry["way"], attempt=call["attempt"], reason=code, reason_facts=facts,
        is_out_of_turn=not is_in_turn, arrived_at=entry["arrived_at"],
        announcement=announcement["id"] if announcement else None,
    )  # fmt: skip
    return call


def _call_row(tx: Transaction, room: Room, entry: Row, code: str, facts: str, *, is_in_turn: bool) -> Row:
    is_device = tx.actor.kind == "device"
    return {
        "day": tx.day,
        "entry": entry["id"],
        "ticket": entry["ticket"],
        "label": entry["label"],
        "queue": entry["queue"],
        "room": room.code,
        "area": room.area,
        "attempt": entry["attempts"] + 1,
        "state": "called",
        "priority": int(is_priority(entry["priority_class"])),
        "out_of_turn": int(not is_in_turn),
        "reason_code": code,
        "reason_facts": facts,
        "called_at": tx.now_ms,
        "started_at": None,
        "ended_at": None,
        "device": tx.actor.id if is_device else None,
        "staff": None if is_device else tx.actor.id,
    }


def _miss(tx: Transaction, room: Room, entry: Row) -> None:
    entry = change_entry(tx, entry, state=ticket.move("no_show", entry["state"]))
    close_call(tx, entry, "missed")
    mark_elsewhere(tx, entries_of(tx.rows, entry["ticket"]), None)
    emit_ticket(
        tx, "ticket.missed", find_ticket(tx.rows, entry["ticket"]), entry=entry["id"], room=room.code,
        queue=entry["queue"], attempts=entry["attempts"],
    )  # fmt: skip


def _present(tx: Transaction, room: Room, states: tuple[str, ...]) -> Row:
    """The entry in *room* that is in one of *states*, in their order."""
    present = in_room(tx.rows, room.code)
    for state in states:
        for entry in present:
            if entry["state"] == state:
                return entry
    raise RoomIdle(room=room.code, state=present[0]["state"] if present else None)


def _call_of(tx: Transaction, entry: Row) -> Row:
    row = tx.rows.one("SELECT * FROM call WHERE id = :id", id=entry["call"])
    if row is None:
        raise LookupError(f"entry {entry['id']} has no call")
    return row


def _keep_room(tx: Transaction, room: Room, **changes: Any) -> None:
    row = tx.rows.one("SELECT * FROM room_state WHERE room = :room", room=room.code)
    if row is None:
        row = {
            "room": room.code, "state": "open", "pause_reason": None, "last_label": None, "last_called_at": None,
            "undo": None,
        }  # fmt: skip
        tx.insert("room_state", {**row, **changes})
    else:
        tx.update("room_state", row, **changes)


def _keep_undo(tx: Transaction, room: Room, action: str) -> None:
    """Remember how the rows stood before, so that the desk can take its last action back."""
    tables = ("entry", "call", "ticket", "queue_memory")
    steps = [
        [table, key, before, tx.after[table, key]] for (table, key), before in tx.before.items() if table in tables
    ]
    document = json.dumps({"action": action, "steps": steps}, separators=(",", ":"), ensure_ascii=False)
    tx.rows.run(
        "INSERT INTO room_state (room, state, undo) VALUES (:room, 'open', :undo)"
        " ON CONFLICT (room) DO UPDATE SET undo = excluded.undo",
        room=room.code,
        undo=document,
    )
