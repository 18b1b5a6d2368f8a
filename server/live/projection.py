"""
What each role sees: views made from an allow-list of fields, of a world that holds only what is live.

The **world** is the log applied to the rows at start; it can be thrown away and drawn again. A **view** is a pure
function of the world, so that `apply(snapshot before, events) == snapshot after` holds for each audience.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from server.records.database import Row, Rows
from server.records.times import time_text
from server.records.transaction import LOGGED, LogEvent
from server.rules.hospital import Hospital
from server.rules.ticket import LIVE

Key = tuple[str, str]
View = dict[str, Any]
State = dict[str, dict[str, View]]

LIVE_CALLS: Final = frozenset({"called", "serving", "missed"})
PUBLIC: Final = frozenset({"display", "board", "speaker"})


def is_kept(collection: str, row: Row) -> bool:
    """True while *row* is part of what anybody may see."""
    state = row.get("state")
    if collection == "entries":
        return state in LIVE
    if collection == "tickets":
        return state == "open"
    if collection == "calls":
        return state in LIVE_CALLS
    if collection == "announcements":
        return not row["is_gone"]
    if collection == "devices":
        return row["revoked_at"] is None
    return collection != "jobs" or state == "asked"


_SQL: Final[Mapping[str, str]] = {
    "tickets": "SELECT * FROM ticket WHERE state = 'open'",
    "entries": "SELECT * FROM entry WHERE state NOT IN ('done', 'cancelled', 'transferred')",
    "calls": "SELECT * FROM call WHERE state IN ('called', 'serving', 'missed')",
    "announcements": "SELECT * FROM announcement WHERE is_gone = 0",
    "rooms": "SELECT * FROM room_state",
    "devices": "SELECT * FROM device WHERE revoked_at IS NULL",
    "jobs": "SELECT * FROM job WHERE state = 'asked'",
}
_COLUMNS: Final = dict(LOGGED.values())


class World:
    """Everything that is live, by collection and id, as the log has it."""

    def __init__(self, hospital: Hospital) -> None:
        self.hospital = hospital
        self.rows: dict[str, dict[str, Row]] = {collection: {} for collection in _SQL}
        self.entries_of: dict[str, set[str]] = defaultdict(set)

    @classmethod
    def load(cls, rows: Rows, hospital: Hospital) -> World:
        """Draw the world from the database."""
        world = cls(hospital)
        for collection, sql in _SQL.items():
            columns = _COLUMNS[collection]
            for row in rows.all(sql):
                key = str(row["room"] if collection == "rooms" else row["id"])
                world._put(collection, key, {column: row[column] for column in columns})
        return world

    def apply(self, event: LogEvent) -> None:
        """Apply one event of the log."""
        for collection, items in event.rows.items():
            for key, row in items.items():
                self._put(collection, key, row if row is not None and is_kept(collection, row) else None)

    def _put(self, collection: str, key: str, row: Row | None) -> None:
        if row is not None:
            self.rows[collection][key] = row
            if collection == "entries":
                self.entries_of[str(row["ticket"])].add(key)
            return
        gone = self.rows[collection].pop(key, None)
        if gone is not None and collection == "entries":
            ids = self.entries_of[str(gone["ticket"])]
            ids.discard(key)
            if not ids:
                del self.entries_of[str(gone["ticket"])]

    def touched(self, event: LogEvent) -> set[Key]:
        """Each object whose view may change with *event*; a ticket and its entries show parts of each other."""
        keys: set[Key] = set()
        for collection, items in event.rows.items():
            for key, row in items.items():
                keys.add((collection, key))
                if collection == "tickets":
                    keys.update(("entries", entry) for entry in self.entries_of.get(key, ()))
                elif collection == "entries" and row is not None:
                    keys.add(("tickets", str(row["ticket"])))
        return keys


@dataclass(frozen=True)
class Audience:
    """
    Who sees the same: one role, the same topics.

    Attributes:
        role: Role of its clients.
        areas, rooms, queues: Codes that the topics name, rooms with the queues that they serve.
        ticket: The phone's ticket id.
        device: A kiosk's own id.
        sees_devices: True with the topic `devices`.
    """

    role: str
    topics: tuple[str, ...]
    areas: frozenset[str]
    rooms: frozenset[str]
    queues: frozenset[str]
    ticket: str | None = None
    device: str | None = None
    sees_devices: bool = False

    @classmethod
    def of(
        cls, role: str, topics: Iterable[str], hospital: Hospital, ticket: str | None = None, device: str | None = None
    ) -> Audience:
        """Resolve *topics* (`area:…`, `room:…`, `queue:…`, `devices`); `ticket:…` needs its id in *ticket*."""
        named: dict[str, set[str]] = defaultdict(set)
        for topic in topics:
            kind, _, code = topic.partition(":")
            named[kind].add(code)
        rooms = {code for code in named["room"] if code in hospital.rooms}
        queues = {code for code in named["queue"] if code in hospital.queues}
        queues.update(queue for room in rooms for queue in hospital.rooms[room].queues)
        return cls(
            role="display" if role == "board" else role,
            topics=tuple(sorted(set(topics))),
            areas=frozenset(named["area"] & hospital.areas.keys()),
            rooms=frozenset(rooms),
            queues=frozenset(queues),
            ticket=ticket,
            device=device if role == "kiosk" else None,
            sees_devices="devices" in named and role == "console",
        )

    @property
    def channels(self) -> Iterator[str]:
        """Where the hub finds this audience when something changes."""
        yield from (f"area:{code}" for code in self.areas)
        yield from (f"room:{code}" for code in self.rooms)
        yield from (f"queue:{code}" for code in self.queues)
        if self.ticket is not None:
            yield f"ticket:{self.ticket}"
        if self.sees_devices:
            yield "devices"
        if self.device is not None:
            yield f"device:{self.device}"


def channels_of(collection: str, row: Row, world: World) -> Iterator[str]:
    """The channels on which *row* may be seen."""
    if collection == "entries":
        yield f"queue:{row['queue']}"
        yield f"ticket:{row['ticket']}"
    elif collection == "tickets":
        yield f"ticket:{row['id']}"
    elif collection == "calls":
        yield f"area:{row['area']}"
        yield f"room:{row['room']}"
        yield f"ticket:{row['ticket']}"
    elif collection == "announcements":
        yield f"area:{row['area']}"
        yield f"room:{row['room']}"
    elif collection == "rooms":
        room = world.hospital.rooms.get(row["room"])
        yield f"area:{room.area}" if room else ""
        yield f"room:{row['room']}"
    elif collection == "devices":
        yield "devices"
    elif collection == "jobs":
        yield f"device:{row['device']}"


def snapshot(world: World, audience: Audience) -> State:
    """The whole state that *audience* sees."""
    state: State = defaultdict(dict)
    for area in audience.areas:
        state["areas"][area] = _area(world.hospital, area)
    for code, room in world.hospital.rooms.items():
        if code in audience.rooms or room.area in audience.areas:
            state["rooms"][code] = _room(world, code)
    for collection in ("entries", "tickets", "calls", "announcements", "devices", "jobs"):
        for key in world.rows[collection]:
            found = view(world, audience, (collection, key))
            if found is not None:
                state[collection][key] = found
    return dict(state)


def view(world: World, audience: Audience, key: Key) -> View | None:
    """What *audience* sees of one object; None for nothing."""
    collection, name = key
    if collection == "rooms":
        return _room(world, name) if _sees_room(world, audience, name) else None
    row = world.rows[collection].get(name)
    return None if row is None else _VIEWS[collection](world, audience, row)


def _area(hospital: Hospital, code: str) -> View:
    area = hospital.areas[code]
    return {
        "code": code,
        "name": dict(area.name),
        "languages": list(area.languages),
        "has_speaker": area.has_speaker,
    }


def _sees_room(world: World, audience: Audience, code: str) -> bool:
    room = world.hospital.rooms.get(code)
    return room is not None and (code in audience.rooms or room.area in audience.areas)


def _room(world: World, code: str) -> View:
    room = world.hospital.rooms[code]
    row = world.rows["rooms"].get(code, {})
    last = row.get("last_label")
    return {
        "code": code,
        "area": room.area,
        "label": room.label,
        "name": dict(room.name),
        "spoken": dict(room.spoken),
        "order": list(world.hospital.rooms).index(code),
        "state": row.get("state") or "open",
        "queues": list(room.queues),
        "last": {"number": last, "called_at": time_text(row["last_called_at"], world.hospital)} if last else None,
    }


def _entry(world: World, audience: Audience, row: Row) -> View | None:
    common = {
        "id": str(row["id"]),
        "queue": row["queue"],
        "room": row["room"],
        "state": row["state"],
        "since": time_text(row["since"], world.hospital),
        "elsewhere": row["elsewhere"],
    }
    if audience.role == "phone":
        return common if audience.ticket == str(row["ticket"]) else None
    if audience.role != "console" or row["queue"] not in audience.queues:
        return None
    ticket = world.rows["tickets"].get(str(row["ticket"]), {})
    has_reason = row["reason_code"] is not None
    return {
        **common,
        "ticket": str(row["ticket"]),
        "number": row["label"],
        "class": row["priority_class"],
        "class_confirmed": bool(ticket.get("class_confirmed", 1)),
        "class_reason": ticket.get("class_reason"),
        "way": row["way"],
        "bound_room": row["bound_room"],
        "rank": row["rank"],
        "arrived_at": time_text(row["arrived_at"], world.hospital),
        "due_at": time_text(row["due_at"], world.hospital),
        "attempts": row["attempts"],
        "call": None if row["call"] is None else str(row["call"]),
        "stage": row["stage"],
        "reason": {"code": row["reason_code"], "facts": json.loads(row["reason_facts"] or "{}")}
        if has_reason
        else None,
    }


def _ticket(world: World, audience: Audience, row: Row) -> View | None:
    common = {
        "number": row["label"],
        "state": row["state"],
        "service": row["service"],
        "issued_at": time_text(row["issued_at"], world.hospital),
    }
    if audience.role == "phone":
        return common if audience.ticket == str(row["id"]) else None
    if audience.role != "console":
        return None
    entries = world.entries_of.get(str(row["id"]), ())
    if not any(world.rows["entries"][entry]["queue"] in audience.queues for entry in entries):
        return None
    return {
        "id": str(row["id"]),
        **common,
        "class": row["priority_class"],
        "paper": row["paper"],
        "paper_detail": row["paper_detail"],
        "device": None if row["device"] is None else str(row["device"]),
    }


def _call(world: World, audience: Audience, row: Row) -> View | None:
    is_own = audience.role == "phone" and audience.ticket == str(row["ticket"])
    if not (is_own or row["area"] in audience.areas or row["room"] in audience.rooms):
        return None
    seen: View = {
        "id": str(row["id"]),
        "number": row["label"],
        "room": row["room"],
        "area": row["area"],
        "attempt": row["attempt"],
        "called_at": time_text(row["called_at"], world.hospital),
        "state": row["state"],
        "priority": bool(row["priority"]),
    }
    if audience.role not in PUBLIC:
        seen.update(entry=str(row["entry"]), ticket=str(row["ticket"]))
    return seen


def _announcement(world: World, audience: Audience, row: Row) -> View | None:
    is_near = row["area"] in audience.areas or row["room"] in audience.rooms
    if not is_near or audience.role == "phone":
        return None
    return {
        "id": row["id"],
        "area": row["area"],
        "kind": row["kind"],
        "numbers": json.loads(row["numbers"]),
        "room": row["room"],
        "calls": json.loads(row["calls"]),
        "text": None,
        "state": row["state"],
        "error": row["error"],
        "issued_at": time_text(row["issued_at"], world.hospital),
        "since": time_text(row["since"], world.hospital),
        "repeats_taken_over": row["repeats_taken_over"],
    }


def _device(world: World, audience: Audience, row: Row) -> View | None:
    if not audience.sees_devices:
        return None
    trouble = {"code": row["trouble"], "since": time_text(row["trouble_since"], world.hospital)}
    return {
        "id": str(row["id"]),
        "role": row["role"],
        "name": row["name"],
        "places": json.loads(row["places"]),
        "trouble": trouble if row["trouble"] else None,
    }


def _job(world: World, audience: Audience, row: Row) -> View | None:
    if audience.device != str(row["device"]):
        return None
    return {
        "id": str(row["id"]),
        "ticket": str(row["ticket"]),
        "copy": bool(row["is_copy"]),
        "requested_at": time_text(row["requested_at"], world.hospital),
    }


_VIEWS: Final = {
    "entries": _entry,
    "tickets": _ticket,
    "calls": _call,
    "announcements": _announcement,
    "devices": _device,
    "jobs": _job,
}
