"""交代: one officer asks another to take a seat, also for a day in return; agreed by the other, or entered by staff.

Bookings hang on the table and never move.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from desk.calendar.queries import SessionRow, session_by_id
from desk.database import announce, new_id, savepoint
from desk.errors import WrongRoster
from desk.notices.service import TOPIC, tell
from desk.roster import rules
from desk.roster.service import check_may_sit, day_to_come, lock_days, tell_of_change
from desk.tables.calendar import session
from desk.tables.people import duty
from desk.tables.roster import swap


@dataclass(frozen=True)
class SwapRow:
    """What somebody asks of a colleague; `back`: the day they would take in return."""

    id: str
    from_id: str
    to_id: str
    session: SessionRow
    back: SessionRow | None
    at: datetime


@dataclass(frozen=True)
class _Seat:
    duty_id: str
    session: SessionRow
    table_no: int
    seat: int


@dataclass(frozen=True)
class _Deal:
    """Who gives which seat to whom, as the roster stands."""

    from_id: str
    to_id: str
    given: _Seat
    back: _Seat | None

    def moves(self) -> list[tuple[_Seat, str, str]]:
        """Each seat with who leaves it and who comes, in order of the rows' ids: everybody locks them so."""
        both = [(self.given, self.from_id, self.to_id)]
        if self.back is not None:
            both.append((self.back, self.to_id, self.from_id))
        return sorted(both, key=lambda move: move[0].duty_id)


def ask(
    db: Connection, *, from_id: str, to_id: str, session_id: str, back_session_id: str | None, now: datetime
) -> str:
    """Asks a colleague to take one's seat that day; returns the swap's id, which the other agrees to or declines.

    Raises WrongRoster, with nothing changed: for a swap with oneself or with somebody who is away, sits
    elsewhere that day or must not meet somebody booked there, and where somebody was asked already.
    """
    deal = _deal(db, session_id, from_id, to_id, back_session_id, now)
    _check(db, deal)
    _withdraw_stale(db, deal.given, from_id, now)
    try:
        with savepoint(db):
            swap_id = _write(db, deal, "asked", entered_by=from_id, now=now)
    except IntegrityError as fault:
        raise WrongRoster(rules.ASKED_ALREADY) from fault
    found = deal.given.session
    about = {"kind": "swap", "desk_id": found.desk_id, "session_id": found.id}
    tell(db, account_id=to_id, **about, dedupe_key=f"swap:{swap_id}", now=now)
    return swap_id


def agree(db: Connection, *, swap_id: str, account_id: str, by: str, now: datetime) -> None:
    """The one who was asked takes the seat, and the other theirs: both or neither. `by`: they, or staff for them.

    Raises WrongRoster where it is settled already, or the roster has changed so that it cannot be.
    """
    asked = _asked_of(db, swap_id, swap.c.to_id == account_id)
    deal = _locked_deal(db, asked.session_id, asked.from_id, asked.to_id, asked.back_session_id, now)
    _settle(db, swap_id, "agreed", now)
    _exchange(db, deal, by=by, now=now)


def enter_swap(
    db: Connection,
    *,
    from_id: str,
    to_id: str,
    session_id: str,
    back_session_id: str | None,
    entered_by: str,
    now: datetime,
) -> None:
    """What two officers agreed on by telephone, entered by staff at once. Raises WrongRoster as `ask` does."""
    deal = _locked_deal(db, session_id, from_id, to_id, back_session_id, now)
    _write(db, deal, "agreed", entered_by=entered_by, now=now)
    _exchange(db, deal, by=entered_by, now=now)


def decline(db: Connection, *, swap_id: str, account_id: str, now: datetime) -> None:
    """The one who was asked cannot; the one who asked learns of it. Raises WrongRoster where it is settled."""
    asked = _asked_of(db, swap_id, swap.c.to_id == account_id)
    _settle(db, swap_id, "declined", now)
    found = session_by_id(db, asked.session_id)
    assert found is not None
    about = {"kind": "swap", "desk_id": found.desk_id, "session_id": found.id}
    tell(db, account_id=asked.from_id, **about, dedupe_key=f"declined:{swap_id}", now=now)


def withdraw(db: Connection, *, swap_id: str, account_id: str, now: datetime) -> None:
    """The one who asked no longer needs it. Raises WrongRoster where it is settled."""
    _asked_of(db, swap_id, swap.c.from_id == account_id)
    _settle(db, swap_id, "withdrawn", now)


def open_swap(db: Connection, swap_id: str, *, since: date) -> SwapRow | None:
    """One of them."""
    return next((row for row in open_swaps(db, since=since) if row.id == swap_id), None)


def open_swaps(
    db: Connection, *, account_id: str | None = None, desk_id: str | None = None, since: date
) -> tuple[SwapRow, ...]:
    """What is asked and still possible: of an officer or by them, at a desk, or everywhere."""
    still_theirs = sa.and_(
        duty.c.session_id == swap.c.session_id,
        duty.c.table_no == swap.c.table_no,
        duty.c.seat == swap.c.seat,
        duty.c.account_id == swap.c.from_id,
    )
    query = (
        sa.select(swap)
        .join(duty, still_theirs)
        .join(session, session.c.id == swap.c.session_id)
        .where(swap.c.state == "asked", session.c.date >= since, session.c.status == "open")
        .order_by(session.c.date, swap.c.id)
    )
    if account_id is not None:
        query = query.where(sa.or_(swap.c.from_id == account_id, swap.c.to_id == account_id))
    if desk_id is not None:
        query = query.where(session.c.desk_id == desk_id)
    return tuple(_row(db, row) for row in db.execute(query))


def _row(db: Connection, row: sa.Row[Any]) -> SwapRow:
    found = session_by_id(db, row.session_id)
    assert found is not None
    back = session_by_id(db, row.back_session_id) if row.back_session_id else None
    return SwapRow(row.id, row.from_id, row.to_id, found, back, row.at)


def _deal(
    db: Connection, session_id: str, from_id: str, to_id: str, back_session_id: str | None, now: datetime
) -> _Deal:
    if from_id == to_id:
        raise WrongRoster(rules.ONESELF)
    given = _seat_of(db, session_id, from_id, now)
    back = _seat_of(db, back_session_id, to_id, now) if back_session_id else None
    return _Deal(from_id, to_id, given, back)


def _locked_deal(
    db: Connection, session_id: str, from_id: str, to_id: str, back_session_id: str | None, now: datetime
) -> _Deal:
    """As the roster stands once nobody else is changing it."""
    before = _deal(db, session_id, from_id, to_id, back_session_id, now)
    lock_days(db, [seat.session.date for seat, _, _ in before.moves()])
    return _deal(db, session_id, from_id, to_id, back_session_id, now)


def _seat_of(db: Connection, session_id: str, account_id: str, now: datetime) -> _Seat:
    found = day_to_come(db, session_id, now)
    query = sa.select(duty.c.id, duty.c.table_no, duty.c.seat).where(
        duty.c.session_id == session_id, duty.c.account_id == account_id
    )
    row = db.execute(query).first()
    if row is None or found.status != "open":
        raise WrongRoster(rules.CHANGED)
    return _Seat(row.id, found, row.table_no, row.seat)


def _check(db: Connection, deal: _Deal) -> None:
    """Raises WrongRoster where one of them cannot sit where they would."""
    for seat, _, comes in deal.moves():
        check_may_sit(db, account_id=comes, found=seat.session, table_no=seat.table_no)
        sits = (duty.c.account_id == comes, duty.c.date == seat.session.date)
        if db.execute(sa.select(duty.c.id).where(*sits)).first() is not None:
            raise WrongRoster(rules.ELSEWHERE)


def _exchange(db: Connection, deal: _Deal, *, by: str, now: datetime) -> None:
    """One conditional change of both rows: nothing happens to either where one is no longer as it was."""
    _check(db, deal)
    try:
        with savepoint(db):
            for move in deal.moves():
                _give(db, *move)
    except IntegrityError as fault:
        raise WrongRoster(rules.ELSEWHERE) from fault
    for seat, leaves, _ in deal.moves():
        tell_of_change(db, seat.session, left=[leaves], by=by, now=now)


def _give(db: Connection, seat: _Seat, leaves: str, comes: str) -> None:
    still = (duty.c.id == seat.duty_id) & (duty.c.account_id == leaves)
    if not db.execute(duty.update().where(still).values(account_id=comes)).rowcount:
        raise WrongRoster(rules.CHANGED)


def _asked_of(db: Connection, swap_id: str, theirs: sa.ColumnElement[bool]) -> Any:
    query = sa.select(swap.c.session_id, swap.c.from_id, swap.c.to_id, swap.c.back_session_id)
    row = db.execute(query.where(swap.c.id == swap_id, theirs, swap.c.state == "asked")).first()
    if row is None:
        raise WrongRoster(rules.CHANGED)
    return row


def _settle(db: Connection, swap_id: str, state: str, now: datetime) -> None:
    asked = (swap.c.id == swap_id) & (swap.c.state == "asked")
    if not db.execute(swap.update().where(asked).values(state=state, settled_at=now)).rowcount:
        raise WrongRoster(rules.CHANGED)
    announce(db, TOPIC)


def _withdraw_stale(db: Connection, given: _Seat, from_id: str, now: datetime) -> None:
    """What somebody asked who sat there before is void."""
    of_seat = (
        swap.c.session_id == given.session.id,
        swap.c.table_no == given.table_no,
        swap.c.seat == given.seat,
        swap.c.state == "asked",
        swap.c.from_id != from_id,
    )
    db.execute(swap.update().where(*of_seat).values(state="withdrawn", settled_at=now))


def _write(db: Connection, deal: _Deal, state: str, *, entered_by: str, now: datetime) -> str:
    swap_id = new_id()
    row = {
        "id": swap_id,
        "session_id": deal.given.session.id,
        "table_no": deal.given.table_no,
        "seat": deal.given.seat,
        "from_id": deal.from_id,
        "to_id": deal.to_id,
        "back_session_id": deal.back.session.id if deal.back else None,
        "state": state,
        "entered_by": entered_by,
        "at": now,
        "settled_at": None if state == "asked" else now,
    }
    db.execute(swap.insert().values(row))
    return swap_id
