"""Two desks, people who like to have news or not, and LINE's stand-in; time goes by a minute at a time."""

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from bot.flows.consents import NEWS
from bot.flows.script import speak
from bot.line import Line
from bot.scheduling.delivery import work_outbox
from bot.scheduling.quota import read_quota
from bot.scheduling.timetable import run_due
from desk.announcements import queries, service
from desk.announcements.queries import AnnouncementRow, Progress
from desk.announcements.rules import Cost
from desk.calendar.queries import desk_by_code
from desk.clients import consents
from desk.clients import service as clients
from desk.clock import at_tokyo
from desk.database import Connection, Database
from desk.house import House
from desk.privacy import Vault
from desk.record import service as record
from desk.signals import Signals
from desk.tables.messaging import outbound_message
from desk.wishes.service import keep_wish
from simulator.client import Person, Simulator
from simulator.server import running_simulator
from tests.messaging.scene import SECRET, START, TOKEN, HandClock, settings
from tests.panel.scene import Scene, make_scene

WORDS = "次の日は、11月27日（金）です。"
SAID = f"とまりぎです。\n{WORDS}"
IN_THE_MORNING = at_tokyo(date(2026, 11, 13), 10)
MINUTE = 60


class PowerGone(Exception):
    """What a test lets happen in the middle of something."""


@dataclass
class Town:
    """What a test works with; people are called by their names."""

    scene: Scene
    clock: HandClock
    line: Line
    sim: Simulator
    people: dict[str, Person] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)

    @property
    def house(self) -> House:
        return self.scene.house

    @property
    def database(self) -> Database:
        return self.house.database

    def someone(self, name: str, *, desk: str = "suwa", agrees: bool = True) -> str:
        """Somebody who wished something at a desk (empty: at none), and agreed to news or not."""
        person = self.people[name] = self.sim.add_person(name)
        self.sim.follow(person)
        with self.database.transaction() as db:
            self.ids[name] = get_to_know(
                db, self.house.vault, person.user_id, desk=desk, agrees=agrees, now=self.clock.now()
            )
        return self.ids[name]

    def write(self, desk: str | None = "suwa") -> str:
        """A draft."""
        with self.database.transaction() as db:
            found = desk_by_code(db, desk) if desk else None
            return service.write(
                db,
                organisation_id=self.scene.organisation_id,
                desk_id=found.id if found else None,
                words=WORDS,
                account_id=self.scene.accounts["mori"],
                now=self.clock.now(),
            )

    def cost(self, announcement_id: str) -> Cost:
        with self.database.reading() as db:
            row = queries.announcement_by_id(db, announcement_id)
            return queries.cost_of(db, row, now=self.clock.now())

    def send(self, announcement_id: str) -> str:
        """To as many people as are shown."""
        self.press(announcement_id, self.cost(announcement_id).people)
        return announcement_id

    def press(self, announcement_id: str, people: int, words_hash: str = "") -> None:
        """Somebody who was shown this number, and these words or those that stand there now, sends it."""
        seen = words_hash or self.row(announcement_id).words_hash
        with self.database.transaction() as db:
            service.send(
                db,
                announcement_id=announcement_id,
                people=people,
                words_hash=seen,
                account_id=self.scene.accounts["mori"],
                now=self.clock.now(),
            )

    def stop(self, announcement_id: str) -> None:
        with self.database.transaction() as db:
            service.stop(db, announcement_id=announcement_id, now=self.clock.now())

    def wants_no_more(self, name: str) -> None:
        with self.database.transaction() as db:
            record.take_back(
                db, self.house.vault, client_id=self.ids[name], purpose="news", now=self.clock.now()
            )

    def hand_over(self) -> int:
        """One batch by itself; to how many people."""
        with self.database.transaction() as db:
            return service.hand_over_next(db, self.house.vault, now=self.clock.now())

    def read_quota(self) -> None:
        """What LINE's stand-in says of the month."""
        read_quota(self.house, self.line, refused=True)

    def tick(self) -> None:
        """A minute goes by, and what is due is done; nothing is sent yet."""
        self.clock.pass_time(MINUTE)
        run_due(self.house, now=self.clock.now())

    def minute(self) -> None:
        """A minute goes by, and what is due is done and sent; where the power goes, the rest is not."""
        self.tick()
        with suppress(PowerGone):
            work_outbox(self.house, self.line, speak)

    def got(self, name: str) -> list[str]:
        """The news somebody was pushed; what else the desk does by the clock is not counted."""
        pushed = [message.text for message in self.sim.messages(self.people[name]) if message.how == "push"]
        return [text for text in pushed if text == SAID]

    def who_got_it(self) -> list[str]:
        """The names of all who were pushed the news, once for each time."""
        return [name for name in self.people for _ in self.got(name)]

    def row(self, announcement_id: str) -> AnnouncementRow:
        with self.database.reading() as db:
            return queries.announcement_by_id(db, announcement_id)

    def progress(self, announcement_id: str) -> Progress:
        with self.database.reading() as db:
            return queries.progress_of(db, announcement_id)

    def states(self) -> list[str]:
        """What became of the news in the outbox."""
        query = sa.select(outbound_message.c.state).where(outbound_message.c.purpose == "news")
        with self.database.reading() as db:
            return sorted(db.execute(query).scalars())


def get_to_know(db: Connection, vault: Vault, user_id: str, *, desk: str, agrees: bool, now: datetime) -> str:
    """Somebody writes from this LINE account, has a wish at the desk, and agrees to news or not."""
    client_id = clients.arrive(db, vault, user_id=user_id, now=now)
    if desk:
        keep_wish(db, vault, client_id=client_id, desk_code=desk, kind="evening", note="", now=now)
    if agrees:
        consents.agree(
            db,
            client_id=client_id,
            purpose=NEWS.purpose,
            text_version=NEWS.version,
            text=NEWS.words,
            via="line",
            now=now,
        )
    return client_id


@contextmanager
def power_going(database: Database, *moments: tuple[str, str]) -> Iterator[list[tuple[str, str]]]:
    """The power goes once at each moment in turn; those that are left stand in the list.

    `commit`: at the commit of a transaction with such a statement, and nothing of it stays. `torn`: right after the
    statement, and all before it stays as if there were no transaction.
    """
    left = list(moments)

    def after_statement(db: Any, _cursor: object, statement: str, *_rest: object) -> None:
        if not left or not re.search(left[0][1], statement):
            return
        if left[0][0] == "commit":
            db.info["power goes"] = True
            return
        left.pop(0)
        db.connection.dbapi_connection.commit()
        raise PowerGone

    def before_commit(db: Any) -> None:
        if db.info.pop("power goes", False):
            left.pop(0)
            raise PowerGone

    sa.event.listen(database.engine, "after_cursor_execute", after_statement)
    sa.event.listen(database.engine, "commit", before_commit)
    try:
        yield left
    finally:
        sa.event.remove(database.engine, "after_cursor_execute", after_statement)
        sa.event.remove(database.engine, "commit", before_commit)


@contextmanager
def open_town(database: Database, vault: Vault) -> Iterator[Town]:
    """At ten in the morning; LINE has told its quota, and nobody has agreed to anything."""
    with running_simulator("", SECRET, TOKEN, quota=None) as sim:
        clock = HandClock()
        clock.pass_time((IN_THE_MORNING - START).total_seconds())
        house = House(database, vault, clock, settings(sim.base_url))
        signals, line = Signals(database), Line(house.settings)
        town = Town(make_scene(house, signals), clock, line, sim)
        town.read_quota()
        yield town
        line.close()
        signals.close()
