"""The panel in a real browser: news without a reload, no script at all, and nothing that keeps anybody out."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # ships without types
from playwright.sync_api import Browser, Page, expect

from desk.booking import service as booking
from desk.booking.queries import bookings_of_session
from desk.people import service as people
from tests.engines import ONE_BY_DEFAULT
from tests.panel.scene import ON_THE_DAY, Scene, hana_books, has_no_bed, sora_books, writes_to_staff
from tests.panel.served import Served, serve

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}


@pytest.fixture
def served(scene: Scene) -> Iterator[Served]:
    """The panel three days before the session."""
    with serve(scene.at(ON_THE_DAY - timedelta(days=3))) as served:
        yield served


def the_booking(scene: Scene) -> str:
    with scene.house.database.reading() as db:
        return bookings_of_session(db, scene.house.vault, scene.session_id)[0].id


def test_a_booking_its_change_and_its_end_appear_by_themselves(
    scene: Scene, served: Served, new_desktop: Callable[[], Page]
) -> None:
    page = served.sign_in(new_desktop(), "kobayashi")
    page.goto(f"{served.base}/admin/today")
    expect(page.get_by_text("予約はまだありません")).to_be_visible()
    client_id = sora_books(scene)
    expect(page.get_by_role("heading", name="午前10時　そらさん")).to_be_visible()
    expect(page.get_by_text("新しい予約が入りました")).to_be_visible()
    expect(page.get_by_text("予約はまだありません")).to_have_count(0)
    has_no_bed(scene, client_id)
    expect(page.get_by_text("職員がまだ見ていません")).to_be_visible()
    expect(page.get_by_text("新しい内容を表示しました")).to_have_count(1)
    with scene.house.database.transaction() as db:
        booking.cancel(db, booking_id=the_booking(scene), by="client", now=scene.now)
    expect(page.get_by_text("予約が取り消されました")).to_be_visible()
    expect(page.get_by_role("heading", name="午前10時　そらさん")).to_have_count(0)
    page.get_by_role("button", name="見ました").click()
    expect(page.get_by_text("お知らせを「見た」と記録しました。")).to_be_visible()
    expect(page.get_by_text("新しい お知らせ 0件")).to_be_visible()


@ONE_BY_DEFAULT
def test_what_is_being_typed_is_never_taken_away(
    scene: Scene, served: Served, new_phone: Callable[[], Page]
) -> None:
    client_id = sora_books(scene)
    page = served.sign_in(new_phone(), "kobayashi")
    page.goto(f"{served.base}/admin/today")
    page.get_by_label("次のやくそく").fill("年金の紙を持ってくる")
    hana_books(scene)
    expect(page.get_by_role("heading", name="午前11時　はなさん")).to_be_visible()
    has_no_bed(scene, client_id)
    expect(page.get_by_text("新しい内容があります")).to_be_visible()
    expect(page.get_by_label("次のやくそく").first).to_have_value("年金の紙を持ってくる")


@ONE_BY_DEFAULT
def test_staff_see_a_sign_without_a_reload(
    scene: Scene, served: Served, new_desktop: Callable[[], Page]
) -> None:
    client_id = sora_books(scene)
    page = served.sign_in(new_desktop(), "sato")
    page.goto(f"{served.base}/admin/week")
    expect(page.get_by_role("heading", name="緊急サイン")).to_have_count(0)
    has_no_bed(scene, client_id)
    expect(page.get_by_role("heading", name="緊急サイン")).to_be_visible()


@ONE_BY_DEFAULT
def test_an_open_page_is_left_when_the_sign_in_is_over(
    scene: Scene, served: Served, new_desktop: Callable[[], Page]
) -> None:
    page = served.sign_in(new_desktop(), "kobayashi")
    page.goto(f"{served.base}/admin/today")
    expect(page.get_by_text("予約はまだありません")).to_be_visible()
    with scene.house.database.transaction() as db:
        people.end_sign_ins(db, account_id=scene.accounts["kobayashi"], now=scene.now)
    sora_books(scene)
    expect(page.get_by_role("heading", name="サインイン")).to_be_visible()


@ONE_BY_DEFAULT
def test_the_day_of_duty_works_without_any_script(scene: Scene, browser: Browser) -> None:
    sora_books(scene)
    with serve(scene.at(ON_THE_DAY)) as served:
        _expect_a_day_without_script(served, browser)


def _expect_a_day_without_script(served: Served, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    page = served.sign_in(context.new_page(), "kobayashi")
    page.goto(f"{served.base}/admin/")
    page.get_by_role("button", name="見ました").click()
    expect(page.get_by_text("新しい お知らせ 0件")).to_be_visible()
    page.get_by_label("次のやくそく").fill("まいさぽに行く")
    page.get_by_label("次の当番に伝えてよい").check()
    page.get_by_role("button", name="来た", exact=True).click()
    expect(page.get_by_text("いまの記録：")).to_be_visible()
    expect(page.get_by_label("次のやくそく")).to_have_value("まいさぽに行く")
    page.get_by_role("button", name="文字を大きく").click()
    expect(page.locator("html")).to_have_class("text-large")
    context.close()


@ONE_BY_DEFAULT
def test_printing_hides_what_is_pressed_and_shows_the_era(
    scene: Scene, served: Served, new_desktop: Callable[[], Page]
) -> None:
    sora_books(scene)
    page = served.sign_in(new_desktop(), "kobayashi")
    page.goto(f"{served.base}/admin/today")
    expect(page.get_by_role("button", name="印刷")).to_be_visible()
    page.emulate_media(media="print")
    expect(page.get_by_text("令和8年")).to_be_visible()
    expect(page.get_by_text("取扱注意")).to_be_visible()
    expect(page.get_by_role("button")).to_have_count(0)
    assert page.pdf(format="A4").startswith(b"%PDF")


@ONE_BY_DEFAULT
def test_the_pages_of_every_day_keep_nobody_out(
    scene: Scene, served: Served, new_phone: Callable[[], Page], new_desktop: Callable[[], Page]
) -> None:
    """All the others stand in `test_every_page`."""
    sora, hana = sora_books(scene), hana_books(scene)
    has_no_bed(scene, sora)
    writes_to_staff(scene, hana, "何を持って行けばいいですか。")
    pages = (("kobayashi", "today"), *(("sato", path) for path in ("week", "inbox", f"clients/{hana}")))
    problems = []
    for open_page in (new_phone, new_desktop):
        for who, path in pages:
            page = served.sign_in(open_page(), who)
            page.goto(f"{served.base}/admin/{path}")
            problems += [f"{path}: {fault}" for fault in faults_of(page)]
        page = open_page()
        page.goto(f"{served.base}/admin/sign-in")
        page.get_by_role("button", name="つぎへ").click()
        problems += [f"sign-in: {fault}" for fault in faults_of(page)]
    assert problems == []


def faults_of(page: Page) -> list[str]:
    """What axe finds, and what is misshapen."""
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{each['id']} {each['nodes'][0]['html'][:80]}" for each in found] + misshapen(page)


def misshapen(page: Page) -> list[str]:
    """Whether the page must be pushed sideways, and what is too small to press."""
    faults = []
    if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
        faults.append("wider than the screen")
    small = page.evaluate(
        """() => [...document.querySelectorAll(`button, summary, select, textarea, a.button, .menu a, label.choice,
            input:not([type=hidden], [type=radio], [type=checkbox])`)]
            .map((each) => [each.textContent.trim(), each.getBoundingClientRect()])
            .filter(([, box]) => box.height > 0 && (box.height < 44 || box.width < 44)).map(([text]) => text)"""
    )
    return faults + [f"too small: {text}" for text in small]
