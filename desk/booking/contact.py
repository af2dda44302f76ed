"""How a person may be reached: what they left, what they asked of us, and whether their home may hear of it.

The one answer for every page and every plan; it counts for all numbers of a person (つなぎなおし).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from desk.among import among
from desk.clients.queries import numbers_of_each, sealers
from desk.clients.reached import line_state
from desk.privacy import Sealer, Vault
from desk.tables.calendar import booking, slot
from desk.tables.clients import client
from desk.tables.closures import closure_person
from desk.tables.intake import answer, intake
from desk.tables.wishes import wish

# 「LINEだけにしてほしい」, 「家には連絡しないで」 on the private page, and 「家に連絡しないで」 in the chat.
_LINE_ONLY, _NOT_HOME, _NO_CONTACT = "line_only", "not_home", "no_contact"
# 「電話でもいい」: said later it ends 「LINEだけ」; that somebody's home is left in peace ends by no other answer.
_TELEPHONE_TOO = "telephone"
_ABOUT_CONTACT = ("mind", "contact")
# Wishes that are wishes for a call.
_BY_TELEPHONE = ("telephone", "call_me")


@dataclass(frozen=True, repr=False)
class _Told:
    """One answer about being reached: whose it is, for whose visit, and what they chose."""

    by: str
    about: str | None
    key: str
    opened: Any

    @property
    def chosen(self) -> set[str]:
        """How it is kept depends on the question and its age."""
        chosen = self.opened.get("chosen", ()) if isinstance(self.opened, dict) else self.opened
        return {chosen} if isinstance(chosen, str) else set(chosen or ())

    def that_stands(self, closed: Collection[str]) -> Any:
        """The answer without 「LINEだけ」 where that is over."""
        if not isinstance(self.opened, dict) or _LINE_ONLY in closed:
            return self.opened
        return self.opened | {
            "chosen": [each for each in self.opened.get("chosen", ()) if each != _LINE_ONLY]
        }


@dataclass(frozen=True, repr=False)
class Contact:
    """What is known of reaching a person. `on_line`: they wrote over LINE; `reached`: and what we say arrives there.

    `phone`: the number they left; `asks_for_call`: they wait for us to telephone, whatever they answered before.
    `told`: all they ever answered about it and that still stands, by the keys of the questions; `closed`: what they
    asked or somebody asked for them (line_only, not_home, no_contact); `unknown_at_home`: a booking is about somebody
    who does not know of it, or may not.
    """

    on_line: bool
    reached: bool
    phone: str | None
    phone_note: str | None
    asks_for_call: bool
    told: tuple[Mapping[str, Any], ...]
    closed: frozenset[str]
    unknown_at_home: bool

    @property
    def ways(self) -> frozenset[str]:
        """Those of message, telephone and visit that are open to us; a number is called on no other condition."""
        may_call = self.asks_for_call or _LINE_ONLY not in self.closed
        open_ways = {
            "message": self.on_line,
            "telephone": self.phone is not None and may_call,
            "visit": not self.unknown_at_home and not self.closed,
        }
        return frozenset(way for way, is_open in open_ways.items() if is_open)


def contacts_of(db: Connection, vault: Vault, client_ids: Collection[str]) -> dict[str, Contact]:
    """Of each of these people; who was erased has left nothing."""
    numbers = numbers_of_each(db, client_ids)
    every = {number for theirs in numbers.values() for number in theirs}
    keys = sealers(db, vault, every)
    left, unknowing, asking = _left(db, keys), _unknown_at_home(db, every), _who_ask_for_a_call(db, every)
    answers = _answers(db, vault, every)
    found = {}
    for each, theirs in numbers.items():
        known = [left[number] for number in theirs if number in left]
        closed = _closed(answers, theirs)
        phone, note = next((said for _, *said in known if said[0]), (None, None))
        lines = {line for line, *_ in known if line}
        found[each] = Contact(
            on_line=bool(lines),
            reached="following" in lines,
            phone=phone,
            phone_note=note,
            asks_for_call=not asking.isdisjoint(theirs),
            told=tuple({told.key: told.that_stands(closed)} for told in answers if told.by in theirs),
            closed=closed,
            unknown_at_home=not unknowing.isdisjoint(theirs),
        )
    return found


def _left(db: Connection, keys: Mapping[str, Sealer]) -> dict[str, tuple[str | None, str | None, str | None]]:
    """How it stands with LINE, their telephone, and what they said about it."""
    line = line_state(client.c.id).label("line")
    query: sa.Select[Any] = sa.select(client.c.id, client.c.phone, client.c.phone_note, line)
    rows = db.execute(query.where(among(client.c.id, keys)))
    return {row.id: (row.line, _opened(row, "phone", keys), _opened(row, "phone_note", keys)) for row in rows}


def _opened(row: sa.Row[Any], name: str, keys: Mapping[str, Sealer]) -> str | None:
    sealed = row._mapping[name]
    return None if sealed is None else keys[row.id].open_text(sealed, f"client.{name}:{row.id}")


def _who_ask_for_a_call(db: Connection, client_ids: Collection[str]) -> frozenset[str]:
    """Who wished a call, pressed 「電話がほしい」 on a closed day, or has a visit or its reminders by telephone.

    A visit that a closed day took counts until they know of it.
    """
    lost = sa.exists().where(closure_person.c.booking_id == booking.c.id, closure_person.c.done_at.is_(None))
    queries = (
        sa.select(wish.c.client_id).where(
            among(wish.c.client_id, client_ids), wish.c.kind.in_(_BY_TELEPHONE), wish.c.state != "done"
        ),
        sa.select(closure_person.c.client_id).where(
            among(closure_person.c.client_id, client_ids),
            closure_person.c.answer == "telephone",
            closure_person.c.done_at.is_(None),
        ),
        sa.select(booking.c.writer_id)
        .join(slot, slot.c.id == booking.c.slot_id)
        .where(
            among(booking.c.writer_id, client_ids),
            sa.or_(booking.c.reminders == "telephone", slot.c.way == "telephone"),
            sa.or_(booking.c.state == "confirmed", lost),
        ),
    )
    return frozenset(db.execute(sa.union_all(*queries)).scalars())


def _unknown_at_home(db: Connection, client_ids: Collection[str]) -> frozenset[str]:
    """Who has booked for somebody, or was booked for, where it is not said that this one knows of it."""
    theirs = sa.or_(among(booking.c.writer_id, client_ids), among(booking.c.visitor_id, client_ids))
    query = sa.select(booking.c.writer_id, booking.c.visitor_id).where(
        theirs, booking.c.about != "self", booking.c.subject_knows.is_distinct_from("yes")
    )
    return frozenset(each for row in db.execute(query) for each in row)


def _answers(db: Connection, vault: Vault, client_ids: Collection[str]) -> tuple[_Told, ...]:
    """What these people told, or who booked for them, in the order in which they said it."""
    query = (
        sa.select(answer.c.client_id, answer.c.intake_id, answer.c.key, answer.c.value, booking.c.visitor_id)
        .join(intake, intake.c.id == answer.c.intake_id)
        .outerjoin(booking, booking.c.id == intake.c.booking_id)
        .where(answer.c.key.in_(_ABOUT_CONTACT))
        .where(sa.or_(among(answer.c.client_id, client_ids), among(booking.c.visitor_id, client_ids)))
        .order_by(answer.c.answered_at)
    )
    rows = db.execute(query).all()
    keys = sealers(db, vault, {row.client_id for row in rows})
    return tuple(
        _Told(
            row.client_id,
            row.visitor_id,
            row.key,
            keys[row.client_id].open_json(row.value, f"answer.value:{row.intake_id}:{row.key}"),
        )
        for row in rows
        if row.client_id in keys
    )


def _closed(answers: Iterable[_Told], mine: Collection[str]) -> frozenset[str]:
    """What is closed to us, by whoever asked it; a person has the last word on the telephone, of themselves."""
    closed: dict[str, set[str]] = defaultdict(set)
    for told in answers:
        if told.by not in mine and told.about not in mine:
            continue
        if _TELEPHONE_TOO in told.chosen:
            for by in set(closed) if told.by in mine else {told.by}:
                closed[by].discard(_LINE_ONLY)
        closed[told.by] |= told.chosen & {_LINE_ONLY, _NOT_HOME, _NO_CONTACT}
    return frozenset().union(*closed.values())
