"""`among`: one statement for however many are asked for, answered from an index."""

from contextlib import suppress
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from desk.among import among
from desk.database import Connection, Database
from desk.tables.messaging import heartbeat

KEPT = ["all", "web", 'with "quotes" and, a comma']


def _found(db: Connection, names: list[str]) -> list[str]:
    query = sa.select(heartbeat.c.process).where(
        among(heartbeat.c.process, names), heartbeat.c.beat_at.is_not(None)
    )
    return list(db.execute(query.order_by(heartbeat.c.process)).scalars())


@pytest.fixture
def filled(database: Database) -> Database:
    with database.transaction() as db:
        beat = {"beat_at": datetime(2026, 11, 12, tzinfo=UTC)}
        db.execute(heartbeat.insert(), [{"process": name, **beat} for name in KEPT])
    return database


@pytest.mark.parametrize("names", [[], ["web"], ["web", "web", "nobody"], KEPT, KEPT * 20_000])
def test_those_are_found_that_are_named(filled: Database, names: list[str]) -> None:
    with filled.reading() as db:
        assert _found(db, names) == sorted(set(names) & set(KEPT))


def test_however_many_are_named_it_is_the_same_statement(filled: Database) -> None:
    seen: set[str] = set()
    with filled.reading() as db:
        sa.event.listen(db, "before_cursor_execute", lambda *told: seen.add(told[2]))
        for names in ([], ["web"], KEPT):
            _found(db, names)
    assert len(seen) == 1


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_sqlite_answers_it_from_an_index(filled: Database) -> None:
    query = sa.select(heartbeat.c.process).where(among(heartbeat.c.process, KEPT))
    with filled.reading() as db:
        plan = db.exec_driver_sql(f"EXPLAIN QUERY PLAN {query.compile(db.engine)}", ("[]",)).all()
    assert any(row.detail.startswith("SEARCH heartbeat") for row in plan)


@pytest.mark.parametrize("database", ["postgres"], indirect=True)
def test_what_is_asked_in_one_reading_after_another_is_prepared_once(filled: Database) -> None:
    for _ in range(10):
        with filled.reading() as db:
            _found(db, KEPT)
    with filled.reading() as db:
        prepared = "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE 'SELECT heartbeat%%'"
        assert db.exec_driver_sql(prepared).scalar_one() == 1


def test_a_reading_keeps_nothing_that_is_written_in_it(filled: Database) -> None:
    with suppress(sa.exc.InternalError), filled.reading() as db:
        db.execute(heartbeat.delete())
    with filled.reading() as db:
        assert _found(db, KEPT) == sorted(KEPT)
