"""Forgets what has served its time; docs/DATA.md names the lifetime of each column."""

from datetime import datetime

from desk.clients import links
from desk.clients import service as clients
from desk.conversations import service as conversations
from desk.database import Connection
from desk.house import House
from desk.messaging import erasure
from desk.notices import mails
from desk.people import forgetting


def finish_erasures(db: Connection, _house: House, _now: datetime) -> int:
    """People who asked to be erased and to whom the last word was said: their address and key go too."""
    return clients.finish_erasures(db)


def forget(db: Connection, house: House, now: datetime) -> int:
    """Idle conversations, spent links, raw events, mails of long ago, and sign-ins that are over."""
    return (
        conversations.forget_idle(db, now=now)
        + links.forget_old(db, now=now)
        + erasure.forget_raw(db, now=now)
        + mails.forget_old(db, now=now)
        + forgetting.forget_old(db, now=now, real=house.clock.real())
    )
