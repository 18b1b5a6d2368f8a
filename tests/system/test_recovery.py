"""A server hangs and then dies: the screens say so, the nurse goes on by hand, and afterwards everything is true."""

from __future__ import annotations

import os
import signal

import httpx
import pytest
from playwright.sync_api import expect

from tests.system.hospital import Hospital
from tests.system.processes import until
from tests.system.screens import call_next

pytestmark = pytest.mark.browser
RECOVERED_MS = 40_000


def test_calls_made_by_hand_while_the_server_hung_are_entered_when_it_is_back(hospital: Hospital) -> None:
    kiosk = hospital.kiosk()
    numbers = [hospital.take_number(kiosk)]
    kiosk.click(".done")
    numbers.append(hospital.take_number(kiosk))
    board, desk = hospital.board(), hospital.console("p1")
    for number in numbers:
        expect(desk.locator(f".rows li:has-text('{number}')")).to_be_visible()
    server = hospital.demo.member("server serve")
    os.kill(server, signal.SIGSTOP)
    expect(desk.locator("room-desk")).to_have_attribute("data-offline", "true")
    expect(desk.locator("desk-header")).to_contain_text("Không kết nối")
    expect(board.locator("html")).to_have_attribute("data-stale", "dot")
    desk.click("desk-actions button[data-action=tick]")
    expect(desk.locator(".rows li.ticked")).to_have_count(1)
    hospital.screens.picture(desk, "console-by-hand")
    hospital.screens.picture(board, "board-stale")
    os.kill(server, signal.SIGKILL)
    expect(desk.locator("[data-what=merge]")).to_contain_text(numbers[0], timeout=RECOVERED_MS)
    expect(desk.locator("room-desk")).to_have_attribute("data-offline", "false")
    hospital.screens.picture(desk, "console-merged")
    assert hospital.ask("SELECT state FROM entry WHERE label = ? ORDER BY id", numbers[0]) == "done"
    call_next(desk)
    expect(desk.locator("current-patient .number")).to_have_text(numbers[1])
    expect(board.locator(".panel-number")).to_have_text(numbers[1], timeout=RECOVERED_MS)
    expect(board.locator("html")).to_have_attribute("data-stale", "fresh")


def test_a_kiosk_says_that_the_server_is_away_and_gives_numbers_when_it_is_back(hospital: Hospital) -> None:
    kiosk = hospital.kiosk()
    expect(kiosk.locator(".start-go:not([disabled])")).to_be_visible()
    server = hospital.demo.member("server serve")
    os.kill(server, signal.SIGSTOP)
    expect(kiosk.locator("lost-panel")).to_be_visible(timeout=RECOVERED_MS)
    hospital.screens.picture(kiosk, "kiosk-lost")
    os.kill(server, signal.SIGKILL)
    number = hospital.take_number(kiosk)
    base = hospital.document["base_url"]
    until(lambda: httpx.get(f"{base}/readyz").status_code == 200, 10, "the server answers")
    assert hospital.token_of(number)
