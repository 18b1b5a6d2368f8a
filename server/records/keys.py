"""Idempotency: the first committed answer of a key is given again, scoped to the caller; refusals are not kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from server.records.database import Row, Rows
from server.rules.refusals import KeyReused


@dataclass(frozen=True, slots=True)
class Key:
    """A caller's key with the fingerprint of what was asked."""

    caller: str
    key: str
    fingerprint: str

    @property
    def scope(self) -> tuple[str, str]:
        """What makes the key one."""
        return self.caller, self.key


def find(rows: Rows, asked: Sequence[Key]) -> dict[tuple[str, str], Row]:
    """The kept answers of those keys that are not new, by caller and key."""
    if not asked:
        return {}
    values = {f"caller{place}": key.caller for place, key in enumerate(asked)}
    values.update({f"key{place}": key.key for place, key in enumerate(asked)})
    found = rows.all(_find_sql(len(asked)), **values)
    return {(row["caller"], row["key"]): row for row in found}


@lru_cache(maxsize=128)
def _find_sql(count: int) -> str:
    pairs = ", ".join(f"(:caller{place}, :key{place})" for place in range(count))
    # A join, since SQLite does not use the index for `(caller, key) IN (VALUES …)`: a day's answers would be read.
    return (
        f"WITH asked (caller, key) AS (VALUES {pairs})"
        " SELECT answer.caller, answer.key, fingerprint, status, body FROM asked"
        " JOIN answer ON answer.caller = asked.caller AND answer.key = asked.key"
    )


def check(found: Row, key: Key) -> None:
    """
    Pass when *found* answers the same request.

    Raises:
        KeyReused: The same key came with another one.
    """
    if found["fingerprint"] != key.fingerprint:
        raise KeyReused(key=key.key[:80])


def answer_row(key: Key, day: str, status: int, body: str) -> Row:
    """The answer as it is kept."""
    return {
        "caller": key.caller, "key": key.key, "day": day, "fingerprint": key.fingerprint, "status": status,
        "body": body,
    }  # fmt: skip


def keep(rows: Rows, answers: Sequence[Row]) -> None:
    """Keep answers in the transaction of their actions."""
    rows.insert_many("answer", answers)
