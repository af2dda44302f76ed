"""Guessing grows slow, at one account, from one address and from everywhere; nobody is kept out by others."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from starlette.testclient import TestClient

from desk.people import throttle
from desk.people.rules import TooManyTries
from desk.people.service import sign_in_as
from tests.panel.entry import read_log
from tests.panel.scene import BOOKED_AT, ORIGIN, Scene


def tries(scene: Scene, number: int, address: str = "192.0.2.1", *, now: datetime = BOOKED_AT) -> timedelta:
    """One try; how long it would have had to wait."""
    try:
        with scene.house.database.transaction() as db:
            throttle.begin_try(db, scene.house.vault, number=number, address=address, now=now)
    except TooManyTries as fault:
        return fault.wait
    return timedelta(0)


def test_many_guesses_at_once_are_not_all_free(scene: Scene) -> None:
    with ThreadPoolExecutor(8) as pool:
        waits = list(pool.map(lambda _: tries(scene, 101), range(20)))
    assert waits.count(timedelta(0)) == 5


def test_nobodys_number_is_as_slow_as_anybodys(scene: Scene) -> None:
    waits = {
        number: [tries(scene, number, f"192.0.2.{number % 9}") for _ in range(6)] for number in (101, 999)
    }
    assert waits[101] == waits[999] == [timedelta(0)] * 5 + [timedelta(seconds=10)]


def test_fifty_guesses_spread_over_accounts_are_slowed_and_other_addresses_are_not(scene: Scene) -> None:
    waits = [tries(scene, 101 + at % 25) for at in range(50)]
    assert waits.count(timedelta(0)) == 20
    assert tries(scene, 199) > timedelta(0), "an account it has not tried yet"
    assert tries(scene, 101, "198.51.100.7") == timedelta(0), "the officer at home"


def test_guessing_from_everywhere_delays_an_officer_for_half_a_minute_at_most(scene: Scene) -> None:
    for at in range(20):
        assert tries(scene, 101, f"203.0.113.{at}") == timedelta(0)
    later = BOOKED_AT
    for at in range(20):
        later += timedelta(seconds=30)
        assert tries(scene, 101, f"198.51.100.{at}", now=later) == timedelta(0)
    assert timedelta(0) < tries(scene, 101, "192.0.2.9", now=later) <= timedelta(seconds=30)


def test_guessing_elsewhere_does_not_slow_an_officer_where_they_have_signed_in(scene: Scene) -> None:
    """Twelve addresses ask again at every moment that is free; from home the two steps go through all the same."""
    home = scene.house.vault.index("address", "192.0.2.1")
    with scene.house.database.transaction() as db:
        sign_in_as(db, account_id=scene.accounts["kobayashi"], whence=home, now=BOOKED_AT)
    for at in range(20):
        tries(scene, 101, f"203.0.113.{at}")
    assert tries(scene, 101, "192.0.2.9") > timedelta(0), "from anywhere else"
    assert tries(scene, 102, "192.0.2.1") == timedelta(0)
    assert [tries(scene, 101, "192.0.2.1") for _ in range(2)] == [timedelta(0)] * 2
    waits = [tries(scene, 101, "192.0.2.1") for _ in range(4)]
    assert waits[-1] > timedelta(0), "five from one address at one account, here as anywhere"


def test_keys_that_are_none_are_slowed_by_address_and_told_once_a_minute(scene: Scene) -> None:
    def press(moment: datetime, address: str = "203.0.113.5") -> str:
        visitor = scene.served_at("http://localhost:8000").at(moment).visitor()
        from_there = TestClient(visitor.app, base_url=ORIGIN, headers={"Origin": ORIGIN}, client=(address, 1))
        return from_there.post("/admin/sign-in/passkey", data={"answer": "{}"}).text

    answers = [press(BOOKED_AT) for _ in range(21)]
    assert "この機器では入れませんでした" in answers[19]
    assert "あと10秒待って" in answers[20]
    assert "この機器では入れませんでした" in press(BOOKED_AT, "203.0.113.6")
    assert len(told(scene)) == 2, "one for each address"
    press(BOOKED_AT + timedelta(seconds=50))
    assert len(told(scene)) == 2
    press(BOOKED_AT + timedelta(seconds=90))
    assert len(told(scene)) == 3
    assert tries(scene, 101, "192.0.2.1") == timedelta(0)


def told(scene: Scene) -> list[str]:
    """What the reading log tells of sign-ins that failed."""
    return [row.act for row in read_log(scene) if row.act == "sign_in_failed"]


def test_the_right_one_forgives_what_was_counted(scene: Scene) -> None:
    for _ in range(5):
        tries(scene, 101)
    with scene.house.database.transaction() as db:
        throttle.forget_tries(db, number=101)
    assert tries(scene, 101) == timedelta(0)


def test_no_address_stands_in_the_database(scene: Scene) -> None:
    tries(scene, 101, "192.0.2.77")
    with scene.house.database.reading() as db:
        rows = [str(tuple(row)) for row in db.exec_driver_sql("SELECT * FROM sign_in_attempt")]
    assert len(rows) == 1
    assert "192.0.2" not in rows[0]
