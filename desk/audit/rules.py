"""The chain of the reading log: each entry carries the hash of the one before, so a changed or missing one shows."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

#: What the first entry carries as the hash of the one before.
BEGINNING = "0" * 64
#: The act by which the log lets go of months whose time is over; the entry says up to which number, and its hash.
LET_GO = "let_go"
READING_LOG = "reading_log"
#: The job of every night that reads the end of the log; what it counts are faults.
NIGHTLY = "tell audit head"
#: A supervisor looks the log over at least so often.
REVIEW_EVERY = timedelta(days=30)


@dataclass(frozen=True)
class Entry:
    """One line of the log: who did what to whom, and never what it said."""

    number: int
    at: datetime
    account_id: str | None
    role: str
    act: str
    kind: str
    subject_id: str | None
    client_id: str | None
    facts: Mapping[str, int | str]
    refused: bool


@dataclass(frozen=True)
class Head:
    """An entry and its hash. Kept elsewhere, it shows later whether the log still holds what it held then."""

    number: int
    hash: str

    def __str__(self) -> str:
        return f"{self.number}:{self.hash}"


# What can be wrong with the log, for who runs the machine; the panel has words of its own.
FAULTS = {
    "missing": "it is missing; entry {other} follows",
    "unlinked": "it does not follow on the one before",
    "changed": "it was changed",
    "beginning": "what stood before it is gone, and no later entry says that it was let go",
    "replaced": "it is not the one that the given head names",
    "gone": "it is gone; only a head over a year old may be, name a newer one",
    "cut_off": "it is missing; the given head was entry {other}",
}


@dataclass(frozen=True)
class Fault:
    """What is wrong with the log: its kind, at which entry, and the entry by which it shows where that is another."""

    kind: str
    number: int
    other: int = 0

    def __str__(self) -> str:
        return f"entry {self.number}: {FAULTS[self.kind].format(other=self.other)}"


@dataclass(frozen=True)
class Chain:
    """What was found when the log was read: how many entries, up to when, its end, and the first fault if any."""

    entries: int
    first: int
    last_at: datetime | None
    head: Head
    fault: Fault | None = None


def hash_of(entry: Mapping[str, Any]) -> str:
    """The hash of an entry, over all its fields but the hash itself; the same in every database."""
    fields = {name: _plain(value) for name, value in entry.items() if name != "hash" and value is not None}
    said = json.dumps(fields, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(said.encode()).hexdigest()


def _plain(value: Any) -> str:
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else str(value)


def read_chain(
    entries: Iterable[Mapping[str, Any]], *, known: Head | None = None, whole: bool = True
) -> Chain:
    """Goes through the log in its order up to the first fault. `whole`: from its beginning, not only its end.

    `known`: a head from elsewhere; without it, entries cut off at the end leave no trace in the chain itself.
    """
    count, first, last_at, head = 0, 0, None, Head(0, BEGINNING)
    start: Head | None = None
    let_go = Head(0, BEGINNING)
    fault: Fault | None = None
    for entry in entries:
        if start is None:
            start = head = Head(entry["number"] - 1, entry["previous"])
            first = entry["number"]
        if fault := _fault_of(entry, head) or _differs(entry["number"], entry["hash"], known):
            break
        count, last_at, head = count + 1, entry["at"], Head(entry["number"], entry["hash"])
        if entry["act"] == LET_GO and entry["kind"] == READING_LOG:
            let_go = Head(int(entry["subject_id"]), json.loads(entry["facts"])["hash"])
    if not fault and whole and start is not None and start not in (let_go, Head(0, BEGINNING)):
        fault = Fault("beginning", first)
    return Chain(count, first, last_at, head, fault or _cut_off(head, start, known))


def _fault_of(entry: Mapping[str, Any], before: Head) -> Fault | None:
    number = entry["number"]
    if number != before.number + 1:
        return Fault("missing", before.number + 1, number)
    if entry["previous"] != before.hash:
        return Fault("unlinked", number)
    return None if hash_of(entry) == entry["hash"] else Fault("changed", number)


def _differs(number: int, found: str, known: Head | None) -> Fault | None:
    fits = known is None or known.number != number or known.hash == found
    return None if fits else Fault("replaced", number)


def _cut_off(head: Head, start: Head | None, known: Head | None) -> Fault | None:
    if known is None or (start is not None and start.number < known.number <= head.number):
        return None
    if start is not None and known.number <= start.number:
        return Fault("gone", known.number)
    return Fault("cut_off", head.number + 1, known.number)


@dataclass(frozen=True)
class Clocks:
    """By when an incident is reported: 速報 between the two days, 確報 by the last one."""

    first_from: date
    first_until: date
    final_until: date


_FIRST_FROM = timedelta(days=3)
_FIRST_UNTIL = timedelta(days=5)
_FINAL = timedelta(days=30)
_FINAL_MALICIOUS = timedelta(days=60)
_COUNTS_AS_ONE = timedelta(days=1)


def clocks(*, found_on: date, malicious: bool) -> Clocks:
    """APPI article 26 and its rules, article 8: 速報 within 3 to 5 days, 確報 within 30, or 60 if done on purpose.

    The day on which it became known counts as the first. Where the last day is no working day the law waits for the
    next one; we do not, so ours is never the later.
    """
    begins = found_on - _COUNTS_AS_ONE
    final = _FINAL_MALICIOUS if malicious else _FINAL
    return Clocks(begins + _FIRST_FROM, begins + _FIRST_UNTIL, begins + final)
