"""つなぎなおし: who comes back with a new LINE account is linked with the person they were, and parted if it was wrong.

The account goes over and speaks for the other record from then on. What was told under its own number stays there,
under its own consents, and belongs to the same person: it is shown, taken along and erased with them
(`queries.joined_to`), and what is still to be said to it finds the account (`queries.address_of`). So parting them is
exact: the account goes back, and every word is where it was told.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from desk.clients.queries import LATEST_FIRST, joined_to, lock_known, sealer
from desk.database import new_id
from desk.errors import DeskError
from desk.privacy import Vault
from desk.tables.calendar import IS_LIVE, booking
from desk.tables.clients import address, page_link
from desk.tables.conversations import conversation
from desk.tables.follow_up import LINK_STANDS, relink
from desk.tables.wishes import STILL_WAITS, waiting

UNDO_WITHIN = timedelta(days=30)


class NotToBeLinked(DeskError):
    """These two cannot be linked or parted.

    `why`: oneself; no_account (there is none to go over); booked (who gives the account has a place or waits for one,
    which would be lost from sight); linked (they are already, or the account has gone on to somebody else); too_late.
    """

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class Link:
    """One account came from `from_id` and belongs to `client_id` since `at`; `may_part`: it can still be undone."""

    id: str
    client_id: str
    from_id: str
    address_id: str
    account_id: str
    at: datetime
    may_part: bool


def link(
    db: Connection,
    vault: Vault,
    *,
    client_id: str,
    from_id: str,
    in_use: str,
    account_id: str,
    now: datetime,
) -> str:
    """The LINE account under which `from_id` wrote is this person's from now on; returns the link's id.

    `in_use`: whichever of the two has the account that they are reached by from now on. An event that arrives meanwhile
    waits, and then finds whose the account is (`service.arrive`). Raises NotToBeLinked, and PersonGone where one of
    them was erased.
    """
    if client_id == from_id:
        raise NotToBeLinked("oneself")
    _lock_both(db, client_id, from_id)
    account = _latest_account(db, address.c.client_id == from_id)
    used = _latest_account(db, address.c.client_id == in_use)
    if account is None or used is None:
        raise NotToBeLinked("no_account")
    if client_id in joined_to(db, from_id):
        raise NotToBeLinked("linked")
    if _has_plans(db, from_id):
        raise NotToBeLinked("booked")
    _hand_over(db, vault, account, to=client_id)
    db.execute(address.update().where(address.c.id == used.id).values(state_since=now))
    row = {"id": new_id(), "client_id": client_id, "from_id": from_id, "address_id": account.id}
    db.execute(relink.insert().values(row | {"account_id": account_id, "at": now}))
    return str(row["id"])


def part(db: Connection, vault: Vault, *, link_id: str, now: datetime) -> Link:
    """It was somebody else: the account goes back to whom it came from, and loses sight of the earlier person.

    What was told meanwhile stays with the earlier person. Raises NotToBeLinked, and PersonGone where one of them was
    erased.
    """
    found = link_by_id(db, link_id, now=now)
    if found is None or not found.may_part:
        raise NotToBeLinked("too_late")
    _undo(db, vault, found, now)
    return found


def part_from_others(db: Connection, vault: Vault, client_ids: Collection[str], *, now: datetime) -> None:
    """No link stands between one of these people and anybody else any more, however long it has stood.

    An account that has gone on to somebody else since comes back the way it went.
    """
    standing = _links(db, sa.true(), now=now)
    between = [each for each in standing if (each.client_id in client_ids) != (each.from_id in client_ids)]
    for each in standing:
        if any(each.address_id == one.address_id and each.at >= one.at for one in between):
            _undo(db, vault, each, now)


def link_by_id(db: Connection, link_id: str, *, now: datetime) -> Link | None:
    """One link that stands."""
    found = _links(db, relink.c.id == link_id, now=now)
    return found[0] if found else None


def links_of(db: Connection, client_id: str, *, now: datetime) -> tuple[Link, ...]:
    """The links of a person that stand, whichever way, newest first."""
    return _links(db, sa.or_(relink.c.client_id == client_id, relink.c.from_id == client_id), now=now)


def _links(db: Connection, which: sa.ColumnElement[bool], *, now: datetime) -> tuple[Link, ...]:
    query = sa.select(relink).where(which, LINK_STANDS).order_by(relink.c.at.desc(), relink.c.id)
    return tuple(
        Link(
            row.id,
            row.client_id,
            row.from_id,
            row.address_id,
            row.account_id,
            row.at,
            row.at > now - UNDO_WITHIN,
        )
        for row in db.execute(query)
    )


def _undo(db: Connection, vault: Vault, of: Link, now: datetime) -> None:
    _lock_both(db, of.client_id, of.from_id)
    account = _latest_account(db, address.c.client_id == of.client_id, address.c.id == of.address_id)
    undone = db.execute(relink.update().where(relink.c.id == of.id, LINK_STANDS).values(undone_at=now))
    if account is None or undone.rowcount != 1:
        raise NotToBeLinked("linked")
    _hand_over(db, vault, account, to=of.from_id)
    # A page that is open shows what the earlier person told.
    db.execute(page_link.delete().where(page_link.c.client_id == of.client_id))


def _lock_both(db: Connection, *client_ids: str) -> None:
    """In one fixed order, so that two who link the same people do not wait for each other."""
    for client_id in sorted(client_ids):
        lock_known(db, client_id)


def _latest_account(db: Connection, *which: sa.ColumnElement[bool]) -> Any:
    """The account somebody writes from, the latest of several; nobody else changes it meanwhile."""
    query = sa.select(address.c.id, address.c.client_id, address.c.value).where(*which)
    latest = query.order_by(*LATEST_FIRST).limit(1)
    return db.execute(latest.with_for_update()).first()


def _has_plans(db: Connection, client_id: str) -> bool:
    """Whether somebody has a place, is choosing one, or waits for one."""
    places = sa.select(booking.c.id).where(booking.c.writer_id == client_id, IS_LIVE)
    waits = sa.select(waiting.c.id).where(waiting.c.client_id == client_id, STILL_WAITS)
    return any(db.execute(query.limit(1)).first() is not None for query in (places, waits))


def _hand_over(db: Connection, vault: Vault, account: Any, *, to: str) -> None:
    """The account, sealed with its new owner's key; where either stood in the chat is forgotten."""
    place = f"address.value:{account.id}"
    user_id = sealer(db, vault, account.client_id).open_text(account.value, place)
    handed = {"client_id": to, "value": sealer(db, vault, to).seal_text(user_id, place)}
    db.execute(address.update().where(address.c.id == account.id).values(handed))
    db.execute(conversation.delete().where(conversation.c.client_id.in_((to, account.client_id))))
