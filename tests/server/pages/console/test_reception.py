"""A reception desk issues and prints a number for any service and class."""

from playwright.sync_api import Page, expect

from tests.server.pages.console.conftest import OpenDesk
from tests.server.pages.console.hospital import ago
from tests.server.pages.console.world import Served, World


def choose(page: Page, service: str) -> None:
    page.locator(f"[data-service={service}]").click()


def test_a_reception_room_opens_where_numbers_are_issued(open_desk: OpenDesk) -> None:
    page = open_desk("td1")

    expect(page.get_by_role("button", name="Cấp số", exact=True)).to_be_disabled()
    expect(page.locator(".tile")).to_have_count(10)


def test_a_number_is_issued_and_printed_at_the_desk(open_desk: OpenDesk, world: World) -> None:
    page = open_desk("td1")
    choose(page, "nhi")
    page.get_by_text("Trẻ dưới 6 tuổi").click()
    page.get_by_role("combobox", name="Máy in").select_option("q1")

    page.get_by_role("button", name="Cấp số và in phiếu").click()

    expect(page.locator("issued-ticket .number")).to_have_text("A501")
    expect(page.locator("issued-ticket .paper-state")).to_have_text("Đang in…")
    body = {"service": "nhi", "class": "child_u6", "language": "vi", "print_at": "q1"}
    assert world.asked("/tickets")[0]["body"] == body
    world.state["tickets"]["nA501"]["paper"] = "confirmed"
    expect(page.locator("issued-ticket .paper-state")).to_have_text("Đã in xong")
    assert page.locator("input[name=class][value=normal]").is_checked()


def test_paper_that_did_not_come_is_told_and_printed_again(open_desk: OpenDesk, world: World) -> None:
    page = open_desk("td1")
    choose(page, "nhi")
    page.get_by_role("combobox", name="Máy in").select_option("q1")
    page.get_by_role("button", name="Cấp số và in phiếu").click()
    page.locator("issued-ticket .number").wait_for()

    world.state["tickets"]["nA501"]["paper"] = "failed"
    expect(page.locator("issued-ticket .paper-state")).to_contain_text("Số vẫn có giá trị")
    page.locator("issued-ticket").get_by_role("button", name="In lại").click()

    expect(page.locator(".issue-side .message")).to_have_text("Đã yêu cầu in lại A501")
    assert world.asked("/reprint")[0]["body"] == {"device": "q1"}


def test_two_quick_presses_issue_one_number(open_desk: OpenDesk, world: World) -> None:
    page = open_desk("td1")
    choose(page, "mat")

    page.get_by_role("button", name="Cấp số", exact=True).dblclick()

    expect(page.locator("issued-ticket .number")).to_have_text("A501")
    assert len(world.asked("/tickets")) == 1
    assert "print_at" not in world.asked("/tickets")[0]["body"]


def test_a_closed_service_says_when_it_opens(open_desk: OpenDesk) -> None:
    page = open_desk("td1")

    expect(page.locator("[data-service=yhct]")).to_be_disabled()
    expect(page.locator("[data-service=yhct] small")).to_have_text("mở lúc 13:30")


def test_a_service_is_found_without_marks(open_desk: OpenDesk) -> None:
    page = open_desk("td1")
    page.get_by_label("Tìm dịch vụ").fill("tai kham")

    expect(page.locator(".tile")).to_have_count(1)
    expect(page.locator(".tile")).to_contain_text("Tái khám theo hẹn")


def test_who_may_not_issue_has_no_such_tab(open_desk: OpenDesk, world: World) -> None:
    world.role = "viewer"
    page = open_desk()
    page.locator(".rows li").first.wait_for()

    expect(page.get_by_role("tab", name="Cấp số")).to_have_count(0)


def test_trouble_is_told_where_numbers_are_issued(open_desk: OpenDesk, world: World) -> None:
    page = open_desk("td1")
    page.locator(".tile").first.wait_for()

    world.change(devices={"q1": world.state["devices"]["q1"] | {"trouble": {"code": "paper_end", "since": ago(1)}}})
    expect(page.locator("reception-desk [data-what=trouble]")).to_contain_text(
        "Máy in quầy 1 (Tiếp đón quầy 1): hết giấy"
    )

    world.change(devices={"q1": world.state["devices"]["q1"] | {"trouble": None}})
    expect(page.locator("reception-desk [data-what=trouble]")).to_have_count(0)


def test_no_number_is_promised_without_a_connection(open_desk: OpenDesk, served: Served) -> None:
    page = open_desk("td1")
    choose(page, "nhi")
    served.stop()

    expect(page.locator("reception-desk [data-what=offline]")).to_contain_text("Chưa cấp được số", timeout=15_000)
    button = page.locator(".issue-side > .primary")
    expect(button).to_be_disabled()
    expect(button).to_have_text("Mất kết nối, chưa cấp được số")

    served.start()
    expect(button).to_be_enabled(timeout=15_000)


def test_the_last_number_leaves_while_the_next_is_asked_for(open_desk: OpenDesk, world: World) -> None:
    page = open_desk("td1")
    choose(page, "nhi")
    page.locator(".issue-side > .primary").click()
    expect(page.locator("issued-ticket .number")).to_have_text("A501")
    world.slow_s = 1.0

    page.locator(".issue-side > .primary").click()

    expect(page.locator("issued-ticket .number")).to_have_count(0)
    expect(page.locator("issued-ticket .number")).to_have_text("A502")
