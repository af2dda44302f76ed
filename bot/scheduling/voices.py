"""One short question on the evening after a visit: each person once a day, and never late."""

from datetime import datetime

from desk.clock import local_date
from desk.database import Connection
from desk.house import House
from desk.messaging import service as messaging
from desk.one_by_one import one_by_one
from desk.voices.queries import VisitToAsk, visits_to_ask
from desk.voices.rules import asked_until


def ask_due(db: Connection, house: House, now: datetime) -> int:
    """Asks everybody who came today and may be asked now; says how many that were."""
    return one_by_one(db, visits_to_ask(db, now=now), lambda visit: _ask(db, house, visit, now))


def _ask(db: Connection, house: House, visit: VisitToAsk, now: datetime) -> bool:
    queued = messaging.say(
        db,
        house.vault,
        client_id=visit.client_id,
        says=[{"kind": "voice_question", "facts": {"ref": visit.booking_id}}],
        purpose="follow_up",
        dedupe_key=f"voice:{visit.client_id}:{local_date(now)}",
        not_after=asked_until(visit.ends_at),
        now=now,
    )
    return queued is not None
