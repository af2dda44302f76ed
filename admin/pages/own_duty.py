"""わたしのページ: an officer's own days, days away, swaps asked and answered; and everybody's own mail address."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Form
from starlette.responses import Response

from admin.auth import NotFound, Visit, go
from admin.entering import change_address
from admin.fault_words import ROSTER_FAULTS
from admin.forms import FormId, PathId, a_day, mail_address
from admin.policy import OWN_ABSENCE, OWN_SESSION, OWN_SWAP, Needs, Shows
from desk.booking.apart import keep_clients_apart
from desk.booking.queries import BookingRow, booking_by_id, bookings_of_session
from desk.calendar.queries import SessionRow
from desk.clock import local_date
from desk.database import Connection
from desk.errors import WrongRoster
from desk.people import queries as people
from desk.people import sight
from desk.people.addresses import hint_of, mail_of
from desk.people.rules import Permission, sees_people
from desk.roster import absences, rules, swaps
from desk.roster.avoidances import forbid_meeting
from desk.roster.queries import candidates, officers_of_session, sessions_of_officer

router = APIRouter()

_SHOWN = (Shows.DATES, Shows.PERSON)
_OwnDaysVisit = Annotated[Visit, Depends(Needs(Permission.DUTY, shows=_SHOWN))]
_AbsenceVisit = Annotated[Visit, Depends(Needs(Permission.DUTY, about=(OWN_ABSENCE,), shows=_SHOWN))]
_SwapVisit = Annotated[Visit, Depends(Needs(Permission.DUTY, about=(OWN_SWAP,), shows=_SHOWN))]
_SessionVisit = Annotated[Visit, Depends(Needs(Permission.DUTY, about=(OWN_SESSION,), shows=_SHOWN))]

_NO_DAY = "はじまりの日を入れてください。"
_NO_MAIL = "メールの宛先を、たしかめてください。例：name@example.jp"
_NOT_FREE = "その人は、その日は代われません。ほかの人を選んでください。"
# Why a colleague cannot come is nobody's business but staff's.
_FAULTS = ROSTER_FAULTS | dict.fromkeys(("elsewhere", "away", "must_not_meet"), _NOT_FREE)


@dataclass(frozen=True, repr=False)
class OwnDay:
    """A day of duty: with whom, what one may ask of whom, and who comes as far as it may be seen."""

    session: SessionRow
    beside: tuple[str, ...]
    away: bool
    offers: tuple[tuple[str, str, SessionRow | None], ...]
    shows_people: bool
    bookings: tuple[BookingRow, ...]


@router.get("/own")
def show_own(visit: _OwnDaysVisit) -> Response:
    """One's own days and what one may press there."""
    return _show(visit, {}, {})


@router.post("/own/absences")
def enter_absence(
    visit: _OwnDaysVisit, first: Annotated[str, Form()] = "", last: Annotated[str, Form()] = ""
) -> Response:
    """Days on which one cannot come."""
    values = {"first": first, "last": last}
    first_day, last_day = a_day(first), a_day(last or first)
    if first_day is None or last_day is None:
        return _show(visit, {"first": _NO_DAY}, values)
    me, now = visit.viewer.id, visit.now
    try:
        with visit.house.database.transaction() as db:
            absences.enter_absence(
                db, account_id=me, first_day=first_day, last_day=last_day, entered_by=me, now=now
            )
    except WrongRoster as refusal:
        return _show(visit, {"first": _FAULTS[refusal.why]}, values)
    return go("/own", done="away")


@router.post("/own/absences/{absence_id}/end")
def end_absence(visit: _AbsenceVisit, absence_id: PathId) -> Response:
    """One can come after all."""
    with visit.house.database.transaction() as db:
        own = absences.absences(db, account_ids=[visit.viewer.id], since=local_date(visit.now))
        if absence_id not in {row.id for row in own}:
            raise NotFound
        absences.end_absence(db, absence_id=absence_id, by=visit.viewer.id, now=visit.now)
    return go("/own", done="back")


@router.post("/own/swaps/{swap_id}/agree")
def agree(visit: _SwapVisit, swap_id: PathId) -> Response:
    """はい、代わります."""
    me = visit.viewer.id
    return _settle(
        visit,
        lambda db: swaps.agree(db, swap_id=swap_id, account_id=me, by=me, now=visit.now),
        done="swap_agreed",
    )


@router.post("/own/swaps/{swap_id}/decline")
def decline(visit: _SwapVisit, swap_id: PathId) -> Response:
    """その日は代われません."""
    return _settle(
        visit,
        lambda db: swaps.decline(db, swap_id=swap_id, account_id=visit.viewer.id, now=visit.now),
        done="swap_declined",
    )


@router.post("/own/swaps/{swap_id}/withdraw")
def withdraw(visit: _SwapVisit, swap_id: PathId) -> Response:
    """One no longer needs it."""
    return _settle(
        visit,
        lambda db: swaps.withdraw(db, swap_id=swap_id, account_id=visit.viewer.id, now=visit.now),
        done="swap_withdrawn",
    )


@router.post("/own/mail")
def keep_own_mail(visit: _OwnDaysVisit, mail: Annotated[str, Form()] = "") -> Response:
    """Where a mail may say that there is news; empty for no mails. The address before hears of it."""
    wanted = mail_address(mail)
    if mail.strip() and wanted is None:
        return _show(visit, {"mail": _NO_MAIL}, {"mail": mail})
    me = visit.viewer.id
    with visit.house.database.transaction() as db:
        change_address(db, visit.house, me, new=wanted or "", now=visit.now)
    return go("/own", done="mail" if wanted else "no_mail")


@router.post("/own/{session_id}/swap")
def ask_swap(visit: _SessionVisit, session_id: PathId, wish: Annotated[str, Form()] = "") -> Response:
    """Asks one colleague to take one's seat; `wish` is their id, and after a dot the day one would take in return."""
    to_id, _, back = wish.partition(".")
    field = f"wish-{session_id}"
    try:
        with visit.house.database.transaction() as db:
            day = next((each for each in _days(db, visit) if each.session.id == session_id), None)
            if day is None:
                raise NotFound
            offered = {(who, back_day.id if back_day else "") for who, _, back_day in day.offers}
            if (to_id, back) not in offered:
                raise WrongRoster(rules.AWAY)
            swaps.ask(
                db,
                from_id=visit.viewer.id,
                to_id=to_id,
                session_id=session_id,
                back_session_id=back or None,
                now=visit.now,
            )
    except WrongRoster as refusal:
        return _show(visit, {field: _FAULTS[refusal.why]}, {})
    return go("/own", done="swap_asked")


@router.post("/own/{session_id}/apart")
def stay_apart(visit: _SessionVisit, session_id: PathId, booking: FormId = "") -> Response:
    """One should not meet somebody booked on one's own day; no reason is asked, and staff find another seat."""
    with visit.house.database.transaction() as db:
        seen = sight.bookings_in_sight(db, visit.viewer, [booking], now=visit.now)
        found = booking_by_id(db, visit.house.vault, booking) if seen else None
        if found is None or found.session_id != session_id or visit.viewer.role != "officer":
            raise NotFound
        people_of = {found.writer_id, found.visitor_id}
        me = visit.viewer.id
        forbid_meeting(db, account_id=me, client_ids=people_of, entered_by=me, now=visit.now)
        keep_clients_apart(db, client_ids=people_of, now=visit.now)
    return go("/own", done="apart")


def _settle(visit: Visit, act: Callable[[Connection], None], *, done: str) -> Response:
    try:
        with visit.house.database.transaction() as db:
            act(db)
    except WrongRoster as refusal:
        return _show(visit, {"swaps": _FAULTS[refusal.why]}, {})
    return go("/own", done=done)


def _show(visit: Visit, errors: dict[str, str], values: dict[str, str]) -> Response:
    me, today = visit.viewer.id, local_date(visit.now)
    with visit.house.database.reading() as db:
        asked = swaps.open_swaps(db, account_id=me, since=today)
        involved = {*(row.from_id for row in asked), *(row.to_id for row in asked)}
        facts = {
            "days": _days(db, visit),
            "away": absences.absences(db, account_ids=[me], since=today),
            "asked_of_me": [row for row in asked if row.to_id == me],
            "asked_by_me": [row for row in asked if row.from_id == me],
            "names": people.names(db, visit.house.vault, involved),
            "mail": hint_of(mail_of(db, visit.house.vault, me)),
        }
    status = 422 if errors else 200
    return visit.page("own_duty.html", status=status, errors=errors, values=values, **facts)


def _days(db: Connection, visit: Visit) -> list[OwnDay]:
    own = sessions_of_officer(db, visit.viewer.id, since=local_date(visit.now))
    return [_day(db, visit, session, own) for session in own if session.status == "open"]


def _day(db: Connection, visit: Visit, session: SessionRow, own: tuple[SessionRow, ...]) -> OwnDay:
    vault, me = visit.house.vault, visit.viewer.id
    seated = officers_of_session(db, vault, session.id)
    mine = next(row for row in seated if row.account_id == me)
    at_table = [row for row in seated if row.table_no == mine.table_no and row.account_id != me]
    shows = sees_people(session_date=session.date, today=local_date(visit.now))
    booked = bookings_of_session(db, vault, session.id) if shows else ()
    seen = sight.bookings_in_sight(db, visit.viewer, [row.id for row in booked], now=visit.now)
    return OwnDay(
        session=session,
        beside=tuple(f"{row.name}さん{'（お休み）' if row.away else ''}" for row in at_table),
        away=mine.away,
        offers=tuple(_offers(db, visit, session, mine.table_no, own)),
        shows_people=shows,
        bookings=tuple(row for row in booked if row.state == "confirmed" and row.id in seen),
    )


def _offers(
    db: Connection, visit: Visit, session: SessionRow, table_no: int, own: tuple[SessionRow, ...]
) -> list[tuple[str, str, SessionRow | None]]:
    """Who could take the seat, each for nothing or for one of their days on which one is free oneself."""
    busy = {each.date for each in own}
    organisation_id = visit.viewer.organisation_id
    known = candidates(db, visit.house.vault, session, table_no, organisation_id=organisation_id)
    offers: list[tuple[str, str, SessionRow | None]] = []
    for officer in (each.officer for each in known if not each.hindrance):
        offers.append((officer.id, officer.name, None))
        theirs = sessions_of_officer(db, officer.id, since=local_date(visit.now))
        days = (day for day in theirs if day.status == "open" and day.date not in busy)
        offers += [(officer.id, officer.name, day) for day in days]
    return offers
