"""Asks LINE how much of the month's quota is used: each hour, and when a push was too many."""

from bot.line import Line
from desk.house import House
from desk.log import logger
from desk.messaging import quota

log = logger(__name__)


def read_quota(house: House, line: Line, *, refused: bool = False) -> None:
    """Keeps what LINE says, where it is time to ask; LINE is never waited for in a transaction."""
    now = house.clock.now()
    with house.database.reading() as db:
        due = refused or quota.is_to_be_read(db, now=now)
    found = line.quota() if due else None
    if found is not None:
        with house.database.transaction(background=True) as db:
            quota.keep(db, found, now=now)
    elif due:
        log.warning("LINE did not tell its quota")
