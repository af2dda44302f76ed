"""Reaching and linking as a phone and a desk show them: by keyboard alone, readable, nothing too small."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.engines import ONE_BY_DEFAULT
from tests.panel.scene import Scene, sora_books
from tests.panel.served import serve
from tests.panel.test_in_a_browser import faults_of
from tests.reach.people import books, number_of
from tests.reach.test_pages import blocks
from tests.reach.test_relinking import asks, comes_anew

pytestmark = ONE_BY_DEFAULT


@pytest.fixture
def pair(scene: Scene) -> tuple[str, str]:
    """そら has blocked us; うみ comes with a new telephone and asks to be linked. The earlier number and the new one."""
    blocks(scene, sora_books(scene))
    old, new = books(scene, name="うみ"), comes_anew(scene)
    asks(new, number_of(old), "うみ")
    return old.client_id, new.client_id


@pytest.mark.soak
def test_the_pages_keep_nobody_out(
    scene: Scene,
    pair: tuple[str, str],
    new_phone: Callable[[], Page],
    new_desktop: Callable[[], Page],
) -> None:
    old, new = pair
    paths = ("week", f"clients/{new}", f"clients/{new}/relink", f"clients/{new}/relink/{old}")
    problems = []
    with serve(scene) as served:
        for open_page in (new_phone, new_desktop):
            page = served.sign_in(open_page(), "sato")
            for path in paths:
                page.goto(f"{served.base}/admin/{path}")
                problems += [f"{path}: {fault}" for fault in faults_of(page)]
    assert problems == []


def test_staff_reach_and_link_with_the_keyboard_alone(
    scene: Scene, pair: tuple[str, str], new_desktop: Callable[[], Page]
) -> None:
    with serve(scene) as served:
        page = served.sign_in(new_desktop(), "sato")
        page.goto(f"{served.base}/admin/week")
        page.get_by_role("button", name="会った時などに 伝えた").press("Enter")
        expect(page.get_by_text("「伝えた」と記録しました")).to_be_visible()
        page.locator("#relinks").get_by_role("link").press("Enter")
        page.get_by_role("link", name="うみさん").press("Enter")
        page.get_by_role("button", name="つなぐ", exact=True).press("Enter")
        expect(page.get_by_role("alert")).to_contain_text("しるしをつけてください")
        page.get_by_role("checkbox").press("Space")
        page.get_by_role("button", name="つなぐ", exact=True).press("Enter")
        expect(page).to_have_url(f"{served.base}/admin/clients/{pair[0]}?done=relinked")
        page.get_by_role("button", name="ちがう人だった").press("Enter")
        expect(page.get_by_text("もとにもどしました")).to_be_visible()
