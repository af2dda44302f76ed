"""The phone page in a real browser: people type, press and look, and a very small bot answers."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # it has no types
from playwright.sync_api import Locator, Page, expect

from simulator.client import Person, Simulator
from tests.simulator.raw_api import RawApi, buttons, flex, postback, quick_replies
from tests.simulator.test_pressing import make_menu
from tests.simulator.tiny_bot import TinyBot

GREETING = buttons(postback("1 予約する", "book", displayText="予約する"), text="こんにちは。")
SUMMARY = flex(
    body={
        "type": "box",
        "layout": "vertical",
        "spacing": "md",
        "contents": [
            {"type": "text", "text": "予約番号 2047", "weight": "bold", "size": "xl", "color": "#24555B"},
            {"type": "separator"},
            {"type": "button", "style": "primary", "action": postback("取り消す", "cancel")},
        ],
    }
)
ANSWERS: dict[str, dict[str, Any]] = {
    "book": quick_replies(postback("1 すむ所", "need:1"), postback("2 お金", "need:2"), text="どれですか。"),
    "need:1": {"type": "text", "text": "うけとりました。"},
    "まとめ": SUMMARY,
}


@pytest.fixture
def talking(bot: TinyBot, api: RawApi) -> Iterator[TinyBot]:
    """The bot answers a follow with a greeting, and the rest by the table above."""

    def answer(event: dict[str, Any]) -> None:
        words = event.get("postback", {}).get("data") or event.get("message", {}).get("text", "")
        message = (
            GREETING if event["type"] == "follow" else ANSWERS.get(words, {"type": "text", "text": "はい。"})
        )
        if "replyToken" in event:
            api.reply(event["replyToken"], message)

    bot.on_event = answer
    yield bot
    bot.on_event = None


def phone_of(page: Page, person: Person | str) -> Locator:
    name = person.name if isinstance(person, Person) else person
    return page.get_by_role("region", name=f"{name}さんの電話")


def open_page(new_page: Callable[[], Page], line: Simulator, path: str = "/") -> Page:
    page = new_page()
    page.goto(line.base_url + path)
    return page


def test_a_person_is_added_greeted_and_books(
    line: Simulator, talking: TinyBot, new_desktop: Callable[[], Page]
) -> None:
    page = open_page(new_desktop, line)
    page.get_by_label("名前").fill("そら")
    page.get_by_role("button", name="人をふやす").click()
    phone = phone_of(page, "そら")
    phone.get_by_role("button", name="友だちに追加する").click()
    phone.get_by_role("button", name="1 予約する").click()
    chat = phone.get_by_role("log")
    expect(chat.get_by_text("予約する", exact=True)).to_be_visible()
    phone.get_by_role("button", name="1 すむ所").click()
    expect(chat.get_by_text("うけとりました。")).to_be_visible()
    # The press that tells a need leaves nothing in the chat, and its quick replies are gone.
    expect(page.get_by_text("すむ所")).to_have_count(0)
    assert talking.events[-1]["postback"] == {"data": "need:1"}


def test_text_is_typed_and_answered_live_for_several_people(
    line: Simulator, talking: TinyBot, new_desktop: Callable[[], Page]
) -> None:
    sora, hana = line.add_user("そら"), line.add_user("はな")
    page = open_page(new_desktop, line)
    for person in (sora, hana):
        field = phone_of(page, person).get_by_label("メッセージ")
        field.fill(f"{person.name}です")
        field.press("Enter")
        expect(phone_of(page, person).get_by_role("log").get_by_text("はい。")).to_be_visible()
        expect(field).to_have_value("")
    assert [event["message"]["text"] for event in talking.events[-2:]] == ["そらです", "はなです"]
    expect(phone_of(page, sora).get_by_text("はなです")).to_have_count(0)


def test_a_pc_shows_neither_quick_replies_nor_the_menu(
    line: Simulator, api: RawApi, new_phone: Callable[[], Page]
) -> None:
    sora = line.add_user("そら")
    menu = make_menu(api, postback("場所"), "場所")
    api.post(f"user/{sora.user_id}/richmenu/{menu}", {})
    api.push(sora, GREETING, quick_replies(postback("はい")))
    page = open_page(new_phone, line, f"/phone/{sora.user_id}")
    expect(page.get_by_role("button", name="はい", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="場所", exact=True).first).to_be_visible()
    page.get_by_label("パソコン版").check()
    expect(page.get_by_role("button", name="はい", exact=True)).to_have_count(0)
    expect(page.locator("[data-part='menu']")).to_be_hidden()
    expect(page.get_by_role("button", name="1 予約する")).to_be_visible()


def test_the_lock_screen_shows_what_others_could_read(
    line: Simulator, api: RawApi, new_phone: Callable[[], Page]
) -> None:
    sora = line.add_user("そら")
    line.set_account("ことり", picture_url=None)
    page = open_page(new_phone, line)
    api.push(sora, SUMMARY)
    expect(phone_of(page, sora).locator(".lock .preview")).to_have_text(re.compile("ことり おしらせ"))
    silent = {
        "to": sora.user_id,
        "messages": [{"type": "text", "text": "しずか"}],
        "notificationDisabled": True,
    }
    api.post("message/push", silent)
    expect(phone_of(page, sora).get_by_role("log").get_by_text("しずか")).to_be_visible()
    expect(phone_of(page, sora).locator(".lock")).not_to_contain_text("しずか")


def test_the_clock_is_moved_for_every_program(
    line: Simulator, clock_file: Path, new_desktop: Callable[[], Page]
) -> None:
    page = open_page(new_desktop, line)
    page.get_by_text("時計をすすめる").click()
    page.get_by_role("button", name="1日", exact=True).click()
    expect(page.locator("#now")).to_have_attribute("datetime", re.compile(line.clock()["now"][:10]))
    assert float(clock_file.read_text()) == 86400
    page.get_by_label("日時をえらぶ").first.fill("2027-01-29T09:30")
    page.get_by_role("button", name="この日時へ").click()
    expect(page.locator("#now")).to_have_text(re.compile("2027年1月29日"))


def test_sending_can_be_taken_back_and_the_account_blocked(
    line: Simulator, talking: TinyBot, new_desktop: Callable[[], Page]
) -> None:
    sora = line.add_user("そら")
    line.say(sora, "まちがえました")
    page = open_page(new_desktop, line)
    phone = phone_of(page, sora)
    phone.get_by_text("まちがえました").click(button="right")
    phone.get_by_role("button", name="送信取消").click()
    expect(phone.get_by_text("送信を取り消しました")).to_be_visible()
    expect(phone.get_by_text("まちがえました")).to_have_count(0)
    phone.get_by_label("そらさんの電話のメニュー").click()
    phone.get_by_role("button", name="ブロックする").click()
    expect(phone.get_by_label("そらさんのメッセージ")).to_be_hidden()
    phone.get_by_role("button", name="ブロックをやめる").locator("visible=true").click()
    expect(phone.get_by_label("そらさんのメッセージ")).to_be_visible()
    assert [event["type"] for event in talking.events[-3:]] == ["unsend", "unfollow", "follow"]


def test_stickers_photos_voices_and_dates_are_sent(
    line: Simulator, talking: TinyBot, api: RawApi, new_desktop: Callable[[], Page]
) -> None:
    sora = line.add_user("そら")
    page = open_page(new_desktop, line)
    phone = phone_of(page, sora)
    answers = phone.get_by_role("log").get_by_text("はい。")
    for number, name in enumerate(("スタンプ", "写真", "声", "ファイル", "場所"), start=1):
        phone.get_by_role("button", name=name, exact=True).click()
        expect(answers).to_have_count(number)
    kinds = [event["message"]["type"] for event in talking.events[1:]]
    assert kinds == ["sticker", "image", "audio", "file", "location"]
    expect(phone.get_by_alt_text("送った写真")).to_be_visible()
    api.push(sora, buttons({"type": "datetimepicker", "label": "日にち", "data": "when", "mode": "date"}))
    phone.get_by_role("button", name="日にち").click()
    page.get_by_role("dialog").get_by_label("日時").fill("2026-11-27")
    page.get_by_role("button", name="きめる").click()
    expect(answers).to_have_count(6)
    assert talking.events[-1]["postback"]["params"] == {"date": "2026-11-27"}


def test_nothing_comes_from_elsewhere_and_nothing_is_refused(
    line: Simulator, api: RawApi, new_desktop: Callable[[], Page]
) -> None:
    sora = line.add_user("そら")
    api.push(sora, GREETING, SUMMARY, {"type": "text", "text": "<b>太くない</b> https://example.com/page 。"})
    page = new_desktop()
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(line.base_url)
    expect(page.get_by_role("log").get_by_text("<b>太くない</b>")).to_be_visible()
    expect(page.get_by_role("link", name="https://example.com/page")).to_have_attribute(
        "href", "https://example.com/page"
    )
    expect(page.get_by_text("予約番号 2047")).to_have_css("color", "rgb(36, 85, 91)")
    assert all(address.startswith(line.base_url) for address in asked)
    assert complaints == []


@pytest.mark.parametrize("size", ["new_phone", pytest.param("new_desktop", marks=pytest.mark.soak)])
def test_the_page_is_accessible(
    line: Simulator, talking: TinyBot, api: RawApi, size: str, request: pytest.FixtureRequest
) -> None:
    assert talking.url
    people = [line.add_user(name) for name in ("そら", "はな")]
    line.add_person("ゆき")
    line.block(line.add_user("もり"))
    menu = make_menu(api, postback("場所"), "場所")
    api.post(f"user/{people[0].user_id}/richmenu/{menu}", {})
    for text in ("book", "まとめ"):
        line.ask(people[1], text)
    line.send(people[0], "image")
    line.press(people[0], "予約する")
    page = open_page(request.getfixturevalue(size), line)
    expect(phone_of(page, people[0]).get_by_role("button", name="1 すむ所")).to_be_visible()
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
