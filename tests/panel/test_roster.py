"""当番 in the panel: days away, substitutes, swaps asked and agreed, and people who must not meet."""

import re
from datetime import date, timedelta

import pytest

from desk.calendar.queries import upcoming_sessions
from desk.clients import consents
from desk.intake import service as intake
from desk.people import service as people
from desk.roster.queries import officers_of_session
from desk.roster.service import assign
from tests.engines import POSTGRES_BY_DEFAULT
from tests.panel.scene import ON_THE_DAY, SESSION_DAY, Scene, hana_books, sora_books
from tests.panel.test_today import words_of
from tests.panel.test_week import counts

pytestmark = POSTGRES_BY_DEFAULT

IN_THREE_DAYS = ON_THE_DAY - timedelta(days=3)


@pytest.fixture
def scene(scene: Scene) -> Scene:
    """One officer more at 諏訪: 東, who is free, and sits there in January."""
    with scene.house.database.transaction() as db:
        east, _ = people.add_account(
            db,
            scene.house.vault,
            role="officer",
            desk_id=scene.desk_id,
            name="東",
            now=scene.house.clock.real(),
        )
        scene.accounts["higashi"] = east
        assign(db, session_id=january(scene), table_no=1, seat=1, account_id=east, now=scene.now)
    return scene


def january(scene: Scene) -> str:
    with scene.house.database.reading() as db:
        return upcoming_sessions(db, desk_id=scene.desk_id, since=date(2027, 1, 1))[0].id


def sitting(scene: Scene, session_id: str) -> list[str]:
    with scene.house.database.reading() as db:
        rows = officers_of_session(db, scene.house.vault, session_id)
    return [f"（{row.name}）" if row.away else row.name for row in rows]


def test_an_officer_who_cannot_come_is_replaced_in_three_clicks(scene: Scene) -> None:
    officer, staff = scene.browser("hara"), scene.browser("sato")
    assert counts(staff.get("/admin/week").text)["当番が足りない日"] == 0
    told = officer.post("/admin/own/absences", data={"first": SESSION_DAY.isoformat()})
    assert "お休みの日を記録しました。" in told.text
    assert "お休みを記録しました" in told.text
    page = staff.get("/admin/week")
    assert counts(page.text)["当番が足りない日"] == 1
    assert "原さんが来られません。" in page.text
    assert "原さん（お休み）" in words_of(scene.browser("kobayashi").get("/admin/today").text)
    assert "当番の人が、来られなくなりました" in scene.browser("kobayashi").get("/admin/today").text
    form = {"table": "1", "seat": "2", "officer": scene.accounts["higashi"]}
    done = staff.post(f"/admin/roster/{scene.session_id}/substitute", data=form)
    assert "当番を記録しました。" in done.text
    assert sitting(scene, scene.session_id) == ["小林", "東"]
    assert counts(done.text)["当番が足りない日"] == 0
    assert "当番が変わりました" in officer.get("/admin/today").text, "who sat there learns of it"


def test_on_the_morning_of_the_day_the_free_ones_are_offered(scene: Scene) -> None:
    morning = scene.at(ON_THE_DAY - timedelta(hours=2))
    day = {"officer": scene.accounts["kobayashi"], "first": SESSION_DAY.isoformat(), "last": ""}
    morning.browser("sato").post("/admin/roster/absences", data=day)
    page = morning.browser("sato").get("/admin/week").text
    short = page[page.index('id="short"') :]
    offered = re.findall(r'<option value="([0-9a-f]{32})">([^<]+)</option>', short.partition("</article>")[0])
    assert offered == [(scene.accounts["higashi"], "東")]


def test_somebody_away_is_not_assigned_and_comes_back_with_one_press(scene: Scene) -> None:
    staff = scene.browser("sato")
    east = scene.accounts["higashi"]
    period = {"officer": east, "first": "2026-11-20", "last": "2026-11-30"}
    page = staff.post("/admin/roster/absences", data=period).text
    assert "東さん　11月20日（金）から11月30日（月）まで" in page
    assert "東（お休み）" in page
    form = {"table": "1", "first": east, "second": scene.accounts["hara"]}
    refused = staff.post(f"/admin/roster/{scene.session_id}", data=form)
    assert refused.status_code == 422
    assert "その人は、その日お休みです。ほかの人を選んでください。" in refused.text
    assert sitting(scene, scene.session_id) == ["小林", "原"]
    (ending,) = re.findall(r"/admin/roster/absences/[0-9a-f]{32}/end", page)
    assert staff.post(ending).status_code == 200
    assert "当番を記録しました。" in staff.post(f"/admin/roster/{scene.session_id}", data=form).text


def test_days_that_cannot_be_are_refused_in_a_clear_sentence(scene: Scene) -> None:
    officer, staff = scene.browser("hara"), scene.browser("sato")
    for words, period in (
        ("はじまりの日を入れてください。", {"first": "あした"}),
        (
            "おわりの日は、はじまりの日か、その後にしてください。",
            {"first": "2026-11-27", "last": "2026-11-26"},
        ),
        ("その日は、もう過ぎました。", {"first": "2026-11-01", "last": "2026-11-02"}),
        ("お休みは、1年までにしてください。", {"first": "2026-11-27", "last": "2028-11-27"}),
    ):
        for browser, path in ((officer, "/admin/own/absences"), (staff, "/admin/roster/absences")):
            refused = browser.post(path, data=period | {"officer": scene.accounts["hara"]})
            assert refused.status_code == 422, words
            assert words in refused.text
    assert sitting(scene, scene.session_id) == ["小林", "原"]
    assert (
        scene.browser("sato")
        .post("/admin/roster/absences", data={"officer": scene.accounts["nishi"], "first": "2026-11-27"})
        .status_code
        == 404
    )


def test_an_officer_asks_a_colleague_who_agrees_on_their_own_page(scene: Scene) -> None:
    asking, asked = scene.browser("hara"), scene.browser("higashi")
    wish = f"{scene.accounts['higashi']}.{january(scene)}"
    page = asking.get("/admin/own").text
    assert f'<option value="{wish}">東さん（1月29日（金）と こうかん）' in page
    assert (
        "交代を頼みました。" in asking.post(f"/admin/own/{scene.session_id}/swap", data={"wish": wish}).text
    )
    assert "当番の交代のことで、お願いか返事があります" in asked.get("/admin/today").text
    page = asked.get("/admin/own").text
    assert "原さんから、お願いです。" in page
    assert "11月27日（金） 午前10時から12時 諏訪の当番を、代わってもらえますか。" in page
    assert "かわりに、あなたの 1月29日（金） 諏訪は、原さんが来ます。" in page
    (agree,) = re.findall(r"/admin/own/swaps/[0-9a-f]{32}/agree", page)
    assert scene.browser("kobayashi").post(agree).status_code == 404, "for them there is no such swap"
    assert "交代しました。" in asked.post(agree).text
    assert (sitting(scene, scene.session_id), sitting(scene, january(scene))) == (["小林", "東"], ["原"])
    again = asked.post(agree)
    assert again.status_code == 422
    assert "その間に、当番が変わりました。" in again.text


def test_a_swap_is_declined_or_taken_back(scene: Scene) -> None:
    asking, asked = scene.browser("hara"), scene.browser("higashi")
    wish = {"wish": scene.accounts["higashi"]}
    asking.post(f"/admin/own/{scene.session_id}/swap", data=wish)
    (decline,) = re.findall(r"/admin/own/swaps/[0-9a-f]{32}/decline", asked.get("/admin/own").text)
    assert "ことわりました。" in asked.post(decline).text
    asking.post(f"/admin/own/{scene.session_id}/swap", data=wish)
    twice = asking.post(f"/admin/own/{scene.session_id}/swap", data=wish)
    assert "もうほかの人に頼んでいます" in twice.text
    (withdraw,) = re.findall(r"/admin/own/swaps/[0-9a-f]{32}/withdraw", asking.get("/admin/own").text)
    assert "お願いを取りさげました。" in asking.post(withdraw).text
    assert sitting(scene, scene.session_id) == ["小林", "原"]


def test_a_swap_that_cannot_be_is_refused_and_tells_nothing_of_the_colleague(scene: Scene) -> None:
    asking = scene.browser("hara")
    for who in ("hara", "kobayashi", "nishi", "sato"):
        refused = asking.post(f"/admin/own/{scene.session_id}/swap", data={"wish": scene.accounts[who]})
        assert refused.status_code == 422, who
        assert "その人は、その日は代われません。" in refused.text
    elsewhere = asking.post(f"/admin/own/{january(scene)}/swap", data={"wish": scene.accounts["higashi"]})
    assert elsewhere.status_code == 404
    assert sitting(scene, scene.session_id) == ["小林", "原"]


def test_staff_enter_a_swap_at_once_or_the_yes_they_heard_by_telephone(scene: Scene) -> None:
    staff, east, hara = scene.browser("sato"), scene.accounts["higashi"], scene.accounts["hara"]
    form = {"of": hara, "to": hara, "back": ""}
    oneself = staff.post(f"/admin/roster/{scene.session_id}/swap", data=form)
    assert oneself.status_code == 422
    assert "同じ人どうしでは、交代できません。" in oneself.text
    both = {"of": hara, "to": east, "back": january(scene)}
    assert "交代しました。" in staff.post(f"/admin/roster/{scene.session_id}/swap", data=both).text
    assert (sitting(scene, scene.session_id), sitting(scene, january(scene))) == (["小林", "東"], ["原"])
    scene.browser("higashi").post(f"/admin/own/{scene.session_id}/swap", data={"wish": hara})
    scene.browser("kobayashi").post(f"/admin/own/{scene.session_id}/swap", data={"wish": hara})
    page = staff.get("/admin/roster").text
    first, second = re.findall(r"/admin/roster/swaps/[0-9a-f]{32}/agree", page)
    assert "交代しました。" in staff.post(first).text
    late = staff.post(second)
    assert late.status_code in (404, 422), "the day is taken now"
    assert "原" in sitting(scene, scene.session_id)


def fears_to_meet(scene: Scene) -> str:
    """そら books and answers 「知り合いに会いたくない」."""
    sora = sora_books(scene)
    with scene.house.database.transaction() as db:
        consent_id = consents.agree(
            db, client_id=sora, purpose="answers", text_version="t", text="はい", via="line", now=scene.now
        )
        intake.keep_answer(
            db,
            scene.house.vault,
            client_id=sora,
            key="mind",
            value=["acquaintance"],
            consent_id=consent_id,
            now=scene.now,
        )
    return sora


def test_who_fears_to_meet_somebody_is_shown_until_staff_have_asked(scene: Scene) -> None:
    sora = fears_to_meet(scene)
    staff = scene.browser("sato")
    page = words_of(staff.get("/admin/week").text)
    assert "「知り合いに会いたくない」" in page
    assert "小林さん・原さん。知り合いでないか、聞いてください。" in page
    path = f"/admin/clients/{sora}/apart"
    assert "「この日に、知り合いが来ることはありませんか」とだけ聞いてください。" in staff.get(path).text
    assert "会わない組み合わせを記録しました。" in staff.post(path).text
    assert "会わない組み合わせ" not in staff.get("/admin/week").text
    assert scene.browser("ogawa").get(path).status_code == 404
    assert scene.browser("kobayashi").get(path).status_code == 403


def test_a_meeting_that_must_not_be_is_shown_to_staff_until_it_is_mended(scene: Scene) -> None:
    sora = sora_books(scene)
    staff, east = scene.browser("sato"), scene.accounts["higashi"]
    path = f"/admin/clients/{sora}/apart"
    staff.post(path, data={"officer": [scene.accounts["hara"]]})
    page = staff.get("/admin/week").text
    assert counts(page)["会わない組み合わせ"] == 1
    assert "当番の原さんは、会わない組み合わせです。" in words_of(page)
    assert "当番の原さんは、会わない組み合わせです。" in words_of(staff.get("/admin/today").text)
    assert "会わない" not in scene.browser("hara").get("/admin/today").text
    put = {"table": "1", "first": scene.accounts["kobayashi"], "second": east}
    staff.post(f"/admin/roster/{scene.session_id}", data=put)
    assert "会わない組み合わせ" not in counts(staff.get("/admin/week").text)
    back = staff.post(f"/admin/roster/{scene.session_id}", data=put | {"second": scene.accounts["hara"]})
    assert "その人は、この席に座れません（会わない組み合わせ）。" in back.text
    staff.post(path, data={})
    assert staff.post(f"/admin/roster/{scene.session_id}", data=put).status_code == 200


def test_an_officer_says_whom_they_should_not_meet_and_only_of_their_own_day(scene: Scene) -> None:
    sora_books(scene)
    hana_books(scene)
    early = scene.browser("kobayashi").get("/admin/own").text
    assert "来る人のことは、7日前から見られます。" in early
    assert "そらさんとは会わない" not in early
    near = scene.at(IN_THREE_DAYS)
    page = near.browser("kobayashi").get("/admin/own").text
    booking_id = re.findall(r'name="booking" value="([0-9a-f]{32})"', page)[0]
    act = f"/admin/own/{scene.session_id}/apart"
    assert near.browser("nishi").post(act, data={"booking": booking_id}).status_code == 404
    assert near.browser("kobayashi").post(act, data={"booking": "0" * 32}).status_code == 404
    done = near.browser("kobayashi").post(act, data={"booking": booking_id})
    assert "記録しました。席は、職員が考えます。" in done.text
    assert "当番の小林さんは、会わない組み合わせです。" in words_of(
        near.browser("sato").get("/admin/week").text
    )
    assert "会わない組み合わせ" not in near.browser("kobayashi").get("/admin/today").text
