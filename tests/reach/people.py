"""People with their telephones, and what is known of whom LINE does not reach."""

from collections.abc import Callable
from typing import TypeVar

import sqlalchemy as sa

from desk.clients.spoken import give_code
from desk.database import Connection
from desk.messaging.service import say
from desk.reach import queries, service
from desk.reach.queries import Task
from desk.tables.calendar import booking
from desk.tables.follow_up import reach_task
from desk.tables.messaging import outbound_message
from tests.family.chat import Chat
from tests.panel.scene import Scene

Answer = TypeVar("Answer")
OLD, NEW, OTHER = (f"U{sign * 32}" for sign in "abc")


def books(scene: Scene, user_id: str = OLD, name: str = "そら") -> Chat:
    """Somebody books the first time at 諏訪 and is called so."""
    chat = Chat(scene.house, user_id)
    chat.types("予約", "諏訪", "1", "1", "1", name, "1")
    assert chat.booking().called_name == name
    return chat


def number_of(chat: Chat) -> str:
    """The 予約番号 of their booking."""
    number = chat.booking().number
    assert number is not None
    return number


def code_for(scene: Scene, chat: Chat) -> str:
    """A spoken code that staff gave them."""
    return write(scene, lambda db: give_code(db, scene.house.vault, client_id=chat.client_id))


def tasks(scene: Scene) -> tuple[Task, ...]:
    """Who is to be reached by another means."""
    with scene.house.database.reading() as db:
        return queries.open_tasks(db, scene.house.vault)


def results(scene: Scene) -> list[str | None]:
    """How the tasks that are over came to an end."""
    query = sa.select(reach_task.c.result).where(reach_task.c.closed_at.is_not(None))
    with scene.house.database.reading() as db:
        return list(db.execute(query.order_by(reach_task.c.closed_at)).scalars())


def kinds(scene: Scene, client_id: str) -> set[str]:
    """What is to be said to somebody."""
    with scene.house.database.reading() as db:
        return {thing.kind for thing in queries.to_say(db, [client_id], now=scene.now).get(client_id, ())}


def look(scene: Scene) -> int:
    """The job comes by."""

    def both(db: Connection) -> int:
        service.end_idle(db, now=scene.now)
        return service.look(db, now=scene.now)

    return write(scene, both)


def write(scene: Scene, act: Callable[[Connection], Answer]) -> Answer:
    """Something is done in a transaction of its own."""
    with scene.house.database.transaction() as db:
        return act(db)


def live(scene: Scene, client_id: str) -> int:
    """How many live bookings somebody has."""
    query = sa.select(sa.func.count()).where(booking.c.writer_id == client_id, booking.c.state == "confirmed")
    with scene.house.database.reading() as db:
        return int(db.execute(query).scalar_one())


def refused_push(scene: Scene, client_id: str) -> None:
    """LINE would not take a push to this person."""

    def refuse(db: Connection) -> None:
        made = say(
            db, scene.house.vault, client_id=client_id, says=[{"kind": "thanks", "facts": {}}], now=scene.now
        )
        parked = {
            "state": "parked",
            "fault": "HTTP 400",
            "first_push_at": scene.now,
            "settled_at": scene.now,
        }
        db.execute(outbound_message.update().where(outbound_message.c.id == made).values(parked))

    write(scene, refuse)
