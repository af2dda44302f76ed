"""Makes the private pages, mounted at /me: what stands where, for whom, and kind words for trouble."""

from collections.abc import Callable, Mapping

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from bot.pages import calendar_file, danger, letter, opening, overview, own_record, questions
from bot.pages.view import STATIC, say
from bot.pages.visit import Answer, answer_with, for_visit
from desk.guard import Guard, page_headers
from desk.house import House
from desk.pace import WINDOW, Pace

# Addresses tell nothing: a question is its place, a thing to remove is named in the form.
_ANSWERS: tuple[tuple[str, str, Answer], ...] = (
    ("GET", "/open/{token}", opening.show),
    ("POST", "/open/{token}", opening.open_page),
    ("GET", "/bye", opening.say_bye),
    ("POST", "/bye", opening.leave),
    ("GET", "/", for_visit(opening.first_page)),
    ("GET", "/start", for_visit(questions.start, purpose="intake")),
    ("GET", "/on", for_visit(opening.go_on)),
    ("GET", "/next", for_visit(questions.resume, purpose="intake")),
    ("GET", "/agree", for_visit(questions.ask_consent, purpose="intake")),
    ("POST", "/agree", for_visit(questions.agree, purpose="intake")),
    ("GET", "/{place:int}", for_visit(questions.ask, purpose="intake")),
    ("POST", "/{place:int}", for_visit(questions.take, purpose="intake")),
    ("GET", "/mend/{place:int}", for_visit(questions.ask_again, purpose="intake")),
    ("POST", "/mend/{place:int}", for_visit(questions.mend, purpose="intake")),
    ("GET", "/all", for_visit(overview.show, purpose="intake")),
    ("POST", "/remove", for_visit(overview.remove, purpose="intake")),
    ("POST", "/right", for_visit(overview.decide, purpose="intake")),
    ("POST", "/add", for_visit(overview.add, purpose="intake")),
    ("GET", "/write", for_visit(letter.show, purpose="message")),
    ("POST", "/write", for_visit(letter.send, purpose="message")),
    ("GET", "/calendar", for_visit(calendar_file.show, purpose="calendar")),
    ("POST", "/calendar", for_visit(calendar_file.fetch, purpose="calendar")),
    ("GET", "/record", for_visit(own_record.show, purpose="record")),
    ("POST", "/record/name", for_visit(own_record.rename, purpose="record")),
    ("POST", "/record/phone", for_visit(own_record.set_phone, purpose="record")),
    ("POST", "/record/thing", for_visit(own_record.open_thing, purpose="record")),
    ("POST", "/record/stop", for_visit(own_record.take_back, purpose="record")),
    ("POST", "/record/file", for_visit(own_record.take_along, purpose="record")),
    ("POST", "/record/erase", for_visit(own_record.erase, purpose="record")),
    ("GET", "/done", for_visit(questions.say_done, purpose="intake")),
    ("GET", "/sent", for_visit(letter.say_sent, purpose="message")),
    ("GET", danger.NUMBERS, danger.show_numbers),
    ("GET", danger.GENTLE, for_visit(danger.ask)),
    ("POST", danger.GENTLE, for_visit(danger.take)),
)


CONTENT_POLICY = (
    "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def make_pages(house: House) -> Starlette:
    """The private pages of one house."""
    routes: list[BaseRoute] = [
        Route(path, answer_with(answer, house), methods=[method]) for method, path, answer in _ANSWERS
    ]
    routes.append(Mount("/static", StaticFiles(directory=STATIC)))
    base = house.settings.public_base_url
    guard = Middleware(
        Guard, public_base_url=base, content_policy=CONTENT_POLICY, refusal=say("not_ours", status=403)
    )
    pace = Middleware(Pace, refusal=say("too_fast", status=429, wait=WINDOW))
    handlers = {HTTPException: _say_missing, Exception: _trouble_with(page_headers(base, CONTENT_POLICY))}
    return Starlette(routes=routes, middleware=[guard, pace], exception_handlers=handlers)


def _say_missing(_request: Request, fault: Exception) -> Response:
    status = fault.status_code if isinstance(fault, HTTPException) else 404
    return say("too_long" if status == 413 else "missing", status=status)


def _trouble_with(headers: Mapping[str, str]) -> Callable[[Request, Exception], Response]:
    """The answer to a fault of ours; it is given outside the guard, so it brings the headers itself."""

    def say_trouble(_request: Request, _fault: Exception) -> Response:
        response = say("trouble", status=500)
        response.headers.update(headers)
        return response

    return say_trouble
