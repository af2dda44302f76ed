"""本日: what the officer of 71 reads and presses."""

import re
from datetime import date, timedelta
from typing import Any

from bot.pages.kept import parts_of
from desk.booking import service as booking
from desk.booking.queries import booking_by_id, bookings_of_session
from desk.calendar.queries import free_slots
from desk.clock import at_tokyo
from desk.closures.service import close_session
from desk.intake import service as intake
from desk.intake.queries import needs_of
from desk.record.queries import kept_of
from tests.engines import ONE_BY_DEFAULT
from tests.panel.scene import (
    ON_THE_DAY,
    SESSION_DAY,
    STORY,
    Scene,
    hana_books,
    has_no_bed,
    sora_books,
    words_in,
    writes_to_staff,
)

pytestmark = ONE_BY_DEFAULT

A_MONTH_LATER = at_tokyo(date(2027, 1, 29), 9, 30)


# What the sheet of そら and はな says, in the order in which it is needed.
IN_ORDER = (
    "11月27日（金）",
    "午前10時から12時",
    "諏訪・市民館 3階 会議室B",
    "当番：小林さん・原さん（ふたり一緒に会います）",
    "予約 2件／新しい お知らせ 3件",
    "見ました",
    "午前10時",
    "そらさん",
    "本人・はじめて",
    "予約番号",
    "気をつけること",
    "読むのが苦手です。紙は読んで伝えてください。",
    "家に連絡しないでください。",
    "緊急サイン",
    "「ねる所がない」",
    "11月17日（火）職員：まいさぽを案内。いまは知人の家（本人の話）",
    "本人が選んだ：すむ所（いちばん）、書類・手つづき",
    "使えそうな所",
    "まいさぽ諏訪",
    "0266-00-0001",
    "おわったら",
    "次のやくそく",
    "午前11時",
    "はなさん",
    "家族のこと・はじめて",
    "ご本人は、この相談を知りません。本人にも家にも連絡しないでください。",
    "おしらせは送っていません。",
    "言葉から（確かめてください）",
    "「部屋から出てきません」",
    "ぜんぶ読む",
    "二週間になります。 部屋から出てきません 〔家族・人間関係？〕 。 近所の目がこわくて 〔近所・地域？〕",
    "こまった時：",
    "0266-00-0002",
    "0266-00-0003",
)


def words_of(page: str) -> str:
    """The page as it is read: without marks, with single spaces."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page))


def booking_ids(scene: Scene) -> list[str]:
    with scene.house.database.reading() as db:
        return [row.id for row in bookings_of_session(db, scene.house.vault, scene.session_id)]


def test_the_sheet_says_who_comes_in_the_order_of_need(scene: Scene) -> None:
    client_id = sora_books(scene)
    flag_id = has_no_bed(scene, client_id)
    hana_books(scene)
    with scene.house.database.transaction() as db:
        intake.close_flag(
            db,
            scene.house.vault,
            flag_id=flag_id,
            note="まいさぽを案内。いまは知人の家（本人の話）",
            account_id=scene.accounts["sato"],
            now=at_tokyo(date(2026, 11, 17), 10),
        )
    page = words_of(scene.at(ON_THE_DAY).browser("kobayashi").get("/admin/today").text)
    at = 0
    for words in IN_ORDER:
        assert words in page[at:], f"after {page[at - 40 : at]!r} should come {words!r}"
        at = page.index(words, at) + len(words)


def test_who_comes_is_shown_from_a_week_before_to_two_weeks_after(scene: Scene) -> None:
    sora_books(scene)
    path = f"/admin/sessions/{scene.session_id}"
    seen = {
        days: "そら" in scene.at(ON_THE_DAY + timedelta(days=days)).browser("kobayashi").get(path).text
        for days in (-10, -8, -7, 0, 14, 15)
    }
    assert seen == {-10: False, -8: False, -7: True, 0: True, 14: True, 15: False}
    early = words_of(scene.browser("kobayashi").get("/admin/today").text)
    assert "午前10時 予約 1件" in early
    assert "11月20日（金）から見られます" in early


def test_a_notice_tells_day_time_and_kind_and_nothing_of_the_person(scene: Scene) -> None:
    sora_books(scene)
    page = words_of(scene.browser("kobayashi").get("/admin/today").text)
    assert "11月27日（金） 午前10時 諏訪： 新しい予約が入りました" in page
    assert "そら" not in page


def test_one_press_acknowledges_for_oneself_only(scene: Scene) -> None:
    sora_books(scene)
    kobayashi, hara = scene.browser("kobayashi"), scene.browser("hara")
    ids = re.findall(r'name="notice" value="(\d+)"', kobayashi.get("/admin/today").text)
    after = kobayashi.post("/admin/notices/seen", data={"notice": ids, "back": "/admin/today"})
    assert after.url.path == "/admin/today"
    assert "新しい お知らせ 0件" in words_of(after.text)
    assert "新しい お知らせ 1件" in words_of(hara.get("/admin/today").text)


def test_notices_of_other_sessions_cannot_be_acknowledged(scene: Scene) -> None:
    sora_books(scene)
    ids = re.findall(r'name="notice" value="(\d+)"', scene.browser("kobayashi").get("/admin/today").text)
    scene.browser("nishi").post("/admin/notices/seen", data={"notice": ids})
    assert "新しい お知らせ 1件" in words_of(scene.browser("kobayashi").get("/admin/today").text)


def test_the_outcome_is_one_press_and_can_be_changed(scene: Scene) -> None:
    client_id = sora_books(scene)
    (booking_id,) = booking_ids(scene)
    browser = scene.at(ON_THE_DAY).browser("kobayashi")
    path = f"/admin/bookings/{booking_id}/outcome"
    pressed = browser.post(path, data={"outcome": "no_show", "back": "/admin/today"})
    assert "いまの記録： ▲ 来なかった" in words_of(pressed.text)
    changed = browser.post(path, data={"outcome": "attended", "back": "/admin/today"})
    assert "いまの記録： ● 来た" in words_of(changed.text)
    early = browser.post(path, data={"outcome": "excused", "back": "/admin/today"})
    assert "取り消すか、職員に電話してください" in early.text, "before the hour they cancel"
    over = scene.at(ON_THE_DAY + timedelta(hours=1))
    later, staff = over.browser("kobayashi"), over.browser("sato")
    declined = later.post(path, data={"outcome": "excused", "back": "/admin/today"})
    assert "いまの記録： － 辞退（またいつでも）" in words_of(declined.text)
    for page in (path.removesuffix("/outcome"), "/admin/bookings?state=declined&since=2026-11-01"):
        told = words_of(staff.get(page).text)
        assert ("－ 辞退（またいつでも）" in told, "取消（本人から）" in told) == (True, False), page
    with scene.house.database.reading() as db:
        record = parts_of(kept_of(db, scene.house.vault, client_id))
    assert "会うのは、また いつでも" in record[0].lines[0].told, "what they read of it themselves"
    assert "いまの記録： ● 来た" in words_of(
        later.post(path, data={"outcome": "attended", "back": "/admin/today"}).text
    )


def test_nobody_has_come_before_the_day(scene: Scene) -> None:
    sora_books(scene)
    (booking_id,) = booking_ids(scene)
    browser = scene.at(ON_THE_DAY - timedelta(days=1)).browser("kobayashi")
    answer = browser.post(
        f"/admin/bookings/{booking_id}/outcome", data={"outcome": "attended", "back": "/admin/today"}
    )
    assert "その時になったら、押してください" in answer.text
    with scene.house.database.reading() as db:
        found = booking_by_id(db, scene.house.vault, booking_id)
    assert found is not None
    assert found.state == "confirmed"


def visit_twice(scene: Scene, *, handed_on: bool) -> str:
    """そら comes in November, something is promised, and he books again; January's sheet."""
    client_id = sora_books(scene)
    (booking_id,) = booking_ids(scene)
    form = {"outcome": "attended", "promise": "年金の紙を持ってくる。"} | (
        {"handed_on": "yes"} if handed_on else {}
    )
    scene.at(ON_THE_DAY).browser("kobayashi").post(f"/admin/bookings/{booking_id}/outcome", data=form)
    later = scene.at(ON_THE_DAY + timedelta(days=10))
    with scene.house.database.transaction() as db:
        slot = free_slots(db, desk_id=scene.desk_id, now=later.now)[0]
        booking.hold(db, client_id=client_id, slot_id=slot.slot_id, now=later.now)
        booking.confirm(
            db,
            scene.house.vault,
            client_id=client_id,
            called_name="そら",
            about="self",
            subject_knows=None,
            now=later.now,
        )
    january = scene.at(A_MONTH_LATER).browser("sato")
    return words_of(january.get(f"/admin/sessions/{slot.session_id}").text)


def test_a_promise_is_handed_on_where_the_person_agreed(scene: Scene) -> None:
    page = visit_twice(scene, handed_on=True)
    assert "2回目" in page
    assert "前回（11月）のやくそく：年金の紙を持ってくる。" in page


def test_a_promise_is_not_handed_on_without_a_yes(scene: Scene) -> None:
    page = visit_twice(scene, handed_on=False)
    assert "2回目" in page
    assert "年金の紙" not in page


def test_a_suggested_need_is_confirmed_corrected_and_added(scene: Scene) -> None:
    client_id = hana_books(scene)
    (booking_id,) = booking_ids(scene)
    browser = scene.at(ON_THE_DAY).browser("kobayashi")

    def states() -> dict[str, str]:
        with scene.house.database.reading() as db:
            return {row.code: row.state for row in needs_of(db, scene.house.vault, client_id=client_id)}

    with scene.house.database.reading() as db:
        ids = {row.code: row.id for row in needs_of(db, scene.house.vault, client_id=client_id)}
    browser.post(f"/admin/needs/{ids['family']}", data={"answer": "yes"})
    browser.post(f"/admin/needs/{ids['community']}", data={"answer": "no"})
    assert states() == {"family": "confirmed", "community": "rejected"}
    browser.post(f"/admin/needs/{ids['community']}", data={"answer": "yes"})
    browser.post(f"/admin/bookings/{booking_id}/needs", data={"code": "isolation"})
    assert states() == {"family": "confirmed", "community": "confirmed", "isolation": "confirmed"}


def test_the_words_that_caused_a_need_are_marked_in_the_text_until_somebody_says_no(scene: Scene) -> None:
    client_id = hana_books(scene)
    with scene.house.database.reading() as db:
        ids = {row.code: row.id for row in needs_of(db, scene.house.vault, client_id=client_id)}
    at_desk, staff = scene.at(ON_THE_DAY).browser("kobayashi"), scene.browser("sato")
    at_desk.post(f"/admin/needs/{ids['family']}", data={"answer": "yes"})
    at_desk.post(f"/admin/needs/{ids['community']}", data={"answer": "no"})
    for page in (at_desk.get("/admin/today").text, staff.get(f"/admin/clients/{client_id}").text):
        assert '<mark class="sure">部屋から出てきません<small>〔家族・人間関係〕</small></mark>' in page
        assert page.count("<mark") == 1
        assert "確かめたこと：家族・人間関係" in words_of(page)
        assert "近所・地域：ちがう" in words_of(page)


def test_a_need_found_twice_is_one_line_and_one_decision(scene: Scene) -> None:
    client_id, vault = hana_books(scene), scene.house.vault
    with scene.house.database.transaction() as db:
        rows = {row.code: row for row in needs_of(db, vault, client_id=client_id)}
        found = {"family": [words_in(STORY, "息子がもどって")]}
        message_id = rows["family"].message_id
        assert message_id is not None
        intake.suggest_needs(
            db,
            vault,
            client_id=client_id,
            message_id=message_id,
            found=found,
            now=scene.now + timedelta(hours=1),
        )
    browser = scene.at(ON_THE_DAY).browser("kobayashi")
    assert "家族・人間関係「部屋から出てきません」「息子がもどって」" in words_of(
        browser.get("/admin/today").text
    )
    page = browser.post(
        f"/admin/needs/{rows['family'].id}", data={"answer": "no", "back": "/admin/today"}
    ).text
    assert page.count("<mark") == 1
    assert "家族・人間関係「" not in words_of(page)


def test_what_the_person_says_of_their_needs_is_seen_as_theirs(scene: Scene) -> None:
    client_id, vault = hana_books(scene), scene.house.vault
    with scene.house.database.transaction() as db:
        ids = {row.code: row.id for row in needs_of(db, vault, client_id=client_id)}
        for code, right in (("family", True), ("community", False)):
            intake.client_decides(
                db, vault, need_id=ids[code], client_id=client_id, right=right, now=scene.now
            )
        intake.client_adds(
            db, vault, client_id=client_id, code="isolation", now=scene.now + timedelta(hours=1)
        )
    page = words_of(scene.at(ON_THE_DAY).browser("kobayashi").get("/admin/today").text)
    assert "確かめたこと：家族・人間関係（本人）、孤立・居場所（本人）" in page
    assert "近所・地域：本人が ちがう" in page
    assert "言葉から（確かめてください）" not in page


def test_an_empty_day_says_kindly_what_comes_next(scene: Scene) -> None:
    waiting = scene.at(ON_THE_DAY - timedelta(days=3)).browser("kobayashi").get("/admin/today").text
    assert "予約はまだありません。新しい予約が入ると、ここに出ます。" in waiting
    closed = at_tokyo(SESSION_DAY - timedelta(days=1), 17, 1)
    after = scene.at(closed).browser("kobayashi").get("/admin/today").text
    assert "11月27日の予約は、ありません。開くかどうか、職員が決めて知らせます。" in after
    path = f"/admin/sessions/{scene.session_id}"
    over = scene.at(ON_THE_DAY + timedelta(days=1)).browser("kobayashi").get(path).text
    assert "11月27日に来る人は、いませんでした。" in over
    with scene.house.database.transaction() as db:
        close: dict[str, Any] = {
            "session_id": scene.session_id,
            "why": "",
            "account_id": scene.accounts["sato"],
        }
        close_session(db, scene.house.vault, **close, now=scene.now)
    shut = scene.at(closed).browser("kobayashi").get(path).text
    assert "11月27日は、お休みです。" in shut
    assert ("開くかどうか" in shut, "新しい予約が入ると" in shut) == (False, False)
    nothing_planned = scene.at(at_tokyo(date(2031, 1, 1), 9)).browser("sato").get("/admin/today").text
    assert "これからの開催日は、まだありません。" in nothing_planned


def test_an_officer_without_duty_reads_so(scene: Scene) -> None:
    page = scene.browser("nishi").get("/admin/today").text
    assert "いま、あなたの当番の予定はありません" in page


def test_the_day_after_the_old_sheet_is_one_press_away(scene: Scene) -> None:
    sora_books(scene)
    page = scene.at(ON_THE_DAY + timedelta(days=1)).browser("kobayashi").get("/admin/today").text
    assert f"/admin/sessions/{scene.session_id}" in page


def test_what_clients_write_is_shown_as_text_and_never_as_markup(scene: Scene) -> None:
    client_id = sora_books(scene)
    writes_to_staff(scene, client_id, "<script>alert(1)</script>")
    page = scene.browser("sato").get(f"/admin/clients/{client_id}").text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert" not in page
