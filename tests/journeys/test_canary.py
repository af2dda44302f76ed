"""A planted sentence, typed in every flow, is found in no log, no notice and no plain column."""

import logging
from pathlib import Path

import pytest
import sqlalchemy as sa

from desk.database import Database
from desk.tables import metadata
from tests.journeys.opened import OpenDesk, opened_desk

CANARY = "さくらんぼ畑の かかしが 泣いています"
NAME = "カナリヤ丸"
PHONE = "09012345678"
TALKS = [
    ["予約", "1", "1", "1", CANARY + "。とても つらいです。", "1", "1", NAME, "1"],
    ["いっしょに来る人を書く", NAME],
    ["おしらせを選ぶ", "電話で知らせてほしい", PHONE, "1", "1"],
    ["電話番号を書いておく", PHONE],
    [
        "会う前の質問",
        "1",
        "2",
        "つづきにもどる",
        CANARY + "。どうしたら いいか わかりません。",
        "1",
        "1",
        "2",
        "5",
    ],
    ["職員に書く", CANARY],
    ["空きを待つ", CANARY],
    [CANARY + "。もう死にたいです。", "ある"],
    ["わたしの記録"],
]


def traces(text: str) -> list[str]:
    """Which of the planted words stand in a text."""
    return [word for word in (CANARY, "かかし", NAME, PHONE, "0901234", "死にたい") if word in text]


def everything_in_plain(database: Database) -> str:
    """All values of all columns as the database keeps them."""
    with database.reading() as db:
        rows = [row for table in metadata.sorted_tables for row in db.execute(sa.select(table))]
    values = [value for row in rows for value in row]
    return "\n".join(
        value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value) for value in values
    )


def talk_everywhere(desk: OpenDesk) -> None:
    """Goes through all conversations with the planted words, then waits for the last answer."""
    person = desk.line.add_user()
    for talk in TALKS:
        for typed in talk:
            desk.line.ask(person, typed)


def test_what_is_typed_stays_sealed(
    database: Database,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    with opened_desk(database, tmp_path, "2026-11-12T12:00+09:00") as desk:
        talk_everywhere(desk)
    plain = everything_in_plain(database)
    assert len(plain) > 1_000
    assert traces(plain) == []
    logged = caplog.text + "".join(capfd.readouterr())
    assert "message attempted" in logged
    assert traces(logged) == []


def test_a_leak_would_be_found(database: Database) -> None:
    with database.transaction() as db:
        db.execute(
            metadata.tables["organisation"].insert().values(id="1", name=CANARY, created_at=sa.func.now())
        )
    assert traces(everything_in_plain(database)) == [CANARY, "かかし"]
