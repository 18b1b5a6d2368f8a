"""Several servers on one PostgreSQL: one log, one counter, no number twice."""

import threading

import pytest

from server.actions import day
from server.actions.issue import IssueRequest, issue_ticket
from server.records.database import Database
from server.records.writer import Writer
from tests.server.small_hospital import Clock

SERVERS = 3
EACH = 60


def _issue_many(database: Database, found: list[str]) -> None:
    writer = Writer(database, day.ensure_open)
    for _ in range(EACH):
        found.append(writer.run_now(lambda tx: issue_ticket(tx, IssueRequest("noi")))["number"])
    writer.stop()


@pytest.mark.parametrize("database", ["postgres"], indirect=True)
def test_servers_that_issue_at_the_same_time_never_give_a_number_twice(database: Database, still: Clock) -> None:
    found: list[str] = []
    threads = [threading.Thread(target=_issue_many, args=(database, found)) for _ in range(SERVERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [f"A{number:03d}" for number in range(1, SERVERS * EACH + 1)]
    rows = database.open_rows()
    seqs = [row["seq"] for row in rows.all("SELECT seq FROM event ORDER BY seq")]
    rows.close()
    assert seqs == list(range(1, SERVERS * EACH + 2))
