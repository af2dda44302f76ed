"""What happened to an account lately, for its owner: by it they see what they did not do themselves."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from desk.tables.audit import audit_entry

_TOLD = (
    "sign_in", "sign_in_failed", "proof_failed", "factor_added", "factor_removed", "begun_anew", "role_changed",
)  # fmt: skip
_AT_MOST = 10


@dataclass(frozen=True)
class Happening:
    """When, and a word for what."""

    at: datetime
    act: str


def latest(db: Connection, *, account_id: str) -> tuple[Happening, ...]:
    """The last ten, also those that others did to the account, the newest first."""
    done_to = sa.and_(audit_entry.c.kind == "account", audit_entry.c.subject_id == account_id)
    concerns = sa.or_(audit_entry.c.account_id == account_id, done_to)
    query = sa.select(audit_entry.c.at, audit_entry.c.act).where(concerns, audit_entry.c.act.in_(_TOLD))
    newest = query.order_by(audit_entry.c.number.desc()).limit(_AT_MOST)
    return tuple(Happening(*row) for row in db.execute(newest))
