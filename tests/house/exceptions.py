"""Every exception to a rule of the house, by name and with its reason; one that is needless fails."""

from collections.abc import Iterable

# Rule → where it may be broken → why.
EXCEPTIONS: dict[str, dict[str, str]] = {
    "clock": {
        "desk/clock.py": "the one place that asks the machine for the time",
        "simulator/clock.py": "the stand-in is another program and keeps its own clock",
        "tomarigi/demo.py": "waits a bounded time for a process to start",
    },
    "commit": {
        "desk/database.py": "the one way to write",
    },
    "pure": {
        "desk/agencies/rules.py": "knows the codes of the needs, which are constants",
        "desk/messaging/rules.py": "takes a Tick, which is a reading and not a clock",
        "desk/needs/rules.py": "works on the values of its own area: words, matches, rows of the lexicon",
    },
    "long file": {
        "migrations/versions": "written by a tool from the tables",
    },
    "long function": {
        "migrations/versions": "written by a tool from the tables",
    },
    "deep nesting": {},
}


def unexcused(rule: str, broken: Iterable[str]) -> list[str]:
    """The places that break the rule without an exception; fails where an exception has become needless."""
    known = EXCEPTIONS[rule]
    places = list(broken)
    needless = [where for where in known if not any(_is_at(place, where) for place in places)]
    assert not needless, f"take out of tests/house/exceptions.py, rule {rule!r}: {needless} keep the rule now"
    return [place for place in places if not any(_is_at(place, where) for where in known)]


def _is_at(place: str, where: str) -> bool:
    return place == where or place.startswith((f"{where}:", f"{where} ", f"{where}/"))
