"""
Where the rows live: one SQLite file, or PostgreSQL, reached the same way.

The writer owns one driver connection and sends plain SQL with ``:name`` parameters through `Rows`; ordinary reads use
SQLModel sessions on read-only connections of their own.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

import psycopg
from psycopg.rows import dict_row
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.pool import ConnectionPoolEntry

Row = dict[str, Any]
#: A writer that finds the file locked by a foreign program waits this long before the action is answered "busy".
BUSY_TIMEOUT_MS = 5_000


#: A day's tables with their indexes: with SQLite's 2 MB the writer reads each page of a random index again and again.
WRITER_CACHE_KIB = 32_768
#: The write-ahead log goes into the file when the writer rests (`tidy`), at the latest at this length (64 MB): SQLite's
#: own 1,000 pages would make somebody wait for it every 300 tickets.
CHECKPOINT_PAGES = 16_384
TIDY_CHANGES = 1_000


class Rows(Protocol):
    """The calls that actions need of a database."""

    def one(self, sql: str, **values: object) -> Row | None: ...

    def all(self, sql: str, **values: object) -> list[Row]: ...

    def run(self, sql: str, **values: object) -> int: ...

    def insert(self, table: str, values: Row, key: str) -> Any: ...

    def insert_many(self, table: str, rows: Sequence[Row]) -> None: ...

    def script(self, sql: str) -> None: ...


class SqliteRows:
    """SQLite through the standard library's driver: WAL, FULL, and statements that begin nothing by themselves."""

    begin = "BEGIN IMMEDIATE"
    begin_reading = "BEGIN"

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        uri = f"{path.resolve().as_uri()}?mode={'ro' if read_only else 'rwc'}"
        self.connection = sqlite3.connect(
            uri, uri=True, isolation_level=None, check_same_thread=False, cached_statements=512
        )
        self.connection.row_factory = _as_dict
        self._tidied = 0
        self.connection.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
        if not read_only:
            self.connection.execute("PRAGMA journal_mode=WAL")
            self.connection.execute("PRAGMA synchronous=FULL")
            self.connection.execute(f"PRAGMA wal_autocheckpoint={CHECKPOINT_PAGES}")
            # Savepoints copy the pages that they may have to put back: in memory, not into a file of their own.
            self.connection.execute("PRAGMA temp_store=MEMORY")
            self.connection.execute(f"PRAGMA cache_size=-{WRITER_CACHE_KIB}")

    def one(self, sql: str, **values: object) -> Row | None:
        return self.connection.execute(sql, values).fetchone()  # type: ignore[no-any-return] # set by row_factory

    def all(self, sql: str, **values: object) -> list[Row]:
        return self.connection.execute(sql, values).fetchall()

    def run(self, sql: str, **values: object) -> int:
        return self.connection.execute(sql, values).rowcount

    def insert(self, table: str, values: Row, key: str) -> Any:
        """Insert a row; returns its key, which the database gives where *values* has none."""
        cursor = self.connection.execute(_insert_sql(table, tuple(values), "?"), tuple(values.values()))
        return values.get(key, cursor.lastrowid)

    def insert_many(self, table: str, rows: Sequence[Row]) -> None:
        """Insert rows of the same columns."""
        sql = _insert_sql(table, tuple(rows[0]), "?")
        self.connection.executemany(sql, [tuple(row.values()) for row in rows])

    def script(self, sql: str) -> None:
        self.connection.execute(sql)

    @property
    def is_closed(self) -> bool:
        """False: a file does not hang up."""
        return False

    def tidy(self) -> None:
        """While nobody waits: bring what was written from the write-ahead log into the file, if it is worth it."""
        changes = self.connection.total_changes
        if changes - self._tidied >= TIDY_CHANGES:
            self._tidied = changes
            self.connection.execute("PRAGMA wal_checkpoint(PASSIVE)")

    def changed_by_others(self) -> int:
        """A number that differs when another connection has committed since it was asked last."""
        return int(self.connection.execute("PRAGMA data_version").fetchone()["data_version"])

    def close(self) -> None:
        self.connection.close()


class PostgresRows:
    """PostgreSQL through psycopg 3, with the same ``:name`` parameters."""

    begin = "BEGIN"
    begin_reading = "BEGIN ISOLATION LEVEL REPEATABLE READ"

    def __init__(self, url: str, *, read_only: bool = False) -> None:
        self.connection = psycopg.connect(url, autocommit=True, row_factory=dict_row)
        if read_only:
            self.connection.execute("SET default_transaction_read_only = on")
        self._asked = 0

    def one(self, sql: str, **values: object) -> Row | None:
        return self._execute(sql, values).fetchone()

    def all(self, sql: str, **values: object) -> list[Row]:
        return self._execute(sql, values).fetchall()

    def run(self, sql: str, **values: object) -> int:
        return self._execute(sql, values).rowcount

    def insert(self, table: str, values: Row, key: str) -> Any:
        sql = f"{_insert_sql(table, tuple(values), '%s')} RETURNING {key}"
        found = self.connection.execute(sql.encode(), tuple(values.values()), prepare=True).fetchone()
        return found[key] if found else None

    def insert_many(self, table: str, rows: Sequence[Row]) -> None:
        with self.connection.cursor() as cursor:
            sql = _insert_sql(table, tuple(rows[0]), "%s").encode()
            cursor.executemany(sql, [tuple(row.values()) for row in rows])

    def script(self, sql: str) -> None:
        self.connection.execute(sql.encode())

    @property
    def is_closed(self) -> bool:
        """True when the server has ended the connection, as the last statement found."""
        return self.connection.closed

    def tidy(self) -> None:
        """Nothing: the server does it."""

    def changed_by_others(self) -> int:
        """Always another number: several servers write to one PostgreSQL."""
        self._asked += 1
        return self._asked

    def close(self) -> None:
        self.connection.close()

    def _execute(self, sql: str, values: Mapping[str, object]) -> psycopg.Cursor[Row]:
        return self.connection.execute(_percent_style(sql), values, prepare=True)


@lru_cache(maxsize=256)
def _insert_sql(table: str, columns: tuple[str, ...], mark: str) -> str:
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join([mark] * len(columns))})"


@lru_cache(maxsize=1024)
def _percent_style(sql: str) -> bytes:
    return re.sub(r":([a-z_][a-z0-9_]*)", r"%(\1)s", sql.replace("%", "%%")).encode()


def _as_dict(cursor: sqlite3.Cursor, values: tuple[Any, ...]) -> Row:
    return {column[0]: value for column, value in zip(cursor.description, values, strict=True)}


class Database:
    """
    One place for rows.

    Args:
        where: A path to an SQLite file, or a ``postgresql://`` address.
    """

    def __init__(self, where: str | Path) -> None:
        self.where = where
        self.is_postgres = str(where).startswith("postgresql://")

    def open_rows(self, *, read_only: bool = False) -> SqliteRows | PostgresRows:
        """A connection of its own for one thread."""
        if self.is_postgres:
            return PostgresRows(str(self.where), read_only=read_only)
        return SqliteRows(Path(self.where), read_only=read_only)

    def engine(self) -> Engine:
        """For SQLModel sessions that read, and for migrations."""
        if self.is_postgres:
            return create_engine(str(self.where).replace("postgresql://", "postgresql+psycopg://", 1))
        engine = create_engine(f"sqlite:///{self.where}")
        event.listen(engine, "connect", _wait_for_locks)
        return engine


def _wait_for_locks(connection: sqlite3.Connection, _record: ConnectionPoolEntry) -> None:
    connection.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
