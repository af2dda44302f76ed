"""By what somebody can sign in: keys in their devices, or a password with digits; one complete way must be left."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from desk.errors import DeskError
from desk.tables.people import account, account_link, passkey, recovery_code


class LastWayIn(DeskError):
    """What would be taken away is the only way in that is left."""


@dataclass(frozen=True)
class KeyRow:
    """A key in a device: what its owner calls it, since when, last used."""

    id: str
    credential: str
    name: str
    made_at: datetime
    used_at: datetime | None


@dataclass(frozen=True)
class Factors:
    """All that somebody has; a password alone opens nothing."""

    keys: tuple[KeyRow, ...]
    has_password: bool
    has_totp: bool
    codes_left: int

    @property
    def by_digits(self) -> bool:
        """Whether password and digits are both there."""
        return self.has_password and self.has_totp

    @property
    def complete(self) -> bool:
        """Whether they can sign in at all."""
        return bool(self.keys) or self.by_digits


def factors_of(db: Connection, account_id: str) -> Factors:
    """What an account can sign in with now."""
    columns = (passkey.c.id, passkey.c.credential, passkey.c.name, passkey.c.made_at, passkey.c.used_at)
    of_theirs = sa.select(*columns).where(passkey.c.account_id == account_id).order_by(passkey.c.made_at)
    keys = tuple(KeyRow(*row) for row in db.execute(of_theirs))
    has = sa.select(account.c.password_hash.is_not(None), account.c.totp_seed.is_not(None))
    password, totp = db.execute(has.where(account.c.id == account_id)).one()
    unused = (recovery_code.c.account_id == account_id) & recovery_code.c.used_at.is_(None)
    codes = db.execute(sa.select(sa.func.count()).select_from(recovery_code).where(unused)).scalar_one()
    return Factors(keys, bool(password), bool(totp), int(codes))


def with_a_way_in(db: Connection) -> frozenset[str]:
    """The accounts in use that can sign in by themselves; the others wait for a link, or have one."""
    digits = account.c.password_hash.is_not(None) & account.c.totp_seed.is_not(None)
    key = sa.exists().where(passkey.c.account_id == account.c.id)
    query = sa.select(account.c.id).where(account.c.disabled_at.is_(None), sa.or_(digits, key))
    return frozenset(db.execute(query).scalars())


def remove_key(db: Connection, *, account_id: str, key_id: str) -> bool:
    """Takes one key away; says whether it was there. Raises LastWayIn."""
    _in_line(db, account_id)
    theirs = (passkey.c.id == key_id) & (passkey.c.account_id == account_id)
    gone = db.execute(passkey.delete().where(theirs)).rowcount == 1
    _still_open(db, account_id)
    return gone


def remove_digits(db: Connection, *, account_id: str) -> None:
    """Takes password, digits and recovery codes away: they are one way. Raises LastWayIn."""
    _in_line(db, account_id)
    _drop_digits(db, [account_id])
    _still_open(db, account_id)


def take_all(db: Connection, *, account_ids: Collection[str]) -> None:
    """Nobody gets in there any more, with or without a link, until a new link is made."""
    for table in (passkey, account_link):
        db.execute(table.delete().where(table.c.account_id.in_(account_ids)))
    _drop_digits(db, account_ids)


def _drop_digits(db: Connection, account_ids: Collection[str]) -> None:
    db.execute(recovery_code.delete().where(recovery_code.c.account_id.in_(account_ids)))
    nothing = {"password_hash": None, "totp_seed": None, "totp_step": None}
    db.execute(account.update().where(account.c.id.in_(account_ids)).values(nothing))


def _in_line(db: Connection, account_id: str) -> None:
    """Two that take away at once must not each find the other's still there."""
    db.execute(sa.select(account.c.id).where(account.c.id == account_id).with_for_update())


def _still_open(db: Connection, account_id: str) -> None:
    if not factors_of(db, account_id).complete:
        raise LastWayIn("the last way in stays")
