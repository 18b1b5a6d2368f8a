"""
The only place where python-escpos is imported: USB, serial, file and Windows raw access.

Importing it calls ``logging.basicConfig`` and leaves a temporary folder behind; both are undone here. Of its classes
only opening, writing and closing are used: its own pictures and its own status answers are not to be trusted.
"""

import contextlib
import logging
import shutil
import threading
from collections.abc import Callable
from functools import cache
from types import ModuleType
from typing import Any

from printer.address import Address
from printer.errors import BusyError, DriverError, LinkLostError, PrinterError, UnreachableError, WriteTimeoutError

READ_BYTES = 64
USB_OUT, USB_IN = 0x01, 0x82  # where most receipt printers have them, used when the descriptor does not tell
SERIAL_FLOWS = {"dsrdtr": {"dsrdtr": True}, "xonxoff": {"dsrdtr": False, "xonxoff": True}, "none": {"dsrdtr": False}}

# Writers that a printer keeps waiting for ever, by place: a second one would only wait beside it.
_stuck: dict[str, threading.Thread] = {}


def open_device(address: Address) -> "DeviceLink":
    """
    Open the device at *address*, which is not TCP.

    Raises:
        UnreachableError, BusyError, DriverError: See `printer.links.open_link`.
    """
    writer = _stuck.get(address.place)
    if writer and writer.is_alive():
        raise BusyError(address=address.place)
    _stuck.pop(address.place, None)
    module = escpos_printers()
    device = _device(module, address)
    try:
        device.open()
        if device.device is None:
            raise UnreachableError(address=address.place)
    except PrinterError:
        raise
    except (
        Exception
    ) as error:  # drivers raise their own kinds: ValueError without libusb, pywintypes.error, SerialException
        raise _translated(error, address) from error
    if address.scheme == "usb":
        _find_endpoints(device)
    return DeviceLink(device, address)


@cache
def escpos_printers() -> ModuleType:
    """The module ``escpos.printer``, imported once, without its traces."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    import escpos.capabilities
    import escpos.printer

    root.handlers[:] = handlers
    root.setLevel(level)
    shutil.rmtree(escpos.capabilities.pickle_dir, ignore_errors=True)
    return escpos.printer  # type: ignore[no-any-return] # the package carries no type information


class DeviceLink:
    """A `printer.links.Link` over an opened python-escpos device."""

    def __init__(self, device: Any, address: Address) -> None:
        self._device = device
        self._address = address

    def write(self, data: bytes, limit_s: float) -> None:
        """See `Link.write`. A device file may block for ever: the write waits in a thread of its own."""
        failures: list[Exception] = []
        is_given_up = threading.Event()

        def write() -> None:
            try:
                self._device._raw(data)
            except Exception as error:  # whatever the driver raises, the job did not get through
                failures.append(error)
            if is_given_up.is_set():
                self._close()  # at once: a later close would send what it still holds into the next job

        writer = threading.Thread(target=write, name="printer-write", daemon=True)
        writer.start()
        writer.join(timeout=limit_s)
        if writer.is_alive():
            is_given_up.set()
            _stuck[self._address.place] = writer
            raise WriteTimeoutError
        if failures:
            raise LinkLostError from failures[0]

    def read(self, limit_s: float) -> bytes:
        """See `Link.read`."""
        raw = self._device.device
        try:
            if self._address.scheme == "usb":
                return bytes(raw.read(self._device.in_ep, READ_BYTES, max(1, round(limit_s * 1000))))
            raw.timeout = limit_s
            first = bytes(raw.read(1))
            return first + bytes(raw.read(raw.in_waiting)) if first else b""
        except Exception as error:  # pyusb says "nothing came" by raising; everything else is a lost device
            if type(error).__name__ == "USBTimeoutError":
                return b""
            raise LinkLostError from error

    def close(self, is_abort: bool) -> None:
        """See `Link.close`."""
        if is_abort and self._address.place in _stuck:
            return  # closing under a blocked writer would block as well: its thread closes when it ends
        if is_abort and self._address.scheme == "serial":
            with contextlib.suppress(Exception):  # a lost line has nothing to withdraw
                self._device.device.reset_output_buffer()
        self._close()

    def _close(self) -> None:
        with contextlib.suppress(Exception):  # nothing is left to be done about a device that fails to close
            self._device.close()


def _device(module: ModuleType, address: Address) -> Any:
    makers: dict[str, Callable[[], Any]] = {
        "usb": lambda: module.Usb(*address.numbers, timeout=0, in_ep=USB_IN, out_ep=USB_OUT),
        "serial": lambda: module.Serial(address.place, address.numbers[0], timeout=1, **SERIAL_FLOWS[address.flow]),
        "file": lambda: module.File(address.place),
        "windows": lambda: module.Win32Raw(address.place),
    }
    try:
        return makers[address.scheme]()
    except RuntimeError as error:  # python-escpos: the library behind this access is not installed
        raise DriverError(library={"windows": "pywin32"}.get(address.scheme, "python-escpos[usb,serial]")) from error


def _translated(error: Exception, address: Address) -> PrinterError:
    if type(error).__name__ == "NoBackendError":
        return DriverError(library="libusb-1.0")
    reason = f"{error} {error.__cause__ or ''}".lower()
    if "busy" in reason:
        return BusyError(address=address.place)
    return UnreachableError(address=address.place)


def _find_endpoints(device: Any) -> None:
    """Take the first bulk endpoint of each direction from the descriptor; clones put them anywhere."""
    with contextlib.suppress(Exception):  # a device that hides its descriptor keeps the usual ones
        for endpoint in device.device.get_active_configuration()[(0, 0)]:
            if endpoint.bmAttributes & 0x03 == 0x02:
                if endpoint.bEndpointAddress & 0x80:
                    device.in_ep = endpoint.bEndpointAddress
                else:
                    device.out_ep = endpoint.bEndpointAddress
