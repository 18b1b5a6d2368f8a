"""The pages' link in a real browser against a real socket."""

from typing import Any

import pytest
from playwright.async_api import Page

from tests.server.live.hall import Hall

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

CALL = {"id": "c1", "number": "A042", "room": "p1", "state": "called"}
START = """async () => {
  const { Live } = await import("/common/live.js");
  window.live = new Live(["area:sanh"]);
  window.kinds = [];
  live.subscribe((update) => kinds.push(update.kind));
  live.start();
}"""


async def start(hall: Hall, page: Page) -> None:
    hall.state = {"rooms": {"p1": {"code": "p1"}}, "calls": {}}
    await page.goto(hall.url + "/common/tokens.css")
    await page.evaluate(START)


async def until(page: Page, kind: str) -> None:
    await page.wait_for_function("(kind) => kinds.includes(kind)", arg=kind)


async def state(page: Page) -> Any:
    return await page.evaluate("live.state")


async def test_an_event_arrives_and_its_call_is_acknowledged(hall: Hall, page: Page) -> None:
    await start(hall, page)
    await hall.until("position")
    await hall.publish("ticket.called", {"calls": {"c1": CALL}})
    assert (await hall.until("position", 2))["seq"] == hall.seq
    assert await state(page) == hall.state


async def test_what_happened_during_a_cut_is_resumed(hall: Hall, page: Page) -> None:
    await start(hall, page)
    await hall.until("position")
    await hall.drop()
    hall.record("ticket.called", {"calls": {"c1": CALL}})
    await until(page, "back")
    assert await state(page) == hall.state
    assert hall.hellos[-1]["seq"] == hall.seq - 1


async def test_a_server_that_was_away_is_found_again(hall: Hall, page: Page) -> None:
    await start(hall, page)
    await until(page, "snapshot")
    await hall.shut()
    await until(page, "lost")
    await hall.open()
    await until(page, "back")
    assert await page.evaluate("live.silentS < 3")


async def test_where_sockets_are_swallowed_polling_brings_the_state(hall: Hall, page: Page) -> None:
    hall.refuses_upgrades = True
    await start(hall, page)
    await until(page, "snapshot")
    assert (await state(page), hall.hellos) == (hall.state, [])


async def test_a_reload_waits_until_the_page_is_served_again(hall: Hall, page: Page) -> None:
    await start(hall, page)
    await until(page, "snapshot")
    async with page.expect_navigation():
        await hall.send({"t": "reload", "build": "b2", "spread_s": 0})
    assert await page.evaluate("typeof window.live") == "undefined"
