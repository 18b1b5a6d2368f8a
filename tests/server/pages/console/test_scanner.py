"""A scanner types faster than a person: what it types finds a patient and presses nothing."""

import time

import pytest
from playwright.sync_api import Page, expect

from tests.server.pages.console.conftest import OpenDesk
from tests.server.pages.console.world import World

#: Every shortcut letter, and digits that a number box or a question would take.
TOKEN = "sRx2nF-gU_7S1rXN"
URL = f"https://so.benhvien.example/t/{TOKEN}"
GAP_MS = 4
SILENCE_MS = 100


def ready(page: Page) -> Page:
    page.locator(".rows li").first.wait_for()
    return page


def called(page: Page) -> Page:
    page.keyboard.press("n")
    page.locator("current-patient[data-stage=called]").wait_for()
    expect(page.locator("desk-actions .primary")).to_be_enabled()
    return page


def scan(page: Page, text: str, closing: bool = True) -> None:
    """Real keys with a scanner's times on them while the page's timers stand: a busy computer makes no person of it."""
    page.clock.pause_at(page.evaluate("Date.now()") / 1000 + 1)
    keyboard = page.context.new_cdp_session(page)
    began_s = time.time() - 1
    keys = [{"key": character, "text": character, "code": code_of(character)} for character in text]
    if closing:
        keys.append({"key": "Enter", "text": "\r", "code": "Enter", "windowsVirtualKeyCode": 13})
    for place, key in enumerate(keys):
        at_s = began_s + place * GAP_MS / 1000
        keyboard.send("Input.dispatchKeyEvent", {"type": "keyDown", "timestamp": at_s, **key})
        keyboard.send("Input.dispatchKeyEvent", {"type": "keyUp", "timestamp": at_s + 0.001, **key})
    page.clock.run_for(SILENCE_MS)
    page.clock.resume()
    keyboard.detach()


def code_of(character: str) -> str:
    return f"Key{character.upper()}" if character.isalpha() else f"Digit{character}" if character.isdigit() else ""


def commands(world: World) -> list[str]:
    return [path for path in world.committed if path != "/scans"]


@pytest.mark.parametrize("text", [TOKEN, URL], ids=["token", "address"])
def test_a_scanned_slip_opens_its_patient_and_presses_no_shortcut(open_desk: OpenDesk, world: World, text: str) -> None:
    world.slips[TOKEN] = "t16"
    page = called(ready(open_desk(clock=True)))

    scan(page, text)

    expect(page.get_by_role("dialog").locator("h2")).to_have_text("A057")
    page.keyboard.press("Escape")
    assert commands(world) == ["/rooms/p12/call-next"]
    assert [each["body"] for each in world.asked("/scans")] == [{"scan": text}]


def test_a_slip_without_a_closing_enter_is_known_by_its_shape(open_desk: OpenDesk, world: World) -> None:
    world.slips[TOKEN] = "t16"
    page = ready(open_desk(clock=True))

    scan(page, TOKEN, closing=False)

    expect(page.get_by_role("dialog").locator("h2")).to_have_text("A057")
    assert commands(world) == []


def test_a_scan_into_the_number_box_is_not_a_typed_number(open_desk: OpenDesk, world: World) -> None:
    world.slips["4217057000000042"] = "t16"
    page = ready(open_desk(clock=True))
    page.locator("number-form input").click()

    scan(page, "4217057000000042")

    expect(page.get_by_role("dialog").locator("h2")).to_have_text("A057")
    expect(page.locator("number-form input")).to_have_value("")
    assert commands(world) == []


def test_a_scan_answers_no_open_question(open_desk: OpenDesk, world: World) -> None:
    world.slips[TOKEN] = "t16"
    page = ready(open_desk(clock=True))
    page.locator(".rows li", has_text="A060").locator(".face").click()
    page.get_by_role("dialog").wait_for()

    scan(page, TOKEN)

    expect(page.get_by_role("dialog").locator("h2")).to_have_text("A057")
    assert commands(world) == []


def test_who_comes_back_from_tests_returns_by_one_press(open_desk: OpenDesk, world: World) -> None:
    world.slips[TOKEN] = "t92"
    page = ready(open_desk(clock=True))
    scan(page, TOKEN)

    page.get_by_role("dialog").locator(".primary", has_text="Vào lại hàng chờ").click()

    expect(page.locator("room-desk .message")).to_have_text("A009 đã vào lại hàng chờ")


def test_a_slip_of_another_place_is_told_in_a_sentence(open_desk: OpenDesk, world: World) -> None:
    world.slips[TOKEN] = "t16"
    world.state["entries"]["e16"] |= {"queue": "xet-nghiem"}
    page = ready(open_desk(clock=True))

    scan(page, TOKEN)

    expect(page.locator("room-desk .message")).to_have_text("A057 đang chờ ở nơi khác: Lấy máu xét nghiệm")


def test_a_slip_that_nobody_knows_is_refused_in_the_servers_words(open_desk: OpenDesk, world: World) -> None:
    page = ready(open_desk(clock=True))

    scan(page, TOKEN)

    expect(page.locator("room-desk .message")).to_have_text("Mã vừa quét không phải thẻ hay phiếu của bệnh viện.")
    assert commands(world) == []


def test_a_scan_while_issuing_numbers_issues_nothing(open_desk: OpenDesk, world: World) -> None:
    world.slips[TOKEN] = "t16"
    page = ready(open_desk(clock=True))
    page.get_by_role("tab", name="Cấp số").click()
    page.locator("[data-service=nhi]").click()
    page.locator(".issue-side > .primary").focus()

    scan(page, TOKEN)

    expect(page.get_by_role("dialog").locator("h2")).to_have_text("A057")
    assert commands(world) == []


def test_a_persons_letters_still_call_after_a_scan(open_desk: OpenDesk, world: World) -> None:
    world.slips[TOKEN] = "t16"
    page = ready(open_desk(clock=True))
    scan(page, TOKEN)
    page.get_by_role("dialog").wait_for()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)

    page.keyboard.press("n")

    expect(page.locator("current-patient .number")).to_have_text("A042")
