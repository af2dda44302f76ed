"""Reminders that are due: each once, neutral, gone with the booking."""

from datetime import datetime

from bot.handlers.facts import local_iso
from desk.booking import queries as bookings
from desk.booking import reminders
from desk.booking.queries import DueReminder
from desk.clock import local_date
from desk.database import Connection
from desk.house import House
from desk.messaging import service as messaging
from desk.one_by_one import one_by_one


def send_due(db: Connection, house: House, now: datetime) -> int:
    """Queues every reminder whose time has come; one that came too late is settled as not sent."""
    return one_by_one(db, bookings.due_reminders(db, now=now), lambda due: _send(db, house, due, now))


def _send(db: Connection, house: House, due: DueReminder, now: datetime) -> bool:
    in_time = now < due.not_after
    if not reminders.settle(db, reminder_id=due.id, sent=in_time, now=now) or not in_time:
        return False
    today = local_date(now) == local_date(due.starts_at)
    kind, facts = (
        f"reminder_{due.kind}",
        {"starts": local_iso(due.starts_at), "today": today, "ref": due.booking_id},
    )
    queued = messaging.say(
        db,
        house.vault,
        client_id=due.client_id,
        says=[{"kind": kind, "facts": facts}],
        purpose="reminder",
        dedupe_key=f"reminder:{due.id}",
        not_after=due.not_after,
        now=now,
    )
    return queued is not None
