"""The screens of a running hospital in a real browser, as people open them, and pictures of them to look at."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect

CHROMIUM: Final = "/usr/bin/chromium"
FLAGS: Final = ("--no-sandbox", "--disable-background-networking", "--disable-dev-shm-usage")
#: Two slow cores that others use too.
LIMIT_MS: Final = 20_000
#: Where pictures are kept to be looked at; without it they go with the test's own folder.
KEPT: Final = "LUOT_SCREENS"

KIOSK: Final = (1080, 1920)
BOARD: Final = (1920, 1080)
CONSOLE: Final = (1366, 768)
PHONE: Final = (390, 844)


def launch(playwright: Playwright, *flags: str) -> Browser:
    expect.set_options(timeout=LIMIT_MS)
    return playwright.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS, *flags])


class Screens:
    """
    Pages of one browser; a script error or a broken policy on any of them is kept in *faults*.

    Args:
        browser: A running browser.
        folder: Where pictures go.
    """

    def __init__(self, browser: Browser, folder: Path) -> None:
        self._browser = browser
        self._folder = Path(os.environ.get(KEPT, folder))
        self._folder.mkdir(parents=True, exist_ok=True)
        self._contexts: list[BrowserContext] = []
        self.faults: list[str] = []

    def open(self, url: str, size: Sequence[int], **options: Any) -> Page:
        """A page in a browser profile of its own."""
        context = self._browser.new_context(
            viewport={"width": size[0], "height": size[1]}, locale="vi-VN", **options
        )  # fmt: skip
        self._contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(LIMIT_MS)
        page.on("pageerror", lambda error: self.faults.append(f"{url}: {error}"))
        page.on("console", self._listen(url))
        page.goto(url)
        return page

    def picture(self, page: Page, name: str) -> None:
        page.screenshot(path=self._folder / f"{name}.png")

    def close(self) -> None:
        for context in self._contexts:
            context.close()

    def _listen(self, url: str) -> Callable[[Any], None]:
        def heard(said: Any) -> None:
            if "Content Security" in said.text:
                self.faults.append(f"{url}: {said.text}")

        return heard


def sign_in(page: Page, account: dict[str, str]) -> None:
    page.fill("input[name=login]", account["login"])
    page.fill("input[name=password]", account["password"])
    page.click("sign-in button.primary")
    page.wait_for_selector("desk-header")


def call_next(page: Page) -> None:
    page.click("desk-actions button[data-action=next]:not([disabled])")
