"""Kept answers are found for a whole group at once, by index, on SQLite and PostgreSQL."""

from collections.abc import Iterator

import pytest

from server.records import keys
from server.records.database import Database, PostgresRows, SqliteRows
from server.records.keys import Key

ASKED = [Key("device:1", "tap-1", "f"), Key("device:2", "tap-1", "f"), Key("device:1", "new", "f")]


@pytest.fixture
def rows(database: Database) -> Iterator[SqliteRows | PostgresRows]:
    opened = database.open_rows()
    for key in ASKED[:2]:
        keys.keep(opened, [keys.answer_row(key, "2026-03-02", 201, key.caller)])
    yield opened
    opened.close()


def test_a_group_finds_the_answers_of_its_own_callers(rows: SqliteRows | PostgresRows) -> None:
    found = keys.find(rows, ASKED)
    assert {scope: row["body"] for scope, row in found.items()} == {
        ("device:1", "tap-1"): "device:1",
        ("device:2", "tap-1"): "device:2",
    }


def test_a_group_without_keys_asks_nothing(rows: SqliteRows | PostgresRows) -> None:
    assert keys.find(rows, []) == {}


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_kept_answers_are_searched_by_index_and_never_scanned(rows: SqliteRows) -> None:
    plan = rows.all(f"EXPLAIN QUERY PLAN {keys._find_sql(2)}", caller0="", key0="", caller1="", key1="")
    steps = [step["detail"] for step in plan]
    assert any(step.startswith("SEARCH answer USING INDEX") for step in steps)
    assert not any(step.startswith("SCAN answer") for step in steps)
