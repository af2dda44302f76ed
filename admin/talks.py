"""Conversations with staff as 受信箱 shows them: the list, one thread, and words found in it."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from admin.auth import Visit
from admin.persons import Person, persons
from desk.booking.contact import contacts_of
from desk.clients.queries import sealers
from desk.clock import local_date
from desk.conversations.queries import TALK, MessageRow, latest_of_all, messages_of
from desk.database import Connection
from desk.inbox import queries as inbox
from desk.inbox.queries import ThreadRow
from desk.inbox.rules import Standing, places_of
from desk.intake.queries import flags_of
from desk.people.queries import names
from desk.people.sight import client_seen

#: The list shows so many at once; whoever is to be looked at first is among them.
SHOWN = 100


@dataclass(frozen=True, repr=False)
class Talk:
    """A line of the list: with whom, the last word and who of staff wrote it, and who is writing just now."""

    thread: ThreadRow
    who: Person
    last: MessageRow | None
    by: str
    writer: str


@dataclass(frozen=True, repr=False)
class Found:
    """A message or a note in which the words stand, in pieces; whether a piece is those words."""

    at: datetime
    by: str
    is_note: bool
    pieces: tuple[tuple[str, bool], ...]


def talks(db: Connection, visit: Visit, only: Standing | None, written_on: date | None) -> list[Talk]:
    """The people in sight with whom staff talk, whoever is to be looked at first before the others."""
    vault = visit.house.vault
    seen = client_seen(visit.viewer, visit.now)
    rows = inbox.threads(db, seen=seen, only=only, written_on=written_on, limit=SHOWN, now=visit.now)
    ids = [row.client_id for row in rows]
    people, latest = persons(db, visit, ids), latest_of_all(db, sealers(db, vault, ids))
    named = _names_in(db, visit, list(latest.values()), (), [row.writing_by for row in rows])
    return [
        Talk(
            thread=row,
            who=people[row.client_id],
            last=latest.get(row.client_id),
            by=_by(latest[row.client_id], named) if row.client_id in latest else "",
            writer=named.get(row.writing_by or "", "") if row.writing_by != visit.viewer.id else "",
        )
        for row in rows
    ]


def thread_facts(db: Connection, visit: Visit, client_id: str) -> dict[str, Any]:
    """What the page of one conversation shows, besides who it is."""
    vault = visit.house.vault
    messages, notes = messages_of(db, vault, client_id), inbox.notes_of(db, vault, client_id)
    writer = inbox.writer_of(db, client_id, now=visit.now)
    look_on = inbox.look_on_of(db, client_id)
    return {
        "messages": messages,
        "notes": notes,
        "names": _names_in(db, visit, messages, notes, [writer]),
        "writer": writer if writer != visit.viewer.id else None,
        "look_on": look_on,
        "is_due": look_on is not None and look_on <= local_date(visit.now),
        "today": local_date(visit.now),
        "contact": contacts_of(db, vault, [client_id])[client_id],
        "in_danger": any(flag.state == "open" for flag in flags_of(db, vault, client_id=client_id)),
    }


def found_in(db: Connection, visit: Visit, client_id: str, wanted: str) -> list[Found]:
    """Messages and notes in which the words stand, the newest first."""
    vault = visit.house.vault
    messages, notes = messages_of(db, vault, client_id), inbox.notes_of(db, vault, client_id)
    named = _names_in(db, visit, messages, notes)
    texts = [(row.at, _by(row, named), False, row.text) for row in messages if _may_be_read(row)]
    texts += [(row.at, named.get(row.account_id, ""), True, row.text) for row in notes]
    return [
        Found(at, by, is_note, tuple(_pieces(text, places)))
        for at, by, is_note, text in sorted(texts, reverse=True)
        if (places := places_of(wanted, text))
    ]


def _pieces(text: str, places: Sequence[tuple[int, int]]) -> Iterator[tuple[str, bool]]:
    at = 0
    for start, end in places:
        yield text[at:start], False
        yield text[start:end], True
        at = end
    yield text[at:], False


def _by(row: MessageRow, named: Mapping[str, str]) -> str:
    """Who wrote a message, of staff; nothing for the person themselves."""
    return named.get(row.account_id or "", "")


def _may_be_read(row: MessageRow) -> bool:
    """Whether it is for staff, or the person has said that it may be shown; and whether it is a text at all."""
    return (row.purpose in TALK or row.shared) and row.kind == "text"


def _names_in(
    db: Connection,
    visit: Visit,
    messages: Collection[MessageRow],
    notes: Collection[inbox.NoteRow],
    others: Collection[str | None] = (),
) -> dict[str, str]:
    """The names of all staff who wrote any of this."""
    ids = {*(row.account_id for row in messages), *(row.account_id for row in notes), *others}
    return names(db, visit.house.vault, [each for each in ids if each])
