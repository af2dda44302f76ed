"""The check of every night: what it finds is told to staff, and to whoever asks whether the house is well."""

from datetime import timedelta

import sqlalchemy as sa

from admin.wording import BROKEN
from bot.scheduling.timetable import run_due
from desk.booking import service as booking
from desk.calendar.queries import free_slots
from desk.clients.service import arrive
from desk.database import Connection
from desk.invariants import check_invariants, last_check
from desk.tables.messaging import invariant
from tests.engines import ONE_BY_DEFAULT
from tests.panel.scene import Scene, sora_books
from tests.panel.test_week import counts

pytestmark = ONE_BY_DEFAULT

ONE_NIGHT = timedelta(hours=5)
WELL = "合わないところは ありませんでした"


def _page(scene: Scene, who: str = "sato", address: str = "/admin/week") -> str:
    return scene.browser(who).get(address).text


def _plant_a_double_booking(scene: Scene, db: Connection) -> None:
    """A constraint is gone, and somebody else has そら's time too."""
    db.execute(sa.text("DROP INDEX uq_booking_live_slot"))
    taken = db.execute(sa.text("SELECT slot_id FROM booking")).scalar_one()
    free = next(each.slot_id for each in free_slots(db, desk_id=scene.desk_id, now=scene.now))
    yama = arrive(db, scene.house.vault, user_id="U-yama", now=scene.now)
    booking.hold(db, client_id=yama, slot_id=free, now=scene.now)
    moved = {"of": taken, "to": free}
    for column in ("booking", "booking_change"):
        db.execute(sa.text(f"UPDATE {column} SET slot_id = :of WHERE slot_id = :to"), moved)


def test_after_a_night_staff_see_that_all_is_well(scene: Scene) -> None:
    sora_books(scene)
    next_day = scene.at(scene.now + ONE_NIGHT)
    run_due(next_day.house, now=next_day.now)
    page = _page(next_day)
    assert f"11月13日（金）04:40　{WELL}" in page
    assert "記録の点検" not in counts(page)
    assert WELL in _page(next_day, "kanri", "/admin/parked")


def test_what_the_night_finds_broken_stands_where_staff_look_first(scene: Scene) -> None:
    sora_books(scene)
    with scene.house.database.transaction() as db:
        _plant_a_double_booking(scene, db)
    run_due(scene.house, now=scene.now)
    with scene.house.database.reading() as db:
        assert last_check(db, now=scene.now).broken == {"I1": 1}
    page = _page(scene)
    assert counts(page)["記録の点検"] == 1
    assert "ひとつの時間に、予約が2つ入っています　1件" in page
    assert "管理者に、この画面のことを伝えてください" in page
    assert "そら" not in page.partition('id="check"')[2].partition("</section>")[0]
    assert "ひとつの時間に、予約が2つ入っています" in _page(scene, "kanri", "/admin/parked")


def test_a_check_that_has_not_run_for_two_days_is_told(scene: Scene) -> None:
    with scene.house.database.transaction() as db:
        db.execute(invariant.delete())
    assert "まだ一度もありません" in _page(scene)
    run_due(scene.house, now=scene.now)
    almost = scene.at(scene.now + timedelta(days=2) - timedelta(seconds=1))
    assert "記録の点検" not in counts(_page(almost))
    late = scene.at(scene.now + timedelta(days=2))
    page = _page(late)
    assert counts(page)["記録の点検"] == 1
    assert "記録の点検が、動いていません。さいごは 11月12日（木）23:40。" in page
    run_due(late.house, now=late.now)
    assert "記録の点検" not in counts(_page(late))


def test_whatever_can_break_has_its_words(scene: Scene) -> None:
    with scene.house.database.reading() as db:
        assert list(BROKEN) == [found.name for found in check_invariants(db, now=scene.now)]
