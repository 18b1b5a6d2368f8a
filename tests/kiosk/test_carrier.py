"""The carrier: asks until it is answered, prints at most once, reports until it is heard. Time is a number here."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from kiosk.carrier import OPEN_LIMIT, Carrier, TooManyOrdersError
from kiosk.client import RefusedError, UnansweredError
from kiosk.journal import Journal, Order
from printer.transport import Outcome
from tests.kiosk.waiting import come_true

START = datetime(2026, 11, 23, 0, 30, tzinfo=UTC)
TICKET = {"id": "t1", "number": "A042", "slip": {"number": "A042", "copy": False}}
UNANSWERED = UnansweredError("ReadTimeout")


class FakeServer:
    """Answers each call with the next of its list, then well."""

    def __init__(self) -> None:
        self.answers: list[Exception | dict[str, Any]] = []
        self.outcome_answers: list[Exception] = []
        self.keys: list[str] = []
        self.may_answer = asyncio.Event()
        self.may_answer.set()
        self.outcomes: list[tuple[str, str, str, str | None]] = []

    async def issue(self, key: str, wish: Any) -> dict[str, Any]:
        self.keys.append(key)
        await self.may_answer.wait()
        return self._next()

    async def ticket(self, ticket: str) -> dict[str, Any]:
        return self._next()

    async def report_outcome(self, key: str, ticket: str, outcome: str, detail: str | None) -> None:
        if self.outcome_answers:
            raise self.outcome_answers.pop(0)
        self.outcomes.append((key, ticket, outcome, detail))

    def _next(self) -> dict[str, Any]:
        answer = self.answers.pop(0) if self.answers else TICKET
        if isinstance(answer, Exception):
            raise answer
        return answer


class World:
    """A carrier whose pauses move the clock instead of the test."""

    def __init__(self, path: Path) -> None:
        self.server = FakeServer()
        self.journal = Journal(path)
        self.now = START
        self.papers: list[dict[str, Any]] = []
        self.outcome = Outcome("confirmed", None)
        self.carrier = Carrier(self.journal, self.server, self._print, lambda: self.now, self._pause)

    def order(self, key: str = "k1", **changes: Any) -> Order:
        facts: dict[str, Any] = {
            "key": key,
            "kind": "tap",
            "at": self.now,
            "wish": {"service": "noi", "language": "vi"},
        }
        return Order(**{**facts, **changes})

    async def settle(self) -> None:
        await come_true(lambda: not self.journal.unfinished())

    def step(self, key: str = "k1") -> str:
        found = self.journal.find(key)
        assert found is not None
        return found.step

    async def _print(self, slip: dict[str, Any]) -> Outcome:
        self.papers.append(slip)
        return self.outcome

    async def _pause(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
        await asyncio.sleep(0)


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[World]:
    made = World(tmp_path / "orders.jsonl")
    yield made
    await made.carrier.close()


async def test_a_tap_is_asked_with_one_key_until_it_is_answered(here: World) -> None:
    here.server.answers = [UNANSWERED] * 30
    await here.carrier.take(here.order())
    await here.settle()
    assert here.server.keys == ["k1"] * 31
    assert (len(here.papers), here.step()) == (1, "done")


async def test_a_refused_tap_prints_nothing_and_is_asked_once(here: World) -> None:
    here.server.answers = [RefusedError({"code": "service_closed", "status": 409})]
    await here.carrier.take(here.order())
    await here.settle()
    assert (here.step(), here.papers, here.server.keys) == ("refused", [], ["k1"])


async def test_two_taps_of_one_key_are_one_paper(here: World) -> None:
    await asyncio.gather(*(here.carrier.take(here.order()) for _ in range(5)))
    await here.settle()
    assert (here.server.keys, len(here.papers)) == (["k1"], 1)


async def test_an_answer_without_a_slip_is_no_answer(here: World) -> None:
    here.server.answers = [{"id": "t1"}]
    await here.carrier.take(here.order())
    await here.settle()
    assert len(here.server.keys) == 2


async def test_an_outcome_is_reported_until_it_is_heard_and_paper_comes_once(here: World) -> None:
    here.server.outcome_answers = [UNANSWERED] * 10
    here.outcome = Outcome("failed", "paper_end")
    await here.carrier.take(here.order())
    await here.settle()
    assert here.server.outcomes == [("k1-outcome", "t1", "failed", "paper_end")]
    assert len(here.papers) == 1


async def test_an_order_found_at_printing_is_unknown_and_not_printed_again(here: World) -> None:
    here.journal.take(here.order(step="printing", ticket=TICKET))
    here.carrier.resume()
    await here.settle()
    assert (here.papers, here.server.outcomes) == ([], [("k1-outcome", "t1", "unknown", "no_answer")])


@pytest.mark.parametrize("step", ["taken", "issued"])
async def test_an_order_found_before_printing_is_printed(here: World, step: str) -> None:
    here.journal.take(here.order(step=step, ticket=TICKET if step == "issued" else None))
    here.carrier.resume()
    await here.settle()
    assert (len(here.papers), here.step()) == (1, "done")


async def test_a_late_tap_is_completed(here: World) -> None:
    here.journal.take(here.order(at=START - timedelta(minutes=20)))
    here.carrier.resume()
    await here.settle()
    assert len(here.papers) == 1


async def test_a_tap_of_the_morning_never_becomes_a_ticket_of_the_next_day(here: World) -> None:
    here.journal.take(here.order(at=START - timedelta(hours=20)))
    here.carrier.resume()
    await here.settle()
    assert (here.server.keys, here.papers, here.step()) == ([], [], "refused")


async def test_a_disk_that_fails_after_printing_causes_no_second_paper(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    advance = here.journal.advance
    fails = iter([True])

    def failing(key: str, **changes: Any) -> Order:
        if changes.get("step") == "printed" and next(fails, False):
            raise OSError("full")
        return advance(key, **changes)

    monkeypatch.setattr(here.journal, "advance", failing)
    await here.carrier.take(here.order())
    await here.settle()
    assert (len(here.papers), here.server.outcomes[0][2]) == (1, "unknown")


async def test_a_job_prints_a_marked_copy_once_however_often_it_is_heard(here: World) -> None:
    for _ in range(3):
        await here.carrier.take_job("j1", "t1", is_copy=True)
    await here.settle()
    await here.carrier.take_job("j1", "t1", is_copy=True)
    assert here.papers == [{"number": "A042", "copy": True}]
    assert here.server.outcomes == [("job-j1-outcome", "t1", "confirmed", None)]


async def test_a_machine_with_too_many_open_taps_takes_no_more(here: World) -> None:
    here.server.may_answer.clear()
    for count in range(OPEN_LIMIT):
        await here.carrier.take(here.order(f"k{count}"))
    with pytest.raises(TooManyOrdersError):
        await here.carrier.take(here.order("one-more"))
    assert here.journal.find("one-more") is None
