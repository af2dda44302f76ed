"""A desk whose staff write, an outbox that is moved by hand, and forms sent as a browser sends them."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import httpx2
from sqlalchemy.engine import Connection
from starlette.testclient import TestClient

from desk.clients import consents
from desk.clients import service as clients
from desk.clients.queries import lock_known
from desk.clock import at_tokyo
from desk.conversations.queries import MessageRow, messages_of
from desk.conversations.service import keep_message
from desk.database import new_id
from desk.people.service import add_account
from desk.writing import service
from desk.writing.queries import draft_of, last_of
from desk.writing.rules import Seen
from simulator.client import Person
from tests.messaging.scene import Scene as LineScene
from tests.panel.scene import Scene

#: A Monday at which words may go, and more of them than one line holds.
MORNING = at_tokyo(date(2026, 11, 16), 10)
LONG = "さきほどお話しいただいたことについて、こちらで少し調べてみましたので、またあらためてお伝えします。"
#: From the toy's night to a morning at which words may go.
TO_THE_MORNING = 10 * 3_600.0
UNDO_SECONDS = 10.0


@dataclass
class Desk:
    """Staff of one desk, and the way their words go."""

    line: LineScene
    staff: tuple[str, str]

    @property
    def now(self) -> datetime:
        """What the clock says."""
        return self.line.clock.now()

    def person(self, name: str = "そら") -> tuple[Person, str]:
        """Somebody who has added the account: their phone, and who they are here."""
        person = self.line.sim.add_person(name)
        self.line.sim.follow(person)
        self.line.work_inbox()
        with self.line.house.database.transaction() as db:
            return person, clients.arrive(db, self.line.house.vault, user_id=person.user_id, now=self.now)

    def asks(self, client_id: str, text: str = "何時からですか。") -> None:
        """The person writes to staff."""
        with self.line.house.database.transaction() as db:
            agreed = {"purpose": "answers", "text_version": "t", "text": "はい", "via": "line"}
            consent_id = consents.agree(db, client_id=client_id, **agreed, now=self.now)
            message: dict[str, Any] = {
                "purpose": "staff",
                "text": text,
                "consent_id": consent_id,
                "shared": False,
            }
            keep_message(db, self.line.house.vault, client_id=client_id, **message, origin=None, now=self.now)

    def writes(
        self,
        client_id: str,
        text: str = "10時からです。",
        *,
        form: str = "",
        seen: Seen | None = None,
        at: datetime | None = None,
        who: int = 0,
    ) -> bool:
        """Somebody of staff sends words, having seen all there is unless told otherwise."""
        with self.line.house.database.transaction() as db:
            lock_known(db, client_id)
            return self.send(db, client_id, text, form=form, seen=seen, at=at, who=who)

    def send(
        self,
        db: Connection,
        client_id: str,
        text: str,
        *,
        form: str = "",
        seen: Seen | None = None,
        at: datetime | None = None,
        who: int = 0,
    ) -> bool:
        """The same, in a transaction that is still open, and with nobody locked."""
        return service.send(
            db,
            self.line.house.vault,
            client_id=client_id,
            text=text,
            by=self.staff[who],
            form=form or new_id(),
            seen=seen or last_of(db, client_id),
            at=at,
            now=self.now,
        )

    def takes_back(self, message_id: str, client_id: str) -> bool:
        """Somebody of staff presses 取り消す."""
        with self.line.house.database.transaction() as db:
            return self.undo(db, message_id, client_id)

    def undo(self, db: Connection, message_id: str, client_id: str) -> bool:
        """The same, in a transaction that is still open."""
        lock_known(db, client_id)
        vault, by = self.line.house.vault, self.staff[0]
        return service.undo(db, vault, message_id=message_id, client_id=client_id, by=by, now=self.now)

    def thread(self, client_id: str) -> tuple[MessageRow, ...]:
        """What was written both ways."""
        with self.line.house.database.reading() as db:
            return messages_of(db, self.line.house.vault, client_id)

    def sent(self, client_id: str) -> MessageRow:
        """What staff wrote last."""
        return max(self.thread(client_id), key=lambda row: row.outbound_id or 0)

    def draft(self, client_id: str, who: int = 0) -> str:
        """What one of staff has begun to write."""
        with self.line.house.database.reading() as db:
            vault, account_id = self.line.house.vault, self.staff[who]
            return draft_of(db, vault, client_id=client_id, account_id=account_id)


def open_desk(line: LineScene) -> Desk:
    """In the morning, with 佐藤 and 小川."""
    line.clock.pass_time(TO_THE_MORNING)
    with line.house.database.transaction() as db:
        each: dict[str, Any] = {"role": "staff", "desk_id": None, "now": line.clock.now()}
        sato, _ = add_account(db, line.house.vault, name="佐藤", **each)
        ogawa, _ = add_account(db, line.house.vault, name="小川", **each)
    return Desk(line, (sato, ogawa))


def the_form(page: str) -> dict[str, str]:
    """What the form for writing carries unseen."""
    form = page.partition('id="write-form"')[2].partition("</form>")[0]
    beside = re.findall(r'<input type="hidden" form="write-form" name="(\w+)" value="([^"]*)">', page)
    return dict(beside + re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form))


def written(page: str) -> str:
    """What stands in the form's field for words."""
    return page.partition('<textarea id="write-text"')[2].partition(">")[2].partition("</textarea>")[0]


def opened(browser: TestClient, client_id: str) -> dict[str, str]:
    """A form as it is when the person's page is opened."""
    return the_form(browser.get(f"/admin/clients/{client_id}").text)


def sends(browser: TestClient, client_id: str, text: str, **more: Any) -> httpx2.Response:
    """Opens the person's page, writes and sends; `more` takes the place of what the form carries."""
    data = opened(browser, client_id) | {"text": text} | more
    answer: httpx2.Response = browser.post(f"/admin/clients/{client_id}/messages", data=data)
    return answer


def agrees(scene: Scene, client_id: str) -> None:
    """They agreed at the desk to be written to."""
    words = {"purpose": "follow_up", "text_version": "t", "text": "はい", "via": "panel"}
    with scene.house.database.transaction() as db:
        consents.agree(db, client_id=client_id, **words, now=scene.now)


def outbox(scene: Scene) -> list[tuple[str, str]]:
    """What is to be said or was: its purpose and state."""
    with scene.house.database.reading() as db:
        rows = db.exec_driver_sql("SELECT purpose, state FROM outbound_message ORDER BY id")
        return [(row.purpose, row.state) for row in rows]
