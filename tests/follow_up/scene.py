"""諏訪 with people who said yes to being followed up, and a clock that is set by hand."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.scheduling.follow_ups import ask_due
from desk.booking.outcomes import record_outcome
from desk.calendar.queries import desk_by_code
from desk.clients import consents
from desk.clients import service as clients
from desk.clock import at_tokyo, local, local_date
from desk.conversations.queries import waiting_for_answer
from desk.database import Database
from desk.follow_up import service
from desk.follow_up.queries import FollowUpRow, plan_of
from desk.follow_up.rules import USUAL_STEPS, Step
from desk.house import House
from desk.invariants import check_invariants
from desk.people.service import add_account
from desk.privacy import Vault
from desk.tables.messaging import outbound_message
from tests.booking.story import Story
from tests.family.chat import Chat
from tests.messaging.scene import START, HandClock, settings
from tomarigi.sample import open_samples

T = TypeVar("T")
WORDS = "あとで、ようすを聞いていいですか。いつでもやめられます。"
TODAY = local_date(START)
NOON = time(12)


@dataclass
class Plans:
    """What a story works with. People are named, and write from a LINE account of their own."""

    house: House
    clock: HandClock
    desk_id: str
    staff: str

    @property
    def now(self) -> datetime:
        return self.clock.now()

    @property
    def transaction(self) -> Callable[[], AbstractContextManager[Connection]]:
        return self.house.database.transaction

    def does(self, act: Callable[..., T], **options: Any) -> T:
        """Something the desk does, in a transaction of its own."""
        with self.transaction() as db:
            return act(db, **options)

    def goes_to(self, day: date, wall: time = NOON) -> None:
        """It is this time of this day."""
        moment = at_tokyo(day, wall.hour, wall.minute)
        self.clock.set_by((moment - self.now).total_seconds())

    def person(self, name: str) -> Chat:
        """Somebody with LINE, whom the desk has not followed up yet."""
        chat = Chat(self.house, f"U-{name}")
        self.does(clients.arrive, vault=self.house.vault, user_id=chat.user_id, now=self.now)
        return chat

    def agrees(self, chat: Chat, *, words: str = WORDS, via: str = "panel") -> str:
        """They say yes at the desk."""
        yes = {"purpose": "follow_up", "text_version": "t", "text": words, "via": via, "now": self.now}
        return self.does(consents.agree, client_id=chat.client_id, **yes)

    def starts(
        self,
        chat: Chat,
        *steps: Step,
        since: date | None = None,
        booking_id: str | None = None,
    ) -> int:
        """Staff press フォローを始める, with these steps or with the usual ones."""
        return self.does(
            service.start_plan,
            vault=self.house.vault,
            client_id=chat.client_id,
            desk_id=self.desk_id,
            booking_id=booking_id,
            steps=steps or USUAL_STEPS,
            since=since or local_date(self.now),
            now=self.now,
        )

    def begins(self, name: str, *steps: Step) -> Chat:
        """Somebody comes, says yes, and has a plan from today on."""
        chat = self.person(name)
        self.agrees(chat)
        self.starts(chat, *steps)
        return chat

    def ticks(self) -> int:
        """The job runs once."""
        with self.house.database.transaction(background=True) as db:
            return ask_due(db, self.house, self.now)

    def line_says(self, state: str) -> None:
        """What became of all that is on its way."""
        on_its_way = outbound_message.c.state == "queued"
        self.does(
            lambda db: db.execute(
                outbound_message.update().where(on_its_way).values(state=state, settled_at=self.now)
            )
        )

    def asks_on(self, day: date, wall: time = NOON) -> int:
        """The day comes, the job runs, and LINE takes what is said."""
        self.goes_to(day, wall)
        done = self.ticks()
        self.line_says("accepted")
        return done

    def rows(self, chat: Chat) -> tuple[FollowUpRow, ...]:
        """The whole plan of a person."""
        with self.house.database.reading() as db:
            return plan_of(db, self.house.vault, chat.client_id)

    def steps(self, chat: Chat, *, since: date = TODAY) -> list[tuple[int, str, str | None]]:
        """Of each step: how many days after, its state, its result."""
        return [((row.due_on - since).days, row.state, row.result) for row in self.rows(chat)]

    def asked(self, chat: Chat) -> list[datetime]:
        """When each question was put into the outbox, on the wall."""
        question = outbound_message.c.dedupe_key.like("follow_up:%")
        mine = sa.select(outbound_message.c.created_at).where(question)
        mine = mine.where(outbound_message.c.client_id == chat.client_id).order_by(outbound_message.c.id)
        with self.house.database.reading() as db:
            return [local(moment) for moment in db.execute(mine).scalars()]

    def question(self, chat: Chat) -> str:
        """The step of the question that is open, for its buttons."""
        return next(row.id for row in self.rows(chat) if row.state == "sent")

    def presses(self, chat: Chat, answer: str, step: str = "") -> str:
        """They press talk, fine or stop under the open question, or an older one."""
        return chat.presses(f"m|follow_up_{answer}|{step or self.question(chat)}")

    def waits(self) -> list[str]:
        """What waits for staff to answer."""
        with self.house.database.reading() as db:
            return [row.text for row in waiting_for_answer(db, self.house.vault)]

    def visits(self, chat: Chat, place: int = 0) -> str:
        """They book one of the free times and come; it is that afternoon. Returns the booking's id."""
        story = Story(self.house.database, self.house.vault, self.desk_id, self.now)
        booked = story.book(chat.client_id, story.times()[place].slot_id)
        self.goes_to(local_date(booked.starts_at), time(15))
        came = {"outcome": "attended", "promise": None, "handed_on": False, "by": self.staff}
        self.does(record_outcome, vault=self.house.vault, booking_id=booked.id, **came, now=self.now)
        return booked.id

    def broken(self) -> list[str]:
        """The invariants that do not hold."""
        with self.house.database.reading() as db:
            return [found.name for found in check_invariants(db, now=self.now) if found.offenders]


def after(days: int) -> date:
    """So many days after the story begins."""
    return TODAY + timedelta(days=days)


def open_plans(database: Database, vault: Vault) -> Plans:
    """The evening of 2026-11-12; nobody has a plan."""
    clock = HandClock()
    open_samples(database, now=clock.now())
    with database.transaction() as db:
        desk = desk_by_code(db, "suwa")
        assert desk is not None
        staff, _ = add_account(db, vault, role="staff", desk_id=desk.id, name="佐藤", now=clock.now())
    return Plans(House(database, vault, clock, settings("http://localhost")), clock, desk.id, staff)
