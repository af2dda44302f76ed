"""Being linked with an earlier booking: asked for in the chat, checked and carried out by staff."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from desk.booking.apart import keep_clients_apart
from desk.booking.queries import booking_by_number, visitors_called
from desk.booking.rules import decent_time
from desk.clients import relinking
from desk.clients.queries import address_of, client_by_id
from desk.clients.relinking import NotToBeLinked
from desk.clients.spoken import client_by_code
from desk.database import insert_or_ignore, new_id
from desk.messaging.service import drop_unsent, say
from desk.notices.service import announce_news
from desk.privacy import Vault
from desk.reach import service
from desk.tables.follow_up import relink_request


def ask(db: Connection, vault: Vault, *, client_id: str, known_by: str, called: str, now: datetime) -> None:
    """Keeps that somebody wants to be linked with whom this 予約番号 or 合言葉 belongs to, if it is anybody's.

    Of what they typed nothing is kept, only whom it means and whether the name is that person's. Whoever asks learns
    nothing of it. A second time takes the place of the first.
    """
    meant = _meant(db, vault, known_by, besides=client_id)
    fits = bool(called) and meant is not None and meant in visitors_called(db, vault, called)
    said = {"meant_id": meant, "name_fits": fits, "at": now}
    row = {"id": new_id(), "client_id": client_id} | said
    if not insert_or_ignore(db, relink_request, [row]):
        db.execute(relink_request.update().where(_open_of(client_id)).values(said))
    announce_news(db)


def link(
    db: Connection, vault: Vault, *, client_id: str, from_id: str, account_id: str, now: datetime
) -> str:
    """Staff have checked that `from_id` is this person with a new LINE account; returns whose it is from now on.

    That is the earlier person. But who has a place or waits for one under the new number stays there, and the earlier
    number is joined to it. They are told so, and LINE reaches them again. Raises NotToBeLinked or PersonGone.
    """
    by: dict[str, Any] = {"in_use": from_id, "account_id": account_id, "now": now}
    try:
        link_id = relinking.link(db, vault, client_id=client_id, from_id=from_id, **by)
        whose = client_id
    except NotToBeLinked as fault:
        link_id = _link_the_other_way(db, vault, fault, client_id=from_id, from_id=client_id, **by)
        whose = from_id
    keep_clients_apart(db, client_ids=[whose], now=now)
    _settle(db, from_id, account_id, now)
    found = address_of(db, vault, whose)
    if found is not None and not found.blocked:
        for each in (client_id, from_id):
            service.note_back(db, client_id=each, now=now)
    _tell(db, vault, whose, "linked", link_id, now)
    announce_news(db)
    return whose


def _link_the_other_way(db: Connection, vault: Vault, fault: NotToBeLinked, **who: Any) -> str:
    """Where the account of the new number must stay; raises the first fault where that is no way either."""
    if fault.why != "booked":
        raise fault
    try:
        return relinking.link(db, vault, **who)
    except NotToBeLinked:
        raise fault from None


def part(db: Connection, vault: Vault, *, link_id: str, now: datetime) -> str:
    """It was somebody else: undone, and the account's own person is meant again; returns whose it is.

    Raises NotToBeLinked or PersonGone.
    """
    was = relinking.part(db, vault, link_id=link_id, now=now)
    drop_unsent(db, dedupe_key=_about("linked", link_id), now=now)
    service.look(db, client_id=was.client_id, now=now)
    announce_news(db)
    return was.from_id


def decline(db: Connection, vault: Vault, *, client_id: str, account_id: str, now: datetime) -> None:
    """Staff found nobody to link them with; they are told how to go on."""
    request_id = _settle(db, client_id, account_id, now)
    if request_id is not None:
        _tell(db, vault, client_id, "not_linked", request_id, now)
    announce_news(db)


def _meant(db: Connection, vault: Vault, known_by: str, *, besides: str) -> str | None:
    """Whose number or spoken code it is; not that of who asks, nor of somebody erased."""
    booked = booking_by_number(db, vault, known_by)
    found = client_by_code(db, vault, known_by) or (booked.writer_id if booked else None)
    meant = client_by_id(db, found) if found and found != besides else None
    return meant.id if meant is not None and not meant.erased else None


def _settle(db: Connection, client_id: str, account_id: str, now: datetime) -> str | None:
    settled = relink_request.update().where(_open_of(client_id)).returning(relink_request.c.id)
    return db.execute(settled.values(settled_at=now, account_id=account_id)).scalar_one_or_none()


def _open_of(client_id: str) -> sa.ColumnElement[bool]:
    return (relink_request.c.client_id == client_id) & relink_request.c.settled_at.is_(None)


def _tell(db: Connection, vault: Vault, client_id: str, kind: str, about: str, now: datetime) -> None:
    says = [{"kind": kind, "facts": {}}]
    due_at = decent_time(now)
    say(db, vault, client_id=client_id, says=says, dedupe_key=_about(kind, about), due_at=due_at, now=now)


def _about(kind: str, about: str) -> str:
    return f"{kind}:{about}"
