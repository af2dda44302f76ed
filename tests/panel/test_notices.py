"""Each change of the roster is told to those it concerns, acknowledged by them, and after a while told by telephone."""

import re
from datetime import timedelta

from desk.notices.service import tell
from tests.engines import POSTGRES_BY_DEFAULT
from tests.panel.scene import BOOKED_AT, SESSION_DAY, Scene
from tests.panel.test_today import words_of
from tests.panel.test_week import counts

pytestmark = POSTGRES_BY_DEFAULT

PATIENCE = timedelta(hours=24)


def seen_by(scene: Scene, who: str) -> str:
    return words_of(scene.browser(who).get("/admin/today").text)


def test_a_change_of_the_roster_waits_until_each_has_seen_it_and_goes_to_staff_after_a_day(
    scene: Scene,
) -> None:
    staff = scene.browser("sato")
    form = {"table": "1", "first": scene.accounts["kobayashi"], "second": ""}
    staff.post(f"/admin/roster/{scene.session_id}", data=form)
    assert "当番が変わりました" in seen_by(scene, "kobayashi")
    page = scene.browser("hara").get("/admin/today").text
    assert "当番が変わりました" in page, "whoever was taken off the roster is told too"
    assert "11月27日（金） 諏訪" in words_of(page)
    ids = re.findall(r'name="notice" value="(\d+)"', page)
    assert (
        "お知らせを「見た」と記録しました。"
        in scene.browser("hara")
        .post("/admin/notices/seen", data={"notice": ids, "back": "/admin/today"})
        .text
    )
    assert "当番が変わりました" not in seen_by(scene, "hara")
    assert counts(staff.get("/admin/week").text)["電話で伝える人"] == 0
    later = scene.at(BOOKED_AT + PATIENCE).browser("sato")
    page = later.get("/admin/week").text
    assert counts(page)["電話で伝える人"] == 1
    told = {
        "notice": re.findall(r'name="notice" value="(\d+)"', page),
        "account": scene.accounts["kobayashi"],
    }
    assert counts(later.post("/admin/week/told", data=told).text)["電話で伝える人"] == 0


def test_whoever_was_taken_off_and_does_not_look_is_told_by_telephone(scene: Scene) -> None:
    form = {"table": "1", "first": scene.accounts["kobayashi"], "second": ""}
    scene.browser("sato").post(f"/admin/roster/{scene.session_id}", data=form)
    page = scene.at(BOOKED_AT + PATIENCE).browser("sato").get("/admin/week").text
    assert "原さん" in page
    assert counts(page)["電話で伝える人"] == 2


def test_a_day_that_is_closed_is_told_to_both_and_acknowledged(scene: Scene) -> None:
    with scene.house.database.transaction() as db:
        tell(
            db,
            kind="closed",
            desk_id=scene.desk_id,
            session_id=scene.session_id,
            dedupe_key="closed:1",
            now=scene.now,
        )
    for who in ("kobayashi", "hara"):
        assert "開催日が、休みになるか移りました" in seen_by(scene, who)
    assert (
        counts(scene.at(BOOKED_AT + PATIENCE).browser("sato").get("/admin/week").text)["電話で伝える人"] == 2
    )


def test_nobody_acknowledges_what_was_told_to_somebody_else(scene: Scene) -> None:
    scene.browser("hara").post("/admin/own/absences", data={"first": SESSION_DAY.isoformat()})
    page = scene.browser("kobayashi").get("/admin/today").text
    ids = re.findall(r'name="notice" value="(\d+)"', page)
    assert ids
    scene.browser("nishi").post("/admin/notices/seen", data={"notice": ids})
    assert "当番の人が、来られなくなりました" in seen_by(scene, "kobayashi")
    assert "当番の人が、来られなくなりました" not in seen_by(scene, "hara"), "who entered it knows"
