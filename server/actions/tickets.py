"""What the actions say about tickets, entries and calls: the log's facts and the answers' shapes (API)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from server import words
from server.records.database import Row
from server.records.times import time_text
from server.records.transaction import Transaction
from server.rules.hospital import Hospital
from server.rules.priority import is_priority
from server.rules.wait import WaitRange


def emit_ticket(tx: Transaction, kind: str, ticket: Row, **facts: object) -> None:
    """Log an event of a ticket with what evidence needs: class, its reason, who confirmed it, purpose, device."""
    tx.emit(
        kind,
        ticket=ticket["id"],
        number=ticket["label"],
        service=ticket["service"],
        **{"class": ticket["priority_class"]},
        class_reason=ticket["class_reason"],
        class_confirmed_by=ticket["class_confirmed_by"],
        purpose=ticket["purpose"],
        device=ticket["device"],
        **facts,
    )


def reason_of(row: Row) -> dict[str, Any] | None:
    """The reason of a call, as code and facts."""
    if row["reason_code"] is None:
        return None
    return {"code": row["reason_code"], "facts": json.loads(row["reason_facts"] or "{}")}


def call_answer(call: Row, hospital: Hospital) -> dict[str, Any]:
    """A call as the API gives it; the sentence of the reason is added where the reader's language is known."""
    return {
        "id": str(call["id"]),
        "entry": str(call["entry"]),
        "ticket": str(call["ticket"]),
        "number": call["label"],
        "room": call["room"],
        "queue": call["queue"],
        "attempt": call["attempt"],
        "state": call["state"],
        "called_at": time_text(call["called_at"], hospital),
        "reason": reason_of(call),
    }


def entry_answer(entry: Row, hospital: Hospital) -> dict[str, Any]:
    """An entry as the API gives it."""
    return {
        "id": str(entry["id"]),
        "ticket": str(entry["ticket"]),
        "number": entry["label"],
        "queue": entry["queue"],
        "room": entry["room"],
        "state": entry["state"],
        "class": entry["priority_class"],
        "way": entry["way"],
        "arrived_at": time_text(entry["arrived_at"], hospital),
        "due_at": time_text(entry["due_at"], hospital),
        "since": time_text(entry["since"], hospital),
        "elsewhere": entry["elsewhere"],
        "attempts": entry["attempts"],
        "stage": entry["stage"],
    }


def ticket_answer(
    ticket: Row, queue: str | None, hospital: Hospital, ahead: int | None, wait: WaitRange | None
) -> dict[str, Any]:
    """A ticket with its slip, as a kiosk or desk gets it."""
    range_ = {"low_s": wait.low_s, "high_s": wait.high_s} if wait else None
    return {
        "id": str(ticket["id"]),
        "number": ticket["label"],
        "service": ticket["service"],
        "queue": queue,
        "class": ticket["priority_class"],
        "class_confirmed": bool(ticket["class_confirmed"]),
        "state": ticket["state"],
        "issued_at": time_text(ticket["issued_at"], hospital),
        "service_day": ticket["day"],
        "ahead": ahead,
        "wait": range_,
        "token": ticket["token"],
        "paper": ticket["paper"],
        "slip": slip(ticket, queue, hospital, ahead, range_),
    }


def slip(
    ticket: Row, queue: str | None, hospital: Hospital, ahead: int | None, wait: Mapping[str, int] | None
) -> dict[str, Any]:
    """The content object that `printer.slip` draws; no personal data, the QR holds the opaque token."""
    language = ticket["language"]
    phone_url = hospital.site.phone_url
    service = hospital.services.get(ticket["service"])
    is_unconfirmed = is_priority(ticket["priority_class"]) and not ticket["class_confirmed"]
    return {
        "hospital": words.name_in(hospital.site.name, language),
        "service": words.name_in(service.name, language) if service else ticket["service"],
        "number": ticket["label"],
        "class_mark": words.sentence("slip", "priority", language) if is_priority(ticket["priority_class"]) else None,
        "class_note": words.sentence("slip", "unconfirmed", language) if is_unconfirmed else None,
        "issued_at": time_text(ticket["issued_at"], hospital),
        "ahead": ahead,
        "wait": wait,
        "where": _where(queue, hospital, language),
        "qr": f"{phone_url}/t/{ticket['token']}" if phone_url else ticket["token"],
        "qr_opens_page": phone_url is not None,
        "language": language,
        "copy": False,
    }


def _where(queue: str | None, hospital: Hospital, language: str) -> str | None:
    found = hospital.queues.get(queue or "")
    if found is None:
        return None
    if found.where:
        return words.name_in(found.where, language)
    rooms = [hospital.rooms[code] for code in hospital.rooms_of_queue.get(found.code, ())]
    if len(rooms) != 1:
        return None
    spoken = words.name_in(rooms[0].spoken, language)
    where = words.name_in(rooms[0].where, language) if rooms[0].where else ""
    return " · ".join(filter(None, (spoken[:1].upper() + spoken[1:], where)))
