"""What a house that was brought back must not do when it wakes up: it does not know what happened meanwhile."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from desk.booking.service import expire_holds
from desk.clients.erasing import finish_erasures
from desk.follow_up.asking import let_go_due
from desk.tables.calendar import reminder
from desk.tables.clients import page_link
from desk.tables.follow_up import announcement
from desk.tables.messaging import MESSAGE_OPEN, outbound_message
from desk.tables.people import account_link, challenge, sign_in


def settle(db: Connection, *, now: datetime) -> None:
    """Nothing is said late or a second time by itself, and nobody gets in by what was handed out before.

    Holds that ran out and erasures under way are finished, as the next tick of the timetable would.
    """
    _keep_silent(db, now)
    _change_the_locks(db, now)
    expire_holds(db, now=now)
    finish_erasures(db, now=now)


def _keep_silent(db: Connection, now: datetime) -> None:
    """What waited to be said may have gone out after the backup was made: staff decide, message by message."""
    parked = {"state": "parked", "fault": "Restored", "claimed_by": None, "claimed_until": None}
    db.execute(outbound_message.update().where(MESSAGE_OPEN).values(**parked, settled_at=now))
    due = sa.and_(reminder.c.state == "planned", reminder.c.due_at <= now)
    db.execute(reminder.update().where(due).values(state="skipped", settled_at=now))
    let_go_due(db, now=now)
    # To whom it had been handed over meanwhile, nobody here knows.
    on_its_way = announcement.update().where(announcement.c.state == "sending")
    db.execute(on_its_way.values(state="stopped", finished_at=now))


def _change_the_locks(db: Connection, now: datetime) -> None:
    """A link that was spent after the backup would be good again; a sign-in that was ended would be open."""
    db.execute(sign_in.update().where(sign_in.c.ended_at.is_(None)).values(ended_at=now))
    for handed_out in (account_link, page_link, challenge):
        db.execute(handed_out.delete())
