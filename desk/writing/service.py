"""Sends what staff write, takes it back while it is still in the house, and keeps what is not sent yet."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from desk.clients.queries import sealer
from desk.conversations.service import answer_again, answer_messages, keep_sent, unkeep_sent
from desk.database import new_id
from desk.messaging import deferred
from desk.messaging.service import drop_untried, say, try_message_again
from desk.privacy import Vault
from desk.tables.inbox import draft
from desk.writing.queries import (
    draft_of,
    form_key,
    last_of,
    must_hear,
    outbound_of,
    state_of_form,
    words_of_form,
)
from desk.writing.rules import GOOD_FOR, UNDO, OtherWordsBefore, Seen, SentMeanwhile, TakenBackBefore, goes_at


def send(
    db: Connection,
    vault: Vault,
    *,
    client_id: str,
    text: str,
    by: str,
    form: str,
    seen: Seen,
    at: datetime | None = None,
    now: datetime,
) -> bool:
    """Puts staff's words into the outbox, to go in ten seconds or `at`; what waited for an answer is answered.

    False where this form has sent them already. The person is locked (`lock_known`): of two at once one comes second
    (SentMeanwhile). Raises TakenBackBefore where the form's words were taken back, OtherWordsBefore where it sent others.
    """
    if _has_sent(db, vault, form, text):
        return False
    if seen.misses(last_of(db, client_id)):
        raise SentMeanwhile("somebody wrote since the form was opened")
    due_at = goes_at(at, now=now)
    outbound_id = say(
        db,
        vault,
        client_id=client_id,
        says=[{"kind": "staff_message", "facts": {"text": text}}],
        purpose="staff",
        must_arrive=must_hear(db, client_id),
        event_id=deferred.take_over(db, client_id=client_id, now=now) if due_at == now + UNDO else None,
        dedupe_key=form_key(form),
        due_at=due_at,
        not_after=at and at + GOOD_FOR,
        now=now,
    )
    assert outbound_id is not None  # the person is locked, so nobody else sends this form
    keep_sent(db, vault, client_id=client_id, text=text, account_id=by, outbound_id=outbound_id, now=now)
    answer_messages(db, client_id=client_id, now=now)
    drop_draft(db, client_id=client_id, account_id=by)
    return True


def _has_sent(db: Connection, vault: Vault, form: str, text: str) -> bool:
    before = state_of_form(db, form)
    if before == "dropped":
        raise TakenBackBefore("sent once and taken back")
    if before is not None and words_of_form(db, vault, form) != text:
        raise OtherWordsBefore("other words went with this form")
    return before is not None


def undo(db: Connection, vault: Vault, *, message_id: str, client_id: str, by: str, now: datetime) -> bool:
    """Takes words back that have not left the house; they stand in the draft of whoever took them back.

    False where they are on their way or gone: delivery had them first. Raises TakenBackBefore.
    """
    outbound_id = outbound_of(db, message_id, client_id=client_id)
    if outbound_id is None or not drop_untried(db, vault, message_id=outbound_id, now=now):
        return False
    deferred.give_back(db, outbound_id=outbound_id, now=now)
    text = unkeep_sent(db, vault, message_id=message_id)
    begun = draft_of(db, vault, client_id=client_id, account_id=by)
    both = "\n".join(part for part in (text, begun) if part)
    keep_draft(db, vault, client_id=client_id, account_id=by, text=both, now=now)
    return True


def try_again(db: Connection, *, outbound_id: int, now: datetime) -> None:
    """What LINE would not take is sent once more; where it is staff's words, what they answered is answered."""
    try_message_again(db, message_id=outbound_id, now=now)
    answer_again(db, outbound_id=outbound_id)


def keep_draft(
    db: Connection,
    vault: Vault,
    *,
    client_id: str,
    account_id: str,
    text: str,
    form: str = "",
    now: datetime,
) -> None:
    """Keeps what somebody has begun to write; the person is locked.

    What a form has sent, or a beginning of it that comes late, leaves no draft behind.
    """
    if not text:
        drop_draft(db, client_id=client_id, account_id=account_id)
        return
    if form and _comes_late(db, vault, client_id, account_id, form, text):
        return
    whose = (draft.c.client_id == client_id, draft.c.account_id == account_id)
    known = db.execute(sa.select(draft.c.id).where(*whose)).scalar_one_or_none()
    draft_id = known or new_id()
    body = sealer(db, vault, client_id).seal_text(text, f"draft.body:{draft_id}")
    if known:
        db.execute(draft.update().where(*whose).values(body=body, at=now))
        return
    row = {"id": draft_id, "client_id": client_id, "account_id": account_id, "body": body, "at": now}
    db.execute(draft.insert().values(row))


def _comes_late(db: Connection, vault: Vault, client_id: str, account_id: str, form: str, text: str) -> bool:
    """Whether this is what the form has sent, or what was taken back and stands in the draft by now."""
    if state_of_form(db, form) is None:
        return False
    begun = draft_of(db, vault, client_id=client_id, account_id=account_id)
    return (words_of_form(db, vault, form) or begun).startswith(text)


def drop_draft(db: Connection, *, client_id: str, account_id: str) -> None:
    """It was sent, or emptied."""
    db.execute(draft.delete().where(draft.c.client_id == client_id, draft.c.account_id == account_id))
