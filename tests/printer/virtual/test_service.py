"""The virtual printer, read by an outside reader of printer status."""

from collections.abc import Iterator

import pytest
from escpos_thermal import Printer as ThermalPrinter
from escpos_thermal.connectors.network_connector import NetworkConnector

from printer.errors import PortError
from printer.virtual.machine import State
from printer.virtual.run import VirtualPrinter


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
