"""開催カレンダー, 当番, 紹介先, アカウント, 設定, 件数: the pages staff keep the desk with."""

import re
from datetime import date, timedelta
from html import unescape

from desk.booking.outcomes import record_outcome
from desk.booking.queries import bookings_of_session
from desk.calendar.queries import desk_by_id, promises, upcoming_sessions
from desk.intake import service as intake
from desk.intake.queries import needs_of
from desk.roster.queries import officers_of_session
from tests.engines import ONE_BY_DEFAULT
from tests.panel.scene import ON_THE_DAY, SAMPLE_AGENCIES, SESSION_DAY, Scene, hana_books, sora_books
from tests.panel.test_today import words_of

pytestmark = ONE_BY_DEFAULT


def field(page: str, name: str) -> str:
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', page)
    assert found is not None, name
    return found[1]


def test_an_extra_date_takes_one_press_on_the_filled_in_form(scene: Scene) -> None:
    browser = scene.browser("sato")
    page = browser.get("/admin/calendar").text
    form = {name: field(page, name) for name in ("desk", "day", "starts", "ends")}
    added = browser.post("/admin/calendar/extra", data=form)
    assert "臨時の開催日を加えました。" in added.text
    day = date.fromisoformat(form["day"])
    with scene.house.database.reading() as db:
        (session,) = upcoming_sessions(db, desk_id=scene.desk_id, since=day, until=day)
    assert (session.origin, session.status, session.places) == ("extra", "open", 2)


def test_a_wrong_extra_date_says_how_to_mend_it(scene: Scene) -> None:
    browser = scene.browser("sato")
    usual = {"desk": "suwa", "day": "2026-12-10", "starts": "10:00", "ends": "12:00"}
    wrong = {
        "日を選んでください。": {"day": "あした"},
        "きょうから先の日を選んでください。": {"day": "2026-11-01"},
        "おわりは、はじまりより後にしてください。": {"ends": "09:00"},
        "その日は、もう開催日です。": {"day": SESSION_DAY.isoformat()},
        "おわる時刻を入れてください": {"ends": "25:00"},
    }
    for words, change in wrong.items():
        answer = browser.post("/admin/calendar/extra", data=usual | change)
        assert answer.status_code == 422, words
        assert words in answer.text
    other = browser.post("/admin/calendar/extra", data=usual | {"desk": "ueda"})
    assert other.status_code == 404


def test_the_roster_fills_frees_and_swaps_seats(scene: Scene) -> None:
    browser = scene.browser("sato")
    kobayashi, hara = scene.accounts["kobayashi"], scene.accounts["hara"]

    def put(first: str, second: str) -> list[str]:
        browser.post(
            f"/admin/roster/{scene.session_id}", data={"table": "1", "first": first, "second": second}
        )
        with scene.house.database.reading() as db:
            return [row.name for row in officers_of_session(db, scene.house.vault, scene.session_id)]

    assert put(hara, kobayashi) == ["原", "小林"]
    assert put("", kobayashi) == ["小林"]
    assert put(kobayashi, kobayashi) == ["小林"]
    assert put(kobayashi, scene.accounts["nishi"]) == ["小林"]
    assert put(kobayashi, hara) == ["小林", "原"]


def test_officers_learn_that_they_are_on_duty(scene: Scene) -> None:
    browser = scene.browser("sato")
    with scene.house.database.reading() as db:
        january = upcoming_sessions(db, desk_id=scene.desk_id, since=SESSION_DAY + timedelta(days=1))[0]
    form = {"table": "1", "first": scene.accounts["kobayashi"], "second": ""}
    assert "当番を記録しました。" in browser.post(f"/admin/roster/{january.id}", data=form).text
    assert "当番が変わりました" in scene.browser("kobayashi").get("/admin/today").text
    assert "▲ 足りません" in words_of(browser.get("/admin/roster").text)


def test_the_agencies_file_goes_out_and_comes_in_again(scene: Scene) -> None:
    browser = scene.browser("sato")
    content = browser.get("/admin/agencies.csv").content
    more = content + "夜の食堂,,毎晩,0266-00-0022,ひとりです,食べるもの,2026-11-01\r\n".encode()
    taken = browser.post("/admin/agencies", files={"file": ("a.csv", more, "text/csv")})
    assert "紹介先の一覧を入れかえました。" in taken.text
    assert "夜の食堂" in taken.text
    assert "13か所" in taken.text


def test_a_faulty_agencies_file_changes_nothing_and_names_the_lines(scene: Scene) -> None:
    browser = scene.browser("sato")
    faulty = SAMPLE_AGENCIES.read_text() + ",窓口,,,,住まい,\n役場,,,,,しあわせ,昨日\n"
    answer = browser.post("/admin/agencies", files={"file": ("a.csv", faulty.encode(), "text/csv")})
    assert answer.status_code == 422
    assert "14行目：「名前」を入れてください。" in answer.text
    assert "15行目：「困りごと」の「しあわせ」は、決まった言葉ではありません" in answer.text
    assert "15行目：「確認した日」は 2026-11-21 のように" in answer.text
    assert "12か所" in answer.text
    none = browser.post("/admin/agencies", files={"file": ("a.csv", b"", "text/csv")})
    assert "CSVファイルを選んでください。" in none.text


def test_an_agency_looked_at_is_no_longer_due(scene: Scene) -> None:
    browser = scene.browser("sato")
    page = browser.get("/admin/agencies").text
    due = re.findall(r"/admin/agencies/([0-9a-f]{32})/checked", page)
    assert len(due) == 2
    after = browser.post(f"/admin/agencies/{due[0]}/checked").text
    assert len(re.findall(r"/checked", after)) == 1
    assert "2026年11月12日（木）" in after


def test_a_new_account_begins_with_the_link_shown_once(scene: Scene) -> None:
    browser = scene.browser("mori")
    shown = browser.post("/admin/accounts", data={"name": "北沢", "role": "officer", "desk": "suwa"})
    link = re.search(r'class="secret">http://localhost:8000(/admin/start/\S+)<', shown.text)
    assert link is not None
    assert "文字を大きく" not in shown.text, "whoever presses it would never see the link again"
    landed = scene.visitor().post(link[1], data={"way": "later"})
    assert landed.url.path == "/admin/today"
    assert "北沢さん" in browser.get("/admin/accounts").text


def test_larger_letters_bring_back_the_very_page(scene: Scene) -> None:
    browser = scene.browser("mori")
    page = browser.get("/admin/rules?desk=ueda&done=rule").text
    larger = browser.post("/admin/text-size", data={"size": "large", "back": unescape(field(page, "back"))})
    assert larger.url.query == b"desk=ueda&done=size"
    assert 'class="text-large"' in larger.text
    assert "文字を大きく" not in browser.post("/admin/clients/find", data={"wanted": "9"}).text


def test_nobody_disables_themselves(scene: Scene) -> None:
    browser = scene.browser("kanri")
    answer = browser.post(f"/admin/accounts/{scene.accounts['kanri']}/disable")
    assert "自分のアカウントは止められません" in answer.text
    assert f'id="account-{scene.accounts["kanri"]}-error"' in answer.text, (
        "at their own row, not at a new name"
    )
    assert browser.get("/admin/accounts").status_code == 200


def test_a_promise_carries_the_name_and_day_of_its_approval(scene: Scene) -> None:
    form = {"text": "読むのは、この窓口の職員だけです。"}
    assert scene.browser("sato").post("/admin/settings/suwa/promises/who_reads", data=form).status_code == 403
    page = scene.browser("mori").post("/admin/settings/suwa/promises/who_reads", data=form).text
    assert "森さんが 2026年11月12日（木） に承認" in page
    with scene.house.database.reading() as db:
        given = promises(db, scene.desk_id)["who_reads"]
    assert (given.text, given.approved_by) == ("読むのは、この窓口の職員だけです。", "森")


def test_staff_change_what_their_desk_says_of_itself(scene: Scene) -> None:
    browser = scene.browser("sato")
    form = {"door": "会議室C", "staff_phone": "0266-00-0009", "weekday": ["1", "4"], "read_at": "13:30"}
    assert "設定を記録しました。" in browser.post("/admin/settings/suwa/desk", data=form).text
    with scene.house.database.reading() as db:
        desk = desk_by_id(db, scene.desk_id)
    assert (desk.door, desk.staff_phone) == ("会議室C", "0266-00-0009")
    assert [(day, at.isoformat("minutes")) for day, at in desk.reading_hours] == [(1, "13:30"), (4, "13:30")]
    wrong = browser.post("/admin/settings/suwa/desk", data={"map_url": "http://x", "read_at": ""}).text
    for words in ("https:// から始めて", "曜日を、1つは選んで", "時刻を入れてください"):
        assert words in wrong
    typed = form | {"map_url": "x", "weekday": "2", "read_at": "9:15"}
    again = browser.post("/admin/settings/suwa/desk", data=typed).text
    assert re.findall(r'name="weekday" value="(.)" checked', again) == ["2"]
    assert field(again, "read_at") == "9:15", "what they typed stands there, and not what was kept before"
    assert browser.post("/admin/settings/ueda/desk", data=form).status_code == 404


def test_the_prefecture_sees_numbers_and_nobody(scene: Scene) -> None:
    sora_books(scene)
    hana_books(scene)
    with scene.house.database.transaction() as db:
        first = bookings_of_session(db, scene.house.vault, scene.session_id)[0]
        record_outcome(
            db,
            scene.house.vault,
            booking_id=first.id,
            outcome="attended",
            promise=None,
            handed_on=False,
            by=scene.accounts["sato"],
            now=ON_THE_DAY,
        )
    browser = scene.browser("ken")
    landed = browser.get("/admin/")
    assert landed.url.path == "/admin/totals"
    assert "2026年11月 諏訪 1 1 0 0 0 1" in words_of(landed.text)
    assert "2026年度 諏訪 1 1" in words_of(landed.text)
    assert "そら" not in landed.text
    assert "知らせてください" not in landed.text, "what is found in words is no work of theirs"
    assert set(re.findall(r'href="(/admin/\w+)"', landed.text)) == {"/admin/totals"}


def test_how_often_a_need_was_corrected_is_counted_over_a_year_without_words(scene: Scene) -> None:
    client_id, vault = hana_books(scene), scene.house.vault
    staff = scene.browser("sato")
    with scene.house.database.transaction() as db:
        ids = {row.code: row.id for row in needs_of(db, vault, client_id=client_id)}
        intake.client_decides(
            db, vault, need_id=ids["family"], client_id=client_id, right=False, now=scene.now
        )
    staff.post(f"/admin/needs/{ids['community']}", data={"answer": "no"})
    staff.post(f"/admin/clients/{client_id}/needs", data={"code": "debt"})

    page = words_of(scene.browser("ken").get("/admin/totals").text)
    for row in ("家族・人間関係 1 0 0 1 0 0", "近所・地域 1 0 1 0 0 0", "借金・債務 0 0 0 0 0 1"):
        assert row in page
    assert "部屋から" not in page
    later = scene.at(scene.now + timedelta(days=366)).browser("ken").get("/admin/totals")
    assert "まだ、言葉から見つけた困りごとは ありません。" in later.text
