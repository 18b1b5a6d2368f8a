"""What a scanned slip shows its owner."""

from typing import Any

import pytest

from kiosk.client import RefusedError, UnansweredError
from kiosk.scans import Scans

ROOMS = [{"code": "p12", "label": "12", "spoken": {"vi": "phòng 12", "en": "room 12"}}]
FACTS = {"ticket": "7", "number": "A042", "service": "Khám mắt", "language": "vi"}


class FakeServer:
    """One ticket; ``problem`` is what it says instead."""

    def __init__(self, *states: str, language: str = "vi") -> None:
        self.entries: list[dict[str, Any]] = [
            {"id": f"e{place}", "state": state, "room": "p12"} for place, state in enumerate(states)
        ]
        self.kind = "ticket"
        self.problem: Exception | None = None
        self.returns: list[tuple[str, str]] = []
        self._slip = {"service": "Khám mắt", "where": "Tầng 1", "language": language}

    async def scan(self, scan: str, language: str) -> dict[str, Any]:
        if self.problem:
            raise self.problem
        return {"kind": self.kind, "ticket": "7"}

    async def ticket(self, ticket: str) -> dict[str, Any]:
        facts: dict[str, Any] = {"ahead": 3, "wait": None, "slip": self._slip, "entries": self.entries}
        return {"id": ticket, "number": "A042", **facts}

    async def return_entry(self, key: str, entry: str) -> None:
        self.returns.append((key, entry))
        if self.problem:
            raise self.problem
        self.entries = [{"id": "e9", "state": "waiting", "room": None}]


def scans(server: FakeServer) -> Scans:
    return Scans(server, lambda: {"rooms": ROOMS})


@pytest.mark.parametrize(
    ("states", "shown"),
    [
        (["waiting"], {"standing": "waiting", "ahead": 3, "wait": None, "where": "Tầng 1"}),
        (["called"], {"standing": "called", "room": "phòng 12"}),
        (["paused", "serving"], {"standing": "called", "room": "phòng 12"}),
        (["missed"], {"standing": "missed", "entry": "e0"}),
        (["paused"], {"standing": "tests", "entry": "e0"}),
        (["paused", "waiting"], {"standing": "waiting", "ahead": 3, "wait": None, "where": "Tầng 1"}),
        (["held"], {"standing": "held"}),
        (["done", "transferred"], {"standing": "ended"}),
        ([], {"standing": "ended"}),
    ],
)
async def test_a_slip_shows_what_matters_most_of_its_entries(states: list[str], shown: dict[str, Any]) -> None:
    assert await scans(FakeServer(*states)).read("token", "vi") == {**FACTS, **shown}


async def test_a_room_is_named_in_the_slips_language() -> None:
    assert (await scans(FakeServer("called", language="en")).read("token", "vi"))["room"] == "room 12"


async def test_a_card_and_an_unknown_code_are_told_apart() -> None:
    server = FakeServer()
    server.kind = "cccd"
    assert await scans(server).read("012345678901", "vi") == {"standing": "card"}
    server.problem = RefusedError({"code": "not_a_card"})
    assert await scans(server).read("rubbish", "vi") == {"standing": "unknown"}


async def test_coming_back_shows_the_place_even_when_somebody_was_faster() -> None:
    server = FakeServer("missed")
    assert (await scans(server).come_back("7", "e0", "key-1"))["standing"] == "waiting"
    assert server.returns == [("key-1", "e0")]
    server.problem = RefusedError({"code": "illegal_move"})
    assert (await scans(server).come_back("7", "e0", "key-2"))["standing"] == "waiting"


async def test_a_server_that_does_not_answer_is_no_unknown_slip() -> None:
    server = FakeServer("missed")
    server.problem = UnansweredError("status_503")
    with pytest.raises(UnansweredError):
        await scans(server).read("token", "vi")
    with pytest.raises(UnansweredError):
        await scans(server).come_back("7", "e0", "key-1")
