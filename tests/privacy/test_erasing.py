"""Being forgotten: nothing is left that leads to the person, and every figure stays as it was."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desk.audit.glass import review
from desk.booking import service as booking_service
from desk.booking.queries import bookings_of_session
from desk.calendar.queries import list_desks
from desk.clients.erasing import erase_client, finish_erasures
from desk.clients.queries import organisation_id
from desk.clients.service import add_client
from desk.clock import at_tokyo
from desk.database import Connection, new_id
from desk.erasures import note_erasures, read_erasures
from desk.people.service import add_account
from desk.people.totals import monthly_totals, yearly_totals
from desk.record import service as record
from desk.tables import metadata
from desk.tables.audit import break_glass
from desk.tables.calendar import booking, booking_change, session, slot
from desk.tables.clients import client
from desk.tables.messaging import outbound_message
from desk.tables.notices import notice
from desk.tables.retention import erasure, past_booking
from tests.booking.story import FIRST_DAY, Story
from tests.privacy.life import Life

NEXT_YEAR = at_tokyo(date(2027, 6, 1), 12)
MONTHS = [date(2025, month, 20) for month in (2, 3, 4, 5, 12)] + [
    date(2026, month, 20) for month in (1, 3, 4)
]


class Undone(Exception):
    """What was tried is taken back."""


class Visit(NamedTuple):
    """Somebody books for themselves or another at one of two desks; what became of it."""

    writer: int
    visitor: int
    desk: int
    month: int
    state: str
    numbered: bool


PEOPLE = 4
VISITS = st.builds(
    Visit,
    writer=st.integers(0, PEOPLE - 1),
    visitor=st.integers(0, PEOPLE - 1),
    desk=st.integers(0, 1),
    month=st.integers(0, len(MONTHS) - 1),
    state=st.sampled_from(["attended", "attended", "no_show", "excused", "revoked", "moved", "lapsed"]),
    numbered=st.sampled_from([True, True, True, False]),
)


def forget(story: Story, db: Connection, client_id: str, now: datetime) -> None:
    """Erased, told so, and the last day over."""
    erase_client(db, story.vault, client_id=client_id, why="asked", by=None, now=now)
    db.execute(outbound_message.update().values(state="accepted"))
    finish_erasures(db, now=now)


def live_through(db: Connection, story: Story, visits: Sequence[Visit]) -> list[str]:
    """Puts the visits into the calendar; returns the people."""
    owner, desks = organisation_id(db), [desk.id for desk in list_desks(db)][:2]
    people = [add_client(db, story.vault, organisation_id=owner, now=story.now) for _ in range(PEOPLE)]
    for number, visit in enumerate(visits):
        day, desk_id, ids = MONTHS[visit.month], desks[visit.desk], [new_id() for _ in range(3)]
        hours = {"starts_at": at_tokyo(day, 10), "ends_at": at_tokyo(day, 12)}
        found = db.execute(
            sa.select(session.c.id).where(session.c.desk_id == desk_id, session.c.date == day)
        ).scalar()
        session_id = found or ids[0]
        if found is None:
            said = {"place": "", "status": "open", "origin": "extra"}
            db.execute(session.insert().values(id=session_id, desk_id=desk_id, date=day, **hours, **said))
        db.execute(slot.insert().values(id=ids[1], session_id=session_id, table_no=number, **hours))
        row = {"organisation_id": owner, "slot_id": ids[1], "session_id": session_id, "source": "line"}
        who = {"writer_id": people[visit.writer], "visitor_id": people[visit.visitor]}
        about = {"about": "self" if visit.writer == visit.visitor else "other", "state": visit.state}
        times = {"created_at": story.now, "ended_at": story.now}
        given_number = f"T-{number}" if visit.numbered else None
        db.execute(booking.insert().values(id=ids[2], number=given_number, **row, **who, **about, **times))
        change = {"at": story.now, "to_state": visit.state, "slot_id": ids[1], "by": "system"}
        db.execute(booking_change.insert().values(id=new_id(), booking_id=ids[2], **change))
    return people


def figures(db: Connection) -> tuple[object, ...]:
    """All that is counted."""
    desk_ids = [desk.id for desk in list_desks(db)]
    return monthly_totals(db, desk_ids=desk_ids), yearly_totals(db, desk_ids=desk_ids)


@given(visits=st.lists(VISITS, min_size=1, max_size=14), order=st.permutations(range(PEOPLE)))
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_figures_add_up_the_same_however_many_are_erased(
    story: Story, visits: list[Visit], order: list[int]
) -> None:
    with suppress(Undone), story.database.transaction() as db:
        people = live_through(db, story, visits)
        before = figures(db)
        for who in order:
            forget(story, db, people[who], story.now)
            assert figures(db) == before
        assert db.execute(sa.select(sa.func.count()).select_from(booking)).scalar_one() == 0
        raise Undone


def test_two_visits_in_a_year_are_one_person_also_once_nobody_knows_who(story: Story) -> None:
    came = [Visit(0, 0, 0, month, "attended", numbered=True) for month in (1, 2, 4, 6)]
    with story.database.transaction() as db:
        people = live_through(db, story, came)
        forget(story, db, people[0], story.now)
        years = yearly_totals(db, desk_ids=[desk.id for desk in list_desks(db)])
    assert [(row.year, row.people, row.visits) for row in years] == [(2025, 1, 3), (2024, 1, 1)]


def test_nothing_is_left_that_leads_to_the_person(life: Life) -> None:
    story = life.story
    with story.database.transaction() as db:
        record.erase(db, story.vault, client_id=life.client_id, by=life.account_id, now=NEXT_YEAR)
        db.execute(outbound_message.update().values(state="accepted"))
        db.execute(break_glass.update().values(reviewed_at=NEXT_YEAR))
        finish_erasures(db, now=NEXT_YEAR)
    left = [name for name in everywhere(story, life.client_id) if not name.startswith("audit_entry.")]
    assert left == []
    assert everywhere(story, life.booking_id) == []
    with story.database.reading() as db:
        certificate = db.execute(sa.select(erasure)).one()
        past = db.execute(sa.select(past_booking)).one()
    assert (certificate.why, certificate.account_id) == ("asked", life.account_id)
    assert (past.month, past.state, past.first_of_year) == ("2026-11", "attended", True)
    assert story.broken() == []


def test_whoever_broke_the_glass_still_answers_for_it(life: Life) -> None:
    story = life.story
    with story.database.transaction() as db:
        record.erase(db, story.vault, client_id=life.client_id, now=NEXT_YEAR)
        db.execute(outbound_message.update().values(state="accepted"))
        finish_erasures(db, now=NEXT_YEAR)
        row = db.execute(sa.select(break_glass)).one()
        supervisor, _link = add_account(
            db, story.vault, role="supervisor", desk_id=None, name="ツグミ", now=story.now
        )
    assert (row.client_id, row.reason, row.reviewed_at) == (life.client_id, None, None)
    assert story.broken() == []
    with story.database.transaction() as db:
        assert review(db, glass_id=row.id, by=supervisor, now=NEXT_YEAR)
        finish_erasures(db, now=NEXT_YEAR)
        assert db.execute(sa.select(client).where(client.c.id == life.client_id)).all() == []
        assert db.execute(sa.select(break_glass)).all() == []


def everywhere(story: Story, words: str) -> list[str]:
    """The columns in which these words stand somewhere, or as part of something."""
    found = []
    with story.database.reading() as db:
        for table in metadata.sorted_tables:
            for row in db.execute(sa.select(table)):
                found += [f"{table.name}.{name}" for name, kept in row._mapping.items() if words in str(kept)]
    return sorted(set(found))


def test_the_scan_finds_somebody_who_is_not_erased(life: Life) -> None:
    found = everywhere(life.story, life.client_id)
    assert {"answer.client_id", "booking.visitor_id", "client.id", "break_glass.client_id"} <= set(found)


def test_officers_see_the_cancellation_until_that_day_is_over(story: Story) -> None:
    sora = story.person("sora")
    booked = story.book(sora, story.times()[0].slot_id)
    with story.database.transaction() as db:
        booking_service.cancel(db, booking_id=booked.id, by="client", now=story.now)
        forget(story, db, sora, story.now)
    assert "cancelled" in story.told()
    with story.database.transaction() as db:
        finish_erasures(db, now=at_tokyo(FIRST_DAY, 23))
        shown = bookings_of_session(db, story.vault, booked.session_id)
        assert [(row.state, row.called_name) for row in shown] == [("excused", None)]
        finish_erasures(db, now=at_tokyo(FIRST_DAY + timedelta(days=1), 0))
        assert bookings_of_session(db, story.vault, booked.session_id) == ()
        assert db.execute(sa.select(past_booking.c.state)).scalars().all() == ["excused"]
        assert db.execute(sa.select(notice.c.booking_id).where(notice.c.booking_id.is_not(None))).all() == []


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where who was erased is written down."""
    return tmp_path / "tomarigi.erasures"


def note(story: Story, file: Path) -> int:
    """The job of every minute."""
    with story.database.transaction() as db:
        return note_erasures(db, file, now=story.now)


def erase(story: Story, *names: str) -> None:
    """These people are erased."""
    for name in names:
        client_id = story.person(name)
        with story.database.transaction() as db:
            record.erase(db, story.vault, client_id=client_id, now=story.now)


def test_each_who_is_erased_stands_in_the_file_once(story: Story, file: Path) -> None:
    assert (note(story, file), file.read_text()) == (0, "")
    erase(story, "sora", "yama")
    assert (note(story, file), note(story, file)) == (2, 0)
    erase(story, "mori")
    assert note(story, file) == 1
    assert len({line.subject_hash for line in read_erasures(file)}) == 3
    assert file.stat().st_mode & 0o077 == 0


def test_a_crash_between_the_file_and_the_commit_loses_nobody(story: Story, file: Path) -> None:
    erase(story, "sora")
    with suppress(Undone), story.database.transaction() as db:
        assert note_erasures(db, file, now=story.now) == 1
        raise Undone
    with file.open("a") as opened:
        opened.write("0123456789 cut o")
    erase(story, "yama")
    assert note(story, file) == 2
    lines = [line.subject_hash for line in read_erasures(file)]
    assert (len(lines), len(set(lines))) == (3, 2)


def test_a_lost_file_is_made_again_with_everybody(story: Story, file: Path) -> None:
    erase(story, "sora", "yama")
    note(story, file)
    before = read_erasures(file)
    file.unlink()
    assert note(story, file) == 2
    assert read_erasures(file) == before
