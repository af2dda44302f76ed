"""What a supervisor should look at in the reading log: not proof of anything, only what is not the usual.

Values in, values out, as in the rules beside it. A page that refreshed itself counts for nobody, nor does what a person
does with what is their own.
"""

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from desk.audit.rules import Entry

MANY_PEOPLE = 10
MANY_REFUSALS = 5
MANY_FAILED_SIGN_INS = 10
BLIND_SEARCHES = 3
_HOUR = timedelta(hours=1)
_VIEW_FOLLOWS_WITHIN = timedelta(minutes=10)
# A night belongs to the day it began on: 22:00 to 06:00 in Japan.
_NIGHT_BEGINS, _NIGHT_ENDS = 22, 6
_SEEING = frozenset({"view", "search", "export", "print", "break_glass"})

_FAILED = "sign_in_failed"
# What opens a door to somebody: a supervisor sees each of them.
_DOORS = ("account_added", "begun_anew", "role_changed")

Local = Callable[[datetime], datetime]
Who = str | None


@dataclass(frozen=True, order=True)
class Finding:
    """Something unusual: from when until when, which pattern, whose account, and how many (people, acts …)."""

    since: datetime
    until: datetime
    pattern: str
    account_id: Who
    count: int


def odd_patterns(
    entries: Iterable[Entry], *, local: Local, namesakes: Collection[tuple[str, str]] = ()
) -> tuple[Finding, ...]:
    """All that is unusual in these entries, newest first. `local` tells the time on the wall.

    `namesakes`: pairs of an account and a person who is called by that account's surname.
    """
    by_account: dict[Who, list[Entry]] = defaultdict(list)
    for entry in sorted(entries, key=lambda each: (each.at, each.number)):
        if "auto" not in entry.facts:
            by_account[_whose(entry)].append(entry)
    found = [
        Finding(since, until, pattern, account_id, count)
        for account_id, done in by_account.items()
        for pattern, since, until, count in _of_one(done, local, namesakes)
    ]
    return tuple(
        sorted(found, key=lambda each: (each.until, each.pattern, each.account_id or ""), reverse=True)
    )


def _whose(entry: Entry) -> Who:
    """Whose doing it is; of a sign-in that failed, whose account it was tried at."""
    return entry.subject_id if entry.act == _FAILED else entry.account_id


_Told = tuple[str, datetime, datetime, int]


def _of_one(done: Sequence[Entry], local: Local, namesakes: Collection[tuple[str, str]]) -> Iterator[_Told]:
    seen = [entry for entry in done if entry.account_id and entry.act in _SEEING and not entry.refused]
    people = [(entry.at, entry.client_id) for entry in seen if entry.client_id]
    refused = [(entry.at, entry.number) for entry in done if entry.refused and entry.act != _FAILED]
    failed = [(entry.at, entry.number) for entry in done if entry.act == _FAILED]
    yield from _told("many_people", bursts(people, many=MANY_PEOPLE, within=_HOUR))
    yield from _told("refusals", bursts(refused, many=MANY_REFUSALS, within=_HOUR))
    yield from _told("failed_sign_ins", bursts(failed, many=MANY_FAILED_SIGN_INS, within=_HOUR))
    yield from _per_day("night", [entry for entry in seen if _at_night(local(entry.at))], _night_of(local))
    yield from _per_day("blind_searches", _blind_searches(seen), _day_of(local), at_least=BLIND_SEARCHES)
    exports = [entry for entry in seen if entry.act == "export"]
    yield from _per_day("export", exports, _day_of(local))
    # The one that names the person; that the form was sent is an entry too.
    broken = [entry for entry in seen if (entry.act, entry.kind) == ("break_glass", "client")]
    yield from _per_day("break_glass", broken, _day_of(local))
    for act in _DOORS:
        yield from _per_day(act, [entry for entry in done if entry.act == act], _day_of(local))
    own = [entry for entry in seen if (entry.account_id, entry.client_id) in namesakes]
    yield from _per_day("own_surname", own, _day_of(local))


def bursts(
    moments: Sequence[tuple[datetime, Hashable]], *, many: int, within: timedelta
) -> list[tuple[datetime, datetime, int]]:
    """Stretches in which at least `many` different things fell into `within`: from, until, the most at a time.

    `moments` come in the order of time; stretches that touch are one.
    """
    found: list[tuple[datetime, datetime, int]] = []
    inside: Counter[Hashable] = Counter()
    oldest = 0
    for at, what in moments:
        inside[what] += 1
        while at - moments[oldest][0] > within:
            gone = moments[oldest][1]
            inside[gone] -= 1
            if not inside[gone]:
                del inside[gone]
            oldest += 1
        if len(inside) < many:
            continue
        since = moments[oldest][0]
        if found and since <= found[-1][1]:
            first, _until, most = found.pop()
            found.append((first, at, max(most, len(inside))))
        else:
            found.append((since, at, len(inside)))
    return found


def shares_surname(account_name: str, called_name: str) -> bool:
    """Whether somebody is called by the surname of an account: a relative, perhaps, or chance."""
    surname = _folded(account_name).split(" ")[0]
    return bool(surname) and _folded(called_name).startswith(surname)


def _folded(name: str) -> str:
    folded = unicodedata.normalize("NFKC", name).strip()
    return "".join(chr(ord(sign) - 0x60) if "ァ" <= sign <= "ヶ" else sign for sign in folded)


def _blind_searches(seen: Sequence[Entry]) -> list[Entry]:
    """Searches after which nobody's page was opened."""
    views = [entry.at for entry in seen if entry.act == "view" and entry.client_id]
    return [
        entry
        for entry in seen
        if entry.act == "search"
        and not any(entry.at <= at <= entry.at + _VIEW_FOLLOWS_WITHIN for at in views)
    ]


def _at_night(on_the_wall: datetime) -> bool:
    return on_the_wall.hour >= _NIGHT_BEGINS or on_the_wall.hour < _NIGHT_ENDS


def _night_of(local: Local) -> Callable[[datetime], date]:
    return lambda at: (local(at) - timedelta(hours=_NIGHT_ENDS)).date()


def _day_of(local: Local) -> Callable[[datetime], date]:
    return lambda at: local(at).date()


def _per_day(
    pattern: str, entries: Iterable[Entry], day_of: Callable[[datetime], date], *, at_least: int = 1
) -> Iterator[_Told]:
    days: dict[date, list[Entry]] = defaultdict(list)
    for entry in entries:
        days[day_of(entry.at)].append(entry)
    for done in days.values():
        if len(done) >= at_least:
            yield pattern, done[0].at, done[-1].at, len(done)


def _told(pattern: str, stretches: Iterable[tuple[datetime, datetime, int]]) -> Iterator[_Told]:
    return ((pattern, since, until, count) for since, until, count in stretches)
