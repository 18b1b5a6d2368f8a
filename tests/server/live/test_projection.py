"""What each role sees: an allow-list of fields, the rest does not exist."""

from typing import Any

import pytest

from server.actions import call, devices, issue
from server.live.projection import Audience, State, World, snapshot
from server.records.transaction import LOGGED
from server.records.writer import Writer
from tests.server.small_hospital import small_hospital

FORBIDDEN = {"token", "token_hash", "password_hash", "name", "undo"}


@pytest.fixture
def world(writer: Writer) -> World:
    """One patient called to p1 in the hall, one for the laboratory upstairs, a kiosk with a job."""
    kiosk = writer.run_now(lambda tx: devices.enrol_device(tx, "kiosk", "kiosk-1", ["sanh"], "hash"))["id"]
    for service in ("noi", "xet-nghiem"):
        asked = issue.IssueRequest(service, print_at=int(kiosk))
        writer.run_now(lambda tx, asked=asked: issue.issue_ticket(tx, asked))  # type: ignore[misc] # bound per turn
    writer.run_now(lambda tx: call.call_next(tx, "p1"))
    rows = writer.database.open_rows()
    world = World.load(rows, small_hospital())
    rows.close()
    return world


def seen(world: World, role: str, *topics: str, **who: Any) -> State:
    return snapshot(world, Audience.of(role, topics, world.hospital, **who))


@pytest.mark.parametrize("role", ["display", "speaker"])
def test_a_hall_sees_calls_without_whose_they_are(world: World, role: str) -> None:
    state = seen(world, role, "area:sanh")
    assert set(state) == {"areas", "rooms", "calls", "announcements"}
    (found,) = state["calls"].values()
    assert set(found) == {"id", "number", "room", "area", "attempt", "called_at", "state", "priority"}


def test_a_hall_does_not_see_another_hall(world: World) -> None:
    state = seen(world, "display", "area:lau-2")
    assert "calls" not in state
    assert set(state["rooms"]) == {"xn", "xq"}


def test_a_desk_sees_its_queues_and_no_other(world: World) -> None:
    state = seen(world, "console", "room:p1")
    assert {entry["queue"] for entry in state["entries"].values()} == {"noi"}
    assert len(state["tickets"]) == 1
    assert "devices" not in state


def test_devices_are_seen_where_the_topic_is_named(world: World) -> None:
    assert {item["role"] for item in seen(world, "console", "devices")["devices"].values()} == {"kiosk"}


def test_a_kiosk_sees_its_own_jobs(world: World) -> None:
    assert len(seen(world, "kiosk", "devices", device="1")["jobs"]) == 2
    assert seen(world, "kiosk", "devices", device="2") == {}


def test_a_phone_sees_its_own_ticket(world: World) -> None:
    state = seen(world, "phone", "ticket:x", ticket="1")
    assert set(state) == {"tickets", "entries", "calls"}
    assert set(state["tickets"]) == {"1"}


def test_unknown_codes_show_nothing(world: World) -> None:
    assert seen(world, "console", "room:gone", "queue:gone", "area:gone") == {}


def test_the_log_keeps_no_column_that_could_name_somebody() -> None:
    for table, (_, columns) in LOGGED.items():
        allowed = {"name"} if table == "device" else set()  # a device's name is a code, such as kiosk-1
        assert not set(columns) & (FORBIDDEN - allowed), table
