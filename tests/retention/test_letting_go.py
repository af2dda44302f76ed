"""A person is let go once their time is over, and not a day before; what is open keeps them, and nothing is silent."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.pages.kept import parts_of
from desk.booking.outcomes import record_outcome
from desk.clients import consents, relinking
from desk.clients import service as clients
from desk.clock import at_tokyo, local_date
from desk.conversations.service import keep_message
from desk.intake import service as intake
from desk.people import service as people
from desk.record.queries import kept_of
from desk.retention import queries, service
from desk.retention.going import going
from desk.retention.rules import WrongHold
from desk.tables.clients import client
from desk.tables.people import personal_note
from desk.tables.retention import erasure
from desk.wishes import service as wishes
from tests.booking.story import Story

T = TypeVar("T")
LAST = date(2026, 11, 12)
YEAR_OVER = at_tokyo(LAST + timedelta(days=366), 3)
VISIT_OVER = at_tokyo(LAST + timedelta(days=91), 3)


@dataclass
class Desk:
    """The desk, and two who work there."""

    story: Story
    sato: str
    mori: str

    def lets_go(self, now: datetime, *, at_most: int = 50) -> int:
        with self.story.database.transaction() as db:
            return service.let_go(db, self.story.vault, at_most=at_most, now=now)

    def keeps(self, client_id: str) -> bool:
        with self.story.database.reading() as db:
            query = sa.select(client.c.erased_at).where(client.c.id == client_id)
            return db.execute(query).scalar_one_or_none() is None and bool(
                db.execute(sa.select(client.c.id).where(client.c.id == client_id)).first()
            )

    def foretold(self, by: date) -> dict[str, date]:
        with self.story.database.reading() as db:
            rows = going(db, by=by)
        return {row.client_id: row.on for row in rows}

    def does(self, act: Callable[[Connection], T]) -> T:
        with self.story.database.transaction() as db:
            return act(db)

    def holds(self, client_id: str, until: date) -> str:
        return self.does(
            lambda db: service.ask_hold(
                db,
                self.story.vault,
                client_id=client_id,
                reason="裁判が続いている",
                until=until,
                account_id=self.sato,
                now=self.story.now,
            )
        )


@pytest.fixture
def desk(story: Story) -> Desk:
    """佐藤 and 森 work at the desk."""
    with story.database.transaction() as db:
        ids = [
            people.add_account(db, story.vault, role="staff", desk_id=None, name=name, now=story.now)[0]
            for name in ("佐藤", "森")
        ]
    return Desk(story, *ids)


def writes(desk: Desk, client_id: str, *, purpose: str = "story") -> None:
    """Somebody tells something, with their consent."""

    def keep(db: Connection) -> None:
        now = desk.story.now
        consent_id = consents.agree(
            db, client_id=client_id, purpose="answers", text_version="t", text="はい", via="line", now=now
        )
        keep_message(
            db,
            desk.story.vault,
            client_id=client_id,
            purpose=purpose,
            text="元気です。",
            consent_id=consent_id,
            shared=True,
            origin=None,
            now=now,
        )

    desk.does(keep)


def test_somebody_who_told_something_is_kept_a_year_and_not_longer(desk: Desk) -> None:
    sora = desk.story.person("sora")
    writes(desk, sora)
    assert desk.lets_go(at_tokyo(LAST + timedelta(days=365), 3)) == 0
    assert desk.keeps(sora)
    assert desk.foretold(LAST + timedelta(days=366)) == {sora: LAST + timedelta(days=366)}
    assert desk.lets_go(YEAR_OVER) == 1
    assert not desk.keeps(sora)
    assert desk.lets_go(YEAR_OVER) == 0


def test_somebody_of_whom_only_a_booking_is_known_goes_after_ninety_days(desk: Desk) -> None:
    sora = desk.story.person("sora")
    booked = desk.story.book(sora, desk.story.times()[0].slot_id)
    met = local_date(booked.ends_at)
    assert not desk.foretold(met + timedelta(days=400))  # it lies ahead
    desk.story.now = booked.ends_at + timedelta(hours=1)
    desk.does(lambda db: _came(db, booked.id, desk))
    assert desk.foretold(met + timedelta(days=90)) == {}
    assert desk.foretold(met + timedelta(days=91)) == {sora: met + timedelta(days=91)}
    assert desk.lets_go(at_tokyo(met + timedelta(days=91), 3)) == 1


def _came(db: Connection, booking_id: str, desk: Desk) -> None:
    record_outcome(
        db,
        desk.story.vault,
        booking_id=booking_id,
        outcome="attended",
        promise=None,
        handed_on=False,
        by="staff",
        now=desk.story.now,
    )


def test_what_is_open_keeps_somebody(desk: Desk) -> None:
    now = desk.story.now
    flagged, wishing, unanswered, booked = (desk.story.person(name) for name in "abcd")
    desk.does(
        lambda db: intake.raise_flag(
            db, desk.story.vault, client_id=flagged, codes=["self_harm"], level="alarm", how="text", now=now
        )
    )
    desk.does(
        lambda db: wishes.keep_wish(
            db,
            desk.story.vault,
            client_id=wishing,
            desk_code="suwa",
            kind="evening",
            note="",
            now=now,
        )
    )
    writes(desk, unanswered, purpose="staff")
    desk.story.book(booked, desk.story.times()[0].slot_id)
    assert desk.lets_go(at_tokyo(LAST + timedelta(days=900), 3)) == 0
    assert all(desk.keeps(each) for each in (flagged, wishing, unanswered, booked))


@pytest.fixture
def linked(desk: Desk) -> tuple[str, str]:
    """One person with two numbers: the one their account speaks for, and the one it came from."""
    whose, was = desk.story.person("sora"), desk.story.person("sora-anew")

    def link(db: Connection) -> None:
        by: dict[str, Any] = {"in_use": was, "account_id": desk.sato, "now": desk.story.now}
        relinking.link(db, desk.story.vault, client_id=whose, from_id=was, **by)

    desk.does(link)
    return whose, was


def test_who_has_two_numbers_goes_by_both_at_once(desk: Desk, linked: tuple[str, str]) -> None:
    whose, was = linked
    writes(desk, was)
    gone_on = LAST + timedelta(days=366)
    assert desk.lets_go(VISIT_OVER) == 0, "one of the two has only visited, but the person has told something"
    assert desk.foretold(gone_on) == {whose: gone_on, was: gone_on}
    assert desk.lets_go(YEAR_OVER, at_most=1) == 1
    assert (desk.keeps(whose), desk.keeps(was)) == (False, False)


def test_a_contact_under_one_number_keeps_both(desk: Desk, linked: tuple[str, str]) -> None:
    whose, was = linked
    writes(desk, was)
    desk.story.now = YEAR_OVER - timedelta(days=10)
    desk.does(lambda db: clients.arrive(db, desk.story.vault, user_id="U-sora-anew", now=desk.story.now))
    assert desk.lets_go(YEAR_OVER) == 0
    assert desk.keeps(whose)
    assert desk.keeps(was)
    came = local_date(desk.story.now) + timedelta(days=366)
    assert desk.foretold(came) == {whose: came, was: came}


@pytest.mark.parametrize("number", [0, 1])
def test_a_hold_on_one_number_keeps_both(desk: Desk, linked: tuple[str, str], number: int) -> None:
    until = local_date(VISIT_OVER) + timedelta(days=30)
    desk.holds(linked[number], until)
    desk.does(
        lambda db: service.agree_to_hold(
            db, client_id=linked[number], account_id=desk.mori, now=desk.story.now
        )
    )
    assert desk.lets_go(VISIT_OVER) == 0
    after = until + timedelta(days=1)
    assert desk.foretold(after) == dict.fromkeys(linked, after)
    assert desk.lets_go(at_tokyo(after, 3)) == 1
    assert not any(desk.keeps(each) for each in linked)


def test_a_hold_keeps_somebody_while_it_lasts_and_wants_two_people(desk: Desk) -> None:
    sora = desk.story.person("sora")
    until = local_date(VISIT_OVER) + timedelta(days=30)
    desk.holds(sora, until)
    with pytest.raises(WrongHold, match="kept"):
        desk.holds(sora, until)
    with pytest.raises(WrongHold, match="same"):
        desk.does(
            lambda db: service.agree_to_hold(db, client_id=sora, account_id=desk.sato, now=desk.story.now)
        )
    desk.does(lambda db: service.agree_to_hold(db, client_id=sora, account_id=desk.mori, now=desk.story.now))
    assert desk.lets_go(VISIT_OVER) == 0
    assert desk.lets_go(at_tokyo(until, 3)) == 0
    assert desk.lets_go(at_tokyo(until + timedelta(days=1), 3)) == 1


def test_a_hold_nobody_agreed_to_lasts_two_weeks(desk: Desk) -> None:
    sora = desk.story.person("sora")
    desk.story.now = VISIT_OVER - timedelta(days=10)
    desk.holds(sora, local_date(VISIT_OVER) + timedelta(days=60))
    assert desk.lets_go(VISIT_OVER) == 0
    assert desk.lets_go(VISIT_OVER + timedelta(days=5)) == 1


def test_the_desk_is_warned_before_a_hold_ends_and_may_ask_again(desk: Desk) -> None:
    sora = desk.story.person("sora")
    until = local_date(VISIT_OVER) + timedelta(days=20)
    desk.story.now = VISIT_OVER - timedelta(days=10)
    desk.holds(sora, until)
    desk.does(lambda db: service.agree_to_hold(db, client_id=sora, account_id=desk.mori, now=desk.story.now))
    assert desk.foretold(until) == {}
    assert desk.foretold(until + timedelta(days=1)) == {sora: until + timedelta(days=1)}
    desk.story.now = at_tokyo(until + timedelta(days=1), 1)
    with desk.story.database.reading() as db:
        today = local_date(desk.story.now)
        assert queries.hold_of(db, desk.story.vault, sora, today=today) is None
        assert queries.held_people(db, today=today) == ()
    desk.holds(sora, until + timedelta(days=90))
    assert desk.lets_go(at_tokyo(until + timedelta(days=1), 3)) == 0


def test_the_person_reads_whether_a_hold_was_only_asked_for_or_agreed_to_or_ended(desk: Desk) -> None:
    sora = desk.story.person("sora")
    vault, now = desk.story.vault, desk.story.now
    desk.holds(sora, local_date(now) + timedelta(days=60))

    def read(db: Connection) -> str:
        parts = parts_of(kept_of(db, vault, sora))
        return next(part.lines[0].told for part in parts if part.heading == "消さずに のこすこと")

    told = [desk.does(read)]
    desk.does(lambda db: service.agree_to_hold(db, client_id=sora, account_id=desk.mori, now=now))
    told.append(desk.does(read))
    desk.does(lambda db: service.end_hold(db, client_id=sora, now=now))
    told.append(desk.does(read))
    said = [("考えました" in each, "ことに しました" in each, "やめました" in each) for each in told]
    assert said == [(True, False, False), (False, True, False), (False, True, True)]


def test_what_staff_note_is_a_contact(desk: Desk) -> None:
    sora = desk.story.person("sora")

    def note(db: Connection) -> None:
        row = {"id": "0" * 32, "client_id": sora, "account_id": desk.sato, "at": VISIT_OVER}
        db.execute(personal_note.insert().values(**row, body=b"x"))

    desk.does(note)
    assert desk.lets_go(VISIT_OVER + timedelta(days=2)) == 0
    assert desk.lets_go(VISIT_OVER + timedelta(days=300)) == 0
    assert desk.lets_go(VISIT_OVER + timedelta(days=367)) == 1


def test_a_hold_that_was_ended_keeps_nobody(desk: Desk) -> None:
    sora = desk.story.person("sora")
    desk.holds(sora, LAST + timedelta(days=300))
    desk.does(lambda db: service.agree_to_hold(db, client_id=sora, account_id=desk.mori, now=desk.story.now))
    desk.does(lambda db: service.end_hold(db, client_id=sora, now=desk.story.now))
    with pytest.raises(WrongHold, match="over"):
        desk.does(
            lambda db: service.agree_to_hold(db, client_id=sora, account_id=desk.mori, now=desk.story.now)
        )
    assert desk.lets_go(VISIT_OVER) == 1
    assert not desk.keeps(sora)


def test_what_is_foretold_is_what_happens_in_steps(desk: Desk) -> None:
    for number in range(7):
        desk.story.now += timedelta(days=1)
        desk.story.person(f"somebody-{number}")
    tonight = VISIT_OVER + timedelta(days=4)
    foretold = desk.foretold(local_date(tonight))
    assert len(foretold) == 4
    assert [desk.lets_go(tonight, at_most=3) for _ in range(3)] == [3, 1, 0]
    assert not any(desk.keeps(each) for each in foretold)
    with desk.story.database.reading() as db:
        certificates = db.execute(sa.select(erasure.c.why, erasure.c.account_id)).all()
        counts = [json.loads(row.counts) for row in queries.runs(db, since=tonight)]
    assert certificates == [("retention", None)] * 4
    assert sum(row["people"] for row in counts) == 4


def test_a_shorter_lifetime_holds_after_a_week_in_which_the_desk_is_warned(desk: Desk) -> None:
    sora = desk.story.person("sora")
    now = at_tokyo(LAST + timedelta(days=31), 3)
    assert desk.lets_go(now) == 0
    desk.does(lambda db: service.set_lifetime(db, kind="visit", days=30, account_id=desk.mori, now=now))
    with desk.story.database.reading() as db:
        assert queries.rules_changed(db)["visit"][0] == desk.mori
    in_a_week = now + timedelta(days=7)
    assert desk.lets_go(in_a_week - timedelta(days=1)) == 0
    assert desk.foretold(local_date(in_a_week)) == {sora: local_date(in_a_week)}
    assert desk.lets_go(in_a_week) == 1
    assert not desk.keeps(sora)


@pytest.mark.parametrize("database", ["postgres"], indirect=True)
def test_whoever_comes_back_in_that_very_moment_stays(desk: Desk) -> None:
    sora = desk.story.person("sora")
    later = VISIT_OVER - timedelta(minutes=1)
    came: list[datetime] = []

    def come_back(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if "FOR UPDATE" in statement and not came:
            came.append(later)
            with desk.story.database.transaction() as db:
                clients.arrive(db, desk.story.vault, user_id="U-sora", now=later)

    engine = desk.story.database.engine
    sa.event.listen(engine, "before_cursor_execute", come_back)
    gone = desk.lets_go(VISIT_OVER)
    sa.event.remove(engine, "before_cursor_execute", come_back)
    assert came
    assert gone == 0
    assert desk.keeps(sora)
