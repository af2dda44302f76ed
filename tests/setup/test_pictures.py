"""The pictures in 手引き show our own pages. PICTURES=write takes them anew; look at them before you keep them."""

import io
import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from bot.line import Account
from bot.scheduling.menus import Menus
from desk.calendar.rules import PROMISE_KEYS
from desk.calendar.service import set_promise
from desk.clock import local_date
from desk.database import Database
from tests.engines import ONE_BY_DEFAULT
from tests.house.tree import ROOT
from tests.journeys.opened import opened_desk
from tests.panel.scene import ON_THE_DAY, Scene, hana_books, sora_books
from tests.panel.served import serve
from tests.setup.test_menus_of_people import BOOKS, put_up_menus
from tomarigi.demo_people import WHO_READS

PICTURES = ROOT / "docs" / "手引き" / "絵"
LARGEST = 100_000
# Long pages are cut: a picture in a guide is looked at, not read through.
HIGHEST = 1300

pytestmark = pytest.mark.soak


def take(name: str, of: Page | Locator) -> None:
    """Takes a picture; with PICTURES=write it becomes the one in the guide."""
    page = of if isinstance(of, Page) else of.page
    expect(page.get_by_role("heading", level=1).or_(page.get_by_role("log")).first).to_be_visible()
    shown = of.screenshot(full_page=True) if isinstance(of, Page) else of.screenshot()
    picture = Image.open(io.BytesIO(shown)).convert("RGB")
    picture = picture.crop((0, 0, picture.width, min(picture.height, HIGHEST)))
    written = io.BytesIO()
    picture.quantize(64, method=Image.Quantize.FASTOCTREE).save(written, "PNG", optimize=True)
    assert len(written.getvalue()) <= LARGEST, name
    if os.environ.get("PICTURES") == "write":
        (PICTURES / name).write_bytes(written.getvalue())


def show(words: Locator) -> None:
    """Brings words of a chat to its top."""
    words.evaluate("each => each.scrollIntoView({block: 'start'})")
    expect(words).to_be_in_viewport()


@ONE_BY_DEFAULT
def test_the_phone_before_and_after_a_booking(
    database: Database, tmp_path: Path, new_phone: Callable[[], Page]
) -> None:
    with opened_desk(database, tmp_path, "2026-11-12T19:40+09:00") as desk:
        put_up_menus(Account(desk.house.settings))
        sora = desk.line.add_user("そら")
        desk.line.wait_for_reply(sora)
        page = new_phone()
        page.goto(f"{desk.line.base_url}/phone/{sora.user_id}")
        show(page.get_by_role("log").get_by_text("こんにちは。「とまりぎ」です。"))
        take("ともだちになったところ.png", page)
        for typed in BOOKS:
            desk.line.ask(sora, typed)
        while Menus(desk.house).settle():
            pass
        expect(page.get_by_role("button", name="わたしの予定")).to_be_visible()
        show(page.get_by_role("log").get_by_text("予約できました。"))
        take("予約できたところ.png", page)
        page.goto("about:blank")


@ONE_BY_DEFAULT
def test_what_is_entered_before_the_first_booking(scene: Scene, new_desktop: Callable[[], Page]) -> None:
    with serve(scene) as served:
        page = served.sign_in(new_desktop(), "kanri")
        page.goto(f"{served.base}/admin/accounts")
        page.get_by_label("お名前").fill("山田")
        take("アカウント.png", page.locator("main section").first)
        page = served.sign_in(new_desktop(), "mori")
        page.goto(f"{served.base}/admin/settings")
        page.get_by_label("相談者に見せる文").first.fill(WHO_READS)
        expect(page.get_by_text("まだ承認されていません").first).to_be_visible()
        take("約束を書く.png", page.locator("main section").first)


@ONE_BY_DEFAULT
def test_what_staff_and_officers_see(
    scene: Scene, new_phone: Callable[[], Page], new_desktop: Callable[[], Page]
) -> None:
    _promise(scene)
    sora_books(scene)
    hana_books(scene)
    with serve(scene.at(scene.now + timedelta(hours=34))) as served:
        page = served.sign_in(new_desktop(), "sato")
        page.goto(f"{served.base}/admin/week")
        expect(page.get_by_role("heading", name="電話で伝える人")).to_be_visible()
        take("今週すること.png", page)
        page.goto(f"{served.base}/admin/roster")
        take("当番.png", page)
    with serve(scene.at(ON_THE_DAY)) as served:
        page = served.sign_in(new_phone(), "kobayashi")
        page.goto(f"{served.base}/admin/today")
        expect(page.get_by_role("heading", name="午前10時　そらさん")).to_be_visible()
        take("本日.png", page)


def _promise(scene: Scene) -> None:
    with scene.house.database.transaction() as db:
        for key in PROMISE_KEYS:
            day = local_date(scene.now)
            set_promise(db, desk_id=scene.desk_id, key=key, text=WHO_READS, approved_by="森", approved_on=day)
