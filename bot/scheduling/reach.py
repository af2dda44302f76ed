"""By the clock: whom LINE does not reach though something is to say, and for whom that is over."""

from datetime import datetime

from desk.database import Connection
from desk.house import House
from desk.reach import service


def look(db: Connection, _house: House, now: datetime) -> int:
    """Ends what is over, and opens what is new; says how many tasks were opened."""
    service.end_idle(db, now=now)
    return service.look(db, now=now)
