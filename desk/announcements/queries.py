"""News, whom it is for, and how far it has come."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from desk.announcements.rules import Cost
from desk.clients.queries import SPEAKS_FOR
from desk.clients.reached import is_reached
from desk.messaging import quota
from desk.people.queries import AccountRow
from desk.people.sight import announcement_seen
from desk.tables.calendar import booking, desk, session
from desk.tables.clients import client, consent
from desk.tables.follow_up import announcement, announcement_person
from desk.tables.messaging import MESSAGE_OPEN, outbound_message
from desk.tables.wishes import waiting, wish

PURPOSE = "news"
_SHOWN = 30
_handed = (
    sa.select(sa.func.count())
    .where(announcement_person.c.announcement_id == announcement.c.id)
    .correlate(announcement)
    .scalar_subquery()
)


@dataclass(frozen=True)
class AnnouncementRow:
    """News as it stands. `desk_id` None: for all desks; `people`: for how many it was confirmed; `handed`: handed over."""

    id: str
    organisation_id: str
    desk_id: str | None
    desk_name: str
    words: str
    state: str
    people: int | None
    handed: int
    account_id: str
    made_at: datetime
    send_at: datetime | None
    finished_at: datetime | None

    @property
    def words_hash(self) -> str:
        """Another one for other words: it shows which words somebody had before them."""
        return hashlib.sha256(self.words.encode()).hexdigest()


@dataclass(frozen=True)
class Progress:
    """How many messages are where: LINE has `accepted` them, they wait, were not sent, or nobody can tell."""

    accepted: int
    waiting: int
    not_sent: int
    unknown: int


@dataclass(frozen=True)
class HandedNews:
    """News that was handed over to somebody."""

    at: datetime
    words: str


def handed_to(db: Connection, client_id: str) -> tuple[HandedNews, ...]:
    """All the news one person was to get."""
    of = announcement.c.id == announcement_person.c.announcement_id
    query = sa.select(announcement_person.c.at, announcement.c.words).join(announcement, of)
    query = query.where(announcement_person.c.client_id == client_id).order_by(announcement_person.c.at)
    return tuple(HandedNews(row.at, row.words) for row in db.execute(query))


def announcements_seen(db: Connection, viewer: AccountRow) -> tuple[AnnouncementRow, ...]:
    """The latest news the viewer may see, newest first; drafts that were given up are left out."""
    given_up = (announcement.c.state == "stopped") & announcement.c.send_at.is_(None)
    query = _announcements().where(announcement_seen(viewer), ~given_up)
    rows = db.execute(query.order_by(announcement.c.made_at.desc(), announcement.c.id).limit(_SHOWN))
    return tuple(_row(each) for each in rows)


def announcement_by_id(db: Connection, announcement_id: str) -> AnnouncementRow:
    """One of them, which must exist."""
    return _row(db.execute(_announcements().where(announcement.c.id == announcement_id)).one())


def cost_of(db: Connection, of: AnnouncementRow, *, now: datetime) -> Cost:
    """For how many people it is at this moment, and what LINE still takes."""
    return Cost(_count(db, recipients(of)), quota.of_month(db, now=now), _ahead(db))


def recipients(of: AnnouncementRow) -> sa.Select[Any]:
    """The ids of those it is for: they agreed, LINE reaches them, and they had to do with the desk or with none yet.

    A person with several numbers (つなぎなおし) gets it under the one that speaks, and stands here once for each of
    them that agreed. Once it is confirmed, nobody is added who agreed later. What troubles somebody is never asked.
    """
    is_joined = SPEAKS_FOR.c.client_id.in_(sa.select(SPEAKS_FOR.c.from_id))
    speaker = (
        sa.select(SPEAKS_FOR.c.client_id)
        .where(SPEAKS_FOR.c.from_id == consent.c.client_id, ~is_joined)
        .limit(1)
    )
    whose = sa.func.coalesce(speaker.correlate(consent).scalar_subquery(), consent.c.client_id)
    query = (
        sa.select(client.c.id)
        .select_from(client.join(consent, client.c.id == whose))
        .where(client.c.organisation_id == of.organisation_id, client.c.erased_at.is_(None))
        .where(consent.c.purpose == PURPOSE, consent.c.basis == "consent", consent.c.withdrawn_at.is_(None))
        .where(is_reached(client.c.id))
    )
    if of.send_at is not None:
        query = query.where(consent.c.given_at <= of.send_at)
    return query if of.desk_id is None else query.where(_are_of(of.desk_id) | ~_are_of(None))


def still_to_reach(of: AnnouncementRow) -> sa.Select[Any]:
    """Those of them to whom it has not been handed over yet, under whichever number."""
    handed = announcement_person.c.announcement_id == of.id
    to_them = sa.exists().where(handed, announcement_person.c.client_id == client.c.id)
    joined = sa.exists().where(
        handed,
        announcement_person.c.client_id == SPEAKS_FOR.c.from_id,
        SPEAKS_FOR.c.client_id == client.c.id,
    )
    return recipients(of).where(~to_them, ~joined)


def is_for_somebody_yet(db: Connection, of: AnnouncementRow) -> bool:
    """Whether anybody is left."""
    return db.execute(still_to_reach(of).limit(1)).first() is not None


def progress_of(db: Connection, announcement_id: str) -> Progress:
    """What became of the messages that were handed over."""
    outbound = announcement_person.join(
        outbound_message, outbound_message.c.id == announcement_person.c.outbound_id
    )
    query = sa.select(outbound_message.c.state, sa.func.count()).select_from(outbound)
    query = query.where(announcement_person.c.announcement_id == announcement_id)
    found = {row[0]: row[1] for row in db.execute(query.group_by(outbound_message.c.state))}
    return Progress(
        accepted=found.pop("accepted", 0),
        waiting=found.pop("queued", 0) + found.pop("sending", 0),
        unknown=found.pop("unknown", 0),
        not_sent=sum(found.values()),
    )


def _are_of(desk_id: str | None) -> sa.ColumnElement[bool]:
    """People who had to do with this desk, None: with any, under whichever of their numbers."""
    joined = sa.exists().where(
        SPEAKS_FOR.c.client_id == client.c.id, _had_to_do(SPEAKS_FOR.c.from_id, desk_id)
    )
    return _had_to_do(client.c.id, desk_id) | joined


def _had_to_do(whom: sa.ColumnElement[str], desk_id: str | None) -> sa.ColumnElement[bool]:
    """Whoever booked or came there, waited for a place there or anywhere, or wished something there."""
    booked = sa.exists().where(
        sa.or_(booking.c.writer_id == whom, booking.c.visitor_id == whom),
        booking.c.confirmed_at.is_not(None),
        session.c.id == booking.c.session_id,
        _is_at(session.c.desk_id, desk_id),
    )
    there_or_anywhere = waiting.c.desk_id.is_(None) | _is_at(waiting.c.desk_id, desk_id)
    waited = sa.exists().where(waiting.c.client_id == whom, there_or_anywhere)
    wished = sa.exists().where(wish.c.client_id == whom, _is_at(wish.c.desk_id, desk_id))
    return sa.or_(booked, waited, wished)


def _is_at(column: sa.ColumnElement[Any], desk_id: str | None) -> sa.ColumnElement[bool]:
    return sa.true() if desk_id is None else column == desk_id


def _ahead(db: Connection) -> int:
    """News that was confirmed and that LINE has not taken yet, queued or still to be handed over."""
    queued = sa.select(sa.func.count()).select_from(outbound_message)
    queued = queued.where(MESSAGE_OPEN, outbound_message.c.purpose == PURPOSE)
    left = sa.select(sa.func.coalesce(sa.func.sum(announcement.c.people - _handed), 0))
    left = left.where(announcement.c.state == "sending")
    return int(db.execute(queued).scalar_one()) + int(db.execute(left).scalar_one())


def _count(db: Connection, query: sa.Select[Any]) -> int:
    return int(db.execute(sa.select(sa.func.count()).select_from(query.distinct().subquery())).scalar_one())


def _announcements() -> sa.Select[Any]:
    return sa.select(
        announcement, sa.func.coalesce(desk.c.name, "").label("desk_name"), _handed.label("handed")
    ).outerjoin(desk, desk.c.id == announcement.c.desk_id)


def _row(row: Row[Any]) -> AnnouncementRow:
    return AnnouncementRow(**row._asdict())
