"""Makes a PDF from a page of HTML, in a process of its own: it takes 100 MB for a second and gives them back.

`python -m admin.printing` is that process: HTML on its standard input, the PDF on its standard output. It is handed
no settings and may load nothing from anywhere, so it prints with the network down. What it needs: the package
weasyprint, the library Pango, and a font with Japanese letters, which becomes part of the file.
"""

import os
import subprocess
import sys
import threading
from ctypes.util import find_library
from importlib.util import find_spec

from desk.errors import DeskError
from desk.fonts import MEND, japanese_font

_LIBRARIES = ("pango-1.0", "pangoft2-1.0", "harfbuzz-subset")
_HANDED_ON = ("PATH", "HOME", "LANG", "TMPDIR")
_SECONDS = 60
_ONE_AT_A_TIME = threading.Lock()

PARTS = {
    "weasyprint": "Python package weasyprint: run `make setup`",
    "pango": "library Pango: as root, apt-get install -y libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0",
    "font": f"font with Japanese letters: {MEND}",
}


class CannotPrint(DeskError):
    """No PDF came of it; the message names no words of the page."""


def as_pdf(html: str) -> bytes:
    """The page as a PDF; raises CannotPrint."""
    settings = {name: os.environ[name] for name in _HANDED_ON if name in os.environ}
    command = [sys.executable, "-I", "-m", "admin.printing"]
    try:
        with _ONE_AT_A_TIME:
            done = subprocess.run(
                command,
                input=html.encode(),
                capture_output=True,
                env=settings,
                timeout=_SECONDS,
                check=True,
            )
    except (OSError, subprocess.SubprocessError) as fault:
        raise CannotPrint(f"the printing process: {type(fault).__name__}") from None
    return done.stdout


def missing_parts() -> tuple[str, ...]:
    """Which of PARTS this machine lacks."""
    is_there = {
        "weasyprint": find_spec("weasyprint") is not None,
        "pango": all(find_library(name) for name in _LIBRARIES),
        "font": japanese_font() is not None,
    }
    return tuple(part for part, found in is_there.items() if not found)


def _print() -> None:
    from weasyprint import HTML  # only this process pays for it

    def refuse(_url: str) -> None:
        raise ValueError("a paper loads nothing")

    page = HTML(string=sys.stdin.buffer.read().decode(), url_fetcher=refuse)
    sys.stdout.buffer.write(page.write_pdf(pdf_variant="pdf/ua-1"))


if __name__ == "__main__":
    _print()
