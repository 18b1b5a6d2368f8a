"""Fixtures of the system tests: a browser for a file of tests, and its screens for a test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.system.hospital import Hospital
from tests.system.processes import Demo
from tests.system.screens import Screens, launch


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """For files of tests that are not asynchronous: the synchronous browser keeps an event loop of its own."""
    with sync_playwright() as playwright:
        running = launch(playwright)
        yield running
        running.close()


@pytest.fixture
def screens(browser: Browser, tmp_path: Path) -> Iterator[Screens]:
    opened = Screens(browser, tmp_path / "screens")
    yield opened
    opened.close()
    assert opened.faults == []


@pytest.fixture
def hospital(demo: Demo, screens: Screens) -> Iterator[Hospital]:
    made = Hospital(demo, screens)
    yield made
    made.mood("ok")
    made.empty_rooms()
