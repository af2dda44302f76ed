"""Break-glass (緊急の閲覧): seeing somebody one may not see, for an hour, with a reason, in sight of the supervisor."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from desk.audit.service import note
from desk.clients.queries import sealer
from desk.database import new_id
from desk.errors import Unreadable
from desk.notices.service import announce_news
from desk.people.queries import AccountRow
from desk.people.sight import not_kept_from
from desk.privacy import Vault
from desk.tables.audit import break_glass
from desk.tables.clients import client
from desk.tables.people import account

GLASS_LASTS = timedelta(minutes=60)


@dataclass(frozen=True, repr=False)
class GlassRow:
    """Somebody broke the glass; `reason` is None once the person is erased."""

    id: str
    account_id: str
    client_number: int
    reason: str | None
    opened_at: datetime
    until: datetime


def break_for(
    db: Connection,
    vault: Vault,
    *,
    client_id: str,
    reason: str,
    by: AccountRow,
    sign_in_id: str,
    now: datetime,
) -> str:
    """For an hour `by` may see this person; returns the id under which a supervisor will look at it."""
    glass_id = new_id()
    sealed = sealer(db, vault, client_id).seal_text(reason, f"break_glass.reason:{glass_id}")
    db.execute(
        break_glass.insert().values(
            id=glass_id,
            account_id=by.id,
            client_id=client_id,
            reason=sealed,
            opened_at=now,
            until=now + GLASS_LASTS,
        )
    )
    note(
        db,
        act="break_glass",
        by=by.id,
        role=by.role,
        sign_in_id=sign_in_id,
        kind="client",
        subject_id=client_id,
        client_id=client_id,
        now=now,
    )
    announce_news(db)
    return glass_id


def to_review(db: Connection, vault: Vault, *, viewer: AccountRow, now: datetime) -> tuple[GlassRow, ...]:
    """What no supervisor has looked at yet, oldest first; nothing of people whom this one must not see."""
    query = (
        sa.select(break_glass, client.c.number)
        .join(client, client.c.id == break_glass.c.client_id)
        .where(_waits(viewer, now))
        .order_by(break_glass.c.opened_at, break_glass.c.id)
    )
    return tuple(
        GlassRow(row.id, row.account_id, row.number, _reason(db, vault, row), row.opened_at, row.until)
        for row in db.execute(query).all()
    )


def count_to_review(db: Connection, *, viewer: AccountRow, now: datetime) -> int:
    """How many wait for this supervisor."""
    query = sa.select(sa.func.count()).select_from(break_glass).where(_waits(viewer, now))
    return int(db.execute(query).scalar_one())


def review(db: Connection, *, glass_id: str, by: str, now: datetime) -> bool:
    """A supervisor has looked at it; False for one's own, which somebody else looks at, and for one done before."""
    waits = break_glass.c.reviewed_at.is_(None) & (break_glass.c.account_id != by)
    query = break_glass.update().where(break_glass.c.id == glass_id, waits)
    done = db.execute(query.values(reviewed_by=by, reviewed_at=now)).rowcount > 0
    announce_news(db)
    return done


def supervisors(db: Connection, *, organisation_id: str) -> tuple[str, ...]:
    """Who is told of it."""
    query = sa.select(account.c.id).where(
        account.c.organisation_id == organisation_id,
        account.c.role == "supervisor",
        account.c.disabled_at.is_(None),
    )
    return tuple(db.execute(query).scalars())


def _waits(viewer: AccountRow, now: datetime) -> sa.ColumnElement[bool]:
    of_house = sa.select(account.c.id).where(account.c.organisation_id == viewer.organisation_id)
    waits = break_glass.c.reviewed_at.is_(None) & break_glass.c.account_id.in_(of_house)
    return waits & not_kept_from(viewer, now, break_glass.c.client_id)


def _reason(db: Connection, vault: Vault, row: sa.Row[Any]) -> str | None:
    if row.reason is None:
        return None
    try:
        return sealer(db, vault, row.client_id).open_text(row.reason, f"break_glass.reason:{row.id}")
    except Unreadable:
        return None
