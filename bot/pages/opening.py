"""Opening a page from its single-use link, and leaving it."""

from starlette.responses import Response

from bot.pages.view import go, render, say
from bot.pages.visit import Asked, Visit, drop_cookie, find_visit, keep_cookie
from desk.clients import links
from desk.errors import LinkSpent

_FIRST_PAGES = {"intake": "/start", "message": "/write", "calendar": "/calendar", "record": "/record"}
_PAGES_TO_GO_ON = {"intake": "/next", "message": "/sent", "calendar": "/calendar", "record": "/record"}


def show(_asked: Asked) -> Response:
    """Only a button: link previews and scanners open links, and must not spend one."""
    return render("open.html")


def open_page(asked: Asked) -> Response:
    """Spends the link. Somebody whose page is open already just goes on."""
    try:
        with asked.house.database.transaction() as db:
            secret, _visit = links.open_link(db, token=asked.path["token"], now=asked.now)
    except LinkSpent:
        return go("/") if find_visit(asked) else say("spent", status=410)
    response = go("/")
    keep_cookie(response, asked.house, secret)
    return response


def leave(asked: Asked) -> Response:
    """すぐに閉じる: from here on the page shows nothing any more."""
    with asked.house.database.transaction() as db:
        links.close_visit(db, secret=asked.secret)
    response = go("/bye")
    drop_cookie(response, asked.house)
    return response


def say_bye(_asked: Asked) -> Response:
    """A page that tells nothing of anybody."""
    return say("closed")


def first_page(visit: Visit) -> Response:
    """Where somebody starts, by what the page was made for."""
    return go(_FIRST_PAGES[visit.purpose])


def go_on(visit: Visit) -> Response:
    """Back from something else to where somebody was."""
    return go(_PAGES_TO_GO_ON[visit.purpose])
