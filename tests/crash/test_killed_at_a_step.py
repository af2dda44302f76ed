"""A process dies at a step of one answer's way; the person notices nothing but a moment's wait."""

import pytest

from tests.crash.desk import RunningDesk
from tests.crash.people import LAST_YES, book, booked, come_to_the_last_question, newcomer, numbers, shape

STEPS = {
    "the event is inserted": ("after", "INSERT INTO inbound_event"),
    "the event is about to be committed": ("commit", "INSERT INTO inbound_event"),
    "the event is committed and LINE has no answer": ("committed", "INSERT INTO inbound_event"),
    "a worker has claimed the client": ("committed", "UPDATE lane SET claimed_by=.* IN "),
    "the booking is made": ("after", "UPDATE booking SET .*state"),
    "the answer is queued": ("after", "INSERT INTO outbound_message"),
    "the event is about to be marked handled": ("commit", "INSERT INTO outbound_message"),
    "the event is handled": ("committed", "INSERT INTO outbound_message"),
    "the answer is claimed": ("after", "UPDATE outbound_message SET .*claimed_by=.* IN "),
    "the answer is about to go": ("committed", "UPDATE outbound_message SET .*reply_wire"),
    "LINE has the answer": ("before", "UPDATE outbound_message SET .*line_request_id"),
    "the answer is about to be marked": ("commit", "UPDATE outbound_message SET .*line_request_id"),
}


@pytest.fixture(scope="module")
def undisturbed(lasting_desk: RunningDesk) -> str:
    """The chat of somebody to whom nothing happened."""
    person = newcomer(lasting_desk)
    book(lasting_desk, person)
    return shape(lasting_desk, person)


@pytest.mark.parametrize("step", STEPS)
def test_a_booking_stands_once_and_is_told_once(
    lasting_desk: RunningDesk, undisturbed: str, step: str
) -> None:
    desk = lasting_desk
    person, before = newcomer(desk), booked(desk)
    come_to_the_last_question(desk, person)
    desk.die_at(*STEPS[step])
    desk.line.say(person, LAST_YES)
    desk.revive()
    desk.settle()
    assert booked(desk) == before + 1
    assert numbers(desk, person) == 1
    assert shape(desk, person) == undisturbed
