"""
The one writer: a thread that owns the only write connection and runs actions one after another.

Actions that queue up share one commit (group commit); each has its savepoint, so that a refused one leaves nothing
behind. Nobody is answered before the commit, and nothing is published before it.
"""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any, Final

import structlog

from server import clock
from server.records import keys
from server.records.database import Database, PostgresRows, Row, Rows, SqliteRows
from server.records.schema import load_site
from server.records.transaction import SYSTEM, Actor, LogEvent, Pace, Transaction, encode, write_log
from server.rules.hospital import Hospital
from server.rules.refusals import Busy, Refusal

log = structlog.get_logger()
#: More than this many waiting actions are answered 503: at 1,000 a second somebody would wait two seconds.
QUEUE_MAX: Final = 2_000
#: No more is added to a commit of this many: enough to share the disk's sync, few enough to answer the first soon.
GROUP_MAX: Final = 128
#: A writer that had nothing to do for so long has the time to tidy up.
REST_S: Final = 0.5

Action = Callable[[Transaction], Any]


@dataclass(slots=True)
class Work:
    """
    One action to run.

    Attributes:
        action: Called with the transaction; what it returns is the answer.
        key: Idempotency key with the fingerprint of the request; None where nothing can be repeated.
        status: HTTP status of a successful answer, kept with the key.
        done: Who waits for the answer; set by `Writer.submit`.
    """

    action: Action
    actor: Actor = SYSTEM
    key: keys.Key | None = None
    status: int = 200
    done: asyncio.Future[Answer] | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """A committed answer: *body* is JSON text, *value* what the action returned (None on a repeat)."""

    status: int
    body: str
    value: Any = None
    is_repeat: bool = False


Publish = Callable[[Sequence[LogEvent], Hospital], None]


class Writer:
    """
    Runs actions.

    Args:
        database: Where to write.
        before_action: Called first in each action's savepoint; opens the service day.
        publish: Called after each commit with its events, in the event loop where there is one.
    """

    def __init__(self, database: Database, before_action: Action, publish: Publish | None = None) -> None:
        self.database = database
        self._before_action = before_action
        self._publish = publish or (lambda events, hospital: None)
        self._queue: SimpleQueue[list[Work] | None] = SimpleQueue()
        #: What came in this turn of the loop.
        self._collected: list[Work] = []
        #: How many were ever submitted (counted by the loop) and taken (by the thread): the difference waits.
        self._submitted = self._taken = 0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._rows: SqliteRows | PostgresRows = database.open_rows()
        site = self._known = load_site(self._rows)
        self.site: str = site.code
        self.day: str | None = site.day
        self.last_ts: int = site.last_ts
        self.seq: int = site.seq
        self.hospital: Hospital = site.hospital
        #: Which foreign changes are known; None makes the first action look again.
        self._version: int | None = None
        #: Set by the forecast, off this thread; replaced whole.
        self.pace: Mapping[str, Pace] = {}

    # The asynchronous side

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        """Begin to run what is submitted; answers arrive in *loop*."""
        self._loop = loop
        self._thread = threading.Thread(target=self._run, name="writer", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Finish what is queued, then close."""
        if self._thread is not None:
            self._hand_over()
            self._queue.put(None)
            self._thread.join()
            self._thread = None
        self._rows.close()

    async def submit(self, work: Work) -> Answer:
        """
        Run *work* and wait for its commit.

        Raises:
            Refusal: What the action refused.
            Busy: Too much waits already; nothing was done.
        """
        if self._submitted - self._taken >= QUEUE_MAX:
            raise Busy()
        loop = asyncio.get_running_loop()
        done: asyncio.Future[Answer] = loop.create_future()
        work.done = done
        self._submitted += 1
        self._collected.append(work)
        if len(self._collected) == 1:
            # All that comes in one turn of the loop is handed over at once: waking the thread for each of them makes
            # the two fight for the interpreter.
            loop.call_soon(self._hand_over)
        return await done

    async def run(self, action: Action, actor: Actor = SYSTEM) -> Any:
        """Run an action that has no key; returns its value."""
        return (await self.submit(Work(action, actor))).value

    def _run(self) -> None:
        while True:
            try:
                first = self._queue.get(timeout=REST_S)
            except Empty:
                self._tidy()
                continue
            if first is None:
                return
            group, is_last = self._drain(first)
            self._taken += len(group)
            results, events = self._commit(group)
            if self._loop is not None and not self._loop.is_closed():
                self._loop.call_soon_threadsafe(self._deliver, group, results, events)
            if is_last:
                return

    def _tidy(self) -> None:
        try:
            self._rows.tidy()
        except Exception as error:  # a full disk: the next action meets it too, and its caller is told
            log.warning("writer.untidy", error=repr(error))

    def _hand_over(self) -> None:
        works, self._collected = self._collected, []
        for begin in range(0, len(works), GROUP_MAX):
            self._queue.put(works[begin : begin + GROUP_MAX])

    def _drain(self, first: list[Work]) -> tuple[list[Work], bool]:
        group = first
        while len(group) < GROUP_MAX:
            try:
                works = self._queue.get_nowait()
            except Empty:
                return group, False
            if works is None:
                return group, True
            group = group + works
        return group, False

    def _deliver(
        self, group: Sequence[Work], results: Sequence[Answer | BaseException], events: Sequence[LogEvent]
    ) -> None:
        try:
            if events:
                self._publish(events, self.hospital)
        finally:
            # The rows are committed: whatever publishing does, each caller gets its answer.
            for work, result in zip(group, results, strict=True):
                if work.done is None or work.done.done():
                    continue  # whoever asked has gone away
                if isinstance(result, BaseException):
                    work.done.set_exception(result)
                else:
                    work.done.set_result(result)

    # The synchronous side

    def run_now(self, action: Action, actor: Actor = SYSTEM, key: keys.Key | None = None) -> Any:
        """Run one action in this thread and commit it: for commands, tests and simulation without a loop."""
        results, events = self._commit([Work(action, actor, key)])
        if events:
            self._publish(events, self.hospital)
        if isinstance(results[0], BaseException):
            raise results[0]
        answer = results[0]
        return json.loads(answer.body or "null") if answer.is_repeat else answer.value

    def _commit(self, group: Sequence[Work]) -> tuple[list[Answer | BaseException], list[LogEvent]]:
        results: list[Answer | BaseException] = []
        kept = None
        try:
            self._begin()
            kept = (self.day, self.last_ts, self.seq, self.hospital)
            batch = _Batch(keys.find(self._rows, [work.key for work in group if work.key is not None]))
            for work in group:
                results.append(self._run_one(work, batch))
            batch.write(self._rows, self.site, self.seq, self.last_ts)
            self._rows.script("COMMIT")
        except Exception as error:  # the boundary of the disk: nothing of the group counts, and each caller is told
            log.error("writer.commit_failed", error=repr(error), actions=len(group))
            if kept is not None:
                self.day, self.last_ts, self.seq, self.hospital = kept
            self._rollback()
            return [Busy(detail="commit_failed") for _ in group], []
        return results, batch.events

    def _begin(self) -> None:
        self._rows.script(self._rows.begin)
        if self.database.is_postgres:
            # Several processes: one at a time per hospital, since the log's gap-free seq needs that in any case.
            self._rows.script("SELECT pg_advisory_xact_lock(7170)")
        version = self._rows.changed_by_others()
        if version != self._version:
            # Another process has written (a command, a second server): its day and description are in force.
            site = self._known = load_site(self._rows, self._known)
            self.day, self.last_ts, self.seq, self.hospital = site.day, site.last_ts, site.seq, site.hospital
            self._version = version

    def _rollback(self) -> None:
        try:
            self._rows.script("ROLLBACK")
        except Exception as error:  # the connection itself is gone: open a new one, the next action tries it
            log.error("writer.connection_lost", error=repr(error))
            self._reconnect()

    def _reconnect(self) -> None:
        # What the lost connection had committed is not known, and its count of foreign changes means nothing here.
        self._version = None
        try:
            self._rows = self.database.open_rows()
        except Exception as error:  # still away: this thread must live on, so the next group of actions tries again
            log.error("writer.unreachable", error=repr(error))

    def _run_one(self, work: Work, batch: _Batch) -> Answer | BaseException:
        try:
            found = batch.answers.get(work.key.scope) if work.key is not None else None
            if found is not None and work.key is not None:
                keys.check(found, work.key)
                return Answer(found["status"], found["body"], is_repeat=True)
        except Refusal as refusal:
            return refusal
        rows = self._rows
        now_ms = max(clock.now_ms(), self.last_ts)
        tx = Transaction(rows, self.hospital, self.site, self.day or "", now_ms, work.actor, self.pace)
        rows.script("SAVEPOINT action")
        try:
            self._before_action(tx)
            value = work.action(tx)
            body = "" if value is None else encode(value)
            logged = tx.number_log(self.seq)
        except Exception as error:  # a refusal, or a fault of one action: the others of the group are not touched
            rows.script("ROLLBACK TO SAVEPOINT action")
            rows.script("RELEASE SAVEPOINT action")
            if not isinstance(error, Refusal):
                log.error("action.failed", error=repr(error), exc_info=error)
            return error
        rows.script("RELEASE SAVEPOINT action")
        self.day, self.hospital, self.last_ts = tx.day, tx.hospital, now_ms
        self.seq += len(logged)
        batch.add(tx.events, logged)
        if work.key is not None:
            batch.keep(keys.answer_row(work.key, tx.day, work.status, body))
        return Answer(work.status, body, value)


class _Batch:
    """What a group adds to the log and to the kept answers: written in three statements before its commit."""

    def __init__(self, answers: dict[tuple[str, str], Row]) -> None:
        self.answers = answers
        self.events: list[LogEvent] = []
        self._logged: list[Row] = []
        self._kept: list[Row] = []

    def add(self, events: Sequence[LogEvent], logged: Sequence[Row]) -> None:
        self.events += events
        self._logged += logged

    def keep(self, answer: Row) -> None:
        self.answers[answer["caller"], answer["key"]] = answer
        self._kept.append(answer)

    def write(self, rows: Rows, site: str, seq: int, last_ts: int) -> None:
        """The log's head last: what a reader finds up to it is whole."""
        if self._kept:
            keys.keep(rows, self._kept)
        if self._logged:
            write_log(rows, self._logged)
            rows.run("UPDATE site SET seq = :seq, last_ts = :ts WHERE code = :site", seq=seq, ts=last_ts, site=site)
