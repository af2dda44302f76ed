"""A process dies at a step of one answer's way; the person notices nothing but a moment's wait."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.crash.desk import RunningDesk, prepared_desk
from tests.crash.people import (
    LAST_YES,
    book,
    booked,
    come_to_the_last_question,
    leave,
    newcomer,
    numbers,
    shape,
)

EVENT, ANSWER, NOTE = (
    "INSERT INTO inbound_event",
    "INSERT INTO outbound_message",
    "UPDATE outbound_message SET .*line_request_id",
)
TELLING = {
    "the event is committed and LINE has no answer": ("committed", EVENT),
    "all is done and about to be committed": ("commit", ANSWER),
    "LINE has the answer and nobody noted it": ("before", NOTE),
}
FURTHER = {
    "the event is inserted": ("after", EVENT),
    "the event is about to be committed": ("commit", EVENT),
    "a worker has claimed the client": ("committed", "UPDATE lane SET .*claimed_by=.* IN "),
    "the event is marked handled": ("after", "UPDATE inbound_event SET "),
    "the booking is made": ("after", "UPDATE booking SET .*state"),
    "the answer is queued": ("after", ANSWER),
    "the event is handled": ("committed", ANSWER),
    "the answer is claimed": ("after", "UPDATE outbound_message SET .*attempts"),
    "the answer is about to go": ("committed", "UPDATE outbound_message SET .*reply_wire"),
    "the answer is noted": ("committed", NOTE),
}
STEPS = [
    *(pytest.param(*point, id=name) for name, point in TELLING.items()),
    *(pytest.param(*point, id=name, marks=pytest.mark.soak) for name, point in FURTHER.items()),
]


@pytest.fixture(scope="module")
def undisturbed(lasting_desk: RunningDesk) -> str:
    """The chat of somebody to whom nothing happened."""
    person = newcomer(lasting_desk)
    book(lasting_desk, person)
    chat = shape(lasting_desk, person)
    leave(lasting_desk, person)
    return chat


def book_through_a_death(desk: RunningDesk, moment: str, statement: str) -> tuple[int, int, str]:
    """Somebody books and a process dies at the last yes: how many bookings and numbers, and the chat."""
    person, before = newcomer(desk), booked(desk)
    come_to_the_last_question(desk, person)
    desk.die_at(moment, statement)
    desk.line.say(person, LAST_YES)
    desk.revive()
    desk.settle()
    found = booked(desk) - before, numbers(desk, person), shape(desk, person)
    if found[0]:
        leave(desk, person)
    return found


@pytest.mark.parametrize(("moment", "statement"), STEPS)
def test_a_booking_stands_once_and_is_told_once(
    lasting_desk: RunningDesk, undisturbed: str, moment: str, statement: str
) -> None:
    assert book_through_a_death(lasting_desk, moment, statement) == (1, 1, undisturbed)


def test_without_the_one_transaction_a_booking_is_lost(lasting_desk: RunningDesk) -> None:
    assert book_through_a_death(lasting_desk, "torn", "UPDATE inbound_event SET ")[:2] == (0, 0)


def test_without_the_unique_key_an_event_has_two_effects(sqlite_url: str, tmp_path: Path) -> None:
    with prepared_desk(sqlite_url, tmp_path) as desk:
        _forget_known_events(desk)
        desk.start()
        person = newcomer(desk)
        desk.die_at("committed", EVENT)
        desk.line.say(person, "ヘルプ")
        desk.revive()
        desk.settle()
        assert shape(desk, person) == "bubb"


def _forget_known_events(desk: RunningDesk) -> None:
    """Makes the empty table of events anew, without its unique key."""
    about = sa.text(
        "SELECT type, sql FROM sqlite_master WHERE tbl_name = 'inbound_event' AND sql IS NOT NULL"
    )
    with desk.database.engine.connect() as db:
        made = sorted(db.execute(about).all(), key=lambda row: row.type, reverse=True)
        db.rollback()
        db.exec_driver_sql("PRAGMA foreign_keys=OFF")
        db.exec_driver_sql("DROP TABLE inbound_event")
        for row in made:
            db.exec_driver_sql(row.sql.replace("UNIQUE (event_key)", "CHECK (event_key <> '')"))
        db.commit()
