"""Somebody takes it back, or is forgotten, at the instant at which a batch is written."""

import threading
from collections.abc import Callable

import pytest
from sqlalchemy.engine import Connection

from desk.announcements import service
from desk.announcements.rules import CannotSend
from desk.record import service as record
from tests.announcements.town import Town
from tests.engines import POSTGRES_BY_DEFAULT
from tests.locks import wait_until_somebody_waits

pytestmark = POSTGRES_BY_DEFAULT

Act = Callable[[Town, Connection], None]


def _takes_back(town: Town, db: Connection) -> None:
    record.take_back(db, town.house.vault, client_id=town.ids["そら"], purpose="news", now=town.clock.now())


def _is_erased(town: Town, db: Connection) -> None:
    record.erase(db, town.house.vault, client_id=town.ids["そら"], now=town.clock.now())


ACTS = pytest.mark.parametrize("act", [_takes_back, _is_erased])


@ACTS
def test_who_goes_while_a_batch_is_written_gets_nothing(town: Town, act: Act) -> None:
    town.someone("そら")
    town.someone("はな")
    town.send(town.write())

    def go() -> None:
        with town.database.transaction() as db:
            act(town, db)

    leaving = threading.Thread(target=go)
    with town.database.transaction() as db:
        assert service.hand_over_next(db, town.house.vault, now=town.clock.now()) == 2
        leaving.start()
        if not town.database.is_sqlite:
            wait_until_somebody_waits(town.database)
    leaving.join()
    town.minute()
    assert town.who_got_it() == ["はな"]


@ACTS
def test_who_is_just_going_holds_no_batch_up_and_gets_nothing(town: Town, act: Act) -> None:
    town.someone("そら")
    town.someone("はな")
    announcement_id = town.send(town.write())
    handed: list[int] = []
    handing = threading.Thread(target=lambda: handed.append(town.hand_over()))
    with town.database.transaction() as db:
        act(town, db)
        handing.start()
        if not town.database.is_sqlite:  # there nobody writes beside another
            handing.join()
    handing.join()
    assert handed == [1]
    town.minute()
    town.minute()
    assert (town.who_got_it(), town.row(announcement_id).state) == (["はな"], "sent")


def test_two_that_hand_over_at_once_reach_each_once(town: Town) -> None:
    names = ["そら", "はな", "もり"]
    for name in names:
        town.someone(name)
    town.send(town.write())
    both = [threading.Thread(target=town.hand_over) for _ in range(2)]
    for each in both:
        each.start()
    for each in both:
        each.join()
    town.minute()
    assert town.who_got_it() == names


def test_stopped_while_a_batch_is_written_it_goes_to_nobody(town: Town) -> None:
    town.someone("そら")
    announcement_id = town.send(town.write())
    stopping = threading.Thread(target=town.stop, args=(announcement_id,))
    with town.database.transaction() as db:
        assert service.hand_over_next(db, town.house.vault, now=town.clock.now()) == 1
        stopping.start()
        if not town.database.is_sqlite:
            wait_until_somebody_waits(town.database)
    stopping.join()
    town.minute()
    assert (town.who_got_it(), town.states()) == ([], ["dropped"])


def test_two_that_are_sent_at_one_instant_never_count_on_the_same_room(town: Town) -> None:
    for name in ("そら", "はな"):
        town.someone(name)
    town.sim.set_quota(200, used=197)
    town.read_quota()
    first, second = town.write(), town.write()
    why: list[str] = []

    def press() -> None:
        try:
            town.press(second, 2)
        except CannotSend as fault:
            why.append(fault.why)

    pressing = threading.Thread(target=press)
    row = town.row(first)
    with town.database.transaction() as db:
        service.send(
            db,
            announcement_id=first,
            people=2,
            words_hash=row.words_hash,
            account_id=row.account_id,
            now=town.clock.now(),
        )
        pressing.start()
        if not town.database.is_sqlite:
            wait_until_somebody_waits(town.database)
    pressing.join()
    assert why == ["too_many"]
