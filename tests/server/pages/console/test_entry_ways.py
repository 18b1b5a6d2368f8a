"""The way to a desk: signing in, the choice of a room, and what happens when the session ends."""

from playwright.sync_api import Browser, Page, expect

from tests.server.pages.console.conftest import ARGUMENTS, OpenDesk
from tests.server.pages.console.world import Served, World


def sign_in(page: Page, password: str = "mau-12") -> None:
    page.get_by_label("Tên đăng nhập").fill("dieu-duong-12")
    page.get_by_label("Mật khẩu", exact=True).fill(password)
    page.get_by_role("button", name="Đăng nhập").click()


def test_a_wrong_password_is_refused_and_the_right_one_opens_the_desk(open_desk: OpenDesk, world: World) -> None:
    world.signed_in = False
    page = open_desk()
    sign_in(page, "sai")
    expect(page.get_by_role("alert")).to_have_text("Tên đăng nhập hoặc mật khẩu chưa đúng. Hãy nhập lại.")
    expect(page.get_by_label("Mật khẩu", exact=True)).to_be_focused()

    sign_in(page)

    page.locator(".rows li").first.wait_for()


def test_an_empty_form_is_not_sent(open_desk: OpenDesk, world: World) -> None:
    world.signed_in = False
    page = open_desk()

    page.get_by_role("button", name="Đăng nhập").click()

    expect(page.get_by_role("alert")).to_have_text("Hãy nhập cả tên đăng nhập và mật khẩu.")


def test_the_chosen_room_is_remembered(open_desk: OpenDesk) -> None:
    page = open_desk(None)
    page.get_by_role("button", name="Phòng khám nội tổng hợp 1").click()
    page.locator(".rows li").first.wait_for()
    assert page.url.endswith("?room=p11")

    again = open_desk(None)

    expect(again.locator("desk-header h1")).to_contain_text("Phòng khám nội tổng hợp 1")


def test_only_the_rooms_of_the_session_are_offered(open_desk: OpenDesk, world: World) -> None:
    world.rooms_allowed = ["p11", "p12"]
    page = open_desk("xn1")

    expect(page.get_by_role("alert")).to_have_text("Tài khoản này không được dùng phòng xn1. Hãy chọn phòng khác.")
    assert page.locator("[data-room]").evaluate_all("all => all.map(each => each.dataset.room)") == ["p11", "p12"]


def test_a_room_that_does_not_exist_is_said_to_and_a_choice_offered(open_desk: OpenDesk) -> None:
    page = open_desk("zzz")

    expect(page.get_by_role("alert")).to_have_text("Bệnh viện không có phòng “zzz”. Hãy chọn phòng bên dưới.")
    expect(page.locator("[data-room]")).to_have_count(5)


def test_another_room_can_be_chosen(open_desk: OpenDesk) -> None:
    page = open_desk()
    page.get_by_role("button", name="Đổi phòng").click()

    page.get_by_role("button", name="Lấy máu bàn 1").click()

    expect(page.locator("desk-header h1")).to_contain_text("Lấy máu bàn 1")


def test_a_session_that_ends_leads_back_to_the_form(open_desk: OpenDesk, world: World) -> None:
    page = open_desk()
    page.locator(".rows li").first.wait_for()
    world.signed_in = False

    page.locator("desk-actions .primary").click()
    expect(page.get_by_role("alert")).to_contain_text("Phiên làm việc đã hết")

    sign_in(page)
    page.locator(".rows li").first.wait_for()


def test_signing_out_ends_the_session(open_desk: OpenDesk, world: World) -> None:
    page = open_desk()
    page.get_by_role("button", name="Đăng xuất").click()

    page.get_by_label("Tên đăng nhập").wait_for()
    assert world.signed_in is False


def test_the_desk_speaks_english_too(open_desk: OpenDesk) -> None:
    page = open_desk()
    page.get_by_role("button", name="English").click()

    expect(page.locator("desk-actions .primary .label")).to_have_text("Call the next number")
    assert page.evaluate("document.documentElement.lang") == "en"


def test_plain_http_under_a_host_name_asks_for_https_and_takes_no_password(browser: Browser, served: Served) -> None:
    rules = [*ARGUMENTS, "--host-resolver-rules=MAP benhvien.example 127.0.0.1"]
    other = browser.browser_type.launch(executable_path="/usr/bin/chromium", args=rules)
    try:
        page = other.new_page()
        page.goto(f"http://benhvien.example:{served.port}/console")

        expect(page.get_by_role("alert")).to_contain_text("Cần mở bằng https")
        link = page.get_by_role("link", name=f"Mở https://benhvien.example:{served.port}")
        expect(link).to_have_attribute("href", f"https://benhvien.example:{served.port}/console")
        assert page.locator("input").count() == 0
    finally:
        other.close()
