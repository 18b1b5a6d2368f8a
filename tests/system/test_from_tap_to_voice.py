"""The main job, whole, in a real browser: a number, paper, a call, the hall sees and hears it, on to the next place."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import expect

from display.announce import Announcement, Reading
from display.engine import Engine
from display.phrasebook import load_phrasebooks
from display.sound import chime, read_sound
from display.voices import Voices
from tests.display.hearing import likeness_in_pieces, samples
from tests.system.hospital import Hospital
from tests.system.processes import until
from tests.system.screens import BOARD, call_next

pytestmark = pytest.mark.browser
PAPER_LIMIT_S: Final = 10.0
VOICE_LIMIT_S: Final = 40.0
#: The promise to the desk and to the patient: a printer in trouble is told within this.
TOLD_LIMIT_MS: Final = 6_000
#: Large enough for ten metres: a fifth of the screen's height (measured as the box of the number's line).
NUMBER_HEIGHT_MIN: Final = 0.2


def test_a_touch_becomes_paper_whose_code_is_the_tickets_token(hospital: Hospital) -> None:
    kiosk, before = hospital.kiosk(), hospital.papers()
    hospital.screens.picture(kiosk, "kiosk-start")
    number = hospital.take_number(kiosk)
    expect(kiosk.locator(".paper-out")).to_be_visible()
    hospital.screens.picture(kiosk, "kiosk-number")
    [paper] = until(lambda: hospital.papers() - before, PAPER_LIMIT_S, "one slip")
    with Image.open(paper) as picture:
        codes = [code.text for code in zxingcpp.read_barcodes(picture)]
    assert codes == [hospital.token_of(number)]
    paper_state = "SELECT paper FROM ticket WHERE label = ?"
    until(lambda: hospital.ask(paper_state, number) == "confirmed", PAPER_LIMIT_S, "the paper is confirmed")


def test_a_call_is_seen_in_the_hall_and_heard(hospital: Hospital) -> None:
    number = hospital.take_number(hospital.kiosk())
    board, desk = hospital.board(), hospital.console("p1")
    expect(desk.locator(f".rows li:has-text('{number}')")).to_be_visible()
    hospital.screens.picture(desk, "console-waiting")
    call_next(desk)
    expect(board.locator(".panel-number")).to_have_text(number)
    expect(board.locator(".panel-room")).to_contain_text("Phòng 1")
    expect(desk.locator("current-patient .number")).to_have_text(number)
    expect(desk.locator("current-patient .arrival")).to_contain_text("đã hiện trên 1/1 màn hình")
    hospital.screens.picture(board, "board-call")
    hospital.screens.picture(desk, "console-called")
    expect(desk.locator("current-patient .arrival")).to_contain_text("loa: đã đọc", timeout=VOICE_LIMIT_S * 1000)
    hospital.screens.picture(desk, "console-spoken")
    box = board.locator(".panel-number").bounding_box()
    assert box is not None
    assert box["height"] >= NUMBER_HEIGHT_MIN * BOARD[1]
    assert _is_heard(hospital, number)


def test_a_patient_goes_to_the_laboratory_and_back_with_one_number(hospital: Hospital) -> None:
    number = hospital.take_number(hospital.kiosk())
    clinic, laboratory = hospital.console("p2"), hospital.console("xn1")
    phone = hospital.phone(number)
    expect(phone.locator(".ticket-number")).to_have_text(number)
    hospital.screens.picture(phone, "phone-waiting")
    call_next(clinic)
    expect(phone.locator("html")).to_have_attribute("data-standing", "called")
    expect(phone.locator(".now-room")).to_have_text("Phòng 2")
    hospital.screens.picture(phone, "phone-called")
    clinic.click("desk-actions button[data-action=start]")
    expect(phone.locator("html")).to_have_attribute("data-standing", "serving")
    clinic.click("desk-actions button[data-action=send_on]")
    hospital.screens.picture(clinic, "console-send-on")
    clinic.click("dialog .choice.toggle:has-text('xét nghiệm')")
    clinic.click("dialog .primary")
    expect(laboratory.locator(f".rows li:has-text('{number}')")).to_be_visible()
    expect(phone.locator("html")).to_have_attribute("data-standing", "waiting")
    call_next(laboratory)
    expect(phone.locator(".now-room")).to_contain_text("24")
    laboratory.click("desk-actions button[data-action=start]")
    laboratory.click("desk-actions button[data-action=finish]")
    clinic.click("[data-tab=paused]")
    clinic.click(f".rows li:has-text('{number}') .face")
    clinic.click("dialog [data-act=return]")
    clinic.click("[data-tab=waiting]")
    expect(clinic.locator(f".rows li:has-text('{number}')")).to_contain_text("quay lại")
    hospital.screens.picture(clinic, "console-return")
    call_next(clinic)
    expect(phone.locator(".now-room")).to_have_text("Phòng 2")
    expect(clinic.locator("current-patient .number")).to_have_text(number)


def test_reception_issues_and_prints_a_ticket(hospital: Hospital) -> None:
    before = hospital.papers()
    desk = hospital.console("quay-1", "reception")
    expect(desk.locator("reception-desk")).to_be_visible()
    hospital.screens.picture(desk, "console-reception")
    tickets = hospital.ask("SELECT count(*) FROM ticket")
    desk.click("reception-desk [data-service=noi]")
    desk.click("reception-desk button.primary")
    until(lambda: hospital.ask("SELECT count(*) FROM ticket") == tickets + 1, PAPER_LIMIT_S, "a ticket")
    until(lambda: hospital.papers() - before, PAPER_LIMIT_S, "one slip")
    hospital.screens.picture(desk, "console-issued")


@pytest.mark.parametrize("mood", ["paper_end", "mute"])
def test_a_printer_in_trouble_is_told_to_patient_and_desk_and_forgotten_when_well(
    hospital: Hospital, mood: str
) -> None:
    kiosk, desk = hospital.kiosk(), hospital.console("p1")
    notice, warning = kiosk.locator(".paper-notice"), desk.locator("[data-what=trouble]", has_text="kiosk-1")
    start = hospital.screens.open(hospital.document["start_url"], BOARD)
    start.click(f"[data-state={mood}]")
    expect(warning).to_be_visible(timeout=TOLD_LIMIT_MS)
    expect(notice).to_be_visible(timeout=TOLD_LIMIT_MS)
    hospital.screens.picture(kiosk, f"kiosk-{mood}")
    hospital.screens.picture(desk, f"console-{mood}")
    hospital.screens.picture(start, f"start-{mood}")
    start.click("[data-state=ok]")
    expect(warning).to_have_count(0)
    expect(notice).to_be_hidden()


def test_without_paper_the_number_stays_good_and_the_desk_knows(hospital: Hospital) -> None:
    hospital.mood("paper_end")
    kiosk, desk = hospital.kiosk(), hospital.console("p1")
    number = hospital.take_number(kiosk)
    expect(kiosk.locator(".paper-trouble")).to_contain_text(number)
    hospital.screens.picture(kiosk, "kiosk-no-paper")
    expect(desk.locator("[data-what=paper]")).to_contain_text(number)
    hospital.screens.picture(desk, "console-no-paper")
    hospital.mood("ok")
    call_next(desk)
    expect(desk.locator("current-patient .number")).to_have_text(number)


def _is_heard(hospital: Hospital, number: str) -> bool:
    """Whether the WAV of the number's call holds that number's words, and not another one's."""
    announcement = hospital.ask(
        "SELECT id FROM announcement WHERE numbers = ? ORDER BY issued_at DESC", f'["{number}"]'
    )
    folder = Path(hospital.document["speech_output"])
    [file] = until(lambda: list(folder.glob(f"*{announcement}.wav")), VOICE_LIMIT_S, "a WAV file")
    heard = samples(read_sound(file))
    with ThreadPoolExecutor(1) as other:  # this thread belongs to the browser's event loop
        right, wrong = other.submit(asyncio.run, _expected(number, hospital.demo.data.parent)).result()
    return likeness_in_pieces(heard, right) > 0.95 > likeness_in_pieces(heard, wrong)


async def _expected(number: str, folder: Path) -> list[Any]:
    """What should be heard after the chime, and the same of another number in another room."""
    call = Announcement("n", "call", (number,), "p1", None, False, ("vi",), 1, datetime.now(UTC), 90)
    other = replace(call, numbers=("C987",))
    engine = Engine(folder / "expected")
    (folder / "expected").mkdir(exist_ok=True)
    try:
        voices = Voices(engine, [], load_phrasebooks(), Reading())
        made = [await voices.render(call, {"vi": "phòng 1"}), await voices.render(other, {"vi": "phòng 8"})]
    finally:
        await engine.close()
    skipped = len(chime().pcm) // 2
    return [samples(rendering.sound)[skipped:] for rendering in made]
