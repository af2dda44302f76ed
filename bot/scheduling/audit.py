"""Every night: the end of the reading log goes out of the database, so that it shows when entries are cut off."""

from datetime import datetime

from desk.audit.queries import check_chain
from desk.database import Connection
from desk.house import House
from desk.log import logger

log = logger(__name__)

# The whole chain is read by `tomarigi audit verify` and for an audit; a night reads what is new, and some more.
_NEWEST = 2000


def tell_head(db: Connection, _house: House, _now: datetime) -> int:
    """Writes number and hash of the newest entry to the program's log; says how many faults were found on the way."""
    chain = check_chain(db, newest=_NEWEST)
    if chain.fault:
        log.error("audit broken", fault=str(chain.fault))
    log.info("audit head", head=str(chain.head))
    return int(bool(chain.fault))
