"""電話・来所: booking for somebody who telephones or stands at the door, new or known, and their 合言葉."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query
from starlette.responses import Response

from admin.auth import Visit, go
from admin.forms import FormId, PathId, one_line, telephone
from admin.free import free_days, place_in_sight
from admin.pages.bookings import TAKEN
from admin.pages.today import back_to
from admin.persons import Person, person, person_to_change
from admin.policy import ASKED_CLIENT, CLIENT, CaseVisit, Needs, Shows, note_person
from admin.wording import ABOUT, SECOND_REASONS, day_of, wall
from desk.booking.by_hand import book_for_caller
from desk.booking.queries import BookingRow, live_booking
from desk.clients.queries import address_of, phone_of
from desk.clients.spoken import give_code
from desk.database import Connection
from desk.errors import AlreadyBooked, SessionClosed, SlotTaken
from desk.people.rules import Permission

router = APIRouter()

_AskVisit = Annotated[Visit, Depends(Needs(Permission.CASES, about=(ASKED_CLIENT,), shows=(Shows.PERSON,)))]
_ClientVisit = Annotated[Visit, Depends(Needs(Permission.CASES, about=(CLIENT,)))]

_LONGEST_NAME = 15
_LONGEST_WHO = 40
_USUAL = {"source": "phone", "about": "self", "subject_knows": "unsaid", "reminders": "telephone"}
_REMINDERS = {
    "telephone": "電話で知らせる",
    "none": "知らせない",
    "both": "LINEで、3日前と前の日",
    "day_before": "LINEで、前の日だけ",
}
_WITHOUT_LINE = ("telephone", "none")
_KNOWS = {"unsaid": "聞いていない", "yes": "知っている", "no": "知らない"}
_Typed = Annotated[str, Form()]


@router.get("/bookings/new")
def ask_for_booking(
    visit: _AskVisit, client: Annotated[str, Query(pattern="^([0-9a-f]{32})?$")] = ""
) -> Response:
    """The form for somebody who telephones or stands at the door; `client`: who has been here before."""
    return _ask(visit, client, {}, {})


@router.post("/bookings/new")
def book(
    visit: CaseVisit,
    slot: FormId = "",
    client: FormId = "",
    called_name: _Typed = "",
    phone: _Typed = "",
    about: _Typed = "",
    subject_knows: _Typed = "unsaid",
    who_comes: _Typed = "",
    reminders: _Typed = "telephone",
    source: _Typed = "",
    second: _Typed = "",
) -> Response:
    """Books at once; the constraints decide whether the time is still free and the person has none yet."""
    typed = {
        "slot": slot,
        "called_name": one_line(called_name),
        "phone": phone,
        "about": about,
        "subject_knows": subject_knows,
        "who_comes": one_line(who_comes),
        "reminders": reminders,
        "source": source,
        "second": second,
    }
    errors = _faults(visit, client, typed)
    if errors:
        return _ask(visit, client, typed, errors)
    try:
        with visit.house.database.transaction() as db:
            made = _book(db, visit, client, typed)
            note_person(db, visit, made.writer_id)
    except (SlotTaken, SessionClosed):
        return _ask(visit, client, typed, {"slot": TAKEN})
    except AlreadyBooked:
        return _ask(visit, client, typed, {"second": _why_not_twice(visit, client)})
    return go(f"/bookings/{made.id}", done="booked")


@router.post("/clients/{client_id}/code")
def renew_code(visit: _ClientVisit, client_id: PathId, back: _Typed = "") -> Response:
    """Gives somebody a spoken code, or another one if theirs was forgotten or overheard."""
    with visit.house.database.transaction() as db:
        person_to_change(db, visit, client_id)
        give_code(db, visit.house.vault, client_id=client_id)
    return go(back_to(back), done="code")


def _book(db: Connection, visit: Visit, client_id: str, typed: Mapping[str, str]) -> BookingRow:
    known = person_to_change(db, visit, client_id) if client_id else None
    return book_for_caller(
        db,
        visit.house.vault,
        slot_id=typed["slot"],
        client_id=known.client.id if known else None,
        called_name=typed["called_name"],
        phone=telephone(typed["phone"]) or "",
        about=typed["about"],
        subject_knows=None if typed["about"] == "self" else typed["subject_knows"],
        who_comes=typed["who_comes"],
        reminders=_reminder_that_can_be(db, visit, known, typed),
        second_because=typed["second"],
        account_id=visit.viewer.id,
        source=typed["source"],
        now=visit.now,
    )


def _reminder_that_can_be(
    db: Connection, visit: Visit, known: Person | None, typed: Mapping[str, str]
) -> str:
    """As it was chosen; but nobody can be telephoned who left no number."""
    if typed["reminders"] != "telephone" or telephone(typed["phone"]):
        return typed["reminders"]
    has_number = known is not None and phone_of(db, visit.house.vault, known.client.id) is not None
    return "telephone" if has_number else "none"


def _ask(visit: Visit, client_id: str, typed: Mapping[str, str], errors: dict[str, str]) -> Response:
    with visit.house.database.reading() as db:
        who = _known(db, visit, client_id)
        name = who.booking.called_name if who and who.booking else ""
        return visit.page(
            "booking_new.html",
            status=422 if errors else 200,
            who=who,
            known_phone=phone_of(db, visit.house.vault, client_id) if client_id else None,
            days=free_days(db, visit),
            reminder_options=[(key, _REMINDERS[key]) for key in _reminders(db, visit, who)],
            knows_options=list(_KNOWS.items()),
            values=_USUAL | {"called_name": name or ""} | dict(typed),
            errors=errors,
        )


def _known(db: Connection, visit: Visit, client_id: str) -> Person | None:
    """Somebody who has been here before, and was not erased since; None for somebody new."""
    return person(db, visit, client_id) if client_id else None


def _reminders(db: Connection, visit: Visit, who: Person | None) -> tuple[str, ...]:
    """How this person can be reminded: by telephone or not at all, over LINE only where they are on LINE."""
    if who is None or address_of(db, visit.house.vault, who.client.id) is None:
        return _WITHOUT_LINE
    return tuple(_REMINDERS)


def _why_not_twice(visit: Visit, client_id: str) -> str:
    """Which place the person has already, and what can be done."""
    with visit.house.database.reading() as db:
        own = live_booking(db, visit.house.vault, client_id=client_id)
    if own is None:
        return TAKEN
    when = f"{day_of(own.starts_at)} {wall(own.starts_at)}"
    if own.state == "confirmed":
        return (
            f"この人には、もう{when}の予約があります。動かすか、2つめのわけを選んで、もう一度押してください。"
        )
    return f"この人には、いま{when}の場所をとってあります。返事を待つか、2つめのわけを選んでください。"


def _faults(visit: Visit, client_id: str, typed: Mapping[str, str]) -> dict[str, str]:
    errors = {}
    with visit.house.database.reading() as db:
        who = _known(db, visit, client_id)
        if not place_in_sight(db, visit, typed["slot"]):
            errors["slot"] = "日時を選んでください。"
        if typed["reminders"] not in _reminders(db, visit, who):
            errors["reminders"] = "おしらせのしかたを選んでください。"
    if len(typed["called_name"]) > _LONGEST_NAME:
        errors["called_name"] = f"呼び名は{_LONGEST_NAME}文字までにしてください。"
    if len(typed["who_comes"]) > _LONGEST_WHO:
        errors["who_comes"] = f"来る人のことは{_LONGEST_WHO}文字までにしてください。"
    if typed["phone"].strip() and telephone(typed["phone"]) is None:
        errors["phone"] = "電話番号を、0から始まる10けたか11けたで入れてください。"
    return errors | _faults_of_choices(typed)


def _faults_of_choices(typed: Mapping[str, str]) -> dict[str, str]:
    errors = {}
    if typed["about"] not in ABOUT:
        errors["about"] = "だれのことかを選んでください。"
    if typed["subject_knows"] not in _KNOWS:
        errors["subject_knows"] = "ご本人が知っているかを選んでください。"
    if typed["source"] not in ("phone", "walk_in"):
        errors["source"] = "電話か来所かを選んでください。"
    if typed["second"] and typed["second"] not in SECOND_REASONS:
        errors["second"] = "2つめの予約のわけを選んでください。"
    return errors
