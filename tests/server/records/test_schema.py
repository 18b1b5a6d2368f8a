"""The schema: migrations make exactly what the tables declare, and an older program keeps off a newer database."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlmodel import SQLModel

from server.records import tables
from server.records.database import Database
from server.records.schema import HEAD, MIGRATIONS, NotSetUpError, SchemaNewerError, load_site, prepare, revision


def test_migrating_makes_what_the_tables_declare(empty_database: Database) -> None:
    prepare(empty_database)
    engine = empty_database.engine()
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(context, SQLModel.metadata)
    engine.dispose()
    assert tables.Ticket.__tablename__ == "ticket"
    assert differences == []


def test_the_program_knows_the_newest_migration() -> None:
    scripts = ScriptDirectory(str(MIGRATIONS), version_locations=[str(MIGRATIONS / "versions")])
    assert scripts.get_heads() == [HEAD]


def test_preparing_twice_changes_nothing(empty_database: Database) -> None:
    prepare(empty_database)
    prepare(empty_database)
    rows = empty_database.open_rows()
    assert revision(rows) == HEAD
    rows.close()


def test_a_newer_database_is_refused(database: Database) -> None:
    rows = database.open_rows()
    rows.run("UPDATE alembic_version SET version_num = '9999'")
    rows.close()
    with pytest.raises(SchemaNewerError):
        prepare(database)


def test_a_database_without_a_hospital_says_so(empty_database: Database) -> None:
    prepare(empty_database)
    rows = empty_database.open_rows()
    with pytest.raises(NotSetUpError):
        load_site(rows)
    rows.close()
