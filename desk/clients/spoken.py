"""合言葉: a few words by which somebody without LINE is found. Given by the desk, never chosen by the person."""

import secrets

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from desk.clients.queries import sealer
from desk.clients.spoken_words import WORDS, WORDS_OF_A_CODE, code_in
from desk.database import savepoint
from desk.errors import DeskError
from desk.privacy import Vault
from desk.tables.clients import client

_MOST_DRAWS = 20


def give_code(db: Connection, vault: Vault, *, client_id: str) -> str:
    """Gives a person a spoken code nobody else has, in place of an earlier one; returns it."""
    for _draw in range(_MOST_DRAWS):
        code = "・".join(sorted(secrets.SystemRandom().sample(WORDS, WORDS_OF_A_CODE)))
        try:
            with savepoint(db):
                _keep(db, vault, client_id, code)
        except (
            IntegrityError
        ):  # somebody has it already: the constraint says so, and nothing else here can be refused
            continue
        return code
    raise DeskError("no free spoken code was found")


def code_of(db: Connection, vault: Vault, client_id: str) -> str | None:
    """A person's spoken code, as it is read to them."""
    sealed = db.execute(sa.select(client.c.spoken_code).where(client.c.id == client_id)).scalar_one_or_none()
    if sealed is None:
        return None
    return sealer(db, vault, client_id).open_text(sealed, f"client.spoken_code:{client_id}")


def client_by_code(db: Connection, vault: Vault, typed: str) -> str | None:
    """Whose code this is, however it is written and in whichever order; None where it is nobody's."""
    code = code_in(typed)
    if code is None:
        return None
    query = sa.select(client.c.id).where(client.c.spoken_code_index.in_(vault.indexes("spoken", code)))
    return db.execute(query).scalar_one_or_none()


def _keep(db: Connection, vault: Vault, client_id: str, code: str) -> None:
    sealed = sealer(db, vault, client_id).seal_text(code, f"client.spoken_code:{client_id}")
    values = {"spoken_code": sealed, "spoken_code_index": vault.index("spoken", code)}
    db.execute(client.update().where(client.c.id == client_id).values(values))
