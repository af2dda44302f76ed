"""つながり: two people staff know to belong together, and what each side lets the other know.

Nothing here is ever shown in a chat. Each side has a row of its own, so that each says for itself.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from desk.among import among
from desk.database import insert_or_ignore, new_id
from desk.tables.clients import relation


@dataclass(frozen=True)
class Relation:
    """Somebody who belongs to a person: may they know of this person's visits, and this person of theirs?"""

    other_id: str
    other_may_know: bool
    may_know_other: bool


def relate(db: Connection, *, client_id: str, other_id: str, account_id: str, now: datetime) -> None:
    """Notes that two people belong together; neither may know of the other until they say so themselves."""
    said = {"account_id": account_id, "at": now}
    sides = ((client_id, other_id), (other_id, client_id))
    rows = [{"id": new_id(), "client_id": one, "other_id": other} | said for one, other in sorted(sides)]
    insert_or_ignore(db, relation, rows)


def let_know(
    db: Connection, *, client_id: str, other_id: str, may: bool, account_id: str, now: datetime
) -> None:
    """What `client_id` has said: the other may know of their visits, or may not. Says nothing for the other side."""
    own_side = sa.and_(relation.c.client_id == client_id, relation.c.other_id == other_id)
    said = {"other_may_know": may, "account_id": account_id, "at": now}
    db.execute(relation.update().where(own_side).values(said))


def part(db: Connection, *, client_id: str, other_id: str) -> None:
    """Takes the note away, on both sides."""
    both = {client_id, other_id}
    db.execute(relation.delete().where(relation.c.client_id.in_(both), relation.c.other_id.in_(both)))


def relations_of(db: Connection, client_id: str) -> tuple[Relation, ...]:
    """Everybody who belongs to a person, in the order in which it was noted."""
    theirs = relation.alias()
    query = (
        sa.select(relation.c.other_id, relation.c.other_may_know, theirs.c.other_may_know)
        .join(
            theirs,
            (theirs.c.client_id == relation.c.other_id) & (theirs.c.other_id == relation.c.client_id),
        )
        .where(relation.c.client_id == client_id)
        .order_by(relation.c.at, relation.c.other_id)
    )
    return tuple(Relation(*row) for row in db.execute(query))


def kept_apart(db: Connection, client_ids: Collection[str]) -> set[tuple[str, str]]:
    """Of these people, who belong together without both having agreed; each pair stands both ways."""
    query = sa.select(relation.c.client_id, relation.c.other_id).where(
        among(relation.c.client_id, client_ids),
        among(relation.c.other_id, client_ids),
        ~relation.c.other_may_know,
    )
    silent = [(row.client_id, row.other_id) for row in db.execute(query)]
    return {pair for one, other in silent for pair in ((one, other), (other, one))}
