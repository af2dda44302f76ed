"""受信箱: the conversations with staff, one person's thread, what staff leave for each other, and when to look again."""

from collections.abc import Mapping
from itertools import groupby
from typing import Annotated
from uuid import UUID, uuid5

from fastapi import APIRouter, Depends, Form
from starlette.responses import Response

from admin.auth import Visit, go
from admin.composing import compose_of
from admin.finding import people_found
from admin.forms import FormId, PathId, a_day, one_line, some_lines
from admin.persons import person, person_to_change
from admin.policy import CLIENT, EVERYTHING, Act, Needs, Shows
from admin.talks import SHOWN, found_in, talks, thread_facts
from desk.clock import local_date
from desk.database import new_id
from desk.inbox import service
from desk.inbox.rules import Standing, can_look_on
from desk.people.rules import Permission

router = APIRouter()

_SHOWS = (Shows.PERSON, Shows.MESSAGES)
_ListVisit = Annotated[Visit, Depends(Needs(Permission.CASES, shows=_SHOWS))]
_SearchVisit = Annotated[Visit, Depends(Needs(Permission.CASES, shows=_SHOWS, act=Act.SEARCH))]
_ThreadVisit = Annotated[Visit, Depends(Needs(Permission.CASES, about=(CLIENT,), shows=EVERYTHING))]
_WordsVisit = Annotated[
    Visit, Depends(Needs(Permission.CASES, about=(CLIENT,), shows=EVERYTHING, act=Act.SEARCH))
]

LONGEST_NOTE = 1000
_NOBODY = "その番号や言葉の人は見つかりません。もう一度聞いて、たしかめてください。"


@router.get("/inbox")
def list_threads(visit: _ListVisit, standing: str = "", day: str = "") -> Response:
    """Who waits first, then whom staff meant to look at today, then everybody else they talk with."""
    only = Standing(standing) if standing in list(Standing) else None
    written_on = a_day(day)
    errors = {"day": "日を、えらびなおしてください。"} if day and written_on is None else {}
    with visit.house.database.reading() as db:
        rows = talks(db, visit, only, written_on)
    return visit.page(
        "inbox.html",
        status=422 if errors else 200,
        groups=[(stands, list(own)) for stands, own in groupby(rows, lambda talk: talk.thread.standing)],
        more=SHOWN if len(rows) == SHOWN else 0,
        found=(),
        values={"standing": standing, "day": day},
        errors=errors,
    )


@router.post("/inbox/find")
def find_thread(visit: _SearchVisit, wanted: Annotated[str, Form()] = "") -> Response:
    """By name, number, telephone or 合言葉; posted, so that none of them stands in an address."""
    with visit.house.database.reading() as db:
        found = people_found(db, visit, wanted)
    if len(found) == 1:
        return go(f"/inbox/{found[0].client.id}")
    return visit.page(
        "inbox.html",
        status=200 if found else 422,
        groups=[],
        more=0,
        found=found,
        values={"wanted": wanted},
        errors={} if found else {"wanted": _NOBODY},
    )


@router.get("/inbox/{client_id}")
def open_thread(visit: _ThreadVisit, client_id: PathId) -> Response:
    """One person's conversation with staff."""
    return _show(visit, client_id)


@router.post("/inbox/{client_id}/find")
def find_words(visit: _WordsVisit, client_id: PathId, words: Annotated[str, Form()] = "") -> Response:
    """Where words stand in one conversation; posted, so that they stand in no address."""
    wanted = one_line(words)
    if not wanted:
        return _show(visit, client_id, errors={"words": "さがす言葉を書いてください。"})
    with visit.house.database.reading() as db:
        who = person(db, visit, client_id)
        found = found_in(db, visit, client_id, wanted)
    return visit.page("inbox_found.html", who=who, found=found, wanted=wanted)


@router.post("/inbox/{client_id}/notes")
def leave_note(
    visit: _ThreadVisit, client_id: PathId, note: Annotated[str, Form()] = "", form: FormId = ""
) -> Response:
    """A word for the colleagues, which the person is never sent; once however often the form is sent."""
    said = some_lines(note)
    fault = "" if said else "引きつぐことを書いてください。"
    if len(said) > LONGEST_NOTE:
        fault = f"{LONGEST_NOTE}文字までにしてください（いま{len(said)}文字）。"
    if fault:
        return _show(visit, client_id, errors={"note": fault}, values={"note": note})
    with visit.house.database.transaction() as db:
        person_to_change(db, visit, client_id)
        service.keep_note(
            db,
            visit.house.vault,
            note_id=_note_id(form, client_id, said),
            client_id=client_id,
            account_id=visit.viewer.id,
            text=said,
            now=visit.now,
        )
    return go(f"/inbox/{client_id}", done="note")


@router.post("/inbox/{client_id}/look-on")
def choose_look(
    visit: _ThreadVisit,
    client_id: PathId,
    look_on: Annotated[str, Form()] = "",
    never: Annotated[str, Form()] = "",
) -> Response:
    """次に見る日, or none any more."""
    day = None if never else a_day(look_on)
    if not never and (day is None or not can_look_on(day, today=local_date(visit.now))):
        fault = {"look_on": "きょうから1年の間の日を、えらんでください。"}
        return _show(visit, client_id, errors=fault, values={"look_on": look_on})
    with visit.house.database.transaction() as db:
        person_to_change(db, visit, client_id)
        service.look_again_on(db, client_id=client_id, day=day)
    return go(f"/inbox/{client_id}", done="look_on" if day else "look_off")


def _note_id(form: str, client_id: str, said: str) -> str:
    """The same for the same words of one form, so that they are kept once; other words are a note of their own."""
    return uuid5(UUID(form or new_id()), f"{client_id} {said}").hex


def _show(
    visit: Visit,
    client_id: str,
    *,
    errors: Mapping[str, str] | None = None,
    values: Mapping[str, str] | None = None,
) -> Response:
    """The page of one conversation, with what was typed and could not be kept."""
    with visit.house.database.reading() as db:
        who = person(db, visit, client_id)
        facts = thread_facts(db, visit, client_id)
        compose = compose_of(db, visit, who, back="inbox")
    return visit.page(
        "inbox_thread.html",
        status=422 if errors else 200,
        who=who,
        compose=compose,
        errors=errors or {},
        values={"form": new_id(), **(values or {})},
        **facts,
    )
