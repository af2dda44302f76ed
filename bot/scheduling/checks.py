"""Every night: whether what must always be true still is."""

from datetime import datetime

from desk.database import Connection
from desk.house import House
from desk.invariants import check_invariants, keep_check
from desk.log import logger

log = logger(__name__)


def check(db: Connection, _house: House, now: datetime) -> int:
    """Keeps what was found, for the panel and `/readyz`; says how many invariants are broken."""
    found = check_invariants(db, now=now)
    keep_check(db, found, now=now)
    broken = [each for each in found if each.offenders]
    for each in broken:
        log.error("an invariant is broken", kind=each.name, count=each.offenders)
    return len(broken)
