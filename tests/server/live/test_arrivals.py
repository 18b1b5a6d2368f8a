"""On how many screens a call has arrived, and what became of its voice: for the desk of its room and nobody else."""

import json
from typing import Any

import pytest

from server.live.arrivals import CALLS_MAX, Arrivals
from server.live.client import Client
from server.live.hub import Hub
from server.live.messages import PROTOCOL, Hello
from server.live.projection import Audience, World
from tests.server.live.test_hub import called
from tests.server.small_hospital import small_hospital


@pytest.fixture
def hub() -> Hub:
    return Hub(World(small_hospital()), "epoch", 10)


def follow(hub: Hub, role: str, topic: str) -> Client:
    client = Client(role)
    hub.join(
        client, Audience.of(role, [topic], hub.world.hospital), Hello(t="hello", proto=[PROTOCOL], topics=["devices"])
    )
    client.take_all()
    return client


def told(client: Client) -> list[dict[str, Any]]:
    """The arrivals that a desk was told, one overlay after the other."""
    found = [json.loads(text) for text in client.take_all()]
    return [item["body"]["arrivals"] for item in found if item["t"] == "overlay"]


def test_each_screen_counts_when_it_has_reported_the_call(hub: Hub) -> None:
    arrivals = Arrivals(hub)
    desk, board = follow(hub, "console", "room:p1"), follow(hub, "display", "area:sanh")
    hub.publish([called(11)])
    arrivals.flush()
    board.position = 11
    arrivals.flush()
    assert [item["11"]["screens"] for item in told(desk)] == [0, 1]


def test_nothing_is_said_while_nothing_changes(hub: Hub) -> None:
    arrivals = Arrivals(hub)
    desk = follow(hub, "console", "room:p1")
    hub.publish([called(11)])
    arrivals.flush()
    told(desk)
    arrivals.flush()
    assert told(desk) == []


def test_screens_of_another_hall_do_not_count(hub: Hub) -> None:
    arrivals = Arrivals(hub)
    desk = follow(hub, "console", "room:p1")
    follow(hub, "display", "area:lau-2").position = 99
    hub.publish([called(11)])
    arrivals.flush()
    assert [(item["11"]["screens"], item["11"]["screens_of"]) for item in told(desk)] == [(0, 0)]


def test_the_desk_of_another_room_is_told_nothing(hub: Hub) -> None:
    arrivals = Arrivals(hub)
    other, board = follow(hub, "console", "room:p2"), follow(hub, "display", "area:sanh")
    hub.publish([called(11)])
    arrivals.flush()
    assert told(other) == []
    assert [json.loads(text)["t"] for text in board.take_all()] == ["event"]


def test_old_calls_are_forgotten(hub: Hub) -> None:
    arrivals = Arrivals(hub)
    hub.publish([called(seq) for seq in range(11, 13 + CALLS_MAX)])
    arrivals.flush()
    desk = Client("late")
    hub.join(
        desk, Audience.of("console", ["room:p1"], hub.world.hospital), Hello(t="hello", proto=[1], topics=["devices"])
    )
    calls = {call for item in told(desk) for call in item}
    assert len(calls) == CALLS_MAX
    assert "11" not in calls
