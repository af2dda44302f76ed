"""`tomarigi audit verify`: whether the reading log still holds, in lines of plain words."""

import re

from desk.audit.queries import check_chain
from desk.audit.rules import Chain, Head
from desk.clock import local
from desk.database import Database
from desk.errors import DeskError

_HEAD = re.compile(r"(\d{1,18}):([0-9a-f]{64})")


def verify(database: Database, *, known: str | None) -> tuple[list[str], bool]:
    """What there is to say of the log, line by line, and whether it holds.

    `known`: a head as a log line or an audit's print names it, NUMBER:HASH; raises DeskError for another form.
    """
    expected = _read_head(known) if known is not None else None
    with database.reading() as db:
        chain = check_chain(db, known=expected)
    return _lines(chain), not chain.fault


def _lines(chain: Chain) -> list[str]:
    told = [f"entries {chain.entries}"]
    if chain.last_at is not None:
        told = [f"entries {chain.entries}, up to {local(chain.last_at).isoformat(timespec='seconds')}"]
    if chain.first > 1:
        told.append(f"let go: up to entry {chain.first - 1}, at the end of their time")
    if chain.fault:
        return [*told, f"BROKEN {chain.fault}"]
    return [*told, f"head {chain.head}"]


def _read_head(known: str) -> Head:
    read = _HEAD.fullmatch(known.strip().lower())
    if read is None:
        raise DeskError("--head: say it as a log line `audit head` or the audit's print does: NUMBER:HASH")
    return Head(int(read[1]), read[2])
