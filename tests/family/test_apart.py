"""A mother and her son book for the same day: neither chat, nor paper handed to one of them, tells of the other."""

import re
from dataclasses import replace

import pytest
import sqlalchemy as sa

from bot.flows.menu import WORDS
from desk.booking import service as booking_service
from desk.booking.queries import booking_by_id
from desk.clients import erasing, relations
from desk.clients import service as clients
from desk.clients.queries import phone_of
from desk.house import House
from desk.invariants import check_invariants
from desk.tables.clients import relation
from desk.tables.messaging import outbound_message
from tests.family.chat import Chat
from tests.panel.scene import ON_THE_DAY, Scene

SON, MOTHER, STRANGER = (f"U{letter * 32}" for letter in "345")
HIS_NAME, HIS_PHONE = "カナリヤ", "09000001111"
HER_NAME, HER_PHONE, WITH_HER = "ヒバリ", "09000002222", "メジロと わたし"
_BOOKING = re.compile(r"\d{4,}")


def book_for_oneself(chat: Chat, time: str = "1", name: str = HIS_NAME) -> str:
    """A man books for himself, under a name of his own."""
    return chat.types("予約", "諏訪", time, "1", "自分のこと", name, "1")


def book_for_family(chat: Chat, time: str = "11月27日午前11時", name: str = HER_NAME) -> str:
    """A woman books about her son, who does not know."""
    return chat.types("予約", "諏訪", time, "1", "むすこのことです", "知らない", name, "1")


def every_word(chat: Chat, *, but: tuple[str, ...] = ()) -> str:
    """All that is said to somebody who types every word there is, one after the other."""
    chat.types(*(word for word, command in WORDS.items() if command not in but))
    return "\n".join(chat.said())


def other_than_numbers(text: str) -> str:
    """What is said, but for the numbers of bookings and the addresses of pages."""
    return re.sub(r"http\S+", "…", _BOOKING.sub("…", text))


@pytest.fixture
def son(scene: Scene) -> Chat:
    """Somebody who comes for himself."""
    return Chat(scene.house, SON)


@pytest.fixture
def mother(scene: Scene) -> Chat:
    """His mother, with a telephone of her own."""
    return Chat(scene.house, MOTHER)


def test_nothing_of_the_mother_stands_in_any_word_said_to_the_son(son: Chat, mother: Chat) -> None:
    assert "予約できました" in book_for_family(mother)
    mother.types("いっしょに来る人を書く", WITH_HER, "電話番号を書いておく", HER_PHONE)
    assert "予約できました" in book_for_oneself(son)
    said = every_word(son)
    number = mother.booking().number
    assert HIS_NAME in said
    assert [trace for trace in (HER_NAME, "メジロ", HER_PHONE, number or "") if trace in said] == []


def test_nothing_of_the_son_stands_in_any_word_said_to_the_mother(son: Chat, mother: Chat) -> None:
    assert "予約できました" in book_for_oneself(son)
    son.types("電話番号を書いておく", HIS_PHONE)
    assert "予約できました" in book_for_family(mother)
    said = every_word(mother)
    assert HER_NAME in said
    assert [trace for trace in (HIS_NAME, HIS_PHONE, son.booking().number or "") if trace in said] == []


def test_a_trace_would_be_found(son: Chat) -> None:
    book_for_oneself(son)
    assert HIS_NAME in every_word(son)


def test_a_son_who_booked_looks_to_his_mother_like_any_stranger(house: House, scene: Scene) -> None:
    """At the desk of 諏訪 her son has the first time, at that of 上田 a stranger: she reads the same at both."""
    son, stranger = Chat(house, SON), Chat(house, STRANGER)
    book_for_oneself(son, name="そら")
    stranger.types("予約", "上田", "1", "1", "自分のこと", "そら", "1")
    with house.database.transaction() as db:
        her = clients.arrive(db, house.vault, user_id=MOTHER, now=scene.now)
        account = scene.accounts["sato"]
        relations.relate(db, client_id=her, other_id=son.client_id, account_id=account, now=scene.now)
    with_him, with_a_stranger = (
        every_word_of_a_mother(house, user_id, desk)
        for user_id, desk in ((MOTHER, "諏訪"), (f"U{'6' * 32}", "上田"))
    )
    assert with_him == with_a_stranger


def every_word_of_a_mother(house: House, user_id: str, desk: str) -> str:
    chat = Chat(house, user_id)
    chat.types("予約", desk, "1", "1", "むすこのことです", "知らない", "1", "1")
    said = other_than_numbers(every_word(chat, but=("places", "erase")))
    for name, place in (("諏訪", "市民館 3階 会議室B"), ("上田", "会館 2階 和室")):
        said = said.replace(place, "どこか").replace(name, "ある町")
    return said


def test_the_names_that_are_offered_hang_on_the_place_and_not_on_who_has_booked(scene: Scene) -> None:
    before = Chat(scene.house, STRANGER).types("予約", "諏訪", "2", "1", "自分のこと")
    Chat(scene.house, STRANGER).types("やめる", "2")
    book_for_oneself(Chat(scene.house, SON), name="そら")
    after = Chat(scene.house, MOTHER).types("予約", "諏訪", "1", "1", "自分のこと")
    assert [name for name in ("はな", "ゆき", "うみ") if name in before] == ["はな", "ゆき", "うみ"]
    assert before == after


def test_a_name_somebody_wrote_by_hand_is_not_offered_to_another(scene: Scene) -> None:
    book_for_oneself(Chat(scene.house, SON), name="ゆき")
    assert "ゆき" not in Chat(scene.house, MOTHER).types("予約", "諏訪", "1", "1", "自分のこと")


def test_a_visit_made_for_somebody_is_not_shown_to_them_and_their_own_is_untouched(
    scene: Scene, son: Chat, mother: Chat
) -> None:
    book_for_oneself(son)
    helper = Chat(scene.house, STRANGER)
    said = helper.types("予約", "諏訪", "1", "1", "仕事で会う人", "1", "本人だけ", "もり", "1")
    assert "予約できました" in said
    assert helper.booking().visitor_id not in (son.client_id, helper.client_id)
    assert son.booking().called_name == HIS_NAME
    assert "いま、予約は ありません" in mother.types("予約確認")


def test_her_telephone_is_hers_alone(scene: Scene, son: Chat, mother: Chat) -> None:
    book_for_family(mother)
    mother.types("電話番号を書いておく", HER_PHONE)
    book_for_oneself(son)
    son.types("おしらせを選ぶ", "電話で知らせてほしい")
    assert "電話番号を 書いてください" in son.said()[-1]
    son.types("とばす")
    assert son.booking().reminders == "both"
    with scene.house.database.reading() as db:
        assert phone_of(db, scene.house.vault, son.client_id) is None
    on_the_eve = scene.at(ON_THE_DAY.replace(day=26))
    assert HER_PHONE not in on_the_eve.browser("sato").get("/admin/week").text


def test_one_who_is_erased_leaves_the_other_as_they_were(scene: Scene, son: Chat, mother: Chat) -> None:
    book_for_oneself(son)
    book_for_family(mother)
    mother.types("いっしょに来る人を書く", WITH_HER)
    her = mother.booking()
    note_that_they_belong_together(scene, son, mother)
    mother.types("ぜんぶ消す", "1")
    assert son.booking().called_name == HIS_NAME
    with scene.house.database.transaction() as db:
        db.execute(outbound_message.update().values(state="accepted"))  # the last word has been said
        erasing.finish_erasures(db, now=scene.now)
        was = booking_by_id(db, scene.house.vault, her.id)
        assert was is not None
        assert (was.state, was.who_comes, was.called_name) == ("revoked", None, None)
        assert db.execute(sa.select(sa.func.count()).select_from(relation)).scalar_one() == 0
        assert [each.name for each in check_invariants(db, now=scene.now) if each.offenders] == []


def note_that_they_belong_together(scene: Scene, one: Chat, other: Chat) -> None:
    """Staff write it on her page, by the number of his booking."""
    page = scene.browser("sato").post(
        f"/admin/clients/{other.client_id}/relations", data={"number": one.booking().number or ""}
    )
    assert "つながりを記録しました" in page.text


def test_the_officers_read_both_and_keep_each_to_himself(scene: Scene, son: Chat, mother: Chat) -> None:
    book_for_oneself(son)
    book_for_family(mother)
    mother.types("いっしょに来る人を書く", WITH_HER)
    on_the_day = scene.at(ON_THE_DAY)
    sheet = on_the_day.browser("kobayashi").get("/admin/today").text
    assert (HIS_NAME in sheet, HER_NAME in sheet, "メジロと わたし" in sheet) == (True, True, True)
    assert "互いに知りません" not in sheet
    note_that_they_belong_together(scene, son, mother)
    sheet = on_the_day.browser("kobayashi").get("/admin/today").text
    assert f"午前11時の{HER_NAME}さんと、互いに知りません。" in sheet
    assert f"午前10時の{HIS_NAME}さんと、互いに知りません。" in sheet


def test_only_what_both_have_agreed_to_takes_the_mark_away(scene: Scene, son: Chat, mother: Chat) -> None:
    book_for_oneself(son)
    book_for_family(mother)
    note_that_they_belong_together(scene, son, mother)
    staff, on_the_day = scene.browser("sato"), scene.at(ON_THE_DAY).browser("hara")
    one, other = (f"/admin/clients/{chat.client_id}" for chat in (son, mother))
    staff.post(f"{one}/relations/{mother.client_id}", data={"said": "may_know"})
    assert "互いに知りません" in on_the_day.get("/admin/today").text
    assert "互いに知りません" in staff.get(other).text
    staff.post(f"{other}/relations/{son.client_id}", data={"said": "may_know"})
    assert "互いに知りません" not in on_the_day.get("/admin/today").text
    assert "互いに知っています" in staff.get(one).text
    staff.post(f"{other}/relations/{son.client_id}", data={"said": "may_not"})
    assert "互いに知りません" in on_the_day.get("/admin/today").text
    staff.post(f"{one}/relations/{mother.client_id}", data={"said": "apart"})
    assert "互いに知りません" not in on_the_day.get("/admin/today").text
    assert "書いてありません" in staff.get(other).text


def test_a_wrong_number_gets_a_clear_sentence_and_changes_nothing(scene: Scene, son: Chat) -> None:
    book_for_oneself(son)
    staff = scene.browser("sato")
    page = f"/admin/clients/{son.client_id}"
    for number in ("", "たけ", "99999999999999999999", "-1", "'; drop", "１２３"):
        assert "その番号の人は見つかりません" in staff.post(f"{page}/relations", data={"number": number}).text
    own = son.booking().number or ""
    assert "この人自身の番号です" in staff.post(f"{page}/relations", data={"number": own}).text
    assert staff.post(f"{page}/relations/{'0' * 32}", data={"said": "everything"}).status_code == 404
    assert "書いてありません" in staff.get(page).text
    assert scene.browser("kobayashi").post(f"{page}/relations", data={"number": "1"}).status_code == 403


def test_who_comes_is_sealed_under_the_key_of_the_one_who_writes(scene: Scene) -> None:
    helper = Chat(scene.house, STRANGER)
    helper.types("予約", "諏訪", "1", "1", "仕事で会う人", "1", "たけさんと わたし", "もり", "1")
    made = helper.booking()
    assert (made.who_comes, made.called_name) == ("たけさんと わたし", "もり")
    with scene.house.database.transaction() as db:
        erasing.erase_client(
            db, scene.house.vault, client_id=made.visitor_id, why="asked", by=None, now=scene.now
        )
        booking_service.note_who_comes(
            db, scene.house.vault, booking_id=made.id, who_comes="わたしだけ", now=scene.now
        )
    assert (helper.booking().who_comes, helper.booking().called_name) == ("わたしだけ", None)


def test_two_visits_of_one_person_from_two_accounts_stay_two(son: Chat) -> None:
    book_for_oneself(son)
    second = replace(son, user_id=STRANGER)
    assert "いま、予約は ありません" in second.types("予約確認")
    assert "予約できました" in book_for_oneself(second, name="べつの名")
    assert son.booking().called_name == HIS_NAME
