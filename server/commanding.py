"""What each command does first: open the database, and say in one sentence why it cannot go on."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NoReturn

import typer
from rich.console import Console

from server import words
from server.records.database import Database
from server.records.schema import HEAD, SchemaNewerError, prepare
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
