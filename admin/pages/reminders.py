"""予定のおしらせ: staff change how somebody is reminded, and telephone those who wished a call."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Form
from starlette.responses import Response

from admin.auth import NotFound, Visit, go
from admin.forms import PathId
from admin.policy import BOOKING, CALL, Needs
from admin.wording import REMINDERS
from desk.booking import service as booking
from desk.booking.calls import Call, calls_to_make, note_call
from desk.booking.contact import Contact, contacts_of
from desk.clients.queries import clients_by_id
from desk.database import Connection
from desk.errors import NoSuchBooking
from desk.people import sight
from desk.people.rules import Permission

router = APIRouter()

_BookingVisit = Annotated[Visit, Depends(Needs(Permission.CASES, about=(BOOKING,)))]
_CallVisit = Annotated[Visit, Depends(Needs(Permission.CASES, about=(CALL,)))]


@dataclass(frozen=True, repr=False)
class CallTask:
    """A call to make: about which visit, the person's number, and what is known of reaching them."""

    call: Call
    number: int
    contact: Contact


def call_tasks(db: Connection, visit: Visit) -> Sequence[CallTask]:
    """Whom staff have to telephone today."""
    vault = visit.house.vault
    found = calls_to_make(db, vault, desk_id=visit.viewer.desk_id, now=visit.now)
    seen = sight.bookings_in_sight(db, visit.viewer, [call.booking.id for call in found], now=visit.now)
    calls = [call for call in found if call.booking.id in seen]
    who = {call.booking.writer_id for call in calls}
    people, contacts = clients_by_id(db, who), contacts_of(db, vault, who)
    return [
        CallTask(call, people[call.booking.writer_id].number, contacts[call.booking.writer_id])
        for call in calls
    ]


@router.post("/bookings/{booking_id}/reminders")
def choose(visit: _BookingVisit, booking_id: PathId, choice: Annotated[str, Form()] = "") -> Response:
    """How the person wants to be reminded, as they told staff."""
    if choice not in REMINDERS:
        raise NotFound
    with visit.house.database.transaction() as db:
        try:
            booking.set_reminders(db, booking_id=booking_id, choice=choice, now=visit.now)
        except NoSuchBooking as fault:
            raise NotFound from fault
    return go(f"/bookings/{booking_id}", done="reminders")


@router.post("/calls/{call_id}")
def called(visit: _CallVisit, call_id: PathId, reached: Annotated[str, Form()] = "") -> Response:
    """Staff have telephoned: told, or nobody answered. A call that is done already stays done."""
    if reached not in ("yes", "no"):
        raise NotFound
    with visit.house.database.transaction() as db:
        open_calls = calls_to_make(db, visit.house.vault, desk_id=visit.viewer.desk_id, now=visit.now)
        if call_id in {call.id for call in open_calls}:
            note_call(db, call_id=call_id, reached=reached == "yes", now=visit.now)
    return go("/week", done="called" if reached == "yes" else "not_reached")
