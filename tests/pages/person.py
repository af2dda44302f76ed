"""A person with a phone and a private page, and the desk they write to. All of it invented."""

import re
from dataclasses import dataclass, replace
from datetime import timedelta
from html import unescape
from typing import Any

import httpx2
import sqlalchemy as sa
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

from bot.flows.intake import CONSENT, CONSENT_VERSION
from bot.pages.app import make_pages
from desk.clients import consents, links
from desk.clients import service as clients
from desk.clock import Clock
from desk.conversations.queries import MessageRow, messages_of
from desk.house import House
from desk.intake import queries as intake
from desk.tables import metadata
from tomarigi.sample import open_samples

ORIGIN = "http://localhost:8000"
OURS = {"Origin": ORIGIN, "Sec-Fetch-Site": "same-origin"}
_TAGS = re.compile(r"<(style|title)[^>]*>.*?</\1>|<[^>]+>", re.DOTALL)


@dataclass(frozen=True)
class Someone:
    """Somebody the bot has met, with the browser of their phone."""

    house: House
    client_id: str
    phone: TestClient

    def link(self, purpose: str = "intake") -> str:
        """The path of a fresh single-use link, as the chat hands it out."""
        with self.house.database.transaction() as db:
            token = links.make_link(db, client_id=self.client_id, purpose=purpose, now=self.house.clock.now())
        return f"/me/open/{token}"

    def opens(self, purpose: str = "intake") -> httpx2.Response:
        """Follows a fresh link and presses ひらく."""
        return self.phone.post(self.link(purpose))

    def agrees(self) -> None:
        """Has agreed in the chat that answers are kept."""
        with self.house.database.transaction() as db:
            consents.agree(
                db,
                client_id=self.client_id,
                purpose="answers",
                text_version=CONSENT_VERSION,
                text=CONSENT,
                via="line",
                now=self.house.clock.now(),
            )

    def sees(self, path: str) -> httpx2.Response:
        """Looks at a page."""
        return self.phone.get(f"/me{path}")

    def presses(self, path: str, **fields: Any) -> httpx2.Response:
        """Presses つぎへ, or what `go` says, on the page at that path."""
        return self.phone.post(f"/me{path}", data={"go": "next", **fields})

    def after(self, span: timedelta) -> "Someone":
        """The same person with the same phone, that much later."""
        later = replace(self.house, clock=Clock(fixed=self.house.clock.now() + span))
        phone = phone_for(later)
        phone.cookies = self.phone.cookies
        return replace(self, house=later, phone=phone)

    def answers(self) -> dict[str, Any]:
        """What the desk keeps of their answers."""
        with self.house.database.reading() as db:
            return intake.answers(db, self.house.vault, client_id=self.client_id)

    def messages(self) -> tuple[MessageRow, ...]:
        """What the desk keeps of their words."""
        with self.house.database.reading() as db:
            return messages_of(db, self.house.vault, self.client_id)

    def flags(self) -> tuple[intake.FlagRow, ...]:
        """The signs of danger the desk sees."""
        with self.house.database.reading() as db:
            return intake.flags_of(db, self.house.vault, client_id=self.client_id)

    def needs(self) -> dict[str, str]:
        """The needs the desk knows, each with its state."""
        with self.house.database.reading() as db:
            rows = intake.needs_of(db, self.house.vault, client_id=self.client_id)
        return {row.code: row.state for row in rows}

    def rows_of(self, table: str) -> int:
        """How many rows a table holds, whoever they belong to."""
        with self.house.database.reading() as db:
            count = db.execute(sa.select(sa.func.count()).select_from(metadata.tables[table]))
            return int(count.scalar_one())


def open_desk(house: House) -> None:
    """The sample desks, with nobody in them."""
    open_samples(house.database, now=house.clock.now())


def meet(house: House, user_id: str) -> Someone:
    """Somebody writes to the bot for the first time."""
    with house.database.transaction() as db:
        client_id = clients.arrive(db, house.vault, user_id=user_id, now=house.clock.now())
    return Someone(house, client_id, phone_for(house))


def phone_for(house: House) -> TestClient:
    """A phone's browser: it says of our own forms that they are our own, and follows where it is led."""
    outside = Starlette(routes=[Mount("/me", make_pages(house))])
    return TestClient(outside, base_url=ORIGIN, headers=OURS, follow_redirects=True)


def text_of(page: httpx2.Response) -> str:
    """What can be read on a page, without its tags."""
    return " ".join(unescape(_TAGS.sub(" ", page.text)).split())


def path_of(page: httpx2.Response) -> str:
    """Where one has come to, from /me on."""
    return str(page.url.path).removeprefix("/me")
