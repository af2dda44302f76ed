"""A day with people on it, and what staff may do to it."""

from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any

import sqlalchemy as sa

from desk.booking.offering import offer_place
from desk.clients.queries import sealer
from desk.closures import answers, queries, service
from desk.closures.queries import ClosureRow, LedgerRow
from desk.tables.calendar import session
from desk.tables.messaging import outbound_message
from tests.booking.story import Story

DECEMBER = date(2026, 12, 4)


@dataclass
class Day:
    """The first day of the story, and the account of who is at the desk."""

    story: Story
    staff: str

    @property
    def session_id(self) -> str:
        return self.story.sessions()[0]

    def book(self, name: str, place: int = 0) -> str:
        """Somebody books one of the free times; returns the booking's id."""
        return self.story.book(self.story.person(name), self.story.times()[place].slot_id, name).id

    def close(self, session_id: str = "") -> str:
        with self.story.database.transaction() as db:
            return service.close_session(
                db,
                self.story.vault,
                session_id=session_id or self.session_id,
                why="台風",
                account_id=self.staff,
                now=self.story.now,
            )

    def move(self, day: date = DECEMBER, starts: time = time(10), place: str = "") -> str:
        with self.story.database.transaction() as db:
            return service.move_session(
                db,
                self.story.vault,
                session_id=self.session_id,
                to=service.Elsewhere(day, starts, place),
                why="",
                account_id=self.staff,
                now=self.story.now,
            )

    def shift(self, starts: time, place: str = "") -> str:
        with self.story.database.transaction() as db:
            return service.shift_session(
                db,
                self.story.vault,
                session_id=self.session_id,
                to=service.Elsewhere(date(2026, 11, 27), starts, place),
                why="",
                account_id=self.staff,
                now=self.story.now,
            )

    def ledger(self, closure_id: str) -> tuple[LedgerRow, ...]:
        with self.story.database.reading() as db:
            return queries.ledger(db, self.story.vault, closure_id)

    def standings(self, closure_id: str) -> list[str]:
        return [row.standing for row in self.ledger(closure_id)]

    def closure(self, closure_id: str) -> ClosureRow:
        with self.story.database.reading() as db:
            found = queries.closure_by_id(db, closure_id)
        assert found is not None
        return found

    def status(self, session_id: str) -> str:
        with self.story.database.reading() as db:
            return str(db.execute(sa.select(session.c.status).where(session.c.id == session_id)).scalar_one())

    def says(self, name: str) -> list[dict[str, Any]]:
        """What this person is or will be told, with when it may go."""
        client_id = self.story.person(name)
        mine = sa.select(outbound_message).where(outbound_message.c.client_id == client_id)
        with self.story.database.reading() as db:
            opener = sealer(db, self.story.vault, client_id)
            rows = db.execute(mine.order_by(outbound_message.c.id)).all()
            return [
                opener.open_json(row.says, f"outbound_message.says:{row.key}")[-1] | {"due": row.due_at}
                for row in rows
            ]

    def line_says(self, name: str, state: str) -> None:
        """What became of the messages to this person."""
        client_id = self.story.person(name)
        with self.story.database.transaction() as db:
            theirs = outbound_message.update().where(outbound_message.c.client_id == client_id)
            db.execute(theirs.values(state=state, settled_at=self.story.now))

    def offer(self, name: str, slot_id: str, replaces_id: str | None = None) -> str:
        """Staff or the waiting list hold a time for somebody until tomorrow."""
        client_id = self.story.person(name)
        with self.story.database.transaction() as db:
            return offer_place(
                db,
                client_id=client_id,
                slot_id=slot_id,
                offered_for="waiting" if replaces_id else "wish",
                until=self.story.now + timedelta(days=1),
                replaces_id=replaces_id,
                by=self.staff,
                now=self.story.now,
            )

    def press(self, name: str, booking_id: str, answer: str) -> bool:
        client_id, now = self.story.person(name), self.story.now
        with self.story.database.transaction() as db:
            return answers.note_answer(db, place_id=booking_id, client_id=client_id, answer=answer, now=now)

    def call(self, closure_id: str, row: int) -> None:
        person_id = self.ledger(closure_id)[row].id
        with self.story.database.transaction() as db:
            answers.note_call(db, person_id=person_id, account_id=self.staff, now=self.story.now)

    def settle(self, after: timedelta = timedelta()) -> None:
        self.story.now += after
        with self.story.database.transaction() as db:
            answers.settle(db, now=self.story.now)
