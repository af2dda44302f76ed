"""今週すること and the pages of a link: staff see the means that were agreed and no other, ask, link, and undo."""

import re
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from desk.booking.queries import bookings_of_client
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
from desk.wishes.service import keep_wish
from tests.engines import POSTGRES_BY_DEFAULT
from tests.family.chat import Chat
from tests.panel.scene import Scene, hana_books, sora_books
from tests.panel.test_today import words_of
from tests.reach.people import NEW, books, kinds, number_of, results, tasks, write
from tests.reach.test_relinking import asks, comes_anew, link, request_of

pytestmark = POSTGRES_BY_DEFAULT
FORM = re.compile(r'action="/admin(/reach/[0-9a-f]{32})"')
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


def test_line_only_stands_wherever_staff_would_call_and_gives_way_to_a_call_they_wish(scene: Scene) -> None:
    sora, staff = sora_books(scene), scene.browser("sato")
    told_under(scene, sora, "contact", {"chosen": ["line_only"], "written": ""})
    wish: dict[str, Any] = {"desk_code": "suwa", "kind": "call_me", "note": "", "now": scene.now}
    wish_id = write(scene, lambda db: keep_wish(db, scene.house.vault, client_id=sora, **wish))
    with scene.house.database.reading() as db:
        (booked,) = bookings_of_client(db, scene.house.vault, sora)
    closed = staff.post(f"/admin/sessions/{scene.session_id}/close").url.path
    shown = {
        path: words_of(staff.get(path).text)
        for path in (
            closed,
            f"/admin/bookings/{booked.id}",
            f"/admin/inbox/{sora}",
            f"/admin/clients/{sora}",
            f"/admin/wishes/{wish_id}",
        )
    }
    assert {path for path, page in shown.items() if "▲ 連絡はLINEだけにしてください。" not in page} == set()
    called = [path.split("/")[2] for path, page in shown.items() if "090-0000-0001" in page]
    assert called == ["clients", "wishes"], "their own page, and the call they asked for"


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
