"""An open desk with somebody who writes in the chat, and a member of staff at the panel."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

from admin.app import make_panel
from bot.pages.kept import parts_of
from desk.calendar.queries import desk_by_code, free_slots
from desk.database import Database
from desk.people import service as people
from desk.signals import Signals
from desk.wishes.queries import WishRow, offered_wishes, open_wishes
from simulator.seen import Message, Person
from tests.journeys.opened import OpenDesk, opened_desk

NOON = "2026-11-12T12:00+09:00"
EVENING = {"day": "2026-12-04", "starts": "18:00", "minutes": "50", "way": "place"}


@dataclass(frozen=True)
class Counter:
    """Both sides of the counter: the chat, and the panel as staff of 諏訪 see it."""

    desk: OpenDesk
    staff: TestClient
    account_id: str
    desk_id: str

    def sign_in(self) -> None:
        """Staff sit down at the panel; after some days they have to do it again."""
        with self.desk.house.database.transaction() as db:
            token = people.sign_in_as(db, account_id=self.account_id, now=self.desk.house.clock.now())
        self.staff.cookies.set("tomarigi", token)

    def person(self, name: str) -> Person:
        """Somebody with a phone."""
        return self.desk.line.add_person(name)

    def says(self, person: Person, *texts: str) -> str:
        """Types one text after the other; the whole of the last answer."""
        for text in texts:
            self.desk.line.say(person, text)
            answer = self.desk.line.wait_for_reply(person)
        return "\n".join(message.text for message in answer)

    def wishes(self, person: Person, *answers: str) -> WishRow:
        """Tells what does not fit the calendar, and the wish as staff find it."""
        self.says(person, "予約", "1", "ほかの日・夜・電話")
        assert "職員が読みます" in self.says(person, *answers)
        return self.open()[-1]

    def pushed(self, person: Person, seen: int) -> list[Message]:
        """What came by itself after so many messages."""
        return self.desk.line.wait_for_reply(person, after=seen)

    def count(self, person: Person) -> int:
        """How many messages stand in the chat."""
        return len(self.desk.line.messages(person))

    def open(self) -> tuple[WishRow, ...]:
        """The wishes that wait for staff."""
        with self.desk.house.database.reading() as db:
            return open_wishes(db, self.desk.house.vault)

    def offered(self) -> tuple[WishRow, ...]:
        """The wishes that wait for the person's answer."""
        with self.desk.house.database.reading() as db:
            return offered_wishes(db, self.desk.house.vault)

    def free(self) -> list[str]:
        """The times of the desk that anybody can find."""
        with self.desk.house.database.reading() as db:
            return [
                slot.slot_id for slot in free_slots(db, desk_id=self.desk_id, now=self.desk.house.clock.now())
            ]

    def week(self) -> str:
        """今週すること as it stands now."""
        return self.staff.get("/admin/week").text

    def answer(self, wish: WishRow, act: str, **form: str) -> str:
        """One of the ways to answer a wish; the page that follows."""
        if act == "make":
            form = {"desk": self.desk_id, **form}
        return self.staff.post(f"/admin/wishes/{wish.id}/{act}", data=form).text


@contextmanager
def counter(database: Database, folder: Path, moment: str = NOON) -> Iterator[Counter]:
    """The desk opens, and staff of 諏訪 sign in."""
    with opened_desk(database, folder, moment) as desk:
        account_id, _link = desk.add_account("staff", "佐藤")
        signals = Signals(database)
        origin = desk.house.settings.public_base_url
        outside = Starlette(routes=[Mount("/admin", make_panel(desk.house, signals, parts_of))])
        staff = TestClient(outside, base_url=origin, headers={"Origin": origin})
        with database.reading() as db:
            desk_row = desk_by_code(db, "suwa")
        assert desk_row is not None
        both = Counter(desk, staff, account_id, desk_row.id)
        both.sign_in()
        yield both
        signals.close()


def banner(page: str) -> str:
    """What was just done, or what is to be mended."""
    found = re.search(r'class="banner[^>]*>(.*?)</p>', page, re.DOTALL)
    return re.sub(r"<[^>]+>", "", found.group(1)).strip() if found else ""


def faults(page: str) -> list[str]:
    """The sentences that say what is to be mended."""
    found = re.search(r'id="errors">(.*?)</div>', page, re.DOTALL)
    return re.findall(r'<a href="#[^"]*">(.*?)</a>', found.group(1)) if found else []
