"""Consent, one purpose at a time: under which words, asked again, taken back with what stood on it; on both databases."""

import pytest
import sqlalchemy as sa

from bot.flows import consents as texts
from desk.clients import consents as service
from desk.clients.queries import consent_in_force
from desk.clients.rules import text_hash
from desk.database import Connection
from desk.errors import ConsentMissing
from desk.house import House
from desk.intake.service import open_intake
from desk.invariants import check_invariants
from desk.messaging.service import say
from desk.record import service as record
from desk.tables.clients import consent, consent_text
from desk.tables.intake import answer
from desk.tables.messaging import inbound_event, outbound_message
from tests.family.chat import Chat
from tests.panel.scene import Scene
from tests.record.acts import LETTER, THREE, books, consents, in_force, rows, tells

OLD = "まえの文です。"


def agrees(chat: Chat, purpose: str, *, text: str = OLD, version: str = "2020-01", via: str = "line") -> str:
    """An earlier yes to words that are asked no longer."""
    chat.types("メニュー")
    with chat.house.database.transaction() as db:
        return service.agree(
            db,
            client_id=chat.client_id,
            purpose=purpose,
            text_version=version,
            text=text,
            via=via,
            now=chat.house.clock.now(),
        )


def test_each_purpose_is_asked_by_itself_and_kept_with_its_words(son: Chat) -> None:
    assert rows(son.house, "consent") == 0
    books(son)
    assert in_force(son) == ["booking"]
    tells(son)
    assert in_force(son) == ["answers", "booking"]
    given = sorted(consents(son), key=lambda row: row.purpose)
    for row, text in zip(given, (texts.INTAKE, texts.BOOKING), strict=True):
        assert (row.text_version, row.words, row.via) == (text.version, text.words, "line")
    with son.house.database.reading() as db:
        kept = db.execute(sa.select(consent_text)).all()
    assert all(row.text_hash == text_hash(row.words) for row in kept)


def test_a_yes_to_something_small_is_no_yes_to_more(son: Chat) -> None:
    son.types("電話番号を書いておく", "1", "とばす")
    assert "だれのことか、です。" in son.types("予約", "諏訪", "1")
    son.types("1")
    assert "電話番号を 書いてください" in son.types("電話番号を書いておく")
    assert [row.text_version for row in consents(son) if row.withdrawn_at is None] == [texts.BOOKING.version]
    son.types("職員に書く", LETTER)
    assert "3つだけ、ボタンで聞きます" in son.types("会う前の質問")


def test_a_yes_to_more_is_enough_for_less_and_is_not_replaced_by_it(son: Chat) -> None:
    son.types(*THREE)
    assert texts.STORY.words.splitlines()[0] not in son.types("職員に書く")
    son.types(LETTER)
    assert [row.text_version for row in consents(son)] == [texts.INTAKE.version]


def test_newer_words_are_asked_at_the_next_moment_and_nothing_is_lost(son: Chat) -> None:
    before = agrees(son, "answers")
    with son.house.database.transaction() as db:
        intake_id = open_intake(db, client_id=son.client_id, booking_id=None, now=son.house.clock.now())
        row = {"id": "1" * 32, "intake_id": intake_id, "client_id": son.client_id, "key": "note"}
        sealed = {"value": b"x", "consent_id": before, "answered_at": son.house.clock.now()}
        db.execute(answer.insert().values(row | sealed))
    assert "3つだけ、ボタンで聞きます" in son.types("会う前の質問")
    son.types("いまは やめる")
    assert (rows(son.house, "answer"), in_force(son)) == (1, ["answers"])
    son.types("会う前の質問", "はい")
    newest, old = consents(son)
    assert (newest.text_version, old.replaced, newest.replaced) == (texts.INTAKE.version, True, False)
    assert rows(son.house, "answer", consent_id=newest.id) == 1
    assert "1/3" in son.types("会う前の質問")


def test_what_was_said_to_staff_counts_in_the_chat(son: Chat) -> None:
    agrees(son, "answers", via="panel", version="panel-2020-01")
    assert "1/3" in son.types("会う前の質問")


def test_answers_taken_back_take_words_needs_and_raw_events_with_them(scene: Scene, son: Chat) -> None:
    books(son)
    tells(son)
    assert rows(scene.house, "answer") == 3
    assert (rows(scene.house, "message"), rows(scene.house, "need") > 0) == (1, True)
    with scene.house.database.transaction() as db:  # LINE has taken what was said
        db.execute(outbound_message.update().values(state="accepted"))
        db.execute(inbound_event.update().values(state="handled"))
    assert "消しました" in son.types("同意", "答えと 書いたもの", "1")
    assert [rows(scene.house, table) for table in ("answer", "message", "need", "intake")] == [0, 0, 0, 0]
    assert in_force(son) == ["booking"]
    assert "予約番号" in son.types("予約確認")
    with scene.house.database.reading() as db:
        raw = db.execute(sa.select(inbound_event.c.raw).order_by(inbound_event.c.id)).scalars().all()
    since = 4  # three words to take it back, which are not handled yet, and one after
    assert [each is None for each in raw] == [True] * (len(raw) - since) + [False] * since
    assert "緊急サイン" in scene.browser("sato").get(f"/admin/clients/{son.client_id}").text


def test_a_question_that_stands_open_goes_too_and_the_booking_in_the_middle_stays(son: Chat) -> None:
    son.types("予約", "諏訪", "1", "1")
    son.types("会う前の質問", "1", "1")
    said = son.types("同意", "答えと 書いたもの", "1")
    assert "やめました" in said
    assert "どなたの ことですか" in son.types("つづきにもどる")
    assert "3つだけ、ボタンで聞きます" in son.types("会う前の質問")


def test_the_booking_goes_with_its_consent_and_the_officers_are_told(scene: Scene, son: Chat) -> None:
    books(son)
    son.types("電話番号を書いておく", "09000005555")
    booked = son.booking()
    assert "予約は、取り消しました" in son.types("同意", "1", "1")
    assert in_force(son) == []
    assert rows(scene.house, "client", phone=None) == rows(scene.house, "client")
    assert rows(scene.house, "notice", kind="cancelled", booking_id=booked.id) == 1
    assert rows(scene.house, "booking", id=booked.id, called_name=None, state="revoked") == 1


def test_nothing_may_be_booked_while_its_consent_is_taken_back(son: Chat) -> None:
    books(son)
    with son.house.database.transaction() as db, pytest.raises(ConsentMissing):
        service.withdraw(
            db, son.house.vault, client_id=son.client_id, purpose="booking", now=son.house.clock.now()
        )
    assert in_force(son) == ["booking"]


def test_planned_follow_ups_stop_with_their_consent(scene: Scene, son: Chat) -> None:
    agrees(son, "follow_up", via="panel")
    with scene.house.database.transaction() as db:
        for purpose in ("follow_up", "reminder"):
            says = [{"kind": "staff_message", "facts": {"text": "おかわり ありませんか。"}}]
            say(db, scene.house.vault, client_id=son.client_id, says=says, purpose=purpose, now=scene.now)
    son.types("同意", "あとからの 連絡", "1")
    assert rows(scene.house, "outbound_message", purpose="follow_up", state="dropped") == 1
    assert rows(scene.house, "outbound_message", purpose="reminder", state="queued") == 1


def test_no_answer_without_a_consent_and_the_constraint_says_so(son: Chat) -> None:
    son.types("メニュー")
    with son.house.database.transaction() as db:
        intake_id = open_intake(db, client_id=son.client_id, booking_id=None, now=son.house.clock.now())
    row = {"id": "1" * 32, "intake_id": intake_id, "client_id": son.client_id, "key": "mind", "value": b"x"}
    for consent_id in (None, "0" * 32):
        with pytest.raises(sa.exc.IntegrityError), son.house.database.transaction() as db:
            db.execute(
                answer.insert().values(row | {"consent_id": consent_id, "answered_at": son.house.clock.now()})
            )
    allowed = agrees(son, "answers")
    with son.house.database.transaction() as db:
        db.execute(
            answer.insert().values(row | {"consent_id": allowed, "answered_at": son.house.clock.now()})
        )
    assert rows(son.house, "answer") == 1


def test_an_emergency_is_no_consent_and_must_be_explained(house: House, scene: Scene, son: Chat) -> None:
    son.types("メニュー")
    row = {"id": "1" * 32, "client_id": son.client_id, "purpose": "answers", "basis": "emergency"}
    told = {"text_version": "x", "text_hash": text_hash("x"), "given_at": scene.now, "via": "panel"}
    with pytest.raises(sa.exc.IntegrityError), house.database.transaction() as db:
        db.execute(consent.insert().values(row | told))
    with house.database.transaction() as db:
        service.note_emergency(
            db,
            house.vault,
            client_id=son.client_id,
            purpose="answers",
            basis=service.Basis("電話で、いま飛びおりると言った。", scene.accounts["sato"]),
            text_version="panel",
            text="いのちの危険",
            now=scene.now,
        )
        assert consent_in_force(db, client_id=son.client_id, purpose="answers") is not None
    assert "3つだけ、ボタンで聞きます" in son.types("会う前の質問")
    son.types("はい")
    assert [(row.basis, row.replaced) for row in consents(son)] == [("consent", False), ("emergency", True)]


def test_one_takes_back_and_the_other_keeps_all(scene: Scene, son: Chat, mother: Chat) -> None:
    books(son)
    tells(son)
    mother.types("予約", "諏訪", "1", "1", "むすこのことです", "知らない", "つぐみ", "1")
    tells(mother)
    hers = rows(scene.house, "answer", client_id=mother.client_id)
    with scene.house.database.transaction() as db:
        record.keep_only_bookings(db, scene.house.vault, client_id=son.client_id, now=scene.now)
    assert in_force(mother) == ["answers", "booking"]
    assert (hers, rows(scene.house, "answer")) == (3, 3)
    assert son.booking().called_name == "かもめ"


def test_what_stands_on_a_consent_that_was_ended_behind_our_back_is_found(scene: Scene, son: Chat) -> None:
    tells(son)
    with scene.house.database.transaction() as db:
        assert _broken(db, scene) == []
        db.execute(consent.update().values(withdrawn_at=scene.now))
    with scene.house.database.reading() as db:
        assert _broken(db, scene) == ["I10"]


def _broken(db: Connection, scene: Scene) -> list[str]:
    return [each.name for each in check_invariants(db, now=scene.now) if each.offenders]
