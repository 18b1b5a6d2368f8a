"""The patient's way: finishing a step and sending on, waiting aside, changing place, returning, leaving."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from server.actions.announce import withdraw_announcements
from server.actions.entries import (
    change_entry,
    entries_of,
    find_entry,
    find_queue,
    find_ticket,
    lane_of,
    mark_elsewhere,
    new_entry,
    room_of_person,
)
from server.actions.tickets import emit_ticket, entry_answer
from server.records.database import Row
from server.records.transaction import Transaction
from server.rules import journey, ticket
from server.rules.discipline import RETURN
from server.rules.priority import EMERGENCY, NORMAL, check_class
from server.rules.refusals import ClassNotAllowed, IllegalMove

#: Who was missed and is back stands behind this many of their lane, not at its end (common practice).
BACK_BEHIND: Final = 2
#: Back later than this and the place is at the end.
BACK_WITHIN_MS: Final = 60 * 60_000

Answer = dict[str, Any]


def close_call(tx: Transaction, entry: Row, state: str) -> None:
    """End the present call of *entry*, if it has one that is not over, and take back what was not yet spoken."""
    if entry["call"] is None:
        return
    call = tx.rows.one("SELECT * FROM call WHERE id = :id", id=entry["call"])
    if call is None or call["state"] not in ("called", "serving", "missed"):
        return
    tx.update("call", call, state=state, ended_at=call["ended_at"] or tx.now_ms)
    withdraw_announcements(tx, call["id"], call["area"])


def finish_entry(tx: Transaction, entry: Row, given: Sequence[Any] | None) -> Answer:
    """
    End the step *entry* and send the patient on.

    Returns:
        The finished entry, its ticket's state and the entries that follow.
    """
    row = find_ticket(tx.rows, entry["ticket"])
    service = tx.hospital.services.get(row["service"])
    kinds = tx.hospital.queue_kinds
    stages = None if given is None else journey.parse_next(given, kinds)
    onward = journey.onward(entry["queue"], stages, service.flow if service else (), kinds)
    state = ticket.move("pause" if onward.is_pause else "finish", entry["state"])
    close_call(tx, entry, "done")
    entry = change_entry(tx, entry, state=state)
    following = _plan(tx, row, entry, onward)
    row = settle(tx, row)
    emit_ticket(
        tx, "ticket.finished", row, entry=entry["id"], room=entry["room"], queue=entry["queue"], state=state,
        next=[[item["queue"], item["stage"]] for item in following],
    )  # fmt: skip
    return {
        "entry": entry_answer(entry, tx.hospital),
        "ticket": {"id": str(row["id"]), "number": row["label"], "state": row["state"]},
        "next": [
            entry_answer(item, tx.hospital) for item in entries_of(tx.rows, row["id"]) if item["id"] > entry["id"]
        ],
    }


def _plan(tx: Transaction, row: Row, entry: Row, onward: journey.Onward) -> list[Row]:
    """Write the planned steps after those that are planned already."""
    first = max((item["stage"] for item in entries_of(tx.rows, row["id"])), default=0) + 1
    return [
        new_entry(tx, row, queue, state="planned", stage=first + index, previous=entry["id"])
        for index, stage in enumerate(onward.stages)
        for queue in stage
    ]


def settle(tx: Transaction, row: Row) -> Row:
    """After any step ended: begin the stage that is due, mark where the person is, close a ticket with nothing left."""
    entries = entries_of(tx.rows, row["id"])
    stage = journey.stage_to_begin((item["state"], item["stage"]) for item in entries)
    if stage is not None:
        for item in entries:
            if item["state"] == "planned" and item["stage"] == stage:
                change_entry(
                    tx, item, state=ticket.move("activate", item["state"]), rank=tx.now_ms, arrived_at=tx.now_ms
                )
        entries = entries_of(tx.rows, row["id"])
    mark_elsewhere(tx, entries, room_of_person(entries))
    if row["state"] == "open" and not any(item["state"] in ticket.LIVE for item in entries):
        row = tx.update("ticket", row, state="closed", closed_at=tx.now_ms)
    return row


def hold(tx: Transaction, entry_id: int) -> Answer:
    """Keep the place, but do not call."""
    return _simple(tx, entry_id, "hold", "ticket.held")


def release(tx: Transaction, entry_id: int) -> Answer:
    """May be called again, at the kept place."""
    return _simple(tx, entry_id, "release", "ticket.released")


def _simple(tx: Transaction, entry_id: int, action: str, kind: str, **changes: Any) -> Answer:
    entry = find_entry(tx.rows, entry_id)
    entry = change_entry(tx, entry, state=ticket.move(action, entry["state"]), **changes)
    row = settle(tx, find_ticket(tx.rows, entry["ticket"]))
    emit_ticket(tx, kind, row, entry=entry["id"], queue=entry["queue"], room=entry["room"])
    return {"entry": entry_answer(find_entry(tx.rows, entry_id), tx.hospital)}


def defer(tx: Transaction, entry_id: int, by: int) -> Answer:
    """Let *by* of the same lane go first; somebody who was called already goes back among the waiting."""
    entry = find_entry(tx.rows, entry_id)
    if by < 1:
        raise IllegalMove(action="defer", state=entry["state"])
    state = ticket.move("defer", entry["state"])
    close_call(tx, entry, "withdrawn")
    rank = _rank_behind(tx, entry, by)
    entry = change_entry(tx, entry, state=state, room=None, rank=rank, deferred=entry["deferred"] + 1)
    row = settle(tx, find_ticket(tx.rows, entry["ticket"]))
    emit_ticket(tx, "ticket.deferred", row, entry=entry["id"], queue=entry["queue"], by_places=by)
    return {"entry": entry_answer(find_entry(tx.rows, entry_id), tx.hospital)}


def _rank_behind(tx: Transaction, entry: Row, places: int) -> int:
    """A rank right behind the *places*-th who now stands behind *entry* in its lane; the end where there are fewer."""
    found = tx.rows.all(
        "SELECT rank FROM entry WHERE queue = :queue AND lane = :lane AND state = 'waiting' AND elsewhere IS NULL"
        " AND id <> :id AND rank >= :rank ORDER BY rank, id LIMIT :places",
        queue=entry["queue"], lane=lane_of(entry), id=entry["id"], rank=entry["rank"], places=places,
    )  # fmt: skip
    return int(found[-1]["rank"]) + 1 if len(found) == places else tx.now_ms


def transfer(tx: Transaction, entry_id: int, queue_code: str) -> Answer:
    """To another queue, with the time of arrival and the place that it gives kept."""
    queue = find_queue(tx.hospital, queue_code)
    entry = find_entry(tx.rows, entry_id)
    state = ticket.move("transfer", entry["state"])
    close_call(tx, entry, "withdrawn")
    entry = change_entry(tx, entry, state=state)
    row = find_ticket(tx.rows, entry["ticket"])
    moved = new_entry(
        tx, row, queue.code, way=entry["way"], rank=entry["rank"], arrived_at=entry["arrived_at"],
        previous=entry["id"], stage=entry["stage"],
    )  # fmt: skip
    row = settle(tx, row)
    emit_ticket(tx, "ticket.transferred", row, entry=moved["id"], left=entry["id"], queue=queue.code)
    return {"entry": entry_answer(find_entry(tx.rows, moved["id"]), tx.hospital)}


def return_entry(tx: Transaction, entry_id: int) -> Answer:
    """
    Back from tests: a new entry of the same queue with the way `return`, bound to the room that ordered them.
    Back after being missed: the same entry waits again, a little behind those who come next.
    """
    entry = find_entry(tx.rows, entry_id)
    state = ticket.move("return", entry["state"])
    row = find_ticket(tx.rows, entry["ticket"])
    if entry["state"] == "missed":
        close_call(tx, entry, "replaced")
        is_soon = tx.now_ms - entry["since"] <= BACK_WITHIN_MS
        rank = _rank_behind(tx, {**entry, "rank": 0}, BACK_BEHIND) if is_soon else tx.now_ms
        back = change_entry(tx, entry, state=state, room=None, rank=rank)
    else:
        change_entry(tx, entry, state=state)
        rooms = tx.hospital.rooms_of_queue.get(entry["queue"], ())
        bound = entry["room"] if entry["room"] in rooms else None
        back = new_entry(
            tx, row, entry["queue"], way=RETURN, bound_room=bound, previous=entry["id"], stage=entry["stage"]
        )
    row = settle(tx, row)
    emit_ticket(tx, "ticket.returned", row, entry=back["id"], left=entry["id"], queue=entry["queue"])
    return {"entry": entry_answer(find_entry(tx.rows, back["id"]), tx.hospital)}


def cancel(tx: Transaction, entry_id: int) -> Answer:
    """Take one place back; the ticket ends with its last one."""
    return _end(tx, [find_entry(tx.rows, entry_id)], "cancel", "ticket.cancelled")


def leave(tx: Transaction, entry_id: int) -> Answer:
    """The patient leaves: every place of the ticket ends."""
    entry = find_entry(tx.rows, entry_id)
    ticket.move("leave", entry["state"])
    live = [item for item in entries_of(tx.rows, entry["ticket"]) if item["state"] in ticket.LIVE]
    return _end(tx, live, "leave", "ticket.left")


def _end(tx: Transaction, entries: Sequence[Row], action: str, kind: str) -> Answer:
    for entry in entries:
        state = ticket.move(action, entry["state"])
        close_call(tx, entry, "withdrawn")
        change_entry(tx, entry, state=state)
    row = find_ticket(tx.rows, entries[0]["ticket"])
    row = settle(tx, row)
    if row["state"] == "closed":
        row = tx.update("ticket", row, state="cancelled")
    emit_ticket(tx, kind, row, entries=[entry["id"] for entry in entries], room=entries[0]["room"])
    return {
        "entry": entry_answer(find_entry(tx.rows, entries[0]["id"]), tx.hospital),
        "ticket": {"id": str(row["id"]), "number": row["label"], "state": row["state"]},
    }


def set_class(tx: Transaction, entry_id: int, priority_class: str, reason: str | None) -> Answer:
    """
    Confirm or change the class of a ticket; all its places move to the lane of the class, their ranks kept.

    Raises:
        ClassUnknown: No such class.
        ClassNotAllowed: Only staff may give it; an emergency has a queue of its own and is not made in another.
        IllegalMove: The visit is over; what evidence was drawn from it stays.
    """
    entry = find_entry(tx.rows, entry_id)
    check_class(priority_class, by_staff=tx.actor.is_staff)
    if priority_class == EMERGENCY and tx.hospital.queue_kinds.get(entry["queue"]) != "emergency":
        raise ClassNotAllowed(**{"class": priority_class})
    row = find_ticket(tx.rows, entry["ticket"])
    if row["state"] != "open":
        raise IllegalMove(action="class", state=row["state"])
    is_normal = priority_class == NORMAL
    before = row["priority_class"]
    row = tx.update(
        "ticket", row, priority_class=priority_class, class_confirmed=1, class_confirmed_by=tx.actor.caller,
        class_reason=None if is_normal else (reason or row["class_reason"] or "staff")[:40],
    )  # fmt: skip
    for item in entries_of(tx.rows, row["id"]):
        if item["state"] in ticket.LIVE:
            change_entry(tx, item, priority_class=priority_class)
    emit_ticket(tx, "ticket.reclassified", row, entry=entry["id"], class_before=before)
    return {"entry": entry_answer(find_entry(tx.rows, entry_id), tx.hospital)}


def seen_by_hand(tx: Transaction, room: str, ticks: Sequence[tuple[int, int]]) -> Answer:
    """
    Enter afterwards whom a room saw while the server was away; nothing is announced.

    Args:
        tx: The transaction.
        room: The room that ticked them off.
        ticks: (entry id, time in ms) of each.

    Returns:
        Per tick ``done``, ``already`` (the entry had moved on) or ``unknown``.
    """
    results = []
    for entry_id, at_ms in ticks:
        results.append({"entry": str(entry_id), "result": _seen(tx, room, entry_id, at_ms)})
    return {"results": results}


def _seen(tx: Transaction, room: str, entry_id: int, at_ms: int) -> str:
    entry = tx.rows.one("SELECT * FROM entry WHERE id = :id", id=entry_id)
    if entry is None:
        return "unknown"
    if entry["state"] not in ticket.MOVES["seen"]:
        return "already"
    # A desk's clock may be wrong: nobody was seen before they came, or in the future.
    at_ms = min(max(at_ms, entry["arrived_at"]), tx.now_ms)
    close_call(tx, entry, "done")
    entry = change_entry(tx, entry, state="done", room=room, since=at_ms, reason_code="by_hand", reason_facts="{}")
    row = find_ticket(tx.rows, entry["ticket"])
    service = tx.hospital.services.get(row["service"])
    onward = journey.onward(entry["queue"], None, service.flow if service else (), tx.hospital.queue_kinds)
    _plan(tx, row, entry, onward)
    row = settle(tx, row)
    emit_ticket(tx, "ticket.seen_by_hand", row, entry=entry["id"], room=room, queue=entry["queue"], at=at_ms)
    return "done"
