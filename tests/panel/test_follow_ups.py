"""フォロー: the list of calls and visits by day, what is pressed on it, and the figures that come of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

from desk.booking.service import confirm, hold
from desk.calendar.queries import free_slots
from desk.clients.consents import agree
from desk.clients.queries import consent_in_force
from desk.clients.service import arrive, forget_phone, set_phone
from desk.clock import at_tokyo, local_date
from desk.database import Connection, Database
from desk.follow_up.queries import FollowUpRow
from desk.intake.service import keep_answer
from tests.engines import POSTGRES_BY_DEFAULT
from tests.panel.following import AFTERWARDS, PHONE, add, called_on, plan, sora_came
from tests.panel.scene import Scene

pytestmark = POSTGRES_BY_DEFAULT

#: A Monday; the calls are on that day, in that week and in the one after.
MONDAY = at_tokyo(date(2026, 12, 7), 10)
DAYS = tuple(local_date(MONDAY) + timedelta(days=days) for days in (0, 3, 8))


@pytest.fixture
def monday(scene: Scene) -> Scene:
    """Some days after the visit."""
    return scene.at(MONDAY)


@pytest.fixture
def calls(scene: Scene) -> list[FollowUpRow]:
    """Three calls to そら."""
    client_id = sora_came(scene)
    return called_on(scene.at(AFTERWARDS), client_id, *DAYS)


@pytest.fixture
def staff(monday: Scene) -> TestClient:
    """佐藤 on that Monday."""
    return monday.browser("sato")


def listed(staff: TestClient) -> dict[str, str]:
    """The list of each of the three groups."""
    text = staff.get("/admin/follow-ups").text
    now, rest = text.split('id="week"')
    week, later = rest.split('id="later"')
    return {"now": now.split('id="now"')[1], "week": week, "later": later}


def press(staff: TestClient, step: FollowUpRow, act: str, **data: str) -> str:
    """Staff press something under one step."""
    return staff.post(f"/admin/follow-ups/{step.id}/{act}", data=data).text


def test_the_list_is_by_today_this_week_and_after(
    monday: Scene, staff: TestClient, calls: list[FollowUpRow]
) -> None:
    for group, call in zip(("now", "week", "later"), calls, strict=True):
        assert [each for each, text in listed(staff).items() if call.id in text] == [group]
    assert "過ぎています" not in listed(staff)["now"]
    assert "過ぎています" in listed(monday.at(MONDAY + timedelta(days=1)).browser("sato"))["now"]
    assert all("そら" not in text for text in listed(monday.browser("ogawa")).values())
    assert monday.browser("kobayashi").get("/admin/follow-ups").status_code == 403


def test_what_is_due_stands_in_this_week_and_goes_when_it_is_done(
    monday: Scene, staff: TestClient, calls: list[FollowUpRow]
) -> None:
    week = staff.get("/admin/week").text
    assert [call.id in week for call in calls] == [True, False, False]
    assert "フォローの結果を記録しました" in press(staff, calls[0], "result", result="reached")
    assert "フォロー（今日まで）" not in staff.get("/admin/week").text
    assert "フォロー（今日まで）" not in monday.browser("ogawa").get("/admin/week").text


def test_a_call_shows_the_number_and_how_to_begin(
    monday: Scene, staff: TestClient, calls: list[FollowUpRow]
) -> None:
    text = staff.get(f"/admin/follow-ups/{calls[0].id}").text
    for words in (PHONE, "夕方", "「予定」とだけ言います"):
        assert words in text
    with monday.house.database.transaction() as db:
        forget_phone(db, client_id=calls[0].client_id)
    text = staff.get(f"/admin/follow-ups/{calls[0].id}").text
    assert PHONE not in text
    assert "電話番号を聞いていないか" in text
    assert "電話番号を聞いていないか" in listed(staff)["now"]


def test_a_call_shows_what_they_asked_to_be_minded_as_the_other_list_does(
    monday: Scene, staff: TestClient, calls: list[FollowUpRow]
) -> None:
    page = f"/admin/follow-ups/{calls[0].id}"
    shown = staff.get(page).text
    assert ("家に連絡しないでください。" in shown, PHONE in shown) == (True, True)
    with monday.house.database.transaction() as db:
        told = consent_in_force(db, client_id=calls[0].client_id, purpose="answers")
        assert told is not None
        keep_answer(
            db,
            monday.house.vault,
            client_id=calls[0].client_id,
            key="contact",
            value={"chosen": ["line_only"], "written": ""},
            consent_id=told,
            now=monday.now,
        )
    shown = staff.get(page).text
    assert ("連絡はLINEだけにしてください。" in shown, PHONE in shown) == (True, False)


def test_a_result_with_a_word_for_the_next_one_and_corrected_later(
    monday: Scene, staff: TestClient, calls: list[FollowUpRow]
) -> None:
    press(staff, calls[0], "result", result="no_answer", note="留守でした")
    press(staff, calls[0], "result", result="fine", note="夕方に話せました")
    done = plan(monday, calls[0].client_id)[0]
    assert (done.result, done.note, done.account_id) == ("fine", "夕方に話せました", monday.accounts["sato"])
    following = staff.get(f"/admin/follow-ups/{calls[1].id}").text
    assert "夕方に話せました" in following
    assert "留守でした" not in following


def test_what_cannot_be_kept_is_said_and_the_words_stay(
    monday: Scene, staff: TestClient, calls: list[FollowUpRow]
) -> None:
    text = press(staff, calls[0], "result", result="happy", note="よかった")
    assert "選んで押してください" in text
    assert ">よかった</textarea>" in text
    assert "500文字まで" in press(staff, calls[0], "result", result="fine", note="あ" * 501)
    assert plan(monday, calls[0].client_id)[0].state == "planned"


def test_trouble_leads_to_the_person(staff: TestClient, calls: list[FollowUpRow]) -> None:
    text = press(staff, calls[0], "result", result="trouble", note="家賃が払えない")
    assert "この人の予約や紹介先を、考えてください" in text
    assert f"/admin/bookings/new?client={calls[0].client_id}" in text


def test_who_wants_no_more_gets_no_more(monday: Scene, staff: TestClient, calls: list[FollowUpRow]) -> None:
    asked = press(staff, calls[0], "result", result="declined", note="もう いいそうです")
    assert "本人に たしかめましたか" in asked
    assert ">もう いいそうです</textarea>" in asked
    assert {row.state for row in plan(monday, calls[0].client_id)} == {"planned"}
    done = press(staff, calls[0], "result", result="declined", sure="yes")
    assert "これからの分も、ぜんぶやめました" in done
    rows = plan(monday, calls[0].client_id)
    assert [row.state for row in rows] == ["done", "stopped", "stopped", "stopped"]
    with monday.house.database.reading() as db:
        assert consent_in_force(db, client_id=calls[0].client_id, purpose="follow_up") is None
    assert all("そら" not in text for text in listed(staff).values())


def test_another_day_and_leaving_one_out(monday: Scene, staff: TestClient, calls: list[FollowUpRow]) -> None:
    assert "あしたからの日" in press(staff, calls[0], "day", day="2026-12-07")
    assert "日を変えました" in press(staff, calls[0], "day", day="2026-12-09")
    assert "1つやめました" in press(staff, calls[2], "leave-out")
    states = {row.due_on: row.state for row in plan(monday, calls[0].client_id) if row.way == "telephone"}
    assert states == {
        DAYS[0]: "moved",
        date(2026, 12, 9): "planned",
        DAYS[1]: "planned",
        DAYS[2]: "stopped",
    }
    for over in (calls[0], calls[2]):
        assert "日を変えたものです" in press(staff, over, "result", result="fine")


def test_a_day_is_neither_its_own_nor_years_ahead(
    monday: Scene, staff: TestClient, calls: list[FollowUpRow]
) -> None:
    assert "もう その日に入っています" in press(staff, calls[1], "day", day=DAYS[1].isoformat())
    for far in ("2099-12-31", (local_date(MONDAY) + timedelta(days=731)).isoformat()):
        assert "730日（2年）先までの日" in press(staff, calls[1], "day", day=far)
        assert (
            "730日（2年）先までの日"
            in add(staff, calls[1].client_id, "telephone", date.fromisoformat(far)).text
        )
    assert {row.due_on for row in plan(monday, calls[1].client_id) if row.way == "telephone"} == set(DAYS)


def test_of_a_message_that_is_still_to_go_nothing_has_come(
    monday: Scene, staff: TestClient, calls: list[FollowUpRow]
) -> None:
    message = next(row for row in plan(monday, calls[0].client_id) if row.way == "message")
    assert "まだ送っていない連絡" in press(staff, message, "result", result="reached")
    assert "どうでしたか" not in staff.get(f"/admin/follow-ups/{message.id}").text
    assert next(row for row in plan(monday, message.client_id) if row.id == message.id).state == "planned"


def test_who_goes_to_another_desk_now_is_followed_up_there(scene: Scene) -> None:
    """The plan was made at 諏訪; whoever sees the person sees the call."""
    now, vault = scene.now, scene.house.vault
    with scene.house.database.transaction() as db:
        client_id = arrive(db, vault, user_id=f"U{'7' * 32}", now=now)
        set_phone(db, vault, client_id=client_id, phone=PHONE, note="", now=now)
    (call,) = called_on(scene, client_id, DAYS[0])
    with scene.house.database.transaction() as db:
        yes = {"purpose": "booking", "text_version": "t", "text": "はい", "via": "line"}
        agree(db, client_id=client_id, **yes, now=now)
        free = free_slots(db, desk_id=scene.other_desk_id, now=now)
        hold(db, client_id=client_id, slot_id=free[0].slot_id, now=now)
        confirm(db, vault, client_id=client_id, called_name="やま", about="self", subject_knows=None, now=now)
    later = scene.at(MONDAY)
    assert "結果を書く" in listed(later.browser("ogawa"))["now"]
    assert "フォローの結果を記録しました" in press(later.browser("ogawa"), call, "result", result="reached")
    assert later.browser("sato").get(f"/admin/follow-ups/{call.id}").status_code == 404


def test_the_list_asks_no_more_for_more_people(scene: Scene) -> None:
    """However many are to be telephoned, the database is asked as often."""
    asked: list[int] = []
    staff = scene.at(MONDAY).browser("sato")
    for number in range(4):
        with scene.house.database.transaction() as db:
            client_id = arrive(db, scene.house.vault, user_id=f"U{number:032d}", now=scene.now)
            set_phone(db, scene.house.vault, client_id=client_id, phone=PHONE, note="夕方", now=scene.now)
        called_on(scene, client_id, DAYS[0])
        with statements(scene.house.database) as made:
            assert listed(staff)["now"].count("番号を見る") == number + 1
        asked.append(len(made))
    assert len(set(asked[1:])) == 1, asked


@contextmanager
def statements(database: Database) -> Iterator[list[str]]:
    """What the database is asked meanwhile."""
    made: list[str] = []

    def note(_db: Connection, _cursor: object, statement: str, *_rest: object) -> None:
        made.append(statement)

    sa.event.listen(database.engine, "after_cursor_execute", note)
    try:
        yield made
    finally:
        sa.event.remove(database.engine, "after_cursor_execute", note)


def test_the_figures_count_people_and_times(
    monday: Scene, staff: TestClient, calls: list[FollowUpRow]
) -> None:
    for call in calls[:2]:
        press(staff, call, "result", result="fine")
    for who, shown in (("ken", True), ("sato", True), ("ogawa", False)):
        text = monday.browser(who).get("/admin/totals").text
        assert ("フォローの数" in text) is shown
        if shown:
            row = text.split("フォローの数")[1].split("2026年度")[1]
            assert row.split('data-head="実人員">')[1].startswith("1<")
            assert row.split('data-head="延べ人員">')[1].startswith("2<")
