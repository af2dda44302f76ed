"""What a person can press, on a phone and on a PC, and what then happens."""

from typing import Any

import pytest

from simulator.client import Simulator, SimulatorError
from simulator.contents import draw_png
from tests.simulator.raw_api import RawApi, buttons, flex, postback, quick_replies
from tests.simulator.tiny_bot import TinyBot


def test_a_button_sends_its_data_and_shows_its_words(line: Simulator, bot: TinyBot, api: RawApi) -> None:
    sora = line.add_user("そら")
    api.push(
        sora, buttons(postback("1 予約する", "book", displayText="予約する"), postback("2 場所", "place"))
    )
    act = line.press(sora, "予約する")
    assert (act.action, act.data) == ("postback", "book")
    assert bot.events[-1]["postback"] == {"data": "book"}
    assert [message.text for message in line.messages(sora)] == ["どれですか。", "予約する"]
    line.press(sora, 2)
    assert bot.events[-1]["postback"] == {"data": "place"}
    assert len(line.messages(sora)) == 2


def test_a_number_counts_where_no_label_carries_one(line: Simulator, bot: TinyBot, api: RawApi) -> None:
    sora = line.add_user("そら")
    api.push(sora, buttons(postback("はい", "yes"), postback("いいえ", "no")))
    line.press(sora, 2)
    assert bot.events[-1]["postback"]["data"] == "no"


def test_full_width_numbers_and_labels_are_found_too(line: Simulator, bot: TinyBot, api: RawApi) -> None:
    sora = line.add_user("そら")
    api.push(sora, buttons(postback("１　はい", "yes"), postback("２　いいえ", "no")))
    for wanted in ("２", "2", "いいえ", "2 いいえ"):
        line.press(sora, wanted)
        assert bot.events[-1]["postback"]["data"] == "no"


def test_old_buttons_stay_and_the_newest_comes_first(line: Simulator, bot: TinyBot, api: RawApi) -> None:
    sora = line.add_user("そら")
    api.push(sora, buttons(postback("はい", "old"), postback("むかし", "past")))
    api.push(sora, buttons(postback("はい", "new")))
    line.press(sora, "はい")
    assert bot.events[-1]["postback"]["data"] == "new"
    line.press(sora, "むかし")
    assert bot.events[-1]["postback"]["data"] == "past"


def test_quick_replies_vanish_after_a_press(line: Simulator, api: RawApi) -> None:
    sora = line.add_user("そら")
    api.push(sora, quick_replies(postback("はい"), postback("いいえ")))
    assert line.quick_replies(sora) == ["はい", "いいえ"]
    line.press(sora, "はい")
    assert line.quick_replies(sora) == []
    with pytest.raises(SimulatorError):
        line.press(sora, "いいえ")


def test_quick_replies_belong_to_the_newest_message(line: Simulator, api: RawApi) -> None:
    sora = line.add_user("そら")
    api.push(sora, quick_replies(postback("はい")), "つぎの文")
    assert line.quick_replies(sora) == []
    api.push(sora, quick_replies(postback("はい")))
    line.say(sora, "文字で こたえる")
    assert line.quick_replies(sora) == []


def test_a_pc_shows_buttons_but_no_quick_replies(line: Simulator, bot: TinyBot, api: RawApi) -> None:
    sora = line.add_user("そら")
    api.push(sora, buttons(postback("ボタン", "button")), quick_replies(postback("はい")))
    assert line.quick_replies(sora, device="pc") == []
    with pytest.raises(SimulatorError):
        line.press(sora, "はい", device="pc")
    line.press(sora, "ボタン", device="pc")
    assert bot.events[-1]["postback"]["data"] == "button"


def test_a_message_action_types_for_the_person(line: Simulator, bot: TinyBot, api: RawApi) -> None:
    sora = line.add_user("そら")
    api.push(sora, quick_replies({"type": "message", "label": "予約", "text": "予約したい"}))
    line.press(sora, "予約")
    assert bot.events[-1]["message"]["text"] == "予約したい"


def test_a_link_is_opened_and_the_bot_hears_nothing(line: Simulator, bot: TinyBot, api: RawApi) -> None:
    sora = line.add_user("そら")
    before = len(bot.events)
    api.push(sora, buttons({"type": "uri", "label": "開く", "uri": "https://example.com/page"}))
    assert line.press(sora, "開く").uri == "https://example.com/page"
    assert line.opened(sora) == ["https://example.com/page"]
    assert len(bot.events) == before


def test_a_picker_sends_what_was_picked(line: Simulator, bot: TinyBot, api: RawApi) -> None:
    sora = line.add_user("そら")
    picker = {"type": "datetimepicker", "label": "日にち", "data": "when", "mode": "date"}
    api.push(sora, quick_replies(picker))
    with pytest.raises(SimulatorError):
        line.press(sora, "日にち")
    line.press(sora, "日にち", params={"date": "2026-11-27"})
    assert bot.events[-1]["postback"] == {"data": "when", "params": {"date": "2026-11-27"}}


def test_buttons_inside_flex_can_be_pressed(line: Simulator, bot: TinyBot, api: RawApi) -> None:
    sora = line.add_user("そら")
    contents = [
        {"type": "text", "text": "予約番号 2047", "wrap": True},
        {"type": "button", "action": postback("取り消す", "cancel")},
    ]
    api.push(sora, flex(body={"type": "box", "layout": "vertical", "contents": contents}))
    (message,) = line.messages(sora)
    assert (message.text, message.labels, message.preview) == ("予約番号 2047", ["取り消す"], "おしらせ")
    line.press(sora, "取り消す")
    assert bot.events[-1]["postback"]["data"] == "cancel"


def test_a_menu_can_be_switched_by_its_alias(line: Simulator, bot: TinyBot, api: RawApi) -> None:
    sora = line.add_user("そら")
    first = make_menu(api, {"type": "richmenuswitch", "richMenuAliasId": "two", "data": "to-two"}, "ほか")
    second = make_menu(api, postback("戻る"), "戻る")
    api.post("richmenu/alias", {"richMenuAliasId": "two", "richMenuId": second})
    api.post(f"user/{sora.user_id}/richmenu/{first}", {})
    line.press(sora, "ほか")
    assert bot.events[-1]["postback"]["params"] == {"newRichMenuAliasId": "two", "status": "SUCCESS"}
    assert [choice["label"] for choice in line.visible(sora)["richMenu"]] == ["戻る"]


def make_menu(api: RawApi, action: dict[str, Any], label: str) -> str:
    area = {"bounds": {"x": 0, "y": 0, "width": 800, "height": 250}, "action": {**action, "label": label}}
    size = {"width": 800, "height": 250}
    body = {"size": size, "selected": True, "name": "m", "chatBarText": "メニュー", "areas": [area]}
    menu_id = str(api.post("richmenu", body).body["richMenuId"])
    png = {"Content-Type": "image/png"}
    assert api.post(f"richmenu/{menu_id}/content", draw_png(800, 250), headers=png).status == 200
    return menu_id


def test_who_has_blocked_the_account_must_unblock_it_first(line: Simulator, api: RawApi) -> None:
    sora = line.add_user("そら")
    api.push(sora, buttons(postback("はい")))
    line.block(sora)
    with pytest.raises(SimulatorError):
        line.say(sora, "もしもし")
    with pytest.raises(SimulatorError):
        line.press(sora, "はい")
    line.follow(sora)
    assert line.press(sora, "はい").status == 200


def test_old_or_forged_data_can_be_sent(line: Simulator, bot: TinyBot) -> None:
    sora = line.add_user("そら")
    line.postback(sora, "v0:nothing", display_text="むかしのボタン")
    assert bot.events[-1]["postback"]["data"] == "v0:nothing"
    assert line.messages(sora)[-1].text == "むかしのボタン"
