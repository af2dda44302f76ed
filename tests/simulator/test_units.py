"""LINE's units of length: UTF-16 code units and grapheme clusters."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from simulator.units import grapheme_length, utf16_length

SAMPLES = {
    "": 0,
    "abc": 3,
    "\r\n": 1,
    "日本語": 3,
    "か\u3099": 1,
    "ｶﾞ": 1,
    "🍎": 1,
    "𠮷野家": 3,
    "👨‍👩‍👧‍👦": 1,
    "👍🏽": 1,
    "🇯🇵🇳🇵": 2,
    "🇯🇵🇯": 2,
    "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f": 1,
    "❤️‍🔥": 1,
    "1️⃣": 1,
    "e\u0301\u0323": 1,
    "葛\U000e0100": 1,
    "각각": 2,
    "\u1100\u1161\u11a8": 1,
    "क्षि": 1,
    "नमस्ते": 3,
    "ที่นี่": 2,
    "a\u200db": 2,
    "\u200b\u200b": 2,
}


@pytest.mark.parametrize(("text", "length"), SAMPLES.items(), ids=[ascii(text) for text in SAMPLES])
def test_a_cluster_is_what_a_person_calls_a_character(text: str, length: int) -> None:
    assert grapheme_length(text) == length


def test_utf16_counts_characters_beyond_the_basic_plane_twice() -> None:
    assert [utf16_length(text) for text in ("abc", "日本", "🍎", "𠮷", "\ud800")] == [3, 2, 2, 2, 1]


def test_the_browser_counts_the_same(new_phone: Callable[[], Page]) -> None:
    page = new_phone()
    script = "texts => texts.map(text => [...new Intl.Segmenter('ja').segment(text)].length)"
    samples = [text for text in SAMPLES if text]
    assert page.evaluate(script, samples) == [grapheme_length(text) for text in samples]
