"""Whoever wishes to be telephoned: staff see whom, under which number, when and as whom, on the day before."""

from datetime import date

import pytest

from bot.scheduling.reminders import send_due
from desk.booking import rules
from desk.booking import service as booking_service
from desk.booking.queries import booking_by_number
from desk.calendar.queries import free_slots
from desk.clients import service as clients
from desk.clock import at_tokyo
from tests.family.chat import Chat
from tests.panel.scene import ON_THE_DAY, SESSION_DAY, Scene

PHONE = "09000003333"
DAY_BEFORE = at_tokyo(date(2026, 11, 26), 8)
EVENING = at_tokyo(date(2026, 11, 26), 18)
TASK = "電話でのおしらせ"


@pytest.fixture
def sora(scene: Scene) -> Chat:
    """A man who has booked ten o'clock and wishes to be called in the evening, by name only."""
    chat = Chat(scene.house, f"U{'7' * 32}")
    chat.types("予約", "諏訪", "1", "1", "自分のこと", "1", "1")
    chat.types("おしらせを選ぶ", "電話で知らせてほしい", PHONE, "夕方", "名前だけ")
    assert chat.booking().reminders == "telephone"
    return chat


def week(scene: Scene, who: str = "sato") -> str:
    """今週すること as staff see it."""
    page = scene.browser(who).get("/admin/week")
    assert page.status_code == 200
    return page.text


def press(scene: Scene, reached: str) -> str:
    """Staff press under the one call that is to be made."""
    text = week(scene)
    call_id = text.split("/admin/calls/")[1][:32]
    return scene.browser("sato").post(f"/admin/calls/{call_id}", data={"reached": reached}).text


def pushed(scene: Scene) -> int:
    """How many reminders go out now."""
    with scene.house.database.transaction() as db:
        return send_due(db, scene.house, scene.now)


def test_the_task_stands_on_the_day_before_with_all_that_staff_need(scene: Scene, sora: Chat) -> None:
    assert TASK not in week(scene)
    assert TASK not in week(scene.at(at_tokyo(date(2026, 11, 25), 20)))
    text = week(scene.at(DAY_BEFORE))
    for words in (
        TASK,
        "そらさん",
        PHONE,
        "夕方。人の名前だけ言う",
        "11月27日（金） 午前10時",
        "電話した",
        "出なかった",
    ):
        assert words in text
    assert pushed(scene.at(EVENING)) == 0
    assert TASK not in week(scene.at(DAY_BEFORE), "ogawa")
    assert sora.said()[-1].startswith("わかりました。前の日に、電話します。")


@pytest.mark.usefixtures("sora")
def test_a_call_that_was_made_is_done_and_pressing_again_changes_nothing(scene: Scene) -> None:
    near = scene.at(DAY_BEFORE)
    call_id = week(near).split("/admin/calls/")[1][:32]
    assert "「電話した」と記録しました" in press(near, "yes")
    assert TASK not in week(near)
    near.browser("sato").post(f"/admin/calls/{call_id}", data={"reached": "no"})
    assert TASK not in week(near)
    assert near.browser("sato").post(f"/admin/calls/{call_id}", data={"reached": "?"}).status_code == 404
    assert (
        near.browser("kobayashi").post(f"/admin/calls/{call_id}", data={"reached": "no"}).status_code == 403
    )


@pytest.mark.usefixtures("sora")
def test_nobody_answered_so_it_stays_with_the_time_to_try_again(scene: Scene) -> None:
    assert "3時間ほどあとに" in press(scene.at(DAY_BEFORE), "no")
    text = week(scene.at(DAY_BEFORE))
    assert "出なかった</span>" in text
    assert "次は11月26日（木）11:00ごろ" in text
    assert TASK in week(scene.at(ON_THE_DAY))
    assert TASK not in week(scene.at(at_tokyo(SESSION_DAY, 10)))
    assert rules.call_again_at(EVENING) == at_tokyo(SESSION_DAY, 8)


def test_it_can_be_changed_at_any_time_by_the_person_and_by_staff(scene: Scene, sora: Chat) -> None:
    sora.types("おしらせを選ぶ", "前の日だけ")
    assert TASK not in week(scene.at(DAY_BEFORE))
    assert pushed(scene.at(EVENING)) == 1
    page = f"/admin/bookings/{sora.booking().id}"
    told = scene.browser("sato").post(f"{page}/reminders", data={"choice": "telephone"}).text
    assert "おしらせのしかたを変えました" in told
    assert sora.booking().reminders == "telephone"
    assert scene.browser("sato").post(f"{page}/reminders", data={"choice": "pigeon"}).status_code == 404
    assert scene.browser("kobayashi").post(f"{page}/reminders", data={"choice": "none"}).status_code == 403
    sora.types("取消", "1")
    assert scene.browser("sato").post(f"{page}/reminders", data={"choice": "none"}).status_code == 404


def test_a_moved_visit_is_called_about_on_its_own_eve(scene: Scene, sora: Chat) -> None:
    with scene.house.database.transaction() as db:
        times = free_slots(db, desk_id=scene.desk_id, now=scene.now)
        later = next(slot for slot in times if slot.session_id != scene.session_id)
        booking_service.move(
            db,
            scene.house.vault,
            booking_id=sora.booking().id,
            slot_id=later.slot_id,
            by="client",
            now=scene.now,
        )
    assert TASK not in week(scene.at(DAY_BEFORE))
    eve = rules.reminder_times(later.starts_at, "telephone")["day_before"]
    assert TASK in week(scene.at(eve))


def test_a_caller_without_line_stands_there_too_and_without_a_number_it_says_so(scene: Scene) -> None:
    staff = scene.browser("sato")
    page = staff.get("/admin/bookings/new").text
    slot_id = page.split('name="slot" value="')[1][:32]
    fields = {"slot": slot_id, "called_name": "たけ", "phone": PHONE, "about": "self", "source": "phone"}
    number = staff.post("/admin/bookings/new", data=fields).text.split("予約 ")[1][:4]
    with scene.house.database.transaction() as db:
        made = booking_by_number(db, scene.house.vault, number)
        assert made is not None
    assert PHONE in week(scene.at(DAY_BEFORE))
    with scene.house.database.transaction() as db:
        clients.forget_phone(db, client_id=made.writer_id)
    assert "番号を聞いていません" in week(scene.at(DAY_BEFORE))


def test_a_booking_made_on_the_eve_itself_is_still_to_be_called_about() -> None:
    late = at_tokyo(date(2026, 11, 26), 16)
    assert rules.reminders_to_plan(ON_THE_DAY, "telephone", late) == {"day_before": DAY_BEFORE}
    assert rules.reminders_to_plan(ON_THE_DAY, "telephone", ON_THE_DAY) == {}
    assert rules.missed_word_due(ON_THE_DAY, "telephone", ON_THE_DAY) is None
    assert rules.reminders_to_plan(ON_THE_DAY, "both", late) == {"day_before": EVENING}


def test_what_they_answer_stands_on_the_sheet_of_the_day(scene: Scene, sora: Chat) -> None:
    sora.types("行きます")
    assert "「行きます」と返事" in scene.at(ON_THE_DAY).browser("kobayashi").get("/admin/today").text
    sora.types("行けません")
    sheet = scene.at(ON_THE_DAY).browser("kobayashi").get("/admin/today").text
    assert "「行けません」と返事がありました" in sheet
    assert ">「行きます」と返事<" not in sheet
