"""The pages of フォロー in a real browser, on a phone and on a desk: nothing keeps anybody out, keys are enough."""

from collections.abc import Callable
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from desk.clock import at_tokyo
from desk.database import new_id
from desk.tables.follow_up import visit_voice
from tests.engines import ONE_BY_DEFAULT
from tests.panel.following import AFTERWARDS, IN_A_WEEK, called_on, sora_came
from tests.panel.scene import Scene
from tests.panel.served import serve
from tests.panel.test_in_a_browser import faults_of

pytestmark = ONE_BY_DEFAULT

THAT_DAY = at_tokyo(IN_A_WEEK, 10)


def voices(scene: Scene) -> None:
    """Five answers of the year before."""
    answers = ("good", "good", "good", "so_so", "hard")
    rows = [{"id": new_id(), "desk_id": scene.desk_id, "year": 2025, "answer": each} for each in answers]
    with scene.house.database.transaction() as db:
        db.execute(visit_voice.insert(), rows)


@pytest.mark.soak
def test_no_page_keeps_anybody_out(
    scene: Scene, new_phone: Callable[[], Page], new_desktop: Callable[[], Page]
) -> None:
    sora = sora_came(scene)
    first, *_ = called_on(scene.at(AFTERWARDS), sora, IN_A_WEEK, date(2026, 12, 6), date(2026, 12, 15))
    voices(scene)
    paths = (
        *("follow-ups", f"follow-ups/{first.id}", f"clients/{sora}/plan", f"clients/{sora}"),
        *("follow-up-steps", "week", "totals"),
    )
    problems = []
    with serve(scene.at(THAT_DAY)) as served:
        for width, open_page in (("phone", new_phone), ("desk", new_desktop)):
            page = served.sign_in(open_page(), "sato")
            for path in paths:
                page.goto(f"{served.base}/admin/{path}")
                problems += [f"{width} {path}: {fault}" for fault in faults_of(page)]
    assert problems == []


def test_a_plan_is_begun_and_a_call_is_written_down_with_keys_alone(
    scene: Scene, new_desktop: Callable[[], Page]
) -> None:
    sora = sora_came(scene)
    with serve(scene.at(AFTERWARDS)) as served:
        page = served.sign_in(new_desktop(), "sato")
        page.goto(f"{served.base}/admin/clients/{sora}")
        page.get_by_role("link", name="フォローを始める").press("Enter")
        page.get_by_role("button", name="フォローを始める").press("Enter")
        expect(page.get_by_role("alert")).to_contain_text("文を見せて")
        page.get_by_label("その場で「いい」と聞いた").press("Space")
        page.get_by_role("button", name="フォローを始める").press("Enter")
        expect(page.get_by_text("フォローを始めました")).to_be_visible()
        page.get_by_label("電話").press("Space")
        page.get_by_label("日 ※必須", exact=True).fill(IN_A_WEEK.isoformat())
        page.get_by_role("button", name="足す", exact=True).press("Enter")
        expect(page.get_by_text("1つ足しました")).to_be_visible()
    with serve(scene.at(THAT_DAY)) as served:
        page = served.sign_in(new_desktop(), "sato")
        page.goto(f"{served.base}/admin/week")
        page.get_by_role("link", name="電話").last.press("Enter")
        page.get_by_label("ひとこと").fill("元気でした")
        page.get_by_role("button", name="つながった").press("Enter")
        expect(page.get_by_text("フォローの結果を記録しました")).to_be_visible()
        expect(page.get_by_text("きょうまでにする人は、いません。")).to_be_visible()
