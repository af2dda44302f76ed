"""People somebody must not see, and the hour for which they may be seen: with a reason, in a supervisor's sight."""

import json
from dataclasses import replace
from datetime import timedelta

import sqlalchemy as sa

from desk.clients.queries import client_by_id
from desk.roster.avoidances import forbid_meeting
from desk.tables.audit import audit_entry, break_glass
from desk.tables.notices import mail
from tests.engines import ONE_BY_DEFAULT
from tests.panel.scene import BOOKED_AT, ON_THE_DAY, Scene, hana_books, sora_books

pytestmark = ONE_BY_DEFAULT

REASON = "電話でいまの様子を聞かれた。諏訪に連絡がつかない"
SHEET = "/admin/sessions/{}"


def keep_apart(scene: Scene, who: str, client_id: str) -> None:
    with scene.house.database.transaction() as db:
        forbid_meeting(
            db,
            account_id=scene.accounts[who],
            client_ids=[client_id],
            entered_by=scene.accounts["mori"],
            now=scene.now,
        )


def number_of(scene: Scene, client_id: str) -> str:
    with scene.house.database.reading() as db:
        found = client_by_id(db, client_id)
    assert found is not None
    return str(found.number)


def written(scene: Scene, who: str) -> list[tuple[str, str | None, bool]]:
    """What the log says of somebody: act, whom it was about, and whether it was seen through broken glass."""
    with scene.house.database.reading() as db:
        query = sa.select(audit_entry).where(audit_entry.c.account_id == scene.accounts[who])
        rows = db.execute(query.order_by(audit_entry.c.number)).all()
    assert not any(REASON in str(row) or "そら" in str(row) for row in rows)
    return [(row.act, row.client_id, "glass" in json.loads(row.facts)) for row in rows if not row.refused]


def test_staff_who_must_not_see_somebody_see_them_nowhere(scene: Scene) -> None:
    sora, _ = sora_books(scene), hana_books(scene)
    day = scene.at(ON_THE_DAY)
    number = number_of(scene, sora)
    pages = (
        "/week",
        "/clients",
        "/bookings",
        "/bookings/list.csv",
        "/waiting",
        f"/sessions/{scene.session_id}",
    )
    staff = day.browser("sato")
    assert "そら" in staff.get("/admin/clients").text
    keep_apart(day, "sato", sora)
    for page in pages:
        answer = staff.get(f"/admin{page}")
        assert answer.status_code == 200, page
        assert "そら" not in answer.content.decode("utf-8-sig"), page
    assert "はなさん" in staff.get("/admin/clients").text
    assert "見つかりません" in staff.post("/admin/clients/find", data={"wanted": number}).text
    assert staff.get(f"/admin/clients/{sora}").status_code == 404
    assert "午前10時　担当がちがう方" in staff.get(SHEET.format(scene.session_id)).text
    assert "そら" in day.browser("mori").get("/admin/clients").text


def test_an_officer_who_must_not_meet_somebody_learns_only_that_the_time_is_taken(scene: Scene) -> None:
    sora, _ = sora_books(scene), hana_books(scene)
    day = scene.at(ON_THE_DAY)
    before = day.browser("kobayashi").get("/admin/today").text
    keep_apart(day, "kobayashi", sora)
    officer = day.browser("kobayashi")
    sheet = officer.get("/admin/today").text
    assert "午前10時　担当がちがう方" in sheet
    assert "そら" not in sheet
    assert "はな" in sheet
    assert "そら" not in officer.get("/admin/own").text
    assert "新しい お知らせ 2件" in before
    assert "新しい お知らせ 1件" in sheet
    assert "そら" in day.browser("hara").get("/admin/today").text


def test_staff_of_another_desk_see_somebody_for_an_hour_and_a_supervisor_looks_at_why(scene: Scene) -> None:
    sora = sora_books(scene)
    day = scene.at(ON_THE_DAY)
    staff = day.browser("ogawa")
    page = f"/admin/clients/{sora}"
    assert staff.get(page).status_code == 404
    nobody = staff.post("/admin/glass", data={"wanted": "99999", "reason": REASON})
    assert nobody.status_code == 422
    assert "見つかりません" in nobody.text
    assert REASON in nobody.text  # nothing typed is lost
    wanted = {"wanted": number_of(scene, sora)}
    assert "わけ" in staff.post("/admin/glass", data=wanted).text
    assert staff.get(page).status_code == 404
    opened = staff.post("/admin/glass", data=wanted | {"reason": REASON})
    assert "1時間だけ、見られます" in opened.text
    assert "そら" in opened.text
    assert written(day, "ogawa")[-2:] == [("break_glass", sora, False), ("view", sora, True)]
    later = scene.at(ON_THE_DAY + timedelta(minutes=61))
    assert later.browser("ogawa").get(page).status_code == 404

    supervisor = later.browser("mori")
    assert "緊急の閲覧" in supervisor.get("/admin/week").text
    assert "緊急の閲覧" not in later.browser("sato").get("/admin/week").text
    review = supervisor.get("/admin/glass/review").text
    assert REASON in review
    assert "小川さん" in review
    with scene.house.database.reading() as db:
        row = db.execute(sa.select(break_glass)).one()
    assert REASON.encode() not in row.reason
    assert later.browser("ogawa").post(f"/admin/glass/review/{row.id}").status_code == 403
    done = supervisor.post(f"/admin/glass/review/{row.id}")
    assert "確かめる記録は、ありません" in done.text
    assert "緊急の閲覧" not in supervisor.get("/admin/week").text


def test_a_supervisors_own_is_looked_at_by_somebody_else(scene: Scene) -> None:
    sora = sora_books(scene)
    keep_apart(scene, "mori", sora)
    supervisor = scene.browser("mori")
    assert supervisor.get(f"/admin/clients/{sora}").status_code == 404
    data = {"wanted": number_of(scene, sora), "reason": REASON}
    assert "そら" in supervisor.post("/admin/glass", data=data).text
    with scene.house.database.reading() as db:
        glass_id = db.execute(sa.select(break_glass.c.id)).scalar_one()
    assert "ほかの責任者が確かめます" in supervisor.post(f"/admin/glass/review/{glass_id}").text
    assert "緊急の閲覧" in supervisor.get("/admin/week").text


def test_why_is_not_shown_to_a_supervisor_who_must_not_see_the_person(scene: Scene) -> None:
    sora = sora_books(scene)
    keep_apart(scene, "mori", sora)
    scene.browser("ogawa").post("/admin/glass", data={"wanted": number_of(scene, sora), "reason": REASON})
    with scene.house.database.reading() as db:
        glass_id = db.execute(sa.select(break_glass.c.id)).scalar_one()
    supervisor = scene.browser("mori")
    assert REASON not in supervisor.get("/admin/glass/review").text
    assert "緊急の閲覧" not in supervisor.get("/admin/week").text
    assert supervisor.post(f"/admin/glass/review/{glass_id}").status_code == 404


def test_an_officer_sees_who_comes_before_the_usual_days_for_an_hour(scene: Scene) -> None:
    sora_books(scene)
    hana_books(scene)
    officer = scene.browser("kobayashi")
    sheet = SHEET.format(scene.session_id)
    early = officer.get(sheet).text
    assert "そら" not in early
    link = early.split('href="/admin/glass/bookings/')[1].split('"')[0]
    asked = officer.get(f"/admin/glass/bookings/{link}").text
    assert "1時間だけ" in asked
    assert "そら" not in asked
    seen = officer.post(f"/admin/glass/bookings/{link}", data={"reason": REASON}).text
    assert "そら" in seen
    assert "はな" not in seen
    assert "そら" not in scene.browser("hara").get(sheet).text
    assert "そら" not in scene.at(BOOKED_AT + timedelta(minutes=61)).browser("kobayashi").get(sheet).text
    stranger = scene.browser("nishi")
    assert stranger.post(f"/admin/glass/bookings/{link}", data={"reason": REASON}).status_code == 404


def test_supervisors_are_told_by_mail_that_there_is_news_and_nothing_else(scene: Scene) -> None:
    sora = sora_books(scene)
    settings = scene.house.settings.model_copy(update={"smtp_url": "smtp://localhost"})
    posting = replace(scene, house=replace(scene.house, settings=settings))
    data = {"wanted": number_of(scene, sora), "reason": REASON}
    posting.browser("ogawa").post("/admin/glass", data=data)
    with scene.house.database.reading() as db:
        rows = db.execute(sa.select(mail.c.account_id, mail.c.kind)).all()
    assert [tuple(row) for row in rows] == [(scene.accounts["mori"], "news")]
