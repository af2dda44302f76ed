"""今週すること: what waits for staff, and how each thing is settled."""

import re
from datetime import timedelta

from desk.booking import service as booking
from desk.intake import service as intake
from desk.intake.queries import flags_of
from desk.messaging.service import say
from desk.roster.service import clear_seat
from desk.wishes.service import keep_wish
from tests.engines import POSTGRES_BY_DEFAULT
from tests.panel.scene import (
    BOOKED_AT,
    ON_THE_DAY,
    Scene,
    hana_books,
    has_no_bed,
    sora_books,
    writes_to_staff,
)
from tests.panel.test_today import words_of

pytestmark = POSTGRES_BY_DEFAULT

NEXT_MORNING = BOOKED_AT + timedelta(hours=11)


def counts(page: str) -> dict[str, int]:
    """The tiles at the top: what waits, and how much of it."""
    return {
        name: int(number) for name, number in re.findall(r"<span>([^<]+)</span><strong>(\d+)</strong>", page)
    }


def test_staff_land_here_and_see_what_waits(scene: Scene) -> None:
    sora = sora_books(scene)
    hana = hana_books(scene)
    has_no_bed(scene, sora)
    writes_to_staff(scene, hana, "何を持って行けばいいですか。")
    with scene.house.database.transaction() as db:
        keep_wish(
            db,
            scene.house.vault,
            client_id=hana,
            desk_code="suwa",
            kind="evening",
            note="夜7時ごろ",
            now=scene.now,
        )
    page = scene.browser("sato").get("/admin/")
    assert page.url.path == "/admin/week"
    assert {
        anchor for anchor in re.findall(r'href="#(\S+?)"', page.text) if f'id="{anchor}"' not in page.text
    } == set()
    assert counts(page.text) == {
        "緊急サイン": 1,
        "返事を待つ人": 1,
        "日にちの希望": 1,
        "空きを待つ人": 0,
        "当番が足りない日": 0,
        "電話で伝える人": 0,
        "結果がまだ": 0,
        "紹介先の確認": 2,
    }
    assert "今夜の寝場所" in page.text
    assert "何を持って行けばいいですか。" in page.text
    assert "夜7時ごろ" in page.text


def test_a_sign_is_closed_with_a_word_on_what_was_done(scene: Scene) -> None:
    sora = sora_books(scene)
    flag_id = has_no_bed(scene, sora)
    browser = scene.at(NEXT_MORNING).browser("sato")
    silent = browser.post(f"/admin/flags/{flag_id}/close", data={"note": "  "})
    assert "本人も読めます" in silent.text
    assert silent.status_code == 422
    assert "何をしたかを、ひとこと書いてください。" in silent.text
    done = browser.post(f"/admin/flags/{flag_id}/close", data={"note": "電話した。知人の家にいる。"})
    assert counts(done.text)["緊急サイン"] == 0
    with scene.house.database.reading() as db:
        (flag,) = flags_of(db, scene.house.vault, client_id=sora)
    assert (flag.state, flag.note) == ("closed", "電話した。知人の家にいる。")


def test_officers_who_have_not_looked_are_told_by_telephone(scene: Scene) -> None:
    sora_books(scene)
    assert counts(scene.browser("sato").get("/admin/week").text)["電話で伝える人"] == 0
    a_day_later = scene.at(BOOKED_AT + timedelta(hours=24))
    page = a_day_later.browser("sato").get("/admin/week").text
    assert counts(page)["電話で伝える人"] == 2
    assert "小林さん" in page
    assert "原さん" in page
    ids = re.findall(r'name="notice" value="(\d+)"', page)
    told = a_day_later.browser("sato").post(
        "/admin/week/told", data={"notice": ids, "account": scene.accounts["kobayashi"]}
    )
    assert counts(told.text)["電話で伝える人"] == 1
    assert "新しい お知らせ 0件" in words_of(a_day_later.browser("kobayashi").get("/admin/today").text)
    assert "新しい お知らせ 1件" in words_of(a_day_later.browser("hara").get("/admin/today").text)


def test_a_day_without_officers_is_the_staffs_own_news(scene: Scene) -> None:
    with scene.house.database.transaction() as db:
        for seat in (1, 2):
            clear_seat(db, session_id=scene.session_id, table_no=1, seat=seat)
    sora_books(scene)
    browser = scene.at(BOOKED_AT + timedelta(hours=25)).browser("sato")
    page = browser.get("/admin/week").text
    assert counts(page)["当番が足りない日"] == 1
    assert "職員へのお知らせ" in page
    ids = re.findall(r'name="notice" value="(\d+)"', page)
    seen = browser.post("/admin/week/told", data={"notice": ids, "account": ""})
    assert counts(seen.text)["電話で伝える人"] == 0


def test_a_wish_is_settled_with_one_press(scene: Scene) -> None:
    hana = hana_books(scene)
    with scene.house.database.transaction() as db:
        wish_id = keep_wish(
            db, scene.house.vault, client_id=hana, desk_code="suwa", kind="weekend", note="", now=scene.now
        )
    assert scene.browser("ogawa").post(f"/admin/wishes/{wish_id}/done").status_code == 404
    done = scene.browser("sato").post(f"/admin/wishes/{wish_id}/done")
    assert counts(done.text)["日にちの希望"] == 0


def test_visits_without_an_outcome_are_counted(scene: Scene) -> None:
    sora_books(scene)
    later = scene.at(ON_THE_DAY + timedelta(hours=6))
    with scene.house.database.transaction() as db:
        assert booking.lapse_past(db, now=later.now) == 1
    page = later.browser("sato").get("/admin/week").text
    assert counts(page)["結果がまだ"] == 1
    assert "そらさん" in page


def test_what_stands_still_is_tried_again_or_set_aside(scene: Scene) -> None:
    sora = sora_books(scene)
    with scene.house.database.transaction() as db:
        numbers = [
            say(
                db,
                scene.house.vault,
                client_id=sora,
                says=[{"kind": "staff_message", "facts": {"text": "そら"}}],
                now=scene.now,
            )
            for _ in range(2)
        ]
        db.exec_driver_sql("UPDATE outbound_message SET state = 'parked', fault = 'HTTP 400', attempts = 3")
    browser = scene.browser("kanri")
    page = browser.get("/admin/parked").text
    assert page.count("止まっています") == page.count("LINEが、受けとりませんでした（HTTP 400）。") == 2
    assert "そら" not in page
    assert counts(scene.browser("sato").get("/admin/week").text)["止まった送受信"] == 2
    browser.post(f"/admin/parked/message/{numbers[0]}/again")
    after = browser.post(f"/admin/parked/message/{numbers[1]}/aside").text
    assert "止まっているものはありません" in after
    with scene.house.database.reading() as db:
        states = set(db.exec_driver_sql("SELECT state FROM outbound_message").scalars())
    assert states == {"queued", "set_aside"}


def test_signs_beside_an_alarm_are_told_apart_and_nobody_wrote_there(scene: Scene) -> None:
    client_id = sora_books(scene)
    with scene.house.database.transaction() as db:
        intake.raise_flag(
            db,
            scene.house.vault,
            client_id=client_id,
            codes=["suicide"],
            also=["no_food"],
            level="alarm",
            how="text",
            now=scene.now,
        )
    browser = scene.browser("sato")
    for path in ("week", f"sessions/{scene.session_id}", f"clients/{client_id}"):
        page = words_of(browser.get(f"/admin/{path}").text)
        assert "自死・自傷 本人の言葉から（もしかすると：食べていない）" in page
