"""Ordinary reads: SQLModel sessions and plain rows on read-only connections, one a thread."""

from __future__ import annotations

import threading

from sqlmodel import Session

from server.records.database import Database, PostgresRows, SqliteRows


class Reader:
    """Connections for reading; each thread keeps its own."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._engine = database.engine()
        self._local = threading.local()
        self._opened: list[SqliteRows | PostgresRows] = []

    def rows(self) -> SqliteRows | PostgresRows:
        """Plain rows, read only; to be used in this thread."""
        rows: SqliteRows | PostgresRows | None = getattr(self._local, "rows", None)
        if rows is None or rows.is_closed:  # closed by us, or by a database server that restarted
            rows = self._local.rows = self._database.open_rows(read_only=True)
            self._opened.append(rows)
        return rows

    def session(self) -> Session:
        """A SQLModel session; close it after use (``with``)."""
        return Session(self._engine)

    def close(self) -> None:
        self._engine.dispose()
        for rows in self._opened:
            rows.close()
