"""Which call the large panel shows: told the time, so no test waits."""

from typing import Any

import pytest
from playwright.async_api import Page

from tests.server.live.hall import Hall

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

WORLD = """async (steps) => {
  const { CallQueue } = await import("/board/call-queue.js");
  const queue = new CallQueue();
  const calls = {};
  const now = new Date("2026-03-02T07:30:00+07:00");
  const shown = [];
  queue.noticeSnapshot(calls, now);
  for (const step of steps) {
    for (const id of Object.keys(step.calls || {})) {
      const change = step.calls[id];
      if (change === null) delete calls[id];
      else calls[id] = Object.assign({ id, number: id, room: "p1", called_at: now.toISOString() }, change);
    }
    const changed = {};
    for (const id of Object.keys(step.calls || {})) changed[id] = calls[id] || null;
    const set = { calls: changed, announcements: step.announcements || {} };
    if (step.snapshot) queue.noticeSnapshot(calls, now);
    else queue.noticeEvent({ body: { set } }, now, step.at);
    const current = queue.current(calls, step.at);
    shown.push(current ? current.id : null);
  }
  return shown;
}"""
CALLED = {"state": "called"}


async def shown(hall: Hall, page: Page, *steps: dict[str, Any]) -> list[str | None]:
    await page.goto(hall.url + "/common/tokens.css")
    result: list[str | None] = await page.evaluate(WORLD, list(steps))
    return result


async def test_two_calls_at_once_are_two_calls(hall: Hall, page: Page) -> None:
    both = {"at": 10, "calls": {"A1": CALLED, "A2": CALLED}}
    assert await shown(hall, page, both, {"at": 15.9}, {"at": 16}, {"at": 21}) == ["A1", "A1", "A2", "A2"]


async def test_a_call_that_is_answered_while_it_waits_is_passed_over(hall: Hall, page: Page) -> None:
    three = {"at": 10, "calls": {"A1": CALLED, "A2": CALLED, "A3": CALLED}}
    answered = {"at": 12, "calls": {"A2": {"state": "serving"}}}
    assert await shown(hall, page, three, answered, {"at": 16}) == ["A1", "A1", "A3"]


async def test_what_the_loudspeaker_says_is_what_is_shown_and_the_other_returns(hall: Hall, page: Page) -> None:
    both = {"at": 10, "calls": {"A1": CALLED, "A2": CALLED}}
    said = {"at": 12, "announcements": {"n1": {"id": "n1", "state": "started", "calls": ["A2"]}}}
    assert await shown(hall, page, both, said, {"at": 17.9}, {"at": 18}) == ["A1", "A2", "A2", "A1"]


async def test_a_recall_is_a_new_call(hall: Hall, page: Page) -> None:
    first = {"at": 10, "calls": {"A1-first": CALLED}}
    other = {"at": 20, "calls": {"A2": CALLED}}
    again = {"at": 30, "calls": {"A1-first": None, "A1-second": CALLED}}
    assert await shown(hall, page, first, other, again) == ["A1-first", "A2", "A1-second"]


async def test_a_recall_under_the_same_id_is_a_new_call_too(hall: Hall, page: Page) -> None:
    first = {"at": 10, "calls": {"A1": CALLED | {"attempt": 1}}}
    other = {"at": 20, "calls": {"A2": CALLED}}
    again = {"at": 30, "calls": {"A1": CALLED | {"attempt": 2}}}
    assert await shown(hall, page, first, other, again) == ["A1", "A2", "A1"]


async def test_a_call_made_during_an_outage_is_shown_after_it(hall: Hall, page: Page) -> None:
    before = {"at": 10, "calls": {"A1": CALLED}}
    after = {"at": 40, "snapshot": True, "calls": {"A2": CALLED}}
    assert await shown(hall, page, before, after) == ["A1", "A2"]


async def test_a_call_from_long_before_is_no_news(hall: Hall, page: Page) -> None:
    before = {"at": 10, "calls": {"A1": CALLED}}
    old = {"state": "called", "called_at": "2026-03-02T07:20:00+07:00"}
    assert await shown(hall, page, before, {"at": 40, "snapshot": True, "calls": {"A2": old}}) == ["A1", "A1"]


async def test_the_panel_empties_when_the_last_patient_has_gone(hall: Hall, page: Page) -> None:
    called = {"at": 10, "calls": {"A1": CALLED}}
    serving = {"at": 12, "calls": {"A1": {"state": "serving"}}}
    assert await shown(hall, page, called, serving, {"at": 300, "calls": {"A1": None}}) == ["A1", "A1", None]


async def test_a_missed_call_makes_room_for_the_one_before(hall: Hall, page: Page) -> None:
    first = {"at": 10, "calls": {"A1": {"state": "serving"}}}
    missed = {"at": 60, "calls": {"A2": {"state": "missed"}}}
    assert await shown(hall, page, first, {"at": 20, "calls": {"A2": CALLED}}, missed) == ["A1", "A2", "A1"]
