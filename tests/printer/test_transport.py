"""One job and what became of it: every fault over a real socket, each with its recovery."""

import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager

import pytest

from printer.encode import ASK_PAPER
from printer.errors import AddressError, BusyError, UnreachableError
from printer.status import PrinterStatus, Trouble
from printer.transport import CLEAR_BUFFERS, CLEARED, Outcome, Printer
from printer.virtual.machine import STATES, State
from printer.virtual.run import VirtualPrinter
from tests.printer.conftest import SHORT
from tests.printer.fakes import Clock, Refusing, ScriptedLink

CONFIRMED = Outcome("confirmed", None)
MID_JOB_BYTES = 12_000
REFUSING: list[tuple[State, Trouble]] = [
    ("paper_end", "paper_end"),
    ("cover_open", "cover_open"),
    ("cutter", "cutter"),
    ("error", "error"),
    ("offline", "offline"),
]


def papers(virtual: VirtualPrinter) -> int:
    return len(virtual.tray.newest_first())


def test_a_well_printer_confirms_and_one_paper_comes_out(virtual: VirtualPrinter, printer: Printer, job: bytes) -> None:
    assert printer.print(job) == CONFIRMED
    assert papers(virtual) == 1
    assert virtual.service.machine.drawer_pulses == 0


def test_confirmed_comes_after_the_paper_not_before(slow_virtual: VirtualPrinter, job: bytes) -> None:
    started_s = time.monotonic()
    assert Printer(slow_virtual.address, limits=SHORT).print(job) == CONFIRMED
    assert time.monotonic() - started_s > 0.25  # 67 mm at 200 mm/s
    assert papers(slow_virtual) == 1


def test_little_paper_prints_and_is_told(virtual: VirtualPrinter, printer: Printer, job: bytes) -> None:
    virtual.service.turn("near_end")
    assert printer.status() == PrinterStatus("near_end")
    assert printer.print(job) == Outcome("confirmed", "near_end")


@pytest.mark.parametrize(("state", "trouble"), REFUSING)
def test_a_printer_that_cannot_print_is_sent_nothing(
    virtual: VirtualPrinter, printer: Printer, job: bytes, state: State, trouble: Trouble
) -> None:
    virtual.service.turn(state)
    assert printer.status() == PrinterStatus(trouble)
    assert printer.print(job) == Outcome("failed", trouble)
    virtual.service.turn("ok")
    assert papers(virtual) == 0
    assert virtual.service.machine.executed_bytes < 50  # questions only


@pytest.mark.parametrize(("state", "trouble"), REFUSING)
def test_a_printer_that_was_put_right_prints_again(
    virtual: VirtualPrinter, printer: Printer, job: bytes, state: State, trouble: Trouble
) -> None:
    virtual.service.turn(state)
    printer.print(job)
    virtual.service.turn("ok")
    assert printer.status() == PrinterStatus(None)
    assert printer.print(job) == CONFIRMED
    assert papers(virtual) == 1


@pytest.mark.parametrize(("state", "trouble"), REFUSING)
def test_a_job_stopped_in_its_middle_failed_and_is_not_spat_out_later(
    virtual: VirtualPrinter, printer: Printer, job: bytes, state: State, trouble: Trouble
) -> None:
    virtual.service.turn(state, MID_JOB_BYTES)
    assert printer.print(job) == Outcome("failed", trouble)
    virtual.service.turn("ok")
    torn = papers(virtual)
    assert torn == (1 if state == "paper_end" else 0)
    assert virtual.service.machine.buffered_bytes == 0
    assert printer.print(job) == CONFIRMED
    assert papers(virtual) == torn + 1


def test_a_muted_printer_is_unknown_not_ok(virtual: VirtualPrinter, printer: Printer, job: bytes) -> None:
    virtual.service.turn("mute")
    assert printer.status() == PrinterStatus("no_answer")
    assert printer.print(job) == Outcome("unknown", "no_answer")
    assert papers(virtual) == 1  # the patient has a slip, only nobody knows


def test_a_printer_that_speaks_again_confirms_again(virtual: VirtualPrinter, printer: Printer, job: bytes) -> None:
    virtual.service.turn("mute")
    printer.print(job)
    virtual.service.turn("ok")
    assert printer.print(job) == CONFIRMED
    assert papers(virtual) == 2


def test_a_stalled_printer_is_unknown(virtual: VirtualPrinter, printer: Printer, job: bytes) -> None:
    virtual.service.turn("stall")
    assert printer.print(job) == Outcome("unknown", "no_answer")
    assert papers(virtual) == 0


def test_a_printer_that_wakes_up_confirms_the_later_job_only_when_that_is_printed(
    virtual: VirtualPrinter, printer: Printer, job: bytes
) -> None:
    virtual.service.turn("stall")
    printer.print(job)
    virtual.service.turn("ok")
    assert printer.print(job) == CONFIRMED
    assert papers(virtual) == 2  # the stalled one came out late, and never as a confirmation of the second


def test_a_printer_that_stalls_in_mid_job_is_unknown(virtual: VirtualPrinter, printer: Printer, job: bytes) -> None:
    virtual.service.turn("stall", MID_JOB_BYTES)
    assert printer.print(job) == Outcome("unknown", "no_answer")
    assert papers(virtual) == 0


def test_a_reset_in_mid_job_is_unknown(virtual: VirtualPrinter, printer: Printer, job: bytes) -> None:
    virtual.service.turn("reset", MID_JOB_BYTES)
    assert printer.print(job) == Outcome("unknown", "no_answer")
    assert papers(virtual) == 0


def test_after_a_reset_the_next_job_is_confirmed(virtual: VirtualPrinter, printer: Printer, job: bytes) -> None:
    virtual.service.turn("reset", MID_JOB_BYTES)
    printer.print(job)
    virtual.service.turn("ok")
    assert printer.print(job) == CONFIRMED


def test_a_printer_that_is_off_is_unreachable(virtual: VirtualPrinter, printer: Printer, job: bytes) -> None:
    virtual.service.turn("off")
    assert printer.status() == PrinterStatus("unreachable")
    assert printer.print(job) == Outcome("failed", "unreachable")


def test_a_printer_that_is_switched_on_again_prints(virtual: VirtualPrinter, printer: Printer, job: bytes) -> None:
    virtual.service.turn("off")
    printer.status()
    virtual.service.turn("ok")
    assert printer.print(job) == CONFIRMED


def test_a_second_owner_is_told_busy_and_prints_nothing(virtual: VirtualPrinter, printer: Printer, job: bytes) -> None:
    virtual.service.turn("one_connection")
    with owner(virtual):
        assert printer.print(job) == Outcome("failed", "busy")
    assert papers(virtual) == 0


def test_the_printer_prints_once_its_other_owner_leaves(virtual: VirtualPrinter, printer: Printer, job: bytes) -> None:
    virtual.service.turn("one_connection")
    with owner(virtual):
        pass
    assert printer.print(job) == CONFIRMED


@pytest.mark.parametrize("state", STATES)
def test_confirmed_is_never_said_without_a_whole_slip(
    virtual: VirtualPrinter, printer: Printer, job: bytes, state: State
) -> None:
    virtual.service.turn(state, MID_JOB_BYTES)
    outcome = printer.print(job)
    whole = [paper for paper in virtual.tray.newest_first() if paper.height > 500]
    assert len(whole) == (1 if outcome.result == "confirmed" else len(whole))
    if outcome.result == "failed":
        virtual.service.turn("ok")
        assert printer.print(job) == CONFIRMED
        assert len([paper for paper in virtual.tray.newest_first() if paper.height > 500]) == 1


def test_two_threads_never_mix_their_jobs(virtual: VirtualPrinter, printer: Printer, job: bytes) -> None:
    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(printer.print, [job] * 6))
    assert outcomes == [CONFIRMED] * 6
    assert len({paper.height for paper in virtual.tray.newest_first()}) == 1


# By script, for what no virtual printer does.


def test_one_way_is_never_confirmed(job: bytes) -> None:
    link = ScriptedLink(lambda _data: b"\x12")
    printer = Printer("tcp://10.0.0.9?one_way=1", link=link)
    assert printer.status() == PrinterStatus("one_way")
    assert printer.print(job) == Outcome("unknown", "one_way")
    assert link.written == [job]


def test_an_answer_left_over_from_an_earlier_job_confirms_nothing(job: bytes) -> None:
    def stale_only(data: bytes) -> bytes:
        return b"\x12" if data[:1] == b"\x10" else b"\x00"  # one answer, and that may be the earlier job's

    assert scripted(ScriptedLink(stale_only)).print(job) == Outcome("unknown", "no_answer")


def test_the_answer_after_one_that_was_left_over_confirms(job: bytes) -> None:
    def both(data: bytes) -> bytes:
        return b"\x12" if data[:1] == b"\x10" else b"\x00" * (1 + data.count(ASK_PAPER))

    assert scripted(ScriptedLink(both)).print(job) == CONFIRMED


def test_a_printer_that_sends_reports_of_its_own_is_understood(job: bytes) -> None:
    report = b"\x14\x00\x00\x0f"

    def chatty(data: bytes) -> bytes:
        if data[:1] == b"\x10":
            return report + b"\x12" + report
        return report + b"\x00" + report + b"\x00" * (data.count(ASK_PAPER) - 1) + report

    link = ScriptedLink(chatty, first=report)
    assert scripted(link).status() == PrinterStatus(None)
    assert scripted(link).print(job) == CONFIRMED


def test_left_over_bytes_on_the_line_do_not_answer_the_question() -> None:
    assert scripted(ScriptedLink(lambda _data: b"", first=b"\x12\x12\x12")).status() == PrinterStatus("no_answer")


@pytest.mark.parametrize("noise", [b"\x12\x12", b"\x00", b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\xff", b"\x10\x00"])
def test_noise_is_unknown(noise: bytes, job: bytes) -> None:
    link = ScriptedLink(lambda _data: noise)
    assert scripted(link).status() == PrinterStatus("no_answer")
    assert scripted(link).print(job).result == "unknown"


def test_a_printed_answer_that_says_paper_end_is_unknown(job: bytes) -> None:
    link = ScriptedLink(lambda data: b"\x12" if data[:1] == b"\x10" else b"\x0c" * data.count(ASK_PAPER))
    assert scripted(link).print(job) == Outcome("unknown", "paper_end")


@pytest.mark.parametrize(("cleared", "result"), [(CLEARED, "failed"), (b"", "unknown")])
def test_failed_in_mid_job_needs_the_printers_word_that_the_rest_is_gone(
    job: bytes, cleared: bytes, result: str
) -> None:
    is_sent = False

    def ends(data: bytes) -> bytes:
        nonlocal is_sent
        if data == CLEAR_BUFFERS:
            return cleared
        if data[:1] != b"\x10":
            is_sent = True
            return b""
        return b"\x72" if is_sent and data[2] == 4 else b"\x12"

    link = ScriptedLink(ends)
    outcome = scripted(link).print(job)
    assert (outcome.result, outcome.detail) == (result, "paper_end")
    assert link.closed_with is True


def test_a_printer_that_takes_no_bytes_is_unknown_and_what_it_holds_is_withdrawn(job: bytes) -> None:
    link = ScriptedLink(lambda _data: b"\x12")
    link.takes_jobs = False
    assert scripted(link).print(job) == Outcome("unknown", "no_answer")
    assert link.closed_with is True


def test_a_printer_that_is_well_and_never_says_printed_is_given_up(job: bytes) -> None:
    link = ScriptedLink(lambda data: b"\x12" if data[:1] == b"\x10" else b"")
    assert scripted(link).print(job) == Outcome("unknown", "no_answer")
    assert 20 <= link.clock.now_s <= 25


def test_a_busy_printer_is_tried_for_five_seconds(job: bytes) -> None:
    clock = Clock()
    link = Refusing([BusyError() for _ in range(100)])
    printer = Printer("tcp://10.0.0.9", link=link, monotonic_s=clock.monotonic_s, pause=clock.pause)
    assert printer.print(job) == Outcome("failed", "busy")
    assert 4.5 <= clock.now_s <= 5.0


def test_a_printer_that_becomes_free_in_time_prints(job: bytes) -> None:
    clock = Clock()
    well = ScriptedLink(lambda data: b"\x12" if data[:1] == b"\x10" else b"\x00" * data.count(ASK_PAPER))
    link = Refusing([BusyError(), UnreachableError(), BusyError()], then=well)
    printer = Printer("tcp://10.0.0.9", link=link, monotonic_s=clock.monotonic_s, pause=clock.pause)
    assert printer.print(job) == CONFIRMED
    assert link.calls == 4


def test_a_connection_lost_after_the_job_is_unknown(job: bytes) -> None:
    link = ScriptedLink(lambda data: b"\x12" if data[:1] == b"\x10" else b"")

    def lose(data: bytes) -> bytes:
        link.is_lost = data[:1] != b"\x10"
        return b"\x12" if data[:1] == b"\x10" else b""

    link.answer = lose
    assert scripted(link).print(job) == Outcome("unknown", "no_answer")


def test_an_address_that_means_nothing_is_refused_at_once() -> None:
    with pytest.raises(AddressError):
        Printer("the one at the window")


@contextmanager
def owner(virtual: VirtualPrinter) -> Iterator[None]:
    """Somebody else connected to the printer, known to be served."""
    with closing(socket.create_connection(("127.0.0.1", virtual.service.port), timeout=2)) as other:
        other.sendall(b"\x10\x04\x01")
        assert other.recv(1) == b"\x12"
        yield


def scripted(link: ScriptedLink) -> Printer:
    return Printer("tcp://10.0.0.9", link=link, monotonic_s=link.clock.monotonic_s, pause=link.clock.pause)
