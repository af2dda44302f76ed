"""LINE's month is short: reminders that are due keep theirs, follow-ups wait, and staff see it with numbers."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as some

from bot.scheduling.quota import read_quota
from desk.booking.rules import decent_time
from desk.clients.consents import agree
from desk.clients.queries import organisation_id
from desk.clock import at_tokyo, local, local_date
from desk.database import Database, new_id
from desk.messaging import quota
from desk.messaging import service as messaging
from desk.messaging.queries import messages_by_state
from desk.messaging.rules import HELD_BACK, MAY_WAIT, SHORT_BELOW, Quota, beyond_spare
from desk.privacy import Vault
from desk.tables.calendar import desk
from desk.tables.clients import client
from desk.tables.follow_up import follow_up
from simulator.seen import Person
from tests.family.chat import Chat
from tests.messaging.scene import START, open_scene
from tests.messaging.scene import Scene as Outbox
from tests.panel.scene import Scene, open_desk

HOUR = 3600
PUSH = "/message/push"
QUOTA = "/message/quota"
SECTION = "<h2>LINEで送れる数</h2>"


@pytest.fixture
def outbox(database: Database, vault: Vault) -> Iterator[Outbox]:
    """A bot whose outbox is worked by hand, in a morning of November."""
    with open_scene(database, vault) as scene:
        scene.clock.pass_time(10 * HOUR)
        yield scene


def month_of(outbox: Outbox) -> Quota | None:
    with outbox.house.database.reading() as db:
        return quota.of_month(db, now=outbox.clock.now())


def waiting(outbox: Outbox) -> int:
    with outbox.house.database.reading() as db:
        return quota.waiting(db)


def write(outbox: Outbox, person: Person, number: int, purpose: str = "follow_up", **options: Any) -> None:
    """So many messages to a person, one after the other."""
    for each in range(number):
        outbox.say(f"{purpose} {each}", person, purpose=purpose, **options)


def people(outbox: Outbox, number: int) -> list[Person]:
    """So many friends of the account."""
    return [outbox.sim.add_user(f"人{each}") for each in range(number)]


@given(
    allowed=some.integers(0, 5_000),
    used=some.integers(0, 6_000),
    kept_back=some.integers(0, 500),
)
def test_what_is_kept_back_is_never_spent_on_anything_else(allowed: int, used: int, kept_back: int) -> None:
    month = Quota(allowed, used, kept_back)
    assert month.left is not None
    assert month.spare is not None
    assert month.left >= month.spare >= 0
    assert month.spare == 0 or used + month.spare + kept_back <= allowed
    assert Quota(allowed, used, kept_back + 1).spare in (month.spare, month.spare - 1)
    assert month.is_short == (month.spare < SHORT_BELOW)
    assert Quota(None, used, kept_back).spare is None
    assert not Quota(None, used, kept_back).is_short


@given(some.datetimes(datetime(2020, 1, 1), datetime(2060, 1, 1)))
def test_the_month_ends_where_it_ends_in_japan(wall: datetime) -> None:
    moment = at_tokyo(wall.date(), wall.hour, wall.minute)
    end = quota.end_of_month(moment)
    assert timedelta() < end - moment <= timedelta(days=31)
    assert (local(end).day, local(end).hour, local(end).minute) == (1, 0, 0)


def test_line_is_asked_each_hour_and_not_in_between(outbox: Outbox) -> None:
    outbox.sim.set_quota(200, used=30)
    for _ in range(3):
        read_quota(outbox.house, outbox.line)
    assert len(outbox.sim.calls(path=QUOTA)) == 2
    assert month_of(outbox) == Quota(200, 30)
    outbox.sim.set_quota(None)
    outbox.clock.pass_time(HOUR)
    read_quota(outbox.house, outbox.line)
    assert month_of(outbox) == Quota(None, 0)


def test_line_that_does_not_tell_leaves_what_was_known(outbox: Outbox) -> None:
    outbox.sim.set_quota(200, used=30)
    read_quota(outbox.house, outbox.line)
    outbox.clock.pass_time(HOUR)
    outbox.sim.fail_next(path=QUOTA, status=500, times=2)
    read_quota(outbox.house, outbox.line)
    assert month_of(outbox) == Quota(200, 30)


def test_follow_ups_wait_where_the_rest_is_for_reminders_and_reminders_go(outbox: Outbox) -> None:
    outbox.sim.set_quota(5)
    read_quota(outbox.house, outbox.line)
    later = outbox.clock.now() + timedelta(hours=3)
    friends = people(outbox, 5)
    for friend in friends[:3]:
        write(outbox, friend, 1, "reminder", due_at=later)
    for friend in friends:
        write(outbox, friend, 1)
    outbox.work_outbox()
    assert (waiting(outbox), len(outbox.sim.calls(path=PUSH))) == (3, 2)
    assert month_of(outbox) == Quota(5, 2, 3, follow_ups=3, ours=2)
    outbox.clock.pass_time(4 * HOUR)
    outbox.work_outbox()
    assert [message.how for friend in friends[:3] for message in outbox.sim.messages(friend) if message.how][
        -1
    ] == "push"
    assert month_of(outbox) == Quota(5, 5, 0, follow_ups=3, ours=5)
    assert waiting(outbox) == 3
    outbox.sim.set_quota(200, used=5)
    outbox.clock.pass_time(HOUR)
    read_quota(outbox.house, outbox.line)
    outbox.work_outbox()
    assert waiting(outbox) == 0
    assert set(outbox.states()) == {"accepted"}


def test_news_goes_last_and_takes_nothing_from_follow_ups_or_reminders(outbox: Outbox) -> None:
    outbox.sim.set_quota(5)
    read_quota(outbox.house, outbox.line)
    friends = people(outbox, 6)
    write(outbox, friends[0], 1, "reminder", due_at=outbox.clock.now() + timedelta(hours=3))
    for friend in friends[1:5]:
        write(outbox, friend, 1, "news")
    for friend in friends[4:]:
        write(outbox, friend, 1)
    outbox.work_outbox()
    # Five to send: one is kept for the reminder, two go to the follow-ups, and so two to the news.
    assert sorted(answer for friend in friends for answer in outbox.answers(friend)) == [
        *("follow_up 0", "follow_up 0", "news 0", "news 0")
    ]
    assert (waiting(outbox), month_of(outbox)) == (2, Quota(5, 4, 1, ours=4))
    outbox.clock.pass_time(4 * HOUR)
    outbox.work_outbox()
    assert outbox.answers(friends[0]) == ["reminder 0"]
    assert (waiting(outbox), month_of(outbox)) == (2, Quota(5, 5, ours=5))


def test_an_answer_to_somebody_who_waits_goes_and_what_staff_write_by_themselves_waits(
    outbox: Outbox,
) -> None:
    outbox.sim.set_quota(1)
    read_quota(outbox.house, outbox.line)
    (friend,) = people(outbox, 1)
    write(outbox, friend, 1, "reminder", due_at=outbox.clock.now() + timedelta(hours=3))
    write(outbox, friend, 1, "staff")
    outbox.say("an answer", friend, purpose="staff", must_arrive=True)
    outbox.work_outbox()
    assert (waiting(outbox), outbox.answers(friend)) == (1, ["an answer"])


def test_what_goes_in_any_case_and_is_on_its_way_takes_nothing_from_those_that_wait(outbox: Outbox) -> None:
    outbox.sim.set_quota(12)
    read_quota(outbox.house, outbox.line)
    friends = people(outbox, 12)
    for friend in friends[:-1]:
        write(outbox, friend, 1, "reminder")
    write(outbox, friends[-1], 1)
    outbox.work_outbox()
    assert (waiting(outbox), outbox.answers(friends[-1])) == (0, ["follow_up 0"])


def test_without_the_order_news_that_was_written_first_would_take_it_all() -> None:
    """The control: were news a follow-up, the first in the line would go."""
    month = Quota(3, 0, 1, follow_ups=2)
    assert beyond_spare(["news", "news", "follow_up", "follow_up"], month, on_their_way=0) == {0, 1}
    assert beyond_spare(["follow_up"] * 4, month, on_their_way=0) == {2, 3}


def test_what_staff_wrote_goes_before_the_questions_of_a_plan() -> None:
    month = Quota(3, 0, 1, written=1)
    assert beyond_spare(["follow_up", "follow_up", "staff"], month, on_their_way=0) == {1}
    assert beyond_spare(["follow_up", "follow_up", "staff"], Quota(3, 0, 1), on_their_way=0) == set()


@given(
    purposes=some.lists(some.sampled_from(["answer", "reminder", "staff", "follow_up", "news"]), max_size=30),
    allowed=some.integers(0, 40),
    kept_back=some.integers(0, 20),
    follow_ups=some.integers(0, 20),
    on_their_way=some.integers(0, 10),
)
def test_whatever_is_about_to_go_what_is_kept_back_is_left_and_nothing_else_ever_waits(
    purposes: list[str], allowed: int, kept_back: int, follow_ups: int, on_their_way: int
) -> None:
    # Whoever is about to be pushed is among those that wait or are due.
    follow_ups = max(follow_ups, purposes.count("follow_up"))
    month = Quota(allowed, 0, kept_back, follow_ups, written=purposes.count("staff"))
    waits = beyond_spare(purposes, month, on_their_way=on_their_way)
    assert {purposes[place] for place in waits} <= MAY_WAIT
    goes = [purpose for place, purpose in enumerate(purposes) if place not in waits and purpose in MAY_WAIT]
    assert not goes or len(goes) + on_their_way <= max(0, allowed - kept_back)
    assert beyond_spare(purposes, Quota(None, 0, kept_back), on_their_way=on_their_way) == set()


def test_what_a_follow_up_plan_still_needs_this_month_is_left_by_news(outbox: Outbox) -> None:
    outbox.sim.set_quota(10)
    read_quota(outbox.house, outbox.line)
    (friend,) = people(outbox, 1)
    write(outbox, friend, 1)  # makes the friend known to the desk
    outbox.work_outbox()
    today = local_date(outbox.clock.now())
    in_december = date(2026, 12, 1)
    for way, due_on, state in (
        ("message", today, "planned"),
        ("message", date(2026, 11, 30), "planned"),
        ("message", in_december, "planned"),
        ("telephone", today, "planned"),
        ("message", today - timedelta(days=1), "done"),
    ):
        plan(outbox, way, due_on, state)
    month = month_of(outbox)
    assert month is not None
    assert (month.spare, month.follow_ups, month.spare_for_news) == (9, 2, 7)


def plan(outbox: Outbox, way: str, due_on: date, state: str) -> None:
    """A step of somebody's plan, as the desk keeps it."""
    with outbox.house.database.transaction() as db:
        client_id = db.execute(sa.select(client.c.id)).scalars().first()
        desk_id = db.execute(sa.select(desk.c.id)).scalars().first()
        if desk_id is None:
            house_id = organisation_id(db)
            desk_id = open_desk(db, house_id, "suwa", "諏訪", "市民館", date(2018, 9, 1))
        now = outbox.clock.now()
        told: dict[str, Any] = {"text_version": "t", "text": "はい", "via": "panel", "now": now}
        consent_id = agree(db, client_id=str(client_id), purpose="follow_up", **told)
        row = {"id": new_id(), "client_id": client_id, "desk_id": desk_id, "consent_id": consent_id}
        row |= {"way": way, "due_on": due_on, "state": state, "made_at": now}
        row |= {"result": "fine"} if state == "done" else {}
        db.execute(follow_up.insert().values(row))


def test_our_own_count_stands_beside_lines_and_the_larger_one_counts(outbox: Outbox) -> None:
    friends = people(outbox, 3)
    for friend in friends[:2]:
        write(outbox, friend, 1, "reminder")
    outbox.work_outbox()
    assert month_of(outbox) is None, "LINE has not told anything yet, but ours are counted"
    outbox.sim.set_quota(200, used=50)  # staff have sent some by hand, and LINE knows of ours
    read_quota(outbox.house, outbox.line)
    assert month_of(outbox) == Quota(200, 50, ours=2)
    write(outbox, friends[2], 1, "reminder")
    outbox.work_outbox()
    assert month_of(outbox) == Quota(200, 51, ours=3)
    outbox.sim.set_quota(200, used=1)  # LINE's figure lags behind
    outbox.clock.pass_time(HOUR)
    read_quota(outbox.house, outbox.line)
    assert month_of(outbox) == Quota(200, 3, ours=3)
    outbox.clock.pass_time(20 * 24 * HOUR)  # into December
    assert month_of(outbox) is None
    read_quota(outbox.house, outbox.line)
    assert month_of(outbox) == Quota(200, 1, ours=0)


def test_without_what_is_kept_back_the_follow_ups_would_take_it_all(outbox: Outbox) -> None:
    """The control: LINE was never asked, so nothing is held back, and the reminders find nothing left."""
    outbox.sim.set_quota(2)
    friends = people(outbox, 2)
    for friend in friends:
        write(outbox, friend, 1, "reminder", due_at=outbox.clock.now() + timedelta(hours=3))
        write(outbox, friend, 1)
    outbox.work_outbox()
    outbox.clock.pass_time(3 * HOUR)
    outbox.work_outbox()
    statuses = [call["status"] for call in outbox.sim.calls(path=PUSH)]
    assert statuses[:2] == [200, 200]
    assert 429 in statuses


def test_a_message_that_waits_does_not_hold_up_the_next_one_to_the_same_person(outbox: Outbox) -> None:
    outbox.sim.set_quota(1)
    (friend,) = people(outbox, 1)
    read_quota(outbox.house, outbox.line)
    write(outbox, friend, 1, "reminder")
    write(outbox, friend, 2)
    write(outbox, friend, 1, "reminder", due_at=outbox.clock.now() + timedelta(minutes=5))
    outbox.sim.set_quota(2)
    read_quota(outbox.house, outbox.line, refused=True)
    outbox.work_outbox()
    outbox.clock.pass_time(HOUR / 2)
    outbox.work_outbox()
    assert outbox.answers(friend) == ["reminder 0", "reminder 0"]
    assert waiting(outbox) == 2


def test_too_many_in_the_month_is_told_from_too_many_in_a_second_by_asking(outbox: Outbox) -> None:
    (friend,) = people(outbox, 1)
    write(outbox, friend, 1)
    outbox.sim.fail_next(path=PUSH, status=429)
    outbox.work_outbox()
    assert waiting(outbox) == 0  # LINE says there is no limit: it was the rate
    outbox.clock.pass_time(2)
    outbox.work_outbox()
    assert outbox.answers(friend) == ["follow_up 0"]

    outbox.sim.set_quota(10, used=10)
    write(outbox, friend, 1)
    outbox.work_outbox()
    assert waiting(outbox) == 1
    assert month_of(outbox) == Quota(10, 10, follow_ups=1, ours=1)
    outbox.sim.set_quota(10, used=0)
    outbox.clock.pass_time(HOUR)
    read_quota(outbox.house, outbox.line)
    outbox.work_outbox()
    assert outbox.answers(friend) == ["follow_up 0", "follow_up 0"]


def test_an_answer_is_free_and_goes_where_nothing_is_left(outbox: Outbox) -> None:
    outbox.sim.set_quota(1, used=1)
    read_quota(outbox.house, outbox.line)
    (friend,) = people(outbox, 1)
    outbox.sim.say(friend, "こんにちは")
    outbox.work()
    assert (outbox.answers(friend), outbox.ways(friend)) == (["こんにちは"], ["reply"])


def test_what_waits_is_tried_again_at_a_decent_hour(outbox: Outbox) -> None:
    outbox.sim.set_quota(0)
    read_quota(outbox.house, outbox.line)
    (friend,) = people(outbox, 1)
    write(outbox, friend, 1)
    outbox.clock.pass_time(HOUR * 11)  # half past seven in the evening
    outbox.work_outbox()
    (message,) = outbox.messages()
    assert (message.state, message.attempts, message.first_push_at) == ("queued", 0, None)
    assert message.due_at == decent_time(outbox.clock.now() + timedelta(hours=1))
    assert message.due_at > START


def test_staff_see_the_numbers_once_little_is_left_and_what_waits_with_whom(scene: Scene) -> None:
    person = Chat(scene.house, f"U{'8' * 32}")
    person.types("予約", "諏訪", "1", "1", "自分のこと", "1", "1")
    staff = scene.browser("sato")
    assert SECTION not in staff.get("/admin/week").text
    with scene.house.database.transaction() as db:
        quota.keep(db, Quota(200, 150), now=scene.now)
    assert SECTION not in staff.get("/admin/week").text
    with scene.house.database.transaction() as db:
        quota.keep(db, Quota(200, 190), now=scene.now)
        kept = quota.of_month(db, now=scene.now)
    assert kept is not None
    assert kept.kept_back >= 2  # both reminders of the visit are still due this month
    text = staff.get("/admin/week").text
    for words in (
        SECTION,
        "あと<strong>10通</strong>",
        "200通のうち、190通",
        f"<strong>{kept.kept_back}通</strong>",
    ):
        assert words in text


def test_staff_are_told_truly_that_what_they_wrote_waits(scene: Scene) -> None:
    person = Chat(scene.house, f"U{'8' * 32}")
    person.types("こんにちは")
    staff, page = scene.browser("sato"), f"/admin/clients/{person.client_id}"
    staff.post(f"{page}/consent", data={"agreed": "yes"})
    staff.post(f"{page}/messages", data={"text": "おかわり ありませんか。", "form": "a" * 32})
    with scene.house.database.transaction() as db:
        ids = [
            row.id for row in db.exec_driver_sql("SELECT id FROM outbound_message WHERE purpose = 'staff'")
        ]
        db.exec_driver_sql("UPDATE outbound_message SET claimed_by = 'me' WHERE purpose = 'staff'")
        until = at_tokyo(date(2026, 11, 13), 9)
        messaging.put_off(db, ids, token="me", until=until, fault=HELD_BACK)
        quota.keep(db, Quota(200, 200), now=scene.now)
    assert "待っています（今月LINEで送れる残り" in staff.get(page).text
    text = staff.get("/admin/week").text
    assert "待っている連絡 1通" in text
    assert "おしらせも送れません" in text
    with scene.house.database.reading() as db:
        assert messages_by_state(db)["queued"] >= 1
