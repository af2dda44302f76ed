"""A chat without the network: what somebody types goes to the handlers, and what is said comes back in words."""

import json
from dataclasses import dataclass

import sqlalchemy as sa

from bot.flows.script import speak
from bot.handlers.dispatch import handle
from desk.booking.queries import BookingRow, live_booking
from desk.clients.queries import client_of_address, sealer
from desk.clock import Tick
from desk.database import new_id
from desk.house import House
from desk.messaging.service import ArrivedEvent, InboundEvent, inbox_row, keep_events
from desk.tables.messaging import inbound_event, outbound_message

_RECEIVED = Tick(1.0, "boot")


@dataclass(frozen=True)
class Chat:
    """One person's chat with the desk."""

    house: House
    user_id: str

    def types(self, *texts: str) -> str:
        """Types one text after the other; all that is said to the last one, buttons and all."""
        said = ""
        for text in texts:
            before = self._last()
            self._hears({"type": "message", "message": {"type": "text", "id": new_id(), "text": text}})
            said = "\n".join(self.said(after=before))
        return said

    def presses(self, data: str) -> str:
        """Presses a button, however old it is; all that is said to it."""
        before = self._last()
        self._hears({"type": "postback", "postback": {"data": data}})
        return "\n".join(self.said(after=before))

    def blocks(self) -> None:
        """Blocks the account."""
        self._hears({"type": "unfollow"})

    def returns(self) -> None:
        """Takes the block away."""
        self._hears({"type": "follow", "follow": {"isUnblocked": True}})

    def said(self, *, after: int = 0) -> list[str]:
        """What was said to the person since, as it is read: texts and what can be pressed."""
        if not self.client_id:
            return []
        column = outbound_message.c
        mine = sa.select(outbound_message).where(column.client_id == self.client_id, column.id > after)
        with self.house.database.reading() as db:
            key = sealer(db, self.house.vault, self.client_id)
            rows = db.execute(mine.order_by(column.id)).all()
            says = [key.open_json(row.says, f"outbound_message.says:{row.key}") for row in rows]
        bubbles = [bubble for told in says for bubble in speak(told)]
        return [
            "\n".join(
                [bubble.text, bubble.alt, *(f"{b.label} {b.uri}" for b in bubble.buttons + bubble.quick)]
            )
            for bubble in bubbles
        ]

    @property
    def client_id(self) -> str:
        """Who this is to the desk; empty before the first word."""
        with self.house.database.reading() as db:
            return client_of_address(db, self.house.vault, self.user_id) or ""

    def booking(self) -> BookingRow:
        """Their live booking."""
        with self.house.database.reading() as db:
            found = live_booking(db, self.house.vault, client_id=self.client_id)
        assert found is not None
        return found

    def _last(self) -> int:
        with self.house.database.reading() as db:
            return int(
                db.execute(sa.select(sa.func.coalesce(sa.func.max(outbound_message.c.id), 0))).scalar_one()
            )

    def _hears(self, raw: dict[str, object]) -> None:
        now = self.house.clock.now()
        raw |= {"source": {"type": "user", "userId": self.user_id}, "mode": "active"}
        arrived = ArrivedEvent(
            new_id(), str(raw["type"]), self.user_id, 0, json.dumps(raw).encode(), now, _RECEIVED
        )
        with self.house.database.transaction() as db:
            keep_events(db, [inbox_row(self.house.vault, arrived)])
            newest = sa.select(sa.func.max(inbound_event.c.id))
            event_id = int(db.execute(newest).scalar_one())
            event = InboundEvent(event_id, arrived.event_key, arrived.kind, raw, self.user_id, now, _RECEIVED)
            handle(db, self.house, event, now=now)
