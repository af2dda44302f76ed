"""What came to a person by itself, such as a reminder, so that its numbers can be typed."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from desk.clients.queries import joined_to, sealer
from desk.privacy import Vault
from desk.tables.follow_up import LINK_STANDS, relink
from desk.tables.messaging import outbound_message

_IS_ANSWER = outbound_message.c.event_id.is_not(None)
_MAY_HAVE_ARRIVED = outbound_message.c.state.in_(("sending", "accepted", "unknown"))
# When it went: what is for later goes long after it was made.
_WENT_AT = sa.case(
    (outbound_message.c.state == "sending", outbound_message.c.due_at),
    else_=sa.func.coalesce(outbound_message.c.settled_at, outbound_message.c.created_at),
)
_IS_LINKED = sa.exists().where(relink.c.client_id == sa.bindparam("client"), LINK_STANDS)


def _last_of(whom: sa.ColumnElement[bool]) -> sa.Select[Any]:
    column = outbound_message.c
    last = sa.select(
        column.client_id,
        column.key,
        column.says,
        _IS_ANSWER.label("is_answer"),
        _IS_LINKED.label("is_linked"),
    )
    last = last.where(whom, sa.or_(_IS_ANSWER, _MAY_HAVE_ARRIVED))
    return last.order_by(_WENT_AT.desc(), column.id.desc()).limit(1)


# Made once, since it runs with every text.
_LAST_OF = _last_of(outbound_message.c.client_id == sa.bindparam("client"))
_LAST_OF_SEVERAL = _last_of(outbound_message.c.client_id.in_(sa.bindparam("numbers", expanding=True)))


def last_pushed(db: Connection, vault: Vault, *, client_id: str) -> dict[str, Any] | None:
    """The last thing (kind and facts) that may have come to a person, where no event of theirs had asked for it.

    None where the last was an answer. What is for later does not hide what came before it; what is on its way counts:
    whoever answers it may be quicker than the note that LINE took it.
    """
    row = db.execute(_LAST_OF, {"client": client_id}).first()
    if row is None or row.is_linked:
        # What was said to a number that was joined to theirs came to the same phone.
        numbers = (client_id, *joined_to(db, client_id))
        row = db.execute(_LAST_OF_SEVERAL, {"client": client_id, "numbers": numbers}).first()
    if row is None or row.is_answer:
        return None
    says: list[dict[str, Any]] = sealer(db, vault, row.client_id).open_json(
        row.says, f"outbound_message.says:{row.key}"
    )
    return says[-1]
