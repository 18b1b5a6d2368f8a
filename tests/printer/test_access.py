"""Printers on a file, a serial line, USB and Windows, through python-escpos."""

import logging
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
import usb.core
import usb.util

from printer import access
from printer.access import escpos_printers, open_device
from printer.address import parse
from printer.errors import BusyError, DriverError, UnreachableError
from printer.status import PrinterStatus
from printer.transport import Limits, Outcome, Printer
from printer.virtual.machine import Answer, Machine, Paper
from tests.printer.conftest import SHORT

SERIAL_LIMITS = Limits(reply_s=1.0, busy_s=0.5, print_s=5.0)


def test_a_file_gets_exactly_the_job_and_nobody_says_printed(tmp_path: Path, job: bytes) -> None:
    file = tmp_path / "lp0"
    printer = Printer(f"file://{file}")
    assert printer.status() == PrinterStatus("one_way")
    assert printer.print(job) == Outcome("unknown", "one_way")
    assert file.read_bytes() == job


def test_a_device_that_is_not_there_is_unreachable(tmp_path: Path, job: bytes) -> None:
    printer = Printer(f"file://{tmp_path}/no/lp0", limits=SHORT)
    assert printer.print(job) == Outcome("failed", "unreachable")


def test_a_device_that_blocks_for_ever_is_unknown_and_then_busy(tmp_path: Path, job: bytes) -> None:
    pipe = tmp_path / "lp0"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    printer = Printer(f"file://{pipe}", limits=SHORT)
    assert printer.print(job * 4) == Outcome("unknown", "no_answer")
    assert printer.print(job) == Outcome("failed", "busy")
    os.close(reader)  # the blocked write ends


def test_once_it_takes_bytes_again_the_device_is_used_again(tmp_path: Path, job: bytes) -> None:
    pipe = tmp_path / "lp0"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    printer = Printer(f"file://{pipe}", limits=SHORT)
    printer.print(job * 4)
    os.close(reader)
    access._stuck[str(pipe)].join(timeout=5)
    again = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    assert printer.print(job) == Outcome("unknown", "one_way")
    os.close(again)


@pytest.fixture
def serial_printer() -> Iterator[tuple[str, Machine, list[Paper]]]:
    """A machine at the other end of a serial line."""
    ours, theirs = os.openpty()
    machine, papers = Machine(576, 0), list[Paper]()

    def serve() -> None:
        try:
            while data := os.read(ours, 4096):
                os.write(ours, machine.receive(data, 0))
                for effect in machine.run(0):
                    if isinstance(effect, Answer):
                        os.write(ours, effect.data)
                    else:
                        papers.append(effect)
        except OSError:
            pass  # the line was closed

    threading.Thread(target=serve, daemon=True).start()
    yield os.ttyname(theirs), machine, papers
    os.close(theirs)
    os.close(ours)


def test_a_serial_printer_confirms(serial_printer: tuple[str, Machine, list[Paper]], job: bytes) -> None:
    port, _, papers = serial_printer
    printer = Printer(f"serial://{port}?baud=115200&flow=none", limits=SERIAL_LIMITS)
    assert printer.status() == PrinterStatus(None)
    assert printer.print(job) == Outcome("confirmed", None)
    assert len(papers) == 1


def test_a_serial_printer_that_cannot_print_is_sent_nothing(
    serial_printer: tuple[str, Machine, list[Paper]], job: bytes
) -> None:
    port, machine, papers = serial_printer
    machine.turn("cover_open")
    printer = Printer(f"serial://{port}?baud=115200&flow=none", limits=SERIAL_LIMITS)
    assert printer.print(job) == Outcome("failed", "cover_open")
    assert papers == []


def test_a_serial_printer_that_never_answers_is_unknown(
    serial_printer: tuple[str, Machine, list[Paper]], job: bytes
) -> None:
    port, machine, _ = serial_printer
    machine.turn("mute")
    assert Printer(f"serial://{port}?flow=none", limits=SHORT).print(job) == Outcome("unknown", "no_answer")


def test_a_serial_port_that_is_not_there_is_unreachable(job: bytes) -> None:
    assert Printer("serial:///dev/ttyNOBODY", limits=SHORT).print(job) == Outcome("failed", "unreachable")


class FakeUsb:
    """A USB printer with its endpoints where few expect them."""

    def __init__(self) -> None:
        self.machine = Machine(576, 0)
        self.papers: list[Paper] = []
        self.line = bytearray()
        self.backend = SimpleNamespace(__module__="fake")

    def set_configuration(self) -> None: ...

    def reset(self) -> None: ...

    def get_active_configuration(self) -> dict[tuple[int, int], list[SimpleNamespace]]:
        interrupt = SimpleNamespace(bmAttributes=3, bEndpointAddress=0x85)
        inward = SimpleNamespace(bmAttributes=2, bEndpointAddress=0x84)
        outward = SimpleNamespace(bmAttributes=2, bEndpointAddress=0x03)
        return {(0, 0): [interrupt, inward, outward]}

    def write(self, endpoint: int, data: bytes, timeout_ms: int) -> None:
        assert endpoint == 0x03
        self.line += self.machine.receive(bytes(data), 0)
        for effect in self.machine.run(0):
            if isinstance(effect, Answer):
                self.line += effect.data
            else:
                self.papers.append(effect)

    def read(self, endpoint: int, length: int, timeout_ms: int) -> bytes:
        assert endpoint == 0x84
        if not self.line:
            raise usb.core.USBTimeoutError("Operation timed out")
        data = bytes(self.line[:length])
        del self.line[:length]
        return data


@pytest.fixture
def fake_usb(monkeypatch: pytest.MonkeyPatch) -> FakeUsb:
    device = FakeUsb()
    monkeypatch.setattr(usb.core, "find", lambda **_ids: device)
    monkeypatch.setattr(usb.util, "dispose_resources", lambda _device: None)
    return device


def test_a_usb_printer_confirms(fake_usb: FakeUsb, job: bytes) -> None:
    printer = Printer("usb://04b8:0e15")
    assert printer.status() == PrinterStatus(None)
    assert printer.print(job) == Outcome("confirmed", None)
    assert len(fake_usb.papers) == 1


def test_a_usb_printer_without_paper_is_sent_nothing(fake_usb: FakeUsb, job: bytes) -> None:
    fake_usb.machine.turn("paper_end")
    assert Printer("usb://04b8:0e15").print(job) == Outcome("failed", "paper_end")


def test_a_usb_printer_that_is_not_plugged_in_is_unreachable(monkeypatch: pytest.MonkeyPatch, job: bytes) -> None:
    monkeypatch.setattr(usb.core, "find", lambda **_ids: None)
    with pytest.raises(UnreachableError):
        open_device(parse("usb://04b8:0e15"))


def test_a_usb_printer_that_another_program_holds_is_busy(monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(**_ids: int) -> None:
        raise usb.core.USBError("Resource busy", errno=16)

    monkeypatch.setattr(usb.core, "find", busy)
    with pytest.raises(BusyError):
        open_device(parse("usb://04b8:0e15"))


def test_a_machine_without_libusb_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_backend(**_ids: int) -> None:
        raise usb.core.NoBackendError("No backend available")

    monkeypatch.setattr(usb.core, "find", no_backend)
    with pytest.raises(DriverError) as missing:
        open_device(parse("usb://04b8:0e15"))
    assert missing.value.facts == {"library": "libusb-1.0"}


def test_windows_printing_elsewhere_says_what_is_missing() -> None:
    with pytest.raises(DriverError) as missing:
        open_device(parse("windows://Receipts"))
    assert missing.value.facts == {"library": "pywin32"}


def test_opening_a_network_printer_never_imports_the_slow_library() -> None:
    script = (
        "import sys, logging; from printer.transport import Printer; Printer('tcp://127.0.0.1:1').status();"
        "assert 'escpos' not in sys.modules; assert not logging.getLogger().handlers"
    )
    subprocess.run([sys.executable, "-c", script], check=True)


def test_importing_the_library_leaves_no_trace(tmp_path: Path) -> None:
    script = (
        "import logging; from printer.access import escpos_printers; escpos_printers();"
        "assert not logging.getLogger().handlers"
    )
    subprocess.run([sys.executable, "-c", script], check=True, env=os.environ | {"TMPDIR": str(tmp_path)})
    assert list(tmp_path.iterdir()) == []


def test_the_library_is_imported_once() -> None:
    before = list(logging.getLogger().handlers)
    assert escpos_printers() is escpos_printers()
    assert logging.getLogger().handlers == before
