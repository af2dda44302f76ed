"""Whose time is over, and in which night."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from desk.clock import at_tokyo, local_date
from desk.retention.queries import in_force, lifetimes, rules_changed
from desk.retention.rules import HOLD_WAITS, WARNED_LATE, goes_on
from desk.tables.calendar import LIVE_STATES, booking, slot
from desk.tables.clients import client, consent, relation
from desk.tables.conversations import message
from desk.tables.follow_up import LINK_STANDS, follow_up, relink
from desk.tables.intake import answer, flag, need
from desk.tables.people import personal_note
from desk.tables.retention import retention_hold
from desk.tables.wishes import STILL_WAITS, waiting, wish

# Of whom any of these is kept, more than a booking is known.
_TOLD = (answer, message, need, flag, personal_note, wish, relation)
# What was asked, put off, left out or not answered is no contact.
_HEARD = follow_up.c.result.in_(("reached", "fine", "trouble", "declined"))
# Any of these is a contact, besides a visit and the person's own coming.
_CONTACTS: tuple[tuple[sa.Table, sa.ColumnElement[datetime]], ...] = (
    (message, message.c.at),
    (wish, wish.c.at),
    (personal_note, personal_note.c.at),
    (follow_up, sa.case((_HEARD, follow_up.c.settled_at))),
)

# Of one number, as nearly everybody is.
_IS_ALONE = client.c.id.not_in(
    sa.union_all(*(sa.select(end).where(LINK_STANDS) for end in (relink.c.client_id, relink.c.from_id)))
)


@dataclass(frozen=True)
class Going:
    """Somebody whose time ends: by 相談者番号, in the night of which day, and as which kind."""

    client_id: str
    number: int
    kind: str
    on: date


@dataclass(frozen=True)
class _Terms:
    """One kind: who has told something or not, kept so many days, and let go from the night of `earliest` on."""

    kind: str
    told: bool
    days: int
    earliest: date


def going(
    db: Connection, *, by: date, at_most: int | None = None, among: Collection[str] | None = None
) -> tuple[Going, ...]:
    """Who is let go by the night of this day, the longest silent first, if nothing happens with them before.

    Nobody with a live booking, an open wish, a place in the waiting line, an open sign of danger, a follow-up ahead,
    words that staff have not answered, or a hold; and nobody within a week of a change of their lifetime, so that a
    desk is warned. Whoever has several numbers (つなぎなおし) goes by all of them or by none, by the latest contact.
    `among`: only these people.
    """
    found: list[Going] = []
    linked = _linked(db)
    several = {number for person in linked for number in person}
    silent: dict[str, set[str]] = {}
    for terms in _terms(db, by):
        alone = _silent(db, terms, _IS_ALONE, by=by, at_most=at_most, among=among)
        found += _nights(db, [{each} for each in alone], terms)
        silent[terms.kind] = set(_silent(db, terms, by=by, among=several)) if several else set()
    for terms in _terms(db, by) if several else ():
        people = [each for each in linked if _goes_as(each, silent) == terms.kind]
        found += [row for row in _nights(db, people, terms) if row.on <= by]
    if among is not None:
        found = [row for row in found if row.client_id in among]
    found.sort(key=lambda row: (row.on, row.number))
    return tuple(found[:at_most])


def _terms(db: Connection, by: date) -> list[_Terms]:
    """The kinds of which anybody can go by this day."""
    days_of, changed = lifetimes(db), rules_changed(db)
    kinds = [
        _Terms(
            kind,
            told,
            days_of[kind],
            local_date(changed[kind][1]) + WARNED_LATE if kind in changed else date.min,
        )
        for kind, told in (("visit", False), ("record", True))
    ]
    return [each for each in kinds if each.earliest <= by]


def _linked(db: Connection) -> list[set[str]]:
    """The numbers of each person who has several."""
    people: list[set[str]] = []
    standing = sa.select(relink.c.client_id, relink.c.from_id).where(LINK_STANDS)
    for pair in db.execute(standing):
        theirs = [each for each in people if not each.isdisjoint(pair)]
        people = [each for each in people if each not in theirs] + [set(pair).union(*theirs)]
    return people


def _goes_as(numbers: set[str], silent: dict[str, set[str]]) -> str | None:
    """As which kind a person with these numbers goes; None: not yet, as one of them is not silent."""
    if not numbers <= set().union(*silent.values()):
        return None
    return "visit" if numbers.isdisjoint(silent.get("record", ())) else "record"


def _silent(
    db: Connection,
    terms: _Terms,
    *which: sa.ColumnElement[bool],
    by: date,
    at_most: int | None = None,
    among: Collection[str] | None = None,
) -> list[str]:
    # `goes_on(last) <= by`, as an instant: the last contact lies before this day begins.
    before = at_tokyo(by - timedelta(days=terms.days), 0)
    met = sa.exists().where(_theirs(), slot.c.id == booking.c.slot_id, slot.c.ends_at >= before)
    touched = [sa.exists().where(table.c.client_id == client.c.id, at >= before) for table, at in _CONTACTS]
    any_told = sa.or_(
        *(sa.exists().where(table.c.client_id == client.c.id) for table in _TOLD),
        sa.exists().where(consent.c.client_id == client.c.id, consent.c.purpose != "booking"),
    )
    query = (
        sa.select(client.c.id)
        .where(
            *which,
            client.c.erased_at.is_(None),
            client.c.seen_at < before,
            any_told if terms.told else ~any_told,
            *(~each for each in (met, *touched, *_kept_back(by))),
        )
        .order_by(client.c.seen_at, client.c.id)
        .limit(at_most)
    )
    if among is not None:
        query = query.where(client.c.id.in_(among))
    return list(db.execute(query).scalars())


def _kept_back(by: date) -> list[sa.ColumnElement[bool]]:
    """What forbids letting somebody go in the night of this day, whatever their silence."""
    return [
        sa.exists().where(_theirs(), booking.c.state.in_(LIVE_STATES)),
        sa.exists().where(wish.c.client_id == client.c.id, wish.c.state != "done"),
        sa.exists().where(waiting.c.client_id == client.c.id, STILL_WAITS),
        sa.exists().where(flag.c.client_id == client.c.id, flag.c.state == "open"),
        sa.exists().where(follow_up.c.client_id == client.c.id, follow_up.c.state.in_(("planned", "sent"))),
        sa.exists().where(
            message.c.client_id == client.c.id,
            message.c.direction == "in",
            message.c.purpose == "staff",
            message.c.answered_at.is_(None),
        ),
        sa.exists().where(retention_hold.c.client_id == client.c.id, in_force(by)),
    ]


def _theirs() -> sa.ColumnElement[bool]:
    return sa.or_(booking.c.writer_id == client.c.id, booking.c.visitor_id == client.c.id)


def _nights(db: Connection, people: Iterable[Collection[str]], terms: _Terms) -> list[Going]:
    """The night of each of these people, once for each of their numbers."""
    person_of = {number: place for place, person in enumerate(people) for number in person}
    last: dict[int, datetime] = {}
    for row in _last_contacts(db, person_of):
        person = person_of[row.id]
        last[person] = max(row.at, last.get(person, row.at))
    released: dict[int, date] = {}
    for number, day in _released(db, person_of).items():
        person = person_of[number]
        released[person] = max(day, released.get(person, day))
    nights = {
        person: max(goes_on(local_date(at), terms.days), terms.earliest, released.get(person, date.min))
        for person, at in last.items()
    }
    numbers = sa.select(client.c.id, client.c.number).where(client.c.id.in_(person_of))
    return [Going(row.id, row.number, terms.kind, nights[person_of[row.id]]) for row in db.execute(numbers)]


def _released(db: Connection, ids: Collection[str]) -> dict[str, date]:
    """The first night in which a hold no longer keeps somebody."""
    query = sa.select(retention_hold).where(
        retention_hold.c.client_id.in_(ids), retention_hold.c.ended_at.is_(None)
    )
    return {
        row.client_id: timedelta(days=1)
        + (row.until_date if row.agreed_at else min(row.until_date, local_date(row.at + HOLD_WAITS)))
        for row in db.execute(query)
    }


def _last_contacts(db: Connection, ids: Collection[str]) -> list[sa.Row[tuple[str, datetime]]]:
    met = sa.select(client.c.id, slot.c.ends_at.label("at")).select_from(
        client.join(booking, _theirs()).join(slot, slot.c.id == booking.c.slot_id)
    )
    seen = sa.select(client.c.id, client.c.seen_at.label("at"))
    parts: list[sa.Select[tuple[str, datetime]]] = [seen, met]
    parts += [
        sa.select(client.c.id, at.label("at"))
        .join(table, table.c.client_id == client.c.id)
        .where(at.is_not(None))
        for table, at in _CONTACTS
    ]
    rows: list[sa.Row[tuple[str, datetime]]] = []
    for part in parts:
        rows += db.execute(part.where(client.c.id.in_(ids))).all()
    return rows
