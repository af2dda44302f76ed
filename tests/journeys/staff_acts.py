"""What staff do in a transcript, between two things a person says: a line `＊ verb words`."""

from collections.abc import Callable
from datetime import date, datetime, time
from importlib.resources import files
from typing import Any

import sqlalchemy as sa

from desk.agencies.queries import agencies
from desk.agencies.service import import_csv
from desk.announcements import service as announcements
from desk.announcements.queries import announcement_by_id, cost_of
from desk.booking.by_hand import book_for_caller
from desk.booking.outcomes import record_outcome
from desk.booking.queries import bookings_of_client, visitors_called
from desk.calendar.particulars import keep_media
from desk.calendar.queries import desk_by_code, free_slots, list_desks, upcoming_sessions
from desk.calendar.reserved import WantedTime, reserve_time
from desk.clients.consents import agree
from desk.clients.queries import lock_known, organisation_id
from desk.clock import local_date
from desk.closures import service as closures
from desk.closures.service import Elsewhere
from desk.conversations.queries import unsent_messages
from desk.database import Connection, new_id
from desk.follow_up.rules import USUAL_STEPS
from desk.follow_up.service import start_plan
from desk.house import House
from desk.messaging import quota
from desk.messaging.rules import Quota
from desk.messaging.service import say
from desk.people import service as people
from desk.reach import asking
from desk.tables.clients import client
from desk.wishes import service as wishes
from desk.wishes.queries import open_wishes
from desk.wishes.rules import answer_until
from desk.writing import service as writing
from desk.writing.queries import last_of

_WAYS = {"会う": "place", "電話": "telephone", "ビデオ": "online"}


def do(house: House, act: str) -> None:
    """Carries out `verb words`; a KeyError for a verb nobody knows."""
    verb, *words = act.split()
    with house.database.transaction() as db:
        ACTS[verb](db, house, words, house.clock.now())


def _offer_own_time(db: Connection, house: House, words: list[str], now: datetime) -> None:
    """Makes a time for the wish that waits, such as 2026-12-04 18:00 会う 村役場, and holds it."""
    day, starts, way, *more = words
    (wish,) = open_wishes(db, house.vault)
    where = "".join(more)
    wanted = WantedTime(
        wish.desk_id,
        date.fromisoformat(day),
        time.fromisoformat(starts),
        50,
        _WAYS[way],
        place=where if way == "会う" else "",
        link=where if way == "ビデオ" else "",
    )
    slot_id = reserve_time(db, wanted, now=now)
    until = answer_until(wanted.starts_at, 24, now)
    account = _staff(db, house)
    wishes.offer_for_wish(
        db, house.vault, wish_id=wish.id, slot_id=slot_id, until=until, account_id=account, now=now
    )


def _say_impossible(db: Connection, house: House, _words: list[str], now: datetime) -> None:
    """Tells whoever waits that nothing was found."""
    (wish,) = open_wishes(db, house.vault)
    wishes.settle_wish(db, wish_id=wish.id, account_id=_staff(db, house), now=now)
    says = [{"kind": "wish_not_possible", "facts": {}}]
    say(db, house.vault, client_id=wish.client_id, says=says, now=now)


def _ask_for_agency(db: Connection, house: House, _words: list[str], now: datetime) -> None:
    """Asks the one who wrote last whether the first agency of the list may be told of them."""
    organisation = organisation_id(db)
    if not agencies(db, organisation_id=organisation):
        sample = (files("desk.agencies") / "sample.csv").read_bytes()
        import_csv(db, organisation_id=organisation, content=sample)
    agency = agencies(db, organisation_id=organisation)[0]
    says = [{"kind": "agency_asked", "facts": {"ref": agency.id}}]
    say(db, house.vault, client_id=_last_writer(db), says=says, purpose="follow_up", now=now)


def _close_day(db: Connection, house: House, words: list[str], now: datetime) -> None:
    """Closes the day of 諏訪, such as 2026-11-27."""
    session_id = _session_on(db, words[0])
    closures.close_session(
        db, house.vault, session_id=session_id, why="台風", account_id=_staff(db, house), now=now
    )


def _move_day(db: Connection, house: House, words: list[str], now: datetime) -> None:
    """Moves a day of 諏訪, such as 2026-11-27 2026-12-04 18:00."""
    day, to_day, starts = words
    closures.move_session(
        db,
        house.vault,
        session_id=_session_on(db, day),
        to=Elsewhere(date.fromisoformat(to_day), time.fromisoformat(starts)),
        why="",
        account_id=_staff(db, house),
        now=now,
    )


def _agree_to_follow_ups(db: Connection, house: House, _words: list[str], now: datetime) -> None:
    """The one who wrote last says at the desk that we may write later."""
    agree(
        db,
        client_id=_last_writer(db),
        purpose="follow_up",
        text_version="panel",
        text="あとからの連絡",
        via="panel",
        account_id=_staff(db, house),
        now=now,
    )


def _come(db: Connection, house: House, _words: list[str], now: datetime) -> None:
    """The one who wrote last came to their visit."""
    visit = bookings_of_client(db, house.vault, _last_writer(db))[-1]
    record_outcome(
        db,
        house.vault,
        booking_id=visit.id,
        outcome="attended",
        promise=None,
        handed_on=False,
        by=_staff(db, house),
        now=now,
    )


def _send_news(db: Connection, house: House, words: list[str], now: datetime) -> None:
    """Writes news to the people of all desks, a line a word, and sends it to those who agreed."""
    quota.keep(db, Quota(allowed=200, used=0), now=now)
    staff, house_id = _staff(db, house), organisation_id(db)
    announcement_id = announcements.write(
        db, organisation_id=house_id, desk_id=None, words="\n".join(words), account_id=staff, now=now
    )
    row = announcement_by_id(db, announcement_id)
    announcements.send(
        db,
        announcement_id=announcement_id,
        people=cost_of(db, row, now=now).people,
        words_hash=row.words_hash,
        account_id=staff,
        now=now,
    )


def _write_back(db: Connection, house: House, words: list[str], now: datetime) -> None:
    """Writes to the one who wrote last, a line a word; it goes in ten seconds."""
    client_id = _last_writer(db)
    lock_known(db, client_id)
    writing.send(
        db,
        house.vault,
        client_id=client_id,
        text="\n".join(words),
        by=_staff(db, house),
        form=new_id(),
        seen=last_of(db, client_id),
        now=now,
    )


def _take_back(db: Connection, house: House, _words: list[str], now: datetime) -> None:
    """Takes back what staff wrote, within the ten seconds."""
    (unsent,) = unsent_messages(db, house.vault)
    lock_known(db, unsent.client_id)
    by: dict[str, Any] = {"by": _staff(db, house), "now": now}
    assert writing.undo(db, house.vault, message_id=unsent.id, client_id=unsent.client_id, **by)


def _begin_plan(db: Connection, house: House, _words: list[str], now: datetime) -> None:
    """The usual steps of 諏訪 for the one who wrote last, from today on."""
    desk = desk_by_code(db, "suwa")
    assert desk is not None
    start_plan(
        db,
        house.vault,
        client_id=_last_writer(db),
        desk_id=desk.id,
        steps=USUAL_STEPS,
        since=local_date(now),
        now=now,
    )


def _book_caller(db: Connection, house: House, _words: list[str], now: datetime) -> None:
    """そら telephones and is given the first time at 諏訪."""
    desk = desk_by_code(db, "suwa")
    assert desk is not None
    book_for_caller(
        db,
        house.vault,
        slot_id=free_slots(db, desk_id=desk.id, now=now)[0].slot_id,
        called_name="そら",
        phone="",
        about="self",
        reminders="none",
        account_id=_staff(db, house),
        source="phone",
        now=now,
    )


def _link(db: Connection, house: House, _words: list[str], now: datetime) -> None:
    """The one who wrote last is the one who telephoned."""
    (caller,), new = visitors_called(db, house.vault, "そら"), _last_writer(db)
    by: dict[str, Any] = {"account_id": _staff(db, house), "now": now}
    asking.link(db, house.vault, client_id=caller, from_id=new, **by)


def _find_nobody(db: Connection, house: House, _words: list[str], now: datetime) -> None:
    """Staff found nobody whom the one who wrote last could be."""
    by: dict[str, Any] = {"account_id": _staff(db, house), "now": now}
    asking.decline(db, house.vault, client_id=_last_writer(db), **by)


def _last_writer(db: Connection) -> str:
    newest_first = sa.select(client.c.id).order_by(client.c.seen_at.desc())
    return str(db.execute(newest_first.limit(1)).scalar_one())


def _session_on(db: Connection, day: str) -> str:
    desk, when = desk_by_code(db, "suwa"), date.fromisoformat(day)
    assert desk is not None
    return upcoming_sessions(db, desk_id=desk.id, since=when, until=when)[0].id


def _staff(db: Connection, house: House) -> str:
    account_id, _token = people.add_account(
        db, house.vault, role="staff", desk_id=None, name="佐藤", now=house.clock.real()
    )
    return account_id


def _keep_media(db: Connection, _house: House, _words: list[str], _now: datetime) -> None:
    """Every desk keeps photos and voices from now on."""
    for desk in list_desks(db):
        keep_media(db, desk_id=desk.id, keeps=True)


ACTS: dict[str, Callable[[Connection, House, list[str], datetime], None]] = {
    "時間を作る": _offer_own_time,
    "むずかしいと知らせる": _say_impossible,
    "紹介先に話してよいか聞く": _ask_for_agency,
    "休みにする": _close_day,
    "日を移す": _move_day,
    "写真と声をうけとる": _keep_media,
    "おたよりを送る": _send_news,
    "返事を書く": _write_back,
    "返事を取り消す": _take_back,
    "フォローに同意": _agree_to_follow_ups,
    "フォローを始める": _begin_plan,
    "来た": _come,
    "電話で予約をうける": _book_caller,
    "前の予約とつなぐ": _link,
    "見つからないと知らせる": _find_nobody,
}
