"""Reads a desk's usual steps, a person's plan, what staff have to do, and the figures of a year."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from desk.clients.queries import numbers_of_each, sealers
from desk.clients.rules import business_year
from desk.clock import local_date
from desk.follow_up.rules import USUAL_STEPS, Step
from desk.privacy import Sealer, Vault
from desk.tables.calendar import desk
from desk.tables.follow_up import follow_up, follow_up_step
from desk.tables.messaging import outbound_message

#: Steps that are not over, as the index of what is due knows them.
IS_OPEN: sa.ColumnElement[bool] = sa.literal_column("follow_up.state IN ('planned', 'sent')")


@dataclass(frozen=True, repr=False)
class FollowUpRow:
    """One step of a person's plan. `sent`: the true state of the message that asked, if one did.

    `settled_at` is when it came to its state: when the question was sent, when it was over.
    """

    id: str
    client_id: str
    desk_id: str
    desk_name: str
    booking_id: str | None
    way: str
    due_on: date
    state: str
    result: str | None
    note: str
    sent: str | None
    account_id: str | None
    made_at: datetime
    settled_at: datetime | None

    @property
    def takes_result(self) -> bool:
        """Whether staff may say what came of it: not of a message that is still to go, nor of what was moved or stopped."""
        if self.state == "planned":
            return self.way != "message"
        return self.state in ("sent", "done")


@dataclass(frozen=True)
class YearFollowUps:
    """One 年度 at one desk: how many people were followed up (実人員), and how many steps were carried out (延べ)."""

    year: int
    desk_name: str
    people: int
    times: int


def usual_steps(db: Connection, desk_id: str) -> tuple[Step, ...]:
    """What this desk does after a visit, in order; the usual steps where it has chosen nothing else."""
    query = sa.select(follow_up_step.c.after_days, follow_up_step.c.way)
    chosen = query.where(follow_up_step.c.desk_id == desk_id).order_by(follow_up_step.c.after_days)
    return tuple(Step(row.after_days, row.way) for row in db.execute(chosen)) or USUAL_STEPS


def plan_of(db: Connection, vault: Vault, client_id: str) -> tuple[FollowUpRow, ...]:
    """Every step that was ever planned for a person, by its day."""
    return _rows(db, vault, follow_up.c.client_id == client_id)


def follow_up_by_id(db: Connection, vault: Vault, follow_up_id: str) -> FollowUpRow | None:
    """One step."""
    rows = _rows(db, vault, follow_up.c.id == follow_up_id)
    return rows[0] if rows else None


def due_list(db: Connection, vault: Vault, *, until: date | None = None) -> tuple[FollowUpRow, ...]:
    """Calls and visits that staff have still to do, by their day; `until` and with this day."""
    chosen = [IS_OPEN, follow_up.c.state == "planned", follow_up.c.way != "message"]
    if until is not None:
        chosen.append(follow_up.c.due_on <= until)
    return _rows(db, vault, *chosen)


def yearly_follow_ups(db: Connection, *, desk_ids: Collection[str]) -> tuple[YearFollowUps, ...]:
    """Every 年度 in which a step was carried out, newest first, desk by desk; people who are gone are not in it.

    What was due in March and is done in April belongs to the new year, so that a year that was told stays as it is.
    """
    query = (
        sa.select(follow_up.c.settled_at, follow_up.c.client_id, desk.c.name)
        .join(desk, desk.c.id == follow_up.c.desk_id)
        .where(desk.c.id.in_(desk_ids), follow_up.c.state == "done")
    )
    rows = db.execute(query).all()
    numbers = numbers_of_each(db, {row.client_id for row in rows})
    people: dict[tuple[int, str], set[str]] = {}
    times: Counter[tuple[int, str]] = Counter()
    for row in rows:
        key = (business_year(local_date(row.settled_at)), row.name)
        people.setdefault(key, set()).add(numbers[row.client_id][0])
        times[key] += 1
    newest_first = sorted(sorted(times), key=lambda key: key[0], reverse=True)
    return tuple(YearFollowUps(*key, len(people[key]), times[key]) for key in newest_first)


def _rows(db: Connection, vault: Vault, *where: sa.ColumnElement[bool]) -> tuple[FollowUpRow, ...]:
    query = (
        sa.select(follow_up, desk.c.name.label("desk_name"), outbound_message.c.state.label("sent"))
        .join(desk, desk.c.id == follow_up.c.desk_id)
        .outerjoin(outbound_message, outbound_message.c.id == follow_up.c.outbound_id)
        .where(*where)
        .order_by(follow_up.c.due_on, follow_up.c.made_at, follow_up.c.id)
    )
    found = db.execute(query).all()
    keys = sealers(db, vault, [row.client_id for row in found])
    return tuple(_row(row, keys[row.client_id]) for row in found if row.client_id in keys)


def _row(row: Row[Any], key: Sealer) -> FollowUpRow:
    said = {name: row._mapping[name] for name in FollowUpRow.__dataclass_fields__}
    note = "" if row.note is None else key.open_text(row.note, f"follow_up.note:{row.id}")
    return FollowUpRow(**said | {"note": note})
