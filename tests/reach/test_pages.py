"""今週すること and the pages of a link: staff see the means that were agreed and no other, ask, link, and undo."""

import re
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from admin.writing_words import NO_CONSENT
from desk.booking.queries import bookings_of_client
from desk.booking.service import set_reminders
from desk.booking.waiting_list import join
from desk.booking.waiting_queries import entry_of
from desk.clients import service as clients
from desk.clients.consents import agree
from desk.clock import local_date
from desk.database import Connection
from desk.follow_up.rules import Step
from desk.follow_up.service import start_plan
from desk.intake import service as intake
from desk.intake.queries import open_intake_of
from desk.reach import service
from desk.roster.avoidances import forbid_meeting
from desk.tables.calendar import slot
from desk.wishes.service import keep_wish
from tests.engines import POSTGRES_BY_DEFAULT
from tests.family.chat import Chat
from tests.panel.scene import ON_THE_DAY, Scene, hana_books, sora_books
from tests.panel.test_today import words_of
from tests.reach.people import NEW, books, kinds, number_of, results, tasks, write
from tests.reach.test_relinking import asks, comes_anew, link, request_of

pytestmark = POSTGRES_BY_DEFAULT
FORM = re.compile(r'action="/admin(/reach/[0-9a-f]{32})"')
LEDGER_FORM = re.compile(r'action="(/admin/closures/[0-9a-f]{32}/people/[0-9a-f]{32})"')
UNDO = re.compile(r'action="(/admin/relinks/[0-9a-f]{32}/undo)"')


def blocks(scene: Scene, client_id: str) -> None:
    def block(db: Connection) -> None:
        clients.block(db, client_id=client_id, now=scene.now)
        service.look(db, client_id=client_id, now=scene.now)

    write(scene, block)


def told_under(scene: Scene, client_id: str, key: str, value: Any) -> None:
    """Leaves a telephone, and answers a question about contact."""

    def tell(db: Connection) -> None:
        who: dict[str, Any] = {"client_id": client_id, "now": scene.now}
        clients.set_phone(db, scene.house.vault, phone="090-0000-0001", note="本人だけ", **who)
        told = agree(db, purpose="answers", text_version="t", text="はい", via="line", **who)
        if open_intake_of(db, client_id) is None:
            intake.open_intake(db, booking_id=None, **who)
        intake.keep_answer(db, scene.house.vault, key=key, value=value, consent_id=told, **who)

    write(scene, tell)


def section(page: str, name: str) -> str:
    """What stands in one section of the page, in words."""
    found = re.search(rf'<section id="{name}".*?</section>', page, re.DOTALL)
    return words_of(found[0]) if found else ""


def test_who_blocked_us_stands_there_with_what_they_agreed_to(scene: Scene) -> None:
    sora = sora_books(scene)
    blocks(scene, sora)
    staff = scene.browser("sato")
    shown = section(staff.get("/admin/week").text, "reach")
    assert "手だてが ありません" in shown
    assert "11月27日（金）10:00の予約は、そのままです" in shown
    assert "▲ 家に連絡しないでください。" in shown
    phone = {"phone": "090-0000-0001", "note": "夕方。人の名前だけ言う"}
    write(
        scene,
        lambda db: clients.set_phone(db, scene.house.vault, client_id=sora, **phone, now=scene.now),
    )
    page = staff.get("/admin/week").text
    assert "090-0000-0001 （夕方。人の名前だけ言う）" in section(page, "reach")
    assert "手だてが ありません" not in page
    (form,) = FORM.findall(page)
    staff.post(f"/admin{form}", data={"result": "no_answer", "note": "留守番電話"})
    assert "▲ 出なかった 留守番電話" in section(staff.get("/admin/week").text, "reach")
    after = staff.post(f"/admin{form}", data={"result": "reached"}).text
    assert "「伝えた」と記録しました" in after
    assert section(after, "reach") == ""
    assert (tasks(scene), results(scene)) == ((), ["reached"])


def test_nobody_at_home_is_told_of_somebody_who_does_not_know(scene: Scene) -> None:
    hana = hana_books(scene)
    blocks(scene, hana)
    assert tasks(scene) == (), "she wished no messages, so nothing would have been said"
    write(scene, lambda db: clients.unblock(db, client_id=hana, now=scene.now))
    Chat(scene.house, f"U{'2' * 32}").types("おしらせを選ぶ", "1")
    blocks(scene, hana)
    assert kinds(scene, hana) == {"booking"}
    shown = section(scene.browser("sato").get("/admin/week").text, "reach")
    assert "▲ 本人にも家にも連絡しない" in shown


def test_what_they_left_and_asked_under_a_joined_number_stands_there_too(scene: Scene) -> None:
    old, new = books(scene), comes_anew(scene)
    whose, was = old.client_id, new.client_id
    told_under(scene, was, "mind", ["no_contact"])
    link(scene, whose, was)
    old.blocks()
    new.blocks()
    shown = section(scene.browser("sato").get("/admin/week").text, "reach")
    assert ("090-0000-0001 （本人だけ）" in shown, "▲ 家に連絡しないでください。" in shown) == (True, True)
    write(scene, lambda db: db.execute(slot.update().values(way="telephone")))
    sheet = scene.at(ON_THE_DAY).browser("kobayashi").get("/admin/today").text
    assert "090-0000-0001（本人だけ）" in sheet, "whoever has to telephone that day reads it too"


def test_who_wishes_line_only_is_called_by_nobody(scene: Scene) -> None:
    sora = sora_books(scene)
    told_under(
        scene, sora, "contact", {"chosen": ["line_only"], "written": "「連絡しないで」と言う家族のこと"}
    )
    blocks(scene, sora)
    shown = section(scene.browser("sato").get("/admin/week").text, "reach")
    assert "▲ 言わないでほしいこと" not in shown, "their own words are no prohibition"
    assert "言わないでほしいこと：「「連絡しないで」と言う家族のこと」" in shown
    assert ("090-0000-0001" in shown, "▲ 連絡はLINEだけにしてください。" in shown) == (False, True)
    assert "手だてが ありません" in shown


def test_line_only_stands_on_every_page_and_gives_way_on_all_to_a_call_they_wish(scene: Scene) -> None:
    sora, staff = sora_books(scene), scene.browser("sato")
    told_under(scene, sora, "contact", {"chosen": ["line_only"], "written": ""})
    wish: dict[str, Any] = {"desk_code": "suwa", "note": "", "now": scene.now, "client_id": sora}
    wish_id = write(scene, lambda db: keep_wish(db, scene.house.vault, kind="evening", **wish))
    with scene.house.database.reading() as db:
        (booked,) = bookings_of_client(db, scene.house.vault, sora)
    closed = staff.post(f"/admin/sessions/{scene.session_id}/close").url.path
    pages = [closed, *(f"/admin/{kind}/{sora}" for kind in ("clients", "inbox"))]
    pages.append(f"/admin/bookings/{booked.id}")

    def shown() -> list[str]:
        return [words_of(staff.get(path).text) for path in pages]

    assert ["LINEだけ、という約束です。" in page for page in shown()] == [True] * len(pages)
    assert "090-0000-0001" not in staff.get(f"/admin/wishes/{wish_id}").text
    called_for = write(scene, lambda db: keep_wish(db, scene.house.vault, kind="call_me", **wish))
    pages.append(f"/admin/wishes/{called_for}")
    for page in shown():
        assert ("▲ 連絡はLINEだけにしてください。" in page, "電話： 090-0000-0001" in page) == (True, True)


@pytest.mark.parametrize(
    ("reminders", "way"), [("none", "▲ LINEで伝える"), ("telephone", "電話： 090-0000-0001")]
)
def test_a_closed_day_leaves_a_way_to_whoever_wished_line_only(
    scene: Scene, reminders: str, way: str
) -> None:
    sora, staff = sora_books(scene), scene.browser("sato")
    told_under(scene, sora, "contact", {"chosen": ["line_only"], "written": ""})
    with scene.house.database.transaction() as db:
        (booked,) = bookings_of_client(db, scene.house.vault, sora)
        set_reminders(db, booking_id=booked.id, choice=reminders, now=scene.now)
    assert NO_CONSENT in staff.get(f"/admin/clients/{sora}").text
    closed = words_of(staff.post(f"/admin/sessions/{scene.session_id}/close").text)
    assert (way in closed, "手だてが ありません" in closed) == (True, False)
    assert NO_CONSENT not in staff.get(f"/admin/clients/{sora}").text, "there is something to write of now"


def test_whom_nobody_can_tell_of_a_closed_day_is_never_said_to_have_been_told(scene: Scene) -> None:
    sora, staff = sora_books(scene), scene.browser("sato")
    told_under(scene, sora, "contact", {"chosen": ["line_only"], "written": ""})
    blocks(scene, sora)
    ledger = staff.post(f"/admin/sessions/{scene.session_id}/close").text
    shown = words_of(ledger)
    assert ("手だてが ありません" in shown, "090-0000-0001" in shown, "LINEで書く" in shown) == (
        True,
        False,
        False,
    )
    (form,) = LEDGER_FORM.findall(ledger)
    over = words_of(staff.post(form, data={"said": "no_means"}).text)
    assert "▲ 連絡は終わりました。伝えられなかった人 1人" in over
    assert "佐藤さん：手だてがない" in over
    assert ("伝わりました" in over, "伝えました" in over) == (False, False)
    write(scene, lambda db: join(db, client_id=sora, desk_id=None, now=scene.now))
    with scene.house.database.reading() as db:
        entry = entry_of(db, sora)
    assert entry is not None
    waits = staff.get(f"/admin/waiting/{entry.id}").text
    assert ("場所をとっておくことは できません" in waits, 'name="slot"' in waits) == (True, False)


def test_whoever_sees_the_person_sees_the_task_at_whichever_desk_it_began(scene: Scene) -> None:
    new = comes_anew(scene)
    yes: dict[str, Any] = {"purpose": "follow_up", "text_version": "t", "text": "はい", "via": "panel"}
    write(scene, lambda db: agree(db, client_id=new.client_id, **yes, now=scene.now))
    began = scene.now - timedelta(days=8)
    plan: dict[str, Any] = {"desk_id": scene.desk_id, "steps": [Step(8, "message")], "now": began}
    begin: dict[str, Any] = plan | {"client_id": new.client_id, "since": local_date(began)}
    write(scene, lambda db: start_plan(db, scene.house.vault, **begin))
    blocks(scene, new.client_id)
    assert [task.desk_id for task in tasks(scene)] == [scene.desk_id]
    for who in ("sato", "ogawa"):
        assert "フォローの日が 来ています" in section(scene.browser(who).get("/admin/week").text, "reach")


def test_a_longer_list_asks_the_database_no_more(scene: Scene) -> None:
    staff = scene.browser("sato")

    def asked() -> int:
        seen: list[str] = []

        def count(_db: object, _cursor: object, statement: str, *_rest: object) -> None:
            seen.append(statement)

        sa.event.listen(scene.house.database.engine, "after_cursor_execute", count)
        try:
            assert section(staff.get("/admin/week").text, "reach")
        finally:
            sa.event.remove(scene.house.database.engine, "after_cursor_execute", count)
        return len(seen)

    blocks(scene, books(scene, NEW).client_id)
    staff.get("/admin/week")
    once = asked()
    for sign, name in (("d", "うみ"), ("e", "ほし"), ("f", "やま")):
        blocks(scene, books(scene, f"U{sign * 32}", name).client_id)
    assert len(tasks(scene)) == 4
    assert asked() == once


def test_what_is_not_ours_to_see_is_not_listed(scene: Scene) -> None:
    sora = sora_books(scene)
    blocks(scene, sora)
    sato = scene.accounts["sato"]
    write(
        scene,
        lambda db: forbid_meeting(db, account_id=sato, client_ids=[sora], entered_by=sato, now=scene.now),
    )
    assert section(scene.browser("sato").get("/admin/week").text, "reach") == ""


def test_a_new_account_is_linked_after_asking_and_parted_again(scene: Scene) -> None:
    old, new = books(scene), comes_anew(scene)
    was, whose = new.client_id, old.client_id
    asks(new, number_of(old), "そら")
    staff = scene.browser("sato")
    week = staff.get("/admin/week").text
    assert f"/admin/clients/{was}/relink" in week
    page = staff.get(f"/admin/clients/{was}/relink").text
    assert "● 番号か合言葉が 合っています" in words_of(page)
    assert "● 呼び名も 合っています" in words_of(page)
    check = f"/admin/clients/{was}/relink/{whose}"
    assert check in page
    assert "こちらから言わずに" in staff.get(check).text
    unticked = staff.post(check)
    assert (unticked.status_code, new.client_id) == (422, was)
    assert "2つ合ってから、しるしをつけてください" in unticked.text
    linked = staff.post(check, data={"checked": "yes"})
    assert linked.url.path == f"/admin/clients/{whose}"
    assert "つなぎました" in linked.text
    assert new.client_id == whose
    assert "前の予定と つながりました" in new.said()[-1]
    assert section(staff.get("/admin/week").text, "relinks") == ""
    assert "この番号のLINEは、いまは そちらのものです" in staff.get(f"/admin/clients/{was}").text
    (undo,) = UNDO.findall(linked.text)
    parted = staff.post(undo)
    assert parted.url.path == f"/admin/clients/{was}"
    assert (new.client_id, UNDO.findall(parted.text)) == (was, [])
    assert "30日がすぎています" in staff.post(undo).text


def test_staff_find_the_earlier_record_themselves(scene: Scene) -> None:
    old, new = books(scene), comes_anew(scene)
    staff = scene.browser("sato")
    page = f"/admin/clients/{new.client_id}/relink"
    shown = staff.get(f"/admin/clients/{new.client_id}").text
    assert page in shown
    assert re.search(r"<h1>番号\d+の方", shown), "who left no name is called so in whole sentences too"
    found = staff.post(page, data={"wanted": number_of(old)}).text
    assert f"{page}/{old.client_id}" in found
    nobody = staff.post(page, data={"wanted": "9999"})
    assert (nobody.status_code, "見つかりません" in nobody.text) == (422, True)


def test_with_a_booking_under_both_numbers_it_is_refused_with_the_mend(scene: Scene) -> None:
    old = books(scene)
    new = books(scene, NEW, "うみ")
    check = f"/admin/clients/{new.client_id}/relink/{old.client_id}"
    answer = scene.browser("sato").post(check, data={"checked": "yes"})
    assert "片方が終わるか取り消してから、つないでください" in answer.text
    assert new.client_id != old.client_id


def test_nobody_was_found(scene: Scene) -> None:
    new = comes_anew(scene)
    asks(new, "9999", "そら")
    staff = scene.browser("sato")
    assert "だれの番号か、分かりません" in staff.get(f"/admin/clients/{new.client_id}/relink").text
    staff.post(f"/admin/clients/{new.client_id}/relink-declined")
    assert request_of(scene, new.client_id) is None
    assert "見つけられませんでした" in new.said()[-1]


def test_a_number_of_somebody_out_of_sight_tells_no_name(scene: Scene) -> None:
    old, new = books(scene), comes_anew(scene)
    asks(new, number_of(old), "そら")
    sato, whose = scene.accounts["sato"], old.client_id
    write(
        scene,
        lambda db: forbid_meeting(db, account_id=sato, client_ids=[whose], entered_by=sato, now=scene.now),
    )
    staff = scene.browser("sato")
    page = staff.get(f"/admin/clients/{new.client_id}/relink").text
    assert ("あなたには見られない人の番号です" in page, "そらさん" in page) == (True, False)
    assert staff.get(f"/admin/clients/{new.client_id}/relink/{whose}").status_code == 404
