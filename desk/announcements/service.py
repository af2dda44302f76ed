"""Writing news, sending it to the number of people that was shown, stopping it, and handing it over in batches."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from desk.announcements import queries
from desk.announcements.queries import PURPOSE, AnnouncementRow
from desk.announcements.rules import BATCH, GOOD_FOR, CannotSend
from desk.database import insert_or_ignore, new_id
from desk.messaging import service as messaging
from desk.notices.service import announce_news
from desk.privacy import Vault
from desk.tables.calendar import organisation
from desk.tables.clients import client, consent
from desk.tables.follow_up import announcement, announcement_person
from desk.tables.messaging import outbound_message


def write(
    db: Connection, *, organisation_id: str, desk_id: str | None, words: str, account_id: str, now: datetime
) -> str:
    """Keeps a draft; `desk_id` None: for all desks. Returns its id."""
    announcement_id = new_id()
    row = {"id": announcement_id, "organisation_id": organisation_id, "desk_id": desk_id, "words": words}
    db.execute(announcement.insert().values(**row, account_id=account_id, made_at=now))
    return announcement_id


def rewrite(db: Connection, *, announcement_id: str, words: str) -> None:
    """Gives a draft other words; raises CannotSend where it is none any more."""
    draft = (announcement.c.id == announcement_id) & (announcement.c.state == "draft")
    _must_change(db, announcement.update().where(draft).values(words=words))


def send(
    db: Connection, *, announcement_id: str, people: int, words_hash: str, account_id: str, now: datetime
) -> None:
    """Somebody has seen for how many `people` it is, what it costs, and its words (by their hash), and sends it.

    From now on it is handed over. Raises CannotSend, with the reason. What is to spare is looked at again before each
    message goes.
    """
    this = announcement.c.id == announcement_id
    # One after another, so that two never count on the same room, and nobody changes the words just now.
    house = sa.select(announcement.c.organisation_id).where(this).scalar_subquery()
    db.execute(sa.select(organisation.c.id).where(organisation.c.id == house).with_for_update(key_share=True))
    db.execute(sa.select(announcement.c.id).where(this).with_for_update())
    shown = queries.announcement_by_id(db, announcement_id)
    cost = queries.cost_of(db, shown, now=now)
    sending = {"state": "sending", "people": people, "account_id": account_id, "send_at": now}
    _must_change(db, announcement.update().where(this, announcement.c.state == "draft").values(sending))
    if (cost.people, shown.words_hash) != (people, words_hash):
        raise CannotSend("changed")
    if cost.hindrance:
        raise CannotSend(cost.hindrance)
    announce_news(db)


def stop(db: Connection, *, announcement_id: str, now: datetime) -> None:
    """It goes to nobody else: what LINE has not been given yet is let go. A draft is given up.

    Raises CannotSend where all of it has gone out, or somebody stopped it before.
    """
    this = announcement.c.id == announcement_id
    was = db.execute(sa.select(announcement.c.state).where(this).with_for_update()).scalar_one()
    dropped = _drop_untried(db, announcement_id, now)
    if was == "stopped" or (was == "sent" and not dropped):
        raise CannotSend("over")
    db.execute(announcement.update().where(this).values(state="stopped", finished_at=now))
    announce_news(db)


def hand_over_next(db: Connection, vault: Vault, *, now: datetime) -> int:
    """Hands the news that was confirmed first to its next people; says to how many.

    One batch is all or nothing with the transaction it is called in, and each person is in it once: a crash anywhere
    leaves the rest to the next call.
    """
    of = _first_in_hand(db)
    if of is None:
        return 0
    people = _next_people(db, of)
    for client_id in people:
        _hand_over(db, vault, of, client_id, now)
    if not queries.is_for_somebody_yet(db, of):
        done = announcement.update().where(announcement.c.id == of.id)
        db.execute(done.values(state="sent", finished_at=now))
    announce_news(db)
    return len(people)


def _must_change(db: Connection, update: sa.Update) -> None:
    if db.execute(update).rowcount != 1:
        raise CannotSend("over")


def _drop_untried(db: Connection, announcement_id: str, now: datetime) -> int:
    """Lets go of what was handed over and not tried yet; says how much."""
    handed = sa.select(announcement_person.c.outbound_id).where(
        announcement_person.c.announcement_id == announcement_id
    )
    untried = (outbound_message.c.state == "queued") & outbound_message.c.first_push_at.is_(None)
    dropped = outbound_message.update().where(outbound_message.c.id.in_(handed), untried)
    return db.execute(dropped.values(state="dropped", settled_at=now)).rowcount


def _first_in_hand(db: Connection) -> AnnouncementRow | None:
    """Locked, so that whoever stops it stops it before a batch or after it."""
    query = sa.select(announcement.c.id).where(announcement.c.state == "sending")
    query = query.order_by(announcement.c.send_at, announcement.c.id).limit(1)
    found = db.execute(query.with_for_update()).scalar_one_or_none()
    return None if found is None else queries.announcement_by_id(db, found)


def _next_people(db: Connection, of: AnnouncementRow) -> list[str]:
    """Locked with their consent, so that nobody is written to who takes it back or is erased just now."""
    query = queries.still_to_reach(of).order_by(client.c.id).limit(BATCH)
    locked = query.with_for_update(of=[client, consent], key_share=True, skip_locked=True)
    return list(dict.fromkeys(db.execute(locked).scalars()))


def _hand_over(db: Connection, vault: Vault, of: AnnouncementRow, client_id: str, now: datetime) -> None:
    """The key of the message is that of the person and the news: even where the row below is lost, no second copy goes."""
    outbound_id = messaging.say(
        db,
        vault,
        client_id=client_id,
        says=[{"kind": "news", "facts": {"words": of.words}}],
        purpose=PURPOSE,
        dedupe_key=f"news:{of.id}:{client_id}",
        not_after=now + GOOD_FOR,
        now=now,
    )
    row = {"announcement_id": of.id, "client_id": client_id, "outbound_id": outbound_id, "at": now}
    insert_or_ignore(db, announcement_person, [row])
