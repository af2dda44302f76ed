"""The staff's hand: booking for somebody who telephones or stands at the door, by the same constraints as in the chat."""

from datetime import datetime

from sqlalchemy.engine import Connection

from desk.booking import changes, making, places
from desk.booking.queries import BookingRow
from desk.calendar.queries import desk_by_id
from desk.clients.service import add_client, set_phone
from desk.database import savepoint
from desk.privacy import Vault
from desk.tables.calendar import booking


def book_for_caller(
    db: Connection,
    vault: Vault,
    *,
    slot_id: str,
    called_name: str,
    phone: str,
    about: str,
    account_id: str,
    source: str,
    now: datetime,
) -> BookingRow:
    """Books for somebody who telephones (`phone`) or stands at the door (`walk_in`), by the same constraints.

    Also after the closing time, until the slot ends. SlotTaken and SessionClosed leave nothing behind.
    """
    place = places.place_for_staff(db, slot_id, now)
    organisation_id = desk_by_id(db, place.desk_id).organisation_id
    wanted = places.same_time(db, place)
    with savepoint(db):
        places.clear_way(db, wanted, leaving=None, now=now)
        client_id = add_client(db, vault, organisation_id=organisation_id, now=now)
        if phone:
            set_phone(db, vault, client_id=client_id, phone=phone, note="", now=now)
        row = making.new_row(organisation_id, client_id, place, now) | {
            "state": "confirmed",
            "confirmed_at": now,
        }
        row |= {"source": source, "reminders": "telephone"}
        insert = booking.insert().values(row)
        places.with_number(
            lambda number: places.take_first(db, wanted, lambda to: insert.values(slot_id=to, number=number))
        )
        making.introduce(db, vault, changes.standing(db, row["id"]), called_name, about, None, now)
        making.tell_of_booking(db, row["id"], None, account_id, now)
    return making.row_of(db, vault, row["id"])
