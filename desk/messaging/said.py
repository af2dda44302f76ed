"""What came to a person by itself, such as a reminder, so that its numbers can be typed."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from desk.clients.queries import sealer
from desk.privacy import Vault
from desk.tables.messaging import outbound_message

# Made once, since it runs with every text.
_LAST_OF = (
    sa.select(
        outbound_message.c.key, outbound_message.c.says, outbound_message.c.event_id, outbound_message.c.state
    )
    .where(outbound_message.c.client_id == sa.bindparam("client"))
    .order_by(outbound_message.c.id.desc())
    .limit(1)
)
_MAY_HAVE_ARRIVED = ("sending", "accepted", "unknown")


def last_pushed(db: Connection, vault: Vault, *, client_id: str) -> dict[str, Any] | None:
    """The last thing (kind and facts) said to a person, where no event of theirs had asked for it.

    None where the last message was an answer, or cannot have reached them. One that is on its way counts: whoever
    answers it may be quicker than the note that LINE took it.
    """
    row = db.execute(_LAST_OF, {"client": client_id}).first()
    if row is None or row.event_id is not None or row.state not in _MAY_HAVE_ARRIVED:
        return None
    says: list[dict[str, Any]] = sealer(db, vault, client_id).open_json(
        row.says, f"outbound_message.says:{row.key}"
    )
    return says[-1]
