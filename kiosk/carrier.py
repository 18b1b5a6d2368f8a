"""
Carries each order of the journal through: ask the server, print once, report the paper. It gives up nothing by itself
but what is hours old.

Every step is on disk before the next begins, so a restart goes on where it stood. The server is asked with the order's
own key until it answers. Paper is printed at most once: an order found at "printing" after a restart may be on paper
already and becomes "unknown", which the desk sees and may print again, marked as a copy.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any, Protocol

import structlog

from kiosk.client import RefusedError, UnansweredError
from kiosk.journal import Journal, KeyReusedError, Order
from printer.transport import Outcome

log = structlog.get_logger()

FIRST_RETRY_S = 0.25
LAST_RETRY_S = 2.0
OPEN_LIMIT = 50  # more unfinished orders than patients can stand before one machine
LATE_AFTER = timedelta(minutes=3)  # nobody stands in front of a silent machine longer
EXPIRES_AFTER = timedelta(hours=4)  # a tap of the morning must not become a ticket of the next day

INTERRUPTED = Outcome("unknown", "no_answer")


class Server(Protocol):
    """What the carrier needs of ``kiosk.client.ServerClient``."""

    async def issue(self, key: str, wish: Any) -> dict[str, Any]: ...
    async def ticket(self, ticket: str) -> dict[str, Any]: ...
    async def report_outcome(self, key: str, ticket: str, outcome: str, detail: str | None) -> None: ...


class TooManyOrdersError(Exception):
    """More orders are open than one machine can have; nothing was kept."""


class Carrier:
    """
    Takes orders and carries them. *print_slip* prints a slip's content and tells the outcome; *now* is the wall clock;
    *pause* waits that many seconds.
    """

    def __init__(
        self,
        journal: Journal,
        server: Server,
        print_slip: Callable[[dict[str, Any]], Awaitable[Outcome]],
        now: Callable[[], datetime],
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._journal = journal
        self._server = server
        self._print_slip = print_slip
        self._now = now
        self._pause = pause
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def resume(self) -> None:
        """Go on with what a former run of this program left open."""
        for order in self._journal.unfinished():
            age = self._now() - order.at
            if age > LATE_AFTER:
                log.warning(
                    "order.late", key=order.key, kind=order.kind, step=order.step, age_s=round(age.total_seconds())
                )
            self._carry(order)

    async def take(self, order: Order) -> Order:
        """
        Keep an order on disk, then begin to carry it; the same key again changes nothing.

        Raises:
            TooManyOrdersError: the machine has too many open ones.
            KeyReusedError: the key is known with another wish.
            OSError: the disk does not take it.
        """
        if self._journal.find(order.key) is None and len(self._tasks) >= OPEN_LIMIT:
            raise TooManyOrdersError
        kept = await asyncio.to_thread(self._journal.take, order)
        if not kept.is_final:
            self._carry(kept)
        return kept

    async def take_job(self, job: str, ticket: str, *, is_copy: bool) -> None:
        """Carry a print job that the server asks for; a job that is known already is left alone."""
        wish = {"ticket": ticket, "copy": is_copy}
        try:
            await self.take(Order(key=f"job-{job}", kind="job", at=self._now(), wish=wish))
        except (TooManyOrdersError, KeyReusedError, OSError) as error:
            log.error("job.not_taken", job=job, reason=type(error).__name__)

    def find(self, key: str) -> Order | None:
        return self._journal.find(key)

    async def close(self) -> None:
        """Stop carrying; what is open stays in the journal."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _carry(self, order: Order) -> None:
        if order.key in self._tasks:
            return
        task = asyncio.create_task(self._carry_through(order))
        self._tasks[order.key] = task
        task.add_done_callback(lambda _: self._tasks.pop(order.key, None))

    async def _carry_through(self, order: Order) -> None:
        retry_s = FIRST_RETRY_S
        while not order.is_final:
            try:
                order = await self._next_step(order)
                retry_s = FIRST_RETRY_S
            except (UnansweredError, OSError) as error:
                if retry_s == FIRST_RETRY_S:
                    log.warning("order.waits", key=order.key, step=order.step, reason=str(error))
                order = self._journal.find(order.key) or order  # the printer may have begun before the disk failed
                await self._pause(retry_s)
                retry_s = min(retry_s * 2, LAST_RETRY_S)

    async def _next_step(self, order: Order) -> Order:
        match order.step:
            case "taken" | "printed" if self._now() - order.at > EXPIRES_AFTER:
                return await self._expire(order)
            case "taken":
                return await self._ask(order)
            case "issued":
                return await self._print(order)
            case "printing":
                log.warning("slip.interrupted", key=order.key)
                return await self._advance(order, step="printed", outcome=INTERRUPTED.result, detail=INTERRUPTED.detail)
            case _:
                return await self._report(order)

    async def _ask(self, order: Order) -> Order:
        try:
            if order.kind == "tap":
                ticket = await self._server.issue(order.key, order.wish)
            else:
                ticket = await self._server.ticket(order.wish["ticket"])
        except RefusedError as refusal:
            log.warning("order.refused", key=order.key, code=refusal.problem["code"])
            return await self._advance(order, step="refused", problem=dict(refusal.problem))
        if not isinstance(ticket.get("slip"), dict) or "id" not in ticket:
            raise UnansweredError("no_slip")
        log.info("order.answered", key=order.key, kind=order.kind, ticket=ticket["id"])
        return await self._advance(order, step="issued", ticket=ticket)

    async def _print(self, order: Order) -> Order:
        assert order.ticket is not None
        slip = dict(order.ticket["slip"])
        if order.kind == "job":
            slip["copy"] = order.wish["copy"]
        order = await self._advance(order, step="printing")
        outcome = await self._print_slip(slip)
        log.info("slip.printed", key=order.key, outcome=outcome.result, detail=outcome.detail)
        return await self._advance(order, step="printed", outcome=outcome.result, detail=outcome.detail)

    async def _report(self, order: Order) -> Order:
        assert order.ticket is not None
        assert order.outcome is not None
        try:
            await self._server.report_outcome(f"{order.key}-outcome", order.ticket["id"], order.outcome, order.detail)
        except RefusedError as refusal:
            log.error("outcome.refused", key=order.key, code=refusal.problem["code"])
        return await self._advance(order, step="done")

    async def _expire(self, order: Order) -> Order:
        log.error("order.expired", key=order.key, kind=order.kind, step=order.step)
        if order.step == "printed":
            return await self._advance(order, step="done")
        return await self._advance(order, step="refused", problem={"code": "expired", "status": 410, "detail": None})

    async def _advance(self, order: Order, **changes: Any) -> Order:
        return await asyncio.to_thread(self._journal.advance, order.key, **changes)
