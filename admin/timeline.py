"""Everything that happened with one person, newest first, for staff."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from admin.answers import all_lines
from admin.auth import Visit
from admin.persons import bookings_shown
from desk.booking.queries import BookingRow
from desk.clients.queries import consents_of
from desk.conversations.queries import MessageRow, messages_of
from desk.database import Connection
from desk.intake.queries import FlagRow, answers, flags_of
from desk.people import queries as people


@dataclass(frozen=True, repr=False)
class Entry:
    """One thing that happened; `kind` says which part of the template tells it."""

    at: datetime
    kind: str
    thing: Any
    by: str = ""


def make_timeline(db: Connection, visit: Visit, client_id: str) -> tuple[Entry, ...]:
    """Bookings, messages both ways, signs of danger and consents, the newest first."""
    vault = visit.house.vault
    messages = messages_of(db, vault, client_id)
    names = people.names(db, vault, [row.account_id for row in messages if row.account_id])
    entries = [
        *_of_bookings(bookings_shown(db, visit, client_id)),
        *(_of_message(row, names) for row in messages),
        *_of_flags(flags_of(db, vault, client_id=client_id)),
        *(Entry(row.given_at, "consent", row) for row in consents_of(db, client_id)),
    ]
    return tuple(sorted(entries, key=lambda entry: entry.at, reverse=True))


def answers_in_words(db: Connection, visit: Visit, client_id: str) -> list[tuple[str, str]]:
    """The answers of the coming visit, as question and answer."""
    return all_lines(answers(db, visit.house.vault, client_id=client_id))


def _of_bookings(bookings: Iterable[BookingRow]) -> Iterable[Entry]:
    return (Entry(row.confirmed_at or row.created_at, "booking", row) for row in bookings)


def _of_message(row: MessageRow, names: dict[str, str]) -> Entry:
    return Entry(row.at, f"message_{row.direction}", row, by=names.get(row.account_id or "", ""))


def _of_flags(flags: Iterable[FlagRow]) -> Iterable[Entry]:
    return (Entry(row.raised_at, "flag", row) for row in flags)
