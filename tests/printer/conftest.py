"""A virtual printer and a printer that talks to it, with short limits."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from printer.encode import encode
from printer.slip import draw
from printer.transport import Limits, Printer
from printer.virtual.run import VirtualPrinter
from tests.printer.samples import ORDINARY

# Real limits are for real printers; on loopback an answer takes a millisecond, on a loaded machine a tenth of a second.
SHORT = Limits(reply_s=0.3, busy_s=0.6, print_s=3.0, slowest_bytes_per_s=200_000)


@pytest.fixture
def virtual(tmp_path: Path) -> Iterator[VirtualPrinter]:
    with VirtualPrinter(tmp_path / "papers", speed_mm_s=0) as running:
        yield running


@pytest.fixture
def slow_virtual(tmp_path: Path) -> Iterator[VirtualPrinter]:
    """Prints a slip in about a third of a second, as paper does."""
    with VirtualPrinter(tmp_path / "papers", speed_mm_s=200) as running:
        yield running


@pytest.fixture
def printer(virtual: VirtualPrinter) -> Printer:
    return Printer(virtual.address, limits=SHORT)


@pytest.fixture(scope="session")
def job() -> bytes:
    return encode(draw(ORDINARY))
