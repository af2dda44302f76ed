"""Being forgotten where two are in one booking, where somebody writes meanwhile, or where one row cannot go."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from desk.booking import service as booking_service
from desk.booking.outcomes import record_outcome
from desk.clients import consents
from desk.clients.consents import Basis
from desk.clients.erasing import finish_erasures
from desk.conversations.service import keep_sent
from desk.database import Connection, new_id
from desk.errors import PersonGone
from desk.intake.service import add_need
from desk.messaging.service import say
from desk.people.service import add_account
from desk.record import service as record
from desk.tables.calendar import booking
from desk.tables.clients import client, consent
from desk.tables.messaging import outbound_message
from tests.booking.story import Story
from tests.locks import wait_until_somebody_waits

NAME = "ひばり"
DAY = timedelta(days=1)


def erase(story: Story, client_id: str, now: datetime | None = None) -> None:
    """The person asks to be forgotten."""
    with story.database.transaction() as db:
        record.erase(db, story.vault, client_id=client_id, now=now or story.now)


def finish(story: Story, *, days: int = 0) -> int:
    """Every last word was said; the job of the minute runs."""
    with story.database.transaction() as db:
        db.execute(outbound_message.update().values(state="accepted"))
        return finish_erasures(db, now=story.now + days * DAY)


def books_for_another(story: Story, writer: str) -> tuple[str, str]:
    """She books for somebody she knows; the booking's id, and who will come."""
    story.hold(writer, story.times()[0].slot_id)
    made = story.confirm(writer, NAME, about="other")
    with story.database.transaction() as db:
        booking_service.note_who_comes(db, story.vault, booking_id=made.id, who_comes="めじろ", now=story.now)
    return made.id, made.visitor_id


def comes(story: Story, booking_id: str, *, promise: str = "またあう") -> None:
    """The visit was, and something was promised."""
    with story.database.transaction() as db:
        record_outcome(
            db,
            story.vault,
            booking_id=booking_id,
            outcome="attended",
            promise=promise,
            handed_on=True,
            by="0",
            now=story.booking(booking_id).starts_at,
        )


def told(story: Story, booking_id: str) -> dict[str, bool]:
    """What is still kept of a booking's people."""
    columns = (booking.c.called_name, booking.c.called_index, booking.c.promise, booking.c.who_comes)
    with story.database.reading() as db:
        row = db.execute(sa.select(*columns).where(booking.c.id == booking_id)).one()
    return {name: value is not None for name, value in row._mapping.items()}


def people(story: Story) -> dict[str, bool]:
    """Everybody, and whether they are erased."""
    with story.database.reading() as db:
        return {row.id: row.erased_at is not None for row in db.execute(sa.select(client))}


def withdraws(story: Story, client_id: str) -> None:
    """The person takes back the consent that bookings stand on."""
    with story.database.transaction() as db:
        record.take_back(db, story.vault, client_id=client_id, purpose="booking", now=story.now)


def test_whoever_comes_takes_nothing_from_the_booking_of_another(story: Story) -> None:
    booking_id, visitor = books_for_another(story, story.person("sora"))
    withdraws(story, visitor)
    assert story.booking(booking_id).state == "confirmed"
    assert told(story, booking_id) == {
        "called_name": True,
        "called_index": True,
        "promise": False,
        "who_comes": True,
    }


def test_whoever_wrote_takes_nothing_of_who_came(story: Story) -> None:
    sora = story.person("sora")
    booking_id, visitor = books_for_another(story, sora)
    comes(story, booking_id)
    withdraws(story, sora)
    assert told(story, booking_id)["promise"]
    assert not told(story, booking_id)["who_comes"]
    withdraws(story, visitor)
    assert not any(told(story, booking_id).values())


def test_whom_only_she_knew_goes_with_her(story: Story) -> None:
    sora, yama = story.person("sora"), story.person("yama")
    _, visitor = books_for_another(story, sora)
    erase(story, sora)
    assert people(story) == {sora: True, visitor: True, yama: False}
    assert story.broken() == []
    finish(story, days=60)
    finish(story, days=60)
    assert people(story) == {yama: False}


def test_who_came_stays_without_the_name_she_gave(story: Story) -> None:
    sora = story.person("sora")
    booking_id, visitor = books_for_another(story, sora)
    comes(story, booking_id)
    erase(story, sora)
    assert people(story) == {sora: True, visitor: False}
    assert told(story, booking_id) == {
        "called_name": False,
        "called_index": False,
        "promise": True,
        "who_comes": False,
    }


def test_what_somebody_else_wrote_stays(story: Story) -> None:
    sora = story.person("sora")
    booking_id, visitor = books_for_another(story, sora)
    yama = story.person("yama")
    other = story.book(yama, story.times()[0].slot_id, name=NAME)
    with story.database.transaction() as db:
        db.execute(booking.update().where(booking.c.id == other.id).values(visitor_id=visitor))
    erase(story, sora)
    assert not people(story)[visitor]
    assert not told(story, booking_id)["called_name"]
    assert told(story, other.id)["called_name"]


def test_a_visit_that_has_begun_is_no_cancellation(story: Story) -> None:
    sora = story.person("sora")
    booked = story.book(sora, story.times()[0].slot_id)
    erase(story, sora, booked.starts_at + timedelta(minutes=30))
    assert story.booking(booked.id).state == "lapsed"
    assert "cancelled" not in story.told()
    comes(story, booked.id)
    assert (story.booking(booked.id).state, told(story, booked.id)["promise"]) == ("attended", False)
    assert story.broken() == []


def test_nothing_is_kept_of_who_was_erased(story: Story) -> None:
    sora = story.person("sora")
    account_id = new_id()
    erase(story, sora)
    basis = Basis("x", account_id)
    words: dict[str, Any] = {"text_version": "x", "text": "x", "now": story.now}
    with story.database.transaction() as db:
        with pytest.raises(PersonGone):
            consents.agree(db, client_id=sora, purpose="answers", via="panel", **words)
        with pytest.raises(PersonGone):
            consents.note_emergency(db, story.vault, client_id=sora, purpose="answers", basis=basis, **words)
        with pytest.raises(PersonGone):
            add_need(db, story.vault, client_id=sora, code="housing", account_id=account_id, now=story.now)
        with pytest.raises(PersonGone):
            record.erase(db, story.vault, client_id=sora, now=story.now)


def test_a_yes_given_while_somebody_is_erased_does_not_stay(story: Story) -> None:
    sora = story.person("sora")
    with ThreadPoolExecutor(1) as pool:
        with story.database.transaction() as db:
            consents.agree(
                db,
                client_id=sora,
                purpose="answers",
                via="panel",
                text_version="x",
                text="x",
                now=story.now,
            )
            erasing = pool.submit(erase, story, sora)
            if not story.database.is_sqlite:
                wait_until_somebody_waits(story.database)
        erasing.result()
    with story.database.reading() as db:
        assert db.execute(sa.select(consent.c.id)).all() == []


def staff_write(story: Story, client_id: str) -> None:
    """A letter of staff to somebody."""
    says = [{"kind": "fine", "facts": {}}]
    with story.database.transaction() as db:
        account_id, _link = add_account(
            db, story.vault, role="staff", desk_id=None, name="佐藤", now=story.now
        )
        sent = say(db, story.vault, client_id=client_id, says=says, now=story.now)
        assert sent is not None
        keep_sent(
            db,
            story.vault,
            client_id=client_id,
            text="こんにちは",
            account_id=account_id,
            outbound_id=sent,
            now=story.now,
        )


def hold_on_to(db: Connection, client_id: str) -> None:
    """Somebody's row cannot go, as if another row still pointed to it."""
    if db.dialect.name == "sqlite":
        db.exec_driver_sql(
            f"CREATE TRIGGER stays BEFORE DELETE ON client WHEN old.id = '{client_id}' "
            "BEGIN SELECT RAISE(ABORT, 'it stays'); END"
        )
        return
    db.exec_driver_sql(
        "CREATE FUNCTION it_stays() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'it stays' USING ERRCODE = 'foreign_key_violation'; END $$"
    )
    db.exec_driver_sql(
        f"CREATE TRIGGER stays BEFORE DELETE ON client FOR EACH ROW WHEN (old.id = '{client_id}') "
        "EXECUTE FUNCTION it_stays()"
    )


def let_go_of(db: Connection) -> None:
    """The row may go again."""
    db.exec_driver_sql("DROP TRIGGER stays" + ("" if db.dialect.name == "sqlite" else " ON client"))


def test_a_letter_that_came_too_late_goes_with_the_rest(story: Story) -> None:
    sora = story.person("sora")
    erase(story, sora)
    staff_write(story, sora)
    assert finish(story) == 2
    assert people(story) == {}


def test_who_cannot_go_yet_hinders_nobody(story: Story) -> None:
    sora, yama, mori = (story.person(name) for name in ("sora", "yama", "mori"))
    erase(story, sora)
    erase(story, yama)
    with story.database.transaction() as db:
        hold_on_to(db, sora)
    assert finish(story) == 3
    assert people(story) == {sora: True, mori: False}
    with story.database.transaction() as db:
        let_go_of(db)
    assert finish(story) == 1
    assert people(story) == {mori: False}
