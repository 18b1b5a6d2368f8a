"""
One open connection to a printer, whatever it is made of.

A link only moves bytes, within limits, and never hides that it could not. TCP is a socket of our own, because
python-escpos waits a minute for a dead host and calls a closed socket healthy; USB, serial, files and Windows go
through python-escpos (`printer.access`).
"""

import select
import socket
import struct
from collections.abc import Callable
from contextlib import suppress
from typing import Protocol

from printer.address import Address
from printer.errors import LinkLostError, UnreachableError, WriteTimeoutError

CONNECT_LIMIT_S = 2.0
PIECE_BYTES = 4096


class Link(Protocol):
    """An open connection. Not for several threads at once."""

    def write(self, data: bytes, limit_s: float) -> None:
        """
        Hand over all of *data*.

        Raises:
            WriteTimeoutError: Not taken within *limit_s*.
            LinkLostError: The connection ended.
        """

    def read(self, limit_s: float) -> bytes:
        """
        What came in, waiting at most *limit_s* for the first byte; empty when nothing did.

        Raises:
            LinkLostError: The connection ended.
        """

    def close(self, is_abort: bool) -> None:
        """End it; with *is_abort* what the printer has not taken yet is withdrawn where that is possible."""


OpenLink = Callable[[Address], Link]


def open_link(address: Address) -> Link:
    """
    Connect to *address*.

    Raises:
        UnreachableError: Nobody is there.
        BusyError: Another owner has it.
        DriverError: This machine lacks a library for it.
    """
    if address.scheme == "tcp":
        return TcpLink(address.place, address.numbers[0])
    from printer import access  # late: python-escpos takes a fifth of a second and leaves traces, see there

    return access.open_device(address)


class TcpLink:
    """
    A socket to a network printer.

    Raises:
        UnreachableError: No connection within two seconds.
    """

    def __init__(self, host: str, port: int) -> None:
        try:
            self._socket = socket.create_connection((host, port), timeout=CONNECT_LIMIT_S)
        except (OSError, UnicodeError) as error:
            raise UnreachableError(address=f"tcp://{host}:{port}") from error
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def write(self, data: bytes, limit_s: float) -> None:
        """See `Link.write`."""
        self._socket.settimeout(limit_s)
        try:
            self._socket.sendall(data)
        except TimeoutError as error:
            raise WriteTimeoutError from error
        except OSError as error:
            raise LinkLostError from error

    def read(self, limit_s: float) -> bytes:
        """See `Link.read`."""
        try:
            readable, _, _ = select.select([self._socket], [], [], limit_s)
            if not readable:
                return b""
            data = self._socket.recv(PIECE_BYTES)
        except (OSError, ValueError) as error:
            raise LinkLostError from error
        if not data:
            raise LinkLostError
        return data

    def close(self, is_abort: bool) -> None:
        """See `Link.close`; an abort resets the connection, which drops what the printer's card still holds."""
        with suppress(OSError):
            if is_abort:
                self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            else:
                self._socket.shutdown(socket.SHUT_WR)
        self._socket.close()
