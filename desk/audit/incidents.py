"""Incidents (APPI article 26): what happened, who is affected as the reading log knows it, and what was reported when."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from desk.database import new_id
from desk.privacy import Vault
from desk.tables.audit import audit_entry, incident
from desk.tables.calendar import booking
from desk.tables.clients import client
from desk.tables.people import account

# What is marked on an incident, and the column that says when.
MARKS = ("first_report", "final_report", "closed")
_SESSION = "session"


@dataclass(frozen=True, repr=False)
class Told:
    """What somebody writes down of an incident. The stretch of the log and the account may come later."""

    what: str
    malicious: bool
    found_at: datetime
    log_from: datetime | None = None
    log_to: datetime | None = None
    suspect_id: str | None = None


@dataclass(frozen=True, repr=False)
class Incident:
    """An incident, and when it was reported to the commission (速報, 確報) and closed."""

    id: str
    told: Told
    first_report_at: datetime | None
    final_report_at: datetime | None
    closed_at: datetime | None


@dataclass(frozen=True)
class Affected:
    """Who may be affected. `numbers`: people opened one by one, or on the sheet of a day; `gone`: erased meanwhile.

    `lists`: how often a list was opened, of which the log does not say who stood on it; `at_most`: everybody the
    house knew then.
    """

    numbers: tuple[int, ...]
    gone: int
    lists: int
    at_most: int


def keep_incident(
    db: Connection,
    vault: Vault,
    *,
    told: Told,
    by: str,
    incident_id: str | None = None,
) -> str:
    """Writes an incident down, or what is known better by now of one (`incident_id`); returns its id."""
    row_id = incident_id or new_id()
    row = {
        "what": vault.house("incidents").seal_text(told.what, f"incident.what:{row_id}"),
        "malicious": told.malicious,
        "found_at": told.found_at,
        "log_from": told.log_from,
        "log_to": told.log_to,
        "suspect_id": told.suspect_id,
    }
    if incident_id is not None:
        db.execute(incident.update().where(incident.c.id == incident_id).values(row))
        return incident_id
    ours = sa.select(account.c.organisation_id).where(account.c.id == by).scalar_subquery()
    db.execute(incident.insert().values(row | {"id": row_id, "organisation_id": ours, "account_id": by}))
    return row_id


def mark(db: Connection, *, incident_id: str, what: str, now: datetime) -> None:
    """One of MARKS has been done; the first time counts."""
    done_at = incident.c[f"{what}_at"]
    still_open = (incident.c.id == incident_id) & done_at.is_(None)
    db.execute(incident.update().where(still_open).values({done_at: now}))


def incidents(db: Connection, vault: Vault, *, organisation_id: str) -> tuple[Incident, ...]:
    """All of them, the newest first."""
    query = (
        sa.select(incident)
        .where(incident.c.organisation_id == organisation_id)
        .order_by(incident.c.found_at.desc(), incident.c.id)
    )
    return tuple(_incident(row, vault) for row in db.execute(query))


def incident_by_id(db: Connection, vault: Vault, incident_id: str) -> Incident:
    """One of them, which must be there."""
    return _incident(db.execute(sa.select(incident).where(incident.c.id == incident_id)).one(), vault)


def open_incidents(db: Connection, *, organisation_id: str) -> int:
    """How many are not closed."""
    query = sa.select(sa.func.count()).where(
        incident.c.organisation_id == organisation_id, incident.c.closed_at.is_(None)
    )
    return int(db.execute(query).scalar_one())


def affected(db: Connection, told: Told) -> Affected | None:
    """Counts from the reading log; None while no stretch of it is named."""
    if told.log_from is None or told.log_to is None:
        return None
    seen = sa.and_(
        audit_entry.c.at >= told.log_from,
        audit_entry.c.at < told.log_to,
        audit_entry.c.refused.is_(sa.false()),
        # What a person does with their own page has no account.
        audit_entry.c.account_id.is_not(None)
        if told.suspect_id is None
        else audit_entry.c.account_id == told.suspect_id,
    )
    ids = _opened(db, seen) | _on_sheets(db, seen)
    numbers = db.execute(sa.select(client.c.number).where(client.c.id.in_(ids))).scalars()
    known = tuple(sorted(numbers))
    lists = sa.select(sa.func.count()).where(
        seen,
        audit_entry.c.client_id.is_(None),
        audit_entry.c.kind != _SESSION,
        audit_entry.c.facts.contains('"shows"'),
    )
    everybody = sa.select(sa.func.count()).where(client.c.created_at < told.log_to)
    return Affected(
        known, len(ids) - len(known), db.execute(lists).scalar_one(), db.execute(everybody).scalar_one()
    )


def _opened(db: Connection, seen: sa.ColumnElement[bool]) -> set[str]:
    query = sa.select(audit_entry.c.client_id).where(seen, audit_entry.c.client_id.is_not(None)).distinct()
    return set(db.execute(query).scalars())


def _on_sheets(db: Connection, seen: sa.ColumnElement[bool]) -> set[str]:
    """Whoever had a booking on a day whose sheet was opened: those who come, and those who write for them."""
    days = sa.select(audit_entry.c.subject_id).where(seen, audit_entry.c.kind == _SESSION)
    booked = sa.select(booking.c.writer_id, booking.c.visitor_id).where(
        booking.c.session_id.in_(days), booking.c.number.is_not(None)
    )
    return {client_id for row in db.execute(booked) for client_id in row if client_id}


def _incident(row: sa.Row[Any], vault: Vault) -> Incident:
    told = Told(
        what=vault.house("incidents").open_text(row.what, f"incident.what:{row.id}"),
        malicious=row.malicious,
        found_at=row.found_at,
        log_from=row.log_from,
        log_to=row.log_to,
        suspect_id=row.suspect_id,
    )
    return Incident(row.id, told, row.first_report_at, row.final_report_at, row.closed_at)
