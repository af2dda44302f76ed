"""The waiting list by the clock: free places go to who waits, and who waited in vain is asked whether to go on."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from desk.booking import waiting, waiting_list
from desk.booking import waiting_queries as queries
from desk.booking.rules import decent_time
from desk.booking.telling import tell_of_offer
from desk.booking.waiting_queries import Entry
from desk.calendar.queries import list_desks
from desk.clock import local_date
from desk.database import Connection
from desk.house import House
from desk.messaging import service as messaging

# A question about something older than this would only puzzle.
_LATELY = timedelta(days=3)


def offer_places(db: Connection, house: House, now: datetime) -> int:
    """Offers what became free where nobody thought of the list, and tells of every place on offer, once."""
    waiting_list.settle_strays(db, now=now)
    offered = sum(waiting.fill(db, desk_id=desk.id, now=now) for desk in list_desks(db))
    for booking_id in queries.offers_to_tell(db):
        tell_of_offer(db, house.vault, booking_id=booking_id, now=now)
    _ask(db, house, queries.resting(db, since=now - _LATELY), "waiting_rests", now)
    return offered


def ask_who_waited(db: Connection, house: House, now: datetime) -> int:
    """After a session is over: who waited for it in vain is asked whether to go on; the date of entry stays."""
    ended = queries.ended_sessions(db, since=local_date(now - _LATELY), now=now)
    asked = [entry for session in ended for entry in waiting_list.ask_after(db, session, now=now)]
    _ask(db, house, asked, f"waiting_in_vain:{local_date(now)}", now)
    return len(asked)


def _ask(db: Connection, house: House, entries: Iterable[Entry], about: str, now: datetime) -> None:
    """Each is asked once about the same thing: the last place that was held for them, or this day."""
    for entry in entries:
        messaging.say(
            db,
            house.vault,
            client_id=entry.client_id,
            says=[{"kind": about.partition(":")[0], "facts": {"ref": entry.id}}],
            dedupe_key=f"{about}:{entry.id}:{entry.booking_id or ''}",
            due_at=decent_time(now),
            not_after=now + _LATELY,
            now=now,
        )
