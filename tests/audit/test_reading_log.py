"""閲覧の記録: a supervisor sees who looked at what, by number and never by word, and says that they have looked."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.scheduling.timetable import run_due
from desk.audit.queries import head, reviews
from desk.audit.service import note
from desk.people import service as people
from desk.tables.audit import audit_entry
from tests.audit.test_chain import without_guards
from tests.engines import ONE_BY_DEFAULT
from tests.panel.scene import BOOKED_AT, Scene, sora_books
from tests.panel.test_today import words_of

pytestmark = ONE_BY_DEFAULT

LOG = "/admin/reading-log"


@pytest.fixture
def now() -> object:
    """The next morning: nobody is at work at night."""
    return BOOKED_AT + timedelta(hours=11)


def opens(scene: Scene, who: str, client_id: str, *, act: str = "view", later: int = 0) -> None:
    """Somebody opened a person's page."""
    with scene.house.database.transaction() as db:
        note(
            db,
            act=act,
            by=scene.accounts[who],
            role="staff",
            kind="client",
            client_id=client_id,
            now=scene.now + timedelta(minutes=later),
        )


def later(scene: Scene, minutes: int = 60) -> Scene:
    """The same desk a while after."""
    return scene.at(scene.now + timedelta(minutes=minutes))


def test_who_opened_whose_page_is_shown_by_number(scene: Scene) -> None:
    sora = sora_books(scene)
    scene.browser("sato").get(f"/admin/clients/{sora}")
    page = words_of(later(scene).browser("mori").get(LOG).text)
    assert "佐藤さん 相談者のページ：見た 1" in page
    assert "そら" not in page


def test_one_persons_log_and_one_accounts(scene: Scene) -> None:
    sora = sora_books(scene)
    opens(scene, "sato", sora)
    opens(scene, "ogawa", sora, act="search", later=1)
    mori = later(scene).browser("mori")
    of_person = words_of(mori.get(f"{LOG}/clients/{sora}").text)
    assert "佐藤さん" in of_person
    assert "小川さん" in of_person
    of_account = words_of(mori.get(f"{LOG}/accounts/{scene.accounts['sato']}").text)
    assert "相談者のページ：見た" in of_account
    assert "小川さん" not in of_account


def test_what_is_unusual_stands_above_the_log(scene: Scene) -> None:
    sora = sora_books(scene)
    for minute in (0, 1):
        opens(scene, "sato", sora, act="export", later=minute)
    page = words_of(later(scene).browser("mori").get(LOG).text)
    assert "佐藤さん ファイルに出しました（2回）" in page


def test_somebody_who_looks_up_a_namesake_is_shown(scene: Scene) -> None:
    with scene.house.database.transaction() as db:
        desk_id = scene.desk_id
        account_id, _token = people.add_account(
            db, scene.house.vault, role="staff", desk_id=desk_id, name="ソラ　次郎", now=scene.now
        )
    scene.accounts["sora_jiro"] = account_id
    opens(scene, "sora_jiro", sora_books(scene))
    page = words_of(later(scene).browser("mori").get(LOG).text)
    assert "自分と同じ名字で呼ばれる人を、見ました（1回）" in page


def test_strangers_who_fill_the_log_push_nothing_out_of_sight(scene: Scene) -> None:
    opens(scene, "sato", sora_books(scene), act="export")
    with scene.house.database.transaction() as db:
        end = head(db)
        failed = {"at": scene.now, "role": "guest", "act": "sign_in_failed", "refused": True}
        knocks = [
            failed | {"number": number, "previous": end.hash, "hash": end.hash}
            for number in range(end.number + 1, end.number + 20_001)
        ]
        db.execute(audit_entry.insert(), knocks)
    page = words_of(later(scene).browser("mori").get(LOG).text)
    assert "佐藤さん ファイルに出しました（1回）" in page
    assert "サインインの失敗が、つづきました" in page


def test_who_reads_it_stands_in_it_too(scene: Scene) -> None:
    sora, mori = sora_books(scene), scene.browser("mori")
    for page in (
        LOG,
        f"{LOG}/clients/{sora}",
        f"{LOG}/accounts/{scene.accounts['sato']}",
        "/admin/incidents",
    ):
        assert mori.get(page).status_code == 200
    with scene.house.database.reading() as db:
        query = sa.select(audit_entry.c.act, audit_entry.c.kind, audit_entry.c.client_id)
        rows = db.execute(query.order_by(audit_entry.c.number)).all()
    read = ("view", "reading-log")
    assert rows == [(*read, None), (*read, sora), (*read, None), ("view", "incidents", None)]


def test_a_review_of_nothing_is_none(scene: Scene) -> None:
    mori = later(scene).browser("mori")
    for data in ({}, {"up_to": "0"}):
        assert mori.post(f"{LOG}/review", data=data).status_code == 400
    with scene.house.database.reading() as db:
        assert reviews(db, organisation_id=scene.organisation_id, since=scene.now) == ()


def test_a_review_is_kept_with_who_and_up_to_where(scene: Scene) -> None:
    opens(scene, "sato", sora_books(scene))
    mori = later(scene).browser("mori")
    shown = re.search(r'name="up_to" value="(\d+)"', mori.get(LOG).text)
    assert shown is not None
    opens(scene, "sato", "0" * 32, later=61)
    page = words_of(mori.post(f"{LOG}/review", data={"up_to": shown[1]}).text)
    assert "「ここまで見直した」と記録しました" in page
    assert f"森さん（{shown[1]}番まで）" in page
    with scene.house.database.reading() as db:
        (kept,) = reviews(db, organisation_id=scene.organisation_id, since=scene.now)
        assert kept.up_to < head(db).number


def test_after_thirty_days_without_a_look_it_stands_in_this_week(scene: Scene) -> None:
    opens(scene, "sato", sora_books(scene))
    in_a_month = scene.at(scene.now + timedelta(days=31))
    assert "閲覧の記録の見直し" not in scene.browser("mori").get("/admin/week").text
    assert "30日、だれも見直していません" in in_a_month.browser("mori").get("/admin/week").text
    assert "30日、だれも見直していません" not in in_a_month.browser("sato").get("/admin/week").text
    in_a_month.browser("mori").post(f"{LOG}/review", data={"up_to": "1"})
    assert "30日、だれも見直していません" not in in_a_month.browser("mori").get("/admin/week").text


def test_a_log_that_the_night_found_broken_is_told_at_once(scene: Scene) -> None:
    opens(scene, "sato", sora_books(scene))
    tonight = scene.at(scene.now + timedelta(hours=18))
    run_due(tonight.house, now=tonight.now)
    mori = tonight.browser("mori")
    assert "くずれています" not in mori.get("/admin/week").text
    with scene.house.database.transaction() as db:
        without_guards(db)
        db.exec_driver_sql("UPDATE audit_entry SET act = 'search' WHERE number = 1")
    tomorrow = scene.at(scene.now + timedelta(hours=42))
    run_due(tomorrow.house, now=tomorrow.now)
    assert "閲覧の記録が、くずれています" in tomorrow.browser("mori").get("/admin/week").text


def test_days_are_chosen_and_odd_ones_change_nothing(scene: Scene) -> None:
    opens(scene, "sato", sora_books(scene))
    mori = later(scene).browser("mori")
    assert "この日の記録はありません" in mori.get(LOG, params={"from": "2026-11-01", "to": "2026-11-02"}).text
    assert mori.get(LOG, params={"from": "2026-11-13", "to": "2026-11-01"}).status_code == 422
    for odd in ({"from": "0001-01-01", "to": "9999-12-31"}, {"from": "x", "to": "'"}):
        page = mori.get(LOG, params=odd)
        assert page.status_code == 200
        assert "相談者のページ" in page.text


def test_only_a_supervisor_reads_it(scene: Scene) -> None:
    sora, sato = sora_books(scene), scene.browser("sato")
    assert sato.get(LOG).status_code == 403
    assert "閲覧の記録を見る" not in sato.get(f"/admin/clients/{sora}").text
    assert "閲覧の記録を見る" in scene.browser("mori").get(f"/admin/clients/{sora}").text
