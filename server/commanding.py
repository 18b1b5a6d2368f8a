"""What several commands do: open the database, put a description in force, say in one sentence why they cannot."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NoReturn

import typer
from rich.console import Console

from server import clock, words
from server.actions.setup import load_hospital
from server.records.database import Database
from server.records.schema import HEAD, SchemaNewerError, create_site, prepare
from server.records.writer import Writer
from server.rules.hospital import Hospital
from server.rules.refusals import BodyMalformed
from server.settings import Settings

err = Console(stderr=True, highlight=False, soft_wrap=True)


def reader_language() -> str:
    """Vietnamese where the terminal's locale says so, else English."""
    return "vi" if os.environ.get("LANG", "").lower().startswith("vi") else "en"


def fail(code: str, language: str = "", **facts: object) -> NoReturn:
    """One sentence on standard error (`command.*.json`), exit status 1."""
    err.print(words.sentence("command", code, language or reader_language(), facts), style="bold red", markup=False)
    raise typer.Exit(1)


def open_database(data: Path, language: str = "") -> Database:
    """The database in *data*, brought to this program's schema, or a clear sentence and the end."""
    settings = Settings(data=data)
    try:
        data.mkdir(parents=True, exist_ok=True)
        probe = data / f".writable-{os.getpid()}"
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        fail("data_unwritable", language, data=data, problem=error.strerror)
    database = Database(settings.where)
    try:
        prepare(database)
    except SchemaNewerError as error:
        fail("schema_newer", language, data=data, found=error.args[0], known=HEAD)
    return database


def put_in_force(database: Database, hospital: Hospital, language: str = "") -> int:
    """Load a checked description; returns its version."""
    rows = database.open_rows()
    is_new = rows.one("SELECT code FROM site") is None
    rows.close()
    if is_new:
        create_site(database, hospital, clock.now_ms())
        return 1
    writer = Writer(database, lambda tx: None)
    try:
        return int(writer.run_now(lambda tx: load_hospital(tx, hospital))["version"])
    except BodyMalformed as refusal:
        sentence = words.sentence("setup", str(refusal.facts["sentence"]), language, refusal.facts)
        err.print(sentence, style="bold red", markup=False)
        raise typer.Exit(1) from refusal
    finally:
        writer.stop()
