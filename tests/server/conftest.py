"""What tests of the server share: a clock to advance, a small hospital on a real SQLite file, its writer."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from server import clock
from server.actions import day
from server.records.database import Database
from server.records.writer import Writer
from tests.server.small_hospital import Clock, make_database


@pytest.fixture(scope="session")
def prepared_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with the small hospital: copied by each test, since migrating costs a third of a second."""
    path = tmp_path_factory.mktemp("prepared") / "luot.db"
    make_database(path)
    return path


@pytest.fixture
def still(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The time stands at seven in the morning until a test moves it."""
    hands = Clock()
    monkeypatch.setattr(clock, "now_ms", hands.now_ms)
    monkeypatch.setattr(clock, "monotonic", hands.monotonic)
    return hands


@pytest.fixture
def database(prepared_file: Path, tmp_path: Path) -> Database:
    path = tmp_path / "luot.db"
    shutil.copy(prepared_file, path)
    return Database(path)


@pytest.fixture
def writer(database: Database, still: Clock) -> Iterator[Writer]:
    writer = Writer(database, day.ensure_open)
    yield writer
    writer.stop()
