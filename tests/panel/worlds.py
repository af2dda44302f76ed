"""The same things five times: one's own, another desk's, another organisation's, of somebody to be avoided, and none."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from desk.agencies.service import import_csv
from desk.announcements import service as announcements
from desk.audit.glass import break_for
from desk.audit.incidents import Told, keep_incident
from desk.booking import service as booking
from desk.booking.waiting_list import join
from desk.calendar.queries import free_slots, upcoming_sessions
from desk.calendar.service import add_organisation, make_sessions
from desk.clients import service as clients
from desk.clients.consents import agree
from desk.clock import local_date
from desk.conversations.service import keep_message
from desk.database import new_id
from desk.intake import service as intake
from desk.intake.queries import needs_of
from desk.media.rules import Checked
from desk.media.service import await_contents, settle
from desk.people import service as people
from desk.people.queries import AccountRow, account_by_id
from desk.roster.avoidances import forbid_meeting
from desk.roster.service import assign
from desk.tables.base import metadata
from desk.wishes.service import keep_wish
from desk.writing.canned import add_canned
from tests.panel.scene import ON_THE_DAY, SAMPLE_AGENCIES, SESSION_DAY, Scene, open_desk

OWN, AVOIDED, OTHER_DESK, OTHER_HOUSE, NOWHERE = "own", "avoided", "other desk", "other house", "nowhere"
#: Nobody may see this name in the reading log, and nobody but who may, on any page.
NAMES = {OWN: "ことり", AVOIDED: "すずめ", OTHER_DESK: "つばめ", OTHER_HOUSE: "ひばり"}
#: What each of them would not have said aloud: an answer, on pages that say that they show answers.
UNSAID = "とりかごのこと"
_NOBODY = "0" * 32


@dataclass(frozen=True)
class Worlds:
    """A scene on the day of its session, and for each world the id of a thing by the part of an address naming it."""

    scene: Scene
    ids: dict[str, dict[str, str]]


def make_worlds(scene: Scene) -> Worlds:
    """Fills the desks; kobayashi, sato and mori must not see すずめ."""
    house = scene.house
    with house.database.transaction() as db:
        far = _other_house(db, scene)
        other = _seat(db, replace(scene, desk_id=scene.other_desk_id), "nishi")
        own = _fill(db, scene, OWN, place=0)
        ids = {
            OWN: own,
            AVOIDED: own | _avoided(db, scene, own["closure_id"]),
            OTHER_DESK: _fill(db, other, OTHER_DESK, place=0),
            OTHER_HOUSE: _fill(db, far, OTHER_HOUSE, place=0),
            NOWHERE: dict.fromkeys(own, _NOBODY),
        }
        for who in ("kobayashi", "sato", "mori"):
            forbid_meeting(
                db,
                account_id=scene.accounts[who],
                client_ids=[ids[AVOIDED]["client_id"]],
                entered_by=scene.accounts["ogawa"],
                now=scene.now,
            )
        _give_away(db, far, ids[OTHER_HOUSE])
    return Worlds(scene.at(ON_THE_DAY), ids)


def _fill(db: Connection, scene: Scene, world: str, *, place: int) -> dict[str, str]:
    """One of everything at a desk."""
    person = _person(db, scene, world, place=place)
    return (
        person
        | _closed_day(db, scene, person)
        | _roster(db, scene)
        | {
            "session_id": scene.session_id,
            "slot_id": _one(db, "slot", "session_id", scene.session_id),
            "rule_id": _one(db, "desk_rule", "desk_id", scene.desk_id),
            "code": _one(db, "desk", "id", scene.desk_id, wanted="code"),
            "account_id": scene.accounts["hara"],
            "agency_id": _one(db, "agency", "organisation_id", scene.organisation_id),
            "incident_id": _incident(db, scene),
            "canned_id": _canned(db, scene),
            "announcement_id": _news(db, scene),
        }
    )


def _closed_day(db: Connection, scene: Scene, person: dict[str, str]) -> dict[str, str]:
    """A day that was closed, with a line in its ledger."""
    day, staff = _later_session(db, scene), scene.accounts["sato"]
    closure_id = _insert(db, "closure", id=new_id(), session_id=day, account_id=staff, at=scene.now)
    return {"closure_id": closure_id, "person_id": _line(db, closure_id, person)}


def _line(db: Connection, closure_id: str, person: dict[str, str]) -> str:
    lost = {"client_id": person["client_id"], "booking_id": person["booking_id"]}
    return _insert(db, "closure_person", id=new_id(), closure_id=closure_id, **lost)


def _roster(db: Connection, scene: Scene) -> dict[str, str]:
    """A day on which the first officer is away, and a swap they ask for."""
    officer, far = scene.accounts["kobayashi"], SESSION_DAY + timedelta(days=60)
    entered = {"id": new_id(), "entered_by": officer, "at": scene.now}
    seat = {"session_id": scene.session_id, "table_no": 1, "seat": 1}
    asked = {"from_id": officer, "to_id": scene.accounts["hara"]}
    return {
        "absence_id": _insert(db, "absence", account_id=officer, first_day=far, last_day=far, **entered),
        "swap_id": _insert(db, "swap", **seat, **asked, **entered),
    }


def _avoided(db: Connection, scene: Scene, closure_id: str) -> dict[str, str]:
    person = _person(db, scene, AVOIDED, place=1)
    return person | {"person_id": _line(db, closure_id, person)}


def _person(db: Connection, scene: Scene, world: str, *, place: int) -> dict[str, str]:
    """Somebody with a booking, a need, a sign of danger, a wish, a place on the waiting list and a call to get."""
    vault, now = scene.house.vault, scene.now
    client_id = clients.arrive(db, vault, user_id=f"U{world.encode().hex():0>32}"[:33], now=now)
    booking_id = _book(db, scene, client_id, NAMES[world], place)
    code = _one(db, "desk", "id", scene.desk_id, wanted="code")
    keep_wish(db, vault, client_id=client_id, desk_code=code, kind="evening", note="夜に", now=now)
    join(db, client_id=client_id, desk_id=scene.desk_id, now=now)
    _answers(db, scene, client_id)
    return _told(db, scene, client_id) | {
        "client_id": client_id,
        "other_id": client_id,
        "booking_id": booking_id,
        "wish_id": _one(db, "wish", "client_id", client_id),
        "entry_id": _one(db, "waiting", "client_id", client_id),
        "call_id": _one(db, "reminder", "booking_id", booking_id),
        "follow_up_id": _planned(db, scene, client_id),
        "task_id": _insert(db, "reach_task", id=new_id(), client_id=client_id, why="blocked", opened_at=now),
        "relink_id": _linked(db, scene, client_id),
        "media_id": _photo(db, scene, client_id),
    }


def _answers(db: Connection, scene: Scene, client_id: str) -> None:
    """How they may be reached, and what not to talk of."""
    vault, told = scene.house.vault, {"chosen": ["morning"], "written": UNSAID}
    who: dict[str, Any] = {"client_id": client_id, "now": scene.now}
    clients.set_phone(db, vault, phone="09000000000", note="", **who)
    consent_id = agree(db, purpose="answers", text_version="t", text="はい", via="line", **who)
    intake.open_intake(db, booking_id=None, **who)
    intake.keep_answer(db, vault, key="contact", value=told, consent_id=consent_id, **who)


def _photo(db: Connection, scene: Scene, client_id: str) -> str:
    """A photo for the people of the day."""
    vault, now = scene.house.vault, scene.now
    sent: dict[str, Any] = {"client_id": client_id, "origin": "501", "now": now}
    consent_id = agree(
        db, client_id=client_id, purpose="answers", text_version="t", text="はい", via="line", now=now
    )
    what: dict[str, Any] = {"purpose": "story", "kind": "image", "text": "", "shared": True}
    message_id = keep_message(db, vault, consent_id=consent_id, **what, **sent)
    await_contents(db, vault, message_id=message_id, **sent)
    media_id = _one(db, "media", "message_id", message_id)
    settle(db, vault, media_id=media_id, found=Checked("kept", "image/jpeg", b"picture"), now=now)
    return media_id


def _linked(db: Connection, scene: Scene, client_id: str) -> str:
    """Their LINE account came from another number, of which nothing else is known."""
    now, vault = scene.now, scene.house.vault
    before = clients.add_client(db, vault, organisation_id=scene.organisation_id, now=now)
    account = _one(db, "address", "client_id", client_id)
    who = {"client_id": client_id, "from_id": before, "address_id": account}
    return _insert(db, "relink", id=new_id(), **who, account_id=scene.accounts["sato"], at=now)


def _planned(db: Connection, scene: Scene, client_id: str) -> str:
    """A call they agreed to, to be made today."""
    now = scene.now
    consent_id = agree(
        db, client_id=client_id, purpose="follow_up", text_version="t", text="はい", via="panel", now=now
    )
    return _insert(
        db,
        "follow_up",
        id=new_id(),
        client_id=client_id,
        desk_id=scene.desk_id,
        consent_id=consent_id,
        way="telephone",
        due_on=local_date(now),
        made_at=now,
    )


def _book(db: Connection, scene: Scene, client_id: str, name: str, place: int) -> str:
    now = scene.now
    agree(db, client_id=client_id, purpose="booking", text_version="t", text="はい", via="line", now=now)
    free = sorted(free_slots(db, desk_id=scene.desk_id, now=now), key=lambda slot: slot.starts_at)
    slots = [slot.slot_id for slot in free if slot.session_id == scene.session_id]
    booking.hold(db, client_id=client_id, slot_id=slots[0 if place == 0 else -1], now=now)
    booked = booking.confirm(
        db,
        scene.house.vault,
        client_id=client_id,
        called_name=name,
        about="self",
        subject_knows=None,
        now=now,
    )
    return booked.id


def _told(db: Connection, scene: Scene, client_id: str) -> dict[str, str]:
    """What was heard of them, and that somebody looked at them through broken glass."""
    vault, now, staff = scene.house.vault, scene.now, scene.accounts["sato"]
    intake.add_need(db, vault, client_id=client_id, code="work", account_id=staff, now=now)
    by, yesterday = _account(db, scene, "ken"), now - timedelta(days=1)
    flag_id = intake.raise_flag(
        db,
        vault,
        client_id=client_id,
        codes=["shelter_tonight"],
        level="alarm",
        how="button",
        pressed=["ねる所がない"],
        now=now,
    )
    return {
        "need_id": needs_of(db, vault, client_id=client_id)[0].id,
        "flag_id": flag_id,
        "glass_id": break_for(
            db, vault, client_id=client_id, reason="急ぎ", by=by, sign_in_id=new_id(), now=yesterday
        ),
    }


def _other_house(db: Connection, scene: Scene) -> Scene:
    """Another organisation in the same database, with a desk, an officer and staff of its own."""
    organisation_id = add_organisation(db, name="かわべ保護司会", now=scene.now + timedelta(minutes=1))
    desk_id = open_desk(db, organisation_id, "kawabe", "川辺", "公民館", date(2020, 8, 1))
    make_sessions(db, today=local_date(scene.now))
    import_csv(db, organisation_id=organisation_id, content=SAMPLE_AGENCIES.read_bytes())
    accounts = dict(scene.accounts)
    for who, role in (
        ("kobayashi", "officer"),
        ("hara", "officer"),
        ("sato", "staff"),
        ("ken", "prefecture"),
    ):
        accounts[who], _ = people.add_account(
            db, scene.house.vault, role=role, desk_id=desk_id, name="川", now=scene.house.clock.real()
        )
    there = replace(scene, organisation_id=organisation_id, desk_id=desk_id, accounts=accounts)
    return _seat(db, there, "kobayashi")


def _seat(db: Connection, scene: Scene, who: str) -> Scene:
    """The same scene seen from another desk, whose first officer is `who`."""
    day = upcoming_sessions(db, desk_id=scene.desk_id, since=SESSION_DAY, until=SESSION_DAY)[0]
    accounts = scene.accounts | {"kobayashi": scene.accounts[who]}
    assign(db, session_id=day.id, table_no=1, seat=1, account_id=accounts["kobayashi"], now=scene.now)
    return replace(scene, session_id=day.id, accounts=accounts)


def _give_away(db: Connection, far: Scene, ids: dict[str, str]) -> None:
    """What was made there belongs to that organisation: LINE leads to the first one only."""
    for table, column, value in (
        ("client", "id", ids["client_id"]),
        ("booking", "id", ids["booking_id"]),
        ("incident", "id", ids["incident_id"]),
        ("account", "desk_id", far.desk_id),
    ):
        known = metadata.tables[table]
        moved = known.update().where(known.c[column] == value)
        db.execute(moved.values(organisation_id=far.organisation_id))


def _news(db: Connection, scene: Scene) -> str:
    house, desk, staff = scene.organisation_id, scene.desk_id, scene.accounts["sato"]
    return announcements.write(
        db, organisation_id=house, desk_id=desk, words="次の日です。", account_id=staff, now=scene.now
    )


def _incident(db: Connection, scene: Scene) -> str:
    told = Told(what="鍵をなくした", malicious=False, found_at=scene.now)
    return keep_incident(db, scene.house.vault, told=told, by=scene.accounts["sato"])


def _canned(db: Connection, scene: Scene) -> str:
    row: dict[str, str] = {
        "title": new_id(),
        "words": "お待ちしています。",
        "account_id": scene.accounts["sato"],
    }
    return add_canned(db, organisation_id=scene.organisation_id, **row, now=scene.now)


def _later_session(db: Connection, scene: Scene) -> str:
    sessions = upcoming_sessions(db, desk_id=scene.desk_id, since=SESSION_DAY + timedelta(days=1))
    return sessions[0].id


def _account(db: Connection, scene: Scene, who: str) -> AccountRow:
    found = account_by_id(db, scene.house.vault, scene.accounts[who])
    assert found is not None
    return found


def _insert(db: Connection, table: str, **values: object) -> str:
    db.execute(metadata.tables[table].insert().values(**values))
    return str(values["id"])


def _one(db: Connection, table: str, column: str, value: str | int, *, wanted: str = "id") -> str:
    known = metadata.tables[table]
    query = sa.select(known.c[wanted]).where(known.c[column] == value).order_by(known.c[wanted])
    return str(db.execute(query.limit(1)).scalar_one())
