"""A reminder is pushed once: through deaths, clocks that are set, and an hour of trouble at LINE."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.crash.desk import START, RunningDesk, running_desk, wait_for
from tests.crash.people import PUSH, book, newcomer, pushed, pushes, wait_for_push
from tests.crash.trouble import NOT_TAKEN, TAKEN, next_call, spoil
from tests.engines import by_default

ON_SQLITE_BY_DEFAULT = by_default("sqlite", "lasting_desk")
ON_POSTGRES_BY_DEFAULT = by_default("postgres", "lasting_desk")

QUEUED, NOTED = "INSERT INTO outbound_message", "UPDATE outbound_message SET .*line_request_id"
BEGUN = "2026-11-27T11:00:30+09:00"
THREE_DAYS_BEFORE, THE_DAY_BEFORE = "2026-11-24T12:00:30+09:00", "2026-11-26T18:00:30+09:00"
SKIPPED = "SELECT count(*) FROM reminder WHERE state = 'skipped'"
HOUR_SECONDS, TEN_MINUTES, MORE_THAN_A_DAY = 3600, 600, 25 * 3600


@ON_POSTGRES_BY_DEFAULT
def test_it_comes_once_though_processes_die_at_it(lasting_desk: RunningDesk) -> None:
    desk = lasting_desk
    person = newcomer(desk)
    book(desk, person)
    desk.die_at("after", QUEUED)
    desk.set_clock(THREE_DAYS_BEFORE)
    desk.revive()
    wait_for_push(desk, 1, 0)
    desk.settle()
    desk.die_at("before", NOTED)
    desk.set_clock(THE_DAY_BEFORE)
    desk.revive()
    # LINE answers the second attempt with 409: it has the message.
    wait_for_push(desk, 3, 0)
    desk.settle()
    assert len(pushes(desk, person)) == 2
    assert pushed(desk) == [200, 200, 409]


@ON_SQLITE_BY_DEFAULT
def test_it_comes_twice_where_line_forgot_the_key(lasting_desk: RunningDesk) -> None:
    desk = lasting_desk
    _look_after(desk, lambda: desk.set_clock(START))
    person, before = newcomer(desk), len(pushed(desk))
    book(desk, person)
    desk.settle()
    desk.die_at("before", NOTED)
    desk.set_clock(THREE_DAYS_BEFORE)
    wait_for("the death", lambda: not desk.point_file.exists())
    desk.line.move_clock(MORE_THAN_A_DAY)
    desk.revive()
    wait_for_push(desk, 2, before)
    desk.settle()
    assert len(pushes(desk, person)) == 2


@ON_SQLITE_BY_DEFAULT
def test_a_clock_put_back_and_forward_repeats_nothing(lasting_desk: RunningDesk) -> None:
    desk = lasting_desk
    _look_after(desk, lambda: desk.set_clock(START))
    person, before = newcomer(desk), len(pushed(desk))
    book(desk, person, place=2)
    desk.set_clock(THREE_DAYS_BEFORE)
    wait_for_push(desk, 1, before)
    for hours in (-1, 2, -1):
        _look_after(desk, partial(desk.turn_clock, hours * HOUR_SECONDS))
        desk.line.ask(person, "ヘルプ")
    desk.settle()
    assert len(pushes(desk, person)) == 1


def test_it_comes_again_where_nobody_remembers_it(postgres_url: str, tmp_path: Path) -> None:
    with running_desk(postgres_url, tmp_path) as desk:
        person = newcomer(desk)
        book(desk, person, place=2)
        desk.set_clock(THREE_DAYS_BEFORE)
        wait_for_push(desk, 1, 0)
        desk.settle()
        with desk.database.transaction() as db:
            db.execute(sa.text("ALTER TABLE outbound_message DROP CONSTRAINT uq_outbound_message_dedupe_key"))
            db.execute(sa.text("UPDATE reminder SET state = 'planned' WHERE state = 'sent'"))
        desk.turn_clock(TEN_MINUTES)
        wait_for_push(desk, 2, 0)
        assert len(pushes(desk, person)) == 2


def _look_after(desk: RunningDesk, act: Callable[[], None]) -> None:
    """Puts the clock, and waits until the desk has looked for reminders after it."""
    run = "SELECT last_run_at FROM job WHERE name = 'send reminders'"
    before = desk.rows(run)
    act()
    wait_for("the job", lambda: desk.rows(run) != before)


@pytest.mark.soak
def test_it_survives_an_hour_of_everything(lasting_desk: RunningDesk) -> None:
    desk = lasting_desk
    _look_after(desk, lambda: desk.set_clock(START))
    person, before = newcomer(desk), len(pushed(desk))
    book(desk, person, place=3)
    for fault in (*NOT_TAKEN, *TAKEN):
        spoil(desk, PUSH, fault)
    next_call(desk, PUSH, lambda: desk.set_clock(THREE_DAYS_BEFORE))
    for _ in (*NOT_TAKEN, *TAKEN):
        next_call(desk, PUSH, lambda: desk.pass_time(TEN_MINUTES))
    desk.settle()
    assert len(pushes(desk, person)) == 1
    statuses = pushed(desk)[before:]
    assert statuses.count(200) == 1
    assert statuses[-1] == 409


@ON_SQLITE_BY_DEFAULT
def test_after_six_hours_without_a_worker_it_comes_late_and_once(lasting_desk: RunningDesk) -> None:
    desk = lasting_desk
    _look_after(desk, lambda: desk.set_clock(START))
    person, before = newcomer(desk), len(pushed(desk))
    book(desk, person, place=2)
    desk.stop()
    desk.set_clock(THREE_DAYS_BEFORE)
    desk.turn_clock(6 * HOUR_SECONDS)
    _look_after(desk, desk.start)
    wait_for_push(desk, 1, before)
    _look_after(desk, partial(desk.turn_clock, TEN_MINUTES))
    desk.settle()
    assert len(pushes(desk, person)) == 1


@ON_POSTGRES_BY_DEFAULT
def test_after_the_visit_has_begun_nobody_is_reminded_of_it(lasting_desk: RunningDesk) -> None:
    desk = lasting_desk
    _look_after(desk, lambda: desk.set_clock(START))
    person, skipped = newcomer(desk), desk.number(SKIPPED)
    book(desk, person, place=3)
    desk.stop()
    desk.set_clock(BEGUN)
    _look_after(desk, desk.start)
    desk.settle()
    assert pushes(desk, person) == []
    # The control: both were due and were looked at.
    assert desk.number(SKIPPED) >= skipped + 2
