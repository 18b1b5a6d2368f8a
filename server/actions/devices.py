"""Devices: enrolling, revoking, the trouble that they report, the paper that came out of them."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from typing import Any, Final

from server.actions.entries import find_ticket
from server.actions.issue import request_print
from server.actions.tickets import emit_ticket
from server.records.transaction import Transaction
from server.rules.refusals import BodyMalformed, DeviceUnknown, NameTaken, PlaceUnknown

TOKEN_BYTES: Final = 24
ROLES: Final = frozenset({"kiosk", "display", "speaker", "console"})
TROUBLES: Final = frozenset(
    {
        "paper_end", "near_end", "cover_open", "cutter", "offline", "no_answer", "unreachable", "error", "busy",
    }
)  # fmt: skip


def enrol_device(
    tx: Transaction, role: str, name: str, places: Sequence[str], token_hash: str, *, is_unattended: bool = False
) -> dict[str, Any]:
    """
    Enrol a device under the hash of its token.

    Args:
        tx: The transaction.
        role: One of `ROLES`.
        name: A short code for people, such as ``kiosk-1``.
        places: Areas or rooms that it serves.
        token_hash: SHA-256 of the token, which only the device keeps.
        is_unattended: A console that may act without a person who signed in (keypads, a hospital system).
    """
    if role not in ROLES:
        raise BodyMalformed(field="role")
    known = [*tx.hospital.areas, *tx.hospital.rooms]
    unknown = next((place for place in places if place not in known), None)
    if unknown is not None:
        raise PlaceUnknown(place=unknown[:40], known=", ".join(known))
    if tx.rows.one("SELECT id FROM device WHERE name = :name AND revoked_at IS NULL", name=name) is not None:
        raise NameTaken(name=name[:40])
    row = tx.insert(
        "device",
        {
            "role": role, "name": name, "places": json.dumps(list(places)), "token_hash": token_hash,
            "unattended": int(is_unattended), "trouble": None, "trouble_since": None, "enrolled_at": tx.now_ms,
            "revoked_at": None,
        },
    )  # fmt: skip
    tx.emit("device.enrolled", device=row["id"], role=role)
    return {"id": str(row["id"]), "role": role, "name": name}


def new_token() -> str:
    """A token of 192 random bits."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def revoke_device(tx: Transaction, device: int) -> None:
    """End a device's rights; its sockets close within a second."""
    row = tx.rows.one("SELECT * FROM device WHERE id = :id", id=device)
    if row is None:
        raise DeviceUnknown(device=str(device))
    tx.update("device", row, revoked_at=tx.now_ms)
    tx.emit("device.revoked", device=device)


def report_trouble(tx: Transaction, trouble: str | None) -> None:
    """The calling device says what ails its printer, or that it is well again."""
    if trouble is not None and trouble not in TROUBLES:
        raise BodyMalformed(field="trouble")
    row = tx.rows.one("SELECT * FROM device WHERE id = :id", id=tx.actor.id)
    if row is None:
        raise DeviceUnknown(device=str(tx.actor.id))
    if row["trouble"] == trouble:
        return
    tx.update("device", row, trouble=trouble, trouble_since=tx.now_ms if trouble else None)
    tx.emit("device.trouble" if trouble else "device.recovered", device=row["id"], trouble=trouble)


def report_paper(tx: Transaction, ticket: int, outcome: str, detail: str | None) -> None:
    """What became of a ticket's paper: ``confirmed``, ``failed`` or ``unknown``, from the printer's own answer."""
    row = find_ticket(tx.rows, ticket)
    row = tx.update("ticket", row, paper=outcome, paper_detail=detail, paper_at=tx.now_ms)
    jobs = tx.rows.all(
        "SELECT * FROM job WHERE ticket = :ticket AND device = :device AND state = 'asked'",
        ticket=ticket,
        device=tx.actor.id,
    )
    for job in jobs:
        tx.update("job", job, state=outcome)
    emit_ticket(tx, "ticket.printed", row, paper=outcome, paper_detail=detail, printer=tx.actor.id)


def reprint(tx: Transaction, ticket: int, device: int | None) -> dict[str, Any]:
    """Ask a device, by default the one that printed the ticket last, for a copy, marked as one once paper is out."""
    row = find_ticket(tx.rows, ticket)
    asked = tx.rows.one("SELECT device FROM job WHERE ticket = :ticket ORDER BY id DESC LIMIT 1", ticket=ticket)
    where = device if device is not None else (asked["device"] if asked else row["device"])
    if where is None:
        raise DeviceUnknown(device="")
    job = request_print(tx, row, where, is_copy=row["paper"] == "confirmed")
    emit_ticket(tx, "ticket.print_requested", row, printer=where)
    return {"job": str(job["id"]), "device": str(where)}
