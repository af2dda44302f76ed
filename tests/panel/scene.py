"""A desk with its people, made through the desk's own services: そら, はな, two officers, staff. All of it invented."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time
from pathlib import Path

from sqlalchemy.engine import Connection
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

import desk.agencies
from admin.app import make_panel
from bot.pages.kept import parts_of
from desk.agencies.service import import_csv
from desk.booking import service as booking
from desk.calendar.queries import free_slots, upcoming_sessions
from desk.calendar.rules import Hours, Rule
from desk.calendar.service import NewDesk, add_desk, add_organisation, make_sessions
from desk.clients import consents
from desk.clients import service as clients
from desk.clock import Clock, at_tokyo, local_date
from desk.conversations.service import keep_message
from desk.house import House
from desk.intake import service as intake
from desk.invariants import check_invariants, keep_check
from desk.needs.tagging import Evidence
from desk.people import service as people
from desk.people.addresses import keep_mail
from desk.roster.service import assign
from desk.signals import Signals

ORIGIN = "http://localhost:8000"
BOOKED_AT = at_tokyo(date(2026, 11, 12), 23, 40)
SESSION_DAY = date(2026, 11, 27)
ON_THE_DAY = at_tokyo(SESSION_DAY, 9, 30)
STORY = "息子がもどって二週間になります。部屋から出てきません。近所の目がこわくて、だれにも話せませんでした。"
SAMPLE_AGENCIES = Path(desk.agencies.__file__).with_name("sample.csv")
EVERY_MONTH_BUT_DECEMBER = frozenset(range(1, 12))
MORNING = Hours(time(10), time(12), (time(10), time(11)))


@dataclass(frozen=True)
class Scene:
    """The desk of 諏訪 (and, empty, 上田), with the ids of what stands in it."""

    house: House
    signals: Signals
    organisation_id: str
    desk_id: str
    other_desk_id: str
    session_id: str
    accounts: dict[str, str]

    def at(self, moment: datetime) -> "Scene":
        """The same desk at another moment."""
        return replace(self, house=replace(self.house, clock=Clock(fixed=moment)))

    def served_at(self, address: str) -> "Scene":
        """The same desk behind another address."""
        settings = self.house.settings.model_copy(update={"public_base_url": address})
        return replace(self, house=replace(self.house, settings=settings))

    def with_mail(self, who: str) -> "Scene":
        """The same desk with a mail server, and an address for one of its people."""
        settings = self.house.settings.model_copy(update={"smtp_url": "smtp://localhost"})
        with self.house.database.transaction() as db:
            keep_mail(db, self.house.vault, account_id=self.accounts[who], mail=f"{who}@example.jp")
        return replace(self, house=replace(self.house, settings=settings))

    @property
    def now(self) -> datetime:
        """What the clock of this scene says."""
        return self.house.clock.now()

    def visitor(self) -> TestClient:
        """A browser in which nobody is signed in; it says of its forms that they are our own."""
        panel = make_panel(self.house, self.signals, parts_of)
        outside = Starlette(routes=[Mount("/admin", panel)])
        return TestClient(outside, base_url=ORIGIN, headers={"Origin": ORIGIN}, follow_redirects=True)

    def browser(self, who: str) -> TestClient:
        """A browser in which this account is signed in."""
        browser = self.visitor()
        with self.house.database.transaction() as db:
            token = people.sign_in_as(db, account_id=self.accounts[who], now=self.now)
        browser.cookies.set("tomarigi", token)
        return browser


def make_scene(house: House, signals: Signals) -> Scene:
    """Two desks, their sessions, one account of each role, the agencies, a night's check; nobody has booked yet."""
    now = house.clock.now()
    with house.database.transaction() as db:
        organisation_id = add_organisation(db, name="みずうみ保護司会", now=now)
        desk_id = open_desk(db, organisation_id, "suwa", "諏訪", "市民館 3階 会議室B", date(2018, 9, 1))
        other_desk_id = open_desk(db, organisation_id, "ueda", "上田", "会館 2階 和室", date(2020, 8, 1))
        make_sessions(db, today=local_date(now))
        import_csv(db, organisation_id=organisation_id, content=SAMPLE_AGENCIES.read_bytes())
        accounts = _add_accounts(db, house, desk_id, other_desk_id)
        sessions = upcoming_sessions(db, desk_id=desk_id, since=SESSION_DAY, until=SESSION_DAY)
        scene = Scene(house, signals, organisation_id, desk_id, other_desk_id, sessions[0].id, accounts)
        for seat, who in ((1, "kobayashi"), (2, "hara")):
            assign(db, session_id=scene.session_id, table_no=1, seat=seat, account_id=accounts[who], now=now)
        keep_check(db, check_invariants(db, now=now), now=now)
    return scene


def open_desk(db: Connection, organisation_id: str, code: str, name: str, place: str, opened_on: date) -> str:
    new = NewDesk(
        code=code,
        name=name,
        place=place,
        opened_on=opened_on,
        reading_hours=[(1, time(10)), (3, time(10))],
        way_in="受付で名前を言わなくていいです。3階へどうぞ。",
        door="会議室B",
        building_phone="0266-00-0002",
        staff_phone="0266-00-0003",
    )
    last_friday = Rule(weekday=4, nth=-1, months=EVERY_MONTH_BUT_DECEMBER, hours=MORNING)
    return add_desk(db, organisation_id=organisation_id, new=new, rules_given=[last_friday])


def _add_accounts(db: Connection, house: House, desk_id: str, other_desk_id: str) -> dict[str, str]:
    wanted = {
        "kobayashi": ("officer", desk_id, "小林"),
        "hara": ("officer", desk_id, "原"),
        "nishi": ("officer", other_desk_id, "西"),
        "sato": ("staff", desk_id, "佐藤"),
        "ogawa": ("staff", other_desk_id, "小川"),
        "mori": ("supervisor", None, "森"),
        "ken": ("prefecture", None, "県"),
        "kanri": ("administrator", None, "管理"),
    }
    real = house.clock.real()
    return {
        who: people.add_account(db, house.vault, role=role, desk_id=desk, name=name, now=real)[0]
        for who, (role, desk, name) in wanted.items()
    }


def sora_books(scene: Scene) -> str:
    """A man books 10 o'clock for himself and answers the three questions. Returns the client's id."""
    now, vault = scene.now, scene.house.vault
    with scene.house.database.transaction() as db:
        client_id = clients.arrive(db, vault, user_id=f"U{'1' * 32}", now=now)
        _agree(db, client_id, now)
        booking_id = _book(scene, db, client_id, 0, called_name="そら", about="self", subject_knows=None)
        consent_id = consents.agree(
            db, client_id=client_id, purpose="answers", text_version="t", text="はい", via="line", now=now
        )
        intake.open_intake(db, client_id=client_id, booking_id=booking_id, now=now)
        told = {"tonight": "no_bed", "worst": "home", "others": ["papers"], "mind": ["reading", "no_contact"]}
        for key, value in told.items():
            intake.keep_answer(
                db, vault, client_id=client_id, key=key, value=value, consent_id=consent_id, now=now
            )
    return client_id


def has_no_bed(scene: Scene, client_id: str) -> str:
    """They press 「ねる所がない」. Returns the flag's id."""
    with scene.house.database.transaction() as db:
        return intake.raise_flag(
            db,
            scene.house.vault,
            client_id=client_id,
            codes=["shelter_tonight"],
            level="alarm",
            how="button",
            pressed=["ねる所がない"],
            now=scene.now,
        )


def hana_books(scene: Scene) -> str:
    """His mother books 11 o'clock, writes long, and wants no reminders; her son does not know. Returns her id."""
    now, vault = scene.now, scene.house.vault
    with scene.house.database.transaction() as db:
        client_id = clients.arrive(db, vault, user_id=f"U{'2' * 32}", now=now)
        _agree(db, client_id, now)
        booking_id = _book(scene, db, client_id, 1, called_name="はな", about="family", subject_knows="no")
        booking.set_reminders(db, booking_id=booking_id, choice="none", now=now)
        consent_id = consents.agree(
            db, client_id=client_id, purpose="answers", text_version="t", text="はい", via="line", now=now
        )
        message_id = keep_message(
            db,
            vault,
            client_id=client_id,
            purpose="story",
            text=STORY,
            consent_id=consent_id,
            shared=True,
            origin=None,
            now=now,
        )
        found = {
            "family": [words_in(STORY, "部屋から出てきません")],
            "community": [words_in(STORY, "近所の目がこわくて")],
        }
        intake.suggest_needs(db, vault, client_id=client_id, message_id=message_id, found=found, now=now)
    return client_id


def words_in(text: str, words: str) -> Evidence:
    """Where these words stand."""
    start = text.index(words)
    return Evidence(start, start + len(words), words)


def writes_to_staff(scene: Scene, client_id: str, text: str) -> None:
    """A person writes to staff."""
    with scene.house.database.transaction() as db:
        consent_id = consents.agree(
            db,
            client_id=client_id,
            purpose="answers",
            text_version="t",
            text="はい",
            via="line",
            now=scene.now,
        )
        keep_message(
            db,
            scene.house.vault,
            client_id=client_id,
            purpose="staff",
            text=text,
            consent_id=consent_id,
            shared=False,
            origin=None,
            now=scene.now,
        )


def _agree(db: Connection, client_id: str, now: datetime) -> None:
    consents.agree(
        db, client_id=client_id, purpose="booking", text_version="t", text="はい", via="line", now=now
    )


def _book(
    scene: Scene,
    db: Connection,
    client_id: str,
    place: int,
    *,
    called_name: str,
    about: str,
    subject_knows: str | None,
) -> str:
    free = free_slots(db, desk_id=scene.desk_id, now=scene.now)
    wanted = sorted(slot.starts_at for slot in free if slot.session_id == scene.session_id)
    hour = at_tokyo(SESSION_DAY, 10 + place)
    assert hour in wanted
    slot_id = next(slot.slot_id for slot in free if slot.starts_at == hour)
    booking.hold(db, client_id=client_id, slot_id=slot_id, now=scene.now)
    booked = booking.confirm(
        db,
        scene.house.vault,
        client_id=client_id,
        called_name=called_name,
        about=about,
        subject_knows=subject_knows,
        now=scene.now,
    )
    return booked.id
