"""Finding somebody who telephones or stands at the door by what they can say: a number, a telephone, 合言葉, a name."""

from admin.auth import Visit
from admin.forms import one_line, telephone, whole_number
from admin.persons import Person, persons
from desk.booking.queries import booking_by_number, visitors_called
from desk.clients.queries import client_by_number, clients_by_phone
from desk.clients.spoken import client_by_code
from desk.database import Connection
from desk.people.sight import bookings_of_seen


def people_found(db: Connection, visit: Visit, typed: str) -> list[Person]:
    """Those in sight whom these words may mean; several people may share one telephone."""
    writer = writer_in_sight(db, visit, typed)
    meant = [*_told_of_themselves(db, visit, typed), *([writer] if writer else [])]
    found = persons(db, visit, meant)
    return [person for person in found.values() if not person.client.erased]


def writer_in_sight(db: Connection, visit: Visit, typed: str) -> str | None:
    """Who wrote the booking with this 予約番号, where the viewer may see all whom it is about."""
    booking = booking_by_number(db, visit.house.vault, one_line(typed))
    ids = [booking.id] if booking else []
    seen = bookings_of_seen(db, visit.viewer, ids, now=visit.now)
    return booking.writer_id if booking and booking.id in seen else None


def ids_meant(db: Connection, visit: Visit, typed: str) -> list[str]:
    """Whom these words may mean, in sight or not."""
    booking = booking_by_number(db, visit.house.vault, one_line(typed))
    return [*_told_of_themselves(db, visit, typed), *([booking.writer_id] if booking else [])]


def _told_of_themselves(db: Connection, visit: Visit, typed: str) -> list[str]:
    vault = visit.house.vault
    number, phone = whole_number(typed), telephone(typed)
    client = client_by_number(db, number) if number is not None else None
    by_code = client_by_code(db, vault, typed)
    return [
        *([client.id] if client else []),
        *(row.id for row in (clients_by_phone(db, vault, phone) if phone else ())),
        *([by_code] if by_code else []),
        *visitors_called(db, vault, one_line(typed)),
    ]
