"""The button is in sight at every size, with forty waiting and the longest names."""

import pytest
from playwright.sync_api import Page, expect

from tests.server.pages.console.conftest import OpenDesk
from tests.server.pages.console.world import World

LAPTOP, LARGE, ZOOMED, PHONE, STRIP = (1366, 768), (1920, 1080), (683, 384), (390, 844), (320, 140)
SIZES = pytest.mark.parametrize("size", [LAPTOP, LARGE, ZOOMED, PHONE, STRIP], ids=lambda size: f"{size[0]}x{size[1]}")


def is_in_sight(page: Page, selector: str) -> bool:
    box = page.locator(selector).bounding_box()
    view = page.viewport_size
    assert view is not None
    if box is None:
        return False
    return (
        box["x"] >= 0
        and box["y"] >= 0
        and box["x"] + box["width"] <= view["width"]
        and (box["y"] + box["height"] <= view["height"])
    )


def is_wider_than_the_window(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > innerWidth"))


@SIZES
def test_number_and_main_button_are_in_sight(open_desk: OpenDesk, size: tuple[int, int]) -> None:
    page = open_desk(size=size)
    page.locator(".rows li").first.wait_for(state="attached")
    assert is_in_sight(page, "desk-actions .primary")

    page.locator("desk-actions .primary").click()
    page.locator("current-patient[data-stage=called]").wait_for()

    for selector in ("desk-actions .primary", "current-patient .number"):
        assert is_in_sight(page, selector), selector
    assert not is_wider_than_the_window(page)


@SIZES
def test_a_question_fits(open_desk: OpenDesk, size: tuple[int, int]) -> None:
    page = open_desk(size=size)
    page.locator(".rows li").first.wait_for(state="attached")
    page.keyboard.type("57")
    page.keyboard.press("Enter")

    page.get_by_role("dialog").get_by_role("button", name="Bệnh nặng hơn").click()

    expect(page.locator("current-patient .number")).to_have_text("A057")
    assert not is_wider_than_the_window(page)


def test_the_strip_shows_number_button_count_recall_and_no_show(open_desk: OpenDesk, world: World) -> None:
    page = open_desk(size=STRIP)
    page.locator("desk-actions .primary").click()
    page.locator("current-patient[data-stage=called]").wait_for()

    for selector in ("[data-action=recall]", "[data-action=no_show]", ".waiting-count"):
        assert is_in_sight(page, selector), selector
    expect(page.locator(".waiting-count b")).to_have_text("39")

    world.announce("a-c1", "expired")
    expect(page.get_by_role("alert")).to_have_text("Chưa phát loa: mời gọi trực tiếp")
    assert is_in_sight(page, ".unannounced")


def test_the_strip_ends_a_visit_by_its_main_button_and_takes_it_back(open_desk: OpenDesk, world: World) -> None:
    page = open_desk(size=STRIP)
    page.locator("desk-actions .primary").click()
    page.locator("current-patient[data-stage=called]").wait_for()
    for selector in (".strip-room", ".arrival", ".undo"):
        assert is_in_sight(page, selector), selector
    page.locator("desk-actions .primary").click()
    page.locator("current-patient[data-stage=serving]").wait_for()
    for selector in (".others [data-action=next]", ".others [data-action=send_on]", ".undo"):
        assert is_in_sight(page, selector), selector

    page.locator("desk-actions .primary", has_text="Xong").click()
    page.locator("current-patient[data-stage=none]").wait_for()
    page.locator(".undo:enabled").click()

    page.locator("current-patient[data-stage=serving]").wait_for()
    assert world.committed[-2:] == ["/rooms/p12/finish", "/rooms/p12/undo"]


def test_a_long_list_of_places_keeps_the_way_out_in_sight(open_desk: OpenDesk) -> None:
    page = open_desk(size=LAPTOP)
    page.locator("desk-actions .primary").click()
    page.locator("[data-action=start]:enabled").click()
    page.locator("current-patient[data-stage=serving]").wait_for()
    page.locator("[data-action=send_on]:enabled").click()

    page.get_by_role("dialog").wait_for()

    assert is_in_sight(page, "dialog .leave")


def test_notices_do_not_push_the_number_out_of_its_frame(open_desk: OpenDesk, world: World) -> None:
    page = open_desk(size=LAPTOP)
    page.locator("desk-actions .primary").click()
    page.locator("current-patient[data-stage=called]").wait_for()
    ticket, kiosk = world.state["tickets"]["t5"], world.state["devices"]["k1"]
    world.announce("a-c1", "failed")

    world.change(
        tickets={"t5": ticket | {"paper": "failed"}},
        devices={"k1": kiosk | {"trouble": {"code": "cover_open", "since": ticket["issued_at"]}}},
    )
    page.locator("room-desk [data-what=trouble]").wait_for()

    overflow = "each => each.scrollHeight > each.clientHeight"
    assert not page.locator("current-patient").evaluate(overflow)
    assert is_in_sight(page, "desk-actions .primary")


def test_buttons_are_large_enough_to_hit(open_desk: OpenDesk) -> None:
    page = open_desk(size=LAPTOP)
    page.locator("desk-actions .primary").click()
    page.locator("current-patient[data-stage=called]").wait_for()

    heights = page.locator("desk-actions button").evaluate_all("all => all.map(each => each.offsetHeight)")

    assert min(heights) >= 64


@pytest.mark.parametrize("size", [LAPTOP, LARGE], ids=["laptop", "large"])
def test_the_button_that_issues_stays_in_sight_after_a_number_came(open_desk: OpenDesk, size: tuple[int, int]) -> None:
    page = open_desk("td1", size=size)
    page.locator("[data-service=nhi]").click()
    page.locator(".issue-side > .primary").click()

    page.locator("issued-ticket .number").wait_for()

    assert is_in_sight(page, ".issue-side > .primary")
    assert is_in_sight(page, "issued-ticket .number")
