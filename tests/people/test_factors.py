"""Digits, recovery codes and what is left of the ways in, on both databases and when two press at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pyotp
import pytest

from bot.scheduling import accounts
from desk.database import Connection
from desk.people import factors, inactive, queries, recovery, service, totp
from desk.people.forgetting import forget_old
from desk.people.second import codes_to_try, spend_second
from tests.panel.scene import BOOKED_AT, Scene
from tests.people.authenticator import SoftKey
from tests.people.test_passkeys import enrol

REAL = datetime(2026, 11, 12, 14, 40, 10, tzinfo=UTC)
STEP = timedelta(seconds=30)


@dataclass(frozen=True)
class Owner:
    """Somebody with a password, an app and a sheet of paper."""

    scene: Scene
    id: str
    app: pyotp.TOTP
    codes: tuple[str, ...]

    def enters(self, code: str, *, real: datetime = REAL) -> str | None:
        """Gives the second factor."""
        house = self.scene.house
        with house.database.transaction() as db:
            code_id = recovery.find_code(codes_to_try(db, account_id=self.id, code=code), code)
            return spend_second(
                db,
                house.vault,
                account_id=self.id,
                code=code,
                code_id=code_id,
                now=self.scene.now,
                real=real,
            )


def set_up(scene: Scene, who: str, *, real: datetime = REAL) -> Owner:
    """Gives an account a password (any), an app and recovery codes."""
    account_id, vault, codes = scene.accounts[who], scene.house.vault, recovery.fresh_codes()
    with scene.house.database.transaction() as db:
        service.set_password(db, account_id=account_id, password_hash="any")
        token = totp.begin(db, vault, account_id=account_id, real=real)
        seed = totp.seed_put_aside(db, vault, account_id=account_id, token=token, real=real)
        assert seed is not None
        app, earlier = pyotp.TOTP(seed), real - STEP
        assert totp.finish(db, vault, account_id=account_id, token=token, code=app.at(earlier), real=real)
        recovery.keep_codes(db, account_id=account_id, hashes=recovery.hashes_of(codes))
    return Owner(scene, account_id, app, codes)


@pytest.fixture
def owner(scene: Scene) -> Owner:
    """佐藤, with password, app and paper."""
    return set_up(scene, "sato")


def at_once(act: Callable[[Connection], object], scene: Scene) -> list[object]:
    """Four transactions that do the same; what each came to."""

    def one(_: int) -> object:
        try:
            with scene.house.database.transaction() as db:
                return act(db)
        except factors.LastWayIn as fault:
            return fault

    with ThreadPoolExecutor(4) as pool:
        return list(pool.map(one, range(4)))


def test_digits_are_good_once_and_earlier_ones_no_more(owner: Owner) -> None:
    now = owner.app.at(REAL)
    assert owner.enters(f" {now[:3]} {now[3:]} ") == "totp"
    assert owner.enters(now) is None
    assert owner.enters(f"{now} ") is None
    assert owner.enters(owner.app.at(REAL - STEP)) is None
    assert owner.enters(owner.app.at(REAL + STEP)) == "totp"


def test_digits_hold_one_step_before_and_after_and_not_two(owner: Owner) -> None:
    later = REAL + 10 * STEP
    for aside, good in ((-2, None), (2, None), (-1, "totp"), (1, "totp")):
        assert owner.enters(owner.app.at(later + aside * STEP), real=later) == good, aside


def test_full_width_digits_are_digits(owner: Owner) -> None:
    wide = owner.app.at(REAL).translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    assert owner.enters(wide) == "totp"


def test_the_same_digits_twice_at_once_let_one_in(owner: Owner) -> None:
    scene, code = owner.scene, owner.app.at(REAL)
    spent = at_once(
        lambda db: totp.spend_code(db, scene.house.vault, account_id=owner.id, code=code, real=REAL), scene
    )
    assert sorted(map(str, spent)) == ["False", "False", "False", "True"]


def test_a_recovery_code_works_once_however_it_is_typed(owner: Owner) -> None:
    first, second, *_ = owner.codes
    assert owner.enters(first.upper().replace("-", " ")) == "recovery"
    assert owner.enters(first) is None
    with owner.scene.house.database.reading() as db:
        code_id = recovery.find_code(recovery.codes_left(db, owner.id), second)
    assert code_id is not None
    spent = at_once(lambda db: recovery.spend_code(db, code_id=code_id, now=BOOKED_AT), owner.scene)
    assert sorted(map(str, spent)) == ["False", "False", "False", "True"]
    with owner.scene.house.database.reading() as db:
        assert factors.factors_of(db, owner.id).codes_left == recovery.HOW_MANY - 2


def test_new_codes_make_the_old_ones_worthless(owner: Owner) -> None:
    fresh = recovery.fresh_codes()
    with owner.scene.house.database.transaction() as db:
        recovery.keep_codes(db, account_id=owner.id, hashes=recovery.hashes_of(fresh))
    assert owner.enters(owner.codes[0]) is None
    assert owner.enters(fresh[0]) == "recovery"


def test_codes_are_long_differ_and_have_no_letters_that_look_alike() -> None:
    codes = {code for _ in range(20) for code in recovery.fresh_codes()}
    assert len(codes) == 20 * recovery.HOW_MANY
    assert {len(code.replace("-", "")) for code in codes} == {16}
    assert not set("".join(codes)) & set("01oil")


def test_neither_seed_nor_codes_stand_in_the_database(owner: Owner) -> None:
    with owner.scene.house.database.reading() as db:
        rows = [
            str(tuple(row))
            for table in ("account", "recovery_code", "challenge")
            for row in db.exec_driver_sql(f"SELECT * FROM {table}")
        ]
    assert any("$argon2id$" in row for row in rows)
    secrets = (owner.app.secret, *owner.codes, *(code.replace("-", "") for code in owner.codes))
    assert not [row for row in rows if any(secret in row for secret in secrets)]


def test_a_seed_that_was_put_aside_is_its_owners_and_for_five_minutes(scene: Scene) -> None:
    vault, mine, other = scene.house.vault, scene.accounts["sato"], scene.accounts["mori"]
    with scene.house.database.transaction() as db:
        token = totp.begin(db, vault, account_id=mine, real=REAL)
        assert totp.seed_put_aside(db, vault, account_id=mine, token=token, real=REAL)
        assert totp.seed_put_aside(db, vault, account_id=other, token=token, real=REAL) is None
        over = REAL + timedelta(minutes=5)
        assert totp.seed_put_aside(db, vault, account_id=mine, token=token, real=over) is None


def test_the_last_way_in_cannot_be_taken_away(owner: Owner) -> None:
    scene = owner.scene
    with pytest.raises(factors.LastWayIn), scene.house.database.transaction() as db:
        factors.remove_digits(db, account_id=owner.id)
    key_id = enrol(scene, "sato", SoftKey())
    assert key_id
    with scene.house.database.transaction() as db:
        factors.remove_digits(db, account_id=owner.id)
        assert not factors.factors_of(db, owner.id).has_password
    with pytest.raises(factors.LastWayIn), scene.house.database.transaction() as db:
        factors.remove_key(db, account_id=owner.id, key_id=key_id)
    with scene.house.database.reading() as db:
        assert factors.factors_of(db, owner.id).complete


def test_two_that_take_away_the_last_two_ways_at_once_leave_one(scene: Scene) -> None:
    keys = [enrol(scene, "hara", SoftKey()) for _ in range(2)]
    turns = iter([*keys, *keys])

    def take(db: Connection) -> object:
        return factors.remove_key(db, account_id=scene.accounts["hara"], key_id=str(next(turns)))

    at_once(take, scene)
    with scene.house.database.reading() as db:
        assert len(factors.factors_of(db, scene.accounts["hara"]).keys) == 1


def test_beginning_anew_takes_every_way_in_and_leaves_one_link(owner: Owner) -> None:
    scene = owner.scene
    enrol(scene, "sato", SoftKey())
    with scene.house.database.transaction() as db:
        cookie = service.sign_in_as(db, account_id=owner.id, now=scene.now)
        link = service.begin_anew(db, account_id=owner.id, now=scene.now, real=REAL)
    with scene.house.database.transaction() as db:
        assert factors.factors_of(db, owner.id) == factors.Factors((), False, False, 0)
        assert queries.open_sign_in(db, scene.house.vault, token=cookie, now=scene.now) is None
        assert service.spend_link(db, token=link, now=REAL) == owner.id


def test_an_account_nobody_uses_is_warned_of_then_closed_and_stays_on_the_roster(owner: Owner) -> None:
    scene = owner.scene
    keeper = set_up(scene, "mori").id
    enrol(scene, "kobayashi", SoftKey())
    made = scene.house.clock.real()
    warned, closed = made + timedelta(days=150), made + timedelta(days=181)
    with scene.house.database.transaction() as db:
        service.sign_in_as(db, account_id=scene.accounts["kobayashi"], now=made)
        service.sign_in_as(db, account_id=owner.id, now=closed - timedelta(days=1))
        service.sign_in_as(db, account_id=keeper, now=made)
        forget_old(db, now=warned, real=warned)
        assert scene.accounts["kobayashi"] in inactive.soon_closed(db, now=warned)
        assert inactive.close_unused(db, now=warned) == ()
        assert inactive.close_unused(db, now=closed) == (scene.accounts["kobayashi"],), "not the only keeper"
        known = queries.account_by_id(db, scene.house.vault, scene.accounts["kobayashi"])
        assert known is not None
        assert not known.disabled
        kanri = set_up_in(db, scene, "kanri")
        service.sign_in_as(db, account_id=kanri, now=closed)
        assert accounts.close(db, scene.house, closed) == 1, "another one can let people in now"
        assert keeper not in factors.with_a_way_in(db)
        written = "SELECT act, role, subject_id FROM audit_entry"
        assert [tuple(row) for row in db.exec_driver_sql(written)] == [("account_idle", "house", keeper)]


def test_under_a_shifted_clock_too_an_account_grows_old_by_its_use_alone(owner: Owner) -> None:
    """The account is made by the machine's own time; what people do is told by the clock of the desk."""
    scene = owner.scene
    long_before = scene.house.clock.real() - timedelta(days=1000)
    with scene.house.database.transaction() as db:
        service.sign_in_as(db, account_id=owner.id, now=long_before)
        later = long_before + timedelta(days=151)
        assert inactive.soon_closed(db, now=later - timedelta(days=2)) == frozenset()
        assert inactive.soon_closed(db, now=later) == {owner.id}


def set_up_in(db: Connection, scene: Scene, who: str) -> str:
    """Gives an account password and app inside a transaction."""
    account_id, vault = scene.accounts[who], scene.house.vault
    service.set_password(db, account_id=account_id, password_hash="any")
    token = totp.begin(db, vault, account_id=account_id, real=REAL)
    seed = totp.seed_put_aside(db, vault, account_id=account_id, token=token, real=REAL)
    code = pyotp.TOTP(str(seed)).at(REAL)
    assert totp.finish(db, vault, account_id=account_id, token=token, code=code, real=REAL)
    return account_id
