"""Which numbers a person in danger sees: free ones first, one for the night, one without a voice."""

from datetime import date
from pathlib import Path

import pytest

from desk.needs.codes import NEEDS, SIGNS
from desk.urgent.numbers import (
    SHIPPED,
    WrongNumbers,
    load_numbers,
    numbers_for,
    numbers_for_harmed,
    stale,
)

DESKS = ["suwa", "kamiina", "ueda", None]
CODES = [*(sign.code for sign in SIGNS), *(need.code for need in NEEDS)]


@pytest.mark.parametrize("desk", DESKS)
@pytest.mark.parametrize("code", CODES)
def test_whatever_the_trouble_there_are_at_most_three_with_one_to_write_to(
    code: str, desk: str | None
) -> None:
    choice = numbers_for([code], desk)
    voices = [number for number in choice.numbers if number.channel == "voice"]
    assert 2 <= len(choice.numbers) <= 3
    assert [number.channel for number in choice.numbers].count("text") == 1
    assert [number.free for number in voices] == sorted((number.free for number in voices), reverse=True)
    assert not all(number.charged for number in voices)
    assert choice.emergency
    assert all(number.serves(desk) for number in (*choice.numbers, *choice.by_day))


@pytest.mark.parametrize("sign", [sign.code for sign in SIGNS])
def test_somebody_answers_at_night_for_every_danger(sign: str) -> None:
    choice = numbers_for([sign], "suwa")
    assert any(number.at_night for number in (*choice.numbers, *choice.emergency))


def test_a_person_without_a_bed_in_suwa_sees_what_the_example_shows() -> None:
    choice = numbers_for({"shelter_tonight"}, "suwa")
    assert [number.number for number in choice.numbers[:2]] == ["0120-279-338", "0266-00-0000"]
    assert [number.number for number in choice.emergency] == ["119"]
    assert [number.name for number in choice.by_day][:2] == ["市の福祉の窓口", "まいさぽ"]
    assert all(number.say for number in choice.by_day)


def test_a_person_who_wants_to_die_sees_the_two_free_lines() -> None:
    numbers = numbers_for({"suicide"}, "suwa").numbers
    assert [number.number for number in numbers[:2]] == ["0120-061-338", "0120-279-338"]


def test_a_child_in_danger_brings_the_line_for_children() -> None:
    numbers = numbers_for({"violence_now", "violence", "children"}, "ueda").numbers
    assert "189" in [number.number for number in numbers]


def test_without_any_code_there_is_somebody_for_anybody() -> None:
    choice = numbers_for((), "ueda")
    assert {number.number for number in choice.emergency} == {"110", "119"}
    assert len(choice.numbers) == 3


def test_a_person_who_was_harmed_gets_lines_for_the_harmed() -> None:
    numbers = numbers_for_harmed("suwa")
    assert 2 <= len(numbers) <= 3
    assert all(number.for_harmed for number in numbers)


def test_a_row_is_stale_after_180_days() -> None:
    (row, *_) = load_numbers()
    assert row not in stale([row], date.fromordinal(row.checked_on.toordinal() + 180))
    assert stale([row], date.fromordinal(row.checked_on.toordinal() + 181)) == (row,)


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("inochi_sos,", "yorisoi,", "key used twice: yorisoi"),
        (",2024-09-01", ",2024-13-01", "line 2"),
        ("suicide harm_now", "suicide harm_soon", "unknown code harm_soon"),
        ("0120-061-338,voice,yes", "0120-061-338,voice,perhaps", "expected yes or no"),
        ("0120-061-338,voice", "0120-061-338,text", "channel 'text' does not fit"),
    ],
)
def test_a_wrong_row_is_refused(tmp_path: Path, old: str, new: str, reason: str) -> None:
    table = tmp_path / "numbers.csv"
    table.write_text(SHIPPED.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    with pytest.raises(WrongNumbers, match=reason):
        load_numbers(table)
