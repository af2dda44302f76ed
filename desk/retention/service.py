"""Changes lifetimes, keeps somebody longer, and lets go of those whose time is over."""

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from desk.clients import erasing
from desk.clients.queries import numbers_of_each, sealer
from desk.clock import local_date
from desk.database import insert_or_ignore, new_id, upsert
from desk.privacy import Vault
from desk.retention.going import Going, going
from desk.retention.queries import in_force
from desk.retention.rules import WrongHold, check_days, check_hold
from desk.tables.clients import client
from desk.tables.retention import erasure, retention_hold, retention_rule, retention_run


def set_lifetime(db: Connection, *, kind: str, days: int, account_id: str, now: datetime) -> None:
    """From tonight on this kind is kept so many days; raises WrongLifetime."""
    check_days(kind, days)
    row = {"kind": kind, "days": days, "account_id": account_id, "at": now}
    upsert(db, retention_rule, row, key=["kind"])


def ask_hold(
    db: Connection,
    vault: Vault,
    *,
    client_id: str,
    reason: str,
    until: date,
    account_id: str,
    now: datetime,
) -> str:
    """Asks that somebody be kept until a day; holds at once, for two weeks, until a second person agrees.

    Raises WrongHold, also where they are kept already.
    """
    check_hold(reason, until=until, today=local_date(now))
    lapsed = _open(client_id) & ~in_force(local_date(now))
    db.execute(retention_hold.update().where(lapsed).values(ended_at=now))
    hold_id = new_id()
    sealed = sealer(db, vault, client_id).seal_text(reason.strip(), f"retention_hold.reason:{hold_id}")
    row = {"id": hold_id, "client_id": client_id, "reason": sealed, "until_date": until}
    if not insert_or_ignore(db, retention_hold, [row | {"account_id": account_id, "at": now}]):
        raise WrongHold("kept")
    return hold_id


def agree_to_hold(db: Connection, *, client_id: str, account_id: str, now: datetime) -> None:
    """The second person says yes; raises WrongHold where it is the same one, or there is nothing to agree to."""
    standing = sa.select(retention_hold).where(
        retention_hold.c.client_id == client_id, in_force(local_date(now))
    )
    row = db.execute(standing.with_for_update()).first()
    if row is None or row.agreed_at is not None:
        raise WrongHold("over")
    if row.account_id == account_id:
        raise WrongHold("same")
    values = {"second_id": account_id, "agreed_at": now}
    db.execute(retention_hold.update().where(retention_hold.c.id == row.id).values(values))


def end_hold(db: Connection, *, client_id: str, now: datetime) -> None:
    """The person is kept no longer than anybody else."""
    db.execute(retention_hold.update().where(_open(client_id)).values(ended_at=now))


def _open(client_id: str) -> sa.ColumnElement[bool]:
    return (retention_hold.c.client_id == client_id) & retention_hold.c.ended_at.is_(None)


def let_go(db: Connection, vault: Vault, *, at_most: int, now: datetime) -> int:
    """Erases some of those whose time is over, and says how many: the rest has its turn with the next call.

    Whoever has several numbers goes by all of them.
    """
    tonight = local_date(now)
    ids = {each for numbers in _people(db, going(db, by=tonight, at_most=at_most)) for each in numbers}
    # Whoever writes just now comes first: they are looked at once more, with nobody else touching them.
    db.execute(sa.select(client.c.id).where(client.c.id.in_(ids)).order_by(client.c.id).with_for_update())
    over = _people(db, going(db, by=tonight, among=ids))
    for speaker, *_ in over:
        erasing.erase_client(db, vault, client_id=speaker, why="retention", by=None, now=now)
    if over:
        note_run(db, counts={"people": len(over)}, now=now)
    return len(over)


def _people(db: Connection, rows: Iterable[Going]) -> list[tuple[str, ...]]:
    """The numbers of each of these people, the one that speaks for them first."""
    return sorted(set(numbers_of_each(db, {row.client_id for row in rows}).values()))


def forget_old(db: Connection, *, before: datetime) -> int:
    """Drops certificates and counted runs of long ago: they are kept as long as the reading log."""
    return sum(
        db.execute(table.delete().where(table.c.at < before)).rowcount for table in (erasure, retention_run)
    )


def note_run(db: Connection, *, counts: Mapping[str, int], now: datetime) -> None:
    """Writes down what a run let go of, also when it was nothing: so that one sees that it ran."""
    said = json.dumps(dict(counts), sort_keys=True)
    db.execute(retention_run.insert().values(id=new_id(), at=now, counts=said))
