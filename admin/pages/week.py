"""今週すること: staff's first page. What waits for a person, the most urgent first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form
from starlette.responses import Response

from admin.auth import Visit, go
from admin.following import tasks
from admin.forms import FormId, PathId, some_lines
from admin.pages import lifetimes
from admin.pages.accounts import unused_accounts
from admin.pages.apart import clashes, wary
from admin.pages.consents import to_stop
from admin.pages.incidents import supervising
from admin.pages.reach import reach_tasks
from admin.pages.relink import requests_shown
from admin.pages.reminders import call_tasks
from admin.pages.settings import contacts_unsure
from admin.pages.waiting import rows_in_sight
from admin.persons import persons
from admin.policy import EVERYTHING, FLAG, DeskVisit, Needs
from desk.agencies.queries import agencies_to_check
from desk.audit.glass import count_to_review
from desk.booking.queries import bookings_list
from desk.calendar.queries import SessionRow, upcoming_sessions
from desk.clock import local_date
from desk.closures.queries import open_closures
from desk.conversations.queries import waiting_for_answer
from desk.database import Connection
from desk.inbox.queries import looks_due
from desk.intake import queries as intake
from desk.intake import service as intake_service
from desk.invariants import last_check
from desk.messaging import queries as messaging
from desk.messaging import quota as line_quota
from desk.notices import queries as notices
from desk.notices import service as notice_service
from desk.notices.queries import EscalatedNotice, NoticeRow
from desk.notices.rules import FOR_STAFF
from desk.people import queries as people
from desk.people import sight
from desk.people.rules import Permission
from desk.roster.queries import empty_seats, sessions_short_of_officers
from desk.wishes.queries import offered_wishes, open_wishes

router = APIRouter()

_WeekVisit = Annotated[
    Visit,
    Depends(Needs(Permission.DESK_WORK, shows=EVERYTHING)),
]
_FlagVisit = Annotated[
    Visit,
    Depends(Needs(Permission.CASES, about=(FLAG,), shows=EVERYTHING)),
]

LONGEST_NOTE = 500
_ROSTER_AHEAD = timedelta(days=75)
_UNTOLD_BACK = timedelta(days=60)


@dataclass(frozen=True)
class ToTell:
    """An officer who has not seen these notices; without an account: nobody is on the roster yet."""

    account_id: str
    name: str
    notices: tuple[NoticeRow, ...]


@router.get("/week")
def show_week(visit: _WeekVisit) -> Response:
    """Everything that waits for staff."""
    return _show(visit, {})


@router.post("/flags/{flag_id}/close")
def close_flag(visit: _FlagVisit, flag_id: PathId, note: Annotated[str, Form()] = "") -> Response:
    """Staff have dealt with a sign of danger and say what they did."""
    said = some_lines(note)[:LONGEST_NOTE]
    if not said:
        return _show(visit, {f"note-{flag_id}": "何をしたかを、ひとこと書いてください。"})
    with visit.house.database.transaction() as db:
        intake_service.close_flag(
            db, visit.house.vault, flag_id=flag_id, note=said, account_id=visit.viewer.id, now=visit.now
        )
        notice_service.announce_news(db)
    return go("/week", done="flag")


@router.post("/week/told")
def tell_on_paper(visit: DeskVisit, notice: Annotated[list[int], Form()], account: FormId = "") -> Response:
    """Staff told an officer by telephone or on paper; where nobody is on duty, they take note themselves."""
    with visit.house.database.transaction() as db:
        waiting = _open_notices(db, visit)
        told = {each.notice.id for each in waiting if account in each.waiting_for or _is_ours(each, account)}
        notice_service.acknowledge(
            db,
            notice_ids=told.intersection(notice),
            account_id=account or visit.viewer.id,
            entered_by=visit.viewer.id,
            now=visit.now,
        )
    return go("/week", done="told")


def _show(visit: Visit, errors: dict[str, str]) -> Response:
    with visit.house.database.reading() as db:
        facts = _facts(db, visit)
    return visit.page("week.html", status=422 if errors else 200, errors=errors, **facts)


def _is_ours(each: EscalatedNotice, account: str) -> bool:
    return not account and not each.waiting_for


def _facts(db: Connection, visit: Visit) -> Mapping[str, Any]:
    vault, desk_id, today = visit.house.vault, visit.viewer.desk_id, local_date(visit.now)
    short = _short(db, visit)
    waiting_rows, waiting_people = rows_in_sight(db, visit)
    own = sight.desks_in_sight(db, visit.viewer)
    seen = sight.booking_seen(visit.viewer, visit.now)
    past = bookings_list(db, vault, desk_id=desk_id, since=today - _UNTOLD_BACK, until=today, seen=seen)
    return {
        **_of_people(db, visit),
        "waiting_rows": waiting_rows,
        "waiting_people": waiting_people,
        "short": short,
        "empty_seats": {
            session.id: empty_seats(db, vault, session, organisation_id=visit.viewer.organisation_id)
            for session in short
        },
        "clashes": clashes(db, visit),
        "wary": wary(db, visit),
        "to_tell": _to_tell(db, visit),
        "calls": call_tasks(db, visit),
        "follow_ups": tasks(db, visit, "now")["now"],
        "closures": [row for row in open_closures(db, desk_id=desk_id) if row.desk_id in own],
        "to_stop": to_stop(db, visit),
        "agencies": agencies_to_check(db, organisation_id=visit.viewer.organisation_id, today=today),
        "untold": [booking for booking in past if booking.state == "lapsed"],
        "sessions": [row for row in _coming(db, visit) if row.desk_id in own],
        **_beside_line(db, visit),
        **_of_the_house(db, visit),
    }


def _beside_line(db: Connection, visit: Visit) -> Mapping[str, Any]:
    """Whom LINE does not reach, and who comes with another LINE account."""
    relinks, linking = requests_shown(db, visit)
    return {"reach": reach_tasks(db, visit), "relinks": relinks, "people_linking": linking}


def _of_people(db: Connection, visit: Visit) -> Mapping[str, Any]:
    """Who is in danger, waits for a word or a day, or was to be looked at again by now; and who they are."""
    vault, desk_id = visit.house.vault, visit.viewer.desk_id
    flags = [
        flag for flag in intake.open_flags(db, vault) if desk_id is None or flag.desk_id in (None, desk_id)
    ]
    found: dict[str, Sequence[Any]] = {
        "flags": flags,
        "messages": waiting_for_answer(db, vault),
        "looks": looks_due(db, today=local_date(visit.now)),
        "wishes": open_wishes(db, vault, desk_id=desk_id),
        "offered": offered_wishes(db, vault, desk_id=desk_id),
    }
    named = persons(db, visit, [row.client_id for rows in found.values() for row in rows])
    seen = {name: [row for row in rows if row.client_id in named] for name, rows in found.items()}
    return {"people": named, **seen}


def _of_the_house(db: Connection, visit: Visit) -> Mapping[str, Any]:
    """What waits that is no client's: the machine, the accounts, what is kept for how long, who read what."""
    counts = messaging.counts(db)
    return {
        **supervising(db, visit),
        "glass": _glass(db, visit),
        "unused": unused_accounts(db, visit),
        "unsure": contacts_unsure(db, visit),
        "lifetimes": lifetimes.rows_for_week(db, visit),
        "quota": line_quota.of_month(db, now=visit.now),
        "held_back": line_quota.waiting(db),
        "check": last_check(db, now=visit.now),
        "parked": counts.parked_events + counts.parked_messages,
    }


def _glass(db: Connection, visit: Visit) -> int:
    """How often the glass was broken, where it is the viewer who looks at it."""
    if not visit.may(Permission.READING_LOG):
        return 0
    return count_to_review(db, viewer=visit.viewer, now=visit.now)


def _coming(db: Connection, visit: Visit) -> tuple[SessionRow, ...]:
    today = local_date(visit.now)
    return upcoming_sessions(db, desk_id=visit.viewer.desk_id, since=today, until=today + _ROSTER_AHEAD)


def _short(db: Connection, visit: Visit) -> list[SessionRow]:
    today, own = local_date(visit.now), sight.desks_in_sight(db, visit.viewer)
    until = today + _ROSTER_AHEAD
    short = sessions_short_of_officers(db, since=today, until=until, desk_id=visit.viewer.desk_id)
    return [row for row in short if row.desk_id in own]


def _open_notices(db: Connection, visit: Visit) -> list[EscalatedNotice]:
    """Of the desks in sight, and not about people the viewer must not see."""
    viewer, own = visit.viewer, sight.desks_in_sight(db, visit.viewer)
    rows = notices.open_for_staff(db, desk_id=viewer.desk_id, reader_id=viewer.id, now=visit.now)
    return [row for row in rows if row.notice.desk_id in own]


def _to_tell(db: Connection, visit: Visit) -> list[ToTell]:
    """Officers to be told by telephone, each with what they have not seen."""
    open_ones = _open_notices(db, visit)
    # What has a section of its own on this page goes away there, once it is dealt with.
    waiting = [each for each in open_ones if each.notice.kind not in FOR_STAFF]
    by_account: dict[str, list[NoticeRow]] = {}
    for each in waiting:
        for account_id in each.waiting_for or ("",):
            by_account.setdefault(account_id, []).append(each.notice)
    names = people.names(db, visit.house.vault, by_account.keys())
    return [
        ToTell(account_id, names.get(account_id, ""), tuple(rows)) for account_id, rows in by_account.items()
    ]
