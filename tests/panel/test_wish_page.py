"""The page of one wish, in a browser: three clicks from 今週すること, on a phone and on a desk, for everybody."""

from collections.abc import Callable
from datetime import time

import pytest
from playwright.sync_api import Page, expect

from desk.booking.by_hand import book_for_caller
from desk.calendar.reserved import WantedTime, reserve_time
from desk.clients.service import set_phone
from desk.clock import at_tokyo
from desk.wishes.service import keep_wish
from tests.panel.scene import ON_THE_DAY, SESSION_DAY, Scene, hana_books, sora_books
from tests.panel.served import serve
from tests.panel.test_in_a_browser import faults_of

MORNING = at_tokyo(SESSION_DAY.replace(day=17), 10)


def wishes(scene: Scene) -> None:
    """そら would be telephoned, はな would rather come in the evening."""
    vault, now = scene.house.vault, scene.now
    sora, hana = sora_books(scene), hana_books(scene)
    with scene.house.database.transaction() as db:
        set_phone(db, vault, client_id=sora, phone="09000000000", note="夕方。人の名前だけ言う", now=now)
        for client_id, kind, note in ((sora, "call_me", ""), (hana, "evening", "火曜の夜なら、行けます")):
            keep_wish(db, vault, client_id=client_id, desk_code="suwa", kind=kind, note=note, now=now)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_staff_answer_a_wish_within_three_clicks(
    scene: Scene, new_phone: Callable[[], Page], new_desktop: Callable[[], Page]
) -> None:
    wishes(scene)
    with serve(scene.at(MORNING)) as served:
        phone = served.sign_in(new_phone(), "sato")
        phone.goto(f"{served.base}/admin/week")
        phone.get_by_role("link", name="返事をする").last.click()
        phone.get_by_role("button", name="この時間を作って、聞いてみる").click()
        assert faults_of(phone) == []
        page = served.sign_in(new_desktop(), "sato")
        page.goto(f"{served.base}/admin/week")
        page.get_by_role("link", name="返事をする").first.click()
        page.get_by_label("日 ※必須", exact=True).fill("2026-12-01")
        page.get_by_label("はじまり").fill("18:30")
        page.get_by_role("button", name="この時間を作って、聞いてみる").click()
        expect(page.get_by_text("本人の返事を待っています")).to_be_visible()
        assert faults_of(page) == []


def test_whoever_is_telephoned_stands_so_on_the_sheet_with_the_number(scene: Scene) -> None:
    vault, now = scene.house.vault, scene.now
    with scene.house.database.transaction() as db:
        wanted = WantedTime(scene.desk_id, SESSION_DAY, time(15), 50, "telephone")
        slot_id = reserve_time(db, wanted, now=now)
        made = book_for_caller(
            db,
            vault,
            slot_id=slot_id,
            called_name="ゆき",
            phone="09000000000",
            about="self",
            account_id=scene.accounts["sato"],
            source="phone",
            now=now,
        )
        set_phone(db, vault, client_id=made.writer_id, phone="09000000000", note="夕方", now=now)
    page = scene.at(ON_THE_DAY).browser("kobayashi").get("/admin/today").text
    assert "電話で話す" in page
    assert "09000000000（夕方）" in page
