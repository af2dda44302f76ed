"""Guessing grows slow, at one account, from one address and from everywhere; nobody is kept out by others."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from desk.people import throttle
from desk.people.rules import TooManyTries
from tests.panel.scene import BOOKED_AT, Scene


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
