"""A slip held before the scanner: real key events, as a scanner that types like a keyboard sends them."""

import json
import re

import pytest
from playwright.sync_api import Page, expect

from kiosk.assets import PAGE
from tests.kiosk.page.conftest import OpenPage
from tests.kiosk.worlds import Agent, World, state, until

pytestmark = pytest.mark.browser
SCANNER_MS = 4
PERSON_MS = 70
PANEL = "scan-step .paper strong"


def scan(page: Page, text: str, end: str = "\n") -> None:
    expect(page.locator("start-step, service-step, confirm-step, scan-step")).to_be_visible()
    page.keyboard.type(text + end, delay=SCANNER_MS)


def standing(here: World, agent: Agent, how: str, **facts: object) -> str:
    """A ticket that stands so; returns its slip's code."""
    until(lambda: state(agent)["connection"] == "ok")
    here.hospital.issue("key-of-a-slip", {"service": "noi"})
    return here.hospital.stand("t1", how, **facts)


@pytest.mark.parametrize("address", ["", "https://so.example.vn/t/"])
@pytest.mark.parametrize("end", ["\n", ""])
def test_a_waiting_slip_shows_its_place_and_goes_back_by_itself(
    here: World, agent: Agent, open_page: OpenPage, address: str, end: str
) -> None:
    token = standing(here, agent, "waiting")
    page = open_page(agent.url)
    expect(page.locator(".start-go:not([disabled])")).to_be_visible()
    scan(page, address + token, end)
    expect(page.locator("scan-step .ticket-number")).to_have_text("A042")
    expect(page.locator(PANEL)).to_have_text("Trước bạn còn 12 người")
    expect(page.locator("scan-step return-countdown")).to_contain_text("giây")
    page.click(".done")
    expect(page.locator("start-step")).to_be_visible()


def test_a_called_slip_sends_to_its_room_from_any_step_before_the_tap(
    here: World, agent: Agent, open_page: OpenPage
) -> None:
    token = standing(here, agent, "called", room="p12")
    page = open_page(agent.url)
    page.click(".start-go:not([disabled])")
    page.click("[data-service=noi]")
    scan(page, token)
    expect(page.locator(PANEL)).to_have_text("Mời vào phòng 12")
    assert here.hospital.requests[1:] == []


@pytest.mark.parametrize("how", ["paused", "missed"])
def test_one_touch_brings_a_patient_back_into_the_queue_once(
    here: World, agent: Agent, open_page: OpenPage, how: str
) -> None:
    token = standing(here, agent, how)
    here.hospital.returns.clear()
    page = open_page(agent.url)
    expect(page.locator(".start-go:not([disabled])")).to_be_visible()
    scan(page, token)
    expect(page.locator(".come-back")).to_have_text("Tôi đã quay lại")
    page.dblclick(".come-back")
    expect(page.locator(PANEL)).to_have_text("Đã ghi nhận bạn quay lại")
    expect(page.locator("scan-step .paper")).to_contain_text("Trước bạn còn 12 người")
    assert [entry for _, entry in here.hospital.returns] == ["et1"]


@pytest.mark.parametrize(
    ("text", "title"),
    [("ZZZZZZZZ-unknown", "Máy không nhận ra mã này"), ("012345678901", "Lấy số không cần giấy tờ")],
)
def test_what_is_no_slip_says_what_to_do_next(
    here: World, agent: Agent, open_page: OpenPage, text: str, title: str
) -> None:
    page = open_page(agent.url)
    expect(page.locator(".start-go:not([disabled])")).to_be_visible()
    scan(page, text)
    expect(page.locator("scan-step h1")).to_have_text(title)
    page.click(".done")
    expect(page.locator("start-step")).to_be_visible()


def test_a_persons_typing_is_no_scan(here: World, agent: Agent, open_page: OpenPage) -> None:
    page = open_page(agent.url)
    expect(page.locator(".start-go:not([disabled])")).to_be_visible()
    page.keyboard.type("Ab_9-xYz00000001", delay=PERSON_MS)
    expect(page.locator("start-step")).to_be_visible()
    assert page.locator("scan-step").count() == 0


def test_a_scan_is_in_no_log(here: World, agent: Agent, open_page: OpenPage) -> None:
    page = open_page(agent.url)
    expect(page.locator(".start-go:not([disabled])")).to_be_visible()
    scan(page, "012345678901")
    expect(page.locator("scan-step h1")).to_have_text("Lấy số không cần giấy tờ")
    assert "012345678901" not in agent.log
    assert page.evaluate("Object.keys(sessionStorage).concat(Object.keys(localStorage)).length") == 0


def test_every_standing_has_its_sentences() -> None:
    sentences = json.loads((PAGE / "locale" / "vi.json").read_text("utf-8"))
    for name in ("waiting", "called", "tests", "missed", "held", "ended", "unknown", "card", "silent"):
        assert {f"scan.{name}", f"scan.{name}_what"} <= sentences.keys()
    source = (PAGE / "steps" / "scan-step.js").read_text("utf-8")
    assert set(re.findall(r'"(scan\.\w+)"', source)) <= sentences.keys()
