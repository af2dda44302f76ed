"""Keeps the canned texts of an organisation; each title once."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from desk.database import new_id, savepoint
from desk.errors import DeskError
from desk.tables.inbox import canned_text


class TitleTaken(DeskError):
    """Another canned text of the organisation has this title."""


def add_canned(
    db: Connection, *, organisation_id: str, title: str, words: str, account_id: str, now: datetime
) -> str:
    """A new text; raises TitleTaken."""
    row = {"id": new_id(), "organisation_id": organisation_id, "title": title, "words": words}
    with _title_once(db):
        db.execute(canned_text.insert().values(**row, account_id=account_id, at=now))
    return row["id"]


def change_canned(
    db: Connection, *, canned_id: str, title: str, words: str, account_id: str, now: datetime
) -> None:
    """Other words for it; raises TitleTaken."""
    known = canned_text.update().where(canned_text.c.id == canned_id)
    with _title_once(db):
        db.execute(known.values(title=title, words=words, account_id=account_id, at=now))


def remove_canned(db: Connection, *, canned_id: str) -> None:
    """Nobody uses it any more; what was written with it stays."""
    db.execute(canned_text.delete().where(canned_text.c.id == canned_id))


@contextmanager
def _title_once(db: Connection) -> Iterator[None]:
    """The constraint decides whether a title is free."""
    try:
        with savepoint(db):
            yield
    except IntegrityError as fault:
        raise TitleTaken("another text has this title") from fault
