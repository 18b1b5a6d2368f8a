"""`luot-server device …` and `luot-server staff …`: enrolling and ending, also while the server runs."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Literal

import typer
from pwdlib import PasswordHash
from rich.console import Console
from rich.table import Table

from server import words
from server.actions import day, devices, staff
from server.commanding import fail, open_database, reader_language
from server.http.guests import hashed
from server.records.schema import NotSetUpError
from server.records.writer import Writer
from server.rules.refusals import Refusal

device_app = typer.Typer(no_args_is_help=True, help="Kiosks, displays, speakers and consoles.")
staff_app = typer.Typer(no_args_is_help=True, help="People who sign in.")
Data = Annotated[Path, typer.Option("--data", envvar="LUOT_DATA", help="Folder of the database.")]
out = Console(highlight=False, soft_wrap=True)
PASSWORD_BYTES = 9


@contextmanager
def _writer(data: Path) -> Iterator[Writer]:
    try:
        writer = Writer(open_database(data), day.ensure_open)
    except NotSetUpError:
        fail("not_set_up", data=data)
    try:
        yield writer
    except Refusal as refusal:
        out.print(words.sentence("refusals", refusal.code, reader_language(), refusal.facts, part="detail"))
        raise typer.Exit(1) from refusal
    finally:
        writer.stop()


@device_app.command("add")
def add_device(
    name: Annotated[str, typer.Argument(help="A short code for people, such as kiosk-1.")],
    role: Annotated[Literal["kiosk", "display", "speaker", "console"], typer.Option(help="What it is.")],
    place: Annotated[list[str] | None, typer.Option(help="Area or room that it serves.")] = None,
    unattended: Annotated[bool, typer.Option(help="A console that may act without a person signed in.")] = False,
    data: Data = Path("luot-data"),
) -> None:
    """Enrol a device and print its token, once."""
    token = devices.new_token()
    with _writer(data) as writer:
        writer.run_now(
            lambda tx: devices.enrol_device(tx, role, name, place or [], hashed(token), is_unattended=unattended)
        )
    out.print(token)


@device_app.command("list")
def list_devices(data: Data = Path("luot-data")) -> None:
    """The enrolled devices."""
    table = Table("id", "role", "name", "trouble")
    with _writer(data) as writer:
        for row in writer.database.open_rows().all("SELECT * FROM device WHERE revoked_at IS NULL ORDER BY id"):
            table.add_row(str(row["id"]), row["role"], row["name"], row["trouble"] or "")
    out.print(table)


@device_app.command("revoke")
def revoke_device(
    device: Annotated[int, typer.Argument(help="Its id, as `device list` shows it.")], data: Data = Path("luot-data")
) -> None:
    """End a device's rights; a running server drops its connection."""
    with _writer(data) as writer:
        writer.run_now(lambda tx: devices.revoke_device(tx, device))


@staff_app.command("add")
def add_staff(
    login: Annotated[str, typer.Argument(help="What the person types to sign in.")],
    role: Annotated[
        Literal["viewer", "desk", "reception", "lead", "admin"], typer.Option(help="What the person does.")
    ],
    room: Annotated[list[str] | None, typer.Option(help="A room that the person may serve; all without it.")] = None,
    password: Annotated[str | None, typer.Option(help="Made and printed when not given.", prompt=False)] = None,
    data: Data = Path("luot-data"),
) -> None:
    """Add an account, or give an existing one a new password, role and rooms."""
    made = password or secrets.token_urlsafe(PASSWORD_BYTES)
    password_hash = PasswordHash.recommended().hash(made)
    with _writer(data) as writer:
        writer.run_now(lambda tx: staff.create_staff(tx, login.strip().lower(), password_hash, role, room))
    if password is None:
        out.print(made)
