"""Accounts and sign-ins on both databases, also when several people press at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from desk.errors import LinkSpent
from desk.people import passwords, queries, service
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


def test_a_sign_in_goes_on_under_a_new_secret_once_all_factors_were_shown(scene: Scene) -> None:
    account_id, vault = scene.accounts["kobayashi"], scene.house.vault
    with scene.house.database.transaction() as db:
        old = service.sign_in_as(db, account_id=account_id, method="link", now=BOOKED_AT)
        before = queries.open_sign_in(db, vault, token=old, now=BOOKED_AT)
        assert before is not None
        assert before.proved_at is None
        fresh = service.renew_proved(db, token=old, method="passkey", now=BOOKED_AT)
        after = queries.open_sign_in(db, vault, token=fresh, now=BOOKED_AT)
        assert after is not None
        assert (after.id, after.proved_at) == (before.id, BOOKED_AT)
        assert queries.open_sign_in(db, vault, token=old, now=BOOKED_AT) is None


@pytest.mark.parametrize(
    ("who", "shared", "minutes"),
    [("kobayashi", False, 60), ("kobayashi", True, 15), ("kanri", False, 15), ("mori", False, 60)],
)
def test_who_is_idle_is_out_sooner_on_a_shared_tablet_and_where_accounts_are_kept(
    scene: Scene, who: str, shared: bool, minutes: int
) -> None:
    vault, limit = scene.house.vault, timedelta(minutes=minutes)
    with scene.house.database.transaction() as db:
        token = service.sign_in_as(db, account_id=scene.accounts[who], shared=shared, now=BOOKED_AT)
        almost = BOOKED_AT + limit - timedelta(seconds=1)
        assert queries.open_sign_in(db, vault, token=token, now=almost)
        assert queries.open_sign_in(db, vault, token=token, now=BOOKED_AT + limit) is None


def test_passwords_are_kept_as_argon2id_and_compared_without_telling_who_exists() -> None:
    hashed = passwords.hash_password("あさつゆ むぎわら 123")
    assert hashed.startswith("$argon2id$")
    assert passwords.matches(hashed, "あさつゆ むぎわら １２３")
    assert not passwords.matches(hashed, "あさつゆ")
    assert not passwords.matches(None, "nobody has this password")
