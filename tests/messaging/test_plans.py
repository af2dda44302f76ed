"""However much is kept, a turn and the first page of staff walk over none of it: SQLite says which way it would go."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa

from bot.handlers.dispatch import handle
from bot.scheduling.delivery import work_inbox
from desk.clock import Clock
from desk.database import Database
from desk.house import House
from desk.messaging.queries import counts, due_messages
from desk.messaging.service import ArrivedEvent, inbox_row, keep_events
from desk.notices.queries import open_for_staff
from desk.privacy import Vault
from desk.settings import Settings
from tomarigi.sample import open_samples

# Tables that grow with every message and booking; e and m are what the claiming queries call two of them.
GROWING = {
    *(
        "address",
        "booking",
        "client",
        "inbound_event",
        "lane",
        "message",
        "notice",
        "outbound_message",
        "slot",
    ),
    *("e", "m"),
}
# Kept small by their condition: only what waits, is parked or is on its way.
SMALL = ("_waiting", "_parked", "_open", "_due")


@pytest.fixture
def house(sqlite_url: str, vault: Vault, clock: Clock) -> Iterator[House]:
    database = Database(sqlite_url)
    open_samples(database, now=clock.now())
    yield House(database, vault, clock, Settings.model_construct())
    database.close()


def _say(house: House, number: int, text: str) -> None:
    raw = (
        f'{{"type":"message","message":{{"type":"text","id":"{number}","text":"{text}"}},'
        f'"source":{{"type":"user","userId":"U1"}},"replyToken":"{number}","mode":"active"}}'
    )
    event = ArrivedEvent(
        str(number), "message", "U1", number, raw.encode(), house.clock.now(), house.clock.tick()
    )
    with house.database.transaction() as db:
        keep_events(db, [inbox_row(house.vault, event)])
    assert work_inbox(house, handle) == 1


def _turns(house: House) -> None:
    for number, text in enumerate(("予約", "1", "1", "もどる", "取消")):
        _say(house, number, text)


def _look(house: House) -> None:
    now = house.clock.now()
    with house.database.reading() as db:
        counts(db)
        due_messages(db, count=1, now=now)
        open_for_staff(db, desk_id=None, now=now)


@contextmanager
def _asked(database: Database) -> Iterator[list[tuple[str, Any]]]:
    asked: list[tuple[str, Any]] = []

    def note(_db: Any, _cursor: Any, statement: str, values: Any, _context: Any, many: bool) -> None:
        asked.append((statement, values[0] if many else values))

    sa.event.listen(database.engine, "before_cursor_execute", note)
    yield asked
    sa.event.remove(database.engine, "before_cursor_execute", note)


def _walks(database: Database, asked: list[tuple[str, Any]]) -> set[str]:
    """Each step that would walk over a table that grows, with the statement it belongs to."""
    looking = [each for each in asked if each[0].split()[0] in ("SELECT", "UPDATE", "DELETE", "WITH")]
    with database.reading() as db:
        steps = [
            (row.detail, statement)
            for statement, values in looking
            for row in db.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        ]
    return {f"{step}: {statement}" for step, statement in steps if _is_walk(step)}


def _is_walk(step: str) -> bool:
    how, table = (*step.split(), "")[:2]
    return how == "SCAN" and table in GROWING and not any(name in step for name in SMALL)


@pytest.mark.parametrize("act", [_turns, _look])
def test_nothing_that_grows_is_walked_over(house: House, act: Callable[[House], None]) -> None:
    with _asked(house.database) as asked:
        act(house)
    assert asked
    assert _walks(house.database, asked) == set()


def test_a_condition_that_is_a_boolean_would_be_a_walk(house: House) -> None:
    typed = sa.literal_column("inbound_event.state = 'waiting'", sa.Boolean)
    with _asked(house.database) as asked, house.database.reading() as db:
        db.execute(sa.select(sa.func.count()).select_from(sa.table("inbound_event")).where(typed))
    assert _walks(house.database, asked) != set()
