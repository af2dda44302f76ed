"""A database brought to the newest schema has exactly the tables the program works with, on both engines."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from alembic import command
from sqlalchemy.engine import Connection

from desk.database import Database
from desk.schema import schema_is_current
from desk.tables import metadata
from migrations.runner import config_for, migrate

BOOK_KEEPING = "alembic_version"


@pytest.fixture
def empty(empty_database_url: str) -> Iterator[Database]:
    """A database without any table."""
    database = Database(empty_database_url)
    yield database
    database.close()


def _described(db: Connection) -> dict[str, list[str]]:
    """Every table with its columns, keys, checks and indexes, as the database itself tells them."""
    inspector = sa.inspect(db)
    return {
        table: sorted(
            [f"column {_plain(column)}" for column in inspector.get_columns(table)]
            + [f"primary {_plain(inspector.get_pk_constraint(table))}"]
            + [f"foreign {_plain(key)}" for key in inspector.get_foreign_keys(table)]
            + [f"unique {_plain(key)}" for key in inspector.get_unique_constraints(table)]
            + [f"check {_plain(check)}" for check in inspector.get_check_constraints(table)]
            + [f"index {_plain(index)}" for index in inspector.get_indexes(table)]
        )
        for table in inspector.get_table_names()
        if table != BOOK_KEEPING
    }


def _plain(found: object) -> str:
    """The same words for the same thing: no order of keys, no address of an object."""
    if isinstance(found, dict):
        return str(sorted((key, _plain(value)) for key, value in found.items()))
    return str(found)


def test_the_migrations_make_exactly_the_tables_of_the_program(
    empty: Database, empty_database_url: str
) -> None:
    with empty.transaction() as db:
        metadata.create_all(db)
        wanted = _described(db)
        metadata.drop_all(db)

    migrate(empty_database_url)

    with empty.reading() as db:
        found = _described(db)
    assert found == wanted, "the tables have changed: write a migration with `make migration name=…`"


def test_going_back_leaves_nothing_and_going_forth_again_works(
    empty: Database, empty_database_url: str
) -> None:
    migrate(empty_database_url)
    with empty.transaction() as db:
        command.downgrade(config_for(db), "base")
    with empty.reading() as db:
        assert _described(db) == {}

    migrate(empty_database_url)

    with empty.reading() as db:
        assert schema_is_current(db)


def test_migrating_twice_changes_nothing(empty: Database, empty_database_url: str) -> None:
    migrate(empty_database_url)
    with empty.reading() as db:
        before = _described(db)

    migrate(empty_database_url)

    with empty.reading() as db:
        assert _described(db) == before


def test_several_processes_that_migrate_at_once_take_turns(empty: Database, empty_database_url: str) -> None:
    with ThreadPoolExecutor(max_workers=3) as machines:
        list(machines.map(migrate, [empty_database_url] * 3))

    with empty.reading() as db:
        assert schema_is_current(db)


def test_a_step_that_fails_leaves_the_database_as_it_was(empty: Database, empty_database_url: str) -> None:
    with empty.transaction() as db:
        db.execute(sa.text("CREATE TABLE booking (in_the_way INTEGER)"))

    with pytest.raises(sa.exc.DBAPIError):
        migrate(empty_database_url)

    with empty.reading() as db:
        assert sa.inspect(db).get_table_names() == ["booking"]
