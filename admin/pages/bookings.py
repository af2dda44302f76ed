"""予約: the list with its files, and one booking with its changes. Booking for a caller is in `calling.py`."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form
from starlette.responses import Response

from admin.auth import NotFound, Visit, go
from admin.booking_list import STATES, answer_of, chosen_bookings, table_of
from admin.files import CSV_TYPE, EXCEL_TYPE, as_csv, as_excel
from admin.forms import FormId, PathId
from admin.free import free_days, place_in_sight
from admin.policy import BOOKING, Act, Needs, Shows
from admin.telling import can_be_told, tell_change
from admin.wording import CHANGE_REASONS
from desk.booking import service as booking
from desk.booking.contact import contacts_of
from desk.booking.history import StepRow, steps_of
from desk.booking.queries import BookingRow, booking_by_id
from desk.clients.spoken import code_of
from desk.database import Connection
from desk.errors import NoSuchBooking, SessionClosed, SlotTaken
from desk.people import queries as accounts
from desk.people.rules import Permission

router = APIRouter()

_ListVisit = Annotated[Visit, Depends(Needs(Permission.CASES, shows=(Shows.DATES, Shows.PERSON)))]
_FileVisit = Annotated[
    Visit, Depends(Needs(Permission.CASES, shows=(Shows.DATES, Shows.PERSON), act=Act.EXPORT, fresh=True))
]
_BookingVisit = Annotated[
    Visit,
    Depends(Needs(Permission.CASES, about=(BOOKING,), shows=(Shows.DATES, Shows.PERSON, Shows.ANSWERS))),
]

TAKEN = "その時間は、いま埋まりました。ほかの時間を選んでください。"


@router.get("/bookings")
def list_bookings(visit: _ListVisit) -> Response:
    """Bookings of the desks in sight; the filters stand in the address and tell nothing of anybody."""
    with visit.house.database.reading() as db:
        chosen = chosen_bookings(db, visit)
    return visit.page(
        "bookings.html",
        status=422 if chosen.errors else 200,
        rows=chosen.rows,
        answer_of=answer_of,
        desks=chosen.desks,
        desk_options=[("", "ぜんぶ"), *((each.code, each.name) for each in chosen.desks)],
        state_options=[(key, words) for key, (words, _states) in STATES.items()],
        values=chosen.values,
        errors=chosen.errors,
        asked=visit.request.url.query,
    )


@router.get("/bookings/list.csv")
def list_as_csv(visit: _FileVisit) -> Response:
    """What the list shows, for a spreadsheet."""
    return _file(visit, "csv")


@router.get("/bookings/list.xlsx")
def list_as_excel(visit: _FileVisit) -> Response:
    """What the list shows, for Excel."""
    return _file(visit, "xlsx")


@router.get("/bookings/{booking_id}")
def show_booking(visit: _BookingVisit, booking_id: PathId) -> Response:
    """One booking, and what can be done with it."""
    return _show(visit, booking_id, {}, {})


@router.post("/bookings/{booking_id}/move")
def move(
    visit: _BookingVisit, booking_id: PathId, slot: FormId = "", why: Annotated[str, Form()] = ""
) -> Response:
    """Another time; the old place is kept until the new one is certain."""
    values = {"slot": slot, "why": why}
    errors = {} if why in CHANGE_REASONS else {"why": "日時を変えるわけを選んでください。"}
    with visit.house.database.reading() as db:
        if not place_in_sight(db, visit, slot):
            errors["slot"] = "新しい日時を選んでください。"
    if errors:
        return _show(visit, booking_id, values, errors)
    try:
        with visit.house.database.transaction() as db:
            was = _own(db, visit, booking_id)
            booking.move(
                db,
                visit.house.vault,
                booking_id=booking_id,
                slot_id=slot,
                by=visit.viewer.id,
                reason=why,
                now=visit.now,
            )
            tell_change(db, visit, was, kind="plan_changed")
    except (SlotTaken, SessionClosed):
        return _show(visit, booking_id, values, {"slot": TAKEN})
    except NoSuchBooking:
        return _show(visit, booking_id, values, {"slot": "この予約は、もう変えられません。"})
    return go(f"/bookings/{booking_id}", done="moved")


@router.post("/bookings/{booking_id}/cancel")
def cancel(visit: _BookingVisit, booking_id: PathId, reason: Annotated[str, Form()] = "") -> Response:
    """Gives the place back and lets the person know, where they want to be told."""
    if reason not in CHANGE_REASONS:
        return _show(visit, booking_id, {}, {"reason": "取り消すわけを選んでください。"})
    try:
        with visit.house.database.transaction() as db:
            was = _own(db, visit, booking_id)
            booking.cancel(db, booking_id=booking_id, by=visit.viewer.id, reason=reason, now=visit.now)
            tell_change(db, visit, was, kind="plan_cancelled")
    except NoSuchBooking:
        return _show(visit, booking_id, {}, {"reason": "この予約は、もう終わっています。"})
    return go(f"/bookings/{booking_id}", done="cancelled")


def _file(visit: Visit, ending: str) -> Response:
    """The list as a file; its name says the month and nothing else."""
    with visit.house.database.reading() as db:
        chosen = chosen_bookings(db, visit)
    if chosen.errors:
        return go("/bookings", done="bad_filter")
    table = table_of(chosen.rows)
    content, kind = (as_csv(table), CSV_TYPE) if ending == "csv" else (as_excel(table), EXCEL_TYPE)
    name = f"yotei-{chosen.since:%Y-%m}.{ending}"
    return Response(
        content, media_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


def _own(db: Connection, visit: Visit, booking_id: str) -> BookingRow:
    found = booking_by_id(db, visit.house.vault, booking_id)
    if found is None:
        raise NotFound
    return found


def _show(visit: Visit, booking_id: str, values: dict[str, str], errors: dict[str, str]) -> Response:
    vault = visit.house.vault
    with visit.house.database.reading() as db:
        row = _own(db, visit, booking_id)
        steps = steps_of(db, row.id)
        facts = {
            "booking": row,
            "contact": contacts_of(db, vault, [row.writer_id])[row.writer_id],
            "code": code_of(db, vault, row.writer_id),
            "steps": [(step, who) for step, who in zip(steps, _doers(db, visit, steps), strict=True)],
            "days": free_days(db, visit) if row.state == "confirmed" else (),
            "will_be_told": can_be_told(db, visit, row),
        }
    return visit.page("booking.html", status=422 if errors else 200, values=values, errors=errors, **facts)


def _doers(db: Connection, visit: Visit, steps: tuple[StepRow, ...]) -> list[str]:
    """Who did each step: the person, the clock, or somebody by name."""
    names = accounts.names(db, visit.house.vault, {step.by for step in steps})
    known = {"client": "本人", "system": "自動"} | {key: f"{name}さん" for key, name in names.items()}
    return [known.get(step.by, "") for step in steps]
