"""The small common parts, as a browser runs them."""

from typing import Any

import pytest
from playwright.async_api import Page

from tests.server.live.hall import Hall

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]


async def run(hall: Hall, page: Page, module: str, script: str) -> Any:
    await page.goto(hall.url + "/common/tokens.css")
    return await page.evaluate(f"async () => {{ const m = await import('/common/{module}'); {script} }}")


async def test_a_silent_screen_says_so_in_stages(hall: Hall, page: Page) -> None:
    stages = await run(hall, page, "stale.js", "return [0, 5.9, 6, 15, 59, 60, 599, 600].map(m.stageOf)")
    assert stages == ["fresh", "fresh", "dot", "banner", "banner", "dimmed", "dimmed", "hidden"]


async def test_a_sentence_that_a_language_lacks_is_said_in_vietnamese(hall: Hall, page: Page) -> None:
    script = """m.addWords("vi", {"a.b": "Còn {n} người", "c": {"d": "lồng"}}); m.addWords("en", {});
      m.setLanguage("en");
      return [m.t("a.b", {n: 3}), m.t("c.d"), m.t("nobody.wrote"), document.documentElement.lang]"""
    assert await run(hall, page, "i18n.js", script) == ["Còn 3 người", "lồng", "nobody.wrote", "en"]


async def test_a_key_has_128_random_bits_without_a_secure_context(hall: Hall, page: Page) -> None:
    keys = await run(hall, page, "keys.js", "return [m.newKey(), m.newKey()]")
    assert len(set(keys)) == 2
    assert all(len(key) == 32 and int(key, 16) >= 0 for key in keys)


async def test_text_goes_in_as_text(hall: Hall, page: Page) -> None:
    script = (
        "const made = m.element('p', {hidden: false}, '<b>A042</b>'); return [made.children.length, made.textContent]"
    )
    assert await run(hall, page, "dom.js", script) == [0, "<b>A042</b>"]


async def test_every_icon_draws_and_an_unknown_name_gives_the_ticket(hall: Hall, page: Page) -> None:
    script = """const empty = [];
      for (const name of Object.keys(m.PATHS)) {
        const svg = document.documentElement.appendChild(m.icon(name));
        const box = svg.firstChild.getBBox();
        const isOutside = box.x < 0 || box.y < 0 || box.x + box.width > 24 || box.y + box.height > 24;
        if (box.width < 4 || isOutside) empty.push(name);
      }
      return [empty, m.icon("no-such").firstChild.getAttribute("d") === m.PATHS.ticket]"""
    assert await run(hall, page, "icons.js", script) == [[], True]
