"""閲覧の記録: who looked at what, what is unusual, and that somebody has looked it over. People by number only."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import chain
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form
from starlette.responses import Response

from admin import log_words
from admin.auth import Visit, go
from admin.forms import PathId, a_day
from admin.persons import persons
from admin.policy import ACCOUNT, CLIENT, Act, Needs
from desk.audit.patterns import Finding, odd_patterns, shares_surname
from desk.audit.queries import client_numbers, entries, head, reviews
from desk.audit.rules import Entry
from desk.audit.service import keep_review
from desk.clock import at_tokyo, local, local_date
from desk.database import Connection
from desk.people.queries import names
from desk.people.rules import Permission

router = APIRouter()

_KIND = "reading-log"
_LogVisit = Annotated[Visit, Depends(Needs(Permission.READING_LOG, act=Act.VIEW))]
_AccountVisit = Annotated[
    Visit, Depends(Needs(Permission.READING_LOG, about=(replace(ACCOUNT, kind=_KIND),), act=Act.VIEW))
]
_ClientVisit = Annotated[
    Visit, Depends(Needs(Permission.READING_LOG, about=(replace(CLIENT, kind=_KIND),), act=Act.VIEW))
]
_ReviewVisit = Annotated[Visit, Depends(Needs(Permission.READING_LOG))]

SHOWN = 200
# In memory at a time; a longer stretch is looked at in parts.
_READ = 20_000
# Of those who were not signed in; they crowd nobody else out.
_STRANGERS = 2_000
_USUALLY = timedelta(days=30)
_A_DAY = timedelta(days=1)
_A_YEAR = timedelta(days=365)
# The log itself is kept for five.
_LONGEST = 6 * _A_YEAR


@dataclass(frozen=True)
class Stretch:
    """The days that are shown."""

    first: date
    last: date


@router.get("/reading-log")
def show_log(visit: _LogVisit) -> Response:
    """The latest, what is unusual in these days, and when it was looked over."""
    stretch, errors = _stretch(visit)
    with visit.house.database.reading() as db:
        done = _done(db, visit, stretch)
        facts = _facts(db, visit, done) | {
            "findings": _odd(db, visit, done),
            "head": head(db),
            "reviews": reviews(db, organisation_id=visit.viewer.organisation_id, since=visit.now - _A_YEAR),
        }
        facts["names"] |= names(db, visit.house.vault, {each.account_id for each in facts["reviews"]})
    return _page(visit, stretch, errors, facts, whose="")


@router.get("/reading-log/accounts/{account_id}")
def show_account(visit: _AccountVisit, account_id: PathId) -> Response:
    """What one account did."""
    stretch, errors = _stretch(visit)
    with visit.house.database.reading() as db:
        done = _done(db, visit, stretch, account_id=account_id)
        facts = _facts(db, visit, done) | {"findings": _odd(db, visit, done)}
        whose = names(db, visit.house.vault, [account_id])[account_id]
    return _page(visit, stretch, errors, facts, whose=f"{whose}さん")


@router.get("/reading-log/clients/{client_id}")
def show_client(visit: _ClientVisit, client_id: PathId) -> Response:
    """Who opened one person's pages."""
    stretch, errors = _stretch(visit)
    with visit.house.database.reading() as db:
        done = _done(db, visit, stretch, client_id=client_id)
        facts = _facts(db, visit, done)
        number = client_numbers(db, [client_id], organisation_id=visit.viewer.organisation_id)[client_id]
    return _page(visit, stretch, errors, facts, whose=f"相談者番号 {number}")


@router.post("/reading-log/review")
def review(visit: _ReviewVisit, up_to: Annotated[int, Form(ge=1, lt=1 << 62)]) -> Response:
    """見直した: up to the entry that was the newest when the page was shown."""
    with visit.house.database.transaction() as db:
        known = min(up_to, head(db).number)
        keep_review(db, account_id=visit.viewer.id, up_to=known, now=visit.now)
    return go("/reading-log", done="log_reviewed")


def _stretch(visit: Visit) -> tuple[Stretch, dict[str, str]]:
    """The days asked for in the address; the last 30 where none are, or where they make no sense."""
    asked, today = visit.request.query_params, local_date(visit.now)
    first = max(a_day(asked.get("from", "")) or today - _USUALLY, today - _LONGEST)
    last = min(a_day(asked.get("to", "")) or today, today)
    if first > last:
        fault = "はじまりの日を、おわりの日より前にしてください。"
        return Stretch(today - _USUALLY, today), {"from": fault}
    return Stretch(first, last), {}


def _done(
    db: Connection,
    visit: Visit,
    stretch: Stretch,
    *,
    account_id: str | None = None,
    client_id: str | None = None,
) -> tuple[Entry, ...]:
    each = [
        entries(
            db,
            organisation_id=visit.viewer.organisation_id,
            since=at_tokyo(stretch.first, 0),
            until=at_tokyo(stretch.last + _A_DAY, 0),
            account_id=account_id,
            client_id=client_id,
            by_accounts=by_accounts,
            limit=limit,
        )
        for by_accounts, limit in ((True, _READ), (False, _STRANGERS))
    ]
    return tuple(sorted(chain(*each), key=lambda entry: entry.number, reverse=True))


def _odd(db: Connection, visit: Visit, done: Collection[Entry]) -> tuple[Finding, ...]:
    return odd_patterns(done, local=local, namesakes=_namesakes(db, visit, done))


def _namesakes(db: Connection, visit: Visit, done: Iterable[Entry]) -> set[tuple[str, str]]:
    """Who opened the page of somebody called by their own surname."""
    pairs = {(each.account_id, each.client_id) for each in done if each.account_id and each.client_id}
    accounts = names(db, visit.house.vault, {account_id for account_id, _ in pairs})
    people = persons(db, visit, {client_id for _, client_id in pairs})
    return {
        (account_id, client_id)
        for account_id, client_id in pairs
        if client_id in people and shares_surname(accounts.get(account_id, ""), people[client_id].called)
    }


def _facts(db: Connection, visit: Visit, done: Sequence[Entry]) -> dict[str, Any]:
    shown = done[:SHOWN]
    return {
        "entries": shown,
        "more": len(done) - len(shown),
        "names": names(db, visit.house.vault, set(chain(*map(_accounts_in, done)))),
        "numbers": client_numbers(
            db,
            {each.client_id for each in shown if each.client_id},
            organisation_id=visit.viewer.organisation_id,
        ),
    }


def _accounts_in(entry: Entry) -> tuple[str, ...]:
    """Who did it, and at whose account."""
    at_account = entry.subject_id if entry.kind == "account" else None
    return tuple(account_id for account_id in (entry.account_id, at_account) if account_id)


def _page(
    visit: Visit, stretch: Stretch, errors: dict[str, str], facts: dict[str, Any], *, whose: str
) -> Response:
    plain = {"findings": (), "head": None, "reviews": ()}
    return visit.page(
        "reading_log.html",
        status=422 if errors else 200,
        whose=whose,
        values={"from": stretch.first.isoformat(), "to": stretch.last.isoformat()},
        errors=errors,
        log_words=log_words,
        **(plain | facts),
    )
