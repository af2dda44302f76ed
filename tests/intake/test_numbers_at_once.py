"""What stands behind the buttons of danger, typed where nothing was offered."""

from datetime import datetime

from desk.house import House
from tests.engines import by_default
from tests.family.chat import Chat
from tomarigi.sample import open_samples

pytestmark = by_default("sqlite")


def test_without_any_agency_whoever_asks_where_to_go_gets_numbers_to_call(
    house: House, now: datetime
) -> None:
    open_samples(house.database, now=now)
    assert "0120-061-338" in Chat(house, "U" + "7" * 32).types("朝から行ける所")
