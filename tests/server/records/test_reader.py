"""Reading beside the writer: a connection a thread, which may not write, and which comes back when it was lost."""

import threading

import psycopg
import pytest

from server.records.database import Database
from server.records.reader import Reader
from tests.server.postgres import Postgres


def test_each_thread_has_a_connection_of_its_own(database: Database) -> None:
    reader = Reader(database)
    found = [reader.rows()]
    thread = threading.Thread(target=lambda: found.append(reader.rows()))
    thread.start()
    thread.join()
    assert found[0] is reader.rows()
    assert found[0] is not found[1]
    reader.close()


def test_a_reader_may_not_write(database: Database) -> None:
    reader = Reader(database)
    with pytest.raises(Exception, match=r"read-?only"):
        reader.rows().run("UPDATE site SET seq = 99")
    reader.close()


@pytest.mark.parametrize("database", ["postgres"], indirect=True)
def test_a_lost_connection_costs_one_reading(database: Database, postgres: Postgres) -> None:
    reader = Reader(database)
    assert reader.rows().one("SELECT seq FROM site") == {"seq": 0}
    postgres.end_other_connections()
    with pytest.raises(psycopg.OperationalError):
        reader.rows().one("SELECT seq FROM site")
    assert reader.rows().one("SELECT seq FROM site") == {"seq": 0}
    reader.close()
