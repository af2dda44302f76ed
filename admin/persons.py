"""How staff call a person in lists: the name they chose, and the number they are filed under."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from admin.auth import NotFound, Visit
from admin.wording import called
from desk.booking.queries import BookingRow, bookings_of_clients
from desk.clients.queries import ClientRow, clients_by_id, lock_known
from desk.database import Connection
from desk.people.sight import bookings_of_seen, clients_in_sight, clients_to_change


@dataclass(frozen=True, repr=False)
class Person:
    """A client as staff see them; `booking` is the latest one, `called` what to say."""

    client: ClientRow
    booking: BookingRow | None
    called: str


def persons(db: Connection, visit: Visit, client_ids: Iterable[str]) -> dict[str, Person]:
    """Those of these people whom the viewer may see."""
    ids = list(dict.fromkeys(client_ids))
    if not ids:
        return {}
    seen = clients_in_sight(db, visit.viewer, ids, now=visit.now)
    known = clients_by_id(db, seen)
    theirs: dict[str, list[BookingRow]] = {}
    for row in _shown(db, visit, seen):
        for client_id in {row.writer_id, row.visitor_id} & seen:
            theirs.setdefault(client_id, []).append(row)
    return {each: _person(known[each], theirs.get(each, [])) for each in ids if each in known}


def person(db: Connection, visit: Visit, client_id: str) -> Person:
    """One person; raises NotFound for somebody out of sight."""
    found = persons(db, visit, [client_id])
    if client_id not in found:
        raise NotFound
    return found[client_id]


def bookings_shown(db: Connection, visit: Visit, client_id: str) -> list[BookingRow]:
    """A person's bookings, in order of time; none that tells of somebody else the viewer may not see."""
    return _shown(db, visit, [client_id])


def _shown(db: Connection, visit: Visit, client_ids: Collection[str]) -> list[BookingRow]:
    rows = bookings_of_clients(db, visit.house.vault, client_ids)
    seen = bookings_of_seen(db, visit.viewer, [row.id for row in rows], now=visit.now)
    return [row for row in rows if row.id in seen]


def person_to_change(db: Connection, visit: Visit, client_id: str) -> Person:
    """One person whom nobody else changes or erases meanwhile; raises NotFound or PersonGone.

    Broken glass is for looking only: whoever is seen through it alone is not found here.
    """
    lock_known(db, client_id)
    if client_id not in clients_to_change(db, visit.viewer, [client_id]):
        raise NotFound
    return person(db, visit, client_id)


def _person(client: ClientRow, bookings: list[BookingRow]) -> Person:
    names = [booking.called_name for booking in reversed(bookings) if booking.called_name]
    name = names[0] if names else None
    return Person(client, bookings[-1] if bookings else None, called(name, client.number))
