"""The same tests of the store on both of its homes: an SQLite file and a real PostgreSQL server."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from server.actions import day
from server.records.database import Database
from server.records.writer import Writer
from tests.server.postgres import Postgres
from tests.server.small_hospital import Clock


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
