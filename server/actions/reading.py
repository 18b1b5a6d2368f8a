"""Reading beside the writer: what waits in which order, a ticket's whole story, a phone's view. Nothing is changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from server.actions.entries import lanes, memory_of
from server.actions.tickets import call_answer, entry_answer, ticket_answer
from server.records.database import Row, Rows
from server.records.transaction import Pace
from server.rules import discipline
from server.rules.hospital import Hospital
from server.rules.refusals import TicketUnknown
from server.rules.ticket import LIVE
from server.rules.wait import WaitRange, estimate_wait

#: Lists carry this many unless more are asked for.
PAGE: Final = 50
PAGE_MAX: Final = 1_000


@dataclass(frozen=True, slots=True)
class Ordered:
    """Who would be called now, in order (up to a limit), and how many wait."""

    waiting: int
    choices: tuple[discipline.Choice, ...]


def ticket_id_of(rows: Callable[[], Rows], topic: str) -> str | None:
    """The id of the ticket of today that ``ticket:TOKEN`` names; None for an unknown token."""
    _, _, token = topic.partition(":")
    found = rows().one("SELECT id FROM ticket WHERE token = :token", token=token)
    return None if found is None else str(found["id"])


def in_order(rows: Rows, hospital: Hospital, queue: str, now_ms: int, limit: int = PAGE) -> Ordered:
    """The order of a queue by running the discipline forward, without a query per person."""
    waiting = sum(lane_counts_all(rows, queue).values())
    memory, _ = memory_of(rows, queue)
    heads = lanes(rows, queue, limit=limit)
    return Ordered(waiting, tuple(discipline.order(heads, memory, hospital.queues[queue].policy, now_ms, limit=limit)))


def lane_counts_all(rows: Rows, queue: str) -> dict[str, int]:
    """Who waits per lane of a queue, bound ones included."""
    found = rows.all("SELECT lane, waiting FROM lane WHERE queue = :queue AND waiting > 0", queue=queue)
    return {row["lane"]: row["waiting"] for row in found}


def wait_at(queue: str, ahead: int, hospital: Hospital, pace: Pace | None) -> WaitRange | None:
    """The wait behind *ahead* others in *queue*; None where nothing honest can be said."""
    typical_min = hospital.queues[queue].typical_min
    rooms_open = pace.rooms_open if pace else len(hospital.rooms_of_queue[queue])
    if rooms_open < 1:
        return None
    times = pace.service_times_s if pace else ()
    return estimate_wait(ahead, times, rooms_open, typical_min * 60 if typical_min else None)


def queue_summaries(rows: Rows, hospital: Hospital) -> list[dict[str, Any]]:
    """Each queue with how many wait and who calls from it."""
    return [
        {
            "code": queue.code,
            "name": dict(queue.name),
            "kind": queue.kind,
            "waiting": sum(lane_counts_all(rows, queue.code).values()),
            "rooms": list(hospital.rooms_of_queue[queue.code]),
        }
        for queue in hospital.queues.values()
    ]


def queue_entries(rows: Rows, hospital: Hospital, queue: str, now_ms: int, limit: int, after: int) -> dict[str, Any]:
    """What waits in the order of call, each with its reason; *after* skips that many."""
    ordered = in_order(rows, hospital, queue, now_ms, limit=min(limit + after, PAGE_MAX))
    chosen = ordered.choices[after:]
    items = []
    for choice in chosen:
        entry = rows.one("SELECT * FROM entry WHERE id = :id", id=choice.head.entry)
        if entry is not None:
            reason = {"code": choice.code, "facts": dict(choice.facts)}
            items.append({**entry_answer(entry, hospital), "reason": reason})
    following = after + len(items)
    return {
        "queue": queue,
        "count": ordered.waiting,
        "entries": items,
        "after": following if following < ordered.waiting else None,
    }


def ticket_story(rows: Rows, hospital: Hospital, ticket: int, pace: dict[str, Pace], now_ms: int) -> dict[str, Any]:
    """
    A ticket with its entries and calls.

    Raises:
        TicketUnknown: There is none.
    """
    row = rows.one("SELECT * FROM ticket WHERE id = :id", id=ticket)
    if row is None:
        raise TicketUnknown(ticket=str(ticket))
    entries = rows.all("SELECT * FROM entry WHERE ticket = :ticket ORDER BY id", ticket=ticket)
    calls = rows.all("SELECT * FROM call WHERE ticket = :ticket ORDER BY id", ticket=ticket)
    entry = current_entry(entries)
    ahead = place_of(rows, hospital, entry, now_ms) if entry else None
    wait = wait_at(entry["queue"], ahead, hospital, pace.get(entry["queue"])) if entry and ahead is not None else None
    return {
        **ticket_answer(row, entry["queue"] if entry else None, hospital, ahead, wait),
        "entries": [entry_answer(item, hospital) for item in entries],
        "calls": [call_answer(item, hospital) for item in calls],
    }


def current_entry(entries: list[Row]) -> Row | None:
    """The entry that matters to the patient now: in a room, else waiting, else anything live."""
    for states in (("called", "serving"), ("waiting",), ("held", "missed"), ("paused", "planned")):
        for entry in entries:
            if entry["state"] in states:
                return entry
    return next((entry for entry in entries if entry["state"] in LIVE), None)


def place_of(rows: Rows, hospital: Hospital, entry: Row, now_ms: int) -> int | None:
    """How many would be called before *entry*; None when it does not wait."""
    if entry["state"] != "waiting" or entry["elsewhere"] is not None:
        return None
    ordered = in_order(rows, hospital, entry["queue"], now_ms, limit=PAGE_MAX)
    for place, choice in enumerate(ordered.choices):
        if choice.head.entry == entry["id"]:
            return place
    return None


def phone_view(rows: Rows, hospital: Hospital, token: str, pace: dict[str, Pace], now_ms: int) -> dict[str, Any]:
    """
    The patient's own view: number, place, wait and where to go; no name.

    Raises:
        TicketUnknown: No ticket has that token.
    """
    row = rows.one("SELECT id FROM ticket WHERE token = :token", token=token)
    if row is None:
        raise TicketUnknown(ticket="")
    story = ticket_story(rows, hospital, row["id"], pace, now_ms)
    live = [entry for entry in story["entries"] if entry["state"] in LIVE]
    names = ("number", "service", "queue", "state", "issued_at", "service_day", "ahead", "wait")
    shown = ("id", "queue", "room", "state", "since", "elsewhere")
    return {
        **{name: story[name] for name in names},
        "where": story["slip"]["where"],
        "entries": [{name: entry[name] for name in shown} for entry in live],
        "calls": [
            {name: call[name] for name in ("id", "room", "attempt", "state", "called_at")}
            for call in story["calls"]
            if call["state"] in ("called", "serving", "missed")
        ],
    }
