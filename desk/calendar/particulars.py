"""What staff may change of a desk: the way in, the telephones, the hours at which messages are read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time

from sqlalchemy.engine import Connection

from desk.tables.calendar import desk


@dataclass(frozen=True)
class Particulars:
    """The texts are shown to clients as they stand; `reading_hours` are weekdays (Monday is 0) with a time."""

    way_in: str
    door: str
    map_url: str
    building_phone: str
    staff_phone: str
    reading_hours: Sequence[tuple[int, time]]


def set_particulars(db: Connection, *, desk_id: str, given: Particulars) -> None:
    """Keeps what staff have written about their desk."""
    values = {
        "way_in": given.way_in,
        "door": given.door,
        "map_url": given.map_url,
        "building_phone": given.building_phone,
        "staff_phone": given.staff_phone,
        "reading_hours": [
            {"weekday": weekday, "at": at.strftime("%H:%M")} for weekday, at in given.reading_hours
        ],
    }
    db.execute(desk.update().where(desk.c.id == desk_id).values(values))


def keep_media(db: Connection, *, desk_id: str, keeps: bool) -> None:
    """Photos and voices are kept from now on, or no more; those that are kept already stay with their person."""
    db.execute(desk.update().where(desk.c.id == desk_id).values(keeps_media=keeps))
