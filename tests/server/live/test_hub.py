"""The hub: who joins knows where it stands, what was missed is resumed whole or not at all, each sees its own."""

import json
from typing import Any

import pytest

from server.live import hub as hub_module
from server.live.client import Client
from server.live.hub import IDLE_AUDIENCES_MAX, Hub
from server.live.messages import PROTOCOL, Hello
from server.live.projection import Audience, World
from server.records.transaction import LogEvent
from tests.server.small_hospital import small_hospital

HALL = ["area:sanh"]


def call_row(number: int, room: str = "p1", area: str = "sanh") -> dict[str, Any]:
    return {
        "id": number, "entry": number, "ticket": number, "label": f"A{number:03d}", "queue": "noi", "room": room,
        "area": area, "attempt": 1, "state": "called", "priority": 0, "out_of_turn": 0, "reason_code": "first_in_order",
        "reason_facts": None, "called_at": 1_000, "started_at": None, "ended_at": None, "device": None, "staff": 1,
    }  # fmt: skip


def called(seq: int, room: str = "p1", area: str = "sanh") -> LogEvent:
    facts = {"call": seq, "room": room, "by": "staff:1", "reason_facts": {}, "announcement": None}
    return LogEvent(seq, 1_000, "ticket.called", facts, {"calls": {str(seq): call_row(seq, room, area)}})


@pytest.fixture
def hub() -> Hub:
    return Hub(World(small_hospital()), "epoch", 10)


def join(
    hub: Hub, topics: list[str] = HALL, role: str = "display", **place: Any
) -> tuple[Client, list[dict[str, Any]]]:
    client = Client("screen")
    audience = Audience.of(role, topics, hub.world.hospital)
    hub.join(client, audience, Hello(t="hello", proto=[PROTOCOL], topics=["devices"], **place))
    return client, messages(client)


def messages(client: Client) -> list[dict[str, Any]]:
    return [json.loads(text) for text in client.take_all()]


def test_who_comes_first_gets_a_snapshot_at_the_seq_of_the_welcome(hub: Hub) -> None:
    _, (welcome, snapshot) = join(hub)
    assert (welcome["mode"], welcome["seq"], snapshot["seq"]) == ("snapshot", 10, 10)


def test_events_are_chained_for_each_audience_without_false_gaps(hub: Hub) -> None:
    client, _ = join(hub)
    hub.publish([called(11), called(12, "xn", "lau-2"), called(13)])
    assert [(item["prev"], item["seq"]) for item in messages(client)] == [(10, 11), (11, 13)]


def test_a_heartbeat_moves_everybody_to_the_head(hub: Hub) -> None:
    client, _ = join(hub)
    hub.publish([called(11, "xn", "lau-2")])
    hub.heartbeat()
    hub.publish([called(12)])
    beat, event = messages(client)
    assert (beat["prev"], beat["seq"], event["prev"]) == (10, 11, 11)


def test_who_was_away_gets_what_it_missed_in_order(hub: Hub) -> None:
    client, _ = join(hub)
    hub.leave(client)
    hub.publish([called(11), called(12)])
    _, (welcome, *events) = join(hub, epoch="epoch", seq=10)
    assert welcome["mode"] == "resume"
    assert [(item["prev"], item["seq"]) for item in events] == [(10, 11), (11, 12)]


def test_who_missed_nothing_resumes_with_nothing(hub: Hub) -> None:
    join(hub)
    _, found = join(hub, epoch="epoch", seq=10)
    assert [item["t"] for item in found] == ["welcome"]


@pytest.mark.parametrize("place", [{"epoch": "epoch", "seq": 11}, {"epoch": "other", "seq": 10}, {"seq": 10}])
def test_ahead_or_of_another_log_is_never_resumed(hub: Hub, place: dict[str, Any]) -> None:
    join(hub)
    _, (welcome, snapshot) = join(hub, **place)
    assert (welcome["mode"], snapshot["t"]) == ("snapshot", "snapshot")


def test_when_the_ring_has_run_over_a_snapshot_takes_the_place_of_the_part(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub_module, "RESUME_FRAMES_MAX", 3)
    join(hub)
    hub.publish([called(seq) for seq in range(11, 16)])
    assert join(hub, epoch="epoch", seq=11)[1][0]["mode"] == "snapshot"
    assert join(hub, epoch="epoch", seq=12)[1][0]["mode"] == "resume"


def test_more_than_a_buffer_holds_comes_as_a_snapshot(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub_module, "RESUME_SENT_MAX", 2)
    join(hub)
    hub.publish([called(seq) for seq in range(11, 14)])
    assert join(hub, epoch="epoch", seq=10)[1][0]["mode"] == "snapshot"
    assert join(hub, epoch="epoch", seq=11)[1][0]["mode"] == "resume"


def test_an_overflow_leaves_a_snapshot_that_holds_everything(hub: Hub) -> None:
    client, _ = join(hub)
    hub.publish([called(seq) for seq in range(11, 300)])
    first, *rest = messages(client)
    assert first["t"] == "snapshot"
    after = first["seq"]
    for event in rest:
        assert event["prev"] == after
        after = event["seq"]
    assert after == 299


def test_a_new_world_reaches_everybody_though_a_days_phones_are_remembered(hub: Hub) -> None:
    client, _ = join(hub)
    for number in range(IDLE_AUDIENCES_MAX + 20):
        phone = Client("phone")
        audience = Audience.of("phone", [f"ticket:{number}"], hub.world.hospital, ticket=str(number))
        hub.join(phone, audience, Hello(t="hello", proto=[PROTOCOL], topics=["devices"]))
        hub.leave(phone)
    hub.reset(World(small_hospital()), 20)
    assert [(item["t"], item["seq"]) for item in messages(client)] == [("snapshot", 20)]
    hub.publish([called(21)])
    assert [item["prev"] for item in messages(client)] == [20]


def test_an_event_that_the_new_world_holds_is_heard_but_not_sent(hub: Hub) -> None:
    heard: list[int] = []
    hub.listeners.append(lambda event: heard.append(event.seq))
    client, _ = join(hub)
    hub.reset(World(small_hospital()), 11)
    messages(client)
    hub.publish([called(11)])
    hub.publish([called(11)])
    assert (heard, messages(client)) == ([11], [])


def test_a_snapshot_is_followed_by_the_overlays_that_it_clears(hub: Hub) -> None:
    client, _ = join(hub)
    hub.set_overlay(["area:sanh"], "queue:noi", lambda audience: {"queues": {"noi": {"waiting": 1}}})
    messages(client)
    hub.reset(World(small_hospital()), 20)
    assert [item["t"] for item in messages(client)] == ["snapshot", "overlay"]
    assert [item["t"] for item in join(hub)[1]] == ["welcome", "snapshot", "overlay"]


def test_a_revoked_identity_is_told_not_to_come_back(hub: Hub) -> None:
    client, _ = join(hub)
    hub.revoke("somebody else")
    assert client.closing is None
    hub.revoke("screen")
    assert client.closing == (4001, False)


def test_the_audience_of_a_board_and_of_a_display_is_one(hub: Hub) -> None:
    hospital = small_hospital()
    assert Audience.of("board", HALL, hospital) == Audience.of("display", HALL, hospital)
