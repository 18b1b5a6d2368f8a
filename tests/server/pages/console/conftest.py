"""A browser, a served world, and a desk that is open in it."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.server.pages.console.routes import routes
from tests.server.pages.console.world import Served, World

ARGUMENTS = ["--no-sandbox", "--disable-background-networking", "--disable-dev-shm-usage"]
OpenDesk = Callable[..., Page]
Contexts = dict[bool, BrowserContext]
expect.set_options(timeout=10_000)  # two slow cores that others use too


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def serving() -> Iterator[Served]:
    served = Served(World(), routes)
    served.start()
    yield served
    served.stop()


@pytest.fixture(scope="package")
def contexts(browser: Browser) -> Iterator[Contexts]:
    """Two for all tests, one with a clock to be advanced, so that pages and fonts are fetched once."""
    contexts = {clock: browser.new_context(locale="vi-VN", reduced_motion="reduce") for clock in (False, True)}
    contexts[True].clock.install()
    yield contexts
    for context in contexts.values():
        context.close()


@pytest.fixture
def served(serving: Served) -> Served:
    serving.start()
    serving.world.reset()
    return serving


@pytest.fixture
def world(served: Served) -> World:
    return served.world


@pytest.fixture
def open_desk(served: Served, contexts: Contexts) -> Iterator[OpenDesk]:
    """Open a desk; a page that throws, or breaks the content policy, fails its test."""
    pages: list[Page] = []
    faults: list[str] = []

    def open_one(room: str | None = "p12", size: tuple[int, int] = (1366, 768), clock: bool = False) -> Page:
        page = contexts[clock].new_page()
        pages.append(page)
        page.set_viewport_size({"width": size[0], "height": size[1]})
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda said: faults.append(said.text) if "Content Security Policy" in said.text else None)
        page.goto(f"{served.url}/console" + (f"?room={room}" if room else ""))
        return page

    yield open_one
    for page in pages:
        page.evaluate("localStorage.clear()")
        page.close()
    assert faults == []
