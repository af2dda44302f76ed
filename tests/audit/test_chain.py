"""The reading log cannot be changed; and once somebody takes its guards away and does it, the chain says where."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa
from alembic import command
from sqlalchemy.engine import Connection

from desk.audit.queries import check_chain, head
from desk.audit.rules import Chain, Head, clocks
from desk.audit.service import forget_months, note
from desk.clock import at_tokyo
from desk.database import Database
from desk.tables.append_only import protect
from migrations.runner import config_for, migrate

HOW_MANY = 6
OPENED = "0" * 32


def look(db: Connection, now: datetime, *, times: int = HOW_MANY) -> None:
    """Somebody opens a person's page, minute after minute."""
    for minute in range(times):
        at = now + timedelta(minutes=minute)
        note(db, act="view", by=OPENED, role="staff", kind="client", client_id="c" * 32, now=at)


def without_guards(db: Connection) -> None:
    """What whoever owns the database can do."""
    for name in ("audit_entry_kept", "audit_entry_unchanged", "audit_entry_once", "audit_entry_whole"):
        on = " ON audit_entry" if db.dialect.name == "postgresql" else ""
        db.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}{on}")


def found(database: Database, *, known: Head | None = None) -> Chain:
    """What `audit verify` finds."""
    with database.reading() as db:
        return check_chain(db, known=known)


def test_every_entry_follows_on_the_one_before(database: Database, now: datetime) -> None:
    assert found(database).entries == 0
    with database.transaction() as db:
        look(db, now)
    chain = found(database)
    assert (chain.entries, chain.first, chain.head.number, chain.fault) == (HOW_MANY, 1, HOW_MANY, None)
    assert chain.last_at == now + timedelta(minutes=HOW_MANY - 1)
    assert found(database, known=chain.head).fault is None


def test_many_who_look_at_once_stand_in_one_line(database: Database, now: datetime) -> None:
    def looks(_who: int) -> None:
        for _ in range(5):
            with database.transaction() as db:
                look(db, now, times=1)

    with ThreadPoolExecutor(max_workers=8) as people:
        list(people.map(looks, range(8)))
    assert (found(database).entries, found(database).fault) == (40, None)


def test_the_hash_does_not_hang_on_the_zone_in_which_the_instant_was_said(
    database: Database, now: datetime
) -> None:
    with database.transaction() as db:
        look(db, at_tokyo(date(2026, 11, 12), 9), times=1)
        look(db, now.astimezone(), times=1)
    assert found(database).fault is None


FORBIDDEN = {
    "changed": "UPDATE audit_entry SET role = 'officer' WHERE number = 3",
    "removed": "DELETE FROM audit_entry WHERE number = 3",
    "emptied": "DELETE FROM audit_entry",
}


@pytest.mark.parametrize("statement", FORBIDDEN.values(), ids=list(FORBIDDEN))
def test_the_database_refuses_to_change_or_shorten_it(
    database: Database, now: datetime, statement: str
) -> None:
    with database.transaction() as db:
        look(db, now)
    with pytest.raises(sa.exc.DBAPIError, match="reading log is never"), database.transaction() as db:
        db.exec_driver_sql(statement)
    assert found(database).entries == HOW_MANY


def test_an_entry_is_not_replaced_and_the_table_not_emptied_at_once(
    database: Database, now: datetime
) -> None:
    with database.transaction() as db:
        look(db, now)
    sneaky = (
        "INSERT OR REPLACE INTO audit_entry (number, at, role, act, facts, previous, hash) "
        "VALUES (3, '2026-11-12 00:00:00', 'officer', 'view', '{}', '0', '0')"
    )
    with pytest.raises(sa.exc.DBAPIError, match="reading log is never"), database.transaction() as db:
        db.exec_driver_sql(sneaky if database.is_sqlite else "TRUNCATE audit_entry")
    assert found(database).fault is None


def test_a_database_that_was_migrated_is_guarded_too_and_again_after_each_migration(
    empty_database_url: str, now: datetime
) -> None:
    migrate(empty_database_url)
    database = Database(empty_database_url)
    with database.transaction() as db:
        look(db, now)
        without_guards(db)
    migrate(empty_database_url)
    with pytest.raises(sa.exc.DBAPIError, match="reading log is never"), database.transaction() as db:
        db.exec_driver_sql(FORBIDDEN["changed"])
    with database.transaction() as db:
        command.downgrade(config_for(db), "base")
    database.close()


SWAPPED = (
    "UPDATE audit_entry SET number = -1 WHERE number = 3",
    "UPDATE audit_entry SET number = 3 WHERE number = 4",
    "UPDATE audit_entry SET number = 4 WHERE number = -1",
)
TAMPERED = {
    "one was changed": (
        ("UPDATE audit_entry SET client_id = NULL WHERE number = 3",),
        "entry 3: it was changed",
    ),
    "one was removed": (
        ("DELETE FROM audit_entry WHERE number = 3",),
        "entry 3: it is missing; entry 4 follows",
    ),
    "the first was removed": (
        ("DELETE FROM audit_entry WHERE number = 1",),
        "entry 2: what stood before it is gone, and no later entry says that it was let go",
    ),
    "two were swapped": (SWAPPED, "entry 3: it does not follow on the one before"),
    "the end was cut off": (
        ("DELETE FROM audit_entry WHERE number > 4",),
        f"entry 5: it is missing; the given head was entry {HOW_MANY}",
    ),
    "all of it is gone": (
        ("DELETE FROM audit_entry",),
        f"entry 1: it is missing; the given head was entry {HOW_MANY}",
    ),
}


@pytest.mark.parametrize(("statements", "fault"), TAMPERED.values(), ids=list(TAMPERED))
def test_whoever_takes_the_guards_away_is_found_out(
    database: Database, now: datetime, statements: tuple[str, ...], fault: str
) -> None:
    with database.transaction() as db:
        look(db, now)
        known = head(db)
    with database.transaction() as db:
        without_guards(db)
        for statement in statements:
            db.exec_driver_sql(statement)
        protect(db)
    assert str(found(database, known=known).fault) == fault


def test_a_log_written_anew_from_the_middle_does_not_fit_the_head_kept_elsewhere(
    database: Database, now: datetime
) -> None:
    with database.transaction() as db:
        look(db, now)
        known = head(db)
        without_guards(db)
        db.exec_driver_sql("DELETE FROM audit_entry WHERE number > 3")
        look(db, now + timedelta(days=1))
    assert found(database).fault is None, (
        "in itself it holds together: that is why the head is kept elsewhere"
    )
    found_out = str(found(database, known=known).fault)
    assert found_out == f"entry {HOW_MANY}: it is not the one that the given head names"


def test_whole_months_are_let_go_and_what_stays_still_holds(database: Database) -> None:
    with database.transaction() as db:
        for month in (1, 2, 3):
            look(db, at_tokyo(date(2026, month, 20), 10), times=2)
        old = head(db)
    with database.transaction() as db:
        assert (
            forget_months(db, before=at_tokyo(date(2026, 3, 25), 0), now=at_tokyo(date(2031, 4, 1), 3)) == 4
        )
    chain = found(database)
    assert (chain.entries, chain.first, chain.fault) == (3, 5, None)
    assert found(database, known=old).fault is None
    with database.transaction() as db:
        assert (
            forget_months(db, before=at_tokyo(date(2026, 3, 31), 0), now=at_tokyo(date(2031, 4, 2), 3)) == 0
        )


def test_after_a_letting_go_nothing_younger_can_be_taken_out(database: Database) -> None:
    with database.transaction() as db:
        for month in (1, 2):
            look(db, at_tokyo(date(2026, month, 20), 10), times=2)
        forget_months(db, before=at_tokyo(date(2026, 2, 1), 0), now=at_tokyo(date(2031, 2, 1), 3))
    with pytest.raises(sa.exc.DBAPIError, match="reading log is never"), database.transaction() as db:
        db.exec_driver_sql("DELETE FROM audit_entry WHERE number = 3")


def lets_all_go(database: Database, *, at: datetime) -> Head:
    """Somebody who may write to the table names its newest entry as let go, with a hash that holds; the head before."""
    with database.transaction() as db:
        end = head(db)
        facts = {"hash": end.hash}
        subject = str(end.number)
        note(
            db,
            act="let_go",
            by=None,
            role="house",
            kind="reading_log",
            subject_id=subject,
            facts=facts,
            now=at,
        )
    return end


def test_a_letting_go_takes_nothing_out_that_is_not_over_a_year_older(
    database: Database, now: datetime
) -> None:
    with database.transaction() as db:
        look(db, now)
    lets_all_go(database, at=now + timedelta(days=365, hours=23))
    with pytest.raises(sa.exc.DBAPIError, match="reading log is never"), database.transaction() as db:
        db.exec_driver_sql("DELETE FROM audit_entry WHERE number = 1")
    assert found(database).entries == HOW_MANY + 1


def test_a_letting_go_that_is_dated_ahead_is_shown_by_the_head_kept_elsewhere(
    database: Database, now: datetime
) -> None:
    with database.transaction() as db:
        look(db, now)
    known = lets_all_go(database, at=now + timedelta(days=400))
    with database.transaction() as db:
        db.exec_driver_sql(f"DELETE FROM audit_entry WHERE number <= {HOW_MANY}")
    assert found(database).fault is None, (
        "in itself it holds together: that is why the head is kept elsewhere"
    )
    assert re.match(f"entry {HOW_MANY}: it is gone; only a head", str(found(database, known=known).fault))


def test_one_who_cuts_the_beginning_off_without_an_entry_is_found_out(database: Database) -> None:
    with database.transaction() as db:
        for month in (1, 2):
            look(db, at_tokyo(date(2026, month, 20), 10), times=2)
        forget_months(db, before=at_tokyo(date(2026, 2, 1), 0), now=at_tokyo(date(2031, 2, 1), 3))
        without_guards(db)
        db.exec_driver_sql("DELETE FROM audit_entry WHERE number = 3")
    assert re.match("entry 4: what stood before it is gone", str(found(database).fault))


def test_the_clocks_of_the_law_count_the_day_itself() -> None:
    told = clocks(found_on=date(2026, 11, 2), malicious=False)
    assert (told.first_from, told.first_until) == (date(2026, 11, 4), date(2026, 11, 6))
    assert told.final_until == date(2026, 12, 1)
    assert clocks(found_on=date(2026, 11, 2), malicious=True).final_until == date(2026, 12, 31)
