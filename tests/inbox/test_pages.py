"""受信箱 in the panel: finding a conversation, reading it, and what staff keep beside it."""

from datetime import date, timedelta

import sqlalchemy as sa

from desk.clients import service as clients
from desk.conversations.service import withdraw_message
from desk.database import new_id
from desk.tables.messaging import outbound_message
from desk.tables.people import personal_note
from tests.engines import ONE_BY_DEFAULT, POSTGRES_BY_DEFAULT
from tests.inbox.talk import (
    MONDAY,
    NOW,
    answers,
    asks,
    looks_on,
    notes,
    sends,
    types_to,
)
from tests.panel.scene import STORY, Scene, hana_books, has_no_bed, sora_books
from tests.panel.test_today import words_of

PHONE = "090-1234-0001"


def inbox(scene: Scene, who: str = "sato", path: str = "") -> str:
    """What 受信箱 says to this account on the morning of the 18th."""
    return words_of(scene.at(NOW).browser(who).get(f"/admin/inbox{path}").text)


def seen_on(page: str) -> str:
    """How far the button 返事は済んだ knows the conversation."""
    form = page.partition('/answered">')[2].partition("</form>")[0]
    return form.partition('name="seen" value="')[2].partition('"')[0]


def kept_notes(scene: Scene) -> int:
    with scene.house.database.reading() as db:
        return len(db.execute(sa.select(personal_note.c.id)).all())


@POSTGRES_BY_DEFAULT
def test_the_list_says_who_waits_and_what_was_said_last(scene: Scene) -> None:
    sora, hana = sora_books(scene), hana_books(scene)
    asks(scene, sora, MONDAY, "何を持って行けばいいですか。")
    asks(scene, hana, MONDAY - timedelta(days=1), "電話でもいいですか。")
    answers(scene, hana, MONDAY, "はい、いいです。")
    types_to(scene.at(NOW), sora, who="mori")
    page = inbox(scene)
    assert "返事を待つ人 1人" in page
    assert page.index("そらさん") < page.index("はなさん")
    assert "返事を待っています（11月16日（月）から）" in page
    assert "何を持って行けばいいですか。" in page
    assert "佐藤さんから はい、いいです。" in page
    assert "送信待ち" in page
    assert "森さんが書いています" in page
    assert "森さんが書いています" not in inbox(scene, "mori")
    assert "そらさん" not in inbox(scene, "ogawa")


@ONE_BY_DEFAULT
def test_a_sign_of_danger_stands_above_all(scene: Scene) -> None:
    sora, hana = sora_books(scene), hana_books(scene)
    asks(scene, hana, MONDAY)
    has_no_bed(scene, sora)
    page = inbox(scene)
    assert page.index("そらさん") < page.index("はなさん")
    assert "緊急サインがあります。" in inbox(scene, path=f"/{sora}")
    assert "緊急サインがあります。" not in inbox(scene, path=f"/{hana}")


@ONE_BY_DEFAULT
def test_the_list_is_narrowed_by_how_it_stands_and_by_day(scene: Scene) -> None:
    sora, hana = sora_books(scene), hana_books(scene)
    asks(scene, sora, MONDAY)
    looks_on(scene, hana, date(2026, 12, 1))
    assert "はなさん" not in inbox(scene, path="?standing=waits")
    assert "次に見る日 12月1日（火）" in inbox(scene, path="?standing=later")
    assert "そらさん" in inbox(scene, path="?day=2026-11-16")
    assert "あてはまる人は いません" in inbox(scene, path="?day=2026-11-15")
    for no_day in ("2026-11-40", "0001-01-01", "9999-12-31"):
        assert "日を、えらびなおしてください。" in inbox(scene, path=f"?day={no_day}")


@ONE_BY_DEFAULT
def test_somebody_is_found_by_number_name_or_telephone(scene: Scene) -> None:
    sora, hana = sora_books(scene), hana_books(scene)
    with scene.house.database.transaction() as db:
        for client_id in (sora, hana):
            clients.set_phone(db, scene.house.vault, client_id=client_id, phone=PHONE, note="", now=scene.now)
    browser = scene.browser("sato")
    number = inbox(scene, path=f"/{sora}").split("相談者番号 ")[1].split()[0]
    for typed in (number, "ソラ"):
        assert browser.post("/admin/inbox/find", data={"wanted": typed}).url.path == f"/admin/inbox/{sora}"
    both = words_of(browser.post("/admin/inbox/find", data={"wanted": PHONE}).text)
    assert "見つかった人" in both
    assert "そらさん" in both
    assert "はなさん" in both
    nobody = scene.browser("ogawa").post("/admin/inbox/find", data={"wanted": "そら"})
    assert nobody.status_code == 422
    assert "見つかりません" in nobody.text
    assert "wanted=" not in str(nobody.url)


@ONE_BY_DEFAULT
def test_a_conversation_shows_both_ways_and_what_line_said_of_each(scene: Scene) -> None:
    hana = hana_books(scene)
    asks(scene, hana, MONDAY, "電話でもいいですか。")
    answers(scene, hana, MONDAY + timedelta(hours=1), "はい、いいです。")
    page = inbox(scene, path=f"/{hana}")
    assert STORY in page
    assert page.index(STORY) < page.index("電話でもいいですか。") < page.index("はい、いいです。")
    assert "送信待ち" in page
    with scene.house.database.transaction() as db:
        db.execute(outbound_message.update().values(state="accepted"))
    assert "送りました（LINEが受けとりました）" in inbox(scene, path=f"/{hana}")
    with scene.house.database.transaction() as db:
        db.execute(outbound_message.update().values(state="blocked"))
    page = inbox(scene, path=f"/{hana}")
    assert "届けられません（ブロックされています）" in page
    assert "既読" not in page


@ONE_BY_DEFAULT
def test_what_is_no_text_is_shown_as_what_it_is(scene: Scene) -> None:
    sora, hana = sora_books(scene), hana_books(scene)
    sends(scene, hana, "sticker")
    sends(scene, sora, "image")
    sends(scene, sora, "audio", origin="m1")
    with scene.house.database.transaction() as db:
        withdraw_message(db, scene.house.vault, client_id=sora, origin="m1", now=NOW)
    page = inbox(scene, path=f"/{sora}")
    assert "写真（ここでは見られません）" in page
    assert "取り消された連絡があります" in page
    assert page.count("返事を待っています") == 1
    page = inbox(scene)
    assert "返事を待つ人 1人" in page
    assert "返事済みの人 1人 はなさん" in page
    assert "本人から スタンプ" in page


@ONE_BY_DEFAULT
def test_a_note_stands_apart_is_kept_once_and_is_never_sent(scene: Scene) -> None:
    sora = sora_books(scene)
    browser, path = scene.at(NOW).browser("sato"), f"/admin/inbox/{sora}"
    form = {"note": "電話は午後がいいそうです。", "form": new_id()}
    for _ in range(2):
        page = browser.post(f"{path}/notes", data=form).text
    assert words_of(page).count("電話は午後がいいそうです。") == 1
    assert "引きつぎメモに のこしました。本人には送られません。" in page
    talk, _, rest = page.partition("<aside")
    beside = rest.partition("</aside>")[0]
    assert "電話は午後がいいそうです。" in beside
    assert "佐藤さん" in words_of(beside)
    assert "電話は午後がいいそうです。" not in talk
    assert "/notes" not in talk
    assert "/messages" not in beside
    with scene.house.database.reading() as db:
        assert db.execute(sa.select(outbound_message.c.id)).all() == []


@ONE_BY_DEFAULT
def test_other_words_from_a_form_that_was_sent_are_a_note_of_their_own(scene: Scene) -> None:
    sora, form = sora_books(scene), new_id()
    for note in ("電話は午後がいいそうです。", "やっぱり、朝がいいそうです。"):
        scene.browser("sato").post(f"/admin/inbox/{sora}/notes", data={"note": note, "form": form})
    assert kept_notes(scene) == 2


@ONE_BY_DEFAULT
def test_an_empty_or_endless_note_is_not_kept_and_what_was_typed_stays(scene: Scene) -> None:
    sora = sora_books(scene)
    browser, path = scene.browser("sato"), f"/admin/inbox/{sora}/notes"
    empty = browser.post(path, data={"note": " \n ", "form": new_id()})
    assert empty.status_code == 422
    assert "引きつぐことを書いてください。" in empty.text
    endless = browser.post(path, data={"note": "あ" * 1001, "form": new_id()})
    assert "1000文字までにしてください（いま1001文字）。" in endless.text
    assert "あ" * 1001 in endless.text
    assert kept_notes(scene) == 0


@ONE_BY_DEFAULT
def test_the_older_notes_are_folded_away_and_none_is_lost(scene: Scene) -> None:
    sora = sora_books(scene)
    for hour in range(5):
        notes(scene.at(MONDAY + timedelta(hours=hour)), sora, f"メモその{hour}")
    beside = scene.browser("sato").get(f"/admin/inbox/{sora}").text.split("<aside", 1)[1]
    shown, folded = beside.split("older-notes", 1)
    assert [f"メモその{hour}" in shown for hour in range(5)] == [False, False, True, True, True]
    assert [f"メモその{hour}" in folded for hour in range(5)] == [True, True, False, False, False]
    assert "前のメモ 2件" in folded


@ONE_BY_DEFAULT
def test_a_day_to_look_again_is_chosen_shown_and_taken_away(scene: Scene) -> None:
    sora = sora_books(scene)
    browser, path = scene.at(NOW).browser("sato"), f"/admin/inbox/{sora}/look-on"
    chosen = browser.post(path, data={"look_on": "2026-11-18"})
    assert "次に見る日を決めました。" in chosen.text
    assert "見る日です" in chosen.text
    assert "見る日が来た人 1人" in inbox(scene)
    week = words_of(scene.at(NOW).browser("sato").get("/admin/week").text)
    assert "受信箱で見る日 そらさん" in week
    for wrong in ("2026-11-17", "2028-01-01", "あした", ""):
        refused = browser.post(path, data={"look_on": wrong})
        assert refused.status_code == 422
        assert "きょうから1年の間の日を、えらんでください。" in refused.text
    assert "2026年11月18日（水）" in inbox(scene, path=f"/{sora}")
    assert "次に見る日を、なくしました。" in browser.post(path, data={"never": "yes"}).text
    assert "そらさん" not in inbox(scene)


@ONE_BY_DEFAULT
def test_words_are_found_in_the_conversation_and_its_notes_and_nowhere_else(scene: Scene) -> None:
    sora, hana = sora_books(scene), hana_books(scene)
    asks(scene, hana, MONDAY, "ﾍﾔの電気がつきません。")
    asks(scene, sora, MONDAY, "へやをさがしています。")
    notes(scene.at(NOW), hana, "へやの件は、まいさぽに電話する。")
    answer = scene.browser("sato").post(f"/admin/inbox/{hana}/find", data={"words": "ヘヤ"})
    page = words_of(answer.text)
    assert "2件に ありました" in page
    assert '<mark class="wanted">ﾍﾔ</mark>の電気' in answer.text
    assert "引きつぎメモ：佐藤さん" in page
    assert "さがしています" not in page
    assert "words" not in answer.url.query.decode()
    nothing = scene.browser("sato").post(f"/admin/inbox/{hana}/find", data={"words": "犬"})
    assert "見つかりませんでした" in nothing.text
    empty = scene.browser("sato").post(f"/admin/inbox/{hana}/find", data={"words": " "})
    assert "さがす言葉を書いてください。" in empty.text


@ONE_BY_DEFAULT
def test_an_answer_by_telephone_leads_back_to_the_conversation(scene: Scene) -> None:
    sora = sora_books(scene)
    asks(scene, sora, MONDAY)
    here = f"/admin/inbox/{sora}"
    seen = seen_on(scene.browser("sato").get(here).text)
    asks(scene, sora, MONDAY + timedelta(minutes=1), "もうひとつ あります。")
    late = scene.browser("sato").post(f"/admin/clients/{sora}/answered", data={"back": here, "seen": seen})
    assert "返事済み" in late.text
    assert "返事を待っています" in late.text, "which the page did not show when it was pressed"
    told = {"back": here, "seen": seen_on(late.text)}
    answer = scene.browser("sato").post(f"/admin/clients/{sora}/answered", data=told)
    assert answer.url.path == here
    assert "返事済み" in answer.text
    assert "電話や会って、返事は済んだ" not in answer.text


@ONE_BY_DEFAULT
def test_only_staff_of_the_desk_come_in(scene: Scene) -> None:
    sora = sora_books(scene)
    assert scene.browser("kobayashi").get("/admin/inbox").status_code == 403
    assert scene.browser("kanri").get(f"/admin/inbox/{sora}").status_code == 403
    assert scene.browser("ogawa").get(f"/admin/inbox/{sora}").status_code == 404
