"""受信箱 in a real browser: by keyboard alone, without a reload, on a phone and on a desk, and kind to everybody."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from desk.inbox.rules import WRITES_FOR
from tests.engines import ONE_BY_DEFAULT
from tests.inbox.talk import MONDAY, NOW, TODAY, answers, asks, looks_on, notes, stops, types_to
from tests.panel.scene import Scene, hana_books, has_no_bed, sora_books
from tests.panel.served import Served, serve, tab_to
from tests.panel.test_in_a_browser import faults_of

pytestmark = ONE_BY_DEFAULT


@pytest.fixture
def served(scene: Scene) -> Iterator[Served]:
    """The panel on the morning of the 18th."""
    with serve(scene.at(NOW)) as served:
        yield served


def test_a_conversation_is_found_noted_and_answered_without_a_mouse(
    scene: Scene, served: Served, new_desktop: Callable[[], Page]
) -> None:
    sora = sora_books(scene)
    asks(scene, sora, MONDAY, "何を持って行けばいいですか。")
    page = served.sign_in(new_desktop(), "sato")
    page.goto(f"{served.base}/admin/inbox")
    tab_to(page, page.get_by_role("link", name="そらさん"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("そらさん")
    writing = page.get_by_text("メモを書く", exact=True)
    tab_to(page, writing)
    page.keyboard.press("Enter")
    note = page.get_by_label("引きつぐこと")
    tab_to(page, note)
    page.keyboard.press("Escape")
    expect(note).to_be_hidden()
    expect(writing).to_be_focused()
    page.keyboard.press("Enter")
    tab_to(page, note)
    page.keyboard.type("手ぶらでいいと伝える。")
    assert tab_to(page, page.get_by_role("button", name="メモに のこす")) == []
    page.keyboard.press("Enter")
    expect(page.locator("#notes .note")).to_contain_text("手ぶらでいいと伝える。")
    tab_to(page, page.get_by_label("送る文"))
    page.keyboard.type("何もいりません。")
    passed = tab_to(page, page.get_by_role("button", name="LINEで送る"))
    assert not any("メモ" in each for each in passed)
    page.keyboard.press("Enter")
    expect(page.locator("#talk")).to_contain_text("何もいりません。")
    expect(page.locator("#talk")).to_contain_text("返事済み")
    assert "手ぶら" not in page.locator("#talk").inner_text()


def test_what_is_new_appears_and_what_is_typed_stays(
    scene: Scene, served: Served, new_desktop: Callable[[], Page]
) -> None:
    sora = sora_books(scene)
    asks(scene, sora, MONDAY)
    listed = served.sign_in(new_desktop(), "sato")
    listed.goto(f"{served.base}/admin/inbox")
    page = served.sign_in(new_desktop(), "sato")
    page.goto(f"{served.base}/admin/inbox/{sora}")
    page.get_by_text("メモを書く", exact=True).click()
    page.get_by_label("引きつぐこと").fill("まだ書いている")
    asks(served.scene, sora, NOW, "地図はありますか。")
    expect(page.locator("#talk")).to_contain_text("地図はありますか。")
    expect(listed.locator("#live-inbox")).to_contain_text("地図はありますか。")
    notes(served.scene, sora, "受付に電話ずみ", who="mori")
    expect(page.locator("#notes")).to_contain_text("受付に電話ずみ")
    expect(page.get_by_label("引きつぐこと")).to_have_value("まだ書いている")


def test_a_colleague_who_writes_is_seen_at_once_and_no_longer_when_done_or_silent(
    scene: Scene, served: Served, new_desktop: Callable[[], Page]
) -> None:
    sora = sora_books(scene)
    asks(scene, sora, MONDAY)
    page = served.sign_in(new_desktop(), "sato")
    page.clock.install()
    page.goto(f"{served.base}/admin/inbox/{sora}")
    seen = page.get_by_text("森さんが、いま書いています。")
    expect(page.get_by_label("送る文")).to_be_visible()
    types_to(served.scene, sora, who="mori")
    expect(seen).to_be_visible()
    stops(served.scene, sora, who="mori")
    expect(seen).to_have_count(0)
    types_to(served.scene, sora, who="mori")
    expect(seen).to_be_visible()
    # They fell silent long ago, and nothing rang since.
    types_to(served.scene, sora, who="mori", after=-WRITES_FOR - timedelta(seconds=1))
    page.clock.fast_forward("01:01")
    expect(seen).to_have_count(0)


@pytest.mark.soak
def test_nothing_in_it_keeps_anybody_out(
    scene: Scene, served: Served, new_phone: Callable[[], Page], new_desktop: Callable[[], Page]
) -> None:
    hana = hana_books(scene)
    has_no_bed(scene, hana)
    asks(scene, hana, MONDAY, "ヘヤの電気がつきません。")
    answers(scene, hana, MONDAY)
    asks(scene, hana, NOW)
    looks_on(scene, hana, TODAY)
    for hour in range(4):
        notes(scene, hana, f"へやの件 {hour}")
    types_to(served.scene, hana, who="mori")
    problems = []
    for open_page in (new_phone, new_desktop):
        page = served.sign_in(open_page(), "sato")
        for path in ("inbox", f"inbox/{hana}"):
            page.goto(f"{served.base}/admin/{path}")
            page.evaluate(
                "document.querySelectorAll('main details').forEach((each) => { each.open = true; })"
            )
            problems += [f"{path}: {fault}" for fault in faults_of(page)]
        page.get_by_label("さがす言葉").fill("へや")
        page.get_by_role("button", name="さがす", exact=True).click()
        expect(page.get_by_role("heading", name="5件に ありました")).to_be_visible()
        problems += [f"found: {fault}" for fault in faults_of(page)]
    assert problems == []


def test_on_a_phone_the_conversation_comes_first(
    scene: Scene, served: Served, new_phone: Callable[[], Page]
) -> None:
    sora = sora_books(scene)
    asks(scene, sora, MONDAY, "何を持って行けばいいですか。")
    for hour in range(3):
        notes(scene.at(MONDAY + timedelta(hours=hour)), sora, f"メモその{hour}")
    page = served.sign_in(new_phone(), "sato")
    page.goto(f"{served.base}/admin/inbox/{sora}")
    expect(page.get_by_text("何を持って行けばいいですか。")).to_be_in_viewport()
