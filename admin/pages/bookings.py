"""予約: the list, a booking made for a caller, and one booking with its changes."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import Response

from admin.auth import CaseVisit, NotFound, Visit, go
from admin.forms import FormId, PathId, one_line, telephone
from admin.telling import can_be_told, tell_change
from admin.wording import CANCEL_REASONS
from desk.booking import by_hand
from desk.booking import service as booking
from desk.booking.queries import BookingRow, booking_by_id, bookings_list
from desk.calendar.queries import (
    DeskRow,
    FreeSlot,
    free_slots_of_session,
    list_desks,
    slot_by_id,
    upcoming_sessions,
)
from desk.clock import local_date
from desk.database import Connection
from desk.errors import NoSuchBooking, SessionClosed, SlotTaken
from desk.people import sight

router = APIRouter()

_BACK = timedelta(days=400)
_AHEAD = timedelta(days=100)
_LONGEST_NAME = 15
_TAKEN = "その時間は、いま埋まりました。ほかの時間を選んでください。"
_SHOWN_STATES = {
    "": ("confirmed", "lapsed", "attended", "no_show", "moved", "excused", "revoked"),
    "live": ("confirmed",),
    "open": ("lapsed",),
    "gone": ("excused", "revoked"),
}


@router.get("/bookings")
def list_bookings(visit: CaseVisit, when: str = "coming", desk: str = "", state: str = "") -> Response:
    """Bookings of the desks in sight; the filters stand in the address and tell nothing of anybody."""
    today = local_date(visit.now)
    span = (today - _BACK, today - timedelta(days=1)) if when == "past" else (today, today + _BACK)
    with visit.house.database.reading() as db:
        desks = _desks(db, visit)
        chosen = next((each.id for each in desks if each.code == desk), visit.viewer.desk_id)
        found = bookings_list(db, visit.house.vault, desk_id=chosen, since=span[0], until=span[1])
    wanted = _SHOWN_STATES.get(state, _SHOWN_STATES[""])
    rows = [row for row in found if row.state in wanted and row.desk_id in {each.id for each in desks}]
    values = {"when": when, "desk": desk, "state": state}
    return visit.page(
        "bookings.html",
        rows=rows[::-1] if when == "past" else rows,
        desks=desks,
        desk_options=[("", "ぜんぶ"), *((each.code, each.name) for each in desks)],
        values=values,
    )


@router.get("/bookings/new")
def ask_for_booking(visit: CaseVisit, day: str = "") -> Response:
    """The form for somebody who telephones or stands at the door."""
    return _ask(visit, {"day": day, "source": "phone", "about": "self"}, {})


@router.post("/bookings/new")
def book_for_caller(
    visit: CaseVisit,
    slot: FormId = "",
    called_name: Annotated[str, Form()] = "",
    phone: Annotated[str, Form()] = "",
    about: Annotated[str, Form()] = "",
    source: Annotated[str, Form()] = "",
) -> Response:
    """Books at once; the constraints decide whether the time is still free."""
    name, number = one_line(called_name), telephone(phone)
    errors = _faults(name, phone, number, about, source)
    values = {"slot": slot, "called_name": called_name, "phone": phone, "about": about, "source": source}
    with visit.house.database.reading() as db:
        place = slot_by_id(db, slot) if slot else None
        if place is None or place.desk_id not in sight.desks_in_sight(db, visit.viewer):
            errors["slot"] = "日時を選んでください。"
    if errors:
        return _ask(visit, values, errors)
    try:
        with visit.house.database.transaction() as db:
            made = by_hand.book_for_caller(
                db,
                visit.house.vault,
                slot_id=slot,
                called_name=name,
                phone=number or "",
                about=about,
                account_id=visit.viewer.id,
                source=source,
                now=visit.now,
            )
    except (SlotTaken, SessionClosed):
        return _ask(visit, values, {"slot": _TAKEN})
    return go(f"/bookings/{made.id}", done="booked")


@router.get("/bookings/{booking_id}")
def show_booking(visit: CaseVisit, booking_id: PathId) -> Response:
    """One booking, and what can be done with it."""
    return _show(visit, booking_id, {})


@router.post("/bookings/{booking_id}/move")
def move(visit: CaseVisit, booking_id: PathId, slot: FormId = "") -> Response:
    """Another time; the old place is kept until the new one is certain."""
    try:
        with visit.house.database.transaction() as db:
            was = _own(db, visit, booking_id)
            place = slot_by_id(db, slot) if slot else None
            if place is None or place.desk_id not in sight.desks_in_sight(db, visit.viewer):
                return _show(visit, booking_id, {"slot": "新しい日時を選んでください。"})
            booking.move(
                db, visit.house.vault, booking_id=booking_id, slot_id=slot, by=visit.viewer.id, now=visit.now
            )
            tell_change(db, visit, was, kind="plan_changed")
    except (SlotTaken, SessionClosed):
        return _show(visit, booking_id, {"slot": _TAKEN})
    except NoSuchBooking:
        return _show(visit, booking_id, {"slot": "この予約は、もう変えられません。"})
    return go(f"/bookings/{booking_id}", done="moved")


@router.post("/bookings/{booking_id}/cancel")
def cancel(visit: CaseVisit, booking_id: PathId, reason: Annotated[str, Form()] = "") -> Response:
    """Gives the place back and lets the person know, where they want to be told."""
    if reason not in CANCEL_REASONS:
        return _show(visit, booking_id, {"reason": "取り消すわけを選んでください。"})
    try:
        with visit.house.database.transaction() as db:
            was = _own(db, visit, booking_id)
            booking.cancel(db, booking_id=booking_id, by=visit.viewer.id, reason=reason, now=visit.now)
            tell_change(db, visit, was, kind="plan_cancelled")
    except NoSuchBooking:
        return _show(visit, booking_id, {"reason": "この予約は、もう終わっています。"})
    return go(f"/bookings/{booking_id}", done="cancelled")


def _own(db: Connection, visit: Visit, booking_id: str) -> BookingRow:
    """The booking, where it is in sight."""
    if not sight.sees_booking(db, visit.viewer, booking_id, today=local_date(visit.now)):
        raise NotFound
    found = booking_by_id(db, visit.house.vault, booking_id)
    if found is None:
        raise NotFound
    return found


def _show(visit: Visit, booking_id: str, errors: dict[str, str]) -> Response:
    with visit.house.database.reading() as db:
        row = _own(db, visit, booking_id)
        facts = {
            "booking": row,
            "days": _free_days(db, visit) if row.state == "confirmed" else (),
            "will_be_told": can_be_told(db, visit, row),
            "errors": errors,
            "values": {},
        }
    return visit.page("booking.html", status=422 if errors else 200, **facts)


def _ask(visit: Visit, values: dict[str, str], errors: dict[str, str]) -> Response:
    with visit.house.database.reading() as db:
        days = _free_days(db, visit)
    return visit.page(
        "booking_new.html", status=422 if errors else 200, days=days, values=values, errors=errors
    )


def _desks(db: Connection, visit: Visit) -> list[DeskRow]:
    own = sight.desks_in_sight(db, visit.viewer)
    return [desk for desk in list_desks(db) if desk.id in own]


def _free_days(db: Connection, visit: Visit) -> Sequence[tuple[str, tuple[FreeSlot, ...]]]:
    """Free times of the coming sessions, each with the name of its desk; staff may book after the closing time too."""
    today = local_date(visit.now)
    sessions = upcoming_sessions(db, desk_id=visit.viewer.desk_id, since=today, until=today + _AHEAD)
    free = [
        (each.desk_name, free_slots_of_session(db, session_id=each.id, now=visit.now)) for each in sessions
    ]
    return [(desk_name, slots) for desk_name, slots in free if slots]


def _faults(name: str, phone: str, number: str | None, about: str, source: str) -> dict[str, str]:
    errors = {}
    if len(name) > _LONGEST_NAME:
        errors["called_name"] = f"呼び名は{_LONGEST_NAME}文字までにしてください。"
    if phone.strip() and number is None:
        errors["phone"] = "電話番号を、0から始まる10けたか11けたで入れてください。"
    if about not in ("self", "family", "other"):
        errors["about"] = "だれのことかを選んでください。"
    if source not in ("phone", "walk_in"):
        errors["source"] = "電話か来所かを選んでください。"
    return errors
