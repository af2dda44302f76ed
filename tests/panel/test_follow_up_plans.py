"""One person's plan: begun after the visit with their consent, in ways they agreed to, seen and changed by staff."""

from datetime import date

import pytest
from starlette.testclient import TestClient

from admin.following import CONSENT_WORDS
from bot.pages.kept import parts_of
from desk.clients.queries import consents_of
from desk.follow_up.rules import Step
from desk.follow_up.service import keep_usual_steps
from desk.record.queries import kept_of
from tests.engines import ONE_BY_DEFAULT
from tests.panel.following import AFTERWARDS, IN_A_WEEK, PHONE, add, begin, called_on, plan, sora_came
from tests.panel.scene import Scene, hana_books

pytestmark = ONE_BY_DEFAULT


@pytest.fixture
def after(scene: Scene) -> Scene:
    """The afternoon after the visit."""
    return scene.at(AFTERWARDS)


@pytest.fixture
def sora(scene: Scene) -> str:
    return sora_came(scene)


@pytest.fixture
def staff(after: Scene) -> TestClient:
    """佐藤 on that afternoon."""
    return after.browser("sato")


def page(staff: TestClient, path: str) -> str:
    """A page that opens."""
    found = staff.get(f"/admin/{path}")
    assert found.status_code == 200
    return found.text


def test_the_way_to_a_plan_stands_where_staff_write_down_that_somebody_came(
    after: Scene, staff: TestClient, sora: str
) -> None:
    link = f"/admin/clients/{sora}/plan"
    assert link in page(staff, f"sessions/{after.session_id}")
    assert link not in page(after.browser("kobayashi"), f"sessions/{after.session_id}")
    assert "フォローを始める" in page(staff, f"clients/{sora}")


def test_it_counts_from_the_visit_and_offers_what_the_desk_usually_does(staff: TestClient, sora: str) -> None:
    offered = page(staff, f"clients/{sora}/plan")
    assert "来た日（2026年11月27日（金）、諏訪）から数えます" in offered
    for day in ("2026年12月4日", "2026年12月27日", "2027年2月25日", "2027年5月26日"):
        assert day in offered


def test_it_begins_only_with_a_yes_to_the_words_that_are_shown(
    after: Scene, staff: TestClient, sora: str
) -> None:
    refused = begin(staff, sora, ["7-message", "90-message"], agreed="")
    assert refused.status_code == 422
    assert "文を見せて" in refused.text
    assert refused.text.count(" checked") == 2
    assert plan(after, sora) == ()
    begun = begin(staff, sora, ["7-message", "90-message"])
    assert "フォローを始めました" in begun.text
    assert [(row.due_on, row.way, row.state) for row in plan(after, sora)] == [
        (IN_A_WEEK, "message", "planned"),
        (date(2027, 2, 25), "message", "planned"),
    ]
    with after.house.database.reading() as db:
        agreed = [row for row in consents_of(db, sora) if row.purpose == "follow_up"]
    assert [(row.words, row.via, row.account_id) for row in agreed] == [
        (CONSENT_WORDS, "panel", after.accounts["sato"])
    ]


def test_pressing_twice_plans_once_and_nothing_chosen_plans_nothing(
    after: Scene, staff: TestClient, sora: str
) -> None:
    begin(staff, sora, ["7-message"])
    again = begin(staff, sora, ["7-message"], agreed="")
    assert again.status_code == 422
    assert "もう入っています" in again.text
    assert begin(staff, sora, []).status_code == 422
    assert begin(staff, sora, ["8-message"]).status_code == 422
    assert len(plan(after, sora)) == 1


def test_nobody_is_followed_up_in_a_way_they_did_not_agree_to(
    after: Scene, staff: TestClient, sora: str
) -> None:
    """He said 家に連絡しないで, so no visit is offered; and one that is sent all the same changes nothing."""
    with after.house.database.transaction() as db:
        steps = [Step(7, "telephone"), Step(30, "visit")]
        keep_usual_steps(db, desk_id=after.desk_id, steps=steps)
    offered = page(staff, f"clients/{sora}/plan")
    assert 'value="7-telephone"' in offered
    assert 'value="30-visit"' not in offered
    assert "家には連絡しない、という約束です" in offered
    assert begin(staff, sora, ["7-telephone", "30-visit"]).status_code == 422
    assert plan(after, sora) == ()
    assert add(staff, sora, "visit", IN_A_WEEK).status_code == 422


def test_one_more_step_on_a_day_of_its_own(after: Scene, staff: TestClient, sora: str) -> None:
    without = add(staff, sora, "telephone", IN_A_WEEK)
    assert "先に、上で同意をもらって" in without.text
    (call,) = called_on(after, sora, IN_A_WEEK)
    assert (call.due_on, call.desk_name) == (IN_A_WEEK, "諏訪")
    assert "もう同じ予定があります" in add(staff, sora, "telephone", IN_A_WEEK).text
    assert "あしたからの日" in add(staff, sora, "telephone", date(2026, 11, 27)).text
    assert "どうやって連絡するか" in add(staff, sora, "pigeon", IN_A_WEEK).text
    assert len(plan(after, sora)) == 2


def test_who_has_not_come_yet_is_followed_up_from_today(after: Scene, staff: TestClient) -> None:
    hana = hana_books(after.at(AFTERWARDS.replace(day=20)))
    assert "きょう（2026年11月27日（金）、諏訪）から数えます" in page(staff, f"clients/{hana}/plan")


def test_the_person_page_shows_what_is_ahead_and_what_came_of_it(after: Scene, sora: str) -> None:
    (call,) = called_on(after, sora, IN_A_WEEK)
    later = after.at(AFTERWARDS.replace(month=12, day=4))
    data = {"result": "fine", "note": "仕事が見つかったそうです"}
    staff = later.browser("sato")
    staff.post(f"/admin/follow-ups/{call.id}/result", data=data)
    shown = page(staff, f"clients/{sora}")
    for words in ("2027年5月26日", "LINEで短い連絡", "だいじょうぶ", "仕事が見つかったそうです"):
        assert words in shown


def test_the_person_sees_it_among_all_that_is_kept_of_them(
    after: Scene, staff: TestClient, sora: str
) -> None:
    (call,) = called_on(after, sora, IN_A_WEEK)
    data = {"result": "reached", "note": "元気でした"}
    staff.post(f"/admin/follow-ups/{call.id}/result", data=data)
    with after.house.database.reading() as db:
        parts = parts_of(kept_of(db, after.house.vault, sora))
    (lines,) = [part.lines for part in parts if part.heading == "あとからの 連絡"]
    assert [line.told for line in lines] == [
        "電話。話せました。\n職員：元気でした",
        "みじかい 連絡。これからです。",
    ]
    assert PHONE not in "".join(line.told for line in lines)
