"""What is denied, settled, long past or only mentioned is not a need; what only looks like it is one."""

import pytest

from desk.needs.service import SHIPPED, load_lexicon

# By the rules alone: the learned layer weighs what they find, and is asked about it elsewhere.
READER = load_lexicon(SHIPPED, check=False)


def _needs(text: str) -> set[str]:
    return {tag.code for tag in READER.read(text).needs}


@pytest.mark.parametrize(
    "text",
    [
        "借金や前科はありません",
        "覚醒剤はやったことがありません",
        "殴られたりはしていません",
        "前に借りていたお金は全部返しました",
        "昔はよくパチンコに行ったけど、今はやりません",
        "子どもの頃は貧乏でした",
        "仕事は見つかりました。ありがとうございました",
        "お金がないわけではない",
        "ドラマで借金取りを見ました",
    ],
)
def test_denied_settled_or_past_is_no_need(text: str) -> None:
    assert _needs(text) == set()


@pytest.mark.parametrize(
    ("text", "need"),
    [
        ("仕事は決まったけど、続くか不安です", "work"),
        ("住む所はあるけど、仕事がない", "work"),
        ("仕事なんですけど、なかなか見つからなくて", "work"),
        ("困っているのは仕事です", "work"),
        ("水しか飲んでいません。もう三日です", "food"),
        ("お金を払わなければならないのに払えない", "money"),
        ("働かなきゃいけないのに働けない", "work"),
        ("お米を分けてもらえませんか", "food"),
    ],
)
def test_a_turn_in_the_sentence_is_followed(text: str, need: str) -> None:
    assert need in _needs(text)


def test_a_but_keeps_what_is_there_apart_from_what_is_lacking() -> None:
    assert _needs("住む所はありますが、仕事がなくて困ってます") == {"work"}


@pytest.mark.parametrize(
    "text", ["死にたいとは思いません", "自殺なんて考えたことはないです", "昔、死のうとしたことがあります"]
)
def test_a_danger_denied_or_past_lowers_to_a_check_and_never_to_nothing(text: str) -> None:
    assert ("suicide", "check") in [(sign.code, sign.level) for sign in READER.read(text).signs]


def test_two_denials_say_it_again() -> None:
    assert ("suicide", "alarm") in [
        (s.code, s.level) for s in READER.read("死にたいと思わない日はない").signs
    ]


@pytest.mark.parametrize(
    ("text", "need"),
    [
        ("金がねえ", "money"),
        ("ｶﾈがない。お金がない", "money"),
        ("やちんがはらえない", "housing"),
        ("しゃっきんがあります", "debt"),
        ("仕事あらへん", "work"),
        ("住むとこがなか", "housing"),
        ("寝れん", "mental"),
        ("通帳が作れんかった", "paperwork"),
        ("し に た い", "mental"),
        ("タヒにたい", "mental"),
        ("死\u200bに\ud83dた\x00い", "mental"),
    ],
)
def test_dialect_slang_hiragana_and_disguise_are_read(text: str, need: str) -> None:
    assert need in _needs(text)
