"""緊急サインを受ける人: told at night, and said to be told only where the mail can be counted on."""

from datetime import timedelta

from starlette.testclient import TestClient

from bot.flows.danger import truth
from desk.notices.queries import open_for_staff
from desk.notices.service import acknowledge
from desk.roster.avoidances import forbid_meeting
from tests.family.chat import Chat
from tests.notices.post_office import PostOffice
from tests.notices.test_mail import MORNING, NOON, work
from tests.pages.person import Someone, phone_for, text_of
from tests.panel.scene import BOOKED_AT, Scene, sora_books

_NOBODY = "いま、このトークは だれも見ていません。"
_TOLD = "担当の人に、いま知らせました。\nすぐ返事できるとは かぎりません。"


def _names(browser: TestClient, account_id: str) -> None:
    page = browser.post("/admin/settings/suwa/urgent", data={"account_id": account_id}).text
    assert "メールが届きません" not in page
    assert f'<option value="{account_id}" selected>佐藤さん</option>' in page


def _in_danger(scene: Scene, digit: int) -> str:
    return Chat(scene.house, f"U{digit}" + "0" * 31).types("もう死にたいです")


def test_an_alarm_goes_at_night_to_those_on_duty_and_to_whom_the_desk_has_named(
    scene: Scene, office: PostOffice
) -> None:
    _names(scene.browser("sato"), scene.accounts["sato"])
    sora = Chat(scene.house, "U" + "1" * 32)
    sora_books(scene)
    told = sora.types("もう死にたいです")
    assert f"{_TOLD}\n次に職員が見るのは、" in told
    assert _NOBODY not in told
    page = Someone(scene.house, sora.client_id, phone_for(scene.house))
    page.opens()
    assert "担当の人に、知らせました。すぐ返事できるとは かぎりません。" in text_of(page.sees("/numbers"))
    work(scene)
    assert sorted(office.to()) == ["hara@example.jp", "kobayashi@example.jp", "sato@example.jp"]
    soon = scene.at(BOOKED_AT + timedelta(minutes=2))
    pressed = Chat(soon.house, sora.user_id).types("いま困っている")
    assert "担当の人に、知らせてあります。\nすぐ返事できるとは かぎりません。" in pressed
    assert _NOBODY not in pressed, "as if it had been taken back"
    work(scene.at(BOOKED_AT + timedelta(minutes=5)))
    assert len(office.received) == 3


def test_without_a_name_an_alarm_disturbs_nobody_but_those_on_duty(scene: Scene, office: PostOffice) -> None:
    sora_books(scene)
    assert _NOBODY in Chat(scene.house, "U" + "1" * 32).types("もう死にたいです")
    work(scene)
    assert sorted(office.to()) == ["hara@example.jp", "kobayashi@example.jp"]


def test_nobody_is_said_to_be_told_whom_no_mail_reaches(scene: Scene, office: PostOffice) -> None:
    sato, browser = scene.accounts["sato"], scene.browser("sato")
    for cannot in ("ogawa", "mori", "kobayashi", "kanri"):
        refused = browser.post("/admin/settings/suwa/urgent", data={"account_id": scene.accounts[cannot]})
        assert refused.status_code == 404, cannot
    _names(browser, sato)
    assert "メールが届きません" not in browser.get("/admin/week").text
    office.refused.add("sato@example.jp")
    assert _TOLD in _in_danger(scene, 2)
    work(scene)
    soon = scene.at(BOOKED_AT + timedelta(minutes=5))
    Chat(soon.house, "U" + "3" * 32).types("いま困っている")
    work(soon)
    _sees_all(soon, sato)
    morning = scene.at(MORNING)
    work(morning)
    assert _NOBODY in _in_danger(morning, 4), "refused, and the next had nothing left to tell: none arrived"
    assert "メールが届きません" in browser.get("/admin/settings").text
    assert "諏訪の佐藤さん" in browser.get("/admin/week").text


def _sees_all(scene: Scene, account_id: str) -> None:
    with scene.house.database.transaction() as db:
        seen = [each.notice.id for each in open_for_staff(db, desk_id=None, now=scene.now)]
        acknowledge(db, notice_ids=seen, account_id=account_id, entered_by=account_id, now=scene.now)


def test_a_corrected_address_is_counted_on_again_and_gets_what_the_wrong_one_did_not(
    scene: Scene, office: PostOffice
) -> None:
    browser = scene.browser("sato")
    _names(browser, scene.accounts["sato"])
    office.refused.add("sato@example.jp")
    _in_danger(scene, 2)
    work(scene)
    browser.post("/admin/own/mail", data={"mail": "sato@example.jp"})
    assert _NOBODY in _in_danger(scene, 3), "pressed again, it is still the same address"
    browser.post("/admin/own/mail", data={"mail": "s@example.jp"})
    assert "メールが届きません" not in browser.get("/admin/settings").text
    work(scene)
    assert "s@example.jp" in office.to(), "at night: the alarm is still open"
    assert _TOLD in _in_danger(scene, 4), "that the old address refuses the farewell tells nothing"


def test_where_the_server_takes_nothing_from_others_nobody_is_said_to_be_told(
    scene: Scene, office: PostOffice
) -> None:
    _names(scene.browser("sato"), scene.accounts["sato"])
    day = scene.at(NOON)
    sora_books(day)
    office.busy = True
    work(day)
    assert _NOBODY in _in_danger(day, 2)
    office.busy = False
    later = scene.at(NOON + timedelta(minutes=20))
    work(later)
    assert _TOLD in _in_danger(later, 3)


def test_who_is_named_stays_named_without_an_address_and_nobody_is_said_to_be_told(scene: Scene) -> None:
    sato, browser = scene.accounts["sato"], scene.browser("sato")
    _names(browser, sato)
    browser.post("/admin/own/mail", data={"mail": ""})
    kept = browser.post("/admin/settings/suwa/urgent", data={"account_id": sato}).text
    assert f'<option value="{sato}" selected>佐藤さん（メールを送れません）</option>' in kept
    assert _NOBODY in _in_danger(scene, 2)
    browser.post("/admin/settings/suwa/urgent", data={"account_id": ""})
    assert "佐藤さん（メールを送れません）" not in browser.get("/admin/settings").text


def test_what_an_earlier_version_put_down_is_said_all_the_same() -> None:
    facts = {"next_reading": "", "booked": False}
    assert truth(facts) == _NOBODY
    assert truth(facts | {"told": True}) == _TOLD


def test_whom_somebody_must_not_meet_is_not_told_of_them(scene: Scene, office: PostOffice) -> None:
    sora_books(scene)
    sora = Chat(scene.house, "U" + "1" * 32)
    _names(scene.browser("sato"), scene.accounts["sato"])
    with scene.house.database.transaction() as db:
        forbid_meeting(
            db,
            account_id=scene.accounts["sato"],
            client_ids=[sora.client_id],
            entered_by=scene.accounts["mori"],
            now=scene.now,
        )
    assert _NOBODY in sora.types("もう死にたいです")
    work(scene)
    assert "sato@example.jp" not in office.to()
