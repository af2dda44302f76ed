"""What is no whole backup of this desk is refused in one clear sentence, and not one row of it is kept."""

import json
import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from desk.backup.envelope import NotRestorable, new_key_pair
from desk.database import Database, insert_or_ignore
from desk.key_file import KEY_BYTES
from desk.privacy import Vault
from desk.tables.messaging import lane
from tests.backup.copies import Keys, bring_back, lines_of, row_count
from tests.booking.story import Story

# How age lays a file out: the heading ends with a MAC, 16 bytes of salt follow, then pieces of 64 KiB, each proved.
END_OF_HEADING = b"\n--- "
MAC_LINE = 44
SALT, PIECE, PROOF = 16, 64 * 1024, 16


@pytest.fixture
def lines(story: Story) -> list[bytes]:
    """A backup of more than one piece, opened."""
    with story.database.transaction() as db:
        insert_or_ignore(db, lane, [{"id": f"{number:064}"} for number in range(1500)])
    return lines_of(story.database, story.vault, story.now)


def _after_first_piece(sealed: bytes) -> int:
    return sealed.index(END_OF_HEADING) + len(END_OF_HEADING) + MAC_LINE + SALT + PIECE + PROOF


def _flipped(sealed: bytes, at: int) -> bytes:
    changed = bytearray(sealed)
    changed[at] ^= 1
    return bytes(changed)


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "nothing": lambda _sealed: b"",
    "another kind of file": lambda _sealed: b"PK\x03\x04" * 500,
    "cut in its heading": lambda sealed: sealed[:100],
    "cut after the first piece": lambda sealed: sealed[: _after_first_piece(sealed)],
    "one byte short": lambda sealed: sealed[:-1],
    "one byte more": lambda sealed: sealed + b"\0",
    "changed in its heading": lambda sealed: _flipped(sealed, 60),
    "changed in the middle": lambda sealed: _flipped(sealed, len(sealed) // 2),
    "changed at the end": lambda sealed: _flipped(sealed, -1),
}


def test_damaged_files_leave_nothing_behind_and_the_whole_one_is_taken(
    story: Story, target: Database, keys: Keys, lines: list[bytes]
) -> None:
    whole = keys.seal(lines)
    assert len(whole) > _after_first_piece(whole)
    for name, damage in DAMAGES.items():
        with pytest.raises(NotRestorable, match=r"damaged or cut off|not a backup"):
            bring_back(target, story.vault, keys, damage(whole), now=story.now)
        assert row_count(target) == 0, name
    bring_back(target, story.vault, keys, whole, now=story.now)
    assert row_count(target) == row_count(story.database)


def _without_mark(lines: list[bytes]) -> list[bytes]:
    return lines[:-1]


def _with_a_row_less(lines: list[bytes]) -> list[bytes]:
    return lines[:-2] + lines[-1:]


def _goes_on(lines: list[bytes]) -> list[bytes]:
    return [*lines, b'{"table":"lane"}\n', b'["%064d",null,null,null]\n' % 9999]


def _of_an_older_schema(lines: list[bytes]) -> list[bytes]:
    return [json.dumps(json.loads(lines[0]) | {"schema": "0000"}).encode() + b"\n", *lines[1:]]


def _of_another_program(lines: list[bytes]) -> list[bytes]:
    return [b'{"rows":[]}\n', *lines[1:]]


def _no_json(_lines: list[bytes]) -> list[bytes]:
    return [b"id;name\n", b"1;x\n"]


@pytest.mark.parametrize(
    ("forge", "sentence"),
    [
        (_without_mark, "not made by this desk"),
        (_with_a_row_less, "not made by this desk"),
        (_goes_on, "not made by this desk"),
        (_of_an_older_schema, "schema 0000 and this program"),
        (_of_another_program, "no backup of this program"),
        (_no_json, "no backup of this program"),
    ],
)
def test_who_has_only_the_public_key_can_make_nothing_that_is_taken(
    story: Story,
    target: Database,
    keys: Keys,
    lines: list[bytes],
    forge: Callable[[list[bytes]], list[bytes]],
    sentence: str,
) -> None:
    with pytest.raises(NotRestorable, match=sentence):
        bring_back(target, story.vault, keys, keys.seal(forge(lines)), now=story.now)
    assert row_count(target) == 0


def test_another_master_key_or_another_private_key_opens_nothing(
    story: Story, target: Database, keys: Keys, lines: list[bytes], tmp_path: Path
) -> None:
    whole = keys.seal(lines)
    with pytest.raises(NotRestorable, match="MASTER_KEY_FILE"):
        bring_back(target, Vault(os.urandom(KEY_BYTES)), keys, whole, now=story.now)
    new_key_pair(tmp_path / "other.key")
    other = Keys(tmp_path / "other.key", keys.public_key)
    with pytest.raises(NotRestorable, match="made for another key"):
        bring_back(target, story.vault, other, whole, now=story.now)
    assert row_count(target) == 0


def test_a_database_with_one_row_or_another_schema_is_left_alone(
    story: Story, target: Database, keys: Keys, lines: list[bytes], now: datetime
) -> None:
    whole = keys.seal(lines)
    with target.transaction() as db:
        insert_or_ignore(db, lane, [{"id": "somebody"}])
    with pytest.raises(NotRestorable, match=r"not empty \(lane\)"):
        bring_back(target, story.vault, keys, whole, now=now)
    assert row_count(target) == 1
    with target.transaction() as db:
        db.execute(lane.delete())
        db.execute(sa.text("UPDATE alembic_version SET version_num = '0000'"))
    with pytest.raises(NotRestorable, match="tomarigi migrate"):
        bring_back(target, story.vault, keys, whole, now=now)
    assert row_count(target) == 0
