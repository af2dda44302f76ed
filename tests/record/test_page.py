"""わたしの記録 on the private page: all of it and nobody else's, corrected, taken along, taken back, erased."""

import json
import re
from datetime import date
from html import unescape
from itertools import product

import httpx2
import pytest
import sqlalchemy as sa

from desk.booking.by_hand import book_for_caller
from desk.calendar.queries import free_slots
from desk.calendar.rules import PROMISE_KEYS
from desk.calendar.service import set_promise
from desk.clients.queries import phone_of
from desk.clock import local_date
from desk.tables.audit import audit_entry
from tests.engines import ONE_BY_DEFAULT
from tests.family.chat import Chat
from tests.pages.person import path_of, text_of
from tests.panel.scene import Scene, open_desk
from tests.record.acts import LETTER, books, consents, in_force, opens_record, rows, tells

pytestmark = ONE_BY_DEFAULT
PHONE = "09000005555"


def test_all_that_is_kept_stands_there_in_plain_words(scene: Scene, son: Chat) -> None:
    books(son)
    son.types("電話番号を書いておく", PHONE)
    tells(son)
    page = text_of(opens_record(son, scene.house).get("/me/record"))
    for words in ("かもめ", PHONE, LETTER, "仕事", "ねる所がない", "予約番号", "のこすのは、日時、呼び名"):
        assert words in page, words
    for code in ("no_bed", "booking", "answers", "work", "confirmed", "None"):
        assert code not in page, code


def test_somebody_new_sees_that_nothing_is_kept(scene: Scene, son: Chat) -> None:
    page = text_of(opens_record(son, scene.house).get("/me/record"))
    assert "この窓口での 番号" in page
    assert "答えたこと" not in page


@pytest.mark.parametrize("named", ["%00", "%ED%A0%80", "a%00b", "1"])
def test_what_is_no_id_is_nobodys(scene: Scene, son: Chat, named: str) -> None:
    books(son)
    phone = opens_record(son, scene.house)
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = phone.post("/me/record/name", content=f"booking={named}&name=x", headers=form)
    assert answer.status_code == 200
    assert "かもめ" in text_of(phone.get("/me/record"))


def test_mother_and_son_each_see_what_is_theirs(scene: Scene, son: Chat, mother: Chat) -> None:
    books(son)
    tells(son)
    mother.types("予約", "諏訪", "1", "1", "むすこのことです", "知らない", "つぐみ", "1")
    mother.types("いっしょに来る人を書く", "メジロと わたし")
    his, hers = (text_of(opens_record(who, scene.house).get("/me/record")) for who in (son, mother))
    assert ("かもめ" in his, "つぐみ" in his, "メジロ" in his) == (True, False, False)
    assert ("かもめ" in hers, "つぐみ" in hers, "メジロ" in hers, LETTER in hers) == (
        False,
        True,
        True,
        False,
    )
    taken = opens_record(mother, scene.house).post("/me/record/file").text
    assert ("かもめ" in taken, "つぐみ" in taken) == (False, True)


def test_a_visit_for_somebody_else_shows_no_promise_of_theirs(scene: Scene, son: Chat) -> None:
    son.types("予約", "諏訪", "1", "1", "仕事で会う人", "1", "本人だけ", "もり", "1")
    page = text_of(opens_record(son, scene.house).get("/me/record"))
    assert "もりさん" in page
    assert "次のやくそく" not in page


def test_name_and_telephone_are_corrected_one_by_one(scene: Scene, son: Chat) -> None:
    books(son)
    phone = opens_record(son, scene.house)
    booking_id = son.booking().id
    phone.post("/me/record/name", data={"booking": booking_id, "name": "つばめさん"})
    assert son.booking().called_name == "つばめ"
    phone.post("/me/record/phone", data={"phone": "090-0000-5555", "time": "夕方", "caller": "<b>"})
    page = text_of(phone.get("/me/record"))
    assert (PHONE in page, "夕方" in page, "<b>" in page) == (True, True, False)
    phone.post("/me/record/phone", data={"phone": ""})
    with scene.house.database.reading() as db:
        assert phone_of(db, scene.house.vault, son.client_id) is None
    phone.post("/me/record/name", data={"booking": booking_id, "name": ""})
    assert son.booking().called_name is None


def test_of_two_bookings_only_the_one_whose_name_was_refused_says_so(scene: Scene, son: Chat) -> None:
    books(son)
    with scene.house.database.transaction() as db:
        free = free_slots(db, desk_id=scene.other_desk_id, now=scene.now)
        second = book_for_caller(
            db,
            scene.house.vault,
            slot_id=free[0].slot_id,
            client_id=son.client_id,
            called_name="ひよどり",
            phone="",
            about="self",
            second_because="apart",
            account_id=scene.accounts["sato"],
            source="phone",
            now=scene.now,
        )
    long = "とても長い、名前ではない文を ここに書きました"
    page = opens_record(son, scene.house).post("/me/record/name", data={"booking": second.id, "name": long})
    assert (page.text.count(long), page.text.count("15文字までの")) == (1, 1)
    assert "\nかもめ</textarea>" in page.text


def test_everybody_reads_what_their_own_desk_promises(scene: Scene, son: Chat) -> None:
    ours, theirs, all_say = (
        "諏訪の職員だけが 読みます。",
        "上田の職員だけが 読みます。",
        "見はる所では ありません。",
    )
    opened, today = date(2020, 8, 1), local_date(scene.now)
    with scene.house.database.transaction() as db:
        more = [open_desk(db, scene.organisation_id, f"d{n}", f"{n}町", "会館", opened) for n in range(13)]
        words = {scene.desk_id: ours, scene.other_desk_id: theirs, **{each: f"{each}です。" for each in more}}
        for (desk_id, own), key in product(words.items(), PROMISE_KEYS):
            text = "\n".join([all_say, *[own] * (380 // (len(own) + 1))])
            set_promise(db, desk_id=desk_id, key=key, text=text, approved_by="森", approved_on=today)
    for told_new in (son.types("だれが読みますか"), son.types("のこること・消し方")):
        assert all_say in told_new
        assert "窓口で ちがう所も あります" in told_new
        assert len(told_new) < 200, "of 15 desks that differ, no wall of text and nothing LINE refuses"
    son.types("予約", "上田", "1")
    told = [son.types("だれが読みますか"), text_of(opens_record(son, scene.house).get("/me/agree"))]
    son.types("予約", "1", "自分のこと", "かもめ", "1")
    told.append(text_of(opens_record(son, scene.house).get("/me/record")))
    assert [(ours in each, theirs in each) for each in told] == [(False, True)] * 3


def test_a_telephone_without_a_booking_is_agreed_to_first(scene: Scene, son: Chat) -> None:
    phone = opens_record(son, scene.house)
    assert "のこすのは、電話番号だけです。" in text_of(phone.get("/me/record"))
    phone.post("/me/record/phone", data={"phone": PHONE})
    assert [(row.purpose, row.via) for row in consents(son)] == [("booking", "page")]


@pytest.mark.parametrize(
    ("path", "form", "said"),
    [
        ("name", {"name": "とても長い、名前ではない文を ここに書きました"}, "15文字までの 呼び名"),
        ("phone", {"phone": "あとで"}, "数字で 書いてください"),
        ("phone", {"phone": "1" * 40}, "数字で 書いてください"),
    ],
)
def test_what_cannot_be_kept_is_said_and_stays_in_the_field(
    scene: Scene, son: Chat, path: str, form: dict[str, str], said: str
) -> None:
    books(son)
    page = opens_record(son, scene.house).post(
        f"/me/record/{path}", data={"booking": son.booking().id} | form
    )
    assert (page.status_code, said in text_of(page)) == (422, True)
    assert next(iter(form.values())) in unescape(page.text)
    described = re.search(r'aria-invalid="true" aria-describedby="([\w-]+)"', page.text)
    assert described is not None
    assert f'role="alert" id="{described[1]}"' in page.text
    assert son.booking().called_name == "かもめ"


@pytest.mark.parametrize("path", ["name", "phone", "stop", "file", "erase"])
@pytest.mark.parametrize(
    "form", [{}, {"booking": "x", "name": "\0\ud83d", "phone": "\0", "consent": "' OR 1"}]
)
def test_odd_forms_break_nothing_and_nobody_elses_things_move(
    scene: Scene, son: Chat, mother: Chat, path: str, form: dict[str, str]
) -> None:
    books(mother)
    hers, agreed = mother.booking(), consents(mother)[0]
    form = {key: value.encode("utf-8", "surrogatepass").decode("latin-1") for key, value in form.items()}
    form |= {"booking": hers.id, "consent": agreed.id} if path in ("name", "stop") else {}
    answer = opens_record(son, scene.house).post(f"/me/record/{path}", data=form | {"name": "ほかの名"})
    assert answer.status_code < 500
    assert mother.booking().called_name == "かもめ"
    assert in_force(mother) == ["booking"]


def test_the_page_leads_to_the_answers_and_back_and_other_pages_do_not_lead_to_it(
    scene: Scene, son: Chat
) -> None:
    tells(son)
    phone = opens_record(son, scene.house)
    answers = phone.get("/me/start")
    assert (path_of(answers), "わたしの記録に もどる" in text_of(answers)) == ("/all", True)
    assert "もどる" not in text_of(phone.get("/me/done")).replace("にもどって", "")
    link = re.search(r"/me/open/\S+", son.types("職員に書く", "1"))
    assert link is not None
    phone.cookies.clear()
    phone.post(link.group())
    assert path_of(phone.get("/me/record")) == "/write"
    assert path_of(phone.post("/me/record/erase")) == "/write"
    assert rows(scene.house, "client", erased_at=None) == 1


def test_the_file_is_whole_by_itself_and_its_name_tells_nothing(scene: Scene, son: Chat) -> None:
    books(son)
    tells(son)
    phone = opens_record(son, scene.house)
    read = phone.post("/me/record/file", data={"as": "html"})
    _is_download(read, "kiroku.html")
    assert LETTER in unescape(read.text)
    assert re.findall(r"(?:src|href|action|url\()", read.text) == []
    machine = phone.post("/me/record/file", data={"as": "json"})
    _is_download(machine, "kiroku.json")
    assert {part["heading"] for part in json.loads(machine.content)} >= {"書いたもの", "同意"}
    with scene.house.database.reading() as db:
        query = sa.select(audit_entry.c.role).where(audit_entry.c.client_id == son.client_id)
        assert db.execute(query.where(audit_entry.c.act == "export")).scalars().all() == ["client"] * 2


def _is_download(answer: httpx2.Response, name: str) -> None:
    assert answer.headers["content-disposition"] == f'attachment; filename="{name}"'
    assert answer.headers["cache-control"] == "no-store"


def test_a_consent_is_taken_back_on_the_page(scene: Scene, son: Chat) -> None:
    books(son)
    tells(son)
    phone = opens_record(son, scene.house)
    answers = next(row for row in consents(son) if row.purpose == "answers")
    page = text_of(phone.post("/me/record/stop", data={"consent": answers.id}))
    assert (LETTER in page, "に、やめました。" in page) == (False, True)
    assert (in_force(son), rows(scene.house, "answer")) == (["booking"], 0)
    phone.post("/me/record/stop", data={"consent": answers.id})
    assert in_force(son) == ["booking"]


def test_erased_on_the_page_the_page_is_over_too(scene: Scene, son: Chat) -> None:
    books(son)
    tells(son)
    phone = opens_record(son, scene.house)
    before = rows(scene.house, "consent")
    assert "消しました" in text_of(phone.post("/me/record/erase"))
    assert (before, rows(scene.house, "consent"), rows(scene.house, "answer")) == (2, 0, 0)
    assert rows(scene.house, "booking", state="revoked", called_name=None) == 1
    over = phone.get("/me/record")
    assert (over.status_code, "おわりました" in over.text, "のこって" in over.text) == (403, True, False)
    assert "何も ありません" in son.types("わたしの記録")
