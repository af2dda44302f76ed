"""Each of the people gets it once: through lost commits and torn transactions, by day, and only until it is stopped."""

from contextlib import suppress
from datetime import timedelta

import pytest
import sqlalchemy as sa

from desk.announcements.queries import Progress
from desk.announcements.rules import BATCH, CannotSend
from desk.database import Database
from desk.privacy import Vault
from tests.announcements.town import SAID, PowerGone, Town, open_town, power_going
from tests.engines import ONE_BY_DEFAULT, POSTGRES_BY_DEFAULT

HANDED, QUEUED = "INSERT INTO announcement_person", "INSERT INTO outbound_message"
NOTED = "UPDATE outbound_message SET .*line_request_id"
FIVE_DEATHS = (
    ("commit", HANDED),
    ("commit", NOTED),
    ("commit", QUEUED),
    ("commit", NOTED),
    ("commit", HANDED),
)
#: For the dead to be given up, and all that waits to be tried again.
LONG_ENOUGH = 12


@ONE_BY_DEFAULT
def test_each_gets_it_once_though_the_power_goes_five_times(town: Town) -> None:
    names = [f"人{number}" for number in range(BATCH + 20)]
    for name in names:
        town.someone(name)
    announcement_id = town.send(town.write())
    with power_going(town.database, *FIVE_DEATHS) as left:
        for _ in range(LONG_ENOUGH):
            town.minute()
    assert left == []
    assert town.who_got_it() == names
    assert town.row(announcement_id).state == "sent"
    assert town.progress(announcement_id) == Progress(len(names), 0, 0, 0)
    # LINE was asked again, and answered that it had them.
    assert {call["status"] for call in town.sim.calls(path="/message/push")} == {200, 409}


def test_where_a_batch_is_torn_its_key_keeps_the_second_copy_back(town: Town) -> None:
    _torn_batch(town)
    assert town.who_got_it() == ["そら", "はな"]


def test_without_the_key_a_second_copy_goes(postgres_url: str, vault: Vault) -> None:
    database = Database(postgres_url)
    with database.transaction() as db:
        db.execute(sa.text("ALTER TABLE outbound_message DROP CONSTRAINT uq_outbound_message_dedupe_key"))
    with open_town(database, vault) as town:
        _torn_batch(town)
        assert sorted(town.who_got_it()) in (["そら", "そら", "はな"], ["そら", "はな", "はな"])
    database.close()


def _torn_batch(town: Town) -> None:
    """The first message is kept, and that it was handed over is not."""
    for name in ("そら", "はな"):
        town.someone(name)
    town.send(town.write())
    with power_going(town.database, ("torn", QUEUED)) as left:
        for _ in range(3):
            with suppress(PowerGone):
                town.minute()
    assert left == []


@ONE_BY_DEFAULT
def test_at_night_nobody_is_disturbed(town: Town) -> None:
    town.someone("そら")
    town.clock.pass_time(timedelta(hours=11).total_seconds())
    town.send(town.write())
    town.minute()
    assert (town.who_got_it(), town.states()) == ([], [])
    town.clock.pass_time(timedelta(hours=11).total_seconds())
    town.minute()
    assert town.who_got_it() == ["そら"]


@POSTGRES_BY_DEFAULT
def test_stopped_it_goes_to_nobody_else(town: Town) -> None:
    town.someone("そら")
    town.someone("はな")
    announcement_id = town.send(town.write())
    town.tick()
    town.stop(announcement_id)
    town.someone("もり")
    town.minute()
    assert (town.who_got_it(), town.states()) == ([], ["dropped", "dropped"])
    assert town.progress(announcement_id) == Progress(0, 0, 2, 0)
    with pytest.raises(CannotSend):
        town.stop(announcement_id)
    with pytest.raises(CannotSend):
        town.press(announcement_id, 3)


@pytest.mark.soak
def test_stopped_after_some_have_it_says_so(town: Town) -> None:
    names = [f"人{number}" for number in range(BATCH + 3)]
    for name in names:
        town.someone(name)
    announcement_id = town.send(town.write())
    town.minute()
    town.stop(announcement_id)
    town.minute()
    row = town.row(announcement_id)
    assert (row.state, row.people, row.handed, len(town.who_got_it())) == ("stopped", BATCH + 3, BATCH, BATCH)


@POSTGRES_BY_DEFAULT
def test_who_wants_no_more_does_not_get_what_is_on_its_way(town: Town) -> None:
    for name in ("そら", "はな", "もり"):
        town.someone(name)
    announcement_id = town.send(town.write())
    town.wants_no_more("そら")
    town.tick()
    town.wants_no_more("はな")
    town.minute()
    assert town.who_got_it() == ["もり"]
    assert town.progress(announcement_id) == Progress(1, 0, 1, 0)
    assert town.row(announcement_id).state == "sent"


@ONE_BY_DEFAULT
def test_two_are_sent_one_after_the_other(town: Town) -> None:
    town.someone("そら")
    first, second = town.send(town.write()), town.send(town.write(None))
    for _ in range(2):
        town.minute()
    assert town.got("そら") == [SAID, SAID]
    assert [town.row(each).state for each in (first, second)] == ["sent", "sent"]


@ONE_BY_DEFAULT
def test_what_the_month_has_no_room_for_waits_and_is_let_go_when_it_is_old(town: Town) -> None:
    town.someone("そら")
    announcement_id = town.send(town.write())
    town.tick()
    town.sim.set_quota(200, used=200)
    town.read_quota()
    town.minute()
    assert (town.who_got_it(), town.progress(announcement_id)) == ([], Progress(0, 1, 0, 0))
    town.clock.pass_time(timedelta(days=3).total_seconds())
    town.minute()
    assert (town.who_got_it(), town.states()) == ([], ["dropped"])
