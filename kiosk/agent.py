"""
luot-kiosk: the program beside a thermal printer. It serves the touch page to the browser on its own machine, takes
numbers from the server and prints them; with ``--no-page`` it only prints what the server asks for, at a desk.

This is the composition root: it reads the settings, builds the parts and wires them. What they do is in their modules.
"""

import asyncio
import contextlib
import json
import signal
import sys
import webbrowser
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Annotated, Any

import structlog
import typer

from kiosk.carrier import Carrier
from kiosk.client import ServerClient
from kiosk.gateway import build_gateway
from kiosk.hall import Hall
from kiosk.jobs import follow_jobs
from kiosk.journal import Journal
from kiosk.listening import Listener, PortTakenError
from kiosk.logs import start_log
from kiosk.owner import DataInUseError, own_data
from kiosk.scans import Scans
from kiosk.spool import Spool
from kiosk.trouble import TroubleReport
from printer.errors import PrinterError
from printer.transport import Printer
from printer.words import sentence
from server import clock
from server.live.link import Link
from server.live.trust import trust

log = structlog.get_logger()


@dataclass(frozen=True)
class Settings:
    """Everything that differs between two kiosks. ``port`` None means no page, 0 any free one."""

    server: str
    token: str
    printer: str
    width_dots: int
    port: int | None
    data: Path
    is_opened: bool
    ca: Path | None


async def run(settings: Settings) -> None:
    """Run until the process is told to end; prints one line of JSON when it is ready."""
    stop = asyncio.Event()
    trusted = trust(settings.server, settings.ca)
    async with contextlib.AsyncExitStack() as stack:
        stack.enter_context(_signals_set(stop))
        client = await stack.enter_async_context(ServerClient(settings.server, settings.token, trusted))
        journal = Journal(settings.data / "orders.jsonl")
        stack.callback(journal.close)
        link = Link(settings.server, settings.token, ["devices"], ssl_context=trusted)
        stack.push_async_callback(link.close)

        report = TroubleReport(client)
        spool = Spool(Printer(settings.printer, width_dots=settings.width_dots), settings.width_dots, report.tell)
        carrier = Carrier(journal, client, spool.print_slip, clock.now)
        hall = Hall(client, settings.data / "hospital.json", lambda: report.tell(spool.trouble))

        # They end in the reverse order: the page first, then the printer's running job, then what waits for answers.
        stack.push_async_callback(carrier.close)
        stack.push_async_callback(spool.close)
        carrier.resume()
        url = None
        if settings.port is not None:
            scans = Scans(client, lambda: hall.hospital)
            gateway = build_gateway(carrier, scans, lambda: page_state(hall, spool), clock.now)
            listener = Listener(gateway, settings.port)
            url = await stack.enter_async_context(listener)
        works = [spool.watch(), report.run(), follow_jobs(link, carrier.take_job)]
        if url is not None:
            works.append(hall.run())
        _say_ready(settings, url)
        await _run_until(stop, works)
        log.info("agent.ends")


def page_state(hall: Hall, spool: Spool) -> dict[str, Any]:
    """What ``GET /api/kiosk/state`` answers, beside the version of the page."""
    hospital = hall.hospital or {}
    classes = [one for one in hospital.get("classes", []) if one.get("declared")]
    return {
        "site": hospital.get("site"),
        "groups": hospital.get("groups") or [],
        "services": hall.services(),
        "classes": classes,
        "connection": hall.connection,
        "printer": {"trouble": spool.trouble},
    }


async def _run_until(stop: asyncio.Event, works: list[Any]) -> None:
    """Run *works* until *stop* is set; one that fails ends the program, and its supervisor starts it again."""
    tasks = [asyncio.create_task(work) for work in works]
    ending = asyncio.create_task(stop.wait())
    try:
        done, _ = await asyncio.wait([ending, *tasks], return_when=asyncio.FIRST_COMPLETED)
        for task in done - {ending}:
            task.result()
    finally:
        for task in [ending, *tasks]:
            task.cancel()
        await asyncio.gather(ending, *tasks, return_exceptions=True)


@contextlib.contextmanager
def _signals_set(stop: asyncio.Event) -> Iterator[None]:
    """Let Ctrl-C and a polite kill set *stop*, on Windows too, where a loop takes no signal handlers."""
    loop = asyncio.get_running_loop()

    def on_signal(number: int, frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(stop.set)

    names = ("SIGINT", "SIGTERM", "SIGBREAK")
    numbers = [getattr(signal, name) for name in names if hasattr(signal, name)]
    before = {number: signal.signal(number, on_signal) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _say_ready(settings: Settings, url: str | None) -> None:
    line = {"ready": "luot-kiosk", "url": url, "server": settings.server, "printer": settings.printer}
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()
    if url is not None and settings.is_opened:
        webbrowser.open(url)


app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def kiosk(
    server: Annotated[str, typer.Option(help="The server, such as http://192.168.1.10:8000", envvar="LUOT_SERVER")],
    printer: Annotated[str, typer.Option(help="Such as tcp://192.168.1.50:9100", envvar="LUOT_PRINTER")],
    data: Annotated[Path, typer.Option(help="A folder of this kiosk's own", envvar="LUOT_KIOSK_DATA")],
    token: Annotated[str, typer.Option(help="This device's token", envvar="LUOT_TOKEN")] = "",
    token_file: Annotated[Path | None, typer.Option(help="A file that holds the token")] = None,
    port: Annotated[int, typer.Option(help="Where the page is served; 0 = any free port", min=0, max=65535)] = 8081,
    width: Annotated[int, typer.Option(help="Dots across the paper: 576 for 80 mm, 384 for 58 mm")] = 576,
    no_page: Annotated[bool, typer.Option("--no-page", help="Only print what the server asks for")] = False,
    open_page: Annotated[bool, typer.Option("--open", help="Open the page in a browser")] = False,
    ca: Annotated[
        Path | None,
        typer.Option(help="The hospital's own certificate (PEM), trusted beside the system's", envvar="LUOT_CA"),
    ] = None,
) -> None:
    """Take numbers at a touch screen and print them."""
    start_log()
    try:
        settings = Settings(
            server=server,
            token=token or _read_token(token_file),
            printer=printer,
            width_dots=width,
            port=None if no_page else port,
            data=data,
            is_opened=open_page,
            ca=ca,
        )
        with own_data(data):
            asyncio.run(run(settings))
    except (DataInUseError, PortTakenError, PrinterError, OSError, ValueError) as error:
        log.debug("agent.failed", exc_info=True)
        told = sentence(error) if isinstance(error, PrinterError) else error
        sys.stderr.write(f"luot-kiosk: {told}\n")
        raise SystemExit(1) from error


def _read_token(path: Path | None) -> str:
    if path is None:
        raise ValueError("say who this device is: --token TOKEN, --token-file FILE or LUOT_TOKEN")
    try:
        token = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not text"
        raise ValueError(f"--token-file: {path} cannot be read: {reason}") from error
    if not token:
        raise ValueError(f"{path} holds no token")
    return token


def main() -> None:
    """The command ``luot-kiosk``."""
    app(prog_name="luot-kiosk")
