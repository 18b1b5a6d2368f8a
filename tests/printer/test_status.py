"""What a printer's answer means, and that not knowing is never taken for well."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from printer.status import Trouble, judge, judge_paper, paper_reply, realtime_reply, sort

WELL = {1: 0x12, 2: 0x12, 4: 0x12}
ASB = b"\x14\x00\x00\x0f"


def test_a_printer_that_says_so_is_well() -> None:
    assert judge(WELL).trouble is None
    assert judge(WELL).is_ok


@pytest.mark.parametrize(
    ("question", "byte", "trouble"),
    [
        (1, 0x1A, "offline"),
        (2, 0x16, "cover_open"),
        (2, 0x32, "paper_end"),
        (2, 0x52, "error"),
        (3, 0x1A, "cutter"),
        (3, 0x32, "error"),
        (4, 0x72, "paper_end"),
        (4, 0x7E, "paper_end"),
    ],
)
def test_a_trouble_that_is_named_stops_the_job(question: int, byte: int, trouble: Trouble) -> None:
    status = judge(WELL | {question: byte})
    assert status.trouble == trouble
    assert status.refuses
    assert not status.is_ok


def test_little_paper_is_told_and_stops_nothing() -> None:
    status = judge(WELL | {4: 0x1E})
    assert (status.trouble, status.is_ok, status.refuses) == ("near_end", True, False)


def test_the_cause_is_named_before_its_consequence() -> None:
    assert judge({1: 0x1A, 2: 0x16, 4: 0x12}).trouble == "cover_open"
    assert judge({1: 0x1A, 2: 0x52, 3: 0x1A, 4: 0x12}).trouble == "cutter"


@pytest.mark.parametrize("missing", [1, 2, 4])
def test_one_missing_answer_makes_the_whole_unknown(missing: int) -> None:
    status = judge(WELL | {missing: None})
    assert (status.trouble, status.is_ok, status.refuses) == ("no_answer", False, False)


def test_a_known_trouble_counts_even_if_the_rest_is_silent() -> None:
    assert judge({1: 0x12, 2: 0x16, 4: None}).trouble == "cover_open"


def test_no_questions_no_knowledge() -> None:
    assert judge({}).trouble == "no_answer"


@pytest.mark.parametrize(
    ("received", "answer"),
    [
        (b"\x12", 0x12),
        (b"\x1e", 0x1E),
        (ASB + b"\x12", 0x12),
        (b"\x12" + ASB, 0x12),
        (b"\x13\x12\x11", 0x12),
        (b"", None),
        (b"\x12\x12", None),
        (b"\x00\x12", None),
        (b"\x12\x00", None),
        (b"\x00", None),
        (ASB, None),
        (ASB[:2] + b"\x12", None),
        (b"\xff\x12", None),
        (b"HTTP/1.1 400", None),
    ],
)
def test_an_answer_is_one_byte_of_the_right_kind_or_nothing(received: bytes, answer: int | None) -> None:
    assert realtime_reply(received) == answer


@pytest.mark.parametrize(
    ("received", "expected", "answer"),
    [
        (b"\x00", 1, 0),
        (b"\x03", 1, 3),
        (ASB + b"\x00", 1, 0),
        (b"\x00\x03", 2, 3),
        (b"\x00", 2, None),
        (b"", 1, None),
        (ASB, 1, None),
        (ASB[:3], 1, None),
        (b"\x12", 1, None),
        (b"\x00\x12", 1, None),
        (b"\x00\xff", 1, None),
    ],
)
def test_printed_means_as_many_answers_in_print_order_as_were_asked(
    received: bytes, expected: int, answer: int | None
) -> None:
    assert paper_reply(received, expected) == answer


def test_the_answer_in_print_order_tells_of_the_paper() -> None:
    assert [judge_paper(byte) for byte in (0x00, 0x03, 0x0C, 0x0F)] == [None, "near_end", "paper_end", "paper_end"]


def test_an_automatic_report_is_never_taken_for_an_answer() -> None:
    replies = sort(b"\x12" + ASB + b"\x00")
    assert (replies.realtime, replies.automatic, replies.paper, replies.rest) == (b"\x12", (ASB,), b"\x00", b"")


@given(st.binary(max_size=12))
def test_sorting_loses_nothing_but_flow_control(received: bytes) -> None:
    replies = sort(received)
    kept = len(replies.realtime) + len(replies.paper) + len(replies.rest) + 4 * len(replies.automatic)
    flow_control = sum(received.count(byte) for byte in (0x11, 0x13))
    assert len(received) - flow_control <= kept <= len(received)
