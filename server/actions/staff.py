"""Staff who sign in: accounts and sessions, which live on the server and end at once."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from typing import Any, Final

from server.records.database import Row, Rows
from server.records.transaction import Transaction
from server.rules.refusals import BodyMalformed

ROLES: Final = frozenset({"viewer", "desk", "reception", "lead", "admin"})
TOKEN_BYTES: Final = 24
HOUR_MS: Final = 3_600_000


def create_staff(
    tx: Transaction, login: str, password_hash: str, role: str, rooms: Sequence[str] | None = None
) -> dict[str, Any]:
    """Add an account; an existing login gets the new password, role and rooms. Capitals do not tell logins apart."""
    if role not in ROLES:
        raise BodyMalformed(field="role")
    login = login.strip().lower()
    values = {
        "password_hash": password_hash,
        "role": role,
        "rooms": None if rooms is None else json.dumps(list(rooms)),
        "closed_at": None,
    }
    row = tx.rows.one("SELECT * FROM staff WHERE login = :login", login=login)
    row = tx.insert("staff", {"login": login, **values}) if row is None else tx.update("staff", row, **values)
    tx.emit("staff.changed", staff=row["id"], role=role)
    return {"id": str(row["id"]), "login": login, "role": role}


def find_staff(rows: Rows, login: str) -> Row | None:
    """An open account by login."""
    return rows.one("SELECT * FROM staff WHERE login = :login AND closed_at IS NULL", login=login)


def begin_session(tx: Transaction, staff: int, token_hash: str, hours: int) -> None:
    """Note a session under the hash of its token."""
    tx.rows.run("DELETE FROM staff_session WHERE expires_at < :ts", ts=tx.now_ms)
    tx.rows.run(
        "INSERT INTO staff_session (token_hash, staff, created_at, expires_at) VALUES (:hash, :staff, :ts, :ends)",
        hash=token_hash,
        staff=staff,
        ts=tx.now_ms,
        ends=tx.now_ms + hours * HOUR_MS,
    )
    tx.emit("session.began", staff=staff)


def end_session(tx: Transaction, token_hash: str) -> None:
    """End one session at once."""
    tx.rows.run("DELETE FROM staff_session WHERE token_hash = :hash", hash=token_hash)
    tx.emit("session.ended", staff=tx.actor.id)


def new_token() -> str:
    """A session token of 192 random bits."""
    return secrets.token_urlsafe(TOKEN_BYTES)
