"""What could be plainer, which fields are filled, how far a form has seen, and when words may go."""

from datetime import date, datetime, timedelta

import pytest

from admin.writing_words import BUTTONS, EXAMPLES, hint_words, why_no_name, why_refused
from bot.flows.pushes import OFFERS
from desk.clock import at_tokyo
from desk.discretion import LOCK_SCREEN_WORDS, NEUTRAL_NOTICE, on_lock_screen, telling_word
from desk.writing.plain import Hint, hints
from desk.writing.rules import FIELDS, LATEST, UNDO, Seen, fault_of_time, filled, goes_at, unknown_fields

NOON = at_tokyo(date(2026, 11, 12), 12)
LONG = "先日お話しいただいた件についてですが、こちらで調べてみたところ、まだ時間がかかりそうなことが分かりました。"
KNOWN = {"place": "市民館 3階", "desk": "諏訪"}
ONE, OTHER = "a" * 32, "b" * 32


def test_a_long_sentence_and_a_run_of_characters_are_pointed_out_and_no_more() -> None:
    assert hints(LONG) == (Hint("long", LONG),)
    assert hints("必要書類をお持ちください。") == (Hint("kanji", "必要書類"),)
    assert hints("あす、待っています。\n場所は市民館です。") == ()


def test_a_sentence_of_forty_letters_is_not_too_long_and_blanks_do_not_count() -> None:
    assert hints("あ" * 39 + "。") == ()
    assert hints("あ " * 40) == ()
    assert [hint.kind for hint in hints("あ" * 40 + "。")] == ["long"]


def test_lines_and_ends_of_sentences_part_them() -> None:
    assert hints("\n".join(["あ" * 30] * 3)) == ()
    assert hints("あ" * 30 + "？" + "い" * 30) == ()


def test_every_hint_says_what_to_do() -> None:
    assert "二つに分ける" in hint_words(Hint("long", LONG))
    assert "やさしい言葉" in hint_words(Hint("kanji", "必要書類"))


def test_the_examples_are_as_this_house_speaks() -> None:
    for title, words in EXAMPLES.values():
        assert title
        assert telling_word(words) is None
        assert hints(words) == ()
        assert unknown_fields(words) == ()
        assert words.startswith("とまりぎです。\n")


def test_the_look_shows_the_buttons_the_bot_sends() -> None:
    assert tuple(choice.label for choice in OFFERS["staff_message"].choices({})) == BUTTONS


@pytest.mark.parametrize("word", LOCK_SCREEN_WORDS)
def test_every_word_is_refused_with_why_and_what_to_do(word: str) -> None:
    reason = why_refused(word)
    assert f"「{word}」は書けません" in reason
    assert "分かってしまいます" in reason
    assert reason.endswith("ください。")


def test_a_name_is_refused_as_a_name() -> None:
    assert "だれへの連絡か" in why_no_name("そら")


def test_a_lock_screen_shows_the_first_line_or_nothing_of_it() -> None:
    assert on_lock_screen("とまりぎです。\nあす、待っています。") == "とまりぎです。"
    assert on_lock_screen("ご予約の日です。") == NEUTRAL_NOTICE
    assert on_lock_screen("") == NEUTRAL_NOTICE


def test_fields_are_looked_up_by_their_names() -> None:
    assert filled("{desk}の{place}です。{desk}で。", KNOWN) == ("諏訪の市民館 3階です。諏訪で。", ())


def test_fields_are_known_in_full_width_too() -> None:
    assert filled("｛desk｝です。", KNOWN) == ("諏訪です。", ())
    assert unknown_fields("｛名前｝さん") == ("名前",)


def test_a_field_without_a_value_stays_and_is_named() -> None:
    assert filled("{date}に{place}で。{date}", KNOWN) == ("{date}に市民館 3階で。{date}", ("date",))


@pytest.mark.parametrize(
    "trap", ["{0}", "{place.__class__}", "{place!r}", "{place:>9999999}", "{}", "{desk[0]}", "{ place }"]
)
def test_nothing_but_a_fields_own_name_is_looked_up(trap: str) -> None:
    assert filled(trap, KNOWN) == (trap, ())
    assert unknown_fields(trap) == (trap[1:-1],)


def test_a_value_is_never_read_as_a_field() -> None:
    assert filled("{place}", {"place": "{desk}", "desk": "諏訪"}) == ("{desk}", ())


def test_all_fields_are_known_ones() -> None:
    assert unknown_fields("".join(f"{{{name}}}" for name in FIELDS)) == ()


@pytest.mark.parametrize("seen", [Seen(), Seen(7), Seen(7, ONE), Seen(0, ONE)])
def test_how_far_a_form_has_seen_survives_the_form(seen: Seen) -> None:
    assert Seen.read(str(seen)) == seen


@pytest.mark.parametrize("text", ["", "7", "x-", f"-{ONE}", f"7-{ONE}0", "9" * 40 + "-"])
def test_what_no_form_of_ours_carries_has_seen_nothing(text: str) -> None:
    assert Seen.read(text) == Seen()


@pytest.mark.parametrize(
    ("last", "misses"),
    [
        (Seen(7, ONE), False),
        (Seen(8, ONE), True),
        (Seen(7, OTHER), True),
        (Seen(6, ONE), False),  # what was sent was taken back
        (Seen(7), False),  # what was heard was unsent
    ],
)
def test_only_what_has_come_since_is_missed(last: Seen, misses: bool) -> None:
    assert Seen(7, ONE).misses(last) is misses


@pytest.mark.parametrize(
    ("at", "fault"),
    [
        (NOON + UNDO, None),
        (NOON + timedelta(seconds=9), "past"),
        (NOON - timedelta(days=1), "past"),
        (at_tokyo(date(2026, 11, 13), 8), None),
        (at_tokyo(date(2026, 11, 13), 7, 59), "night"),
        (at_tokyo(date(2026, 11, 13), 20, 59), None),
        (at_tokyo(date(2026, 11, 13), 21), "night"),
        (NOON + LATEST, None),
        (NOON + LATEST + timedelta(minutes=1), "far"),
    ],
)
def test_words_for_later_go_by_day_and_within_three_months(at: datetime, fault: str | None) -> None:
    assert fault_of_time(at, now=NOON) == fault


def test_words_go_in_ten_seconds_but_not_at_night() -> None:
    assert goes_at(None, now=NOON) == NOON + timedelta(seconds=10)
    late = at_tokyo(date(2026, 11, 12), 20, 59) + timedelta(seconds=55)
    assert goes_at(None, now=late) == at_tokyo(date(2026, 11, 13), 8)
