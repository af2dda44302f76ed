"""Photos and voices are fetched from LINE while it has them; what fails is asked for again, and nothing comes twice."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Row

from bot.scheduling.media import Media
from desk.calendar.particulars import keep_media
from desk.calendar.service import add_organisation
from desk.clients import service as clients
from desk.clients.consents import agree
from desk.clients.erasing import erase_client
from desk.conversations.service import keep_message
from desk.database import Database
from desk.house import House
from desk.media.queries import kept
from desk.media.rules import MOST_BYTES, TRIES
from desk.media.service import await_contents
from desk.privacy import Vault
from desk.tables.inbox import media
from simulator.calls import FaultKind
from simulator.client import Simulator
from simulator.seen import Person
from simulator.server import running_simulator
from tests.media.phone import VOICE, photo
from tests.messaging.scene import SECRET, TOKEN, HandClock, settings
from tests.panel.scene import open_desk

HOUR = 3600
CONTENT = "/content"


@dataclass(frozen=True)
class Fetching:
    """A desk that keeps photos, LINE's stand-in, somebody who sends, and what fetches."""

    house: House
    clock: HandClock
    sim: Simulator
    person: Person
    client_id: str
    consent_id: str
    desk_id: str
    media: Media

    def send(self, kind: str, body: bytes, **options: Any) -> str:
        """They send this and say that it may be shown; returns LINE's id of it."""
        origin = self.sim.send(self.person, kind, content=body, wait=False, **options).message_id
        assert origin is not None
        with self.house.database.transaction() as db:
            known: dict[str, Any] = {"client_id": self.client_id, "origin": origin, "now": self.clock.now()}
            message_id = keep_message(
                db,
                self.house.vault,
                purpose="staff",
                kind=kind,
                text="",
                consent_id=self.consent_id,
                shared=False,
                **known,
            )
            await_contents(db, self.house.vault, message_id=message_id, **known)
        return origin

    def rows(self) -> list[Row[Any]]:
        """What is kept of all that was sent, in order."""
        with self.house.database.reading() as db:
            return list(db.execute(sa.select(media).order_by(media.c.at, media.c.id)).all())

    def states(self) -> list[str]:
        """How far each is."""
        return [row.state for row in self.rows()]

    def asked(self) -> int:
        """How often LINE was asked for something."""
        return len(self.sim.calls(path=CONTENT))


@pytest.fixture
def fetching(database: Database, vault: Vault) -> Iterator[Fetching]:
    """A morning on which somebody sends photos."""
    with running_simulator("", SECRET, TOKEN) as sim:
        clock = HandClock()
        leading = settings(sim.base_url).model_copy(update={"line_data_api_base_url": sim.base_url})
        house, person = House(database, vault, clock, leading), sim.add_person()
        with database.transaction() as db:
            organisation_id = add_organisation(db, name="みずうみ保護司会", now=clock.now())
            desk_id = open_desk(db, organisation_id, "suwa", "諏訪", "市民館", date(2018, 9, 1))
            keep_media(db, desk_id=desk_id, keeps=True)
            client_id = clients.arrive(db, vault, user_id=person.user_id, now=clock.now())
            told: dict[str, Any] = {"text_version": "t", "text": "はい", "via": "line", "now": clock.now()}
            consent_id = agree(db, client_id=client_id, purpose="answers", **told)
        fetches = Media(house)
        yield Fetching(house, clock, sim, person, client_id, consent_id, desk_id, fetches)
        fetches.close()


def test_a_photo_and_a_voice_are_fetched_once_and_sealed(fetching: Fetching) -> None:
    picture = photo()
    fetching.send("image", picture)
    fetching.send("audio", VOICE)
    assert (fetching.media.fetch(), fetching.states()) == (2, ["kept", "kept"])
    assert (fetching.media.fetch(), fetching.asked()) == (0, 2)
    for row in fetching.rows():
        assert row.origin is None, "LINE's id of it is needed no more"
        assert VOICE not in row.body
        assert b"JFIF" not in row.body
    with fetching.house.database.reading() as db:
        found = [kept(db, fetching.house.vault, row.id) for row in fetching.rows()]
    assert {each.mime for each in found if each} == {"image/jpeg", "audio/mp4"}
    assert VOICE in {each.body for each in found if each}


def test_what_line_still_prepares_is_asked_for_again(fetching: Fetching) -> None:
    fetching.send("audio", VOICE, preparing=2)
    for asked in (1, 2):
        assert (fetching.media.fetch(), fetching.states(), fetching.asked()) == (0, ["waiting"], asked)
        assert (fetching.media.fetch(), fetching.asked()) == (0, asked), "not before some time has gone by"
        fetching.clock.pass_time(HOUR)
    assert (fetching.media.fetch(), fetching.states()) == (1, ["kept"])


def test_what_line_has_no_more_is_not_asked_for_again(fetching: Fetching) -> None:
    fetching.sim.unsend(fetching.person, fetching.send("image", photo()))
    assert (fetching.media.fetch(), fetching.states()) == (1, ["gone"]), "410: they took it back"
    fetching.send("image", photo())
    fetching.sim.fail_next(path=CONTENT, status=404)
    assert (fetching.media.fetch(), fetching.states()) == (1, ["gone", "gone"])
    fetching.clock.pass_time(HOUR)
    assert (fetching.media.fetch(), fetching.asked()) == (0, 2)


def test_what_is_too_large_or_no_photo_is_not_kept(fetching: Fetching) -> None:
    fetching.send("audio", VOICE.ljust(MOST_BYTES + 1, b"\0"))
    fetching.send("image", b"<html>")
    assert fetching.media.fetch() == 2
    assert sorted(fetching.states()) == ["refused", "too_big"]
    assert [row.body for row in fetching.rows()] == [None, None]


@pytest.mark.parametrize(
    ("kind", "options"),
    [("status", {"status": 500}), ("status", {"status": 429}), ("drop", {}), ("half", {})],
)
def test_trouble_with_line_costs_nothing_but_time(
    fetching: Fetching, kind: FaultKind, options: dict[str, Any]
) -> None:
    fetching.send("image", photo())
    fetching.sim.fail_next(kind, path=CONTENT, **options)
    assert (fetching.media.fetch(), fetching.states()) == (0, ["waiting"])
    fetching.clock.pass_time(HOUR)
    assert (fetching.media.fetch(), fetching.states()) == (1, ["kept"])


def test_in_the_end_we_stop_asking(fetching: Fetching) -> None:
    fetching.send("image", photo())
    with fetching.house.database.transaction() as db:
        db.execute(media.update().values(tries=TRIES - 1))
    fetching.sim.fail_next(path=CONTENT, status=500)
    fetching.media.fetch()
    assert fetching.states() == ["gone"]


def test_two_who_fetch_the_same_keep_it_once(fetching: Fetching) -> None:
    fetching.send("image", photo())
    other = Media(fetching.house)
    fetching.sim.fail_next("hold", path=CONTENT)
    with ThreadPoolExecutor(1) as beside:
        first = beside.submit(other.fetch)
        fetching.sim.calls(path=CONTENT, count=1)
        assert fetching.media.fetch() == 1
        fetching.sim.release()
        assert first.result() == 0, "it was settled meanwhile"
    assert (fetching.states(), fetching.asked()) == (["kept"], 2)
    other.close()


def test_a_desk_that_has_changed_its_mind_asks_for_nothing(fetching: Fetching) -> None:
    fetching.send("image", photo())
    with fetching.house.database.transaction() as db:
        keep_media(db, desk_id=fetching.desk_id, keeps=False)
    fetching.media.fetch()
    assert (fetching.states(), fetching.asked()) == (["refused"], 0)


def test_with_the_person_goes_what_they_sent(fetching: Fetching) -> None:
    fetching.send("image", photo())
    fetching.media.fetch()
    fetching.send("audio", VOICE)
    house = fetching.house
    with house.database.transaction() as db:
        erase_client(
            db, house.vault, client_id=fetching.client_id, why="asked", by=None, now=fetching.clock.now()
        )
    assert (fetching.media.fetch(), fetching.rows(), fetching.asked()) == (0, [], 1)
