"""What was said to a person last, so that its numbers can be typed."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from desk.clients.queries import sealer
from desk.privacy import Vault
from desk.tables.messaging import outbound_message


def last_said(db: Connection, vault: Vault, *, client_id: str) -> dict[str, Any] | None:
    """The last thing (kind and facts) of the last message that LINE accepted; None before the first."""
    query = (
        sa.select(outbound_message.c.key, outbound_message.c.says)
        .where(outbound_message.c.client_id == client_id, outbound_message.c.state == "accepted")
        .order_by(outbound_message.c.id.desc())
        .limit(1)
    )
    row = db.execute(query).first()
    if row is None:
        return None
    says: list[dict[str, Any]] = sealer(db, vault, client_id).open_json(
        row.says, f"outbound_message.says:{row.key}"
    )
    return says[-1]
