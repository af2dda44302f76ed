"""1年の予定 and 開く日の決まり: a year to approve, and rules that staff change without code."""

from datetime import date, timedelta

from starlette.testclient import TestClient

from desk.calendar.queries import desk_by_id, upcoming_sessions
from desk.calendar.ruling import list_rules
from tests.engines import ONE_BY_DEFAULT
from tests.panel.scene import SESSION_DAY, Scene, sora_books

pytestmark = ONE_BY_DEFAULT

LAST_SUNDAY_OF_ODD_MONTHS = {
    "desk": "suwa",
    "nth": "-1",
    "weekday": "6",
    "preset": "odd",
    "starts": "13:00",
    "ends": "15:10",
    "parties": "13:00、14:10",
    "minutes": "60",
    "tables": "2",
}
IMPOSSIBLE_RULES: list[tuple[dict[str, str], str]] = [
    ({"preset": "own"}, "開く月を、1つは選んでください。"),
    ({"nth": "5", "weekday": "6", "preset": "own", "month": "2"}, "開く日が1日もありません。"),
    ({"nth": "2", "weekday": "0", "preset": "own", "month": "1"}, "開く日が1日もありません。"),
    ({"weekday": "4"}, "同じ日になる決まりが、もうあります。"),
    ({"ends": "12:00"}, "おわりは、はじまりより後にしてください。"),
    ({"parties": "12:00"}, "開いている時間の外に、会う時間があります。"),
    ({"parties": "13:00、13:30"}, "会う時間が、重なっています。"),
    ({"parties": "13:00、14:05"}, "組と組の間が、足りません。"),
    ({"parties": "午後"}, "会う時刻を入れてください"),
    ({"minutes": "0"}, "1組の分数を、1から480の数で入れてください。"),
    ({"tables": "x"}, "机の数を、1から9の数で入れてください。"),
    ({"nth": "6"}, "曜日と、第何週かを選んでください。"),
    ({"starts": ""}, "はじまる時刻を入れてください"),
]


def _days(scene: Scene) -> list[tuple[date, str, int]]:
    with scene.house.database.reading() as db:
        rows = upcoming_sessions(db, desk_id=scene.desk_id, since=SESSION_DAY)
    return [(row.date, row.status, row.places) for row in rows]


def _rule_id(scene: Scene) -> str:
    with scene.house.database.reading() as db:
        return list_rules(db, scene.desk_id)[0].id


def _approve(browser: TestClient, page: str) -> str:
    days = page.split('name="days" value="')[1].split('"')[0]
    return browser.post("/admin/plan/approve", data={"desk": "suwa", "year": "2027", "days": days}).text


def test_a_year_with_holidays_december_and_fifth_weeks_is_approved(scene: Scene) -> None:
    assert "12月に臨時の日を加える" not in scene.browser("sato").get("/admin/plan?desk=suwa&year=2025").text
    page = scene.browser("sato").get("/admin/plan?desk=suwa&year=2029").text
    assert "12月に臨時の日を加える" in page
    assert "2月23日（金）" in page
    assert "祝日：天皇誕生日" in page
    assert "第5週" in page
    assert all(
        day in page
        for day in ("2029年2月23日（金）天皇誕生日", "2033年4月29日（金）昭和の日", "2035年2月23日（金）")
    )
    assert "承認は、責任者がします。" in page
    supervisor = scene.browser("mori")
    approved = _approve(supervisor, supervisor.get("/admin/plan?desk=suwa&year=2027").text)
    assert "この年の予定を承認しました。" in approved
    assert "森さん" in approved


def test_a_change_after_the_approval_asks_again_and_a_day_made_does_not(scene: Scene) -> None:
    supervisor = scene.browser("mori")
    _approve(supervisor, supervisor.get("/admin/plan?desk=suwa&year=2027").text)
    supervisor.post("/admin/plan/day", data={"desk": "suwa", "day": "2027-12-31"})
    made = supervisor.post("/admin/plan/day", data={"desk": "suwa", "day": "2027-10-29"})
    assert "影響を受ける人は" in made.text
    assert "承認ずみ" in supervisor.get("/admin/plan?desk=suwa&year=2027").text
    session_id = str(made.url).split("/sessions/")[1].split("/")[0]
    supervisor.post(f"/admin/sessions/{session_id}/close")
    page = supervisor.get("/admin/plan?desk=suwa&year=2027").text
    assert "もう一度、承認がいります" in page


def test_days_that_changed_under_ones_eyes_are_not_approved(scene: Scene) -> None:
    supervisor = scene.browser("mori")
    seen = supervisor.get("/admin/plan?desk=suwa&year=2027").text
    day = supervisor.post("/admin/plan/day", data={"desk": "suwa", "day": "2027-01-29"})
    supervisor.post(str(day.url).replace("/change", "/close"))
    assert "その間に、予定の日が変わりました。" in _approve(supervisor, seen)


def test_every_odd_months_last_sunday_needs_no_code(scene: Scene) -> None:
    browser = scene.browser("sato")
    kept = browser.post("/admin/rules", data=LAST_SUNDAY_OF_ODD_MONTHS)
    assert "奇数月の最後の日曜日" in kept.text
    sundays = [day for day, _status, places in _days(scene) if places == 4]
    assert sundays == [
        date(2026, 11, 29),
        *(date(2027, month, day) for month, day in ((1, 31), (3, 28), (5, 30), (7, 25), (9, 26), (11, 28))),
    ]


def test_a_changed_rule_leaves_the_day_somebody_booked(scene: Scene) -> None:
    sora_books(scene)
    browser = scene.browser("sato")
    change = {"desk": "suwa", "rule": _rule_id(scene), "nth": "1", "weekday": "4", "preset": "every"}
    hours = {"starts": "10:00", "ends": "12:00", "parties": "10:00 11:00", "minutes": "50", "tables": "1"}
    kept = browser.post("/admin/rules", data=change | hours)
    assert "予約のある日は、そのまま残しました。" in kept.text
    days = _days(scene)
    assert days[0] == (SESSION_DAY, "open", 2)
    assert [day for day, status, _places in days[1:4] if status == "open"] == [
        date(2026, 12, 4),
        date(2027, 2, 5),
        date(2027, 3, 5),
    ]


def test_a_rule_that_ends_takes_its_empty_days_along_and_comes_back(scene: Scene) -> None:
    browser, rule_id = scene.browser("sato"), _rule_id(scene)
    ended = browser.post(f"/admin/rules/{rule_id}/end", data={"desk": "suwa"})
    assert "決まりをやめました。" in ended.text
    # Officers are on duty on the first day: it is closed, and they are told.
    assert _days(scene) == [(SESSION_DAY, "closed", 0)]
    assert "開催日が、休みになるか移りました" in scene.browser("kobayashi").get("/admin/today").text
    again = {**LAST_SUNDAY_OF_ODD_MONTHS, "weekday": "4", "preset": "but_december"}
    browser.post("/admin/rules", data=again)
    assert _days(scene)[0] == (SESSION_DAY, "open", 4)
    assert len(_days(scene)) == 12


def test_a_rule_that_cannot_be_is_refused_clearly(scene: Scene) -> None:
    before, browser = _days(scene), scene.browser("sato")
    for change, words in IMPOSSIBLE_RULES:
        answer = browser.post("/admin/rules", data=LAST_SUNDAY_OF_ODD_MONTHS | change)
        assert (answer.status_code, words in answer.text) == (422, True), words
    assert _days(scene) == before


def test_holidays_and_the_gap_are_the_desks_own(scene: Scene) -> None:
    browser = scene.browser("sato")
    moved = browser.post("/admin/rules/manners", data={"desk": "suwa", "on_holiday": "move", "gap": "5"})
    assert "決まりを記録しました。" in moved.text
    assert "2月16日（金）" in browser.get("/admin/plan?desk=suwa&year=2029").text
    for gap in ("11", "x", "-1"):
        refused = browser.post(
            "/admin/rules/manners", data={"desk": "suwa", "on_holiday": "move", "gap": gap}
        )
        assert refused.status_code == 422
    with scene.house.database.reading() as db:
        assert desk_by_id(db, scene.desk_id).gap_minutes == 5


def test_other_desks_are_out_of_reach(scene: Scene) -> None:
    other = scene.browser("ogawa")
    assert other.post(f"/admin/rules/{_rule_id(scene)}/end", data={"desk": "suwa"}).status_code == 404
    assert other.post(f"/admin/rules/{_rule_id(scene)}/end", data={"desk": "ueda"}).status_code == 404
    assert other.post("/admin/rules", data=LAST_SUNDAY_OF_ODD_MONTHS).status_code == 404
    assert other.post("/admin/plan/day", data={"desk": "suwa", "day": "2027-01-29"}).status_code == 404
    assert scene.browser("sato").post("/admin/plan/approve", data={}).status_code == 403
    past = scene.at(scene.now + timedelta(days=90)).browser("sato")
    assert past.post("/admin/plan/day", data={"desk": "suwa", "day": "2026-11-27"}).status_code == 404
