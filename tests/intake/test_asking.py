"""Asked once whether there is danger: what follows from hints, answers and silence, whoever dies or does it twice."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Barrier

import pytest

from bot.scheduling.timetable import run_due
from desk.clients import erasing
from desk.clients import service as clients
from desk.conversations.service import forget_idle, keep_progress
from desk.database import Connection, Database
from desk.house import House
from desk.intake import danger
from desk.intake.queries import flags_of
from desk.intake.rules import Step, step_after_check
from desk.privacy import Vault
from desk.tables.clients import client
from tomarigi.sample import open_samples

A_MOMENT = timedelta(minutes=1)
SILENT = timedelta(minutes=15)


@pytest.fixture
def sora(house: House, now: datetime) -> str:
    """Somebody the bot has met."""
    open_samples(house.database, now=now)
    with house.database.transaction() as db:
        return clients.arrive(db, house.vault, user_id="U" + "7" * 32, now=now)


def hear(house: House, client_id: str, now: datetime, *codes: str) -> Step:
    with house.database.transaction() as db:
        return danger.hear_check(db, house.vault, client_id=client_id, codes=codes, how="text", now=now)


def answer(house: House, client_id: str, said: str, now: datetime) -> None:
    with house.database.transaction() as db:
        danger.answer(db, house.vault, client_id=client_id, said=said, now=now)


def flags(house: House, client_id: str) -> list[tuple[str, str, tuple[str, ...]]]:
    """The flags of a person, oldest first, each as (level, how, signs)."""
    with house.database.reading() as db:
        found = flags_of(db, house.vault, client_id=client_id)
    return [(flag.level, flag.how, flag.codes) for flag in reversed(found)]


@pytest.mark.parametrize(
    ("minutes_ago", "settled", "flagged", "step", "tells"),
    [
        (None, True, False, Step.QUESTION, False),
        (0, False, False, Step.NUMBERS, True),
        (59, False, True, Step.NOTHING, False),
        (59, True, False, Step.NOTHING, True),
        (59, True, True, Step.NOTHING, False),
        (60, False, True, Step.QUESTION, False),
    ],
)
def test_one_conversation_has_one_question(
    now: datetime, minutes_ago: int | None, settled: bool, flagged: bool, step: Step, tells: bool
) -> None:
    asked_at = None if minutes_ago is None else now - timedelta(minutes=minutes_ago)
    assert step_after_check(asked_at=asked_at, settled=settled, flagged=flagged, now=now) == (step, tells)


def test_silence_is_flagged_once_with_its_signs_by_whichever_process_lives(
    house: House, sora: str, now: datetime
) -> None:
    hear(house, sora, now, "suicide", "no_food")
    run_due(house, now=now + SILENT - A_MOMENT)
    assert flags(house, sora) == []

    with another_process(house) as restarted:
        run_due(restarted, now=now + SILENT)
        run_due(house, now=now + SILENT)
        run_due(restarted, now=now + 2 * SILENT)

    assert flags(house, sora) == [("check", "unanswered", ("suicide", "no_food"))]
    with house.database.reading() as db:
        still_open = "SELECT count(*) FROM danger_question WHERE settled_at IS NULL"
        assert db.exec_driver_sql(still_open).scalar_one() == 0


def test_somebody_whose_key_is_broken_hides_nobody_elses_silence(
    house: House, sora: str, now: datetime
) -> None:
    with house.database.transaction() as db:
        yama = clients.arrive(db, house.vault, user_id="U" + "1" * 32, now=now)
    for person in (yama, sora):
        hear(house, person, now, "suicide")
    with house.database.transaction() as db:
        db.execute(client.update().where(client.c.id == yama).values(wrapped_key=b"broken"))

    run_due(house, now=now + SILENT)

    assert [flag[:2] for flag in flags(house, sora)] == [("check", "unanswered")]
    with house.database.reading() as db:
        still_open = "SELECT client_id FROM danger_question WHERE settled_at IS NULL"
        assert db.exec_driver_sql(still_open).scalars().all() == [yama]


def test_two_schedulers_at_once_notice_the_same_silence_once(house: House, sora: str, now: datetime) -> None:
    hear(house, sora, now, "suicide")

    at_once(house, lambda db: danger.flag_silence(db, house.vault, now=now + SILENT))

    assert len(flags(house, sora)) == 1


@pytest.mark.parametrize(("said", "raised"), [("yes", ["alarm"]), ("unsure", ["check"]), ("no", [])])
def test_an_answer_given_twice_at_once_is_told_once(
    house: House, sora: str, now: datetime, said: str, raised: list[str]
) -> None:
    hear(house, sora, now, "medical_now")

    at_once(house, lambda db: danger.answer(db, house.vault, client_id=sora, said=said, now=now))
    run_due(house, now=now + SILENT)

    assert flags(house, sora) == [(level, said, ("medical_now",)) for level in raised]


def test_yes_after_no_and_yes_after_silence_are_alarms(house: House, sora: str, now: datetime) -> None:
    hear(house, sora, now, "suicide")
    answer(house, sora, "no", now)
    answer(house, sora, "yes", now + A_MOMENT)
    assert [flag[:2] for flag in flags(house, sora)] == [("alarm", "yes")]

    later = now + timedelta(hours=2)
    hear(house, sora, later, "suicide")
    run_due(house, now=later + SILENT)
    answer(house, sora, "yes", later + SILENT + A_MOMENT)
    assert [flag[:2] for flag in flags(house, sora)][1:] == [("check", "unanswered"), ("alarm", "yes")]


def test_an_alarm_stands_above_the_question_before_it(house: House, sora: str, now: datetime) -> None:
    hear(house, sora, now, "suicide")
    with house.database.transaction() as db:
        danger.hear_alarm(db, house.vault, client_id=sora, codes=["suicide"], how="text", now=now + A_MOMENT)
    assert hear(house, sora, now + 2 * A_MOMENT, "suicide") is Step.NOTHING
    run_due(house, now=now + SILENT)

    assert flags(house, sora) == [("alarm", "text", ("suicide",))]


def test_the_question_outlives_the_conversation_and_goes_with_the_person(
    house: House, sora: str, now: datetime
) -> None:
    with house.database.transaction() as db:
        keep_progress(db, house.vault, client_id=sora, progress={}, now=now)
    hear(house, sora, now, "suicide")
    with house.database.transaction() as db:
        forget_idle(db, now=now + timedelta(days=8))
    run_due(house, now=now + timedelta(days=8))
    assert len(flags(house, sora)) == 1

    with house.database.transaction() as db:
        erasing.erase_client(db, house.vault, client_id=sora, why="asked", by=None, now=now)
        assert db.exec_driver_sql("SELECT count(*) FROM danger_question").scalar_one() == 0


@contextmanager
def another_process(house: House) -> Iterator[House]:
    """The same data seen by a program that was started anew."""
    database = Database(house.database.engine.url.render_as_string(hide_password=False))
    yield replace(house, database=database, vault=Vault(house.vault.master))
    database.close()


def at_once(house: House, act: Callable[[Connection], object]) -> None:
    """Two processes do the same at one instant, each in its own transaction."""
    start = Barrier(2)

    def released(database: Database) -> None:
        start.wait(timeout=30)
        with database.transaction() as db:
            act(db)

    with another_process(house) as other, ThreadPoolExecutor(2) as threads:
        list(threads.map(released, (house.database, other.database)))
