"""
What a printer's answer means. Pure: bytes in, meaning out.

A printer answers three kinds of questions on one line, with nothing to tell them apart but fixed bits:

* ``DLE EOT n`` at once, one byte, ``(b & 0x93) == 0x12``;
* automatic status (ASB) whenever it likes, four bytes, the first ``(b & 0x93) == 0x10``;
* ``GS r 1`` in print order, one byte, ``(b & 0x90) == 0``.

Silence, a short answer, an answer of the wrong kind and one that was left over are **unknown, never OK**.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Trouble = Literal[
    "paper_end", "near_end", "cover_open", "cutter", "error", "offline", "no_answer", "unreachable", "busy", "one_way"
]
# What a slip can still be printed with; the rest of the troubles that a printer names itself stop it.
PRINTS_ON: frozenset[Trouble] = frozenset({"near_end"})

QUESTIONS = (1, 2, 3, 4)
XON, XOFF = 0x11, 0x13
ASB_BYTES = 4


@dataclass(frozen=True, slots=True)
class Replies:
    """What came in, sorted by kind, in order. ``rest`` is whatever fits none: noise, or a cut-off ASB frame."""

    realtime: bytes = b""
    paper: bytes = b""
    automatic: tuple[bytes, ...] = ()
    rest: bytes = b""

    @property
    def is_clean(self) -> bool:
        """Nothing but answers in print order and automatic reports."""
        return not self.realtime and not self.rest

    @property
    def is_empty(self) -> bool:
        """Nothing but automatic reports, which are no reason for doubt."""
        return self.is_clean and not self.paper

    @property
    def without_reports(self) -> bytes:
        """Everything but the automatic reports; what may be the start of one stays at the end."""
        return self.realtime + self.paper + self.rest


@dataclass(frozen=True, slots=True)
class PrinterStatus:
    """
    Attributes:
        trouble: None only when the printer itself said, completely, that all is well. Else the worst thing known:
            its own words before our ignorance (``no_answer``, ``unreachable``, ``busy``, ``one_way``).
    """

    trouble: Trouble | None

    @property
    def is_ok(self) -> bool:
        """It said that it has paper and can print; little paper left is still well."""
        return self.trouble is None or self.trouble in PRINTS_ON

    @property
    def refuses(self) -> bool:
        """It said itself that it cannot print: a job must not be sent."""
        return self.trouble in {"paper_end", "cover_open", "cutter", "error", "offline"}


def sort(received: bytes) -> Replies:
    """Tell apart what came in. Flow control bytes are dropped."""
    realtime, paper, rest = bytearray(), bytearray(), bytearray()
    automatic: list[bytes] = []
    at = 0
    while at < len(received):
        byte = received[at]
        frame = received[at : at + ASB_BYTES]
        if byte & 0x93 == 0x10:
            if all(part & 0x90 == 0 for part in frame[1:]):
                if len(frame) == ASB_BYTES:
                    automatic.append(frame)
                else:
                    rest += frame  # cut off: the end may still come
                at += len(frame)
                continue
            rest.append(byte)
        elif byte & 0x93 == 0x12:
            realtime.append(byte)
        elif byte & 0x90 == 0:
            paper.append(byte)
        elif byte not in (XON, XOFF):
            rest.append(byte)
        at += 1
    return Replies(bytes(realtime), bytes(paper), tuple(automatic), bytes(rest))


def realtime_reply(received: bytes) -> int | None:
    """
    The one answer to one ``DLE EOT n``.

    Returns:
        The byte; None when it is missing, doubled, or comes with something that was not asked for: then nobody can
        say which question it answers.
    """
    replies = sort(received)
    if len(replies.realtime) != 1 or replies.paper or replies.rest:
        return None
    return replies.realtime[0]


def paper_reply(received: bytes, expected: int = 1) -> int | None:
    """
    The last of *expected* answers to ``GS r 1``.

    Returns:
        The byte; None while there are fewer, or when they come with something that was not asked for. More than
        expected are no doubt: answers come in order, so the asked one is among them.
    """
    replies = sort(received)
    if len(replies.paper) < expected or replies.realtime or replies.rest:
        return None
    return replies.paper[-1]


def judge(answers: Mapping[int, int | None]) -> PrinterStatus:
    """
    Read the answers to ``DLE EOT 1 … 4``.

    Args:
        answers: The byte for each n that was asked, None where it is unknown.

    Returns:
        The worst trouble that the printer names. If it names none, all of 1, 2 and 4 must be known to be OK; 3, which
        some models do not answer, may be missing.
    """
    one, two, three, four = (answers.get(question) for question in QUESTIONS)
    named: list[tuple[Trouble, bool]] = [
        ("cover_open", _has(two, 0x04)),
        ("paper_end", _has(four, 0x60) or _has(two, 0x20)),
        ("cutter", _has(three, 0x08)),
        ("error", _has(two, 0x40) or _has(three, 0x20)),
        ("offline", _has(one, 0x08)),
    ]
    for trouble, is_so in named:
        if is_so:
            return PrinterStatus(trouble)
    if one is None or two is None or four is None:
        return PrinterStatus("no_answer")
    return PrinterStatus("near_end" if _has(four, 0x0C) else None)


def judge_paper(reply: int) -> Trouble | None:
    """Read the answer to ``GS r 1``: ``paper_end``, ``near_end``, or None for enough paper."""
    if _has(reply, 0x0C):
        return "paper_end"
    return "near_end" if _has(reply, 0x03) else None


def _has(answer: int | None, mask: int) -> bool:
    return answer is not None and bool(answer & mask)
