"""Signs of danger wherever somebody can write: the numbers first, one flag, and never the words in it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from desk.clients.queries import client_of_address
from desk.database import Database
from desk.intake import queries as intake
from simulator.seen import Person
from tests.engines import ONE_BY_DEFAULT
from tests.journeys.opened import OpenDesk, opened_desk
from tests.journeys.test_told import comes_true, said

pytestmark = ONE_BY_DEFAULT

ALARM, HINT = "もう死にたいです", "死にたいわけではないです"
NUMBER = "0120-061-338"
ASKED = "あぶないことが ありますか"
#: What somebody has said before: each leads to another place where one can write.
WAYS: dict[str, tuple[str, ...]] = {
    "nothing is open": (),
    "which desk": ("予約",),
    "which time": ("予約", "1"),
    "for whom": ("予約", "1", "1", "1"),
    "the name": ("予約", "1", "1", "1", "1"),
    "the check": ("予約", "1", "1", "1", "1", "1"),
    "booked": ("予約", "1", "1", "1", "1", "1", "1"),
    "cancel or keep": ("予約", "1", "1", "1", "1", "1", "1", "取消"),
    "the intake": ("会う前の質問",),
    "tonight": ("会う前の質問", "1"),
    "the worst": ("会う前の質問", "1", "1"),
    "a note to a wish": ("予約", "1", "4", "2", "1"),
    "the telephone": ("電話番号を書いておく",),
    "what was told": ("借りたお金が 返せません。家も ありません。",),
    "to staff": ("職員に書く",),
    "stopping": ("予約", "やめる"),
    "erasing": ("ぜんぶ消す",),
}


@pytest.fixture
def desk(database: Database, tmp_path: Path) -> Iterator[OpenDesk]:
    """A desk that is open on a Thursday at noon."""
    with opened_desk(database, tmp_path, "2026-11-12T12:00+09:00") as desk:
        yield desk


def flags_of(desk: OpenDesk, person: Person) -> list[intake.FlagRow]:
    with desk.house.database.reading() as db:
        client_id = client_of_address(db, desk.house.vault, person.user_id)
        assert client_id is not None
        return list(intake.flags_of(db, desk.house.vault, client_id=client_id))


def raised(desk: OpenDesk, person: Person) -> list[tuple[str, str]]:
    """The flags of a person, newest first, each as (level, how)."""
    return [(flag.level, flag.how) for flag in flags_of(desk, person)]


def test_wherever_one_can_write_danger_is_heard(desk: OpenDesk) -> None:
    unheard = []
    for place, before in WAYS.items():
        person = desk.line.add_person("だれか")
        for text in before:
            said(desk, person, text)
        if ASKED not in said(desk, person, HINT) or raised(desk, person):
            unheard.append((place, HINT))
        if NUMBER not in said(desk, person, ALARM) or raised(desk, person) != [("alarm", "text")]:
            unheard.append((place, ALARM))
    assert unheard == []


def test_the_desk_is_told_once_whatever_is_delivered_twice_and_never_the_words(desk: OpenDesk) -> None:
    person = desk.line.add_person("そら")
    act = desk.line.say(person, "もう死にたいです。食べるものも三日ありません。")
    desk.line.wait_for_reply(person)
    for again in (False, True):
        desk.line.send_again(act, is_redelivery=again)
    assert "すぐに 電話して" in said(desk, person, "うん、ある")

    [flag] = flags_of(desk, person)
    assert (flag.level, flag.how, flag.codes) == ("alarm", "text", ("suicide", "no_food"))
    assert "死に" not in repr(flag)
    assert "三日" not in repr(flag)


#: What people type when asked, and the flag that comes of it.
TYPED: dict[tuple[str, ...], list[tuple[str, str]]] = {
    ("はい", "ある", "少しあります", "大丈夫じゃない", "助けて", "１"): [("alarm", "yes")],
    ("いいえ", "ない", "いまは大丈夫です。", "特にないです", "2"): [],
    ("わからない", "わかんない", "言いたくない", "3"): [("check", "unsure")],
    ("死にたい",): [("alarm", "text")],
    ("死にたいわけじゃない",): [("check", "text")],
}


def test_the_question_is_answered_in_ones_own_words(desk: OpenDesk) -> None:
    misunderstood = []
    for answers, flags in TYPED.items():
        for words in answers:
            person = desk.line.add_person("そら")
            assert ASKED in said(desk, person, HINT)
            said(desk, person, words)
            if raised(desk, person) != flags:
                misunderstood.append((words, raised(desk, person)))
    assert misunderstood == []


def test_who_hints_again_is_left_in_peace_and_seen(desk: OpenDesk) -> None:
    person = desk.line.add_person("そら")
    assert ASKED in said(desk, person, HINT)
    said(desk, person, "ない")
    said(desk, person, "2")
    for _ in range(2):
        assert ASKED not in said(desk, person, HINT)
        said(desk, person, "2")
    assert raised(desk, person) == [("check", "text")]
    assert NUMBER in said(desk, person, ALARM)
    assert raised(desk, person) == [("alarm", "text"), ("check", "text")]


def test_a_message_to_staff_is_told_of_as_received_before_the_question(desk: OpenDesk) -> None:
    person = desk.line.add_person("そら")
    said(desk, person, "職員に書く")
    answered = said(desk, person, HINT)
    assert answered.index("職員が読みます。") < answered.index(ASKED)


def test_silence_after_a_hint_is_flagged_with_its_sign_and_after_an_alarm_it_is_not(desk: OpenDesk) -> None:
    hinting, alarming = desk.line.add_person("まよう"), desk.line.add_person("いう")
    said(desk, hinting, HINT)
    said(desk, alarming, ALARM)
    before = len(desk.line.messages(hinting))
    desk.line.move_clock(16 * 60)
    assert comes_true(lambda: raised(desk, hinting) == [("check", "unanswered")])
    assert flags_of(desk, hinting)[0].codes == ("suicide",)
    assert raised(desk, alarming) == [("alarm", "text")]
    assert len(desk.line.messages(hinting)) == before


def test_a_bare_yes_after_the_numbers_shows_nobody_the_text(desk: OpenDesk) -> None:
    person = desk.line.add_person("そら")
    said(desk, person, ALARM)
    said(desk, person, ALARM)
    assert "この文を見せて いいですか" in said(desk, person, "はい")
    said(desk, person, "2")
    said(desk, person, ALARM)
    assert "この文を見せて いいですか" in said(desk, person, "はい、いいです")


def test_a_choice_that_is_a_sign_is_one_sign_when_it_is_typed(desk: OpenDesk) -> None:
    person = desk.line.add_person("そら")
    said(desk, person, "会う前の質問")
    said(desk, person, "1")
    assert "0120" in said(desk, person, "食べるものがない")
    assert raised(desk, person) == [("alarm", "button")]
