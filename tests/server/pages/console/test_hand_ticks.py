"""Without a server a nurse ticks off by hand; afterwards the server has each tick once."""

from playwright.sync_api import Page, expect

from tests.server.pages.console.conftest import OpenDesk
from tests.server.pages.console.world import Served, World


def lose_server(page: Page, served: Served) -> None:
    page.locator(".rows li").first.wait_for()
    served.stop()
    page.clock.fast_forward(7_000)
    page.locator("room-desk[data-offline=true]").wait_for()


def find_server(page: Page, served: Served) -> None:
    served.start()
    page.clock.fast_forward(5_000)
    page.locator("room-desk[data-offline=false]").wait_for()


def test_the_last_list_stays_and_says_that_it_is_old(open_desk: OpenDesk, served: Served) -> None:
    page = open_desk(clock=True)
    lose_server(page, served)

    expect(page.locator(".connection")).to_have_text("Không kết nối")
    expect(page.locator("[data-what=offline] h2")).to_contain_text("Không kết nối từ")
    expect(page.locator(".rows li")).to_have_count(40)

    find_server(page, served)
    expect(page.locator(".connection")).to_have_text("Đã kết nối")
    expect(page.locator("[data-what=offline]")).to_have_count(0)


def test_ticks_made_by_hand_reach_the_server_once(open_desk: OpenDesk, served: Served, world: World) -> None:
    page = open_desk(clock=True)
    lose_server(page, served)
    page.locator("desk-actions .primary").click()
    page.keyboard.press("n")
    expect(page.locator(".rows li.ticked")).to_have_count(2)  # a letter waits a moment: it could be a scan's first
    page.get_by_role("button", name="Đã mời A046").click()
    expect(page.locator("[data-entry=e5] .mark.ticked")).to_contain_text("đã mời lúc")

    find_server(page, served)

    expect(page.locator("[data-what=merge]")).to_contain_text("Đã ghi 3 lượt gọi tay: A042, A043, A046")
    ticks = world.asked("/hand-calls")[0]["body"]["ticks"]
    assert [tick["entry"] for tick in ticks] == ["e1", "e2", "e5"]
    assert all(tick["at"].endswith("Z") for tick in ticks)
    expect(page.locator("[data-entry=e5]")).to_have_count(0)
    assert world.committed == ["/rooms/p12/hand-calls"]


def test_a_tick_can_be_taken_back_before_it_is_sent(open_desk: OpenDesk, served: Served, world: World) -> None:
    page = open_desk(clock=True)
    lose_server(page, served)
    page.get_by_role("button", name="Đã mời A046").click()

    page.get_by_role("button", name="Bỏ dấu A046").click()

    expect(page.locator(".rows li.ticked")).to_have_count(0)
    find_server(page, served)
    page.locator("desk-actions .primary:enabled").wait_for()
    assert world.requests == []


def test_the_desk_says_which_ticks_the_server_did_not_need(open_desk: OpenDesk, served: Served, world: World) -> None:
    world.hand_results = {"e2": "already", "e5": "unknown"}
    page = open_desk(clock=True)
    lose_server(page, served)
    for number in ("A042", "A043", "A046"):
        page.get_by_role("button", name=f"Đã mời {number}").last.click()

    find_server(page, served)

    merge = page.locator("[data-what=merge]")
    expect(merge).to_contain_text("Đã ghi 1 lượt gọi tay: A042")
    expect(merge).to_contain_text("Đã được gọi trước đó: A043")
    expect(merge).to_contain_text("Không còn trong danh sách: A046")
    merge.get_by_role("button", name="Đóng").click()
    expect(merge).to_have_count(0)


def test_a_lost_answer_to_the_ticks_repeats_the_same_batch(open_desk: OpenDesk, served: Served, world: World) -> None:
    page = open_desk(clock=True)
    lose_server(page, served)
    page.get_by_role("button", name="Đã mời A046").click()
    world.losing = 1

    find_server(page, served)
    page.clock.fast_forward(1_000)

    expect(page.locator("[data-what=merge]")).to_contain_text("Đã ghi 1 lượt gọi tay: A046")
    assert len({each["key"] for each in world.asked("/hand-calls")}) == 1
    assert world.committed == ["/rooms/p12/hand-calls"]


def test_ticks_survive_a_reload(open_desk: OpenDesk, served: Served, world: World) -> None:
    page = open_desk(clock=True)
    lose_server(page, served)
    page.get_by_role("button", name="Đã mời A046").click()
    served.start()

    page.reload()

    expect(page.locator("[data-what=merge]")).to_contain_text("Đã ghi 1 lượt gọi tay: A046")
    assert world.committed == ["/rooms/p12/hand-calls"]


def test_no_command_is_sent_without_a_server(open_desk: OpenDesk, served: Served, world: World) -> None:
    page = open_desk(clock=True)
    lose_server(page, served)

    for key in ("u", "f", "x", "g"):
        page.keyboard.press(key)

    expect(page.locator(".undo")).to_be_disabled()
    expect(page.locator(".rows .face").first).to_be_disabled()
    expect(page.get_by_role("dialog")).to_have_count(0)
    find_server(page, served)
    assert world.requests == []


def test_a_long_list_of_ticks_is_recorded_in_requests_that_the_server_reads(open_desk: OpenDesk) -> None:
    page = open_desk()
    sizes = page.evaluate(
        """async () => {
            const { Ticks } = await import("/console/ticks.js");
            const ticks = new Ticks(localStorage, "p99", () => String(Math.random()));
            for (let n = 0; n < 230; n++) ticks.add({ entry: `e${n}`, number: `A${n}`, at: "2026-11-22T01:00:00Z" });
            const sizes = [];
            for (let batch = ticks.batch(); batch; batch = ticks.batch()) {
                sizes.push(batch.ticks.length);
                ticks.settle(batch);
            }
            return sizes;
        }"""
    )
    assert sizes == [100, 100, 30]
