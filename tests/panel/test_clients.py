"""相談者: one person's timeline, and messages that go out once, only with a yes, and with their true state."""

from datetime import date

import pytest

from desk.clients import consents, erasing
from desk.clients import service as clients
from desk.clients.queries import consent_in_force
from desk.clock import at_tokyo
from desk.conversations.queries import messages_of
from desk.conversations.service import keep_message
from desk.database import new_id
from tests.engines import ONE_BY_DEFAULT
from tests.panel.scene import (
    BOOKED_AT,
    Scene,
    hana_books,
    has_no_bed,
    sora_books,
    writes_to_staff,
)
from tests.panel.test_today import words_of
from tests.writing.house import opened, outbox, sends

pytestmark = ONE_BY_DEFAULT

GREETING = "とまりぎです。おかわりありませんか。返事はいりません。"


def agree(scene: Scene, client_id: str) -> None:
    answer = scene.browser("sato").post(f"/admin/clients/{client_id}/consent", data={"agreed": "yes"})
    assert "同意を記録しました。" in answer.text


def test_the_timeline_tells_everything_in_order(scene: Scene) -> None:
    client_id = hana_books(scene)
    page = words_of(scene.browser("sato").get(f"/admin/clients/{client_id}").text)
    assert "はなさん" in page
    assert (
        "部屋から出てきません 〔家族・人間関係？〕 。 近所の目がこわくて 〔近所・地域？〕 、だれにも" in page
    )
    assert "家族・人間関係「部屋から出てきません」" in page
    assert "LINEで同意：予約のこと" in page
    sora = sora_books(scene)
    has_no_bed(scene, sora)
    page = words_of(scene.browser("sato").get(f"/admin/clients/{sora}").text)
    assert "すむ所（いちばん）、書類・手つづき" in page
    assert "今夜の寝場所 ボタンで「ねる所がない」" in page


def test_staff_add_a_need_without_a_booking(scene: Scene) -> None:
    with scene.house.database.transaction() as db:
        client_id = clients.arrive(db, scene.house.vault, user_id=f"U{'3' * 32}", now=scene.now)
    staff, path = scene.browser("sato"), f"/admin/clients/{client_id}/needs"
    for _ in range(2):
        staff.post(path, data={"code": "debt"})
    page = words_of(staff.get(f"/admin/clients/{client_id}").text)
    assert page.count("確かめたこと：借金・債務") == 1
    assert scene.browser("sato").post(path, data={"code": "prison"}).status_code == 404
    assert scene.browser("kobayashi").post(path, data={"code": "debt"}).status_code == 403


def test_a_text_nobody_may_read_yet_is_not_shown(scene: Scene) -> None:
    client_id = sora_books(scene)
    with scene.house.database.transaction() as db:
        consent_id = consents.agree(
            db,
            client_id=client_id,
            purpose="answers",
            text_version="t",
            text="はい",
            via="line",
            now=BOOKED_AT,
        )
        keep_message(
            db,
            scene.house.vault,
            client_id=client_id,
            purpose="story",
            text="ひみつの話",
            consent_id=consent_id,
            shared=False,
            origin=None,
            now=BOOKED_AT,
        )
    page = scene.browser("sato").get(f"/admin/clients/{client_id}").text
    assert "ひみつの話" not in page
    assert "まだ「見せていい」と言っていません" in page


def test_a_follow_up_needs_a_yes_and_goes_out_once(scene: Scene) -> None:
    client_id = sora_books(scene)
    browser, path = scene.browser("sato"), f"/admin/clients/{client_id}/messages"
    refused = browser.post(path, data={"text": GREETING, "form": new_id()})
    assert refused.status_code == 422
    assert "同意がありません" in refused.text
    assert outbox(scene) == []
    agree(scene, client_id)
    form = opened(browser, client_id) | {"text": GREETING}
    for _ in range(3):
        assert browser.post(path, data=form).status_code == 200
    assert outbox(scene) == [("staff", "queued")]
    page = words_of(browser.get(f"/admin/clients/{client_id}").text)
    assert page.partition("これまで")[2].count(GREETING) == 1
    assert "佐藤さんから" in page
    assert "送信待ち" in page


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("queued", "送信待ち"),
        ("accepted", "送りました（LINEが受けとりました）"),
        ("blocked", "届けられません（ブロックされています）"),
        ("unknown", "送れたかどうか、わかりません"),
        ("parked", "止まっています"),
    ],
)
def test_the_state_of_a_message_is_told_as_it_is(scene: Scene, state: str, words: str) -> None:
    client_id = sora_books(scene)
    agree(scene, client_id)
    browser = scene.browser("sato")
    sends(browser, client_id, GREETING)
    with scene.house.database.transaction() as db:
        db.exec_driver_sql(f"UPDATE outbound_message SET state = '{state}'")
    page = browser.get(f"/admin/clients/{client_id}").text
    assert words in page
    assert "既読" not in page
    assert "届きました" not in page


def test_an_answer_to_a_message_needs_no_other_yes_and_settles_it(scene: Scene) -> None:
    client_id = sora_books(scene)
    writes_to_staff(scene, client_id, "何を持って行けばいいですか。")
    browser = scene.browser("sato")
    assert "返事を待っています" in browser.get(f"/admin/clients/{client_id}").text
    page = sends(browser, client_id, "何もいりません。お待ちしています。").text
    assert "返事を待っています" not in page
    assert "返事済み" in page
    with scene.house.database.reading() as db:
        thread = messages_of(db, scene.house.vault, client_id)
    assert [row.account_id for row in thread if row.direction == "out"] == [scene.accounts["sato"]]


def test_an_answer_by_telephone_is_noted_too(scene: Scene) -> None:
    client_id = sora_books(scene)
    writes_to_staff(scene, client_id, "電話をください。")
    browser = scene.browser("sato")
    assert "返事を待っています" in browser.post("/admin/clients/find", data={"wanted": "9"}).text
    seen = {"seen": opened(browser, client_id)["seen"]}
    page = browser.post(f"/admin/clients/{client_id}/answered", data=seen).text
    assert "返事済み" in page
    assert outbox(scene) == []


def test_a_consent_taken_back_stops_messages(scene: Scene) -> None:
    client_id = sora_books(scene)
    agree(scene, client_id)
    browser = scene.browser("sato")
    page = browser.get(f"/admin/clients/{client_id}/consents").text
    assert "まだ送っていない連絡を止め、これからも送りません。" in page, "what goes is said before it goes"
    with scene.house.database.reading() as db:
        given = consent_in_force(db, client_id=client_id, purpose="follow_up")
    browser.post(f"/admin/clients/{client_id}/consents/stop", data={"consent": given})
    answer = browser.post(f"/admin/clients/{client_id}/messages", data={"text": GREETING, "form": new_id()})
    assert answer.status_code == 422
    assert outbox(scene) == []


def test_nothing_is_sent_to_somebody_who_blocked_us(scene: Scene) -> None:
    client_id = sora_books(scene)
    agree(scene, client_id)
    with scene.house.database.transaction() as db:
        clients.block(db, client_id=client_id, now=BOOKED_AT)
    browser = scene.browser("sato")
    assert "LINEでは届きません" in browser.get(f"/admin/clients/{client_id}").text
    browser.post(f"/admin/clients/{client_id}/messages", data={"text": GREETING, "form": new_id()})
    assert outbox(scene) == []


def test_what_is_written_at_night_waits_for_the_morning(scene: Scene) -> None:
    client_id = sora_books(scene)
    agree(scene, client_id)
    night = scene.at(at_tokyo(date(2026, 11, 18), 22, 30))
    sends(night.browser("sato"), client_id, GREETING)
    with scene.house.database.reading() as db:
        due = db.exec_driver_sql("SELECT CAST(due_at AS VARCHAR) FROM outbound_message").scalar_one()
    assert str(due).startswith("2026-11-18 23:00")


def test_somebody_is_found_by_either_number(scene: Scene) -> None:
    client_id = sora_books(scene)
    browser = scene.browser("sato")
    page = words_of(browser.get(f"/admin/clients/{client_id}").text)
    number = page.split("相談者番号 ")[1].split()[0]
    found = browser.post("/admin/clients/find", data={"wanted": number})
    assert found.url.path == f"/admin/clients/{client_id}"
    missing = browser.post("/admin/clients/find", data={"wanted": "9"})
    assert missing.status_code == 422
    assert "その番号や言葉の人は見つかりません" in missing.text


def test_somebody_who_gives_a_name_is_found_however_it_is_written_and_only_exactly(scene: Scene) -> None:
    client_id = sora_books(scene)
    browser = scene.browser("sato")
    for typed in ("そら", "ソラ", "ｿﾗ", " そ ら "):
        found = browser.post("/admin/clients/find", data={"wanted": typed})
        assert found.url.path == f"/admin/clients/{client_id}"
    assert browser.post("/admin/clients/find", data={"wanted": "そ"}).status_code == 422
    assert scene.browser("ogawa").post("/admin/clients/find", data={"wanted": "そら"}).status_code == 422


def test_an_erased_person_is_gone_from_the_panel(scene: Scene) -> None:
    client_id = sora_books(scene)
    with scene.house.database.transaction() as db:
        erasing.erase_client(db, scene.house.vault, client_id=client_id, why="asked", by=None, now=BOOKED_AT)
    assert scene.browser("sato").get(f"/admin/clients/{client_id}").status_code == 404
    assert "そら" not in scene.browser("sato").get("/admin/clients").text
