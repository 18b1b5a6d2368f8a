"""
Where a printer is, as one line of text that a technician types. Pure.

``tcp://192.168.1.50:9100`` · ``usb://04b8:0e15`` · ``serial://COM3?baud=115200`` · ``file:///dev/usb/lp0`` ·
``windows://Name of the printer``
"""

import re
from dataclasses import dataclass
from typing import Literal, cast
from urllib.parse import parse_qs, unquote

from printer.errors import AddressError

Scheme = Literal["tcp", "usb", "serial", "file", "windows"]
SCHEMES = ("tcp", "usb", "serial", "file", "windows")
ONE_WAY_SCHEMES = {"file", "windows"}  # python-escpos writes these and cannot read them
TCP_PORT = 9100
BAUD = 19200  # what most serial receipt printers leave the factory with
FLOWS = ("dsrdtr", "xonxoff", "none")
IDS = re.compile(r"([0-9a-fA-F]{1,4}):([0-9a-fA-F]{1,4})")
HOST_PORT = re.compile(r"(?:\[([0-9a-fA-F:.]+)\]|([^\[\]:/]+))(?::(\d{1,5}))?/?")
DRIVE = re.compile(r"/[A-Za-z]:")


@dataclass(frozen=True, slots=True)
class Address:
    """
    Attributes:
        place: Host, path, serial port or name, by scheme; for usb as it was typed.
        numbers: (port,) for tcp, (vendor, product) for usb, (baud,) for serial.
        flow: Serial only.
        is_one_way: Nothing is asked of it: either it cannot answer, or ``?one_way=1`` says so.
    """

    scheme: Scheme
    place: str
    numbers: tuple[int, ...]
    flow: str
    is_one_way: bool


def parse(text: str) -> Address:
    """
    Read an address.

    Raises:
        AddressError: With the ``address`` as it was.
    """
    scheme, mark, rest = text.strip().partition("://")
    if scheme not in SCHEMES or not mark:
        raise AddressError(address=text)
    place, _, query = rest.partition("?")
    options = {key: values[-1] for key, values in parse_qs(query).items()}
    numbers = _numbers(scheme, place, options)
    flow = options.get("flow", "dsrdtr")
    if numbers is None or not place or flow not in FLOWS or options.keys() - {"baud", "flow", "one_way"}:
        raise AddressError(address=text)
    is_one_way = scheme in ONE_WAY_SCHEMES or options.get("one_way") == "1"
    return Address(cast(Scheme, scheme), _place(scheme, place), numbers, flow, is_one_way)


def _numbers(scheme: str, place: str, options: dict[str, str]) -> tuple[int, ...] | None:
    if scheme == "tcp":
        found = HOST_PORT.fullmatch(place)
        port = int(found[3] or TCP_PORT) if found else 0
        return (port,) if 0 < port < 65536 else None
    if scheme == "usb":
        ids = IDS.fullmatch(place)
        return (int(ids[1], 16), int(ids[2], 16)) if ids else None
    if scheme == "serial":
        baud = options.get("baud", str(BAUD))
        return (int(baud),) if baud.isdecimal() and 300 <= int(baud) <= 4_000_000 else None
    return ()


def _place(scheme: str, place: str) -> str:
    if scheme == "tcp":
        found = HOST_PORT.fullmatch(place)
        return (found[1] or found[2]) if found else place
    place = unquote(place)
    return place[1:] if scheme == "file" and DRIVE.match(place) else place
