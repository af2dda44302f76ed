"""Makes and changes a person's plan, and keeps what became of each step.

A plan stands on a consent that was given at the desk; whoever takes it back ends the plan
(`desk/clients/consents.py`). Nobody's plan is made twice: the database allows one step of a way on a day.
"""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from desk.booking.contact import contacts_of
from desk.clients import consents
from desk.clients.queries import consent_in_force, lock_known, numbers_of, sealer
from desk.clock import local_date
from desk.conversations.queries import waits_for_answer
from desk.conversations.service import keep_message
from desk.database import new_id
from desk.errors import ConsentMissing, WayNotAgreed
from desk.follow_up import planning
from desk.follow_up.rules import RESULTS, Step, days_ahead
from desk.privacy import Vault
from desk.tables.calendar import desk
from desk.tables.clients import consent
from desk.tables.follow_up import follow_up, follow_up_step

_PURPOSE = "follow_up"


def keep_usual_steps(db: Connection, *, desk_id: str, steps: Sequence[Step]) -> None:
    """What this desk does after a visit from now on; plans that are made already stay."""
    # Of two who keep them at once the second finds what the first has kept.
    db.execute(sa.select(desk.c.id).where(desk.c.id == desk_id).with_for_update(key_share=True))
    db.execute(follow_up_step.delete().where(follow_up_step.c.desk_id == desk_id))
    rows = [
        {"id": new_id(), "desk_id": desk_id, "after_days": step.after_days, "way": step.way} for step in steps
    ]
    db.execute(follow_up_step.insert(), rows)


def start_plan(
    db: Connection,
    vault: Vault,
    *,
    client_id: str,
    desk_id: str,
    booking_id: str | None = None,
    steps: Sequence[Step],
    since: date,
    now: datetime,
) -> int:
    """Plans these steps from that day on, those that are still ahead; says how many are new.

    `booking_id`: the visit it follows; what was planned after another visit and is not done gives way to it.
    Raises ConsentMissing without a yes that was given at the desk, WayNotAgreed, PersonGone.
    """
    days = days_ahead(steps, since, local_date(now))
    step = _allowed(db, vault, client_id, {way for _, way in days}) | {"desk_id": desk_id}
    step["booking_id"] = booking_id
    added = sum(planning.put(db, step | {"way": way}, day, now=now) for day, way in days)
    if booking_id is not None:
        _give_way(db, client_id, booking_id, days, now)
    return added


def add_step(
    db: Connection,
    vault: Vault,
    *,
    client_id: str,
    desk_id: str,
    way: str,
    due_on: date,
    now: datetime,
) -> bool:
    """One more step; False where the same one is planned already. Raises as `start_plan` does."""
    step = _allowed(db, vault, client_id, {way}) | {"desk_id": desk_id, "booking_id": None, "way": way}
    return planning.put(db, step, due_on, now=now)


def leave_out(db: Connection, *, follow_up_id: str, account_id: str, now: datetime) -> bool:
    """Staff leave a planned step out; False where it is not planned any more."""
    return planning.settle(db, follow_up_id=follow_up_id, state="stopped", by=account_id, now=now)


def put_off(db: Connection, *, follow_up_id: str, due_on: date, account_id: str, now: datetime) -> bool:
    """Staff move a planned step to another day; False where it is not planned any more, or on that day already."""
    return planning.carry_over(db, follow_up_id=follow_up_id, to=due_on, by=account_id, now=now)


def record_result(
    db: Connection,
    vault: Vault,
    *,
    follow_up_id: str,
    result: str,
    note: str,
    account_id: str,
    now: datetime,
) -> bool:
    """What became of a step, as staff know it; may be corrected. False for one that was moved or stopped.

    辞退 ends the whole plan, as if they had pressed もう送らないで.
    """
    assert result in RESULTS
    step = db.execute(sa.select(follow_up).where(follow_up.c.id == follow_up_id)).first()
    if step is None:
        return False
    seal = sealer(db, vault, step.client_id).seal_text
    values = {
        "state": "done",
        "result": result,
        "note": seal(note, f"follow_up.note:{follow_up_id}") if note else None,
        "account_id": account_id,
        "settled_at": step.settled_at if step.state == "done" else now,
    }
    open_or_done = follow_up.c.state.in_(("planned", "sent", "done"))
    changed = follow_up.update().where(follow_up.c.id == follow_up_id, open_or_done).values(values)
    if not db.execute(changed).rowcount:
        return False
    if result == "declined":
        for each in numbers_of(db, step.client_id):
            consents.withdraw(db, vault, client_id=each, purpose=_PURPOSE, now=now)
    return True


def note_talk(
    db: Connection, vault: Vault, *, follow_up_id: str, client_id: str, words: str, now: datetime
) -> bool:
    """The person would like to talk: it waits for staff among the messages to them.

    `follow_up_id`: the step they were asked about, if it was one. False where something of theirs waits already, and
    where they have agreed to nothing (any more) under which it may be kept.
    """
    mine = numbers_of(db, client_id)
    _note_answer(db, follow_up_id, mine, "reached", ("fine", "no_answer"), now)
    agreed = ((each, consent_in_force(db, client_id=each, purpose=_PURPOSE)) for each in mine)
    whose, consent_id = next((found for found in agreed if found[1] is not None), (client_id, None))
    if consent_id is None or any(waits_for_answer(db, each) for each in mine):
        return False
    keep_message(
        db,
        vault,
        client_id=whose,
        purpose="staff",
        text=words,
        consent_id=consent_id,
        shared=False,
        origin=None,
        now=now,
    )
    return True


def note_fine(db: Connection, *, follow_up_id: str, client_id: str, now: datetime) -> None:
    """The person is fine, where nothing else is known of this step already."""
    _note_answer(db, follow_up_id, numbers_of(db, client_id), "fine", ("no_answer",), now)


def _note_answer(
    db: Connection,
    follow_up_id: str,
    numbers: Collection[str],
    result: str,
    before: Collection[str],
    now: datetime,
) -> None:
    """Keeps the answer of whoever has these numbers, where none or one of `before` is known and the yes still stands."""
    mine = (follow_up.c.id == follow_up_id) & follow_up.c.client_id.in_(numbers)
    agreed = sa.exists().where(consent.c.id == follow_up.c.consent_id, consent.c.withdrawn_at.is_(None))
    answerable = sa.or_(
        follow_up.c.state == "sent", sa.and_(follow_up.c.state == "done", follow_up.c.result.in_(before))
    )
    values = {"state": "done", "result": result, "settled_at": now}
    db.execute(follow_up.update().where(mine, agreed, answerable).values(values))


def _allowed(db: Connection, vault: Vault, client_id: str, ways: Collection[str]) -> dict[str, Any]:
    """What a planned step of this person rests on."""
    lock_known(db, client_id)
    if not consents.stands(db, client_id=client_id, purpose=_PURPOSE, versions=()):
        raise ConsentMissing("nobody has said yes to it at the desk")
    if not contacts_of(db, vault, [client_id])[client_id].ways.issuperset(ways):
        raise WayNotAgreed("this person may not be followed up that way")
    consent_id = consent_in_force(db, client_id=client_id, purpose=_PURPOSE)
    return {"client_id": client_id, "consent_id": consent_id}


def _give_way(
    db: Connection, client_id: str, booking_id: str, days: Sequence[tuple[date, str]], now: datetime
) -> None:
    """What an earlier visit's plan has still ahead gives way, but for what falls on the same day."""
    earlier = sa.select(follow_up.c.id, follow_up.c.due_on, follow_up.c.way).where(
        follow_up.c.client_id == client_id,
        follow_up.c.state == "planned",
        follow_up.c.booking_id.is_not(None),
        follow_up.c.booking_id != booking_id,
    )
    for row in db.execute(earlier).all():
        if (row.due_on, row.way) not in days:
            planning.settle(db, follow_up_id=row.id, state="moved", now=now)
