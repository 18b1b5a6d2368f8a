"""The small page of the virtual printer, in a real browser."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from printer.transport import Outcome, Printer
from printer.virtual.run import VirtualPrinter
from tests.printer.conftest import SHORT

pytestmark = pytest.mark.browser
FLAGS = ["--no-sandbox", "--disable-background-networking", "--disable-dev-shm-usage"]


@pytest.fixture
def page(virtual: VirtualPrinter) -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        page = browser.new_page(viewport={"width": 1366, "height": 768})
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.goto(virtual.control_url)
        yield page
        browser.close()
        assert complaints == []


def test_a_visitor_sees_each_slip_and_lets_the_paper_end_in_the_middle_of_one(
    virtual: VirtualPrinter, page: Page, job: bytes
) -> None:
    printer = Printer(virtual.address, limits=SHORT)
    expect(page.get_by_text("Chưa có phiếu nào.")).to_be_visible()
    assert printer.print(job) == Outcome("confirmed", None)
    expect(page.locator("#papers img")).to_have_count(1)
    assert page.locator("#papers img").evaluate("image => image.decode().then(() => image.naturalWidth)") == 576

    page.get_by_label("Giữa lúc in phiếu sau").check()
    page.locator("[data-state=paper_end]").click()
    expect(page.locator("[data-state=ok]")).to_have_attribute("aria-pressed", "true")
    assert printer.print(job) == Outcome("failed", "paper_end")
    expect(page.locator("[data-state=paper_end]")).to_have_attribute("aria-pressed", "true")

    page.locator("[data-state=ok]").click()
    expect(page.locator("#papers img")).to_have_count(2)  # the torn one
    assert printer.print(job) == Outcome("confirmed", None)
    expect(page.locator("#papers img")).to_have_count(3)
