"""
One job to one printer, and what became of it.

A connection per job and one owner at a time. Before the job the printer is asked whether it can print, after it
whether it did (``GS r 1``, answered in print order). Only its own clear word makes a job ``confirmed``; what never
left us, or was withdrawn and acknowledged as withdrawn, is ``failed``; everything else is ``unknown``, and the caller
may offer a copy, marked as one.
"""

import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from typing import Literal

from printer import clock
from printer.address import Address, parse
from printer.errors import BusyError, LinkLostError, PrinterError, UnreachableError, WriteTimeoutError
from printer.links import Link, OpenLink, open_link
from printer.status import PrinterStatus, Trouble, judge, judge_paper, paper_reply, realtime_reply, sort

Result = Literal["confirmed", "failed", "unknown"]

REPLY_LIMIT_S = 1.5
BUSY_LIMIT_S = 5.0  # another owner prints one slip in under a second
BUSY_PAUSE_S = 0.25
SETTLE_S = 0.03  # a second answer to one question would have come by then
TRIES = 2  # one answer left over from before is worth a second question; more would hide a fault
SLOWEST_BYTES_PER_S = 20_000  # 80 mm paper at 35 mm/s, slower than anything sold
SLOWEST_SERIAL_SHARE = 0.08  # bytes per baud, with pauses: ten bits a byte would be 0.1
WAIT_LIMIT_S = 20.0  # a printer that is well but has not said "printed" by then
CLEAR_BUFFERS = bytes.fromhex("10 14 08 01 03 14 01 06 02 08")
CLEARED = bytes.fromhex("37 25 00")
ENDS_PRINTING: frozenset[Trouble] = frozenset({"paper_end", "cover_open", "cutter", "error", "offline"})


@dataclass(frozen=True, slots=True)
class Outcome:
    """
    Attributes:
        detail: Why, as a code of `printer.status.Trouble`; for ``confirmed`` None or ``near_end``.
    """

    result: Result
    detail: Trouble | None


class Printer:
    """
    A printer at an address.

    Blocking; any thread may call it, one job or question at a time. From asyncio: ``asyncio.to_thread``.

    Args:
        address: See `printer.address`.
        width_dots: Kept for the caller, who draws for it: 576 on 80 mm paper, 384 on 58 mm.
        link: How to connect; tests hand in their own.

    Raises:
        AddressError: The address cannot be understood.
    """

    def __init__(
        self,
        address: str,
        width_dots: int = 576,
        *,
        link: OpenLink = open_link,
        monotonic_s: Callable[[], float] = clock.monotonic_s,
        pause: Callable[[float], None] = clock.pause,
    ) -> None:
        self.address: Address = parse(address)
        self.width_dots = width_dots
        self._open_link = link
        self._monotonic_s = monotonic_s
        self._pause = pause
        self._lock = threading.Lock()

    def status(self) -> PrinterStatus:
        """Ask how the printer is. Never raises: not knowing is an answer, and never a good one."""
        if self.address.is_one_way:
            return PrinterStatus("one_way")
        with self._lock:
            try:
                with closing(_Conversation(self._open_link(self.address))) as conversation:
                    return conversation.status()
            except PrinterError as error:
                return PrinterStatus(_trouble(error))

    def print(self, data: bytes) -> Outcome:
        """
        Print one job made by `printer.encode.encode`.

        Takes up to about 20 s where a printer neither prints nor complains; a healthy one needs under two.
        """
        with self._lock:
            try:
                conversation, status = self._connect()
            except PrinterError as error:
                return Outcome("failed", _trouble(error))
            with closing(conversation):
                if status.refuses:
                    return Outcome("failed", status.trouble)
                return self._deliver(conversation, data)

    def _connect(self) -> "tuple[_Conversation, PrinterStatus]":
        """Open and ask, again and again while another owner is connected."""
        give_up_at_s = self._monotonic_s() + BUSY_LIMIT_S
        while True:
            error: PrinterError
            try:
                conversation = _Conversation(self._open_link(self.address))
            except (UnreachableError, BusyError) as refused:
                error = refused
            else:
                try:
                    one_way = PrinterStatus("one_way")
                    return conversation, one_way if self.address.is_one_way else conversation.status()
                except PrinterError:  # it hung up before anything was sent: it has another owner
                    conversation.close()
                    error = BusyError(address=self.address.place)
            if self._monotonic_s() + BUSY_PAUSE_S > give_up_at_s:
                raise error
            self._pause(BUSY_PAUSE_S)

    def _deliver(self, conversation: "_Conversation", data: bytes) -> Outcome:
        paper_s = len(data) / SLOWEST_BYTES_PER_S
        line_s = len(data) / (self.address.numbers[0] * SLOWEST_SERIAL_SHARE) if self.address.scheme == "serial" else 0
        try:
            conversation.send(data, REPLY_LIMIT_S + paper_s + line_s)
            if self.address.is_one_way:
                return Outcome("unknown", "one_way")
            return self._await(conversation, REPLY_LIMIT_S + paper_s)
        except WriteTimeoutError:
            return self._stopped(conversation)
        except LinkLostError:
            return Outcome("unknown", "no_answer")

    def _await(self, conversation: "_Conversation", limit_s: float) -> Outcome:
        """Wait for "printed"; whenever the printer stays silent too long, ask why."""
        give_up_at_s = self._monotonic_s() + WAIT_LIMIT_S
        while True:
            received = conversation.hear_paper(limit_s)
            reply = paper_reply(received)
            if reply is not None:
                trouble = judge_paper(reply)
                # "Printed, and the paper is at its end" does not say which came first.
                return Outcome("unknown" if trouble == "paper_end" else "confirmed", trouble)
            if received:
                return Outcome("unknown", "no_answer")
            status = conversation.status()
            if status.trouble in ENDS_PRINTING:
                return self._withdraw(conversation, status.trouble)
            if not status.is_ok or self._monotonic_s() > give_up_at_s:
                return Outcome("unknown", "no_answer")
            limit_s = REPLY_LIMIT_S

    def _stopped(self, conversation: "_Conversation") -> Outcome:
        """The printer stopped taking bytes: why?"""
        conversation.is_abort = True
        if self.address.is_one_way:
            return Outcome("unknown", "no_answer")
        try:
            status = conversation.status()
        except PrinterError:
            return Outcome("unknown", "no_answer")
        if status.trouble in ENDS_PRINTING:
            return self._withdraw(conversation, status.trouble)
        return Outcome("unknown", "no_answer")

    def _withdraw(self, conversation: "_Conversation", trouble: Trouble) -> Outcome:
        """
        Take the rest of the job back, so that it does not come out after the paper change.

        Only a printer that says that its buffers are clear makes the job ``failed``: from any other the rest may come.
        """
        conversation.is_abort = True
        try:
            is_cleared = conversation.clear()
        except PrinterError:
            is_cleared = False
        return Outcome("failed" if is_cleared else "unknown", trouble)


class _Conversation:
    """Questions and answers over one link."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self.is_abort = False

    def close(self) -> None:
        self._link.close(self.is_abort)

    def send(self, data: bytes, limit_s: float) -> None:
        self._link.write(data, limit_s)

    def status(self) -> PrinterStatus:
        """Ask 1, 2 and 4; ask 3 for the kind of an error. Raises only where the connection is lost."""
        for _ in range(TRIES):
            self._drain()
            answers: dict[int, int | None] = {}
            for question in (1, 2, 4):
                answers[question] = self._ask(question)
                if answers[question] is None:
                    break
            status = judge(answers)
            if status.trouble == "error":
                answers[3] = self._ask(3)
                status = judge(answers)
            if not self._drain():
                return status
        return PrinterStatus("no_answer")

    def hear_paper(self, limit_s: float) -> bytes:
        """What comes in within *limit_s*, up to and with a first answer in print order; status reports are let pass."""
        received = b""
        while True:
            piece = self._link.read(limit_s)
            if not piece:
                return received
            received += piece
            replies = sort(received)
            if replies.paper or replies.realtime or len(received) > 64:
                return received + self._link.read(SETTLE_S)
            if not replies.rest:
                received = b""  # only whole automatic reports so far

    def clear(self) -> bool:
        """Empty the printer's buffers; true if it says that they are."""
        self._drain()
        self._link.write(CLEAR_BUFFERS, REPLY_LIMIT_S)
        received = b""
        while CLEARED not in received:
            piece = self._link.read(REPLY_LIMIT_S)
            if not piece:
                return False
            received += piece
        return True

    def _ask(self, question: int) -> int | None:
        self._link.write(bytes((0x10, 0x04, question)), REPLY_LIMIT_S)
        received = b""
        while True:
            piece = self._link.read(REPLY_LIMIT_S)
            received += piece
            replies = sort(received)
            if not piece or replies.realtime or len(received) > 64:
                return realtime_reply(received)

    def _drain(self) -> bytes:
        """Throw away what was not asked for; automatic reports are no reason for doubt."""
        received = b""
        while piece := self._link.read(SETTLE_S):
            received += piece
            if len(received) > 1024:
                break
        replies = sort(received)
        return replies.realtime + replies.paper + replies.rest


def _trouble(error: PrinterError) -> Trouble:
    return {"unreachable": "unreachable", "busy": "busy"}.get(error.code, "no_answer")  # type: ignore[return-value] # both are Troubles
