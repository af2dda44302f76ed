"""A time made for one person's wish: offered to them, and never found by others among the free times."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from desk.calendar import rules
from desk.calendar.plan import exceptions_of
from desk.calendar.queries import DeskRow, desk_by_id
from desk.database import insert_or_ignore, new_id, savepoint
from desk.errors import WrongCalendar
from desk.tables.calendar import session, slot

_MONTHS_AHEAD = 12


@dataclass(frozen=True)
class WantedTime:
    """What staff would make for one person. `way`: place, telephone or online; `place` empty: where the desk is."""

    desk_id: str
    day: date
    starts: time
    minutes: int
    way: str
    place: str = ""
    link: str = ""

    @property
    def starts_at(self) -> datetime:
        """When it begins."""
        return rules.at_wall(self.day, self.starts)

    @property
    def ends_at(self) -> datetime:
        """When it is over."""
        return self.starts_at + timedelta(minutes=self.minutes)


def reserve_time(db: Connection, wanted: WantedTime, *, now: datetime) -> str:
    """Makes the time, on a day that is there or on one more day, and returns the slot's id.

    Raises WrongCalendar, its fault one of past, too_far, midnight, shut, place or overlap; nothing is changed then.
    """
    desk_row = desk_by_id(db, wanted.desk_id)
    _check_reach(desk_row, wanted, now)
    with savepoint(db):
        day = _open_day(db, desk_row, wanted)
        _refuse_overlap(db, desk_row, day, wanted)
        hours = {
            "starts_at": min(day["starts_at"], wanted.starts_at),
            "ends_at": max(day["ends_at"], wanted.ends_at),
        }
        db.execute(session.update().where(session.c.id == day["id"]).values(hours))
        slot_id = new_id()
        row = {"id": slot_id, "session_id": day["id"], "table_no": 1, "reserved": True}
        row |= {"starts_at": wanted.starts_at, "ends_at": wanted.ends_at}
        db.execute(slot.insert().values(row | {"way": wanted.way, "link": wanted.link}))
    return slot_id


def public_days(db: Connection, *, desk_id: str, since: date, until: date) -> tuple[datetime, ...]:
    """When the desk opens on its coming days, for everybody: times made for one person are left out."""
    query = (
        sa.select(sa.func.min(slot.c.starts_at))
        .join_from(session, slot, slot.c.session_id == session.c.id)
        .where(session.c.desk_id == desk_id, session.c.status == "open", ~slot.c.reserved)
        .where(session.c.date.between(since, until))
        .group_by(session.c.id, session.c.date)
        .order_by(session.c.date)
    )
    return tuple(db.execute(query).scalars())


def _check_reach(desk_row: DeskRow, wanted: WantedTime, now: datetime) -> None:
    today = now.astimezone(rules.TOKYO).date()
    if wanted.starts_at <= now:
        raise WrongCalendar("the time is past", "past")
    if not desk_row.opened_on <= wanted.day <= rules.add_months(today, _MONTHS_AHEAD):
        raise WrongCalendar("the desk is not open yet, or the day is more than a year away", "too_far")
    if wanted.ends_at.astimezone(rules.TOKYO).date() != wanted.day:
        raise WrongCalendar("the time runs past midnight", "midnight")


def _open_day(db: Connection, desk_row: DeskRow, wanted: WantedTime) -> sa.RowMapping:
    """The session of that day, kept so until the transaction ends; made where there is none."""
    that_day = sa.and_(session.c.desk_id == wanted.desk_id, session.c.date == wanted.day)
    shut = {said.day for said in exceptions_of(db, wanted.desk_id) if said.kind != "extra"}
    place = wanted.place or desk_row.place
    if wanted.day not in shut:
        row = {"id": new_id(), "desk_id": wanted.desk_id, "date": wanted.day, "place": place}
        row |= {"starts_at": wanted.starts_at, "ends_at": wanted.ends_at}
        insert_or_ignore(db, session, [row | {"status": "open", "origin": "extra"}])
    query = sa.select(
        session.c.id, session.c.starts_at, session.c.ends_at, session.c.place, session.c.status
    ).where(that_day)
    found = db.execute(query.with_for_update()).mappings().first()
    if found is None or found["status"] != "open":
        raise WrongCalendar(f"the desk is closed on {wanted.day}", "shut")
    if wanted.place not in ("", found["place"]):
        raise WrongCalendar(f"the desk meets somewhere else on {wanted.day}", "place")
    return found


def _refuse_overlap(db: Connection, desk_row: DeskRow, day: sa.RowMapping, wanted: WantedTime) -> None:
    """Whoever comes to the place leaves the desk's gap before and after; a telephone needs none."""
    gap = timedelta(minutes=desk_row.gap_minutes if wanted.way == "place" else 0)
    near = sa.and_(slot.c.starts_at < wanted.ends_at + gap, slot.c.ends_at > wanted.starts_at - gap)
    query = sa.select(slot.c.id).where(slot.c.session_id == day["id"], near)
    if db.execute(query.limit(1)).first() is not None:
        raise WrongCalendar("somebody else is received then, or too near to pass unseen", "overlap")
