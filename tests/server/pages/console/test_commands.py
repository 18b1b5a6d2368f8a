"""Commands under a bad network: one key each, repeated until answered, refused in a sentence, never twice."""

from playwright.sync_api import expect

from tests.server.pages.console.conftest import OpenDesk
from tests.server.pages.console.world import World


def test_a_lost_answer_is_repeated_with_its_key_and_calls_once(open_desk: OpenDesk, world: World) -> None:
    page = open_desk()
    world.losing = 2

    page.locator("desk-actions .primary").click()

    expect(page.locator("room-desk .message[data-kind=did]")).to_have_text("Đã gọi A042")
    assert len({each["key"] for each in world.asked("/call-next")}) == 1
    assert len(world.asked("/call-next")) == 3
    assert world.committed == ["/rooms/p12/call-next"]


def test_each_command_has_a_key_of_its_own(open_desk: OpenDesk, world: World) -> None:
    page = open_desk()
    page.locator("desk-actions .primary").click()
    page.locator("current-patient[data-stage=called]").wait_for()
    for _ in range(2):
        page.get_by_role("button", name="Gọi lại").click()
        expect(page.get_by_role("button", name="Gọi lại")).to_be_enabled()

    keys = [each["key"] for each in world.requests]

    assert len(keys) == len(set(keys)) == 3


def test_an_answer_that_never_comes_is_said_and_the_desk_goes_on(open_desk: OpenDesk, world: World) -> None:
    page = open_desk(clock=True)
    page.locator(".rows li").first.wait_for()
    world.losing = 6
    page.locator("desk-actions .primary").click()
    refused = page.locator("room-desk .message[data-kind=refused]")
    for _ in range(60):
        if refused.count():
            break
        page.clock.run_for(500)

    expect(refused).to_contain_text("Không nhận được trả lời")
    assert world.committed == ["/rooms/p12/call-next"]

    page.get_by_role("button", name="Vào khám").click()
    page.locator("current-patient[data-stage=serving]").wait_for()


def test_a_running_command_disables_the_buttons_and_says_so(open_desk: OpenDesk, world: World) -> None:
    page = open_desk()
    page.locator(".rows li").first.wait_for()
    world.slow_s = 0.4

    page.locator("desk-actions .primary").click()

    expect(page.locator("desk-actions .primary")).to_be_disabled()
    expect(page.locator("desk-actions .primary")).to_have_text("Đang gửi…N")
    page.keyboard.press("n")
    page.locator("current-patient[data-stage=called]").wait_for()
    assert len(world.requests) == 1


def test_a_refusal_is_shown_in_the_servers_words(open_desk: OpenDesk, world: World) -> None:
    page = open_desk()
    page.get_by_role("button", name="Hoàn tác").click()

    expect(page.locator("room-desk .message[data-kind=refused]")).to_have_text(
        "Phòng này chưa có việc nào vừa làm để hoàn tác."
    )


def test_a_reason_that_the_server_asks_for_is_asked_of_the_nurse(open_desk: OpenDesk, world: World) -> None:
    world.state["entries"]["e95"] = world.state["entries"]["e40"] | {"id": "e95", "number": "B777", "queue": "mat"}
    page = open_desk()
    page.locator(".rows li").first.wait_for()
    page.keyboard.type("777")
    page.keyboard.press("Enter")

    page.get_by_role("dialog").get_by_role("button", name="Bác sĩ yêu cầu").click()

    expect(page.locator("current-patient .number")).to_have_text("B777")
    assert [each["body"] for each in world.asked("/call-number")] == [
        {"number": "777"},
        {"number": "777", "reason": "staff_request"},
    ]
