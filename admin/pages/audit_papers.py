"""監査のための資料: what the prefecture's audit asks for, on one page and one print; and what is entered for it by hand."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form
from starlette.responses import Response

from admin import log_words
from admin.auth import Visit, go
from admin.forms import PathId, a_day, some_lines
from admin.paper import paper
from admin.policy import ACCOUNT, Act, Needs
from admin.printing import as_pdf
from admin.view import on_paper
from desk.audit.incidents import incidents
from desk.audit.papers import (
    KINDS,
    account_lines,
    certificates,
    documents,
    keep_dates,
    keep_document,
)
from desk.audit.queries import check_chain, reviews
from desk.clock import local_date
from desk.people.queries import names
from desk.people.rules import Permission
from desk.retention.queries import runs

router = APIRouter()

_PaperVisit = Annotated[Visit, Depends(Needs(Permission.READING_LOG))]
_PrintVisit = Annotated[Visit, Depends(Needs(Permission.READING_LOG, act=Act.PRINT, fresh=True))]
_AccountVisit = Annotated[Visit, Depends(Needs(Permission.READING_LOG, about=(ACCOUNT,)))]

_A_YEAR = timedelta(days=365)
_LONGEST = 1000
# Entries checked for the page; the print checks all.
_NEWEST = 1000
KIND_NAMES = {
    "restore_test": "控えから戻せるかを、試した",
    "contractor": "委託している先",
    "line_use": "LINE利用の台帳",
}
_NO_DAY = "日を、2026-11-27のように入れてください。"


@router.get("/audit-papers")
def show_papers(visit: _PaperVisit) -> Response:
    """The papers, and the forms."""
    return _show(visit, {}, {})


@router.post("/audit-papers/print")
def print_papers(visit: _PrintVisit) -> Response:
    """The same as a PDF; posted, so that the reading log says that it was printed."""
    html = on_paper("paper/audit.html", **_facts(visit, newest=None))
    return paper(visit, lambda: as_pdf(html), f"kansa-{local_date(visit.now):%Y-%m-%d}.pdf")


@router.post("/audit-papers/documents")
def add_document(
    visit: _PaperVisit,
    kind: Annotated[str, Form()] = "",
    said: Annotated[str, Form(alias="words")] = "",
    on_date: Annotated[str, Form()] = "",
    until_date: Annotated[str, Form()] = "",
) -> Response:
    """A restore that was tried, a contractor, a line of the register of LINE use."""
    text, day = some_lines(said), a_day(on_date)
    errors = {}
    if kind not in KINDS:
        errors["kind"] = "何のことかを選んでください。"
    if not text or len(text) > _LONGEST:
        errors["words"] = f"内容を、{_LONGEST}文字までで書いてください。"
    if day is None:
        errors["on_date"] = _NO_DAY
    if _is_misread(until_date):
        errors["until_date"] = _NO_DAY
    if errors or day is None:
        values = {"kind": kind, "words": text, "on_date": on_date, "until_date": until_date}
        return _show(visit, values, errors)
    with visit.house.database.transaction() as db:
        keep_document(
            db,
            kind=kind,
            words=text,
            on_date=day,
            until_date=a_day(until_date),
            by=visit.viewer,
            now=visit.now,
        )
    return go("/audit-papers", done="audit_document")


@router.post("/audit-papers/accounts/{account_id}")
def keep_account_dates(
    visit: _AccountVisit,
    account_id: PathId,
    pledged: Annotated[str, Form()] = "",
    trained: Annotated[str, Form()] = "",
) -> Response:
    """When somebody pledged secrecy and was trained; empty for not yet."""
    if _is_misread(pledged) or _is_misread(trained):
        return _show(visit, {}, {f"pledged-{account_id}": _NO_DAY})
    with visit.house.database.transaction() as db:
        keep_dates(db, account_id=account_id, pledged_on=a_day(pledged), trained_on=a_day(trained))
    return go("/audit-papers", done="pledge")


def _is_misread(text: str) -> bool:
    """Something was typed, and it is no day; an empty field says: none."""
    return bool(text.strip()) and a_day(text) is None


def _show(visit: Visit, values: Mapping[str, str], errors: dict[str, str]) -> Response:
    return visit.page(
        "audit_papers.html",
        status=422 if errors else 200,
        values=values,
        errors=errors,
        kind_options=list(KIND_NAMES.items()),
        **_facts(visit, newest=_NEWEST),
    )


def _facts(visit: Visit, *, newest: int | None) -> dict[str, Any]:
    """`newest`: how many entries of the log are checked; None for all, which takes a second for every 50,000."""
    vault, ours = visit.house.vault, visit.viewer.organisation_id
    since = visit.now - _A_YEAR
    with visit.house.database.reading() as db:
        looked_over = reviews(db, organisation_id=ours, since=since)
        return {
            "printed": visit.now,
            "since": since,
            "lines": account_lines(db, vault, organisation_id=ours),
            "nights": runs(db, since=since),
            "written": documents(db, organisation_id=ours),
            "kind_names": KIND_NAMES,
            "reviews": looked_over,
            "names": names(db, vault, {each.account_id for each in looked_over}),
            "chain": check_chain(db, newest=newest),
            "newest": newest,
            "broken": log_words.broken,
            "certificates": certificates(db, since=since),
            "incidents": incidents(db, vault, organisation_id=ours),
        }
