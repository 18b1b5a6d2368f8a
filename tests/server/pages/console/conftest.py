"""A browser, a served world, and a desk that is open in it."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.server.pages.console.routes import routes
from tests.server.pages.console.world import Served, World

ARGUMENTS = ["--no-sandbox", "--disable-background-networking", "--disable-dev-shm-usage"]
LAPTOP = {"width": 1366, "height": 768}
OpenDesk = Callable[..., Page]


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def served(world: World) -> Iterator[Served]:
    served = Served(world, routes)
    served.start()
    yield served
    served.stop()


@pytest.fixture
def open_desk(browser: Browser, served: Served) -> Iterator[OpenDesk]:
    """Open a desk in a browser of its own; a page that throws, or breaks the content policy, fails its test."""
    contexts = []
    faults: list[str] = []

    def open_one(room: str | None = "p12", viewport: dict[str, int] | None = None, clock: bool = False) -> Page:
        context = browser.new_context(viewport=viewport or LAPTOP, locale="vi-VN", reduced_motion="reduce")
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(5000)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda said: faults.append(said.text) if "Content Security Policy" in said.text else None)
        if clock:
            page.clock.install()
        page.goto(f"{served.url}/console" + (f"?room={room}" if room else ""))
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert faults == []
