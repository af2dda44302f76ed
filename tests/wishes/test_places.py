"""A place held for one person: nobody else finds it or gets it, it is given back at once, and it is never doubled."""

import random
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from threading import Barrier

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from admin.composing import may_write
from desk.booking import offered, service
from desk.booking.offering import offer_place
from desk.booking.rules import after_decent_hours, decent_time
from desk.calendar.reserved import WantedTime, public_days, reserve_time
from desk.clients import erasing
from desk.clients import service as clients
from desk.clock import at_tokyo, local
from desk.errors import DeskError, WrongCalendar
from desk.people.service import add_account
from desk.tables.calendar import booking, session
from desk.tables.messaging import outbound_message
from desk.tables.wishes import wish
from desk.wishes import service as wishes
from desk.wishes.rules import HOURS_TO_ANSWER, answer_until
from desk.writing.queries import is_awaited
from tests.booking.story import FIRST_DAY, Story
from tests.calendar.leaving_out import leave_out

STRANGERS = 8
STEPS = 70
SEED = 4
VILLAGE_DAY = date(2026, 12, 4)
NIGHT = at_tokyo(date(2026, 11, 12), 23, 40)


@dataclass
class Staff:
    """Somebody of the staff who answers wishes."""

    story: Story
    account_id: str

    def wished(self, client_id: str, kind: str = "evening") -> str:
        """A wish of that person."""
        with self.story.database.transaction() as db:
            return wishes.keep_wish(
                db,
                self.story.vault,
                client_id=client_id,
                desk_code="suwa",
                kind=kind,
                note="",
                now=self.story.now,
            )

    def make(self, **change: object) -> str:
        """A time for one person; in the village at six in the evening unless something else is said."""
        usual = {"day": VILLAGE_DAY, "starts": time(18), "minutes": 50, "way": "place", "place": "村役場"}
        wanted = WantedTime(self.story.desk_id, **usual | change)  # type: ignore[arg-type]  # fields by name
        with self.story.database.transaction() as db:
            return reserve_time(db, wanted, now=self.story.now)

    def offer(self, wish_id: str, slot_id: str) -> bool:
        """Holds the time for whoever wished it, for a day."""
        story = self.story
        with story.database.transaction() as db:
            return wishes.offer_for_wish(
                db,
                story.vault,
                wish_id=wish_id,
                slot_id=slot_id,
                until=story.now + timedelta(days=1),
                account_id=self.account_id,
                now=story.now,
            )


@pytest.fixture
def staff(story: Story) -> Staff:
    """A member of staff of 諏訪."""
    with story.database.transaction() as db:
        account_id, _token = add_account(
            db, story.vault, role="staff", desk_id=story.desk_id, name="佐藤", now=story.now
        )
    return Staff(story, account_id)


def at_once(acts: Sequence[Callable[[], object]]) -> list[str]:
    """Does all acts at one instant; of each the name of its refusal, or "done"."""
    start = Barrier(len(acts))

    def released(act: Callable[[], object]) -> str:
        start.wait(timeout=30)
        try:
            act()
        except DeskError as refusal:
            return type(refusal).__name__
        return "done"

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(released, acts))


def offered_places(story: Story) -> list[str]:
    """The ids of the places that are held for somebody to answer."""
    with story.database.reading() as db:
        return list(db.execute(sa.select(booking.c.id).where(booking.c.state == "offered")).scalars())


def rush(staff: Staff) -> int:
    """Staff offer a time at the instant at which strangers want it; how many have it then."""
    story = staff.story
    slot_id, wish_id = story.times()[0].slot_id, staff.wished(story.person("そら"))
    strangers = [story.person(str(number)) for number in range(STRANGERS)]
    answers = at_once(
        [partial(staff.offer, wish_id, slot_id), *(partial(story.hold, each, slot_id) for each in strangers)]
    )
    assert answers.count("done") == story.live()
    return story.live()


def test_a_place_that_a_crowd_wants_is_offered_or_taken_once(staff: Staff) -> None:
    assert rush(staff) == 1
    assert staff.story.broken() == []


def test_without_the_index_on_slots_it_is_doubled(staff: Staff) -> None:
    with staff.story.database.transaction() as db:
        db.execute(sa.text("DROP INDEX uq_booking_live_slot"))
    assert rush(staff) > 1
    assert "I1" in staff.story.broken()


def test_whatever_happens_a_held_place_is_not_free_and_not_doubled(story: Story) -> None:
    dice = random.Random(SEED)
    people = [story.person(str(number)) for number in range(4)]
    slots = [slot.slot_id for slot in story.times()[:3]]
    refused = 0
    for _ in range(STEPS):
        act = dice.choice((_offer, _offer, _hold, _accept, _decline, _wait))
        try:
            act(story, dice.choice(people), dice.choice(slots))
        except DeskError:
            refused += 1
        with story.database.reading() as db:
            live = booking.c.state.in_(("held", "offered", "confirmed"))
            rows = db.execute(sa.select(booking.c.slot_id, booking.c.state).where(live)).all()
        taken = [row.slot_id for row in rows]
        assert len(set(taken)) == len(taken)
        offered_now = {row.slot_id for row in rows if row.state == "offered"}
        assert not offered_now.intersection(slot.slot_id for slot in story.times())
    assert 0 < refused < STEPS
    assert story.broken() == []


def _offer(story: Story, client_id: str, slot_id: str) -> None:
    with story.database.transaction() as db:
        until = story.now + timedelta(hours=2)
        offer_place(
            db,
            client_id=client_id,
            slot_id=slot_id,
            offered_for="wish",
            until=until,
            by="system",
            now=story.now,
        )


def _hold(story: Story, client_id: str, slot_id: str) -> None:
    story.hold(client_id, slot_id)


def _accept(story: Story, client_id: str, _slot_id: str) -> None:
    with story.database.transaction() as db:
        booking_id = _latest(story, client_id)
        offered.accept_place(db, story.vault, booking_id=booking_id, client_id=client_id, now=story.now)


def _decline(story: Story, client_id: str, _slot_id: str) -> None:
    with story.database.transaction() as db:
        booking_id = _latest(story, client_id)
        row = db.execute(sa.select(booking.c.state).where(booking.c.id == booking_id)).scalar_one()
        if row == "confirmed":
            service.cancel(db, booking_id=booking_id, by="client", now=story.now)
        else:
            offered.decline_place(db, booking_id=booking_id, client_id=client_id, now=story.now)


def _wait(story: Story, _client_id: str, _slot_id: str) -> None:
    story.now += timedelta(minutes=35)
    with story.database.transaction() as db:
        service.expire_holds(db, now=story.now)


def _latest(story: Story, client_id: str) -> str:
    query = (
        sa.select(booking.c.id).where(booking.c.writer_id == client_id).order_by(booking.c.created_at.desc())
    )
    with story.database.reading() as db:
        found = db.execute(query.limit(1)).scalar_one_or_none()
    if found is None:
        raise DeskError("nothing yet")
    return str(found)


def test_an_answer_is_due_until_a_place_is_offered_and_they_may_be_written_to_meanwhile(staff: Staff) -> None:
    story = staff.story
    sora = story.person("そら")
    wish_id = staff.wished(sora)

    def due_and_allowed() -> tuple[bool, bool]:
        with story.database.reading() as db:
            return is_awaited(db, sora), may_write(db, sora)

    assert due_and_allowed() == (True, True)
    staff.offer(wish_id, story.times()[0].slot_id)
    assert due_and_allowed() == (False, True)
    _decline(story, sora, "")
    assert due_and_allowed() == (True, True)
    with story.database.transaction() as db:
        wishes.settle_wish(db, wish_id=wish_id, account_id=staff.account_id, now=story.now)
    assert due_and_allowed() == (False, False)


def test_two_of_the_staff_hold_one_place_for_somebody_who_is_booked(staff: Staff) -> None:
    story = staff.story
    sora, slots = story.person("そら"), story.times()
    story.book(sora, slots[0].slot_id)
    wish_id = staff.wished(sora)
    answers = at_once([partial(staff.offer, wish_id, slot.slot_id) for slot in slots[1:3]])
    assert sorted(answers) == ["NoSuchWish", "done"]
    assert len(offered_places(story)) == 1


def test_two_of_the_staff_make_one_time_where_two_would_overlap(staff: Staff) -> None:
    answers = at_once([partial(staff.make, starts=time(18)), partial(staff.make, starts=time(18, 30))])
    assert sorted(answers) == ["WrongCalendar", "done"]


def test_a_time_made_for_one_person_is_found_by_nobody_else(staff: Staff) -> None:
    story, free = staff.story, staff.story.times()
    staff.make()
    slot_id = staff.make(day=FIRST_DAY, starts=time(17), way="telephone", place="")
    assert story.times() == free
    with story.database.reading() as db:
        days = public_days(db, desk_id=story.desk_id, since=FIRST_DAY, until=VILLAGE_DAY)
        row = db.execute(sa.select(session).where(session.c.date == FIRST_DAY)).first()
    assert days == (at_tokyo(FIRST_DAY, 10),)
    assert row is not None
    assert (row.starts_at, row.ends_at) == (at_tokyo(FIRST_DAY, 10), at_tokyo(FIRST_DAY, 17, 50))
    sora = story.person("そら")
    assert staff.offer(staff.wished(sora), slot_id)
    with story.database.transaction() as db:
        offered.accept_place(
            db, story.vault, booking_id=offered_places(story)[0], client_id=sora, now=story.now
        )
    assert story.told() == ["wish", "booked"]
    assert story.broken() == []


def test_a_day_left_out_stays_left_out(staff: Staff) -> None:
    story = staff.story
    for day in (FIRST_DAY, VILLAGE_DAY):
        with story.database.transaction() as db:
            leave_out(db, story.vault, desk_id=story.desk_id, day=day, now=story.now)
        with pytest.raises(WrongCalendar) as refused:
            staff.make(day=day)
        assert refused.value.fault == "shut"


def test_the_way_through_the_corridor_keeps_its_gap(staff: Staff) -> None:
    usual = {"day": FIRST_DAY, "place": ""}
    with pytest.raises(WrongCalendar) as refused:
        staff.make(**usual, starts=time(11, 55))
    assert refused.value.fault == "overlap"
    assert staff.make(**usual, starts=time(11, 55), way="telephone")


def test_at_night_nothing_is_pushed_and_whoever_blocked_us_is_not_told(staff: Staff) -> None:
    story = staff.story
    sora, yama = story.person("そら"), story.person("やま")
    with story.database.transaction() as db:
        clients.block(db, client_id=yama, now=story.now)
    slots = story.times()
    assert staff.offer(staff.wished(sora), slots[0].slot_id)
    assert not staff.offer(staff.wished(yama), slots[1].slot_id)
    with story.database.reading() as db:
        query = sa.select(
            outbound_message.c.client_id, outbound_message.c.due_at, outbound_message.c.not_after
        )
        (row,) = db.execute(query).all()
    assert row.client_id == sora
    assert (story.now, row.due_at) == (NIGHT, at_tokyo(date(2026, 11, 13), 8))
    assert row.not_after == story.now + timedelta(days=1)


def test_who_is_booked_no_more_still_has_one_booking_after_a_yes(staff: Staff) -> None:
    story = staff.story
    sora, slots = story.person("そら"), story.times()
    was = story.book(sora, slots[0].slot_id)
    staff.offer(staff.wished(sora), slots[1].slot_id)
    with story.database.transaction() as db:
        service.cancel(db, booking_id=was.id, by="client", now=story.now)
        offered.accept_place(
            db, story.vault, booking_id=offered_places(story)[0], client_id=sora, now=story.now
        )
    with pytest.raises(DeskError):
        story.hold(sora, slots[2].slot_id)
    assert story.live() == 1
    assert story.broken() == []


def test_whoever_is_erased_leaves_no_place_and_no_wish(staff: Staff) -> None:
    story = staff.story
    sora, slots = story.person("そら"), story.times()
    staff.offer(staff.wished(sora), slots[0].slot_id)
    with story.database.transaction() as db:
        offered.let_go(db, client_id=sora, now=story.now)
        erasing.erase_client(db, story.vault, client_id=sora, why="asked", by=None, now=story.now)
        erasing.finish_erasures(db, now=story.now)
    assert story.times() == slots
    with story.database.reading() as db:
        assert db.execute(sa.select(sa.func.count()).select_from(wish)).scalar_one() == 0


@given(
    since=st.datetimes(min_value=NIGHT.replace(tzinfo=None), max_value=NIGHT.replace(year=2027, tzinfo=None)),
    hours=st.integers(1, 100),
)
def test_a_deadline_counts_only_hours_at_which_one_may_disturb(since: datetime, hours: int) -> None:
    moment = since.replace(tzinfo=NIGHT.tzinfo)
    over = after_decent_hours(moment, hours)
    assert 8 <= local(over).hour <= 21
    at, counted = decent_time(moment), timedelta()
    while at < over:
        evening = local(at).replace(hour=21, minute=0, second=0, microsecond=0)
        counted += min(over, evening) - at
        at = decent_time(evening)
    assert counted == timedelta(hours=hours)


def test_an_answer_is_awaited_until_a_full_hour_and_never_beyond_the_start() -> None:
    starts = at_tokyo(FIRST_DAY, 10)
    noon = at_tokyo(date(2026, 11, 12), 12, 10)
    assert [local(answer_until(starts, hours, noon)).isoformat() for hours in HOURS_TO_ANSWER] == [
        "2026-11-14T11:00:00+09:00",
        "2026-11-15T13:00:00+09:00",
        "2026-11-19T13:00:00+09:00",
    ]
    assert answer_until(starts, 24, starts - timedelta(hours=3)) == starts
