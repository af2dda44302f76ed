"""諏訪 with two officers at its table in November and in January, and 上伊那 beside it; all of them invented."""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from desk.calendar.queries import upcoming_sessions
from desk.database import Database
from desk.errors import WrongRoster
from desk.people.service import add_account
from desk.privacy import Vault
from desk.roster import swaps
from desk.roster.queries import officers_of_session
from desk.roster.service import assign
from desk.tables.notices import notice
from tomarigi.sample import open_samples

FIRST_DAY = date(2026, 11, 27)
LAST_DAY = date(2027, 1, 31)
NAMES = ("小林", "原", "西", "東")


@dataclass
class RosterStory:
    """`sessions`: 'suwa 11', 'suwa 1', 'kamiina 11' …; `officers`: by name."""

    database: Database
    vault: Vault
    now: datetime
    sessions: dict[str, str]
    officers: dict[str, str]

    def seat(self, session: str, seat: int, name: str, table_no: int = 1) -> None:
        """Gives a seat to an officer."""
        with self.database.transaction() as db:
            assign(
                db,
                session_id=self.sessions[session],
                table_no=table_no,
                seat=seat,
                account_id=self.officers[name],
                now=self.now,
            )

    def sitting(self, session: str) -> list[str]:
        """Who sits there, seat by seat; one who is away in brackets."""
        with self.database.reading() as db:
            rows = officers_of_session(db, self.vault, self.sessions[session])
        return [f"（{row.name}）" if row.away else row.name for row in rows]

    def ask(self, session: str, who: str, whom: str, back: str = "") -> str:
        """One officer asks another, for a day in return or for nothing."""
        with self.database.transaction() as db:
            return swaps.ask(
                db,
                from_id=self.officers[who],
                to_id=self.officers[whom],
                session_id=self.sessions[session],
                back_session_id=self.sessions[back] if back else None,
                now=self.now,
            )

    def agree(self, swap_id: str, who: str) -> str:
        """The other agrees; says what came of it."""
        try:
            with self.database.transaction() as db:
                account_id = self.officers[who]
                swaps.agree(db, swap_id=swap_id, account_id=account_id, by=account_id, now=self.now)
        except WrongRoster as refusal:
            return refusal.why
        return "agreed"

    def told(self) -> list[str]:
        """The kinds of the notices there are, in order."""
        with self.database.reading() as db:
            return list(db.execute(sa.select(notice.c.kind).order_by(notice.c.id)).scalars())


def open_roster_story(database: Database, vault: Vault, now: datetime) -> RosterStory:
    """The sample desks with four officers; 小林 and 原 sit at 諏訪 in November, 西 in January."""
    open_samples(database, now=now)
    with database.reading() as db:
        rows = upcoming_sessions(db, since=FIRST_DAY, until=LAST_DAY)
    sessions = {f"{row.desk_code} {row.date.month}": row.id for row in rows}
    with database.transaction() as db:
        officers = {
            name: add_account(db, vault, role="officer", desk_id=None, name=name, now=now)[0]
            for name in NAMES
        }
    story = RosterStory(database, vault, now, sessions, officers)
    for session, seat, name in (("suwa 11", 1, "小林"), ("suwa 11", 2, "原"), ("suwa 1", 1, "西")):
        story.seat(session, seat, name)
    return story
