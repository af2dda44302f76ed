"""What people do in these stories, and what the database then holds."""

import re
from typing import Any

import sqlalchemy as sa
from starlette.testclient import TestClient

from desk.clients.queries import ConsentRow, consents_of
from desk.house import House
from desk.tables import metadata
from tests.family.chat import Chat
from tests.pages.person import phone_for

LETTER = "木曜日に 仕事のことで 電話を ください。お金も ありません。"
THREE = ("会う前の質問", "1", "2", "つづきにもどる", "3", "2", "5")


def books(chat: Chat, name: str = "かもめ") -> str:
    """Books the first time for oneself."""
    return chat.types("予約", "諏訪", "1", "1", "自分のこと", name, "1")


def tells(chat: Chat) -> None:
    """Answers the three questions, one of them a danger, and writes to staff."""
    chat.types(*THREE)
    chat.types("職員に書く", LETTER)


def opens_record(chat: Chat, house: House) -> TestClient:
    """Opens the page from the chat; the phone with it open."""
    said = chat.types("わたしの記録", "1")
    link = re.search(r"/me/open/\S+", said)
    assert link is not None
    phone = phone_for(house)
    assert phone.post(link.group()).status_code == 200
    return phone


def consents(chat: Chat) -> list[ConsentRow]:
    """All consents of somebody, newest first."""
    with chat.house.database.reading() as db:
        return list(consents_of(db, chat.client_id))


def in_force(chat: Chat) -> list[str]:
    """The purposes somebody has agreed to."""
    return sorted(row.purpose for row in consents(chat) if row.withdrawn_at is None)


def rows(house: House, table: str, **where: Any) -> int:
    """How many rows a table holds."""
    found = metadata.tables[table]
    query = sa.select(sa.func.count()).select_from(found).filter_by(**where)
    with house.database.reading() as db:
        return int(db.execute(query).scalar_one())
