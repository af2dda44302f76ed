"""Whether the master key is the right one, and what is still sealed under an earlier one."""

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from desk.errors import Unreadable, WrongSettings
from desk.keys import indexing, resealing
from desk.keys.places import SEALED
from desk.privacy import Vault
from desk.tables.clients import client
from desk.tables.messaging import lane
from desk.tables.people import account


def check_opens(db: Connection, vault: Vault) -> None:
    """Raises WrongSettings where what this database holds is sealed under a key that is not ours."""
    if not sa.inspect(db).has_table(client.name):
        return
    newest_person = sa.select(client.c.id, client.c.wrapped_key).where(client.c.wrapped_key.is_not(None))
    someone = db.execute(newest_person.order_by(client.c.created_at.desc()).limit(1)).first()
    officer = db.execute(sa.select(account.c.id, account.c.name).limit(1)).first()
    try:
        if someone is not None:
            vault.person(someone.wrapped_key, someone.id)
        if officer is not None:
            vault.house("people").open(officer.name, f"account.name:{officer.id}")
    except Unreadable as fault:
        mend = (
            "MASTER_KEY_FILE: this key does not open this database; name the file of the key it was made with"
        )
        raise WrongSettings([mend]) from fault


def remaining(db: Connection, vault: Vault) -> int:
    """How many values and indexes still belong to an earlier master key."""
    number = vault.numbers[0]
    old = [resealing.is_old(place.column, number) for place in SEALED]
    old += [resealing.is_old(client.c.wrapped_key, number)]
    old += [indexing.is_old(column, number) for column in indexing.ALL]
    columns = [*(place.column for place in SEALED), client.c.wrapped_key, *indexing.ALL]
    return sum(_count(db, column.table, where) for column, where in zip(columns, old, strict=True))


def still_needed(db: Connection, vault: Vault) -> bool:
    """Whether something that belongs to an earlier master key can be opened yet, or is being worked on: keep the key."""
    number = vault.numbers[0]
    if _count(db, lane, indexing.is_old(lane.c.id, number) & lane.c.claimed_by.is_not(None)):
        return True
    by_place = [(place, resealing.is_old(place.column, number)) for place in SEALED]
    by_index = [(indexing.source_of(each), indexing.is_old(each.column, number)) for each in indexing.INDEXED]
    return any(resealing.any_opens(db, vault, place, old) for place, old in [*by_place, *by_index])


def _count(db: Connection, table: sa.FromClause, where: sa.ColumnElement[bool]) -> int:
    return int(db.execute(sa.select(sa.func.count()).select_from(table).where(where)).scalar_one())
