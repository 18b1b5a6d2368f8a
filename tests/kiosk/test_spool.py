"""The spool: one owner, one job at a time, and a printer's mood told when it changes."""

import asyncio
import threading
from types import SimpleNamespace
from typing import Any

import pytest

from kiosk import spool
from kiosk.spool import Spool
from printer.transport import Outcome
from tests.kiosk.waiting import come_true

SLIP: dict[str, Any] = {
    "hospital": "Bệnh viện tỉnh",
    "service": "Khám nội",
    "number": "A042",
    "issued_at": "2026-11-23T07:30:00+07:00",
    "language": "vi",
    "copy": False,
}


class FakePrinter:
    """Says what it is told to say and counts who is at it at once."""

    def __init__(self) -> None:
        self.outcome = Outcome("confirmed", None)
        self.trouble: str | None = None
        self.jobs: list[bytes] = []
        self.most_at_once = 0
        self.may_end = threading.Event()
        self.may_end.set()
        self._inside = 0

    def print(self, data: bytes) -> Outcome:
        self._inside += 1
        self.most_at_once = max(self.most_at_once, self._inside)
        self.may_end.wait(5)
        self.jobs.append(data)
        self._inside -= 1
        return self.outcome

    def status(self) -> Any:
        return SimpleNamespace(trouble=self.trouble)


class World:
    def __init__(self) -> None:
        self.printer = FakePrinter()
        self.told: list[str | None] = []
        self.spool = Spool(self.printer, 576, self.told.append)


@pytest.fixture
def here() -> World:
    return World()


async def test_slips_are_printed_one_after_the_other(here: World) -> None:
    outcomes = await asyncio.gather(*(here.spool.print_slip(SLIP) for _ in range(4)))
    assert outcomes == [Outcome("confirmed", None)] * 4
    assert (len(here.printer.jobs), here.printer.most_at_once) == (4, 1)


async def test_a_failed_slip_is_trouble_and_the_next_good_one_its_end(here: World) -> None:
    here.printer.outcome = Outcome("failed", "paper_end")
    await here.spool.print_slip(SLIP)
    here.printer.outcome = Outcome("confirmed", None)
    await here.spool.print_slip(SLIP)
    assert here.told == ["paper_end", None]


@pytest.mark.parametrize(
    ("said", "told"), [("one_way", []), ("busy", []), ("near_end", ["near_end"]), ("odd", ["error"])]
)
async def test_what_a_printer_says_is_told_as_a_trouble_that_somebody_can_mend(
    here: World, said: Any, told: list[str]
) -> None:
    here.printer.outcome = Outcome("unknown", said)
    await here.spool.print_slip(SLIP)
    assert here.told == told


async def test_little_paper_is_not_forgotten_because_a_slip_came_out(here: World) -> None:
    here.printer.outcome = Outcome("confirmed", "near_end")
    await here.spool.print_slip(SLIP)
    here.printer.outcome = Outcome("confirmed", None)
    await here.spool.print_slip(SLIP)
    assert here.told == ["near_end"]


async def test_an_idle_printers_trouble_and_recovery_are_told_once_each(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spool, "IDLE_CHECK_S", 0.001)
    monkeypatch.setattr(spool, "TROUBLE_CHECK_S", 0.001)
    watching = asyncio.create_task(here.spool.watch())
    for trouble in ("cover_open", None):
        here.printer.trouble = trouble
        await come_true(lambda trouble=trouble: here.spool.trouble == trouble)
    watching.cancel()
    assert here.told == ["cover_open", None]


async def test_content_that_cannot_be_drawn_fails_and_is_no_fault_of_the_printer(here: World) -> None:
    assert await here.spool.print_slip({"number": 7}) == Outcome("failed", "error")
    assert (here.printer.jobs, here.told) == ([], [])


async def test_closing_lets_the_running_slip_end_and_begins_no_other(here: World) -> None:
    here.printer.may_end.clear()
    first, second = (asyncio.create_task(here.spool.print_slip(SLIP)) for _ in range(2))
    await asyncio.sleep(0.05)
    closing = asyncio.create_task(here.spool.close())
    await asyncio.sleep(0)
    here.printer.may_end.set()
    await closing
    assert (await first, len(here.printer.jobs), second.done()) == (Outcome("confirmed", None), 1, False)
    second.cancel()
