"""The client's conversation, by the case file that its twin in the pages is driven by too."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from server.live.follower import Action, Connect, Follower, HangUp, Message, Poll, Send, Tell

CASES = json.loads(Path(__file__).with_name("follower_cases.json").read_text())
NAMES: dict[type, str] = {Connect: "connect", HangUp: "hang_up", Send: "send", Poll: "poll", Tell: "tell"}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_the_follower_does_what_the_case_says(case: dict[str, Any]) -> None:
    follower = Follower(case["topics"], random=lambda: case["random"])
    for number, step in enumerate(case["steps"]):
        actions = [as_json(action) for action in feed(follower, step)]
        assert actions == step["expect"], f"step {number}: {step}"
        for name, expected in checks(step).items():
            assert seen(follower, name, step["at"]) == expected, f"step {number}: {name}"


def test_the_servers_time_goes_on_from_what_it_said_last() -> None:
    follower = Follower(["area:sanh"])
    follower.start(100.0)
    follower.opened(100.0)
    follower.received(welcome(now="2026-03-02T07:30:00+07:00"), 100.0)
    assert follower.server_now(160.0).isoformat() == "2026-03-02T07:31:00+07:00"


def test_an_unreadable_clock_of_the_server_costs_nothing() -> None:
    follower = Follower(["area:sanh"])
    follower.start(100.0)
    follower.opened(100.0)
    assert follower.received(welcome(now="soon"), 100.0) == []
    assert follower.server_now(160.0) is None


def test_a_thousand_failures_are_still_followed_by_the_next_try() -> None:
    follower = Follower(["area:sanh"])
    follower.start(0.0)
    for attempt in range(2000):
        follower.closed(None, attempt * 10.0)
        assert Connect() in follower.tick(attempt * 10.0 + 5.0)


def feed(follower: Follower, step: dict[str, Any]) -> list[Action]:
    now = step["at"]
    for name in ("start", "opened", "tick", "wake"):
        if name in step:
            return getattr(follower, name)(now)
    if "message" in step:
        return follower.received(step["message"], now)
    return follower.closed(step["closed"], now) if "closed" in step else follower.polled(step["polled"], now)


def as_json(action: Action) -> dict[str, Any]:
    return {"do": NAMES[type(action)], **asdict(action)}


def checks(step: dict[str, Any]) -> dict[str, Any]:
    return {name: step[name] for name in ("state", "overlays", "seq", "next_at", "silent_s") if name in step}


def seen(follower: Follower, name: str, now: float) -> Any:
    value = follower.silent_s(now) if name == "silent_s" else getattr(follower, name)
    return round(value, 6) if isinstance(value, float) else value


def welcome(now: str) -> Message:
    return {"t": "welcome", "epoch": "e1", "mode": "snapshot", "seq": 1, "dead_after_s": 6, "now": now}
