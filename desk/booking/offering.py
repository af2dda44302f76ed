"""Offering a place to one person, held until a deadline (`offered.py` takes the answer).

A wish that staff could meet, a turn on the waiting list, a day that was moved: all offer a place the same way.
"""

from datetime import datetime

from sqlalchemy.engine import Connection

from desk.booking import changes, making, places
from desk.calendar.queries import desk_by_id
from desk.database import savepoint
from desk.tables.calendar import booking


def offer_place(
    db: Connection,
    *,
    client_id: str,
    slot_id: str,
    offered_for: str,
    until: datetime,
    replaces_id: str | None = None,
    by: str,
    now: datetime,
) -> str:
    """Holds a time for somebody until they answer or `until` is past; returns the booking's id.

    Also a time that clients do not find by themselves, and after the closing time. `offered_for` is wish,
    waiting or moved. With `replaces_id` the person keeps that booking until they accept.
    Raises SlotTaken, AlreadyBooked, SessionClosed; nothing is left behind then.
    """
    place = places.place_for_staff(db, slot_id, now)
    row = making.new_row(desk_by_id(db, place.desk_id).organisation_id, client_id, place, now)
    row |= {"state": "offered", "expires_at": until, "offered_for": offered_for, "replaces_id": replaces_id}
    if replaces_id is not None:
        row["quota_key"] = None
    wanted = places.same_time(db, place)
    with savepoint(db):
        places.clear_way(db, wanted, leaving=None, now=now)
        insert = booking.insert().values(row)
        taken = places.take_first(db, wanted, lambda to: insert.values(slot_id=to))
        changes.write_down(db, row["id"], None, "offered", taken, by=by, now=now)
    return str(row["id"])
