"""What stands in a database after very many years: 100,000 bookings and 1,000,000 messages, all of them done with,
with the people, their addresses, and the notice that went to the officers of each booking.

Nobody reads them any more, so their sealed columns hold bytes that nobody can open.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import islice
from os import urandom
from typing import Any

from desk.calendar.queries import list_desks
from desk.calendar.rules import TOKYO
from desk.clients.queries import organisation_id
from desk.database import Connection, Database
from desk.tables.calendar import booking, session, slot
from desk.tables.clients import address, channel, client
from desk.tables.notices import notice

SESSIONS, PARTIES, PEOPLE, MESSAGES = 2000, 50, 20_000, 1_000_000
_LATEST = timedelta(days=100)
_FIRST_NUMBER = 100_000
_SEALED = urandom(160)
_ID, _CHUNK = "{:032x}", 5000

Row = dict[str, Any]


def let_years_pass(database: Database, *, today: date) -> None:
    """Puts them in."""
    with database.transaction() as db:
        organisation, desks = organisation_id(db), [desk.id for desk in list_desks(db)]
        for table, rows in (
            (client, _people(organisation)),
            (channel, iter([{"id": _ID.format(0), "organisation_id": organisation, "kind": "line"}])),
            (address, _addresses()),
            (session, _sessions(desks, today)),
            (slot, _slots(today)),
            (booking, _bookings(organisation, today)),
            (notice, _notices(desks, today)),
        ):
            while some := list(islice(rows, _CHUNK)):
                db.execute(table.insert(), some)
        for statement in _messages(_literal(db), _moment(db)):
            db.exec_driver_sql(statement)
    _tidy_up(database)


def _tidy_up(database: Database) -> None:
    """What a database does by itself in all those years, and else would do just now."""
    if database.is_sqlite:
        with database.transaction() as db:
            db.exec_driver_sql("ANALYZE")
        return
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as db:
        db.exec_driver_sql("VACUUM (ANALYZE)")


def _day(number: int, today: date) -> date:
    return today - _LATEST - timedelta(days=number)


def _at(day: date, hour: int) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=TOKYO)


def _people(organisation: str) -> Iterator[Row]:
    long_ago = _at(date(2001, 1, 1), 12)
    for number in range(PEOPLE):
        yield {
            "id": _ID.format(number),
            "organisation_id": organisation,
            "number": _FIRST_NUMBER + number,
            "wrapped_key": _SEALED,
            "created_at": long_ago,
            "seen_at": long_ago,
        }


def _addresses() -> Iterator[Row]:
    for number in range(PEOPLE):
        yield {
            "id": _ID.format(number),
            "channel_id": _ID.format(0),
            "client_id": _ID.format(number),
            "address_index": f"{number:064x}",
            "value": _SEALED,
            "state": "following",
            "state_since": _at(date(2001, 1, 1), 12),
        }


def _sessions(desks: list[str], today: date) -> Iterator[Row]:
    for number in range(SESSIONS):
        day = _day(number, today)
        yield {
            "id": _ID.format(number),
            "desk_id": desks[number % len(desks)],
            "date": day,
            "starts_at": _at(day, 10),
            "ends_at": _at(day, 12),
            "place": "市民館",
            "status": "open",
            "origin": "rule",
        }


def _slots(today: date) -> Iterator[Row]:
    for number in range(SESSIONS * PARTIES):
        day = _day(number // PARTIES, today)
        yield {
            "id": _ID.format(number),
            "session_id": _ID.format(number // PARTIES),
            "table_no": number % PARTIES,
            "starts_at": _at(day, 10),
            "ends_at": _at(day, 11),
        }


def _bookings(organisation: str, today: date) -> Iterator[Row]:
    for number in range(SESSIONS * PARTIES):
        person, at = _ID.format(number % PEOPLE), _at(_day(number // PARTIES, today), 9)
        yield {
            "id": _ID.format(number),
            "organisation_id": organisation,
            "number": f"Z{number}",
            "slot_id": _ID.format(number),
            "session_id": _ID.format(number // PARTIES),
            "writer_id": person,
            "visitor_id": person,
            "called_name": _SEALED,
            "source": "line",
            "state": "attended",
            "created_at": at,
            "confirmed_at": at,
            "ended_at": at,
        }


def _notices(desks: list[str], today: date) -> Iterator[Row]:
    for number in range(SESSIONS * PARTIES):
        session_number = number // PARTIES
        at = _at(_day(session_number, today), 9)
        yield {
            "dedupe_key": f"old:{number}",
            "desk_id": desks[session_number % len(desks)],
            "session_id": _ID.format(session_number),
            "booking_id": _ID.format(number),
            "kind": "booked",
            "at": at,
            "escalate_at": at,
        }


def _moment(db: Connection) -> str:
    at = "'2001-01-01 12:00:00.000000'"
    return at if db.dialect.name == "sqlite" else f"timestamptz {at}"


def _literal(db: Connection) -> str:
    return f"x'{_SEALED.hex()}'" if db.dialect.name == "sqlite" else f"decode('{_SEALED.hex()}', 'hex')"


def _messages(sealed: str, at: str) -> tuple[str, ...]:
    """Half of them came in, half went out; made by the database itself, which is quicker than handing them over."""
    half = MESSAGES // 2
    numbers = f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {half})"
    person = f"i - i / {PEOPLE} * {PEOPLE}"
    return (
        f"INSERT INTO lane (id) {numbers} SELECT 'old' || i FROM n WHERE i <= {PEOPLE}",
        f"""
        INSERT INTO inbound_event (event_key, lane_id, kind, raw, happened_ms, received_at, received_tick,
                                   received_boot, state, settled_at)
        {numbers} SELECT 'old' || i, 'old' || (1 + {person}), 'message', {sealed}, i, {at}, 0,
                         'old', 'handled', {at} FROM n
        """,
        f"""
        INSERT INTO outbound_message (key, client_id, purpose, says, state, attempts,
                                      due_at, created_at, settled_at)
        {numbers} SELECT 'old' || i, client.id, 'answer', {sealed}, 'accepted', 1, {at}, {at}, {at}
                  FROM n JOIN client ON client.number = {_FIRST_NUMBER} + {person}
        """,
    )
