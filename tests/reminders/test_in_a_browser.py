"""What staff and clients see of it, in a real browser: nothing keeps anybody out, on a phone and on a desk."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from desk.clock import at_tokyo
from desk.messaging import quota
from desk.messaging.rules import Quota
from tests.engines import ONE_BY_DEFAULT
from tests.family.chat import Chat
from tests.pages.person import meet
from tests.pages.serving import served as serving_pages
from tests.panel.scene import Scene
from tests.panel.served import serve
from tests.panel.test_in_a_browser import faults_of

EVE = at_tokyo(date(2026, 11, 26), 9)


@pytest.fixture
def family(scene: Scene) -> Scene:
    """A son to be telephoned and his mother on one day, and a month of LINE's that is nearly used up."""
    son, mother = Chat(scene.house, f"U{'3' * 32}"), Chat(scene.house, f"U{'4' * 32}")
    son.types("予約", "諏訪", "1", "1", "自分のこと", "かもめ", "1")
    son.types("おしらせを選ぶ", "電話で知らせてほしい", "09000005555", "夕方", "名前だけ", "行きます")
    mother.types("予約", "諏訪", "1", "1", "むすこのことです", "知らない", "つぐみ", "1")
    mother.types("いっしょに来る人を書く", "わたしと 家族")
    number = son.booking().number or ""
    scene.browser("sato").post(f"/admin/clients/{mother.client_id}/relations", data={"number": number})
    with scene.house.database.transaction() as db:
        quota.keep(db, Quota(200, 195), now=EVE)
    return scene.at(EVE)


@ONE_BY_DEFAULT
def test_staff_note_their_calls(family: Scene, new_desktop: Callable[[], Page]) -> None:
    with serve(family) as served:
        page = served.sign_in(new_desktop(), "mori")
        page.goto(f"{served.base}/admin/week")
        page.get_by_role("button", name="出なかった").click()
        expect(page.get_by_text("3時間ほどあとに")).to_be_visible()
        page.get_by_role("button", name="電話した").click()
        expect(page.get_by_role("heading", name="電話でのおしらせ")).to_have_count(0)


@pytest.mark.soak
@ONE_BY_DEFAULT
def test_calls_numbers_and_relations_keep_nobody_out(
    family: Scene, new_phone: Callable[[], Page], new_desktop: Callable[[], Page]
) -> None:
    mother = Chat(family.house, f"U{'4' * 32}")
    paths = (
        *("week", f"clients/{mother.client_id}", f"bookings/{mother.booking().id}"),
        f"sessions/{family.session_id}",
    )
    problems = []
    with serve(family) as served:
        for open_page in (new_phone, new_desktop):
            page = served.sign_in(open_page(), "mori")
            for path in paths:
                page.goto(f"{served.base}/admin/{path}")
                problems += [f"{path}: {fault}" for fault in faults_of(page)]
    assert problems == []


@ONE_BY_DEFAULT
def test_the_page_of_the_calendar_on_a_phone_without_script(
    scene: Scene, new_phone: Callable[[], Page]
) -> None:
    Chat(scene.house, f"U{'3' * 32}").types("予約", "諏訪", "1", "1", "自分のこと", "かもめ", "1")
    with serving_pages(scene.house) as house:
        sora = meet(replace(house, clock=scene.house.clock), f"U{'3' * 32}")
        page = new_phone()
        page.goto(house.settings.public_base_url + sora.link("calendar"))
        page.get_by_role("button", name="ひらく").click()
        expect(page.get_by_role("heading", name="カレンダーに入れる")).to_be_visible()
        assert faults_of(page) == []
        with page.expect_download() as download:
            page.get_by_role("button", name="入れる").click()
        assert download.value.suggested_filename == "yotei.ics"
