"""A plan is made with a yes at the desk, asked once at a decent hour, and ended with one tap."""

from datetime import date, time, timedelta

import pytest
import sqlalchemy as sa

from desk.backup import waking
from desk.booking import service as booking
from desk.booking.contact import contacts_of
from desk.clients import consents
from desk.clients import service as clients
from desk.clients.consents import Basis
from desk.clock import at_tokyo, local, local_date
from desk.errors import ConsentMissing, PersonGone, WayNotAgreed
from desk.follow_up import queries, service
from desk.follow_up.rules import USUAL_STEPS, Step
from desk.intake import service as intake
from desk.reach import asking
from desk.record import service as record
from desk.retention.going import going
from desk.tables.messaging import outbound_message
from tests.engines import ONE_BY_DEFAULT
from tests.follow_up.scene import TODAY, Plans, after
from tests.record.acts import rows

WEEK, MONTH = Step(7, "message"), Step(30, "message")
CALL, HOME = Step(30, "telephone"), Step(60, "visit")


def test_a_question_goes_out_once_at_noon_of_its_day(plans: Plans) -> None:
    sora = plans.begins("sora", WEEK)
    assert (plans.asks_on(after(7), time(11, 59)), plans.asked(sora)) == (0, [])
    assert plans.asks_on(after(7)) == 1
    assert (plans.ticks(), plans.asks_on(after(8))) == (0, 0)
    assert [moment.date() for moment in plans.asked(sora)] == [after(7)]
    (said,) = sora.said()
    assert said.split("\n") == [
        *("とまりぎです。", "おかわり ありませんか。", "返事は いりません。", ""),
        *("1 話したい ", "2 だいじょうぶ ", "3 もう送らないで "),
    ]
    assert rows(plans.house, "outbound_message", purpose="follow_up", state="accepted") == 1


@ONE_BY_DEFAULT
def test_nothing_goes_out_at_night_however_late_the_machine_wakes(plans: Plans) -> None:
    sora = plans.begins("sora", WEEK)
    plans.goes_to(after(7), time(22, 30))
    assert plans.ticks() == 1
    with plans.house.database.reading() as db:
        due_at = db.execute(sa.select(outbound_message.c.due_at)).scalar_one()
    assert due_at == at_tokyo(after(8), 8)
    assert len(plans.asked(sora)) == 1


def test_two_that_came_late_are_not_asked_in_a_row(plans: Plans) -> None:
    sora = plans.begins("sora", WEEK, MONTH)
    plans.asks_on(after(35))
    assert plans.steps(sora) == [(7, "sent", None), (30, "moved", None), (42, "planned", None)]
    plans.asks_on(after(42))
    assert [moment.date() for moment in plans.asked(sora)] == [after(35), after(42)]


@ONE_BY_DEFAULT
def test_without_a_yes_at_the_desk_nothing_is_planned(plans: Plans) -> None:
    sora = plans.person("sora")
    with pytest.raises(ConsentMissing):
        plans.starts(sora)
    with plans.transaction() as db:
        basis = Basis("あぶない", plans.staff)
        consents.note_emergency(
            db,
            plans.house.vault,
            client_id=sora.client_id,
            purpose="follow_up",
            basis=basis,
            text_version="t",
            text="いのち",
            now=plans.now,
        )
    with pytest.raises(ConsentMissing):
        plans.starts(sora)
    plans.agrees(sora, via="line")
    with pytest.raises(ConsentMissing):
        plans.starts(sora)
    plans.agrees(sora, words="窓口で読んだ文")
    assert plans.starts(sora) == len(USUAL_STEPS)


def test_pressing_twice_plans_once(plans: Plans) -> None:
    sora = plans.begins("sora")
    assert plans.starts(sora) == 0
    assert [days for days, _, _ in plans.steps(sora)] == [7, 30, 90, 180]


@ONE_BY_DEFAULT
def test_newer_words_take_the_plan_along(plans: Plans) -> None:
    sora = plans.begins("sora", WEEK)
    plans.agrees(sora, words="あたらしい文")
    plans.asks_on(after(7))
    assert plans.steps(sora) == [(7, "sent", None)]
    assert plans.broken() == []


def test_only_the_ways_they_agreed_to(plans: Plans) -> None:
    sora = plans.person("sora")
    plans.agrees(sora)
    with pytest.raises(WayNotAgreed):
        plans.starts(sora, CALL)
    phone = {"phone": "090-0000-1111", "note": "", "now": plans.now}
    plans.does(clients.set_phone, vault=plans.house.vault, client_id=sora.client_id, **phone)
    assert plans.starts(sora, WEEK, CALL, HOME) == 3
    with plans.transaction() as db:
        intake.open_intake(db, client_id=sora.client_id, booking_id=None, now=plans.now)
        told = consents.agree(
            db,
            client_id=sora.client_id,
            purpose="answers",
            text_version="t",
            text="はい",
            via="line",
            now=plans.now,
        )
        intake.keep_answer(
            db,
            plans.house.vault,
            client_id=sora.client_id,
            key="mind",
            value=["no_contact"],
            consent_id=told,
            now=plans.now,
        )
    with plans.house.database.reading() as db:
        found = contacts_of(db, plans.house.vault, [sora.client_id])[sora.client_id].ways
    assert found == {"message", "telephone"}
    with pytest.raises(WayNotAgreed):
        plans.starts(sora, Step(90, "visit"))


@ONE_BY_DEFAULT
def test_nobody_goes_to_the_home_of_a_mother_whose_son_knows_nothing(plans: Plans) -> None:
    hana = plans.person("hana")
    plans.agrees(hana)
    with plans.house.database.reading() as db:
        assert "visit" in contacts_of(db, plans.house.vault, [hana.client_id])[hana.client_id].ways
    with plans.transaction() as db:
        (slot, *_) = db.exec_driver_sql("SELECT id FROM slot ORDER BY starts_at").scalars().all()
        booking.hold(db, client_id=hana.client_id, slot_id=slot, now=plans.now)
        known = {"called_name": "はな", "about": "family", "subject_knows": "no"}
        booking.confirm(db, plans.house.vault, client_id=hana.client_id, **known, now=plans.now)
    with plans.house.database.reading() as db:
        assert "visit" not in contacts_of(db, plans.house.vault, [hana.client_id])[hana.client_id].ways


def test_the_plan_of_a_later_visit_stands_in_the_place_of_the_earlier_one(plans: Plans) -> None:
    sora = plans.person("sora")
    plans.agrees(sora)
    first = plans.visits(sora)
    began = local_date(plans.now)
    assert plans.starts(sora, WEEK, MONTH, Step(90, "message"), booking_id=first) == 3
    plans.asks_on(began + timedelta(days=7))
    second = plans.visits(sora)
    again = local_date(plans.now)
    assert plans.starts(sora, WEEK, MONTH, booking_id=second) == 2
    assert plans.starts(sora, WEEK, MONTH, booking_id=second) == 0
    planned = [row.due_on for row in plans.rows(sora) if row.state == "planned"]
    assert planned == [again + timedelta(days=7), again + timedelta(days=30)]
    assert {row.state for row in plans.rows(sora) if row.booking_id == first} == {"sent", "moved"}


def test_staff_leave_out_add_and_put_off(plans: Plans) -> None:
    sora = plans.begins("sora", WEEK, MONTH)
    week, month = (row.id for row in plans.rows(sora))
    by_staff = {"account_id": plans.staff, "now": plans.now}
    assert plans.does(service.leave_out, follow_up_id=week, **by_staff)
    assert not plans.does(service.leave_out, follow_up_id=week, **by_staff)
    one_more = {"client_id": sora.client_id, "desk_id": plans.desk_id, "way": "message", "now": plans.now}
    assert plans.does(service.add_step, vault=plans.house.vault, due_on=after(40), **one_more)
    assert not plans.does(service.add_step, vault=plans.house.vault, due_on=after(40), **one_more)
    assert plans.does(service.put_off, follow_up_id=month, due_on=after(40), **by_staff)
    assert plans.steps(sora) == [(7, "stopped", None), (30, "moved", None), (40, "planned", None)]
    assert plans.does(service.add_step, vault=plans.house.vault, due_on=after(7), **one_more)
    assert plans.steps(sora)[0] == (7, "planned", None), "what was left out may be planned again"


def test_a_step_is_never_put_onto_a_day_it_was_moved_from(plans: Plans) -> None:
    sora = plans.begins("sora", WEEK, MONTH)
    week, month = (row.id for row in plans.rows(sora))
    by_staff = {"account_id": plans.staff, "now": plans.now}
    assert plans.does(service.put_off, follow_up_id=month, due_on=after(50), **by_staff)
    assert plans.does(service.put_off, follow_up_id=week, due_on=after(30), **by_staff)
    planned = [days for days, state, _ in plans.steps(sora) if state == "planned"]
    assert planned == [31, 50]


def test_what_staff_note_is_kept_and_may_be_corrected(plans: Plans) -> None:
    sora = plans.person("sora")
    plans.agrees(sora)
    phone = {"phone": "090-0000-1111", "note": "", "now": plans.now}
    plans.does(clients.set_phone, vault=plans.house.vault, client_id=sora.client_id, **phone)
    plans.starts(sora, CALL, MONTH)
    plans.goes_to(after(30))
    with plans.house.database.reading() as db:
        (call,) = queries.due_list(db, plans.house.vault)
    assert (call.way, call.due_on, call.desk_name) == ("telephone", after(30), "諏訪")
    noted = {"vault": plans.house.vault, "follow_up_id": call.id, "account_id": plans.staff}
    assert plans.does(service.record_result, result="no_answer", note="", **noted, now=plans.now)
    plans.goes_to(after(31))
    assert plans.does(service.record_result, result="trouble", note="家ちんのこと", **noted, now=plans.now)
    with plans.house.database.reading() as db:
        known = queries.follow_up_by_id(db, plans.house.vault, call.id)
        assert queries.due_list(db, plans.house.vault) == ()
    assert known is not None
    assert (known.result, known.note, known.account_id) == ("trouble", "家ちんのこと", plans.staff)
    assert known.settled_at is not None
    assert local(known.settled_at).date() == after(30)
    assert not plans.does(
        service.record_result, result="fine", note="", **noted | {"follow_up_id": "0" * 32}, now=plans.now
    )


def test_a_step_that_is_put_off_to_its_own_day_stays_there(plans: Plans) -> None:
    sora = plans.begins("sora", WEEK)
    week = plans.rows(sora)[0].id
    by_staff = {"account_id": plans.staff, "now": plans.now}
    assert not plans.does(service.put_off, follow_up_id=week, due_on=after(7), **by_staff)
    assert plans.steps(sora) == [(7, "planned", None)]


@ONE_BY_DEFAULT
def test_whoever_declines_has_declined_under_all_their_numbers(plans: Plans) -> None:
    was, sora = plans.begins("was", MONTH), plans.begins("sora", WEEK)
    asked_as, step = sora.client_id, plans.rows(was)[0].id
    both = {"client_id": was.client_id, "from_id": asked_as, "account_id": plans.staff, "now": plans.now}
    plans.does(asking.link, vault=plans.house.vault, **both)
    said = {"result": "declined", "note": "", "account_id": plans.staff, "now": plans.now}
    plans.does(service.record_result, vault=plans.house.vault, follow_up_id=step, **said)
    with plans.house.database.reading() as db:
        rest = queries.plan_of(db, plans.house.vault, asked_as)
    assert [row.state for row in rest] == ["stopped"]
    assert plans.broken() == []


@ONE_BY_DEFAULT
def test_who_declines_at_the_telephone_is_left_in_peace_altogether(plans: Plans) -> None:
    sora = plans.begins("sora", WEEK, MONTH)
    week = plans.rows(sora)[0].id
    said = {"result": "declined", "note": "もう いいです", "account_id": plans.staff, "now": plans.now}
    assert plans.does(service.record_result, vault=plans.house.vault, follow_up_id=week, **said)
    assert plans.steps(sora) == [(7, "done", "declined"), (30, "stopped", None)]
    with pytest.raises(ConsentMissing):
        plans.starts(sora, WEEK)


def test_whoever_says_yes_again_gets_a_plan_again(plans: Plans) -> None:
    sora = plans.begins("sora", WEEK, MONTH)
    with plans.transaction() as db:
        record.stop_messages(db, plans.house.vault, client_id=sora.client_id, now=plans.now)
    assert plans.steps(sora) == [(7, "stopped", None), (30, "stopped", None)]
    plans.agrees(sora)
    assert plans.starts(sora, WEEK, MONTH) == 2
    plans.asks_on(after(7))
    assert plans.steps(sora) == [(7, "sent", None), (30, "planned", None)]


def test_an_erased_person_is_asked_nothing_and_has_no_plan(plans: Plans) -> None:
    sora = plans.begins("sora")
    with plans.transaction() as db:
        record.erase(db, plans.house.vault, client_id=sora.client_id, now=plans.now)
    assert (rows(plans.house, "follow_up"), plans.broken()) == (0, [])
    with pytest.raises(PersonGone):
        plans.starts(sora)
    assert plans.asks_on(after(7)) == 0


def test_nobody_is_let_go_while_a_step_is_ahead(plans: Plans) -> None:
    sora = plans.begins("sora", Step(380, "message"))

    def leaving(days: int) -> tuple[str, ...]:
        with plans.house.database.reading() as db:
            return tuple(row.client_id for row in going(db, by=after(days)))

    assert leaving(400) == ()
    plans.asks_on(after(380))
    plans.asks_on(after(388))
    assert plans.steps(sora) == [(380, "done", "no_answer")]
    assert leaving(400) == (sora.client_id,), "silence is no word of theirs"


@ONE_BY_DEFAULT
def test_a_house_that_was_brought_back_asks_nothing_it_may_have_asked(plans: Plans) -> None:
    sora = plans.begins("sora", WEEK, MONTH)
    plans.goes_to(after(8))
    plans.does(waking.settle, now=plans.now)
    assert plans.ticks() == 0
    assert plans.steps(sora) == [(7, "stopped", None), (30, "planned", None)]


def test_a_desk_chooses_its_own_steps(plans: Plans) -> None:
    def usual() -> tuple[Step, ...]:
        with plans.house.database.reading() as db:
            return queries.usual_steps(db, plans.desk_id)

    assert usual() == USUAL_STEPS
    plans.does(service.keep_usual_steps, desk_id=plans.desk_id, steps=(MONTH, WEEK, HOME))
    assert usual() == (WEEK, MONTH, HOME)
    plans.does(service.keep_usual_steps, desk_id=plans.desk_id, steps=(CALL,))
    assert usual() == (CALL,)


def test_the_figures_tell_people_and_steps_by_the_business_year(plans: Plans) -> None:
    sora, hana = plans.begins("sora", WEEK, Step(150, "message")), plans.begins("hana", WEEK)
    for days in (7, 14, 150, 157):
        plans.asks_on(after(days))
    assert plans.steps(sora)[0] == plans.steps(hana)[0] == (7, "done", "no_answer")
    with plans.house.database.reading() as db:
        years = queries.yearly_follow_ups(db, desk_ids=[plans.desk_id])
        assert queries.yearly_follow_ups(db, desk_ids=[]) == ()
    assert [(row.year, row.desk_name, row.people, row.times) for row in years] == [
        (2027, "諏訪", 1, 1),
        (2026, "諏訪", 2, 2),
    ]
    assert after(150) >= date(2027, 4, 1)


@ONE_BY_DEFAULT
def test_who_has_two_numbers_is_one_person_in_the_figures(plans: Plans) -> None:
    sora, again = plans.begins("sora", WEEK), plans.begins("again", WEEK)
    for days in (7, 14):
        plans.asks_on(after(days))
    both = {"client_id": sora.client_id, "from_id": again.client_id}
    plans.does(asking.link, vault=plans.house.vault, **both, account_id=plans.staff, now=plans.now)
    with plans.house.database.reading() as db:
        (year,) = queries.yearly_follow_ups(db, desk_ids=[plans.desk_id])
    assert (year.people, year.times) == (1, 2)


@ONE_BY_DEFAULT
def test_a_year_that_was_told_stays_as_it_is(plans: Plans) -> None:
    sora = plans.begins("sora", Step((date(2027, 3, 31) - TODAY).days, "message"))
    plans.asks_on(date(2027, 3, 31))
    plans.asks_on(date(2027, 4, 20))
    assert [row.result for row in plans.rows(sora)] == ["no_answer"]
    with plans.house.database.reading() as db:
        years = queries.yearly_follow_ups(db, desk_ids=[plans.desk_id])
    assert [row.year for row in years] == [2027]
