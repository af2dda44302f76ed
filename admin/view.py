"""Puts a page together: Jinja2 with everything escaped, and a missing value an error and not a gap."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from admin import said, standstill_words, wording, writing_words
from admin.answers import cares
from desk.conversations.rules import NEVER_WAITS
from desk.conversations.rules import shown as in_words
from desk.needs.codes import NEED_BY_CODE, SIGN_BY_CODE
from desk.people.queries import AccountRow
from desk.people.rules import Permission, may

_HERE = Path(__file__).parent
STATIC = _HERE / "static"

# What leads where, for whom; the order is the order of the week.
MENU = (
    (Permission.DESK_WORK, "/admin/week", "今週すること"),
    (Permission.DUTY, "/admin/today", "本日"),
    (Permission.DUTY, "/admin/own", "わたしのページ"),
    (Permission.CASES, "/admin/inbox", "受信箱"),
    (Permission.CASES, "/admin/bookings", "予約"),
    (Permission.CASES, "/admin/clients", "相談者"),
    (Permission.CASES, "/admin/follow-ups", "フォロー"),
    (Permission.DESK_WORK, "/admin/calendar", "開催カレンダー"),
    (Permission.DESK_WORK, "/admin/roster", "当番"),
    (Permission.DESK_WORK, "/admin/agencies", "紹介先"),
    (Permission.DESK_WORK, "/admin/announcements", "おたより"),
    (Permission.TOTALS, "/admin/totals", "件数"),
    (Permission.ACCOUNTS, "/admin/accounts", "アカウント"),
    (Permission.READING_LOG, "/admin/reading-log", "閲覧の記録"),
    (Permission.READING_LOG, "/admin/consents", "緊急の記録"),
    (Permission.READING_LOG, "/admin/incidents", "事故"),
    (Permission.READING_LOG, "/admin/audit-papers", "監査"),
    (Permission.DESK_WORK, "/admin/settings", "設定"),
    (Permission.MACHINE, "/admin/parked", "送受信"),
)


def menu_of(viewer: AccountRow | None) -> list[tuple[str, str]]:
    """The pages this person can go to, each with its name."""
    if viewer is None:
        return []
    return [(address, name) for permission, address, name in MENU if may(viewer.role, permission)]


def _make_environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    for say in (
        wording.day,
        wording.day_with_year,
        wording.day_of,
        wording.day_of_year,
        wording.era,
        wording.wall,
        wording.span,
        wording.moment,
        wording.month,
        wording.called,
        standstill_words.what_came,
        standstill_words.why_parked,
        standstill_words.why_no_mail,
    ):
        environment.filters[say.__name__] = say
    environment.globals.update(
        words=wording,
        said=said,
        writing=writing_words,
        in_words=in_words,
        cares=cares,
        NEVER_WAITS=NEVER_WAITS,
        NEEDS=NEED_BY_CODE,
        SIGNS=SIGN_BY_CODE,
        Permission=Permission,
        may=may,
    )
    return environment


_ENVIRONMENT = _make_environment()


def render(
    template: str, *, viewer: AccountRow | None, path: str, facts: Mapping[str, Any], status: int = 200
) -> HTMLResponse:
    """A whole page; `path` is where it stands, so that the menu can say so."""
    known = {"viewer": viewer, "menu": menu_of(viewer), "path": path, **facts}
    return HTMLResponse(_ENVIRONMENT.get_template(template).render(known), status_code=status)


def on_paper(template: str, **facts: Any) -> str:
    """A page to be printed, without menu or sign-in."""
    return _ENVIRONMENT.get_template(template).render(facts)
