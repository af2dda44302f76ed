"""わたしの記録: everything that is kept, to be read, corrected, taken along, taken back and erased."""

import json
from dataclasses import asdict
from typing import Any

from starlette.responses import Response

from bot.flows.consents import PHONE
from bot.flows.questions import short_name
from bot.flows.record import GOES, before_erasing
from bot.flows.wishes import BETWEEN, CALL_TIMES, CALLERS, telephone
from bot.pages.kept import consent_line, letter_line, parts_of
from bot.pages.record import Record
from bot.pages.view import as_text, go, say
from bot.pages.visit import Visit, drop_cookie
from desk.audit.service import note
from desk.booking import service as booking
from desk.clients import service as clients
from desk.clients.queries import ConsentRow, agencies_told
from desk.conversations.queries import MessageRow
from desk.database import Connection
from desk.errors import NoSuchBooking, SessionClosed
from desk.guard import LOADS_NOTHING
from desk.media.queries import kept as kept_media
from desk.record import service as record
from desk.record.queries import Kept, kept_of

PLACE = "/record"
_NOT_A_NAME = "15文字までの 呼び名を 書いてください。"
_NOT_A_NUMBER = "数字で 書いてください（例：09012345678）。"


def show(visit: Visit) -> Response:
    """All of it on one page."""
    return _show(visit, {})


def rename(visit: Visit) -> Response:
    """Another name to be called; empty takes it away."""
    typed = visit.form.one("name").strip()
    name = short_name(typed) if typed else ""
    if name is None:
        return _show(visit, {f"name-{visit.form.an_id('booking')}": _NOT_A_NAME}, typed=typed)
    with visit.writing() as db:
        try:
            booking.rename_visitor(
                db,
                visit.house.vault,
                booking_id=visit.form.an_id("booking"),
                writer_id=visit.client_id,
                called_name=name,
                now=visit.now,
            )
        except (NoSuchBooking, SessionClosed):
            return go(PLACE)
    return go(PLACE)


def set_phone(visit: Visit) -> Response:
    """The telephone and how to call; empty takes both away."""
    typed = visit.form.one("phone").strip()
    phone = telephone(typed) if typed else ""
    if phone is None:
        return _show(visit, {"phone": _NOT_A_NUMBER}, typed=typed)
    with visit.writing() as db:
        if not phone:
            clients.forget_phone(db, client_id=visit.client_id)
            return go(PLACE)
        own = Record(db, visit)
        if not own.has_agreed(PHONE):
            own.agree(PHONE)
        vault, how = visit.house.vault, _how_to_call(visit)
        clients.set_phone(db, vault, client_id=visit.client_id, phone=phone, note=how, now=visit.now)
    return go(PLACE)


def open_thing(visit: Visit) -> Response:
    """A photo or a voice of theirs that is kept; it is named in the form, so that the address tells nothing."""
    named = visit.form.one("message")
    with visit.writing() as db:
        row = next((each for each in _things(_kept(db, visit)) if each.id == named), None)
        found = kept_media(db, visit.house.vault, row.media_id) if row and row.media_id else None
    if found is None:
        return go(PLACE)
    return Response(found.body, media_type=found.mime, headers={"Content-Security-Policy": LOADS_NOTHING})


def take_back(visit: Visit) -> Response:
    """A consent is taken back, with what stands on it."""
    named = visit.form.one("consent")
    with visit.writing() as db:
        row = next((each for each in _in_force(_kept(db, visit)) if each.id == named), None)
        if row is not None:
            named_one: dict[str, Any] = {"purpose": row.purpose, "agency_id": row.agency_id}
            record.take_back(db, visit.house.vault, client_id=visit.client_id, **named_one, now=visit.now)
    return go(PLACE)


def take_along(visit: Visit) -> Response:
    """A file to read, or one for machines; its name tells nothing."""
    for_machines = visit.form.one("as") == "json"
    with visit.writing() as db:
        parts = parts_of(_kept(db, visit))
        note(
            db, act="export", by=None, role="client", kind="client", client_id=visit.client_id, now=visit.now
        )
    if for_machines:
        text = json.dumps([asdict(part) for part in parts], ensure_ascii=False, indent=1)
        return _file(text, "application/json", "kiroku.json")
    text = as_text("record_file.html", parts=parts, day=visit.now)
    return _file(text, "text/html; charset=utf-8", "kiroku.html")


def erase(visit: Visit) -> Response:
    """ぜんぶ消す: the page has said before what goes and what stays."""
    with visit.writing() as db:
        told = agencies_told(db, visit.client_id)
        record.erase(db, visit.house.vault, client_id=visit.client_id, now=visit.now)
    response = say("erased_but_told" if told else "erased")
    drop_cookie(response, visit.house)
    return response


def _show(visit: Visit, faults: dict[str, str], *, typed: str = "") -> Response:
    with visit.reading() as db:
        kept = _kept(db, visit)
        parts = parts_of(kept)
        asks_for_phone = not Record(db, visit).has_agreed(PHONE)
        told = agencies_told(db, visit.client_id)
    coming = [row for row in kept.bookings if row.state == "confirmed" and row.writer_id == visit.client_id]
    return visit.page(
        "record.html",
        status=422 if faults else 200,
        parts=parts,
        coming=coming,
        things=[(row.id, letter_line(row).name, row.kind) for row in _things(kept)],
        phone=kept.phone or "",
        note=kept.phone_note or "",
        times=CALL_TIMES,
        callers=CALLERS,
        consents=[(row.id, consent_line(row), row.purpose) for row in _in_force(kept)],
        lines=PHONE.words.splitlines() if asks_for_phone else [],
        goes=GOES,
        before_erasing=before_erasing(booked=bool(coming), told=bool(told)),
        faults=faults,
        typed=typed,
    )


def _kept(db: Connection, visit: Visit) -> Kept:
    return kept_of(db, visit.house.vault, visit.client_id)


def _things(kept: Kept) -> list[MessageRow]:
    return [row for row in kept.messages if row.media_state == "kept"]


def _in_force(kept: Kept) -> list[ConsentRow]:
    return [row for row in kept.consents if row.withdrawn_at is None]


def _how_to_call(visit: Visit) -> str:
    """When to call, and who we say we are: only the words that were offered."""
    offered = {"time": CALL_TIMES, "caller": CALLERS}
    chosen = (
        next((choice.value for choice in choices if choice.value == visit.form.one(field)), "")
        for field, choices in offered.items()
    )
    return BETWEEN.join(words for words in chosen if words)


def _file(text: str, kind: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(text.encode("utf-8", "replace"), media_type=kind, headers=headers)
