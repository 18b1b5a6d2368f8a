"""
``luot-printer``: try a printer, draw a slip, run the virtual printer.

Exit codes: 0 all is well, 1 a mistake that a sentence explains, 2 wrong use, 3 the printer is not well, 4 not printed
for certain.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from printer import clock
from printer.encode import encode
from printer.errors import FileError, PrinterError
from printer.slip import check_width, draw
from printer.transport import Printer
from printer.virtual.run import VirtualPrinter, run
from printer.words import RESULTS, TROUBLES, sentence

EXIT_MISTAKE, EXIT_NOT_WELL, EXIT_NOT_PRINTED = 1, 3, 4

app = typer.Typer(add_completion=False, no_args_is_help=True, help="Slips and thermal printers.")

AddressArgument = Annotated[str, typer.Argument(help="For example tcp://192.168.1.50:9100 or usb://04b8:0e15.")]
WidthOption = Annotated[int, typer.Option("--width", help="Dots: 576 for 80 mm paper, 384 for 58 mm.")]


@app.command()
def virtual(
    output: Annotated[Path, typer.Option(help="Folder for one PNG a slip.")] = Path("papers"),
    port: Annotated[int, typer.Option(help="Port of the printer; 0 takes a free one.")] = 9100,
    control_port: Annotated[int, typer.Option(help="Port of its page, on this machine only; 0 takes a free one.")] = 0,
    host: Annotated[str, typer.Option(help="Address to listen on; 0.0.0.0 for the whole LAN.")] = "127.0.0.1",
    width: WidthOption = 576,
    speed_mm_s: Annotated[float, typer.Option(min=0, help="Speed of the paper; 0 prints in no time.")] = 250,
    allow_origin: Annotated[
        list[str] | None, typer.Option(help="Origin of another page that may use the controls.")
    ] = None,
) -> None:
    """A printer made of software: draws what it is sent, and misbehaves when told."""
    check_width(width)
    run(
        VirtualPrinter(
            output,
            host=host,
            port=port,
            control_port=control_port,
            width_dots=width,
            speed_mm_s=speed_mm_s,
            origins=frozenset(allow_origin or ()),
        )
    )


@app.command("test")
def print_sample(address: AddressArgument, width: WidthOption = 576) -> None:
    """Print a test slip with every Vietnamese mark and a code to scan."""
    printer = Printer(address, width)
    outcome = printer.print(encode(draw(sample_content(), width)))
    typer.echo(RESULTS[outcome.result])
    if outcome.detail:
        typer.echo(TROUBLES[outcome.detail])
    if outcome.result != "confirmed":
        raise typer.Exit(EXIT_NOT_PRINTED)


@app.command()
def status(address: AddressArgument) -> None:
    """Ask a printer how it is."""
    answer = Printer(address).status()
    typer.echo(TROUBLES[answer.trouble] if answer.trouble else "The printer is well.")
    if not answer.is_ok:
        raise typer.Exit(EXIT_NOT_WELL)


@app.command("draw")
def draw_file(
    file: Annotated[Path, typer.Argument(help="JSON of a slip's content.")],
    picture: Annotated[Path, typer.Argument(help="PNG to write.")],
    width: WidthOption = 576,
) -> None:
    """Draw a slip from a JSON file into a PNG."""
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise FileError(path=str(file), reason=str(error)) from error
    if not isinstance(content, dict):
        raise FileError(path=str(file), reason="it holds no JSON object")
    drawn = draw(content, width)
    try:
        drawn.save(picture, format="PNG")
    except OSError as error:
        raise FileError(path=str(picture), reason=str(error)) from error


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command; a known error becomes one sentence and exit code 1."""
    try:
        app(arguments)
    except PrinterError as error:
        typer.echo(sentence(error), err=True)
        raise SystemExit(EXIT_MISTAKE) from error


def sample_content() -> dict[str, Any]:
    """A slip that shows whether accents, marks, edges and the code come out."""
    return {
        "hospital": "Phiếu in thử · Lượt",
        "service": "Ắ Ằ Ẳ Ẵ Ặ Ế Ễ Ộ Ợ Ữ Ỵ đ ơ ư",
        "number": "A000",
        "class_mark": "ƯU TIÊN",
        "class_note": "chờ xác nhận",
        "issued_at": clock.now().isoformat(),
        "ahead": 12,
        "wait": {"low_s": 600, "high_s": 1500},
        "where": "Phòng 12, tầng 1, khu A",
        "qr": "LUOT-TEST",
        "qr_opens_page": False,
        "language": "vi",
    }
