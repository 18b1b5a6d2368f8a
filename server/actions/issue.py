"""Issuing a number: counter, ticket, place in the first queue, and the slip's content."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any, Final

from server.actions.entries import new_entry, who_waits
from server.actions.tickets import emit_ticket, ticket_answer
from server.records.database import Row
from server.records.transaction import Transaction
from server.rules import discipline, numbering, wait
from server.rules.hospital import Hospital, Service
from server.rules.priority import EMERGENCY, NORMAL, check_class
from server.rules.refusals import ClassNotAllowed, DeviceUnknown, SeriesFull, ServiceClosed, ServiceUnknown

#: 96 bits: a million guesses against 10,000 live tokens find one with a chance of about 10^-19.
TOKEN_BYTES: Final = 12
WALK_IN: Final = discipline.WALK_IN


@dataclass(frozen=True, slots=True)
class IssueRequest:
    """
    What is asked.

    Attributes:
        service: Code of the service.
        priority_class: Class; one that a patient declared at a kiosk stays unconfirmed until staff confirms.
        language: Language of slip and page, one of the hospital's.
        class_reason: Code of why the class was given; None takes ``declared`` or ``staff``.
        print_at: Device whose printer prints it; None when the caller prints by itself.
    """

    service: str
    priority_class: str = NORMAL
    language: str = "vi"
    class_reason: str | None = None
    print_at: int | None = None


def issue_ticket(tx: Transaction, request: IssueRequest) -> dict[str, Any]:
    """
    Issue a ticket for a service.

    Returns:
        The ticket as the API gives it, with ``ahead``, ``wait`` and ``slip``.

    Raises:
        ServiceUnknown, ServiceClosed, ClassUnknown, ClassNotAllowed, SeriesFull, DeviceUnknown.
    """
    service = tx.hospital.services.get(request.service)
    if service is None:
        raise ServiceUnknown(service=request.service[:40])
    check_open(service, tx.hospital, tx.now_ms)
    by_staff = tx.actor.is_staff
    queue = service.flow[0]
    priority_class = _class_for(tx.hospital.queues[queue].kind, request.priority_class, by_staff=by_staff)
    # Who is ahead is asked before the new place is counted.
    counts, memory = who_waits(tx.rows, queue)
    ticket = _insert_ticket(tx, service, request, priority_class, is_confirmed=by_staff or priority_class == NORMAL)
    entry = new_entry(tx, ticket, queue)
    if request.print_at is not None:
        request_print(tx, ticket, request.print_at, is_copy=False)
    emit_ticket(tx, "ticket.issued", ticket, entry=entry["id"], queue=queue)
    ahead, range_ = expect(tx, queue, counts, memory, priority_class, WALK_IN)
    return ticket_answer(ticket, queue, tx.hospital, ahead, range_)


def _class_for(queue_kind: str, asked: str, *, by_staff: bool) -> str:
    """The ticket's class: an emergency goes to the emergency queue, by staff, and nobody else goes there."""
    is_emergency = queue_kind == "emergency"
    if is_emergency:
        asked = EMERGENCY
    priority_class = check_class(asked, by_staff=by_staff)
    if priority_class == EMERGENCY and not is_emergency:
        raise ClassNotAllowed(**{"class": asked})
    return priority_class


def expect(
    tx: Transaction,
    queue: str,
    counts: Mapping[tuple[str, str], int],
    memory: discipline.Memory,
    priority_class: str,
    way: str,
) -> tuple[int, wait.WaitRange | None]:
    """How many go first under the policy now, and the range of the wait; *counts* are those who waited before."""
    found = tx.hospital.queues[queue]
    ahead = discipline.ahead(counts, memory, found.policy, priority_class, way)
    pace = tx.pace.get(queue)
    rooms_open = pace.rooms_open if pace else len(tx.hospital.rooms_of_queue[queue])
    typical_s = found.typical_min * 60 if found.typical_min else None
    if rooms_open < 1:
        return ahead, None
    return ahead, wait.estimate_wait(ahead, pace.service_times_s if pace else (), rooms_open, typical_s)


def check_open(service: Service, hospital: Hospital, now_ms: int) -> None:
    """
    Pass while *service* gives numbers.

    Raises:
        ServiceClosed: With the time at which it opens again today, if it does.
    """
    if not service.hours:
        return
    local = datetime.fromtimestamp(now_ms / 1000, UTC).astimezone(hospital.timezone).time()
    spans = sorted(parse_hours(span) for span in service.hours)
    if not any(begin <= local < end for begin, end in spans):
        opens = next((begin for begin, _ in spans if begin > local), None)
        raise ServiceClosed(service=service.code, opens_at=opens.isoformat("minutes") if opens else None)


def parse_hours(span: str) -> tuple[time, time]:
    """``06:30-11:30`` as two times of day; ValueError for anything else or an end before its beginning."""
    begin, _, end = span.partition("-")
    times = time.fromisoformat(begin.strip()), time.fromisoformat(end.strip())
    if times[0] >= times[1]:
        raise ValueError(span)
    return times


def request_print(tx: Transaction, ticket: Row, device: int, *, is_copy: bool) -> Row:
    """
    Ask a device to print *ticket*.

    Raises:
        DeviceUnknown: No such kiosk is enrolled.
    """
    found = tx.rows.one("SELECT id FROM device WHERE id = :id AND role = 'kiosk' AND revoked_at IS NULL", id=device)
    if found is None:
        raise DeviceUnknown(device=str(device))
    job = {
        "device": device, "ticket": ticket["id"], "is_copy": int(is_copy), "state": "asked", "requested_at": tx.now_ms,
    }  # fmt: skip
    return tx.insert("job", job)


def _insert_ticket(
    tx: Transaction, service: Service, request: IssueRequest, priority_class: str, *, is_confirmed: bool
) -> Row:
    series = tx.hospital.series[service.series]
    number = _next_number(tx, series.code, series.start)
    is_device = tx.actor.kind == "device"
    declared = "staff" if tx.actor.is_staff else "declared"
    reason = None if priority_class == NORMAL else (request.class_reason or declared)
    values: Row = {
        "site": tx.site,
        "day": tx.day,
        "series": series.code,
        "number": number,
        "label": numbering.label(series.prefix, number),
        "service": service.code,
        "purpose": service.purpose,
        "priority_class": priority_class,
        "class_reason": reason,
        "class_confirmed": int(is_confirmed),
        "class_confirmed_by": tx.actor.caller if reason and is_confirmed else None,
        "state": "open",
        "language": request.language if request.language in tx.hospital.site.languages else "vi",
        "token": secrets.token_urlsafe(TOKEN_BYTES),
        "issued_at": tx.now_ms,
        "closed_at": None,
        "device": tx.actor.id if is_device else None,
        "staff": None if is_device else tx.actor.id,
        "paper": "pending",
        "paper_detail": None,
        "paper_at": None,
    }
    return tx.insert("ticket", values)


def _next_number(tx: Transaction, series: str, start: int) -> int:
    """The next number of a series: a counter row, rolled back with a refused action, so that no gap is left."""
    row = tx.rows.one(
        "INSERT INTO counter (site, day, series, last) VALUES (:site, :day, :series, :start)"
        " ON CONFLICT (site, day, series) DO UPDATE SET last = counter.last + 1 RETURNING last",
        site=tx.site,
        day=tx.day,
        series=series,
        start=start,
    )
    if row is None or row["last"] > numbering.SERIES_MAX:
        raise SeriesFull(series=series, last=numbering.SERIES_MAX)
    return int(row["last"])
