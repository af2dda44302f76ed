"""Adding and disabling accounts, one-time links, and signing in and out."""

import secrets
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from desk.clients.queries import organisation_id as own_organisation
from desk.database import insert_or_ignore, new_id
from desk.errors import LinkSpent
from desk.people import rules
from desk.people.factors import take_all
from desk.privacy import Vault, token_hash
from desk.tables.people import account, account_link, sign_in

_FIRST_NUMBER = 101


def add_account(
    db: Connection, vault: Vault, *, role: str, desk_id: str | None, name: str, now: datetime
) -> tuple[str, str]:
    """A new account with the next free 職員番号; returns its id and the token of a one-time link (24 hours).

    `now` is the machine's own time (`clock.real()`), as for every one-time link.
    """
    account_id = new_id()
    row = {
        "id": account_id,
        "organisation_id": own_organisation(db),
        "desk_id": desk_id,
        "role": role,
        "name": vault.house("people").seal_text(name, f"account.name:{account_id}"),
        "created_at": now,
    }
    while not insert_or_ignore(db, account, [row | {"number": _next_number(db)}]):
        pass  # two were added at once: the constraint let one have the number
    return account_id, make_link(db, account_id=account_id, now=now)


def make_link(db: Connection, *, account_id: str, now: datetime) -> str:
    """A fresh one-time link for who has no way in yet; earlier unused ones stop working. `now` is real time."""
    unused = (account_link.c.account_id == account_id) & account_link.c.used_at.is_(None)
    db.execute(account_link.delete().where(unused))
    token = secrets.token_urlsafe(24)
    row = {"token_hash": token_hash(token), "account_id": account_id, "expires_at": now + rules.LINK_LASTS}
    db.execute(account_link.insert().values(row))
    return token


def spend_link(db: Connection, *, token: str, now: datetime) -> str:
    """Uses the link up and says whose it is; raises LinkSpent. `now` is the machine's own time."""
    in_use = sa.select(account.c.id).where(account.c.disabled_at.is_(None))
    spent = db.execute(
        account_link.update()
        .where(
            account_link.c.token_hash == token_hash(token),
            account_link.c.used_at.is_(None),
            account_link.c.expires_at > now,
            account_link.c.account_id.in_(in_use),
        )
        .values(used_at=now)
        .returning(account_link.c.account_id)
    ).first()
    if spent is None:
        raise LinkSpent("the link was used before, or its time has run out")
    return str(spent.account_id)


def set_password(db: Connection, *, account_id: str, password_hash: str) -> None:
    """Keeps a new password (already hashed). Alone it opens nothing: the digits come second."""
    db.execute(account.update().where(account.c.id == account_id).values(password_hash=password_hash))


def sign_in_as(
    db: Connection,
    *,
    account_id: str,
    sign_in_id: str | None = None,
    method: str = "passkey",
    device: str = "",
    whence: str | None = None,
    shared: bool = False,
    now: datetime,
) -> str:
    """Opens a sign-in and returns the secret for the cookie (256 bits); only its hash is kept.

    `sign_in_id`: for whoever names it in the reading log. `method`: passkey, totp, recovery (beside a password), or
    link, which shows no factor. `whence`: the blind index of the address. `shared`: on a tablet that others use too.
    """
    token = secrets.token_urlsafe(32)
    db.execute(
        sign_in.insert().values(
            token_hash=token_hash(token),
            id=sign_in_id or new_id(),
            account_id=account_id,
            method=method,
            proved_at=None if method == "link" else now,
            device=device,
            address_index=whence,
            shared=shared,
            at=now,
            seen_at=now,
            expires_at=now + rules.ABSOLUTE_LIMIT,
        )
    )
    return token


def renew_proved(db: Connection, *, token: str, method: str, now: datetime) -> str:
    """All factors were shown (or just made) in this sign-in: it goes on under a new secret, and the old one is dead."""
    fresh = secrets.token_urlsafe(32)
    proved = {"token_hash": token_hash(fresh), "proved_at": now, "seen_at": now, "method": method}
    db.execute(sign_in.update().where(sign_in.c.token_hash == token_hash(token)).values(proved))
    return fresh


def keep_awake(db: Connection, *, token: str, now: datetime) -> None:
    """The person did something: the idle limit starts anew."""
    db.execute(sign_in.update().where(sign_in.c.token_hash == token_hash(token)).values(seen_at=now))


def sign_out(db: Connection, *, token: str, now: datetime) -> None:
    """Ends this sign-in."""
    still_open = (sign_in.c.token_hash == token_hash(token)) & sign_in.c.ended_at.is_(None)
    db.execute(sign_in.update().where(still_open).values(ended_at=now))


def end_sign_in(db: Connection, *, account_id: str, sign_in_id: str, now: datetime) -> None:
    """Ends one sign-in of an account, e.g. on a telephone that was lost."""
    theirs = (sign_in.c.id == sign_in_id) & (sign_in.c.account_id == account_id)
    db.execute(sign_in.update().where(theirs, sign_in.c.ended_at.is_(None)).values(ended_at=now))


def end_sign_ins(db: Connection, *, account_id: str, but: str = "", now: datetime) -> None:
    """Ends every sign-in of an account, wherever it is open, `but` the one with this id."""
    theirs = (sign_in.c.account_id == account_id) & (sign_in.c.id != but)
    db.execute(sign_in.update().where(theirs, sign_in.c.ended_at.is_(None)).values(ended_at=now))


def begin_anew(db: Connection, *, account_id: str, now: datetime, real: datetime) -> str:
    """For who lost a telephone or forgot a password: all ways in are taken, and one new link is made.

    Whoever asks for it never sees or sets a secret of theirs. A disabled account can be used again. `real`: the
    machine's own time.
    """
    take_all(db, account_ids=[account_id])
    end_sign_ins(db, account_id=account_id, now=now)
    db.execute(account.update().where(account.c.id == account_id).values(disabled_at=None))
    return make_link(db, account_id=account_id, now=real)


def change_role(db: Connection, *, account_id: str, role: str, now: datetime) -> None:
    """From the next page on they may do and see what the new role allows."""
    db.execute(account.update().where(account.c.id == account_id).values(role=role))
    end_sign_ins(db, account_id=account_id, now=now)


def disable_account(db: Connection, *, account_id: str, now: datetime) -> None:
    """The account can no longer be used; its open sign-ins end, and what it could sign in with is gone."""
    db.execute(account.update().where(account.c.id == account_id).values(disabled_at=now))
    take_all(db, account_ids=[account_id])
    end_sign_ins(db, account_id=account_id, now=now)


def choose_text_size(db: Connection, *, account_id: str, text_size: str) -> None:
    """Keeps how large this person wants letters: normal, large or huge."""
    db.execute(account.update().where(account.c.id == account_id).values(text_size=text_size))


def _next_number(db: Connection) -> int:
    query = sa.select(sa.func.coalesce(sa.func.max(account.c.number), _FIRST_NUMBER - 1) + 1)
    return int(db.execute(query).scalar_one())
