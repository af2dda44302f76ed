"""The officer of 71 in a real browser: a finger once from the link, and from then on one press and no number."""

from collections.abc import Callable, Iterator

import pyotp
import pytest
from playwright.sync_api import Page, expect

from tests.engines import ONE_BY_DEFAULT
from tests.panel.entry import PASSWORD, link_of
from tests.panel.scene import ON_THE_DAY, Scene
from tests.panel.served import Served, serve
from tests.panel.test_in_a_browser import faults_of

pytestmark = ONE_BY_DEFAULT

# A telephone that knows its owner's finger.
TELEPHONE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def served(scene: Scene) -> Iterator[Served]:
    """The panel on the morning of a session, under a name."""
    with serve(scene.at(ON_THE_DAY), "localhost") as served:
        yield served


def give_finger(page: Page) -> None:
    """From now on this browser has a key that opens by a finger."""
    tools = page.context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    tools.send("WebAuthn.addVirtualAuthenticator", {"options": TELEPHONE})


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).click()


def begin(page: Page, served: Served, who: str) -> None:
    """Opens the one-time link, as read from the printed QR."""
    page.goto(served.base + link_of(served.scene, who))


def test_a_finger_from_the_link_then_one_press_and_a_proof(
    served: Served, new_phone: Callable[[], Page]
) -> None:
    page, faults = new_phone(), []
    give_finger(page)
    begin(page, served, "mori")
    faults += faults_of(page)
    press(page, "指や顔で")
    expect(page.get_by_role("heading", name="指や顔でサインイン")).to_be_visible()
    faults += faults_of(page)
    press(page, "この機器を登録する")
    expect(page.get_by_text("次からは、指や顔でサインインできます")).to_be_visible()
    page.goto(f"{served.base}/admin/sign-ins")
    faults += faults_of(page)
    press(page, "サインアウト")
    expect(page.get_by_text("サインアウトしました")).to_be_visible()
    faults += faults_of(page)
    press(page, "指や顔でサインイン")
    expect(page.get_by_role("heading", name="今週すること")).to_be_visible()
    page.goto(f"{served.base}/admin/prove?next=/admin/accounts")
    faults += faults_of(page)
    press(page, "指や顔で確かめる")
    expect(page.get_by_role("heading", name="アカウント", exact=True)).to_be_visible()
    assert faults == []


def test_a_finger_that_is_not_known_is_told_so_and_the_password_is_still_there(
    served: Served, new_phone: Callable[[], Page]
) -> None:
    page = new_phone()
    give_finger(page)
    page.goto(f"{served.base}/admin/sign-in")
    press(page, "指や顔でサインイン")
    expect(page.get_by_text("ほかの方法を選んでください")).to_be_visible()
    expect(page.get_by_label("職員番号")).to_be_visible()


def test_password_app_and_paper_without_any_script(served: Served, new_desktop: Callable[[], Page]) -> None:
    page, faults = new_desktop(), []
    page.route("**/*.js", lambda route: route.abort())
    begin(page, served, "kobayashi")
    press(page, "パスワードと")
    page.get_by_label("新しいパスワード").fill(PASSWORD)
    page.get_by_label("もう一度、同じパスワード").fill(PASSWORD)
    press(page, "つぎへ")
    app = pyotp.TOTP(page.locator(".secret").inner_text().replace(" ", ""))
    faults += faults_of(page)
    page.get_by_label("アプリの数字").fill(app.now())
    press(page, "登録する")
    expect(page.get_by_role("heading", name="回復コード")).to_be_visible()
    faults += faults_of(page)
    code = page.locator(".codes li").first.inner_text()
    page.get_by_role("link", name="書きとめました").click()
    press(page, "サインアウト")
    expect(page.get_by_role("button", name="指や顔でサインイン")).to_be_hidden()
    page.get_by_label("職員番号").fill("101")
    page.get_by_label("パスワード").fill(PASSWORD)
    press(page, "つぎへ")
    faults += faults_of(page)
    page.get_by_label("アプリの数字").fill(code)
    press(page, "サインインする")
    expect(page.get_by_role("heading", level=1)).to_contain_text("11月27日")
    assert faults == []
