"""A nurse's ordinary way at the desk: next, in, done; a chosen one with a reason; the others know at once."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.server.pages.console.conftest import OpenDesk
from tests.server.pages.console.world import World


def primary(page: Page) -> str:
    return page.locator("desk-actions .primary .label").inner_text()


def wait_stage(page: Page, stage: str) -> None:
    page.locator(f"current-patient[data-stage={stage}]").wait_for()


def called(page: Page) -> str:
    return page.locator("current-patient .number").inner_text()


def press_primary(page: Page) -> None:
    page.locator("desk-actions .primary").click()


def answer(page: Page, name: str) -> None:
    page.get_by_role("dialog").get_by_role("button", name=name).click()


def test_the_large_button_names_what_it_does_next(open_desk: OpenDesk) -> None:
    page = open_desk()
    page.locator(".rows li").first.wait_for()
    assert primary(page) == "Gọi số tiếp theo"

    press_primary(page)
    wait_stage(page, "called")
    assert (called(page), primary(page)) == ("A042", "Vào khám")

    press_primary(page)
    wait_stage(page, "serving")
    assert primary(page) == "Xong, gọi tiếp"

    press_primary(page)
    wait_stage(page, "called")
    assert called(page) == "A043"


def test_an_empty_hall_leaves_nothing_to_press(open_desk: OpenDesk, world: World) -> None:
    world.state["entries"].clear()
    page = open_desk()

    expect(page.locator("desk-actions .primary")).to_have_text(re.compile("Chưa có ai chờ"))
    expect(page.locator("desk-actions .primary")).to_be_disabled()


def test_the_last_patient_is_finished_without_calling_another(open_desk: OpenDesk, world: World) -> None:
    for each in list(world.state["entries"])[1:]:
        del world.state["entries"][each]
    page = open_desk()
    press_primary(page)
    wait_stage(page, "called")
    press_primary(page)
    wait_stage(page, "serving")

    press_primary(page)

    wait_stage(page, "none")
    assert world.committed[-1] == "/rooms/p12/finish"


def test_the_reason_of_the_choice_is_a_sentence(open_desk: OpenDesk) -> None:
    page = open_desk()
    press_primary(page)

    expect(page.locator("current-patient .why")).to_have_text("Vì sao: lượt ưu tiên thứ 2 trong 3 lượt liên tiếp")


def test_the_desk_knows_where_the_call_has_arrived(open_desk: OpenDesk, world: World) -> None:
    before = {"issued_at": "2026-01-05T00:00:00+00:00"}
    world.state["announcements"] = {id_: world.announcement(id_, **before) for id_ in ("x1", "x2")}
    page = open_desk()
    press_primary(page)
    arrival = page.locator("current-patient .arrival")
    expect(arrival).to_have_text("đã hiện trên 3/3 màn hình · loa: thứ 3, khoảng 20 giây")

    for state, words in (("started", "loa: đang đọc"), ("done", "loa: đã đọc")):
        world.announce("a-c1", state)
        expect(arrival).to_have_text(f"đã hiện trên 3/3 màn hình · {words}")


def test_an_area_without_voice_or_screens_says_so(open_desk: OpenDesk, world: World) -> None:
    world.state["areas"]["khu-a"]["has_speaker"] = False
    page = open_desk()
    press_primary(page)
    wait_stage(page, "called")

    world.arrivals.clear()
    world.arrivals["c1"] = {"screens": 0, "screens_of": 0}
    world.change(announcements={"a-c1": None})

    expect(page.locator("current-patient .arrival")).to_have_text(
        "chưa có màn hình nào đang mở ở khu vực này · khu vực này không có loa"
    )


@pytest.mark.parametrize("state", ["failed", "expired"])
def test_a_call_that_nobody_announced_is_said_loudly_until_it_is_repeated(
    open_desk: OpenDesk, world: World, state: str
) -> None:
    page = open_desk()
    press_primary(page)
    wait_stage(page, "called")

    world.announce("a-c1", state)
    expect(page.get_by_role("alert")).to_have_text("Chưa phát loa: mời gọi trực tiếp")

    page.get_by_role("button", name="Gọi lại").click()
    expect(page.locator(".unannounced")).to_have_count(0)
    expect(page.locator("current-patient .attempt")).to_have_text("lần 2")


def test_two_desks_see_each_other_at_once(open_desk: OpenDesk) -> None:
    one, other = open_desk("p11"), open_desk("p12")
    other.locator("[data-entry=e1]").wait_for()

    press_primary(one)

    expect(other.locator("[data-entry=e1]")).to_have_count(0)
    press_primary(other)
    wait_stage(other, "called")
    assert (called(one), called(other)) == ("A042", "A043")


def test_somebody_at_another_room_is_marked_and_not_expected(open_desk: OpenDesk, world: World) -> None:
    world.state["entries"]["e1"]["elsewhere"] = "xn1"
    page = open_desk()

    expect(page.locator("[data-entry=e1] .away")).to_have_text("đang ở Bàn 1")
    expect(page.locator("desk-actions .primary small")).to_have_text("dự kiến A043")


def test_a_row_is_called_out_of_turn_with_a_reason(open_desk: OpenDesk, world: World) -> None:
    page = open_desk()
    page.locator("[data-entry=e5] .face").click()

    answer(page, "Đi xe lăn hoặc nằm cáng")

    wait_stage(page, "called")
    assert world.asked("/call/e5")[0]["body"] == {"reason": "wheelchair"}
    expect(page.locator("current-patient .why")).to_have_text("Vì sao: gọi ngoài thứ tự: đi xe lăn hoặc nằm cáng")


def test_a_call_out_of_turn_settles_who_was_called_before(open_desk: OpenDesk, world: World) -> None:
    page = open_desk()
    press_primary(page)
    wait_stage(page, "called")
    page.locator("[data-entry=e5] .face").click()
    answer(page, "Bệnh nặng hơn")

    answer(page, "Vắng mặt, gọi tiếp")

    expect(page.locator("current-patient .number")).to_have_text("A046")
    assert world.asked("/call/e5")[0]["body"] == {"reason": "condition_worse", "previous": "missed"}


def test_next_asks_what_became_of_the_one_who_was_called(open_desk: OpenDesk, world: World) -> None:
    page = open_desk()
    press_primary(page)
    wait_stage(page, "called")

    page.get_by_role("button", name="Gọi tiếp").click()
    answer(page, "Vắng mặt, gọi tiếp")

    expect(page.locator("current-patient .number")).to_have_text("A043")
    assert world.asked("/call-next")[-1]["body"] == {"previous": "missed"}


def test_a_question_left_unanswered_sends_nothing(open_desk: OpenDesk, world: World) -> None:
    page = open_desk()
    page.locator("[data-entry=e5] .face").click()
    page.get_by_role("dialog").wait_for()

    page.keyboard.press("Escape")

    expect(page.get_by_role("dialog")).to_have_count(0)
    assert world.requests == []


@pytest.mark.parametrize(
    ("entry", "tab", "button", "path", "body"),
    [
        ("e2", "Đang chờ", "Tạm giữ chỗ", "/entries/e2/hold", {}),
        ("e2", "Đang chờ", "Lùi 5 người", "/entries/e2/defer", {"by": 5}),
        ("e3", "Đang chờ", "Xác nhận ưu tiên", "/entries/e3/class", {"class": "disability_extreme", "reason": "staff"}),
        ("e94", "Tạm giữ", "Cho chờ tiếp", "/entries/e94/release", {}),
        ("e91", "Lỡ lượt", "Vào lại hàng chờ", "/entries/e91/return", {}),
        ("e92", "Đi làm xét nghiệm", "Vào lại hàng chờ", "/entries/e92/return", {}),
    ],
)
def test_a_patient_of_the_list_is_moved(
    open_desk: OpenDesk, world: World, entry: str, tab: str, button: str, path: str, body: dict[str, object]
) -> None:
    page = open_desk()
    page.get_by_role("tab", name=tab).click()
    page.locator(f"[data-entry={entry}] .face").click()

    answer(page, button)

    expect(page.locator("room-desk .message[data-kind=did]")).not_to_be_empty()
    assert [(each["path"], each["body"]) for each in world.requests] == [(path, body)]


def test_a_patient_is_transferred_and_another_cancelled_after_a_question(open_desk: OpenDesk, world: World) -> None:
    page = open_desk()
    page.locator("[data-entry=e2] .face").click()
    answer(page, "Chuyển hàng chờ…")
    answer(page, "Khám mắt")
    expect(page.locator("[data-entry=e2]")).to_have_count(0)

    page.locator("[data-entry=e3] .face").click()
    answer(page, "Hủy lượt…")
    answer(page, "Hủy lượt")
    expect(page.locator("[data-entry=e3]")).to_have_count(0)

    assert world.committed == ["/entries/e2/transfer", "/entries/e3/cancel"]
    assert world.requests[0]["body"] == {"queue": "mat"}


@pytest.mark.parametrize(
    ("order", "onward"),
    [
        ("Cùng lúc", ["xet-nghiem", "x-quang"]),
        ("Lần lượt theo thứ tự đã chọn", [["xet-nghiem"], ["x-quang"]]),
    ],
)
def test_a_patient_is_sent_on_to_several_places(
    open_desk: OpenDesk, world: World, order: str, onward: list[object]
) -> None:
    page = open_desk()
    press_primary(page)
    wait_stage(page, "called")
    press_primary(page)
    wait_stage(page, "serving")
    page.get_by_role("button", name="Xong, chuyển đi…").click()

    answer(page, "Lấy máu xét nghiệm")
    answer(page, "Chụp X-quang kỹ thuật số")
    page.get_by_role("dialog").get_by_label(order).check()
    answer(page, "Xong và chuyển đến 2 nơi")

    expect(page.locator("current-patient .number")).to_have_text("A043")
    assert world.asked("/finish")[0]["body"] == {"next": onward}
    assert world.committed[-2:] == ["/rooms/p12/finish", "/rooms/p12/call-next"]


def test_the_last_step_is_undone(open_desk: OpenDesk) -> None:
    page = open_desk()
    press_primary(page)
    wait_stage(page, "called")

    page.get_by_role("button", name="Hoàn tác").click()

    wait_stage(page, "none")
    expect(page.locator(".rows li").first).to_have_attribute("data-entry", "e1")


def test_a_printer_in_trouble_is_told_until_it_is_well(open_desk: OpenDesk, world: World) -> None:
    page = open_desk()
    kiosk = world.state["devices"]["k1"]

    world.change(devices={"k1": kiosk | {"trouble": {"code": "paper_end", "since": "2026-01-05T00:32:00+00:00"}}})
    expect(page.locator("[data-what=trouble]")).to_have_text("Kiosk 1 (Sảnh tiếp đón tầng 1): hết giấy, từ 07:32")

    world.change(devices={"k1": kiosk})
    expect(page.locator("[data-what=trouble]")).to_have_count(0)


def test_a_number_without_paper_is_printed_again(open_desk: OpenDesk, world: World) -> None:
    page = open_desk()
    ticket = world.state["tickets"]["t5"]
    world.change(tickets={"t5": ticket | {"paper": "failed"}})

    page.locator("[data-what=paper]").get_by_role("button", name="In lại").click()
    expect(page.locator("room-desk .message[data-kind=did]")).to_have_text("Đã yêu cầu in lại A046")
    assert world.asked("/tickets/t5/reprint")[0]["body"] == {"device": None}

    world.change(tickets={"t5": ticket})
    expect(page.locator("[data-what=paper]")).to_have_count(0)


def test_a_question_goes_away_when_another_desk_has_answered_it(open_desk: OpenDesk, world: World) -> None:
    page, other = open_desk(), open_desk()
    press_primary(page)
    wait_stage(other, "called")
    page.get_by_role("button", name="Gọi tiếp").click()
    page.get_by_role("dialog").wait_for()

    press_primary(other)

    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.locator("room-desk .message[data-kind=refused]")).to_contain_text("ở nơi khác")
    assert world.committed == ["/rooms/p12/call-next", "/rooms/p12/start"]


def test_the_last_patient_is_sent_on_though_nobody_follows(open_desk: OpenDesk, world: World) -> None:
    for each in list(world.state["entries"])[2:]:
        del world.state["entries"][each]
    page = open_desk()
    press_primary(page)
    wait_stage(page, "called")
    press_primary(page)
    wait_stage(page, "serving")
    page.get_by_role("button", name="Xong, chuyển đi…").click()
    answer(page, "Thu viện phí")
    world.state["entries"].pop("e2")

    answer(page, "Xong và chuyển đi")

    expect(page.locator("room-desk .message[data-kind=did]")).to_have_text("A042 đã xong")
