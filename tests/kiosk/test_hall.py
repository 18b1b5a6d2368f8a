"""The hall: the latest that is known of the hospital, and whether the server answers."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from kiosk import hall
from kiosk.client import RefusedError, UnansweredError
from kiosk.hall import Hall
from tests.kiosk.waiting import come_true

HOSPITAL: dict[str, Any] = {"site": {"code": "s"}, "services": [{"code": "noi"}, {"code": "nhi"}], "classes": []}
LIVE = [{"code": "noi", "open": True, "closed_reason": None, "opens_at": None, "waiting": 3, "wait": None}]


class FakeServer:
    def __init__(self) -> None:
        self.failure: Exception | None = None
        self.asked = 0

    async def hospital(self) -> dict[str, Any]:
        if self.failure is not None:
            self.asked += 1
            raise self.failure
        return HOSPITAL

    async def services(self) -> list[dict[str, Any]]:
        self.asked += 1
        if self.failure is not None:
            raise self.failure
        return LIVE


class World:
    def __init__(self, cache: Path) -> None:
        self.server = FakeServer()
        self.backs: list[str] = []
        self.hall = Hall(self.server, cache, lambda: self.backs.append("back"))


@pytest.fixture
async def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    monkeypatch.setattr(hall, "SERVICES_EVERY_S", 0.001)
    made = World(tmp_path / "hospital.json")
    running = asyncio.create_task(made.hall.run())
    yield made
    running.cancel()


async def test_a_service_of_which_nothing_is_known_is_not_open(here: World) -> None:
    await come_true(lambda: here.hall.connection == "ok")
    assert [(one["code"], one["open"], one["waiting"]) for one in here.hall.services()] == [
        ("noi", True, 3),
        ("nhi", False, None),
    ]


async def test_a_silent_server_is_lost_and_its_return_is_told(here: World) -> None:
    await come_true(lambda: here.hall.connection == "ok")
    here.server.failure = UnansweredError("ConnectError")
    await come_true(lambda: here.hall.connection == "lost")
    here.server.failure = None
    await come_true(lambda: here.hall.connection == "ok")
    assert here.backs == ["back", "back"]


async def test_a_server_that_does_not_accept_this_device_is_no_lost_one(here: World) -> None:
    here.server.failure = RefusedError({"code": "not_signed_in", "status": 401})
    await come_true(lambda: here.hall.connection == "denied")
    here.server.failure = None
    await come_true(lambda: here.hall.connection == "ok")


async def test_a_machine_that_boots_before_the_server_knows_whose_it_is(here: World, tmp_path: Path) -> None:
    await come_true(lambda: here.hall.connection == "ok")
    assert Hall(here.server, tmp_path / "hospital.json", lambda: None).hospital == HOSPITAL


def test_a_damaged_memory_is_no_memory(tmp_path: Path) -> None:
    (tmp_path / "hospital.json").write_text('{"site": ', encoding="utf-8")
    assert Hall(FakeServer(), tmp_path / "hospital.json", lambda: None).services() == []
