"""The one writer: several actions in one commit, a refused one leaves nothing, and nobody is answered before."""

import asyncio
import threading
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from server.actions import day
from server.actions.issue import IssueRequest, issue_ticket
from server.records import writer as writer_module
from server.records.database import Database
from server.records.keys import Key
from server.records.transaction import Actor, LogEvent, Transaction
from server.records.writer import Answer, Work, Writer
from server.rules.hospital import Hospital
from server.rules.refusals import Busy, KeyReused, NobodyWaiting
from tests.server.postgres import Postgres
from tests.server.small_hospital import Clock

KIOSK = Actor("device", 1, "kiosk")


def issue(tx: Transaction) -> Any:
    return issue_ticket(tx, IssueRequest("noi"))


def issue_then_refuse(tx: Transaction) -> Any:
    issue(tx)
    raise NobodyWaiting(room="p1")


def issue_then_fall(tx: Transaction) -> Any:
    issue(tx)
    raise ZeroDivisionError


def numbers(database: Database) -> list[str]:
    rows = database.open_rows()
    found = [row["label"] for row in rows.all("SELECT label FROM ticket ORDER BY id")]
    rows.close()
    return found


def log_seqs(database: Database) -> list[int]:
    rows = database.open_rows()
    found = [row["seq"] for row in rows.all("SELECT seq FROM event ORDER BY seq")]
    rows.close()
    return found


class Held:
    """A writer whose thread waits inside a first action, so that what is submitted meanwhile forms one group."""

    def __init__(self, writer: Writer) -> None:
        self.writer = writer
        self._enter, self._leave = threading.Event(), threading.Event()

    async def __aenter__(self) -> "Held":
        self.writer.start(asyncio.get_running_loop())
        self._first = asyncio.create_task(self.writer.run(self._wait))
        await asyncio.to_thread(self._enter.wait)
        return self

    def _wait(self, tx: Transaction) -> None:
        self._enter.set()
        self._leave.wait(10)

    async def submit(self, *works: Work) -> list[Answer | BaseException]:
        """Submit all, let the thread go, and give what each was told."""
        tasks = [asyncio.create_task(self.writer.submit(work)) for work in works]
        await asyncio.sleep(0)
        self._leave.set()
        return await asyncio.gather(*tasks, return_exceptions=True)

    async def __aexit__(self, *_: object) -> None:
        self._leave.set()
        await asyncio.gather(self._first, return_exceptions=True)


def told(writer: Writer) -> list[list[LogEvent]]:
    """The groups of events that are published from now on."""
    groups: list[list[LogEvent]] = []

    def publish(events: Sequence[LogEvent], hospital: Hospital) -> None:
        groups.append(list(events))

    writer._publish = publish
    return groups


async def test_actions_that_queue_up_share_one_commit(writer: Writer) -> None:
    groups = told(writer)
    async with Held(writer) as held:
        await held.submit(*(Work(issue) for _ in range(20)))
    issued = [sum(event.kind == "ticket.issued" for event in group) for group in groups]
    assert [count for count in issued if count] == [20]


def test_a_refused_action_leaves_no_gap_in_numbers_and_log(writer: Writer) -> None:
    writer.run_now(issue)
    with pytest.raises(NobodyWaiting):
        writer.run_now(issue_then_refuse)
    writer.run_now(issue)
    assert numbers(writer.database) == ["A001", "A002"]
    assert log_seqs(writer.database) == [1, 2, 3]


async def test_a_fault_of_one_action_does_not_touch_the_others_of_its_group(writer: Writer) -> None:
    async with Held(writer) as held:
        first, fallen, last = await held.submit(Work(issue), Work(issue_then_fall), Work(issue))
    assert isinstance(fallen, ZeroDivisionError)
    assert isinstance(first, Answer)
    assert isinstance(last, Answer)
    assert numbers(writer.database) == ["A001", "A002"]


class FullDisk:
    """The writer's rows, on a disk that takes no commit."""

    def __init__(self, rows: Any) -> None:
        self._rows = rows
        self.is_full = True

    def __getattr__(self, name: str) -> Any:
        return getattr(self._rows, name)

    def script(self, sql: str) -> None:
        if sql == "COMMIT" and self.is_full:
            raise OSError("No space left on device")
        self._rows.script(sql)


async def test_a_failed_commit_is_told_to_everybody_and_published_to_nobody(writer: Writer) -> None:
    groups = told(writer)
    writer._rows = FullDisk(writer._rows)  # type: ignore[assignment] # stands in for both kinds of rows
    async with Held(writer) as held:
        answers = await held.submit(Work(issue), Work(issue), Work(issue_then_refuse))
    assert [type(answer) for answer in answers] == [Busy, Busy, Busy]
    assert groups == []
    assert numbers(writer.database) == []


async def test_when_the_disk_has_room_again_the_same_numbers_are_given(writer: Writer) -> None:
    disk = FullDisk(writer._rows)
    writer._rows = disk  # type: ignore[assignment] # stands in for both kinds of rows
    with pytest.raises(Busy):
        writer.run_now(issue)
    disk.is_full = False
    assert writer.run_now(issue)["number"] == "A001"
    assert log_seqs(writer.database) == [1, 2]


@pytest.mark.parametrize("database", ["postgres"], indirect=True)
async def test_a_database_server_that_restarts_costs_one_answer_and_not_the_writer(
    writer: Writer, postgres: Postgres
) -> None:
    writer.start(asyncio.get_running_loop())
    postgres.end_other_connections()
    with pytest.raises(Busy):
        await writer.run(issue)
    assert (await writer.run(issue))["number"] == "A001"


async def test_a_database_that_stays_away_is_told_each_time_until_it_is_back(
    writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer.start(asyncio.get_running_loop())
    opening = writer.database.open_rows
    monkeypatch.setattr(writer.database, "open_rows", _unreachable)
    writer._rows.close()
    for _ in range(2):
        with pytest.raises(Busy):
            await asyncio.wait_for(writer.run(issue), 5)
    monkeypatch.setattr(writer.database, "open_rows", opening)
    with pytest.raises(Busy):
        await asyncio.wait_for(writer.run(issue), 5)
    assert (await asyncio.wait_for(writer.run(issue), 5))["number"] == "A001"


def _unreachable() -> Any:
    raise OSError("Connection refused")


def key(text: str, fingerprint: str = "f") -> Key:
    return Key(KIOSK.caller, text, fingerprint)


def test_a_repeated_key_gives_the_first_answer_and_no_second_ticket(writer: Writer) -> None:
    first = writer.run_now(issue, KIOSK, key("tap-1"))
    assert writer.run_now(issue, KIOSK, key("tap-1")) == first
    assert numbers(writer.database) == ["A001"]


async def test_one_key_twice_in_one_group_issues_one_ticket(writer: Writer) -> None:
    async with Held(writer) as held:
        first, second = await held.submit(Work(issue, KIOSK, key("tap")), Work(issue, KIOSK, key("tap")))
    assert isinstance(first, Answer)
    assert isinstance(second, Answer)
    assert first.body == second.body
    assert numbers(writer.database) == ["A001"]


def test_a_repeat_of_an_action_without_an_answer_has_none(writer: Writer) -> None:
    writer.run_now(lambda tx: None, KIOSK, key("silent"))
    assert writer.run_now(lambda tx: None, KIOSK, key("silent")) is None


def test_a_key_with_another_request_is_refused(writer: Writer) -> None:
    writer.run_now(issue, KIOSK, key("tap", "noi"))
    with pytest.raises(KeyReused):
        writer.run_now(issue, KIOSK, key("tap", "nhi"))


def test_a_key_belongs_to_its_caller(writer: Writer) -> None:
    writer.run_now(issue, KIOSK, key("tap"))
    writer.run_now(issue, Actor("device", 2, "kiosk"), Key("device:2", "tap", "f"))
    assert numbers(writer.database) == ["A001", "A002"]


def test_a_refusal_is_not_kept_with_its_key(writer: Writer) -> None:
    with pytest.raises(NobodyWaiting):
        writer.run_now(issue_then_refuse, KIOSK, key("tap"))
    assert writer.run_now(issue, KIOSK, key("tap"))["number"] == "A001"


async def test_more_than_the_queue_holds_is_answered_busy_at_once(
    writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer_module, "QUEUE_MAX", 3)
    async with Held(writer) as held:
        answers = await held.submit(*(Work(issue) for _ in range(5)))
    assert [isinstance(answer, Busy) for answer in answers] == [False, False, False, True, True]


async def test_when_the_queue_is_empty_again_the_next_is_taken(writer: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer_module, "QUEUE_MAX", 1)
    async with Held(writer) as held:
        await held.submit(Work(issue), Work(issue))
    assert (await writer.run(issue))["number"] == "A002"


def test_what_is_published_is_committed(database: Database, still: Clock) -> None:
    seen: list[tuple[int, int]] = []

    def publish(events: Sequence[LogEvent], hospital: Hospital) -> None:
        seen.append((events[-1].seq, log_seqs(database)[-1]))

    writer = Writer(database, day.ensure_open, publish)
    writer.run_now(issue)
    writer.stop()
    assert seen == [(2, 2)]


async def test_a_fault_in_publishing_costs_nobody_the_answer(writer: Writer) -> None:
    def publish(events: Sequence[LogEvent], hospital: Hospital) -> None:
        raise ZeroDivisionError

    writer._publish = publish
    faults = _faults_of_the_loop()
    writer.start(asyncio.get_running_loop())
    assert (await writer.run(issue))["number"] == "A001"
    assert [type(fault) for fault in faults] == [ZeroDivisionError]


def _faults_of_the_loop() -> list[BaseException]:
    faults: list[BaseException] = []
    handler: Callable[[Any, dict[str, Any]], None] = lambda loop, context: faults.append(context["exception"])  # noqa: E731 - one line reads better here
    asyncio.get_running_loop().set_exception_handler(handler)
    return faults


def test_the_log_never_runs_backwards_in_time(writer: Writer, still: Clock) -> None:
    writer.run_now(issue)
    still.pass_s(-3600)
    writer.run_now(issue)
    rows = writer.database.open_rows()
    times = [row["ts"] for row in rows.all("SELECT ts FROM event ORDER BY seq")]
    rows.close()
    assert times == sorted(times)
