"""A scanner types faster than a person: what it types finds a patient and presses nothing."""

import pytest
from playwright.sync_api import Page, expect

from tests.server.pages.console.conftest import OpenDesk
from tests.server.pages.console.world import World

#: Every shortcut letter, and digits that a number box or a question would take.
TOKEN = "sRx2nF-gU_7S1rXN"
URL = f"https://so.benhvien.example/t/{TOKEN}"
GAP_MS = 2


def ready(page: Page) -> Page:
    page.locator(".rows li").first.wait_for()
    return page


def called(page: Page) -> Page:
    page.keyboard.press("n")
    page.locator("current-patient[data-stage=called]").wait_for()
    expect(page.locator("desk-actions .primary")).to_be_enabled()
    return page


def scan(page: Page, text: str, closing: bool = True) -> None:
    """Real keys, a few milliseconds apart, without waiting for the page in between."""
    page.keyboard.type(text, delay=GAP_MS)
    if closing:
        page.keyboard.press("Enter")


def commands(world: World) -> list[str]:
    return [path for path in world.committed if path != "/scans"]


@pytest.mark.parametrize("text", [TOKEN, URL], ids=["token", "address"])
def test_a_scanned_slip_opens_its_patient_and_presses_no_shortcut(open_desk: OpenDesk, world: World, text: str) -> None:
    world.slips[TOKEN] = "t16"
    page = called(ready(open_desk()))

    scan(page, text)

    expect(page.get_by_role("dialog").locator("h2")).to_have_text("A057")
    page.keyboard.press("Escape")
    assert commands(world) == ["/rooms/p12/call-next"]
    assert [each["body"] for each in world.asked("/scans")] == [{"scan": text}]


def test_a_slip_without_a_closing_enter_is_known_by_its_shape(open_desk: OpenDesk, world: World) -> None:
    world.slips[TOKEN] = "t16"
    page = ready(open_desk())

    scan(page, TOKEN, closing=False)

    expect(page.get_by_role("dialog").locator("h2")).to_have_text("A057")
    assert commands(world) == []


def test_a_scan_into_the_number_box_is_not_a_typed_number(open_desk: OpenDesk, world: World) -> None:
    world.slips["4217057000000042"] = "t16"
    page = ready(open_desk())
    page.locator("number-form input").click()

    scan(page, "4217057000000042")

    expect(page.get_by_role("dialog").locator("h2")).to_have_text("A057")
    expect(page.locator("number-form input")).to_have_value("")
    assert commands(world) == []


def test_a_scan_answers_no_open_question(open_desk: OpenDesk, world: World) -> None:
    world.slips[TOKEN] = "t16"
    page = ready(open_desk())
    page.locator(".rows li", has_text="A060").locator(".face").click()
    page.get_by_role("dialog").wait_for()

    scan(page, TOKEN)

    expect(page.get_by_role("dialog").locator("h2")).to_have_text("A057")
    assert commands(world) == []


def test_who_comes_back_from_tests_returns_by_one_press(open_desk: OpenDesk, world: World) -> None:
    world.slips[TOKEN] = "t92"
    page = ready(open_desk())
    scan(page, TOKEN)

    page.get_by_role("dialog").locator(".primary", has_text="Vào lại hàng chờ").click()

    expect(page.locator("room-desk .message")).to_have_text("A009 đã vào lại hàng chờ")


def test_a_slip_of_another_place_is_told_in_a_sentence(open_desk: OpenDesk, world: World) -> None:
    world.slips[TOKEN] = "t16"
    world.state["entries"]["e16"] |= {"queue": "xet-nghiem"}
    page = ready(open_desk())

    scan(page, TOKEN)

    expect(page.locator("room-desk .message")).to_have_text("A057 đang chờ ở nơi khác: Lấy máu xét nghiệm")


def test_a_slip_that_nobody_knows_is_refused_in_the_servers_words(open_desk: OpenDesk, world: World) -> None:
    page = ready(open_desk())

    scan(page, TOKEN)

    expect(page.locator("room-desk .message")).to_have_text("Mã vừa quét không phải thẻ hay phiếu của bệnh viện.")
    assert commands(world) == []


def test_a_scan_while_issuing_numbers_issues_nothing(open_desk: OpenDesk, world: World) -> None:
    world.slips[TOKEN] = "t16"
    page = ready(open_desk())
    page.get_by_role("tab", name="Cấp số").click()
    page.locator("[data-service=nhi]").click()
    page.locator(".issue-side > .primary").focus()

    scan(page, TOKEN)

    expect(page.get_by_role("dialog").locator("h2")).to_have_text("A057")
    assert commands(world) == []


def test_a_persons_letters_still_call_after_a_scan(open_desk: OpenDesk, world: World) -> None:
    world.slips[TOKEN] = "t16"
    page = ready(open_desk())
    scan(page, TOKEN)
    page.get_by_role("dialog").wait_for()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)

    page.keyboard.press("n")

    expect(page.locator("current-patient .number")).to_have_text("A042")
