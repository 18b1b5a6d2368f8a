"""One browser and one standing kiosk for all page tests; each has a page of its own and a hospital in good mood."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.kiosk.hospital import SERVICES
from tests.kiosk.worlds import Agent, World, state, until, world

CHROMIUM = "/usr/bin/chromium"
LIMIT_MS = 15_000  # two slow cores that others use too
FLAGS = ["--no-sandbox", "--disable-background-networking", "--disable-dev-shm-usage"]
PORTRAIT = (1080, 1920)
Size = tuple[int, int]

OpenPage = Callable[..., Page]


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=LIMIT_MS)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield running
        running.close()


@pytest.fixture(scope="package")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, Agent]]:
    with world(tmp_path_factory.mktemp("kiosk")) as made:
        yield made, made.start()


@pytest.fixture
def here(standing: tuple[World, Agent]) -> Iterator[World]:
    """The standing world in good mood: server up, printer well, no ticket yet."""
    made, agent = standing
    hospital = made.hospital
    hospital.tickets.clear()
    hospital.requests.clear()
    until(lambda: state(agent)["connection"] == "ok")
    yield made
    made.mood("ok")
    hospital.moods.clear()
    hospital.is_up = True
    hospital.services = [dict(one) for one in SERVICES]


@pytest.fixture
def agent(standing: tuple[World, Agent]) -> Agent:
    return standing[1]


@pytest.fixture
def open_page(browser: Browser) -> Iterator[OpenPage]:
    """Open the kiosk's page as ``open_page(url, size=…)``; a script error or a blocked resource fails the test."""
    faults: list[str] = []
    contexts = []

    def opened(url: str, *, size: Size = PORTRAIT, touch: bool = False, clock: bool = False) -> Page:
        context = browser.new_context(viewport={"width": size[0], "height": size[1]}, has_touch=touch)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(LIMIT_MS)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda said: faults.append(said.text) if "Content Security" in said.text else None)
        if clock:
            page.clock.install()
        page.goto(url)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert faults == []


def walk_to_number(page: Page, service: str = "noi", language: str = "vi") -> None:
    """Three touches, as a patient makes them."""
    page.click(".start-go:not([disabled])" if language == "vi" else ".start-english:not([disabled])")
    page.click(f"[data-service={service}]")
    page.click(".take")
