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
from printer.encode import ASK_PAPER
from printer.errors import BusyError, LinkLostError, PrinterError, UnreachableError, WriteTimeoutError
from printer.links import Link, OpenLink, open_link
from printer.status import PrinterStatus, Trouble, judge, judge_paper, paper_reply, realtime_reply, sort

Result = Literal["confirmed", "failed", "unknown"]

BUSY_PAUSE_S = 0.25
SETTLE_S = 0.03  # a second answer to one question would have come by then
TRIES = 2  # one answer left over from before is worth a second question; more would hide a fault
SLOWEST_SERIAL_SHARE = 0.08  # bytes per baud, with pauses: ten bits a byte would be 0.1
REPLY_BYTES_MAX = 64  # more is noise
OWED_MAX = 8  # more slips than this never wait unanswered in one printer
CLEAR_BUFFERS = bytes.fromhex("10 14 08 01 03 14 01 06 02 08")
CLEARED = bytes.fromhex("37 25 00")
ENDS_PRINTING: frozenset[Trouble] = frozenset({"paper_end", "cover_open", "cutter", "error", "offline"})


@dataclass(frozen=True, slots=True)
class Limits:
    """
    How long a printer may take, in seconds.

    Attributes:
        reply_s: For an answer.
        busy_s: For another owner to leave; printing one slip takes under a second.
        print_s: For a printer that is well and has not said "printed".
        slowest_bytes_per_s: What any printer prints at least; 80 mm paper at 35 mm/s is slower than anything sold.
    """

    reply_s: float = 1.5
    busy_s: float = 5.0
    print_s: float = 20.0
    slowest_bytes_per_s: int = 20_000


LIMITS = Limits()


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
        limits: Limits = LIMITS,
        link: OpenLink = open_link,
        monotonic_s: Callable[[], float] = clock.monotonic_s,
        pause: Callable[[float], None] = clock.pause,
    ) -> None:
        self.address: Address = parse(address)
        self.width_dots = width_dots
        self._limits = limits
        self._open_link = link
        self._monotonic_s = monotonic_s
        self._pause = pause
        self._lock = threading.Lock()
        # Jobs whose "printed" never came: it may still come, and must not pass for that of a later job. One at the
        # start, for whoever printed before this program.
        self._owed = 1

    def status(self) -> PrinterStatus:
        """Ask how the printer is. Never raises: not knowing is an answer, and never a good one."""
        if self.address.is_one_way:
            return PrinterStatus("one_way")
        with self._lock:
            try:
                with closing(self._open()) as conversation:
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
                outcome = self._deliver(conversation, data)
            self._owed = min(OWED_MAX, self._owed + (outcome.result == "unknown"))
            return outcome

    def _open(self) -> "_Conversation":
        return _Conversation(self._open_link(self.address), self._limits.reply_s)

    def _connect(self) -> "tuple[_Conversation, PrinterStatus]":
        """Open and ask, again and again while another owner is connected."""
        give_up_at_s = self._monotonic_s() + self._limits.busy_s
        while True:
            error: PrinterError
            try:
                conversation = self._open()
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
        paper_s = len(data) / self._limits.slowest_bytes_per_s
        line_s = len(data) / (self.address.numbers[0] * SLOWEST_SERIAL_SHARE) if self.address.scheme == "serial" else 0
        try:
            if self.address.is_one_way:
                conversation.send(data, self._limits.reply_s + paper_s + line_s)
                return Outcome("unknown", "one_way")
            # One question more for each answer that may be left over: the last answer is then ours for certain.
            conversation.send(data + ASK_PAPER * self._owed, self._limits.reply_s + paper_s + line_s)
            return self._await(conversation, self._limits.reply_s + paper_s)
        except WriteTimeoutError:
            return self._stopped(conversation)
        except LinkLostError:
            return Outcome("unknown", "no_answer")

    def _await(self, conversation: "_Conversation", limit_s: float) -> Outcome:
        """Wait for "printed"; whenever the printer stays silent too long, ask why."""
        give_up_at_s = self._monotonic_s() + self._limits.print_s
        expected = 1 + self._owed
        received = b""
        while True:
            received = conversation.hear_paper(received, expected, limit_s)
            reply = paper_reply(received, expected)
            if reply is not None:
                trouble = judge_paper(reply)
                # "Printed, and the paper is at its end" does not say which came first.
                return Outcome("unknown" if trouble == "paper_end" else "confirmed", trouble)
            if not sort(received).is_clean:
                return Outcome("unknown", "no_answer")
            status, more = conversation.question_within_job()
            received += more
            if status.trouble in ENDS_PRINTING:
                return self._withdraw(conversation, status.trouble)
            if not status.is_ok or self._monotonic_s() > give_up_at_s:
                return Outcome("unknown", "no_answer")
            limit_s = self._limits.reply_s

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

    def __init__(self, link: Link, reply_limit_s: float) -> None:
        self._link = link
        self._reply_limit_s = reply_limit_s
        self.is_abort = False

    def close(self) -> None:
        self._link.close(self.is_abort)

    def send(self, data: bytes, limit_s: float) -> None:
        self._link.write(data, limit_s)

    def status(self) -> PrinterStatus:
        """How it is, before a job. Raises only where the connection is lost."""
        for _ in range(TRIES):
            self._drain()
            status = self._question()[0]
            if sort(self._drain()).is_empty:
                return status
        return PrinterStatus("no_answer")

    def question_within_job(self) -> tuple[PrinterStatus, bytes]:
        """How it is, while "printed" may come in between; that is handed on instead of spoiling the answer."""
        return self._question(is_within_job=True)

    def hear_paper(self, received: bytes, expected: int, limit_s: float) -> bytes:
        """*received* and what comes in after it, until *expected* answers in print order or *limit_s* of silence."""
        while True:
            replies = sort(received)
            is_answered = len(replies.paper) >= expected
            if (is_answered and replies.is_clean) or replies.realtime or len(received) > REPLY_BYTES_MAX:
                return received
            piece = self._link.read(SETTLE_S if is_answered else limit_s)
            if not piece:
                return received
            received = replies.without_reports + piece

    def clear(self) -> bool:
        """Empty the printer's buffers; true if it says that they are."""
        self._drain()
        self._link.write(CLEAR_BUFFERS, self._reply_limit_s)
        received = b""
        while CLEARED not in received:
            piece = self._link.read(self._reply_limit_s)
            if not piece:
                return False
            received += piece
        return True

    def _question(self, is_within_job: bool = False) -> tuple[PrinterStatus, bytes]:
        """Ask 1, 2 and 4; 3 only for the kind of an error."""
        answers: dict[int, int | None] = {}
        others = b""
        for question in (1, 2, 4, 3):
            if question == 3 and judge(answers).trouble != "error":
                break
            received = self._ask(question)
            replies = sort(received)
            if is_within_job and replies.paper and not replies.rest:
                others += replies.paper
                received = replies.realtime
            answers[question] = realtime_reply(received)
            if answers[question] is None:
                break
        return judge(answers), others

    def _ask(self, question: int) -> bytes:
        self._link.write(bytes((0x10, 0x04, question)), self._reply_limit_s)
        received = b""
        replies = sort(received)
        while len(received) <= REPLY_BYTES_MAX and not (replies.realtime and not replies.rest):
            piece = self._link.read(SETTLE_S if replies.realtime else self._reply_limit_s)
            if not piece:
                break
            received += piece
            replies = sort(received)
        return received

    def _drain(self) -> bytes:
        """Throw away, and return, what was not asked for."""
        received = b""
        while len(received) < REPLY_BYTES_MAX * 16:
            piece = self._link.read(SETTLE_S)
            if not piece:
                break
            received += piece
        return received


def _trouble(error: PrinterError) -> Trouble:
    if error.code == "unreachable":
        return "unreachable"
    return "busy" if error.code == "busy" else "no_answer"
