"""
The tables. SQLModel declares them and serves ordinary reads; actions write through `records.transaction`.

Times are integers: milliseconds since 1970 in UTC, so that SQLite and PostgreSQL compare them alike. Flags are
0 or 1. Codes (queue, room, area, service) refer to the hospital's description, which is kept whole, a version a row.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel


def _time(*, nullable: bool = False) -> object:
    return Field(default=None, sa_type=BigInteger, nullable=nullable)


class Site(SQLModel, table=True):
    """The hospital's log: its epoch, the head of its gap-free sequence, and the open service day."""

    code: str = Field(primary_key=True)
    epoch: str
    seq: int = 0
    day: str | None = None
    last_ts: int = _time()  # type: ignore[assignment] # SQLModel's Field is typed by its default


class Event(SQLModel, table=True):
    """The log: outbox, replay source and audit trail. *body* is JSON with ids and codes, never a name."""

    site: str = Field(primary_key=True)
    seq: int = Field(primary_key=True)
    ts: int = _time()  # type: ignore[assignment] # as above
    kind: str
    body: str


class Setup(SQLModel, table=True):
    """Each loaded version of the hospital's description."""

    version: int | None = Field(default=None, primary_key=True)
    loaded_at: int = _time()  # type: ignore[assignment] # as above
    document: str


class ServiceDay(SQLModel, table=True):
    """A service day is a row, opened by the first action after the roll-over hour, never by an alarm clock."""

    __tablename__ = "service_day"
    site: str = Field(primary_key=True)
    day: str = Field(primary_key=True)
    opened_at: int = _time()  # type: ignore[assignment] # as above
    closed_at: int | None = _time(nullable=True)  # type: ignore[assignment] # as above


class Counter(SQLModel, table=True):
    """The last number of a series on a day."""

    site: str = Field(primary_key=True)
    day: str = Field(primary_key=True)
    series: str = Field(primary_key=True)
    last: int


class Ticket(SQLModel, table=True):
    """One patient's visit today: one number, all through the house."""

    __table_args__ = (
        UniqueConstraint("site", "day", "series", "number"),
        Index("ticket_token", "token", unique=True),
        Index(
            "ticket_open", "day", "label", sqlite_where=text("state = 'open'"), postgresql_where=text("state = 'open'")
        ),
    )
    id: int | None = Field(default=None, primary_key=True)
    site: str
    day: str
    series: str
    number: int
    label: str
    service: str
    purpose: str
    priority_class: str
    class_reason: str | None = None
    class_confirmed: int = 1
    class_confirmed_by: str | None = None
    state: str = "open"
    language: str = "vi"
    token: str
    issued_at: int = _time()  # type: ignore[assignment] # as above
    closed_at: int | None = _time(nullable=True)  # type: ignore[assignment] # as above
    device: int | None = None
    staff: int | None = None
    paper: str = "pending"
    paper_detail: str | None = None
    paper_at: int | None = _time(nullable=True)  # type: ignore[assignment] # as above


class Entry(SQLModel, table=True):
    """A ticket's place in one queue. Who waits and may be called is in the partial index, and only that."""

    __table_args__ = (
        Index(
            "entry_callable",
            "queue",
            "lane",
            "rank",
            "id",
            sqlite_where=text("state = 'waiting' AND elsewhere IS NULL"),
            postgresql_where=text("state = 'waiting' AND elsewhere IS NULL"),
        ),
        Index("entry_ticket", "ticket"),
        Index(
            "entry_live",
            "queue",
            "rank",
            "id",
            sqlite_where=text("state NOT IN ('done', 'cancelled', 'transferred')"),
            postgresql_where=text("state NOT IN ('done', 'cancelled', 'transferred')"),
        ),
        Index(
            "entry_in_room",
            "room",
            sqlite_where=text("state IN ('called', 'serving')"),
            postgresql_where=text("state IN ('called', 'serving')"),
        ),
    )
    id: int | None = Field(default=None, primary_key=True)
    day: str
    ticket: int
    label: str
    queue: str
    room: str | None = None
    state: str
    lane: str
    priority_class: str
    way: str
    bound_room: str | None = None
    rank: int = _time()  # type: ignore[assignment] # as above
    arrived_at: int = _time()  # type: ignore[assignment] # as above
    due_at: int | None = _time(nullable=True)  # type: ignore[assignment] # as above
    since: int = _time()  # type: ignore[assignment] # as above
    elsewhere: str | None = None
    attempts: int = 0
    call: int | None = None
    previous: int | None = None
    stage: int = 0
    deferred: int = 0
    reason_code: str | None = None
    reason_facts: str | None = None


class Lane(SQLModel, table=True):
    """How many wait and may be called, per lane: kept by each move, so that nobody counts."""

    queue: str = Field(primary_key=True)
    lane: str = Field(primary_key=True)
    waiting: int = 0


class QueueMemory(SQLModel, table=True):
    """What the discipline of a queue remembers between calls."""

    __tablename__ = "queue_memory"
    queue: str = Field(primary_key=True)
    turn: int = 0
    ways_priority: int = 0
    ways_normal: int = 0


class Call(SQLModel, table=True):
    """One invitation of an entry to a room; a recall is a further call of the same entry."""

    __table_args__ = (
        Index("call_entry", "entry"),
        Index(
            "call_live",
            "room",
            sqlite_where=text("state IN ('called', 'serving', 'missed')"),
            postgresql_where=text("state IN ('called', 'serving', 'missed')"),
        ),
        Index("call_ended", "queue", "ended_at"),
    )
    id: int | None = Field(default=None, primary_key=True)
    day: str
    entry: int
    ticket: int
    label: str
    queue: str
    room: str
    area: str
    attempt: int
    state: str
    priority: int
    out_of_turn: int = 0
    reason_code: str
    reason_facts: str | None = None
    called_at: int = _time()  # type: ignore[assignment] # as above
    started_at: int | None = _time(nullable=True)  # type: ignore[assignment] # as above
    ended_at: int | None = _time(nullable=True)  # type: ignore[assignment] # as above
    device: int | None = None
    staff: int | None = None


class Announcement(SQLModel, table=True):
    """What screens show and speakers say for one call in one area, with its state."""

    __table_args__ = (
        Index(
            "announcement_present",
            "area",
            sqlite_where=text("is_gone = 0"),
            postgresql_where=text("is_gone = 0"),
        ),
    )
    id: str = Field(primary_key=True)
    day: str
    area: str
    kind: str
    numbers: str
    room: str | None = None
    calls: str
    priority: int = 0
    state: str
    issued_at: int = _time()  # type: ignore[assignment] # as above
    since: int = _time()  # type: ignore[assignment] # as above
    ttl_s: int
    repeat: int = 0
    expected_ms: int = 0
    speaker: int | None = None
    tried: str = "[]"
    merged_into: str | None = None
    repeats_taken_over: int = 0
    error: str | None = None
    is_gone: int = 0


class RoomState(SQLModel, table=True):
    """What changes about a room in a day: open or not, its last call, and what undo would bring back."""

    __tablename__ = "room_state"
    room: str = Field(primary_key=True)
    state: str = "open"
    pause_reason: str | None = None
    last_label: str | None = None
    last_called_at: int | None = _time(nullable=True)  # type: ignore[assignment] # as above
    undo: str | None = None


class Device(SQLModel, table=True):
    """A kiosk, display, speaker or console. The token is kept as a hash only."""

    __table_args__ = (Index("device_token", "token_hash", unique=True),)
    id: int | None = Field(default=None, primary_key=True)
    role: str
    name: str
    places: str = "[]"
    token_hash: str
    unattended: int = 0
    trouble: str | None = None
    trouble_since: int | None = _time(nullable=True)  # type: ignore[assignment] # as above
    enrolled_at: int = _time()  # type: ignore[assignment] # as above
    revoked_at: int | None = _time(nullable=True)  # type: ignore[assignment] # as above


class Job(SQLModel, table=True):
    """A print job asked of a device: a desk's ticket or a copy."""

    id: int | None = Field(default=None, primary_key=True)
    device: int
    ticket: int
    is_copy: int
    state: str
    requested_at: int = _time()  # type: ignore[assignment] # as above


class Staff(SQLModel, table=True):
    """A member of staff who signs in; *rooms* is a JSON list of codes, NULL for all."""

    id: int | None = Field(default=None, primary_key=True)
    login: str = Field(unique=True)
    password_hash: str
    role: str
    rooms: str | None = None
    closed_at: int | None = _time(nullable=True)  # type: ignore[assignment] # as above


class StaffSession(SQLModel, table=True):
    """A signed-in browser, on the server, ended at once when it should be."""

    __tablename__ = "staff_session"
    token_hash: str = Field(primary_key=True)
    staff: int
    created_at: int = _time()  # type: ignore[assignment] # as above
    expires_at: int = _time()  # type: ignore[assignment] # as above


class Answer(SQLModel, table=True):
    """The first committed answer to an idempotency key, kept until the day is purged."""

    caller: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    day: str | None = None
    fingerprint: str
    status: int
    body: str
