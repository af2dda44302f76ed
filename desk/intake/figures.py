"""How well needs are recognised, as counts: nobody stands in them, and no words."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from desk.clients.queries import sealers
from desk.needs.codes import NEEDS
from desk.privacy import Vault
from desk.tables.clients import client
from desk.tables.intake import need

# So many are opened at a time, however many there are in a year.
_AT_ONCE = 500


@dataclass(frozen=True)
class NeedCount:
    """One need: how often it was found in words, and what people said to that.

    `added`: people named it where nothing was found, be it face to face.
    """

    code: str
    found: int
    right: int
    wrong_by_staff: int
    wrong_by_client: int
    undecided: int
    added: int


def need_counts(
    db: Connection, vault: Vault, *, organisation_id: str, since: datetime
) -> tuple[NeedCount, ...]:
    """Each need that was found or added since then, those that were wrong most often first.

    Which need a row is about is sealed, so each is opened with its person's key; erased people count no more.
    """
    query = (
        sa.select(need)
        .join(client, need.c.client_id == client.c.id)
        .where(client.c.organisation_id == organisation_id, need.c.at >= since, need.c.state != "chosen")
    )
    kinds: dict[str, Counter[str]] = {}
    in_batches = query.order_by(need.c.client_id).execution_options(yield_per=_AT_ONCE)
    for rows in db.execute(in_batches).partitions():
        keys = sealers(db, vault, {row.client_id for row in rows})
        for row in rows:
            if row.client_id in keys:
                body = keys[row.client_id].open_json(row.body, f"need.body:{row.id}")
                kinds.setdefault(body["code"], Counter())[_kind(row)] += 1
    counts = [_count(each.code, kinds[each.code]) for each in NEEDS if each.code in kinds]
    return tuple(sorted(counts, key=lambda each: -(each.wrong_by_staff + each.wrong_by_client)))


def _kind(row: sa.Row[tuple[object, ...]]) -> str:
    if row.message_id is None:
        return "added"
    if row.state == "rejected":
        return "wrong_by_staff" if row.decided_by else "wrong_by_client"
    return "right" if row.state == "confirmed" else "undecided"


def _count(code: str, kinds: Counter[str]) -> NeedCount:
    return NeedCount(
        code=code,
        found=kinds.total() - kinds["added"],
        right=kinds["right"],
        wrong_by_staff=kinds["wrong_by_staff"],
        wrong_by_client=kinds["wrong_by_client"],
        undecided=kinds["undecided"],
        added=kinds["added"],
    )
