"""Keeps people apart who must not meet (会わない組み合わせ): another table of the same time, or staff are told at once."""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from desk.booking import changes
from desk.booking.changes import SYSTEM, Standing
from desk.booking.constraints import attempt
from desk.clients.queries import numbers_of_each
from desk.errors import SlotTaken
from desk.roster.avoidances import avoided_by, tables_to_avoid
from desk.tables.calendar import booking, session, slot


def keep_apart(db: Connection, of: Standing, *, now: datetime) -> None:
    """Where an officer at the booking's table must not meet these people, they get another table of that time.

    Where there is none, staff are told; the client and the officers never.
    """
    people = {of.writer_id, of.visitor_id}
    if not any(avoided_by(db, client_id) for client_id in people):
        return
    # Whoever is just being seated there is seen before we look, or sees us (`desk/roster/service.py`, lock_days).
    db.execute(sa.select(session.c.id).where(session.c.id == of.session_id).with_for_update(read=True))
    avoided = tables_to_avoid(db, session_id=of.session_id, client_ids=people)
    table_no = db.execute(sa.select(slot.c.table_no).where(slot.c.id == of.slot_id)).scalar_one()
    if of.state != "confirmed" or table_no not in avoided or _has_other_table(db, of, avoided, now):
        return
    changes.tell_officers(db, "conflict", of, now=now)


def keep_clients_apart(db: Connection, *, client_ids: Collection[str], now: datetime) -> None:
    """The same for all that these people have booked already, once it is known whom they must not meet."""
    numbers = {each for theirs in numbers_of_each(db, client_ids).values() for each in theirs}
    theirs = sa.or_(booking.c.writer_id.in_(numbers), booking.c.visitor_id.in_(numbers))
    coming = (theirs, booking.c.state == "confirmed", slot.c.starts_at > now)
    query = sa.select(booking.c.id).join(slot, slot.c.id == booking.c.slot_id).where(*coming)
    for booking_id in db.execute(query.order_by(booking.c.id)).scalars().all():
        keep_apart(db, changes.standing(db, booking_id), now=now)


def _has_other_table(db: Connection, of: Standing, avoided: frozenset[int], now: datetime) -> bool:
    for slot_id in _other_tables(db, of, avoided):
        try:
            attempt(db, booking.update().where(booking.c.id == of.id).values(slot_id=slot_id))
        except SlotTaken:
            continue
        changes.write_down(db, of.id, of.state, of.state, slot_id, by=SYSTEM, now=now)
        return True
    return False


def _other_tables(db: Connection, of: Standing, avoided: frozenset[int]) -> list[str]:
    """Those nobody else is at: two people who change tables crosswise would wait for each other forever."""
    query = sa.select(slot.c.id).where(
        slot.c.session_id == of.session_id,
        slot.c.starts_at == of.starts_at,
        slot.c.table_no.not_in(avoided),
        slot.c.status == "open",
        ~slot.c.reserved,
    )
    free_to_lock = query.order_by(slot.c.table_no).with_for_update(key_share=True, skip_locked=True)
    return list(db.execute(free_to_lock).scalars())
