"""Sealing anew what is still sealed under an earlier key, a few rows at a time.

A row is changed only while it holds what was read, so nobody who writes meanwhile is overwritten or made to wait.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from desk.errors import Unreadable
from desk.keys.places import SealedColumn
from desk.privacy import Sealer, Vault
from desk.tables.base import at_a_time
from desk.tables.clients import client

AT_A_TIME = 200


def is_old(column: sa.Column[bytes], number: int) -> sa.ColumnElement[bool]:
    """Sealed under another master key than this one."""
    return sa.func.substr(column, 1, 1) != sa.literal(bytes((number,)), sa.LargeBinary)


def renew_person_keys(db: Connection, vault: Vault, *, after: str) -> str | None:
    """Gives the next people a fresh key beside the one they have, wrapped by the newest master key.

    Returns the last person's id, to go on after; None when all are done.
    """
    return _rewrap(db, vault.added_person_key, is_old(client.c.wrapped_key, vault.numbers[0]), after)


def drop_old_person_keys(db: Connection, vault: Vault, *, after: str) -> str | None:
    """The next people keep only their newest key; call it when nothing is sealed with the others any more."""
    return _rewrap(db, vault.newest_person_key, sa.true(), after)


def reseal(db: Connection, vault: Vault, place: SealedColumn, *, after: Any) -> Any:
    """Seals the next values of a column anew. Returns the last row's key, to go on after; None when all are done."""
    table, column = place.column.table, place.column
    last = None
    for row in opened(db, vault, place, is_old(column, vault.numbers[0]), after=after):
        last = row.key
        if row.sealer is not None and row.plain is not None:
            same = (_key(table) == row.key) & (column == row.sealed)
            anew = row.sealer.seal(row.plain, row.place)
            db.execute(table.update().where(same).values({column.name: anew}))
    return last


class Opened(NamedTuple):
    """One sealed value; `plain` is None where no key opens it, such as that of somebody being erased."""

    key: Any
    sealed: bytes
    place: str
    sealer: Sealer | None
    plain: bytes | None


def opened(
    db: Connection, vault: Vault, place: SealedColumn, which: sa.ColumnElement[bool], *, after: Any
) -> Iterator[Opened]:
    """The next values of a column among these rows."""
    table = place.column.table
    wrapped = client.c.wrapped_key if place.owner is not None else sa.null()
    owner = place.owner if place.owner is not None else sa.null()
    named = [column.label(f"row_{number}") for number, column in enumerate(place.row)]
    columns = (_key(table).label("key"), place.column.label("sealed"), owner.label("owner"))
    query = sa.select(*columns, wrapped.label("wrapped"), *named).where(place.column.is_not(None), which)
    if place.owner is not None and table is not client:
        query = query.join(client, client.c.id == place.owner)
    for row in _next(db, query, _key(table), after):
        where = place.place(*(row._mapping[f"row_{number}"] for number in range(len(named))))
        try:
            sealer = vault.person(row.wrapped, row.owner) if row.wrapped else vault.house(place.house)
            yield Opened(row.key, row.sealed, where, sealer, sealer.open(row.sealed, where))
        except Unreadable:
            yield Opened(row.key, row.sealed, where, None, None)


def any_opens(db: Connection, vault: Vault, place: SealedColumn, which: sa.ColumnElement[bool]) -> bool:
    """Whether some value of a column among these rows can be opened with any key we have."""
    after: Any = None
    while rows := list(opened(db, vault, place, which, after=after)):
        if any(row.plain is not None for row in rows):
            return True
        after = rows[-1].key
    return False


def _key(table: sa.Table) -> sa.Column[Any]:
    return next(iter(table.primary_key.columns))


def _rewrap(
    db: Connection, change: Callable[[bytes, str], bytes], which: sa.ColumnElement[bool], after: str
) -> str | None:
    query = sa.select(client.c.id.label("key"), client.c.wrapped_key).where(client.c.wrapped_key.is_not(None))
    rows = _next(db, query.where(which), client.c.id, after)
    for row in rows:
        same = (client.c.id == row.key) & (client.c.wrapped_key == row.wrapped_key)
        changed = change(row.wrapped_key, row.key)
        if changed != row.wrapped_key:
            db.execute(client.update().where(same).values(wrapped_key=changed))
    return str(rows[-1].key) if rows else None


def _next(db: Connection, query: sa.Select[Any], key: sa.Column[Any], after: Any) -> Sequence[Row[Any]]:
    if after is not None:
        query = query.where(key > after)
    return db.execute(query.order_by(key).limit(at_a_time(key.table, AT_A_TIME))).all()
