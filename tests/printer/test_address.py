"""Addresses as technicians type them."""

import pytest

from printer.address import Address, parse
from printer.errors import AddressError


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("tcp://192.168.1.50", Address("tcp", "192.168.1.50", (9100,), "dsrdtr", False)),
        (" tcp://printer.lan:9101/ ", Address("tcp", "printer.lan", (9101,), "dsrdtr", False)),
        ("tcp://[fe80::1]:9100", Address("tcp", "fe80::1", (9100,), "dsrdtr", False)),
        ("tcp://10.0.0.9?one_way=1", Address("tcp", "10.0.0.9", (9100,), "dsrdtr", True)),
        ("usb://04b8:0e15", Address("usb", "04b8:0e15", (0x04B8, 0x0E15), "dsrdtr", False)),
        ("serial://COM3?baud=115200&flow=none", Address("serial", "COM3", (115200,), "none", False)),
        ("serial:///dev/ttyUSB0", Address("serial", "/dev/ttyUSB0", (19200,), "dsrdtr", False)),
        ("file:///dev/usb/lp0", Address("file", "/dev/usb/lp0", (), "dsrdtr", True)),
        ("file:///C:/slips/out.bin", Address("file", "C:/slips/out.bin", (), "dsrdtr", True)),
        ("windows://M%C3%A1y%20in%201", Address("windows", "Máy in 1", (), "dsrdtr", True)),
    ],
)
def test_an_address_is_understood(text: str, address: Address) -> None:
    assert parse(text) == address


@pytest.mark.parametrize(
    "text",
    [
        "", "192.168.1.50", "http://192.168.1.50", "tcp://", "tcp://host:0", "tcp://host:99999", "tcp://a/b",
        "usb://printer", "usb://04b8", "serial://", "serial://COM3?baud=fast", "serial://COM3?baud=9",
        "serial://COM3?flow=wild", "file://", "tcp://host?baud2=1",
    ],
)  # fmt: skip
def test_an_address_that_means_nothing_is_refused_as_it_was(text: str) -> None:
    with pytest.raises(AddressError) as refused:
        parse(text)
    assert refused.value.facts["address"] == text
