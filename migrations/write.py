"""Writes the next migration, from what the tables have and the migrations have not."""

import subprocess
import sys
import tempfile
from pathlib import Path

from alembic import command

from desk.database import Database
from migrations.runner import config_for, migrate

VERSIONS = Path(__file__).parent / "versions"


def write(name: str) -> None:
    """Compares a database brought to the newest schema with the tables, and writes the steps between."""
    number = f"{len(list(VERSIONS.glob('[0-9]*.py'))) + 1:04}"
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/newest.db"
        migrate(url)
        database = Database(url)
        with database.transaction() as db:
            command.revision(config_for(db), message=name, rev_id=number, autogenerate=True)
        database.close()
    _tidy(next(VERSIONS.glob(f"{number}_*.py")))


def _tidy(written: Path) -> None:
    lines = [line for line in written.read_text().splitlines() if "# ###" not in line]
    written.write_text("\n".join(lines) + "\n")
    for step in (["check", "--fix", "--exit-zero"], ["format"]):
        subprocess.run([sys.executable, "-m", "ruff", *step, "--silent", written], check=True)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("say what it brings: make migration name=waiting_list")
    write(sys.argv[1])
