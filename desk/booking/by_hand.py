"""The staff's hand: booking for somebody who telephones or stands at the door, by the same constraints as in the chat."""

from datetime import datetime
from typing import Any

from sqlalchemy.engine import Connection

from desk.booking import changes, making, places, waiting, waiting_list
from desk.booking.queries import BookingRow
from desk.calendar.queries import SlotRow, desk_by_id
from desk.clients.queries import phone_note_of, speaker_of
from desk.clients.service import add_client, set_phone
from desk.clients.spoken import code_of, give_code
from desk.database import savepoint
from desk.privacy import Vault
from desk.tables.calendar import booking


def book_for_caller(
    db: Connection,
    vault: Vault,
    *,
    slot_id: str,
    client_id: str | None = None,
    called_name: str,
    phone: str,
    about: str,
    subject_knows: str | None = None,
    who_comes: str = "",
    reminders: str = "telephone",
    second_because: str = "",
    account_id: str,
    source: str,
    now: datetime,
) -> BookingRow:
    """Books for somebody who telephones (`phone`) or stands at the door (`walk_in`), by the same constraints.

    Also after closing time. Without `client_id` they are new to us; of several numbers the one that speaks is booked.
    `second_because` (naming nobody) allows a second booking. SlotTaken, SessionClosed, AlreadyBooked leave nothing.
    """
    place = places.place_for_staff(db, slot_id, now)
    organisation_id = desk_by_id(db, place.desk_id).organisation_id
    known = client_id and speaker_of(db, client_id)
    with savepoint(db):
        waiting_list.lock(db, client_id=known)
        caller = known or add_client(db, vault, organisation_id=organisation_id, now=now)
        row = making.new_row(organisation_id, caller, place, now)
        row |= {"source": source, "reminders": reminders, "state": "confirmed", "confirmed_at": now}
        if second_because:
            row["quota_key"] = None
        _take(db, place, row, now)
        _know_again(db, vault, caller, phone, now)
        made = changes.standing(db, row["id"])
        making.introduce(db, vault, made, called_name, about, subject_knows, now)
        making.note_who_comes(db, vault, made, who_comes)
        making.tell_of_booking(db, made.id, None, account_id, now, reason=second_because)
        waiting_list.serve(db, client_id=caller, now=now)
    return making.row_of(db, vault, row["id"])


def _know_again(db: Connection, vault: Vault, caller: str, phone: str, now: datetime) -> None:
    """By which the caller is reached and found: a telephone they left now, and a spoken code."""
    if phone:
        note = phone_note_of(db, vault, caller) or ""
        set_phone(db, vault, client_id=caller, phone=phone, note=note, now=now)
    if code_of(db, vault, caller) is None:
        give_code(db, vault, client_id=caller)


def _take(db: Connection, place: SlotRow, row: dict[str, Any], now: datetime) -> None:
    """Writes the booking on a table of that time; what the caller held too long before is over."""
    own = changes.live_of(db, row["writer_id"])
    if own is not None and own.expires_at is not None and own.expires_at <= now:
        waiting.release(db, [own], "expired", by=changes.SYSTEM, now=now)
    wanted = places.same_time(db, place)
    places.clear_way(db, wanted, leaving=None, now=now)
    insert = booking.insert().values(row)
    places.with_number(
        lambda number: places.take_first(db, wanted, lambda to: insert.values(slot_id=to, number=number))
    )
