"""A desk sees how far the announcement of its call is: its turn in the area, being spoken, said, or not said."""

from collections.abc import AsyncIterator
from typing import Any

import pytest_asyncio

from server.records.database import Database
from tests.server.duties.hall import Hall, Member
from tests.server.small_hospital import Clock


@pytest_asyncio.fixture
async def hall(database: Database, still: Clock) -> AsyncIterator[Hall]:
    hall = Hall(database, still)
    hall.start()
    yield hall
    hall.stop()


def desk_of(hall: Hall, room: str) -> Member:
    return Member(hall.hub, "console", [f"room:{room}"])


def said(desk: Member) -> list[tuple[str, int | None]]:
    """Speaker and place of each call, oldest first."""
    desk.read()
    arrivals: dict[str, Any] = desk.overlays["arrivals"]
    return [(arrival["speaker"], arrival["place"]) for _, arrival in sorted(arrivals.items())]


async def test_a_call_is_followed_from_its_turn_to_its_end(hall: Hall) -> None:
    speaker, desk = await hall.speaker(), desk_of(hall, "p1")
    await hall.call("p1")
    await hall.after(0.3)
    [announcement] = speaker.asked()
    assert said(desk) == [("sent", 1)]
    await hall.report(speaker, announcement["id"], "started")
    await hall.after(0.3)
    assert said(desk) == [("started", 1)]
    await hall.report(speaker, announcement["id"], "done")
    await hall.after(0.3)
    assert said(desk) == [("done", None)]


async def test_a_second_call_of_the_area_is_told_its_place(hall: Hall) -> None:
    await hall.speaker()
    desk = desk_of(hall, "p2")
    await hall.call("p1")
    await hall.call("p2")
    await hall.after(0.3)
    assert said(desk) == [("queued", 2)]


async def test_a_call_that_nobody_speaks_is_told_to_the_desk(hall: Hall) -> None:
    desk = desk_of(hall, "p1")
    await hall.call("p1")
    for _ in range(10):
        await hall.after(1.0)
    assert said(desk) == [("failed", None)]
