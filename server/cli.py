"""`luot-server`: init, serve, demo, doctor. Each fault is one clear sentence and a non-zero exit."""

from __future__ import annotations

import json
import ssl
from pathlib import Path
from typing import Annotated

import structlog
import typer
from rich.console import Console

from server import words
from server.actions.setup import SetupError, crowded_areas, read_hospital
from server.commanding import err, fail, open_database, put_in_force, reader_language
from server.commands import device_app, staff_app
from server.locks import InUseError, hold
from server.logs import set_up_logs
from server.records.schema import NotSetUpError
from server.rules.hospital import Hospital
from server.settings import Settings

log = structlog.get_logger()
app = typer.Typer(
    name="luot-server", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False,
    help="Lượt: the server of an outpatient queue.",
)  # fmt: skip
out = Console(highlight=False, soft_wrap=True)
app.add_typer(device_app, name="device")
app.add_typer(staff_app, name="staff")
Data = Annotated[Path, typer.Option("--data", envvar="LUOT_DATA", help="Folder of the database.")]
Language = Annotated[str, typer.Option("--language", help="Language of the messages: vi or en.")]


@app.callback()
def every_command() -> None:
    """Log lines go to standard error: what a command prints is its answer alone."""
    set_up_logs(Settings().log_format)


@app.command()
def init(
    file: Annotated[Path, typer.Argument(help="The hospital's TOML file.")],
    data: Data = Path("luot-data"),
    language: Language = "",
) -> None:
    """Check a hospital's file and load it; again to update, which loses no ticket."""
    language = language or reader_language()
    hospital = _read(file, language)
    database = open_database(data, language)
    version = put_in_force(database, hospital, language)
    out.print(words.sentence("command", "loaded", language, {"file": file, "data": data, "version": version}))
    for area, calls in crowded_areas(hospital).items():
        out.print(words.sentence("setup", "area_crowded", language, {"value": area, "calls": calls}), markup=False)


def _read(file: Path, language: str) -> Hospital:
    try:
        return read_hospital(file)
    except OSError as error:
        fail("file_unreadable", language, file=file, problem=error.strerror)
    except SetupError as error:
        for mistake in error.mistakes:
            facts = dict(mistake.facts)
            if "write" in facts:
                facts["write"] = words.sentence("setup", "write", language, part=str(facts["write"]))
            sentence = words.sentence("setup", mistake.code, language, facts)
            line = words.sentence("setup", "mistake", language, {"line": mistake.line, "sentence": sentence})
            err.print(f"{file}: {line}", markup=False)
        fail("file_mistakes", language, file=file, count=len(error.mistakes))


@app.command()
def serve(
    data: Data = Path("luot-data"),
    host: Annotated[
        str, typer.Option(envvar="LUOT_HOST", help="Address to listen on; 0.0.0.0 for the LAN.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(envvar="LUOT_PORT", help="Port; 0 takes a free one.", min=0, max=65535)] = 8000,
    tls_certificate: Annotated[
        Path | None, typer.Option(envvar="LUOT_TLS_CERTIFICATE", help="PEM certificate: serves https.")
    ] = None,
    tls_key: Annotated[Path | None, typer.Option(envvar="LUOT_TLS_KEY", help="PEM key of the certificate.")] = None,
    demo_links: Annotated[Path | None, typer.Option(hidden=True)] = None,
    language: Language = "",
) -> None:
    """Serve the hospital that was loaded with `init`."""
    settings = Settings(data=data, host=host, port=port, tls_certificate=tls_certificate, tls_key=tls_key)
    open_database(data, language)
    try:
        held = hold(data, "server")
    except InUseError:
        fail("data_in_use", language, data=data)
    _check_certificate(settings, language)
    from server.serving import PortTakenError, run

    try:
        run(settings, demo_links)
    except NotSetUpError:
        fail("not_set_up", language, data=data)
    except PortTakenError:
        fail("port_taken", language, host=host, port=port)
    finally:
        held.close()


def _check_certificate(settings: Settings, language: str) -> None:
    """Read the certificate and its key once before anybody is told that the server is ready."""
    if settings.tls_certificate is None and settings.tls_key is None:
        return
    try:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(str(settings.tls_certificate or ""), settings.tls_key)
    except (OSError, ssl.SSLError) as error:
        fail("tls_unusable", language, problem=error.strerror or str(error))


@app.command()
def demo(
    data: Data = Path("demo-data"),
    port: Annotated[int, typer.Option(help="Port of the server.", min=0, max=65535)] = 8000,
    hospital: Annotated[str, typer.Option(help="district, provincial, traditional, or a TOML file.")] = "provincial",
    patients: Annotated[int, typer.Option(help="Let so many patients come.", min=0, max=5000)] = 0,
    speed: Annotated[float, typer.Option(help="Shortens arrivals and service, never voice.", min=0.1, max=1000)] = 1.0,
    open_: Annotated[bool, typer.Option("--open", help="Open the start page in a browser.")] = False,
    language: Language = "",
) -> None:
    """A whole hospital on this machine: server, kiosk with a virtual printer, hall display, speaker."""
    from server.demo.run import DemoError, DemoSettings, run_demo

    try:
        run_demo(DemoSettings(data, port, hospital, patients, speed, open_))
    except DemoError as error:
        fail(error.code, language, **error.facts)


@app.command()
def doctor(data: Data = Path("luot-data"), language: Language = "") -> None:
    """Look over an installation and say what is wrong, each with what to do."""
    database = open_database(data, language)
    rows = database.open_rows()
    site = rows.one("SELECT code, epoch, seq, day FROM site")
    if site is None:
        fail("not_set_up", language, data=data)
    events = rows.one("SELECT count(*) AS count, max(seq) AS head FROM event")
    twice = rows.all("SELECT label FROM ticket GROUP BY site, day, series, number, label HAVING count(*) > 1")
    report = {
        "site": site["code"],
        "service_day": site["day"],
        "log_head": site["seq"],
        "log_has_gaps": bool(events and events["count"] != (events["head"] or 0)),
        "numbers_twice": [row["label"] for row in twice],
    }
    rows.close()
    out.print_json(json.dumps(report))
    if report["log_has_gaps"] or report["numbers_twice"]:
        fail("unsound", language, data=data)


def main() -> None:
    """Entry point of `luot-server`."""
    app(windows_expand_args=False)
