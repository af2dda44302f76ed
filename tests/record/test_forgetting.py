"""Erased, or told less than before: what the panel and old buttons can then still do, and what the words say."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

from desk.clients import consents
from desk.clients.queries import client_by_id
from desk.conversations import queries as conversations
from desk.record import service as record
from desk.record.queries import Kept, kept_of
from desk.tables.calendar import slot
from desk.tables.clients import client
from tests.engines import ONE_BY_DEFAULT
from tests.family.chat import Chat
from tests.panel.scene import ON_THE_DAY, Scene
from tests.panel.test_today import words_of
from tests.record.acts import books, in_force, opens_record, rows, tells
from tests.record.test_panel import first_agency

pytestmark = ONE_BY_DEFAULT
ASK_THEM = "その所に「消して」と 言ってください"


@pytest.fixture
def staff(scene: Scene) -> TestClient:
    """A browser of 佐藤さん."""
    return scene.browser("sato")


def erase(scene: Scene, chat: Chat) -> str:
    """Forgets somebody; who it was."""
    client_id = chat.client_id
    with scene.house.database.transaction() as db:
        record.erase(db, scene.house.vault, client_id=client_id, now=scene.now)
    return client_id


def kept(scene: Scene, chat: Chat) -> Kept:
    """All that is kept of somebody."""
    with scene.house.database.reading() as db:
        return kept_of(db, scene.house.vault, chat.client_id)


def told_agency(scene: Scene, chat: Chat) -> str:
    """They agreed that an agency may know; its name."""
    agency = first_agency(scene)
    with scene.house.database.transaction() as db:
        consents.agree(
            db,
            client_id=chat.client_id,
            purpose="agency",
            agency_id=agency.id,
            text_version="x",
            text="x",
            via="panel",
            account_id=scene.accounts["sato"],
            now=scene.now,
        )
    return agency.name


def test_nothing_can_be_written_for_somebody_erased(scene: Scene, staff: TestClient, son: Chat) -> None:
    books(son)
    booking_id = son.booking().id
    number = number_of(scene, son)
    client_id = erase(scene, son)
    path = f"/admin/clients/{client_id}"
    for place, form in (
        ("consents", {"said": "yes"}),
        ("consents", {"said": "emergency", "reason": "川にいる"}),
        ("consent", {"agreed": "yes"}),
        ("messages", {"text": "こんにちは", "form": "0" * 32}),
        ("needs", {"code": "housing"}),
        ("apart", {}),
        ("relations", {"number": str(number)}),
        ("keep", {"reason": "x"}),
        ("code", {}),
        ("erase", {}),
    ):
        assert staff.post(f"{path}/{place}", data=form).status_code == 404, place
    assert staff.post(f"/admin/bookings/{booking_id}/needs", data={"code": "housing"}).status_code == 404
    assert staff.post("/admin/waiting", data={"number": number, "where": "anywhere"}).status_code == 422
    with scene.house.database.reading() as db:
        free = db.execute(sa.select(slot.c.id).where(slot.c.session_id == scene.session_id)).scalars().all()
        codes = db.execute(sa.select(client.c.spoken_code).where(client.c.id == client_id)).scalar_one()
    form = {"slot": free[0], "client": client_id, "called_name": "かもめ", "about": "self"}
    said = {"reminders": "none", "source": "phone"}
    assert staff.post("/admin/bookings/new", data=form | said).status_code == 404
    assert codes is None
    for table in ("consent", "message", "need", "waiting"):
        assert rows(scene.house, table, client_id=client_id) == 0, table
    assert rows(scene.house, "booking", writer_id=client_id, state="confirmed") == 0


def number_of(scene: Scene, chat: Chat) -> int:
    """Their 相談者番号."""
    with scene.house.database.reading() as db:
        found = client_by_id(db, chat.client_id)
    assert found is not None
    return found.number


def test_emergencies_are_listed_without_who_was_erased(scene: Scene, son: Chat, mother: Chat) -> None:
    books(son)
    mother.types("メニュー")
    for who in (son, mother):
        path = f"/admin/clients/{who.client_id}/consents"
        scene.browser("sato").post(path, data={"said": "emergency", "reason": "川にいる"})
    client_id = son.client_id
    with scene.house.database.transaction() as db:  # as if it had been noted while he was erased
        db.execute(
            client.update().where(client.c.id == client_id).values(erased_at=scene.now, wrapped_key=None)
        )
    page = scene.browser("mori").get("/admin/consents")
    assert (page.status_code, page.text.count("川にいる")) == (200, 1)


def test_a_danger_answer_goes_with_the_answers(scene: Scene, staff: TestClient, son: Chat) -> None:
    books(son)
    tells(son)
    path = f"/admin/clients/{son.client_id}"
    assert "ねる所がない" in staff.get(path).text
    son.types("わたしの記録", "同意", "答えと 書いたもの", "この同意を やめる")
    assert [(row.level, row.pressed, row.codes, row.also) for row in kept(scene, son).flags] == [
        ("alarm", (), (), ())
    ]
    day = scene.at(ON_THE_DAY).browser("kobayashi")
    pages = (staff.get(path), staff.get("/admin/week"), day.get(f"/admin/sessions/{scene.session_id}"))
    assert [(page.status_code, "ねる所" in page.text) for page in pages] == [(200, False)] * 3


def test_an_old_button_asks_again_whoever_has_come_back(scene: Scene, son: Chat) -> None:
    books(son)
    son.types("わたしの記録", "ぜんぶ消す")
    old = ref_of(scene, son, "erase_or_keep")
    son.types("ぜんぶ 消す")
    books(son, "つぐみ")
    assert "ぜんぶ 消しますか" in son.presses(f"m|erase_now|{old}")
    assert "予約と 連絡のこと" in son.presses(f"m|withdraw_booking|{old}")
    assert in_force(son) == ["booking"]
    assert son.booking().called_name == "つぐみ"


def test_an_old_button_asks_again_once_something_is_booked(scene: Scene, son: Chat) -> None:
    son.types("わたしの記録", "ぜんぶ消す")
    old = ref_of(scene, son, "erase_or_keep")
    books(son)
    assert "予約も、取り消します" in son.presses(f"m|erase_now|{old}")
    assert son.booking().called_name == "かもめ"
    assert "消しました" in son.types("ぜんぶ 消す")


def ref_of(scene: Scene, chat: Chat, offer: str) -> str:
    """What the buttons of an open offer refer to."""
    with scene.house.database.reading() as db:
        kept = conversations.progress_of(db, scene.house.vault, chat.client_id)
    return str(next(frame for frame in kept["stack"] if frame["name"] == offer)["answers"]["ref"])


def test_a_telephone_that_the_visit_needs_stays(scene: Scene, son: Chat) -> None:
    books(son)
    son.types("電話番号を書いておく", "09011112222")
    assert kept(scene, son).phone
    with scene.house.database.transaction() as db:
        db.execute(slot.update().values(way="telephone"))
    said = son.types("わたしの記録", "ぜんぶ消す", "予約だけ のこす")
    assert "番号も のこします" in said
    assert kept(scene, son).phone == "09011112222"


def test_a_telephone_that_no_visit_needs_goes(scene: Scene, son: Chat) -> None:
    books(son)
    son.types("電話番号を書いておく", "09011112222")
    assert "番号も" not in son.types("わたしの記録", "ぜんぶ消す", "予約だけ のこす")
    assert kept(scene, son).phone is None


def test_who_was_told_of_somebody_is_said_before_all_goes(
    scene: Scene, staff: TestClient, son: Chat, mother: Chat
) -> None:
    books(son)
    name = told_agency(scene, son)
    assert name in words_of(staff.get(f"/admin/clients/{son.client_id}/erase").text)
    asked = son.types("わたしの記録", "ぜんぶ消す")
    said = son.types("ぜんぶ 消す")
    assert "ほかの所に 話したことは、消せません" in asked
    assert ASK_THEM in said
    assert name not in asked + said
    mother.types("メニュー")
    assert "ほかの所" not in mother.types("わたしの記録", "ぜんぶ消す")
    assert ASK_THEM not in mother.types("ぜんぶ 消す")


def test_the_page_says_it_as_well(scene: Scene, son: Chat) -> None:
    books(son)
    told_agency(scene, son)
    phone = opens_record(son, scene.house)
    assert "ほかの所に 話したことは、消せません" in phone.get("/me/record").text
    assert ASK_THEM in phone.post("/me/record/erase").text


def test_whoever_was_erased_during_the_visit_keeps_no_promise_field(scene: Scene, son: Chat) -> None:
    books(son)
    day = scene.at(son.booking().starts_at + timedelta(minutes=30))
    erase(day, son)
    sheet = day.browser("kobayashi").get(f"/admin/sessions/{scene.session_id}").text
    assert "この人の記録は、本人の希望で消しました" in sheet
    assert "次のやくそく" not in sheet
