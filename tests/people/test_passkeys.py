"""Keys in telephones on both databases: what is believed, and all that is not."""

from datetime import timedelta

import pytest

from desk.people import factors, passkeys, queries
from desk.people.challenges import Purpose
from desk.people.site import Site, site_of
from tests.panel.scene import Scene
from tests.people.authenticator import PRESENT, SoftKey

SITE = Site("localhost", "http://localhost:8000")


def enrol(scene: Scene, who: str, key: SoftKey, *, asked_for: str = "") -> str | None:
    """Makes a key for an account, as its browser would; `asked_for`: in whose name the browser had asked."""
    house, real = scene.house, scene.house.clock.real()
    with house.database.transaction() as db:
        owner = queries.account_by_id(db, house.vault, scene.accounts[asked_for or who])
        assert owner is not None
        options = passkeys.ask_for_new(db, SITE, owner=owner, keys=(), real=real)
        return passkeys.keep_new(
            db,
            SITE,
            account_id=scene.accounts[who],
            answer=key.make(options),
            name="電話",
            now=scene.now,
            real=real,
        )


def ask(scene: Scene, purpose: Purpose = "sign_in", who: str = "") -> str:
    """What the browser is asked."""
    with scene.house.database.transaction() as db:
        account_id = scene.accounts[who] if who else None
        real = scene.house.clock.real()
        return passkeys.ask(db, SITE, purpose=purpose, account_id=account_id, real=real)


def answered(scene: Scene, answer: str, *, purpose: Purpose = "sign_in", minutes: int = 0) -> str | None:
    """Whom an answer lets in."""
    real = scene.house.clock.real() + timedelta(minutes=minutes)
    with scene.house.database.transaction() as db:
        return passkeys.who_answers(db, SITE, purpose=purpose, answer=answer, now=scene.now, real=real)


@pytest.fixture
def key(scene: Scene) -> SoftKey:
    """小林's telephone."""
    made = SoftKey()
    assert enrol(scene, "kobayashi", made)
    return made


def test_a_key_says_whose_it_is_without_a_number(scene: Scene, key: SoftKey) -> None:
    assert answered(scene, key.answer(ask(scene))) == scene.accounts["kobayashi"]
    assert answered(scene, key.answer(ask(scene))) == scene.accounts["kobayashi"]


def test_a_challenge_is_good_once_and_for_five_minutes(scene: Scene, key: SoftKey) -> None:
    options = ask(scene)
    assert answered(scene, key.answer(options)) == scene.accounts["kobayashi"]
    assert answered(scene, key.answer(options)) is None
    assert answered(scene, key.answer(ask(scene)), minutes=4)
    assert answered(scene, key.answer(ask(scene)), minutes=5) is None


def test_a_challenge_is_spent_by_a_wrong_answer_too(scene: Scene, key: SoftKey) -> None:
    options = ask(scene)
    stranger = SoftKey(credential=key.credential)
    assert answered(scene, stranger.answer(options)) is None
    assert answered(scene, key.answer(options)) is None


def test_what_is_not_believed(scene: Scene, key: SoftKey) -> None:
    def like(**changed: object) -> SoftKey:
        kept = {"secret": key.secret, "credential": key.credential, "count": key.count + 10}
        return SoftKey(**{**kept, **changed})  # type: ignore[arg-type]  # each of its own field's type

    wrong = {
        "another site's page": like(origin="http://elsewhere.example"),
        "another port of this machine": like(origin="http://localhost:9000"),
        "a key of another site": like(host="elsewhere.example"),
        "a touch without a finger": like(flags=PRESENT),
        "a key nobody knows": like(credential=b"nobody's"),
    }
    let_in = [why for why, each in wrong.items() if answered(scene, each.answer(ask(scene)))]
    assert let_in == []
    assert answered(scene, like().answer(ask(scene))), "the same, unchanged, is believed"


def test_a_copied_key_shows_by_its_count(scene: Scene, key: SoftKey) -> None:
    copy = SoftKey(secret=key.secret, credential=key.credential)
    for _ in range(3):
        assert answered(scene, key.answer(ask(scene)))
    assert answered(scene, copy.answer(ask(scene))) is None
    assert answered(scene, key.answer(ask(scene)))


def test_an_answer_to_sign_in_proves_nothing_later(scene: Scene, key: SoftKey) -> None:
    assert answered(scene, key.answer(ask(scene, "sign_in")), purpose="prove") is None
    assert answered(scene, key.answer(ask(scene, "prove", "hara")), purpose="prove") is None
    assert answered(scene, key.answer(ask(scene, "prove", "kobayashi")), purpose="prove")


def test_nobody_adds_a_key_in_anothers_name(scene: Scene, key: SoftKey) -> None:
    assert enrol(scene, "hara", SoftKey(), asked_for="kobayashi") is None
    assert enrol(scene, "hara", SoftKey(flags=PRESENT)) is None
    assert enrol(scene, "hara", key) is None, "one key has one owner"
    with scene.house.database.reading() as db:
        assert not factors.factors_of(db, scene.accounts["hara"]).complete
        assert len(factors.factors_of(db, scene.accounts["kobayashi"]).keys) == 1


GARBAGE = (
    "",
    "null",
    "[]",
    "{}",
    "\x00",
    '{"id": 1}',
    '{"id":"\\u0000","rawId":"AA","type":"public-key","response":{}}',
    '{"id":"AA","rawId":"AA","type":"public-key","response":{"clientDataJSON":"e30","signature":"A"}}',
    "[" * 5000,
)


def test_whatever_is_sent_instead_of_an_answer_lets_nobody_in(scene: Scene) -> None:
    real = scene.house.clock.real()
    for sent in GARBAGE:
        assert answered(scene, sent) is None, sent[:40]
        with scene.house.database.transaction() as db:
            made = passkeys.keep_new(
                db,
                SITE,
                account_id=scene.accounts["hara"],
                answer=sent,
                name="",
                now=scene.now,
                real=real,
            )
        assert made is None, sent[:40]


def test_an_address_without_a_name_offers_no_keys() -> None:
    assert site_of("http://127.0.0.1:8000") is None
    assert site_of("") is None
    assert site_of("https://desk.example") == Site("desk.example", "https://desk.example")
