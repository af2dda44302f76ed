"""Accounts and sign-ins on both databases, also when several people press at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from desk.errors import LinkSpent, SignInRefused
from desk.people import passwords, queries, service
from desk.people.rules import TooManyTries
from tests.panel.scene import BOOKED_AT, Scene


def test_numbers_go_on_and_never_come_twice(scene: Scene) -> None:
    def add(name: str) -> str:
        with scene.house.database.transaction() as db:
            return service.add_account(
                db, scene.house.vault, role="officer", desk_id=scene.desk_id, name=name, now=BOOKED_AT
            )[0]

    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(add, ["い", "ろ", "は", "に"]))
    with scene.house.database.reading() as db:
        rows = queries.accounts(db, scene.house.vault, organisation_id=scene.organisation_id)
    assert [row.number for row in rows] == list(range(101, 113))
    assert {row.name for row in rows if row.id in made} == {"い", "ろ", "は", "に"}


def test_a_link_pressed_twice_at_once_works_once(scene: Scene) -> None:
    real = scene.house.clock.real()
    with scene.house.database.transaction() as db:
        token = service.make_link(db, account_id=scene.accounts["hara"], now=real)

    def spend(_: int) -> str | None:
        try:
            with scene.house.database.transaction() as db:
                return service.spend_link(db, token=token, now=real)
        except LinkSpent:
            return None

    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(spend, range(4)))
    assert sorted(results, key=str) == sorted([None, None, None, scene.accounts["hara"]], key=str)


def test_a_link_lasts_a_day_of_real_time(scene: Scene) -> None:
    real = scene.house.clock.real()
    with scene.house.database.transaction() as db:
        token = service.make_link(db, account_id=scene.accounts["hara"], now=real)
        almost, after = real + timedelta(hours=23, minutes=59), real + timedelta(hours=24)
        assert queries.account_of_link(db, scene.house.vault, token=token, now=almost).name == "原"
        with pytest.raises(LinkSpent):
            queries.account_of_link(db, scene.house.vault, token=token, now=after)


def test_many_guesses_at_once_are_not_all_free(scene: Scene) -> None:
    def guess(_: int) -> bool:
        try:
            with scene.house.database.transaction() as db:
                service.begin_try(db, number=101, now=BOOKED_AT)
        except TooManyTries:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        free = sum(pool.map(guess, range(20)))
    assert free == 5


def test_a_try_at_nobodys_number_is_counted_too(scene: Scene) -> None:
    for _ in range(5):
        with scene.house.database.transaction() as db:
            assert service.begin_try(db, number=999, now=BOOKED_AT) == (None, None)
    with pytest.raises(SignInRefused), scene.house.database.transaction() as db:
        service.begin_try(db, number=999, now=BOOKED_AT)


def test_a_new_password_ends_what_was_open_with_the_old_one(scene: Scene) -> None:
    account_id = scene.accounts["kobayashi"]
    with scene.house.database.transaction() as db:
        token = service.sign_in_as(db, account_id=account_id, now=BOOKED_AT)
        service.set_password(db, account_id=account_id, password_hash="x", now=BOOKED_AT)
        assert queries.open_sign_in(db, scene.house.vault, token=token, now=BOOKED_AT) is None


def test_passwords_are_kept_as_argon2id_and_compared_without_telling_who_exists() -> None:
    hashed = passwords.hash_password("あさつゆ むぎわら 123")
    assert hashed.startswith("$argon2id$")
    assert passwords.matches(hashed, "あさつゆ むぎわら １２３")
    assert not passwords.matches(hashed, "あさつゆ")
    assert not passwords.matches(None, "nobody has this password")
