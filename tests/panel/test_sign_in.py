"""The first sign-in by a one-time link, the next ones by number and password, and how they end."""

from datetime import timedelta

from starlette.testclient import TestClient

from desk.people import service as people
from tests.engines import ONE_BY_DEFAULT
from tests.panel.scene import BOOKED_AT, Scene

pytestmark = ONE_BY_DEFAULT

PASSWORD = "あさつゆ むぎわら ゆうびん 7ばん"
WRONG = "職員番号かパスワードがちがいます"


def link_of(scene: Scene, who: str) -> str:
    with scene.house.database.transaction() as db:
        token = people.make_link(db, account_id=scene.accounts[who], now=scene.house.clock.real())
    return f"/admin/start/{token}"


def choose_password(scene: Scene, who: str) -> TestClient:
    browser = scene.visitor()
    answer = browser.post(link_of(scene, who), data={"password": PASSWORD, "again": PASSWORD})
    assert answer.status_code == 200
    return browser


def try_in(browser: TestClient, number: str, password: str) -> str:
    return browser.post("/admin/sign-in", data={"number": number, "password": password}).text


def test_an_officer_begins_with_the_link_and_lands_on_the_sheet(scene: Scene) -> None:
    browser = scene.visitor()
    link = link_of(scene, "kobayashi")
    first = browser.get(link)
    assert "小林さん、こんにちは" in first.text
    assert "<strong>101</strong>" in first.text
    landed = browser.post(link, data={"password": PASSWORD, "again": PASSWORD})
    assert landed.url.path == "/admin/today"
    assert "11月27日（金）" in landed.text


def test_looking_at_a_link_does_not_spend_it_but_using_it_does(scene: Scene) -> None:
    link = link_of(scene, "kobayashi")
    assert [scene.visitor().get(link).status_code for _ in range(3)] == [200, 200, 200]
    form = {"password": PASSWORD, "again": PASSWORD}
    assert scene.visitor().post(link, data=form).status_code == 200
    for again in (scene.visitor().get(link), scene.visitor().post(link, data=form)):
        assert again.status_code == 410
        assert "もう使えません" in again.text


def test_a_new_link_makes_the_old_one_useless(scene: Scene) -> None:
    old, fresh = link_of(scene, "hara"), link_of(scene, "hara")
    assert scene.visitor().get(old).status_code == 410
    assert scene.visitor().get(fresh).status_code == 200


def test_a_weak_password_is_explained_and_the_link_stays_good(scene: Scene) -> None:
    link, browser = link_of(scene, "kobayashi"), scene.visitor()
    short = browser.post(link, data={"password": "みじかい", "again": "みじかい"})
    common = browser.post(link, data={"password": "tomarigi12345678", "again": "tomarigi12345678"})
    different = browser.post(link, data={"password": PASSWORD, "again": PASSWORD + "?"})
    assert [answer.status_code for answer in (short, common, different)] == [422] * 3
    assert "15文字以上" in short.text
    assert "だれでも思いつく" in common.text
    assert "同じものを" in different.text
    assert browser.post(link, data={"password": PASSWORD, "again": PASSWORD}).status_code == 200


def test_number_and_password_lead_to_where_one_wanted_to_go(scene: Scene) -> None:
    choose_password(scene, "sato")
    browser = scene.visitor()
    asked = browser.get("/admin/roster")
    assert asked.url.path == "/admin/sign-in"
    form = {"number": "１０４", "password": PASSWORD, "next": asked.url.params["next"]}
    assert browser.post("/admin/sign-in", data=form).url.path == "/admin/roster"


def test_the_way_on_never_leads_out_of_the_panel(scene: Scene) -> None:
    choose_password(scene, "sato")
    for outside in ("https://elsewhere.example/", "//elsewhere.example/admin/", "/admin//elsewhere.example"):
        form = {"number": "104", "password": PASSWORD, "next": outside}
        assert scene.visitor().post("/admin/sign-in", data=form).url.path == "/admin/week"


def test_a_wrong_number_and_a_wrong_password_get_the_same_answer(scene: Scene) -> None:
    choose_password(scene, "sato")
    answers = [
        try_in(scene.visitor(), number, password)
        for number, password in (("104", "wrong"), ("999", PASSWORD), ("1x4", PASSWORD), ("105", PASSWORD))
    ]
    assert all(WRONG in answer for answer in answers)


def test_guessing_grows_slow_but_nobody_is_locked_out(scene: Scene) -> None:
    choose_password(scene, "sato")
    for _ in range(5):
        assert WRONG in try_in(scene.visitor(), "104", "a guess")
    assert "あと10秒待って" in try_in(scene.visitor(), "104", PASSWORD)
    later = scene.at(BOOKED_AT + timedelta(seconds=11))
    assert WRONG in try_in(later.visitor(), "104", "a guess")
    assert "あと20秒待って" in try_in(later.visitor(), "104", PASSWORD)
    on_duty = scene.at(BOOKED_AT + timedelta(seconds=40))
    assert "今週すること" in try_in(on_duty.visitor(), "104", PASSWORD)
    assert WRONG in try_in(on_duty.visitor(), "104", "one slip after it counts from the start")


def test_a_sign_in_ends_when_idle_and_at_the_end_of_the_day(scene: Scene) -> None:
    browser = scene.browser("kobayashi")
    cookie = browser.cookies["tomarigi"]

    def page_after(minutes: int) -> str:
        later = scene.at(BOOKED_AT + timedelta(minutes=minutes)).visitor()
        later.cookies.set("tomarigi", cookie)
        return later.get("/admin/today").url.path

    assert page_after(59) == "/admin/today"
    assert page_after(59 + 59) == "/admin/today"
    assert page_after(59 + 59 + 61) == "/admin/sign-in"
    for minutes in range(50, 10 * 60, 50):
        page_after(minutes)
    assert page_after(10 * 60 + 1) == "/admin/sign-in"


def test_a_page_that_refreshes_itself_keeps_nobody_signed_in(scene: Scene) -> None:
    cookie = scene.browser("kobayashi").cookies["tomarigi"]
    refreshing = scene.at(BOOKED_AT + timedelta(minutes=50)).visitor()
    refreshing.cookies.set("tomarigi", cookie)
    assert refreshing.get("/admin/today", headers={"X-Refresh": "1"}).url.path == "/admin/today"
    later = scene.at(BOOKED_AT + timedelta(minutes=70)).visitor()
    later.cookies.set("tomarigi", cookie)
    assert later.get("/admin/today").url.path == "/admin/sign-in"


def test_signing_out_ends_it_on_the_server_too(scene: Scene) -> None:
    browser = scene.browser("kobayashi")
    cookie = browser.cookies["tomarigi"]
    assert browser.post("/admin/sign-out").url.path == "/admin/sign-in"
    thief = scene.visitor()
    thief.cookies.set("tomarigi", cookie)
    assert thief.get("/admin/today").url.path == "/admin/sign-in"


def test_a_disabled_account_is_out_at_once(scene: Scene) -> None:
    officer, supervisor = scene.browser("kobayashi"), scene.browser("mori")
    assert officer.get("/admin/today").url.path == "/admin/today"
    account_id = scene.accounts["kobayashi"]
    assert "アカウントを止めました" in supervisor.post(f"/admin/accounts/{account_id}/disable").text
    assert officer.get("/admin/today").url.path == "/admin/sign-in"
    assert WRONG in try_in(scene.visitor(), "101", PASSWORD)


def test_only_a_hash_of_cookie_and_link_is_kept(scene: Scene) -> None:
    cookie = scene.browser("kobayashi").cookies["tomarigi"]
    token = link_of(scene, "kobayashi").rsplit("/", 1)[1]
    with scene.house.database.reading() as db:
        rows = [
            str(tuple(row))
            for table in ("sign_in", "account_link", "account")
            for row in db.exec_driver_sql(f"SELECT * FROM {table}")
        ]
    assert rows
    assert not any(cookie in row or token in row or "小林" in row for row in rows)
