"""One wish that fits no free time: staff offer a place, make one for this person, telephone, or say what cannot be."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form
from starlette.responses import Response

from admin.auth import NotFound, Visit, go
from admin.forms import FormId, PathId, a_day, a_time, one_line, whole_number
from admin.free import free_days, place_in_sight
from admin.persons import person
from admin.policy import WISH, Needs, Shows
from admin.telling import can_be_reached, tell_not_possible
from admin.wording import WAYS, moment
from desk.booking import offered
from desk.booking.contact import contacts_of
from desk.booking.queries import live_booking
from desk.calendar.queries import list_desks, slot_by_id
from desk.calendar.reserved import WantedTime, reserve_time
from desk.database import Connection
from desk.errors import (
    AlreadyBooked,
    HoldGone,
    NoSuchBooking,
    NoSuchWish,
    SessionClosed,
    SlotTaken,
    WrongCalendar,
)
from desk.people import sight
from desk.people.rules import Permission
from desk.wishes import service as wishes
from desk.wishes.queries import WishRow, wish_by_id
from desk.wishes.rules import HOURS_TO_ANSWER, answer_until, deadline

router = APIRouter()

_WishVisit = Annotated[
    Visit,
    Depends(Needs(Permission.CASES, about=(WISH,), shows=(Shows.PERSON, Shows.ANSWERS, Shows.MESSAGES))),
]

_USUAL_MINUTES = "50"
_USUALLY = "（ふつう）"
_SHORTEST, _LONGEST = 10, 180
_LONGEST_PLACE = 200
_WAY_OF_WISH = {"telephone": "telephone", "call_me": "telephone", "online": "online"}
# Why a time cannot be made, with the mend.
_WHY_NOT = {
    "past": "もう過ぎた時間です。これからの時間にしてください。",
    "too_far": "窓口が開く前の日か、1年より先の日です。近い日にしてください。",
    "midnight": "夜の12時をこえます。早く始めるか、短くしてください。",
    "shut": "その日は休みにした日です。ほかの日にするか、開催カレンダーで開いてください。",
    "place": "その日は、窓口がほかの場所で開きます。場所を空欄にするか、ほかの日にしてください。",
    "overlap": "ほかの人の時間に重なるか、あいだが短すぎます。時刻を変えるか、上のあいている時間から選んでください。",
}
_NOT_OFFERED: dict[type[Exception], str] = {
    SlotTaken: "その時間は、いま埋まりました。ほかの時間を選んでください。",
    SessionClosed: "その時間は、もう使えません。ほかの時間を選んでください。",
    AlreadyBooked: "この人は、いまほかの時間を選んでいるか、とってある場所への返事がまだです。少し待ってください。",
    NoSuchWish: "この希望には、もう返事をしました。今週することを開きなおしてください。",
}


@router.get("/wishes/{wish_id}")
def show_wish(visit: _WishVisit, wish_id: PathId) -> Response:
    """What somebody wishes, and every way to answer."""
    return _show(visit, wish_id, {}, {})


@router.post("/wishes/{wish_id}/offer")
def offer_free_time(
    visit: _WishVisit, wish_id: PathId, slot: FormId = "", hours: Annotated[str, Form()] = ""
) -> Response:
    """Holds a time that is free and lets the person answer."""
    values = {"slot": slot, "hours": hours}
    with visit.house.database.reading() as db:
        _wish(db, visit, wish_id)
        in_sight = place_in_sight(db, visit, slot)
    if not in_sight:
        return _show(visit, wish_id, values, {"slot": "日時を選んでください。"})
    try:
        with visit.house.database.transaction() as db:
            told = _offer(db, visit, wish_id, slot, hours)
    except (SlotTaken, SessionClosed, AlreadyBooked, NoSuchWish) as fault:
        return _show(visit, wish_id, values, {"slot": _NOT_OFFERED[type(fault)]})
    return go("/week", done="offered" if told else "offered_untold")


@router.post("/wishes/{wish_id}/make")
def make_time(
    visit: _WishVisit,
    wish_id: PathId,
    desk: FormId = "",
    day: Annotated[str, Form()] = "",
    starts: Annotated[str, Form()] = "",
    minutes: Annotated[str, Form()] = "",
    way: Annotated[str, Form()] = "",
    place: Annotated[str, Form()] = "",
    link: Annotated[str, Form()] = "",
    made_hours: Annotated[str, Form()] = "",
) -> Response:
    """Makes a time for this one person, holds it and lets them answer; all of it or nothing."""
    values = {"desk": desk, "day": day, "starts": starts, "minutes": minutes, "way": way, "place": place}
    values |= {"link": link, "made_hours": made_hours}
    wanted, errors = _wanted(values)
    if wanted is None:
        return _show(visit, wish_id, values, errors)
    try:
        with visit.house.database.transaction() as db:
            _wish(db, visit, wish_id)
            if desk not in sight.desks_in_sight(db, visit.viewer):
                raise NotFound
            told = _offer(db, visit, wish_id, reserve_time(db, wanted, now=visit.now), made_hours)
    except WrongCalendar as fault:
        return _show(visit, wish_id, values, {"day": _WHY_NOT[fault.fault]})
    except (SlotTaken, SessionClosed, AlreadyBooked, NoSuchWish) as fault:
        return _show(visit, wish_id, values, {"day": _NOT_OFFERED[type(fault)]})
    return go("/week", done="offered" if told else "offered_untold")


@router.post("/wishes/{wish_id}/called")
def note_call(visit: _WishVisit, wish_id: PathId, reached: Annotated[str, Form()] = "") -> Response:
    """Staff have telephoned: spoken, or nobody answered; then the wish stays."""
    if reached not in ("yes", "no"):
        raise NotFound
    with visit.house.database.transaction() as db:
        _wish(db, visit, wish_id)
        if reached == "no":
            wishes.note_missed_call(db, wish_id=wish_id, account_id=visit.viewer.id)
            return go(f"/wishes/{wish_id}", done="wish_not_reached")
        wishes.settle_wish(db, wish_id=wish_id, account_id=visit.viewer.id, now=visit.now)
    return go("/week", done="called")


@router.post("/wishes/{wish_id}/heard")
def note_answer(visit: _WishVisit, wish_id: PathId, answer: Annotated[str, Form()] = "") -> Response:
    """What the person said at the telephone to the place that is held for them."""
    if answer not in ("yes", "other", "no"):
        raise NotFound
    try:
        with visit.house.database.transaction() as db:
            _take_answer(db, visit, _wish(db, visit, wish_id), answer)
    except (HoldGone, SessionClosed, NoSuchBooking, AlreadyBooked):
        return _show(
            visit, wish_id, {}, {"call": "この時間は、もうとってありません。ほかの時間で聞いてください。"}
        )
    return go("/week", done=f"heard_{answer}")


@router.post("/wishes/{wish_id}/impossible")
def say_impossible(visit: _WishVisit, wish_id: PathId) -> Response:
    """Nothing can be found now: the person hears so, kindly, where LINE reaches them."""
    with visit.house.database.transaction() as db:
        asked = _wish(db, visit, wish_id)
        told = tell_not_possible(db, visit, client_id=asked.client_id, wish_id=wish_id)
        wishes.settle_wish(db, wish_id=wish_id, account_id=visit.viewer.id, now=visit.now)
    return go("/week", done="wish_impossible" if told else "wish_untold")


@router.post("/wishes/{wish_id}/done")
def settle(visit: _WishVisit, wish_id: PathId) -> Response:
    """A wish has been answered in another way."""
    with visit.house.database.transaction() as db:
        _wish(db, visit, wish_id)
        wishes.settle_wish(db, wish_id=wish_id, account_id=visit.viewer.id, now=visit.now)
    return go("/week", done="wish")


def _wish(db: Connection, visit: Visit, wish_id: str) -> WishRow:
    """The wish, where it is not settled and is one of a desk in sight."""
    found = wish_by_id(db, visit.house.vault, wish_id)
    if found is None:
        raise NotFound
    return found


def _take_answer(db: Connection, visit: Visit, asked: WishRow, answer: str) -> None:
    if asked.offer is None:
        raise NoSuchBooking("no place was offered")
    place: dict[str, Any] = {"booking_id": asked.offer.booking_id, "client_id": asked.client_id}
    if answer == "yes":
        offered.accept_place(db, visit.house.vault, **place, now=visit.now)
        wishes.note_accepted(db, asked, now=visit.now)
        return
    offered.decline_place(db, **place, now=visit.now)
    wishes.note_declined(db, asked, wants_other=answer == "other", now=visit.now)


def _offer(db: Connection, visit: Visit, wish_id: str, slot_id: str, hours: str) -> bool:
    place = slot_by_id(db, slot_id)
    if place is None or place.starts_at <= visit.now:
        raise SessionClosed("the time has begun")
    chosen = int(hours) if hours in map(str, HOURS_TO_ANSWER) else HOURS_TO_ANSWER[0]
    return wishes.offer_for_wish(
        db,
        visit.house.vault,
        wish_id=wish_id,
        slot_id=slot_id,
        until=answer_until(place.starts_at, chosen, visit.now),
        account_id=visit.viewer.id,
        now=visit.now,
    )


def _wanted(values: dict[str, str]) -> tuple[WantedTime | None, dict[str, str]]:
    """What the form asks for, or what is to be mended in it."""
    when, first, length = a_day(values["day"]), a_time(values["starts"]), whole_number(values["minutes"])
    way, place, link = values["way"], one_line(values["place"]), values["link"].strip()
    errors = {}
    if when is None:
        errors["day"] = "日を選んでください。"
    if first is None:
        errors["starts"] = "はじまる時刻を入れてください（例：18:00）。"
    if length is None or not _SHORTEST <= length <= _LONGEST:
        errors["minutes"] = f"長さを、{_SHORTEST}から{_LONGEST}までの数字（分）で入れてください。"
    if way not in WAYS:
        errors["way"] = "会い方を選んでください。"
    if len(place) > _LONGEST_PLACE:
        errors["place"] = f"場所は{_LONGEST_PLACE}文字までにしてください。"
    if way == "online" and not _is_link(link):
        errors["link"] = "ビデオのアドレスを、https:// から入れてください。"
    if errors or when is None or first is None or length is None:
        return None, errors
    at_place = place if way == "place" else ""
    by_link = link if way == "online" else ""
    return WantedTime(values["desk"], when, first, length, way, at_place, by_link), {}


def _is_link(link: str) -> bool:
    return link.startswith("https://") and " " not in link and 12 <= len(link) <= 300


def _show(visit: Visit, wish_id: str, values: dict[str, str], errors: dict[str, str]) -> Response:
    with visit.house.database.reading() as db:
        asked = _wish(db, visit, wish_id)
        return visit.page(
            "wish.html", status=422 if errors else 200, errors=errors, **_facts(db, visit, asked, values)
        )


def _facts(db: Connection, visit: Visit, asked: WishRow, values: dict[str, str]) -> dict[str, Any]:
    vault = visit.house.vault
    own = sight.desks_in_sight(db, visit.viewer)
    live = live_booking(db, vault, client_id=asked.client_id)
    usual = {"desk": asked.desk_id, "minutes": _USUAL_MINUTES}
    usual |= dict.fromkeys(("hours", "made_hours"), str(HOURS_TO_ANSWER[0]))
    usual["way"] = _WAY_OF_WISH.get(asked.kind, "place")
    return {
        "wish": asked,
        "who": person(db, visit, asked.client_id),
        "booked": live if live is not None and live.state == "confirmed" else None,
        "contact": contacts_of(db, vault, [asked.client_id])[asked.client_id],
        "reached_by_line": can_be_reached(db, visit, asked.client_id),
        "days": free_days(db, visit),
        "desk_options": [(row.id, f"{row.name}・{row.place}") for row in list_desks(db) if row.id in own],
        "hour_options": [
            (
                str(hours),
                f"{moment(deadline(hours, visit.now))}まで{_USUALLY if hours == HOURS_TO_ANSWER[0] else ''}",
            )
            for hours in HOURS_TO_ANSWER
        ],
        "values": usual | values,
    }
