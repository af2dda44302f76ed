"""How staff call a person in lists: the name they chose, and the number they are filed under."""

from collections.abc import Iterable
from dataclasses import dataclass

from admin.auth import NotFound, Visit
from desk.booking.queries import BookingRow, bookings_of_client
from desk.clients.queries import ClientRow, client_by_id
from desk.database import Connection
from desk.people.sight import clients_in_sight


@dataclass(frozen=True, repr=False)
class Person:
    """A client as staff see them; `booking` is the latest one, `called` what to say."""

    client: ClientRow
    booking: BookingRow | None
    called: str


def persons(db: Connection, visit: Visit, client_ids: Iterable[str]) -> dict[str, Person]:
    """Those of these people whom the viewer may see."""
    ids = list(dict.fromkeys(client_ids))
    seen = clients_in_sight(db, visit.viewer, ids, now=visit.now)
    found = ((each, _person(db, visit, each)) for each in ids if each in seen)
    return {client_id: person for client_id, person in found if person is not None}


def person(db: Connection, visit: Visit, client_id: str) -> Person:
    """One person; raises NotFound for somebody out of sight."""
    found = persons(db, visit, [client_id])
    if client_id not in found:
        raise NotFound
    return found[client_id]


def _person(db: Connection, visit: Visit, client_id: str) -> Person | None:
    client = client_by_id(db, client_id)
    if client is None:
        return None
    bookings = bookings_of_client(db, visit.house.vault, client_id)
    names = [booking.called_name for booking in reversed(bookings) if booking.called_name]
    called = f"{names[0]}さん" if names else "名前はまだ"
    return Person(client, bookings[-1] if bookings else None, called)
