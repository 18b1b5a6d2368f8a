"""What the hot actions ask of the database is answered from indexes, however long the day has been."""

import sqlite3
from collections.abc import Callable
from typing import Any

import pytest

from server.actions.call import call_next
from server.actions.issue import IssueRequest, issue_ticket
from server.records.transaction import Transaction
from server.records.writer import Writer

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
#: One row each, whatever the day was like.
SMALL = ("SCAN site", "SCAN setup")


def plans(writer: Writer, action: Callable[[Transaction], Any]) -> dict[str, list[str]]:
    """Each statement of *action* with the steps of its plan."""
    rows = writer._rows
    assert isinstance(rows.connection, sqlite3.Connection)
    statements: list[str] = []
    rows.connection.set_trace_callback(statements.append)
    writer.run_now(action)
    rows.connection.set_trace_callback(None)
    asked = [text for text in statements if text.startswith(("SELECT", "UPDATE", "INSERT", "DELETE"))]
    return {text: [step["detail"] for step in rows.all(f"EXPLAIN QUERY PLAN {text}")] for text in asked}


def issue(tx: Transaction) -> Any:
    return issue_ticket(tx, IssueRequest("noi"))


def test_who_is_next_comes_from_the_partial_index_without_sorting(writer: Writer) -> None:
    writer.run_now(issue)
    found = plans(writer, lambda tx: call_next(tx, "p1"))
    heads = {text: steps for text, steps in found.items() if "ORDER BY rank" in text}
    assert heads
    for steps in heads.values():
        assert any("entry_callable" in step for step in steps)
        assert not any("TEMP B-TREE" in step for step in steps)


@pytest.mark.parametrize("action", [issue, lambda tx: call_next(tx, "p1", "finish")], ids=["issue", "call_next"])
def test_no_statement_reads_a_whole_table(writer: Writer, action: Callable[[Transaction], Any]) -> None:
    for _ in range(3):
        writer.run_now(issue)
    writer.run_now(lambda tx: call_next(tx, "p1"))
    for text, steps in plans(writer, action).items():
        assert not [step for step in steps if step.startswith("SCAN") and not step.startswith(SMALL)], text
