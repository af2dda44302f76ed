"""What an operator reads where a backup or a restore cannot be: one line, and nothing half done."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from desk.backup.envelope import new_key_pair
from desk.key_file import new_key_file

Folder = tuple[Path, dict[str, str]]


@pytest.fixture
def folder(tmp_path: Path, sqlite_url: str) -> Folder:
    """A folder with a desk's database and its keys, and the settings that name them."""
    new_key_file(tmp_path / "master.key")
    settings = {
        "PATH": os.environ["PATH"],
        "DATABASE_URL": sqlite_url,
        "MASTER_KEY_FILE": "master.key",
        "BACKUP_PUBLIC_KEY": new_key_pair(tmp_path / "backup.key"),
    }
    return tmp_path, settings


def run(folder: Folder, *words: str, **changed: str) -> subprocess.CompletedProcess[str]:
    """Runs a command in the folder, with some settings changed."""
    where, settings = folder
    command = [sys.executable, "-m", "tomarigi", *words]
    return subprocess.run(
        command,
        env=settings | changed,
        cwd=where,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def refused(folder: Folder, code: int, sentence: str, *words: str, **changed: str) -> None:
    """The command ends with this code and one line that holds this sentence."""
    told = run(folder, *words, **changed)
    assert (told.returncode, told.stdout) == (code, ""), told
    assert sentence in told.stderr
    assert len(told.stderr.splitlines()) == 1, told.stderr


def test_a_pair_of_keys_is_made_once_and_its_private_half_is_for_one_reader(folder: Folder) -> None:
    told = run(folder, "key", "backup", "other.key")
    assert told.stdout.startswith("BACKUP_PUBLIC_KEY=age1")
    assert (folder[0] / "other.key").stat().st_mode & 0o077 == 0
    refused(folder, 1, "never overwritten", "key", "backup", "other.key")


def test_a_backup_needs_a_key_and_overwrites_nothing(folder: Folder) -> None:
    key = "tomarigi key backup"
    refused(folder, 2, key, "backup", "a.age", BACKUP_PUBLIC_KEY="")
    refused(folder, 2, key, "backup", "a.age", BACKUP_PUBLIC_KEY="age1nonsense")
    refused(folder, 1, "no folder", "backup", "missing/a.age")
    assert [path.name for path in folder[0].glob("*.age*")] == []
    assert run(folder, "backup", "a.age").returncode == 0
    assert (folder[0] / "a.age").stat().st_mode & 0o077 == 0
    refused(folder, 1, "never overwritten", "backup", "a.age")


def test_a_restore_says_what_it_is_short_of(folder: Folder) -> None:
    assert run(folder, "sample").returncode == 0
    assert run(folder, "backup", "a.age").returncode == 0
    refused(folder, 2, "--identity", "restore", "a.age")
    refused(folder, 2, "does not exist", "restore", "b.age", "--identity", "backup.key")
    refused(folder, 1, "not empty (organisation)", "restore", "a.age", "--identity", "backup.key")
    elsewhere = {"DATABASE_URL": "sqlite:///elsewhere.db"}
    refused(folder, 1, "tomarigi migrate", "restore", "a.age", "--identity", "backup.key", **elsewhere)
    assert run(folder, "migrate", **elsewhere).returncode == 0
    refused(folder, 1, "a private key", "restore", "a.age", "--identity", "master.key", **elsewhere)
    lost = elsewhere | {"ERASURE_FILE": "lost"}
    refused(folder, 1, "would come back", "restore", "a.age", "--identity", "backup.key", **lost)
    told = run(folder, "restore", "a.age", "--identity", "backup.key", **elsewhere)
    assert told.returncode == 0, told
    assert "nothing that happened since" in told.stdout


def test_without_a_key_for_backups_the_doctor_lets_nobody_go_live(folder: Folder) -> None:
    line = "BACKUP_PUBLIC_KEY: not set"
    assert line in run(folder, "doctor", BACKUP_PUBLIC_KEY="").stdout
    assert line not in run(folder, "doctor").stdout
    stand_in = {"BACKUP_PUBLIC_KEY": "", "LINE_API_BASE_URL": "http://localhost:8080"}
    assert line not in run(folder, "doctor", **stand_in).stdout
