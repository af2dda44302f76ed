"""The form on the page: drafts, the look before it goes, what is refused and why, two at once, later, and 取り消す."""

from datetime import date, timedelta
from html import unescape

import pytest
import sqlalchemy as sa
from httpx2 import Response
from starlette.testclient import TestClient

from desk.booking.by_hand import book_for_caller
from desk.booking.service import cancel
from desk.calendar.queries import free_slots
from desk.clients import service as clients
from desk.clock import at_tokyo
from desk.database import new_id
from desk.inbox.queries import writer_of
from desk.tables.audit import audit_entry
from tests.engines import ONE_BY_DEFAULT
from tests.panel.scene import Scene, hana_books, sora_books, writes_to_staff
from tests.panel.test_today import words_of
from tests.writing.house import LONG, MORNING, agrees, opened, outbox, sends, the_form, written

pytestmark = ONE_BY_DEFAULT

GREETING = "とまりぎです。\nおかわり ありませんか。"
HOUR = timedelta(hours=1)


@pytest.fixture
def sora(scene: Scene) -> str:
    """Somebody who may be written to."""
    client_id = sora_books(scene)
    agrees(scene, client_id)
    return client_id


def page_of(browser: TestClient, client_id: str) -> str:
    return browser.get(f"/admin/clients/{client_id}").text


REFUSED = (
    ("相談の件です。", "ここが どんな所か分かってしまいます"),
    ("ご予約の日です。", "「予定」などに言いかえて"),
    ("保護司より", "ここが どんな所か分かってしまいます"),
    ("そらさん、お元気ですか。", "名前の「そら」は書けません"),
    ("刑のこと", "前にあったことが分かってしまいます"),
    ("借金のことですが", "困っていることが分かってしまいます"),
    ("", "送る文を書いてください。"),
    ("予\u200b約の日です。", "「予定」などに言いかえて"),
    ("{date}に、お待ちしています。", "「{date}」は、このままでは相手にそのまま出ます"),
    ("場所は｛place｝です。", "「｛place｝」は、このままでは"),
    ("あ" * 501, "500文字までにしてください（いま501文字）。"),
)


def test_what_may_not_go_is_refused_with_the_reason_and_nothing_is_lost(scene: Scene, sora: str) -> None:
    browser = scene.browser("sato")
    for text, reason in REFUSED:
        answer = sends(browser, sora, text)
        assert answer.status_code == 422
        assert reason in unescape(answer.text)
        assert written(answer.text) == text
        assert written(page_of(browser, sora)) == text
    assert outbox(scene) == []


def test_letters_nobody_would_see_are_no_words(scene: Scene, sora: str) -> None:
    answer = sends(scene.browser("sato"), sora, "\u200b\u2060\n\u3000")
    assert (answer.status_code, "送る文を書いてください。" in answer.text) == (422, True)


def test_a_name_of_an_earlier_booking_is_refused_too(scene: Scene, sora: str) -> None:
    also_books(scene, sora, "")
    answer = sends(scene.browser("sato"), sora, "そらさん、お元気ですか。")
    assert "名前の「そら」は書けません" in unescape(answer.text)


def also_books(scene: Scene, client_id: str, called_name: str) -> str:
    """Staff book the last time of the desk for them as well."""
    with scene.house.database.transaction() as db:
        slot = free_slots(db, desk_id=scene.desk_id, now=scene.now)[-1]
        return book_for_caller(
            db,
            scene.house.vault,
            slot_id=slot.slot_id,
            client_id=client_id,
            called_name=called_name,
            phone="",
            about="self",
            second_because="急ぎ",
            account_id=scene.accounts["sato"],
            source="phone",
            now=scene.now,
        ).id


def test_the_next_date_is_the_next_one_that_stands(scene: Scene, sora: str) -> None:
    browser, last = scene.browser("sato"), also_books(scene, sora, "")
    data = {"then": "insert", "chosen": "example:before"}

    def put_in() -> str:
        page = browser.post(f"/admin/clients/{sora}/look", data=opened(browser, sora) | {"text": ""} | data)
        return written(page.text)

    assert "11月27日（金）午前10時に" in put_in()
    with scene.house.database.transaction() as db:
        cancel(db, booking_id=last, by=scene.accounts["sato"], now=scene.now)
    assert "11月27日（金）午前10時に" in put_in()


def test_how_it_will_look_is_seen_before_it_goes_without_script(scene: Scene, sora: str) -> None:
    browser = scene.browser("sato")
    data = opened(browser, sora) | {"text": f"{GREETING}\n{LONG}"}
    page = words_of(browser.post(f"/admin/clients/{sora}/look", data=data).text)
    assert "ロック画面では とまりぎ とまりぎです。 トークでは" in page
    assert "話したい だいじょうぶ もう送らないで" in page
    assert f"「{LONG}」は、40文字より長い文です。二つに分けると、読みやすくなります。" in page
    assert outbox(scene) == []


def test_a_telling_word_is_shown_while_typing_and_never_on_the_lock_screen(scene: Scene, sora: str) -> None:
    browser = scene.browser("sato")
    data = opened(browser, sora) | {"text": "ご予約の日です。"}
    piece = browser.post(f"/admin/clients/{sora}/draft", data=data)
    assert "<html" not in piece.text
    shown = words_of(piece.text)
    assert "「予約」は書けません" in shown
    assert "ロック画面では とまりぎ とまりぎです。お知らせが あります。" in shown


def test_a_draft_is_kept_for_each_writer_and_person(scene: Scene, sora: str) -> None:
    hana, browser, mori = hana_books(scene), scene.browser("sato"), scene.browser("mori")
    browser.post(f"/admin/clients/{sora}/draft", data=opened(browser, sora) | {"text": "書きかけ"})
    assert written(page_of(browser, sora)) == "書きかけ"
    assert written(page_of(mori, sora)) == ""
    assert "書きかけ" not in page_of(browser, hana)
    browser.post(f"/admin/clients/{sora}/draft", data=opened(browser, sora) | {"text": " "})
    assert written(page_of(browser, sora)) == ""


def test_what_was_sent_leaves_no_draft_also_where_the_last_of_it_comes_late(scene: Scene, sora: str) -> None:
    browser = scene.browser("sato")
    form = opened(browser, sora) | {"text": GREETING}
    browser.post(f"/admin/clients/{sora}/draft", data=form)
    browser.post(f"/admin/clients/{sora}/messages", data=form)
    browser.post(f"/admin/clients/{sora}/draft", data=form)
    assert written(page_of(browser, sora)) == ""


def test_other_words_from_a_form_that_was_sent_are_told_and_kept(scene: Scene, sora: str) -> None:
    """A page from the browser's store: its form has done its work."""
    browser = scene.browser("sato")
    form = opened(browser, sora) | {"text": GREETING}
    browser.post(f"/admin/clients/{sora}/messages", data=form)
    browser.post(f"/admin/clients/{sora}/draft", data=form | {"text": "ほかの文"})
    assert written(page_of(browser, sora)) == "ほかの文"
    answer = browser.post(f"/admin/clients/{sora}/messages", data=form | {"text": "ほかの文です。"})
    assert answer.status_code == 409
    assert "同じ画面から、ほかの文を送っています。" in answer.text
    assert GREETING in unescape(answer.text)
    assert written(answer.text) == "ほかの文です。"
    again = the_form(answer.text) | {"text": "ほかの文です。"}
    assert browser.post(f"/admin/clients/{sora}/messages", data=again).status_code == 200
    assert len(outbox(scene)) == 2


def test_whoever_watched_live_has_seen_what_came(scene: Scene, sora: str) -> None:
    browser = scene.browser("sato")
    pages = ((f"clients/{sora}", "live-timeline", MORNING), (f"inbox/{sora}", "live-talk", MORNING + HOUR))
    for path, region, later in pages:
        page = browser.get(f"/admin/{path}").text
        form = the_form(page)
        writes_to_staff(scene.at(later), sora, "やっぱり、行けません。")
        live = browser.get(f"/admin/{path}").text.partition(f'id="{region}"')[2]
        seen = live.partition('form="write-form" name="seen" value="')[2].partition('"')[0]
        assert seen != form["seen"]
        sent = browser.post(f"/admin/clients/{sora}/messages", data=form | {"text": GREETING, "seen": seen})
        assert sent.status_code == 200


def test_typing_is_written_down_once(scene: Scene, sora: str) -> None:
    browser = scene.browser("sato")
    for words in ("こ", "こん", "こんにちは"):
        browser.post(f"/admin/clients/{sora}/draft", data=opened(browser, sora) | {"text": words})
    with scene.house.database.reading() as db:
        rows = db.execute(sa.select(audit_entry.c.facts).where(audit_entry.c.act == "change")).scalars()
        assert len([facts for facts in rows if "/draft" in facts]) == 1


def test_who_is_writing_is_known_until_it_is_sent(scene: Scene, sora: str) -> None:
    browser = scene.browser("sato")
    browser.post(f"/admin/clients/{sora}/draft", data=opened(browser, sora) | {"text": "書きかけ"})
    assert writing(scene, sora) == scene.accounts["sato"]
    sends(browser, sora, GREETING)
    assert writing(scene, sora) is None


def writing(scene: Scene, client_id: str) -> str | None:
    with scene.house.database.reading() as db:
        return writer_of(db, client_id, now=scene.now)


def test_the_second_of_two_is_told_before_sending_and_keeps_the_words(scene: Scene, sora: str) -> None:
    writes_to_staff(scene, sora, "何時からですか。")
    sato, mori = scene.browser("sato"), scene.browser("mori")
    form = opened(mori, sora) | {"text": "10時です。"}
    sends(sato, sora, "10時からです。")
    answer = mori.post(f"/admin/clients/{sora}/messages", data=form)
    assert answer.status_code == 409
    page = words_of(answer.text)
    assert "まだ送っていません。この間に、新しい連絡がありました。" in page
    assert "佐藤さんから 10時からです。" in page
    assert written(answer.text) == "10時です。"
    assert len(outbox(scene)) == 1
    again = the_form(answer.text) | {"text": "10時です。"}
    assert mori.post(f"/admin/clients/{sora}/messages", data=again).status_code == 200
    assert len(outbox(scene)) == 2


def test_what_the_person_wrote_meanwhile_is_told_too(scene: Scene, sora: str) -> None:
    browser = scene.browser("sato")
    form = opened(browser, sora) | {"text": GREETING}
    writes_to_staff(scene, sora, "やっぱり、行けません。")
    answer = browser.post(f"/admin/clients/{sora}/messages", data=form)
    assert answer.status_code == 409
    assert "本人から やっぱり、行けません。" in words_of(answer.text)
    assert outbox(scene) == []


def test_seeing_how_it_looks_is_not_seeing_what_has_come(scene: Scene, sora: str) -> None:
    browser = scene.browser("sato")
    form = opened(browser, sora) | {"text": GREETING}
    writes_to_staff(scene, sora, "やっぱり、行けません。")
    looked = browser.post(f"/admin/clients/{sora}/look", data=form).text
    again = browser.post(f"/admin/clients/{sora}/messages", data=the_form(looked) | {"text": GREETING})
    assert again.status_code == 409


def test_words_are_taken_back_with_one_press_and_stand_in_the_form(scene: Scene, sora: str) -> None:
    browser = scene.at(MORNING).browser("sato")
    page = sends(browser, sora, GREETING).text
    assert "もうすぐ送ります" in page
    answer = take_back(browser, page, "client")
    assert "取り消しました。文は、下書きにもどしました。" in answer.text
    assert unescape(written(answer.text)) == GREETING
    assert outbox(scene) == [("staff", "dropped")]


def test_too_late_is_said_truly(scene: Scene, sora: str) -> None:
    browser = scene.at(MORNING).browser("sato")
    page = sends(browser, sora, GREETING).text
    with scene.house.database.transaction() as db:
        db.exec_driver_sql("UPDATE outbound_message SET state = 'sending', attempts = 1")
    answer = take_back(browser, page, "client")
    assert "もう送ったあとでした。LINEでは取り消せません。" in answer.text
    assert '/undo"' not in answer.text
    assert GREETING in unescape(answer.text)


def test_a_second_press_finds_it_taken_back_and_changes_nothing(scene: Scene, sora: str) -> None:
    browser = scene.at(MORNING).browser("sato")
    page = sends(browser, sora, GREETING).text
    for _ in range(2):
        answer = take_back(browser, page, "client")
    assert answer.status_code == 200
    assert "もう取り消してあります。本人には送りません。" in answer.text
    assert unescape(written(answer.text)) == GREETING


def test_what_the_person_stopped_meanwhile_was_not_sent_and_that_is_said(scene: Scene, sora: str) -> None:
    browser = scene.at(MORNING).browser("sato")
    page = sends(browser, sora, GREETING).text
    with scene.house.database.transaction() as db:
        db.exec_driver_sql("UPDATE outbound_message SET state = 'dropped'")
    assert "もう取り消してあります。本人には送りません。" in take_back(browser, page, "client").text


def take_back(browser: TestClient, page: str, back: str) -> Response:
    """The first 取り消す of a page is pressed."""
    before, after = page.split('name="message" value="')[:2]
    address = before.rsplit('action="', 1)[1].split('"')[0]
    return browser.post(address, data={"message": after.split('"')[0], "back": back})


def test_a_form_taken_back_goes_only_if_it_is_sent_once_more(scene: Scene, sora: str) -> None:
    browser = scene.at(MORNING).browser("sato")
    form = opened(browser, sora) | {"text": GREETING}
    page = browser.post(f"/admin/clients/{sora}/messages", data=form).text
    take_back(browser, page, "client")
    late = browser.post(f"/admin/clients/{sora}/messages", data=form)
    assert late.status_code == 409
    assert "この文は、さきほど取り消しました。" in late.text
    assert outbox(scene) == [("staff", "dropped")]
    once_more = the_form(late.text) | {"text": GREETING}
    assert browser.post(f"/admin/clients/{sora}/messages", data=once_more).status_code == 200
    assert outbox(scene) == [("staff", "dropped"), ("staff", "queued")]


NO_TIMES = (
    ("2026-11-20", "", "日と時刻を、両方えらんでください"),
    ("", "10:00", "日と時刻を、両方えらんでください"),
    ("2026-11-20", "22:00", "夜9時から朝8時には送りません"),
    ("2026-11-20", "21:00", "朝8時から、夜9時より前の時刻を"),
    ("2026-11-16", "09:00", "その時刻は、もうすぎています"),
    ("2027-11-16", "10:00", "3か月より先には送れません"),
)


def test_a_time_at_which_nothing_can_go_is_refused(scene: Scene, sora: str) -> None:
    browser = scene.at(MORNING).browser("sato")
    for day, time, reason in NO_TIMES:
        answer = sends(browser, sora, GREETING, day=day, time=time)
        assert answer.status_code == 422
        assert reason in answer.text
        assert f'value="{day}"' in answer.text
    assert outbox(scene) == []


def test_what_is_for_later_is_listed_and_can_be_taken_back(scene: Scene, sora: str) -> None:
    browser = scene.at(MORNING).browser("sato")
    answer = sends(browser, sora, GREETING, day="2026-11-20", time="15:00")
    assert "その日時に送ります。" in answer.text
    assert "11月20日（金）15:00に送ります" in answer.text
    listed = browser.get("/admin/scheduled").text
    assert "そらさん へ 11月20日（金）15:00 佐藤さんから" in words_of(listed)
    ended = take_back(browser, listed, "scheduled")
    assert "これから送る連絡は、ありません。" in ended.text
    assert unescape(written(page_of(browser, sora))) == GREETING


def test_words_for_later_are_marked_once_the_date_they_may_name_is_gone(scene: Scene, sora: str) -> None:
    later = scene.at(MORNING)
    browser, last = later.browser("sato"), also_books(scene, sora, "")
    sends(browser, sora, GREETING, day="2026-11-20", time="15:00")
    assert "予定がかわりました" not in browser.get("/admin/scheduled").text
    with scene.house.database.transaction() as db:
        cancel(db, booking_id=last, by=scene.accounts["sato"], now=MORNING + timedelta(hours=1))
    assert "予定がかわりました" in browser.get("/admin/scheduled").text


def test_nobody_sees_what_is_for_people_of_another_desk(scene: Scene, sora: str) -> None:
    sends(scene.at(MORNING).browser("sato"), sora, GREETING, day="2026-11-20", time="15:00")
    for who, is_there in (("ogawa", False), ("mori", True)):
        assert ("そらさん" in scene.browser(who).get("/admin/scheduled").text) is is_there


def test_at_night_the_page_says_when_it_goes(scene: Scene, sora: str) -> None:
    night = scene.at(at_tokyo(date(2026, 11, 18), 22, 30))
    page = sends(night.browser("sato"), sora, GREETING).text
    assert "11月19日（木）8:00に送ります" in page.replace("08:00", "8:00")


def test_an_example_and_its_fields_are_put_in_behind_what_stands_there(scene: Scene, sora: str) -> None:
    browser = scene.browser("sato")
    data = opened(browser, sora) | {"text": "こんにちは。", "then": "insert", "chosen": "example:before"}
    page = browser.post(f"/admin/clients/{sora}/look", data=data).text
    assert unescape(written(page)) == (
        "こんにちは。\nとまりぎです。\n11月27日（金）午前10時に、お待ちしています。\nお金も 持ち物も いりません。"
    )


def test_a_field_nobody_can_fill_is_named(scene: Scene) -> None:
    with scene.house.database.transaction() as db:
        client_id = clients.arrive(db, scene.house.vault, user_id=f"U{'5' * 32}", now=scene.now)
    agrees(scene, client_id)
    browser = scene.browser("mori")
    data = opened(browser, client_id) | {"then": "insert", "chosen": "example:before"}
    page = browser.post(f"/admin/clients/{client_id}/look", data=data).text
    assert "この人には「次の予定の日と時間」がありません。" in page
    assert "{date}に、お待ちしています。" in written(page)


def test_what_nobody_can_choose_puts_nothing_in(scene: Scene, sora: str) -> None:
    browser = scene.browser("sato")
    for chosen in ("", "canned:", f"canned:{new_id()}", "example:none", "file:/etc/passwd"):
        data = opened(browser, sora) | {"text": "こんにちは。", "then": "insert", "chosen": chosen}
        answer = browser.post(f"/admin/clients/{sora}/look", data=data)
        assert (answer.status_code, written(answer.text)) == (200, "こんにちは。")


def test_an_officer_writes_to_nobody(scene: Scene, sora: str) -> None:
    officer = scene.browser("kobayashi")
    for path in ("messages", "look", "draft"):
        assert officer.post(f"/admin/clients/{sora}/{path}", data={"text": "x"}).status_code == 403
