"""A desk whose people have mail addresses, and a mail server, on either database."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from desk.house import House
from desk.people.addresses import keep_mail
from desk.signals import Signals
from tests.notices.post_office import PostOffice, open_post_office
from tests.panel.scene import Scene, make_scene


@pytest.fixture
def office() -> Iterator[PostOffice]:
    """The mail server."""
    with open_post_office() as office:
        yield office


@pytest.fixture
def scene(house: House, signals: Signals, office: PostOffice) -> Scene:
    """Two officers, staff and the administrator can be reached by mail."""
    settings = house.settings.model_copy(update={"smtp_url": office.url})
    scene = make_scene(replace(house, settings=settings), signals)
    with house.database.transaction() as db:
        for who in ("kobayashi", "hara", "sato", "kanri"):
            keep_mail(db, house.vault, account_id=scene.accounts[who], mail=f"{who}@example.jp")
    return scene
