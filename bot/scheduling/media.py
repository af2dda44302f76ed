"""Fetches the photos and voices that somebody agreed to show, while LINE still has them.

Nothing hangs on it: LINE is asked outside any transaction, and what fails is asked for again. Where LINE fails for
all, the round ends.
"""

from bot.line import Account, LineFault, TooBig
from desk.house import House
from desk.log import logger
from desk.media import service
from desk.media.contents import check
from desk.media.queries import ToFetch, to_fetch
from desk.media.rules import MOST_BYTES, Checked

# Few, since a process that is to stop waits for a round.
_AT_ONCE = 4
# LINE did not answer, does not know us, or has had enough of us: the next one would not fare better.
_FOR_ALL = frozenset({0, 401, 403, 429})
_GONE = frozenset({404, 410})

log = logger(__name__)


class Media:
    """Fetches what waits, round by round."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._account = Account(house.settings)

    def fetch(self) -> int:
        """One round; says how much was settled, kept or not."""
        house = self._house
        with house.database.reading() as db:
            due = to_fetch(db, house.vault, now=house.clock.now(), limit=_AT_ONCE)
        done = 0
        try:
            for each in due:
                done += self._settle(each)
        except LineFault as fault:
            log.warning("LINE did not give what was sent", fault=str(fault))
        return done

    def close(self) -> None:
        """Closes the connections."""
        self._account.close()

    def _settle(self, each: ToFetch) -> bool:
        """Whether it is settled; raises LineFault where LINE fails for all."""
        house = self._house
        fault: LineFault | None = None
        try:
            found = self._fetched(each)
        except LineFault as not_now:
            found, fault = None, not_now
        with house.database.transaction(background=True) as db:
            now = house.clock.now()
            if found is not None:
                return service.settle(db, house.vault, media_id=each.id, found=found, now=now)
            service.try_later(db, media_id=each.id, tries=each.tries, now=now)
        if fault is not None and fault.status in _FOR_ALL:
            raise fault
        return False

    def _fetched(self, each: ToFetch) -> Checked | None:
        """What is to be kept, or why nothing is; None: later."""
        if not each.wanted:
            return Checked("refused")
        try:
            body = self._account.contents(each.origin, at_most=MOST_BYTES)
        except TooBig:
            return Checked("too_big")
        except LineFault as fault:
            if fault.status in _GONE:
                return Checked("gone")
            raise
        return None if body is None else check(each.kind, body)
