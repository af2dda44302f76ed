"""The free times that staff may give to somebody, and whether one of them is theirs to give."""

from collections.abc import Sequence
from datetime import timedelta

from admin.auth import Visit
from desk.calendar.queries import FreeSlot, free_slots_of_session, slot_by_id, upcoming_sessions
from desk.clock import local_date
from desk.database import Connection
from desk.people import sight

_AHEAD = timedelta(days=100)


def free_days(db: Connection, visit: Visit) -> Sequence[tuple[str, tuple[FreeSlot, ...]]]:
    """Free times of the coming sessions, each with the name of its desk; staff may book after the closing time too."""
    today = local_date(visit.now)
    sessions = upcoming_sessions(db, desk_id=visit.viewer.desk_id, since=today, until=today + _AHEAD)
    own = sight.desks_in_sight(db, visit.viewer)
    free = [
        (each.desk_name, free_slots_of_session(db, session_id=each.id, now=visit.now))
        for each in sessions
        if each.desk_id in own
    ]
    return [(desk_name, slots) for desk_name, slots in free if slots]


def place_in_sight(db: Connection, visit: Visit, slot_id: str) -> bool:
    """Whether this is a time at a desk the viewer works for."""
    place = slot_by_id(db, slot_id) if slot_id else None
    return place is not None and place.desk_id in sight.desks_in_sight(db, visit.viewer)
