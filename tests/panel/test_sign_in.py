"""The first sign-in by a one-time link, the next ones by password and digits, and how they end."""

from datetime import timedelta

from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

from admin.app import make_panel
from admin.entering import inside
from bot.pages.kept import parts_of
from desk.people import service as people
from tests.engines import ONE_BY_DEFAULT
from tests.panel.entry import PASSWORD, choose_digits, link_of, read_log
from tests.panel.scene import BOOKED_AT, ORIGIN, Scene

pytestmark = ONE_BY_DEFAULT

WRONG = "職員番号かパスワードがちがいます"
WRONG_CODE = "その数字では入れませんでした"


def try_in(browser: TestClient, number: str, password: str) -> str:
    return browser.post("/admin/sign-in", data={"number": number, "password": password}).text


def test_the_link_leads_in_with_one_press_and_the_day_goes_on(scene: Scene) -> None:
    browser, link = scene.visitor(), link_of(scene, "kobayashi")
    first = browser.get(link)
    assert "小林さん、こんにちは" in first.text
    assert "<strong>101</strong>" in first.text
    landed = browser.post(link, data={"way": "later"})
    assert landed.url.path == "/admin/today"
    assert "11月27日（金）" in landed.text
    assert "いま決めておくと、あしたも入れます" in browser.get("/admin/sign-ins").text


def test_looking_at_a_link_does_not_spend_it_but_using_it_does(scene: Scene) -> None:
    link = link_of(scene, "kobayashi")
    assert [scene.visitor().get(link).status_code for _ in range(3)] == [200, 200, 200]
    assert scene.visitor().post(link).status_code == 200
    for again in (scene.visitor().get(link), scene.visitor().post(link)):
        assert again.status_code == 410
        assert "もう使えません" in again.text


def test_a_new_link_makes_the_old_one_useless(scene: Scene) -> None:
    old, fresh = link_of(scene, "hara"), link_of(scene, "hara")
    assert scene.visitor().get(old).status_code == 410
    assert scene.visitor().get(fresh).status_code == 200


def test_each_choice_of_the_link_leads_to_its_page(scene: Scene) -> None:
    pages = {"key": "/admin/factors/key", "digits": "/admin/factors/digits", "nonsense": "/admin/today"}
    for way, path in pages.items():
        assert scene.visitor().post(link_of(scene, "hara"), data={"way": way}).url.path == path


def test_a_weak_password_is_explained(scene: Scene) -> None:
    browser = scene.visitor()
    browser.post(link_of(scene, "kobayashi"), data={"way": "digits"})
    wrong = {"15文字以上": ("みじかい",) * 2, "だれでも思いつく": ("tomarigi12345678",) * 2}
    for words, (password, again) in {**wrong, "同じものを": (PASSWORD, PASSWORD + "?")}.items():
        answer = browser.post("/admin/factors/digits", data={"password": password, "again": again})
        assert answer.status_code == 422
        assert words in answer.text


def test_password_and_digits_lead_to_where_one_wanted_to_go(scene: Scene) -> None:
    kit = choose_digits(scene, "sato")
    browser = scene.visitor()
    asked = browser.get("/admin/roster")
    assert asked.url.path == "/admin/sign-in"
    form = {"number": "１０４", "password": PASSWORD, "next": asked.url.params["next"]}
    half = browser.post("/admin/sign-in", data=form)
    assert "あと、ひとつです" in half.text
    landed = browser.post("/admin/sign-in/code", data=kit.second(half.text))
    assert landed.url.path == "/admin/roster"


def test_a_password_alone_opens_nothing(scene: Scene) -> None:
    choose_digits(scene, "sato")
    browser = scene.visitor()
    browser.post("/admin/sign-in", data={"number": "104", "password": PASSWORD})
    for path in ("/admin/", "/admin/week", "/admin/sign-ins", "/admin/factors/key", "/admin/prove"):
        assert browser.get(path).url.path == "/admin/sign-in", path
    half_made = scene.visitor()
    half_made.post(link_of(scene, "hara"), data={"way": "digits"})
    half_made.post("/admin/factors/digits", data={"password": PASSWORD, "again": PASSWORD})
    assert WRONG in try_in(scene.visitor(), "102", PASSWORD)


def test_the_way_on_never_leads_out_of_the_panel(scene: Scene) -> None:
    outside = ("https://e.example/", "//e.example/", "/admin//e.example", "/admin/\\e.example", "/me/x", "")
    assert [inside(address) for address in outside] == [""] * len(outside)
    assert inside("/admin/roster") == "/admin/roster"
    asked = scene.visitor().get("/admin/sign-in", params={"next": "https://e.example/"})
    assert "e.example" not in asked.text


def test_digits_work_once_and_a_code_from_paper_works_too(scene: Scene) -> None:
    kit = choose_digits(scene, "sato")
    first, second = kit.half_in(), kit.half_in()
    form = kit.second(first.text)
    assert first.browser.post("/admin/sign-in/code", data=form).url.path == "/admin/week"
    again = second.browser.post("/admin/sign-in/code", data=kit.second(second.text, form["code"]))
    assert WRONG_CODE in again.text
    paper = kit.second(second.text, kit.codes[0])
    assert second.browser.post("/admin/sign-in/code", data=paper).url.path == "/admin/week"
    third = kit.half_in()
    spent = third.browser.post("/admin/sign-in/code", data=kit.second(third.text, kit.codes[0]))
    assert WRONG_CODE in spent.text


def test_half_a_sign_in_cannot_be_used_twice(scene: Scene) -> None:
    kit = choose_digits(scene, "sato")
    half = kit.half_in()
    form = kit.second(half.text)
    assert half.browser.post("/admin/sign-in/code", data=form).url.path == "/admin/week"
    stolen = scene.visitor().post("/admin/sign-in/code", data=form | {"code": kit.codes[0]})
    assert "はじめからお願いします" in stolen.text


def test_a_wrong_number_and_a_wrong_password_get_the_same_answer(scene: Scene) -> None:
    choose_digits(scene, "sato")
    tried = (("104", "wrong"), ("999", PASSWORD), ("1x4", PASSWORD), ("105", PASSWORD))
    answers = {try_in(scene.visitor(), number, password).replace(number, "") for number, password in tried}
    assert len(answers) == 1
    assert WRONG in answers.pop()


def test_guessing_grows_slow_but_nobody_is_locked_out(scene: Scene) -> None:
    choose_digits(scene, "sato")
    for _ in range(5):
        assert WRONG in try_in(scene.visitor(), "104", "a guess")
    assert "あと10秒待って" in try_in(scene.visitor(), "104", PASSWORD)
    later = scene.at(BOOKED_AT + timedelta(seconds=11))
    assert WRONG in try_in(later.visitor(), "104", "a guess")
    assert "あと20秒待って" in try_in(later.visitor(), "104", PASSWORD)
    on_duty = scene.at(BOOKED_AT + timedelta(seconds=40))
    assert "あと、ひとつです" in try_in(on_duty.visitor(), "104", PASSWORD)


def test_guessing_the_digits_grows_slow_too(scene: Scene) -> None:
    kit = choose_digits(scene, "sato")
    half = kit.half_in()
    form = kit.second(half.text)
    answers = [
        half.browser.post("/admin/sign-in/code", data=form | {"code": f"{at:06}"}).text for at in range(6)
    ]
    assert WRONG_CODE in answers[0]
    assert "まちがいが続きました" in answers[-1]


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


def test_a_page_that_listens_keeps_nobody_signed_in(scene: Scene) -> None:
    """The browser comes back to the stream by itself every ten minutes, and says nothing of a refresh."""
    cookie = scene.browser("kanri").cookies["tomarigi"]
    for minutes in (7, 14):
        panel = make_panel(scene.at(BOOKED_AT + timedelta(minutes=minutes)).house, scene.signals, parts_of)
        panel.state.live.close()
        listening = TestClient(Starlette(routes=[Mount("/admin", panel)]), base_url=ORIGIN)
        listening.cookies.set("tomarigi", cookie)
        assert listening.get("/admin/live").headers["content-type"].startswith("text/event-stream")
    later = scene.at(BOOKED_AT + timedelta(minutes=16)).visitor()
    later.cookies.set("tomarigi", cookie)
    assert later.get("/admin/accounts").url.path == "/admin/sign-in"


def test_on_a_shared_tablet_signing_out_is_large_and_the_browser_forgets(scene: Scene) -> None:
    kit = choose_digits(scene, "sato")
    half = kit.half_in(shared=True)
    page = half.browser.post("/admin/sign-in/code", data=kit.second(half.text) | {"shared": "yes"})
    assert '<button class="danger-act">サインアウト' in page.text
    cookie = half.browser.cookies["tomarigi"]
    idle = scene.at(BOOKED_AT + timedelta(minutes=16)).visitor()
    idle.cookies.set("tomarigi", cookie)
    left = idle.get("/admin/week", follow_redirects=False)
    assert left.headers["location"].startswith("/admin/sign-in")
    assert left.headers["clear-site-data"] == '"cache", "storage"'


def test_signing_out_ends_it_on_the_server_too(scene: Scene) -> None:
    browser = scene.browser("kobayashi")
    cookie = browser.cookies["tomarigi"]
    assert browser.post("/admin/sign-out").url.path == "/admin/sign-in"
    thief = scene.visitor()
    thief.cookies.set("tomarigi", cookie)
    assert thief.get("/admin/today").url.path == "/admin/sign-in"


def test_a_secret_from_before_signing_in_is_worth_nothing_after_it(scene: Scene) -> None:
    """Neither one that somebody planted, nor that of who sat here before."""
    kit, planted = choose_digits(scene, "sato"), "p" * 43
    former = scene.browser("hara").cookies["tomarigi"]
    for before in (planted, former):
        half = kit.half_in(cookie=before)
        half.browser.post("/admin/sign-in/code", data=kit.second(half.text, kit.codes.pop()))
        assert half.browser.cookies["tomarigi"] != before
        thief = scene.visitor()
        thief.cookies.set("tomarigi", before)
        assert thief.get("/admin/today").url.path == "/admin/sign-in"


def test_a_disabled_account_is_out_at_once_and_begins_anew_when_it_comes_back(scene: Scene) -> None:
    choose_digits(scene, "kobayashi")
    officer, supervisor = scene.browser("kobayashi"), scene.browser("mori")
    assert officer.get("/admin/today").url.path == "/admin/today"
    account_id = scene.accounts["kobayashi"]
    assert "アカウントを止めました" in supervisor.post(f"/admin/accounts/{account_id}/disable").text
    assert officer.get("/admin/today").url.path == "/admin/sign-in"
    assert WRONG in try_in(scene.visitor(), "101", PASSWORD)
    back = supervisor.post(f"/admin/accounts/{account_id}/link").text
    assert "小林さんのリンク" in back
    assert "<svg" in back
    assert WRONG in try_in(scene.visitor(), "101", PASSWORD)


def test_under_https_the_cookie_is_bound_to_this_host_and_to_https(scene: Scene) -> None:
    origin = "https://desk.example"
    safe = scene.served_at(origin)
    with safe.house.database.transaction() as db:
        token = people.make_link(db, account_id=safe.accounts["hara"], now=safe.house.clock.real())
    browser = TestClient(safe.visitor().app, base_url=origin, headers={"Origin": origin})
    entered = browser.post(f"/admin/start/{token}", follow_redirects=False)
    cookie = entered.headers["set-cookie"]
    assert cookie.startswith("__Host-tomarigi=")
    assert all(part in cookie for part in ("Secure", "HttpOnly", "Path=/", "SameSite=lax"))
    assert "Domain" not in cookie


def test_who_came_in_how_and_who_did_not_is_written_down_without_what_was_typed(scene: Scene) -> None:
    kit = choose_digits(scene, "sato")
    try_in(scene.visitor(), "104", "a wrong password that nobody may read")
    try_in(scene.visitor(), "999", "x")
    half = kit.half_in()
    half.browser.post("/admin/sign-in/code", data=kit.second(half.text, "what was typed here"))
    half.browser.post("/admin/sign-in/code", data=kit.second(half.text))
    half.browser.post("/admin/sign-out")
    sato = scene.accounts["sato"]
    seen = [(row.act, row.account_id, row.subject_id) for row in read_log(scene) if "sign" in row.act]
    assert seen == [
        ("sign_in", sato, None),
        ("sign_in_failed", None, sato),
        ("sign_in_failed", None, None),
        ("sign_in_failed", None, sato),
        ("sign_in", sato, None),
        ("sign_out", sato, sato),
    ], "who failed is not known; at whose account is"
    written = " ".join(str(row) for row in read_log(scene))
    assert not any(
        secret in written for secret in ("nobody may read", PASSWORD, "what was typed here", kit.app.secret)
    )


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
