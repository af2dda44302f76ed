"""Two officers a table, one desk a day, and nobody who is no officer."""

from datetime import date, datetime, timedelta

import pytest

from desk.calendar.queries import desk_by_code, upcoming_sessions
from desk.database import Database
from desk.errors import WrongRoster
from desk.people.service import add_account
from desk.privacy import Vault
from desk.roster.queries import officers_of_session, sessions_of_officer, sessions_short_of_officers
from desk.roster.service import assign, clear_seat
from tests.calendar.leaving_out import leave_out
from tomarigi.sample import open_samples

FIRST_DAY = date(2026, 11, 27)


@pytest.fixture
def sessions(database: Database, now: datetime) -> dict[str, str]:
    """The sessions of 11/27 at 諏訪 and 上伊那, and of 1/29 at 諏訪."""
    open_samples(database, now=now)
    with database.reading() as db:
        rows = upcoming_sessions(db, since=FIRST_DAY, until=date(2027, 1, 31))
    return {f"{row.desk_code} {row.date.month}": row.id for row in rows}


def _officer(database: Database, vault: Vault, name: str, now: datetime, role: str = "officer") -> str:
    with database.transaction() as db:
        return add_account(db, vault, role=role, desk_id=None, name=name, now=now)[0]


def _assign(
    database: Database, session_id: str, seat: int, account_id: str, now: datetime, table_no: int = 1
) -> None:
    with database.transaction() as db:
        assign(db, session_id=session_id, table_no=table_no, seat=seat, account_id=account_id, now=now)


def _on_duty(database: Database, vault: Vault, session_id: str) -> list[tuple[int, str]]:
    with database.reading() as db:
        return [(row.seat, row.name) for row in officers_of_session(db, vault, session_id)]


def test_two_officers_sit_at_the_table(
    database: Database, vault: Vault, now: datetime, sessions: dict[str, str]
) -> None:
    for seat, name in ((2, "原"), (1, "小林")):
        _assign(database, sessions["suwa 11"], seat, _officer(database, vault, name, now), now)
    assert _on_duty(database, vault, sessions["suwa 11"]) == [(1, "小林"), (2, "原")]


def test_a_seat_given_to_another_officer_is_given_up_by_the_first(
    database: Database, vault: Vault, now: datetime, sessions: dict[str, str]
) -> None:
    kobayashi, hara = (_officer(database, vault, name, now) for name in ("小林", "原"))
    for officer in (kobayashi, hara, hara):
        _assign(database, sessions["suwa 11"], 1, officer, now)
    assert _on_duty(database, vault, sessions["suwa 11"]) == [(1, "原")]


def test_nobody_sits_at_two_places_on_one_day_and_the_roster_stays_as_it_was(
    database: Database, vault: Vault, now: datetime, sessions: dict[str, str]
) -> None:
    kobayashi, hara = (_officer(database, vault, name, now) for name in ("小林", "原"))
    _assign(database, sessions["suwa 11"], 1, kobayashi, now)
    _assign(database, sessions["kamiina 11"], 1, hara, now)
    for session, seat in (("kamiina 11", 1), ("kamiina 11", 2), ("suwa 11", 2)):
        with database.transaction() as db, pytest.raises(WrongRoster):
            assign(db, session_id=sessions[session], table_no=1, seat=seat, account_id=kobayashi, now=now)
    assert _on_duty(database, vault, sessions["kamiina 11"]) == [(1, "原")]
    assert _on_duty(database, vault, sessions["suwa 11"]) == [(1, "小林")]


def test_only_officers_at_seats_that_are_there_on_days_to_come(
    database: Database, vault: Vault, now: datetime, sessions: dict[str, str]
) -> None:
    officer = _officer(database, vault, "小林", now)
    staff = _officer(database, vault, "職員", now, role="staff")
    day = sessions["suwa 11"]
    for session_id, table_no, seat, account_id, moment in (
        (day, 1, 1, staff, now),
        (day, 1, 1, "nobody", now),
        (day, 1, 3, officer, now),
        (day, 2, 1, officer, now),
        ("nowhere", 1, 1, officer, now),
        (day, 1, 1, officer, now + timedelta(days=30)),
    ):
        with pytest.raises(WrongRoster):
            _assign(database, session_id, seat, account_id, moment, table_no)
    assert _on_duty(database, vault, day) == []


def test_a_cleared_seat_is_free(
    database: Database, vault: Vault, now: datetime, sessions: dict[str, str]
) -> None:
    officer = _officer(database, vault, "小林", now)
    _assign(database, sessions["suwa 11"], 1, officer, now)
    for _ in range(2):
        with database.transaction() as db:
            clear_seat(db, session_id=sessions["suwa 11"], table_no=1, seat=1)
    _assign(database, sessions["kamiina 11"], 1, officer, now)
    assert _on_duty(database, vault, sessions["suwa 11"]) == []


def test_an_officer_sees_their_own_days_in_order(
    database: Database, vault: Vault, now: datetime, sessions: dict[str, str]
) -> None:
    officer = _officer(database, vault, "小林", now)
    for session in ("suwa 1", "kamiina 11"):
        _assign(database, sessions[session], 1, officer, now)
    with database.reading() as db:
        own = sessions_of_officer(db, officer, since=FIRST_DAY)
        later = sessions_of_officer(db, officer, since=date(2026, 12, 1))
    assert [row.id for row in own] == [sessions["kamiina 11"], sessions["suwa 1"]]
    assert [row.id for row in later] == [sessions["suwa 1"]]


def test_days_that_lack_somebody_are_known_until_both_seats_are_taken(
    database: Database, vault: Vault, now: datetime, sessions: dict[str, str]
) -> None:
    with database.reading() as db:
        desk = desk_by_code(db, "suwa")
    assert desk is not None

    def short() -> list[str]:
        with database.reading() as db:
            rows = sessions_short_of_officers(db, since=FIRST_DAY, until=date(2027, 1, 31), desk_id=desk.id)
        return [row.id for row in rows]

    assert short() == [sessions["suwa 11"], sessions["suwa 1"]]
    for seat in (1, 2):
        _assign(database, sessions["suwa 11"], seat, _officer(database, vault, f"{seat}", now), now)
    assert short() == [sessions["suwa 1"]]
    with database.transaction() as db:
        leave_out(db, vault, desk_id=desk.id, day=date(2027, 1, 29), now=now)
    assert short() == []
