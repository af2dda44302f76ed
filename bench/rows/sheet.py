"""本日 with fifty bookings, all of it opened with each person's key, against its template alone."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from admin.auth import Visit, address_to_ask_again
from admin.pages.today import show_today
from admin.view import render
from bench.databases import KINDS
from bench.desk import Desk, prepared_desk
from bench.figures import ROUNDS, Failed, Figure, ratio
from bench.panel import PARTIES, fill_a_day
from bench.tools import Tools
from desk.clock import Clock
from desk.house import House
from desk.people.queries import open_sign_in
from desk.settings import Settings
from tomarigi.memory import keep_what_is_loaded
from tomarigi.sample import open_samples

_PAGES = 20
_SHARE = 0.4


@dataclass(frozen=True)
class _Kept(Visit):
    """A visit that remembers what its page was made of."""

    facts: dict[str, Any] = field(default_factory=dict)

    def page(self, template: str, *, status: int = 200, **facts: Any) -> HTMLResponse:
        self.facts.update(facts, done="", ask_again=address_to_ask_again(self.request))
        return super().page(template, status=status, **facts)


def measure(tools: Tools) -> Iterator[Figure]:
    """On each database."""
    for kind in KINDS:
        with prepared_desk(tools.databases, kind, tools.line) as desk:
            yield _compared(_visit(desk), kind)


def _visit(desk: Desk) -> _Kept:
    """Somebody of staff, signed in as the panel does it."""
    clock = Clock()
    open_samples(desk.database, now=clock.now())
    cookie = fill_a_day(desk.database, desk.vault, now=clock.now())
    house = House(desk.database, desk.vault, clock, Settings.model_construct())
    with desk.database.reading() as db:
        signed_in = open_sign_in(db, desk.vault, token=cookie.partition("=")[2], now=clock.now())
    if signed_in is None:
        raise Failed("nobody is signed in")
    scope = {"type": "http", "method": "GET", "path": "/today", "query_string": b"", "headers": []}
    return _Kept(Request(scope), house, signed_in, clock.now())


def _compared(visit: _Kept, kind: str) -> Figure:
    page = bytes(show_today(visit).body)
    keep_what_is_loaded()  # as the web process does
    if not (alone := _template(visit)).body == page or page.count(b"<article") != PARTIES:
        raise Failed("the sheet does not show everybody, or its template alone shows something else")
    whole, template = [], []
    for _ in range(ROUNDS):
        template.append(_each(lambda: _template(visit)))
        whole.append(_each(lambda: show_today(visit)))
    share = ratio(template, whole)
    return Figure(
        f"本日 with {PARTIES} bookings, needs and flags, opened, {kind}",
        f"{1000 * sorted(whole)[ROUNDS // 2]:.0f} ms = {share:.2f}",
        f"its template alone: {1000 * sorted(template)[ROUNDS // 2]:.0f} ms, {len(alone.body) // 1000} kB",
        f"≥ {_SHARE}",
        share >= _SHARE,
    )


def _template(visit: _Kept) -> Response:
    return render("sheet.html", viewer=visit.viewer, path=visit.request.url.path, facts=visit.facts)


def _each(make: Callable[[], Response]) -> float:
    begun = time.perf_counter()
    for _ in range(_PAGES):
        make()
    return (time.perf_counter() - begun) / _PAGES
