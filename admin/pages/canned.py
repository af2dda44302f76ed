"""きまった文: words a desk uses again and again, about nobody, with a few fields that are looked up by name."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form
from starlette.responses import Response

from admin.auth import Visit, go
from admin.forms import PathId, one_line, some_lines
from admin.policy import CANNED, DeskVisit, Needs
from admin.writing_words import too_long, why_refused
from desk.database import Connection
from desk.discretion import telling_word
from desk.people.rules import Permission
from desk.writing import canned
from desk.writing.queries import canned_texts
from desk.writing.rules import FIELDS, LONGEST_MESSAGE, LONGEST_TITLE, unknown_fields

router = APIRouter()

_CannedVisit = Annotated[Visit, Depends(Needs(Permission.DESK_WORK, about=(CANNED,)))]
_Line = Annotated[str, Form()]

_NEW = "new"


@router.get("/canned")
def list_canned(visit: DeskVisit) -> Response:
    """All of them, each with its own form."""
    return _show(visit, _NEW, {}, {})


@router.post("/canned")
def add(visit: DeskVisit, title: _Line = "", words: _Line = "") -> Response:
    """A new one."""
    return _keep(visit, None, title, words)


@router.post("/canned/{canned_id}")
def change(
    visit: _CannedVisit, canned_id: PathId, title: _Line = "", words: _Line = "", then: _Line = ""
) -> Response:
    """Other words for one; `then` is `remove` where nobody needs it any more."""
    if then != "remove":
        return _keep(visit, canned_id, title, words)
    with visit.house.database.transaction() as db:
        canned.remove_canned(db, canned_id=canned_id)
    return go("/canned", done="canned_removed")


def _keep(visit: Visit, canned_id: str | None, title: str, words: str) -> Response:
    title, words = one_line(title), some_lines(words)
    errors = _faults_of(title, words)
    if not errors:
        try:
            with visit.house.database.transaction() as db:
                _write(db, visit, canned_id, title, words)
            return go("/canned", done="canned")
        except canned.TitleTaken:
            errors = {"title": "同じ題の文があります。ほかの題にしてください。"}
    return _show(visit, canned_id or _NEW, {"title": title, "words": words}, errors)


def _write(db: Connection, visit: Visit, canned_id: str | None, title: str, words: str) -> None:
    by, now = visit.viewer.id, visit.now
    if canned_id is not None:
        canned.change_canned(db, canned_id=canned_id, title=title, words=words, account_id=by, now=now)
        return
    house = visit.viewer.organisation_id
    canned.add_canned(db, organisation_id=house, title=title, words=words, account_id=by, now=now)


def _faults_of(title: str, words: str) -> dict[str, str]:
    faults = {"title": _fault_of_title(title), "words": _fault_of_words(words)}
    return {field: fault for field, fault in faults.items() if fault}


def _fault_of_title(title: str) -> str | None:
    if not title:
        return "題を書いてください。"
    return too_long(LONGEST_TITLE, len(title)) if len(title) > LONGEST_TITLE else None


def _fault_of_words(words: str) -> str | None:
    if not words:
        return "文を書いてください。"
    if len(words) > LONGEST_MESSAGE:
        return too_long(LONGEST_MESSAGE, len(words))
    if unknown := unknown_fields(words):
        return f"{{{unknown[0]}}} は使えません。下の4つの中から、そのまま書いてください。"
    word = telling_word(words)
    return why_refused(word) if word else None


def _show(visit: Visit, at: str, values: dict[str, str], errors: dict[str, str]) -> Response:
    """The page; `at` says whose form holds `values` and `errors`."""
    with visit.house.database.reading() as db:
        rows = canned_texts(db, organisation_id=visit.viewer.organisation_id)
    return visit.page(
        "canned.html",
        status=422 if errors else 200,
        rows=rows,
        fields=FIELDS,
        at=at,
        values={f"{field}-{at}": value for field, value in values.items()},
        errors={f"{field}-{at}": fault for field, fault in errors.items()},
    )
