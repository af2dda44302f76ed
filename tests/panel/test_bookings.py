"""予約: the list with its filters, a booking for a caller, and changes that staff make."""

import re
from datetime import timedelta

from desk.booking.queries import booking_by_id, bookings_of_session
from desk.clients.queries import phone_of, sealer
from desk.privacy import Vault
from tests.engines import POSTGRES_BY_DEFAULT
from tests.panel.scene import ON_THE_DAY, Scene, hana_books, sora_books
from tests.panel.test_today import words_of

pytestmark = POSTGRES_BY_DEFAULT


def free_times(page: str) -> list[str]:
    return re.findall(r'name="slot" value="([0-9a-f]{32})"', page)


def the_booking(scene: Scene) -> str:
    with scene.house.database.reading() as db:
        return bookings_of_session(db, scene.house.vault, scene.session_id)[0].id


def said(scene: Scene, vault: Vault) -> list[dict[str, object]]:
    """What waits in the outbox, opened."""
    with scene.house.database.reading() as db:
        rows = db.exec_driver_sql("SELECT key, client_id, says, due_at FROM outbound_message").all()
        return [
            each
            for row in rows
            for each in sealer(db, vault, row.client_id).open_json(
                bytes(row.says), f"outbound_message.says:{row.key}"
            )
        ]


def test_a_caller_gets_a_number_without_name_or_telephone(scene: Scene) -> None:
    browser = scene.browser("sato")
    slot = free_times(browser.get("/admin/bookings/new").text)[0]
    made = browser.post("/admin/bookings/new", data={"slot": slot, "about": "self", "source": "phone"})
    assert re.fullmatch(r"/admin/bookings/[0-9a-f]{32}", made.url.path)
    page = words_of(made.text)
    assert "予約を入れました。" in page
    assert "呼び名のない方" in page
    assert "受付 電話" in page


def test_name_and_telephone_of_a_caller_are_kept(scene: Scene) -> None:
    browser = scene.browser("sato")
    slot = free_times(browser.get("/admin/bookings/new").text)[0]
    form = {
        "slot": slot,
        "about": "family",
        "source": "walk_in",
        "called_name": " やま ",
        "phone": "０９０-0000-0000",
    }
    made = browser.post("/admin/bookings/new", data=form)
    with scene.house.database.reading() as db:
        row = booking_by_id(db, scene.house.vault, made.url.path.rsplit("/", 1)[1])
        assert row is not None
        phone = phone_of(db, scene.house.vault, row.writer_id)
    assert (row.called_name, row.about, row.source, phone) == ("やま", "family", "walk_in", "09000000000")


def test_mistakes_are_named_and_what_was_typed_stays(scene: Scene) -> None:
    form = {
        "slot": "",
        "about": "",
        "source": "",
        "called_name": "ながいながいながいながいなまえ",
        "phone": "123",
    }
    answer = scene.browser("sato").post("/admin/bookings/new", data=form)
    assert answer.status_code == 422
    assert "<title>エラー：" in answer.text
    for words in (
        "日時を選んでください。",
        "だれのことかを選んでください。",
        "電話か来所かを選んでください。",
        "0から始まる10けたか11けた",
    ):
        assert answer.text.count(words) == 2, f"{words} stands above and beside its field"
    assert 'value="ながいながいながいながいなまえ"' in answer.text
    assert 'value="123"' in answer.text


def test_a_time_that_was_just_taken_is_said_kindly(scene: Scene) -> None:
    browser = scene.browser("sato")
    slot = free_times(browser.get("/admin/bookings/new").text)[0]
    form = {"slot": slot, "about": "self", "source": "phone"}
    assert browser.post("/admin/bookings/new", data=form).status_code == 200
    second = browser.post("/admin/bookings/new", data=form)
    assert second.status_code == 422
    assert "その時間は、いま埋まりました。ほかの時間を選んでください。" in second.text


def test_a_moved_booking_keeps_its_number_and_the_person_is_told(scene: Scene, vault: Vault) -> None:
    sora_books(scene)
    booking_id = the_booking(scene)
    browser = scene.browser("sato")
    page = browser.get(f"/admin/bookings/{booking_id}").text
    number = words_of(page).split("予約番号 ")[1].split()[0]
    assert "「予定が変わりました」とだけ知らせます" in page
    moved = browser.post(
        f"/admin/bookings/{booking_id}/move", data={"slot": free_times(page)[-1], "why": "room"}
    )
    assert "予約の日時を変えました。" in moved.text
    assert f"予約番号 {number}" in words_of(moved.text)
    assert "11月27日（金） 午前10時" not in words_of(moved.text).split("日時を変える")[0]
    assert said(scene, vault) == [{"kind": "plan_changed", "facts": {"starts": "2026-11-27T10:00"}}]


def test_a_cancelled_booking_frees_the_time_and_the_person_is_told(scene: Scene, vault: Vault) -> None:
    sora_books(scene)
    booking_id = the_booking(scene)
    browser = scene.browser("sato")
    silent = browser.post(f"/admin/bookings/{booking_id}/cancel", data={"reason": ""})
    assert "取り消すわけを選んでください。" in silent.text
    gone = browser.post(f"/admin/bookings/{booking_id}/cancel", data={"reason": "room"})
    assert "取消（こちらから）" in gone.text
    assert len(free_times(browser.get("/admin/bookings/new").text)) >= 2
    assert said(scene, vault) == [{"kind": "plan_cancelled", "facts": {"starts": "2026-11-27T10:00"}}]
    again = browser.post(f"/admin/bookings/{booking_id}/cancel", data={"reason": "other"})
    assert "この予約は、もう終わっています。" in again.text


def test_who_asked_for_silence_is_not_told_over_line(scene: Scene, vault: Vault) -> None:
    hana_books(scene)
    booking_id = the_booking(scene)
    browser = scene.browser("sato")
    assert "LINEで知らせません。ほかの手だてで" in browser.get(f"/admin/bookings/{booking_id}").text
    browser.post(f"/admin/bookings/{booking_id}/cancel", data={"reason": "room"})
    assert said(scene, vault) == []


def test_the_list_is_filtered_by_address(scene: Scene) -> None:
    sora_books(scene)
    browser = scene.browser("sato")
    assert "そらさん" in browser.get("/admin/bookings").text
    assert "この条件の予約はありません" in browser.get("/admin/bookings?state=gone").text
    later = scene.at(ON_THE_DAY + timedelta(days=2)).browser("sato")
    assert "そらさん" not in later.get("/admin/bookings").text
    assert "そらさん" in later.get("/admin/bookings?until=2026-11-27").text
    assert "そらさん" not in scene.browser("ogawa").get("/admin/bookings?desk=suwa").text
