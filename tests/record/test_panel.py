"""Staff: consents said aloud, one agency at a time, emergencies, a copy on paper, erasing; on both databases."""

import pytest
from starlette.testclient import TestClient

from bot.flows.offers import command_data
from desk.agencies.queries import AgencyRow, agencies
from desk.agencies.service import import_csv
from desk.needs.codes import BOX_BY_CODE, NEEDS, Box, Need
from desk.tables.messaging import outbound_message
from tests.engines import by_default
from tests.family.chat import Chat
from tests.panel.scene import ON_THE_DAY, SAMPLE_AGENCIES, Scene
from tests.panel.test_sheets import text_of
from tests.panel.test_today import words_of
from tests.record.acts import LETTER, books, consents, in_force, opens_record, rows, tells

WHY = "電話で、いま川にいると言った。"
needs_no_second_database = by_default("sqlite")


@pytest.fixture
def staff(scene: Scene) -> TestClient:
    """A browser of 佐藤さん."""
    return scene.browser("sato")


def first_agency(scene: Scene) -> AgencyRow:
    with scene.house.database.reading() as db:
        return agencies(db, organisation_id=scene.organisation_id)[0]


def path_of(chat: Chat) -> str:
    return f"/admin/clients/{chat.client_id}"


def say_to_agency(scene: Scene, staff: TestClient, chat: Chat, said: str, **more: str) -> str:
    form = {"agency": first_agency(scene).id, "said": said} | more
    return words_of(staff.post(f"{path_of(chat)}/consents", data=form).text)


def test_one_agency_is_agreed_to_aloud_taken_back_in_the_chat_and_told(
    scene: Scene, staff: TestClient, son: Chat
) -> None:
    books(son)
    agency = first_agency(scene)
    page = words_of(staff.get(f"{path_of(son)}/consents").text)
    assert f"{agency.name}に、あなたのことを話していいですか。" in page
    assert "同意を記録しました。" in say_to_agency(scene, staff, son, "yes")
    given = next(row for row in consents(son) if row.purpose == "agency")
    assert (given.agency, given.via, given.account_id) == (agency.name, "panel", scene.accounts["sato"])
    assert agency.name not in son.types("同意")
    assert "紹介先に「終わり」と伝える" not in staff.get("/admin/week").text
    staff.post(f"{path_of(son)}/consents/stop", data={"consent": given.id})
    week = words_of(staff.get("/admin/week").text)
    assert ("紹介先に「終わり」と伝える" in week, agency.name in week) == (True, True)
    before = rows(scene.house, "audit_entry", client_id=son.client_id)
    assert "先方に伝えた" in words_of(staff.post("/admin/consents/told", data={"consent": given.id}).text)
    assert rows(scene.house, "audit_entry", client_id=son.client_id) == before + 1
    assert "紹介先に「終わり」と伝える" not in staff.get("/admin/week").text
    assert staff.post("/admin/consents/told", data={"consent": given.id}).status_code == 404


def test_one_agency_is_asked_about_in_the_chat_without_its_name(
    scene: Scene, staff: TestClient, son: Chat
) -> None:
    books(son)
    agency = first_agency(scene)
    staff.post(f"{path_of(son)}/consents/ask", data={"agency": agency.id})
    asked = son.said()[-1]
    assert ("確かめたいことが あります" in asked, agency.name in asked) == (True, False)
    with scene.house.database.transaction() as db:
        db.execute(outbound_message.update().values(state="accepted"))  # LINE has taken it
    assert agency.name in son.types("見る")
    son.types("いい")
    assert in_force(son) == ["agency", "booking"]
    assert f"{agency.name}に話すこと" in words_of(staff.get(f"{path_of(son)}/consents").text)


def test_who_says_yes_to_an_agency_and_then_no_on_the_same_buttons_has_said_no(
    scene: Scene, staff: TestClient, son: Chat
) -> None:
    books(son)
    agency = first_agency(scene)
    son.presses(command_data("agency_yes", agency.id))
    assert in_force(son) == ["agency", "booking"]
    son.presses(command_data("agency_no", agency.id))
    assert in_force(son) == ["booking"]
    assert agency.name in words_of(staff.get("/admin/week").text)


def test_a_new_list_of_agencies_keeps_what_was_agreed_to(scene: Scene, staff: TestClient, son: Chat) -> None:
    books(son)
    say_to_agency(scene, staff, son, "yes")
    with scene.house.database.transaction() as db:
        import_csv(db, organisation_id=scene.organisation_id, content=SAMPLE_AGENCIES.read_bytes())
    assert in_force(son) == ["agency", "booking"]


def test_an_emergency_needs_its_reason_and_the_supervisor_sees_it(
    scene: Scene, staff: TestClient, son: Chat
) -> None:
    books(son)
    for agency in ("", first_agency(scene).id):
        form = {"agency": agency, "said": "emergency"}
        refused = staff.post(f"{path_of(son)}/consents", data=form | {"reason": " "})
        assert (refused.status_code, "ひとこと書いてください" in refused.text) == (422, True)
        staff.post(f"{path_of(son)}/consents", data=form | {"reason": WHY})
    assert in_force(son) == ["agency", "answers", "booking"]
    listed = words_of(scene.browser("mori").get("/admin/consents").text)
    assert (listed.count(WHY), "佐藤さん" in listed, "本人にまだ聞いていません" in listed) == (2, True, True)
    assert staff.get("/admin/consents").status_code == 403
    son.types("会う前の質問", "はい")
    assert "本人が同意しました" in words_of(scene.browser("mori").get("/admin/consents").text)


@needs_no_second_database
def test_a_yes_is_not_turned_into_an_emergency(scene: Scene, staff: TestClient, son: Chat) -> None:
    books(son)
    say_to_agency(scene, staff, son, "yes")
    say_to_agency(scene, staff, son, "emergency", reason=WHY)
    assert [row.basis for row in consents(son)] == ["consent", "consent"]


@needs_no_second_database
def test_consents_of_another_desk_and_odd_forms_change_nothing(
    scene: Scene, staff: TestClient, son: Chat, mother: Chat
) -> None:
    books(son)
    mother.types("予約", "諏訪", "1", "1", "自分のこと", "つぐみ", "1")
    hers, path = consents(mother)[0].id, path_of(son)
    for form in ({}, {"said": "maybe"}, {"said": "yes", "agency": "0" * 32}, {"said": "yes", "agency": "x"}):
        assert staff.post(f"{path}/consents", data=form).status_code in (400, 404, 422), form
    assert staff.post(f"{path}/consents/stop", data={"consent": hers}).status_code == 404
    assert staff.post(f"{path}/consents/ask", data={"agency": "0" * 32}).status_code == 404
    other = scene.browser("ogawa")
    for where in ("/consents", "/erase", "/record.pdf"):
        assert other.get(f"{path}{where}").status_code == 404, where
    assert other.post(f"{path}/erase").status_code == 404
    assert scene.browser("kobayashi").post(f"{path}/erase").status_code == 403
    assert (in_force(son), in_force(mother)) == (["booking"], ["booking"])


@needs_no_second_database
def test_the_copy_comes_on_paper_in_words_for_the_person(scene: Scene, staff: TestClient, son: Chat) -> None:
    books(son)
    tells(son)
    phone = opens_record(son, scene.house)
    phone.post("/me/agree", data={"go": "yes"})
    phone.post("/me/4", data={"go": "next", "chosen": "reading"})
    phone.post("/me/5", data={"go": "next", "chosen": ["again", "violence"]})
    say_to_agency(scene, staff, son, "emergency", reason=WHY)
    staff = scene.at(ON_THE_DAY).browser("sato")
    staff.post(f"/admin/bookings/{son.booking().id}/outcome", data={"outcome": "no_show"})
    copy = staff.get(f"{path_of(son)}/record.pdf")
    assert (copy.status_code, copy.headers["content-type"]) == (200, "application/pdf")
    assert 'filename="kiroku.pdf"' in copy.headers["content-disposition"]
    said = "".join(text_of(copy.content))
    for words in ("かもめ", LETTER, WHY, "会えませんでした", "読むのが苦手", "前のようになりそうでこわい"):
        assert "".join(words.split()) in said, words
    known: list[Need | Box] = [*NEEDS, *BOX_BY_CODE.values()]
    officers = {each.name for each in known} | {"来なかった", "紙は読んで"}
    assert [words for words in officers - {each.client_word for each in known} if words in said] == []


def test_staff_erase_somebody_who_asks_and_say_what_goes_before(
    scene: Scene, staff: TestClient, son: Chat
) -> None:
    books(son)
    tells(son)
    page = words_of(staff.get(f"{path_of(son)}/erase").text)
    assert all(words in page for words in ("名前のない数だけ", "35日", "予約は、取り消します"))
    path = path_of(son)
    assert "ぜんぶ消しました。" in words_of(staff.post(f"{path}/erase").text)
    assert [rows(scene.house, table) for table in ("answer", "message", "consent")] == [0, 0, 0]
    assert rows(scene.house, "erasure", account_id=scene.accounts["sato"], why="asked") == 1
    assert staff.get(f"{path}/consents").status_code == 404
    assert staff.post(f"{path}/erase").status_code == 404
    assert LETTER not in staff.get("/admin/week").text


@needs_no_second_database
def test_erasing_wants_all_factors_anew(scene: Scene, son: Chat) -> None:
    books(son)
    staff = scene.browser("sato")
    with scene.house.database.transaction() as db:
        db.exec_driver_sql("UPDATE sign_in SET proved_at = NULL")
    assert "ぜんぶ消しました。" not in staff.post(f"{path_of(son)}/erase").text
    assert rows(scene.house, "client", erased_at=None) == 1
