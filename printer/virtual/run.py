"""
Composition root of the virtual printer: wires machine, tray, port and switchboard, and runs until it is told to stop.
"""

import json
import signal
import threading
from pathlib import Path
from types import FrameType

import typer

from printer import clock
from printer.virtual.control import Control
from printer.virtual.machine import Machine
from printer.virtual.papers import Tray
from printer.virtual.service import Service


class VirtualPrinter:
    """A running virtual printer, for a command or a test; use it in a ``with``."""

    def __init__(
        self,
        folder: Path,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        control_port: int = 0,
        width_dots: int = 576,
        speed_mm_s: float = 250.0,
        origins: frozenset[str] = frozenset(),
    ) -> None:
        self.tray = Tray(folder)
        machine = Machine(width_dots, speed_mm_s)
        self.service = Service(machine, self.tray, host, port, monotonic_s=clock.monotonic_s, now=clock.now)
        self.control = Control(self.service, control_port, origins)
        self._http = threading.Thread(
            target=self.control.serve_forever, kwargs={"poll_interval": 0.05}, name="printer-control", daemon=True
        )

    @property
    def address(self) -> str:
        """As `printer.transport.Printer` takes it."""
        return f"tcp://{self.service.host}:{self.service.port}"

    @property
    def control_url(self) -> str:
        """Of the small page; ends with a slash."""
        return f"http://127.0.0.1:{self.control.port}/"

    def __enter__(self) -> "VirtualPrinter":
        self.service.start()
        self._http.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.control.shutdown()
        self.control.server_close()
        self.service.stop()


def run(printer: VirtualPrinter) -> None:
    """Run *printer*, say so in one line of JSON, and return after SIGINT or SIGTERM."""
    stop = threading.Event()

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, on_signal)
    with printer:
        ready = {
            "address": printer.address,
            "port": printer.service.port,
            "control_port": printer.control.port,
            "control_url": printer.control_url,
            "output": str(printer.tray.folder),
            "width_dots": printer.service.machine.width_dots,
        }
        typer.echo(json.dumps(ready))
        while not stop.wait(0.2):  # a wait without end cannot be interrupted on Windows
            pass
