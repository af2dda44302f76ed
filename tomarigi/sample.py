"""The sample desks of the contract: 諏訪, 上伊那 and 上田; rooms and telephones are invented."""

from datetime import date, datetime, time

from desk.calendar.queries import list_desks
from desk.calendar.rules import LAST, Hours, Rule
from desk.calendar.service import NewDesk, add_desk, add_organisation, make_sessions
from desk.clock import local_date
from desk.database import Database
from desk.errors import DeskError

FRIDAY = 4
TUESDAY_MORNING = ((1, time(10)),)
NOT_IN_DECEMBER = frozenset(range(1, 12))
MORNING = Hours(time(10), time(12), (time(10), time(11)), party_minutes=50, tables=1)
LAST_FRIDAY = Rule(FRIDAY, LAST, NOT_IN_DECEMBER, MORNING)

DESKS = (
    NewDesk(
        code="suwa",
        name="諏訪",
        place="市民館 3階 会議室B",
        opened_on=date(2018, 9, 1),
        reading_hours=TUESDAY_MORNING,
        way_in="受付で 名前を言わなくて いいです。3階へ どうぞ。",
        door="ドアに「会議室B」と 書いてあります。",
        map_url="https://www.google.com/maps/search/?api=1&query=36.0391,138.1140",
        building_phone="0266-00-0002",
        staff_phone="0266-00-0003",
    ),
    NewDesk(
        code="kamiina",
        name="上伊那",
        place="交流館 2階 小会議室1",
        opened_on=date(2019, 8, 1),
        reading_hours=TUESDAY_MORNING,
        way_in="受付は ありません。右の階段で 2階へ どうぞ。",
        door="ドアに「小会議室1」と 書いてあります。",
        map_url="https://www.google.com/maps/search/?api=1&query=35.8276,137.9540",
        building_phone="0265-00-0002",
        staff_phone="0265-00-0003",
    ),
    NewDesk(
        code="ueda",
        name="上田",
        place="学習館 1階 和室",
        opened_on=date(2020, 8, 1),
        reading_hours=TUESDAY_MORNING,
        way_in="受付で 名前を言わなくて いいです。左の ろうかへ どうぞ。",
        door="入口に「和室」と 書いてあります。",
        map_url="https://www.google.com/maps/search/?api=1&query=36.4018,138.2490",
        building_phone="0268-00-0002",
        staff_phone="0268-00-0003",
    ),
)


def open_samples(database: Database, *, now: datetime) -> None:
    """Puts the desks, their rules and coming sessions into an empty database; DeskError where desks exist."""
    with database.transaction() as db:
        if list_desks(db):
            raise DeskError("there are desks already: the samples go into an empty database only")
        organisation_id = add_organisation(db, name="とまりぎの会", now=now)
        for new in DESKS:
            add_desk(db, organisation_id=organisation_id, new=new, rules_given=[LAST_FRIDAY])
        make_sessions(db, today=local_date(now))


def add_usual_desk(
    database: Database, *, code: str, name: str, place: str, opened_on: date, now: datetime
) -> None:
    """Adds a desk with the usual rule; the rest is written in the panel. DeskError for a code in use."""
    with database.transaction() as db:
        desks = list_desks(db)
        if code in {desk.code for desk in desks}:
            raise DeskError(f"there is a desk {code} already; see: tomarigi desk list")
        organisation_id = desks[0].organisation_id if desks else add_organisation(db, name=name, now=now)
        new = NewDesk(code=code, name=name, place=place, opened_on=opened_on, reading_hours=TUESDAY_MORNING)
        add_desk(db, organisation_id=organisation_id, new=new, rules_given=[LAST_FRIDAY])
        make_sessions(db, today=local_date(now))
