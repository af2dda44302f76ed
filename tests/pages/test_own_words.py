"""Own words: of any length, kept once, understood by the machine and decided by the person; danger first."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier

import pytest

from tests.engines import ONE_BY_DEFAULT
from tests.pages.person import Someone, path_of, phone_for, text_of

pytestmark = ONE_BY_DEFAULT

LONG = "息子がもどって二週間になります。借金が返せなくて困っています。だれにも話せませんでした。"


@pytest.fixture
def opened(sora: Someone) -> Someone:
    """そら has agreed in the chat and opened his page."""
    sora.agrees()
    sora.opens()
    return sora


def test_words_are_kept_for_the_people_of_that_day(opened: Someone) -> None:
    opened.presses("/12", words=LONG)

    [letter] = opened.messages()
    assert (letter.text, letter.purpose, letter.shared) == (LONG, "story", True)
    assert opened.needs()["debt"] == "suggested"


def test_pressing_twice_keeps_them_once_and_mending_takes_the_old_ones_place(opened: Someone) -> None:
    opened.presses("/12", words=LONG)
    opened.presses("/12", words=LONG)
    assert opened.rows_of("message") == 1

    opened.presses("/mend/12", words="仕事を さがしています。")
    assert [message.text for message in opened.messages()] == ["仕事を さがしています。"]
    assert "debt" not in opened.needs()

    opened.presses("/remove", letter=opened.messages()[0].id)
    assert (opened.messages(), opened.needs(), opened.answers()) == ((), {}, {})


def test_pressing_twice_at_the_same_instant_keeps_them_once(opened: Someone) -> None:
    phones = [replace(opened, phone=phone_for(opened.house)) for _ in range(4)]
    for same in phones:
        same.phone.cookies = opened.phone.cookies
    start = Barrier(len(phones))

    def press(same: Someone, words: str) -> int:
        start.wait()
        return same.presses("/12", words=words).status_code

    with ThreadPoolExecutor(len(phones)) as hands:
        for turn in range(4):
            words = f"{LONG}（{turn}）"
            assert set(hands.map(press, phones, [words] * len(phones))) == {200}
            assert [message.text for message in opened.messages()] == [words]


def test_what_was_understood_stands_in_plain_words_and_is_decided_by_the_person(opened: Someone) -> None:
    opened.presses("/12", words=LONG)
    page = opened.sees("/all")
    assert "借りたお金" in text_of(page)
    assert "債務" not in page.text
    assert "debt" not in page.text.split("答えたこと")[0]

    for answer, state in (("yes", "confirmed"), ("no", "rejected")):
        need = page.text.split("借りたお金")[1].split('name="need" value="')[1].split('"')[0]
        opened.presses("/right", need=need, right=answer)
        assert opened.needs()["debt"] == state

    assert "借りたお金" not in understood_by(opened)


def test_what_was_not_understood_is_added_and_taken_back_with_a_tap(opened: Someone) -> None:
    assert "くわえる" not in opened.sees("/all").text
    opened.presses("/12", words=LONG)
    place = (
        opened.sees("/all")
        .text.split('aria-label="すむ所を くわえる"')[0]
        .rpartition('value="')[2]
        .split('"')[0]
    )

    for _ in range(2):
        opened.presses("/add", place=place)

    assert understood_by(opened).count("すむ所") == 1
    assert opened.needs()["housing"] == "confirmed"
    assert "すむ所を くわえる" not in opened.sees("/all").text
    need = opened.sees("/all").text.split("すむ所</h3>")[1].split('name="need" value="')[1].split('"')[0]
    opened.presses("/right", need=need, right="no")
    assert "すむ所" not in understood_by(opened)


@pytest.mark.parametrize("place", ["0", "23", "-1", "debt", ""])
def test_a_need_nobody_offered_is_not_added(opened: Someone, place: str) -> None:
    opened.presses("/12", words="よろしく お願いします。")
    assert opened.presses("/add", place=place).status_code == 200
    assert opened.needs() == {}


def understood_by(person: Someone) -> str:
    """What stands on their page as understood or added, without what may still be added."""
    return text_of(person.sees("/all")).partition("ほかにも あれば、くわえる")[0]


def test_a_need_of_somebody_else_is_not_decided(opened: Someone, hana: Someone) -> None:
    hana.agrees()
    hana.opens()
    hana.presses("/12", words=LONG)
    need = hana.sees("/all").text.split('name="need" value="')[1].split('"')[0]

    opened.presses("/right", need=need, right="no")

    assert set(hana.needs().values()) == {"suggested"}


def test_danger_brings_the_numbers_on_the_next_page_and_a_flag(opened: Someone) -> None:
    page = opened.presses("/12", words="もう息子と一緒に消えてしまいたい")

    assert path_of(page) == "/numbers"
    told = text_of(page)
    assert "つらい中で書いてくださって、ありがとうございます。" in told
    assert "0120-061-338" in told
    assert "いま、このページは だれも見ていません。 次に職員が見るのは、17日（火）午前10時です。" in told
    [flag] = opened.flags()
    assert (flag.level, flag.how, flag.codes) == ("alarm", "text", ("suicide",))
    assert path_of(opened.sees("/on")) == "/all"


def test_danger_that_is_ticked_does_the_same_once(opened: Someone) -> None:
    page = opened.presses("/1", chosen="no_bed")
    assert path_of(page) == "/numbers"
    assert "教えてくれて、ありがとうございます。" in text_of(page)

    opened.presses("/1", chosen="no_bed")

    [flag] = opened.flags()
    assert (flag.codes, flag.how, flag.pressed) == (("shelter_tonight",), "button", ("ねる所がない",))
    assert path_of(opened.sees("/on")) == "/2"


def test_pressing_twice_shows_the_numbers_twice_and_tells_the_desk_once(opened: Someone) -> None:
    opened.presses("/5", chosen=["violence"])
    for _ in range(2):
        assert path_of(opened.presses("/12", words="もう死にたいです。")) == "/numbers"
    assert len(opened.flags()) == 1

    later = opened.after(timedelta(minutes=2))
    assert path_of(later.presses("/12", words="もう死にたいです。")) == "/all"
    assert len(opened.flags()) == 1


def test_a_line_beside_the_ticks_is_read_for_danger_too(opened: Someone) -> None:
    page = opened.presses("/11", chosen=["line_only"], words="家に帰ると なぐられます。もう死にたい")

    assert path_of(page) == "/numbers"
    [flag] = opened.flags()
    assert (flag.level, flag.how, flag.pressed) == ("alarm", "text", ())
    assert "suicide" in flag.codes

    opened.presses("/mend/11", chosen=["morning"], words="家に帰ると なぐられます。もう死にたい")
    assert len(opened.flags()) == 1


@pytest.mark.parametrize(
    ("said", "lands", "levels"),
    [("yes", "/numbers", ["alarm"]), ("unsure", "/numbers", ["check"]), ("no", "/6", [])],
)
def test_what_may_be_danger_is_asked_about_gently(
    opened: Someone, said: str, lands: str, levels: list[str]
) -> None:
    page = opened.presses("/5", chosen=["violence", "family"])
    assert path_of(page) == "/ask"
    assert "いま、あぶないことが ありますか。" in text_of(page)

    after = opened.presses("/ask", said=said)

    assert path_of(after) == lands
    opened.presses("/ask", said=said)
    assert [flag.level for flag in opened.flags()] == levels
    assert all(flag.codes == ("violence_now",) for flag in opened.flags())


def test_the_gentle_question_comes_again_until_it_is_answered_but_is_put_once(opened: Someone) -> None:
    for _ in range(2):
        assert path_of(opened.presses("/5", chosen=["violence"])) == "/ask"
    opened.presses("/ask", said="no")

    assert path_of(opened.presses("/12", words="死にたいわけではないです。")) == "/all"

    [flag] = opened.flags()
    assert (flag.level, flag.how, flag.codes) == ("check", "text", ("suicide",))


def test_the_numbers_are_there_for_anybody_at_any_time(sora: Someone) -> None:
    page = sora.sees("/numbers")

    assert page.status_code == 200
    assert "0120-279-338" in text_of(page)
    assert sora.rows_of("flag") == 0


@pytest.mark.parametrize(
    "words",
    ["あ" * 20_000, "NUL\0が ある", "👨‍👩‍👧‍👦と🕊️", "はんぶんの\ud83dもじ", "𠮷野家", "a\u0301\u202eb"],
    ids=["20,000 letters", "NUL", "emoji", "half an emoji", "a rare letter", "marks"],
)
def test_any_words_survive_and_can_be_seen_again(opened: Someone, words: str) -> None:
    body = b"go=next&words=" + b"".join(b"%%%02X" % byte for byte in words.encode("utf-8", "surrogatepass"))
    headers = {"Content-Type": "application/x-www-form-urlencoded"}

    page = opened.phone.post("/me/12", content=body, headers=headers)

    assert page.status_code == 200
    assert [message.text for message in opened.messages()] == [words]
    assert opened.sees("/mend/12").status_code == 200


def test_a_letter_to_staff_is_sent_once_and_says_when_it_is_read(sora: Someone) -> None:
    page = sora.opens("message")
    assert "読むのは、この窓口の人だけ。" in text_of(page)

    sent = sora.presses("/write", words="電話が ほしいです。", agreed="yes")
    sora.presses("/write", words="電話が ほしいです。", agreed="yes")

    assert path_of(sent) == "/sent"
    assert "次に見るのは、17日（火）午前10時です。" in text_of(sent)
    [letter] = sora.messages()
    assert (letter.text, letter.purpose, letter.shared) == ("電話が ほしいです。", "staff", False)


def test_a_letter_is_not_kept_without_consent_and_does_not_have_to_be_written_twice(sora: Someone) -> None:
    sora.opens("message")

    page = sora.presses("/write", words=LONG)

    assert LONG in text_of(page)
    assert "わかった、おくる" in page.text
    assert sora.rows_of("message") == 0


def test_danger_in_a_letter_comes_first_and_then_its_end(sora: Someone) -> None:
    sora.opens("message")

    page = sora.presses("/write", words="もう死にたいです。", agreed="yes")

    assert path_of(page) == "/numbers"
    assert path_of(sora.presses("/write", words="もう死にたいです。", agreed="yes")) == "/numbers"
    assert [flag.level for flag in sora.flags()] == ["alarm"]
    assert path_of(sora.sees("/on")) == "/sent"


def test_an_empty_letter_is_not_sent(sora: Someone) -> None:
    sora.opens("message")

    assert path_of(sora.presses("/write", words=" \r\n　", agreed="yes")) == "/write"
    assert sora.rows_of("message") == 0
