"""The staff's hand: for people known or new, one live booking each, slots kept empty. No back door anywhere."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import datetime
from functools import partial
from itertools import combinations, pairwise
from threading import Barrier
from typing import Any

import pytest
import sqlalchemy as sa

from desk.booking import service
from desk.booking.by_hand import book_for_caller
from desk.booking.history import steps_of
from desk.booking.queries import BookingRow
from desk.booking.rules import HOLD
from desk.calendar.blocking import block_slot, places_of_session, unblock_slot
from desk.calendar.queries import free_slots_of_session
from desk.clients import erasing
from desk.clients import service as clients
from desk.clients.queries import phone_note_of, phone_of
from desk.clients.spoken import client_by_code, code_of, give_code
from desk.clients.spoken_words import WORDS, WORDS_OF_A_CODE, code_in, sound
from desk.database import Database
from desk.discretion import telling_word
from desk.errors import AlreadyBooked, DeskError, SlotTaken
from desk.privacy import Vault
from tests.booking.story import Story, open_story
from tests.journeys.test_canary import everything_in_plain

STAFF = "5" * 32
ROUNDS = 6


def call(story: Story, slot_id: str, **said: Any) -> BookingRow:
    """Somebody telephones and is booked."""
    asked = {"called_name": "はな", "phone": "", "about": "self", "source": "phone"} | said
    with story.database.transaction() as db:
        return book_for_caller(db, story.vault, slot_id=slot_id, account_id=STAFF, now=story.now, **asked)


def block(story: Story, slot_id: str) -> str:
    with story.database.transaction() as db:
        block_slot(db, slot_id=slot_id, reason="room")
    return "blocked"


def code(story: Story, client_id: str) -> str | None:
    with story.database.reading() as db:
        return code_of(db, story.vault, client_id)


def whose(story: Story, typed: str) -> str | None:
    with story.database.reading() as db:
        return client_by_code(db, story.vault, typed)


def test_the_words_cannot_be_taken_for_each_other_and_tell_nothing() -> None:
    assert len(set(WORDS)) == len(WORDS) >= 200
    for one, other in combinations(map(sound, WORDS), 2):
        assert _apart(one, other) >= 2, f"{one} and {other} sound alike"
        assert not one.startswith(other)
        assert not other.startswith(one)
    assert [word for word in WORDS if telling_word(word)] == []
    assert _apart("りんご", "だんご") == 1, (
        "the control of the measure: だんご is not in the list beside りんご"
    )
    assert _apart(sound("だんご"), sound("たんこ")) == 0


def _apart(one: str, other: str) -> int:
    """How many sounds differ (Levenshtein)."""
    row = list(range(len(other) + 1))
    for number, heard in enumerate(one, 1):
        following = [number]
        for place, (diagonal, above) in enumerate(pairwise(row)):
            following.append(min(above + 1, following[-1] + 1, diagonal + (heard != other[place])))
        row = following
    return row[-1]


@pytest.mark.parametrize(
    "typed",
    [
        "とまと・らいおん・りんご",
        "らいおん りんご とまと",
        "ライオン、リンゴ、トマト",
        "ﾗｲｵﾝﾘﾝｺﾞﾄﾏﾄ",
        "らいおんりんことまど",
    ],
)
def test_a_code_is_understood_however_it_is_written(typed: str) -> None:
    assert code_in(typed) == "とまと・らいおん・りんご"


@pytest.mark.parametrize(
    "typed", ["", "りんご", "りんご りんご とまと", "りんご とまと らいおん みかん", "2047", "りんご！？"]
)
def test_what_is_no_code_is_nobody(typed: str) -> None:
    assert code_in(typed) is None


def test_a_caller_gets_a_code_and_is_found_by_it(story: Story) -> None:
    booked = call(story, story.times()[0].slot_id, phone="0266001234", who_comes="母とむすこ")
    words = code(story, booked.writer_id)
    assert words is not None
    assert len(words.split("・")) == WORDS_OF_A_CODE
    plain = everything_in_plain(story.database)
    assert [
        told for told in (words, *words.split("・"), "はな", "母とむすこ", "0266001234") if told in plain
    ] == []
    assert whose(story, " ".join(reversed(words.split("・")))) == booked.writer_id
    with story.database.transaction() as db:
        renewed = give_code(db, story.vault, client_id=booked.writer_id)
    assert (whose(story, words), whose(story, renewed)) == (None, booked.writer_id)


def test_no_two_people_have_one_code(story: Story) -> None:
    first, second = story.person("sora"), story.person("yama")
    with story.database.transaction() as db:
        give_code(db, story.vault, client_id=first)
    copied = sa.text(
        "UPDATE client SET spoken_code_index = (SELECT spoken_code_index FROM client WHERE id = :first)"
        " WHERE id = :second"
    )
    with pytest.raises(sa.exc.IntegrityError), story.database.transaction() as db:
        db.execute(copied, {"first": first, "second": second})


def test_who_is_erased_is_not_found_any_more(story: Story) -> None:
    sora = story.person("sora")
    with story.database.transaction() as db:
        words = give_code(db, story.vault, client_id=sora)
        erasing.erase_client(db, story.vault, client_id=sora, why="asked", by=None, now=story.now)
    assert whose(story, words) is None
    assert story.broken() == []


def test_somebody_known_is_booked_as_themselves(story: Story) -> None:
    sora = story.person("sora")
    with story.database.transaction() as db:
        clients.set_phone(db, story.vault, client_id=sora, phone="0266001234", note="夕方に", now=story.now)
        words = give_code(db, story.vault, client_id=sora)
    booked = call(
        story,
        story.times()[0].slot_id,
        client_id=sora,
        phone="09000000000",
        about="family",
        subject_knows="no",
        who_comes="母とむすこ",
        reminders="both",
    )
    assert (booked.writer_id, booked.visitor_id) == (sora, sora)
    assert (booked.subject_knows, booked.who_comes) == ("no", "母とむすこ")
    assert set(story.reminders(booked.id)) == {"three_days", "day_before"}
    assert code(story, sora) == words
    with story.database.reading() as db:
        assert phone_of(db, story.vault, sora) == "09000000000"
        assert phone_note_of(db, story.vault, sora) == "夕方に"


def test_a_second_live_booking_is_refused_and_leaves_nothing(story: Story) -> None:
    ten, eleven, *_ = story.times()
    sora = story.person("sora")
    story.book(sora, ten.slot_id)
    with pytest.raises(AlreadyBooked):
        call(story, eleven.slot_id, client_id=sora, phone="09000000000")
    assert (story.live(), code(story, sora)) == (1, None)
    with story.database.reading() as db:
        assert phone_of(db, story.vault, sora) is None
    assert story.told() == ["booked"]


def test_without_the_index_on_people_the_second_is_booked(story: Story) -> None:
    ten, eleven, *_ = story.times()
    sora = story.person("sora")
    story.book(sora, ten.slot_id)
    with story.database.transaction() as db:
        db.execute(sa.text("DROP INDEX uq_booking_live_quota"))
    call(story, eleven.slot_id, client_id=sora)
    assert "I2" in story.broken()


def test_staff_may_allow_a_second_one_and_say_why(story: Story) -> None:
    ten, eleven, *_ = story.times()
    sora = story.person("sora")
    story.book(sora, ten.slot_id)
    second = call(story, eleven.slot_id, client_id=sora, second_because="apart")
    assert story.live() == 2
    with story.database.reading() as db:
        assert [(step.by, step.reason) for step in steps_of(db, second.id)] == [(STAFF, "apart")]
    assert story.broken() == []


def test_a_hold_that_ran_out_is_not_in_the_callers_way(story: Story) -> None:
    ten, eleven, *_ = story.times()
    sora = story.person("sora")
    story.hold(sora, ten.slot_id)
    with pytest.raises(AlreadyBooked):
        call(story, eleven.slot_id, client_id=sora)
    story.now += HOLD
    assert call(story, eleven.slot_id, client_id=sora).state == "confirmed"
    assert story.live() == 1


def test_a_blocked_slot_is_nobodys(story: Story) -> None:
    ten, eleven, *_ = story.times()
    booked = story.book(story.person("yama"), eleven.slot_id)
    block(story, ten.slot_id)
    assert ten not in story.times()
    with story.database.reading() as db:
        assert free_slots_of_session(db, session_id=ten.session_id, now=story.now) == ()
        places = places_of_session(db, ten.session_id)
    assert [(place.blocked, place.why, place.state) for place in places] == [
        (True, "room", None),
        (False, "", "confirmed"),
    ]
    for act in (
        partial(story.hold, story.person("sora"), ten.slot_id),
        partial(call, story, ten.slot_id),
        partial(_move, story, booked.id, ten.slot_id),
    ):
        with pytest.raises(SlotTaken):
            act()
    with story.database.transaction() as db:
        unblock_slot(db, slot_id=ten.slot_id)
    assert story.book(story.person("sora"), ten.slot_id).state == "confirmed"
    assert story.broken() == []


def _move(story: Story, booking_id: str, slot_id: str) -> BookingRow:
    with story.database.transaction() as db:
        return service.move(
            db, story.vault, booking_id=booking_id, slot_id=slot_id, by=STAFF, reason="room", now=story.now
        )


def test_a_slot_somebody_has_cannot_be_blocked(story: Story) -> None:
    ten, eleven, *_ = story.times()
    story.book(story.person("sora"), ten.slot_id)
    story.hold(story.person("yama"), eleven.slot_id)
    for slot in (ten, eleven):
        with pytest.raises(SlotTaken):
            block(story, slot.slot_id)
    story.now += HOLD
    with story.database.transaction() as db:
        service.expire_holds(db, now=story.now)
    assert block(story, eleven.slot_id) == "blocked"


def test_a_move_keeps_its_reason(story: Story) -> None:
    ten, eleven, *_ = story.times()
    booked = call(story, ten.slot_id)
    _move(story, booked.id, eleven.slot_id)
    with story.database.reading() as db:
        steps = steps_of(db, booked.id)
    assert sorted((step.starts_at, step.reason) for step in steps) == [
        (ten.starts_at, ""),
        (eleven.starts_at, "room"),
    ]


def _block_against_book(story: Story) -> list[str]:
    """Staff block a slot at the instant at which somebody is booked there by telephone and somebody in the chat."""
    slot = story.times()[0].slot_id
    acts = [
        partial(block, story, slot),
        lambda: call(story, slot).state,
        partial(story.hold, story.person("sora"), slot),
    ]
    start = Barrier(len(acts))

    def released(act: Any) -> str:
        start.wait(timeout=30)
        try:
            return "blocked" if act() == "blocked" else "had"
        except DeskError as refusal:
            return type(refusal).__name__

    with ThreadPoolExecutor(len(acts)) as threads:
        return sorted(threads.map(released, acts))


def test_of_those_who_block_and_book_at_one_instant_one_wins(story: Story) -> None:
    for _ in range(ROUNDS):
        answers = _block_against_book(story)
        assert answers in (
            [SlotTaken.__name__, SlotTaken.__name__, "blocked"],
            [SlotTaken.__name__, SlotTaken.__name__, "had"],
        )
        _start_again(story)


def test_without_the_guard_somebody_is_booked_on_a_blocked_slot(
    postgres_url: str, vault: Vault, now: datetime
) -> None:
    with closing(Database(postgres_url)) as database:
        unguarded = open_story(database, vault, now)
        with database.transaction() as db:
            db.execute(sa.text("ALTER TABLE booking DROP CONSTRAINT fk_booking_open_slot"))
        slot = unguarded.times()[0].slot_id
        call(unguarded, slot)
        assert block(unguarded, slot) == "blocked"
        assert unguarded.broken() == ["I3"]


def _start_again(story: Story) -> None:
    with story.database.transaction() as db:
        db.execute(sa.text("DELETE FROM booking"))
        db.execute(sa.text("UPDATE slot SET status = 'open', blocked_why = ''"))
