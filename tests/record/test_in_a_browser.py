"""わたしの記録 as a phone shows it, and the pages of staff about consent: readable, reachable, without script."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from desk.clients import links
from tests.engines import ONE_BY_DEFAULT
from tests.family.chat import Chat
from tests.pages.serving import served
from tests.pages.test_in_the_browser import TOO_SMALL
from tests.panel.scene import Scene
from tests.panel.served import serve
from tests.panel.test_in_a_browser import faults_of
from tests.record.acts import LETTER, books, in_force, tells

pytestmark = ONE_BY_DEFAULT


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    """A phone whose browser runs no script."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, java_script_enabled=False)
    yield context.new_page()
    context.close()


def open_record(scene: Scene, son: Chat, page: Page, base: str) -> None:
    with scene.house.database.transaction() as db:
        token = links.make_link(db, client_id=son.client_id, purpose="record", now=scene.now)
    page.goto(f"{base}/me/open/{token}")
    page.get_by_role("button", name="ひらく").click()


def test_a_phone_without_script_reads_fetches_and_takes_back(
    scene: Scene, son: Chat, phone: Page, tmp_path: Path
) -> None:
    books(son)
    tells(son)
    with served(scene.house) as there:
        open_record(scene, son, phone, there.settings.public_base_url)
        expect(phone.get_by_text(LETTER)).to_be_visible()
        assert phone.evaluate(TOO_SMALL) == []
        with phone.expect_download() as fetched:
            phone.get_by_role("button", name="ファイルでもらう", exact=True).click()
        fetched.value.save_as(tmp_path / "kept.html")
        assert fetched.value.suggested_filename == "kiroku.html"
        assert LETTER in (tmp_path / "kept.html").read_text()
        phone.locator("summary", has_text="答えと 書いたもの").click()
        phone.get_by_role("button", name="答えと 書いたものの 同意を やめる").click()
        expect(phone.get_by_text(LETTER)).to_have_count(0)
    assert in_force(son) == ["booking"]


def test_nothing_on_the_page_keeps_anybody_out(
    scene: Scene, son: Chat, new_phone: Callable[[], Page]
) -> None:
    books(son)
    tells(son)
    page = new_phone()
    with served(scene.house) as there:
        open_record(scene, son, page, there.settings.public_base_url)
        assert faults_of(page) == []


@pytest.mark.soak
def test_nothing_on_the_pages_of_staff_keeps_anybody_out(
    scene: Scene, son: Chat, new_phone: Callable[[], Page]
) -> None:
    books(son)
    with serve(scene) as panel:
        page = panel.sign_in(new_phone(), "mori")
        for path in (f"/clients/{son.client_id}/consents", f"/clients/{son.client_id}/erase", "/consents"):
            page.goto(f"{panel.base}/admin{path}")
            assert faults_of(page) == [], path
