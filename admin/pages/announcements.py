"""おたより: news to those who agreed, by desk only; seen as it will look and what it costs before it is sent."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form
from starlette.responses import Response

from admin.auth import Visit, go
from admin.forms import PathId, some_lines, whole_number
from admin.policy import ANNOUNCEMENT, DeskVisit, Needs
from admin.writing_words import hint_words, why_refused
from desk.announcements import queries, service
from desk.announcements.rules import LONGEST, CannotSend
from desk.calendar.queries import list_desks
from desk.database import Connection
from desk.discretion import on_lock_screen, telling_word
from desk.people import queries as people
from desk.people import sight
from desk.people.rules import Permission
from desk.writing.plain import hints

router = APIRouter()

_OneVisit = Annotated[Visit, Depends(Needs(Permission.DESK_WORK, about=(ANNOUNCEMENT,)))]
_SendVisit = Annotated[Visit, Depends(Needs(Permission.DESK_WORK, about=(ANNOUNCEMENT,), fresh=True))]
Text = Annotated[str, Form()]

ALL_DESKS = "all"
#: What the bot says above the words, and what can be pressed below them.
GREETING = "とまりぎです。"
BUTTONS = ("1 日にちを見る", "2 もう いらない")
_NOT_SENT = {
    "nobody": "送る相手が、まだいません。おたよりに同意した人だけに送れます。",
    "not_asked": "今月あと何通送れるかを、まだLINEに聞けていません。少したってから、もう一度開いてください。",
    "too_many": "今月の残りでは足りないので、いまは送れません。下の数を見てください。",
    "changed": "送る人数か文が変わりました。いまの人数と文を見て、もう一度押してください。",
}


@router.get("/announcements")
def list_announcements(visit: DeskVisit) -> Response:
    """The latest news, and the form for a new one."""
    return _list(visit, {}, {})


@router.post("/announcements")
def write(visit: DeskVisit, words: Text = "", desk: Text = "") -> Response:
    """Keeps a draft; nothing is sent by it."""
    said = some_lines(words)
    with visit.house.database.transaction() as db:
        errors = _faults(said) | _faults_of_desk(db, visit, desk)
        if not errors:
            announcement_id = service.write(
                db,
                organisation_id=visit.viewer.organisation_id,
                desk_id=None if desk == ALL_DESKS else desk,
                words=said,
                account_id=visit.viewer.id,
                now=visit.now,
            )
    if errors:
        return _list(visit, {"words": words, "desk": desk}, errors)
    return go(f"/announcements/{announcement_id}", done="news_kept")


@router.get("/announcements/{announcement_id}")
def show_announcement(visit: _OneVisit, announcement_id: PathId) -> Response:
    """A draft as it will look, with its cost; or how far the sending has come."""
    return _show(visit, announcement_id, {}, {})


@router.post("/announcements/{announcement_id}")
def rewrite(visit: _OneVisit, announcement_id: PathId, words: Text = "") -> Response:
    """Gives a draft other words."""
    said = some_lines(words)
    if errors := _faults(said):
        return _show(visit, announcement_id, {"words": words}, errors)
    try:
        with visit.house.database.transaction() as db:
            service.rewrite(db, announcement_id=announcement_id, words=said)
    except CannotSend as fault:
        return _refused(visit, announcement_id, fault)
    return go(f"/announcements/{announcement_id}", done="news_kept")


@router.post("/announcements/{announcement_id}/send")
def send(visit: _SendVisit, announcement_id: PathId, shown: Text = "", words_hash: Text = "") -> Response:
    """Sends it to as many people and in the words that were shown; from now on it is handed over batch by batch."""
    try:
        with visit.house.database.transaction() as db:
            service.send(
                db,
                announcement_id=announcement_id,
                people=whole_number(shown) or 0,
                words_hash=words_hash,
                account_id=visit.viewer.id,
                now=visit.now,
            )
    except CannotSend as fault:
        return _refused(visit, announcement_id, fault)
    return go(f"/announcements/{announcement_id}", done="news_sent")


@router.post("/announcements/{announcement_id}/stop")
def stop(visit: _OneVisit, announcement_id: PathId) -> Response:
    """Nobody else gets it; a draft is given up."""
    try:
        with visit.house.database.transaction() as db:
            service.stop(db, announcement_id=announcement_id, now=visit.now)
    except CannotSend as fault:
        return _refused(visit, announcement_id, fault)
    return go(f"/announcements/{announcement_id}", done="news_stopped")


def _refused(visit: Visit, announcement_id: str, fault: CannotSend) -> Response:
    if fault.why not in _NOT_SENT:
        return go(f"/announcements/{announcement_id}", done="news_over")
    return _show(visit, announcement_id, {}, {"send": _NOT_SENT[fault.why]})


def _faults(said: str) -> dict[str, str]:
    """Why these words cannot go out, with the mend."""
    if not said:
        return {"words": "送る文を書いてください。"}
    if len(said) > LONGEST:
        return {"words": f"{LONGEST}文字までにしてください（いま{len(said)}文字）。"}
    word = telling_word(said)
    return {"words": why_refused(word)} if word is not None else {}


def _faults_of_desk(db: Connection, visit: Visit, desk: str) -> dict[str, str]:
    known = {value for value, _name in _desks(db, visit)}
    return {} if desk in known else {"desk": "どの窓口の人に送るかを、えらんでください。"}


def _desks(db: Connection, visit: Visit) -> list[tuple[str, str]]:
    """Whom somebody may write to: their own desk's people; all, where they belong to no desk."""
    own = sight.desks_in_sight(db, visit.viewer)
    desks = [(desk.id, f"{desk.name}に来た人・待った人") for desk in list_desks(db) if desk.id in own]
    return desks if visit.viewer.desk_id is not None else [*desks, (ALL_DESKS, "ぜんぶの窓口の人")]


def _list(visit: Visit, values: dict[str, str], errors: dict[str, str]) -> Response:
    with visit.house.database.reading() as db:
        rows = queries.announcements_seen(db, visit.viewer)
        desks = _desks(db, visit)
        names = people.names(db, visit.house.vault, {row.account_id for row in rows})
    status = 422 if errors else 200
    return visit.page(
        "announcements.html",
        status=status,
        rows=rows,
        desks=desks,
        names=names,
        values=values,
        errors=errors,
    )


def _show(visit: Visit, announcement_id: str, values: dict[str, str], errors: dict[str, str]) -> Response:
    with visit.house.database.reading() as db:
        row = queries.announcement_by_id(db, announcement_id)
        cost = queries.cost_of(db, row, now=visit.now)
        progress = queries.progress_of(db, announcement_id)
        names = people.names(db, visit.house.vault, {row.account_id})
    return visit.page(
        "announcement.html",
        status=422 if errors else 200,
        row=row,
        cost=cost,
        hindrance=_NOT_SENT.get(cost.hindrance, ""),
        progress=progress,
        names=names,
        greeting=GREETING,
        buttons=BUTTONS,
        on_lock_screen=on_lock_screen(f"{GREETING}\n{row.words}"),
        hints=[hint_words(hint) for hint in hints(row.words)] if row.state == "draft" else [],
        values={"words": row.words} | values,
        errors=errors,
    )
