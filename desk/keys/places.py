"""Where everything sealed stands, told by the tables themselves: whose key opens it, and to which place it is bound."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from desk.tables import metadata
from desk.tables.calendar import booking
from desk.tables.clients import client
from desk.tables.intake import answer
from desk.tables.messaging import inbound_event, outbound_message

# A person's key opens what stands beside their id; what has no person, the house's key for this purpose.
_HOUSE = {"account": "people", "mail": "people", "inbound_event": "inbox", "incident": "incidents"}
_OWNERS = {
    booking.c.called_name: booking.c.visitor_id,
    booking.c.promise: booking.c.visitor_id,
    booking.c.who_comes: booking.c.writer_id,
    **dict.fromkeys(client.columns, client.c.id),
}
# A place names the row by its primary key, but for these.
_ROWS: dict[sa.Table, tuple[sa.Column[Any], ...]] = {
    answer: (answer.c.intake_id, answer.c.key),
    inbound_event: (inbound_event.c.event_key,),
    outbound_message: (outbound_message.c.key,),
}


@dataclass(frozen=True)
class SealedColumn:
    """A column of sealed values: whose key it is (`owner`, a column; or `house`, a purpose), and what names a row."""

    column: sa.Column[bytes]
    owner: sa.Column[str] | None
    house: str
    row: tuple[sa.Column[Any], ...]

    def place(self, *row: object) -> str:
        """What a value of this row is bound to."""
        return ":".join((f"{self.column.table.name}.{self.column.name}", *map(str, row)))


def _sealed_columns() -> Iterator[SealedColumn]:
    for table in metadata.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, sa.LargeBinary) and column is not client.c.wrapped_key:
                owner = _OWNERS.get(column, table.columns.get("client_id"))
                row = _ROWS.get(table, tuple(table.primary_key.columns))
                yield SealedColumn(column, owner, "" if owner is not None else _HOUSE[table.name], row)


#: All but the keys of people, which are wrapped by the master key itself.
SEALED = tuple(_sealed_columns())
