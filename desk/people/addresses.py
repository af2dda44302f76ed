"""Where a mail may say that there is news: kept under the house's key, never shown in full."""

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from desk.privacy import Vault
from desk.tables.people import account


def keep_mail(db: Connection, vault: Vault, *, account_id: str, mail: str) -> None:
    """Keeps the address of an account, or forgets it where it is empty."""
    sealed = vault.house("people").seal_text(mail, f"account.mail:{account_id}") if mail else None
    db.execute(account.update().where(account.c.id == account_id).values(mail=sealed))


def mail_of(db: Connection, vault: Vault, account_id: str) -> str | None:
    """The address of an account that is in use."""
    query = sa.select(account.c.mail).where(account.c.id == account_id, account.c.disabled_at.is_(None))
    sealed = db.execute(query).scalar_one_or_none()
    return vault.house("people").open_text(sealed, f"account.mail:{account_id}") if sealed else None


def mails_of(db: Connection, vault: Vault, *, organisation_id: str) -> dict[str, str]:
    """The addresses of all accounts of an organisation that are in use, by id."""
    query = sa.select(account.c.id, account.c.mail).where(
        account.c.organisation_id == organisation_id,
        account.c.mail.is_not(None),
        account.c.disabled_at.is_(None),
    )
    key = vault.house("people")
    return {row.id: key.open_text(row.mail, f"account.mail:{row.id}") for row in db.execute(query)}


def hint_of(mail: str | None) -> str:
    """What is shown of an address: k…@example.jp; empty for none."""
    if not mail:
        return ""
    name, _, host = mail.partition("@")
    return f"{name[:1]}…@{host}"
