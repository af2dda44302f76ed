"""緊急の閲覧: seeing somebody one may not see, for an hour and with a reason; supervisors look at each of them."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form
from starlette.responses import Response

from admin.auth import NotFound, Visit, go
from admin.finding import ids_meant
from admin.forms import PathId, some_lines
from admin.policy import GLASS, OWN_BOOKING, Act, CaseVisit, Needs, Shows
from desk.audit import glass
from desk.booking.queries import BookingRow, booking_by_id
from desk.booking.rules import decent_time
from desk.clock import local_date
from desk.database import Connection
from desk.notices import mails
from desk.notices.rules import ALARM
from desk.people import queries as people
from desk.people import sight
from desk.people.rules import Permission, sees_people

router = APIRouter()

_BreakVisit = Annotated[Visit, Depends(Needs(Permission.CASES, act=Act.BREAK_GLASS, fresh=True))]
_SeatVisit = Annotated[Visit, Depends(Needs(Permission.DUTY, about=(OWN_BOOKING,)))]
_SeatBreakVisit = Annotated[
    Visit, Depends(Needs(Permission.DUTY, about=(OWN_BOOKING,), act=Act.BREAK_GLASS, fresh=True))
]
_ReviewVisit = Annotated[Visit, Depends(Needs(Permission.READING_LOG, shows=(Shows.PERSON,)))]
_ReviewedVisit = Annotated[Visit, Depends(Needs(Permission.READING_LOG, about=(GLASS,)))]

LONGEST_REASON = 400
_NO_REASON = "どうして見る必要があるかを、ひとこと書いてください。"
_TOO_LONG = f"{LONGEST_REASON}文字までにしてください。"
_NOBODY = "その番号や言葉の人は見つかりません。もう一度聞いて、たしかめてください。"
_SEVERAL = "同じ電話番号の人が、ほかにもいます。相談者番号か予約番号を入れてください。"

Text = Annotated[str, Form()]


@router.get("/glass")
def ask_whom(visit: CaseVisit) -> Response:
    """Asks for the person and the reason."""
    return _ask(visit, {}, {})


@router.post("/glass")
def break_for_person(visit: _BreakVisit, wanted: Text = "", reason: Text = "") -> Response:
    """Lets staff see somebody of another desk, or somebody they are kept from, for an hour."""
    errors = _faults(reason)
    with visit.house.database.transaction() as db:
        meant = sight.clients_of_house(db, visit.viewer, ids_meant(db, visit, wanted))
        if len(meant) != 1:
            errors = {"wanted": _SEVERAL if meant else _NOBODY} | errors
        if not errors:
            client_id = next(iter(meant))
            _break(db, visit, client_id, reason)
            return go(f"/clients/{client_id}", done="glass")
    return _ask(visit, {"wanted": wanted, "reason": reason}, errors)


@router.get("/glass/bookings/{booking_id}")
def ask_reason(visit: _SeatVisit, booking_id: PathId) -> Response:
    """Asks an officer why they must see who comes before or after the usual days."""
    with visit.house.database.reading() as db:
        row = _booking(db, visit, booking_id)
    if _is_usual(visit, row):
        return go(f"/sessions/{row.session_id}")
    return _ask(visit, {}, {}, booking=row)


@router.post("/glass/bookings/{booking_id}")
def break_for_booking(visit: _SeatBreakVisit, booking_id: PathId, reason: Text = "") -> Response:
    """Lets an officer see who comes to their own session, for an hour."""
    errors = _faults(reason)
    with visit.house.database.transaction() as db:
        row = _booking(db, visit, booking_id)
        if _is_usual(visit, row):
            return go(f"/sessions/{row.session_id}")
        if not errors:
            for client_id in sight.clients_of_house(db, visit.viewer, (row.writer_id, row.visitor_id)):
                _break(db, visit, client_id, reason)
            return go(f"/sessions/{row.session_id}", done="glass")
    return _ask(visit, {"reason": reason}, errors, booking=row)


@router.get("/glass/review")
def show_list(visit: _ReviewVisit) -> Response:
    """What nobody has looked at yet."""
    with visit.house.database.reading() as db:
        rows = glass.to_review(db, visit.house.vault, viewer=visit.viewer, now=visit.now)
        names = people.names(db, visit.house.vault, {row.account_id for row in rows})
    return visit.page("glass_review.html", rows=rows, names=names)


@router.post("/glass/review/{glass_id}")
def mark_reviewed(visit: _ReviewedVisit, glass_id: PathId) -> Response:
    """A supervisor has looked at it; one's own waits for somebody else."""
    with visit.house.database.transaction() as db:
        done = glass.review(db, glass_id=glass_id, by=visit.viewer.id, now=visit.now)
    return go("/glass/review", done="glass_reviewed" if done else "glass_own")


def _break(db: Connection, visit: Visit, client_id: str, reason: str) -> None:
    """Opens it and tells the supervisors: in the panel, and by a mail that says only that there is news."""
    glass_id = glass.break_for(
        db,
        visit.house.vault,
        client_id=client_id,
        reason=some_lines(reason),
        by=visit.viewer,
        sign_in_id=visit.sign_in_id,
        now=visit.now,
    )
    if not visit.house.settings.smtp_url:
        return
    for account_id in glass.supervisors(db, organisation_id=visit.viewer.organisation_id):
        key = f"{ALARM}{account_id}:{glass_id}"
        mails.put(db, account_id=account_id, kind="news", dedupe_key=key, due_at=decent_time(visit.now))


def _faults(reason: str) -> dict[str, str]:
    said = some_lines(reason)
    if not said:
        return {"reason": _NO_REASON}
    return {"reason": _TOO_LONG} if len(said) > LONGEST_REASON else {}


def _booking(db: Connection, visit: Visit, booking_id: str) -> BookingRow:
    row = booking_by_id(db, visit.house.vault, booking_id)
    if row is None:
        raise NotFound
    return row


def _is_usual(visit: Visit, row: BookingRow) -> bool:
    """Whether the day is near enough that they see who comes anyhow."""
    return sees_people(session_date=local_date(row.starts_at), today=local_date(visit.now))


def _ask(
    visit: Visit, values: dict[str, str], errors: dict[str, str], booking: BookingRow | None = None
) -> Response:
    status = 422 if errors else 200
    return visit.page("glass.html", status=status, booking=booking, values=values, errors=errors)
