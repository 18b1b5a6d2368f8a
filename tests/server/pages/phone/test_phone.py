"""The patient's page, as a phone shows it."""

from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.server.live.hall import Hall

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

TICKET = {"number": "A042", "state": "open", "service": "tmh", "issued_at": "2026-03-02T07:30:00+07:00"}
ENTRY = {"id": "e1", "queue": "tmh", "room": None, "state": "waiting", "since": TICKET["issued_at"], "elsewhere": None}
WHERE = "Phòng 1, 2, 3 – sảnh chính, tầng 1, nhà A"
CALL = {"id": "c1", "entry": "e1", "number": "A042", "room": "p12", "area": "sanh", "state": "called"}
HOSPITAL = {
    "site": {"name": {"vi": "Bệnh viện Đa khoa tỉnh", "en": "Provincial General Hospital"}},
    "areas": [{"code": "sanh", "name": {"vi": "Sảnh chính, tầng 1", "en": "Main hall, floor 1"}}],
    "rooms": [{"code": "p12", "area": "sanh", "label": "Phòng 12", "name": {"vi": "Tai – Mũi – Họng", "en": "ENT"}}],
    "queues": [
        {"code": "tmh", "name": {"vi": "Phòng khám Tai – Mũi – Họng", "en": "ENT clinic"}},
        {"code": "xq", "name": {"vi": "X-quang", "en": "X-ray"}},
    ],
    "services": [{"code": "tmh", "name": {"vi": "Khám Tai – Mũi – Họng", "en": "Ear, nose and throat"}}],
}


async def open_phone(hall: Hall, page: Page, entry: dict[str, Any] | None = ENTRY, **calls: Any) -> None:
    hall.state = {"tickets": {"t1": TICKET}, "entries": {"e1": entry} if entry else {}, "calls": calls}
    hall.overlay_body = {"ticket": {"ahead": 12, "wait": {"low_s": 610, "high_s": 1490}, "entry": "e1"}}
    hall.answers = {
        "/api/v1/hospital": HOSPITAL,
        "/api/v1/t/TOKEN": TICKET | {"ahead": 13, "wait": None, "queue": "tmh", "where": WHERE},
    }
    await page.set_viewport_size({"width": 390, "height": 844})
    await page.goto(hall.url + "/t/TOKEN")


async def test_a_waiting_patient_sees_number_people_ahead_and_a_range(hall: Hall, page: Page) -> None:
    await open_phone(hall, page)
    await expect(page.locator(".ticket-number")).to_have_text("A042")
    await expect(page.locator(".fact dd")).to_have_text(["12 người", "10–25 phút"])
    await expect(page.locator(".now")).to_contain_text("Vui lòng chờ tại Phòng khám Tai – Mũi – Họng")


async def test_a_waiting_patient_sees_where_to_go_and_the_new_way_when_the_place_changes(
    hall: Hall, page: Page
) -> None:
    await open_phone(hall, page)
    await expect(page.locator(".now-area")).to_have_text(WHERE)

    hall.answers["/api/v1/t/TOKEN"] = TICKET | {"ahead": 2, "wait": None, "queue": "xq", "where": "Tầng hầm, nhà B"}
    await hall.publish("entry.transferred", {"entries": {"e1": ENTRY | {"queue": "xq"}}})

    await expect(page.locator(".now-area")).to_have_text("Tầng hầm, nhà B")


async def test_being_called_changes_the_page_and_says_where_to_go(hall: Hall, page: Page) -> None:
    await open_phone(hall, page)
    await expect(page.locator(".fact dd").first).to_be_visible()
    await hall.publish("ticket.called", {"calls": {"c1": CALL}, "entries": {"e1": ENTRY | {"state": "called"}}})
    await expect(page.locator(".now-room")).to_have_text("Phòng 12")
    await expect(page.locator(".now-area")).to_have_text("Sảnh chính, tầng 1")
    assert await page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(7, 79, 87)"


async def test_a_missed_patient_is_told_what_to_do_and_returns_to_waiting(hall: Hall, page: Page) -> None:
    await open_phone(hall, page, ENTRY | {"state": "missed"})
    await expect(page.locator(".now")).to_contain_text("không cần lấy số mới")
    await hall.publish("entry.returned", {"entries": {"e1": ENTRY}})
    await expect(page.locator(".now")).to_contain_text("Đang chờ đến lượt")


async def test_a_visit_that_ends_says_so(hall: Hall, page: Page) -> None:
    await open_phone(hall, page)
    await expect(page.locator(".fact dd").first).to_be_visible()
    await hall.publish("ticket.closed", {"entries": {"e1": None}, "tickets": {"t1": None}})
    await expect(page.locator(".now")).to_contain_text("Lượt khám đã kết thúc")


async def test_a_patient_who_waits_at_two_places_sees_both(hall: Hall, page: Page) -> None:
    await open_phone(hall, page)
    await hall.until("position")
    await hall.publish("entry.planned", {"entries": {"e2": ENTRY | {"id": "e2", "queue": "xq"}}})
    await expect(page.locator("luot-turn")).to_contain_text("Bạn cũng đang chờ tại: X-quang.")


async def test_an_unknown_token_says_what_to_do(hall: Hall, page: Page) -> None:
    await open_phone(hall, page)
    hall.answers["/api/v1/t/GONE"] = None
    await page.goto(hall.url + "/t/GONE")
    await expect(page.locator(".now")).to_contain_text("Không tìm thấy số này")
    await expect(page.locator(".now")).to_contain_text("quầy")


async def test_the_language_is_one_tap_and_is_remembered(hall: Hall, page: Page) -> None:
    await open_phone(hall, page)
    await page.get_by_role("button", name="English").click()
    await expect(page.locator(".now")).to_contain_text("Waiting for your turn")
    await page.reload()
    await expect(page.locator(".ticket-service")).to_have_text("Ear, nose and throat")
    assert await page.evaluate("document.documentElement.lang") == "en"


async def test_a_silent_server_is_told_after_fifteen_seconds_and_forgotten_when_it_speaks(
    hall: Hall, page: Page
) -> None:
    await page.clock.install()
    await open_phone(hall, page)
    await hall.until("position")
    await hall.shut()
    await page.clock.run_for(17_000)
    await expect(page.locator(".stale-banner")).to_have_text("Mất kết nối với máy chủ. Đang kết nối lại…")
    await hall.open()
    await page.clock.run_for(6_000)
    await expect(page.locator(".stale-banner")).to_be_hidden()


async def test_nothing_is_wider_than_the_phone(hall: Hall, page: Page) -> None:
    await open_phone(hall, page)
    await expect(page.locator(".fact dd").first).to_be_visible()
    assert await page.evaluate("document.documentElement.scrollWidth") == 390
