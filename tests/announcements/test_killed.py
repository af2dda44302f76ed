"""News on its way while real processes are killed at it: each person has it once."""

import signal
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from desk.announcements import queries, service
from desk.clients.queries import organisation_id
from desk.messaging.rules import LEASE
from desk.people.service import add_account
from desk.privacy import Vault
from simulator.client import Person
from tests.announcements.town import SAID, WORDS, get_to_know
from tests.crash.desk import START, RunningDesk, prepared_desk, wait_for
from tests.crash.people import pushes

FEW, MANY = 6, 2000
HANDED, QUEUED = "INSERT INTO announcement_person", "INSERT INTO outbound_message"
NOTED = "UPDATE outbound_message SET .*line_request_id"
FIVE_DEATHS = (
    ("after", HANDED),
    ("commit", QUEUED),
    ("before", NOTED),
    ("committed", HANDED),
    ("after", QUEUED),
)
A_MINUTE = 61
LAST_RUN = "SELECT last_run_at FROM job WHERE name = 'hand over news'"
SENDING = "SELECT count(*) FROM announcement WHERE state = 'sending'"
ASKED = "SELECT count(*) FROM line_quota"
HANDED_OVER = "SELECT count(*) FROM announcement_person"


@pytest.fixture(params=["sqlite", "postgres"])
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[RunningDesk]:
    """An open desk that has asked LINE for its quota and looked for news once."""
    with prepared_desk(request.getfixturevalue(f"{request.param}_url"), tmp_path) as desk:
        desk.start()
        wait_for("the first look", lambda: bool(desk.rows(LAST_RUN)) and desk.number(ASKED) > 0)
        yield desk


def test_each_has_it_once_though_processes_die_at_it(desk: RunningDesk) -> None:
    people = _people(desk, FEW)
    for times, death in enumerate((("after", HANDED), ("before", NOTED)), start=1):
        desk.die_at(*death)
        _send(desk, FEW)
        desk.turn_clock(A_MINUTE)
        _revive(desk)
        _finish(desk)
        assert _copies(desk, people) == {times: FEW}


@pytest.mark.soak
def test_two_thousand_have_it_once_though_processes_die_five_times(desk: RunningDesk) -> None:
    people = _people(desk, MANY)
    _send(desk, MANY)
    for death in FIVE_DEATHS:
        desk.die_at(*death)
        desk.turn_clock(A_MINUTE)
        _revive(desk)
        assert desk.number(SENDING) == 1
    _finish(desk)
    assert desk.number(HANDED_OVER) == MANY
    assert _copies(desk, people) == {1: MANY}


def _people(desk: RunningDesk, count: int) -> list[Person]:
    """They follow the account and like to have news; LINE tells the desk nothing of it."""
    desk.line.set_webhook("")
    people = [desk.line.add_user(f"人{number}") for number in range(count)]
    desk.listen_to(desk.usual[0])
    vault = Vault.from_file(Path(desk.environment["MASTER_KEY_FILE"]))
    with desk.database.transaction() as db:
        for person in people:
            get_to_know(db, vault, person.user_id, desk="", agrees=True, now=_start())
    return people


def _send(desk: RunningDesk, people: int) -> None:
    """Staff write to all desks, and send it."""
    vault, now = Vault.from_file(Path(desk.environment["MASTER_KEY_FILE"])), _start()
    with desk.database.transaction() as db:
        staff, _ = add_account(db, vault, role="supervisor", desk_id=None, name="森", now=now)
        announcement_id = service.write(
            db, organisation_id=organisation_id(db), desk_id=None, words=WORDS, account_id=staff, now=now
        )
        row = queries.announcement_by_id(db, announcement_id)
        assert queries.cost_of(db, row, now=now).people == people
        service.send(
            db,
            announcement_id=announcement_id,
            people=people,
            words_hash=row.words_hash,
            account_id=staff,
            now=now,
        )


def _revive(desk: RunningDesk) -> None:
    """Waits for the death and starts that process again; half a minute later its claims have run out."""
    wait_for("a death", lambda: bool(_dead(desk)))
    (name,) = _dead(desk)
    assert desk.processes[name].exitcode == -signal.SIGKILL
    desk.start(name)
    desk.pass_time(LEASE.total_seconds() + 1)


def _dead(desk: RunningDesk) -> list[str]:
    return [name for name, process in desk.processes.items() if not process.is_alive()]


def _finish(desk: RunningDesk) -> None:
    """Minutes go by until all has been handed over, and LINE has it."""
    while desk.number(SENDING):
        _hand_over_next(desk)
    desk.settle()


def _hand_over_next(desk: RunningDesk) -> None:
    before = desk.rows(LAST_RUN)
    desk.turn_clock(A_MINUTE)
    wait_for("the next batch", lambda: desk.rows(LAST_RUN) != before)


def _copies(desk: RunningDesk, people: list[Person]) -> Counter[int]:
    """How many people were pushed it how often; nobody was pushed anything else."""
    found = [pushes(desk, person) for person in people]
    assert {text for texts in found for text in texts} == {SAID}
    return Counter(len(texts) for texts in found)


def _start() -> datetime:
    return datetime.fromisoformat(START).astimezone()
