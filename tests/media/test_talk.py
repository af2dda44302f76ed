"""A sticker, a photo, a voice, a place in the chat: nothing is lost, nothing shown without a yes, nothing claimed."""

from typing import Any

import pytest

from desk.clients import relinking
from desk.conversations.queries import waiting_for_answer
from tests.booking.story import Story
from tests.engines import ONE_BY_DEFAULT
from tests.media.phone import AT_LINE, PLACE, Phone, allow_media
from tests.panel.scene import Scene

pytestmark = ONE_BY_DEFAULT

BOOKED = ("予約", "諏訪", "1", "1", "自分のこと", "1", "1")
NEXT_READING = "次に見るのは、17日（火）午前10時です。"


def waits(scene: Scene) -> list[str]:
    """The kinds of what waits for an answer."""
    with scene.house.database.reading() as db:
        return [row.kind for row in waiting_for_answer(db, scene.house.vault)]


def test_a_sticker_is_thanked_for_and_waits_for_nobody(scene: Scene, phone: Phone) -> None:
    assert "スタンプ、ありがとうございます。" in phone.sends("sticker", packageId="446", stickerId="1988")
    assert phone.in_short() == []
    phone.agrees()
    phone.sends("sticker", packageId="446", stickerId="1988")
    assert phone.in_short() == [("sticker", "staff", "", None)]
    assert waits(scene) == []


def test_words_on_a_sticker_are_words(phone: Phone) -> None:
    said = phone.sends("sticker", packageId="1", stickerId="2", text="もう死にたい")
    assert "#いのちSOS" in said
    assert "この文を見せて いいですか" in phone.sends("sticker", text="家賃が払えず困っています。")


@pytest.mark.parametrize(
    ("kind", "what"),
    [
        ("image", "写真は、ここでは見られません。"),
        ("audio", "声は、ここでは聞けません。"),
        ("video", "動画は、ここでは見られません。"),
        ("file", "ファイルは、ここでは見られません。"),
    ],
)
def test_what_cannot_be_seen_here_is_said_to_be_so_and_staff_learn_that_it_came(
    scene: Scene, phone: Phone, kind: str, what: str
) -> None:
    said = phone.sends(kind, **AT_LINE)
    assert what in said
    assert "職員に つたわります" not in said, "nothing is kept without a yes"
    assert phone.in_short() == []
    phone.agrees()
    said = phone.sends(kind, **AT_LINE)
    assert "来たことだけ、職員に つたわります。" in said
    assert NEXT_READING in said
    assert phone.in_short() == [(kind, "staff", "", None)]
    assert waits(scene) == [kind]


def test_a_photo_is_shown_only_after_a_yes_to_that_photo(scene: Scene, phone: Phone) -> None:
    allow_media(scene.house)
    asked = phone.sends("image", **AT_LINE)
    assert "職員に、この写真を見せて いいですか。" in asked
    assert "のこすのは、答えや文、写真や声、場所です。" in asked
    assert phone.in_short() == []
    assert "ここからは 消しました" in phone.types("2")
    assert phone.in_short() == []

    phone.sends("image", **AT_LINE)
    said = phone.types("見せていい")
    assert "職員が見ます。" in said
    assert NEXT_READING in said
    assert phone.in_short() == [("image", "staff", "", "waiting")]
    assert waits(scene) == ["image"]
    asked = phone.sends("image", **AT_LINE)
    assert "いいですか" in asked, "each photo has a yes of its own"
    assert "のこすのは" not in asked, "but what is kept is said once"


def test_on_the_way_to_a_booking_a_photo_is_asked_about_and_the_booking_goes_on(
    scene: Scene, phone: Phone
) -> None:
    allow_media(scene.house, "suwa", "ueda")
    phone.types(*BOOKED[:4])
    assert "この写真を見せて いいですか" in phone.sends("image", **AT_LINE)
    said = phone.types("1")
    assert "さきほどの つづきです。" in said
    assert "予約番号" in phone.types("自分のこと", "1", "1")
    assert "会う日の人に、この声を聞かせて いいですか。" in phone.sends("audio", **AT_LINE)
    assert "会う人が聞きます。" in phone.types("1")
    assert phone.in_short() == [("audio", "story", "", "waiting"), ("image", "staff", "", "waiting")]


def test_a_voice_for_staff_goes_to_staff_and_the_field_for_words_is_left(scene: Scene, phone: Phone) -> None:
    allow_media(scene.house)
    phone.types(*BOOKED)
    phone.types("職員に書く")
    assert "職員に、この声を聞かせて いいですか。" in phone.sends("audio", **AT_LINE)
    assert "職員が聞きます。" in phone.types("聞かせていい")
    assert phone.in_short() == [("audio", "staff", "", "waiting")]
    assert "職員が読みます" not in phone.types("ありがとう")


def test_a_place_is_words_whatever_the_desk_keeps(phone: Phone) -> None:
    phone.types(*BOOKED)
    assert "会う日の人に、この場所を見せて いいですか。" in phone.sends("location", **PLACE)
    phone.types("1")
    assert phone.in_short() == [("location", "story", "諏訪の駅前 長野県諏訪市", None)]


def test_of_several_photos_only_the_first_is_asked_about_at_length(scene: Scene, phone: Phone) -> None:
    allow_media(scene.house)
    first = phone.sends("image", **AT_LINE)
    then = phone.sends("image", **AT_LINE)
    assert "これも うけとりました。\n職員に、ぜんぶ 見せて いいですか。" in then
    assert len(then.splitlines()) < len(first.splitlines())
    assert "職員が見ます。" in phone.types("1")
    assert len(phone.in_short()) == 2


def test_what_is_kept_is_said_before_a_photo_comes_behind_words(scene: Scene, phone: Phone) -> None:
    allow_media(scene.house)
    phone.types("家賃が払えなくて、困っています。")
    assert "のこすのは、答えや文、写真や声、場所です。" in phone.sends("image", **AT_LINE)


def test_a_voice_is_heard_and_a_film_in_the_way_is_called_a_film(scene: Scene, phone: Phone) -> None:
    allow_media(scene.house)
    phone.sends("audio", **AT_LINE)
    assert "職員が聞きます。" in phone.types("1")
    phone.types("予約")
    said = phone.sends("video", **AT_LINE)
    assert "動画は、ここでは見られません。つづきです。" in said
    assert "写真" not in said


def test_what_lies_elsewhere_is_never_asked_for(scene: Scene, phone: Phone) -> None:
    allow_media(scene.house)
    elsewhere = {"contentProvider": {"type": "external", "originalContentUrl": "https://example.jp/a.jpg"}}
    for odd in (elsewhere, {}, {"contentProvider": None}, {**AT_LINE, "id": "../../quota"}):
        assert "写真は、ここでは見られません。" in phone.sends("image", **odd)
    assert "送ったものは、ここでは見られません。" in phone.sends("hologram")


def test_the_desk_of_the_newest_booking_decides(scene: Scene, phone: Phone) -> None:
    allow_media(scene.house, "ueda")
    assert "見られません" in phone.sends("image", **AT_LINE), "one desk says no, and any may be meant"
    phone.types("予約", "上田", *BOOKED[2:])
    assert "この写真を見せて いいですか" in phone.sends("image", **AT_LINE)
    assert "見られません" in Phone(scene.house, f"U{'6' * 32}").sends("image", **AT_LINE)


def test_a_booking_under_another_number_of_theirs_counts_as_well(scene: Scene, phone: Phone) -> None:
    allow_media(scene.house, "suwa")
    story = Story(scene.house.database, scene.house.vault, scene.desk_id, scene.now)
    whose, was = phone.client_id, story.person("anew")
    by: dict[str, Any] = {"in_use": was, "account_id": scene.accounts["sato"], "now": scene.now}
    with scene.house.database.transaction() as db:
        relinking.link(db, scene.house.vault, client_id=whose, from_id=was, **by)
    assert "見られません" in phone.sends("image", **AT_LINE)
    story.book(was, story.times()[0].slot_id)
    assert "この写真を見せて いいですか" in phone.sends("image", **AT_LINE)
