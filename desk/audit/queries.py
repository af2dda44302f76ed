"""Reads the log: its entries, its end, who has looked it over, and whether the chain holds."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from desk.audit.rules import BEGINNING, REVIEW_EVERY, Chain, Entry, Head, read_chain
from desk.tables.audit import audit_entry, audit_review
from desk.tables.clients import client
from desk.tables.people import account

# Rows in memory at a time.
_AT_A_TIME = 1000


@dataclass(frozen=True)
class Review:
    """Somebody looked the log over, up to an entry."""

    account_id: str
    up_to: int
    at: datetime


def entries(
    db: Connection,
    *,
    organisation_id: str,
    since: datetime,
    until: datetime,
    account_id: str | None = None,
    client_id: str | None = None,
    by_accounts: bool,
    limit: int,
) -> tuple[Entry, ...]:
    """What was done in this time, newest first; of one account, or to one person, where named.

    `by_accounts`: by who was signed in; else by everybody else, so that strangers crowd nobody out of the limit.
    """
    ours = sa.select(account.c.id).where(account.c.organisation_id == organisation_id)
    by_us = audit_entry.c.account_id.in_(ours) if by_accounts else audit_entry.c.account_id.is_(None)
    # A sign-in that failed is nobody's, and names the account it was tried at.
    about_others = (audit_entry.c.kind == "account") & audit_entry.c.subject_id.not_in(ours)
    query = (
        sa.select(audit_entry)
        .where(audit_entry.c.at >= since, audit_entry.c.at < until, by_us, ~about_others)
        .order_by(audit_entry.c.number.desc())
        .limit(limit)
    )
    if account_id is not None:
        query = query.where(audit_entry.c.account_id == account_id)
    if client_id is not None:
        query = query.where(audit_entry.c.client_id == client_id)
    return tuple(_entry(row) for row in db.execute(query))


def head(db: Connection) -> Head:
    """The newest entry: kept elsewhere, it shows later whether the end was cut off."""
    query = sa.select(audit_entry.c.number, audit_entry.c.hash).order_by(audit_entry.c.number.desc()).limit(1)
    row = db.execute(query).first()
    return Head(row.number, row.hash) if row else Head(0, BEGINNING)


def check_chain(db: Connection, *, known: Head | None = None, newest: int | None = None) -> Chain:
    """Reads the whole log, or its `newest` entries, and says whether each follows on the one before."""
    query = sa.select(audit_entry).order_by(audit_entry.c.number).execution_options(yield_per=_AT_A_TIME)
    if newest is not None:
        query = query.where(audit_entry.c.number > head(db).number - newest)
    with db.execute(query) as rows:
        return read_chain((row._asdict() for row in rows), known=known, whole=newest is None)


def reviews(db: Connection, *, organisation_id: str, since: datetime) -> tuple[Review, ...]:
    """Who looked the log over since then, newest first."""
    query = (
        sa.select(audit_review)
        .join(account, account.c.id == audit_review.c.account_id)
        .where(account.c.organisation_id == organisation_id, audit_review.c.at >= since)
        .order_by(audit_review.c.at.desc(), audit_review.c.id)
    )
    return tuple(Review(row.account_id, row.up_to, row.at) for row in db.execute(query))


def review_due(db: Connection, *, organisation_id: str, now: datetime) -> bool:
    """Whether nobody has looked the log over for 30 days, though there is something in it."""
    before = now - REVIEW_EVERY
    if reviews(db, organisation_id=organisation_id, since=before):
        return False
    old = sa.select(audit_entry.c.number).where(audit_entry.c.at <= before).limit(1)
    return db.execute(old).first() is not None


def client_numbers(db: Connection, client_ids: Collection[str], *, organisation_id: str) -> dict[str, int]:
    """The 相談者番号 of these people; somebody erased meanwhile has none."""
    query = sa.select(client.c.id, client.c.number).where(
        client.c.id.in_(set(client_ids)), client.c.organisation_id == organisation_id
    )
    return {row.id: row.number for row in db.execute(query)}


def _entry(row: sa.Row[Any]) -> Entry:
    return Entry(
        number=row.number,
        at=row.at,
        account_id=row.account_id,
        role=row.role,
        act=row.act,
        kind=row.kind,
        subject_id=row.subject_id,
        client_id=row.client_id,
        facts=json.loads(row.facts),
        refused=row.refused,
    )
