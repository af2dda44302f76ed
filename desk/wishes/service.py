"""Keeps a wish, offers a place for it, and notes what became of it."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from desk.booking import changes
from desk.booking.offering import offer_place
from desk.booking.telling import tell_of_offer
from desk.clients.queries import sealer, speaker_of
from desk.database import new_id
from desk.errors import AlreadyBooked, NoSuchWish
from desk.notices.service import announce_news, tell
from desk.privacy import Vault
from desk.tables.calendar import desk
from desk.tables.wishes import wish
from desk.wishes.queries import WishRow, wish_by_id


def keep_wish(
    db: Connection,
    vault: Vault,
    *,
    client_id: str,
    desk_code: str | None,
    kind: str,
    note: str,
    now: datetime,
) -> str:
    """Writes a wish down and tells staff of that desk; without a desk, of the one that opened first."""
    wish_id, desk_id = new_id(), _desk_id(db, desk_code)
    db.execute(
        wish.insert().values(
            id=wish_id,
            desk_id=desk_id,
            client_id=client_id,
            kind=kind,
            note=sealer(db, vault, client_id).seal_text(note, f"wish.note:{wish_id}"),
            at=now,
        )
    )
    tell(db, kind="wish", desk_id=desk_id, dedupe_key=f"wish:{wish_id}", now=now)
    return wish_id


def offer_for_wish(
    db: Connection,
    vault: Vault,
    *,
    wish_id: str,
    slot_id: str,
    until: datetime,
    account_id: str,
    now: datetime,
) -> bool:
    """Holds a time for whoever wished and lets them know; False where LINE does not reach them.

    Somebody who is booked keeps that booking until they accept. Raises NoSuchWish where it is settled or a
    place is held for it already, SlotTaken, AlreadyBooked, SessionClosed; nothing is changed then.
    """
    asked = _locked(db, vault, wish_id)
    if asked.is_offered:
        raise NoSuchWish("a place is held for it already")
    whose = speaker_of(db, asked.client_id)  # whose account answers
    live = changes.live_of(db, whose)
    if live is not None and live.state != "confirmed":
        raise AlreadyBooked(f"the person has a place that is {live.state}")
    booking_id = offer_place(
        db,
        client_id=whose,
        slot_id=slot_id,
        offered_for="wish",
        until=until,
        replaces_id=live.id if live is not None else None,
        by=account_id,
        now=now,
    )
    _change(db, wish_id, state="offered", booking_id=booking_id, account_id=account_id)
    announce_news(db)
    return tell_of_offer(db, vault, booking_id=booking_id, now=now)


def note_missed_call(db: Connection, *, wish_id: str, account_id: str) -> None:
    """Staff telephoned and nobody answered: the wish goes on waiting, and says so."""
    _change(db, wish_id, state="open", account_id=account_id)
    announce_news(db)


def settle_wish(db: Connection, *, wish_id: str, account_id: str, now: datetime) -> None:
    """Staff have answered it."""
    _change(db, wish_id, state="done", account_id=account_id, settled_at=now)
    announce_news(db)


def note_accepted(db: Connection, asked: WishRow, *, now: datetime) -> None:
    """The person took the place that was held for their wish: it is met."""
    _change(db, asked.id, state="done", settled_at=now)
    _tell_answer(db, asked, "accepted", now)


def note_declined(db: Connection, asked: WishRow, *, wants_other: bool, now: datetime) -> None:
    """The person did not take the place: staff look for another one, or nothing is wished any more."""
    if not wants_other:
        _change(db, asked.id, state="done", settled_at=now)
    _tell_answer(db, asked, "declined", now)


def say_more(db: Connection, vault: Vault, asked: WishRow, *, note: str, now: datetime) -> None:
    """The person says what would suit instead; what they said before stays."""
    words = f"{asked.note}\n{note}" if asked.note else note
    sealed = sealer(db, vault, asked.client_id).seal_text(words, f"wish.note:{asked.id}")
    db.execute(wish.update().where(wish.c.id == asked.id).values(note=sealed))
    _tell_answer(db, asked, "wish", now)


def _locked(db: Connection, vault: Vault, wish_id: str) -> WishRow:
    """The wish, kept so until the transaction ends: two presses of staff offer one place."""
    db.execute(sa.select(wish.c.id).where(wish.c.id == wish_id).with_for_update())
    found = wish_by_id(db, vault, wish_id)
    if found is None:
        raise NoSuchWish("the wish is settled")
    return found


def _change(db: Connection, wish_id: str, **values: object) -> None:
    db.execute(wish.update().where(wish.c.id == wish_id, wish.c.state != "done").values(values))


def _tell_answer(db: Connection, asked: WishRow, kind: str, now: datetime) -> None:
    about = asked.offer.booking_id if asked.offer else asked.id
    tell(db, kind=kind, desk_id=asked.desk_id, dedupe_key=f"{kind}:{asked.id}:{about}", now=now)


def _desk_id(db: Connection, code: str | None) -> str:
    query = sa.select(desk.c.id).order_by(
        sa.case((desk.c.code == (code or ""), 0), else_=1), desk.c.opened_on
    )
    return str(db.execute(query.limit(1)).scalar_one())
