"""Idempotency: the first committed answer of a key is given again, scoped to the caller; refusals are not kept."""

from __future__ import annotations

from dataclasses import dataclass

from server.records.database import Row, Rows
from server.rules.refusals import KeyReused


@dataclass(frozen=True, slots=True)
class Key:
    """A caller's key with the fingerprint of what was asked."""

    caller: str
    key: str
    fingerprint: str


def find(rows: Rows, key: Key) -> Row | None:
    """
    The kept answer, or None when the key is new.

    Raises:
        KeyReused: The same key came with another request.
    """
    found = rows.one(
        "SELECT fingerprint, status, body FROM answer WHERE caller = :caller AND key = :key",
        caller=key.caller,
        key=key.key,
    )
    if found is not None and found["fingerprint"] != key.fingerprint:
        raise KeyReused(key=key.key[:80])
    return found


def keep(rows: Rows, key: Key, day: str, status: int, body: str) -> None:
    """Keep the answer in the transaction of the action."""
    rows.run(
        "INSERT INTO answer (caller, key, day, fingerprint, status, body)"
        " VALUES (:caller, :key, :day, :fingerprint, :status, :body)",
        caller=key.caller,
        key=key.key,
        day=day,
        fingerprint=key.fingerprint,
        status=status,
        body=body,
    )
