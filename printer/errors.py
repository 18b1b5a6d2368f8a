"""
What can go wrong on the way to paper, each with a stable code and facts.

No prose here: `printer.words` has the sentences that a technician reads. The codes of a printer's own trouble
(paper out, cover open …) are no errors but answers, and live in `printer.status`.
"""

from typing import Any


class PrinterError(Exception):
    """
    Something that ends a piece of work. *facts* fill the sentence of its ``code``.

    Attributes:
        code: Stable, snake case; a test proves that each has a sentence.
    """

    code = "error"

    def __init__(self, **facts: Any) -> None:
        super().__init__(self.code, facts)
        self.facts = facts


class ContentError(PrinterError):
    """The content of a slip lacks *field*, or it is of the wrong kind."""

    code = "content_invalid"


class PictureError(PrinterError):
    """A picture or a paper width that no printer of ours can print."""

    code = "picture_invalid"


class AddressError(PrinterError):
    """The address of a printer cannot be understood."""

    code = "address_invalid"


class DriverError(PrinterError):
    """This machine lacks a library that this way of access needs."""

    code = "driver_missing"


class UnreachableError(PrinterError):
    """Nobody opens at the address: switched off, unplugged, or a wrong address."""

    code = "unreachable"


class BusyError(PrinterError):
    """The printer is there and serves somebody else."""

    code = "busy"


class LinkLostError(PrinterError):
    """The connection ended while something was still to be said."""

    code = "link_lost"


class WriteTimeoutError(PrinterError):
    """The printer stopped taking bytes."""

    code = "write_timeout"


class PortError(PrinterError):
    """A port that the virtual printer should listen on is in use, or not allowed."""

    code = "port_taken"


class FolderError(PrinterError):
    """The folder for the papers cannot be written."""

    code = "folder_unwritable"


class FileError(PrinterError):
    """A file named on the command line cannot be read or written."""

    code = "file_unreadable"
