"""Whom LINE does not reach, what is still to be said to them, and what they asked of us about being reached."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from desk.among import among
from desk.clients.queries import account_given, numbers_of, sealer, sealers
from desk.clients.reached import line_state
from desk.clock import at_tokyo, local_date
from desk.privacy import Sealer, Vault
from desk.reach.rules import CLOSING, ToSay
from desk.tables.calendar import booking, session, slot
from desk.tables.clients import address, client, consent
from desk.tables.conversations import message
from desk.tables.follow_up import follow_up, reach_task, relink, relink_request
from desk.tables.messaging import MESSAGE_PARKED, outbound_message

# What found no way longer ago is told face to face, if ever.
_LOST_BACK = timedelta(days=14)

# Of whom: a condition on the column that names a person.
_Of = Callable[[sa.ColumnElement[str]], sa.ColumnElement[bool]]


@dataclass(frozen=True, repr=False)
class Task:
    """Somebody to be reached by another means. `why`: blocked, gone or failed; `result`: no_answer, once tried."""

    id: str
    client_id: str
    desk_id: str | None
    why: str
    opened_at: datetime
    result: str | None
    note: str | None


@dataclass(frozen=True)
class Request:
    """Somebody asks to be linked; `meant_id`: whose number or spoken code they gave, if anybody's."""

    id: str
    client_id: str
    meant_id: str | None
    name_fits: bool
    at: datetime


def open_tasks(db: Connection, vault: Vault) -> tuple[Task, ...]:
    """All tasks that wait for staff, oldest first."""
    query = sa.select(reach_task).where(reach_task.c.closed_at.is_(None))
    rows = db.execute(query.order_by(reach_task.c.opened_at, reach_task.c.id)).all()
    keys = sealers(db, vault, [row.client_id for row in rows])
    return tuple(_task(row, keys[row.client_id]) for row in rows if row.client_id in keys)


def tasks_of(db: Connection, vault: Vault, client_id: str) -> tuple[Task, ...]:
    """When this person had to be reached by another means, oldest first; settled or not."""
    query = sa.select(reach_task).where(reach_task.c.client_id == client_id)
    rows = db.execute(query.order_by(reach_task.c.opened_at, reach_task.c.id)).all()
    key = sealer(db, vault, client_id)
    return tuple(_task(row, key) for row in rows)


def open_requests(db: Connection) -> tuple[Request, ...]:
    """Who asks to be linked, oldest first."""
    return _requests(db, sa.true())


def request_of(db: Connection, client_id: str) -> Request | None:
    """What this person asks, if it still waits."""
    found = _requests(db, relink_request.c.client_id == client_id)
    return found[0] if found else None


def unreached(db: Connection, *, now: datetime, client_id: str | None = None) -> dict[str, str]:
    """Whom LINE does not reach though something is to say, without an open task, and why; `client_id`: only them."""
    asked = sa.true() if client_id is None else among(client.c.id, numbers_of(db, client_id))
    known = sa.exists().where(reach_task.c.client_id == client.c.id, reach_task.c.closed_at.is_(None))
    new = sa.and_(client.c.erased_at.is_(None), ~known, asked)
    # Of each who is blocked, looked up by their id: nobody walks over all messages.
    things = _things(now, lambda whom: whom == client.c.id)
    something = sa.or_(*(query.correlate(client).exists() for query in things))
    still = line_state(client.c.id) == "blocked"
    blocked = sa.select(client.c.id).where(client.c.id.in_(_who_blocks()), still, new, something)
    refused = sa.select(outbound_message.c.client_id, outbound_message.c.fault).join(
        client, client.c.id == outbound_message.c.client_id
    )
    found = {row.client_id: _why(row.fault) for row in db.execute(refused.where(_was_refused(), new))}
    return found | dict.fromkeys(db.execute(blocked).scalars(), "blocked")


def to_say(db: Connection, client_ids: Collection[str], *, now: datetime) -> dict[str, tuple[ToSay, ...]]:
    """All that is to be said to these people just now, whoever has told them meanwhile."""
    found: dict[str, list[ToSay]] = defaultdict(list)
    for query in _things(now, lambda whom: among(whom, client_ids)):
        for row in db.execute(query):
            since = row.since if isinstance(row.since, datetime) else at_tokyo(row.since, 0)
            found[row.client_id].append(ToSay(row.kind, since, row.desk_id, row.at))
    return {each: tuple(sorted(things, key=lambda thing: thing.since)) for each, things in found.items()}


def settled_at(db: Connection, client_ids: Collection[str]) -> dict[str, datetime]:
    """When staff last told these people, or found no way to; who came back by themselves was told nothing."""
    last = sa.func.max(reach_task.c.closed_at)
    query = sa.select(reach_task.c.client_id, last).where(among(reach_task.c.client_id, client_ids))
    told = reach_task.c.closed_at.is_not(None) & reach_task.c.result.in_(CLOSING)
    rows = db.execute(query.where(told).group_by(reach_task.c.client_id))
    return {row[0]: row[1] for row in rows}


def _who_blocks() -> sa.Select[tuple[str]]:
    """Of whom an account, their own or one they were linked with, blocks us; which is the latest is asked of each."""
    blocking = sa.select(address.c.client_id).where(address.c.state == "blocked")
    joined = sa.select(relink.c.from_id).join(address, account_given()).where(address.c.state == "blocked")
    return sa.select(blocking.union(joined).subquery().c.client_id)


def _was_refused() -> sa.ColumnElement[bool]:
    # It stays parked until staff set it aside.
    return sa.and_(MESSAGE_PARKED, outbound_message.c.first_push_at.is_not(None))


def _why(fault: str) -> str:
    """LINE knows nobody there any more, or something else was amiss."""
    return "gone" if fault in ("HTTP 400", "HTTP 404") else "failed"


def _things(now: datetime, of: _Of) -> Iterator[sa.Select[Any]]:
    """One query a kind: whom it concerns, since when, at which desk, and about which time."""
    yield from _of_bookings(now, of)
    sent, asked = outbound_message.c, message.c
    about_visit = sa.or_(
        *(sent.dedupe_key.startswith(f"{kind}:") for kind in ("plan_changed", "plan_cancelled"))
    )
    lost = (sent.state == "blocked") & (sent.settled_at > now - _LOST_BACK)
    yield _select("change", sent.client_id, sent.settled_at).where(of(sent.client_id), lost, about_visit)
    by_staff = _select("unsent", sent.client_id, sent.settled_at)
    yield by_staff.where(of(sent.client_id), lost, sent.purpose == "staff")
    waits = (asked.direction == "in") & (asked.purpose == "staff") & asked.answered_at.is_(None)
    yield _select("message", asked.client_id, asked.at).where(of(asked.client_id), waits)
    yield _of_follow_ups(now, of)
    yield _select("unsent", sent.client_id, sent.settled_at).where(of(sent.client_id), _was_refused())


def _of_bookings(now: datetime, of: _Of) -> Iterator[sa.Select[Any]]:
    """Visits of which they wish to be reminded over LINE, and places that are kept for them."""
    mine, starts = booking.c, slot.c.starts_at
    placed = booking.join(slot, slot.c.id == mine.slot_id).join(session, session.c.id == mine.session_id)
    made = sa.func.coalesce(mine.confirmed_at, mine.created_at)
    coming = (mine.state == "confirmed") & (starts > now) & mine.reminders.in_(("both", "day_before"))
    visits = _select("booking", mine.writer_id, made, session.c.desk_id, starts)
    yield visits.select_from(placed).where(of(mine.writer_id), coming)
    kept = _select("place", mine.writer_id, mine.created_at, session.c.desk_id, starts)
    yield kept.select_from(placed).where(of(mine.writer_id), mine.state == "offered", mine.expires_at > now)


def _of_follow_ups(now: datetime, of: _Of) -> sa.Select[Any]:
    """Questions that are due, and those that found no way (`desk.follow_up`): nobody stopped them, and the yes stands."""
    step = follow_up.c
    due = (step.state == "planned") & (step.due_on <= local_date(now))
    agreed = sa.exists().where(consent.c.id == step.consent_id, consent.c.withdrawn_at.is_(None))
    lost = sa.and_(
        step.state == "stopped", step.account_id.is_(None), step.settled_at > now - _LOST_BACK, agreed
    )
    found = _select("follow_up", step.client_id, step.due_on, step.desk_id)
    return found.where(of(step.client_id), step.way == "message", sa.or_(due, lost))


def _select(
    kind: str,
    whom: sa.ColumnElement[str],
    since: sa.ColumnElement[Any],
    desk_id: sa.ColumnElement[Any] | None = None,
    at: sa.ColumnElement[Any] | None = None,
) -> sa.Select[Any]:
    return sa.select(
        sa.literal(kind).label("kind"),
        whom.label("client_id"),
        since.label("since"),
        (sa.null() if desk_id is None else desk_id).label("desk_id"),
        (sa.null() if at is None else at).label("at"),
    )


def _task(row: sa.Row[Any], key: Sealer) -> Task:
    note = key.open_text(row.note, f"reach_task.note:{row.id}") if row.note else None
    return Task(row.id, row.client_id, row.desk_id, row.why, row.opened_at, row.result, note)


def _requests(db: Connection, which: sa.ColumnElement[bool]) -> tuple[Request, ...]:
    query = sa.select(relink_request).where(which, relink_request.c.settled_at.is_(None))
    rows = db.execute(query.order_by(relink_request.c.at, relink_request.c.id))
    return tuple(Request(row.id, row.client_id, row.meant_id, row.name_fits, row.at) for row in rows)
