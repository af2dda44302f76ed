"""Forgets what has served its time; docs/DATA.md names the lifetime of each column."""

from datetime import date, datetime, time, timedelta

from desk import erasures
from desk.audit import service as audit
from desk.clients import erasing, links
from desk.clock import local, local_date
from desk.conversations import service as conversations
from desk.database import Connection
from desk.house import House
from desk.messaging import erasure
from desk.notices import mails
from desk.people import forgetting
from desk.retention import queries as retention
from desk.retention import service as letting_go
from desk.retention.going import going
from desk.retention.rules import WARNED_EARLY, WARNED_LATE

# At night, and a few people at a time, so that whoever writes just then waits for an instant only.
_NIGHT = (time(3), time(5))
_AT_ONCE = 20
_MOST_FORETOLD = 1000


def finish_erasures(db: Connection, _house: House, now: datetime) -> int:
    """People who asked to be erased and to whom the last word was said: their address and key go too."""
    return erasing.finish_erasures(db, now=now)


def let_people_go(db: Connection, house: House, now: datetime) -> int:
    """Between three and five at night: some of those whose time is over."""
    if not _NIGHT[0] <= local(now).time() < _NIGHT[1]:
        return 0
    return letting_go.let_go(db, house.vault, at_most=_AT_ONCE, now=now)


def note_erasures(db: Connection, house: House, now: datetime) -> int:
    """Who was erased is written to the file that stands outside database and backup."""
    return erasures.note_erasures(db, house.settings.erasure_file, now=now)


def forget(db: Connection, house: House, now: datetime) -> int:
    """Idle conversations, spent links, raw events, old mails, sign-ins, months of the reading log; counted."""
    log_lasts = timedelta(days=retention.lifetimes(db)["log"])
    counts = {
        "conversations": conversations.forget_idle(db, now=now),
        "links": links.forget_old(db, now=now),
        "events": erasure.forget_raw(db, now=now),
        "mails": mails.forget_old(db, now=now),
        "sign_ins": forgetting.forget_old(db, now=now, real=house.clock.real()),
        "certificates": letting_go.forget_old(db, before=now - log_lasts),
        "log": audit.forget_months(db, before=now - log_lasts, now=now),
    }
    letting_go.note_run(db, counts=counts | _foretold(db, local_date(now)), now=now)
    return sum(counts.values())


def _foretold(db: Connection, today: date) -> dict[str, int]:
    """How many people go within a week and within a month, up to a thousand."""
    rows = going(db, by=today + WARNED_EARLY, at_most=_MOST_FORETOLD)
    soon = sum(row.on <= today + WARNED_LATE for row in rows)
    return {retention.WITHIN_WEEK: soon, retention.WITHIN_MONTH: len(rows)}
