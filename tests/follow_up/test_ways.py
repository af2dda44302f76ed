"""By which ways a person may be followed up: by none that they or somebody for them closed, under whichever number."""

from datetime import timedelta
from typing import Any

import pytest

from desk.booking import service as booking
from desk.booking.contact import Contact, contacts_of
from desk.clients import consents
from desk.clients import service as clients
from desk.clock import local_date
from desk.follow_up.queries import plan_of
from desk.follow_up.rules import Step
from desk.intake import service as intake
from desk.reach import asking, queries
from desk.tables.calendar import booking as booking_table
from desk.tables.intake import intake as intake_table
from tests.booking.story import Story
from tests.engines import ONE_BY_DEFAULT
from tests.family.chat import Chat
from tests.follow_up.scene import Plans, after

pytestmark = ONE_BY_DEFAULT
WEEK = Step(7, "message")


def answers(plans: Plans, chat: Chat, key: str, value: Any) -> None:
    """They answer a question before a visit."""
    with plans.transaction() as db:
        who: dict[str, Any] = {"client_id": chat.client_id, "now": plans.now}
        told = consents.agree(db, purpose="answers", text_version="t", text="はい", via="line", **who)
        intake.open_intake(db, booking_id=None, **who)
        intake.keep_answer(db, plans.house.vault, key=key, value=value, consent_id=told, **who)


def leaves_phone(plans: Plans, chat: Chat) -> None:
    phone = {"phone": "09000001111", "note": "夕方", "now": plans.now}
    plans.does(clients.set_phone, vault=plans.house.vault, client_id=chat.client_id, **phone)


def contact(plans: Plans, client_id: str) -> Contact:
    with plans.house.database.reading() as db:
        return contacts_of(db, plans.house.vault, [client_id])[client_id]


def ways(plans: Plans, client_id: str) -> set[str]:
    return set(contact(plans, client_id).ways)


def link(plans: Plans, client_id: str, from_id: str) -> str:
    """Staff link them; whose the account is then."""
    who: dict[str, Any] = {"client_id": client_id, "from_id": from_id, "account_id": plans.staff}
    return plans.does(asking.link, vault=plans.house.vault, now=plans.now, **who)


@pytest.mark.parametrize(
    ("key", "value", "left"),
    [
        ("contact", {"chosen": ["line_only"], "written": ""}, {"message"}),
        ("contact", {"chosen": ["not_home", "morning"], "written": ""}, {"message", "telephone"}),
        ("contact", {"chosen": ["telephone"], "written": ""}, {"message", "telephone", "visit"}),
        ("mind", ["no_contact"], {"message", "telephone"}),
        ("mind", "no_contact", {"message", "telephone"}),
    ],
)
def test_what_they_said_about_contact_closes_a_way(
    plans: Plans, key: str, value: Any, left: set[str]
) -> None:
    sora = plans.person("sora")
    leaves_phone(plans, sora)
    assert ways(plans, sora.client_id) == {"message", "telephone", "visit"}
    answers(plans, sora, key, value)
    assert ways(plans, sora.client_id) == left


def test_line_only_ends_when_they_say_later_that_the_telephone_will_do(plans: Plans) -> None:
    sora = plans.person("sora")
    leaves_phone(plans, sora)
    answers(plans, sora, "contact", {"chosen": ["line_only", "not_home"], "written": ""})
    for chosen, left in (
        (["morning"], {"message"}),
        (["telephone"], {"message", "telephone"}),
        (["line_only"], {"message"}),
        (["line_only", "telephone"], {"message"}),
    ):
        next_visit(plans, sora)
        answers(plans, sora, "contact", {"chosen": chosen, "written": ""})
        assert ways(plans, sora.client_id) == left
        told = [word for once in contact(plans, sora.client_id).told for word in once["contact"]["chosen"]]
        assert ("line_only" in told) is ("telephone" not in left), "and staff are shown what stands"


def test_what_was_asked_for_them_ends_by_their_own_word_and_theirs_by_no_other(plans: Plans) -> None:
    son, mother = plans.person("son"), plans.person("mother")
    leaves_phone(plans, son)
    story = Story(plans.house.database, plans.house.vault, plans.desk_id, plans.now)
    booked = story.book(mother.client_id, story.times()[0].slot_id)
    with plans.transaction() as db:
        db.execute(booking_table.update().values(visitor_id=son.client_id))
        intake.open_intake(db, client_id=mother.client_id, booking_id=booked.id, now=plans.now)
    answers(plans, mother, "contact", {"chosen": ["line_only"], "written": ""})
    assert "telephone" not in ways(plans, son.client_id)
    answers(plans, son, "contact", {"chosen": ["telephone"], "written": ""})
    assert "telephone" in ways(plans, son.client_id)
    answers(plans, son, "contact", {"chosen": ["line_only"], "written": ""})
    answers(plans, mother, "contact", {"chosen": ["telephone"], "written": ""})
    assert "telephone" not in ways(plans, son.client_id)


def next_visit(plans: Plans, chat: Chat) -> None:
    """The questions before the next visit are empty again, a day later."""
    plans.goes_to(local_date(plans.now) + timedelta(days=1))
    with plans.transaction() as db:
        db.execute(
            intake_table.update()
            .where(intake_table.c.client_id == chat.client_id)
            .values(closed_at=plans.now)
        )


def test_nobody_goes_to_a_home_of_which_nobody_said_that_it_knows(plans: Plans) -> None:
    hana = plans.person("hana")
    story = Story(plans.house.database, plans.house.vault, plans.desk_id, plans.now)
    who: dict[str, Any] = {"client_id": hana.client_id, "now": plans.now}
    with plans.transaction() as db:
        consents.agree(db, purpose="booking", text_version="t", text="はい", via="line", **who)
        booking.hold(db, slot_id=story.times()[0].slot_id, **who)
        about: dict[str, Any] = {"called_name": "はな", "about": "family", "subject_knows": "unsaid"}
        booking.confirm(db, plans.house.vault, **about, **who)
    assert ways(plans, hana.client_id) == {"message"}


def test_all_numbers_of_a_person_count(plans: Plans) -> None:
    old, new = plans.person("old"), plans.person("new")
    was = new.client_id
    leaves_phone(plans, new)
    answers(plans, new, "contact", {"chosen": ["not_home"], "written": ""})
    assert ways(plans, old.client_id) == {"message", "visit"}
    assert link(plans, old.client_id, was) == old.client_id
    for each in (old.client_id, was):
        assert ways(plans, each) == {"message", "telephone"}


def test_a_plan_under_a_number_that_gave_its_account_away_is_asked_and_not_lost(plans: Plans) -> None:
    old = plans.begins("old", WEEK)
    was = old.client_id
    old.blocks()
    new = plans.person("new")
    story = Story(plans.house.database, plans.house.vault, plans.desk_id, plans.now)
    story.book(new.client_id, story.times()[0].slot_id)
    assert link(plans, was, new.client_id) == new.client_id, "the new number has a place"
    assert plans.asks_on(after(7)) == 1
    with plans.house.database.reading() as db:
        assert [row.state for row in plan_of(db, plans.house.vault, was)] == ["sent"]


def test_where_the_account_that_was_given_away_blocks_us_staff_are_told_for_the_number(plans: Plans) -> None:
    new = plans.begins("new", WEEK)
    was = new.client_id
    old = plans.person("old")
    assert link(plans, old.client_id, was) == old.client_id
    plans.goes_to(after(7))
    new.blocks()
    with plans.house.database.reading() as db:
        assert [task.client_id for task in queries.open_tasks(db, plans.house.vault)] == [was]
    new.returns()
    with plans.house.database.reading() as db:
        assert queries.open_tasks(db, plans.house.vault) == ()
