"""Writing in a real browser: the draft kept while typing, the seconds that run, all of it without a mouse."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.engines import ONE_BY_DEFAULT
from tests.panel.scene import Scene, sora_books, writes_to_staff
from tests.panel.served import Served, serve, tab_to
from tests.panel.test_in_a_browser import faults_of
from tests.writing.house import LONG, MORNING, agrees, outbox, sends

pytestmark = ONE_BY_DEFAULT


@pytest.fixture
def sora(scene: Scene) -> str:
    """Somebody who waits for an answer."""
    client_id = sora_books(scene)
    agrees(scene, client_id)
    writes_to_staff(scene, client_id, "何時からですか。")
    return client_id


@pytest.fixture
def served(scene: Scene) -> Iterator[Served]:
    """The panel on a Monday morning."""
    with serve(scene.at(MORNING)) as served:
        yield served


def open_form(served: Served, page: Page, client_id: str) -> Page:
    """The person's page, in a browser whose clock is moved by hand."""
    page.clock.install(time=MORNING)
    served.sign_in(page, "sato").goto(f"{served.base}/admin/clients/{client_id}")
    return page


def test_the_seconds_run_out_and_then_nothing_can_be_taken_back(
    scene: Scene, served: Served, sora: str, new_phone: Callable[[], Page]
) -> None:
    sends(scene.at(MORNING).browser("sato"), sora, "10時からです。")
    page = open_form(served, new_phone(), sora)
    page.clock.run_for(1_000)
    expect(page.get_by_text("秒で送ります")).to_be_visible()
    expect(page.get_by_role("button", name="取り消す", exact=True)).to_be_visible()
    page.clock.run_for(10_000)
    expect(page.get_by_text("送っています")).to_be_visible()
    expect(page.get_by_role("button", name="取り消す", exact=True)).to_be_hidden()


def test_the_draft_is_kept_while_typing_and_all_of_it_works_without_a_mouse(
    scene: Scene, served: Served, sora: str, new_desktop: Callable[[], Page]
) -> None:
    page = open_form(served, new_desktop(), sora)
    _tab_to(page, "送る文")
    page.keyboard.type(LONG)
    page.clock.run_for(1_500)
    expect(
        page.get_by_role("status").filter(has_text="下書きをのこしました。気づいたことが1つ")
    ).to_be_visible()
    expect(page.locator(".look-lock")).to_contain_text(LONG)
    expect(page.locator(".hints")).to_contain_text("40文字より長い文")
    page.reload()
    expect(page.get_by_label("送る文", exact=True)).to_have_value(LONG)
    _tab_to(page, "送る文")
    _tab_to(page, "例・きまった文から入れる")
    page.keyboard.press("ArrowDown")
    _tab_to(page, "入れる")
    page.keyboard.press("Enter")
    expect(page.get_by_label("送る文")).to_have_value(
        f"{LONG}\nとまりぎです。\n書いてくださって、ありがとうございます。\n読みました。"
    )
    _tab_to(page, "LINEで送る")
    page.keyboard.press("Enter")
    expect(page.get_by_text("送信にまわしました。")).to_be_visible()
    assert outbox(scene) == [("staff", "queued")]
    _tab_to(page, "取り消す")
    page.keyboard.press("Enter")
    expect(page.get_by_text("取り消しました。")).to_be_visible()
    assert outbox(scene) == [("staff", "dropped")]


def _tab_to(page: Page, name: str) -> None:
    """Presses Tab until what is called so has the focus."""
    wanted = page.get_by_label(name, exact=True).or_(page.get_by_role("button", name=name, exact=True)).first
    expect(wanted).to_be_visible()
    tab_to(page, wanted)


@pytest.mark.soak
def test_nothing_keeps_anybody_out(
    scene: Scene, served: Served, sora: str, new_phone: Callable[[], Page], new_desktop: Callable[[], Page]
) -> None:
    browser = scene.at(MORNING).browser("mori")
    browser.post("/admin/canned", data={"title": "場所", "words": "{desk}の{place}です。"})
    sends(browser, sora, "10時からです。", day="2026-11-20", time="15:00")
    problems = []
    for open_page in (new_phone, new_desktop):
        page = open_form(served, open_page(), sora)
        page.get_by_label("送る文").fill(f"とまりぎです。\n{LONG}\n持ち物は必要書類です。")
        # Where somebody is at work nothing is put anew, so what comes now has not been seen.
        page.locator("#live-timeline a").first.focus()
        sends(browser, sora, "場所は、あとで。")
        page.locator("#write-form").evaluate("form => form.requestSubmit()")
        expect(page.get_by_role("heading", name="この間に、ありました")).to_be_visible()
        problems += [f"told first: {fault}" for fault in faults_of(page)]
        for path in ("scheduled", "canned"):
            page.goto(f"{served.base}/admin/{path}")
            problems += [f"{path}: {fault}" for fault in faults_of(page)]
    assert problems == []
