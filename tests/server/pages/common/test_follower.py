"""The pages' end of the conversation, by the same case file as the agents' (tests/server/live/test_follower.py)."""

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page

from tests.server.live.hall import Hall

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

CASES = json.loads((Path(__file__).parents[2] / "live" / "follower_cases.json").read_text())
RUN = """async (test) => {
  const { Follower } = await import("/common/follower.js");
  const follower = new Follower(test.topics, () => test.random);
  const names = { next_at: "nextAt", state: "state", overlays: "overlays", seq: "seq" };
  return test.steps.map((step) => {
    const now = step.at;
    let actions;
    if ("message" in step) actions = follower.received(step.message, now);
    else if ("closed" in step) actions = follower.closed(step.closed, now);
    else if ("polled" in step) actions = follower.polled(step.polled, now);
    else actions = follower[["start", "opened", "tick", "wake"].find((name) => name in step)](now);
    const seen = { silent_s: follower.silentS(now) };
    for (const name of Object.keys(names)) seen[name] = follower[names[name]];
    return JSON.parse(JSON.stringify({ actions, seen }));
  });
}"""


async def test_the_pages_follower_does_what_every_case_says(hall: Hall, page: Page) -> None:
    await page.goto(hall.url + "/common/tokens.css")
    for case in CASES:
        done = await page.evaluate(RUN, case)
        for number, (step, outcome) in enumerate(zip(case["steps"], done, strict=True)):
            place = f"{case['name']}, step {number}: {step}"
            assert outcome["actions"] == step["expect"], place
            assert {name: rounded(outcome["seen"][name]) for name in step if name in outcome["seen"]} == {
                name: step[name] for name in step if name in outcome["seen"]
            }, place


def rounded(value: Any) -> Any:
    return round(value, 6) if isinstance(value, float) else value


async def test_the_servers_time_goes_on_from_what_it_said_last(hall: Hall, page: Page) -> None:
    await page.goto(hall.url + "/common/tokens.css")
    said = await page.evaluate(
        """async () => {
          const { Follower } = await import("/common/follower.js");
          const follower = new Follower(["area:sanh"]);
          follower.start(100);
          follower.opened(100);
          const now = "2026-03-02T07:30:00+07:00";
          follower.received({ t: "welcome", epoch: "e1", mode: "snapshot", seq: 1, now }, 100);
          return follower.serverNow(160).toISOString();
        }"""
    )
    assert said == "2026-03-02T00:31:00.000Z"
