"""The private pages as a phone shows them: small and old too, by finger and by keyboard, without script."""

import importlib
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from desk.house import House
from tests.pages.person import Someone, meet, open_desk
from tests.pages.serving import served

# What a browser shows does not hang on the engine.
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

SMALL = ViewportSize(width=320, height=568)
USUAL = ViewportSize(width=390, height=844)
FINGER = 44
WORDS = "借金が返せなくて困っています。だれにも話せませんでした。"
PRESSED = "button, .button, input:not([type=hidden]), textarea, summary, a"
TOO_SMALL = f"""[...document.querySelectorAll("{PRESSED}")]
    .filter(each => each.offsetParent !== null && !each.closest(".emergency"))
    .map(each => each.closest("label.choice") ?? each)
    .filter(each => each.getBoundingClientRect().height < {FINGER})
    .map(each => each.outerHTML)"""


@pytest.fixture
def sora(house: House) -> Iterator[Someone]:
    """そら, whose link leads to a real port."""
    open_desk(house)
    with served(house) as there:
        yield meet(there, "U" + "5" * 32)


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    """A phone whose browser runs no script."""
    context = browser.new_context(viewport=USUAL, locale="ja-JP", java_script_enabled=False)
    yield context.new_page()
    context.close()


def open_link(sora: Someone, phone: Page, purpose: str = "intake") -> None:
    phone.goto(sora.house.settings.public_base_url + sora.link(purpose))
    phone.get_by_role("button", name="ひらく").click()


def at(sora: Someone, path: str) -> str:
    return f"{sora.house.settings.public_base_url}/me{path}"


def press(phone: Page, name: str) -> None:
    phone.get_by_role("button", name=name, exact=True).click()


def test_somebody_answers_stops_and_finds_it_all_again(sora: Someone, phone: Page) -> None:
    open_link(sora, phone)
    press(phone, "わかった、進む")
    phone.get_by_label("どちらもある").check()
    press(phone, "つぎへ")
    phone.get_by_label("お金", exact=True).check()
    press(phone, "つぎへ")
    expect(phone.get_by_role("heading", level=1)).to_have_text("ほかにも ありますか。")
    press(phone, "もどる")
    expect(phone.get_by_label("お金", exact=True)).to_be_checked()
    press(phone, "ここで やめる")
    expect(phone.get_by_text("ここまでの 答えは、のこっています。")).to_be_visible()
    press(phone, "おわる")
    expect(phone.get_by_role("heading", level=1)).to_have_text("とじました")
    phone.go_back()
    expect(phone.get_by_role("heading", level=1)).not_to_have_text("うけとりました")

    open_link(sora, phone)
    phone.get_by_role("link", name="つづきへ（2/10）").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("ほかにも ありますか。")


def test_danger_in_own_words_is_answered_before_all_else(sora: Someone, phone: Page) -> None:
    sora.agrees()
    open_link(sora, phone)
    phone.goto(at(sora, "/12"))
    phone.get_by_role("textbox").fill("もう死にたいです。")
    press(phone, "つぎへ")

    expect(phone.get_by_role("link", name="#いのちSOS")).to_have_attribute("href", "tel:0120061338")
    phone.get_by_role("link", name="つづきにもどる").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("見る・なおす")


def test_what_was_understood_is_put_right_with_a_tap(sora: Someone, phone: Page) -> None:
    sora.agrees()
    open_link(sora, phone)
    phone.goto(at(sora, "/12"))
    phone.get_by_role("textbox").fill(WORDS)
    press(phone, "つぎへ")

    press(phone, "借りたお金：ちがう")

    expect(phone.get_by_role("heading", name="借りたお金")).to_have_count(0)
    assert sora.needs()["debt"] == "rejected"

    phone.get_by_text("ほかにも あれば、くわえる").click()
    press(phone, "すむ所を くわえる")
    expect(phone.get_by_role("heading", name="すむ所", exact=True).first).to_be_visible()
    assert sora.needs()["housing"] == "confirmed"


def test_a_letter_to_staff_is_sent_with_the_keyboard_only(sora: Someone, phone: Page) -> None:
    open_link(sora, phone, "message")
    phone.get_by_role("textbox", name="職員に書く").focus()
    phone.keyboard.type("電話が ほしいです。")
    phone.keyboard.press("Tab")
    expect(phone.get_by_role("button", name="わかった、おくる")).to_be_focused()
    phone.keyboard.press("Enter")

    expect(phone.get_by_text("職員が 読みます。")).to_be_visible()
    assert [message.text for message in sora.messages()] == ["電話が ほしいです。"]


def test_leaving_is_one_press_on_any_page(sora: Someone, phone: Page) -> None:
    sora.agrees()
    open_link(sora, phone)
    phone.goto(at(sora, "/5"))
    press(phone, "すぐに閉じる")

    expect(phone.get_by_role("heading", level=1)).to_have_text("とじました")
    phone.goto(at(sora, "/all"))
    expect(phone.get_by_role("heading", level=1)).to_have_text("このページは おわりました")


@pytest.mark.parametrize("size", [SMALL, pytest.param(USUAL, marks=pytest.mark.soak)], ids=["320", "390"])
def test_every_page_fits_the_phone_the_finger_and_the_ear(
    sora: Someone, browser: Browser, size: ViewportSize
) -> None:
    axe = importlib.import_module("axe_playwright_python.sync_playwright").Axe()
    context = browser.new_context(viewport=size, locale="ja-JP")
    phone = context.new_page()
    spoken: list[str] = []
    phone.on("console", lambda message: spoken.append(message.text))
    phone.goto(sora.house.settings.public_base_url + sora.link())
    assert axe.run(phone).violations_count == 0
    open_link(sora, phone)
    assert axe.run(phone).violations_count == 0
    sora.agrees()
    phone.goto(at(sora, "/12"))
    phone.get_by_role("textbox").fill(WORDS)
    press(phone, "つぎへ")

    for path in (*(f"/{place}" for place in range(1, 13)), "/all", "/numbers", "/ask", "/done", "/mend/10"):
        phone.goto(at(sora, path))
        results = axe.run(phone)
        assert results.violations_count == 0, f"{path}: {results.generate_report()}"
        assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        assert phone.evaluate(TOO_SMALL) == [], path
        assert phone.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") >= 18
    context.close()
    assert spoken == []
