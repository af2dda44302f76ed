"""A bot with a toy conversation behind the real durable path, on a real port, and LINE's stand-in in front of it."""

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
import urllib3
from sqlalchemy.engine import Connection, Row

from bot.flows.speech import Bubble, Button
from bot.line import Line
from bot.scheduling.delivery import work_inbox, work_outbox
from desk.calendar.service import add_organisation
from desk.clients import service as clients
from desk.clock import BOOT_ID, Clock, Tick
from desk.database import Database
from desk.house import House
from desk.messaging import service
from desk.messaging.service import InboundEvent
from desk.privacy import Vault
from desk.settings import Settings
from desk.tables.messaging import inbound_event, lane, outbound_message
from simulator.client import Person, Simulator
from simulator.server import running_simulator
from tests.serving import open_port, serving
from tomarigi.web import assemble

SECRET = "a secret for tests"
TOKEN = "a token for tests"
START = datetime(2026, 11, 12, 14, 40, tzinfo=UTC)
WAIT_SECONDS = 60.0


@dataclass(frozen=True)
class HandClock(Clock):
    """A clock that is wound by hand: `pass_time` moves everything, `set_by` only what hangs on the wall."""

    hands: dict[str, float] = field(default_factory=lambda: {"wall": 0.0, "tick": 0.0})

    def now(self) -> datetime:
        return START + timedelta(seconds=self.hands["wall"])

    def tick(self) -> Tick:
        return Tick(1_000.0 + self.hands["tick"], BOOT_ID)

    def pass_time(self, seconds: float) -> None:
        """So many seconds go by."""
        self.hands["wall"] += seconds
        self.hands["tick"] += seconds

    def set_by(self, seconds: float) -> None:
        """Somebody sets the clock on the wall; no time goes by."""
        self.hands["wall"] += seconds


class Conversation:
    """A toy: answers each text with itself, keeps the order it saw, and fails where the text says so."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.failing = True

    def handle(self, db: Connection, house: House, event: InboundEvent, *, now: datetime) -> None:
        """`毒` fails while `failing`; `だいじ` must arrive; anything else is answered as it stands."""
        if event.user_id is None:
            return
        client_id = clients.arrive(db, house.vault, user_id=event.user_id, now=now)
        if event.kind in ("follow", "unfollow"):
            change = clients.unblock if event.kind == "follow" else clients.block
            change(db, client_id=client_id, now=now)
            return
        text = str(event.raw.get("message", {}).get("text", event.kind))
        self.heard.append(text)
        service.say(
            db,
            house.vault,
            client_id=client_id,
            says=[{"kind": "echo", "facts": {"text": text}}],
            must_arrive="だいじ" in text,
            event_id=event.id,
            now=now,
        )
        if "毒" in text and self.failing:
            raise ValueError("the text of this fault must be in no log")


def speak(says: Sequence[Mapping[str, Any]]) -> tuple[Bubble, ...]:
    """The toy's words."""
    return tuple(Bubble(say["facts"]["text"], buttons=_buttons(say["facts"])) for say in says)


def _buttons(facts: Mapping[str, Any]) -> tuple[Button, ...]:
    return tuple(Button(label, data=label) for label in facts.get("buttons", ()))


@dataclass
class Scene:
    """The parts of one bot, to be moved by hand: nothing happens here by itself but the webhook."""

    house: House
    clock: HandClock
    talk: Conversation
    line: Line
    sim: Simulator
    address: str

    def work(self) -> int:
        """Handles and sends all that is due now."""
        return self.work_inbox() + self.work_outbox()

    def work_inbox(self) -> int:
        """Handles all that is due now."""
        return work_inbox(self.house, self.talk.handle)

    def work_outbox(self) -> int:
        """Sends all that is due now."""
        return work_outbox(self.house, self.line, speak)

    def hear(self, person: Person, text: str) -> None:
        """A friend types something, and it is handled, but nothing is sent yet."""
        self.sim.follow(person)
        self.sim.say(person, text)
        self.work_inbox()

    def say(self, text: str, person: Person, **options: Any) -> int | None:
        """Something the desk tells a person by itself."""
        with self.house.database.transaction() as db:
            client_id = clients.arrive(db, self.house.vault, user_id=person.user_id, now=self.clock.now())
            facts = {"text": text, "buttons": options.pop("buttons", ())}
            return service.say(
                db,
                self.house.vault,
                client_id=client_id,
                says=[{"kind": "echo", "facts": facts}],
                now=self.clock.now(),
                **options,
            )

    def answers(self, person: Person) -> list[str]:
        """What the bot's messages in the person's chat say."""
        return [message.text for message in self.sim.messages(person) if message.how is not None]

    def ways(self, person: Person) -> list[str | None]:
        """How the bot's messages reached the person."""
        return [message.how for message in self.sim.messages(person) if message.how is not None]

    def events(self) -> list[Row[Any]]:
        """All events kept, as they came."""
        return self._rows(inbound_event)

    def messages(self) -> list[Row[Any]]:
        """All messages of the outbox, as they were made."""
        return self._rows(outbound_message)

    def lanes(self) -> list[Row[Any]]:
        """All clients' lanes."""
        return self._rows(lane)

    def states(self) -> list[str]:
        """The states of all messages of the outbox."""
        return [row.state for row in self.messages()]

    def _rows(self, table: sa.Table) -> list[Row[Any]]:
        with self.house.database.reading() as db:
            return list(db.execute(sa.select(table).order_by(table.c.id)))

    def post(self, body: bytes, signature: str | None = None) -> int:
        """A webhook call with any body; by default with the right signature."""
        headers = {"X-Line-Signature": sign(body) if signature is None else signature}
        return urllib3.request("POST", self.address, body=body, headers=headers, retries=False).status

    def post_event(self, **event: Any) -> int:
        """A webhook call with one event."""
        return self.post(json.dumps({"destination": "U0", "events": [event]}).encode())


def sign(body: bytes) -> str:
    """LINE's signature of a body."""
    return base64.b64encode(hmac.digest(SECRET.encode(), body, hashlib.sha256)).decode()


def settings(line_address: str) -> Settings:
    """Settings that lead to a stand-in."""
    return Settings(
        _env_file=None,  # type: ignore[call-arg]  # pydantic's own argument, unknown to its type
        line_channel_secret=SECRET,
        line_channel_access_token=TOKEN,
        line_api_base_url=line_address,
        public_base_url="http://localhost:8000",
    )


@contextmanager
def open_scene(database: Database, vault: Vault) -> Iterator[Scene]:
    """A bot on a free port with an empty desk, and the stand-in that sends it webhooks."""
    with running_simulator("", SECRET, TOKEN) as sim:
        clock = HandClock()
        house = House(database, vault, clock, settings(sim.base_url))
        with database.transaction() as db:
            add_organisation(db, name="みずうみ保護司会", now=clock.now())
        line = Line(house.settings)
        with serving(assemble(house, []), open_port()) as address:
            sim.set_webhook(f"{address}/callback")
            yield Scene(house, clock, Conversation(), line, sim, f"{address}/callback")
        line.close()


def wait_until(true: Callable[[], bool]) -> None:
    """Waits for a condition; fails after a minute."""
    pause = threading.Event()
    end = time.monotonic() + WAIT_SECONDS
    while not true():
        assert time.monotonic() < end, "waited in vain"
        pause.wait(0.01)
