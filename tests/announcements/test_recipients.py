"""Whom news is for: who agreed and had to do with the desk, and nobody else."""

from datetime import timedelta
from typing import Any

import pytest

from desk.announcements import service
from desk.announcements.rules import CannotSend
from desk.booking import service as booking
from desk.booking import waiting_list
from desk.calendar.queries import free_slots
from desk.clients import consents
from desk.clients import service as clients
from desk.clients.consents import Basis
from desk.intake.service import add_need
from desk.reach import asking
from desk.record import service as record
from tests.announcements.town import Town
from tests.engines import ONE_BY_DEFAULT, POSTGRES_BY_DEFAULT
from tests.family.chat import Chat


def test_it_goes_to_who_agreed_and_booked_waited_or_wished_there(town: Town) -> None:
    for name, desk, agrees in (
        ("そら", "suwa", True),
        ("はな", "suwa", False),
        ("もり", "ueda", True),
        ("やま", "", True),
        ("うみ", "", True),
        ("ほし", "", True),
    ):
        town.someone(name, desk=desk, agrees=agrees)
    _books(town, "やま")
    _waits(town, "うみ")
    _waits(town, "ほし", anywhere=True)
    town.send(town.write("suwa"))
    town.minute()
    assert town.who_got_it() == ["そら", "やま", "うみ", "ほし"]


@ONE_BY_DEFAULT
def test_who_has_had_to_do_with_no_desk_yet_gets_that_of_any(town: Town) -> None:
    for name, desk in (("そら", ""), ("もり", "ueda")):
        town.someone(name, desk=desk)
    assert town.cost(town.write("suwa")).people == 1
    _books(town, "もり")
    assert town.cost(town.write("suwa")).people == 2


@ONE_BY_DEFAULT
def test_who_agreed_under_two_numbers_gets_it_once_by_the_account_that_speaks(town: Town) -> None:
    whose = town.someone("はな", agrees=False)
    town.clock.pass_time(60.0)
    was = town.someone("そら", desk="")
    with town.database.transaction() as db:
        by: dict[str, Any] = {"account_id": town.scene.accounts["sato"], "now": town.clock.now()}
        asking.link(db, town.house.vault, client_id=whose, from_id=was, **by)
    announcement_id = town.write("suwa")
    assert town.cost(announcement_id).people == 1, "they agreed under the number that was joined"
    chat = Chat(town.house, town.people["そら"].user_id)
    assert "おたよりを 送っています" in chat.types("おたより"), "and are not asked again"
    with town.database.transaction() as db:
        consents.agree(
            db,
            client_id=whose,
            purpose="news",
            text_version="t",
            text="はい",
            via="line",
            now=town.clock.now(),
        )
    assert town.cost(announcement_id).people == 1
    town.send(announcement_id)
    town.minute()
    assert town.who_got_it() == ["そら"]


@pytest.mark.parametrize("desk", ["suwa", "ueda"])
def test_who_has_three_numbers_gets_it_once_whichever_agreed_and_was_at_the_desk(
    town: Town, desk: str
) -> None:
    last, middle, first = (
        town.someone("そら", desk="ueda"),
        town.someone("はな", desk="", agrees=False),
        town.someone("もり", agrees=False),
    )
    for whose, was in ((middle, last), (first, middle)):
        town.clock.pass_time(1)
        with town.database.transaction() as db:
            by: dict[str, Any] = {"account_id": town.scene.accounts["sato"], "now": town.clock.now()}
            asking.link(db, town.house.vault, client_id=whose, from_id=was, **by)
    announcement_id = town.write(desk)
    assert town.cost(announcement_id).people == 1
    town.send(announcement_id)
    town.minute()
    assert town.who_got_it() == ["そら"]


@POSTGRES_BY_DEFAULT
def test_for_all_desks_it_goes_to_all_who_agreed(town: Town) -> None:
    for name, desk, agrees in (
        ("そら", "suwa", True),
        ("もり", "ueda", True),
        ("やま", "", True),
        ("はな", "suwa", False),
    ):
        town.someone(name, desk=desk, agrees=agrees)
    town.send(town.write(None))
    town.minute()
    assert town.who_got_it() == ["そら", "もり", "やま"]


@ONE_BY_DEFAULT
def test_what_troubles_somebody_makes_no_difference(town: Town) -> None:
    for name in ("そら", "はな"):
        town.someone(name)
    with town.database.transaction() as db:
        staff = town.scene.accounts["sato"]
        add_need(
            db,
            town.house.vault,
            client_id=town.ids["そら"],
            code="debt",
            account_id=staff,
            now=town.clock.now(),
        )
    town.send(town.write())
    town.minute()
    assert town.who_got_it() == ["そら", "はな"]


def test_not_to_who_blocked_was_erased_took_it_back_or_never_said_yes(town: Town) -> None:
    for name in ("そら", "はな", "もり", "やま", "うみ"):
        town.someone(name, agrees=name != "うみ")
    now, vault = town.clock.now(), town.house.vault
    with town.database.transaction() as db:
        clients.block(db, client_id=town.ids["はな"], now=now)
        record.erase(db, vault, client_id=town.ids["もり"], now=now)
        consents.note_emergency(
            db,
            vault,
            client_id=town.ids["うみ"],
            purpose="news",
            basis=Basis("急ぎ", town.scene.accounts["sato"]),
            text_version="t",
            text="t",
            now=now,
        )
    town.wants_no_more("やま")
    announcement_id = town.write()
    assert town.cost(announcement_id).people == 1
    town.send(announcement_id)
    town.minute()
    assert town.who_got_it() == ["そら"]


@ONE_BY_DEFAULT
def test_who_agrees_later_waits_for_the_next(town: Town) -> None:
    town.someone("そら")
    announcement_id = town.send(town.write())
    town.clock.pass_time(1)
    town.someone("はな")
    town.minute()
    town.minute()
    assert town.who_got_it() == ["そら"]
    assert town.row(announcement_id).state == "sent"


@ONE_BY_DEFAULT
def test_words_that_nobody_has_seen_do_not_go_out(town: Town) -> None:
    town.someone("そら")
    announcement_id = town.write()
    seen = town.row(announcement_id).words_hash
    with town.database.transaction() as db:
        service.rewrite(db, announcement_id=announcement_id, words="ちがう文です。")
    with pytest.raises(CannotSend) as fault:
        town.press(announcement_id, 1, seen)
    assert (fault.value.why, town.row(announcement_id).state) == ("changed", "draft")


@ONE_BY_DEFAULT
def test_it_is_sent_to_the_number_that_was_shown_or_not_at_all(town: Town) -> None:
    town.someone("そら")
    announcement_id = town.write()
    with pytest.raises(CannotSend) as fault:
        town.press(announcement_id, 2)
    assert fault.value.why == "changed"
    assert town.row(announcement_id).state == "draft"
    town.send(announcement_id)
    with pytest.raises(CannotSend) as fault:
        town.press(announcement_id, 1)
    assert fault.value.why == "over"


@POSTGRES_BY_DEFAULT
@pytest.mark.parametrize(("limit", "used", "why"), [(200, 199, "too_many"), (200, 198, ""), (None, 0, "")])
def test_it_is_not_sent_where_the_month_has_too_little(
    town: Town, limit: int | None, used: int, why: str
) -> None:
    for name in ("そら", "はな"):
        town.someone(name)
    town.sim.set_quota(limit, used=used)
    town.read_quota()
    announcement_id = town.write()
    assert town.cost(announcement_id).hindrance == why
    if why:
        with pytest.raises(CannotSend):
            town.press(announcement_id, 2)
    else:
        town.send(announcement_id)
    assert town.row(announcement_id).state == ("draft" if why else "sending")


@POSTGRES_BY_DEFAULT
def test_two_that_are_sent_at_once_share_what_is_left(town: Town) -> None:
    for name in ("そら", "はな"):
        town.someone(name)
    town.sim.set_quota(200, used=197)
    town.read_quota()
    first, second = town.write(), town.write()
    assert (town.cost(first).room, town.cost(second).room) == (3, 3)
    town.send(first)
    assert town.cost(second).hindrance == "too_many"
    town.tick()
    assert town.cost(second).room == 1
    town.minute()
    assert (town.cost(second).room, town.states()) == (1, ["accepted", "accepted"])


@ONE_BY_DEFAULT
def test_a_quota_nobody_has_told_lets_nothing_go(town: Town) -> None:
    town.someone("そら")
    town.clock.pass_time(timedelta(days=31).total_seconds())
    assert town.cost(town.write()).hindrance == "not_asked"


def _books(town: Town, name: str) -> None:
    now, vault, client_id = town.clock.now(), town.house.vault, town.ids[name]
    with town.database.transaction() as db:
        place = free_slots(db, desk_id=town.scene.desk_id, now=now)[0]
        booking.hold(db, client_id=client_id, slot_id=place.slot_id, now=now)
        consents.agree(
            db, client_id=client_id, purpose="booking", text_version="t", text="はい", via="line", now=now
        )
        booking.confirm(
            db, vault, client_id=client_id, called_name="やま", about="self", subject_knows=None, now=now
        )


def _waits(town: Town, name: str, *, anywhere: bool = False) -> None:
    desk_id = None if anywhere else town.scene.desk_id
    with town.database.transaction() as db:
        waiting_list.join(db, client_id=town.ids[name], desk_id=desk_id, now=town.clock.now())
