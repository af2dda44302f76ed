"""From the chat to the panel and back: what does not fit the calendar is wished, offered, and answered."""

from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic

import pytest

from desk.database import Database
from desk.discretion import telling_word
from tests.wishes.desk import EVENING, Counter, banner, counter, faults

ENOUGH = 60.0


@pytest.fixture
def desk(database: Database, tmp_path: Path) -> Iterator[Counter]:
    """Both sides of the counter on a Thursday at noon."""
    with counter(database, tmp_path) as desk:
        yield desk


def an_evening_is_wished_offered_and_taken(desk: Counter) -> None:
    sora = desk.person("そら")
    wish = desk.wishes(sora, "夜", "1", "金曜の夜なら、行けます")
    page = desk.staff.get(f"/admin/wishes/{wish.id}").text
    assert "夜に会いたい" in page
    assert "金曜の夜なら、行けます" in page
    assert f'href="/admin/wishes/{wish.id}"' in desk.week()

    seen, free = desk.count(sora), desk.free()
    done = desk.answer(wish, "make", **EVENING, place="村役場 2階 小会議室")
    assert "時間をとって" in banner(done)
    assert "本人の返事を待っています" in done
    (offer,) = desk.pushed(sora, seen)
    assert offer.text.splitlines()[:3] == ["とまりぎです。", "12月4日（金）午後6時を、", "とってあります。"]
    assert "13日（金）午後9時まで" not in offer.text
    assert "14日（土）" not in offer.text.splitlines()[0]
    assert telling_word(offer.text, called=["そら"]) is None
    assert offer.labels == ["1 それで いい", "2 ほかが いい", "3 いまは いい", "4 場所を見る"]
    assert desk.free() == free

    assert "村役場 2階 小会議室" in desk.says(sora, "場所を見る")
    named = desk.says(sora, "1")
    assert named.startswith("きまりました。")
    assert "なんと呼びましょうか" in named
    booked = desk.says(sora, "1")
    assert "予約番号" in booked
    assert "12月4日（金）午後6時" in booked
    assert "3階" not in booked
    assert desk.open() == desk.offered() == ()
    assert "とってある場所が、予約になりました" in desk.week()
    assert "もう" not in desk.says(sora, "予約確認").splitlines()[0]

    desk.desk.line.press(sora, "2 ほかが いい")
    assert "予約が あります" in desk.desk.line.wait_for_reply(sora)[-1].text
    other = desk.person("やま")
    assert "12月4日" not in desk.says(other, "場所と日にち")
    assert "12月4日" not in desk.says(other, "予約", "1")


def a_call_is_wished_tried_and_done(desk: Counter) -> None:
    yuki = desk.person("ゆき")
    wish = desk.wishes(yuki, "電話がほしい", "1", "ひみつ", "０９０－１２３４－５６７８", "夕方", "2")
    page = desk.staff.get(f"/admin/wishes/{wish.id}").text
    assert "09012345678" in page
    assert "夕方。人の名前だけ言う" in page
    assert "出なかった" in banner(desk.answer(wish, "called", reached="no"))
    assert "電話に出なかった" in desk.week()
    assert desk.open()[0].called
    assert "電話した" in banner(desk.answer(wish, "called", reached="yes"))
    assert desk.open() == ()
    assert desk.staff.post(f"/admin/wishes/{wish.id}/called", data={"reached": "yes"}).status_code == 404


def another_time_is_asked_for_and_taken(desk: Counter) -> None:
    mori = desk.person("もり")
    wish = desk.wishes(mori, "ビデオで話す", "1", "とばす")
    seen = desk.count(mori)
    online = EVENING | {"way": "online", "day": "2026-12-08"}
    assert faults(desk.answer(wish, "make", **online)) == [
        "ビデオのアドレスを、https:// から入れてください。"
    ]
    link = "https://video.example/r/7"
    desk.answer(wish, "make", **online, link=link)
    (offer,) = desk.pushed(mori, seen)
    assert link not in offer.text
    assert "ビデオで 話します。" in offer.text

    assert "いつなら いいですか" in desk.says(mori, "ほかが いい")
    assert "職員が読みます" in desk.says(mori, "土曜の朝が いいです")
    assert "「ほかが いい」" in desk.week()
    (again,) = desk.open()
    assert again.note.endswith("土曜の朝が いいです")

    seen = desk.count(mori)
    desk.answer(again, "make", **online | {"day": "2026-12-05", "starts": "09:00"}, link=link)
    assert faults(desk.answer(again, "make", **online | {"day": "2026-12-07"}, link=link)) == [
        "この希望には、もう返事をしました。今週することを開きなおしてください。"
    ]
    desk.pushed(mori, seen)
    assert "きまりました" in desk.says(mori, "それで いい")
    booked = desk.says(mori, "とばす")
    assert link in booked
    assert "12月5日（土）午前9時" in booked


def test_no_answer_opens_the_wish_again_and_a_late_yes_is_still_good(desk: Counter) -> None:
    late, gone, quick = (desk.person(name) for name in ("おそい", "もっとおそい", "はやい"))
    desk.answer(desk.wishes(gone, "ほかの日", "1", "とばす"), "offer", slot=desk.free()[0])
    wish = desk.wishes(late, "夜", "1", "とばす")
    seen = desk.count(late)
    desk.answer(wish, "make", **EVENING)
    desk.pushed(late, seen)
    desk.desk.line.move_clock(3 * 86400)
    _until(lambda: len(desk.open()) == 2)
    desk.sign_in()
    assert "返事なし" in desk.week()
    assert desk.count(late) == seen + 1
    desk.desk.line.press(late, "1 それで いい")
    assert "きまりました" in desk.desk.line.wait_for_reply(late)[-1].text
    assert "予約番号" in desk.says(quick, "予約", "1", "1", "1", "1", "1", "1")
    desk.desk.line.press(gone, "1 それで いい")
    sorry = desk.desk.line.wait_for_reply(gone)[-1]
    assert sorry.text.startswith("すみません。その時間は、いま ほかの人が予約しました。")
    assert sorry.labels[0] == "1 11月27日（金）午前11時"
    assert [each.client_id for each in desk.open()] != []


def who_does_not_want_it_now_is_let_go(desk: Counter) -> None:
    umi, free = desk.person("うみ"), desk.free()
    wish = desk.wishes(umi, "ほかの日", "1", "とばす")
    seen = desk.count(umi)
    desk.answer(wish, "offer", slot=free[0], hours="24")
    desk.pushed(umi, seen)
    assert desk.free() == free[1:]
    assert "とってあります" in desk.says(umi, "予約")
    assert "とってあります" in desk.says(umi, "もう いいです、はい", "消してほしい", "予約")
    assert "いつでも、ここに います" in desk.says(umi, "3")
    assert desk.free() == free
    assert desk.open() == ()
    desk.desk.line.press(umi, "1 それで いい")
    assert "そのボタンは、前のものです" in desk.desk.line.wait_for_reply(umi)[-1].text


def a_booking_stays_until_the_offered_time_is_taken(desk: Counter) -> None:
    hana = desk.person("はな")
    booked = desk.says(hana, "予約", "1", "1", "1", "1", "1", "1")
    number = booked.split("予約番号 ")[1].splitlines()[0]
    desk.says(hana, "電話がほしい", "とばす")
    (wish,) = desk.open()
    page = desk.staff.get(f"/admin/wishes/{wish.id}").text
    assert "新しい時間を受けると、予約はそちらへ動きます" in page
    seen = desk.count(hana)
    desk.answer(wish, "make", **EVENING | {"way": "telephone", "starts": "19:30"})
    (offer,) = desk.pushed(hana, seen)
    assert "いまの予定は、きまるまで そのままです。" in offer.text
    moved = desk.says(hana, "それで いい")
    assert f"予約番号 {number}（前と同じです）" in moved
    assert "電話で 話します" in moved
    assert "電話で話す" in desk.staff.get("/admin/bookings").text


def whoever_is_not_reached_by_line_answers_at_the_telephone(desk: Counter) -> None:
    tsuki = desk.person("つき")
    desk.wishes(tsuki, "電話で話す", "1", "09000000000", "1", "1")
    desk.desk.line.block(tsuki)
    _until(
        lambda: "ブロックされています" in desk.staff.get(f"/admin/clients/{desk.open()[0].client_id}").text
    )
    (wish,) = desk.open()
    seen = desk.count(tsuki)
    late = EVENING | {"way": "telephone", "starts": "20:30"}
    assert "LINEで届かない" in banner(desk.answer(wish, "make", **late))
    assert "希望は、そのまま残ります" in banner(desk.answer(wish, "heard", answer="other"))
    assert faults(desk.answer(wish, "heard", answer="yes")) == [
        "この時間は、もうとってありません。ほかの時間で聞いてください。"
    ]
    assert "LINEで届かない" in banner(desk.answer(wish, "make", **late | {"day": "2026-12-05"}))
    assert "予約にしました" in banner(desk.answer(wish, "heard", answer="yes"))
    assert "12月5日（土） 午後8時30分" in desk.staff.get("/admin/bookings").text
    assert (desk.open(), desk.count(tsuki)) == ((), seen)


def nothing_can_be_found(desk: Counter) -> None:
    kaze = desk.person("かぜ")
    assert "どんな会い方が いいですか" in desk.says(kaze, "ほかの日・夜・電話")
    wish = desk.wishes(kaze, "土曜・日曜", "1", "とばす")
    seen = desk.count(kaze)
    assert "知らせました" in banner(desk.answer(wish, "impossible"))
    (word,) = desk.pushed(kaze, seen)
    assert "いまは むずかしいです" in word.text
    assert telling_word(word.text) is None


def what_cannot_be_made_says_why_and_changes_nothing(desk: Counter) -> None:
    wish = desk.wishes(desk.person("くも"), "夜", "1", "とばす")
    free = desk.free()
    for change, words in (
        ({"day": "2026-11-11"}, "もう過ぎた時間です"),
        ({"day": "2028-01-05"}, "1年より先の日です"),
        ({"day": "2026-11-27", "starts": "10:30"}, "ほかの人の時間に重なる"),
        ({"day": "2026-11-27", "starts": "11:55"}, "ほかの人の時間に重なる"),
        ({"starts": "23:30"}, "夜の12時をこえます"),
        ({"day": "2026-11-27", "starts": "18:00", "place": "村役場"}, "ほかの場所で開きます"),
        ({"day": ""}, "日を選んでください"),
        ({"starts": "夜"}, "はじまる時刻を入れてください"),
        ({"minutes": "五十"}, "長さを、10から180まで"),
        ({"way": "手紙"}, "会い方を選んでください"),
    ):
        (said,) = faults(desk.answer(wish, "make", **EVENING | change))
        assert words in said
    assert faults(desk.answer(wish, "offer", slot="")) == ["日時を選んでください。"]
    assert [each.id for each in desk.open()] == [wish.id]
    assert desk.free() == free
    assert "時間をとって" in banner(desk.answer(wish, "make", **EVENING | {"day": "2026-11-27"}))


def test_what_fits_no_free_time_is_answered_in_every_way(desk: Counter) -> None:
    an_evening_is_wished_offered_and_taken(desk)
    a_call_is_wished_tried_and_done(desk)
    whoever_is_not_reached_by_line_answers_at_the_telephone(desk)
    another_time_is_asked_for_and_taken(desk)
    who_does_not_want_it_now_is_let_go(desk)
    a_booking_stays_until_the_offered_time_is_taken(desk)
    nothing_can_be_found(desk)
    what_cannot_be_made_says_why_and_changes_nothing(desk)
    assert desk.open() == ()


def _until(condition: Callable[[], bool]) -> None:
    """Looks again and again until it is so; the worker has work to do between two moves of the clock."""
    until = monotonic() + ENOUGH
    while not condition():
        assert monotonic() < until
