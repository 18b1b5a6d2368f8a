"""The write-ahead log goes into the file while the writer rests, when it is worth it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from server.records.database import TIDY_CHANGES, SqliteRows


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "log.db"


@pytest.fixture
def rows(path: Path) -> Iterator[SqliteRows]:
    opened = SqliteRows(path)
    opened.script("CREATE TABLE line (id INTEGER PRIMARY KEY, text TEXT NOT NULL)")
    yield opened
    opened.close()


def write(rows: SqliteRows, count: int) -> None:
    rows.script(rows.begin)
    rows.insert_many("line", [{"text": "x" * 100} for _ in range(count)])
    rows.script("COMMIT")


def test_much_that_was_written_goes_into_the_file(rows: SqliteRows, path: Path) -> None:
    write(rows, TIDY_CHANGES)
    before = path.stat().st_size
    rows.tidy()
    assert path.stat().st_size > before


def test_a_little_waits_for_more(rows: SqliteRows, path: Path) -> None:
    write(rows, TIDY_CHANGES - 1)
    before = path.stat().st_size
    rows.tidy()
    assert path.stat().st_size == before


def test_what_was_tidied_is_not_tidied_again(rows: SqliteRows, path: Path) -> None:
    write(rows, TIDY_CHANGES)
    rows.tidy()
    write(rows, 1)
    before = path.stat().st_size
    rows.tidy()
    assert path.stat().st_size == before


def test_a_reader_that_holds_on_does_not_stop_the_writer(rows: SqliteRows, path: Path) -> None:
    reader = SqliteRows(path, read_only=True)
    reader.script(reader.begin_reading)
    reader.all("SELECT id FROM line")
    write(rows, TIDY_CHANGES)
    rows.tidy()
    write(rows, 1)
    assert rows.one("SELECT count(*) AS count FROM line") == {"count": TIDY_CHANGES + 1}
    reader.close()
