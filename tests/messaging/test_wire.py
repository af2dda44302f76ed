"""Bubbles become messages within LINE's limits, and a lock screen shows nothing that tells."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.flows.speech import Bubble, Button
from bot.limits import cut_label, graphemes, over_limits, pieces, utf16_units
from bot.line import build
from desk.discretion import LOCK_SCREEN_WORDS, NEUTRAL_NOTICE, telling_word
from simulator.units import grapheme_length, utf16_length

FAMILY = "👨‍👩‍👧‍👦"
ONE, TWO = Button("1 予約する", data="book"), Button("2 やめる", data="stop", shown=False)


def build_one(bubble: Bubble, *, pushed: bool = False) -> dict[str, Any]:
    """The single message of a bubble, within LINE's limits."""
    wire = build([bubble], pushed=pushed)
    assert over_limits(wire) == []
    (message,) = wire
    return message


def labels(message: dict[str, Any]) -> list[str]:
    """The labels of a message's buttons."""
    if message["type"] == "template":
        return [action["label"] for action in message["template"]["actions"]]
    return [
        part["action"]["label"]
        for part in message["contents"]["body"]["contents"]
        if part["type"] == "button"
    ]


def test_a_text_stays_a_text() -> None:
    assert build_one(Bubble("うけとりました。")) == {"type": "text", "text": "うけとりました。"}


def test_few_buttons_under_a_short_text_are_a_template() -> None:
    message = build_one(Bubble("どうしますか。", (ONE, TWO)))
    assert (message["type"], message["altText"]) == ("template", "どうしますか。")
    shown, silent = message["template"]["actions"]
    assert shown == {"type": "postback", "label": "1 予約する", "data": "book", "displayText": "予約する"}
    # A press that tells something leaves no trace in the chat.
    assert silent == {"type": "postback", "label": "2 やめる", "data": "stop"}


@pytest.mark.parametrize(
    "bubble",
    [
        Bubble("あ" * 161, (ONE, TWO)),
        Bubble("どこが いいですか。", tuple(Button(f"{n} 所", data=str(n)) for n in range(1, 8))),
    ],
)
def test_more_than_a_template_holds_is_a_flex_bubble(bubble: Bubble) -> None:
    message = build_one(bubble)
    assert message["type"] == "flex"
    text = message["contents"]["body"]["contents"][0]
    assert (text["text"], text["wrap"], text["size"]) == (bubble.text, True, "lg")
    assert labels(message) == [button.label for button in bubble.buttons]


def test_a_button_may_open_a_page_or_the_telephone() -> None:
    message = build_one(Bubble("電話できます。", (Button("1 電話する", uri="tel:0120000000"),)))
    assert message["template"]["actions"] == [{"type": "uri", "label": "1 電話する", "uri": "tel:0120000000"}]


def test_quick_replies_stand_under_the_last_message() -> None:
    wire = build([Bubble("ひとつ", quick=(ONE,)), Bubble("ふたつ", quick=(TWO,))], pushed=False)
    assert "quickReply" not in wire[0]
    assert [item["action"]["label"] for item in wire[1]["quickReply"]["items"]] == ["1 予約する", "2 やめる"]


def test_a_very_long_text_is_cut_at_its_lines() -> None:
    text = "\n".join("あいうえお" * 20 + "。" for _ in range(120))
    wire = build([Bubble(text)], pushed=False)
    assert over_limits(wire) == []
    assert len(wire) == 3
    assert "\n".join(message["text"] for message in wire) == text


@given(st.text(st.characters(), max_size=300), st.integers(3, 40))
def test_pieces_lose_nothing_but_line_ends(text: str, limit: int) -> None:
    parts = pieces(text, limit)
    assert all(utf16_units(part) <= limit for part in parts)
    assert "".join(parts).replace("\n", "") == text.replace("\n", "")


@given(st.text(st.characters(), max_size=60))
def test_lengths_are_never_counted_short(text: str) -> None:
    """Against the stand-in's own count, which follows Unicode's rules in full."""
    assert utf16_units(text) == utf16_length(text)
    assert graphemes(text) >= grapheme_length(text)
    assert grapheme_length(cut_label(text)) <= 20
    assert text.startswith(cut_label(text))


def test_a_label_is_never_cut_in_the_middle_of_a_letter() -> None:
    assert cut_label("か" + "\u3099" + "な" * 19) == "か\u3099" + "な" * 19
    assert cut_label("な" * 19 + "か\u3099あ") == "な" * 19 + "か\u3099"
    assert cut_label("な" * 18 + FAMILY) == "な" * 18 + "👨‍👩"
    assert cut_label("な" * 19 + FAMILY) == "な" * 19 + "👨"


@pytest.mark.parametrize("word", LOCK_SCREEN_WORDS)
def test_a_pushed_text_with_a_telling_word_shows_a_neutral_line_instead(word: str) -> None:
    text = f"きょう。\n{word}のことです。"
    message = build_one(Bubble(text), pushed=True)
    assert (message["type"], message["altText"]) == ("flex", "きょう。")
    first_line = build_one(Bubble(f"{word}です。"), pushed=True)
    assert first_line["altText"] == NEUTRAL_NOTICE
    # The controls: a reply is read in the open chat; a text that tells nothing stays a text.
    assert build_one(Bubble(text))["type"] == "text"
    assert build_one(Bubble("あす、午前10時の予定です。"), pushed=True)["type"] == "text"


def test_a_notification_text_that_tells_is_replaced_in_a_reply_too() -> None:
    assert build_one(Bubble("予約できました。", (ONE,)))["altText"] == NEUTRAL_NOTICE
    assert build_one(Bubble("くわしく", (ONE,), alt="相談のこと"))["altText"] == NEUTRAL_NOTICE


def test_a_chosen_notification_text_is_used_also_for_a_text_alone() -> None:
    message = build_one(Bubble("今夜、電話できる所です。", alt="だいじな おしらせ"))
    assert (message["type"], message["altText"]) == ("flex", "だいじな おしらせ")


def test_the_neutral_line_is_neutral() -> None:
    assert telling_word(NEUTRAL_NOTICE) is None
    assert telling_word("ご予約")
    # The first letter is another sign for the same word (U+2F40).
    assert telling_word("\u2f40援")


def _button(**changes: str) -> dict[str, Any]:
    action = {"type": "postback", "label": "x", "data": "x"} | changes
    template = {"type": "buttons", "text": "t", "actions": [action]}
    return {"type": "template", "altText": "a", "template": template}


def _flex(*parts: dict[str, Any]) -> dict[str, Any]:
    body = {"type": "box", "layout": "vertical", "contents": list(parts)}
    return {"type": "flex", "altText": "a", "contents": {"type": "bubble", "body": body}}


def _quick(count: int) -> dict[str, Any]:
    item = {"type": "action", "action": {"type": "postback", "label": "x", "data": "x"}}
    return {"type": "text", "text": "t", "quickReply": {"items": [item] * count}}


@pytest.mark.parametrize(
    ("fine", "over"),
    [
        ([{"type": "text", "text": "x"}] * 5, [{"type": "text", "text": "x"}] * 6),
        ([{"type": "text", "text": "x"}], []),
        ([{"type": "text", "text": "🍎" * 2_500}], [{"type": "text", "text": "🍎" * 2_500 + "x"}]),
        ([{"type": "text", "text": "x"}], [{"type": "text", "text": ""}]),
        ([_quick(13)], [_quick(14)]),
        ([_button(label="な" * 20)], [_button(label="な" * 21)]),
        ([_button(data="x" * 300)], [_button(data="x" * 301)]),
        ([_button(displayText="な" * 300)], [_button(displayText="な" * 301)]),
        ([_button(type="uri", uri="tel:110")], [_button(type="uri", uri="javascript:1")]),
        (
            [_button(type="uri", uri="https://a/" + "x" * 990)],
            [_button(type="uri", uri="https://a/" + "x" * 991)],
        ),
        ([_button()], [_button() | {"altText": "x" * 1_501}]),
        ([_button()], [_button() | {"altText": ""}]),
        ([_flex({"type": "text", "text": "x"})], [_flex({"type": "text", "text": ""})]),
        ([_flex({"type": "text", "text": "x" * 29_000})], [_flex({"type": "text", "text": "x" * 31_000})]),
        (
            [_flex({"type": "button", "action": {"type": "postback", "label": "な" * 20, "data": "x"}})],
            [_flex({"type": "button", "action": {"type": "postback", "label": "な" * 21, "data": "x"}})],
        ),
    ],
)
def test_a_message_over_a_limit_is_known_before_it_is_sent(fine: list[Any], over: list[Any]) -> None:
    assert over_limits(fine) == []
    assert len(over_limits(over)) == 1


@given(st.text(st.characters(), min_size=1, max_size=6_000), st.integers(0, 6), st.booleans())
def test_whatever_is_said_is_within_the_limits(text: str, buttons: int, pushed: bool) -> None:
    pressed = tuple(Button(f"{number} {text[:30]}", data=text[:200]) for number in range(1, buttons + 1))
    wire = build([Bubble(text, pressed, quick=pressed[:3])], pushed=pushed)
    assert [fault for fault in over_limits(wire) if "messages" not in fault] == []
    assert all(telling_word(message.get("altText", "")) is None for message in wire)
