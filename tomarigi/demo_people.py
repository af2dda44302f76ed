"""Invented officers, staff, promises, agencies and one caller for the demo; nobody here exists."""

from datetime import datetime
from importlib.resources import files

from desk.agencies.service import import_csv
from desk.booking.by_hand import book_for_caller
from desk.calendar import queries as calendar
from desk.calendar.service import set_promise
from desk.clients import consents
from desk.clients.queries import organisation_id
from desk.clock import local_date
from desk.database import Connection, Database
from desk.intake import service as intake
from desk.people import service as people
from desk.privacy import Vault
from desk.roster import service as roster
from desk.settings import load_settings

Links = list[tuple[str, str]]

WHO_READS = (
    "ここは、見はる所では ありません。\n"
    "読むのは、この窓口の職員と、その日に会う相談員だけです。\n"
    "相談員は「保護司」という、地域のボランティアです。\n"
    "あなたが「いい」と言わないかぎり、ほかの人に伝えません。\n"
    "いのちが あぶない時と、法律で決まっている時は、別です。"
)
KEPT = (
    "のこるのは、日時、呼び名、答えたことです。\n"
    "かぎをかけて、この窓口の機械に のこします。\n"
    "会って話したあと、1年で 消します。\n"
    "「わたしの記録」で、いつでも 消せます。"
)
READ_LOG = "だれが いつ読んだかは、書きとめています。\n責任者が、それを見なおします。"
PROMISES = {"who_reads": WHO_READS, "kept": KEPT, "read_log": READ_LOG}
_PEOPLE = (
    ("officer", "小林 みどり", "suwa"),
    ("officer", "原 たけし", "suwa"),
    ("officer", "北沢 ゆうこ", "suwa"),
    ("staff", "宮坂 けい", "suwa"),
    ("supervisor", "矢崎 まこと", None),
    ("administrator", "管理の人", None),
)


def fill() -> Links:
    """Fills the configured database; returns who is who, with one-time sign-in links."""
    settings = load_settings()
    vault, clock = settings.vault(), settings.clock()
    database = Database(settings.database_url)
    with database.transaction() as db:
        links: Links = []
        accounts: dict[str, str] = {}
        for role, name, desk_code in _PEOPLE:
            desk = calendar.desk_by_code(db, desk_code) if desk_code else None
            accounts[name], token = people.add_account(
                db, vault, role=role, desk_id=desk.id if desk else None, name=name, now=clock.real()
            )
            links.append((f"{role:13} {name}", f"{settings.public_base_url}/admin/start/{token}"))
        _promise(db, clock.now())
        content = (files("desk.agencies") / "sample.csv").read_bytes()
        import_csv(db, organisation_id=organisation_id(db), content=content)
        _roster(db, accounts, clock.now())
        _caller(db, vault, accounts["宮坂 けい"], clock.now())
    database.close()
    return links


def _promise(db: Connection, now: datetime) -> None:
    for desk in calendar.list_desks(db):
        for key, text in PROMISES.items():
            set_promise(
                db,
                desk_id=desk.id,
                key=key,
                text=text,
                approved_by="矢崎 まこと（デモ）",
                approved_on=local_date(now),
            )


def _roster(db: Connection, accounts: dict[str, str], now: datetime) -> None:
    """The first two officers sit at the next session of 諏訪; the one after that still lacks somebody."""
    desk = calendar.desk_by_code(db, "suwa")
    assert desk is not None
    coming = [
        session
        for session in calendar.upcoming_sessions(db, desk_id=desk.id, since=local_date(now))
        if session.status == "open"
    ]
    seats = ((coming[0], "小林 みどり", 1), (coming[0], "原 たけし", 2), (coming[1], "小林 みどり", 1))
    for session, name, seat in seats:
        roster.assign(db, session_id=session.id, table_no=1, seat=seat, account_id=accounts[name], now=now)


def _caller(db: Connection, vault: Vault, staff_id: str, now: datetime) -> None:
    """Somebody telephoned, and staff booked the last free place of the next session for them."""
    desk = calendar.desk_by_code(db, "suwa")
    assert desk is not None
    free = calendar.free_slots(db, desk_id=desk.id, now=now)
    first_day = [slot for slot in free if slot.session_id == free[0].session_id]
    booked = book_for_caller(
        db,
        vault,
        slot_id=first_day[-1].slot_id,
        called_name="はな",
        phone="0266000011",
        about="self",
        account_id=staff_id,
        source="phone",
        now=now,
    )
    consent_id = consents.agree(
        db,
        client_id=booked.visitor_id,
        purpose="answers",
        text_version="2026-11",
        text="電話で聞きました。",
        via="panel",
        now=now,
    )
    intake.open_intake(db, client_id=booked.visitor_id, booking_id=booked.id, now=now)
    for key, value in (("tonight", "both"), ("worst", "home"), ("others", ["papers"]), ("mind", ["reading"])):
        intake.keep_answer(
            db, vault, client_id=booked.visitor_id, key=key, value=value, consent_id=consent_id, now=now
        )
