"""`python -m bench`: measures every row and writes the table; `python -m bench live turns`: these rows, on the terminal."""

import signal
import sqlite3
import sys
import time

from bench import table
from bench.rows import crowd, growth, ingest, live, peer, sheet, start
from bench.tools import Tools, prepared
from desk.clock import Clock, local_date

ROWS = {
    "ingest": ingest.measure,
    "peer": peer.measure,
    "crowd": crowd.measure,
    "sheet": sheet.measure,
    "live": live.measure,
    "growth": growth.measure,
    "start": start.measure,
}


def main() -> None:
    """Measures the rows that are named, or all of them; whoever ends it ends all that it started."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    wanted = sys.argv[1:] or list(ROWS)
    begun = time.monotonic()
    with prepared() as tools:
        figures = []
        for name in wanted:
            for figure in ROWS[name](tools):
                figures.append(figure)
                print(table.line(figure), flush=True)
        if wanted == list(ROWS):
            table.write(figures, day=local_date(Clock().real()), databases=_versions(tools))
    print(f"measured in {(time.monotonic() - begun) / 60:.0f} minutes")


def _versions(tools: Tools) -> dict[str, str]:
    return {
        "SQLite": sqlite3.sqlite_version,
        "PostgreSQL": tools.databases.server.psql("SHOW server_version").split()[2],
    }


if __name__ == "__main__":
    main()
