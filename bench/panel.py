"""A full day at the panel: a session with fifty bookings, and somebody of staff who looks at it."""

from datetime import datetime, time, timedelta
from importlib.resources import files

from desk.agencies.service import import_csv
from desk.booking.by_hand import book_for_caller
from desk.booking.queries import BookingRow
from desk.calendar.queries import free_slots_of_session, upcoming_sessions
from desk.calendar.rules import Hours, Rule
from desk.calendar.service import NewDesk, add_desk, make_sessions
from desk.clients import consents
from desk.clients.queries import organisation_id
from desk.clock import local_date
from desk.conversations import service as conversations
from desk.database import Connection, Database
from desk.intake import service as intake
from desk.needs.tagging import Evidence
from desk.people import service as people
from desk.privacy import Vault

PARTIES = 50
_TABLES, _STARTS = 10, tuple(time(9 + hour) for hour in range(5))
_NEEDS, _SIGN = ("housing", "work", "money"), "suicide"
_STORY = "さいきん ねむれません。家のことで、だれかに 聞いてほしいです。"


def fill_a_day(database: Database, vault: Vault, *, now: datetime) -> str:
    """Books every place of the next day of a big desk; returns the cookie of somebody of its staff."""
    with database.transaction() as db:
        import_csv(
            db,
            organisation_id=organisation_id(db),
            content=(files("desk.agencies") / "sample.csv").read_bytes(),
        )
        desk_id = _big_desk(db, now)
        account_id, _link = people.add_account(
            db, vault, role="staff", desk_id=desk_id, name="宮坂 けい", now=now
        )
        coming = upcoming_sessions(db, desk_id=desk_id, since=local_date(now))
        session = next(each for each in coming if each.status == "open")
        for number in range(PARTIES):
            slot = free_slots_of_session(db, session_id=session.id, now=now)[0]
            booked = book_for_caller(
                db,
                vault,
                slot_id=slot.slot_id,
                called_name=f"そら{number}",
                phone="0266000011",
                about="self",
                account_id=account_id,
                source="phone",
                now=now,
            )
            _tell(db, vault, booked, account_id, now)
        return f"tomarigi={people.sign_in_as(db, account_id=account_id, now=now)}"


def _big_desk(db: Connection, now: datetime) -> str:
    tomorrow = local_date(now + timedelta(days=1))
    rule = Rule(
        tomorrow.weekday(),
        (tomorrow.day - 1) // 7 + 1,
        frozenset(range(1, 13)),
        Hours(time(9), time(15), _STARTS, tables=_TABLES),
    )
    new = NewDesk(
        code="kofu", name="甲府", place="市民館", opened_on=local_date(now), reading_hours=((1, time(10)),)
    )
    desk_id = add_desk(db, organisation_id=organisation_id(db), new=new, rules_given=[rule])
    make_sessions(db, today=local_date(now))
    return desk_id


def _tell(db: Connection, vault: Vault, booked: BookingRow, account_id: str, now: datetime) -> None:
    """Answers, needs, a sign of danger and a few words of their own."""
    client_id = booked.visitor_id
    consent_id = consents.agree(
        db, client_id=client_id, purpose="answers", text_version="2026-11", text="", via="panel", now=now
    )
    intake.open_intake(db, client_id=client_id, booking_id=booked.id, now=now)
    for key, value in (("tonight", "both"), ("worst", "home"), ("others", ["papers"]), ("mind", ["reading"])):
        intake.keep_answer(
            db, vault, client_id=client_id, key=key, value=value, consent_id=consent_id, now=now
        )
    message_id = conversations.keep_message(
        db,
        vault,
        client_id=client_id,
        purpose="story",
        text=_STORY,
        consent_id=consent_id,
        shared=True,
        origin=None,
        now=now,
    )
    found = dict.fromkeys(_NEEDS, (Evidence(0, 12, _STORY[:12]),))
    intake.suggest_needs(db, vault, client_id=client_id, message_id=message_id, found=found, now=now)
    intake.add_need(db, vault, client_id=client_id, code="family", account_id=account_id, now=now)
    intake.raise_flag(db, vault, client_id=client_id, codes=[_SIGN], level="check", how="text", now=now)
