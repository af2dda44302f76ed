"""Whether LINE reaches a person, as a condition for other questions: it says the same as `queries.address_of`."""

from typing import Any

import sqlalchemy as sa

from desk.clients.queries import LATEST_FIRST, account_given
from desk.tables.clients import address
from desk.tables.follow_up import relink


def line_state(whom: sa.ColumnElement[str]) -> sa.ColumnElement[Any]:
    """following or blocked: of one's own account, else of the one that was linked to an earlier person; NULL: none."""
    own = sa.select(address.c.state).where(address.c.client_id == whom)
    given = sa.select(address.c.state).join(relink, account_given()).where(relink.c.from_id == whom)
    return sa.func.coalesce(_latest(own), _latest(given))


def is_reached(whom: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
    """Whether what is said to this person arrives."""
    return sa.func.coalesce(line_state(whom), "") == "following"


def _latest(states: sa.Select[Any]) -> sa.ScalarSelect[Any]:
    # Of nothing that is asked outside, whatever that is about.
    return states.order_by(*LATEST_FIRST).limit(1).correlate_except(address, relink).scalar_subquery()
