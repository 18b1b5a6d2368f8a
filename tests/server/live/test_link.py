"""The agents' link against a real socket server."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from server.live.link import UPDATES_MAX, Link, Update
from tests.server.live.hall import Hall, open_hall

CALL = {"id": "c1", "number": "A042", "room": "p1", "state": "called"}


@pytest.fixture
async def hall() -> AsyncIterator[Hall]:
    async with open_hall() as hall:
        hall.state = {"rooms": {"p1": {"code": "p1"}}, "calls": {}}
        yield hall


@pytest.fixture
async def link(hall: Hall) -> AsyncIterator[Link]:
    link = Link(hall.url, "secret", ["area:sanh"])
    yield link
    await link.close()


async def take(link: Link, kind: str) -> Update:
    async with asyncio.timeout(10):
        async for update in link.updates():
            if update.kind == kind:
                return update
    raise AssertionError(f"the link ended without {kind}")


async def test_a_link_brings_the_state_and_signs_in(hall: Hall, link: Link) -> None:
    await take(link, "snapshot")
    assert link.state == hall.state
    assert (hall.tokens, hall.hellos[0]["topics"]) == (["Bearer secret"], ["area:sanh"])


async def test_an_event_arrives_and_its_call_is_acknowledged(hall: Hall, link: Link) -> None:
    await take(link, "snapshot")
    await hall.until("position")
    await hall.publish("ticket.called", {"calls": {"c1": CALL}})
    assert (await take(link, "event")).message["kind"] == "ticket.called"
    assert link.state["calls"]["c1"] == CALL
    assert (await hall.until("position", 2))["seq"] == hall.seq


async def test_what_happened_during_a_cut_is_resumed(hall: Hall, link: Link) -> None:
    await take(link, "snapshot")
    await hall.drop()
    hall.record("ticket.called", {"calls": {"c1": CALL}})
    await take(link, "lost")
    await take(link, "back")
    assert link.state == hall.state
    assert hall.hellos[-1]["seq"] == hall.seq - 1


async def test_a_lost_frame_is_noticed_and_mended(hall: Hall, link: Link) -> None:
    await take(link, "snapshot")
    hall.record("ticket.called", {"calls": {"c1": CALL}})
    await hall.publish("room.paused", {"rooms": {"p1": {"code": "p1", "state": "paused"}}})
    assert (await take(link, "lost")).message["reason"] == "gap"
    await take(link, "back")
    assert link.state == hall.state


async def test_a_server_that_was_away_is_found_again(hall: Hall, link: Link) -> None:
    await take(link, "snapshot")
    await hall.shut()
    await take(link, "lost")
    assert await link.send({"t": "announced", "id": "n1", "state": "done", "error": None}) is False
    await hall.open()
    await take(link, "back")
    assert await link.send({"t": "announced", "id": "n1", "state": "done", "error": None}) is True
    assert (await hall.until("announced"))["id"] == "n1"


async def test_where_sockets_are_swallowed_polling_brings_the_state(hall: Hall, link: Link) -> None:
    hall.refuses_upgrades = True
    await take(link, "snapshot")
    assert (link.state, hall.hellos) == (hall.state, [])
    assert link.silent_s < 2


async def test_the_socket_takes_over_from_polling_when_it_is_let_through(hall: Hall, link: Link) -> None:
    hall.refuses_upgrades = True
    await take(link, "snapshot")
    hall.refuses_upgrades = False
    await hall.until("position")
    polls = hall.polls
    await hall.publish("ticket.called", {"calls": {"c1": CALL}})
    await take(link, "event")
    assert hall.polls == polls


async def test_a_slow_reader_gets_the_whole_state_and_no_announcement_is_lost(hall: Hall, link: Link) -> None:
    await take(link, "snapshot")
    await hall.send({"t": "announce", "id": "n1", "kind": "call", "numbers": ["A042"]})
    for number in range(UPDATES_MAX + 20):
        await hall.publish("room.renamed", {"rooms": {"p1": {"code": "p1", "label": str(number)}}})
    await hall.send({"t": "announce", "id": "n2", "kind": "call", "numbers": ["A043"]})
    await hall.publish("ticket.called", {"calls": {"c1": CALL}})
    await hall.until("position", 2)
    waiting = []
    async for update in link.updates():
        waiting.append(update)
        if update.message.get("kind") == "ticket.called":
            break
    assert len(waiting) <= UPDATES_MAX
    assert [update.message["id"] for update in waiting if update.kind == "announce"] == ["n1", "n2"]
    assert "snapshot" in [update.kind for update in waiting]


async def test_closing_ends_the_updates(hall: Hall, link: Link) -> None:
    seen = []

    async def read() -> None:
        async for update in link.updates():
            seen.append(update.kind)
            await link.close()

    async with asyncio.timeout(5):
        await read()
    assert seen == ["snapshot"]
