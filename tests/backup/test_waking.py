"""The first hour of a house that was brought back: it does not know what happened after its backup was made."""

from datetime import datetime, timedelta
from typing import NamedTuple

import pytest

from desk.announcements import service as announcements
from desk.announcements.queries import announcement_by_id
from desk.booking.queries import due_reminders
from desk.clients import links
from desk.clients.erasing import erase_client
from desk.clients.queries import organisation_id
from desk.clock import at_tokyo
from desk.database import Database
from desk.errors import LinkSpent
from desk.messaging import queries as messages
from desk.messaging import quota
from desk.messaging.rules import Quota
from desk.messaging.service import claim_messages, say
from desk.people import queries as people
from desk.people import service as accounts
from desk.privacy import Vault
from tests.announcements.town import get_to_know
from tests.backup.copies import Keys, bring_back, lines_of, put_rows
from tests.booking.story import FIRST_DAY, Story

# The evening on which people are reminded of the next day, and three days before it, when the backup was made.
EVE = at_tokyo(FIRST_DAY - timedelta(days=1), 18, 30)
MADE_AT = at_tokyo(FIRST_DAY - timedelta(days=4), 20)


class Handed(NamedTuple):
    """What people had in their hands when the backup was made."""

    sora: str
    sign_in: str
    account_link: str
    page_link: str


@pytest.fixture
def now() -> datetime:
    """When the backup was made."""
    return MADE_AT


@pytest.fixture
def handed(story: Story) -> Handed:
    """そら is booked and an answer to him waits; やま holds a time; もり is being erased; somebody is signed in."""
    sora, yama, mori = (story.person(name) for name in ("sora", "yama", "mori"))
    ten, eleven, *_ = story.times()
    story.book(sora, ten.slot_id)
    story.hold(yama, eleven.slot_id)
    with story.database.transaction() as db:
        account, link = accounts.add_account(
            db, story.vault, role="staff", desk_id=None, name="佐藤", now=story.now
        )
        erase_client(db, story.vault, client_id=mori, why="asked", by=None, now=story.now)
        for who in (sora, mori):
            says = [{"kind": "staff_message", "facts": {"text": "はい"}}]
            say(db, story.vault, client_id=who, says=says, now=story.now)
        claim_messages(db, token="a process that died", count=1, now=story.now)
        page = links.make_link(db, client_id=sora, purpose="intake", now=story.now)
        return Handed(sora, accounts.sign_in_as(db, account_id=account, now=story.now), link, page)


def _let_in(target: Database, vault: Vault, handed: Handed, now: datetime) -> list[str]:
    """Which of the things handed out still open a door."""
    opened = []
    with target.transaction() as db:
        if people.open_sign_in(db, vault, token=handed.sign_in, now=now):
            opened.append("sign-in")
        for name, spend, token in (
            ("account link", accounts.spend_link, handed.account_link),
            ("page link", links.open_link, handed.page_link),
        ):
            try:
                spend(db, token=token, now=now)
            except LinkSpent:
                continue
            opened.append(name)
    return opened


def _said_by_itself(target: Database, now: datetime) -> tuple[int, int]:
    """How many messages would go out now, and how many reminders."""
    with target.reading() as db:
        return messages.counts(db).open_messages, len(due_reminders(db, now=now))


def test_nothing_is_said_by_itself_and_staff_see_what_waited(
    story: Story, target: Database, keys: Keys, handed: Handed
) -> None:
    sealed = keys.seal(lines_of(story.database, story.vault, story.now))
    bring_back(target, story.vault, keys, sealed, now=EVE)
    assert _said_by_itself(target, EVE) == (0, 0)
    with target.reading() as db:
        parked = messages.parked_messages(db)
    assert [(row.client_id, row.fault) for row in parked] == [(handed.sora, "Restored")]


def test_nobody_gets_in_by_what_was_handed_out_before(
    story: Story, target: Database, keys: Keys, handed: Handed
) -> None:
    sealed = keys.seal(lines_of(story.database, story.vault, story.now))
    bring_back(target, story.vault, keys, sealed, now=story.now)
    assert _let_in(target, story.vault, handed, story.now) == []


def test_holds_and_erasures_that_were_under_way_are_finished(
    story: Story, target: Database, keys: Keys, handed: Handed
) -> None:
    sealed = keys.seal(lines_of(story.database, story.vault, story.now))
    bring_back(target, story.vault, keys, sealed, now=EVE)
    there = Story(target, story.vault, story.desk_id, EVE)
    assert there.broken() == []
    assert there.live() == 1
    assert there.live_booking(handed.sora) is not None


def test_a_reminder_that_is_still_to_come_is_sent_when_it_is_due(
    story: Story, target: Database, keys: Keys, handed: Handed
) -> None:
    sealed = keys.seal(lines_of(story.database, story.vault, story.now))
    bring_back(target, story.vault, keys, sealed, now=story.now + timedelta(hours=12))
    with target.reading() as db:
        assert [due.client_id for due in due_reminders(db, now=EVE)] == [handed.sora] * 2


def _news_under_way(story: Story) -> None:
    """Two like to have news; one of them has it already, and the backup does not know."""
    now = story.now
    with story.database.transaction() as db:
        for who in ("sora", "hana"):
            get_to_know(db, story.vault, f"U-{who}", desk="", agrees=True, now=now)
        quota.keep(db, Quota(allowed=None, used=0), now=now)
        staff, _ = accounts.add_account(db, story.vault, role="staff", desk_id=None, name="佐藤", now=now)
        announcement_id = announcements.write(
            db, organisation_id=organisation_id(db), desk_id=None, words="次の日", account_id=staff, now=now
        )
        seen = announcement_by_id(db, announcement_id).words_hash
        announcements.send(
            db, announcement_id=announcement_id, people=2, words_hash=seen, account_id=staff, now=now
        )


def _handed_over(target: Database, vault: Vault, now: datetime) -> int:
    with target.transaction() as db:
        return announcements.hand_over_next(db, vault, now=now)


def test_news_that_was_on_its_way_goes_to_nobody_a_second_time(
    story: Story, target: Database, keys: Keys
) -> None:
    _news_under_way(story)
    sealed = keys.seal(lines_of(story.database, story.vault, story.now))
    bring_back(target, story.vault, keys, sealed, now=EVE)
    assert _handed_over(target, story.vault, EVE) == 0


def test_without_being_settled_news_would_go_on(story: Story, target: Database) -> None:
    _news_under_way(story)
    put_rows(target, story.vault, lines_of(story.database, story.vault, story.now))
    assert _handed_over(target, story.vault, EVE) == 2


def test_without_being_settled_it_would_say_and_open_all_that_again(
    story: Story, target: Database, handed: Handed
) -> None:
    put_rows(target, story.vault, lines_of(story.database, story.vault, story.now))
    assert _let_in(target, story.vault, handed, story.now) == ["sign-in", "account link", "page link"]
    assert _said_by_itself(target, EVE) == (2, 2)
    assert Story(target, story.vault, story.desk_id, EVE).broken() == ["I4"]
