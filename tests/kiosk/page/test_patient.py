"""The patient's way over the touch page in a real browser, with real clicks, against the real agent and printer."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.kiosk.hospital import LONG_SERVICE
from tests.kiosk.page.conftest import OpenPage, walk_to_number
from tests.kiosk.worlds import Agent, World, until, world

pytestmark = pytest.mark.browser

NUMBER = ".ticket-number"
PIECE_S = 2  # below the limit of the page's own questions


def pass_until(page: Page, selector: str, at_most_s: int) -> None:
    """Let the page's time pass until it shows this, in pieces, with its questions answered in between."""
    for _ in range(0, at_most_s, PIECE_S):
        if page.locator(selector).is_visible():
            return
        page.clock.run_for(PIECE_S * 1000)
        page.evaluate("fetch('/api/kiosk/state').then((answer) => answer.text())")
    expect(page.locator(selector)).to_be_visible()


def test_three_touches_give_a_number_and_paper_and_then_nothing_stays(
    here: World, agent: Agent, open_page: OpenPage
) -> None:
    page = open_page(agent.url, clock=True)
    walk_to_number(page, "phcn")
    expect(page.locator(NUMBER)).to_have_text("A042")
    expect(page.locator(".ticket-service")).to_contain_text(LONG_SERVICE)
    expect(page.locator(".paper-out strong")).to_have_text("Mời lấy phiếu")
    expect(page.locator("return-countdown")).to_contain_text("giây")
    pass_until(page, "start-step", at_most_s=16)
    assert "A042" not in page.locator("body").inner_text()
    assert page.evaluate("Object.keys(sessionStorage).concat(Object.keys(localStorage)).length") == 0


def test_english_is_spoken_until_the_next_patient(here: World, agent: Agent, open_page: OpenPage) -> None:
    page = open_page(agent.url)
    walk_to_number(page, language="en")
    expect(page.locator(".paper-out strong")).to_have_text("Please take your slip")
    assert page.evaluate("document.documentElement.lang") == "en"
    page.click(".done")
    expect(page.locator("start-step h1")).to_have_text("Mời lấy số thứ tự")
    assert page.evaluate("document.documentElement.lang") == "vi"


@pytest.mark.parametrize("touch", [False, True])
def test_a_double_tap_on_every_button_is_one_ticket(
    here: World, agent: Agent, open_page: OpenPage, touch: bool
) -> None:
    page = open_page(agent.url, touch=touch)
    for button, step in (
        (".start-go:not([disabled])", "service"),
        ("[data-service=noi]", "confirm"),
        (".take", "ticket"),
    ):
        page.dblclick(button, position={"x": 150, "y": 100})  # where the next screen has something to touch
        expect(page.locator(f"{step}-step")).to_be_visible()
    expect(page.locator(".done")).to_be_visible()
    assert len(here.hospital.tickets) == 1


def test_a_declared_class_reaches_the_server_and_says_that_it_is_checked(
    here: World, agent: Agent, open_page: OpenPage
) -> None:
    page = open_page(agent.url)
    page.click(".start-go:not([disabled])")
    page.click("[data-service=noi]")
    page.click("[data-class=pregnant]")
    expect(page.locator(".check")).to_have_text("Nhân viên sẽ kiểm tra giấy tờ ưu tiên khi đến lượt.")
    assert page.locator("[data-class=emergency]").count() == 0
    page.click(".take")
    expect(page.locator(NUMBER)).to_be_visible()
    assert [wish.get("class") for _, wish in here.hospital.requests] == ["pregnant"]


@pytest.mark.parametrize("mood", ["lost_answer", "lost_request", "busy"])
def test_a_lost_answer_is_one_ticket(here: World, agent: Agent, open_page: OpenPage, mood: str) -> None:
    here.hospital.moods.append(mood)
    page = open_page(agent.url)
    walk_to_number(page)
    expect(page.locator(NUMBER)).to_have_text("A042")
    assert len(here.hospital.tickets) == 1


def test_a_page_loaded_anew_between_tap_and_answer_shows_the_same_number(
    here: World, agent: Agent, open_page: OpenPage
) -> None:
    here.hospital.moods.extend(["busy"] * 3)
    page = open_page(agent.url)
    walk_to_number(page)
    page.reload()
    expect(page.locator(NUMBER)).to_have_text("A042")
    assert len(here.hospital.tickets) == 1


def test_a_power_cut_between_tap_and_answer_is_one_ticket(tmp_path: Path, open_page: OpenPage) -> None:
    with world(tmp_path) as made:
        made.hospital.moods.append("stuck")
        first = made.start()
        page = open_page(first.url)
        walk_to_number(page)
        until(lambda: len(made.hospital.tickets) == 1)
        first.kill()
        made.start(port=first.port)
        expect(page.locator(NUMBER)).to_have_text("A042")
        expect(page.locator(".paper-out")).to_be_visible()
        assert (len(made.hospital.tickets), made.papers_out()) == (1, 1)


def test_paper_that_ends_is_told_with_the_number_and_forgotten_when_mended(
    here: World, agent: Agent, open_page: OpenPage
) -> None:
    here.mood("paper_end")
    page = open_page(agent.url)
    walk_to_number(page)
    panel = page.locator(".paper-trouble")
    expect(panel).to_contain_text("Máy đang hết giấy. Số của bạn vẫn có giá trị: A042. Hãy chụp ảnh hoặc nhớ số")
    page.click(".done")
    expect(page.locator(".paper-notice")).to_be_visible()
    here.mood("ok")
    expect(page.locator(".paper-notice")).to_be_hidden()


def test_without_a_server_the_patient_is_sent_to_the_desk_until_it_is_back(
    here: World, agent: Agent, open_page: OpenPage
) -> None:
    page = open_page(agent.url)
    page.click(".start-go:not([disabled])")
    here.hospital.is_up = False
    expect(page.locator("lost-panel")).to_contain_text("Mời đến quầy tiếp đón")
    here.hospital.is_up = True
    expect(page.locator(".start-go:not([disabled])")).to_be_visible()


def test_a_refusal_says_what_to_do_and_leads_back_to_the_services(
    here: World, agent: Agent, open_page: OpenPage
) -> None:
    here.hospital.moods.append("service_closed")
    page = open_page(agent.url)
    walk_to_number(page)
    expect(page.locator(".refusal")).to_contain_text("vừa đóng")
    page.click(".button-main")
    page.click("[data-service=nhi]")
    page.click(".take")
    expect(page.locator(NUMBER)).to_have_text("A042")


def test_a_closed_service_says_when_it_opens_and_cannot_be_taken(
    here: World, agent: Agent, open_page: OpenPage
) -> None:
    page = open_page(agent.url)
    page.click(".start-go:not([disabled])")
    expect(page.locator("[data-service=mat]")).to_be_disabled()
    expect(page.locator("[data-service=mat]")).to_contain_text("Mở lại lúc 13:30")


def test_whoever_walks_away_is_asked_and_then_forgotten(here: World, agent: Agent, open_page: OpenPage) -> None:
    page = open_page(agent.url, clock=True)
    page.click(".start-go:not([disabled])")
    page.click("[data-service=noi]")
    pass_until(page, ".idle-card", at_most_s=48)
    expect(page.locator(".idle-card")).to_contain_text("Bạn còn ở đó không?")
    page.click(".idle-card .button-main")
    expect(page.locator("idle-warning")).to_be_hidden()
    expect(page.locator("confirm-step")).to_be_visible()
    pass_until(page, "start-step", at_most_s=68)
    assert here.hospital.tickets == {}


def test_the_keyboard_alone_takes_a_number(here: World, agent: Agent, open_page: OpenPage) -> None:
    page = open_page(agent.url)
    expect(page.locator(".start-go:not([disabled])")).to_be_visible()
    for step in ("service-step", "confirm-step"):
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.locator(step)).to_be_visible()
    while page.evaluate("!document.activeElement.classList.contains('take')"):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(NUMBER)).to_have_text("A042")
    expect(page.locator("[aria-live=polite].for-readers")).to_contain_text("A042")
