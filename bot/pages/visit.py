"""Who is asking: the cookie of an opened page, and what a page is handed to answer with."""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from bot.flows.dates import time_words
from bot.pages.form import Form, TooLong, read_form
from bot.pages.view import PREFIX, go, render, say
from desk.clients import links
from desk.clients.queries import lock_known
from desk.clock import local
from desk.database import Connection
from desk.errors import PersonGone
from desk.house import House

_RECORD = "record"
_KEPT_FOR = links.WRITE_WITHIN + links.GRACE


class VisitOver(Exception):
    """The page was closed, or everything erased, while this was on its way."""


@dataclass(frozen=True, repr=False)
class Asked:
    """A request before we know whose it is."""

    house: House
    now: datetime
    posted: bool
    path: Mapping[str, Any]
    form: Form
    secret: str


@dataclass(frozen=True, repr=False)
class Visit(Asked):
    """A request of the person whose page it is."""

    client_id: str
    purpose: str
    write_until: datetime

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """All or nothing; raises VisitOver where the page was closed or everything erased in the meantime."""
        with self.house.database.transaction() as db:
            try:
                lock_known(db, self.client_id)
            except PersonGone as fault:
                raise VisitOver from fault
            if links.visit_of(db, secret=self.secret, alone=True, now=self.now) is None:
                raise VisitOver
            yield db

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A consistent view."""
        with self.house.database.reading() as db:
            yield db

    def page(self, template: str, **facts: Any) -> HTMLResponse:
        """A page that says until when it may be written on."""
        return render(template, until=time_words(local(self.write_until)), **facts)


Answer = Callable[[Asked], Response]
Endpoint = Callable[[Request], Awaitable[Response]]


def answer_with(answer: Answer, house: House) -> Endpoint:
    """The form is read here; all else runs in a thread, since it waits for the database."""

    async def endpoint(request: Request) -> Response:
        posted = request.method == "POST"
        try:
            form = await read_form(request) if posted else Form()
        except TooLong:
            return say("too_long", status=413)
        secret = request.cookies.get(cookie_name(house), "")
        asked = Asked(house, house.clock.now(), posted, request.path_params, form, secret)
        return await run_in_threadpool(answer, asked)

    return endpoint


def for_visit(answer: Callable[[Visit], Response], *, purpose: str = "") -> Answer:
    """Lets only the person in whose page it is; `purpose`: only from a page made for that.

    From their whole record people come to their answers as well.
    """
    purposes = {purpose, _RECORD} if purpose == "intake" else {purpose}

    def answered(asked: Asked) -> Response:
        visit = find_visit(asked)
        if visit is None:
            return say("lost" if asked.posted else "over", status=403)
        if not asked.posted and asked.now >= visit.write_until:
            return say("time_over", status=403)
        if purpose and visit.purpose not in purposes:
            return go("/")
        try:
            return answer(visit)
        except VisitOver:
            return say("lost", status=403)

    return answered


def find_visit(asked: Asked) -> Visit | None:
    """The visit a request belongs to; None without a cookie, or once its time is over."""
    if not asked.secret:
        return None
    with asked.house.database.reading() as db:
        found = links.visit_of(db, secret=asked.secret, now=asked.now)
    return Visit(**vars(asked), **vars(found)) if found else None


def cookie_name(house: House) -> str:
    """`__Secure-` binds it to https (`__Host-` cannot be had for a path); plain http is for this machine."""
    return "__Secure-tomarigi-me" if _over_https(house) else "tomarigi-me"


def keep_cookie(response: Response, house: House, secret: str) -> None:
    """Hands the browser the secret of a freshly opened page."""
    response.set_cookie(cookie_name(house), secret, max_age=_seconds(_KEPT_FOR), **_cookie_kind(house))


def drop_cookie(response: Response, house: House) -> None:
    """Takes the secret back."""
    response.delete_cookie(cookie_name(house), **_cookie_kind(house))


def _cookie_kind(house: House) -> dict[str, Any]:
    return {"path": PREFIX, "httponly": True, "samesite": "strict", "secure": _over_https(house)}


def _over_https(house: House) -> bool:
    return house.settings.public_base_url.startswith("https://")


def _seconds(span: timedelta) -> int:
    return int(span.total_seconds())
