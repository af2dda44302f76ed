"""What is unusual in the log is found, whatever stands around it; and what is usual is left alone."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.audit.patterns import MANY_PEOPLE, bursts, odd_patterns, shares_surname
from desk.audit.rules import Entry
from desk.clock import at_tokyo, local

NOON = at_tokyo(date(2026, 11, 12), 12)
HOUR = timedelta(hours=1)


def entry(
    minute: int, act: str = "view", *, who: str = "a", whom: str | None = None, **more: object
) -> Entry:
    """Something that was done some minutes after noon."""
    at = NOON + timedelta(minutes=minute)
    plain = Entry(minute, at, who, "staff", act, "client", None, whom, {}, False)
    return replace(plain, **more)  # type: ignore[arg-type]  # a test names the fields it means


def names(entries: list[Entry], *, namesakes: Collection[tuple[str, str]] = ()) -> list[str]:
    """The patterns found."""
    return [each.pattern for each in odd_patterns(entries, local=local, namesakes=namesakes)]


def many(count: int) -> list[Entry]:
    """So many different people, one a minute."""
    return [entry(minute, whom=f"c{minute}") for minute in range(count)]


def test_many_people_within_an_hour() -> None:
    found = odd_patterns(many(MANY_PEOPLE), local=local)
    assert [(each.pattern, each.count, each.account_id) for each in found] == [
        ("many_people", MANY_PEOPLE, "a")
    ]
    assert names(many(MANY_PEOPLE - 1)) == []
    slowly = [entry(7 * minute, whom=f"c{minute}") for minute in range(MANY_PEOPLE)]
    assert names(slowly) == []
    assert names([entry(minute, whom="the same") for minute in range(50)]) == []


@pytest.mark.parametrize(
    ("hour", "odd"), [(21, False), (22, True), (2, True), (5, True), (6, False), (12, False)]
)
def test_at_night(hour: int, odd: bool) -> None:
    at = at_tokyo(date(2026, 11, 12), hour, 30)
    assert names([entry(0, at=at, whom="c")]) == (["night"] if odd else [])


def test_one_night_is_one_finding_though_it_has_two_dates() -> None:
    before, after = at_tokyo(date(2026, 11, 12), 23), at_tokyo(date(2026, 11, 13), 1)
    (found,) = odd_patterns([entry(0, at=before), entry(1, at=after)], local=local)
    assert (found.since, found.until, found.count) == (before, after, 2)


def test_searches_that_lead_to_nobody() -> None:
    searches = [entry(minute, "search") for minute in (0, 20, 40)]
    assert names(searches) == ["blind_searches"]
    assert names(searches[:2]) == []
    assert names([*searches, entry(41, whom="c")]) == []


@pytest.mark.parametrize("act", ["export", "break_glass"])
def test_what_is_always_looked_at(act: str) -> None:
    assert names([entry(0, act, whom="c"), entry(1, act, whom="c")]) == [act]
    assert names([entry(0, act, whom="c", refused=True)]) == []


def test_refusals_and_failed_sign_ins() -> None:
    assert names([entry(minute, refused=True) for minute in range(5)]) == ["refusals"]
    assert names([entry(minute, refused=True) for minute in range(4)]) == []
    failed = [entry(minute, "sign_in_failed", account_id=None, refused=True) for minute in range(10)]
    assert names(failed) == ["failed_sign_ins"]


def test_what_people_do_with_their_own_is_nobodys_business() -> None:
    assert names([entry(0, "export", whom="c", account_id=None, role="client")]) == []


def test_somebody_of_the_same_name() -> None:
    assert names([entry(0, whom="c")], namesakes={("a", "c")}) == ["own_surname"]
    assert names([entry(0, whom="c", who="b")], namesakes={("a", "c")}) == []


@pytest.mark.parametrize(
    ("account", "called", "same"),
    [
        ("小林", "小林", True),
        ("小林　一郎", "小林さん", True),
        ("コバヤシ", "こばやし", True),
        ("林", "小林", False),
        ("小林", "そら", False),
        ("", "そら", False),
    ],
)
def test_a_surname_is_found_in_any_letters(account: str, called: str, same: bool) -> None:
    assert shares_surname(account, called) is same


ACTS = st.sampled_from(["view", "search", "export", "print", "change", "sign_in_failed"])
ENTRIES = st.lists(
    st.builds(
        entry,
        st.integers(0, 3000),
        ACTS,
        who=st.sampled_from(["a", "b"]),
        whom=st.one_of(st.none(), st.sampled_from([f"c{number}" for number in range(15)])),
        refused=st.booleans(),
    ),
    max_size=60,
)


@given(ENTRIES, st.randoms())
def test_the_order_in_which_entries_come_changes_nothing(entries: list[Entry], chance: object) -> None:
    numbered = [replace(each, number=number) for number, each in enumerate(entries)]
    shuffled = list(numbered)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis's own random
    assert odd_patterns(shuffled, local=local) == odd_patterns(numbered, local=local)


@given(ENTRIES)
def test_what_one_does_says_nothing_of_another(entries: list[Entry]) -> None:
    alone = odd_patterns([each for each in entries if each.account_id == "a"], local=local)
    together = odd_patterns(entries, local=local)
    assert tuple(each for each in together if each.account_id == "a") == alone


@given(ENTRIES)
def test_a_page_that_refreshes_itself_is_nobody(entries: list[Entry]) -> None:
    assert odd_patterns([replace(each, facts={"auto": 1}) for each in entries], local=local) == ()


MOMENTS = st.lists(st.tuples(st.integers(0, 300), st.integers(0, 8)), max_size=40).map(sorted)


@given(MOMENTS, st.integers(1, 6))
def test_a_stretch_is_found_wherever_one_is_and_nowhere_else(
    minutes: list[tuple[int, int]], many: int
) -> None:
    moments = [(NOON + timedelta(minutes=minute), what) for minute, what in minutes]
    found = bursts(moments, many=many, within=HOUR)

    def is_busy(end: datetime) -> bool:
        return len({what for at, what in moments if end - HOUR <= at <= end}) >= many

    for at, _what in moments:
        if is_busy(at):
            assert any(since <= at <= until for since, until, _count in found)
    for since, until, count in found:
        assert is_busy(until)
        assert count >= many
        assert since <= until
    assert all(found[i][1] < found[i + 1][0] for i in range(len(found) - 1)), "stretches that touch are one"
