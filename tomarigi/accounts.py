"""Accounts from the command line: the first ones, before anybody can sign in to the panel."""

from desk.audit.service import note
from desk.calendar.queries import desk_by_code
from desk.database import Database
from desk.errors import DeskError
from desk.people import service as people
from desk.people.rules import ROLES
from desk.settings import Settings


def add_account(
    database: Database, settings: Settings, *, role: str, name: str, desk_code: str | None
) -> str:
    """Adds the account and returns its one-time sign-in link, good for a day."""
    if role not in ROLES:
        raise DeskError(f"there is no role {role}; choose one of: {', '.join(ROLES)}")
    clock = settings.clock()
    with database.transaction() as db:
        desk = desk_by_code(db, desk_code) if desk_code else None
        if desk_code and desk is None:
            raise DeskError(f"there is no desk {desk_code}; see: tomarigi desk list")
        account_id, token = people.add_account(
            db,
            settings.vault(),
            role=role,
            desk_id=desk.id if desk else None,
            name=name,
            now=clock.real(),
        )
        # Whoever has the machine opens doors too; a supervisor sees it.
        note(
            db,
            act="account_added",
            by=None,
            role="house",
            kind="account",
            subject_id=account_id,
            facts={"role": role},
            now=clock.now(),
        )
    base = settings.public_base_url or f"http://localhost:{settings.port}"
    return f"{base.rstrip('/')}/admin/start/{token}"
