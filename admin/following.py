"""フォロー as staff see it: its words, who is to be telephoned or visited, and one person's plan."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from admin.auth import Visit
from admin.persons import Person, bookings_shown, persons
from desk.booking.contact import Contact, contacts_of
from desk.calendar.queries import list_desks
from desk.clients import consents
from desk.clients.queries import consents_of
from desk.clock import local_date
from desk.database import Connection
from desk.follow_up.queries import FollowUpRow, due_list
from desk.follow_up.rules import FARTHEST, group_of
from desk.people import sight
from desk.people.rules import Permission

PURPOSE = "follow_up"
CONSENT_VERSION = "plan-2026-11"
CONSENT_WORDS = (
    "あとから、ようすを聞くために、とまりぎが連絡します。LINEか、電話か、会いに行くかは、いっしょに決めます。"
    "返事は いりません。いつでも止められます。"
)


@dataclass(frozen=True, repr=False)
class Task:
    """A call or a visit that is due, with what is known of reaching the person. `agreed`: it may be done that way today."""

    row: FollowUpRow
    who: Person
    agreed: bool
    contact: Contact
    late: bool


def tasks(db: Connection, visit: Visit, *groups: str) -> dict[str, list[Task]]:
    """Whom staff are to telephone or visit, of people in sight: `now` (今日まで), `week` (今週), `later` (そのあと)."""
    if not visit.may(Permission.CASES):
        return {group: [] for group in groups}
    today = local_date(visit.now)
    until = today if groups == ("now",) else None  # not all that is planned, where only a part is shown
    found = due_list(db, visit.house.vault, until=until)
    rows = [row for row in found if group_of(row.due_on, today) in groups]
    known = persons(db, visit, [row.client_id for row in rows])
    made: dict[str, list[Task]] = {group: [] for group in groups}
    for task in _tasks(db, visit, [row for row in rows if row.client_id in known], known):
        made[group_of(task.row.due_on, today)].append(task)
    return made


def task_of(db: Connection, visit: Visit, row: FollowUpRow, who: Person) -> Task:
    """The same for one step of one person."""
    return _tasks(db, visit, [row], {row.client_id: who})[0]


def day_fault(due_on: date | None, today: date) -> str:
    """Why no step can stand on that day; empty: it can."""
    if due_on is None or due_on <= today:
        return "あしたからの日を選んでください。"
    if due_on > today + FARTHEST:
        return f"{FARTHEST.days}日（2年）先までの日を選んでください。"
    return ""


def agree(db: Connection, visit: Visit, client_id: str) -> None:
    """The person said yes to the words above, face to face."""
    consents.agree(
        db,
        client_id=client_id,
        purpose=PURPOSE,
        text_version=CONSENT_VERSION,
        text=CONSENT_WORDS,
        via="panel",
        account_id=visit.viewer.id,
        now=visit.now,
    )


def has_agreed(db: Connection, client_id: str) -> bool:
    """Whether the person has said yes to these very words, which name calls and visits too."""
    return any(
        row.purpose == PURPOSE and row.withdrawn_at is None and row.text_version == CONSENT_VERSION
        for row in consents_of(db, client_id)
    )


@dataclass(frozen=True)
class Start:
    """What a plan follows: the last visit the person came to, or today; and at which desk."""

    desk_id: str
    desk_name: str
    booking_id: str | None
    since: date


def start_of(db: Connection, visit: Visit, who: Person, desks: Mapping[str, str]) -> Start:
    """Where a plan begins; `desks`: those in sight, by id, with their names."""
    came = [
        row
        for row in bookings_shown(db, visit, who.client.id)
        if row.state == "attended" and row.visitor_id == who.client.id and row.desk_id in desks
    ]
    if came:
        last = came[-1]
        return Start(last.desk_id, last.desk_name, last.id, local_date(last.starts_at))
    booked = who.booking.desk_id if who.booking is not None else ""
    desk_id = booked if booked in desks else visit.viewer.desk_id or next(iter(desks))
    return Start(desk_id, desks[desk_id], None, local_date(visit.now))


def desks_in_sight(db: Connection, visit: Visit) -> dict[str, str]:
    """The desks the viewer works for, by id, with their names, in the order in which they opened."""
    own = sight.desks_in_sight(db, visit.viewer)
    return {desk.id: desk.name for desk in list_desks(db) if desk.id in own}


def _tasks(
    db: Connection, visit: Visit, rows: Sequence[FollowUpRow], known: Mapping[str, Person]
) -> list[Task]:
    """Each step with its person; all asked for together."""
    today = local_date(visit.now)
    contacts = contacts_of(db, visit.house.vault, {row.client_id for row in rows})
    made = []
    for row in rows:
        contact = contacts[row.client_id]
        task = Task(
            row=row,
            who=known[row.client_id],
            agreed=row.way in contact.ways,
            contact=contact,
            late=row.due_on < today,
        )
        made.append(task)
    return made
