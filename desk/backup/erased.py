"""People who were erased after the backup was made are erased again before anybody can see them."""

from collections.abc import Collection
from contextlib import suppress
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from desk.backup.envelope import NotRestorable
from desk.booking import service as booking
from desk.clients.erasing import certify
from desk.clients.relinking import part_from_others
from desk.erasures import ErasedLine, not_noted
from desk.errors import PersonGone
from desk.privacy import Vault, index_number
from desk.record import service as record
from desk.tables.clients import client

# Clocks of two machines may differ by so much.
_MARGIN = timedelta(hours=1)


def erase_again(
    db: Connection, vault: Vault, lines: Collection[ErasedLine], *, made_at: datetime, now: datetime
) -> int:
    """Erases whoever stands in the file; says how many. Raises NotRestorable where the file cannot be the right one."""
    if missing := not_noted(db, lines):
        raise NotRestorable(
            f"ERASURE_FILE is not the one of this desk: {missing} erasures that the backup knows are not in it"
        )
    _check_keys(vault, [line for line in lines if line.at >= made_at - _MARGIN])
    # Who came before they were erased is a visit whose outcome is not known, and no cancellation.
    booking.lapse_past(db, now=now)
    again = _still_there(db, vault, lines)
    # Whoever is not in the file was parted from them before: erasing takes all numbers of a person.
    part_from_others(db, vault, again, now=now)
    for client_id, line in again.items():
        certify(db, vault, client_id=client_id, why=line.why, by=None, at=line.at)
    for client_id in again:
        with suppress(PersonGone):  # known only from somebody who was erased just before
            record.erase(db, vault, client_id=client_id, now=now)
    return len(again)


def _still_there(db: Connection, vault: Vault, lines: Collection[ErasedLine]) -> dict[str, ErasedLine]:
    """Who stands in the file and is not erased here, with the line that says so."""
    erased = {line.subject_hash: line for line in lines}
    people = db.execute(sa.select(client.c.id).where(client.c.erased_at.is_(None))).scalars()
    found = ((each, erased.get(index)) for each in people for index in vault.indexes("erasure", each))
    return {client_id: line for client_id, line in found if line is not None}


def _check_keys(vault: Vault, lines: Collection[ErasedLine]) -> None:
    unknown = sorted({index_number(line.subject_hash) for line in lines} - set(vault.numbers))
    if unknown:
        raise NotRestorable(
            f"ERASURE_FILE has lines made with master key {unknown[0]}: "
            "MASTER_KEY_FILE must hold that line too, above the one the backup was made with"
        )
