"""LINE's limits on messages, each at its edge and one step beyond, in LINE's own unit."""

from typing import Any

import pytest

from simulator.limits import check_messages, check_rich_menu
from simulator.wire import ApiError, Json
from tests.simulator.raw_api import buttons, flex, postback, quick_replies

FAMILY = "👨‍👩‍👧‍👦"


def faults(*messages: Any) -> list[str]:
    """The places LINE would name; none when the messages are good."""
    try:
        check_messages({"messages": list(messages)})
    except ApiError as error:
        return [detail["property"] for detail in error.details]
    return []


def text(words: str, **more: Any) -> Json:
    return {"type": "text", "text": words, **more}


def template(kind: str, **fields: Any) -> Json:
    return {"type": "template", "altText": "おしらせ", "template": {"type": kind, **fields}}


def column(actions: int = 1, words: str = "本文", **more: Any) -> Json:
    return {"text": words, "actions": [postback("はい")] * actions, **more}


def bubble(*contents: Json, **more: Any) -> Json:
    body = {"type": "box", "layout": "vertical", "contents": list(contents)}
    return {"type": "bubble", "body": body, **more}


def carousel(*bubbles: Json) -> Json:
    return {
        "type": "flex",
        "altText": "おしらせ",
        "contents": {"type": "carousel", "contents": list(bubbles)},
    }


LINE_OF_TEXT = {"type": "text", "text": "あ"}
GOOD: dict[str, Json] = {
    "5,000 units of text": text("あ" * 5000),
    "2,500 apples, two units each": text("🍎" * 2500),
    "13 quick replies": quick_replies(*[postback(str(number)) for number in range(13)]),
    "a label of 20 families, one cluster each": quick_replies(postback(FAMILY * 20)),
    "300 units of data": quick_replies(postback("はい", "d" * 300)),
    "300 clusters of display text": quick_replies(postback("はい", displayText="が" * 300)),
    "four buttons": buttons(*[postback("はい")] * 4),
    "160 clusters in buttons": buttons(postback("はい"), text="あ" * 160),
    "two answers to confirm": template("confirm", text="あ" * 240, actions=[postback("はい")] * 2),
    "ten columns": template("carousel", columns=[column(3, "あ" * 120)] * 10),
    "an image carousel": template(
        "image_carousel", columns=[{"imageUrl": "https://example.com/a.png", "action": postback("あ" * 12)}]
    ),
    "twelve bubbles": carousel(*[bubble(LINE_OF_TEXT)] * 12),
    "a label of 40 in flex": flex(
        **bubble({"type": "button", "style": "primary", "action": postback("あ" * 40)})
    ),
    "a telephone link": buttons({"type": "uri", "label": "電話する", "uri": "tel:0120279338"}),
    "a date picker": buttons(
        {"type": "datetimepicker", "label": "日にち", "data": "d", "mode": "date", "min": "2026-11-27"}
    ),
    "a sender of 20 units": text("はい", sender={"name": "と" * 20}),
    "an emoji at its dollar": text("🍎$", emojis=[{"index": 2, "productId": "p", "emojiId": "e"}]),
    "a mention by its placeholder": {
        "type": "textV2",
        "text": "{who}さん",
        "substitution": {"who": {"type": "mention", "mentionee": {"type": "all"}}},
    },
    "a sticker": {"type": "sticker", "packageId": "446", "stickerId": "1988"},
    "a place": {
        "type": "location",
        "title": "市民館",
        "address": "諏訪",
        "latitude": 36.0,
        "longitude": 138.1,
    },
}
BAD: dict[str, tuple[Json, str]] = {
    "empty text": (text(""), "messages[0].text"),
    "5,001 units of text": (text("あ" * 5001), "messages[0].text"),
    "2,501 apples": (text("🍎" * 2501), "messages[0].text"),
    "a text that is a number": ({"type": "text", "text": 5}, "messages[0].text"),
    "an unknown kind": ({"type": "hologram"}, "messages[0].type"),
    "14 quick replies": (quick_replies(*[postback("はい")] * 14), "messages[0].quickReply.items"),
    "a label of 21": (
        quick_replies(postback("あ" * 21)),
        "messages[0].quickReply.items[0].action.label",
    ),
    "301 units of data": (
        quick_replies(postback("はい", "d" * 301)),
        "messages[0].quickReply.items[0].action.data",
    ),
    "no label": (
        quick_replies({"type": "postback", "data": "d"}),
        "messages[0].quickReply.items[0].action.label",
    ),
    "five buttons": (buttons(*[postback("はい")] * 5), "messages[0].template.actions"),
    "161 clusters in buttons": (buttons(postback("はい"), text="あ" * 161), "messages[0].template.text"),
    "61 clusters beside a title": (
        template("buttons", title="題", text="あ" * 61, actions=[postback("はい")]),
        "messages[0].template.text",
    ),
    "a title of 41": (
        template("buttons", title="あ" * 41, text="あ", actions=[postback("はい")]),
        "messages[0].template.title",
    ),
    "three answers to confirm": (
        template("confirm", text="よいですか", actions=[postback("はい")] * 3),
        "messages[0].template.actions",
    ),
    "eleven columns": (template("carousel", columns=[column()] * 11), "messages[0].template.columns"),
    "columns with unequal buttons": (
        template("carousel", columns=[column(1), column(2)]),
        "messages[0].template.columns",
    ),
    "an image label of 13": (
        template(
            "image_carousel",
            columns=[{"imageUrl": "https://example.com/a.png", "action": postback("あ" * 13)}],
        ),
        "messages[0].template.columns[0].action.label",
    ),
    "an alternative text of 1,501": (
        {**buttons(postback("はい")), "altText": "あ" * 1501},
        "messages[0].altText",
    ),
    "thirteen bubbles": (carousel(*[bubble(LINE_OF_TEXT)] * 13), "/contents"),
    "bubbles of two widths": (carousel(bubble(LINE_OF_TEXT), bubble(LINE_OF_TEXT, size="kilo")), "/contents"),
    "a bubble above 30 KB": (flex(**bubble(*[{"type": "text", "text": "あ" * 500}] * 22)), "/"),
    "an empty text in flex": (flex(**bubble({"type": "text", "text": ""})), "/body/contents/0/text"),
    "an unknown property in flex": (
        flex(**bubble({**LINE_OF_TEXT, "colour": "#000000"})),
        "/body/contents/0/colour",
    ),
    "an invalid size in flex": (
        flex(**bubble({**LINE_OF_TEXT, "size": "huge"})),
        "/body/contents/0/size",
    ),
    "an invalid colour in flex": (
        flex(**bubble({**LINE_OF_TEXT, "color": "red"})),
        "/body/contents/0/color",
    ),
    "a bubble of nothing": (flex(), "/"),
    "an address without percent-encoding": (
        buttons({"type": "uri", "label": "見る", "uri": "https://example.com/予定"}),
        "messages[0].template.actions[0].uri",
    ),
    "an ftp address": (
        buttons({"type": "uri", "label": "見る", "uri": "ftp://example.com/"}),
        "messages[0].template.actions[0].uri",
    ),
    "a picture by plain http": (
        {
            "type": "image",
            "originalContentUrl": "http://example.com/a.png",
            "previewImageUrl": "https://example.com/a.png",
        },
        "messages[0].originalContentUrl",
    ),
    "a picker with a wrong date": (
        buttons({"type": "datetimepicker", "label": "日", "data": "d", "mode": "date", "min": "11/27"}),
        "messages[0].template.actions[0].min",
    ),
    "a picker that ends before it begins": (
        buttons(
            {
                "type": "datetimepicker",
                "label": "日",
                "data": "d",
                "mode": "date",
                "min": "2026-12-01",
                "max": "2026-11-01",
            }
        ),
        "messages[0].template.actions[0]",
    ),
    "a camera outside quick replies": (
        buttons({"type": "camera", "label": "写真"}),
        "messages[0].template.actions[0].type",
    ),
    "a sender named like the platform": (
        text("はい", sender={"name": "LINE 公式"}),
        "messages[0].sender.name",
    ),
    "an emoji away from its dollar": (
        text("🍎$", emojis=[{"index": 1, "productId": "p", "emojiId": "e"}]),
        "messages[0].emojis[0].index",
    ),
    "a place beyond the pole": (
        {"type": "location", "title": "北", "address": "北", "latitude": 91, "longitude": 0},
        "messages[0].latitude",
    ),
}


@pytest.mark.parametrize("message", GOOD.values(), ids=GOOD.keys())
def test_what_line_takes_is_taken(message: Json) -> None:
    assert faults(message) == []


@pytest.mark.parametrize(("message", "place"), BAD.values(), ids=BAD.keys())
def test_what_line_refuses_is_refused_with_its_place(message: Json, place: str) -> None:
    assert faults(message) == [place]


def test_a_call_carries_one_to_five_messages() -> None:
    assert faults() == ["messages"]
    assert faults(*[text("はい")] * 5) == []
    assert faults(*[text("はい")] * 6) == ["messages"]


def test_every_fault_is_named_at_once() -> None:
    assert faults(text(""), text("はい"), {"type": "sticker"}) == [
        *("messages[0].text", "messages[2].packageId", "messages[2].stickerId")
    ]


def menu(**changes: Any) -> Json:
    area = {"bounds": {"x": 0, "y": 0, "width": 10, "height": 10}, "action": postback("はい")}
    size = {"width": 800, "height": 550}
    plain = {"size": size, "selected": True, "name": "m", "chatBarText": "メニュー", "areas": [area]}
    return {**plain, **changes}


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"size": {"width": 799, "height": 250}}, "size.width"),
        ({"size": {"width": 800, "height": 249}}, "size.height"),
        ({"size": {"width": 800, "height": 552}}, "size"),
        ({"chatBarText": "あ" * 15}, "chatBarText"),
        ({"name": "あ" * 301}, "name"),
        ({"selected": "yes"}, "selected"),
        ({"areas": [menu()["areas"][0]] * 21}, "areas"),
    ],
)
def test_a_rich_menu_beyond_a_limit_is_refused(changes: Json, place: str) -> None:
    check_rich_menu(menu())
    with pytest.raises(ApiError) as refused:
        check_rich_menu(menu(**changes))
    assert [detail["property"] for detail in refused.value.details] == [place]
