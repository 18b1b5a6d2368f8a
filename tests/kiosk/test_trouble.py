"""The report of the printer's trouble: the latest, until the server has heard it."""

import asyncio

import pytest

from kiosk import trouble
from kiosk.client import RefusedError, UnansweredError
from kiosk.trouble import TroubleReport
from tests.kiosk.waiting import come_true


class FakeServer:
    def __init__(self) -> None:
        self.failures: list[Exception] = []
        self.heard: list[str | None] = []

    async def report_trouble(self, trouble: str | None) -> None:
        if self.failures:
            raise self.failures.pop(0)
        self.heard.append(trouble)


@pytest.mark.parametrize("failures", [[], [UnansweredError("ReadTimeout")] * 5])
async def test_trouble_and_its_end_are_heard(monkeypatch: pytest.MonkeyPatch, failures: list[Exception]) -> None:
    monkeypatch.setattr(trouble, "RETRY_S", 0.001)
    server = FakeServer()
    server.failures = list(failures)
    report = TroubleReport(server)
    running = asyncio.create_task(report.run())
    for said in ("paper_end", None):
        report.tell(said)
        await come_true(lambda said=said: server.heard[-1:] == [said])
    running.cancel()


async def test_what_is_past_when_the_server_answers_is_not_told() -> None:
    server = FakeServer()
    report = TroubleReport(server)
    for said in ("paper_end", "cover_open", "near_end"):
        report.tell(said)
    running = asyncio.create_task(report.run())
    await come_true(lambda: server.heard != [])
    running.cancel()
    assert server.heard == ["near_end"]


async def test_a_refused_report_is_not_repeated() -> None:
    server = FakeServer()
    server.failures = [RefusedError({"code": "not_allowed", "status": 403})]
    report = TroubleReport(server)
    running = asyncio.create_task(report.run())
    await come_true(lambda: server.failures == [])
    report.tell("cutter")
    await come_true(lambda: server.heard == ["cutter"])
    running.cancel()
