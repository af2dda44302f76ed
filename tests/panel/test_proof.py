"""Acts that want all factors anew: asked once, kept meanwhile, gone on with after; and the page of one's own sign-ins."""

import re
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from desk.people import queries
from desk.people import service as people
from tests.engines import ONE_BY_DEFAULT
from tests.panel.entry import PASSWORD, choose_digits, hidden, link_of, read_log
from tests.panel.scene import BOOKED_AT, Scene
from tests.people.authenticator import SoftKey

pytestmark = ONE_BY_DEFAULT

NEW = {"name": "北沢 & みなみ", "role": "officer", "desk": "suwa"}
LATER = BOOKED_AT + timedelta(minutes=6)


def later(scene: Scene, browser: TestClient) -> TestClient:
    """The same browser six minutes on: what was proved is no longer fresh."""
    after = scene.at(LATER).visitor()
    after.cookies.set("tomarigi", browser.cookies["tomarigi"])
    return after


def key_of(browser: TestClient, key: SoftKey) -> None:
    """Adds a key in this browser."""
    options = browser.post("/admin/factors/key/options").text
    assert "登録しました" in browser.post("/admin/factors/key", data={"answer": key.make(options)}).text


def test_an_act_waits_for_proof_with_all_that_was_typed_and_goes_on(scene: Scene) -> None:
    kit = choose_digits(scene, "mori")
    browser = later(scene, kit.browser)
    asked = browser.post("/admin/accounts", data=NEW)
    assert "ご本人か、確かめます" in asked.text
    old = browser.cookies["tomarigi"]
    wrong = browser.post(
        "/admin/prove", data=hidden(asked.text) | {"password": "wrong", "code": kit.app.now()}
    )
    assert "パスワードか数字がちがいます" in wrong.text
    form = hidden(wrong.text) | {"password": PASSWORD, "code": kit.codes[0]}
    proved = browser.post("/admin/prove", data=form)
    kept = hidden(proved.text)
    assert kept == NEW
    assert "北沢" in browser.post("/admin/accounts", data=kept).text
    thief = scene.at(LATER).visitor()
    thief.cookies.set("tomarigi", old)
    assert thief.get("/admin/week").url.path == "/admin/sign-in", "the secret from before the proof is dead"


def test_a_form_too_long_to_keep_costs_no_proof(scene: Scene) -> None:
    kit = choose_digits(scene, "mori")
    form = {"password": PASSWORD, "code": kit.codes[0], "then": "/admin/week", "posted": "1"}
    long = kit.browser.post("/admin/prove", data=form | {"form": "&".join(["a=1"] * 1001)})
    assert (long.status_code, "受けとれませんでした" in long.text) == (400, True)
    assert "確かめました" in kit.browser.post("/admin/prove", data=form | {"form": "a=1"}).text


def test_an_empty_form_goes_on_too(scene: Scene) -> None:
    kit = choose_digits(scene, "mori")
    browser = later(scene, kit.browser)
    asked = browser.post(f"/admin/accounts/{scene.accounts['hara']}/disable")
    form = hidden(asked.text) | {"password": PASSWORD, "code": kit.codes[0]}
    assert f"/admin/accounts/{scene.accounts['hara']}/disable" in browser.post("/admin/prove", data=form).text


def test_a_page_that_wants_proof_is_come_back_to(scene: Scene) -> None:
    kit = choose_digits(scene, "sato")
    browser = later(scene, kit.browser)
    asked = browser.get("/admin/factors/key")
    assert asked.url.path == "/admin/prove"
    form = hidden(asked.text) | {"password": PASSWORD, "code": kit.codes[0]}
    assert browser.post("/admin/prove", data=form).url.path == "/admin/factors/key"


def test_who_came_by_link_first_chooses_how_to_sign_in(scene: Scene) -> None:
    browser = scene.visitor()
    browser.post(link_of(scene, "mori"), data={"way": "later"})
    asked = browser.post("/admin/accounts", data=NEW)
    assert "先にサインインのしかたを決めてください" in asked.text
    key_of(browser, SoftKey())
    assert "北沢" in browser.post("/admin/accounts", data=NEW).text


def test_a_link_is_no_way_around_the_factors(scene: Scene) -> None:
    """Whoever came in by an older link cannot give themselves a way in once the owner has one."""
    intruder = scene.visitor()
    intruder.post(link_of(scene, "sato"), data={"way": "later"})
    choose_digits(scene, "sato")
    assert intruder.get("/admin/factors/key").url.path == "/admin/prove"
    for path in ("key/options", "key", "digits", "digits/app", "codes", "remove"):
        assert "ご本人か、確かめます" in intruder.post(f"/admin/factors/{path}").text, path


def test_only_ones_own_key_proves(scene: Scene) -> None:
    mine, theirs = SoftKey(), SoftKey()
    browser, other = scene.visitor(), scene.visitor()
    for each, who, key in ((browser, "mori", mine), (other, "hara", theirs)):
        each.post(link_of(scene, who), data={"way": "key"})
        key_of(each, key)
    asking = later(scene, browser)
    for key, words in ((theirs, "この機器では確かめられませんでした"), (mine, "確かめました")):
        options = asking.post("/admin/prove/passkey/options").text
        form = {"answer": key.answer(options), "then": "/admin/accounts", "posted": "1", "form": "name=x"}
        assert words in asking.post("/admin/prove/passkey", data=form).text


def test_a_key_signs_in_with_one_press_while_others_guess(scene: Scene) -> None:
    key, browser = SoftKey(), scene.visitor()
    browser.post(link_of(scene, "kobayashi"), data={"way": "key"})
    key_of(browser, key)
    for _ in range(7):
        scene.visitor().post("/admin/sign-in", data={"number": "101", "password": "a guess"})
    phone = scene.visitor()
    options = phone.post("/admin/sign-in/passkey/options").text
    form = {"answer": key.answer(options), "next": "/admin/own"}
    assert phone.post("/admin/sign-in/passkey", data=form).url.path == "/admin/own"
    again = scene.visitor().post("/admin/sign-in/passkey", data=form)
    assert "この機器では入れませんでした" in again.text


def test_own_sign_ins_are_listed_and_ended_one_by_one_or_all(scene: Scene) -> None:
    phone, tablet, office = (scene.browser("sato") for _ in range(3))
    page = office.get("/admin/sign-ins").text
    assert page.count("さいごに使った時") == 3
    ends = re.findall(r'name="which" value="([0-9a-f]{32})"', page)
    assert len(ends) == 2
    stranger = scene.browser("hara")
    stranger.post("/admin/sign-ins/end", data={"which": ends[0]})
    assert "終わらせました" in office.post("/admin/sign-ins/end", data={"which": ends[0]}).text
    left = [each.get("/admin/week").url.path for each in (phone, tablet)]
    assert sorted(left) == ["/admin/sign-in", "/admin/week"]
    office.post("/admin/sign-ins/end", data={"which": "others"})
    assert {each.get("/admin/week").url.path for each in (phone, tablet)} == {"/admin/sign-in"}
    assert office.post("/admin/sign-ins/end", data={"which": "all"}).url.path == "/admin/sign-in"


def test_the_owner_sees_what_happened_and_gets_a_mail_that_says_only_that(scene: Scene) -> None:
    mailed = scene.with_mail("sato")
    kit = choose_digits(mailed, "sato")
    scene.visitor().post("/admin/sign-in", data={"number": kit.number, "password": "a guess"})
    page = kit.browser.get("/admin/sign-ins").text
    assert "サインインの方法を加えました" in page
    assert "サインインできませんでした（まちがい）" in page
    with scene.house.database.reading() as db:
        mails = [row.dedupe_key for row in db.exec_driver_sql("SELECT dedupe_key FROM mail")]
    assert [key.startswith(f"own:{scene.accounts['sato']}:") for key in mails] == [True]


def test_the_last_way_in_stays_and_says_so(scene: Scene) -> None:
    kit = choose_digits(scene, "sato")
    page = kit.browser.post("/admin/factors/remove", data={"which": "digits"})
    assert "さいごの方法は、けせません" in page.text
    key_of(kit.browser, SoftKey())
    assert "やめました" in kit.browser.post("/admin/factors/remove", data={"which": "digits"}).text
    acts = [row.act for row in read_log(scene) if row.act.startswith("factor")]
    assert acts == ["factor_added"] * 3 + ["factor_removed"]


def test_new_recovery_codes_are_shown_once(scene: Scene) -> None:
    kit = choose_digits(scene, "sato")
    shown = kit.browser.post("/admin/factors/codes").text
    assert len(re.findall(r"<li>\w{4}-\w{4}-\w{4}-\w{4}</li>", shown)) == 10
    assert not re.search(r"\w{4}-\w{4}-\w{4}-\w{4}", kit.browser.get("/admin/sign-ins").text)


@pytest.mark.parametrize("act", ["link", "role", "disable"])
def test_nobody_does_it_to_their_own_account(scene: Scene, act: str) -> None:
    browser, own = scene.browser("kanri"), scene.accounts["kanri"]
    answer = browser.post(f"/admin/accounts/{own}/{act}", data={"role": "supervisor"})
    assert "自分のアカウントは止められません" in answer.text


def test_another_role_counts_from_the_next_page_and_ends_what_was_open(scene: Scene) -> None:
    supervisor, officer, who = scene.browser("mori"), scene.browser("hara"), scene.accounts["hara"]
    assert officer.get("/admin/week").status_code == 403
    changed = supervisor.post(f"/admin/accounts/{who}/role", data={"role": "staff"})
    assert "役割を変えました" in changed.text
    assert officer.get("/admin/week").url.path == "/admin/sign-in"
    assert scene.browser("hara").get("/admin/week").status_code == 200
    assert "役割を選んでください" in supervisor.post(f"/admin/accounts/{who}/role", data={"role": "x"}).text
    supervisor.post(f"/admin/accounts/{who}/sign-ins")
    with scene.house.database.reading() as db:
        assert queries.own_sign_ins(db, account_id=who, now=scene.now) == ()


def test_an_account_that_nobody_uses_is_marked(scene: Scene) -> None:
    choose_digits(scene, "hara")
    long_after = scene.at(scene.house.clock.real() + timedelta(days=400))
    with scene.house.database.transaction() as db:
        token = people.sign_in_as(db, account_id=scene.accounts["mori"], now=long_after.now)
    browser = long_after.visitor()
    browser.cookies.set("tomarigi", token)
    assert browser.get("/admin/accounts").text.count("150日 使っていません") == 1
