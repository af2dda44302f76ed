"""Writes the table into docs/PERFORMANCE.md, between its two markers."""

from collections.abc import Mapping, Sequence
from datetime import date

from bench.figures import ROUNDS, SECONDS, Figure
from bench.machine import description
from bench.processes import ROOT

_FILE = ROOT / "docs" / "PERFORMANCE.md"
_BEGIN, _END = "<!-- written by make bench -->", "<!-- until here -->"
_HEAD = "| what | measured | against | bar | reached |\n|---|---|---|---|---|"


def write(figures: Sequence[Figure], *, day: date, databases: Mapping[str, str]) -> None:
    """Puts date, machine and figures in the place of those of the last time."""
    before, _, rest = _FILE.read_text(encoding="utf-8").partition(_BEGIN)
    _, _, after = rest.partition(_END)
    versions = ", ".join(f"{name} {version}" for name, version in databases.items())
    about = f"{day.isoformat()}, {description()}, {versions}. Medians of {ROUNDS} rounds of {SECONDS:.0f} s."
    lines = "\n".join(line(figure) for figure in figures)
    _FILE.write_text(f"{before}{_BEGIN}\n{about}\n\n{_HEAD}\n{lines}\n{_END}{after}", encoding="utf-8")


def line(figure: Figure) -> str:
    """One line of the table."""
    reached = "yes" if figure.reached else "**no**"
    return f"| {figure.what} | {figure.ours} | {figure.against or '–'} | {figure.bar} | {reached} |"
