"""交代: asked and agreed, or entered by staff; both seats change or neither, and the bookings stay."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from threading import Barrier

import pytest
import sqlalchemy as sa

from desk.database import Database
from desk.errors import WrongRoster
from desk.invariants import check_invariants
from desk.notices.queries import open_for_officer, open_for_staff
from desk.privacy import Vault
from desk.roster import swaps
from desk.roster.absences import enter_absence
from desk.tables.people import duty
from tests.roster.story import FIRST_DAY, LAST_DAY, RosterStory, open_roster_story

ROUNDS = 50
BEFORE = (["小林", "原"], ["西"])
AFTER = (["西", "原"], ["小林"])


def _both(story: RosterStory) -> tuple[list[str], list[str]]:
    return story.sitting("suwa 11"), story.sitting("suwa 1")


def _news(story: RosterStory, name: str) -> list[str]:
    with story.database.reading() as db:
        return [row.kind for row in open_for_officer(db, account_id=story.officers[name], now=story.now)]


def test_an_officer_asks_for_a_day_in_return_and_the_other_agrees(story: RosterStory) -> None:
    swap_id = story.ask("suwa 11", "小林", "西", back="suwa 1")
    assert _both(story) == BEFORE
    assert (_news(story, "西"), _news(story, "原")) == (["swap"], [])
    assert story.agree(swap_id, "小林") == "changed", "nobody agrees to what they asked themselves"
    assert story.agree(swap_id, "西") == "agreed"
    assert _both(story) == AFTER
    assert "roster" in _news(story, "小林")
    assert _news(story, "原") == ["roster"]
    assert story.agree(swap_id, "西") == "changed"


def test_a_seat_is_taken_over_for_nothing_in_return(story: RosterStory) -> None:
    assert story.agree(story.ask("suwa 11", "小林", "東"), "東") == "agreed"
    assert _both(story) == (["東", "原"], ["西"])


def test_a_swap_that_is_declined_or_withdrawn_changes_nothing_and_another_may_be_asked(
    story: RosterStory,
) -> None:
    first = story.ask("suwa 11", "小林", "西")
    with pytest.raises(WrongRoster, match=r"^asked_already$"):
        story.ask("suwa 11", "小林", "東")
    with story.database.transaction() as db:
        swaps.decline(db, swap_id=first, account_id=story.officers["西"], now=story.now)
    assert _news(story, "小林") == ["swap"]
    second = story.ask("suwa 11", "小林", "東")
    with story.database.transaction() as db:
        swaps.withdraw(db, swap_id=second, account_id=story.officers["小林"], now=story.now)
    assert story.agree(second, "東") == "changed"
    assert _both(story) == BEFORE


def test_staff_enter_at_once_what_two_agreed_on_by_telephone(story: RosterStory) -> None:
    with story.database.transaction() as db:
        swaps.enter_swap(
            db,
            from_id=story.officers["小林"],
            to_id=story.officers["西"],
            session_id=story.sessions["suwa 11"],
            back_session_id=story.sessions["suwa 1"],
            entered_by=story.officers["東"],
            now=story.now,
        )
    assert _both(story) == AFTER


def test_what_cannot_be_is_refused_and_changes_nothing(story: RosterStory) -> None:
    story.seat("kamiina 11", 1, "東")
    with story.database.transaction() as db:
        west = story.officers["西"]
        enter_absence(
            db, account_id=west, first_day=FIRST_DAY, last_day=FIRST_DAY, entered_by=west, now=story.now
        )
    late = replace(story, now=story.now + timedelta(days=30))
    for where, session, who, whom, back, why in (
        (story, "suwa 11", "小林", "小林", "", "oneself"),
        (story, "suwa 11", "小林", "東", "", "elsewhere"),
        (story, "suwa 11", "小林", "原", "", "elsewhere"),
        (story, "suwa 11", "小林", "西", "", "away"),
        (story, "suwa 11", "東", "西", "", "changed"),
        (story, "suwa 11", "小林", "西", "kamiina 11", "changed"),
        (late, "suwa 11", "小林", "西", "", "past"),
    ):
        with pytest.raises(WrongRoster, match=rf"^{why}$"):
            where.ask(session, who, whom, back)
    assert _both(story) == (["小林", "原"], ["西"])


def test_what_was_possible_when_it_was_asked_is_judged_again_when_it_is_agreed(story: RosterStory) -> None:
    swap_id = story.ask("suwa 11", "小林", "東")
    story.seat("kamiina 11", 1, "東")
    assert story.agree(swap_id, "東") == "elsewhere"
    assert _both(story) == BEFORE
    story.seat("suwa 11", 1, "西")
    with story.database.reading() as db:
        assert swaps.open_swaps(db, since=FIRST_DAY) == (), "the seat is no longer theirs to give"
    assert story.ask("suwa 11", "西", "小林"), "nor does it stand in the way of the one who sits there now"


def test_a_question_nobody_answers_becomes_the_staffs_business(story: RosterStory) -> None:
    story.ask("suwa 11", "小林", "西")
    with story.database.reading() as db:
        assert open_for_staff(db, desk_id=None, now=story.now + timedelta(hours=23)) == ()
        (waiting,) = open_for_staff(db, desk_id=None, now=story.now + timedelta(hours=24))
    assert waiting.waiting_for == (story.officers["西"],)


def _at_once(acts: Sequence[Callable[[], str]]) -> list[str]:
    start = Barrier(len(acts))

    def released(act: Callable[[], str]) -> str:
        start.wait(timeout=30)
        return act()

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(released, acts))


def _crosswise(story: RosterStory, here: str, there: str) -> tuple[str, str]:
    """Each has asked the other for the same two days."""
    return story.ask("suwa 11", here, there, back="suwa 1"), story.ask("suwa 1", there, here, back="suwa 11")


def test_two_who_agree_crosswise_at_once_both_get_an_answer_and_one_swap_is_made(story: RosterStory) -> None:
    here, there = "小林", "西"
    for _ in range(ROUNDS):
        first, second = _crosswise(story, here, there)
        answers = _at_once([partial(story.agree, first, there), partial(story.agree, second, here)])
        assert sorted(answers) == ["agreed", "changed"]
        here, there = there, here
        assert _both(story) == ([here, "原"], [there])
    with story.database.reading() as db:
        assert [each.name for each in check_invariants(db, now=story.now) if each.offenders] == []


def _exchange_blindly(story: RosterStory, both_have_read: Barrier) -> str:
    """The same two seats, read first and written afterwards without a condition."""
    with story.database.reading() as db:
        seats = {row.account_id: row.id for row in db.execute(sa.select(duty.c.account_id, duty.c.id))}
    mine, theirs = story.officers["小林"], story.officers["西"]
    both_have_read.wait(timeout=30)
    with story.database.transaction() as db:
        for row_id, comes in sorted(((seats[mine], theirs), (seats[theirs], mine))):
            db.execute(duty.update().where(duty.c.id == row_id).values(account_id=comes))
    return "agreed"


def test_without_the_condition_both_believe_that_they_changed_places(story: RosterStory) -> None:
    assert _at_once([partial(_exchange_blindly, story, Barrier(2))] * 2) == ["agreed", "agreed"]


def _exchange_own_seat_first(story: RosterStory, who: str, whom: str, half_done: Barrier) -> str:
    """Each row with its condition, but in no order: one's own seat first."""
    days = {"小林": FIRST_DAY, "西": LAST_DAY.replace(day=29)}

    def give(db: sa.Connection, leaves: str, comes: str) -> None:
        at_seat = (duty.c.account_id == story.officers[leaves]) & (duty.c.date == days[leaves])
        db.execute(duty.update().where(at_seat).values(account_id=story.officers[comes]))

    try:
        with story.database.transaction() as db:
            give(db, who, whom)
            half_done.wait(timeout=30)
            give(db, whom, who)
    except sa.exc.OperationalError as fault:
        return type(fault.orig).__name__
    return "agreed"


def test_without_the_order_they_wait_for_each_other_forever(
    postgres_url: str, vault: Vault, now: datetime
) -> None:
    # Only where writers do not queue.
    with closing(Database(postgres_url)) as database:
        story = open_roster_story(database, vault, now)
        half_done = Barrier(2)
        acts = [
            partial(_exchange_own_seat_first, story, *pair, half_done)
            for pair in (("小林", "西"), ("西", "小林"))
        ]
        assert "DeadlockDetected" in _at_once(acts)


def test_without_the_constraint_somebody_sits_at_two_desks_on_one_day(
    postgres_url: str, vault: Vault, now: datetime
) -> None:
    with closing(Database(postgres_url)) as database:
        story = open_roster_story(database, vault, now)
        with pytest.raises(WrongRoster, match=r"^elsewhere$"):
            story.seat("kamiina 11", 1, "小林")
        with database.transaction() as db:
            db.execute(sa.text("ALTER TABLE duty DROP CONSTRAINT uq_duty_account_id_date"))
        story.seat("kamiina 11", 1, "小林")
        with database.reading() as db:
            assert "I6" in [each.name for each in check_invariants(db, now=now) if each.offenders]
