"""A desk on the evening of 2026-11-12 and the people who write to it."""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from desk.booking import queries, service
from desk.booking.queries import BookingRow
from desk.calendar.queries import FreeSlot, desk_by_code, free_slots, upcoming_sessions
from desk.clients.service import arrive
from desk.database import Database
from desk.invariants import check_invariants
from desk.privacy import Vault
from desk.tables.calendar import LIVE, booking_change, reminder, slot
from desk.tables.notices import notice
from tomarigi.sample import open_samples

FIRST_DAY = date(2026, 11, 27)


@dataclass
class Story:
    """諏訪 with one table: 11/27 and 1/29, at ten and at eleven each. `now` moves as the story goes."""

    database: Database
    vault: Vault
    desk_id: str
    now: datetime

    def person(self, name: str) -> str:
        """Somebody writes from LINE for the first time."""
        return self.person_of(f"U-{name}")

    def person_of(self, user_id: str) -> str:
        """Whoever writes from this LINE account."""
        with self.database.transaction() as db:
            return arrive(db, self.vault, user_id=user_id, now=self.now)

    def times(self) -> tuple[FreeSlot, ...]:
        """What is free now."""
        with self.database.reading() as db:
            return free_slots(db, desk_id=self.desk_id, now=self.now)

    def sessions(self) -> list[str]:
        """The ids of the coming sessions."""
        with self.database.reading() as db:
            return [row.id for row in upcoming_sessions(db, desk_id=self.desk_id, since=FIRST_DAY)]

    def hold(self, client_id: str, slot_id: str) -> str:
        with self.database.transaction() as db:
            return service.hold(db, client_id=client_id, slot_id=slot_id, now=self.now)

    def confirm(self, client_id: str, name: str = "そら", about: str = "self") -> BookingRow:
        with self.database.transaction() as db:
            return service.confirm(
                db,
                self.vault,
                client_id=client_id,
                called_name=name,
                about=about,
                subject_knows=None,
                now=self.now,
            )

    def book(self, client_id: str, slot_id: str, name: str = "そら") -> BookingRow:
        self.hold(client_id, slot_id)
        return self.confirm(client_id, name)

    def booking(self, booking_id: str) -> BookingRow:
        with self.database.reading() as db:
            row = queries.booking_by_id(db, self.vault, booking_id)
        assert row is not None
        return row

    def live_booking(self, client_id: str) -> BookingRow | None:
        with self.database.reading() as db:
            return queries.live_booking(db, self.vault, client_id=client_id)

    def slots_of(self, session_id: str) -> list[str]:
        """The slots of a session, whatever its status."""
        query = sa.select(slot.c.id).where(slot.c.session_id == session_id).order_by(slot.c.starts_at)
        with self.database.reading() as db:
            return list(db.execute(query).scalars())

    def changes(self, booking_id: str) -> list[tuple[str | None, str, str]]:
        """What was written down about a booking: from, to, by."""
        of = booking_change.c.booking_id == booking_id
        query = sa.select(booking_change.c.from_state, booking_change.c.to_state, booking_change.c.by).where(
            of
        )
        with self.database.reading() as db:
            return [(row[0], row[1], row[2]) for row in db.execute(query.order_by(booking_change.c.at))]

    def told(self) -> list[str]:
        """The notices the officers have, in the order in which they came."""
        with self.database.reading() as db:
            return list(db.execute(sa.select(notice.c.kind).order_by(notice.c.id)).scalars())

    def reminders(self, booking_id: str) -> dict[str, str]:
        """What becomes of each reminder of the booking as it stands."""
        query = sa.select(reminder.c.kind, reminder.c.state).where(
            reminder.c.booking_id == booking_id,
            reminder.c.booking_version == self.booking(booking_id).version,
        )
        with self.database.reading() as db:
            return {row.kind: row.state for row in db.execute(query)}

    def live(self) -> int:
        """How many live bookings there are."""
        with self.database.reading() as db:
            return int(db.execute(sa.text(f"SELECT count(*) FROM booking WHERE {LIVE}")).scalar_one())

    def broken(self) -> list[str]:
        """The names of the invariants that do not hold."""
        with self.database.reading() as db:
            return [found.name for found in check_invariants(db, now=self.now) if found.offenders]


def open_story(database: Database, vault: Vault, now: datetime) -> Story:
    """諏訪 on that evening, nobody booked yet."""
    open_samples(database, now=now)
    with database.reading() as db:
        desk = desk_by_code(db, "suwa")
    assert desk is not None
    return Story(database, vault, desk.id, now)
