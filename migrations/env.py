"""What Alembic runs for each command: the steps, inside the transaction that its caller has opened."""

from typing import Literal

import sqlalchemy as sa
from alembic import context
from alembic.autogenerate.api import AutogenContext

from desk.tables import metadata
from desk.tables.base import UtcTime


def _written(kind: str, item: object, _context: AutogenContext) -> str | Literal[False]:
    """A migration names SQLAlchemy's own types only, so that it stays true when ours change."""
    if kind == "type" and isinstance(item, UtcTime):
        return "sa.DateTime(timezone=True)"
    if kind == "server_default" and isinstance(item, sa.DefaultClause) and isinstance(item.arg, sa.False_):
        return "sa.false()"
    return False


context.configure(
    connection=context.config.attributes["db"],
    target_metadata=metadata,
    render_item=_written,
    transactional_ddl=True,
    compare_server_default=True,
)
with context.begin_transaction():
    context.run_migrations()
