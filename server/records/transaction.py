"""
What an action sees of the database: rows, the time, the hospital, and the log that it writes beside its rows.

Each changed row of a tracked table is remembered; `emit` puts the rows changed so far into one event. The event's seq
is taken at the end of the action, inside its savepoint, so that a refused action leaves no gap.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from operator import itemgetter
from typing import Any, Final

from pydantic_core import to_json

from server.records.database import Row, Rows
from server.rules.hospital import Hospital

#: Table → (collection in the log, logged columns). An allow-list: tokens, names and hashes are not on it.
LOGGED: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "ticket": (
        "tickets",
        (
            "id", "label", "service", "purpose", "priority_class", "class_reason", "class_confirmed",
            "class_confirmed_by", "state", "issued_at", "closed_at", "device", "staff", "paper", "paper_detail",
        ),
    ),
    "entry": (
        "entries",
        (
            "id", "ticket", "label", "queue", "room", "state", "priority_class", "way", "bound_room", "rank",
            "arrived_at", "due_at", "since", "elsewhere", "attempts", "call", "previous", "stage", "reason_code",
            "reason_facts",
        ),
    ),
    "call": (
        "calls",
        (
            "id", "entry", "ticket", "label", "queue", "room", "area", "attempt", "state", "priority", "out_of_turn",
            "reason_code", "reason_facts", "called_at", "started_at", "ended_at", "device", "staff",
        ),
    ),
    "announcement": (
        "announcements",
        (
            "id", "area", "kind", "numbers", "room", "calls", "priority", "state", "issued_at", "since", "ttl_s",
            "repeat", "expected_ms", "speaker", "tried", "merged_into", "repeats_taken_over", "error", "is_gone",
        ),
    ),
    "room_state": ("rooms", ("room", "state", "pause_reason", "last_label", "last_called_at")),
    "device": ("devices", ("id", "role", "name", "places", "trouble", "trouble_since", "revoked_at")),
    "job": ("jobs", ("id", "device", "ticket", "is_copy", "state", "requested_at")),
}  # fmt: skip
_VALUES: Final = {table: itemgetter(*columns) for table, (_, columns) in LOGGED.items()}
KEYS: Final = {"room_state": "room", "queue_memory": "queue"}


@dataclass(frozen=True, slots=True)
class Actor:
    """
    Who acts.

    Attributes:
        kind: ``device``, ``staff``, ``patient`` or ``system``.
        id: Row id of the device or member of staff; 0 for the system.
        role: Role of the device or member of staff.
        rooms: Rooms the actor may act in; None for all.
    """

    kind: str
    id: int
    role: str
    rooms: frozenset[str] | None = None

    @property
    def caller(self) -> str:
        """The scope of idempotency keys."""
        return f"{self.kind}:{self.id}"

    @property
    def is_staff(self) -> bool:
        return self.kind == "staff" or self.role == "console"


SYSTEM: Final = Actor("system", 0, "system")


@dataclass(frozen=True, slots=True)
class LogEvent:
    """A committed event as it is published: *rows* are the changed rows by collection and id."""

    seq: int
    ts: int
    kind: str
    facts: Mapping[str, Any]
    rows: Mapping[str, Mapping[str, Row | None]]


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a queue moves: recent times from call to finish in seconds, and the rooms that call from it now."""

    service_times_s: tuple[float, ...]
    rooms_open: int


@dataclass(slots=True)
class Transaction:
    """
    One action's view.

    Attributes:
        rows: The database, inside the action's savepoint.
        hospital: The description in force.
        site: The hospital's code.
        day: The open service day, an ISO date.
        now_ms: The time of the action.
        actor: Who acts.
        pace: The latest forecast's view of each queue, by code; a queue may be absent.
        before: Each changed row as it was (None for a new one), by table and key.
        after: Each changed row as it is.
    """

    rows: Rows
    hospital: Hospital
    site: str
    day: str
    now_ms: int
    actor: Actor = SYSTEM
    pace: Mapping[str, Pace] = field(default_factory=dict)
    events: list[LogEvent] = field(default_factory=list)
    before: dict[tuple[str, Any], Row | None] = field(default_factory=dict)
    after: dict[tuple[str, Any], Row] = field(default_factory=dict)
    _pending: list[tuple[str, Mapping[str, Any], dict[str, dict[str, Row | None]]]] = field(default_factory=list)
    _changed: dict[str, dict[str, Row | None]] = field(default_factory=dict)

    def insert(self, table: str, values: Row) -> Row:
        """Insert a row; returns it with the id that the database gave."""
        key = KEYS.get(table, "id")
        row = {key: self.rows.insert(table, values, key), **values}
        self.before.setdefault((table, row[key]), None)
        self._remember(table, row[key], row)
        return row

    def update(self, table: str, row: Row, **changes: object) -> Row:
        """Change columns of *row*; returns the row as it is now."""
        key = KEYS.get(table, "id")
        if not changes.items() - row.items():
            return row
        self.rows.run(_update_sql(table, tuple(changes), key), **changes, **{f"{key}_": row[key]})
        self.before.setdefault((table, row[key]), row)
        changed = {**row, **changes}
        self._remember(table, row[key], changed)
        return changed

    def emit(self, kind: str, /, **facts: object) -> None:
        """Log *kind* with its facts, who did it, and each tracked row changed since the last event."""
        by = {"by": self.actor.caller} if self.actor is not SYSTEM else {}
        self._pending.append((kind, {**facts, **by}, self._changed))
        self._changed = {}

    def number_log(self, seq: int) -> list[Row]:
        """Give the pending events the numbers after *seq*, last in the action; returns their rows for `write_log`."""
        logged: list[Row] = []
        for number, (kind, facts, rows) in enumerate(self._pending, seq + 1):
            body = encode({"facts": facts, "rows": rows})
            logged.append({"site": self.site, "seq": number, "ts": self.now_ms, "kind": kind, "body": body})
            self.events.append(LogEvent(number, self.now_ms, kind, facts, rows))
        self._pending = []
        return logged

    def _remember(self, table: str, key: Any, row: Row) -> None:
        self.after[table, key] = row
        logged = LOGGED.get(table)
        if logged is not None:
            collection, columns = logged
            self._changed.setdefault(collection, {})[str(key)] = dict(zip(columns, _VALUES[table](row), strict=True))


def write_log(rows: Rows, logged: Sequence[Row]) -> None:
    """Write numbered events; the log's head is the caller's to move."""
    rows.insert_many("event", logged)


def encode(value: object) -> str:
    """
    JSON as rows keep it.

    Raises:
        PydanticSerializationError: A value that is not JSON, or a text that is not Unicode (half a surrogate pair).
    """
    return to_json(value).decode()


@lru_cache(maxsize=1024)
def _update_sql(table: str, columns: tuple[str, ...], key: str) -> str:
    sets = ", ".join(f"{column} = :{column}" for column in columns)
    return f"UPDATE {table} SET {sets} WHERE {key} = :{key}_"
