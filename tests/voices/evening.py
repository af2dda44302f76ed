"""A person who books, comes, and is asked in the evening."""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from bot.flows.offers import command_data
from bot.flows.script import speak
from bot.scheduling.voices import ask_due
from desk.booking import service as booking
from desk.booking.outcomes import record_outcome
from desk.calendar.queries import free_slots
from desk.clients.consents import agree
from desk.clients.queries import sealer
from desk.clients.service import arrive
from desk.clock import at_tokyo
from desk.tables.follow_up import visit_voice
from desk.tables.messaging import outbound_message
from tests.family.chat import Chat
from tests.panel.scene import SESSION_DAY, Scene

FIVE_PM = at_tokyo(SESSION_DAY, 17)
QUESTION = "とまりぎです。\nきょうは、どうでしたか。\n答えなくても、いいです。"


@dataclass(frozen=True)
class Visitor:
    """Somebody with one visit; `booking_id` is that visit."""

    chat: Chat
    booking_id: str

    def at(self, moment: datetime, scene: Scene) -> Chat:
        """Their chat at another moment."""
        return Chat(scene.at(moment).house, self.chat.user_id)


def books(scene: Scene, sign: str = "5") -> Visitor:
    """Books the first free time at 諏訪 for themselves."""
    chat, now = Chat(scene.house, f"U{sign * 32}"), scene.now
    with scene.house.database.transaction() as db:
        who = {"client_id": arrive(db, scene.house.vault, user_id=chat.user_id, now=now)}
        agree(db, **who, purpose="booking", text_version="t", text="はい", via="line", now=now)
        free = free_slots(db, desk_id=scene.desk_id, now=now)
        booking.hold(db, **who, slot_id=free[0].slot_id, now=now)
        booked = booking.confirm(
            db, scene.house.vault, **who, called_name="", about="self", subject_knows=None, now=now
        )
    return Visitor(chat, booked.id)


def agrees(scene: Scene, visitor: Visitor) -> None:
    """Agrees at the desk to be written to later."""
    who, now = visitor.chat.client_id, scene.now
    with scene.house.database.transaction() as db:
        agree(db, client_id=who, purpose="follow_up", text_version="t", text="はい", via="panel", now=now)


def becomes(scene: Scene, visitor: Visitor, outcome: str) -> None:
    """What the officers write down about the visit, at noon of its day."""
    with scene.house.database.transaction() as db:
        record_outcome(
            db,
            scene.house.vault,
            booking_id=visitor.booking_id,
            outcome=outcome,
            promise=None,
            handed_on=False,
            by=scene.accounts["kobayashi"],
            now=at_tokyo(SESSION_DAY, 12),
        )


def comes(scene: Scene, sign: str = "5") -> Visitor:
    """Books, agrees and comes."""
    visitor = books(scene, sign)
    agrees(scene, visitor)
    becomes(scene, visitor, "attended")
    return visitor


def asked(scene: Scene, moment: datetime) -> int:
    """How many are asked at that moment."""
    with scene.house.database.transaction() as db:
        return ask_due(db, scene.house, moment)


def press(answer: str, visitor: Visitor) -> str:
    """What the button sends back."""
    return command_data(f"voice_{answer}", visitor.booking_id)


def question_of(scene: Scene, visitor: Visitor) -> sa.Row[tuple[object, ...]]:
    """The one question that was queued for them."""
    query = sa.select(outbound_message).where(
        outbound_message.c.client_id == visitor.chat.client_id,
        outbound_message.c.dedupe_key.like("voice:%"),
    )
    with scene.house.database.reading() as db:
        return db.execute(query).one()


def arrives(scene: Scene, visitor: Visitor) -> None:
    """LINE has taken the question."""
    mine = outbound_message.c.id == question_of(scene, visitor).id
    with scene.house.database.transaction() as db:
        db.execute(outbound_message.update().where(mine).values(state="accepted"))


def words_of(scene: Scene, visitor: Visitor) -> tuple[str, tuple[bool, ...]]:
    """What the question says, and which of its buttons show what was pressed."""
    row = question_of(scene, visitor)
    with scene.house.database.reading() as db:
        key = sealer(db, scene.house.vault, visitor.chat.client_id)
        says = key.open_json(row.says, f"outbound_message.says:{row.key}")
    (bubble,) = speak(says)
    return bubble.text, tuple(button.shown for button in bubble.buttons)


def voices(scene: Scene) -> list[tuple[int, str]]:
    """All that was counted: year and answer."""
    query = sa.select(visit_voice.c.year, visit_voice.c.answer)
    with scene.house.database.reading() as db:
        return sorted((row.year, row.answer) for row in db.execute(query))


def day_after(hour: int) -> datetime:
    """The day after the visit."""
    return at_tokyo(date(2026, 11, 28), hour)
