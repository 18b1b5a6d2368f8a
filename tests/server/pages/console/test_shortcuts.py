"""The keyboard does everything, and nothing by accident."""

import pytest
from playwright.sync_api import Page, expect

from tests.server.pages.console.conftest import OpenDesk
from tests.server.pages.console.world import World

#: A key that a person presses; keys that come faster are a scanner's.
A_PERSON_MS = 100


def ready(page: Page) -> Page:
    page.locator(".rows li").first.wait_for()
    return page


def test_a_whole_visit_goes_by_keys(open_desk: OpenDesk, world: World) -> None:
    page = ready(open_desk())
    steps = [
        ("n", "called", "Đã gọi A042"),
        ("r", "called", "Đã gọi lại A042"),
        ("s", "serving", "A042 đã vào"),
        ("f", "none", "A042 đã xong"),
        ("Space", "called", "Đã gọi A043"),
        ("x", "none", "Đã ghi A043 vắng mặt"),
    ]

    for key, stage, did in steps:
        page.keyboard.press(key)
        page.locator(f"current-patient[data-stage={stage}]").wait_for()
        expect(page.locator("room-desk .message[data-kind=did]")).to_have_text(did)
        expect(page.locator(".undo")).to_be_enabled()

    paths = [path.removeprefix("/rooms/p12/") for path in world.committed]
    assert paths == ["call-next", "recall", "start", "finish", "call-next", "no-show"]


def test_typed_digits_and_enter_call_a_chosen_number_with_a_reason(open_desk: OpenDesk, world: World) -> None:
    page = ready(open_desk())
    page.keyboard.type("57")
    expect(page.locator("number-form input")).to_have_value("57")
    page.keyboard.press("Enter")

    page.get_by_role("dialog").wait_for()
    page.keyboard.press("2")

    expect(page.locator("current-patient .number")).to_have_text("A057")
    assert world.asked("/call-number")[0]["body"] == {"number": "A057", "reason": "results_ready"}


def test_the_key_that_answers_a_question_does_nothing_else(open_desk: OpenDesk, world: World) -> None:
    page = ready(open_desk())
    page.keyboard.type("57")
    page.keyboard.press("Enter")
    page.get_by_role("dialog").wait_for()
    page.keyboard.press("2")
    page.locator("current-patient[data-stage=called]").wait_for()

    expect(page.locator("number-form input")).to_have_value("")
    expect(page.locator("number-form input")).not_to_be_focused()
    expect(page.locator("desk-actions .primary")).to_be_enabled()
    page.keyboard.press("s")
    page.locator("current-patient[data-stage=serving]").wait_for()


def test_the_digits_of_the_next_number_need_no_reason(open_desk: OpenDesk, world: World) -> None:
    page = ready(open_desk())
    page.keyboard.type("42")
    page.keyboard.press("Enter")

    expect(page.locator("current-patient .number")).to_have_text("A042")
    assert world.committed == ["/rooms/p12/call-next"]


def test_digits_that_several_numbers_share_are_asked_about(open_desk: OpenDesk, world: World) -> None:
    world.state["entries"]["e5"]["number"] = "B060"
    page = ready(open_desk())
    page.keyboard.type("60")
    page.keyboard.press("Enter")

    page.get_by_role("dialog").get_by_role("button", name="B060").click()
    page.get_by_role("dialog").get_by_role("button", name="Bệnh nặng hơn").click()

    expect(page.locator("current-patient .number")).to_have_text("B060")


def test_a_number_that_waits_nowhere_is_refused_in_a_sentence(open_desk: OpenDesk) -> None:
    page = ready(open_desk())
    page.keyboard.type("999")
    page.keyboard.press("Enter")

    expect(page.locator("room-desk .message[data-kind=refused]")).to_have_text(
        "Số 999 không nằm trong danh sách chờ của phòng này."
    )


def test_no_shortcut_fires_while_somebody_types(open_desk: OpenDesk, world: World) -> None:
    page = ready(open_desk())
    page.locator("number-form input").click()

    page.keyboard.type("nrsfxu ?")

    assert page.locator("number-form input").input_value() == "nrsfxu ?"
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert world.requests == []


def test_no_shortcut_fires_while_a_dialog_is_open(open_desk: OpenDesk, world: World) -> None:
    page = ready(open_desk())
    page.keyboard.press("?")
    page.get_by_role("dialog").wait_for()

    for key in ("n", "u", "x", "f"):
        page.keyboard.press(key, delay=A_PERSON_MS)

    assert world.requests == []
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.keyboard.press("n")
    page.locator("current-patient[data-stage=called]").wait_for()


@pytest.mark.parametrize("key", ["Control+n", "Alt+n", "Meta+n", "Shift+N"])
def test_a_letter_with_a_modifier_is_the_browsers(open_desk: OpenDesk, world: World, key: str) -> None:
    page = ready(open_desk())
    page.evaluate("addEventListener('keydown', event => event.ctrlKey && event.preventDefault())")

    page.keyboard.press(key)

    page.locator("desk-actions .primary:enabled").wait_for()
    assert world.requests == []


def test_space_on_a_focused_button_presses_that_button(open_desk: OpenDesk, world: World) -> None:
    page = ready(open_desk())
    page.keyboard.press("n")
    page.locator("current-patient[data-stage=called]").wait_for()
    page.get_by_role("button", name="Gọi lại").focus()

    page.keyboard.press("Space")

    expect(page.locator("current-patient .attempt")).to_have_text("lần 2")
    assert world.committed == ["/rooms/p12/call-next", "/rooms/p12/recall"]


def test_the_list_of_shortcuts_switches_them_off_and_on(open_desk: OpenDesk, world: World) -> None:
    page = ready(open_desk())
    page.keyboard.press("?")
    page.get_by_label("Dùng phím tắt").uncheck()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.keyboard.press("n", delay=A_PERSON_MS)
    expect(page.locator("desk-actions kbd")).to_have_count(0)
    assert world.requests == []

    page.keyboard.press("?")
    page.get_by_label("Dùng phím tắt").check()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.keyboard.press("n")
    page.locator("current-patient[data-stage=called]").wait_for()


def test_a_key_that_is_held_down_calls_once(open_desk: OpenDesk, world: World) -> None:
    page = ready(open_desk())

    for _ in range(5):
        page.keyboard.down("n")
    page.keyboard.up("n")

    page.locator("current-patient[data-stage=called]").wait_for()
    assert len(world.requests) == 1


def test_a_second_enter_records_no_reason(open_desk: OpenDesk, world: World) -> None:
    page = ready(open_desk())
    page.keyboard.type("57")
    page.keyboard.press("Enter")
    page.get_by_role("dialog").wait_for()

    page.keyboard.press("Enter")

    expect(page.get_by_role("dialog").locator("h2")).to_be_focused()
    assert world.requests == []
