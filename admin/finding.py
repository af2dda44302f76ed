"""Finding somebody who telephones or stands at the door by what they can say: a number, a telephone, 合言葉, a name."""

from admin.auth import Visit
from admin.forms import one_line, telephone, whole_number
from admin.persons import Person, persons
from desk.booking.queries import booking_by_number, visitors_called
from desk.clients.queries import client_by_number, clients_by_phone
from desk.clients.spoken import client_by_code
from desk.database import Connection


def people_found(db: Connection, visit: Visit, typed: str) -> list[Person]:
    """Those in sight whom these words may mean; several people may share one telephone."""
    found = persons(db, visit, ids_meant(db, visit, typed))
    return [person for person in found.values() if not person.client.erased]


def ids_meant(db: Connection, visit: Visit, typed: str) -> list[str]:
    """Whom these words may mean, in sight or not."""
    vault = visit.house.vault
    number, phone = whole_number(typed), telephone(typed)
    client = client_by_number(db, number) if number is not None else None
    booking = booking_by_number(db, vault, one_line(typed))
    by_code = client_by_code(db, vault, typed)
    return [
        *([client.id] if client else []),
        *([booking.writer_id] if booking else []),
        *(row.id for row in (clients_by_phone(db, vault, phone) if phone else ())),
        *([by_code] if by_code else []),
        *visitors_called(db, vault, one_line(typed)),
    ]
