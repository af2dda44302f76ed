"""Who is away frees nothing silently: the seat counts as empty until somebody stands in."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from desk.calendar.queries import session_by_id
from desk.clients.queries import organisation_id
from desk.errors import WrongRoster
from desk.notices.queries import open_for_officer
from desk.roster.absences import absences, end_absence, enter_absence
from desk.roster.queries import empty_seats, sessions_short_of_officers
from desk.roster.service import seat_table
from tests.roster.story import FIRST_DAY, LAST_DAY, RosterStory


def _away(story: RosterStory, name: str, first: date, last: date) -> None:
    with story.database.transaction() as db:
        who = story.officers[name]
        enter_absence(db, account_id=who, first_day=first, last_day=last, entered_by=who, now=story.now)


def _free(story: RosterStory, session: str) -> list[tuple[int, str, list[str]]]:
    """The empty seats with who is away from them and who could stand in."""
    with story.database.reading() as db:
        found = session_by_id(db, story.sessions[session])
        assert found is not None
        empty = empty_seats(db, story.vault, found, organisation_id=organisation_id(db))
    return [(each.seat, each.away, [officer.name for officer in each.free]) for each in empty]


def _is_short(story: RosterStory, session: str) -> bool:
    with story.database.reading() as db:
        short = sessions_short_of_officers(db, since=FIRST_DAY, until=LAST_DAY)
    return story.sessions[session] in [row.id for row in short]


def _news(story: RosterStory, name: str) -> list[str]:
    with story.database.reading() as db:
        return [row.kind for row in open_for_officer(db, account_id=story.officers[name], now=story.now)]


def test_the_seat_of_one_who_is_away_is_missing_and_stays_theirs(story: RosterStory) -> None:
    assert not _is_short(story, "suwa 11")
    _away(story, "原", FIRST_DAY - timedelta(days=2), FIRST_DAY)
    assert story.sitting("suwa 11") == ["小林", "（原）"]
    assert _is_short(story, "suwa 11")
    assert _free(story, "suwa 11") == [(2, "原", ["西", "東"])]
    assert _news(story, "小林") == ["absence"]
    assert _news(story, "原") == [], "who entered it knows already"


def test_nobody_who_is_away_or_sits_elsewhere_is_offered_or_assigned(story: RosterStory) -> None:
    story.seat("kamiina 11", 1, "東")
    _away(story, "西", FIRST_DAY, FIRST_DAY)
    _away(story, "小林", FIRST_DAY, FIRST_DAY)
    assert _free(story, "suwa 11") == [(1, "小林", [])]
    for name, why in (("西", "away"), ("東", "elsewhere")):
        with pytest.raises(WrongRoster, match=rf"^{why}$"):
            story.seat("suwa 11", 1, name)
    assert story.sitting("suwa 11") == ["（小林）", "原"]


def test_somebody_stands_in_on_the_morning_of_the_day(story: RosterStory) -> None:
    morning = replace(story, now=story.now + timedelta(days=14, hours=9))
    _away(morning, "小林", FIRST_DAY, FIRST_DAY)
    with story.database.transaction() as db:
        seat_table(
            db,
            session_id=story.sessions["suwa 11"],
            table_no=1,
            wanted={1: story.officers["西"]},
            by=story.officers["原"],
            now=morning.now,
        )
    assert story.sitting("suwa 11") == ["西", "原"]
    assert not _is_short(story, "suwa 11")
    assert _news(morning, "小林") == ["roster"], "who sat there learns of it too"
    assert _news(morning, "西") == ["absence", "roster"]
    assert _news(morning, "原") == ["absence"], "the one who did it knows"


def test_who_can_come_after_all_sits_there_as_before(story: RosterStory) -> None:
    _away(story, "原", FIRST_DAY, FIRST_DAY)
    with story.database.transaction() as db:
        (row,) = absences(db, account_ids=[story.officers["原"]], since=FIRST_DAY)
        end_absence(db, absence_id=row.id, by=row.account_id, now=story.now)
        end_absence(db, absence_id=row.id, by=row.account_id, now=story.now)
    assert story.sitting("suwa 11") == ["小林", "原"]
    assert not _is_short(story, "suwa 11")
    assert _news(story, "小林") == ["absence", "roster"]


@pytest.mark.parametrize(
    ("first", "last", "why"),
    [
        (FIRST_DAY, FIRST_DAY - timedelta(days=1), "ends_before"),
        (date(2026, 11, 1), date(2026, 11, 11), "past"),
        (FIRST_DAY, FIRST_DAY + timedelta(days=400), "too_long"),
    ],
)
def test_days_that_cannot_be_change_nothing(story: RosterStory, first: date, last: date, why: str) -> None:
    with pytest.raises(WrongRoster, match=rf"^{why}$"):
        _away(story, "原", first, last)
    assert story.sitting("suwa 11") == ["小林", "原"]
    assert story.told() == []
