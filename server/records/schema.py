"""
Bringing a database to this program's schema, and reading what the writer starts from.

Migrations are Alembic's; it is imported only when there is something to migrate, since it costs a start a quarter of a
second.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from server.records.database import Database, Rows
from server.rules.hospital import Hospital

#: The newest migration in `migrations/versions/`; a test holds the two together.
HEAD: Final = "0001"
MIGRATIONS: Final = Path(__file__).parent / "migrations"


class SchemaNewerError(Exception):
    """The database was written by a newer Lượt; running an older one on it could lose what it does not know."""


class NotSetUpError(Exception):
    """The database holds no hospital yet."""


@dataclass(frozen=True, slots=True)
class SiteState:
    """What the writer starts from."""

    code: str
    epoch: str
    seq: int
    day: str | None
    last_ts: int
    version: int
    hospital: Hospital


def revision(rows: Rows) -> str | None:
    """The schema's revision; None for an empty database."""
    try:
        found = rows.one("SELECT version_num FROM alembic_version")
    except Exception as error:  # each driver has its own class for "no such table"; any other fault shows at once after
        if "alembic_version" in str(error):
            return None
        raise
    return found["version_num"] if found else None


def prepare(database: Database) -> None:
    """
    Create or migrate the schema.

    Raises:
        SchemaNewerError: The database is newer than this program.
    """
    rows = database.open_rows()
    try:
        present = revision(rows)
    finally:
        rows.close()
    if present == HEAD:
        return
    if present is not None and present > HEAD:
        raise SchemaNewerError(present)
    _migrate(database)


def _migrate(database: Database) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    engine = database.engine()
    try:
        with engine.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, HEAD)
    finally:
        engine.dispose()


def load_site(rows: Rows, known: SiteState | None = None) -> SiteState:
    """
    The hospital's state and description.

    Args:
        rows: The database.
        known: What was loaded before: its description is kept while no newer version has come.

    Raises:
        NotSetUpError: No hospital has been loaded.
    """
    site = rows.one("SELECT code, epoch, seq, day, last_ts FROM site")
    newest = rows.one("SELECT max(version) AS version FROM setup")
    if site is None or newest is None or newest["version"] is None:
        raise NotSetUpError()
    version = int(newest["version"])
    hospital = known.hospital if known and known.version == version else _load_hospital(rows, version)
    return SiteState(site["code"], site["epoch"], site["seq"], site["day"], site["last_ts"] or 0, version, hospital)


def _load_hospital(rows: Rows, version: int) -> Hospital:
    found = rows.one("SELECT document FROM setup WHERE version = :version", version=version)
    if found is None:
        raise NotSetUpError()
    return Hospital.from_document(json.loads(found["document"]))


def create_site(database: Database, hospital: Hospital, now_ms: int) -> None:
    """Begin a log for a hospital that has none; keeps what is there."""
    rows = database.open_rows()
    try:
        if rows.one("SELECT code FROM site") is None:
            rows.script(rows.begin)
            rows.run(
                "INSERT INTO site (code, epoch, seq, day, last_ts) VALUES (:code, :epoch, 0, NULL, :ts)",
                code=hospital.site.code, epoch=secrets.token_hex(8), ts=now_ms,
            )  # fmt: skip
            rows.run(
                "INSERT INTO setup (loaded_at, document) VALUES (:ts, :document)",
                ts=now_ms, document=json.dumps(hospital.document(), ensure_ascii=False),
            )  # fmt: skip
            rows.script("COMMIT")
    finally:
        rows.close()
