"""Words are found in a conversation however either was typed, and marked where they stand."""

import pytest

from desk.inbox.rules import places_of


@pytest.mark.parametrize(
    ("words", "text", "marked"),
    [
        ("部屋", "部屋から出ません。部屋が寒いです。", ["部屋", "部屋"]),
        ("がす", "ｶﾞｽが止まりました", ["ｶﾞｽ"]),
        ("ガス", "がすがとまった", ["がす"]),
        ("line", "ＬＩＮＥで書きます", ["ＬＩＮＥ"]),
        ("一人 暮らし", "一人暮らしです", ["一人暮らし"]),
        ("ねるところ", "ねる ところが ない", ["ねる ところ"]),
        ("１０時", "10時に行きます", ["10時"]),
        ("はは", "ははは", ["はは"]),
        ("か\u3099す", "ガス代", ["ガス"]),
        ("株式会社", "㍿とまりぎ", ["㍿"]),
        ("犬", "ねこがいます", []),
        ("　", "何でもない", []),
        ("", "何でもない", []),
    ],
)
def test_words_are_found_as_they_sound_and_marked_as_they_stand(
    words: str, text: str, marked: list[str]
) -> None:
    assert [text[start:end] for start, end in places_of(words, text)] == marked
