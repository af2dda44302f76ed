"""A plan after a visit through half a year of real deaths: each question is pushed once, on its day."""

from datetime import date, datetime, timedelta

import pytest

from desk.calendar.queries import desk_by_code
from desk.clients import consents
from desk.clients.queries import client_of_address
from desk.clock import at_tokyo
from desk.follow_up.rules import USUAL_STEPS
from desk.follow_up.service import start_plan
from desk.privacy import Vault
from simulator.client import Person
from tests.crash.desk import START, RunningDesk
from tests.crash.people import newcomer, pushed, pushes, wait_for_push

QUEUED, NOTED = "INSERT INTO outbound_message", "UPDATE outbound_message SET .*line_request_id"
#: Where a process dies while it works on each of the four questions.
DEATHS = (("after", QUEUED), ("before", NOTED), ("commit", QUEUED), ("committed", QUEUED))
BEGUN = date(2026, 11, 12)
WORDS = "あとで、ようすを聞いていいですか。"


@pytest.mark.soak
def test_each_question_of_half_a_year_comes_once_though_processes_die_at_it(
    lasting_desk: RunningDesk,
) -> None:
    desk = lasting_desk
    person = newcomer(desk)
    desk.settle()
    _begin(desk, person)
    for number, (step, death) in enumerate(zip(USUAL_STEPS, DEATHS, strict=True), start=1):
        day = at_tokyo(BEGUN + timedelta(days=step.after_days), 12) + timedelta(seconds=30)
        before = len(pushed(desk))
        desk.die_at(*death)
        desk.set_clock(day.isoformat())
        desk.revive()
        wait_for_push(desk, 1, before)
        desk.settle()
        assert len(pushes(desk, person)) == number
    assert [text.splitlines()[1] for text in pushes(desk, person)] == ["おかわり ありませんか。"] * 4
    assert pushed(desk).count(200) == 4


def _begin(desk: RunningDesk, person: Person) -> None:
    """They say yes at the desk, and staff begin the plan."""
    now = datetime.fromisoformat(START)
    vault = Vault.from_file(desk.folder / "master.key")
    with desk.database.transaction() as db:
        client_id, where = client_of_address(db, vault, person.user_id), desk_by_code(db, "suwa")
        assert client_id is not None
        assert where is not None
        consents.agree(
            db,
            client_id=client_id,
            purpose="follow_up",
            text_version="t",
            text=WORDS,
            via="panel",
            now=now,
        )
        start_plan(db, vault, client_id=client_id, desk_id=where.id, steps=USUAL_STEPS, since=BEGUN, now=now)
