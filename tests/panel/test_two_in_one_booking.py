"""A booking for somebody else: who may see one of the two is not led to the other by it, nor by broken glass."""

import json
from datetime import timedelta

import pytest
import sqlalchemy as sa

from desk.audit.glass import break_for
from desk.booking.queries import BookingRow, bookings_of_client
from desk.people.queries import account_by_id
from desk.tables.audit import audit_entry
from desk.tables.intake import need
from desk.tables.wishes import waiting
from tests.engines import ONE_BY_DEFAULT
from tests.family.chat import Chat
from tests.panel.scene import ON_THE_DAY, Scene, hana_books, sora_books
from tests.panel.test_by_hand import book
from tests.panel.test_glass import keep_apart, number_of

pytestmark = ONE_BY_DEFAULT
NAME = "ヒバリ"


@pytest.fixture
def booked(scene: Scene) -> BookingRow:
    """She books for somebody she knows from work, who is another person to the desk."""
    chat = Chat(scene.house, f"U{'b' * 32}")
    chat.types("予約", "諏訪", "1", "1", "知り合い・仕事で会う人", "知らない", "1", NAME, "1")
    with scene.house.database.reading() as db:
        (row,) = bookings_of_client(db, scene.house.vault, chat.client_id)
    assert row.writer_id != row.visitor_id
    return row


def opens(scene: Scene, who: str, client_id: str) -> None:
    """The glass is broken for one person."""
    with scene.house.database.transaction() as db:
        by = account_by_id(db, scene.house.vault, scene.accounts[who])
        assert by is not None
        break_for(
            db,
            scene.house.vault,
            client_id=client_id,
            reason="わけ",
            by=by,
            sign_in_id="0" * 32,
            now=scene.now,
        )


def test_the_name_of_whom_staff_must_not_see_stands_nowhere(scene: Scene, booked: BookingRow) -> None:
    writer = f"/admin/clients/{booked.writer_id}"
    pages = ("/admin/clients", "/admin/week", writer, f"{writer}/consents", f"{writer}/apart")
    staff = scene.browser("sato")
    assert NAME in staff.get(writer).text
    keep_apart(scene, "sato", booked.visitor_id)
    for page in pages:
        answer = staff.get(page)
        assert (answer.status_code, NAME in answer.text) == (200, False), page
    assert "ほかの職員に、印刷を" in staff.get(f"{writer}/record.pdf").text
    assert NAME in scene.browser("mori").get(writer).text


def test_a_booking_number_leads_to_nobody_where_one_of_the_two_is_out_of_sight(
    scene: Scene, booked: BookingRow
) -> None:
    staff = scene.browser("sato")
    wanted = {"wanted": booked.number}
    assert str(staff.post("/admin/clients/find", data=wanted).url).endswith(booked.writer_id)
    keep_apart(scene, "sato", booked.visitor_id)
    answer = staff.post("/admin/clients/find", data=wanted)
    assert (answer.status_code, NAME in answer.text) == (422, False)


def test_glass_broken_for_one_does_not_open_the_other(scene: Scene, booked: BookingRow) -> None:
    keep_apart(scene, "sato", booked.visitor_id)
    opens(scene, "sato", booked.writer_id)
    staff = scene.browser("sato")
    assert staff.get(f"/admin/bookings/{booked.id}").status_code == 404
    assert NAME not in staff.get(f"/admin/clients/{booked.writer_id}").text
    opens(scene, "sato", booked.visitor_id)
    assert NAME in staff.get(f"/admin/bookings/{booked.id}").text


def test_nor_for_an_officer_on_the_day(scene: Scene, booked: BookingRow) -> None:
    day = scene.at(ON_THE_DAY)
    sheet = f"/admin/sessions/{scene.session_id}"
    officer = day.browser("kobayashi")
    keep_apart(day, "kobayashi", booked.visitor_id)
    opens(day, "kobayashi", booked.writer_id)
    assert NAME not in officer.get(sheet).text
    opens(day, "kobayashi", booked.visitor_id)
    assert NAME in officer.get(sheet).text


def test_an_officer_opens_a_visit_with_both_who_belong_to_it(scene: Scene, booked: BookingRow) -> None:
    later = scene.at(ON_THE_DAY + timedelta(days=20))
    officer = later.browser("kobayashi")
    sheet = f"/admin/sessions/{scene.session_id}"
    assert NAME not in officer.get(sheet).text
    assert NAME in officer.post(f"/admin/glass/bookings/{booked.id}", data={"reason": "わけ"}).text
    outcome = officer.post(f"/admin/bookings/{booked.id}/outcome", data={"outcome": "attended"})
    assert outcome.status_code == 403, "it is for looking"


def test_staff_of_another_desk_are_shown_the_one_they_asked_for(scene: Scene, booked: BookingRow) -> None:
    opens(scene, "ogawa", booked.writer_id)
    page = scene.browser("ogawa").get(f"/admin/clients/{booked.writer_id}")
    assert (page.status_code, NAME in page.text) == (200, False)


def test_through_broken_glass_one_looks_and_does_nothing(scene: Scene) -> None:
    sora = sora_books(scene)
    keep_apart(scene, "sato", sora)
    opens(scene, "sato", sora)
    with scene.house.database.reading() as db:
        before = db.execute(sa.select(need.c.id).where(need.c.client_id == sora)).all()
    staff = scene.browser("sato")
    page = f"/admin/clients/{sora}"
    assert staff.get(page).status_code == 200
    assert staff.post(f"{page}/needs", data={"code": "housing"}).status_code == 403
    assert staff.post(f"{page}/erase").status_code == 403
    on_list = {"number": number_of(scene, sora), "where": "anywhere"}
    assert staff.post("/admin/waiting", data=on_list).status_code == 422
    with scene.house.database.reading() as db:
        assert db.execute(sa.select(need.c.id).where(need.c.client_id == sora)).all() == before
        assert db.execute(sa.select(waiting)).all() == []
        refused = db.execute(sa.select(audit_entry).where(audit_entry.c.refused)).all()
    assert [(row.act, row.client_id, json.loads(row.facts)["glass"]) for row in refused] == [
        ("change", sora, 1),
        ("change", sora, 1),
    ]
    assert scene.browser("mori").post(f"{page}/needs", data={"code": "housing"}).status_code == 200


def test_whom_a_form_names_stands_in_the_log(scene: Scene) -> None:
    hana = hana_books(scene)
    on_list = {"number": number_of(scene, hana), "where": "anywhere"}
    staff = scene.browser("sato")
    assert staff.post("/admin/waiting", data=on_list).status_code == 200
    book(staff, f"/admin/bookings/new?client={hana}", client=hana, second="apart")
    with scene.house.database.reading() as db:
        query = sa.select(audit_entry.c.facts).where(
            audit_entry.c.client_id == hana, audit_entry.c.act == "change"
        )
        paths = [json.loads(facts)["path"] for facts in db.execute(query).scalars()]
    assert paths == ["/waiting", "/bookings/new"]
