"""The virtual printer, read by outside readers: one of printer status, one of the codes on its paper."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import zxingcpp
from escpos_thermal import Printer as ThermalPrinter
from escpos_thermal.connectors.network_connector import NetworkConnector
from PIL import Image

from printer.encode import encode
from printer.errors import PortError
from printer.slip import draw
from printer.transport import Printer
from printer.virtual.machine import State
from printer.virtual.run import VirtualPrinter
from tests.printer.conftest import SHORT
from tests.printer.samples import ORDINARY


@pytest.fixture
def reader(virtual: VirtualPrinter) -> Iterator[ThermalPrinter]:
    printer = ThermalPrinter(NetworkConnector("127.0.0.1", virtual.service.port, timeout=2))
    yield printer
    printer.close()


@pytest.mark.parametrize(
    ("state", "is_online", "has_paper", "has_error"),
    [
        ("ok", True, True, False),
        ("near_end", True, True, False),
        ("paper_end", False, False, False),
        ("cover_open", False, True, False),
        ("cutter", False, True, True),
        ("error", False, True, True),
        ("offline", False, True, False),
    ],
)
def test_an_outside_reader_sees_each_state(
    virtual: VirtualPrinter, reader: ThermalPrinter, state: State, is_online: bool, has_paper: bool, has_error: bool
) -> None:
    virtual.service.turn(state)
    assert (reader.is_online(), reader.has_paper(), reader.has_error()) == (is_online, has_paper, has_error)


def test_an_outside_reader_gets_nothing_from_a_mute_printer(virtual: VirtualPrinter) -> None:
    virtual.service.turn("mute")
    printer = ThermalPrinter(NetworkConnector("127.0.0.1", virtual.service.port, timeout=0.2))
    assert printer.is_online() is None
    printer.close()


def test_a_taken_port_is_refused(virtual: VirtualPrinter, tmp_path: object) -> None:
    with pytest.raises(PortError):
        VirtualPrinter(virtual.tray.folder, port=virtual.service.port)
    with pytest.raises(PortError):
        VirtualPrinter(virtual.tray.folder, control_port=virtual.control.port)


@pytest.mark.parametrize("width", [576, 384])
def test_a_reader_of_codes_reads_the_code_on_the_paper(width: int, tmp_path: Path) -> None:
    with VirtualPrinter(tmp_path, width_dots=width, speed_mm_s=0) as virtual:
        assert Printer(virtual.address, limits=SHORT).print(encode(draw(ORDINARY, width))).result == "confirmed"
        (paper,) = virtual.tray.newest_first()
    with Image.open(tmp_path / paper.name) as picture:
        codes = zxingcpp.read_barcodes(picture)
    assert [code.text for code in codes] == [ORDINARY["qr"]]
