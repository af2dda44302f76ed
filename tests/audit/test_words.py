"""The log and what stands still are told in Japanese: every route, every fault has its words."""

import pytest
from fastapi.routing import APIRoute

from admin.log_words import ACTS, KINDS, broken
from admin.pages import PAGES
from admin.policy import Act, Needs, policy_of
from admin.standstill_words import why_parked
from desk.audit.rules import FAULTS, Fault
from desk.people.rules import Permission


def test_whatever_a_route_writes_into_the_log_has_a_japanese_word() -> None:
    policies = [
        (route, policy_of(route)) for page in PAGES for route in page.routes if isinstance(route, APIRoute)
    ]
    kinds = {
        policy.about[0].kind if policy.about else route.path.split("/")[1]
        for route, policy in policies
        if isinstance(policy, Needs) and policy.permission is not Permission.OWN_ACCOUNT
    }
    assert kinds - set(KINDS) == set(), "say them in admin/log_words.py"
    assert set(Act) - set(ACTS) == set()


def test_whatever_can_be_wrong_with_the_log_has_japanese_words() -> None:
    for kind in FAULTS:
        assert "7番" in broken(Fault(kind, 7))


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("HTTP 400", "LINEが、受けとりませんでした"),
        ("HTTP 401", "鍵（チャネルアクセストークン）が合いません"),
        ("HTTP 429", "送れる数を、こえました"),
        ("HTTP 503", "LINEに、つながりませんでした"),
        ("NewConnectionError", "LINEに、つながりませんでした"),
        ("ReadTimeoutError", "LINEに、つながりませんでした"),
        ("KeyError", "作った人に「KeyError」と伝えて"),
    ],
)
def test_why_something_stands_still_is_told_by_what_can_be_done(fault: str, words: str) -> None:
    assert words in why_parked(fault)
    assert fault in why_parked(fault)
