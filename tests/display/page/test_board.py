"""The hall board in a browser at 1920 × 1080."""

from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.display.page import board_world as world
from tests.server.live.hall import Hall

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]


async def open_board(hall: Hall, page: Page, state: dict[str, Any], overlay: dict[str, Any] | None = None) -> None:
    hall.state, hall.overlay_body = state, overlay or {}
    hall.answers = {"/api/v1/hospital": world.HOSPITAL}
    await page.goto(hall.url + "/board/sanh")
    await hall.until("position")


async def test_a_hall_without_a_call_says_so(hall: Hall, page: Page) -> None:
    await open_board(hall, page, world.state(12, []))
    await expect(page.locator(".panel-empty")).to_contain_text("Chưa có lượt gọi")
    await expect(page.locator("#hospital")).to_contain_text("Y học cổ truyền")
    await expect(page.locator("#area")).to_have_text("Sảnh chính, tầng 1")


async def test_after_the_last_call_a_hall_asks_to_watch(hall: Hall, page: Page) -> None:
    state = world.state(12, [])
    state["rooms"]["p5"]["last"] = {"number": "A042"}
    await open_board(hall, page, state)
    await expect(page.locator(".panel-empty")).to_contain_text("Mời theo dõi số của mình")


async def test_a_screen_whose_area_does_not_exist_says_so(hall: Hall, page: Page) -> None:
    await open_board(hall, page, world.state(0, []))
    hall.answers = {"/api/v1/hospital": world.HOSPITAL | {"areas": [{"code": "khu-b"}]}}
    await page.reload()
    await expect(page.locator(".panel-empty")).to_contain_text("Không có khu vực “sanh”")
    await expect(page.locator(".panel-empty")).to_contain_text("Hãy kiểm tra địa chỉ của màn hình")


async def test_a_call_is_shown_very_large_and_said_to_readers(hall: Hall, page: Page) -> None:
    await open_board(hall, page, world.state(12, []))
    await hall.publish("ticket.called", {"calls": {"c1": world.call("A042", 5)}})
    await expect(page.locator(".panel-number")).to_have_text("A042")
    await expect(page.locator(".panel-room")).to_have_text("Phòng 5")
    await expect(page.locator("#said")).to_have_text("Mời số A042 vào Phòng 5")


@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (1366, 768)])
async def test_the_digits_are_a_quarter_metre_high_on_a_55_inch_screen(
    hall: Hall, page: Page, width: int, height: int
) -> None:
    await page.set_viewport_size({"width": width, "height": height})
    await open_board(hall, page, world.state(12, [world.call("A042", 5)]))
    await expect(page.locator(".panel-number")).to_have_text("A042")
    size = await page.evaluate("parseFloat(getComputedStyle(document.querySelector('.panel-number')).fontSize)")
    digit_share = 0.72 * size / height
    assert digit_share * 68.5 >= 25
    assert await overflows(page, "luot-call-panel") == []


@pytest.mark.parametrize("number", ["A042", "A1042", "K2-071", "K2-0715", "K12-0715"])
async def test_the_longest_numbers_and_labels_stay_within_the_panel(hall: Hall, page: Page, number: str) -> None:
    state = world.state(40, [world.call(number, 17, priority=True)])
    state["rooms"]["p17"]["label"] = "Quầy thu viện phí số 3"
    await open_board(hall, page, state, world.nexts(40))
    await expect(page.locator(".panel-number")).to_have_text(number)
    assert await overflows(page, "luot-call-panel") == []


@pytest.mark.parametrize(("rooms", "cards"), [(1, 1), (5, 5), (12, 12), (13, 7), (40, 10)])
async def test_every_card_is_whole(hall: Hall, page: Page, rooms: int, cards: int) -> None:
    state = world.state(rooms, [world.call("A042", 1, "serving")])
    for room in state["rooms"].values():
        room["label"] = "Quầy thu viện phí số 3"
    await open_board(hall, page, state, world.nexts(rooms))
    await expect(page.locator(".room").first).to_be_visible()
    counts = {cards, rooms % cards or cards}
    assert await page.locator(".room").count() in counts
    assert await overflows(page, ".room") == []


async def test_pages_turn_until_every_room_has_been_shown(hall: Hall, page: Page) -> None:
    await page.clock.install()
    await open_board(hall, page, world.state(40, []))
    seen: set[str] = set()
    for _ in range(4):
        await page.clock.run_for(1_000)
        seen |= set(await page.locator(".room-label").all_inner_texts())
        await page.clock.fast_forward(9_000)
    assert len(seen) == 40


async def test_a_card_shows_the_call_how_it_stands_and_who_is_next(hall: Hall, page: Page) -> None:
    await open_board(hall, page, world.state(12, [world.call("B117", 2, "serving")]), world.nexts(12))
    card = page.locator(".room", has_text="Phòng 2")
    await expect(card.locator(".room-number")).to_have_text("B117")
    await expect(card).to_contain_text("Đang phục vụ")
    await expect(card.locator(".room-next")).to_contain_text("A002 · B042")


async def test_english_stands_beside_where_the_area_has_it_only(hall: Hall, page: Page) -> None:
    await open_board(hall, page, world.state(1, [world.call("A042", 1)], ["vi", "en"]))
    await expect(page.locator(".panel-caption")).to_contain_text("Please go to")
    await hall.publish("area.changed", {"areas": {"sanh": world.area(["vi"])}})
    await expect(page.locator(".panel-caption")).not_to_contain_text("Please go to")


async def test_who_missed_a_call_in_the_last_half_hour_is_sent_to_the_desk(hall: Hall, page: Page) -> None:
    calls = [world.call("A031", 3, "missed", 29 * 60), world.call("A007", 3, "missed", 31 * 60)]
    await open_board(hall, page, world.state(12, calls))
    await expect(page.locator("luot-missed-strip")).to_contain_text("mời hỏi tại quầy")
    await expect(page.locator(".missed-numbers")).to_have_text("A031")


async def test_a_closed_room_leaves_the_board_and_returns_when_it_opens(hall: Hall, page: Page) -> None:
    await open_board(hall, page, world.state(2, []))
    await hall.publish("room.closed", {"rooms": {"p2": world.room(2, state="closed")}})
    await expect(page.locator(".room")).to_have_count(1)
    await hall.publish("room.opened", {"rooms": {"p2": world.room(2)}})
    await expect(page.locator(".room")).to_have_count(2)


async def test_an_emergency_sentence_covers_the_panel_while_it_is_said(hall: Hall, page: Page) -> None:
    await open_board(hall, page, world.state(2, [world.call("A042", 1)]))
    said = {"id": "n1", "area": "sanh", "kind": "emergency", "numbers": [], "calls": [], "state": "started"}
    await hall.publish("announced", {"announcements": {"n1": said | {"text": "Nhường lối cho xe cấp cứu"}}})
    await expect(page.locator(".panel-notice")).to_have_text("Nhường lối cho xe cấp cứu")
    await hall.publish("announced", {"announcements": {"n1": said | {"text": "…", "state": "done"}}})
    await expect(page.locator(".panel-notice")).to_be_hidden()


async def test_numbers_are_hidden_after_ten_minutes_of_silence_and_true_again_afterwards(
    hall: Hall, page: Page
) -> None:
    await page.clock.install()
    await open_board(hall, page, world.state(12, [world.call("A042", 5)]))
    await page.clock.run_for(1_000)
    await expect(page.locator(".panel-number")).to_have_text("A042")
    await hall.shut()
    await page.clock.fast_forward(601_000)
    await page.clock.run_for(1_000)
    await expect(page.locator(".stale-banner")).to_contain_text("hỏi tại quầy")
    await expect(page.locator(".panel-number")).to_be_hidden()
    await hall.open()
    await page.clock.run_for(6_000)
    await expect(page.locator(".panel-number")).to_be_visible()


async def overflows(page: Page, selector: str) -> list[str]:
    """What is cut off inside the elements of this selector."""
    found: list[str] = await page.evaluate(
        """(selector) => Array.from(document.querySelectorAll(selector)).flatMap((frame) => {
          const edge = frame.getBoundingClientRect();
          return Array.from(frame.querySelectorAll("p")).filter((text) => {
            const box = text.getBoundingClientRect();
            const isShown = getComputedStyle(text).display !== "none" && text.textContent;
            const isCut = text.scrollWidth > text.clientWidth + 1;
            const isOutside = box.right > edge.right + 1 || box.left < edge.left - 1;
            const sticksOut = box.bottom > edge.bottom + 1 || box.top < edge.top - 1;
            return isShown && (isCut || isOutside || (sticksOut && !text.matches(".panel-number")));
          }).map((text) => text.className + ": " + text.textContent);
        })""",
        selector,
    )
    return found
