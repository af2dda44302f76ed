"""A supervisor reads the log in Japanese: every route of the panel has its words."""

from fastapi.routing import APIRoute

from admin.log_words import ACTS, KINDS
from admin.pages import PAGES
from admin.policy import Act, Needs, policy_of
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
