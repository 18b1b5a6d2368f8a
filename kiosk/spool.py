"""
The one owner of this machine's printer: one job at a time, and a look at its health in between.

It draws a slip, sends it once and passes on what the printer said. It never prints twice by itself, keeps no job for
later (after a paper change nothing stale is spat out) and knows nothing of the server.
"""

import asyncio
from collections.abc import Callable
from typing import Any, Protocol

import structlog

from printer import encode, slip
from printer.errors import PrinterError
from printer.transport import Outcome

log = structlog.get_logger()

IDLE_CHECK_S = 3.0  # with a silent printer's 1.5 s, the screen and the desk are told within six seconds
TROUBLE_CHECK_S = 3.0  # somebody is changing the paper: the screen should tell soon that it works again
CLOSE_LIMIT_S = 12.0  # the longest that one job may take at the printer, with its retries

# What the patient and the desk can do something about; whatever else a printer says is "error".
TROUBLES = frozenset({"paper_end", "near_end", "cover_open", "cutter", "offline", "no_answer", "unreachable", "error"})
SILENT = "one_way"  # it can say nothing: nothing is known to be wrong
ELSEWHERE = "busy"  # it serves another program at the moment: what was known of it stands


class Status(Protocol):
    """What a printer said of itself; ``trouble`` is None when it can print and lacks nothing."""

    @property
    def trouble(self) -> str | None: ...


class Printer(Protocol):
    """What the spool needs of ``printer.transport.Printer``; both calls block."""

    def print(self, data: bytes) -> Outcome: ...
    def status(self) -> Status: ...


class Spool:
    """Prints slips on *printer*; *on_trouble* hears of each change of ``trouble``, None when all is well again."""

    def __init__(self, printer: Printer, width_dots: int, on_trouble: Callable[[str | None], None]) -> None:
        self._printer = printer
        self._width_dots = width_dots
        self._on_trouble = on_trouble
        self._turn = asyncio.Lock()
        self._is_closed = False
        self.trouble: str | None = None

    async def print_slip(self, content: dict[str, Any]) -> Outcome:
        """Print one slip after those before it. Once the spool is closed nothing begins any more."""
        async with self._turn:
            if not self._is_closed:
                return await self._print_now(content)
        await asyncio.Event().wait()  # the process is ending, and whoever waits here is about to be cancelled
        raise AssertionError("unreachable")

    async def watch(self) -> None:
        """Ask the idle printer how it is, for ever."""
        while True:
            async with self._turn:
                status = await asyncio.to_thread(self._printer.status)
                self._learn(status.trouble)
            await asyncio.sleep(IDLE_CHECK_S if self.trouble is None else TROUBLE_CHECK_S)

    async def close(self) -> None:
        """Let the job that is running end, so that its outcome is known, and begin no other."""
        self._is_closed = True
        try:
            async with asyncio.timeout(CLOSE_LIMIT_S), self._turn:
                pass
        except TimeoutError:
            log.error("spool.left_running")

    async def _print_now(self, content: dict[str, Any]) -> Outcome:
        data = await asyncio.to_thread(self._draw, content)
        if data is None:
            return Outcome("failed", "error")
        outcome = await asyncio.to_thread(self._printer.print, data)
        if outcome.detail is not None or self.trouble != "near_end":  # a slip that came out brought no new paper
            self._learn(outcome.detail)
        return outcome

    def _draw(self, content: dict[str, Any]) -> bytes | None:
        try:
            return encode.encode(slip.draw(content, width_dots=self._width_dots))
        except PrinterError as error:
            log.error("slip.not_drawn", code=error.code, **error.facts)
            return None

    def _learn(self, trouble: str | None) -> None:
        """Take in what a status or an outcome says."""
        if trouble == ELSEWHERE:
            return
        if trouble == SILENT:
            trouble = None
        elif trouble is not None and trouble not in TROUBLES:
            trouble = "error"
        self._change(trouble)

    def _change(self, trouble: str | None) -> None:
        if trouble == self.trouble:
            return
        if trouble is None:
            log.info("printer.well", before=self.trouble)
        else:
            log.warning("printer.trouble", trouble=trouble)
        self.trouble = trouble
        self._on_trouble(trouble)
